/* The verifier over three sets, with signatures that always hold: this is about everything else, and it runs where no library
 * from outside is linked (MSan, the portable build). Real signatures: tests/vectors/attest_*. */
#include "core/attest/verify.h"
#include "fuzz/attest_ops.h"
#include "tests/test.h"

typedef struct set {
    ur_span quote;
    ur_collateral c;
    ur_attest_root root;
    int64_t now;
} set;

static uint8_t scratch[UR_ATTEST_SCRATCH_BYTES];

/* What the tests read, until all of them are through. */
static void *blocks[64];
static size_t blocks_n;

static void *keep_block(void *p)
{
    assert_true(p != NULL && blocks_n < sizeof blocks / sizeof *blocks);
    return blocks[blocks_n++] = p;
}

static int free_blocks(void **state)
{
    (void)state;
    while (blocks_n > 0) {
        free(blocks[--blocks_n]);
    }
    return 0;
}

static ur_span read_file(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "tests/data/attest/%s", name);
    ur_span file = test_read_file(path);
    keep_block((void *)(uintptr_t)file.p);
    return file;
}

static set load(const char *name, int64_t now)
{
    char file[64];
    set s = {.now = now, .root = ur_attest_root_intel};
    (void)snprintf(file, sizeof file, "%s.quote", name);
    s.quote = read_file(file);
    (void)snprintf(file, sizeof file, "%s.json", name);
    ur_span json = read_file(file);
    uint8_t *buf = keep_block(malloc(json.n));
    assert_ok(ur_collateral_parse(&s.c, buf, json.n, json));
    if (strcmp(name, "tdx5") == 0) {
        assert_ok(ur_attest_root_of_cert(&s.root, read_file("test_root.der")));
    }
    return s;
}

static ur_status verify_with(ur_verdict *v, const set *s, const ur_attest_rules *rules, int64_t now)
{
    return ur_attest_verify(v, &accepting_ops, &s->root, 1, rules, &s->c, s->quote, now, scratch, sizeof scratch);
}

static void three_quotes(void **state)
{
    (void)state;
    ur_verdict v;
    set s = load("tdx4", 1751624655);
    assert_ok(verify_with(&v, &s, &ur_attest_rules_default, s.now));
    assert_int_equal(v.tcb, UR_TCB_UpToDate);
    assert_int_equal(v.version, 4);
    assert_int_equal(v.kind, UR_BODY_TD10);
    assert_int_equal(v.advisory_count, 0);
    static const uint8_t ppid[] = {
        0x81, 0x1d, 0xca, 0x2a, 0x26, 0xb9, 0x52, 0xe8, 0x5b, 0xb6, 0x44, 0x8b, 0x09, 0x7b, 0xa4, 0xfd};
    static const uint8_t fmspc[] = {0xb0, 0xc0, 0x6f, 0x00, 0x00, 0x00};
    assert_memory_equal(v.pck.ppid, ppid, sizeof ppid);
    assert_memory_equal(v.pck.fmspc, fmspc, sizeof fmspc);
    assert_true(v.pck.has_platform && v.valid_from == 1750329147 && v.valid_until == 1752919235);
    assert_memory_equal(v.report_data, v.td.report_data, 64);

    s = load("sgx3", 1751624924);
    assert_ok(verify_with(&v, &s, &ur_attest_rules_default, s.now));
    assert_int_equal(v.tcb, UR_TCB_ConfigurationAndSWHardeningNeeded);
    assert_int_equal(v.tee, UR_TEE_SGX);
    assert_int_equal(v.advisory_count, 2);
    assert_true(ur_span_eq_var(v.advisories[0], UR_SPAN_LIT("INTEL-SA-00289")));
    assert_true(ur_span_eq_var(v.advisories[1], UR_SPAN_LIT("INTEL-SA-00615")));
    assert_false(v.pck.has_platform);

    s = load("tdx5", 1780272000);
    assert_ok(verify_with(&v, &s, &ur_attest_rules_default, s.now));
    assert_int_equal(v.kind, UR_BODY_TD15X);
    assert_int_equal(v.tcb, UR_TCB_UpToDate);
    assert_int_equal(v.tcb_evaluation, 20);
}

