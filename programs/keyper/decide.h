/* What a keyper checks before it votes, and again before it releases: design 7, as a function of proven records. It trusts
 * neither the contract's arithmetic nor whoever answers its questions; what it reads is proven under one header, and that
 * header's time and height are the now of every rule. */
#ifndef UR_PROGRAMS_KEYPER_DECIDE_H
#define UR_PROGRAMS_KEYPER_DECIDE_H

#include "contract/machine/vault.h"
#include "core/attest/ops.h"
#include "core/policy/identity.h"
#include "lib/os/err.h"

typedef enum uk_reason {
#define UK_REASON(name, status, sentence) UK_REASON_##name,
#include "programs/keyper/decide.def"
#undef UK_REASON
    UK_REASON_COUNT
} uk_reason;

const char *uk_reason_name(uk_reason r);
const char *uk_reason_text(uk_reason r);
ur_status uk_reason_status(uk_reason r);

/* Who answers: the holder of share `index` of a generation. */
typedef struct uk_self {
    uint64_t committee, generation;
    uint32_t index;
    ur_span account;
    uint8_t key[UR_G1_BYTES]; /* P_index, from its own share */
} uk_self;

/* What the records do not hold. Each function may fail with UR_E_UNAVAILABLE, which ends the decision with that. */
typedef struct uk_outside {
    void *self;
    /* The hash of the verified header of a height. */
    ur_status (*header_hash)(void *self, uint8_t out[UR_SHA256_BYTES], uint64_t height, ur_err *err);
    /* The collateral with this hash, borrowed until the next call; UR_E_ABSENT. */
    ur_status (*collateral)(void *self, ur_span *json, const uint8_t hash[UR_SHA256_BYTES], ur_err *err);
    /* Whether the vault does not stand before where it was seen, which is remembered: UR_E_POLICY if it does. */
    ur_status (*see)(void *self, uint64_t vault, const uc_vault *v, ur_err *err);
    const ur_attest_ops *attest;
} uk_outside;

typedef struct uk_decision {
    uk_reason reason;
    ur_err detail; /* more, where there is more to say */
    uint8_t evidence_hash[UR_SHA256_BYTES]; /* what a vote is for */
} uk_decision;

/* Whether to vote for a request. c: a reading call over proven records (lib/records). UR_OK with a decision, yes or no;
 * UR_E_UNAVAILABLE, UR_E_MEMORY, UR_E_INTERNAL without one, err says why. */
UR_MUST_USE ur_status uk_decide_vote(uk_decision *out, uc_call *c, const uk_self *self, const uk_outside *outside, uint64_t vault,
                                     uint64_t request, ur_err *err);

/* What a share is made for. */
typedef struct uk_release {
    uint64_t epoch, release, request;
    uint8_t identity_buf[UR_IDENTITY_MAX];
    ur_span identity; /* rebuilt from the record, never taken from a message */
    uint8_t pk1[UR_G1_BYTES], pk2[UR_G2_BYTES];
    uint8_t evidence_hash[UR_SHA256_BYTES];
} uk_release;

/* Whether to publish a share for the release that is open. Nothing is taken from the vote, which others may have won: request
 * and evidence, which the ledger keeps as long as shares are wanted, are judged anew, by the instant at which the t-th vote
 * fenced. */
UR_MUST_USE ur_status uk_decide_share(uk_decision *out, uk_release *release, uc_call *c, const uk_self *self, const uk_outside *outside,
                                      uint64_t vault, ur_err *err);

#endif
