/* dstack evidence: every made-up set, the real logs, and Intel's own sample sets. */
#include "core/attest/dstack.h"
#include "core/codec/hex.h"
#include "core/codec/json.h"
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

static void text_of(char *out, size_t cap, ur_json v)
{
    ur_span s = {0};
    assert_ok(ur_json_plain_var(&s, v));
    assert_true(s.n < cap);
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
}

static void assert_hex(ur_json v, const uint8_t *have, size_t n)
{
    uint8_t want[UR_KEY_PROVIDER_ID_MAX];
    assert_ok(ur_json_hex_var(want, n, v));
    assert_memory_equal(want, have, n);
}

static void check_identity(ur_json want, const ur_dstack_identity *id)
{
    assert_hex(ur_json_get_var(want, "app_id"), id->app_id, 20);
    assert_hex(ur_json_get_var(want, "compose_hash"), id->compose_hash, 32);
    assert_hex(ur_json_get_var(want, "instance_id"), id->instance_id, 20);
    assert_hex(ur_json_get_var(want, "os_image_hash"), id->os_image_hash, 32);
    assert_hex(ur_json_get_var(want, "key_provider_id"), id->key_provider_id, id->key_provider_id_len);
    assert_true(ur_json_is_var(ur_json_get_var(want, "key_provider"), UR_SPAN_LIT("kms")));
    assert_int_equal(id->key_provider, UR_KEY_PROVIDER_KMS);
}

/* Quote, log, compose file and certificate of one folder, in the order in which a verifier would look at them. */
static ur_reason judge(ur_dstack_identity *id, const char *name, const ur_collateral *c, const ur_attest_root *root, int64_t now)
{
    static uint8_t scratch[UR_DSTACK_SCRATCH_BYTES];
    const ur_attest_ops *ops = ur_suite_attest_ops(suite);
    char path[256];
    ur_verdict v;
    ur_ratls ratls = {0};
    ur_reason why = UR_REASON_NONE;
    ur_span cert = {0};
    (void)snprintf(path, sizeof path, "dstack/synthetic/%s/quote.bin", name);
    ur_span quote = kit_read(path);
    (void)snprintf(path, sizeof path, "dstack/synthetic/%s/event_log.json", name);
    ur_span text = kit_read(path);
    (void)snprintf(path, sizeof path, "dstack/synthetic/%s/app_compose.json", name);
    ur_span compose = kit_read(path);
    ur_event_log log = {UR_EVENT_LOG_JSON, text};
    (void)snprintf(path, sizeof path, "dstack/synthetic/%s/ratls_cert.der", name);
    ur_status s = UR_OK;
    if (kit_exists(path)) {
        cert = kit_read(path);
        s = ur_ratls_parse(&ratls, &why, cert);
        if (s == UR_OK) {
            assert_true(ur_span_eq_var(ratls.quote, quote));
        }
    }
    if (s == UR_OK) {
        s = ur_attest_verify(&v, ops, root, 1, &ur_attest_rules_default, c, quote, now, kit_scratch, sizeof kit_scratch);
        why = v.reason;
    }
    if (s == UR_OK) {
        s = ur_dstack_check(id, &why, ops, &ur_dstack_rules_default, &v.td, &log, compose, scratch, sizeof scratch);
    }
    if (s == UR_OK && cert.n != 0) {
        ur_dstack_identity again;
        s = ur_dstack_check(&again, &why, ops, &ur_dstack_rules_default, &v.td, &ratls.log, compose, scratch, sizeof scratch);
        assert_true(s != UR_OK || ur_eq_var(again.compose_hash, id->compose_hash, sizeof id->compose_hash));
        s = s == UR_OK ? ur_ratls_check(&why, ops, &ratls, &v, id, now) : s;
    }
    assert_int_equal(s, ur_reason_status(why));
    kit_free(&quote);
    kit_free(&text);
    kit_free(&compose);
    kit_free(&cert);
    return why;
}

