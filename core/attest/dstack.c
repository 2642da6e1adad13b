#include "core/attest/dstack.h"

#include "core/attest/event_log.h"
#include "core/hash/hash.h"

const ur_dstack_rules ur_dstack_rules_default = {.key_providers = UR_KEY_PROVIDER_KMS, .allow_unset_config = false};

/* The identity events, each of which may stand once. */
enum { APP_ID, COMPOSE_HASH, INSTANCE_ID, OS_IMAGE_HASH, KEY_PROVIDER, SYSTEM_READY, IDENTITY_EVENTS };
static const char *const identity_names[IDENTITY_EVENTS] = {
    "app-id", "compose-hash", "instance-id", "os-image-hash", "key-provider", "system-ready"};
#define REQUIRED (1u << APP_ID | 1u << COMPOSE_HASH | 1u << INSTANCE_ID | 1u << KEY_PROVIDER | 1u << SYSTEM_READY)

static const struct {
    const char *name;
    uint32_t bit;
    uint8_t kind; /* in mr_config_id version 2 */
} providers[] = {
    {"none", UR_KEY_PROVIDER_NONE, 0},
    {"local-sgx", UR_KEY_PROVIDER_LOCAL_SGX, 1},
    {"kms", UR_KEY_PROVIDER_KMS, 2},
    {"tpm", UR_KEY_PROVIDER_TPM, 3},
};
enum { PROVIDERS = sizeof providers / sizeof providers[0] };

/* Whether the preimage of a version 2 event is {"name":...,"payload":hex,"type":134217729}. */
static bool preimage_fits(const ur_event *e)
{
    static const char digits[] = "0123456789abcdef";
    const ur_span begin = UR_SPAN_LIT("{\"name\":\"");
    const ur_span middle = UR_SPAN_LIT("\",\"payload\":\"");
    const ur_span end = UR_SPAN_LIT("\",\"type\":134217729}");
    const ur_span parts[] = {begin, e->name, middle};
    const uint8_t *p = e->preimage.p;
    if (e->preimage.n != begin.n + e->name.n + middle.n + 2 * e->payload.n + end.n) {
        return false;
    }
    for (size_t i = 0; i < 3; i++) {
        if (!ur_eq_var(p, parts[i].p, parts[i].n)) {
            return false;
        }
        p += parts[i].n;
    }
    for (size_t i = 0; i < e->payload.n; i++, p += 2) {
        if (p[0] != (uint8_t)digits[e->payload.p[i] >> 4] || p[1] != (uint8_t)digits[e->payload.p[i] & 15]) {
            return false;
        }
    }
    return ur_eq_var(p, end.p, end.n);
}

/* A run-time event's digest is computed anew; one that is given must be equal. */
static ur_status runtime_digest(const ur_attest_ops *ops, ur_event *e, ur_reason *why)
{
    static const uint8_t type[4] = {0x01, 0x00, 0x00, 0x08};
    uint8_t digest[48];
    if (e->type != UR_DSTACK_EVENT_TYPE || e->payload.n > UR_EVENT_PAYLOAD_MAX) {
        return ur_refuse(why, UR_REASON_EVENT_LOG);
    }
    if (e->canonical) {
        if (!preimage_fits(e)) {
            return ur_refuse(why, UR_REASON_EVENT_DIGEST);
        }
        ops->sha384(ops->ctx, digest, &e->preimage, 1);
    } else {
        const ur_span parts[] = {ur_span_of(type, 4), UR_SPAN_LIT(":"), e->name, UR_SPAN_LIT(":"), e->payload};
        for (size_t i = 0; i < e->name.n; i++) {
            if (e->name.p[i] == ':') {
                return ur_refuse(why, UR_REASON_EVENT_NAME);
            }
        }
        ops->sha384(ops->ctx, digest, parts, 5);
    }
    if (e->has_digest && !ur_eq_var(digest, e->digest, sizeof digest)) {
        return ur_refuse(why, UR_REASON_EVENT_DIGEST);
    }
    memcpy(e->digest, digest, sizeof digest);
    e->has_digest = true;
    return UR_OK;
}

/* {"name": ..., "id": hex} */
static ur_status read_provider(ur_dstack_identity *out, ur_span payload)
{
    static const char *const names[2] = {"name", "id"};
    ur_json f[2];
    ur_json top;
    UR_TRY(ur_json_parse_var(&top, payload));
    UR_TRY(ur_json_fields_var(f, names, 2, 2, top));
    UR_TRY(ur_json_hex_upto_var(out->key_provider_id, sizeof out->key_provider_id, &out->key_provider_id_len, f[1]));
    for (size_t i = 0; i < PROVIDERS; i++) {
        if (ur_json_is_var(f[0], ur_span_str_var(providers[i].name))) {
            out->key_provider = providers[i].bit;
            return UR_OK;
        }
    }
    return UR_E_INPUT;
}

static ur_status take_bytes(uint8_t *out, size_t n, ur_span payload)
{
    if (payload.n != n) {
        return UR_E_INPUT;
    }
    memcpy(out, payload.p, n);
    return UR_OK;
}

