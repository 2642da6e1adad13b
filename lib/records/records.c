#include "lib/records/records.h"

#include <stdlib.h>
#include <string.h>

#include "core/codec/bech32.h"

#define ADDRESS_BYTES 32u
#define STORE_KEY_MAX (1 + ADDRESS_BYTES + UR_KEY_MAX)
#define CONTRACT_STORE 0x03 /* wasmd's prefix of contracts' own records */
#define NS_PER_S 1000000000u

typedef struct record {
    uint8_t key[UR_KEY_MAX];
    size_t key_n;
    uint8_t *value; /* NULL: proven to be absent */
    size_t value_n;
} record;

struct ur_records {
    ur_view *view;
    char chain_id[UR_CHAIN_ID_MAX + 1];
    char contract_text[UR_BECH32_MAX + 1];
    uint8_t contract[ADDRESS_BYTES];
    unsigned timeout_ms;
    ur_light_header header;
    record *record; /* UR_RECORDS_MAX */
    size_t count;
    ur_err fetch_err; /* why the last fetch failed */
    uc_host host;
    uc_call call;
    ur_arena arena;
    uint8_t *memory;
};

/* ---- what was fetched ---- */

static void forget(ur_records *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->record[i].value);
    }
    r->count = 0;
}

static const record *find(const ur_records *r, ur_span key)
{
    for (size_t i = 0; i < r->count; i++) {
        if (ur_span_eq_var(key, ur_span_of(r->record[i].key, r->record[i].key_n))) {
            return &r->record[i];
        }
    }
    return NULL;
}

static ur_status keep(ur_records *r, ur_span key, const ur_view_record *got, ur_err *err)
{
    if (r->count == UR_RECORDS_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "more than %u records are wanted at once", UR_RECORDS_MAX);
    }
    record *to = &r->record[r->count];
    *to = (record){.key_n = key.n};
    memcpy(to->key, key.p, key.n);
    if (got->present) {
        to->value = malloc(got->value.n);
        if (to->value == NULL) {
            return ur_err_set(err, UR_E_MEMORY, "no memory");
        }
        memcpy(to->value, got->value.p, got->value.n);
        to->value_n = got->value.n;
    }
    r->count++;
    return UR_OK;
}

/* Up to UR_VIEW_KEYS_MAX keys, none of which is there yet. */
static ur_status fetch_some(ur_records *r, const ur_span *keys, size_t n, ur_err *err)
{
    uint8_t bytes[UR_VIEW_KEYS_MAX][STORE_KEY_MAX];
    ur_span full[UR_VIEW_KEYS_MAX] = {{NULL, 0}};
    ur_view_records got;
    for (size_t i = 0; i < n; i++) {
        bytes[i][0] = CONTRACT_STORE;
        memcpy(bytes[i] + 1, r->contract, ADDRESS_BYTES);
        memcpy(bytes[i] + 1 + ADDRESS_BYTES, keys[i].p, keys[i].n);
        full[i] = ur_span_of(bytes[i], 1 + ADDRESS_BYTES + keys[i].n);
    }
    UR_TRY(ur_view_get(r->view, &got, UR_SPAN_LIT("wasm"), full, n, r->header.height, r->timeout_ms, err));
    ur_status s = UR_OK;
    for (size_t i = 0; s == UR_OK && i < n; i++) {
        s = keep(r, keys[i], &got.record[i], err);
    }
    ur_view_records_free(&got);
    return s;
}

ur_status ur_records_fetch(ur_records *r, const ur_span *keys, size_t n, ur_err *err)
{
    ur_span wanted[UR_VIEW_KEYS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (keys[i].n == 0 || keys[i].n > UR_KEY_MAX) {
            return ur_err_set(err, UR_E_USAGE, "a record's key has 1 to %u bytes", (unsigned)UR_KEY_MAX);
        }
        if (find(r, keys[i]) == NULL) {
            wanted[count++] = keys[i];
        }
        if (count == UR_VIEW_KEYS_MAX || (i + 1 == n && count > 0)) {
            UR_TRY(fetch_some(r, wanted, count, err));
            count = 0;
        }
    }
    return UR_OK;
}

/* ---- as the contract's host ---- */

static ur_status get(void *self, ur_span key, ur_span *value)
{
    ur_records *r = self;
    *value = (ur_span){0};
    ur_err_clear(&r->fetch_err);
    UR_TRY(ur_records_fetch(r, &key, 1, &r->fetch_err));
    const record *found = find(r, key);
    if (found->value == NULL) {
        return UR_E_ABSENT;
    }
    *value = ur_span_of(found->value, found->value_n);
    return UR_OK;
}