static void refused(const set *s, const ur_attest_rules *rules, int64_t now, ur_reason why)
{
    ur_verdict v;
    ur_status st = verify_with(&v, s, rules, now);
    assert_string_equal(ur_reason_name(v.reason), ur_reason_name(why));
    assert_int_equal(st, ur_reason_status(why));
    assert_int_equal(v.status, st);
    if (st != UR_OK && st != UR_E_POLICY) { /* nothing else is left */
        ur_verdict empty = {.status = st, .reason = why};
        assert_memory_equal(&v, &empty, sizeof v);
    }
}

static void absent_parts(void **state)
{
    (void)state;
    set s = load("tdx4", 1751624655);
    ur_span *const parts[] = {&s.c.root_crl, &s.c.pck_crl, &s.c.tcb_info, &s.c.tcb_info_signature, &s.c.tcb_info_chain,
        &s.c.qe_identity, &s.c.qe_identity_signature, &s.c.qe_identity_chain};
    static const ur_reason reasons[] = {UR_REASON_CRL_FORMAT, UR_REASON_CRL_FORMAT, UR_REASON_TCB_INFO_FORMAT,
        UR_REASON_TCB_INFO_SIGNATURE, UR_REASON_TCB_INFO_CHAIN, UR_REASON_QE_IDENTITY_FORMAT, UR_REASON_QE_IDENTITY_SIGNATURE,
        UR_REASON_QE_IDENTITY_CHAIN};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        ur_span kept = *parts[i];
        *parts[i] = (ur_span){0};
        refused(&s, &ur_attest_rules_default, s.now, reasons[i]);
        *parts[i] = kept;
    }
    refused(&s, &ur_attest_rules_default, 1750329146, UR_REASON_QE_IDENTITY_NOT_YET_VALID);
    refused(&s, &ur_attest_rules_default, 1752919236, UR_REASON_PCK_CRL_EXPIRED);
    refused(&s, &ur_attest_rules_default, 0, UR_REASON_CERT_EXPIRED);
    refused(&s, &ur_attest_rules_default, INT64_MAX, UR_REASON_CERT_EXPIRED);
    refused(&s, &ur_attest_rules_default, INT64_MIN, UR_REASON_CERT_EXPIRED);
    s.root.key[0] ^= 1;
    refused(&s, &ur_attest_rules_default, s.now, UR_REASON_ROOT_UNTRUSTED);
}