static ur_status take_identity(ur_dstack_identity *out, unsigned which, ur_span payload)
{
    switch (which) {
    case APP_ID:
        return take_bytes(out->app_id, sizeof out->app_id, payload);
    case COMPOSE_HASH:
        return take_bytes(out->compose_hash, sizeof out->compose_hash, payload);
    case INSTANCE_ID:
        out->has_instance_id = payload.n != 0;
        return out->has_instance_id ? take_bytes(out->instance_id, sizeof out->instance_id, payload) : UR_OK;
    case OS_IMAGE_HASH:
        out->has_os_image_hash = true;
        return take_bytes(out->os_image_hash, sizeof out->os_image_hash, payload);
    case KEY_PROVIDER:
        return read_provider(out, payload);
    default:
        return payload.n == 0 ? UR_OK : UR_E_INPUT;
    }
}

/* One run-time event's part in the identity. */
static ur_status note_event(ur_dstack_identity *out, uint32_t *seen, const ur_event *e, ur_reason *why)
{
    bool ready = (*seen >> SYSTEM_READY & 1u) != 0;
    for (unsigned i = 0; i < IDENTITY_EVENTS; i++) {
        if (!ur_span_eq_var(e->name, ur_span_str_var(identity_names[i]))) {
            continue;
        }
        if ((*seen >> i & 1u) != 0) {
            return ur_refuse(why, UR_REASON_DUPLICATE_EVENT);
        }
        if (ready) {
            return ur_refuse(why, UR_REASON_MISSING_EVENT);
        }
        *seen |= 1u << i;
        return take_identity(out, i, e->payload) == UR_OK ? UR_OK : ur_refuse(why, UR_REASON_EVENT_FORMAT);
    }
    out->app_events += ready ? 1 : 0;
    return UR_OK;
}

static ur_status replay(ur_dstack_identity *out, ur_reason *why, const ur_attest_ops *ops, const ur_td_body *td,
    const ur_event_log *log, uint8_t *scratch)
{
    uint8_t rtmr[4][48] = {{0}};
    uint32_t seen = 0;
    ur_event_walk w;
    if (ur_event_walk_start(&w, log, scratch) != UR_OK) {
        return ur_refuse(why, UR_REASON_EVENT_LOG);
    }
    for (;;) {
        ur_event e;
        bool done = false;
        if (ur_event_walk_next(&w, &e, &done) != UR_OK) {
            return ur_refuse(why, UR_REASON_EVENT_LOG);
        }
        if (done) {
            break;
        }
        out->events++;
        if (e.imr == 3) {
            UR_TRY(runtime_digest(ops, &e, why));
            UR_TRY(note_event(out, &seen, &e, why));
        } else if (!e.has_digest) {
            return ur_refuse(why, UR_REASON_EVENT_LOG);
        }
        const ur_span parts[] = {ur_span_of(rtmr[e.imr], 48), ur_span_of(e.digest, 48)};
        uint8_t next[48];
        ops->sha384(ops->ctx, next, parts, 2);
        memcpy(rtmr[e.imr], next, 48);
    }
    if (!ur_eq_var(rtmr[0], td->rtmr0, 48) || !ur_eq_var(rtmr[1], td->rtmr1, 48) || !ur_eq_var(rtmr[2], td->rtmr2, 48) ||
        !ur_eq_var(rtmr[3], td->rtmr3, 48)) {
        return ur_refuse(why, UR_REASON_RTMR_MISMATCH);
    }
    if ((seen & REQUIRED) != REQUIRED) {
        return ur_refuse(why, UR_REASON_MISSING_EVENT);
    }
    return UR_OK;
}

/* Version 1: 01, compose hash, zeros. Version 2: 02, Keccak-256(compose hash, app id, kind, provider id), zeros. Version 3
 * covers a document that nothing here brings. */
static bool config_fits(const ur_dstack_rules *rules, const ur_dstack_identity *id, const uint8_t config[48])
{
    uint8_t expected[48] = {0};
    ur_keccak256 h;
    if (config[0] == 0) {
        return rules->allow_unset_config && ur_eq_var(config, expected, 48);
    }
    expected[0] = config[0];
    if (config[0] == 1) {
        memcpy(expected + 1, id->compose_hash, 32);
    } else if (config[0] == 2) {
        uint8_t kind = 0;
        for (size_t i = 0; i < PROVIDERS; i++) {
            kind = providers[i].bit == id->key_provider ? providers[i].kind : kind;
        }
        ur_keccak256_init(&h);
        ur_keccak256_update(&h, id->compose_hash, sizeof id->compose_hash);
        ur_keccak256_update(&h, id->app_id, sizeof id->app_id);
        ur_keccak256_update(&h, &kind, 1);
        ur_keccak256_update(&h, id->key_provider_id, id->key_provider_id_len);
        ur_keccak256_final(&h, expected + 1);
    } else {
        return false;
    }
    return ur_eq_var(config, expected, 48);
}

