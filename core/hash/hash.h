/* SHA-256, SHA-384, SHA-512 (FIPS 180-4), Keccak-256 (the original padding, as Ethereum and some event logs use it),
 * HMAC (RFC 2104) and HKDF (RFC 5869) over SHA-256. Portable C for what runs inside the contract; hosted code that
 * hashes much uses OpenSSL through lib/suite.
 *
 * Constant time in the bytes hashed, not in their number. No allocation; contexts are the caller's, about 200 bytes,
 * and hold secrets if the input was secret: wipe them with ur_wipe. Inputs are limited to 2^61 - 1 bytes. */
#ifndef UR_CORE_HASH_HASH_H
#define UR_CORE_HASH_HASH_H

#include "core/base/span.h"

#define UR_SHA256_BYTES 32
#define UR_SHA384_BYTES 48
#define UR_SHA512_BYTES 64
#define UR_KECCAK256_BYTES 32

typedef struct ur_sha256 {
    uint32_t h[8];
    uint64_t bytes;
    uint8_t block[64];
} ur_sha256;

typedef struct ur_sha512 { /* SHA-384 too */
    uint64_t h[8];
    uint64_t bytes;
    uint8_t block[128];
} ur_sha512;

typedef struct ur_keccak256 {
    uint64_t a[25];
    size_t at;
} ur_keccak256;

void ur_sha256_init(ur_sha256 *c);
void ur_sha256_update(ur_sha256 *c, const void *p, size_t n);
void ur_sha256_final(ur_sha256 *c, uint8_t out[UR_SHA256_BYTES]); /* the context is wiped */
void ur_sha256_of(uint8_t out[UR_SHA256_BYTES], ur_span in);

void ur_sha384_init(ur_sha512 *c);
void ur_sha512_init(ur_sha512 *c);
void ur_sha512_update(ur_sha512 *c, const void *p, size_t n); /* both */
void ur_sha384_final(ur_sha512 *c, uint8_t out[UR_SHA384_BYTES]);
void ur_sha512_final(ur_sha512 *c, uint8_t out[UR_SHA512_BYTES]);
void ur_sha384_of(uint8_t out[UR_SHA384_BYTES], ur_span in);
void ur_sha512_of(uint8_t out[UR_SHA512_BYTES], ur_span in);

void ur_keccak256_init(ur_keccak256 *c);
void ur_keccak256_update(ur_keccak256 *c, const void *p, size_t n);
void ur_keccak256_final(ur_keccak256 *c, uint8_t out[UR_KECCAK256_BYTES]);
void ur_keccak256_of(uint8_t out[UR_KECCAK256_BYTES], ur_span in);

/* HMAC-SHA-256; any key length. */
typedef struct ur_hmac256 {
    ur_sha256 inner;
    ur_sha256 outer;
} ur_hmac256;
void ur_hmac256_init(ur_hmac256 *c, ur_span key);
void ur_hmac256_update(ur_hmac256 *c, const void *p, size_t n);
void ur_hmac256_final(ur_hmac256 *c, uint8_t out[UR_SHA256_BYTES]); /* the context is wiped */
void ur_hmac256_of(uint8_t out[UR_SHA256_BYTES], ur_span key, ur_span in);

/* HKDF-SHA-256, extract then expand. out_len <= 255 * 32, else UR_E_USAGE and out zeroed. salt may be empty. */
UR_MUST_USE ur_status ur_hkdf256(uint8_t *out, size_t out_len, ur_span ikm, ur_span salt, ur_span info);

#endif
