#include "lib/seal/ecies.h"

#include "core/hash/hash.h"
#include "lib/os/random.h"
#include "lib/suite/cbc.h"
#include "lib/suite/hash.h"

#define BLOCK UR_CBC_BLOCK_BYTES
#define X_AT 20
#define Y_AT 54
#define BODY_AT 86
#define MAC_BYTES UR_SHA256_BYTES

typedef struct keys {
    uint8_t x[32];
    uint8_t one[64];
    uint8_t k[64]; /* encryption key, then MAC key */
    uint8_t mac[MAC_BYTES];
} keys;

/* SHA-512 of x without its leading zero bytes. How many there are is secret, so every count is hashed and one result is
 * chosen; x itself is never zero. */
static void derive(keys *k)
{
    uint32_t still = UINT32_MAX; /* all bytes so far are zero */
    memset(k->k, 0, sizeof k->k);
    for (size_t zeros = 0; zeros < sizeof k->x; zeros++) {
        const ur_span rest = {k->x + zeros, sizeof k->x - zeros};
        const uint32_t here = still & ~ur_ct_zero_mask_u32(k->x[zeros]);
        ur_suite_sha512(k->one, &rest, 1);
        ur_ct_select(k->k, here, k->one, k->k, sizeof k->k);
        still &= ur_ct_zero_mask_u32(k->x[zeros]);
    }
}

static void mac_of(keys *k, ur_span covered) { ur_hmac256_of(k->mac, ur_span_of(k->k + 32, 32), covered); }

size_t ur_ecies_bytes(size_t n) { return n > UR_ECIES_TEXT_MAX ? 0 : UR_ECIES_OVERHEAD + (n / BLOCK + 1) * BLOCK; }

ur_status ur_ecies_seal_with(uint8_t *out, const ur_secp_pub *to, ur_span text, const ur_secp_secret *ephemeral,
                             const uint8_t iv[UR_ECIES_IV_BYTES])
{
    keys k;
    ur_secp_pub pub;
    uint8_t full[UR_SECP_PUB_FULL_BYTES];
    const size_t all = ur_ecies_bytes(text.n);
    if (all == 0) {
        return UR_E_LIMIT;
    }
    const size_t body_n = all - UR_ECIES_OVERHEAD;
    const uint8_t pad = (uint8_t)(body_n - text.n);
    ur_writer w;
    ur_secp_pub_of(&pub, ephemeral);
    ur_secp_pub_write_full(full, &pub);
    ur_writer_init(&w, out, all);
    ur_writer_bytes(&w, iv, UR_ECIES_IV_BYTES);
    ur_writer_u16be(&w, 0x02ca);
    ur_writer_u16be(&w, 32);
    ur_writer_bytes(&w, full + 1, 32);
    ur_writer_u16be(&w, 32);
    ur_writer_bytes(&w, full + 33, 32);
    ur_writer_span(&w, text);
    memset(out + BODY_AT + text.n, pad, pad);

    ur_secp_ecdh_x(k.x, ephemeral, to);
    derive(&k);
    ur_status s = ur_cbc_encrypt(out + BODY_AT, k.k, iv, out + BODY_AT, body_n);
    if (s == UR_OK) {
        mac_of(&k, ur_span_of(out, all - MAC_BYTES));
        memcpy(out + all - MAC_BYTES, k.mac, MAC_BYTES);
    } else {
        memset(out, 0, all);
    }
    ur_wipe(&k, sizeof k);
    return s;
}

ur_status ur_ecies_seal(uint8_t *out, const ur_secp_pub *to, ur_span text)
{
    ur_secp_secret ephemeral;
    uint8_t iv[UR_ECIES_IV_BYTES];
    ur_secp_secret_new(&ephemeral);
    ur_random(iv, sizeof iv);
    ur_status s = ur_ecies_seal_with(out, to, text, &ephemeral, iv);
    ur_wipe(&ephemeral, sizeof ephemeral);
    return s;
}

/* The last block's padding: 1 to 16 bytes of that value. Constant time in the block. */
static ur_status padding(size_t *out, const uint8_t block[BLOCK])
{
    const uint32_t n = block[BLOCK - 1];
    uint32_t bad = ur_ct_zero_mask_u32(n) | ~ur_ct_lt_mask_u32(n, BLOCK + 1);
    for (uint32_t i = 0; i < BLOCK; i++) {
        const uint32_t inside = ur_ct_lt_mask_u32(i, n); /* the i-th byte from the end */
        bad |= inside & ~ur_ct_zero_mask_u32((uint32_t)block[BLOCK - 1 - i] ^ n);
    }
    uint32_t result = ur_ct_select_u32(bad, 0, n);
    ur_declassify(&result, sizeof result); /* whether it is right, and the length of the text */
    *out = result;
    return result == 0 ? UR_E_INPUT : UR_OK;
}

ur_status ur_ecies_open(uint8_t *out, size_t *out_n, const ur_secp_secret *secret, ur_span in)
{
    keys k;
    ur_secp_pub pub;
    uint8_t full[UR_SECP_PUB_FULL_BYTES] = {4};
    *out_n = 0;
    if (in.n < UR_ECIES_MIN || (in.n - UR_ECIES_OVERHEAD) % BLOCK != 0) {
        if (in.n > UR_ECIES_OVERHEAD) {
            memset(out, 0, in.n - UR_ECIES_OVERHEAD);
        }
        return UR_E_INPUT;
    }
    const size_t body_n = in.n - UR_ECIES_OVERHEAD;
    static const uint8_t x_head[4] = {0x02, 0xca, 0, 32};
    static const uint8_t y_head[2] = {0, 32};
    ur_status s = in.n > UR_ECIES_OVERHEAD + UR_ECIES_TEXT_MAX + BLOCK ? UR_E_LIMIT : UR_OK;
    if (s == UR_OK) {
        memcpy(full + 1, in.p + X_AT, 32);
        memcpy(full + 33, in.p + Y_AT, 32);
        s = ur_eq_var(in.p + X_AT - 4, x_head, 4) && ur_eq_var(in.p + Y_AT - 2, y_head, 2)
                ? ur_secp_pub_parse_var(&pub, ur_span_of(full, sizeof full))
                : UR_E_INPUT;
    }
    size_t pad = 0;
    if (s == UR_OK) {
        ur_secp_ecdh_x(k.x, secret, &pub);
        derive(&k);
        mac_of(&k, ur_span_of(in.p, in.n - MAC_BYTES));
        s = ur_ct_eq(k.mac, in.p + in.n - MAC_BYTES, MAC_BYTES);
        if (s == UR_OK) {
            s = ur_cbc_decrypt(out, k.k, in.p, in.p + BODY_AT, body_n);
        }
        ur_wipe(&k, sizeof k);
        if (s == UR_OK) {
            s = padding(&pad, out + body_n - BLOCK);
        }
    }
    if (s != UR_OK) {
        memset(out, 0, body_n);
        return s;
    }
    *out_n = body_n - pad;
    memset(out + *out_n, 0, pad);
    return UR_OK;
}
