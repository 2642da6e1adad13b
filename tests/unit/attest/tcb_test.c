/* Levels by themselves: which one counts, what statuses make together, which documents are refused. */
#include "core/attest/tcb.h"
#include "core/codec/json.h"
#include "tests/test.h"

#define Z8 "0000000000000000"
#define Z48 Z8 Z8 Z8 Z8 Z8 Z8
#define S(n) "{\"svn\":" #n "}"
#define S13 S(0) "," S(0) "," S(0) "," S(0) "," S(0) "," S(0) "," S(0) "," S(0) "," S(0) "," S(0) "," S(0) "," S(0) "," S(0)
#define COMPONENTS(a, b, c) "[" S(a) "," S(b) "," S(c) "," S13 "]"
#define LEVEL(sgx, pce, tdx, status)                                                                                     \
    "{\"tcb\":{\"sgxtcbcomponents\":" sgx ",\"pcesvn\":" #pce ",\"tdxtcbcomponents\":" tdx "},\"tcbDate\":\"2024-01-01T00:00:00Z\"," \
    "\"tcbStatus\":\"" status "\"}"
#define MODULE_LEVEL(svn, status) \
    "{\"tcb\":{\"isvsvn\":" #svn "},\"tcbDate\":\"2024-01-01T00:00:00Z\",\"tcbStatus\":\"" status "\"}"
#define IDENTITY(id, attributes, mask)                                                                                             \
    "{\"id\":\"" id "\",\"mrsigner\":\"" Z48 "\",\"attributes\":\"" attributes "\",\"attributesMask\":\"" mask "\",\"tcbLevels\":[" \
    MODULE_LEVEL(3, "OutOfDate") "," MODULE_LEVEL(5, "UpToDate") "]}"
#define INFO(identities, levels)                                                                                                 \
    "{\"id\":\"TDX\",\"version\":3,\"issueDate\":\"2024-01-01T00:00:00Z\",\"nextUpdate\":\"2024-02-01T00:00:00Z\",\"fmspc\":\"" \
    "000000000000\",\"pceId\":\"0000\",\"tcbType\":0,\"tcbEvaluationDataNumber\":1,\"tdxModule\":{\"mrsigner\":\"" Z48             \
    "\",\"attributes\":\"" Z8 "\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\"},\"tdxModuleIdentities\":[" identities "],\"tcbLevels\":[" levels "]}"
#define GOOD IDENTITY("TDX_01", Z8, "FFFFFFFFFFFFFFFF")

static ur_tcb_status platform(const char *text, const uint8_t svn[3], uint16_t pcesvn)
{
    ur_tcb_subject subject = {.components = {2, 2, 2}, .pcesvn = pcesvn, .is_td = true, .svn_count = 1};
    ur_tcb_info info;
    ur_level levels[2];
    ur_reason why = UR_REASON_NONE;
    memcpy(subject.tee_svn[0], svn, 3);
    assert_ok(ur_tcb_info_match(&info, levels, &why, ur_span_str_var(text), &subject));
    return levels[0].status;
}

