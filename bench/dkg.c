/* One member of a key generation, and of a resharing: all messages as bytes with the senders' signatures in, share,
 * public shares and transcript out, own messages made on the way. Everybody is honest, as nearly always.
 *
 * A ledger proves who sent a message; to bear the same work as drand's nodes, who verify a signature on each packet, the
 * member here verifies a secp256k1 signature on every join, deal and vote. drand runs kyber's fast mode, in which nodes
 * answer good deals as our members vote; the rows "no votes" compare both without. */
#include "bench/bench.h"
#include "bench/core.h"
#include "core/dkg/member.h"
#include "lib/suite/secp256k1.h"

#include <stdio.h>
#include <stdlib.h>

enum { JOIN_UNTIL = 100, DEAL_UNTIL = 200, DISPUTE_UNTIL = 300, VOTE_UNTIL = 400, TEXT = 24, US = 1 };

typedef struct packet {
    uint8_t *bytes;
    size_t n;
    uint8_t sig[UR_SECP_SIG_BYTES];
} packet;

typedef struct world {
    ur_dkg_config config;
    uint32_t n, t;
    char (*texts)[TEXT];
    ur_span *accounts;
    ur_secp_pub *pubs;
    ur_secp_secret *secrets;
    uint8_t (*seeds)[UR_DKG_SEED_BYTES];
    packet *joins;
    packet *deals;
    packet *votes;
    ur_scalar *old_shares;
    uint8_t *old_keys;
    uint8_t *keys;
    void *memory;
    void *other_memory;
    uint8_t *message;
    bool count_votes;
} world;

static void *take(size_t n, size_t size)
{
    void *p = calloc(n, size);
    bench_must(p != NULL, "memory");
    return p;
}

static void ok(ur_status st, const char *what) { bench_must(st == UR_OK, what); }

static void random_scalar(ur_scalar *s)
{
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    bench_fill(wide, sizeof wide);
    ur_scalar_from_wide(s, wide, sizeof wide);
}

/* ---- preparing ---- */

static void deal_old_generation(world *w)
{
    ur_scalar *a = take(w->t, sizeof *a);
    w->old_shares = take(w->n, sizeof *w->old_shares);
    w->old_keys = take(w->n, UR_G1_BYTES);
    for (uint32_t k = 0; k < w->t; k++) {
        random_scalar(&a[k]);
    }
    for (uint32_t j = 0; j <= w->n; j++) {
        ur_scalar x, y = a[w->t - 1];
        ur_g1 p;
        ur_scalar_from_u64(&x, j);
        for (uint32_t k = w->t - 1; k > 0; k--) {
            ur_scalar_mul(&y, &y, &x);
            ur_scalar_add(&y, &y, &a[k - 1]);
        }
        ur_g1_mul(&p, ur_g1_generator(), &y);
        ur_g1_write(j == 0 ? w->config.mpk : w->old_keys + (size_t)(j - 1) * UR_G1_BYTES, &p);
        if (j > 0) {
            w->old_shares[j - 1] = y;
        }
    }
    w->config.old_n = w->n;
    w->config.old_t = w->t;
    w->config.old_accounts = w->accounts;
    w->config.old_keys = w->old_keys;
    free(a);
}

static void sign(const world *w, packet *p, uint32_t from, const uint8_t *bytes, size_t n)
{
    uint8_t hash[UR_SHA256_BYTES];
    p->bytes = take(n, 1);
    p->n = n;
    memcpy(p->bytes, bytes, n);
    ur_sha256_of(hash, ur_span_of(bytes, n));
    ur_secp_sign(p->sig, &w->secrets[from - 1], hash);
}

static void init(const world *w, ur_dkg_member *m, uint32_t index, void *memory)
{
    bool reshare = ur_dkg_is_reshare(&w->config);
    ok(ur_dkg_member_init(m, &w->config, index, reshare ? index : 0, w->seeds[index - 1],
                          reshare ? &w->old_shares[index - 1] : NULL, memory),
       "init");
}

static void hear(const world *w, ur_dkg_member *m, uint64_t height, uint32_t from, const packet *p)
{
    ur_dkg_event event;
    ok(ur_dkg_member_take(m, height, w->accounts[from - 1], ur_span_of(p->bytes, p->n), ur_span_of(NULL, 0), &event),
       "take");
}

