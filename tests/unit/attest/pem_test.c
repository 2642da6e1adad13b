/* PEM chains: every length of the last line, both ends of lines, and nothing but that form. */
#include "core/attest/x509.h"
#include "core/codec/base64.h"
#include "tests/test.h"

static char text[16384];
static uint8_t out[3 * UR_CERT_MAX];

/* `count` certificates of n octets each (what is in them is not looked at here). */
static ur_span chain(const uint8_t *der, size_t n, size_t count, const char *end)
{
    char body[2048];
    size_t chars = ur_base64_chars(n, UR_BASE64);
    size_t at = 0;
    assert_true(chars < sizeof body);
    ur_base64_encode(body, ur_span_of(der, n), UR_BASE64);
    for (size_t k = 0; k < count; k++) {
        at += (size_t)snprintf(text + at, sizeof text - at, "-----BEGIN CERTIFICATE-----%s", end);
        for (size_t i = 0; i < chars; i += 64) {
            size_t line = chars - i < 64 ? chars - i : 64;
            at += (size_t)snprintf(text + at, sizeof text - at, "%.*s%s", (int)line, body + i, end);
        }
        at += (size_t)snprintf(text + at, sizeof text - at, "-----END CERTIFICATE-----%s", end);
    }
    assert_true(at < sizeof text);
    return ur_span_of(text, at);
}

static void every_length(void **state)
{
    (void)state;
    uint8_t der[240];
    for (size_t i = 0; i < sizeof der; i++) {
        der[i] = (uint8_t)(i * 37 + 5);
    }
    for (size_t n = 1; n <= sizeof der; n++) {
        for (unsigned crlf = 0; crlf < 2; crlf++) {
            ur_span certs[3];
            size_t count = 0;
            ur_span pem = chain(der, n, 3, crlf != 0 ? "\r\n" : "\n");
            if (ur_pem_chain(certs, &count, 3, out, sizeof out, pem) != UR_OK) {
                fail_msg("%zu octets, %s", n, crlf != 0 ? "CRLF" : "LF");
            }
            assert_int_equal(count, 3);
            for (size_t k = 0; k < 3; k++) {
                assert_true(ur_span_eq_var(certs[k], ur_span_of(der, n)));
            }
        }
    }
}

/* Of a chain of two, any character replaced by any of these: refused, or a line's base64 that says something else. */
static void other_characters(void **state)
{
    (void)state;
    static const char instead[] = {'\n', '\r', '-', '=', ' ', '\0', '*'};
    static const uint8_t der[75] = {0x30, 73};
    const char *const ends[] = {"\n", "\r\n"};
    for (size_t e = 0; e < 2; e++) {
        ur_span pem = chain(der, sizeof der, 2, ends[e]);
        for (size_t at = 0; at < pem.n; at++) {
            for (size_t i = 0; i < sizeof instead; i++) {
                ur_span certs[3];
                size_t count = 0;
                char kept = text[at];
                /* After the last label the line's end may be missing, and zeros may follow. */
                bool harmless = kept == instead[i] || (e == 0 && at + 1 == pem.n && instead[i] == '\0');
                text[at] = instead[i];
                ur_status s = ur_pem_chain(certs, &count, 3, out, sizeof out, pem);
                bool same = s == UR_OK && ur_span_eq_var(certs[0], ur_span_of(der, sizeof der)) &&
                            ur_span_eq_var(certs[1], ur_span_of(der, sizeof der));
                if (same != harmless) {
                    fail_msg("character %zu as %d: %s", at, instead[i], ur_status_name(s));
                }
                assert_int_equal(count, s == UR_OK ? 2 : 0);
                text[at] = kept;
            }
        }
    }
}

static ur_status one(const char *pem)
{
    ur_span certs[3];
    size_t count = 0;
    return ur_pem_chain(certs, &count, 3, out, sizeof out, ur_span_str_var(pem));
}

#define LINE60 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

static void other_forms(void **state)
{
    (void)state;
    assert_ok(one(BEGIN "\n" LINE60 "AAAA\nAAAA\n" END "\n"));
    assert_ok(one(BEGIN "\r\n" LINE60 "AAAA\r\nAAAA\r\n" END));
    static const char *const bad[] = {
        BEGIN "\n" LINE60 "\nAAAA\n" END "\n",         /* a short line in the middle */
        BEGIN "\n" LINE60 "AAAAAAAA\nAAAA\n" END "\n", /* a long one */
        BEGIN "\n" LINE60 "AAAA\r\nAAAA\n" END "\n",   /* both ends of lines */
        BEGIN "\r\n" LINE60 "AAAA\nAAAA\r\n" END "\r\n",
        BEGIN "\nAAB=\n" END "\n", BEGIN "\nAB==\n" END "\n", /* bits behind the end */
        BEGIN "\nA===\n" END "\n", BEGIN "\nAAA\n" END "\n", BEGIN "\n" END "\n", "\n" BEGIN "\nAAAA\n" END "\n",
        BEGIN "\nAAAA\n\n" END "\n", BEGIN "\nAAAA\n" END "\n\n", BEGIN " \nAAAA\n" END "\n", "",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (one(bad[i]) != UR_E_INPUT) {
            fail_msg("form %zu", i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length),
        cmocka_unit_test(other_characters),
        cmocka_unit_test(other_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