/* Rules over bodies: signatures always hold here, so bits can be set at will. */
static void body_rules(void **state)
{
    (void)state;
    set s = load("tdx5", 1780272000);
    uint8_t *q = (uint8_t *)(uintptr_t)s.quote.p;
    uint8_t *td = q + 54;
    ur_attest_rules rules = ur_attest_rules_default;
    static const struct {
        unsigned bit;
        ur_reason why, why_when_allowed;
    } bits[] = {
        {0, UR_REASON_DEBUG, UR_REASON_DEBUG},
        {5, UR_REASON_TD_ATTR_RESERVED, UR_REASON_TD_ATTR_RESERVED},
        {27, UR_REASON_TD_ATTR_RESERVED, UR_REASON_NONE},
        {28, UR_REASON_SEPT_VE_DISABLE, UR_REASON_SEPT_VE_DISABLE},
        {29, UR_REASON_TD_ATTR_MIGRATABLE, UR_REASON_TD_ATTR_MIGRATABLE},
        {30, UR_REASON_NONE, UR_REASON_NONE},
        {63, UR_REASON_NONE, UR_REASON_NONE},
    };
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        uint8_t *octet = td + 120 + bits[i].bit / 8;
        *octet ^= (uint8_t)(1u << bits[i].bit % 8);
        rules.td_attributes_allowed = ur_attest_rules_default.td_attributes_allowed;
        refused(&s, &rules, s.now, bits[i].why);
        rules.td_attributes_allowed = UINT64_MAX;
        refused(&s, &rules, s.now, bits[i].why_when_allowed);
        *octet ^= (uint8_t)(1u << bits[i].bit % 8);
    }
    rules = ur_attest_rules_default;
    static const size_t service[] = {600, 729, 829}; /* mr_servicetd, and the two of the extended body */
    for (size_t i = 0; i < 3; i++) {
        td[service[i]] = 1;
        rules.allow_service_td = false;
        refused(&s, &rules, s.now, UR_REASON_SERVICE_TD);
        rules.allow_service_td = true;
        refused(&s, &rules, s.now, UR_REASON_NONE);
        td[service[i]] = 0;
    }
    s = load("sgx3", 1751624924);
    uint8_t *flags = (uint8_t *)(uintptr_t)s.quote.p + 48 + 48;
    *flags ^= UR_SGX_DEBUG;
    refused(&s, &ur_attest_rules_default, s.now, UR_REASON_DEBUG);
    *flags ^= UR_SGX_DEBUG | UR_SGX_PROVISION_KEY;
    refused(&s, &ur_attest_rules_default, s.now, UR_REASON_SGX_ATTRIBUTES);
    *flags ^= UR_SGX_PROVISION_KEY | UR_SGX_INIT;
    refused(&s, &ur_attest_rules_default, s.now, UR_REASON_SGX_ATTRIBUTES);
}

/* Every octet of the QE's report data counts, the half that Intel's library does not look at too. */
static void qe_report_data(void **state)
{
    (void)state;
    static const char *const names[] = {"tdx4", "tdx5", "sgx3"};
    static const int64_t times[] = {1751624655, 1780272000, 1751624924};
    for (size_t k = 0; k < 3; k++) {
        set s = load(names[k], times[k]);
        ur_quote q;
        ur_reason why = UR_REASON_NONE;
        assert_ok(ur_quote_parse(&q, &why, s.quote));
        uint8_t *report = (uint8_t *)(uintptr_t)q.qe_report.p;
        for (size_t i = 320; i < 384; i++) {
            report[i] ^= 1;
            refused(&s, &ur_attest_rules_default, s.now, UR_REASON_QE_REPORT_DATA);
            report[i] ^= 1;
        }
        refused(&s, &ur_attest_rules_default, s.now, UR_REASON_NONE);
    }
}

/* What an operation table answers decides: refusals by name, failures as they are. */
static ur_status answer;
static size_t asked, fail_at;
static ur_status scripted(void *ctx, const uint8_t key[64], const uint8_t hash[32], const uint8_t sig[64], bool lasting)
{
    (void)ctx, (void)key, (void)hash, (void)sig, (void)lasting;
    return asked++ == fail_at ? answer : UR_OK;
}

static void every_signature_counts(void **state)
{
    (void)state;
    set s = load("tdx4", 1751624655);
    ur_attest_ops ops = accepting_ops;
    ur_verdict v;
    ops.p256_verify = scripted;
    static const ur_reason reasons[9] = {UR_REASON_ROOT_CRL_SIGNATURE, UR_REASON_PCK_CHAIN_SIG, UR_REASON_PCK_CRL_SIGNATURE,
        UR_REASON_PCK_CHAIN_SIG, UR_REASON_TCB_INFO_CHAIN, UR_REASON_TCB_INFO_SIGNATURE, UR_REASON_QE_IDENTITY_SIGNATURE,
        UR_REASON_QE_REPORT_SIGNATURE, UR_REASON_QUOTE_SIGNATURE};
    for (fail_at = 0; fail_at < 9; fail_at++) {
        asked = 0;
        answer = UR_E_PROOF;
        ur_status st = ur_attest_verify(
            &v, &ops, &s.root, 1, &ur_attest_rules_default, &s.c, s.quote, s.now, scratch, sizeof scratch);
        assert_string_equal(ur_reason_name(v.reason), ur_reason_name(reasons[fail_at]));
        assert_int_equal(st, ur_reason_status(reasons[fail_at]));
        asked = 0;
        answer = UR_E_UNAVAILABLE;
        assert_status(
            ur_attest_verify(&v, &ops, &s.root, 1, &ur_attest_rules_default, &s.c, s.quote, s.now, scratch, sizeof scratch),
            UR_E_UNAVAILABLE);
        assert_int_equal(v.reason, UR_REASON_NONE);
    }
    asked = 0;
    assert_ok(ur_attest_verify(&v, &ops, &s.root, 1, &ur_attest_rules_default, &s.c, s.quote, s.now, scratch, sizeof scratch));
    assert_int_equal(asked, 9); /* no signature more than there are, and none twice */
}

