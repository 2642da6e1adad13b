/* What a CosmWasm VM offers, and how bytes cross: contract and chain exchange addresses of regions. */
#ifndef UR_CONTRACT_WASM_IMPORTS_H
#define UR_CONTRACT_WASM_IMPORTS_H

#include "contract/machine/contract.h"

typedef struct uw_region {
    uint32_t offset;   /* address of the bytes, never 0 */
    uint32_t capacity; /* bytes there */
    uint32_t length;   /* of these, in use */
} uw_region;

#define UW_IMPORT(name) __attribute__((import_module("env"), import_name(#name)))
#define UW_EXPORT(name) __attribute__((export_name(#name)))

UW_IMPORT(abort) void uw_abort(const uw_region *text);
UW_IMPORT(db_read) uw_region *uw_db_read(const uw_region *key); /* NULL: absent */
UW_IMPORT(db_write) void uw_db_write(const uw_region *key, const uw_region *value);
UW_IMPORT(db_remove) void uw_db_remove(const uw_region *key);
UW_IMPORT(addr_validate) uw_region *uw_addr_validate(const uw_region *text); /* NULL: valid */
UW_IMPORT(secp256k1_verify) uint32_t uw_secp256k1_verify(const uw_region *hash, const uw_region *sig, const uw_region *pub);

/* VM 2.1 and later. 0: done or equal, 1: not equal, anything else: no points. */
UW_IMPORT(bls12_381_aggregate_g1) uint32_t uw_aggregate_g1(const uw_region *points, uw_region *out);
UW_IMPORT(bls12_381_hash_to_g1) uint32_t uw_hash_to_g1(uint32_t hash, const uw_region *msg, const uw_region *tag, uw_region *out);
UW_IMPORT(bls12_381_hash_to_g2) uint32_t uw_hash_to_g2(uint32_t hash, const uw_region *msg, const uw_region *tag, uw_region *out);
UW_IMPORT(bls12_381_pairing_equality)
uint32_t uw_pairing_equality(const uw_region *ps, const uw_region *qs, const uw_region *r, const uw_region *s);

/* Bytes of ours as a region that the chain reads. */
static inline uw_region uw_region_of(const void *p, size_t n)
{
    static const uint8_t nothing;
    return (uw_region){(uint32_t)(uintptr_t)(n == 0 ? &nothing : p), (uint32_t)n, (uint32_t)n};
}

static inline ur_span uw_span_of(const uw_region *r) { return ur_span_of((const void *)(uintptr_t)r->offset, r->length); }

/* End the call with a text, a literal. */
_Noreturn void uw_give_up(ur_span text);

/* Bytes that stay until the call ends, aligned to 16. */
void *uw_allocate(size_t n);

/* The curve of this build: the chain's (curve_host.c) or our own (curve_blst.c). */
const ur_curve_ops *uw_curve(void);
const uc_host *uw_host(void);

#endif