static void made_up_sets(void **state)
{
    (void)state;
    ur_span text = kit_read("dstack/synthetic/cases.json");
    ur_attest_root root = kit_root("synthetic/test_root.der");
    kit_set set;
    ur_json top;
    ur_json_iter it;
    ur_json v;
    size_t n = 0;
    size_t accepted = 0;
    size_t other = 0;
    assert_true(kit_set_read(&set, "dstack/synthetic/collateral.json"));
    assert_ok(ur_json_parse_var(&top, text));
    assert_ok(ur_json_array_var(&it, top));
    while (ur_json_next_var(&it, &v)) {
        char id[64];
        char expect[64];
        int64_t now = 0;
        ur_dstack_identity identity;
        text_of(id, sizeof id, ur_json_get_var(v, "id"));
        text_of(expect, sizeof expect, ur_json_get_var(v, "expect"));
        assert_ok(ur_json_i64_var(&now, ur_json_get_var(v, "time")));
        ur_reason why = judge(&identity, id, &set.c, &root, now);
        if (why == UR_REASON_NONE) {
            if (!kit_among("OK", expect)) {
                fail_msg("%s: accepted, expected %s", id, expect);
            }
            check_identity(ur_json_get_var(v, "identity"), &identity);
            accepted++;
        } else if (strcmp(expect, "OK") == 0) {
            fail_msg("%s: refused with %s", id, ur_reason_name(why));
        } else if (!kit_among(ur_reason_name(why), expect)) {
            print_message("%s: refused with %s, the table says %s\n", id, ur_reason_name(why), expect);
            other++;
        }
        n++;
    }
    print_message("dstack synthetic: %zu sets, %zu accepted, %zu refused (%zu with another reason than the table's)\n", n,
        accepted, n - accepted, other);
    assert_true(n > 0);
    kit_set_free(&set);
    kit_free(&text);
}

/* What only the certificate's own rules refuse: another verdict, another time, another signature. */
static void certificates(void **state)
{
    (void)state;
    static const char *const names[] = {"d-p-ratls-v0", "d-p-ratls-legacy"};
    static uint8_t scratch[UR_DSTACK_SCRATCH_BYTES];
    const ur_attest_ops *ops = ur_suite_attest_ops(suite);
    const int64_t now = 1780272000;
    ur_attest_root root = kit_root("synthetic/test_root.der");
    kit_set set;
    assert_true(kit_set_read(&set, "dstack/synthetic/collateral.json"));
    for (size_t i = 0; i < 2; i++) {
        char path[128];
        ur_ratls r;
        ur_verdict v;
        ur_dstack_identity id;
        ur_reason why = UR_REASON_NONE;
        (void)snprintf(path, sizeof path, "dstack/synthetic/%s/ratls_cert.der", names[i]);
        ur_span cert = kit_read(path);
        assert_ok(ur_ratls_parse(&r, &why, cert));
        assert_true(r.self_signed);
        assert_ok(ur_attest_verify(&v, ops, &root, 1, &ur_attest_rules_default, &set.c, r.quote, now, kit_scratch, sizeof kit_scratch));
        assert_ok(ur_dstack_check(&id, &why, ops, &ur_dstack_rules_default, &v.td, &r.log, (ur_span){0}, scratch, sizeof scratch));
        assert_ok(ur_ratls_check(&why, ops, &r, &v, &id, r.cert.not_before));
        assert_ok(ur_ratls_check(&why, ops, &r, &v, &id, r.cert.not_after));
        assert_status(ur_ratls_check(&why, ops, &r, &v, &id, r.cert.not_before - 1), UR_E_PROOF);
        assert_int_equal(why, UR_REASON_CERT_EXPIRED);
        assert_status(ur_ratls_check(&why, ops, &r, &v, &id, r.cert.not_after + 1), UR_E_PROOF);
        assert_int_equal(why, UR_REASON_CERT_EXPIRED);
        v.signed_hash[31] ^= 1;
        assert_status(ur_ratls_check(&why, ops, &r, &v, &id, now), UR_E_PROOF);
        assert_int_equal(why, UR_REASON_RATLS_QUOTE);
        v.signed_hash[31] ^= 1;
        r.cert.signature[63] ^= 1;
        assert_status(ur_ratls_check(&why, ops, &r, &v, &id, now), UR_E_PROOF);
        assert_int_equal(why, UR_REASON_RATLS_SIGNATURE);
        kit_free(&cert);
    }
    kit_set_free(&set);
}

/* A string of a JSON file, unescaped, on the heap. */
static ur_span heap_string(ur_json v)
{
    uint8_t *p = malloc(v.raw.n + 1);
    ur_span s = {0};
    assert_non_null(p);
    assert_ok(ur_json_string_var(&s, p, v.raw.n, v));
    memmove(p, s.p, s.n);
    return ur_span_of(p, s.n);
}

static ur_span heap_hex(ur_json v)
{
    uint8_t *p = malloc(v.raw.n);
    size_t n = 0;
    assert_non_null(p);
    assert_ok(ur_json_hex_upto_var(p, v.raw.n, &n, v));
    return ur_span_of(p, n);
}

