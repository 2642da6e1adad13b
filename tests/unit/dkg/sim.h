/* A little world for key generation: a ledger (the public machine with only what a contract can do), and members that
 * follow it. What the ledger takes is fed to all of them; tests decide who does what. */
#ifndef UR_TESTS_UNIT_DKG_SIM_H
#define UR_TESTS_UNIT_DKG_SIM_H

#include "tests/test.h"

#include "core/dkg/member_parts.h"

enum { SIM_JOIN_UNTIL = 100, SIM_DEAL_UNTIL = 200, SIM_DISPUTE_UNTIL = 300, SIM_VOTE_UNTIL = 400, SIM_TEXT = 12 };

typedef struct sim_entry {
    uint64_t height;
    ur_span sender;
    uint8_t *bytes;
    size_t n;
    uint32_t deal_of; /* for a dispute: the dealer whose deal goes with it */
} sim_entry;

typedef struct sim {
    ur_dkg_config config;
    char (*texts)[SIM_TEXT];
    ur_span *accounts;
    ur_dkg_public ledger;
    void *ledger_memory;
    bool frugal; /* the ledger has beside it one that loads for each message only what the message needs */
    ur_curve_ops ops; /* without multiplication, as on a chain */
    uint32_t actors;  /* n, or in a resharing n + old_n: new members first, then the dealers */
    ur_dkg_member *members;
    void **memory;
    uint8_t (*seeds)[UR_DKG_SEED_BYTES];
    const ur_scalar *old_shares; /* [old_n], or NULL */
    sim_entry *log;
    size_t log_n;
    size_t log_cap;
    uint8_t **deals; /* of dealer i, as taken */
    ur_dkg_result *results;
    uint8_t *keys; /* of actor 0, and all others must agree */
} sim;

static inline void *sim_alloc(size_t n, size_t size)
{
    void *p = calloc(n == 0 ? 1 : n, size);
    assert_non_null(p);
    return p;
}

static inline uint32_t sim_dealers(const sim *s) { return ur_dkg_dealers(&s->config); }
/* The actor that is dealer i. */
static inline uint32_t sim_dealer_actor(const sim *s, uint32_t i)
{
    return ur_dkg_is_reshare(&s->config) ? s->config.n + i - 1 : i - 1;
}

static inline void sim_member_init(sim *s, uint32_t actor)
{
    bool reshare = ur_dkg_is_reshare(&s->config);
    bool old = actor >= s->config.n;
    uint32_t old_index = old ? actor - s->config.n + 1 : 0;
    const ur_scalar *share = old && reshare ? &s->old_shares[old_index - 1] : NULL;
    if (share != NULL && ur_scalar_is_zero_var(share)) { /* who came out of the last generation without one */
        share = NULL;
        old_index = 0;
    }
    assert_ok(ur_dkg_member_init(&s->members[actor], &s->config, old ? 0 : actor + 1, old_index, s->seeds[actor], share,
                                 s->memory[actor]));
}

/* The configuration of a world, to be changed before sim_open. old: a finished generation to reshare, with all its shares,
 * or NULL. */
static inline void sim_prepare(sim *s, test_rng *rng, uint32_t n, uint32_t t, const sim *old, const ur_scalar *old_shares)
{
    memset(s, 0, sizeof *s);
    s->texts = sim_alloc(UR_DKG_MEMBERS_MAX, sizeof *s->texts);
    s->accounts = sim_alloc(UR_DKG_MEMBERS_MAX, sizeof *s->accounts);
    for (uint32_t i = 0; i < UR_DKG_MEMBERS_MAX; i++) {
        (void)snprintf(s->texts[i], SIM_TEXT, "acct%u", i + 1);
        s->accounts[i] = ur_span_str_var(s->texts[i]);
    }
    s->config = (ur_dkg_config){.chain = UR_SPAN_LIT("dev-1"),
                                .contract = UR_SPAN_LIT("contract"),
                                .committee = 1,
                                .generation = old == NULL ? 1 : old->config.generation + 1,
                                .attempt = test_rng_u64(rng),
                                .n = n,
                                .t = t,
                                .accounts = s->accounts,
                                .join_until = SIM_JOIN_UNTIL,
                                .deal_until = SIM_DEAL_UNTIL,
                                .dispute_until = SIM_DISPUTE_UNTIL,
                                .vote_until = SIM_VOTE_UNTIL};
    if (old != NULL) {
        s->config.old_n = old->config.n;
        s->config.old_t = old->config.t;
        s->config.old_accounts = s->accounts;
        s->config.old_keys = old->keys;
        memcpy(s->config.mpk, old->results[0].mpk, UR_G1_BYTES);
        memcpy(s->config.previous, old->results[0].transcript, UR_DKG_TRANSCRIPT_BYTES);
        s->old_shares = old_shares;
    }
}

