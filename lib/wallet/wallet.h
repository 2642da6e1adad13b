/* The secret that a vault protects, and what can be done with it without handing it out.
 *
 *   kind        secret                     name (what stands for it in public)
 *   secp256k1   scalar, 32 bytes           1 | compressed public key, 33 bytes
 *   ed25519     seed of RFC 8032, 32       2 | public key, 32 bytes
 *   p256        scalar, 32 bytes           3 | compressed public key, 33 bytes
 *   bytes       1..UR_WALLET_BYTES_MAX     4 | salt, 16 bytes | SHA-256(salt | bytes)
 *
 * A name tells whoever opens a vault whether he holds the right secret, and tells nothing about it (of bytes: no more than
 * a guess that is right). Secrets lie in locked pages. Constant time in secrets. */
#ifndef UR_LIB_WALLET_WALLET_H
#define UR_LIB_WALLET_WALLET_H

#include "core/base/span.h"
#include "lib/os/secret.h"

#define UR_WALLET_BYTES_MAX 4096u
#define UR_WALLET_NAME_MAX 49u
#define UR_WALLET_SIG_BYTES 64u

typedef enum ur_wallet_kind {
    UR_WALLET_SECP256K1 = 1,
    UR_WALLET_ED25519,
    UR_WALLET_P256,
    UR_WALLET_BYTES,
} ur_wallet_kind;

typedef struct ur_wallet {
    ur_wallet_kind kind;
    ur_secret *secret; /* owned */
    uint8_t name[UR_WALLET_NAME_MAX];
    size_t name_n;
} ur_wallet;

/* "secp256k1" and so on; NULL for no kind. UR_E_INPUT and 0 for another word. */
const char *ur_wallet_kind_name(ur_wallet_kind kind);
UR_MUST_USE ur_status ur_wallet_kind_parse_var(ur_wallet_kind *out, const char *name);

/* A fresh random secret; n: how many bytes, for UR_WALLET_BYTES only (UR_E_USAGE outside 1..UR_WALLET_BYTES_MAX). */
UR_MUST_USE ur_status ur_wallet_new(ur_wallet *out, ur_wallet_kind kind, size_t n, ur_err *err);
/* From a secret that exists; it is taken over, also on failure (*secret becomes NULL). UR_E_INPUT for one that is no key of
 * this kind. Bytes get a new salt, so another name. */
UR_MUST_USE ur_status ur_wallet_import(ur_wallet *out, ur_wallet_kind kind, ur_secret **secret, ur_err *err);
/* The same for a secret whose name is known: UR_E_PROOF unless the name is this secret's. */
UR_MUST_USE ur_status ur_wallet_open(ur_wallet *out, ur_span name, ur_secret **secret, ur_err *err);
/* Wiped; all zero afterwards. An all-zero wallet is allowed. */
void ur_wallet_clear(ur_wallet *wallet);

/* Sign: secp256k1 and p256 a hash of 32 bytes (r || s), ed25519 a message. UR_E_USAGE for another length, UR_E_POLICY for
 * bytes, which cannot sign. sig is zeroed on failure. */
UR_MUST_USE ur_status ur_wallet_sign(const ur_wallet *wallet, uint8_t sig[UR_WALLET_SIG_BYTES], ur_span message, ur_err *err);
/* Whether a signature is that of the key that a name stands for. UR_E_PROOF, UR_E_INPUT on a malformed name. Public. */
UR_MUST_USE ur_status ur_wallet_verify_var(ur_span name, ur_span message, const uint8_t sig[UR_WALLET_SIG_BYTES]);

#endif
