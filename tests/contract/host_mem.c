#include "tests/contract/host_mem.h"

#include <stdlib.h>

#include "core/codec/bech32.h"
#include "lib/suite/secp256k1.h"

enum { ADDRESS_BYTES_MAX = 32, PAIRS_MAX = 8 };

/* ---- memory ---- */

static void *grown(void *list, size_t *cap, size_t n, size_t size)
{
    if (n < *cap) {
        return list;
    }
    *cap = *cap == 0 ? 64 : *cap * 2;
    void *more = realloc(list, *cap * size);
    if (more == NULL) {
        abort();
    }
    return more;
}

static uint8_t *copied(ur_span s)
{
    uint8_t *p = malloc(s.n + 1);
    if (p == NULL) {
        abort();
    }
    if (s.n > 0) {
        memcpy(p, s.p, s.n);
    }
    return p;
}

static void discard(host_mem *h, uint8_t *p)
{
    h->garbage = grown(h->garbage, &h->garbage_cap, h->garbage_count, sizeof *h->garbage);
    h->garbage[h->garbage_count++] = p;
}

/* ---- the map ---- */

/* Where a key is, or would be. */
static size_t place(const host_mem *h, ur_span key, bool *found)
{
    size_t lo = 0, hi = h->count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const host_record *r = &h->records[mid];
        int order = ur_cmp_var(r->key, r->key_len, key.p, key.n);
        if (order == 0) {
            *found = true;
            return mid;
        }
        if (order < 0) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    *found = false;
    return lo;
}

static void set(host_mem *h, ur_span key, ur_span value)
{
    bool found;
    size_t at = place(h, key, &found);
    if (!found) {
        h->records = grown(h->records, &h->cap, h->count, sizeof *h->records);
        memmove(&h->records[at + 1], &h->records[at], (h->count - at) * sizeof *h->records);
        h->records[at] = (host_record){copied(key), NULL, key.n, 0};
        h->count++;
    } else {
        discard(h, h->records[at].value);
    }
    h->records[at].value = copied(value);
    h->records[at].value_len = value.n;
}

static void unset(host_mem *h, ur_span key)
{
    bool found;
    size_t at = place(h, key, &found);
    if (found) {
        free(h->records[at].key);
        discard(h, h->records[at].value);
        h->count--;
        memmove(&h->records[at], &h->records[at + 1], (h->count - at) * sizeof *h->records);
    }
}

ur_status host_mem_get(const host_mem *h, ur_span key, ur_span *value)
{
    bool found;
    size_t at = place(h, key, &found);
    *value = found ? ur_span_of(h->records[at].value, h->records[at].value_len) : (ur_span){NULL, 0};
    return found ? UR_OK : UR_E_ABSENT;
}

/* ---- what the contract calls ---- */

/* For undoing, each change notes what stood there before. */
static void note(host_mem *h, host_op_kind kind, ur_span key, ur_span value)
{
    h->ops = grown(h->ops, &h->op_cap, h->op_count, sizeof *h->ops);
    host_op *op = &h->ops[h->op_count++];
    *op = (host_op){.kind = kind, .key = copied(key), .value = copied(value), .key_len = key.n, .value_len = value.n};
    ur_span before;
    if ((kind == HOST_WRITE || kind == HOST_REMOVE) && host_mem_get(h, key, &before) == UR_OK) {
        op->before = copied(before);
        op->before_len = before.n;
    }
}

static ur_status get(void *self, ur_span key, ur_span *value)
{
    ur_status st = host_mem_get(self, key, value);
    note(self, HOST_READ, key, *value);
    return st;
}

static ur_status put(void *self, ur_span key, ur_span value)
{
    host_mem *h = self;
    note(h, HOST_WRITE, key, value);
    set(h, key, value);
    return UR_OK;
}

static ur_status remove_(void *self, ur_span key)
{
    host_mem *h = self;
    note(h, HOST_REMOVE, key, (ur_span){NULL, 0});
    unset(h, key);
    return UR_OK;
}

