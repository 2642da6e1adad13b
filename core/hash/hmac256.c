/* HMAC (RFC 2104) and HKDF (RFC 5869) over SHA-256. */
#include "core/hash/hash.h"

enum { BLOCK = 64 };

static void xor_all(uint8_t block[BLOCK], uint8_t with)
{
    for (int i = 0; i < BLOCK; i++) {
        block[i] ^= with;
    }
}

void ur_hmac256_init(ur_hmac256 *c, ur_span key)
{
    uint8_t pad[BLOCK] = {0};
    if (key.n > BLOCK) {
        ur_sha256_of(pad, key);
    } else if (key.n > 0) {
        memcpy(pad, key.p, key.n);
    }
    xor_all(pad, 0x36);
    ur_sha256_init(&c->inner);
    ur_sha256_update(&c->inner, pad, sizeof pad);
    xor_all(pad, 0x36 ^ 0x5c);
    ur_sha256_init(&c->outer);
    ur_sha256_update(&c->outer, pad, sizeof pad);
    ur_wipe(pad, sizeof pad);
}

void ur_hmac256_update(ur_hmac256 *c, const void *p, size_t n) { ur_sha256_update(&c->inner, p, n); }

void ur_hmac256_final(ur_hmac256 *c, uint8_t out[UR_SHA256_BYTES])
{
    ur_sha256_final(&c->inner, out);
    ur_sha256_update(&c->outer, out, UR_SHA256_BYTES);
    ur_sha256_final(&c->outer, out);
    ur_wipe(c, sizeof *c);
}

void ur_hmac256_of(uint8_t out[UR_SHA256_BYTES], ur_span key, ur_span in)
{
    ur_hmac256 c;
    ur_hmac256_init(&c, key);
    ur_hmac256_update(&c, in.p, in.n);
    ur_hmac256_final(&c, out);
}

ur_status ur_hkdf256(uint8_t *out, size_t out_len, ur_span ikm, ur_span salt, ur_span info)
{
    struct {
        uint8_t prk[UR_SHA256_BYTES];
        uint8_t block[UR_SHA256_BYTES];
        ur_hmac256 keyed; /* with prk, before any data */
        ur_hmac256 mac;
    } scratch;
    memset(out, 0, out_len);
    if (out_len > 255 * UR_SHA256_BYTES) {
        return UR_E_USAGE;
    }
    ur_hmac256_of(scratch.prk, salt, ikm);
    ur_hmac256_init(&scratch.keyed, ur_span_of(scratch.prk, sizeof scratch.prk));
    for (size_t at = 0; at < out_len; at += UR_SHA256_BYTES) {
        const uint8_t counter = (uint8_t)(at / UR_SHA256_BYTES + 1);
        size_t left = out_len - at;
        scratch.mac = scratch.keyed;
        ur_hmac256_update(&scratch.mac, scratch.block, at == 0 ? 0 : sizeof scratch.block);
        ur_hmac256_update(&scratch.mac, info.p, info.n);
        ur_hmac256_update(&scratch.mac, &counter, 1);
        ur_hmac256_final(&scratch.mac, scratch.block);
        memcpy(out + at, scratch.block, left < UR_SHA256_BYTES ? left : UR_SHA256_BYTES);
    }
    ur_wipe(&scratch, sizeof scratch);
    return UR_OK;
}
