/* Committees on a stage: the members are those of core/dkg, and what they say goes to the contract and to a ledger of the
 * machine alone (tests/unit/dkg/sim.h), which have to agree about every message. */
#ifndef UR_TESTS_CONTRACT_TROUPE_H
#define UR_TESTS_CONTRACT_TROUPE_H

#include "tests/contract/stage.h"
#include "tests/unit/dkg/sim.h"

enum { TROUPE_MAX = 128 };
#define TROUPE_ALL UINT64_MAX
#define TROUPE_BUT(actor) (TROUPE_ALL ^ 1ull << (actor))

/* One generation. */
typedef struct troupe {
    stage *stage;
    sim sim;
    uint64_t committee;
    uint64_t generation;
    size_t first;                  /* member i is account first + i of the stage, and all are neighbours */
    ur_span accounts[TROUPE_MAX];
    const char *senders[TROUPE_MAX]; /* the same as texts */
    ur_scalar *old_shares;
} troupe;

#define TROUPE_PHASES "{\"deal\":10,\"dispute\":10,\"join\":10,\"vote\":10}"
/* `["a","b"]` of n accounts from `first`. */
const char *troupe_members(stage *s, size_t first, uint32_t n);

/* create_committee by account 0, members from account `first`; the troupe follows its first attempt. */
void troupe_create(troupe *t, stage *s, test_rng *rng, size_t first, uint32_t n, uint32_t threshold, uint32_t margin);
/* After an attempt_begun event: members that follow that attempt. old: the troupe of the current generation, or NULL. */
void troupe_follow(troupe *t, stage *s, test_rng *rng, size_t first, troupe *old);
void troupe_end(troupe *t);

/* Post a message of core/dkg from an account. The contract and the sim agree on whether it is taken. */
ur_status troupe_post(troupe *t, ur_span sender, const uint8_t *bytes, size_t n);
/* The message as JSON of the contract. */
const char *troupe_message(const troupe *t, const uint8_t *bytes, size_t n);
/* Everybody whose bit is set in `who` (actors as in sim.h, at most 64) posts what is due. */
void troupe_act(troupe *t, uint64_t who);
/* Go to a phase's begin. */
void troupe_go(troupe *t, uint64_t height);
/* From joining to accepted, everybody honest but those who are silent. */
void troupe_run(troupe *t, uint64_t who);
/* publish_keys by account 0. */
const char *troupe_keys(const troupe *t);
void troupe_publish(troupe *t);
/* The answer of member i (1..) to the drill that is open, its JSON. */
const char *troupe_answer(const troupe *t, uint32_t index);
void troupe_drill(troupe *t, uint32_t from, uint32_t to);

/* The answers of the contract about them. */
ur_json troupe_committee(const troupe *t);
ur_json troupe_generation(const troupe *t);
void troupe_assert_phase(const troupe *t, const char *phase);
void troupe_assert_generations(const troupe *t, uint64_t current, uint64_t pending);
/* The fault of a seat in the answer's list ("members" or "dealers"), or "null". */
const char *troupe_fault(const troupe *t, const char *list, uint32_t index);

/* {"message":{"committee":N}} */
const char *troupe_about(const troupe *t, const char *message);
/* Publish, and let those who have shares answer until the generation is drilled. */
void troupe_open(troupe *t);
/* A committee of members from account 10 whose first generation is open. */
void troupe_found(troupe *t, stage *s, test_rng *rng, uint32_t n, uint32_t threshold, uint32_t margin);
const char *troupe_proposal(const troupe *now, size_t first, uint32_t n, uint32_t threshold);
const char *troupe_approval(const troupe *now, uint32_t proposer);
/* Member 1 proposes, the next ones approve until it begins. */
void troupe_succeed(troupe *next, test_rng *rng, troupe *now, size_t first, uint32_t n, uint32_t threshold);
/* A deal in which member `victim` gets a wrong share, proven as if nothing were. */
void troupe_deal_wrongly(troupe *t, uint32_t dealer, uint32_t victim);
/* A dispute, right or wrong. */
void troupe_accuse(troupe *t, uint32_t accuser, uint32_t dealer);

#endif