static inline void sim_open(sim *s, test_rng *rng)
{
    s->actors = ur_dkg_is_reshare(&s->config) ? s->config.n + s->config.old_n : s->config.n;
    s->ops = *ur_curve_ops_native();
    s->ops.g1_mul = NULL;
    s->ledger_memory = sim_alloc(1, ur_dkg_public_bytes(&s->config));
    assert_ok(ur_dkg_public_init(&s->ledger, &s->config, s->ledger_memory));
    s->members = sim_alloc(s->actors, sizeof *s->members);
    s->memory = sim_alloc(s->actors, sizeof *s->memory);
    s->seeds = sim_alloc(s->actors, sizeof *s->seeds);
    s->results = sim_alloc(s->actors, sizeof *s->results);
    s->deals = sim_alloc(UR_DKG_MEMBERS_MAX, sizeof *s->deals);
    s->keys = sim_alloc(s->config.n, UR_G1_BYTES);
    for (uint32_t i = 0; i < s->actors; i++) {
        s->memory[i] = sim_alloc(1, ur_dkg_member_bytes(&s->config));
        test_rng_bytes(rng, s->seeds[i], sizeof s->seeds[i]);
        sim_member_init(s, i);
    }
}

static inline void sim_start(sim *s, test_rng *rng, uint32_t n, uint32_t t, const sim *old, const ur_scalar *old_shares)
{
    sim_prepare(s, rng, n, t, old, old_shares);
    sim_open(s, rng);
}

/* A finished generation without the work: a committee whose shares one hand dealt, as `old` and shares for sim_start.
 * Only what resharing looks at is there. */
static inline void sim_start_dealt(sim *s, test_rng *rng, uint32_t n, uint32_t t, ur_scalar *shares)
{
    ur_scalar a[UR_DKG_MEMBERS_MAX];
    memset(s, 0, sizeof *s);
    s->config = (ur_dkg_config){.generation = 1, .n = n, .t = t};
    s->keys = sim_alloc(n, UR_G1_BYTES);
    s->results = sim_alloc(1, sizeof *s->results);
    for (uint32_t k = 0; k < t; k++) {
        uint8_t wide[UR_SCALAR_WIDE_BYTES];
        test_rng_bytes(rng, wide, sizeof wide);
        ur_scalar_from_wide(&a[k], wide, sizeof wide);
    }
    for (uint32_t j = 0; j <= n; j++) { /* 0: the master key */
        ur_scalar x, y = a[t - 1];
        ur_g1 p;
        ur_scalar_from_u64(&x, j);
        for (uint32_t k = t - 1; k > 0; k--) {
            ur_scalar_mul(&y, &y, &x);
            ur_scalar_add(&y, &y, &a[k - 1]);
        }
        ur_g1_mul(&p, ur_g1_generator(), &y);
        ur_g1_write(j == 0 ? s->results[0].mpk : s->keys + (size_t)(j - 1) * UR_G1_BYTES, &p);
        if (j > 0) {
            shares[j - 1] = y;
        }
    }
    test_rng_bytes(rng, s->results[0].transcript, UR_DKG_TRANSCRIPT_BYTES);
}

static inline void sim_end(sim *s)
{
    for (uint32_t i = 0; i < s->actors; i++) {
        ur_dkg_member_clear(&s->members[i]);
        free(s->memory[i]);
    }
    for (size_t i = 0; i < s->log_n; i++) {
        free(s->log[i].bytes);
    }
    free(s->log);
    free(s->texts);
    free(s->accounts);
    free(s->ledger_memory);
    free(s->members);
    free(s->memory);
    free(s->seeds);
    free(s->results);
    free(s->deals);
    free(s->keys);
    memset(s, 0, sizeof *s);
}

