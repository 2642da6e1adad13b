#include "programs/devnet/native.h"

#include <stdlib.h>
#include <string.h>

#include "contract/machine/contract.h"
#include "core/codec/hex.h"
#include "lib/os/file.h"
#include "lib/suite/secp256k1.h"

enum { WASM_MAX = 4 << 20 };

/* What a chain's VM charges for its host functions, in SDK gas (140,000 of the VM's): lines of VM 2.1. */
enum {
    GAS_SECP256K1_VERIFY = 686,
    GAS_SUM = 486, GAS_SUM_POINT = 86,
    GAS_HASH_G1 = 4021, GAS_HASH_G2 = 6221,
    GAS_PAIRING = 15086, GAS_PAIRING_PAIR = 1164,
};

/* SHA-256 in hex of the builds made with this program, in the build tree; ends with NULL. */
extern const char *const devnet_known_builds[];

struct devnet_native {
    ur_ledger_vm vm;
    uint8_t *memory; /* UC_MEMORY_BYTES, zero but for the first `dirty` */
    size_t dirty;
    /* of the call under way */
    const ur_ledger_host *host;
    uint64_t gas;
    ur_curve_ops curve;
};

/* ---- the world, for the contract ---- */

static ur_status get(void *self, ur_span key, ur_span *value)
{
    const ur_ledger_host *h = ((devnet_native *)self)->host;
    return h->get(h->self, key, value);
}

static ur_status put(void *self, ur_span key, ur_span value)
{
    const ur_ledger_host *h = ((devnet_native *)self)->host;
    return h->put(h->self, key, value);
}

static ur_status remove_record(void *self, ur_span key)
{
    const ur_ledger_host *h = ((devnet_native *)self)->host;
    return h->remove(h->self, key);
}

static ur_status check_address(void *self, ur_span text)
{
    const ur_ledger_host *h = ((devnet_native *)self)->host;
    return h->address_check(h->self, text);
}

static ur_status verify(void *self, const uint8_t hash[32], const uint8_t sig[64], const uint8_t pub[33])
{
    ur_secp_pub key;
    ((devnet_native *)self)->gas += GAS_SECP256K1_VERIFY;
    if (ur_secp_pub_parse_var(&key, ur_span_of(pub, UR_SECP_PUB_BYTES)) != UR_OK) {
        return UR_E_PROOF;
    }
    return ur_secp_verify_var(&key, hash, sig);
}

static ur_status g1_sum(void *self, uint8_t out[UR_G1_BYTES], const uint8_t *points, size_t n)
{
    const ur_curve_ops *ops = ur_curve_ops_native();
    ((devnet_native *)self)->gas += GAS_SUM + GAS_SUM_POINT * n;
    return ops->g1_sum(ops->self, out, points, n);
}

static ur_status hash_to_curve(void *self, uint8_t *out, ur_tag tag, ur_span msg)
{
    const ur_curve_ops *ops = ur_curve_ops_native();
    ((devnet_native *)self)->gas += ur_tag_group(tag) == 2 ? GAS_HASH_G2 : GAS_HASH_G1;
    return ops->hash(ops->self, out, tag, msg);
}

static ur_status pairing_equal(void *self, const uint8_t *ps, const uint8_t *qs, size_t n, const uint8_t r[UR_G1_BYTES],
                               const uint8_t s[UR_G2_BYTES])
{
    const ur_curve_ops *ops = ur_curve_ops_native();
    ((devnet_native *)self)->gas += GAS_PAIRING + GAS_PAIRING_PAIR * (n + 1);
    return ops->pairing_equal(ops->self, ps, qs, n, r, s);
}

/* ---- the contract, for the ledger ---- */

static ur_status run(const uc_host *host, ur_ledger_entry entry, ur_arena *memory, ur_span env, ur_span info, ur_span msg, ur_span *result)
{
    switch (entry) {
    case UR_LEDGER_INSTANTIATE:
        return uc_instantiate(host, memory, env, info, msg, result);
    case UR_LEDGER_EXECUTE:
        return uc_execute(host, memory, env, info, msg, result);
    default:
        return uc_query(host, memory, env, msg, result);
    }
}

/* The contract wants zeros, and says how much it used: the call before is wiped first, as its reply was lent until now. */
static ur_status call(void *self, ur_ledger_entry entry, const ur_ledger_host *host, ur_span env, ur_span info, ur_span msg,
                      ur_ledger_reply *reply)
{
    devnet_native *n = self;
    const uc_host world = {.self = n, .get = get, .put = put, .remove = remove_record, .secp256k1_verify = verify,
                           .address_check = check_address, .curve = &n->curve};
    ur_arena memory;
    ur_span result = {0};
    memset(n->memory, 0, n->dirty);
    ur_arena_init(&memory, n->memory, UC_MEMORY_BYTES);
    n->host = host;
    n->gas = 0;
    ur_status st = run(&world, entry, &memory, env, info, msg, &result);
    n->dirty = memory.n;
    n->host = NULL;
    *reply = (ur_ledger_reply){result, n->gas};
    if (st == UR_E_MEMORY || st == UR_E_INTERNAL) {
        reply->json = st == UR_E_MEMORY ? UR_SPAN_LIT("out of memory") : UR_SPAN_LIT("the contract gave up: a broken invariant");
        return UR_E_INTERNAL; /* what on a chain would be an abort */
    }
    return st;
}

/* ---- making ---- */

static ur_status add_known(devnet_native *n)
{
    for (size_t i = 0; devnet_known_builds[i] != NULL; i++) {
        if (n->vm.checksums == UR_LEDGER_CODES_MAX) {
            return UR_E_INTERNAL;
        }
        UR_TRY(ur_hex_decode(n->vm.checksum[n->vm.checksums++], UR_SHA256_BYTES, ur_span_str_var(devnet_known_builds[i])));
    }
    return UR_OK;
}

ur_status devnet_native_new(devnet_native **out, ur_err *err)
{
    devnet_native *n = calloc(1, sizeof *n);
    *out = n;
    if (n != NULL) {
        n->memory = calloc(1, UC_MEMORY_BYTES);
    }
    if (n == NULL || n->memory == NULL) {
        devnet_native_free(out);
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    n->vm.self = n;
    n->vm.call = call;
    /* no g1_mul, as on a chain: the same way through the machine */
    n->curve = (ur_curve_ops){.self = n, .g1_sum = g1_sum, .hash = hash_to_curve, .pairing_equal = pairing_equal};
    return add_known(n);
}

void devnet_native_free(devnet_native **native)
{
    if (*native != NULL) {
        free((*native)->memory);
        free(*native);
        *native = NULL;
    }
}

ur_status devnet_native_add_wasm(devnet_native *native, const char *path, ur_err *err)
{
    static const ur_span magic = {(const uint8_t *)"\0asm\1\0\0\0", 8};
    uint8_t *bytes;
    size_t n;
    if (native->vm.checksums == UR_LEDGER_CODES_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "at most %d builds of the contract", UR_LEDGER_CODES_MAX);
    }
    UR_TRY(ur_file_read(&bytes, &n, path, WASM_MAX, err));
    ur_status st = UR_OK;
    if (n < magic.n || !ur_span_eq_var(ur_span_of(bytes, magic.n), magic)) {
        st = ur_err_set(err, UR_E_INPUT, "%s: no wasm file", path);
    } else {
        ur_sha256_of(native->vm.checksum[native->vm.checksums++], ur_span_of(bytes, n));
    }
    free(bytes);
    return st;
}

const ur_ledger_vm *devnet_native_vm(const devnet_native *native) { return &native->vm; }
