/* Finding, opening, and the simulator: its quotes verify under its own root with its own collateral, and nowhere else. */
#include <sys/stat.h>
#include <unistd.h>

#include "core/attest/verify.h"
#include "core/codec/json.h"
#include "lib/os/file.h"
#include "lib/suite/attest.h"
#include "lib/tee/sim.h"
#include "lib/tee/tee.h"
#include "tests/test.h"

#define NOW ((int64_t)1780272000)

static char base[64];
static char sim[96];
static ur_suite_attest *suite;

static const char *at(const char *name)
{
    static char paths[4][192];
    static unsigned next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", sim, name);
    return path;
}

static int start(void **state)
{
    (void)state;
    (void)snprintf(base, sizeof base, "/tmp/unrug-sim-XXXXXX");
    if (mkdtemp(base) == NULL || ur_suite_attest_new(&suite) != UR_OK) {
        return -1;
    }
    (void)snprintf(sim, sizeof sim, "%s/sim", base);
    const ur_sim_options options = {.now = NOW, .days = 30};
    return ur_sim_init(sim, &options, NULL) == UR_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    static const char *const files[] = {"keys", "root.pem", "collateral.json", "measurements"};
    for (size_t i = 0; i < 4; i++) {
        (void)unlink(at(files[i]));
    }
    ur_suite_attest_free(&suite);
    return rmdir(sim) == 0 && rmdir(base) == 0 ? 0 : -1;
}

typedef struct {
    uint8_t *json, *buf, *pem;
    size_t json_len, pem_len;
    ur_collateral c;
    ur_attest_root root;
    uint8_t der[UR_CERT_MAX];
} material;

static void load(material *m)
{
    ur_span cert;
    size_t count;
    assert_ok(ur_file_read(&m->json, &m->json_len, at("collateral.json"), UR_COLLATERAL_JSON_MAX, NULL));
    m->buf = malloc(m->json_len);
    assert_ok(ur_collateral_parse(&m->c, m->buf, m->json_len, ur_span_of(m->json, m->json_len)));
    assert_ok(ur_file_read(&m->pem, &m->pem_len, at("root.pem"), UR_PEM_CHAIN_MAX, NULL));
    assert_ok(ur_pem_chain(&cert, &count, 1, m->der, sizeof m->der, ur_span_of(m->pem, m->pem_len)));
    assert_ok(ur_attest_root_of_cert(&m->root, cert));
}

static void unload(material *m)
{
    free(m->json);
    free(m->buf);
    free(m->pem);
}

static ur_status verify(ur_verdict *v, const material *m, const ur_attest_root *root, const uint8_t *quote, size_t n, int64_t now)
{
    static uint8_t scratch[UR_ATTEST_SCRATCH_BYTES];
    return ur_attest_verify(v, ur_suite_attest_ops(suite), root, 1, &ur_attest_rules_default, &m->c, ur_span_of(quote, n), now,
                            scratch, sizeof scratch);
}

static ur_tee *open_sim(void)
{
    const ur_tee_options options = {.backend = "sim", .sim_folder = sim};
    ur_tee *tee;
    ur_err err = {0};
    if (ur_tee_open(&tee, &options, &err) != UR_OK) {
        fail_msg("%s", err.text);
    }
    return tee;
}

static void its_quotes_verify_under_its_root_only(void **state)
{
    (void)state;
    material m;
    ur_verdict v;
    uint8_t rd[64], *quote;
    size_t n;
    load(&m);
    ur_tee *tee = open_sim();
    assert_string_equal(ur_tee_backend_name(tee), "sim");
    assert_string_equal(ur_tee_kind(tee), "sim");
    assert_false(ur_tee_is_hardware(tee));
    for (unsigned i = 0; i < 64; i++) {
        rd[i] = (uint8_t)i;
    }
    assert_ok(ur_tee_quote(tee, &quote, &n, rd, NULL));
    if (verify(&v, &m, &m.root, quote, n, NOW) != UR_OK) {
        fail_msg("%s", ur_reason_name(v.reason));
    }
    assert_int_equal(v.tcb, UR_TCB_UpToDate);
    assert_int_equal(v.version, 4);
    assert_int_equal(v.tee, UR_TEE_TDX);
    assert_memory_equal(v.report_data, rd, 64);
    assert_int_equal(v.advisory_count, 0);
    assert_true(ur_span_eq_var(ur_span_of(v.pck.fmspc, 3), UR_SPAN_LIT("SIM")));
    assert_status(verify(&v, &m, &ur_attest_root_intel, quote, n, NOW), UR_E_PROOF);
    assert_int_equal(v.reason, UR_REASON_ROOT_UNTRUSTED);
    assert_ok(verify(&v, &m, &m.root, quote, n, NOW + 30 * 86400));
    assert_true(verify(&v, &m, &m.root, quote, n, NOW + 30 * 86400 + 1) != UR_OK);
    assert_true(verify(&v, &m, &m.root, quote, n, NOW - 1) != UR_OK);
    quote[200] ^= 1;
    assert_status(verify(&v, &m, &m.root, quote, n, NOW), UR_E_PROOF);
    assert_int_equal(v.reason, UR_REASON_QUOTE_SIGNATURE);
    free(quote);
    ur_tee_close(&tee);
    assert_null(tee);
    unload(&m);
}

