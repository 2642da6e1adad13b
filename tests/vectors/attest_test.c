/* Quotes and collateral of the attestation vectors: verdict, status, advisories and TCB date of every row. */
#include "core/attest/tcb.h"
#include "tests/vectors/attest_kit.h"

static ur_suite_attest *suite;

static int start(void **state)
{
    (void)state;
    return ur_suite_attest_new(&suite) == UR_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    ur_suite_attest_free(&suite);
    return 0;
}

typedef struct counts {
    size_t accepted, refused, either, wrong, other_reason;
} counts;

/* One row: verdict "accept", "reject" or "either"; expect: a status or reasons (NULL: any). */
static void row(counts *n, const char *id, const ur_attest_root *root, const ur_collateral *c, ur_span quote, int64_t now,
    const char *verdict, const char *expect, const char *advisories, const char *date)
{
    ur_verdict v;
    char got_advisories[2048];
    char got_date[32];
    ur_status s = ur_attest_verify(&v, ur_suite_attest_ops(suite), root, 1, &ur_attest_rules_default, c, quote, now,
        kit_scratch, sizeof kit_scratch);
    bool either = strcmp(verdict, "either") == 0;
    if (s == UR_OK) {
        kit_advisories(got_advisories, sizeof got_advisories, &v);
        kit_date(got_date, v.tcb_date);
        bool right = strcmp(verdict, "reject") != 0 && expect != NULL && kit_among(ur_tcb_status_name(v.tcb), expect) &&
                     strcmp(got_advisories, advisories) == 0 && strcmp(got_date, date) == 0;
        if (!right) {
            print_error("%s: accepted with %s %s %s, expected %s %s %s\n", id, ur_tcb_status_name(v.tcb), got_advisories,
                got_date, expect == NULL ? "a refusal" : expect, advisories, date);
            n->wrong++;
        }
        n->accepted++;
    } else {
        if (strcmp(verdict, "accept") == 0) {
            print_error("%s: refused with %s, expected %s\n", id, ur_reason_name(v.reason), expect);
            n->wrong++;
        } else if (!either && expect != NULL && !kit_among(ur_reason_name(v.reason), expect)) {
            print_message("%s: refused with %s, the table says %s\n", id, ur_reason_name(v.reason), expect);
            n->other_reason++;
        }
        assert_int_equal(ur_reason_status(v.reason), s);
        n->refused++;
    }
    n->either += either ? 1 : 0;
}

static void report(const char *what, const counts *n)
{
    print_message("%s: %zu rows, %zu accepted, %zu refused (%zu with another reason than the table's), %zu where either answer "
                  "is good, %zu wrong\n",
        what, n->accepted + n->refused, n->accepted, n->refused, n->other_reason, n->either, n->wrong);
    assert_int_equal(n->wrong, 0);
}

static void real_cases(void **state)
{
    (void)state;
    counts n = {0};
    ur_span table = kit_read("real/cases.tsv");
    char *rest = (char *)(uintptr_t)table.p;
    (void)kit_line(&rest); /* titles */
    for (char *line; (line = kit_line(&rest)) != NULL;) {
        char *f[16];
        char name[256];
        kit_set set;
        assert_true(kit_columns(line, f, 16) >= 6);
        (void)snprintf(name, sizeof name, "real/quotes/%s.bin", f[0]);
        ur_span quote = kit_read(name);
        (void)snprintf(name, sizeof name, "real/collateral/%s.json", f[1]);
        assert_true(kit_set_read(&set, name));
        /* The table's answer is a status or the name of a refusal. */
        bool accept = ur_tcb_status_parse(ur_span_str_var(f[3])) != UR_TCB_NONE;
        (void)snprintf(name, sizeof name, "%s with %s at %s", f[0], f[1], f[2]);
        row(&n, name, &ur_attest_root_intel, &set.c, quote, strtoll(f[2], NULL, 10), accept ? "accept" : "reject", f[3],
            f[4], f[5]);
        kit_set_free(&set);
        kit_free(&quote);
    }
    kit_free(&table);
    report("real", &n);
    assert_true(n.accepted + n.refused > 0);
}

static void synthetic_cases(void **state)
{
    (void)state;
    counts n = {0};
    counts under_intel = {0};
    ur_attest_root root = kit_root("synthetic/test_root.der");
    ur_span table = kit_read("synthetic/cases.tsv");
    char *rest = (char *)(uintptr_t)table.p;
    (void)kit_line(&rest);
    for (char *line; (line = kit_line(&rest)) != NULL;) {
        char *f[16];
        char name[256];
        kit_set set;
        assert_true(kit_columns(line, f, 16) >= 8);
        (void)snprintf(name, sizeof name, "synthetic/quotes/%s.bin", f[1]);
        ur_span quote = kit_read(name);
        (void)snprintf(name, sizeof name, "synthetic/collateral/%s.json", f[2]);
        assert_true(kit_set_read(&set, name));
        int64_t now = strtoll(f[3], NULL, 10);
        row(&n, f[0], &root, &set.c, quote, now, f[4], f[5], f[6], f[7]);
        row(&under_intel, f[0], &ur_attest_root_intel, &set.c, quote, now, "reject", NULL, "-", "-");
        kit_set_free(&set);
        kit_free(&quote);
    }
    kit_free(&table);
    report("synthetic", &n);
    assert_int_equal(under_intel.wrong, 0);
    assert_true(n.accepted + n.refused > 0);
}