/* All four registers of a real quote replay from its log. */
static void replay_real(ur_span quote, const ur_event_log *log, const ur_dstack_rules *rules, uint32_t events, uint32_t app_events,
    ur_span compose, ur_reason expect)
{
    static uint8_t scratch[UR_DSTACK_SCRATCH_BYTES];
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    ur_td_body td;
    ur_dstack_identity id;
    assert_ok(ur_quote_parse(&q, &why, quote));
    ur_td_body_read(&td, q.kind, q.body);
    ur_status s = ur_dstack_check(&id, &why, ur_suite_attest_ops(suite), rules, &td, log, compose, scratch, sizeof scratch);
    assert_string_equal(ur_reason_name(why), ur_reason_name(expect));
    assert_int_equal(s, ur_reason_status(expect));
    if (s == UR_OK) {
        assert_int_equal(id.events, events);
        assert_int_equal(id.app_events, app_events);
    }
    td.rtmr2[0] ^= 1;
    assert_status(
        ur_dstack_check(&id, &why, ur_suite_attest_ops(suite), rules, &td, log, compose, scratch, sizeof scratch), UR_E_PROOF);
    assert_int_equal(why, UR_REASON_RTMR_MISMATCH);
}

static void real_logs(void **state)
{
    (void)state;
    static const char *const files[] = {"dstack/real/quote-report.json", "dstack/real/tdx-lite-getquote.json"};
    const ur_dstack_rules any = {UR_KEY_PROVIDER_KMS | UR_KEY_PROVIDER_LOCAL_SGX | UR_KEY_PROVIDER_TPM | UR_KEY_PROVIDER_NONE, true};
    for (size_t i = 0; i < 2; i++) {
        ur_span text = kit_read(files[i]);
        ur_json top;
        assert_ok(ur_json_parse_var(&top, text));
        ur_span quote = heap_hex(ur_json_get_var(top, "quote"));
        ur_span log = heap_string(ur_json_get_var(top, "event_log"));
        ur_json parsed;
        assert_ok(ur_json_parse_var(&parsed, log));
        const ur_event_log l = {UR_EVENT_LOG_JSON, log};
        replay_real(quote, &l, &any, (uint32_t)ur_json_count_var(parsed), i == 0 ? 1 : 0, (ur_span){0}, UR_REASON_NONE);
        kit_free(&text);
        kit_free(&quote);
        kit_free(&log);
    }
    /* The simulator's wire form; its compose file is not the measured one. */
    ur_span wire_bytes = kit_read("dstack/real/simulator-attestation.bin");
    ur_span compose = kit_read("dstack/real/simulator-app-compose.json");
    ur_dstack_wire wire;
    assert_ok(ur_dstack_wire_parse(&wire, wire_bytes));
    replay_real(wire.quote, &wire.log, &any, 33, 0, (ur_span){0}, UR_REASON_NONE);
    replay_real(wire.quote, &wire.log, &any, 33, 0, compose, UR_REASON_COMPOSE_HASH);
    /* What stands in it twice must be the same twice. */
    uint8_t *const twice[] = {(uint8_t *)(uintptr_t)wire.report_data, (uint8_t *)(uintptr_t)(wire.runtime_events.p + wire.runtime_events.n - 1)};
    for (size_t k = 0; k < 2; k++) {
        *twice[k] ^= 1;
        assert_status(ur_dstack_wire_parse(&wire, wire_bytes), UR_E_INPUT);
        *twice[k] ^= 1;
    }
    for (size_t n = 0; n < wire_bytes.n; n++) {
        assert_status(ur_dstack_wire_parse(&wire, ur_span_of(wire_bytes.p, n)), UR_E_INPUT);
    }
    ur_span lite = kit_read("dstack/real/tdx-lite-attestation.json");
    ur_json top;
    assert_ok(ur_json_parse_var(&top, lite));
    ur_span lite_wire = heap_hex(ur_json_get_var(top, "attestation"));
    assert_ok(ur_dstack_wire_parse(&wire, lite_wire));
    print_message("dstack real: 2 JSON logs and the simulator's wire form replay; %zu octets of another wire form parse\n", lite_wire.n);
    kit_free(&lite_wire);
    kit_free(&lite);
    kit_free(&wire_bytes);
    kit_free(&compose);
}