static inline ur_span sim_deal_span(const sim *s, uint32_t dealer)
{
    return ur_span_of(s->deals[dealer - 1],
                      s->deals[dealer - 1] == NULL ? 0 : UR_DKG_DEAL_BYTES(s->config.t, s->config.n));
}

static inline void sim_feed(const sim *s, ur_dkg_member *m, const sim_entry *e)
{
    ur_dkg_event event;
    ur_span deal = e->deal_of == 0 ? ur_span_of(NULL, 0) : sim_deal_span(s, e->deal_of);
    assert_ok(ur_dkg_member_take(m, e->height, e->sender, ur_span_of(e->bytes, e->n), deal, &event));
}

/* A configuration with only what public.h says that this message asks for. */
static inline ur_dkg_config sim_bare_config(const sim *s, const ur_dkg_message *m, ur_span *accounts,
                                            ur_span *old_accounts, uint8_t *old_keys)
{
    ur_dkg_config bare = s->config;
    size_t at = m->index - 1;
    bare.accounts = accounts;
    if (ur_dkg_is_reshare(&bare)) {
        bare.old_accounts = old_accounts;
        bare.old_keys = old_keys;
    }
    if (m->kind == UR_DKG_DEAL && ur_dkg_is_reshare(&bare)) {
        if (at < bare.old_n) {
            old_accounts[at] = s->config.old_accounts[at];
            memcpy(old_keys + at * UR_G1_BYTES, s->config.old_keys + at * UR_G1_BYTES, UR_G1_BYTES);
        }
    } else if (at < bare.n) {
        accounts[at] = s->config.accounts[at];
    }
    return bare;
}

/* The same message for a machine that is made anew from the state before it and the records of the seats that it
 * concerns: it says the same and comes to the same state. */
static inline void sim_take_frugally(const sim *s, ur_span before, uint64_t height, ur_span sender, ur_span message,
                                     ur_span deal, ur_status want, const ur_dkg_event *event)
{
    ur_dkg_message m;
    if (ur_dkg_message_parse(&m, message) != UR_OK) {
        return;
    }
    ur_span *accounts = sim_alloc(UR_DKG_MEMBERS_MAX, sizeof *accounts);
    ur_span *old_accounts = sim_alloc(UR_DKG_MEMBERS_MAX, sizeof *old_accounts);
    uint8_t *old_keys = sim_alloc(UR_DKG_MEMBERS_MAX, UR_G1_BYTES);
    ur_dkg_config bare = sim_bare_config(s, &m, accounts, old_accounts, old_keys);
    void *memory = sim_alloc(1, ur_dkg_public_bytes(&bare));
    uint8_t *bytes = sim_alloc(2, UR_DKG_STATE_BYTES(bare.n, ur_dkg_dealers(&bare), bare.n));
    ur_dkg_public p;
    ur_dkg_event got;
    assert_ok(ur_dkg_public_resume(&p, &bare, s->ledger.session, memory, before));
    if (m.kind == UR_DKG_DISPUTE && m.index <= bare.n && m.u.dispute.dealer <= ur_dkg_dealers(&bare)) {
        const ur_dkg_member_seat *accuser = &s->ledger.members[m.index - 1];
        memcpy(p.members[m.index - 1].one, accuser->one, UR_G1_BYTES);
        memcpy(p.members[m.index - 1].two, accuser->two, UR_G2_BYTES);
        memcpy(p.dealers[m.u.dispute.dealer - 1].digest, s->ledger.dealers[m.u.dispute.dealer - 1].digest,
               UR_SHA256_BYTES);
    }
    assert_status(ur_dkg_public_take(&p, &s->ops, height, sender, message, deal, &got), want);
    assert_memory_equal(&got, event, sizeof got);
    ur_span mine = ur_dkg_public_save(&p, bytes);
    assert_true(ur_span_eq_var(mine, ur_dkg_public_save(&s->ledger, bytes + mine.n)));
    free(accounts);
    free(old_accounts);
    free(old_keys);
    free(memory);
    free(bytes);
}

