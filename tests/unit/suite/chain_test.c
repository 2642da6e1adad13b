/* Certificates that differ from good ones in one thing each, everything else and all signatures being right: every rule about
 * roles, names, dates and usages has a certificate that only it refuses. */
#include "lib/mint/recipe.h"
#include "tests/vectors/attest_kit.h"

static ur_suite_attest *suite;
static ur_mint_pki pki;
static ur_span quote;
static ur_collateral good;
static ur_attest_root root;
static uint8_t quote_bytes[UR_MINT_QUOTE_MAX], set_bytes[UR_MINT_SET_MAX], set_buf[UR_MINT_SET_MAX];

typedef struct certs {
    ur_mint_cert c[UR_MINT_ROLES];
    const ur_mint_key *issuer[UR_MINT_ROLES];
    ur_mint_names names[UR_MINT_ROLES];
    ur_mint_sgx sgx[UR_MINT_ROLES];
} certs;

static int start(void **state)
{
    (void)state;
    ur_writer w;
    ur_span json, der;
    uint8_t buf[2048];
    if (ur_suite_attest_new(&suite) != UR_OK || ur_mint_pki_test(&pki) != UR_OK) {
        return -1;
    }
    ur_writer_init(&w, quote_bytes, sizeof quote_bytes);
    assert_ok(ur_mint_recipe_quote(&w, "tdx4"));
    assert_ok(ur_writer_end(&w, &quote));
    ur_writer_init(&w, set_bytes, sizeof set_bytes);
    assert_ok(ur_mint_recipe_set(&w, "tdx"));
    assert_ok(ur_writer_end(&w, &json));
    assert_ok(ur_collateral_parse(&good, set_buf, sizeof set_buf, json));
    ur_writer_init(&w, buf, sizeof buf);
    assert_ok(ur_mint_pki_der(&w, &pki, UR_MINT_ROOT));
    assert_ok(ur_writer_end(&w, &der));
    assert_ok(ur_attest_root_of_cert(&root, der));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    ur_mint_pki_clear(&pki);
    ur_suite_attest_free(&suite);
    return 0;
}

static ur_span pem(uint8_t *out, size_t cap, const certs *x, const ur_mint_role *roles, size_t count)
{
    ur_writer w;
    ur_span text;
    ur_writer_init(&w, out, cap);
    for (size_t i = 0; i < count; i++) {
        uint8_t buf[2048];
        ur_writer one;
        ur_span der;
        ur_writer_init(&one, buf, sizeof buf);
        assert_ok(ur_mint_cert_write(&one, &x->c[roles[i]], x->issuer[roles[i]]));
        assert_ok(ur_writer_end(&one, &der));
        ur_mint_pem(&w, der, "\n");
    }
    assert_ok(ur_writer_end(&w, &text));
    return text;
}

enum { CA, NOT_CA, USAGE, ISSUER, SUBJECT, FROM, UNTIL, OTHER_CA, ROOT_KEY };

static void change(certs *x, ur_mint_role role, int what, unsigned value)
{
    ur_mint_cert *c = &x->c[role];
    switch (what) {
    case CA: c->ca = true; break;
    case NOT_CA: c->ca = false, c->path_len = -1; break;
    case USAGE: c->key_usage = (uint8_t)value; break;
    case ISSUER: c->issuer = "TEST SGX Root Cb"; break;
    case SUBJECT: c->subject = "TEST SGX Other"; break;
    case FROM: c->not_before = UR_MINT_TEST_TIME + value; break;
    case UNTIL: c->not_after = UR_MINT_TEST_TIME - value; break;
    case OTHER_CA: /* named alike by those below */
        c->subject = "TEST SGX PCK Other CA";
        x->c[UR_MINT_PCK].issuer = c->subject;
        break;
    default: c->key = pki.tcb.q; break;
    }
}

