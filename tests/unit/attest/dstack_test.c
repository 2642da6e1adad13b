/* Event logs whose registers replay, so that only the rule in question can refuse them. */
#include "core/attest/dstack.h"
#include "fuzz/attest_ops.h"
#include "tests/test.h"

#define ZEROS20 "0000000000000000000000000000000000000000"
#define HASH "1111111111111111111111111111111111111111111111111111111111111111"
/* {"name":"kms","id":"01"} and the same with none */
#define KMS "7b226e616d65223a226b6d73222c226964223a223031227d"
#define NO_PROVIDER "7b226e616d65223a226e6f6e65222c226964223a223031227d"

typedef struct event {
    const char *name, *payload; /* hex */
    int flaw;
} event;
enum { FINE, OTHER_TYPE, OTHER_DIGEST, CANONICAL, OTHER_PREIMAGE };

static char text[16384];
static uint8_t scratch[UR_DSTACK_SCRATCH_BYTES];

static size_t unhex(uint8_t *out, const char *hex)
{
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned x = 0;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &x), 1);
        out[i] = (uint8_t)x;
    }
    return n;
}

static void put_hex(size_t *at, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        *at += (size_t)snprintf(text + *at, sizeof text - *at, "%02x", p[i]);
    }
}

/* Adds an event to the text, and to register 3 what a reader without the rule would add. */
static void add(size_t *at, uint8_t rtmr3[48], const event *e)
{
    static const uint8_t type[4] = {1, 0, 0, 8};
    uint8_t payload[512], digest[48], next[48];
    char preimage[1024];
    size_t n = unhex(payload, e->payload);
    const ur_span parts[] = {ur_span_of(type, 4), UR_SPAN_LIT(":"), ur_span_str_var(e->name), UR_SPAN_LIT(":"), ur_span_of(payload, n)};
    (void)snprintf(preimage, sizeof preimage, "{\"name\":\"%s\",\"payload\":\"%s\",\"type\":134217729}",
        e->flaw == OTHER_PREIMAGE ? "another" : e->name, e->payload);
    const ur_span canonical = ur_span_str_var(preimage);
    bool v2 = e->flaw == CANONICAL || e->flaw == OTHER_PREIMAGE;
    ur_attest_sha384_core(NULL, digest, v2 ? &canonical : parts, v2 ? 1 : 5);
    const ur_span extend[] = {ur_span_of(rtmr3, 48), ur_span_of(digest, 48)};
    ur_attest_sha384_core(NULL, next, extend, 2);
    memcpy(rtmr3, next, 48);
    digest[0] ^= e->flaw == OTHER_DIGEST ? 1 : 0;
    *at += (size_t)snprintf(text + *at, sizeof text - *at, "%s{\"imr\":3,\"event_type\":%u,\"event\":\"%s\",\"event_payload\":\"%s\",\"digest\":\"",
        *at > 1 ? "," : "", e->flaw == OTHER_TYPE ? 1u : UR_DSTACK_EVENT_TYPE, e->name, e->payload);
    put_hex(at, digest, 48);
    *at += (size_t)snprintf(text + *at, sizeof text - *at, "\"");
    if (v2) {
        *at += (size_t)snprintf(text + *at, sizeof text - *at, ",\"version\":2,\"preimage\":\"");
        put_hex(at, canonical.p, canonical.n);
        *at += (size_t)snprintf(text + *at, sizeof text - *at, "\"");
    }
    *at += (size_t)snprintf(text + *at, sizeof text - *at, "}");
    assert_true(*at < sizeof text);
}

static const event plain[] = {{"system-preparing", "", FINE}, {"app-id", ZEROS20, FINE}, {"compose-hash", HASH, FINE},
    {"instance-id", "", FINE}, {"key-provider", KMS, FINE}, {"system-ready", "", FINE}};
enum { PLAIN = sizeof plain / sizeof plain[0] };

