/* The header of a sealed file (FairyRing reference 2; age v1 with one stanza of two kinds):
 *
 *     age-encryption.org/v1\n
 *     -> distIBE\n                                    or   -> tlock ROUND CHAINHASH\n
 *     body in base64, 64 columns, the last line shorter\n
 *     --- MAC in base64\n
 *
 * There is one spelling of each header, and only it is read. Stricter than age and FairyRing: exactly one stanza, no
 * arguments after distIBE (a reader that ignored one it does not know would misread the file), decimals without leading
 * zeros, hex in lower case. Variable time but for file keys. No allocation. */
#ifndef UR_LIB_SEAL_HEADER_H
#define UR_LIB_SEAL_HEADER_H

#include "core/base/span.h"
#include "lib/os/err.h"

#define UR_SEAL_HEADER_MAX 512 /* bytes; the longest header written or read has 362 */
#define UR_SEAL_BODY_MAX 128
#define UR_SEAL_CHAIN_BYTES 32
#define UR_SEAL_MAC_BYTES 32

typedef enum ur_seal_kind {
    UR_SEAL_DISTIBE, /* to an identity: 32-byte file key, body U (48) || V (32) || W (32) */
    UR_SEAL_TLOCK    /* to a round of a drand network: 16-byte file key, U || V (16) || W (16) */
} ur_seal_kind;

typedef struct ur_seal_header {
    ur_seal_kind kind;
    uint64_t round;                     /* tlock, from 1 */
    uint8_t chain[UR_SEAL_CHAIN_BYTES]; /* tlock: the network's chain hash */
    size_t body_n;                      /* 112; 80, or 128 where the network's public key, and so U, is in G2 */
    uint8_t body[UR_SEAL_BODY_MAX];
    uint8_t mac[UR_SEAL_MAC_BYTES];
} ur_seal_header;

/* 32 and 16. */
size_t ur_seal_file_key_bytes(ur_seal_kind kind);

/* Write the header, its MAC computed (h->mac is not looked at). UR_E_USAGE if body_n, round or the key's length does not
 * fit the kind; *out_n = 0 then. */
UR_MUST_USE ur_status ur_seal_header_write(uint8_t out[UR_SEAL_HEADER_MAX], size_t *out_n, const ur_seal_header *h,
                                           ur_span file_key);
/* How many bytes at the start of `bytes` are the header's: those up to and with the line end of the first line that
 * begins with three dashes. 0 if that is not among them. */
size_t ur_seal_header_find_var(ur_span bytes);
/* Read a header, whole and nothing after it. UR_E_INPUT if malformed, UR_E_POLICY if it is a well-formed age header for
 * other recipients; out zeroed then. */
UR_MUST_USE ur_status ur_seal_header_parse_var(ur_seal_header *out, ur_span text, ur_err *err);
/* Check the MAC of a header that was parsed from `text`. UR_E_PROOF if the key is another or a byte was changed. */
UR_MUST_USE ur_status ur_seal_header_check(const ur_seal_header *h, ur_span text, ur_span file_key);

#endif