static void one_thing_each(void **state)
{
    (void)state;
    static const struct {
        ur_mint_role role;
        int what;
        unsigned value;
        bool signer; /* the chain of TCB info and QE identity; else the PCK chain */
        ur_reason why;
    } rows[] = {
        {UR_MINT_PCK, USAGE, 0xc0, false, UR_REASON_NONE},
        {UR_MINT_PCK, FROM, 0, false, UR_REASON_NONE},
        {UR_MINT_PCK, UNTIL, 0, false, UR_REASON_NONE},
        {UR_MINT_PCK, CA, 0, false, UR_REASON_PCK_CHAIN},
        {UR_MINT_PCK, USAGE, 0x40, false, UR_REASON_PCK_CHAIN},
        {UR_MINT_PCK, USAGE, 0xc4, false, UR_REASON_PCK_CHAIN},
        {UR_MINT_PCK, ISSUER, 0, false, UR_REASON_PCK_CHAIN},
        {UR_MINT_PCK, SUBJECT, 0, false, UR_REASON_PCK_CN},
        {UR_MINT_PCK, FROM, 1, false, UR_REASON_CERT_EXPIRED},
        {UR_MINT_PCK, UNTIL, 1, false, UR_REASON_CERT_EXPIRED},
        {UR_MINT_PLATFORM, NOT_CA, 0, false, UR_REASON_PCK_CHAIN},
        {UR_MINT_PLATFORM, USAGE, 0x02, false, UR_REASON_PCK_CHAIN},
        {UR_MINT_PLATFORM, USAGE, 0x04, false, UR_REASON_PCK_CRL_ISSUER},
        {UR_MINT_PLATFORM, ISSUER, 0, false, UR_REASON_PCK_CHAIN},
        {UR_MINT_PLATFORM, OTHER_CA, 0, false, UR_REASON_PCK_CN},
        {UR_MINT_PLATFORM, FROM, 1, false, UR_REASON_CERT_EXPIRED},
        {UR_MINT_PLATFORM, UNTIL, 1, false, UR_REASON_CERT_EXPIRED},
        {UR_MINT_ROOT, ROOT_KEY, 0, false, UR_REASON_ROOT_UNTRUSTED},
        {UR_MINT_ROOT, SUBJECT, 0, false, UR_REASON_PCK_CN},
        {UR_MINT_TCB, USAGE, 0xc0, true, UR_REASON_NONE},
        {UR_MINT_TCB, CA, 0, true, UR_REASON_TCB_INFO_CHAIN},
        {UR_MINT_TCB, USAGE, 0x40, true, UR_REASON_TCB_INFO_CHAIN},
        {UR_MINT_TCB, USAGE, 0xc4, true, UR_REASON_TCB_INFO_CHAIN},
        {UR_MINT_TCB, ISSUER, 0, true, UR_REASON_TCB_INFO_CHAIN},
        {UR_MINT_TCB, SUBJECT, 0, true, UR_REASON_TCB_INFO_SIGNER_CN},
        {UR_MINT_TCB, FROM, 1, true, UR_REASON_CERT_EXPIRED},
        {UR_MINT_TCB, UNTIL, 1, true, UR_REASON_CERT_EXPIRED},
        {UR_MINT_ROOT, ROOT_KEY, 0, true, UR_REASON_TCB_INFO_CHAIN},
        {UR_MINT_ROOT, SUBJECT, 0, true, UR_REASON_TCB_INFO_CHAIN},
    };
    static const ur_mint_role pck_chain[] = {UR_MINT_PCK, UR_MINT_PLATFORM, UR_MINT_ROOT};
    static const ur_mint_role tcb_chain[] = {UR_MINT_TCB, UR_MINT_ROOT};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static uint8_t text[UR_PEM_CHAIN_MAX];
        certs x;
        ur_verdict v;
        ur_collateral c = good;
        for (unsigned r = 0; r < UR_MINT_ROLES; r++) {
            x.c[r] = ur_mint_pki_cert(&pki, (ur_mint_role)r, &x.names[r], &x.sgx[r]);
            x.issuer[r] = ur_mint_pki_issuer(&pki, (ur_mint_role)r);
        }
        change(&x, rows[i].role, rows[i].what, rows[i].value);
        const ur_mint_role *roles = rows[i].signer ? tcb_chain : pck_chain;
        ur_span chain = pem(text, sizeof text, &x, roles, rows[i].signer ? 2 : 3);
        ur_span with = kit_with_chain(quote, chain);
        if (rows[i].signer) {
            c.tcb_info_chain = chain;
        }
        ur_status s = ur_attest_verify(&v, ur_suite_attest_ops(suite), &root, 1, &ur_attest_rules_default, &c,
            rows[i].signer ? quote : with, UR_MINT_TEST_TIME, kit_scratch, sizeof kit_scratch);
        if (v.reason != rows[i].why || s != ur_reason_status(rows[i].why)) {
            fail_msg("row %zu: %s, to be %s", i, ur_reason_name(v.reason), ur_reason_name(rows[i].why));
        }
        kit_free(&with);
    }
}

