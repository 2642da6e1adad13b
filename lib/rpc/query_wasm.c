/* The queries of the wasm module. */
#include <inttypes.h>
#include <string.h>

#include "lib/ledger/go_json.h"
#include "lib/rpc/parts.h"

enum { EVERYBODY = 3 };

#define NO_OFFSET "rpc error: code = InvalidArgument desc = offset and count queries not supported: invalid request"

static ur_status find_contract(rpc_query *q, ur_ledger_contract *out, ur_span text)
{
    ur_ledger_address address;
    UR_TRY(rpc_address(q, &address, text));
    ur_status st = ur_ledger_contract_of(q->c->ledger, out, &address, q->c->err);
    if (st == UR_E_ABSENT) {
        return rpc_refuse(q, SDK_UNKNOWN_REQUEST, "address %.*s: no such contract: unknown request", (int)text.n, (const char *)text.p);
    }
    return st;
}

ur_status rpc_wasm_contract(rpc_query *q)
{
    ur_pb_field f[1];
    ur_ledger_contract contract;
    UR_TRY(rpc_fields(q, f, 1, q->data));
    UR_TRY(find_contract(q, &contract, f[0].bytes));
    ur_pb_put_bytes(q->out, 1, f[0].bytes);
    ur_pb_put_bytes(q->out, 2, contract.record);
    return UR_OK;
}

/* The entry's record: 05, the contract, the position from 1 on. No contract here has a second one, as nothing migrates. */
ur_status rpc_wasm_history(rpc_query *q)
{
    ur_pb_field f[1];
    ur_ledger_address contract;
    uint8_t key[1 + UR_LEDGER_ADDRESS_MAX + 8];
    ur_writer w;
    ur_ledger_record record;
    UR_TRY(rpc_fields(q, f, 1, q->data));
    UR_TRY(rpc_address(q, &contract, f[0].bytes));
    ur_writer_init(&w, key, sizeof key);
    ur_writer_u8(&w, 5);
    ur_writer_bytes(&w, contract.bytes, contract.n);
    ur_writer_u64be(&w, 1);
    UR_TRY(ur_ledger_store_get(q->c->ledger, &record, UR_SPAN_LIT("wasm"), ur_span_of(key, w.n), 0, false, q->c->err));
    ur_pb_put_bytes(q->out, 1, record.value);
    rpc_put_paging(q->out, 2, (ur_span){0}, 0);
    return UR_OK;
}

/* ---- pages: a page's key is the number of the first entry, eight bytes ---- */

static ur_status page_of(rpc_query *q, ur_span page_request, uint64_t *from, size_t *limit)
{
    rpc_paging p;
    ur_reader r;
    UR_TRY(rpc_paging_of(q, &p, page_request));
    *from = 0;
    *limit = p.limit;
    if (p.skip > 0 || p.count) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, NO_OFFSET);
    }
    if (p.key.n == 0) {
        return UR_OK;
    }
    ur_reader_init(&r, p.key);
    if (ur_reader_u64be(&r, from) != UR_OK || ur_reader_end(&r) != UR_OK) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, "a page's key is what the page before returned: invalid request");
    }
    return UR_OK;
}

static void put_next(ur_writer *w, uint32_t number, bool more, uint64_t next)
{
    uint8_t key[8];
    ur_writer k;
    ur_writer_init(&k, key, sizeof key);
    ur_writer_u64be(&k, next);
    rpc_put_paging(w, number, more ? ur_span_of(key, sizeof key) : (ur_span){0}, 0);
}

ur_status rpc_wasm_contracts(rpc_query *q)
{
    enum { CODE, PAGE, FIELDS };
    ur_pb_field f[FIELDS];
    uint64_t from, total;
    const ur_ledger_contract *c;
    size_t n, limit;
    UR_TRY(rpc_fields(q, f, FIELDS, q->data));
    if (f[CODE].u == 0) {
        return rpc_refuse(q, SDK_UNKNOWN_REQUEST, "code id: invalid: unknown request");
    }
    UR_TRY(page_of(q, f[PAGE].bytes, &from, &limit));
    UR_TRY(ur_ledger_contracts(q->c->ledger, &c, &n, &total, f[CODE].u, from, limit, q->c->err));
    for (size_t i = 0; i < n; i++) {
        char text[UR_LEDGER_ADDRESS_TEXT_MAX];
        ur_ledger_address_text(q->c->ledger, text, &c[i].address);
        ur_pb_put_text(q->out, 1, text);
    }
    put_next(q->out, 2, from < total && n < total - from, from + n);
    return UR_OK;
}

/* ---- code ---- */

static ur_status no_code(rpc_query *q, uint64_t id)
{
    return rpc_refuse(q, SDK_UNKNOWN_REQUEST, "code id %" PRIu64 ": no such code: unknown request", id);
}

/* CodeInfo {1 hash, 2 creator, 5 permission} as the queries show it: {1 id, 2 creator, 3 hash, and the permission under a
 * number that differs}. */
static ur_status put_code(rpc_query *q, ur_writer *w, const ur_ledger_code *code, uint32_t permission)
{
    enum { HASH, CREATOR, PERMISSION = 4, FIELDS };
    ur_pb_field f[FIELDS];
    UR_TRY(rpc_fields(q, f, FIELDS, code->record));
    ur_pb_put_u64(w, 1, code->id);
    ur_pb_put_bytes(w, 2, f[CREATOR].bytes);
    ur_pb_put_bytes(w, 3, f[HASH].bytes);
    ur_pb_put_bytes_always(w, permission, f[PERMISSION].bytes);
    return UR_OK;
}