static ur_status check(ur_dstack_identity *out, ur_reason *why, const ur_attest_ops *ops, const ur_dstack_rules *rules,
    const ur_td_body *td, const ur_event_log *log, ur_span compose, uint8_t *scratch)
{
    UR_TRY(replay(out, why, ops, td, log, scratch));
    if (compose.n != 0) {
        uint8_t hash[32];
        ops->sha256(ops->ctx, hash, &compose, 1);
        if (!ur_eq_var(hash, out->compose_hash, sizeof hash)) {
            return ur_refuse(why, UR_REASON_COMPOSE_HASH);
        }
    }
    if (!config_fits(rules, out, td->mr_config_id)) {
        return ur_refuse(why, UR_REASON_MR_CONFIG_ID);
    }
    return (out->key_provider & rules->key_providers) != 0 ? UR_OK : ur_refuse(why, UR_REASON_KEY_PROVIDER);
}

ur_status ur_dstack_check(ur_dstack_identity *out, ur_reason *why, const ur_attest_ops *ops, const ur_dstack_rules *rules,
    const ur_td_body *td, const ur_event_log *log, ur_span compose, void *scratch, size_t scratch_len)
{
    *out = (ur_dstack_identity){0};
    *why = UR_REASON_NONE;
    if (rules == NULL || scratch == NULL || scratch_len < UR_DSTACK_SCRATCH_BYTES) {
        return UR_E_USAGE;
    }
    ur_status s = check(out, why, ops, rules, td, log, compose, scratch);
    if (s != UR_OK) {
        *out = (ur_dstack_identity){0};
    }
    return s;
}

/* ---- wire form ---- */

/* The run-time events repeat name and payload of the log's events of register 3, in order. */
static ur_status runtime_repeats(const ur_dstack_wire *x)
{
    ur_event_walk w;
    ur_reader r;
    uint32_t n = 0;
    UR_TRY(ur_event_walk_start(&w, &x->log, NULL)); /* the wire form needs no scratch */
    ur_reader_init(&r, x->runtime_events);
    UR_TRY(ur_scale_compact(&r, &n, UR_EVENTS_MAX));
    for (;;) {
        ur_event e;
        bool done = false;
        ur_span name;
        ur_span payload;
        UR_TRY(ur_event_walk_next(&w, &e, &done));
        if (done) {
            break;
        }
        if (e.imr != 3) {
            continue;
        }
        if (n == 0) {
            return UR_E_INPUT;
        }
        n--;
        UR_TRY(ur_scale_bytes(&r, &name, UR_EVENT_NAME_MAX));
        UR_TRY(ur_scale_bytes(&r, &payload, UR_EVENT_PAYLOAD_MAX));
        if (!ur_span_eq_var(name, e.name) || !ur_span_eq_var(payload, e.payload)) {
            return UR_E_INPUT;
        }
    }
    return n == 0 ? ur_reader_end(&r) : UR_E_INPUT;
}

/* Past a list of events: only its length is wanted here. */
static ur_status skip_events(ur_reader *r, bool of_log, ur_span *whole)
{
    size_t start = r->at;
    uint32_t n = 0;
    ur_span s;
    UR_TRY(ur_scale_compact(r, &n, UR_EVENTS_MAX));
    for (; n > 0; n--) {
        if (of_log) {
            UR_TRY(ur_reader_skip(r, 8));
            UR_TRY(ur_scale_bytes(r, &s, 48));
        }
        UR_TRY(ur_scale_bytes(r, &s, UR_EVENT_NAME_MAX));
        UR_TRY(ur_scale_bytes(r, &s, UR_EVENT_BOOT_PAYLOAD_MAX));
    }
    *whole = ur_span_of(r->p + start, r->at - start);
    return UR_OK;
}

static ur_status parse_wire(ur_dstack_wire *out, ur_span bytes)
{
    ur_reader r;
    ur_span s;
    uint8_t version = 0;
    uint8_t variant = 0;
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    ur_reader_init(&r, bytes);
    UR_TRY(ur_reader_u8(&r, &version));
    UR_TRY(ur_reader_u8(&r, &variant));
    if (version != 0 || variant != 0) {
        return UR_E_INPUT;
    }
    UR_TRY(ur_scale_bytes(&r, &out->quote, UR_QUOTE_MAX));
    out->log.form = UR_EVENT_LOG_WIRE;
    UR_TRY(skip_events(&r, true, &out->log.bytes));
    UR_TRY(skip_events(&r, false, &out->runtime_events));
    UR_TRY(ur_reader_bytes(&r, &s, 64));
    out->report_data = s.p;
    UR_TRY(ur_scale_bytes(&r, &out->config, UR_EVENT_LOG_MAX));
    UR_TRY(ur_reader_end(&r));
    UR_TRY(ur_quote_parse(&q, &why, out->quote));
    if (!ur_eq_var(ur_quote_report_data(&q).p, out->report_data, 64)) {
        return UR_E_INPUT;
    }
    return runtime_repeats(out);
}

ur_status ur_dstack_wire_parse(ur_dstack_wire *out, ur_span bytes)
{
    *out = (ur_dstack_wire){0};
    ur_status s = parse_wire(out, bytes);
    if (s != UR_OK) {
        *out = (ur_dstack_wire){0};
        s = UR_E_INPUT;
    }
    return s;
}