/* Intel's sample sets: their collateral comes in separate files, the PCK chain as leaf and signers. */
static ur_reason intel_sample(const char *folder, const ur_attest_root *roots, int64_t now)
{
    char path[256];
    ur_verdict v;
    ur_collateral c = {0};
    uint8_t sig[2][64];
    static uint8_t chain[2][16384];
    ur_span f[9];
    static const char *const names[9] = {"pckCert.pem", "pckSignChain.pem", "tcbSignChain.pem", "trustedRootCaCert.pem",
        "tcbInfo.json", "qeIdentity.json", "rootCaCrl.der", "intermediateCaCrl.der", "quote.dat"};
    for (size_t i = 0; i < 9; i++) {
        (void)snprintf(path, sizeof path, "intel-qvl-sample/%s/%s", folder, names[i]);
        f[i] = kit_read(path);
    }
    /* pckSignChain.pem holds root and CA; tcbSignChain.pem root and signer: our order is leaf first. */
    ur_span der[3];
    size_t n = 0;
    static uint8_t buf[3 * UR_CERT_MAX];
    assert_ok(ur_pem_chain(der, &n, 3, buf, sizeof buf, f[1]));
    assert_int_equal(n, 2);
    for (size_t k = 0; k < 2; k++) {
        ur_span pem = f[1 + k];
        const char *second = strstr((const char *)pem.p + 10, "-----BEGIN");
        assert_non_null(second);
        size_t first_n = (size_t)(second - (const char *)pem.p);
        ur_writer w;
        ur_writer_init(&w, chain[k], sizeof chain[k]);
        if (k == 0) {
            ur_writer_span(&w, f[0]);
        }
        ur_cert first;
        size_t m = 0;
        ur_span one[1];
        assert_ok(ur_pem_chain(one, &m, 1, buf, sizeof buf, ur_span_of(pem.p, first_n)));
        assert_ok(ur_cert_parse(&first, one[0], UR_CERT_MAX));
        bool root_first = ur_span_eq_var(first.issuer, first.subject);
        if (root_first) {
            ur_writer_bytes(&w, second, pem.n - first_n);
            ur_writer_bytes(&w, pem.p, first_n);
        } else {
            ur_writer_span(&w, pem);
        }
        assert_false(w.overflow);
        *(k == 0 ? &c.pck_chain : &c.tcb_info_chain) = ur_span_of(chain[k], w.n);
    }
    c.qe_identity_chain = c.tcb_info_chain;
    c.root_crl = f[6];
    c.pck_crl = f[7];
    assert_ok(ur_pcs_answer_split(&c.tcb_info, sig[0], f[4]));
    assert_ok(ur_pcs_answer_split(&c.qe_identity, sig[1], f[5]));
    c.tcb_info_signature = ur_span_of(sig[0], 64);
    c.qe_identity_signature = ur_span_of(sig[1], 64);
    /* Their certification data is not what any quoting enclave sends (34 octets of type 1, DER as type 5). As they are
     * they are refused; with the chain where it belongs, which nothing signs, the rest is judged. */
    ur_status s = ur_attest_verify(&v, ur_suite_attest_ops(suite), roots, 1, &ur_attest_rules_default, &c, f[8], now,
        kit_scratch, sizeof kit_scratch);
    assert_int_equal(s, UR_E_INPUT);
    ur_span quote = kit_with_chain(f[8], c.pck_chain);
    s = ur_attest_verify(&v, ur_suite_attest_ops(suite), roots, 1, &ur_attest_rules_default, &c, quote, now, kit_scratch,
        sizeof kit_scratch);
    kit_free(&quote);
    assert_int_equal(s, ur_reason_status(v.reason));
    print_message("Intel sample %s at %lld: %s\n", folder, (long long)now, ur_reason_name(v.reason));
    for (size_t i = 0; i < 9; i++) {
        kit_free(&f[i]);
    }
    return v.reason;
}

static ur_attest_root pem_root(const char *name)
{
    ur_span pem = kit_read(name);
    ur_span der;
    size_t n = 0;
    static uint8_t buf[UR_CERT_MAX];
    ur_attest_root root;
    assert_ok(ur_pem_chain(&der, &n, 1, buf, sizeof buf, pem));
    assert_ok(ur_attest_root_of_cert(&root, der));
    kit_free(&pem);
    return root;
}

static void intel_samples(void **state)
{
    (void)state;
    ur_attest_root sgx = pem_root("intel-qvl-sample/sgx/trustedRootCaCert.pem");
    ur_attest_root tdx = pem_root("intel-qvl-sample/tdx/trustedRootCaCert.pem");
    /* Same names as Intel's, other key. */
    assert_int_equal(intel_sample("sgx", &ur_attest_root_intel, 1600000000), UR_REASON_ROOT_UNTRUSTED);
    assert_int_equal(intel_sample("tdx", &ur_attest_root_intel, 1700000000), UR_REASON_ROOT_UNTRUSTED);
    assert_int_equal(intel_sample("sgx", &sgx, 1900000000), UR_REASON_CERT_EXPIRED);
    assert_int_equal(intel_sample("tdx", &tdx, 1900000000), UR_REASON_CERT_EXPIRED);
    /* TCB info of version 2, and one whose component SVNs do not fit an octet: refused, the signatures having verified. */
    ur_reason why = intel_sample("sgx", &sgx, 1600000000);
    assert_true(why == UR_REASON_TCB_INFO_MISMATCH || why == UR_REASON_TCB_INFO_FORMAT);
    why = intel_sample("tdx", &tdx, 1700000000);
    assert_true(why == UR_REASON_TCB_INFO_FORMAT || why == UR_REASON_TDX_MODULE_MISMATCH);
}

int main(void)
{
    if (vectors_skipped("attestation")) {
        return VECTORS_SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_up_sets),
        cmocka_unit_test(certificates),
        cmocka_unit_test(real_logs),
        cmocka_unit_test(intel_samples),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
