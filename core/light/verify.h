/* Believing a header because of one that is believed already (CometBFT's light client, adjacent and skipping).
 *
 *   adjacent: next_validators_hash(trusted) = validators_hash(new)
 *   skipping: sum of power, in the set that the trusted header announced, of those who signed new   >  level * its total
 *   both:     sum of power, in the new header's own set, of those who signed it                     >  2/3 * its total
 *   and:      trusted time + trusting period > now;  trusted time < new time < now + drift;  heights rise; one chain id;
 *             hash(header) = commit's block; hash(set) = header's validators_hash
 *
 * Only precommits for that block count; nobody's power counts twice. A signature that does not verify counts as missing,
 * and looking ends when enough is found. CometBFT ends at a bad signature instead; the difference matters only for
 * signatures about which verifiers disagree (ZIP-215: CometBFT accepts non-canonical points and uses the cofactored equation,
 * OpenSSL neither). With "missing" one validator with such a signature can neither forge nor stop anything alone.
 *
 * Time and signature verification come in as arguments. Variable time: all public. No allocation, little stack. */
#ifndef UR_CORE_LIGHT_VERIFY_H
#define UR_CORE_LIGHT_VERIFY_H

#include "core/light/comet.h"

typedef struct ur_light_ops {
    void *context;
    /* Ed25519: UR_OK if sig is key's over message, UR_E_PROOF if not; anything else ends the verification with it. */
    ur_status (*ed25519_verify_var)(void *context, const uint8_t key[UR_COMET_KEY_BYTES], ur_span message,
        const uint8_t sig[UR_COMET_SIG_BYTES]);
} ur_light_ops;

typedef enum ur_light_reason {
#define UR_LIGHT_REASON(name, status, text) UR_LIGHT_##name,
#include "core/light/reason.def"
#undef UR_LIGHT_REASON
    UR_LIGHT_REASON_COUNT
} ur_light_reason;

ur_status ur_light_reason_status(ur_light_reason r);
const char *ur_light_reason_text(ur_light_reason r); /* static, English, no full stop */

typedef struct ur_light_rules {
    uint8_t chain_id[UR_CHAIN_ID_MAX];
    size_t chain_id_n;
    int64_t trusting_period_s; /* > 0, below the chain's unbonding time */
    int64_t drift_s;           /* >= 0 */
    uint32_t trust_num, trust_den; /* the level: 1/3 <= num/den <= 1, den <= 1000 */
} ur_light_rules;

/* The default: level 1/3, drift 10 s. UR_E_USAGE unless 1 <= chain id <= UR_CHAIN_ID_MAX bytes of [A-Za-z0-9._-]. */
UR_MUST_USE ur_status ur_light_rules_init_var(ur_light_rules *out, ur_span chain_id, int64_t trusting_period_s);

/* What is kept of a believed header. */
typedef struct ur_light_header {
    int64_t height;
    ur_time time;
    uint8_t hash[UR_SHA256_BYTES];
    ur_hash app;                                 /* state after block height - 1 */
    uint8_t next_validators[UR_SHA256_BYTES];
} ur_light_header;

typedef struct ur_light_block { /* about 90 KiB */
    ur_comet_header header;
    ur_comet_commit commit;
    ur_validators validators; /* of the header's own height */
} ur_light_block;

/* A header together with its commit and set, taken for itself: hashes, commit and more than 2/3 of its own set. This is
 * all that can be said about an anchor beyond its hash. */
UR_MUST_USE ur_status ur_light_check_own_var(ur_light_header *out, ur_light_reason *why, const ur_light_rules *rules,
    const ur_light_ops *ops, const ur_light_block *block);

/* Believe block because of trusted. trusted_next: the set announced by the trusted header (its hash is checked); may be
 * NULL when block is the very next one. now: of the clock. *out is the new believed header, zero on failure; *why says
 * which rule failed, and its status is returned: UR_E_UNAVAILABLE (TRUST) asks for a header in between. */
UR_MUST_USE ur_status ur_light_verify_var(ur_light_header *out, ur_light_reason *why, const ur_light_rules *rules,
    const ur_light_ops *ops, const ur_light_header *trusted, const ur_validators *trusted_next,
    const ur_light_block *block, ur_time now);

/* Whether the trusted header may still be built on. */
UR_MUST_USE ur_status ur_light_fresh_var(const ur_light_rules *rules, const ur_light_header *trusted, ur_time now);

#endif
