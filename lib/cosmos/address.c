#include "lib/cosmos/address.h"

#include "core/hash/hash.h"

ur_status ur_address_of_key(ur_address *out, const ur_secp_pub *key)
{
    *out = (ur_address){.n = UR_SECP_ADDRESS_BYTES};
    ur_status st = ur_secp_address(out->b, key);
    if (st != UR_OK) {
        *out = (ur_address){0};
    }
    return st;
}

/* ADR-028: SHA-256(SHA-256("module") || "wasm" || 0 || key). */
static void module_begin(ur_sha256 *c)
{
    uint8_t module[UR_SHA256_BYTES];
    ur_sha256_of(module, UR_SPAN_LIT("module"));
    ur_sha256_init(c);
    ur_sha256_update(c, module, sizeof module);
    ur_sha256_update(c, "wasm", sizeof "wasm"); /* with its zero byte */
}

static void hash_u64(ur_sha256 *c, uint64_t x)
{
    uint8_t b[8];
    ur_writer w;
    ur_writer_init(&w, b, sizeof b);
    ur_writer_u64be(&w, x);
    ur_sha256_update(c, b, sizeof b);
}

static void hash_prefixed(ur_sha256 *c, const void *p, size_t n)
{
    hash_u64(c, n);
    ur_sha256_update(c, p, n);
}

void ur_address_of_contract(ur_address *out, uint64_t code_id, uint64_t instance)
{
    ur_sha256 c;
    module_begin(&c);
    hash_u64(&c, code_id);
    hash_u64(&c, instance);
    out->n = UR_ADDRESS_CONTRACT_BYTES;
    ur_sha256_final(&c, out->b);
}

void ur_address_of_contract2(ur_address *out, const uint8_t checksum[32], const ur_address *creator, ur_span salt, ur_span msg)
{
    ur_sha256 c;
    module_begin(&c);
    hash_prefixed(&c, checksum, UR_SHA256_BYTES);
    hash_prefixed(&c, creator->b, creator->n);
    hash_prefixed(&c, salt.p, salt.n);
    hash_prefixed(&c, msg.p, msg.n);
    out->n = UR_ADDRESS_CONTRACT_BYTES;
    ur_sha256_final(&c, out->b);
}

ur_status ur_address_text(char out[UR_ADDRESS_TEXT_MAX], ur_span prefix, const ur_address *address)
{
    size_t n;
    ur_status st = ur_bech32_encode_var(out, UR_BECH32_MAX, &n, prefix, ur_span_of(address->b, address->n));
    out[n] = '\0';
    return st;
}

ur_status ur_address_parse_var(ur_address *out, ur_span prefix, ur_span text)
{
    char hrp[UR_BECH32_HRP_MAX];
    size_t hrp_n, all_n;
    uint8_t all[UR_BECH32_DATA_MAX];
    *out = (ur_address){0};
    if (prefix.n == 0) {
        UR_TRY(ur_bech32_decode_var(hrp, &hrp_n, all, &all_n, text));
        prefix = ur_span_of(hrp, hrp_n);
    }
    ur_status st = ur_bech32_address_var(out->b, sizeof out->b, &out->n, prefix, text);
    if (st != UR_OK || (out->n != UR_SECP_ADDRESS_BYTES && out->n != UR_ADDRESS_CONTRACT_BYTES)) {
        *out = (ur_address){0};
        return UR_E_INPUT;
    }
    return UR_OK;
}
