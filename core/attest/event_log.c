#include "core/attest/event_log.h"

/* Scratch: payload, name, preimage. */
#define NAME_AT UR_EVENT_PAYLOAD_MAX
#define PREIMAGE_AT (NAME_AT + UR_EVENT_NAME_MAX)

ur_status ur_scale_compact(ur_reader *r, uint32_t *out, uint32_t max)
{
    uint8_t b[4] = {0};
    *out = 0;
    UR_TRY(ur_reader_u8(r, &b[0]));
    unsigned mode = b[0] & 3u;
    size_t more = mode == 0 ? 0 : mode == 1 ? 1 : 3;
    if (mode == 3) {
        return UR_E_LIMIT; /* 2^30 and more */
    }
    UR_TRY(ur_reader_copy(r, b + 1, more));
    uint32_t x = ((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24) >> 2;
    if ((mode == 1 && x < 1u << 6) || (mode == 2 && x < 1u << 14)) {
        return UR_E_INPUT; /* not the shortest form */
    }
    if (x > max) {
        return UR_E_LIMIT;
    }
    *out = x;
    return UR_OK;
}

ur_status ur_scale_bytes(ur_reader *r, ur_span *out, uint32_t max)
{
    uint32_t n = 0;
    *out = (ur_span){0};
    UR_TRY(ur_scale_compact(r, &n, max));
    return ur_reader_bytes(r, out, n);
}

ur_status ur_event_walk_start(ur_event_walk *w, const ur_event_log *log, uint8_t *scratch)
{
    *w = (ur_event_walk){.form = log->form, .scratch = scratch};
    if (log->bytes.n > UR_EVENT_LOG_MAX) {
        return UR_E_LIMIT;
    }
    if (log->form == UR_EVENT_LOG_JSON) {
        ur_json top;
        UR_TRY(ur_json_parse_var(&top, log->bytes));
        return ur_json_array_var(&w->it, top);
    }
    ur_reader_init(&w->r, log->bytes);
    return ur_scale_compact(&w->r, &w->left, UR_EVENTS_MAX);
}

static ur_status next_wire(ur_event_walk *w, ur_event *out, bool *done)
{
    ur_span digest;
    if (w->left == 0) {
        *done = true;
        return ur_reader_end(&w->r);
    }
    w->left--;
    UR_TRY(ur_reader_u32le(&w->r, &out->imr));
    UR_TRY(ur_reader_u32le(&w->r, &out->type));
    UR_TRY(ur_scale_bytes(&w->r, &digest, sizeof out->digest));
    UR_TRY(ur_scale_bytes(&w->r, &out->name, UR_EVENT_NAME_MAX));
    UR_TRY(ur_scale_bytes(&w->r, &out->payload, UR_EVENT_BOOT_PAYLOAD_MAX));
    if (digest.n == sizeof out->digest) {
        memcpy(out->digest, digest.p, sizeof out->digest);
        out->has_digest = true;
    }
    return digest.n == 0 || out->has_digest ? UR_OK : UR_E_INPUT;
}

static ur_status next_json(ur_event_walk *w, ur_event *out, bool *done)
{
    enum { IMR, TYPE, DIGEST, NAME, PAYLOAD, VERSION, PREIMAGE, COUNT };
    static const char *const names[COUNT] = {"imr", "event_type", "digest", "event", "event_payload", "version", "preimage"};
    ur_json f[COUNT];
    ur_json v;
    uint64_t x = 0;
    size_t n = 0;
    if (!ur_json_next_var(&w->it, &v)) {
        *done = true;
        return UR_OK;
    }
    UR_TRY(ur_json_fields_var(f, names, COUNT, VERSION, v));
    UR_TRY(ur_json_u64_max_var(&x, 0xffffffffu, f[IMR]));
    out->imr = (uint32_t)x;
    UR_TRY(ur_json_u64_max_var(&x, 0xffffffffu, f[TYPE]));
    out->type = (uint32_t)x;
    UR_TRY(ur_json_hex_upto_var(out->digest, sizeof out->digest, &n, f[DIGEST]));
    out->has_digest = n == sizeof out->digest;
    if (n != 0 && !out->has_digest) {
        return UR_E_INPUT;
    }
    UR_TRY(ur_json_string_var(&out->name, w->scratch + NAME_AT, UR_EVENT_NAME_MAX, f[NAME]));
    if (out->name.n > UR_EVENT_NAME_MAX) {
        return UR_E_LIMIT;
    }
    if (out->imr < 3) { /* payloads of boot events are often stripped: only their digests count */
        return ur_json_plain_var(&out->payload, f[PAYLOAD]);
    }
    UR_TRY(ur_json_hex_upto_var(w->scratch, UR_EVENT_PAYLOAD_MAX, &n, f[PAYLOAD]));
    out->payload = ur_span_of(w->scratch, n);
    if (f[VERSION].raw.n != 0) {
        UR_TRY(ur_json_u64_max_var(&x, 2, f[VERSION]));
        out->canonical = x == 2;
        if (x == 0) {
            return UR_E_INPUT;
        }
    }
    /* The preimage belongs to version 2 and must be there; in it the name stands as it is. */
    if (out->canonical != (f[PREIMAGE].raw.n != 0)) {
        return UR_E_INPUT;
    }
    if (out->canonical) {
        UR_TRY(ur_json_plain_var(&out->name, f[NAME]));
        UR_TRY(ur_json_hex_upto_var(w->scratch + PREIMAGE_AT, UR_DSTACK_SCRATCH_BYTES - PREIMAGE_AT, &n, f[PREIMAGE]));
        out->preimage = ur_span_of(w->scratch + PREIMAGE_AT, n);
    }
    return UR_OK;
}

ur_status ur_event_walk_next(ur_event_walk *w, ur_event *out, bool *done)
{
    *out = (ur_event){0};
    *done = false;
    UR_TRY(w->form == UR_EVENT_LOG_JSON ? next_json(w, out, done) : next_wire(w, out, done));
    if (!*done && (w->count++ == UR_EVENTS_MAX || out->imr > 3)) {
        return UR_E_INPUT;
    }
    return UR_OK;
}