/* Put a message before the ledger alone. */
static inline ur_status sim_take(sim *s, uint64_t height, ur_span sender, ur_span message, ur_span deal,
                                 ur_dkg_event *event)
{
    uint8_t *before = sim_alloc(1, UR_DKG_STATE_BYTES(s->config.n, sim_dealers(s), s->config.n));
    ur_span was = ur_dkg_public_save(&s->ledger, before);
    ur_status st = ur_dkg_public_take(&s->ledger, &s->ops, height, sender, message, deal, event);
    if (s->frugal) {
        sim_take_frugally(s, was, height, sender, message, deal, st, event);
    }
    free(before);
    return st;
}

/* Put a message before the ledger; if it takes it, everybody hears of it. */
static inline ur_status sim_post(sim *s, uint64_t height, ur_span sender, const uint8_t *bytes, size_t n,
                                 ur_dkg_event *event)
{
    ur_dkg_event here;
    ur_dkg_message m;
    event = event == NULL ? &here : event;
    uint32_t deal_of = 0;
    if (ur_dkg_message_parse(&m, ur_span_of(bytes, n)) == UR_OK && m.kind == UR_DKG_DISPUTE) {
        deal_of = m.u.dispute.dealer;
    }
    ur_span deal = deal_of == 0 ? ur_span_of(NULL, 0) : sim_deal_span(s, deal_of);
    ur_status st = sim_take(s, height, sender, ur_span_of(bytes, n), deal, event);
    if (st != UR_OK) {
        return st;
    }
    if (s->log_n == s->log_cap) {
        s->log_cap = 2 * s->log_cap + 16;
        s->log = realloc(s->log, s->log_cap * sizeof *s->log);
        assert_non_null(s->log);
    }
    sim_entry *e = &s->log[s->log_n++];
    *e = (sim_entry){height, sender, sim_alloc(1, n), n, deal_of};
    memcpy(e->bytes, bytes, n);
    if (event->kind == UR_DKG_DEAL) {
        s->deals[event->index - 1] = e->bytes;
    }
    for (uint32_t i = 0; i < s->actors; i++) {
        sim_feed(s, &s->members[i], e);
    }
    return UR_OK;
}

static inline void sim_advance(sim *s, uint64_t height)
{
    assert_ok(ur_dkg_public_advance(&s->ledger, height));
    for (uint32_t i = 0; i < s->actors; i++) {
        assert_ok(ur_dkg_member_advance(&s->members[i], height));
    }
}

/* The account that an actor sends from. */
static inline ur_span sim_account(const sim *s, uint32_t actor)
{
    return actor < s->config.n ? s->config.accounts[actor] : s->config.old_accounts[actor - s->config.n];
}

/* Two machines of one configuration have come to the same state. */
static inline bool sim_same(const ur_dkg_public *a, const ur_dkg_public *b)
{
    uint8_t *bytes = sim_alloc(2, UR_DKG_STATE_BYTES(a->config->n, ur_dkg_dealers(a->config), a->config->n));
    ur_span one = ur_dkg_public_save(a, bytes);
    ur_span two = ur_dkg_public_save(b, bytes + one.n);
    bool same = ur_span_eq_var(one, two) &&
                ur_eq_var(a->members, b->members, a->config->n * sizeof *a->members) &&
                ur_eq_var(a->dealers, b->dealers, ur_dkg_dealers(a->config) * sizeof *a->dealers);
    free(bytes);
    return same;
}

/* Everybody's public machine has come to the ledger's state, and none was shown a bad message. */
static inline void sim_all_agree(const sim *s)
{
    for (uint32_t i = 0; i < s->actors; i++) {
        assert_true(sim_same(&s->ledger, &s->members[i].pub));
        assert_int_equal(ur_dkg_member_refused(&s->members[i]), 0);
    }
}