/* Sets without revocation lists: refused whole, however good the rest; their TCB infos give the levels that the README says. */
static void partial_sets(void **state)
{
    (void)state;
    static const struct {
        const char *quote, *set;
        int64_t now;
        ur_tcb_status platform;
    } rows[] = {
        {"tdx4_oasis", "tdx-2024-09-C0806F000000", 1725263032, UR_TCB_UpToDate},
        {"tdx4_oasis_trailing", "tdx-2024-09-C0806F000000", 1727000000, UR_TCB_UpToDate},
        {"sgx_oasis_chain", "sgx-2022-12-00606A000000", 1671497404, UR_TCB_SWHardeningNeeded},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[128];
        kit_set set;
        ur_verdict v;
        ur_quote q;
        ur_reason why = UR_REASON_NONE;
        ur_span der[UR_CHAIN_MAX];
        uint8_t buf[UR_CHAIN_MAX * UR_CERT_MAX];
        size_t n = 0;
        ur_cert leaf;
        ur_pck pck;
        ur_td_body td;
        ur_tcb_info info;
        ur_level levels[2];
        (void)snprintf(name, sizeof name, "real/quotes/%s.bin", rows[i].quote);
        ur_span quote = kit_read(name);
        (void)snprintf(name, sizeof name, "real/partial/%s.json", rows[i].set);
        assert_true(kit_set_read(&set, name));
        assert_status(ur_attest_verify(&v, ur_suite_attest_ops(suite), &ur_attest_root_intel, 1, &ur_attest_rules_default, &set.c,
                          quote, rows[i].now, kit_scratch, sizeof kit_scratch), UR_E_INPUT);
        assert_int_equal(v.reason, UR_REASON_CRL_FORMAT);
        assert_ok(ur_quote_parse(&q, &why, quote));
        assert_ok(ur_pem_chain(der, &n, UR_CHAIN_MAX, buf, sizeof buf, q.cert_data));
        assert_ok(ur_cert_parse(&leaf, der[0], UR_CERT_MAX));
        assert_ok(ur_pck_parse(&pck, leaf.sgx));
        ur_td_body_read(&td, q.kind, q.body);
        ur_tcb_subject subject = {.pcesvn = pck.pcesvn, .is_td = q.tee == UR_TEE_TDX, .svn_count = 1};
        memcpy(subject.components, pck.components, sizeof subject.components);
        memcpy(subject.tee_svn[0], td.tee_tcb_svn, sizeof subject.tee_svn[0]);
        assert_ok(ur_tcb_info_match(&info, levels, &why, set.c.tcb_info, &subject));
        assert_string_equal(ur_tcb_status_name(levels[0].status), ur_tcb_status_name(rows[i].platform));
        kit_set_free(&set);
        kit_free(&quote);
    }
}

/* Quotes without a chain: by default refused, accepted where the rules say so and the collateral brings the chain. */
static void chains_in_collateral(void **state)
{
    (void)state;
    static const char *const names[] = {"p-cert-type4", "p-cert-type1"};
    ur_attest_rules rules = ur_attest_rules_default;
    ur_attest_root root = kit_root("synthetic/test_root.der");
    kit_set set;
    rules.allow_chain_in_collateral = true;
    assert_true(kit_set_read(&set, "synthetic/collateral/p-cert-type4.json"));
    for (size_t i = 0; i < 2; i++) {
        char name[64];
        ur_verdict v;
        ur_collateral c = set.c;
        (void)snprintf(name, sizeof name, "synthetic/quotes/%s.bin", names[i]);
        ur_span quote = kit_read(name);
        const ur_attest_ops *ops = ur_suite_attest_ops(suite);
        assert_ok(ur_attest_verify(&v, ops, &root, 1, &rules, &c, quote, 1780272000, kit_scratch, sizeof kit_scratch));
        assert_int_equal(v.tcb, UR_TCB_UpToDate);
        c.pck_chain = (ur_span){0};
        assert_status(ur_attest_verify(&v, ops, &root, 1, &rules, &c, quote, 1780272000, kit_scratch, sizeof kit_scratch),
            UR_E_INPUT);
        assert_int_equal(v.reason, UR_REASON_CERT_TYPE);
        /* Another certificate than the quote's own leaf. */
        ur_span other = kit_read("synthetic/quotes/p-svn-255.bin");
        ur_quote q;
        ur_reason why = UR_REASON_NONE;
        assert_ok(ur_quote_parse(&q, &why, other));
        c.pck_chain = q.cert_data;
        ur_status s = ur_attest_verify(&v, ops, &root, 1, &rules, &c, quote, 1780272000, kit_scratch, sizeof kit_scratch);
        assert_true(s != UR_OK || i == 1); /* type 1 names the platform, which is the same */
        kit_free(&other);
        kit_free(&quote);
    }
    kit_set_free(&set);
}

int main(void)
{
    if (vectors_skipped("attestation")) {
        return VECTORS_SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_cases),
        cmocka_unit_test(synthetic_cases),
        cmocka_unit_test(partial_sets),
        cmocka_unit_test(chains_in_collateral),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
