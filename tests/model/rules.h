/* The rules of a vault's life, a second time: written from design 6 alone, as plainly as possible, for walks that hold the
 * contract against it. Accounts, keys, quotes and ciphertexts are small numbers here, signatures are always right, and
 * what the contract keeps in records is one struct. Instants are milliseconds. */
#ifndef UNRUG_TESTS_MODEL_RULES_H
#define UNRUG_TESTS_MODEL_RULES_H

#include <stdbool.h>
#include <stdint.h>

#define M_REQUESTERS 2
#define M_SLOTS (M_REQUESTERS + 1) /* the last one is the migration's */
#define M_GUARDIANS 2
#define M_KEYPERS 5
#define M_THRESHOLD 3
#define M_QUORUM 1

/* Rules marked in the design, each of which can be taken out to see whether the walks notice. */
typedef enum m_rule {
    M_ANY_CARRIER,         /* statements count whoever sends them */
    M_NO_KEY_ON_DISK,      /* an instance's key dies with its machine */
    M_LEASE_LAG,           /* a lease is shortened by how far block time lags behind sending */
    M_QUIESCE,             /* stop serving before migrating or changing policy */
    M_SILENCE_BLOCKS,      /* silence and window take blocks as well as seconds */
    M_LATE_CHALLENGE,      /* challenges are made after the window */
    M_VOTES_FENCE,         /* the t-th vote fences, not the evidence */
    M_FENCE_BEFORE_SHARES, /* no share before fencing */
    M_FORMER_ACTIVATES,    /* the former instance may activate when nobody else did */
    M_SEEN_HEIGHT,         /* statements name a header that is not old */
    M_VETO,                /* a newer heartbeat deletes requests and votes */
    M_OWN_SLOTS,           /* a requester's new request replaces only its own */
    M_RULES,
} m_rule;

extern const char *const m_rule_names[M_RULES];

typedef struct m_policy {
    int64_t period, grace, veto, ttl, activation;
    uint64_t silence_blocks, veto_blocks, challenge_blocks, max_lag;
} m_policy;

typedef enum m_state { M_ACTIVE = 1, M_RELEASING, M_RELEASED } m_state;

typedef struct m_request {
    bool open;
    uint64_t number;
    int recipient; /* an instance */
    int64_t time;  /* opened */
    uint64_t height;
    uint32_t approvals;
    bool challenged;
    uint64_t challenge_height;
    uint64_t evidence; /* 0: none; else a number of its own */
    uint32_t votes;
} m_request;

typedef struct m_vault {
    m_state state;
    uint64_t epoch, sequence, version;
    int64_t heartbeat_time;
    uint64_t heartbeat_height;
    uint64_t seen_height;
    int instance; /* whose key counts */
    uint64_t next_request;
    m_request slot[M_SLOTS];
    /* the release, when state is not ACTIVE */
    uint64_t release, request;
    int recipient;
    int64_t fenced_time, released_time;
    uint32_t shares;
} m_vault;

typedef enum m_kind {
    M_HEARTBEAT,
    M_MIGRATE,
    M_CHANGE_POLICY,
    M_REQUEST,
    M_APPROVE,
    M_BEGIN,
    M_EVIDENCE,
    M_VOTE,
    M_SHARE,
    M_ACTIVATE,
    M_KINDS,
} m_kind;

extern const char *const m_kind_names[M_KINDS];

typedef struct m_message {
    m_kind kind;
    int sender;    /* an account: see M_ACCOUNT_... */
    int signer;    /* whose instance key signed a statement */
    uint64_t epoch, sequence, seen_height, version;
    int recipient; /* of a request, or the successor of a migration */
    uint64_t request, evidence;
    uint64_t release;
    int keyper;
} m_message;

/* Accounts: instances are their own numbers; the others lie above them. */
enum { M_ACCOUNT_OWNER = 1000, M_ACCOUNT_CARRIER = 1001, M_ACCOUNT_REQUESTER = 1100, M_ACCOUNT_GUARDIAN = 1200, M_ACCOUNT_KEYPER = 1300 };

typedef struct m_now {
    int64_t time;
    uint64_t height;
} m_now;

/* What the walks check their invariants with: what this message brought about. */
typedef struct m_effect {
    bool fenced; /* by this vote */
    bool shared; /* a share was published */
    m_request at_fence;
    bool migration;
    bool activated;
    bool recorded; /* a statement of the instance that counts as heartbeat */
} m_effect;

void m_vault_create(m_vault *v, m_now now, int instance);
/* Whether the message is taken; then *v has changed. rules: bit r set says that rule r holds. */
bool m_apply(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now, m_effect *effect);

/* The same questions that keypers and agents ask of a record they have proven. */
bool m_is_silent(const m_vault *v, const m_policy *p, uint32_t rules, m_now now);
bool m_window_is_over(const m_request *r, const m_policy *p, uint32_t rules, m_now now);
bool m_request_is_over(const m_request *r, const m_policy *p, m_now now);
bool m_activation_is_over(const m_vault *v, const m_policy *p, m_now now);
int m_slot_of(const m_vault *v, uint64_t request); /* -1 */
bool m_challenge_lives(const m_request *r, const m_policy *p, m_now now);
bool m_has_quorum(const m_request *r, bool migration);
int m_bits(uint32_t x);
static inline bool m_holds(uint32_t rules, m_rule r) { return (rules >> r & 1) != 0; }

#endif