/* Every member's join; then every member's deal, made by a member that has heard all joins. */
static void make_messages(world *w)
{
    ur_dkg_member m;
    ur_writer out;
    for (uint32_t i = 1; i <= w->n; i++) {
        init(w, &m, i, w->other_memory);
        ur_writer_init(&out, w->message, UR_DKG_MESSAGE_MAX);
        ok(ur_dkg_member_join(&m, &out, NULL), "join");
        sign(w, &w->joins[i - 1], i, w->message, out.n);
    }
    /* One member hears the joins; the others look over its shoulder, for hearing them n times would take long. */
    ur_dkg_member listener;
    init(w, &listener, US, w->memory);
    for (uint32_t i = 1; i <= w->n; i++) {
        hear(w, &listener, 1, i, &w->joins[i - 1]);
    }
    ok(ur_dkg_member_advance(&listener, JOIN_UNTIL), "advance");
    for (uint32_t i = 1; i <= w->n; i++) {
        init(w, &m, i, w->other_memory);
        m.pub.phase = listener.pub.phase;
        m.pub.height = listener.pub.height;
        memcpy(m.pub.members, listener.pub.members, w->n * sizeof *m.pub.members);
        memcpy(m.member_keys, listener.member_keys, w->n * sizeof *m.member_keys);
        ur_writer_init(&out, w->message, UR_DKG_MESSAGE_MAX);
        ok(ur_dkg_member_deal(&m, &out), "deal");
        sign(w, &w->deals[i - 1], i, w->message, out.n);
    }
}

/* ---- what is measured ---- */

static void verify(const world *w, uint32_t from, const packet *p)
{
    uint8_t hash[UR_SHA256_BYTES];
    ur_sha256_of(hash, ur_span_of(p->bytes, p->n));
    ok(ur_secp_verify_var(&w->pubs[from - 1], hash, p->sig), "signature");
}

static void hear_all(const world *w, ur_dkg_member *m, uint64_t height, const packet *packets, uint32_t n)
{
    for (uint32_t i = 1; i <= n; i++) {
        verify(w, i, &packets[i - 1]);
        hear(w, m, height, i, &packets[i - 1]);
    }
}

/* From start to the result, and on to acceptance where votes are counted. */
static void run(world *w, ur_dkg_result *result)
{
    ur_dkg_member m;
    ur_writer out;
    init(w, &m, US, w->memory);
    ur_writer_init(&out, w->message, UR_DKG_MESSAGE_MAX);
    ok(ur_dkg_member_join(&m, &out, NULL), "join");
    hear_all(w, &m, 1, w->joins, w->n);
    ok(ur_dkg_member_advance(&m, JOIN_UNTIL), "advance");
    ur_writer_init(&out, w->message, UR_DKG_MESSAGE_MAX);
    ok(ur_dkg_member_deal(&m, &out), "deal");
    hear_all(w, &m, JOIN_UNTIL, w->deals, w->n);
    ok(ur_dkg_member_advance(&m, DISPUTE_UNTIL), "advance");
    ok(ur_dkg_member_finish(&m, result, w->keys), "finish");
    bench_must(result->has_share, "share");
    ur_writer_init(&out, w->message, UR_DKG_MESSAGE_MAX);
    ok(ur_dkg_member_vote(&m, &out), "vote");
    if (w->count_votes) {
        hear_all(w, &m, DISPUTE_UNTIL, w->votes, w->t);
        bench_must(m.pub.phase == UR_DKG_ACCEPTED, "accepted");
    }
    ur_dkg_member_clear(&m);
}

static void ours(void *ctx)
{
    ur_dkg_result result;
    run(ctx, &result);
}

static world *prepare(uint32_t n, bool reshare)
{
    world *w = take(1, sizeof *w);
    w->n = n;
    w->t = (2 * n + 2) / 3;
    w->texts = take(n, sizeof *w->texts);
    w->accounts = take(n, sizeof *w->accounts);
    w->pubs = take(n, sizeof *w->pubs);
    w->secrets = take(n, sizeof *w->secrets);
    w->seeds = take(n, sizeof *w->seeds);
    w->joins = take(n, sizeof *w->joins);
    w->deals = take(n, sizeof *w->deals);
    w->votes = take(n, sizeof *w->votes);
    w->keys = take(n, UR_G1_BYTES);
    w->message = take(1, UR_DKG_MESSAGE_MAX);
    for (uint32_t i = 0; i < n; i++) {
        (void)snprintf(w->texts[i], TEXT, "member%u", i + 1);
        w->accounts[i] = ur_span_str_var(w->texts[i]);
        ur_secp_secret_new(&w->secrets[i]);
        ur_secp_pub_of(&w->pubs[i], &w->secrets[i]);
        bench_fill(w->seeds[i], sizeof w->seeds[i]);
    }
    w->config = (ur_dkg_config){.chain = UR_SPAN_LIT("dev-1"), .contract = UR_SPAN_LIT("contract"), .committee = 1,
                                .generation = reshare, .n = n, .t = w->t, .accounts = w->accounts,
                                .join_until = JOIN_UNTIL, .deal_until = DEAL_UNTIL, .dispute_until = DISPUTE_UNTIL,
                                .vote_until = VOTE_UNTIL};
    if (reshare) {
        deal_old_generation(w);
    }
    w->memory = take(1, ur_dkg_member_bytes(&w->config));
    w->other_memory = take(1, ur_dkg_member_bytes(&w->config));
    make_messages(w);
    ur_dkg_result result;
    run(w, &result);
    uint8_t session[UR_DKG_SESSION_BYTES];
    ur_dkg_session(session, &w->config);
    for (uint32_t i = 1; i <= w->t; i++) {
        ur_writer out;
        ur_writer_init(&out, w->message, UR_DKG_MESSAGE_MAX);
        ur_dkg_vote_write(&out, session, i, result.transcript);
        sign(w, &w->votes[i - 1], i, w->message, out.n);
    }
    w->count_votes = true;
    return w;
}

