/* What a key generation, or a resharing, is about: everything that is fixed before its first message. Design 5.
 *
 * Member and dealer indices are 1..n, and index i is also the point at which polynomials are evaluated. In a first
 * generation the members are the dealers. In a resharing the dealers are the members of the old generation, under their
 * old indices. */
#ifndef UR_CORE_DKG_CONFIG_H
#define UR_CORE_DKG_CONFIG_H

#include "core/bls/bls.h"
#include "core/hash/hash.h"

#define UR_DKG_MEMBERS_MAX 256
#define UR_DKG_CHAIN_MAX 50
#define UR_DKG_CONTRACT_MAX 128
#define UR_DKG_ACCOUNT_MAX 128
#define UR_DKG_SESSION_BYTES UR_SHA256_BYTES
#define UR_DKG_TRANSCRIPT_BYTES UR_SHA256_BYTES

typedef struct ur_dkg_config {
    ur_span chain;
    ur_span contract;
    uint64_t committee;
    uint64_t generation;
    uint64_t attempt;
    uint32_t n;
    uint32_t t;
    const ur_span *accounts; /* of members 1..n, distinct */
    /* Each phase ends before the block of this height; they rise. Joins are taken from the start. */
    uint64_t join_until;
    uint64_t deal_until;
    uint64_t dispute_until;
    uint64_t vote_until;
    uint8_t previous[UR_DKG_TRANSCRIPT_BYTES]; /* the last generation's transcript, or zeros */
    /* Resharing only; old_n = 0 says that this is a first generation, and the rest is not looked at. */
    uint32_t old_n;
    uint32_t old_t;
    const ur_span *old_accounts; /* of dealers 1..old_n; an empty one is a seat that may not deal */
    const uint8_t *old_keys;     /* their public shares P_i, old_n encodings of UR_G1_BYTES */
    uint8_t mpk[UR_G1_BYTES];    /* the key that is kept */
} ur_dkg_config;

static inline bool ur_dkg_is_reshare(const ur_dkg_config *c) { return c->old_n != 0; }
static inline uint32_t ur_dkg_dealers(const ur_dkg_config *c) { return c->old_n != 0 ? c->old_n : c->n; }
/* How many undisputed dealings are enough. */
static inline uint32_t ur_dkg_dealers_needed(const ur_dkg_config *c) { return c->old_n != 0 ? c->old_t : c->t; }
/* The account of dealer i, 1..ur_dkg_dealers. */
static inline ur_span ur_dkg_dealer_account(const ur_dkg_config *c, uint32_t i)
{
    return c->old_n != 0 ? c->old_accounts[i - 1] : c->accounts[i - 1];
}

/* UR_E_LIMIT for a text or number outside its range; UR_E_POLICY where t <= n/2, t > n, or a resharing would lower t;
 * UR_E_USAGE where heights do not rise or accounts repeat. Points are not looked at. */
UR_MUST_USE ur_status ur_dkg_config_check(const ur_dkg_config *c);

/* SHA-256 over all of it, fields length-prefixed: the name of this attempt, in every message and proof. */
void ur_dkg_session(uint8_t out[UR_DKG_SESSION_BYTES], const ur_dkg_config *c);

#endif
