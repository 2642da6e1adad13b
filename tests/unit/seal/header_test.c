#include "lib/seal/header.h"
#include "tests/test.h"

static const uint8_t key[32] = {1, 2, 3};

static ur_seal_header some(test_rng *rng, int which)
{
    static const size_t sizes[3] = {112, 80, 128};
    ur_seal_header h = {.kind = which == 0 ? UR_SEAL_DISTIBE : UR_SEAL_TLOCK, .body_n = sizes[which]};
    test_rng_bytes(rng, h.body, h.body_n);
    if (which > 0) {
        h.round = 1 + (test_rng_u64(rng) >> test_rng_below(rng, 64)) % (UINT64_MAX - 1);
        test_rng_bytes(rng, h.chain, sizeof h.chain);
    }
    return h;
}

static ur_span key_of(const ur_seal_header *h) { return ur_span_of(key, ur_seal_file_key_bytes(h->kind)); }

static void there_and_back(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("there_and_back");
    uint8_t text[UR_SEAL_HEADER_MAX], again[UR_SEAL_HEADER_MAX], more[UR_SEAL_HEADER_MAX + 4];
    for (int i = 0; i < 300; i++) {
        ur_seal_header h = some(&rng, i % 3), got;
        size_t n = 0, m = 0;
        assert_ok(ur_seal_header_write(text, &n, &h, key_of(&h)));
        assert_ok(ur_seal_header_parse_var(&got, ur_span_of(text, n), NULL));
        assert_int_equal(got.kind, h.kind);
        assert_int_equal(got.round, h.round);
        assert_int_equal(got.body_n, h.body_n);
        assert_memory_equal(got.body, h.body, sizeof h.body);
        assert_memory_equal(got.chain, h.chain, sizeof h.chain);
        assert_ok(ur_seal_header_check(&got, ur_span_of(text, n), key_of(&h)));
        assert_ok(ur_seal_header_write(again, &m, &got, key_of(&h)));
        assert_int_equal(m, n);
        assert_memory_equal(again, text, n);
        memcpy(more, text, n);
        memcpy(more + n, "\n--\n", 4);
        assert_int_equal(ur_seal_header_find_var(ur_span_of(more, n + 4)), n);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(ur_seal_header_find_var(ur_span_of(text, k)), 0);
        }
    }
}

/* One spelling: whatever single byte is changed, dropped or doubled, the header is refused or its MAC does not fit. */
static void every_byte_counts(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("every_byte_counts");
    uint8_t text[UR_SEAL_HEADER_MAX], bad[UR_SEAL_HEADER_MAX + 1];
    for (int which = 0; which < 3; which++) {
        ur_seal_header h = some(&rng, which), got;
        size_t n = 0;
        assert_ok(ur_seal_header_write(text, &n, &h, key_of(&h)));
        for (size_t at = 0; at < n; at++) {
            for (int x = 1; x < 256; x++) {
                memcpy(bad, text, n);
                bad[at] ^= (uint8_t)x;
                if (ur_seal_header_parse_var(&got, ur_span_of(bad, n), NULL) == UR_OK &&
                    got.kind == h.kind) {
                    assert_status(ur_seal_header_check(&got, ur_span_of(bad, n), key_of(&h)), UR_E_PROOF);
                }
            }
            memcpy(bad, text, at);
            memcpy(bad + at, text + at + 1, n - at - 1);
            ur_status s = ur_seal_header_parse_var(&got, ur_span_of(bad, n - 1), NULL);
            if (s == UR_OK) { /* one digit of the round less */
                assert_status(ur_seal_header_check(&got, ur_span_of(bad, n - 1), key_of(&h)), UR_E_PROOF);
            }
            memcpy(bad, text, at + 1);
            memcpy(bad + at + 1, text + at, n - at);
            s = ur_seal_header_parse_var(&got, ur_span_of(bad, n + 1), NULL);
            if (s == UR_OK) {
                assert_status(ur_seal_header_check(&got, ur_span_of(bad, n + 1), key_of(&h)), UR_E_PROOF);
            }
        }
        for (size_t cut = 0; cut < n; cut++) {
            assert_int_not_equal(ur_seal_header_parse_var(&got, ur_span_of(text, cut), NULL), UR_OK);
            assert_int_equal(got.body_n, 0);
        }
        assert_status(ur_seal_header_check(&h, ur_span_of(text, n), ur_span_of(key, 7)), UR_E_USAGE);
    }
}

#define V "age-encryption.org/v1\n"
#define BODY112 \
    "oG493nDprqwxjiGHnEKz4nuVNogG3p4GyxWgmX9DmhAMQ2NKQEQ1hERzOHCDn5Hm\n" \
    "oG493nDprqwxjiGHnEKz4nuVNogG3p4GyxWgmX9DmhAMQ2NKQEQ1hERzOHCDn5Hm\n" \
    "oG493nDprqwxjiGHnEKz4g\n"
#define BODY80 \
    "oG493nDprqwxjiGHnEKz4nuVNogG3p4GyxWgmX9DmhAMQ2NKQEQ1hERzOHCDn5Hm\n" \
    "oG493nDprqwxjiGHnEKz4nuVNogG3p4GyxWgmX9Dmhg\n"
