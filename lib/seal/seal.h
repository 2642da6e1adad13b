/* Sealed files: FairyRing's hybrid encryption (reference 2), and drand's timelock files for networks whose public key is
 * in G1. A fresh file key is encrypted to an identity under the committee's MPK; it seals the content in chunks. Files of
 * any size are written and read as streams in constant memory (about 140 KiB, wiped).
 *
 * Who writes a file:
 *
 *     ur_file_out *file;
 *     UR_TRY(ur_file_out_begin(&file, path, UR_FILE_REPLACE, err));
 *     const ur_sink sink = ur_sink_of_file_out(file);
 *     s = ur_sealed_open(sealed, &sink, key, err);           (or ur_seal_stream)
 *     if (s == UR_OK) s = ur_file_out_commit(&file, err); else ur_file_out_abort(&file);
 *
 * so the file appears only after its last chunk verified, whole and synced. Who writes to a pipe or a terminal gets each
 * chunk after it verified and before the later ones are read: all bytes are true and in their places, but only UR_OK says
 * that they were all. A program in front of a pipe must therefore fail loudly, and the one behind must not act before
 * its input ended well. Content of up to one chunk (64 KiB) is all or nothing there too.
 *
 * Statuses of opening: UR_E_PROOF for a wrong key, another identity, a changed byte; UR_E_INPUT for what is malformed or
 * cut short; UR_E_POLICY for a well-formed file that is not for us (other recipients, a network with its key in G2). */
#ifndef UR_LIB_SEAL_SEAL_H
#define UR_LIB_SEAL_SEAL_H

#include "core/tibe/tibe.h"
#include "lib/os/stream.h"
#include "lib/seal/form.h"
#include "lib/seal/header.h"
#include "lib/seal/payload.h"

/* ---- sealing ---- */

/* Whom to seal for. */
typedef struct ur_seal_to {
    const ur_tibe_pub *mpk;
    ur_seal_kind kind;
    ur_span id;                         /* UR_SEAL_DISTIBE: up to UR_TIBE_ID_MAX bytes */
    uint64_t round;                     /* UR_SEAL_TLOCK: from 1; mpk is then the network's public key */
    uint8_t chain[UR_SEAL_CHAIN_BYTES]; /* UR_SEAL_TLOCK: its chain hash */
} ur_seal_to;

UR_MUST_USE ur_status ur_seal_stream(const ur_sink *out, const ur_source *in, const ur_seal_to *to, ur_seal_form form,
                                     ur_err *err);

/* Bytes of a binary sealed file for n bytes of content; 0 if that does not fit or `to` is wrong. */
size_t ur_seal_bytes(const ur_seal_to *to, size_t n);
/* Memory to memory, binary, without copies: out has room for ur_seal_bytes(to, in.n). Zeroed on failure. */
UR_MUST_USE ur_status ur_seal_memory(uint8_t *out, size_t cap, size_t *out_n, ur_span in, const ur_seal_to *to,
                                     ur_err *err);

/* What both do once everything is chosen; for tests with fixed values. The header's MAC is computed; file key and nonce
 * must be fresh for every file. */
UR_MUST_USE ur_status ur_seal_stream_with(const ur_sink *out, const ur_source *in, const ur_seal_header *header,
                                          ur_span file_key, const uint8_t nonce[UR_PAYLOAD_NONCE_BYTES],
                                          ur_seal_form form, ur_err *err);

/* ---- opening ---- */

typedef struct ur_sealed ur_sealed;

/* Read form and header. `in` is borrowed until ur_sealed_free. */
UR_MUST_USE ur_status ur_sealed_begin(ur_sealed **out, const ur_source *in, ur_err *err);
const ur_seal_header *ur_sealed_header(const ur_sealed *sealed);
ur_seal_form ur_sealed_form(const ur_sealed *sealed);
/* The ciphertext of the file key. UR_E_INPUT if its point is none, UR_E_POLICY if it is in G2. */
UR_MUST_USE ur_status ur_sealed_ct(ur_tibe_ct *out, const ur_sealed *sealed, ur_err *err);
/* Write the content; once per file. */
UR_MUST_USE ur_status ur_sealed_open(ur_sealed *sealed, const ur_sink *out, const ur_tibe_key *key, ur_err *err);
/* The same for who has the file key: 32 bytes, for tlock 16. */
UR_MUST_USE ur_status ur_sealed_open_with(ur_sealed *sealed, const ur_sink *out, ur_span file_key, ur_err *err);
/* Without any key: read to the end and say how long the content is, which nothing vouches for. Instead of opening. */
UR_MUST_USE ur_status ur_sealed_measure(ur_sealed *sealed, uint64_t *out_n, ur_err *err);
/* *sealed becomes NULL. NULL is allowed. */
void ur_sealed_free(ur_sealed **sealed);

/* Memory to memory, binary form only, without copies. out has room for cap >= in.n bytes of content at most; a shorter
 * cap is UR_E_LIMIT unless the content fits. Zeroed on failure. */
UR_MUST_USE ur_status ur_sealed_open_memory(uint8_t *out, size_t cap, size_t *out_n, ur_span in, const ur_tibe_key *key,
                                            ur_err *err);

#endif
