/* The tee object: strict reading, and each rule by itself over a made-up verdict. */
#include "core/attest/tee_policy.h"
#include "tests/test.h"

#define Z8 "0000000000000000"
#define Z16 Z8 Z8
#define Z32 Z16 Z16
#define Z48 Z32 Z16
#define INTEL                                                                                                   \
    "040ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f567918e2edc88e40d860bd0cc4ee26aacc988e505a953558c45" \
    "3f6b0904ae7394"
#define DSTACK                                                                                                           \
    "{\"app_id\":\"any\",\"compose_hash\":\"" Z32 "\",\"key_provider\":\"kms\",\"key_provider_id\":\"0102\",\"kind\":\"dstack\"," \
    "\"mr_seam\":\"any\",\"mr_td\":\"" Z48 "\",\"rtmr0\":\"" Z48 "\",\"rtmr1\":\"" Z48 "\",\"rtmr2\":\"" Z48                  \
    "\",\"td_attributes\":\"0000001800000000\",\"xfam\":\"e702060000000000\"}"
#define SGX                                                                                                    \
    "{\"attributes\":\"0500000000000000e700000000000000\",\"isv_prodid\":3,\"kind\":\"sgx\",\"min_isv_svn\":2,\"mr_enclave\":\"any\"," \
    "\"mr_signer\":\"" Z32 "\"}"
#define TDX                                                                                                             \
    "{\"kind\":\"tdx\",\"mr_config_id\":\"any\",\"mr_owner\":\"" Z48 "\",\"mr_owner_config\":\"" Z48 "\",\"mr_seam\":\"" Z48 \
    "\",\"mr_servicetd\":\"" Z48 "\",\"mr_td\":\"" Z48 "\",\"rtmr0\":\"" Z48 "\",\"rtmr1\":\"" Z48 "\",\"rtmr2\":\"" Z48        \
    "\",\"rtmr3\":\"any\",\"td_attributes\":\"0000001000000000\",\"xfam\":\"e702060000000000\"}"
#define AUTHORITY                                                                                              \
    "{\"delay\":604800,\"keys\":[\"02" Z32 "\",\"03" Z32 "\"],\"quorum\":2}"

enum { ADVISORIES, FLOOR, IMAGES, PLATFORMS, AGE, RELEASE, ROOTS, TCB, FIELDS };
static const char *const names[FIELDS] = {
    "advisories", "evaluation_floor", "images", "platforms", "quote_age", "release_authority", "roots", "tcb"};
static const char *const good[FIELDS] = {
    "{\"allowed\":[\"INTEL-SA-00001\",\"INTEL-SA-00002\"],\"forbidden\":[\"INTEL-SA-00009\"]}", "15",
    "[" DSTACK "," SGX "," TDX "]", "[\"" Z32 "\"]", "3600", "null", "[\"" INTEL "\"]",
    "{\"grace_evaluation\":18,\"grace_until\":2000000,\"min_date\":1000000,\"statuses\":[\"SWHardeningNeeded\",\"UpToDate\"]}"};

static char text[16384];

/* The object with one field's value in place of the good one (NULL: left out). */
static ur_span object(size_t which, const char *value)
{
    size_t n = 0;
    bool first = true;
    n += (size_t)snprintf(text + n, sizeof text - n, "{");
    for (size_t i = 0; i < FIELDS; i++) {
        const char *v = i == which ? value : good[i];
        if (v != NULL) {
            n += (size_t)snprintf(text + n, sizeof text - n, "%s\"%s\":%s", first ? "" : ",", names[i], v);
            first = false;
        }
    }
    n += (size_t)snprintf(text + n, sizeof text - n, "}");
    assert_true(n < sizeof text);
    return ur_span_of(text, n);
}

static void refused(size_t which, const char *value)
{
    ur_tee_policy p;
    const char *where = NULL;
    ur_status s = ur_tee_policy_parse(&p, &where, object(which, value));
    if (s != UR_E_INPUT && s != UR_E_LIMIT) {
        fail_msg("%s: %s is %s", names[which], value == NULL ? "absence" : value, ur_status_name(s));
    }
    if (strcmp(where, names[which]) != 0) {
        fail_msg("%s: blamed %s", names[which], where);
    }
    ur_tee_policy empty = {0};
    assert_memory_equal(&p, &empty, sizeof p);
}