static void levels(void **state)
{
    (void)state;
    /* In ascending order, and the first one needs a higher pcesvn than the second. */
    static const char text[] = INFO(GOOD, LEVEL(COMPONENTS(1, 1, 1), 5, COMPONENTS(0, 0, 0), "OutOfDate") ","
        LEVEL(COMPONENTS(2, 2, 2), 5, COMPONENTS(4, 0, 1), "SWHardeningNeeded") "," LEVEL(COMPONENTS(2, 2, 2), 6, COMPONENTS(4, 0, 2), "UpToDate"));
    static const struct {
        uint8_t svn[3];
        uint16_t pcesvn;
        ur_tcb_status status;
    } rows[] = {
        {{4, 0, 2}, 6, UR_TCB_UpToDate}, {{4, 0, 2}, 5, UR_TCB_SWHardeningNeeded}, {{4, 0, 1}, 6, UR_TCB_SWHardeningNeeded},
        {{3, 0, 2}, 6, UR_TCB_OutOfDate}, /* module version 0: its SVN is compared ... */
        {{3, 1, 2}, 6, UR_TCB_UpToDate},  /* ... others have an identity of their own */
        {{4, 0, 2}, 4, UR_TCB_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(ur_tcb_status_name(platform(text, rows[i].svn, rows[i].pcesvn)), ur_tcb_status_name(rows[i].status));
    }
}

/* The same level in other clothes: members in another order, unknown ones between them, blanks, escapes; and what makes it
 * none. */
static void forms(void **state)
{
    (void)state;
    static const uint8_t svn[3] = {4, 0, 2};
#define TCB(sgx, pce, tdx) "{\"sgxtcbcomponents\":" sgx ",\"pcesvn\":" pce ",\"tdxtcbcomponents\":" tdx "}"
#define PLAIN(tcb) "{\"tcb\":" tcb ",\"tcbDate\":\"2024-01-01T00:00:00Z\",\"tcbStatus\":\"UpToDate\"}"
#define C COMPONENTS(1, 0, 1)
#define WITH(first) "[" first "," S(0) "," S(0) "," S13 "]"
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {INFO(GOOD, PLAIN(TCB(C, "5", C))), true},
        {INFO(GOOD, "{\"tcbStatus\":\"UpToDate\",\"x\":[{\"tcb\":[]}],\"tcbDate\":\"2024-01-01T00:00:00Z\",\"tcb\":{\"tdxtcbcomponents\":" C
                    ",\"isvsvn\":{},\"pcesvn\":5,\"sgxtcbcomponents\":" C "},\"y\":\"}\"}"), true},
        {INFO(GOOD, "{ \"\\u0074cb\" : " TCB(C, " 5 ", C) " , \"tcbDate\":\"2024-01-01T00:00:00Z\" , \"tcb\\u0053tatus\":\"UpToDate\" } "), true},
        {INFO(GOOD, PLAIN(TCB(WITH("{\"svn\":1,\"category\":\"x\"}"), "5", WITH("{\"type\":{},\"svn\":1}")))), true},
        {INFO(GOOD, PLAIN(TCB(WITH("{ \"\\u0073vn\" : 1 }"), "5", C))), true},
        {INFO(GOOD, PLAIN(TCB(WITH("{\"svn\":256}"), "5", C))), false},
        {INFO(GOOD, PLAIN(TCB(WITH("{\"svn\":1000}"), "5", C))), false},
        {INFO(GOOD, PLAIN(TCB(WITH("{\"svn\":1.0}"), "5", C))), false},
        {INFO(GOOD, PLAIN(TCB(WITH("{\"svn\":-1}"), "5", C))), false},
        {INFO(GOOD, PLAIN(TCB(WITH("{\"svn\":\"1\"}"), "5", C))), false},
        {INFO(GOOD, PLAIN(TCB(WITH("{}"), "5", C))), false},
        {INFO(GOOD, PLAIN(TCB(WITH("1"), "5", C))), false},
        {INFO(GOOD, PLAIN(TCB(WITH(S(0) "," S(0)), "5", C))), false}, /* 17 */
        {INFO(GOOD, PLAIN(TCB("[" S13 "," S(0) "," S(0) "]", "5", C))), false},
        {INFO(GOOD, PLAIN(TCB("{}", "5", C))), false},
        {INFO(GOOD, PLAIN(TCB(C, "65536", C))), false},
        {INFO(GOOD, PLAIN("{\"sgxtcbcomponents\":" C ",\"pcesvn\":5}")), false},
        {INFO(GOOD, PLAIN("{\"tdxtcbcomponents\":" C ",\"pcesvn\":5}")), false},
        {INFO(GOOD, PLAIN("{\"sgxtcbcomponents\":" C ",\"tdxtcbcomponents\":" C "}")), false},
        {INFO(GOOD, PLAIN("[]")), false},
        {INFO(GOOD, "{\"tcb\":" TCB(C, "5", C) ",\"tcbStatus\":\"UpToDate\"}"), false},
        {INFO(GOOD, "{\"tcb\":" TCB(C, "5", C) ",\"tcbDate\":\"2024-01-01T00:00:00Z\"}"), false},
        {INFO(GOOD, "{\"tcbDate\":\"2024-01-01T00:00:00Z\",\"tcbStatus\":\"UpToDate\"}"), false},
        {INFO(GOOD, "[]"), false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ur_tcb_info info;
        ur_reason why = UR_REASON_NONE;
        ur_status st = ur_tcb_info_parse(&info, &why, ur_span_str_var(rows[i].text));
        if ((st == UR_OK) != rows[i].good) {
            fail_msg("row %zu: %s", i, ur_status_name(st));
        }
        assert_int_equal(why, rows[i].good ? UR_REASON_NONE : UR_REASON_TCB_INFO_FORMAT);
        if (rows[i].good) {
            assert_int_equal(platform(rows[i].text, svn, 6), UR_TCB_UpToDate);
            assert_int_equal(platform(rows[i].text, svn, 4), UR_TCB_NONE);
        }
    }
}

static ur_reason module(const char *text, uint8_t version, uint8_t svn, uint8_t seam, ur_tcb_status *status)
{
    ur_tcb_info info;
    ur_level level = {0};
    ur_reason why = UR_REASON_NONE;
    const uint8_t tee_svn[16] = {svn, version};
    ur_td_body td = {.seam_attributes = {seam}};
    *status = UR_TCB_NONE;
    if (ur_tcb_info_parse(&info, &why, ur_span_str_var(text)) == UR_OK &&
        ur_tcb_module_level(&level, &why, &info, tee_svn, &td) == UR_OK) {
        *status = level.status;
    }
    return why;
}

static void modules(void **state)
{
    (void)state;
    static const char ok[] = INFO(GOOD "," IDENTITY("tdx_0a", Z8, Z8), LEVEL(COMPONENTS(1, 1, 1), 1, COMPONENTS(0, 0, 0), "UpToDate"));
    ur_tcb_status s;
    assert_int_equal(module(ok, 1, 5, 0, &s), UR_REASON_NONE);
    assert_int_equal(s, UR_TCB_UpToDate);
    assert_int_equal(module(ok, 10, 4, 0, &s), UR_REASON_NONE);
    assert_int_equal(s, UR_TCB_OutOfDate);
    assert_int_equal(module(ok, 0, 0, 0, &s), UR_REASON_NONE);
    assert_int_equal(s, UR_TCB_NONE);
    assert_int_equal(module(ok, 1, 2, 0, &s), UR_REASON_TCB_NOT_SUPPORTED);
    assert_int_equal(module(ok, 16, 5, 0, &s), UR_REASON_TDX_MODULE_MISMATCH);
    /* SEAM attributes are zero, whatever the mask hides, and as the identity has them. */
    assert_int_equal(module(ok, 1, 5, 1, &s), UR_REASON_TDX_MODULE_MISMATCH);
    assert_int_equal(module(ok, 10, 5, 1, &s), UR_REASON_TDX_MODULE_MISMATCH);
    static const char wanted[] = INFO(IDENTITY("TDX_01", "0100000000000000", "FFFFFFFFFFFFFFFF"),
        LEVEL(COMPONENTS(1, 1, 1), 1, COMPONENTS(0, 0, 0), "UpToDate"));
    assert_int_equal(module(wanted, 1, 5, 0, &s), UR_REASON_TDX_MODULE_MISMATCH);
    static const char twice[] = INFO(GOOD "," IDENTITY("TDX_01", Z8, Z8), LEVEL(COMPONENTS(1, 1, 1), 1, COMPONENTS(0, 0, 0), "UpToDate"));
    assert_int_equal(module(twice, 1, 5, 0, &s), UR_REASON_TCB_INFO_FORMAT);
    /* Statuses that only an evaluation makes, or that a module cannot have. */
    static const char relaunch[] = INFO(GOOD, LEVEL(COMPONENTS(1, 1, 1), 1, COMPONENTS(0, 0, 0), "TDRelaunchAdvised"));
    assert_int_equal(module(relaunch, 1, 5, 0, &s), UR_REASON_TCB_INFO_FORMAT);
}

static void together(void **state)
{
    (void)state;
    for (unsigned p = UR_TCB_UpToDate; p <= UR_TCB_Revoked; p++) {
        ur_tcb_status x = (ur_tcb_status)p;
        bool configuration = x == UR_TCB_ConfigurationNeeded || x == UR_TCB_ConfigurationAndSWHardeningNeeded;
        bool good = x == UR_TCB_UpToDate || x == UR_TCB_SWHardeningNeeded;
        assert_int_equal(ur_tcb_converge(x, UR_TCB_NONE), x);
        assert_int_equal(ur_tcb_converge(x, UR_TCB_UpToDate), x);
        assert_int_equal(ur_tcb_converge(x, UR_TCB_Revoked), UR_TCB_Revoked);
        assert_int_equal(ur_tcb_converge(x, UR_TCB_OutOfDate), good          ? UR_TCB_OutOfDate
                                                              : configuration ? UR_TCB_OutOfDateConfigurationNeeded
                                                                              : x);
        /* Relaunching cures what was out of date at launch and is not now. */
        for (unsigned n = UR_TCB_UpToDate; n <= UR_TCB_Revoked; n++) {
            ur_tcb_status now = (ur_tcb_status)n;
            bool old = x == UR_TCB_OutOfDate || x == UR_TCB_OutOfDateConfigurationNeeded;
            bool old_now = now == UR_TCB_OutOfDate || now == UR_TCB_OutOfDateConfigurationNeeded;
            bool either = x == UR_TCB_OutOfDateConfigurationNeeded || now == UR_TCB_ConfigurationNeeded ||
                          now == UR_TCB_ConfigurationAndSWHardeningNeeded;
            ur_tcb_status want = x == UR_TCB_Revoked || now == UR_TCB_Revoked ? UR_TCB_Revoked
                                 : !old || old_now                            ? x
                                 : either                                     ? UR_TCB_TDRelaunchAdvisedConfigurationNeeded
                                                                              : UR_TCB_TDRelaunchAdvised;
            assert_int_equal(ur_tcb_relaunch(x, now), want);
        }
    }
}

/* Which limit or form a set is refused for. */
static void sets(void **state)
{
    (void)state;
    static char many[1 << 14];
    static const uint8_t none[UR_COLLATERAL_JSON_MAX + 1];
    char deep[126];
    uint8_t buf[64];
    ur_collateral c;
    memset(deep, '[', 125);
    deep[125] = 0x1a; /* malformed too, but that is further on than the reader goes */
    size_t n = (size_t)snprintf(many, sizeof many, "{");
    for (unsigned i = 0; i <= UR_JSON_KEYS_MAX; i++) {
        n += (size_t)snprintf(many + n, sizeof many - n, "%s\"%u\":0", i == 0 ? "" : ",", i);
    }
    const struct {
        ur_span text;
        size_t cap;
        ur_status status;
    } rows[] = {
        {UR_SPAN_LIT("{}"), 0, UR_OK},
        {UR_SPAN_LIT("{\"pck_crl\":\"0011\",\"tcb_info\":\"\\n\"}"), 3, UR_OK},
        {UR_SPAN_LIT("{\"pck_crl\":\"0011\",\"tcb_info\":\"\\n\"}"), 2, UR_E_LIMIT},
        {UR_SPAN_LIT("{\"pck_crl\":\"001\"}"), sizeof buf, UR_E_INPUT},
        {UR_SPAN_LIT("{\"pck_crl\":[]}"), sizeof buf, UR_E_INPUT},
        {UR_SPAN_LIT("{\"pck_clr\":\"\"}"), sizeof buf, UR_E_INPUT},
        {UR_SPAN_LIT("[]"), sizeof buf, UR_E_INPUT},
        {ur_span_of(deep, UR_JSON_DEPTH_MAX), sizeof buf, UR_E_INPUT}, /* an open end */
        {ur_span_of(deep, sizeof deep), sizeof buf, UR_E_LIMIT},
        {ur_span_of(many, n), sizeof buf, UR_E_LIMIT},
        {ur_span_of(none, sizeof none), sizeof buf, UR_E_LIMIT},
        {ur_span_of(none, sizeof none - 1), sizeof buf, UR_E_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_status(ur_collateral_parse(&c, buf, rows[i].cap, rows[i].text), rows[i].status);
        assert_true(rows[i].status == UR_OK || (c.pck_crl.n == 0 && c.tcb_info.n == 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels),
        cmocka_unit_test(forms),
        cmocka_unit_test(modules),
        cmocka_unit_test(together),
        cmocka_unit_test(sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