/* The message that is due for an actor: its length, or 0. */
static inline size_t sim_message(const sim *s, uint32_t actor, uint8_t *buf, size_t cap, uint32_t *dealer)
{
    const ur_dkg_member *m = &s->members[actor];
    ur_writer w;
    ur_writer_init(&w, buf, cap);
    switch (ur_dkg_member_due(m)) {
    case UR_DKG_DUE_NOTHING:
        return 0;
    case UR_DKG_DUE_JOIN:
        assert_ok(ur_dkg_member_join(m, &w, NULL));
        break;
    case UR_DKG_DUE_DEAL:
        assert_ok(ur_dkg_member_deal(m, &w));
        break;
    case UR_DKG_DUE_DISPUTE:
        assert_ok(ur_dkg_member_dispute(m, &w, dealer));
        break;
    case UR_DKG_DUE_VOTE:
        assert_ok(ur_dkg_member_vote(m, &w));
        break;
    }
    return w.n;
}

/* An honest actor posts what is due. */
static inline void sim_act(sim *s, uint64_t height, uint32_t actor)
{
    size_t cap = UR_DKG_DEAL_BYTES(s->config.t, s->config.n) + UR_DKG_JOIN_MAX;
    uint8_t *buf = sim_alloc(1, cap);
    uint32_t dealer = 0;
    size_t n = sim_message(s, actor, buf, cap, &dealer);
    if (n > 0) {
        assert_ok(sim_post(s, height, sim_account(s, actor), buf, n, NULL));
    }
    free(buf);
}

/* Make other proofs for a deal whose bytes were changed: what a dealer who cheats with open eyes would do. */
static inline void sim_prove_deal(const ur_dkg_member *m, uint8_t *deal, size_t n)
{
    uint8_t body[UR_SHA256_BYTES], proven[UR_DKG_PROVEN_BYTES];
    ur_dkg_message msg;
    ur_scalar secret[2];
    ur_g2 hash, proof;
    assert_ok(ur_dkg_message_parse(&msg, ur_span_of(deal, n)));
    ur_dkg_derive(&secret[0], m, UR_DKG_SECRET_A, 0);
    ur_dkg_derive(&secret[1], m, UR_DKG_SECRET_R, 0);
    if (ur_dkg_is_reshare(m->pub.config)) {
        secret[0] = m->secret.old_share;
    }
    ur_sha256_of(body, msg.u.deal.body);
    ur_dkg_deal_proven(proven, msg.session, msg.index, msg.u.deal.r, body);
    ur_hash_to_g2(&hash, UR_TAG_DEAL_POP, ur_span_of(proven, sizeof proven));
    for (size_t i = 0; i < 2; i++) {
        ur_g2_mul(&proof, &hash, &secret[i]);
        ur_g2_write(deal + n - (2 - i) * UR_G2_BYTES, &proof);
    }
}

/* Where the masked share for member j stands in a deal. */
static inline uint8_t *sim_masked(const sim *s, uint8_t *deal, uint32_t j)
{
    return deal + UR_DKG_DEAL_BYTES(s->config.t, 0) - 2 * UR_G2_BYTES + (size_t)(j - 1) * UR_DKG_MASKED_BYTES;
}

/* K = e_j R_i as actor j would publish it, whether or not anything is wrong. */
static inline void sim_dispute(const sim *s, uint8_t out[UR_DKG_DISPUTE_BYTES], uint32_t accuser, uint32_t dealer)
{
    ur_dkg_message deal;
    ur_g1 k;
    uint8_t bytes[UR_G1_BYTES];
    ur_writer w;
    assert_ok(ur_dkg_message_parse(&deal, sim_deal_span(s, dealer)));
    assert_ok(ur_g1_parse(&k, deal.u.deal.r));
    ur_g1_mul(&k, &k, &s->members[accuser - 1].secret.e);
    ur_g1_write(bytes, &k);
    ur_writer_init(&w, out, UR_DKG_DISPUTE_BYTES);
    ur_dkg_dispute_write(&w, s->ledger.session, accuser, dealer, bytes);
    assert_int_equal(w.n, UR_DKG_DISPUTE_BYTES);
}