/* The plain log with one event left out (PLAIN: none), `more` put in before the event at `place` (PLAIN: at the end). */
static ur_reason judge(ur_dstack_identity *id, size_t without, const event *more, size_t place, const char *config)
{
    ur_td_body td = {0};
    size_t at = 1;
    ur_reason why = UR_REASON_NONE;
    text[0] = '[';
    for (size_t i = 0; i <= PLAIN; i++) {
        if (more != NULL && i == place) {
            add(&at, td.rtmr3, more);
        }
        if (i < PLAIN && i != without) {
            add(&at, td.rtmr3, &plain[i]);
        }
    }
    text[at++] = ']';
    (void)unhex(td.mr_config_id, config);
    const ur_event_log log = {UR_EVENT_LOG_JSON, ur_span_of(text, at)};
    ur_status s = ur_dstack_check(id, &why, &accepting_ops, &ur_dstack_rules_default, &td, &log, (ur_span){0}, scratch, sizeof scratch);
    assert_int_equal(s, ur_reason_status(why));
    return why;
}

static void rules(void **state)
{
    (void)state;
    static const struct {
        size_t without;
        event more;
        size_t place;
        ur_reason why;
    } rows[] = {
        {PLAIN, {"storage-fs", "01", FINE}, 5, UR_REASON_NONE},
        {PLAIN, {"storage-fs", "01", CANONICAL}, 5, UR_REASON_NONE},
        {PLAIN, {"of:app", "01", CANONICAL}, 5, UR_REASON_NONE}, /* JSON says where the name ends */
        {PLAIN, {"of-app", "01", FINE}, PLAIN, UR_REASON_NONE},
        {PLAIN, {"of:app", "01", FINE}, 5, UR_REASON_EVENT_NAME},
        {PLAIN, {"of:app", "01", FINE}, PLAIN, UR_REASON_EVENT_NAME},
        {PLAIN, {"storage-fs", "01", OTHER_TYPE}, 5, UR_REASON_EVENT_LOG},
        {PLAIN, {"storage-fs", "01", OTHER_DIGEST}, 5, UR_REASON_EVENT_DIGEST},
        {PLAIN, {"storage-fs", "01", OTHER_PREIMAGE}, 5, UR_REASON_EVENT_DIGEST},
        {PLAIN, {"app-id", ZEROS20, FINE}, 3, UR_REASON_DUPLICATE_EVENT},
        {PLAIN, {"compose-hash", HASH, FINE}, PLAIN, UR_REASON_DUPLICATE_EVENT},
        {PLAIN, {"system-ready", "", FINE}, PLAIN, UR_REASON_DUPLICATE_EVENT},
        {2, {"compose-hash", HASH, FINE}, PLAIN, UR_REASON_MISSING_EVENT},
        {PLAIN, {"os-image-hash", HASH, FINE}, PLAIN, UR_REASON_MISSING_EVENT},
        {PLAIN, {"os-image-hash", "11", FINE}, 4, UR_REASON_EVENT_FORMAT},
        {1, {"app-id", ZEROS20 "00", FINE}, 1, UR_REASON_EVENT_FORMAT},
        {5, {"system-ready", "01", FINE}, 5, UR_REASON_EVENT_FORMAT},
        {4, {"key-provider", "7b7d", FINE}, 4, UR_REASON_EVENT_FORMAT},
        {4, {"key-provider", NO_PROVIDER, FINE}, 4, UR_REASON_KEY_PROVIDER},
    };
    ur_dstack_identity id;
    assert_int_equal(judge(&id, PLAIN, NULL, 0, "01" HASH), UR_REASON_NONE);
    assert_int_equal(id.events, PLAIN);
    assert_int_equal(id.app_events, 0);
    assert_false(id.has_instance_id || id.has_os_image_hash);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ur_reason why = judge(&id, rows[i].without, &rows[i].more, rows[i].place, "01" HASH);
        if (why != rows[i].why) {
            fail_msg("row %zu: %s, to be %s", i, ur_reason_name(why), ur_reason_name(rows[i].why));
        }
        assert_int_equal(id.app_events, why == UR_REASON_NONE && rows[i].place == PLAIN ? 1 : 0);
    }
    for (size_t i = 1; i < PLAIN; i++) {
        assert_int_equal(judge(&id, i, NULL, 0, "01" HASH), UR_REASON_MISSING_EVENT);
    }
    static const char *const configs[] = {"", "00" HASH, "0111", "01" HASH "01", "02" HASH, "03" HASH, "04" HASH};
    for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++) {
        assert_int_equal(judge(&id, PLAIN, NULL, 0, configs[i]), UR_REASON_MR_CONFIG_ID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rules)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