/* A pinned root is trusted for its time only. */
static void under(const ur_attest_root *r, ur_reason why)
{
    ur_verdict v;
    assert_status(ur_attest_verify(&v, ur_suite_attest_ops(suite), r, 1, &ur_attest_rules_default, &good, quote,
                      UR_MINT_TEST_TIME, kit_scratch, sizeof kit_scratch), ur_reason_status(why));
    assert_string_equal(ur_reason_name(v.reason), ur_reason_name(why));
}

static void a_root_has_its_time(void **state)
{
    (void)state;
    for (int64_t k = -1; k <= 1; k++) {
        ur_attest_root r = root;
        r.not_after = UR_MINT_TEST_TIME + k;
        under(&r, k < 0 ? UR_REASON_CERT_EXPIRED : UR_REASON_NONE);
        r = root;
        r.not_before = UR_MINT_TEST_TIME + k;
        under(&r, k > 0 ? UR_REASON_CERT_EXPIRED : UR_REASON_NONE);
    }
}

/* The same for the quoting enclave's report, the frame, and levels, which are signed again here. */
static void one_thing_in_a_quote(void **state)
{
    (void)state;
    static const struct {
        const char *quote, *set;
        ur_reason why;
        ur_tcb_status tcb;
        size_t advisories;
    } rows[] = {
        /* A debug enclave under an identity whose mask hides the bit. */
        {"tdx4 qe@48=17", "tdx qe:/\"attributesMask\":\"FB/\"attributesMask\":\"F9/", UR_REASON_QE_ATTRIBUTES, UR_TCB_NONE, 0},
        {"tdx4", "tdx qe:/\"attributesMask\":\"FB/\"attributesMask\":\"F9/", UR_REASON_NONE, UR_TCB_UpToDate, 0},
        {"sgx3 out@4=81", "sgx", UR_REASON_TEE_TYPE, UR_TCB_NONE, 0},
        {"tdx4", "tdx qe:/\"version\":2/\"version\":3/", UR_REASON_QE_IDENTITY_MISMATCH, UR_TCB_NONE, 0},
        /* The extended body says the module of now as well. */
        {"tdx5/4 sign@54=05", "tdx", UR_REASON_NONE, UR_TCB_TDRelaunchAdvised, 1},
        {"tdx5/4 sign@638=010100", "tdx", UR_REASON_TCB_NOT_SUPPORTED, UR_TCB_NONE, 0},
        /* An advisory of platform and quoting enclave is named once. */
        {"tdx4 qe@258=04", "tdx", UR_REASON_NONE, UR_TCB_OutOfDate, 1},
        {"tdx4 qe@258=04", "tdx tcb.advisory=TEST-SA-00021", UR_REASON_NONE, UR_TCB_OutOfDate, 1},
        {"tdx4 qe@258=04", "tdx tcb.advisory=TEST-SA-00022", UR_REASON_NONE, UR_TCB_OutOfDate, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static uint8_t q_bytes[UR_MINT_QUOTE_MAX], json_bytes[UR_MINT_SET_MAX], buf[UR_MINT_SET_MAX];
        ur_writer w;
        ur_span q, json;
        ur_collateral c;
        ur_verdict v;
        ur_writer_init(&w, q_bytes, sizeof q_bytes);
        assert_ok(ur_mint_recipe_quote(&w, rows[i].quote));
        assert_ok(ur_writer_end(&w, &q));
        ur_writer_init(&w, json_bytes, sizeof json_bytes);
        assert_ok(ur_mint_recipe_set(&w, rows[i].set));
        assert_ok(ur_writer_end(&w, &json));
        assert_ok(ur_collateral_parse(&c, buf, sizeof buf, json));
        ur_status s = ur_attest_verify(&v, ur_suite_attest_ops(suite), &root, 1, &ur_attest_rules_default, &c, q,
            UR_MINT_TEST_TIME, kit_scratch, sizeof kit_scratch);
        if (v.reason != rows[i].why || s != ur_reason_status(rows[i].why)) {
            fail_msg("row %zu: %s, to be %s", i, ur_reason_name(v.reason), ur_reason_name(rows[i].why));
        }
        if (v.tcb != rows[i].tcb || v.advisory_count != rows[i].advisories) {
            fail_msg("row %zu: %s with %zu advisories", i, ur_tcb_status_name(v.tcb), v.advisory_count);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thing_each),
        cmocka_unit_test(a_root_has_its_time),
        cmocka_unit_test(one_thing_in_a_quote),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
