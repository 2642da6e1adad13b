/* What a keyper must never lose, never say twice in two ways, and never keep too long: the seeds and shares of its
 * generations, the votes and shares it has given, and how far it has seen each vault. One folder:
 *
 *     keyper.db              SQLite: secrets sealed, everything else in the clear
 *     wrap-COMMITTEE-GENERATION   a key of 32 random bytes, sealed under the root key
 *
 * Seeds and the share of a generation are sealed under that generation's wrapping key, so that destroying one small file
 * destroys them, in the database's pages and journals too (as far as the disk really overwrites: see docs/THREATS.md).
 * Sealing: ChaCha20-Poly1305 under HKDF-SHA-256(key, a fresh salt of 16 bytes, what it is and whose); the root key is the
 * caller's, from a file or derived from a TEE.
 *
 * Every function that changes something has it on disk when it returns; a kill at any instruction leaves the state before
 * or after. One process at a time. Constant time in secrets. */
#ifndef UR_LIB_KEYSTORE_SHARE_STORE_H
#define UR_LIB_KEYSTORE_SHARE_STORE_H

#include "core/bls/bls.h"
#include "core/hash/hash.h"
#include "lib/os/secret.h"

#define UR_STORE_KEY_BYTES 32u
#define UR_STORE_ANSWER_MAX 1024u

typedef struct ur_share_store ur_share_store;

/* Open or make (the folder 0700, files 0600). root: UR_STORE_KEY_BYTES, borrowed until the store is closed.
 * UR_E_PROOF if the folder was made under another root key, UR_E_INPUT if something in it is damaged,
 * UR_E_UNAVAILABLE while another process has it open. */
UR_MUST_USE ur_status ur_share_store_open(ur_share_store **out, const char *folder, ur_secret *root, ur_err *err);
void ur_share_store_close(ur_share_store **store); /* NULL inside is allowed */

/* A secret of this store for one purpose, the same at every opening: HKDF(root, purpose). */
UR_MUST_USE ur_status ur_share_store_derive(ur_share_store *store, uint8_t out[32], const char *purpose, ur_err *err);

/* ---- generations ---- */

typedef struct ur_store_generation {
    uint64_t committee, generation;
} ur_store_generation;

/* The seed of an attempt at a generation: drawn at the first call, the same ever after. UR_E_STATE once the generation
 * was destroyed. */
UR_MUST_USE ur_status ur_share_store_seed(ur_share_store *store, uint8_t out[32], const ur_store_generation *g, uint64_t attempt,
                                          ur_err *err);

typedef struct ur_store_share {
    uint32_t index, t, n;
    uint8_t mpk[UR_G1_BYTES];
    uint8_t transcript[UR_SHA256_BYTES];
} ur_store_share;

/* Keep a generation's share. The same again is fine; another one is UR_E_STATE: a share that was voted for is for ever. */
UR_MUST_USE ur_status ur_share_store_keep(ur_share_store *store, const ur_store_generation *g, const ur_store_share *about,
                                          const ur_scalar *share, ur_err *err);
/* UR_E_ABSENT if there is none. about may be NULL. *share is zero on failure; the caller wipes it. */
UR_MUST_USE ur_status ur_share_store_share(ur_share_store *store, const ur_store_generation *g, ur_store_share *about,
                                           ur_scalar *share, ur_err *err);
/* Destroy the wrapping key, then forget the rest. Again is fine. Nothing can be kept under this generation any more. */
UR_MUST_USE ur_status ur_share_store_destroy(ur_share_store *store, const ur_store_generation *g, ur_err *err);

/* ---- what was said ---- */

/* Say something once: `answer` is kept under `question` if nothing was, and *said is what is kept, the first answer ever
 * given, borrowed until the next call. 1..UR_STORE_ANSWER_MAX bytes each. */
UR_MUST_USE ur_status ur_share_store_say(ur_share_store *store, ur_span question, ur_span answer, ur_span *said, ur_err *err);
/* What was said: UR_E_ABSENT if nothing. */
UR_MUST_USE ur_status ur_share_store_said(ur_share_store *store, ur_span question, ur_span *said, ur_err *err);

/* ---- what was seen ---- */

/* How far a vault has come, as far as this keyper has seen it proven. */
typedef struct ur_store_sight {
    uint64_t epoch, sequence;
    uint64_t heartbeat_ns;
} ur_store_sight;

/* Remember, unless it lies behind what is remembered: then UR_E_POLICY, for the ledger has gone back. */
UR_MUST_USE ur_status ur_share_store_see(ur_share_store *store, uint64_t vault, const ur_store_sight *sight, ur_err *err);
/* A named number that only rises (the height worked up to, the length of a log): set, then read; 0 if never set. A lower
 * one is UR_E_POLICY. */
UR_MUST_USE ur_status ur_share_store_mark(ur_share_store *store, const char *name, uint64_t value, ur_err *err);
UR_MUST_USE ur_status ur_share_store_mark_of(ur_share_store *store, const char *name, uint64_t *value, ur_err *err);

#endif