/* Operation tables may rely on it: r and s are within 1 and n - 1 before they are asked. */
static void signatures_out_of_range(void **state)
{
    (void)state;
    static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    uint8_t key[64] = {1};
    uint8_t hash[32] = {1};
    for (size_t half = 0; half < 2; half++) {
        uint8_t sig[64];
        memset(sig, 1, sizeof sig);
        assert_ok(ur_attest_signed_hash(&accepting_ops, key, hash, sig, false));
        memset(sig + 32 * half, 0, 32);
        assert_status(ur_attest_signed_hash(&accepting_ops, key, hash, sig, false), UR_E_PROOF);
        memcpy(sig + 32 * half, order, 32);
        assert_status(ur_attest_signed_hash(&accepting_ops, key, hash, sig, false), UR_E_PROOF);
        memset(sig + 32 * half, 0xff, 32);
        assert_status(ur_attest_signed_hash(&accepting_ops, key, hash, sig, false), UR_E_PROOF);
        memcpy(sig + 32 * half, order, 32);
        sig[32 * half + 31]--;
        assert_ok(ur_attest_signed_hash(&accepting_ops, key, hash, sig, false));
    }
}

static void usage(void **state)
{
    (void)state;
    set s = load("tdx4", 1751624655);
    ur_verdict v;
    assert_status(ur_attest_verify(&v, &accepting_ops, &s.root, 0, &ur_attest_rules_default, &s.c, s.quote, s.now, scratch,
                      sizeof scratch), UR_E_USAGE);
    assert_status(ur_attest_verify(&v, &accepting_ops, &s.root, 1, NULL, &s.c, s.quote, s.now, scratch, sizeof scratch), UR_E_USAGE);
    assert_status(ur_attest_verify(&v, &accepting_ops, &s.root, 1, &ur_attest_rules_default, &s.c, s.quote, s.now, scratch,
                      sizeof scratch - 1), UR_E_USAGE);
}

static void reasons(void **state)
{
    (void)state;
    for (unsigned i = 0; i < UR_REASON_COUNT; i++) {
        ur_status s = ur_reason_status((ur_reason)i);
        assert_true(i == UR_REASON_NONE ? s == UR_OK : s == UR_E_INPUT || s == UR_E_PROOF || s == UR_E_POLICY);
        assert_true(strlen(ur_reason_text((ur_reason)i)) > 5);
    }
    assert_string_equal(ur_reason_name(UR_REASON_COUNT), "?");
    assert_int_equal(ur_reason_status(UR_REASON_COUNT), UR_E_INTERNAL);
    assert_true(ur_tcb_status_parse(UR_SPAN_LIT("Uptodate")) == UR_TCB_NONE);
    assert_true(ur_tcb_status_parse(UR_SPAN_LIT("?")) == UR_TCB_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_quotes),
        cmocka_unit_test(absent_parts),
        cmocka_unit_test(body_rules),
        cmocka_unit_test(qe_report_data),
        cmocka_unit_test(every_signature_counts),
        cmocka_unit_test(signatures_out_of_range),
        cmocka_unit_test(usage),
        cmocka_unit_test(reasons),
    };
    return cmocka_run_group_tests(tests, NULL, free_blocks);
}