/* A reader never writes, nor asks for a signature or an address. */
static ur_status no_put(void *self, ur_span key, ur_span value)
{
    (void)self, (void)key, (void)value;
    return UR_E_INTERNAL;
}

static ur_status no_remove(void *self, ur_span key)
{
    (void)self, (void)key;
    return UR_E_INTERNAL;
}

static ur_status no_verify(void *self, const uint8_t hash[32], const uint8_t sig[64], const uint8_t pub[33])
{
    (void)self, (void)hash, (void)sig, (void)pub;
    return UR_E_INTERNAL;
}

static ur_status no_address(void *self, ur_span text)
{
    (void)self, (void)text;
    return UR_E_INTERNAL;
}

uc_call *ur_records_call(ur_records *r) { return &r->call; }
const ur_light_header *ur_records_header(const ur_records *r) { return &r->header; }

ur_status ur_records_said(ur_records *r, ur_status s, ur_err *err)
{
    if (s == UR_OK) {
        return s;
    }
    if (r->call.refused) {
        r->call.refused = false;
        return ur_err_set(err, s, "%s: %s%s%s%s", uc_error_code(r->call.error), uc_error_sentence(r->call.error),
                          r->call.field != NULL ? " [" : "", r->call.field != NULL ? r->call.field : "", r->call.field != NULL ? "]" : "");
    }
    return r->fetch_err.text[0] != '\0' ? ur_err_set(err, s, "%s", r->fetch_err.text)
                                        : ur_err_set(err, s, "a record is not in the contract's form");
}

/* ---- opening ---- */

ur_status ur_records_begin(ur_records *r, int64_t under, unsigned timeout_ms, ur_err *err)
{
    forget(r);
    r->timeout_ms = timeout_ms;
    UR_TRY(ur_view_sync(r->view, &r->header, under, timeout_ms, err));
    memset(r->memory, 0, UR_RECORDS_MEMORY_BYTES);
    ur_arena_init(&r->arena, r->memory, UR_RECORDS_MEMORY_BYTES);
    r->call = (uc_call){.host = &r->host, .memory = &r->arena, .chain_id = ur_span_str_var(r->chain_id),
                        .contract = ur_span_str_var(r->contract_text)};
    r->call.now.height = (uint64_t)r->header.height;
    r->call.now.time_ns = (uint64_t)r->header.time.s * NS_PER_S + (uint64_t)r->header.time.ns;
    return UR_OK;
}

/* 32 bytes under whatever prefix the chain has. */
static ur_status read_contract(ur_records *r, const char *contract, ur_err *err)
{
    char hrp[UR_BECH32_HRP_MAX];
    uint8_t bytes[UR_BECH32_DATA_MAX];
    size_t hrp_n, n;
    ur_span text = ur_span_str_var(contract);
    if (text.n > UR_BECH32_MAX || ur_bech32_decode_var(hrp, &hrp_n, bytes, &n, text) != UR_OK || n != ADDRESS_BYTES) {
        return ur_err_set(err, UR_E_INPUT, "'%.100s' is no address of a contract", contract);
    }
    memcpy(r->contract, bytes, ADDRESS_BYTES);
    memcpy(r->contract_text, contract, text.n + 1);
    return UR_OK;
}

ur_status ur_records_new(ur_records **out, ur_view *view, const char *chain_id, const char *contract, ur_err *err)
{
    *out = NULL;
    ur_records *r = calloc(1, sizeof *r);
    if (r == NULL || (r->record = calloc(UR_RECORDS_MAX, sizeof *r->record)) == NULL ||
        (r->memory = aligned_alloc(16, UR_RECORDS_MEMORY_BYTES)) == NULL) {
        ur_records_free(&r);
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    r->view = view;
    r->host = (uc_host){.self = r, .get = get, .put = no_put, .remove = no_remove, .secp256k1_verify = no_verify,
                        .address_check = no_address, .curve = ur_curve_ops_native()};
    ur_status s = read_contract(r, contract, err);
    if (s == UR_OK && strlen(chain_id) > UR_CHAIN_ID_MAX) {
        s = ur_err_set(err, UR_E_INPUT, "'%.100s' is no chain id", chain_id);
    }
    if (s != UR_OK) {
        ur_records_free(&r);
        return s;
    }
    memcpy(r->chain_id, chain_id, strlen(chain_id) + 1);
    *out = r;
    return UR_OK;
}

void ur_records_free(ur_records **records)
{
    ur_records *r = *records;
    if (r != NULL) {
        if (r->record != NULL) {
            forget(r);
        }
        free(r->record);
        free(r->memory);
        free(r);
        *records = NULL;
    }
}
