#include "lib/ledger/run.h"

#include <inttypes.h>

/* ---- refusing ---- */

void ur_run_init(ur_run *r, ur_ledger *l, ur_kv_layer *layer, ur_err *err)
{
    ur_pool_reset(&l->tx_pool);
    *r = (ur_run){.l = l, .layer = layer, .pool = &l->tx_pool, .gas_limit = UINT64_MAX, .codespace = "", .err = err};
}

ur_status ur_run_no_memory(const ur_run *r) { return ur_ledger_no_memory(r->err); }

ur_status ur_run_refuse(ur_run *r, const char *codespace, uint32_t code, const char *format, ...)
{
    if (r->code == 0) {
        va_list args;
        va_start(args, format);
        r->log = ur_pool_vtext(r->pool, format, args);
        va_end(args);
        r->code = code;
        r->codespace = codespace;
    }
    return UR_E_POLICY;
}

void ur_run_wrap(ur_run *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    ur_span before = ur_pool_vtext(r->pool, format, args);
    va_end(args);
    r->log = ur_pool_text(r->pool, "%.*s%.*s", (int)before.n, (const char *)before.p, (int)r->log.n, (const char *)r->log.p);
}

/* ---- gas ---- */

ur_status ur_run_gas(ur_run *r, uint64_t gas, const char *place)
{
    r->gas_used = r->gas_used > UINT64_MAX - gas ? UINT64_MAX : r->gas_used + gas;
    if (r->gas_used <= r->gas_limit) {
        return UR_OK;
    }
    return ur_run_refuse(r, "sdk", UR_SDK_OUT_OF_GAS, "out of gas in location: %s; gasWanted: %" PRIu64 ", gasUsed: %" PRIu64 ": out of gas", place,
                         r->gas_limit, r->gas_used);
}

/* ---- state ---- */

enum { READ_FLAT = 1000, READ_BYTE = 3, WRITE_FLAT = 2000, WRITE_BYTE = 30, DELETE = 1000 };

ur_status ur_run_get(ur_run *r, ur_store store, ur_span key, ur_span *value)
{
    *value = (ur_span){0};
    UR_TRY(ur_run_gas(r, READ_FLAT, "ReadFlat"));
    ur_status st = ur_kv_get(&r->l->kv, r->layer, store, key, value, r->err);
    if (st == UR_OK || st == UR_E_ABSENT) {
        UR_TRY(ur_run_gas(r, READ_BYTE * (uint64_t)(key.n + value->n), "ReadPerByte"));
    }
    return st;
}

ur_status ur_run_put(ur_run *r, ur_store store, ur_span key, ur_span value)
{
    UR_TRY(ur_run_gas(r, WRITE_FLAT, "WriteFlat"));
    UR_TRY(ur_run_gas(r, WRITE_BYTE * (uint64_t)(key.n + value.n), "WritePerByte"));
    ur_status st = ur_kv_put(r->layer, store, key, value);
    return st == UR_OK ? UR_OK : ur_run_no_memory(r);
}

ur_status ur_run_remove(ur_run *r, ur_store store, ur_span key)
{
    UR_TRY(ur_run_gas(r, DELETE, "Delete"));
    ur_status st = ur_kv_remove(r->layer, store, key);
    return st == UR_OK ? UR_OK : ur_run_no_memory(r);
}

/* ---- events ---- */

void ur_run_event_begin(ur_run *r, ur_span type)
{
    ur_run_event *e = ur_pool_take(r->pool, sizeof *e);
    if (e == NULL) {
        r->no_room = true;
        return;
    }
    e->type = type;
    if (r->last == NULL) {
        r->first = e;
    } else {
        r->last->next = e;
    }
    r->last = e;
}

void ur_run_attribute_put_span(ur_run *r, ur_span key, ur_span value)
{
    ur_run_event *e = r->last;
    ur_run_attribute *a = r->no_room ? NULL : ur_pool_take(r->pool, sizeof *a);
    if (a == NULL) {
        r->no_room = true;
        return;
    }
    a->key = key;
    a->value = value;
    if (e->last == NULL) {
        e->first = a;
    } else {
        e->last->next = a;
    }
    e->last = a;
    e->n++;
}

void ur_run_attribute_put(ur_run *r, const char *key, ur_span value) { ur_run_attribute_put_span(r, ur_span_str_var(key), value); }
