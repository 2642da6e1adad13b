/* CometBFT 0.38: headers, validator sets and commits as types, what they hash to, and the bytes that validators sign.
 * Parsed from the JSON of a node's /commit and /validators answers; writers of such answers (a devnet) use the same hashes.
 *
 * A parsed value keeps its form's rules (lengths, ranges, order, limits below). It says nothing about truth: that is
 * verify.h. Unknown members are ignored, as every member that matters is bound by a hash or a signature.
 * Variable time: all public. No allocation; the caller owns every struct, the big ones belong on a heap. */
#ifndef UR_CORE_LIGHT_COMET_H
#define UR_CORE_LIGHT_COMET_H

#include "core/codec/json.h"
#include "core/hash/hash.h"

#define UR_VALIDATORS_MAX 512
#define UR_CHAIN_ID_MAX 50
#define UR_COMET_ADDRESS_BYTES 20
#define UR_COMET_KEY_BYTES 32
#define UR_COMET_SIG_BYTES 64
#define UR_COMET_POWER_MAX (INT64_MAX / 8) /* of a whole set, as CometBFT has it */
#define UR_COMET_SIGN_BYTES_MAX 256

/* Seconds since 1970 and 0..999999999 nanoseconds; from year 1 (CometBFT's zero time) to year 9999. */
typedef struct ur_time {
    int64_t s;
    uint32_t ns;
} ur_time;

/* Negative, 0, positive. */
int ur_time_cmp(ur_time a, ur_time b);
/* t + seconds, held at the ends of the range. */
ur_time ur_time_add(ur_time t, int64_t seconds);
/* RFC 3339 in UTC with up to nine digits behind the point: "2026-11-23T10:47:51.703035321Z". UR_E_INPUT otherwise. */
UR_MUST_USE ur_status ur_time_parse_var(ur_time *out, ur_span text);
#define UR_TIME_TEXT_MAX 30
/* The same text, without trailing zeros behind the point; returns its length, no terminator. */
size_t ur_time_text_var(char out[UR_TIME_TEXT_MAX], ur_time t);

/* A hash of 32 bytes, or none (at genesis); an application hash may have any length up to 32. */
typedef struct ur_hash {
    uint8_t n;
    uint8_t bytes[UR_SHA256_BYTES];
} ur_hash;

typedef struct ur_block_id {
    ur_hash hash;
    uint32_t parts_total;
    ur_hash parts_hash;
} ur_block_id;

typedef struct ur_comet_header {
    uint64_t block_version, app_version;
    size_t chain_id_n;
    uint8_t chain_id[UR_CHAIN_ID_MAX];
    int64_t height;
    ur_time time;
    ur_block_id last_block;
    ur_hash last_commit, data, validators, next_validators, consensus, app, last_results, evidence;
    uint8_t proposer_n; /* 20, or 0 */
    uint8_t proposer[UR_COMET_ADDRESS_BYTES];
} ur_comet_header;

typedef struct ur_validator {
    uint8_t key[UR_COMET_KEY_BYTES]; /* Ed25519 */
    uint8_t address[UR_COMET_ADDRESS_BYTES]; /* computed from the key */
    int64_t power;                   /* > 0 */
} ur_validator;

typedef struct ur_validators { /* about 33 KiB */
    size_t n;
    int64_t total_power; /* <= UR_COMET_POWER_MAX */
    ur_validator v[UR_VALIDATORS_MAX];
} ur_validators;

typedef enum ur_comet_flag { UR_COMET_ABSENT = 1, UR_COMET_COMMIT = 2, UR_COMET_NIL = 3 } ur_comet_flag;

typedef struct ur_comet_sig {
    ur_comet_flag flag;
    uint8_t address[UR_COMET_ADDRESS_BYTES]; /* zero when absent */
    ur_time time;
    uint8_t sig[UR_COMET_SIG_BYTES]; /* zero when absent */
} ur_comet_sig;

typedef struct ur_comet_commit { /* about 56 KiB */
    int64_t height;
    int32_t round;
    ur_block_id block;
    size_t n;
    ur_comet_sig sig[UR_VALIDATORS_MAX];
} ur_comet_commit;

/* ---- hashes ---- */

/* The Merkle root over the header's fourteen fields. */
void ur_comet_header_hash_var(uint8_t out[UR_SHA256_BYTES], const ur_comet_header *h);
/* The Merkle root over keys and powers in the set's order. */
void ur_comet_validators_hash_var(uint8_t out[UR_SHA256_BYTES], const ur_validators *v);
/* The first 20 bytes of SHA-256(key). */
void ur_comet_address_var(uint8_t out[UR_COMET_ADDRESS_BYTES], const uint8_t key[UR_COMET_KEY_BYTES]);
/* The Merkle root over a commit's signatures: the next header's last_commit_hash. */
void ur_comet_commit_hash_var(uint8_t out[UR_SHA256_BYTES], const ur_comet_commit *c);

/* What a validator signs as its precommit: the whole, with its length in front. Returns the bytes used in out. time is
 * the signature's own. For votes for nil, block is all zero. */
size_t ur_comet_sign_bytes_var(uint8_t out[UR_COMET_SIGN_BYTES_MAX], ur_span chain_id, int64_t height, int32_t round,
    const ur_block_id *block, ur_time time);

/* ---- from JSON: UR_E_INPUT on a wrong form, UR_E_LIMIT over a maximum; outputs zeroed ---- */

/* "header" of a signed header. */
UR_MUST_USE ur_status ur_comet_header_parse_var(ur_comet_header *out, ur_json v);
/* "commit" of a signed header. */
UR_MUST_USE ur_status ur_comet_commit_parse_var(ur_comet_commit *out, ur_json v);
/* Append the elements of "validators" (one page of an answer) to a set that began zeroed. Each address must be that of
 * its key. On failure the set is zeroed. */
UR_MUST_USE ur_status ur_comet_validators_append_var(ur_validators *set, ur_json array);

#endif