static void discard(world *w)
{
    for (uint32_t i = 0; i < w->n; i++) {
        free(w->joins[i].bytes);
        free(w->deals[i].bytes);
        free(w->votes[i].bytes);
    }
    void *const parts[] = {w->texts, w->accounts, w->pubs,       w->secrets,  w->seeds,  w->joins,        w->deals,
                           w->votes, w->keys,     w->old_shares, w->old_keys, w->memory, w->other_memory, w->message};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        free(parts[i]);
    }
    free(w);
}

/* ---- the bare work ---- */

/* The primitives that nobody can do without, one by one: reading every point with its subgroup check, hashing for every
 * proof, one Miller loop for each of the 3n proofs, own deal, opening n shares. Left out: all weights and sums, the
 * polynomials, symmetric hashing. */
static void primitives(void *ctx)
{
    const world *w = ctx;
    size_t n = w->n, t = w->t;
    uint8_t digest[UR_SHA256_BYTES];
    ur_g1 h;
    for (size_t i = 0; i < n * (2 + t + 1); i++) {
        prim_s1();
    }
    for (size_t i = 0; i < 3 * n; i++) {
        prim_s2();
    }
    for (size_t i = 0; i < n; i++) {
        ur_hash_to_g1(&h, UR_TAG_JOIN_POP, ur_span_of(w->joins[i].bytes, w->joins[i].n));
    }
    for (size_t i = 0; i < 2 * n + 2; i++) {
        prim_h();
    }
    for (size_t i = 0; i < t + 2 * n; i++) {
        prim_m1();
        prim_a1();
    }
    for (size_t i = 0; i < 3; i++) {
        prim_m2();
        prim_a2();
    }
    for (size_t i = 0; i < 3 * n; i += 8) {
        prim_ml(3 * n - i < 8 ? 3 * n - i : 8);
    }
    prim_fe();
    prim_fe();
    for (uint32_t i = 1; i <= n; i++) {
        verify(w, i, &w->joins[i - 1]);
        verify(w, i, &w->deals[i - 1]);
        ur_sha256_of(digest, ur_span_of(w->deals[i - 1].bytes, w->deals[i - 1].n));
    }
    for (uint32_t i = 1; i <= t; i++) {
        verify(w, i, &w->votes[i - 1]);
    }
}

static void peer_row(world *w, const char *kind, bool votes, double target)
{
    char what[48], op[32];
    (void)snprintf(what, sizeof what, "dkg/%s %u%s", kind, w->n, votes ? "" : ", no votes");
    (void)snprintf(op, sizeof op, "kyber.%s%u%s", kind, w->n, votes ? "fast" : "");
    w->count_votes = votes;
    bench_row(&(bench_row_spec){.what = what, .ours = ours, .ctx = w, .reference_name = "drand/kyber", .peer = "go",
                                .peer_op = op, .goal = BENCH_AT_LEAST, .target = target});
    w->count_votes = true;
}

static void rows(uint32_t n, bool reshare, double target)
{
    char what[48];
    const char *kind = reshare ? "reshare" : "dkg";
    (void)snprintf(what, sizeof what, "dkg/%s %u", kind, n);
    if (!bench_wanted(what)) { /* the rows below begin so */
        return;
    }
    world *w = prepare(n, reshare);
    peer_row(w, kind, true, target);
    if (n < 256) { /* there a peer's run takes too long to do twice for so small a difference */
        peer_row(w, kind, false, target);
    }
    (void)snprintf(what, sizeof what, "dkg/%s %u, primitives", kind, n);
    bench_row(&(bench_row_spec){.what = what, .ours = ours, .ctx = w, .reference = primitives,
                                .reference_name = "S1, S2, H, M1, ML, FE, signatures", .goal = BENCH_AT_MOST,
                                .target = 1.15});
    discard(w);
}

void bench_dkg(void)
{
    static const struct {
        uint32_t n;
        double target;
    } sizes[] = {{16, 1.0}, {64, 1.5}, {256, 1.8}};
    prim_init();
    for (size_t i = 0; i < (bench_is_trial() ? 1 : 3); i++) {
        rows(sizes[i].n, false, sizes[i].target);
        rows(sizes[i].n, true, sizes[i].target);
    }
}
