/* The payload of a sealed file (FairyRing reference 2, as in age): 64 KiB chunks, each sealed with ChaCha20-Poly1305 under
 * HKDF(file key, salt = nonce, "payload"), numbered, the last one marked. Chunks cannot be changed, moved, dropped or
 * added, and the end cannot be cut off, without an error.
 *
 * Strict: the last chunk is empty only when it is the only one, and nothing follows it. */
#ifndef UR_LIB_SEAL_PAYLOAD_H
#define UR_LIB_SEAL_PAYLOAD_H

#include "core/base/span.h"
#include "lib/os/stream.h"
#include "lib/suite/aead.h"

#define UR_PAYLOAD_NONCE_BYTES 16
#define UR_PAYLOAD_CHUNK ((size_t)65536)
#define UR_PAYLOAD_SEALED (UR_PAYLOAD_CHUNK + UR_AEAD_TAG_BYTES)

typedef struct ur_payload {
    ur_aead *aead;
    uint64_t counter;
} ur_payload;

/* UR_E_MEMORY or UR_E_UNAVAILABLE from the cipher. After UR_OK: ur_payload_clear. */
UR_MUST_USE ur_status ur_payload_init(ur_payload *p, ur_span file_key, const uint8_t nonce[UR_PAYLOAD_NONCE_BYTES]);
void ur_payload_clear(ur_payload *p);

/* Sealed bytes of n plain ones, the nonce not counted; UR_E_LIMIT if that does not fit. And back: UR_E_INPUT if no
 * payload has that length. */
UR_MUST_USE ur_status ur_payload_sealed_bytes(uint64_t *out, uint64_t n);
UR_MUST_USE ur_status ur_payload_plain_bytes(uint64_t *out, uint64_t sealed_n);

/* Memory to memory. out has room for the bytes given by the two functions above and does not overlap in. On failure all
 * of out is zeroed. UR_E_INPUT when cut or too long, UR_E_PROOF when changed. */
UR_MUST_USE ur_status ur_payload_seal(ur_payload *p, uint8_t *out, ur_span in);
UR_MUST_USE ur_status ur_payload_open(ur_payload *p, uint8_t *out, ur_span in, ur_err *err);

/* Stream to stream, in constant memory (129 KiB of heap, wiped). Opening hands on each chunk once it is verified, and
 * says UR_OK only after the last; on an error what was handed on is the true beginning, and must count as nothing where
 * the whole is wanted. */
UR_MUST_USE ur_status ur_payload_seal_stream(ur_payload *p, const ur_sink *out, const ur_source *in, ur_err *err);
UR_MUST_USE ur_status ur_payload_open_stream(ur_payload *p, const ur_sink *out, const ur_source *in, ur_err *err);

#endif