static void reading(void **state)
{
    (void)state;
    ur_tee_policy p;
    const char *where = "";
    assert_ok(ur_tee_policy_parse(&p, &where, object(FIELDS, NULL)));
    assert_null(where);
    assert_int_equal(p.image_count, 3);
    assert_int_equal(p.root_count, 1);
    assert_true(ur_tee_policy_is_production(&p));
    assert_true(p.roots[0].not_after == ur_attest_root_intel.not_after);
    assert_true(p.rules.td_attributes_allowed == (ur_attest_rules_default.td_attributes_allowed | 1ull << 27));
    assert_false(p.rules.allow_service_td);
    assert_int_equal(p.platform_count, 1);
    assert_int_equal(p.evaluation_floor, 15);
    assert_int_equal(p.quote_age_s, 3600);
    assert_int_equal(p.statuses, 1u << UR_TCB_UpToDate | 1u << UR_TCB_SWHardeningNeeded);
    assert_ok(ur_tee_policy_parse(&p, NULL, object(RELEASE, AUTHORITY)));
    assert_true(p.has_release_authority && p.release_quorum == 2 && p.release_key_count == 2 && p.release_delay_s == 604800);
    assert_ok(ur_tee_policy_parse(&p, NULL, object(PLATFORMS, "\"any\"")));
    assert_true(p.any_platform && p.platform_count == 0);
    for (size_t i = 0; i < FIELDS; i++) {
        refused(i, NULL);
        refused(i, i == RELEASE ? "true" : "null");
        refused(i, "{}");
        refused(i, "\"\"");
        refused(i, "1.5");
        refused(i, "-1");
    }
    /* Blanks do no harm; something after the object, another member, a member twice do. */
    assert_ok(ur_tee_policy_parse(&p, NULL, object(FLOOR, " 15 \n")));
    ur_span s = object(FIELDS, NULL);
    text[s.n] = '1';
    assert_status(ur_tee_policy_parse(&p, NULL, ur_span_of(text, s.n + 1)), UR_E_INPUT);
    assert_status(ur_tee_policy_parse(&p, NULL, object(FLOOR, "15,\"more\":1")), UR_E_INPUT);
    assert_status(ur_tee_policy_parse(&p, NULL, object(FLOOR, "15,\"evaluation_floor\":15")), UR_E_INPUT);
    assert_status(ur_tee_policy_parse(&p, &where, UR_SPAN_LIT("[]")), UR_E_INPUT);
    assert_string_equal(where, "tee");
    for (size_t n = 0; n < s.n; n += 7) {
        s = object(FIELDS, NULL);
        assert_status(ur_tee_policy_parse(&p, NULL, ur_span_of(text, n)), UR_E_INPUT);
    }
}

