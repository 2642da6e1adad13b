/* Committees on a stage: the members are those of core/dkg, and what they say goes to the contract and to a ledger of the
 * machine alone (tests/unit/dkg/sim.h), which have to agree about every message. */
#ifndef UR_TESTS_CONTRACT_TROUPE_H
#define UR_TESTS_CONTRACT_TROUPE_H

#include "tests/contract/stage.h"
#include "tests/unit/dkg/sim.h"

enum { TROUPE_MAX = 128 };

/* One generation. */
typedef struct troupe {
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
ur_status troupe_post(troupe *t, stage *s, ur_span sender, const uint8_t *bytes, size_t n);
/* The message as JSON of the contract. */
const char *troupe_message(const troupe *t, stage *s, const uint8_t *bytes, size_t n);
/* Everybody whose bit is set in `who` (actors as in sim.h, at most 64) posts what is due. */
void troupe_act(troupe *t, stage *s, uint64_t who);
/* Go to a phase's begin. */
void troupe_go(troupe *t, stage *s, uint64_t height);
/* From joining to accepted, everybody honest but those who are silent. */
void troupe_run(troupe *t, stage *s, uint64_t who);
/* publish_keys by account 0. */
const char *troupe_keys(const troupe *t, stage *s);
void troupe_publish(troupe *t, stage *s);
/* The answer of member i (1..) to the drill that is open, its JSON. */
const char *troupe_answer(const troupe *t, stage *s, uint32_t index);
void troupe_drill(troupe *t, stage *s, uint32_t from, uint32_t to);

#endif