static ur_status verify(void *self, const uint8_t hash[32], const uint8_t sig[64], const uint8_t pub[33])
{
    uint8_t all[32 + 64 + 33];
    ur_secp_pub key;
    memcpy(all, hash, 32);
    memcpy(all + 32, sig, 64);
    memcpy(all + 96, pub, 33);
    note(self, HOST_VERIFY, ur_span_of(all, sizeof all), (ur_span){NULL, 0});
    if (ur_secp_pub_parse_var(&key, ur_span_of(pub, 33)) != UR_OK) {
        return UR_E_PROOF;
    }
    return ur_secp_verify_var(&key, hash, sig);
}

static ur_status address_check(void *self, ur_span text)
{
    host_mem *h = self;
    uint8_t bytes[ADDRESS_BYTES_MAX];
    size_t n;
    note(h, HOST_ADDRESS, text, (ur_span){NULL, 0});
    ur_status st = ur_bech32_address_var(bytes, sizeof bytes, &n, ur_span_str_var(h->prefix), text);
    return st == UR_OK ? UR_OK : UR_E_INPUT;
}

static ur_status curve_sum(void *self, uint8_t out[UR_G1_BYTES], const uint8_t *points, size_t n)
{
    note(self, HOST_SUM, ur_span_of(points, n * UR_G1_BYTES), (ur_span){NULL, 0});
    return ur_curve_ops_native()->g1_sum(NULL, out, points, n);
}

static ur_status curve_hash(void *self, uint8_t *out, ur_tag tag, ur_span msg)
{
    uint8_t t = (uint8_t)tag;
    note(self, HOST_HASH, ur_span_of(&t, 1), msg);
    return ur_curve_ops_native()->hash(NULL, out, tag, msg);
}

static ur_status curve_pairing(void *self, const uint8_t *ps, const uint8_t *qs, size_t n, const uint8_t r[UR_G1_BYTES],
                               const uint8_t s[UR_G2_BYTES])
{
    uint8_t g1[PAIRS_MAX * UR_G1_BYTES], g2[PAIRS_MAX * UR_G2_BYTES];
    if (n >= PAIRS_MAX) {
        return UR_E_LIMIT;
    }
    memcpy(g1, ps, n * UR_G1_BYTES);
    memcpy(g1 + n * UR_G1_BYTES, r, UR_G1_BYTES);
    memcpy(g2, qs, n * UR_G2_BYTES);
    memcpy(g2 + n * UR_G2_BYTES, s, UR_G2_BYTES);
    note(self, HOST_PAIRING, ur_span_of(g1, (n + 1) * UR_G1_BYTES), ur_span_of(g2, (n + 1) * UR_G2_BYTES));
    return ur_curve_ops_native()->pairing_equal(NULL, ps, qs, n, r, s);
}

/* ---- life ---- */

void host_mem_init(host_mem *h, const char *prefix)
{
    *h = (host_mem){.prefix = prefix};
    h->curve = (ur_curve_ops){h, curve_sum, NULL, curve_hash, curve_pairing};
    h->host = (uc_host){h, get, put, remove_, verify, address_check, &h->curve};
}

void host_mem_begin(host_mem *h)
{
    for (size_t i = 0; i < h->op_count; i++) {
        free(h->ops[i].key);
        free(h->ops[i].value);
        free(h->ops[i].before);
    }
    for (size_t i = 0; i < h->garbage_count; i++) {
        free(h->garbage[i]);
    }
    h->op_count = 0;
    h->garbage_count = 0;
}

void host_mem_end(host_mem *h, bool keep)
{
    for (size_t i = h->op_count; !keep && i-- > 0;) {
        const host_op *op = &h->ops[i];
        ur_span key = ur_span_of(op->key, op->key_len);
        if (op->before != NULL) {
            set(h, key, ur_span_of(op->before, op->before_len));
        } else if (op->kind == HOST_WRITE || op->kind == HOST_REMOVE) {
            unset(h, key);
        }
    }
}

void host_mem_clear(host_mem *h)
{
    host_mem_begin(h);
    for (size_t i = 0; i < h->count; i++) {
        free(h->records[i].key);
        free(h->records[i].value);
    }
    free(h->records);
    free(h->ops);
    free(h->garbage);
    *h = (host_mem){0};
}
