/* secp256k1 over libsecp256k1: account keys of Cosmos chains, instance keys, ECDH. Constant time in secret keys. No
 * allocation but for one library context, made at the first use and blinded with fresh randomness. */
#ifndef UR_LIB_SUITE_SECP256K1_H
#define UR_LIB_SUITE_SECP256K1_H

#include "core/base/span.h"

#define UR_SECP_SECRET_BYTES 32
#define UR_SECP_PUB_BYTES 33      /* compressed */
#define UR_SECP_PUB_FULL_BYTES 65 /* uncompressed */
#define UR_SECP_SIG_BYTES 64      /* r || s, 32 bytes big-endian each, s in the lower half */
#define UR_SECP_ADDRESS_BYTES 20

/* A number from 1 to the order - 1. Wipe it with ur_wipe. */
typedef struct ur_secp_secret {
    uint8_t b[UR_SECP_SECRET_BYTES];
} ur_secp_secret;

/* A point of the curve, in libsecp256k1's own form. */
typedef struct ur_secp_pub {
    uint8_t opaque[64];
} ur_secp_pub;

/* 32 bytes big-endian; UR_E_INPUT and zeros unless 1 <= it < order. */
UR_MUST_USE ur_status ur_secp_secret_parse(ur_secp_secret *out, const uint8_t in[UR_SECP_SECRET_BYTES]);
void ur_secp_secret_new(ur_secp_secret *out);
/* secret + number (32 bytes big-endian) modulo the order, as BIP-32 derives children. UR_E_INPUT and zeros if the number is not
 * below the order or the sum is 0: no number that somebody meets. out may be secret. */
UR_MUST_USE ur_status ur_secp_secret_add(ur_secp_secret *out, const ur_secp_secret *secret, const uint8_t number[UR_SECP_SECRET_BYTES]);
void ur_secp_secret_reveal(uint8_t out[UR_SECP_SECRET_BYTES], const ur_secp_secret *secret);

/* 33 bytes compressed or 65 uncompressed (not the hybrid form); UR_E_INPUT and zeros otherwise or off the curve. */
UR_MUST_USE ur_status ur_secp_pub_parse_var(ur_secp_pub *out, ur_span in);
void ur_secp_pub_of(ur_secp_pub *out, const ur_secp_secret *secret);
void ur_secp_pub_write(uint8_t out[UR_SECP_PUB_BYTES], const ur_secp_pub *pub);
void ur_secp_pub_write_full(uint8_t out[UR_SECP_PUB_FULL_BYTES], const ur_secp_pub *pub);
/* A Cosmos account's address bytes: RIPEMD-160(SHA-256(compressed key)). UR_E_UNAVAILABLE if OpenSSL lacks RIPEMD-160. */
UR_MUST_USE ur_status ur_secp_address(uint8_t out[UR_SECP_ADDRESS_BYTES], const ur_secp_pub *pub);

/* ECDSA with the nonce of RFC 6979 over a 32-byte hash. */
void ur_secp_sign(uint8_t sig[UR_SECP_SIG_BYTES], const ur_secp_secret *secret, const uint8_t hash[32]);
/* UR_E_PROOF unless it verifies; a high s does not, as chains refuse it. */
UR_MUST_USE ur_status ur_secp_verify_var(const ur_secp_pub *pub, const uint8_t hash[32],
                                         const uint8_t sig[UR_SECP_SIG_BYTES]);

/* The x coordinate of secret * pub, 32 bytes big-endian: secret. */
void ur_secp_ecdh_x(uint8_t out[32], const ur_secp_secret *secret, const ur_secp_pub *pub);

#endif