static void fields(void **state)
{
    (void)state;
    static const struct {
        size_t which;
        const char *value;
    } bad[] = {
        {ADVISORIES, "{\"allowed\":[\"B\",\"A\"],\"forbidden\":[]}"}, {ADVISORIES, "{\"allowed\":[\"A\",\"A\"],\"forbidden\":[]}"},
        {ADVISORIES, "{\"allowed\":[\"A B\"],\"forbidden\":[]}"}, {ADVISORIES, "{\"allowed\":[\"\"],\"forbidden\":[]}"},
        {ADVISORIES, "{\"allowed\":[]}"}, {ADVISORIES, "{\"allowed\":[],\"forbidden\":[],\"x\":[]}"},
        {FLOOR, "4294967296"}, {FLOOR, "\"15\""}, {IMAGES, "[]"}, {IMAGES, "[" TDX "," SGX "]"}, {IMAGES, "[" SGX "," SGX "]"},
        {IMAGES, "[{\"kind\":\"tdx\"}]"}, {IMAGES, "[{\"kind\":\"other\"}]"}, {IMAGES, "[1]"},
        {PLATFORMS, "[]"}, {PLATFORMS, "\"all\""}, {PLATFORMS, "[\"" Z16 "\"]"}, {PLATFORMS, "[\"" Z32 "\",\"" Z32 "\"]"},
        {PLATFORMS, "[\"A" "000000000000000" Z16 Z8 "\"]"}, {AGE, "4294967296"},
        {RELEASE, "{\"delay\":604799,\"keys\":[\"02" Z32 "\"],\"quorum\":1}"}, {RELEASE, "{\"delay\":604800,\"keys\":[\"02" Z32 "\"],\"quorum\":2}"},
        {RELEASE, "{\"delay\":604800,\"keys\":[\"02" Z32 "\"],\"quorum\":0}"}, {RELEASE, "{\"delay\":604800,\"keys\":[\"04" Z32 "\"],\"quorum\":1}"},
        {RELEASE, "{\"delay\":604800,\"keys\":[],\"quorum\":0}"}, {ROOTS, "[]"}, {ROOTS, "[\"05" Z32 Z32 "\"]"}, {ROOTS, "[\"04" Z32 "\"]"},
        {TCB, "{\"grace_evaluation\":0,\"grace_until\":0,\"min_date\":0,\"statuses\":[]}"},
        {TCB, "{\"grace_evaluation\":0,\"grace_until\":0,\"min_date\":0,\"statuses\":[\"Revoked\"]}"},
        {TCB, "{\"grace_evaluation\":0,\"grace_until\":0,\"min_date\":0,\"statuses\":[\"uptodate\"]}"},
        {TCB, "{\"grace_evaluation\":0,\"grace_until\":0,\"min_date\":0,\"statuses\":[\"UpToDate\",\"SWHardeningNeeded\"]}"},
        {TCB, "{\"grace_evaluation\":0,\"grace_until\":0,\"statuses\":[\"UpToDate\"]}"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refused(bad[i].which, bad[i].value);
    }
    /* Without images there must be an authority that can add some. */
    ur_tee_policy p;
    char value[8192];
    (void)snprintf(value, sizeof value, "[],\"platforms2\":0");
    assert_status(ur_tee_policy_parse(&p, NULL, object(IMAGES, value)), UR_E_INPUT);
    assert_ok(ur_tee_image_check(UR_SPAN_LIT(TDX)));
    assert_ok(ur_tee_image_check(UR_SPAN_LIT(SGX)));
    assert_ok(ur_tee_image_check(UR_SPAN_LIT(DSTACK)));
    assert_status(ur_tee_image_check(UR_SPAN_LIT("{\"kind\":\"sgx\"}")), UR_E_INPUT);
}

static ur_tee_policy policy_of(ur_span json)
{
    ur_tee_policy p;
    static char kept[2][16384];
    static size_t turn;
    char *k = kept[turn++ % 2];
    memcpy(k, json.p, json.n);
    assert_ok(ur_tee_policy_parse(&p, NULL, ur_span_of(k, json.n)));
    return p;
}

static ur_verdict td_verdict(void)
{
    static const uint8_t xfam[8] = {0xe7, 0x02, 0x06};
    ur_verdict v = {.status = UR_OK, .tcb = UR_TCB_UpToDate, .tee = UR_TEE_TDX, .kind = UR_BODY_TD10, .tcb_date = 1500000,
        .tcb_evaluation = 16, .qe_evaluation = 16};
    memcpy(v.root, ur_attest_root_intel.key, sizeof v.root);
    memcpy(v.td.xfam, xfam, 8);
    v.td.td_attributes[3] = 0x10;
    return v;
}

static void judged(const ur_tee_policy *p, const ur_verdict *v, const ur_dstack_identity *id, int64_t now, int64_t made, ur_reason want)
{
    ur_reason why = UR_REASON_COUNT;
    ur_status s = ur_tee_policy_judge(p, &why, v, id, (ur_span){0}, now, made);
    assert_string_equal(ur_reason_name(why), ur_reason_name(want));
    assert_int_equal(s, ur_reason_status(want));
}

static void judging(void **state)
{
    (void)state;
    const int64_t now = 1600000;
    ur_tee_policy p = policy_of(object(FIELDS, NULL));
    ur_verdict v = td_verdict();
    judged(&p, &v, NULL, now, now - 3600, UR_REASON_NONE);
    judged(&p, &v, NULL, now, now - 3601, UR_REASON_POLICY_QUOTE_AGE);
    judged(&p, &v, NULL, now, now + 1, UR_REASON_POLICY_QUOTE_AGE);
    judged(&p, &v, NULL, now, -1, UR_REASON_POLICY_QUOTE_AGE);
    v.root[5] ^= 1;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_ROOT);
    v = td_verdict();
    v.device_id[31] = 1;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_PLATFORM);
    v = td_verdict();
    v.qe_evaluation = 14;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_EVALUATION);
    v.qe_evaluation = 15;
    v.tcb_evaluation = 14;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_EVALUATION);
    v = td_verdict();
    v.tcb_date = 999999;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_TCB_DATE);
    /* Statuses, and grace bounded by date and evaluation number. */
    v = td_verdict();
    v.tcb = UR_TCB_ConfigurationNeeded;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_TCB_STATUS);
    v.tcb = UR_TCB_OutOfDate;
    v.tcb_evaluation = 18;
    judged(&p, &v, NULL, now, now, UR_REASON_NONE);
    judged(&p, &v, NULL, 2000000, 2000000, UR_REASON_NONE);
    judged(&p, &v, NULL, 2000001, 2000001, UR_REASON_POLICY_TCB_STATUS);
    v.tcb_evaluation = 19;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_TCB_STATUS);
    v.tcb_evaluation = 18;
    v.qe_evaluation = 19;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_TCB_STATUS);
    /* Advisories: all must be allowed unless the status is UpToDate; a forbidden one always refuses. */
    v = td_verdict();
    v.advisories[0] = UR_SPAN_LIT("INTEL-DOC-1");
    v.advisory_count = 1;
    judged(&p, &v, NULL, now, now, UR_REASON_NONE);
    v.tcb = UR_TCB_SWHardeningNeeded;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_ADVISORY_UNKNOWN);
    v.advisories[0] = UR_SPAN_LIT("INTEL-SA-00002");
    judged(&p, &v, NULL, now, now, UR_REASON_NONE);
    v.advisories[v.advisory_count++] = UR_SPAN_LIT("INTEL-SA-00009");
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_ADVISORY_FORBIDDEN);
    v.tcb = UR_TCB_UpToDate;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_ADVISORY_FORBIDDEN);
    /* A verdict that was not accepted is no matter of policy. */
    v.status = UR_E_PROOF;
    ur_reason why = UR_REASON_NONE;
    assert_status(ur_tee_policy_judge(&p, &why, &v, NULL, (ur_span){0}, now, now), UR_E_USAGE);
}

