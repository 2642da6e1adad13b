/* What the contract cannot see: real time, headers whose time lags, halts, cut and one-way networks, delayed, reordered
 * and stored transactions, instances with leases and quiescence, restarts from copied disks, hostile requesters, guardians and keypers, evidence
 * that keypers refuse. One vault; everything is drawn from one seed. */
#ifndef UNRUG_TESTS_MODEL_WORLD_H
#define UNRUG_TESTS_MODEL_WORLD_H

#include "tests/model/rules.h"

#include <stddef.h>

#define M_INSTANCES 1024
#define M_BLOCKS 8192
#define M_MEMPOOL 512
#define M_SENT 64

typedef enum m_role {
    M_NOBODY,
    M_RECIPIENT, /* waits to be released to */
    M_RUNNING,   /* has the secret, and the right to serve while its lease lasts */
    M_FORMER,    /* fenced */
    M_GONE,
} m_role;

typedef struct m_sent {
    uint64_t sequence;
    int64_t at;
    m_kind kind;
} m_sent;

typedef struct m_instance {
    m_role role;
    bool frozen, cut_in, cut_out;
    bool accepted;  /* its quote is within policy */
    bool careless;  /* begins, and then never answers */
    uint64_t epoch, sequence, version;
    uint64_t view; /* the newest header it has verified */
    m_sent sent[M_SENT];
    size_t sent_count;
    uint64_t confirmed;  /* the highest sequence of its own that it has seen proven */
    int64_t lease_end;   /* real time */
    int64_t lease_stop;  /* header time */
    bool quiesced;
    uint64_t quiesced_at; /* its statement's sequence */
    int64_t next_send;
    int64_t well_since; /* awake and connected, both ways */
    uint64_t answered;   /* the challenge height that it sent evidence for */
    bool by_key_on_disk; /* started from a copied disk */
} m_instance;

typedef struct m_block {
    int64_t time;  /* of the header */
    int64_t real;  /* when it was made */
    m_vault after; /* proven by the next header */
} m_block;

typedef struct m_pending {
    m_message m;
    int64_t from; /* not before */
    bool stored;  /* a host keeps it for later */
} m_pending;

/* Something that executes the same messages beside the model: the contract. */
typedef struct m_beside {
    void *self;
    /* A new walk: a new vault with this policy, owned by nobody in particular, whose instance is `instance`. */
    void (*begin)(void *self, const m_policy *p, m_now now, int instance);
    /* NULL if it did the same as the model, else what differs. */
    const char *(*apply)(void *self, const m_message *m, m_now now, bool taken, const m_vault *before,
                         const m_vault *expected);
} m_beside;

typedef struct m_world {
    uint64_t random;
    uint32_t rules;
    m_policy policy;
    int64_t now;
    bool halted, calm;
    int64_t next_block;
    int64_t halted_since;
    int64_t storm; /* when the next thing of a storm happens; 0: none */
    uint64_t head;
    m_block *blocks; /* 1..head */
    m_vault vault;   /* as of the messages executed so far */
    m_instance instance[M_INSTANCES];
    int instances;
    m_pending mempool[M_MEMPOOL];
    size_t pending;
    bool keyper_up[M_KEYPERS];
    bool keyper_hostile[M_KEYPERS];
    uint64_t keyper_voted[M_KEYPERS];   /* evidence it voted for last */
    uint64_t keyper_shared[M_KEYPERS];  /* release (epoch * 1000 + r) it answered last */
    bool carrier_revoked;
    bool hostile_stubborn; /* the hostile requester asks again and again */
    int64_t next_ask[M_REQUESTERS];
    uint64_t evidence;  /* the last number given */
    uint64_t good_evidence[1024];
    size_t good_count;
    uint64_t evidence_challenge[4096]; /* by evidence number: height of the challenge it answered */
    const m_beside *beside; /* NULL: the model alone */
    bool trace; /* print what the chain executes */
    bool only_beside; /* look for differences alone, not at the invariants */
    const char *broken; /* which invariant, once one is */
    uint64_t counted[M_KINDS][2]; /* taken, refused */
    uint64_t fences, activations, releases;
} m_world;

void m_world_init(m_world *w, m_block *blocks, uint64_t seed, uint32_t rules, const m_beside *beside);
/* One step: some time passes, everybody acts, something may go wrong. */
void m_world_step(m_world *w);
/* From here on nothing more goes wrong, but what is bad stays so as `how` says; the vault must come to serve. */
typedef enum m_calm {
    M_CALM_ALL_WELL,       /* hostile requester goes on, t keypers are up */
    M_CALM_ONE_WAY,        /* the running instance's host lets nothing in */
    M_CALM_NO_KEYPERS,     /* and the fenced instance lives */
    M_CALMS,
} m_calm;
void m_world_calm(m_world *w, m_calm how);

#endif