#define MAC "--- oG493nDprqwxjiGHnEKz4nuVNogG3p4GyxWgmX9DmhA\n"
#define HASH "7672797f548f3f4748ac4bf3352fc6c6b6468c9ad40ad456a397545c6e2df5bf"

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ur_status want;
    } cases[] = {
        {V "-> distIBE\n" BODY112 MAC, UR_OK},
        {V "-> tlock 1 " HASH "\n" BODY80 MAC, UR_OK},
        {V "-> tlock 18446744073709551615 " HASH "\n" BODY80 MAC, UR_OK},
        {V "-> tlock 18446744073709551616 " HASH "\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock 0 " HASH "\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock 01 " HASH "\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock +1 " HASH "\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock  1 " HASH "\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock 1  " HASH "\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock 1 " HASH " \n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock 1 " HASH " x\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock 1\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock \n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock 1 7672797F548f3f4748ac4bf3352fc6c6b6468c9ad40ad456a397545c6e2df5bf\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock 1 672797f548f3f4748ac4bf3352fc6c6b6468c9ad40ad456a397545c6e2df5bf\n" BODY80 MAC, UR_E_INPUT},
        {V "-> tlock 1 " HASH "\n" BODY112 MAC, UR_E_INPUT},
        {V "-> distIBE\n" BODY80 MAC, UR_E_INPUT},
        {V "-> distIBE \n" BODY112 MAC, UR_E_INPUT},
        {V "-> distIBE extra 123\n" BODY112 MAC, UR_E_INPUT}, /* upstream ignores them */
        {V "-> distibe\n" BODY112 MAC, UR_E_POLICY},
        {V "-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\n" BODY112 MAC, UR_E_POLICY},
        {V "-> scrypt bBjlhJVYZeE4aqUdmtRHfw 18\n" BODY112 MAC, UR_E_POLICY},
        {V "-> \n" BODY112 MAC, UR_E_INPUT},
        {V "->distIBE\n" BODY112 MAC, UR_E_INPUT},
        {V "-> dist\x01\n" BODY112 MAC, UR_E_INPUT},
        {V "-> dist\xc3\xa4\n" BODY112 MAC, UR_E_INPUT},
        {V "-> distIBE\r\n" BODY112 MAC, UR_E_INPUT},
        {V "-> distIBE\n" BODY112 "-> distIBE\n" BODY112 MAC, UR_E_POLICY},
        {V "-> distIBE\n" BODY112 "-> grease\n\n" MAC, UR_E_POLICY},
        {V MAC, UR_E_INPUT},
        {V "-> distIBE\n" MAC, UR_E_INPUT},
        {V "-> distIBE\n\n" MAC, UR_E_INPUT},
        {V "-> distIBE\n" BODY112 "\n" MAC, UR_E_INPUT},
        {V "-> distIBE\n" BODY112 "---\n", UR_E_INPUT},
        {V "-> distIBE\n" BODY112 "--- \n", UR_E_INPUT},
        {V "-> distIBE\n" BODY112 "---  oG493nDprqwxjiGHnEKz4nuVNogG3p4GyxWgmX9DmhA\n", UR_E_INPUT},
        {V "-> distIBE\n" BODY112 "--- oG493nDprqwxjiGHnEKz4nuVNogG3p4GyxWgmX9DmhA=\n", UR_E_INPUT},
        {V "-> distIBE\n" BODY112 "--- oG493nDprqwxjiGHnEKz4nuVNogG3p4GyxWgmX9DmhB\n", UR_E_INPUT}, /* stray bits */
        {V "-> distIBE\n" BODY112 "--- oG493nDprqwxjiGHnEKz4nuVNogG3p4GyxWgmX9DmhA\r\n", UR_E_INPUT},
        {V "-> distIBE\n" BODY112 MAC "x", UR_E_INPUT},
        {"age-encryption.org/v2\n-> distIBE\n" BODY112 MAC, UR_E_INPUT},
        {"age-encryption.org/v1\r\n-> distIBE\n" BODY112 MAC, UR_E_INPUT},
        {" " V "-> distIBE\n" BODY112 MAC, UR_E_INPUT},
        {"", UR_E_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ur_seal_header h;
        ur_err e;
        ur_err_clear(&e);
        ur_status s = ur_seal_header_parse_var(&h, ur_span_str_var(cases[i].text), &e);
        if (s != cases[i].want || (s != UR_OK && (e.text[0] == '\0' || h.body_n != 0))) {
            fail_msg("case %zu: %s %s", i, ur_status_name(s), e.text);
        }
    }
    char padded[200] = V "-> distIBE\n" "oG493nDprqwxjiGHnEKz4g==\n" MAC;
    ur_seal_header h;
    assert_status(ur_seal_header_parse_var(&h, ur_span_str_var(padded), NULL), UR_E_INPUT);
    uint8_t text[UR_SEAL_HEADER_MAX];
    size_t n = 1;
    h = (ur_seal_header){.kind = UR_SEAL_TLOCK, .body_n = 80};
    assert_status(ur_seal_header_write(text, &n, &h, ur_span_of(key, 16)), UR_E_USAGE);
    assert_int_equal(n, 0);
    h.round = 1;
    assert_status(ur_seal_header_write(text, &n, &h, ur_span_of(key, 32)), UR_E_USAGE);
    h.body_n = 112;
    assert_status(ur_seal_header_write(text, &n, &h, ur_span_of(key, 16)), UR_E_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
