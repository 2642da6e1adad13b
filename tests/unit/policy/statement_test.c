#include "tests/test.h"

#include "core/policy/statement.h"

#define CONTRACT "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"
#define SUCCESSOR "cosmos1fl48vsnmsdzcv85q5d2q4z5ajdha8yu34mf0eh"

/* An example of a kind, every field of it different from the zero that it would be otherwise. */
static ur_statement example(ur_statement_kind kind)
{
    ur_statement s = {.kind = kind,
                      .chain_id = UR_SPAN_LIT("dev-1"),
                      .contract = UR_SPAN_LIT(CONTRACT),
                      .vault = 7,
                      .epoch = 2,
                      .sequence = 41,
                      .seen_height = 1000,
                      .version = 3,
                      .secret = UR_SPAN_LIT("a public key"),
                      .successor = UR_SPAN_LIT(SUCCESSOR)};
    memset(s.ciphertext_hash, 0xc1, sizeof s.ciphertext_hash);
    memset(s.policy_hash, 0x90, sizeof s.policy_hash);
    memset(s.instance_key, 0x02, sizeof s.instance_key);
    return s;
}

/* The bytes that the header promises, laid out once more by hand. */
static void put_text(ur_writer *w, const char *s) { ur_writer_field(w, ur_span_str_var(s)); }

static void put_number(ur_writer *w, uint64_t x)
{
    ur_writer_u32be(w, 8);
    ur_writer_u64be(w, x);
}

static void put_fill(ur_writer *w, uint8_t byte, size_t n)
{
    ur_writer_u32be(w, (uint32_t)n);
    memset(ur_writer_reserve(w, n), byte, n);
}

static void put_head(ur_writer *w, const char *kind)
{
    put_text(w, "unrug/1/statement");
    put_text(w, kind);
    put_text(w, "dev-1");
    put_text(w, CONTRACT);
    put_number(w, 7);
    put_number(w, 2);
    put_number(w, 41);
    put_number(w, 1000);
}

static void assert_signs(ur_statement_kind kind, const ur_writer *w)
{
    uint8_t want[UR_SHA256_BYTES], got[UR_SHA256_BYTES];
    ur_statement s = example(kind);
    assert_false(w->overflow);
    ur_sha256_of(want, ur_span_of(w->p, w->n));
    assert_ok(ur_statement_hash(got, &s));
    assert_memory_equal(got, want, sizeof got);
}

static void layouts(void **state)
{
    (void)state;
    uint8_t buf[1024];
    ur_writer w;
    ur_writer_init(&w, buf, sizeof buf);
    put_head(&w, "heartbeat");
    put_number(&w, 3);
    put_fill(&w, 0xc1, 32);
    put_text(&w, "a public key");
    assert_signs(UR_STATEMENT_HEARTBEAT, &w);

    ur_writer_init(&w, buf, sizeof buf);
    put_head(&w, "migrate");
    put_text(&w, SUCCESSOR);
    assert_signs(UR_STATEMENT_MIGRATE, &w);

    ur_writer_init(&w, buf, sizeof buf);
    put_head(&w, "retire");
    assert_signs(UR_STATEMENT_RETIRE, &w);

    ur_writer_init(&w, buf, sizeof buf);
    put_head(&w, "change_policy");
    put_fill(&w, 0x90, 32);
    put_fill(&w, 0xc1, 32);
    assert_signs(UR_STATEMENT_CHANGE_POLICY, &w);

    ur_writer_init(&w, buf, sizeof buf);
    put_head(&w, "activate");
    put_fill(&w, 0x02, 33);
    put_fill(&w, 0xc1, 32);
    put_text(&w, "a public key");
    assert_signs(UR_STATEMENT_ACTIVATE, &w);
}

static void image_layout(void **state)
{
    (void)state;
    uint8_t buf[512], want[UR_SHA256_BYTES], got[UR_SHA256_BYTES];
    ur_writer w;
    ur_writer_init(&w, buf, sizeof buf);
    put_text(&w, "unrug/1/image");
    put_text(&w, "dev-1");
    put_text(&w, CONTRACT);
    put_number(&w, 7);
    put_fill(&w, 0x90, 32);
    put_text(&w, "{}");
    ur_sha256_of(want, ur_span_of(w.p, w.n));
    ur_image_statement s = {UR_SPAN_LIT("dev-1"), UR_SPAN_LIT(CONTRACT), 7, {0}, UR_SPAN_LIT("{}")};
    memset(s.policy_hash, 0x90, sizeof s.policy_hash);
    assert_ok(ur_image_statement_hash(got, &s));
    assert_memory_equal(got, want, sizeof got);

    static uint8_t long_image[UR_STATEMENT_IMAGE_MAX + 1];
    static const uint8_t zero[UR_SHA256_BYTES];
    s.image = ur_span_of(long_image, UR_STATEMENT_IMAGE_MAX);
    assert_ok(ur_image_statement_hash(got, &s));
    s.image.n++;
    assert_status(ur_image_statement_hash(got, &s), UR_E_LIMIT);
    assert_memory_equal(got, zero, sizeof zero);
    s.image.n = 0;
    assert_status(ur_image_statement_hash(got, &s), UR_E_INPUT);
    s.image.n = 2;
    s.vault = 0;
    assert_status(ur_image_statement_hash(got, &s), UR_E_INPUT);
}

