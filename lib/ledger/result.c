/* Results of transactions: as ABCI has them (tendermint.abci.ExecTxResult), as headers bind them, as searches find them. */
#include "core/codec/pb.h"
#include "lib/ledger/run.h"

enum { R_CODE = 1, R_DATA = 2, R_LOG = 3, R_GAS_WANTED = 5, R_GAS_USED = 6, R_EVENTS = 7, R_CODESPACE = 8 };
enum { E_TYPE = 1, E_ATTRIBUTES = 2 };
enum { A_KEY = 1, A_VALUE = 2, A_INDEX = 3 };
enum { FIELD_ROOM = 12 };

/* ---- writing ---- */

static uint64_t wanted(const ur_run *r) { return r->gas_limit == UINT64_MAX ? 0 : r->gas_limit; }

static size_t room_for(const ur_run *r)
{
    size_t room = 8 * FIELD_ROOM + r->data.n + r->log.n + 64;
    for (const ur_run_event *e = r->first; e != NULL; e = e->next) {
        room += 2 * FIELD_ROOM + e->type.n;
        for (const ur_run_attribute *a = e->first; a != NULL; a = a->next) {
            room += 4 * FIELD_ROOM + a->key.n + a->value.n;
        }
    }
    return room;
}

static void put_event(ur_writer *w, const ur_run_event *e)
{
    size_t at = ur_pb_begin(w, R_EVENTS);
    ur_pb_put_bytes(w, E_TYPE, e->type);
    for (const ur_run_attribute *a = e->first; a != NULL; a = a->next) {
        size_t in = ur_pb_begin(w, E_ATTRIBUTES);
        ur_pb_put_bytes(w, A_KEY, a->key);
        ur_pb_put_bytes(w, A_VALUE, a->value);
        ur_pb_put_u64(w, A_INDEX, 1);
        ur_pb_end(w, in);
    }
    ur_pb_end(w, at);
}

static ur_status write_result(const ur_run *r, ur_span *out, ur_pool *pool)
{
    ur_writer w;
    UR_TRY(ur_pool_writer(pool, &w, room_for(r)));
    ur_pb_put_u64(&w, R_CODE, r->code);
    ur_pb_put_bytes(&w, R_DATA, r->data);
    ur_pb_put_bytes(&w, R_LOG, r->log);
    ur_pb_put_u64(&w, R_GAS_WANTED, wanted(r));
    ur_pb_put_u64(&w, R_GAS_USED, r->gas_used);
    for (const ur_run_event *e = r->first; e != NULL; e = e->next) {
        put_event(&w, e);
    }
    ur_pb_put_text(&w, R_CODESPACE, r->codespace);
    return ur_writer_end(&w, out);
}

static ur_status write_binding(const ur_run *r, ur_span *out, ur_pool *pool)
{
    ur_writer w;
    UR_TRY(ur_pool_writer(pool, &w, 4 * FIELD_ROOM + r->data.n));
    ur_pb_put_u64(&w, R_CODE, r->code);
    ur_pb_put_bytes(&w, R_DATA, r->data);
    ur_pb_put_u64(&w, R_GAS_WANTED, wanted(r));
    ur_pb_put_u64(&w, R_GAS_USED, r->gas_used);
    return ur_writer_end(&w, out);
}

static uint32_t mix(uint32_t h, ur_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ s.p[i]) * 16777619u;
    }
    return h;
}

uint32_t ur_result_mark(ur_span key, ur_span value, bool with_value)
{
    uint32_t h = mix(2166136261u, key);
    return with_value ? mix((h ^ '=') * 16777619u, value) : h;
}

/* Two for each attribute: of key and value, and of the key alone (once while it repeats). */
static ur_status write_marks(const ur_run *r, ur_span *out, ur_pool *pool)
{
    ur_writer w;
    size_t n = 0;
    for (const ur_run_event *e = r->first; e != NULL; e = e->next) {
        n += e->n;
    }
    UR_TRY(ur_pool_writer(pool, &w, 8 * n));
    for (const ur_run_event *e = r->first; e != NULL; e = e->next) {
        uint32_t type = (mix(2166136261u, e->type) ^ '.') * 16777619u;
        for (const ur_run_attribute *a = e->first; a != NULL; a = a->next) {
            uint32_t key = mix(type, a->key);
            ur_writer_u32le(&w, key);
            ur_writer_u32le(&w, mix((key ^ '=') * 16777619u, a->value));
        }
    }
    return ur_writer_end(&w, out);
}