static void measurements(void **state)
{
    (void)state;
    const int64_t now = 1600000;
    ur_tee_policy p = policy_of(object(FIELDS, NULL));
    ur_verdict v = td_verdict();
    ur_dstack_identity id = {.key_provider = UR_KEY_PROVIDER_KMS, .key_provider_id = {1, 2}, .key_provider_id_len = 2};
    /* Every measured octet of the TDX image, but for what is "any". */
    uint8_t *const measured[] = {v.td.mr_td, v.td.rtmr0, v.td.rtmr1, v.td.rtmr2, v.td.mr_owner, v.td.mr_owner_config, v.td.mr_seam,
        v.td.mr_servicetd, v.td.td_attributes, v.td.xfam};
    for (size_t i = 0; i < sizeof measured / sizeof measured[0]; i++) {
        size_t n = i < 8 ? 48 : 8;
        for (size_t k = 0; k < n; k++) {
            measured[i][k] ^= 0x40;
            judged(&p, &v, NULL, now, now, UR_REASON_POLICY_IMAGE);
            measured[i][k] ^= 0x40;
        }
    }
    /* An image without service TDs allows none anywhere in the extended body. */
    uint8_t *const services[] = {v.td.init_servtd_hash, v.td.curr_servtd_hash};
    for (size_t i = 0; i < 2; i++) {
        services[i][47] = 1;
        judged(&p, &v, NULL, now, now, UR_REASON_POLICY_IMAGE);
        services[i][47] = 0;
    }
    v.td.rtmr3[3] = v.td.mr_config_id[0] = 7;
    judged(&p, &v, NULL, now, now, UR_REASON_NONE);
    /* dstack: other attributes than the TDX image, so only that one can fit; and only with an identity. */
    v.td.td_attributes[3] = 0x18;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_IMAGE);
    judged(&p, &v, &id, now, now, UR_REASON_NONE);
    id.compose_hash[9] = 1;
    judged(&p, &v, &id, now, now, UR_REASON_POLICY_IMAGE);
    id.compose_hash[9] = 0;
    id.key_provider = UR_KEY_PROVIDER_TPM;
    judged(&p, &v, &id, now, now, UR_REASON_POLICY_IMAGE);
    id.key_provider = UR_KEY_PROVIDER_KMS;
    id.key_provider_id[1] = 3;
    judged(&p, &v, &id, now, now, UR_REASON_POLICY_IMAGE);
    id.key_provider_id[1] = 2;
    id.app_id[0] = 99; /* "any" */
    judged(&p, &v, &id, now, now, UR_REASON_NONE);
    v.td.mr_owner[0] = 1;
    judged(&p, &v, &id, now, now, UR_REASON_POLICY_IMAGE);
    /* SGX: product, least version, signer; any enclave of that signer. */
    v = td_verdict();
    v.tee = UR_TEE_SGX;
    v.kind = UR_BODY_SGX;
    v.td = (ur_td_body){0};
    static const uint8_t attributes[16] = {5, 0, 0, 0, 0, 0, 0, 0, 0xe7};
    memcpy(v.sgx.attributes, attributes, 16);
    v.sgx.isv_prodid[0] = 3;
    v.sgx.isv_svn[0] = 2;
    v.sgx.mr_enclave[0] = 1;
    judged(&p, &v, NULL, now, now, UR_REASON_NONE);
    v.sgx.isv_svn[0] = 1;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_IMAGE);
    v.sgx.isv_svn[1] = 1;
    judged(&p, &v, NULL, now, now, UR_REASON_NONE);
    v.sgx.mr_signer[31] = 1;
    judged(&p, &v, NULL, now, now, UR_REASON_POLICY_IMAGE);
}