/* Change one field at a time: what is signed changes exactly if the kind has that field. */
static void every_field_is_signed(void **state)
{
    (void)state;
    enum { CHANGES = 12, KINDS = 5 };
    static const char has[KINDS][CHANGES + 1] = {
        /* chain contract vault epoch sequence seen | version ciphertext secret successor policy key */
        "111111111000", "111111000100", "111111000000", "111111010010", "111111011001"};
    for (int k = 0; k < KINDS; k++) {
        for (int c = 0; c < CHANGES; c++) {
            uint8_t before[UR_SHA256_BYTES], after[UR_SHA256_BYTES];
            ur_statement s = example((ur_statement_kind)(k + 1));
            assert_ok(ur_statement_hash(before, &s));
            switch (c) {
            case 0: s.chain_id = UR_SPAN_LIT("dev-2"); break;
            case 1: s.contract = UR_SPAN_LIT(SUCCESSOR); break;
            case 2: s.vault++; break;
            case 3: s.epoch++; break;
            case 4: s.sequence++; break;
            case 5: s.seen_height++; break;
            case 6: s.version++; break;
            case 7: s.ciphertext_hash[31]++; break;
            case 8: s.secret.n--; break;
            case 9: s.successor = UR_SPAN_LIT(CONTRACT); break;
            case 10: s.policy_hash[31]++; break;
            default: s.instance_key[32]++; break;
            }
            assert_ok(ur_statement_hash(after, &s));
            assert_int_equal(ur_eq_var(before, after, sizeof before), has[k][c] == '0');
        }
    }
}

static void kinds_differ(void **state)
{
    (void)state;
    uint8_t hash[6][UR_SHA256_BYTES];
    for (int k = 1; k <= 5; k++) {
        ur_statement s = example((ur_statement_kind)k);
        assert_non_null(ur_statement_kind_name(s.kind));
        assert_ok(ur_statement_hash(hash[k], &s));
        for (int other = 1; other < k; other++) {
            assert_memory_not_equal(hash[k], hash[other], UR_SHA256_BYTES);
        }
    }
    assert_null(ur_statement_kind_name((ur_statement_kind)0));
    assert_null(ur_statement_kind_name((ur_statement_kind)6));
}

static void assert_refused(ur_status want, const ur_statement *s)
{
    static const uint8_t zero[UR_SHA256_BYTES];
    uint8_t got[UR_SHA256_BYTES];
    memset(got, 1, sizeof got);
    assert_status(ur_statement_hash(got, s), want);
    assert_memory_equal(got, zero, sizeof zero);
}

static void refused(void **state)
{
    (void)state;
    static const uint8_t long_secret[UR_STATEMENT_SECRET_MAX + 1];
    ur_statement s = example((ur_statement_kind)0);
    assert_refused(UR_E_INPUT, &s);
    s = example((ur_statement_kind)6);
    assert_refused(UR_E_INPUT, &s);
    s = example(UR_STATEMENT_HEARTBEAT);
    s.chain_id = UR_SPAN_LIT("dev/1");
    assert_refused(UR_E_INPUT, &s);
    s = example(UR_STATEMENT_HEARTBEAT);
    s.contract = UR_SPAN_LIT("wasm1");
    assert_refused(UR_E_INPUT, &s);
    s = example(UR_STATEMENT_HEARTBEAT);
    s.vault = 0;
    assert_refused(UR_E_INPUT, &s);
    s = example(UR_STATEMENT_HEARTBEAT);
    s.epoch = 0;
    assert_refused(UR_E_INPUT, &s);
    s = example(UR_STATEMENT_HEARTBEAT);
    s.sequence = 0;
    assert_refused(UR_E_INPUT, &s);
    s = example(UR_STATEMENT_MIGRATE);
    s.successor = UR_SPAN_LIT("nobody");
    assert_refused(UR_E_INPUT, &s);
    s = example(UR_STATEMENT_ACTIVATE);
    s.secret = ur_span_of(long_secret, sizeof long_secret);
    assert_refused(UR_E_LIMIT, &s);
    s.secret.n--;
    uint8_t hash[UR_SHA256_BYTES];
    assert_ok(ur_statement_hash(hash, &s));
}

static void keys(void **state)
{
    (void)state;
    uint8_t key[UR_INSTANCE_KEY_BYTES] = {0};
    for (int first = 0; first < 256; first++) {
        key[0] = (uint8_t)first;
        assert_int_equal(ur_statement_key_has_form(key), first == 2 || first == 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts), cmocka_unit_test(image_layout), cmocka_unit_test(every_field_is_signed),
        cmocka_unit_test(kinds_differ), cmocka_unit_test(refused), cmocka_unit_test(keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