static ur_status find_code(rpc_query *q, ur_ledger_code *out)
{
    ur_pb_field f[1];
    UR_TRY(rpc_fields(q, f, 1, q->data));
    if (f[0].u == 0) {
        return rpc_refuse(q, SDK_UNKNOWN_REQUEST, "code id: invalid: unknown request");
    }
    ur_status st = ur_ledger_code_of(q->c->ledger, out, f[0].u, q->c->err);
    return st == UR_E_ABSENT ? no_code(q, f[0].u) : st;
}

ur_status rpc_wasm_code(rpc_query *q)
{
    ur_ledger_code code;
    UR_TRY(find_code(q, &code));
    size_t m = ur_pb_begin(q->out, 1);
    UR_TRY(put_code(q, q->out, &code, 6));
    ur_pb_end(q->out, m);
    ur_pb_put_bytes(q->out, 2, code.wasm);
    return UR_OK;
}

ur_status rpc_wasm_code_info(rpc_query *q)
{
    ur_ledger_code code;
    UR_TRY(find_code(q, &code));
    return put_code(q, q->out, &code, 4);
}

ur_status rpc_wasm_codes(rpc_query *q)
{
    ur_pb_field f[1];
    uint64_t from;
    bool more = false;
    size_t n = 0, limit;
    UR_TRY(rpc_fields(q, f, 1, q->data));
    UR_TRY(page_of(q, f[0].bytes, &from, &limit));
    for (;; n++) {
        ur_ledger_code code;
        ur_status st = from > UINT64_MAX - UR_LEDGER_PAGE_MAX - 1 ? UR_E_ABSENT
                                                                 : ur_ledger_code_of(q->c->ledger, &code, from + n + 1, q->c->err);
        if (st == UR_E_ABSENT) {
            break;
        }
        UR_TRY(st);
        if (n == limit) {
            more = true;
            break;
        }
        size_t m = ur_pb_begin(q->out, 1);
        UR_TRY(put_code(q, q->out, &code, 6));
        ur_pb_end(q->out, m);
    }
    put_next(q->out, 2, more, from + n);
    return UR_OK;
}

/* Everybody may upload and instantiate. */
ur_status rpc_wasm_params(rpc_query *q)
{
    size_t m = ur_pb_begin(q->out, 1), upload = ur_pb_begin(q->out, 1);
    ur_pb_put_u64(q->out, 1, EVERYBODY);
    ur_pb_end(q->out, upload);
    ur_pb_put_u64(q->out, 2, EVERYBODY);
    ur_pb_end(q->out, m);
    return UR_OK;
}

/* ---- state ---- */

ur_status rpc_wasm_raw(rpc_query *q)
{
    enum { ADDRESS, KEY, FIELDS };
    ur_pb_field f[FIELDS];
    ur_ledger_contract contract;
    ur_span value;
    UR_TRY(rpc_fields(q, f, FIELDS, q->data));
    UR_TRY(find_contract(q, &contract, f[ADDRESS].bytes));
    if (f[KEY].bytes.n == 0) {
        return UR_OK;
    }
    ur_status st = ur_ledger_contract_raw(q->c->ledger, &value, &contract.address, f[KEY].bytes, q->c->err);
    if (st == UR_OK) {
        ur_pb_put_bytes(q->out, 1, value);
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status rpc_wasm_all_state(rpc_query *q)
{
    enum { ADDRESS, PAGE, FIELDS };
    ur_pb_field f[FIELDS];
    ur_ledger_contract contract;
    const ur_ledger_pair *pair;
    ur_span next;
    rpc_paging p;
    size_t n;
    UR_TRY(rpc_fields(q, f, FIELDS, q->data));
    UR_TRY(find_contract(q, &contract, f[ADDRESS].bytes));
    UR_TRY(rpc_paging_of(q, &p, f[PAGE].bytes));
    if (p.skip > 0 || p.count) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, NO_OFFSET);
    }
    UR_TRY(ur_ledger_contract_state(q->c->ledger, &pair, &n, &next, &contract.address, p.key, p.limit, q->c->err));
    for (size_t i = 0; i < n; i++) {
        size_t m = ur_pb_begin(q->out, 1);
        ur_pb_put_bytes(q->out, 1, pair[i].key);
        ur_pb_put_bytes(q->out, 2, pair[i].value);
        ur_pb_end(q->out, m);
    }
    rpc_put_paging(q->out, 2, next, 0);
    return UR_OK;
}

ur_status rpc_wasm_smart(rpc_query *q)
{
    enum { ADDRESS, MESSAGE, FIELDS };
    ur_pb_field f[FIELDS];
    ur_ledger_contract contract;
    ur_ledger_result r;
    UR_TRY(rpc_fields(q, f, FIELDS, q->data));
    if (!ur_go_json_is_valid(f[MESSAGE].bytes)) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, "rpc error: code = InvalidArgument desc = invalid query data: invalid request");
    }
    UR_TRY(find_contract(q, &contract, f[ADDRESS].bytes));
    UR_TRY(ur_ledger_contract_query(q->c->ledger, &r, &contract.address, f[MESSAGE].bytes, q->c->err));
    if (r.code != 0) {
        return rpc_refuse(q, SDK_UNKNOWN_REQUEST, "%.*s: unknown request", (int)(r.log.n < UR_ERR_MAX ? r.log.n : UR_ERR_MAX),
                          (const char *)r.log.p);
    }
    ur_pb_put_bytes(q->out, 1, r.data);
    return UR_OK;
}