static void added_images(void **state)
{
    (void)state;
    const int64_t now = 1600000;
    ur_verdict v = td_verdict();
    ur_reason why = UR_REASON_NONE;
    static char other[8192];
    (void)snprintf(other, sizeof other, "[%s]", TDX);
    v.td.mr_td[0] = 0xab;
    memcpy(strstr(other, "\"mr_td\":\"") + 9, "ab", 2);
    const ur_span added = ur_span_of(other, strlen(other));
    ur_tee_policy with = policy_of(object(RELEASE, AUTHORITY));
    assert_status(ur_tee_policy_judge(&with, &why, &v, NULL, (ur_span){0}, now, now), UR_E_POLICY);
    assert_ok(ur_tee_policy_judge(&with, &why, &v, NULL, added, now, now));
    /* Only where the policy names an authority. */
    ur_tee_policy without = policy_of(object(FIELDS, NULL));
    assert_status(ur_tee_policy_judge(&without, &why, &v, NULL, added, now, now), UR_E_POLICY);
    assert_int_equal(why, UR_REASON_POLICY_IMAGE);
    assert_status(ur_tee_policy_judge(&with, &why, &v, NULL, UR_SPAN_LIT("[{]"), now, now), UR_E_USAGE);
}

/* What is said of an image: the same one with a field's value in place of a sound one. */
static void doubts(void **state)
{
    (void)state;
#define ONE "1111111111111111"
#define ONE48 ONE ONE ONE ONE ONE ONE
#define TDX_OF(td, r0, r1, r2, seam, attributes, features)                                                                  \
    "{\"kind\":\"tdx\",\"mr_config_id\":\"any\",\"mr_owner\":\"" Z48 "\",\"mr_owner_config\":\"" Z48 "\",\"mr_seam\":\"" seam    \
    "\",\"mr_servicetd\":\"" Z48 "\",\"mr_td\":\"" td "\",\"rtmr0\":\"" r0 "\",\"rtmr1\":\"" r1 "\",\"rtmr2\":\"" r2 \
    "\",\"rtmr3\":\"" Z48 "\",\"td_attributes\":\"" attributes "\",\"xfam\":\"" features "\"}"
#define SGX_OF(enclave, signer, attributes)                                                                                \
    "{\"attributes\":\"" attributes "e700000000000000\",\"isv_prodid\":3,\"kind\":\"sgx\",\"min_isv_svn\":2,\"mr_enclave\":\"" enclave \
    "\",\"mr_signer\":\"" signer "\"}"
#define SEPT "0000001000000000"
#define SSE "e702060000000000"
    static const struct {
        const char *image;
        ur_image_doubt doubt;
        const char *field;
    } rows[] = {
        {TDX_OF(ONE48, ONE48, ONE48, ONE48, "any", SEPT, SSE), UR_IMAGE_SOUND, NULL},
        {TDX_OF(ONE48, ONE48, ONE48, ONE48, ONE48, "000000d000000080", "0300000000000000"), UR_IMAGE_SOUND, NULL},
        {TDX_OF(Z48, ONE48, ONE48, ONE48, "any", SEPT, SSE), UR_IMAGE_NEVER, "mr_td"},
        {TDX_OF(ONE48, ONE48, ONE48, ONE48, Z48, SEPT, SSE), UR_IMAGE_NEVER, "mr_seam"},
        {TDX_OF(ONE48, ONE48, ONE48, ONE48, "any", Z8, SSE), UR_IMAGE_NEVER, "td_attributes"},
        {TDX_OF(ONE48, ONE48, ONE48, ONE48, "any", "0100001000000000", SSE), UR_IMAGE_NEVER, "td_attributes"},
        {TDX_OF(ONE48, ONE48, ONE48, ONE48, "any", "0000003000000000", SSE), UR_IMAGE_NEVER, "td_attributes"},
        {TDX_OF(ONE48, ONE48, ONE48, ONE48, "any", SEPT, Z8), UR_IMAGE_NEVER, "xfam"},
        {TDX_OF(ONE48, ONE48, ONE48, ONE48, "any", SEPT, "0100000000000000"), UR_IMAGE_NEVER, "xfam"},
        {TDX_OF(ONE48, Z48, ONE48, ONE48, "any", SEPT, SSE), UR_IMAGE_UNMEASURED, "rtmr0"},
        {TDX_OF(ONE48, ONE48, Z48, Z48, "any", SEPT, SSE), UR_IMAGE_UNMEASURED, "rtmr1"},
        {TDX_OF(ONE48, ONE48, ONE48, Z48, "any", Z8, SSE), UR_IMAGE_NEVER, "td_attributes"}, /* the graver one */
        {SGX_OF("any", ONE ONE ONE ONE, "0500000000000000"), UR_IMAGE_SOUND, NULL},
        {SGX_OF("any", Z32, "0500000000000000"), UR_IMAGE_NEVER, "mr_signer"},
        {SGX_OF(Z32, ONE ONE ONE ONE, "0500000000000000"), UR_IMAGE_NEVER, "mr_enclave"},
        {SGX_OF("any", ONE ONE ONE ONE, "0700000000000000"), UR_IMAGE_NEVER, "attributes"},
        {SGX_OF("any", ONE ONE ONE ONE, "1500000000000000"), UR_IMAGE_NEVER, "attributes"},
        {SGX_OF("any", ONE ONE ONE ONE, "0400000000000000"), UR_IMAGE_NEVER, "attributes"},
        {SGX_OF("any", ONE ONE ONE ONE, "2500000000000000"), UR_IMAGE_SOUND, NULL},
        {DSTACK, UR_IMAGE_NEVER, "mr_td"},
        {"{\"kind\":\"sgx\"}", UR_IMAGE_SOUND, NULL}, /* none that a policy can have */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ur_json v;
        const char *field;
        assert_ok(ur_json_parse_var(&v, ur_span_str_var(rows[i].image)));
        if (ur_tee_image_doubt(&field, v) != rows[i].doubt || (field == NULL) != (rows[i].field == NULL) ||
            (field != NULL && strcmp(field, rows[i].field) != 0)) {
            fail_msg("row %zu: %s", i, field == NULL ? "nothing" : field);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading),
        cmocka_unit_test(fields),
        cmocka_unit_test(judging),
        cmocka_unit_test(measurements),
        cmocka_unit_test(added_images),
        cmocka_unit_test(doubts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