ur_status ur_run_encode(ur_run *r, ur_tx_outcome *out, ur_pool *pool)
{
    if (r->no_room || write_result(r, &out->result, pool) != UR_OK || write_binding(r, &out->binding, pool) != UR_OK ||
        write_marks(r, &out->marks, pool) != UR_OK) {
        return ur_run_no_memory(r);
    }
    return UR_OK;
}

ur_status ur_run_result(ur_run *r, ur_ledger_result *out, ur_pool *pool)
{
    ur_span bytes;
    if (r->no_room || write_result(r, &bytes, pool) != UR_OK || ur_result_parse(out, pool, bytes) != UR_OK) {
        return ur_run_no_memory(r);
    }
    return UR_OK;
}

/* ---- reading ---- */

static ur_status count(ur_span message, uint32_t number, size_t *n)
{
    ur_pb m;
    ur_pb_field f;
    *n = 0;
    for (ur_pb_init(&m, message, UR_PB_CANONICAL); ur_pb_more(&m);) {
        UR_TRY(ur_pb_next_var(&m, &f));
        *n += f.number == number ? 1u : 0u;
    }
    return UR_OK;
}

static ur_status parse_attribute(ur_ledger_attribute *out, ur_span bytes)
{
    static const ur_pb_wire wires[3] = {UR_PB_BYTES, UR_PB_BYTES, UR_PB_VARINT};
    ur_pb_field f[3];
    UR_TRY(ur_pb_fields_var(f, wires, 3, bytes, UR_PB_CANONICAL));
    out->key = f[0].bytes;
    out->value = f[1].bytes;
    return UR_OK;
}

static ur_status parse_event(ur_ledger_event *out, ur_pool *pool, ur_span bytes)
{
    ur_pb m;
    ur_pb_field f;
    size_t n, at = 0;
    UR_TRY(count(bytes, E_ATTRIBUTES, &n));
    ur_ledger_attribute *a = ur_pool_take(pool, n * sizeof *a);
    if (a == NULL) {
        return UR_E_MEMORY;
    }
    out->n = n;
    out->attribute = a;
    for (ur_pb_init(&m, bytes, UR_PB_CANONICAL); ur_pb_more(&m);) {
        UR_TRY(ur_pb_next_var(&m, &f));
        if (f.number == E_TYPE) {
            out->type = f.bytes;
        } else if (f.number == E_ATTRIBUTES) {
            UR_TRY(parse_attribute(&a[at++], f.bytes));
        }
    }
    return UR_OK;
}

static void take_field(ur_ledger_result *out, const ur_pb_field *f)
{
    switch (f->number) {
    case R_CODE: out->code = (uint32_t)f->u; break;
    case R_DATA: out->data = f->bytes; break;
    case R_LOG: out->log = f->bytes; break;
    case R_GAS_WANTED: out->gas_wanted = f->u; break;
    case R_GAS_USED: out->gas_used = f->u; break;
    case R_CODESPACE: out->codespace = f->bytes; break;
    default: break;
    }
}

ur_status ur_result_parse(ur_ledger_result *out, ur_pool *pool, ur_span bytes)
{
    ur_pb m;
    ur_pb_field f;
    size_t at = 0;
    *out = (ur_ledger_result){0};
    UR_TRY(count(bytes, R_EVENTS, &out->events));
    ur_ledger_event *e = ur_pool_take(pool, out->events * sizeof *e);
    if (e == NULL) {
        return UR_E_MEMORY;
    }
    out->event = e;
    for (ur_pb_init(&m, bytes, UR_PB_CANONICAL); ur_pb_more(&m);) {
        UR_TRY(ur_pb_next_var(&m, &f));
        if (f.number == R_EVENTS) {
            UR_TRY(parse_event(&e[at++], pool, f.bytes));
        } else {
            take_field(out, &f);
        }
    }
    return UR_OK;
}