static void it_says_what_it_is_everywhere(void **state)
{
    (void)state;
    material m;
    load(&m);
    ur_cert cert;
    assert_ok(ur_cert_parse(&cert, ur_span_of(m.der, (size_t)(m.der[2] << 8 | m.der[3]) + 4), UR_CERT_MAX));
    assert_true(ur_span_eq_var(cert.common_name, UR_SPAN_LIT("SIMULATOR SGX Root CA")));
    unload(&m);
    struct stat info;
    assert_int_equal(stat(at("keys"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void status_and_dates_can_be_chosen(void **state)
{
    (void)state;
    const ur_sim_options old = {.now = NOW + 86400, .days = 7, .status = "OutOfDate", .advisories = "INTEL-SA-00001,TEST-SA-2", .evaluation = 5};
    material m;
    ur_verdict v;
    uint8_t rd[64] = {0}, *quote;
    size_t n;
    ur_err err = {0};
    assert_ok(ur_sim_renew(sim, &old, &err));
    load(&m);
    ur_tee *tee = open_sim();
    assert_ok(ur_tee_quote(tee, &quote, &n, rd, NULL));
    assert_ok(verify(&v, &m, &m.root, quote, n, NOW + 2 * 86400));
    assert_int_equal(v.tcb, UR_TCB_OutOfDate);
    assert_int_equal(v.advisory_count, 2);
    assert_int_equal(v.tcb_evaluation, 5);
    assert_true(verify(&v, &m, &m.root, quote, n, NOW + 9 * 86400) != UR_OK);
    free(quote);
    ur_tee_close(&tee);
    unload(&m);
    const ur_sim_options bad[] = {{.now = NOW, .days = 0},
                                  {.now = NOW, .days = 3651},
                                  {.now = NOW, .days = 1, .status = "Fine"},
                                  {.now = NOW, .days = 1, .advisories = "a\"b"},
                                  {.now = -1, .days = 1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_status(ur_sim_renew(sim, &bad[i], &err), UR_E_USAGE);
    }
    const ur_sim_options good = {.now = NOW, .days = 30};
    assert_status(ur_sim_init(sim, &good, &err), UR_E_STATE);
    assert_ok(ur_sim_renew(sim, &good, &err));
}

static void measurements_can_be_edited(void **state)
{
    (void)state;
    uint8_t *text, rd[64] = {0}, *quote;
    size_t n, quote_len;
    ur_err err = {0};
    assert_ok(ur_file_read(&text, &n, at("measurements"), 65536, NULL));
    char *found = strstr((char *)text, "rtmr3 = 00");
    assert_non_null(found);
    found[8] = 'a';
    assert_ok(ur_file_write(at("measurements"), ur_span_of(text, n), UR_FILE_REPLACE, &err));
    ur_tee *tee = open_sim();
    assert_ok(ur_tee_quote(tee, &quote, &quote_len, rd, &err));
    assert_int_equal(quote[48 + 472], 0xa0);
    free(quote);
    ur_tee_close(&tee);
    found[8] = 'x';
    assert_ok(ur_file_write(at("measurements"), ur_span_of(text, n), UR_FILE_REPLACE, &err));
    const ur_tee_options options = {.backend = "sim", .sim_folder = sim};
    assert_status(ur_tee_open(&tee, &options, &err), UR_E_INPUT);
    assert_non_null(strstr(err.text, "measurements: line 6"));
    found[8] = '0';
    assert_ok(ur_file_write(at("measurements"), ur_span_of(text, n), UR_FILE_REPLACE, &err));
    free(text);
}

static void nothing_found_says_where_it_looked(void **state)
{
    (void)state;
    char nowhere[96];
    (void)snprintf(nowhere, sizeof nowhere, "%s/no-configfs", base);
    const ur_tee_options options = {.configfs_root = nowhere, .sim_folder = sim};
    ur_tee *tee;
    ur_err err = {0};
    ur_tee_finding found[UR_TEE_BACKENDS];
    ur_tee_detect(found, &options);
    assert_string_equal(found[0].backend, "dstack");
    assert_string_equal(found[1].backend, "configfs");
    assert_string_equal(found[1].place, nowhere);
    for (size_t i = 0; i < UR_TEE_BACKENDS; i++) {
        assert_false(found[i].found);
    }
    assert_status(ur_tee_open(&tee, &options, &err), UR_E_ABSENT); /* never the simulator, though its folder is named */
    assert_non_null(strstr(err.text, "no TEE found: dstack ("));
    assert_non_null(strstr(err.text, "configfs (/tmp/"));
    assert_null(tee);
    const ur_tee_options unknown = {.backend = "sgx"};
    assert_status(ur_tee_open(&tee, &unknown, &err), UR_E_USAGE);
    const ur_tee_options no_folder = {.backend = "sim"};
    assert_status(ur_tee_open(&tee, &no_folder, &err), UR_E_USAGE);
    const ur_tee_options empty_folder = {.backend = "sim", .sim_folder = base};
    assert_status(ur_tee_open(&tee, &empty_folder, &err), UR_E_ABSENT);
    assert_non_null(strstr(err.text, "unrug tee sim init"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_quotes_verify_under_its_root_only),
        cmocka_unit_test(it_says_what_it_is_everywhere),
        cmocka_unit_test(status_and_dates_can_be_chosen),
        cmocka_unit_test(measurements_can_be_edited),
        cmocka_unit_test(nothing_found_says_where_it_looked),
    };
    return cmocka_run_group_tests(tests, start, end);
}
