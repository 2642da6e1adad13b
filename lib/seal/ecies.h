/* ECIES over secp256k1 as btcec and FairyRing have it ("Pyelliptic" layout, FairyRing reference 4.2):
 *
 *     IV (16) || 02 ca 00 20 X (32) 00 20 Y (32) || AES-256-CBC of the padded text || HMAC-SHA-256 (32)
 *
 * with encryption and MAC key from SHA-512 of the shared x coordinate, whose leading zero bytes are dropped. Key shares
 * (192 characters of hex) travel in it between FairyRing's validators and a requester.
 *
 * The sender is not authenticated. Constant time in secret keys, shared secret, keys and text, dropped zeros and padding
 * included; only whether it opens, and the text's length, become public. */
#ifndef UR_LIB_SEAL_ECIES_H
#define UR_LIB_SEAL_ECIES_H

#include "lib/suite/secp256k1.h"

#define UR_ECIES_IV_BYTES 16
#define UR_ECIES_OVERHEAD 118                 /* beside the padded text */
#define UR_ECIES_MIN (UR_ECIES_OVERHEAD + 16) /* an empty text is one block of padding */
#define UR_ECIES_TEXT_MAX ((size_t)1 << 20)

/* Bytes for a text of n <= UR_ECIES_TEXT_MAX bytes: UR_ECIES_OVERHEAD + n rounded up to more than n. 0 over the limit. */
size_t ur_ecies_bytes(size_t n);

/* Writes ur_ecies_bytes(text.n) bytes. UR_E_LIMIT over UR_ECIES_TEXT_MAX, UR_E_MEMORY and UR_E_INTERNAL from OpenSSL. */
UR_MUST_USE ur_status ur_ecies_seal(uint8_t *out, const ur_secp_pub *to, ur_span text);
/* The same with a chosen ephemeral key and IV, each for one message only. */
UR_MUST_USE ur_status ur_ecies_seal_with(uint8_t *out, const ur_secp_pub *to, ur_span text,
                                         const ur_secp_secret *ephemeral, const uint8_t iv[UR_ECIES_IV_BYTES]);

/* Writes up to in.n - UR_ECIES_OVERHEAD bytes: out has room for that many, and *out_n says how many are the text's; the
 * others are zeroed. UR_E_INPUT if the bytes have another form, a point that is none, or padding that is none;
 * UR_E_PROOF if the MAC does not fit (another key, a changed byte); UR_E_LIMIT over the maximum. out zeroed on failure,
 * *out_n = 0. */
UR_MUST_USE ur_status ur_ecies_open(uint8_t *out, size_t *out_n, const ur_secp_secret *secret, ur_span in);

#endif