/* Everybody computes the results; all public ones are equal. */
static inline void sim_finish(sim *s)
{
    uint8_t *keys = sim_alloc(s->config.n, UR_G1_BYTES);
    uint8_t mpk[UR_G1_BYTES];
    assert_ok(ur_dkg_public_mpk(&s->ledger, &s->ops, mpk));
    for (uint32_t i = 0; i < s->actors; i++) {
        uint8_t *into = i == 0 ? s->keys : keys;
        assert_ok(ur_dkg_member_finish(&s->members[i], &s->results[i], into));
        assert_memory_equal(into, s->keys, (size_t)s->config.n * UR_G1_BYTES);
        assert_memory_equal(s->results[i].mpk, mpk, sizeof mpk);
        assert_memory_equal(s->results[i].transcript, s->results[0].transcript, UR_DKG_TRANSCRIPT_BYTES);
        if (s->results[i].has_share) {
            ur_g1 p;
            uint8_t held[UR_G1_BYTES];
            ur_g1_mul(&p, ur_g1_generator(), &s->results[i].share);
            ur_g1_write(held, &p);
            assert_memory_equal(held, s->keys + (size_t)i * UR_G1_BYTES, sizeof held);
        }
    }
    free(keys);
}

/* The secret that t shares at the given indices determine. */
static inline ur_scalar sim_interpolate(const uint32_t *at, const ur_scalar *shares, uint32_t t)
{
    ur_scalar sum;
    ur_scalar_from_u64(&sum, 0);
    for (uint32_t i = 0; i < t; i++) {
        ur_scalar num, den, x, y;
        ur_scalar_from_u64(&num, 1);
        ur_scalar_from_u64(&den, 1);
        ur_scalar_from_u64(&x, at[i]);
        for (uint32_t k = 0; k < t; k++) {
            if (k != i) {
                ur_scalar_from_u64(&y, at[k]);
                ur_scalar_mul(&num, &num, &y);
                ur_scalar_sub(&y, &y, &x);
                ur_scalar_mul(&den, &den, &y);
            }
        }
        ur_scalar_inverse(&den, &den);
        ur_scalar_mul(&num, &num, &den);
        ur_scalar_mul(&num, &num, &shares[i]);
        ur_scalar_add(&sum, &sum, &num);
    }
    return sum;
}

/* Any t of the shares that were given out make the master secret: checks one choice of t, those after `skip`. */
static inline void sim_check_secret(const sim *s, uint32_t skip)
{
    uint32_t at[UR_DKG_MEMBERS_MAX], k = 0;
    ur_scalar shares[UR_DKG_MEMBERS_MAX];
    for (uint32_t i = 0; i < s->config.n && k < s->config.t; i++) {
        uint32_t j = (i + skip) % s->config.n;
        if (s->results[j].has_share) {
            at[k] = j + 1;
            shares[k++] = s->results[j].share;
        }
    }
    assert_int_equal(k, s->config.t);
    ur_scalar secret = sim_interpolate(at, shares, k);
    ur_g1 p;
    uint8_t mpk[UR_G1_BYTES];
    ur_g1_mul(&p, ur_g1_generator(), &secret);
    ur_g1_write(mpk, &p);
    assert_memory_equal(mpk, s->results[0].mpk, sizeof mpk);
}

/* Everybody honest, from start to acceptance. */
static inline void sim_run_honest(sim *s)
{
    static const uint64_t heights[] = {1, SIM_JOIN_UNTIL, SIM_DEAL_UNTIL, SIM_DISPUTE_UNTIL};
    for (size_t h = 0; h < 4; h++) {
        sim_advance(s, heights[h]);
        if (heights[h] == SIM_DISPUTE_UNTIL) {
            sim_finish(s);
        }
        for (uint32_t i = 0; i < s->actors; i++) {
            sim_act(s, heights[h], i);
        }
    }
    sim_all_agree(s);
    assert_int_equal(s->ledger.phase, UR_DKG_ACCEPTED);
}

/* The shares of a finished generation, for resharing. */
static inline ur_scalar *sim_shares(const sim *s)
{
    ur_scalar *shares = sim_alloc(s->config.n, sizeof *shares);
    for (uint32_t j = 0; j < s->config.n; j++) {
        shares[j] = s->results[j].share;
    }
    return shares;
}

#endif
