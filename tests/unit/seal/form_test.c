#include "lib/seal/form.h"
#include "tests/unit/seal/seal_kit.h"

/* Write in a form, piece by piece. */
static void wrap(kit_bytes *out, ur_span in, ur_seal_form form, test_rng *rng)
{
    ur_form_out f;
    const ur_sink to = kit_sink(out);
    assert_ok(ur_form_out_begin(&f, &to, form, NULL));
    const ur_sink sink = ur_sink_of_form(&f);
    for (size_t at = 0; at < in.n;) {
        size_t n = 1 + test_rng_below(rng, in.n - at);
        assert_ok(sink.write(sink.context, in.p + at, n, NULL));
        at += n;
    }
    assert_ok(ur_form_out_end(&f, NULL));
}

static ur_status unwrap(kit_bytes *out, ur_seal_form *form, ur_span in, size_t most, test_rng *rng, ur_err *err)
{
    kit_pieces pieces;
    ur_form_in f;
    uint8_t buf[700];
    const ur_source from = kit_source(&pieces, in, most, rng);
    ur_err_clear(err);
    UR_TRY(ur_form_in_begin(&f, &from, err));
    *form = f.form;
    const ur_source source = ur_source_of_form(&f);
    for (size_t n = 1; n > 0;) {
        UR_TRY(source.read(source.context, buf, rng != NULL ? 1 + test_rng_below(rng, sizeof buf) : sizeof buf, &n, err));
        kit_put(out, buf, n);
    }
    return UR_OK;
}

static void there_and_back(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("there_and_back");
    static uint8_t data[20000];
    test_rng_bytes(&rng, data, sizeof data);
    data[0] = 'a';
    for (int form = UR_SEAL_BINARY; form <= UR_SEAL_ARMOR; form++) {
        for (size_t n = 1; n < sizeof data; n = n < 300 ? n + 1 : n + 1 + test_rng_below(&rng, n)) {
            kit_bytes text = {0}, back = {0};
            ur_seal_form seen = UR_SEAL_BINARY;
            wrap(&text, ur_span_of(data, n), (ur_seal_form)form, &rng);
            assert_ok(unwrap(&back, &seen, kit_span(&text), 1 + test_rng_below(&rng, 5000), &rng, NULL));
            assert_int_equal(seen, form);
            assert_true(ur_span_eq_var(kit_span(&back), ur_span_of(data, n)));
            kit_free(&text);
            kit_free(&back);
        }
    }
}

static void writes_what_others_write(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("writes_what_others_write");
    static const struct {
        const char *bytes;
        ur_seal_form form;
        const char *text;
    } cases[] = {
        {"age", UR_SEAL_HEX, "616765\n"},
        {"", UR_SEAL_HEX, "\n"},
        {"age", UR_SEAL_ARMOR, "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n"},
        {"a", UR_SEAL_ARMOR, "-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END AGE ENCRYPTED FILE-----\n"},
        {"", UR_SEAL_ARMOR, "-----BEGIN AGE ENCRYPTED FILE-----\n-----END AGE ENCRYPTED FILE-----\n"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", UR_SEAL_ARMOR,
         "-----BEGIN AGE ENCRYPTED FILE-----\nYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\n-----END AGE ENCRYPTED "
         "FILE-----\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kit_bytes text = {0};
        wrap(&text, ur_span_str_var(cases[i].bytes), cases[i].form, &rng);
        assert_true(ur_span_eq_var(kit_span(&text), ur_span_str_var(cases[i].text)));
        kit_free(&text);
    }
}

#define B "-----BEGIN AGE ENCRYPTED FILE-----"
#define E "-----END AGE ENCRYPTED FILE-----"
#define L48 "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"

static void reads_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *bytes; /* NULL: malformed */
    } cases[] = {
        {"616765", "age"},
        {"616765\n", "age"},
        {" \r\n\t616765 \n\n", "age"},
        {"61674A", "agJ"},
        {"61674a", "agJ"},
        {"61676", NULL},
        {"61676\n", NULL},
        {"6167 65", NULL},
        {"6167\n65", NULL},
        {"6167g5", NULL},
        {"616765\nx", NULL},
        {"0x616765", "0x616765"}, /* another beginning is binary, for the header's parser to refuse */
        {"", ""},
        {"\n\n", "\n\n"},
        {B "\nYWdl\n" E "\n", "age"},
        {B "\nYWdl\n" E, "age"},
        {B "\r\nYWdl\r\n" E "\r\n", "age"},
        {"\n  \n" B "\nYWdl\n" E "\n \n", "age"},
        {B "\n" E, ""},
        {B "\n" L48 "\n" E, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {B "\n" L48 "\nYQ==\n" E, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {B, NULL},
        {B "\n", NULL},
        {B "\nYWdl\n", NULL},
        {B "\nYWdl", NULL},
        {B "\nYWdl\n\n" E, NULL},
        {B "\n\nYWdl\n" E, NULL},
        {B "\nYWdl\nYWdl\n" E, NULL},
        {B "\nYW\ndl\n" E, NULL},
        {B "\nYWd\n" E, NULL},
        {B "\nYR==\n" E, NULL},
        {B "\nYQ\n" E, NULL},
        {B "\nYW dl\n" E, NULL},
        {B "\n YWdl\n" E, NULL},
        {B "\nYWdl \n" E, NULL},
        {B "\nYW-_\n" E, NULL},
        {B "\n" L48 "YWFh\n" E, NULL},
        {B "\n" L48 "Y\n" E, NULL},
        {B "\nYWdl\n" E "x", NULL},
        {B "\nYWdl\n" E "\nx", NULL},
        {B "\nYWdl\n" E "\n" B "\nYWdl\n" E, NULL},
        {B "x\nYWdl\n" E, NULL},
        {B " \nYWdl\n" E, NULL},
        {B "\nYWdl\n-----END AGE FILE-----\n", NULL},
        {B "\nYWdl\r\r\n" E, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t most = 1; most < 200; most += 33) {
            kit_bytes back = {0};
            ur_seal_form form = UR_SEAL_BINARY;
            ur_err e;
            ur_status s = unwrap(&back, &form, ur_span_str_var(cases[i].text), most, NULL, &e);
            if ((s == UR_OK) != (cases[i].bytes != NULL) || (s != UR_OK && (s != UR_E_INPUT || e.text[0] == '\0')) ||
                (s == UR_OK && !ur_span_eq_var(kit_span(&back), ur_span_str_var(cases[i].bytes)))) {
                fail_msg("case %zu by %zu: %s %s", i, most, ur_status_name(s), e.text);
            }
            kit_free(&back);
        }
    }
}

/* Blanks without end before the text do not hide it from us for ever: only those that fit in the first read count. */
static void long_blanks(void **state)
{
    (void)state;
    static char text[10000];
    memset(text, ' ', sizeof text);
    kit_bytes back = {0};
    ur_seal_form form = UR_SEAL_ARMOR;
    memcpy(text, "616765", 6);
    assert_ok(unwrap(&back, &form, ur_span_of(text, sizeof text), 1000, NULL, NULL));
    assert_int_equal(form, UR_SEAL_HEX);
    assert_int_equal(back.n, 3);
    kit_free(&back);
    text[sizeof text - 1] = '7';
    assert_status(unwrap(&back, &form, ur_span_of(text, sizeof text), 1000, NULL, NULL), UR_E_INPUT);
    kit_free(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(writes_what_others_write),
        cmocka_unit_test(reads_strictly),
        cmocka_unit_test(long_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
