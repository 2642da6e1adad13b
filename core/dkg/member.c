#include "core/dkg/member.h"

#include "core/bls/msm.h"
#include "core/dkg/member_parts.h"

/* ---- memory ---- */

typedef struct sizes {
    size_t n, dealers, t, waiting;
} sizes;

static sizes sizes_of(const ur_dkg_config *c)
{
    return (sizes){c->n, ur_dkg_dealers(c), c->t, ur_size_max(c->n, ur_dkg_dealers(c))};
}

size_t ur_dkg_member_bytes(const ur_dkg_config *config)
{
    sizes s = sizes_of(config);
    return ur_dkg_public_bytes(config) + ur_arena_bytes(s.dealers, sizeof(ur_scalar)) + ur_arena_bytes(s.dealers, 1) +
           ur_arena_bytes(s.n, sizeof(ur_g1)) + ur_arena_bytes(s.dealers * s.t, sizeof(ur_g1)) +
           ur_arena_bytes(s.dealers, UR_G1_BYTES) + ur_arena_bytes(s.dealers, UR_DKG_MASKED_BYTES) +
           ur_arena_bytes(s.waiting, sizeof(ur_dkg_waiting)) + ur_arena_bytes(s.n, sizeof(ur_twin_claim)) +
           ur_arena_bytes(s.dealers, sizeof(ur_dkg_deal_claim)) + ur_dkg_work_bytes(config);
}

static void lay_out(ur_dkg_member *m, const ur_dkg_config *config, void *memory)
{
    sizes s = sizes_of(config);
    ur_arena a;
    ur_arena_init(&a, memory, ur_dkg_member_bytes(config));
    (void)ur_arena_take(&a, 1, ur_dkg_public_bytes(config)); /* the public machine's, at the start */
    m->shares = ur_arena_take(&a, s.dealers, sizeof *m->shares);
    m->opened = ur_arena_take(&a, s.dealers, 1);
    m->member_keys = ur_arena_take(&a, s.n, sizeof *m->member_keys);
    m->commitments = ur_arena_take(&a, s.dealers * s.t, sizeof *m->commitments);
    m->dealer_r = ur_arena_take(&a, s.dealers, UR_G1_BYTES);
    m->masked = ur_arena_take(&a, s.dealers, UR_DKG_MASKED_BYTES);
    m->waiting = ur_arena_take(&a, s.waiting, sizeof *m->waiting);
    m->join_claims = ur_arena_take(&a, s.n, sizeof *m->join_claims);
    m->deal_claims = ur_arena_take(&a, s.dealers, sizeof *m->deal_claims);
    m->work_bytes = ur_dkg_work_bytes(config);
    m->work = ur_arena_take(&a, 1, m->work_bytes);
}

/* ---- beginning and end ---- */

static ur_status check_old_share(const ur_dkg_config *c, uint32_t old_index, const ur_scalar *old_share)
{
    ur_g1 p;
    uint8_t held[UR_G1_BYTES];
    ur_g1_mul(&p, ur_g1_generator(), old_share);
    ur_declassify(&p, sizeof p); /* a public share, or else of no use */
    ur_g1_write(held, &p);
    return ur_eq_var(held, c->old_keys + (size_t)(old_index - 1) * UR_G1_BYTES, sizeof held) ? UR_OK : UR_E_PROOF;
}

ur_status ur_dkg_member_init(ur_dkg_member *m, const ur_dkg_config *config, uint32_t index, uint32_t old_index,
                             const uint8_t seed[UR_DKG_SEED_BYTES], const ur_scalar *old_share, void *memory)
{
    bool reshare = ur_dkg_is_reshare(config);
    ur_g1 own;
    memset(m, 0, sizeof *m);
    UR_TRY(ur_dkg_config_check(config));
    if (index > config->n || (reshare && (old_index > config->old_n || (old_index > 0) != (old_share != NULL)))) {
        return UR_E_USAGE;
    }
    if (reshare && old_index > 0) {
        UR_TRY(check_old_share(config, old_index, old_share));
        m->secret.old_share = *old_share;
    }
    lay_out(m, config, memory);
    ur_status st = ur_dkg_public_init(&m->pub, config, memory);
    m->index = index;
    m->dealer = reshare ? old_index : index;
    memcpy(m->secret.seed, seed, UR_DKG_SEED_BYTES);
    ur_dkg_derive(&m->secret.e, m, UR_DKG_SECRET_E, 0);
    ur_g1_mul(&own, ur_g1_generator(), &m->secret.e);
    ur_declassify(&own, sizeof own); /* published */
    ur_g1_write(m->own_key, &own);
    return st;
}

void ur_dkg_member_clear(ur_dkg_member *m)
{
    if (m->shares != NULL) {
        ur_wipe(m->shares, ur_dkg_dealers(m->pub.config) * sizeof *m->shares);
        ur_wipe(m->work, m->work_bytes);
    }
    ur_wipe(m, sizeof *m);
}

void ur_dkg_derive(ur_scalar *out, const ur_dkg_member *m, ur_dkg_secret_kind what, uint32_t k)
{
    uint8_t wide[UR_SCALAR_WIDE_BYTES], info[UR_DKG_SESSION_BYTES + 3];
    memcpy(info, m->pub.session, UR_DKG_SESSION_BYTES);
    info[UR_DKG_SESSION_BYTES] = (uint8_t)what;
    info[UR_DKG_SESSION_BYTES + 1] = (uint8_t)(k >> 8);
    info[UR_DKG_SESSION_BYTES + 2] = (uint8_t)k;
    if (ur_hkdf256(wide, sizeof wide, ur_span_of(m->secret.seed, UR_DKG_SEED_BYTES),
                   UR_SPAN_LIT("UNRUG-V1-DKG-SECRET"), ur_span_of(info, sizeof info)) != UR_OK) {
        __builtin_trap(); /* the lengths are constants within its limits */
    }
    ur_scalar_from_wide(out, wide, sizeof wide);
    ur_wipe(wide, sizeof wide);
}

/* ---- feeding ---- */

static bool is_waiting(const ur_dkg_member *m, uint32_t index)
{
    for (uint32_t i = 0; i < m->waiting_n; i++) {
        if (m->waiting[i].index == index) {
            return true;
        }
    }
    return false;
}

static ur_dkg_waiting *next_waiting(ur_dkg_member *m, const ur_dkg_message *msg)
{
    ur_dkg_waiting *w = &m->waiting[m->waiting_n];
    w->index = msg->index;
    ur_sha256_of(w->digest, msg->bytes);
    return w;
}

static ur_status read_join(ur_dkg_member *m, const ur_dkg_message *msg)
{
    const ur_dkg_join *j = &msg->u.join;
    UR_TRY(ur_twin_read(&m->join_claims[m->waiting_n], j->twin, UR_TAG_JOIN_POP, j->context));
    ur_dkg_waiting *w = next_waiting(m, msg);
    memcpy(w->key, j->twin, UR_TWIN_BYTES);
    m->waiting_n++;
    return UR_OK;
}

static ur_status read_deal(ur_dkg_member *m, const ur_dkg_message *msg)
{
    const ur_dkg_deal *d = &msg->u.deal;
    size_t seat = msg->index - 1;
    UR_TRY(ur_dkg_deal_read(&m->deal_claims[m->waiting_n], m->commitments + seat * d->t, msg));
    ur_dkg_waiting *w = next_waiting(m, msg);
    memcpy(w->key, d->commitments, UR_G1_BYTES);
    memcpy(m->dealer_r + seat * UR_G1_BYTES, d->r, UR_G1_BYTES);
    if (m->index > 0) {
        memcpy(m->masked + seat * UR_DKG_MASKED_BYTES, d->masked + (size_t)(m->index - 1) * UR_DKG_MASKED_BYTES,
               UR_DKG_MASKED_BYTES);
    }
    m->waiting_n++;
    return UR_OK;
}

/* Check what waits, before the phase that it belongs to ends. */
static void settle_waiting(ur_dkg_member *m)
{
    if (m->waiting_n > 0 && m->pub.phase == UR_DKG_JOINING) {
        ur_dkg_settle_joins(m);
    } else if (m->waiting_n > 0) {
        ur_dkg_settle_deals(m);
    }
    m->waiting_n = 0;
}

static uint64_t phase_end(const ur_dkg_public *p)
{
    return p->phase == UR_DKG_JOINING ? p->config->join_until : p->config->deal_until;
}

ur_status ur_dkg_member_advance(ur_dkg_member *m, uint64_t height)
{
    if (height < m->pub.height) {
        return UR_E_USAGE;
    }
    if (height >= phase_end(&m->pub)) {
        settle_waiting(m);
    }
    return ur_dkg_public_advance(&m->pub, height);
}

static ur_status take(ur_dkg_member *m, uint64_t height, ur_span sender, ur_span message, ur_span deal,
                      ur_dkg_event *event)
{
    ur_dkg_message msg;
    UR_TRY(ur_dkg_member_advance(m, height));
    UR_TRY(ur_dkg_message_parse(&msg, message));
    if (msg.kind == UR_DKG_DISPUTE || msg.kind == UR_DKG_VOTE) {
        return ur_dkg_public_take(&m->pub, ur_curve_ops_native(), height, sender, message, deal, event);
    }
    UR_TRY(ur_dkg_public_screen(&m->pub, height, sender, message, &msg));
    if (is_waiting(m, msg.index)) { /* whether this one comes too late depends on whether that one is good */
        settle_waiting(m);
        UR_TRY(ur_dkg_public_screen(&m->pub, height, sender, message, &msg));
    }
    event->kind = msg.kind;
    event->index = msg.index;
    return msg.kind == UR_DKG_JOIN ? read_join(m, &msg) : read_deal(m, &msg);
}

ur_status ur_dkg_member_take(ur_dkg_member *m, uint64_t height, ur_span sender, ur_span message, ur_span deal,
                             ur_dkg_event *event)
{
    memset(event, 0, sizeof *event);
    ur_status st = take(m, height, sender, message, deal, event);
    if (st != UR_OK) {
        memset(event, 0, sizeof *event);
    }
    return st;
}

/* ---- what is due ---- */

bool ur_dkg_is_receiving(const ur_dkg_member *m)
{
    if (m->index == 0) {
        return false;
    }
    const ur_dkg_member_seat *seat = &m->pub.members[m->index - 1];
    /* A key under our seat that is not ours (posted before a restart with another seed) opens nothing: then every share
     * would look wrong, and every dispute would be a false one. */
    return seat->joined && seat->fault == UR_DKG_NO_FAULT && ur_eq_var(seat->one, m->own_key, sizeof m->own_key);
}

static bool join_is_due(const ur_dkg_member *m)
{
    return m->index > 0 && !m->pub.members[m->index - 1].joined && !is_waiting(m, m->index);
}

static bool deal_is_due(const ur_dkg_member *m)
{
    if (m->dealer == 0 || m->pub.dealers[m->dealer - 1].dealt || is_waiting(m, m->dealer)) {
        return false;
    }
    return ur_dkg_is_reshare(m->pub.config) || m->pub.members[m->index - 1].joined;
}

/* The first standing dealer after `after` whose share is wrong, or 0. */
static uint32_t next_wrong(const ur_dkg_member *m, uint32_t after)
{
    for (uint32_t i = after; ur_dkg_is_receiving(m) && i < ur_dkg_dealers(m->pub.config); i++) {
        if (m->opened[i] == UR_DKG_WRONG && m->pub.dealers[i].fault == UR_DKG_NO_FAULT) {
            return i + 1;
        }
    }
    return 0;
}

static bool vote_is_due(const ur_dkg_member *m)
{
    return m->may_vote && ur_dkg_is_receiving(m) && !m->pub.members[m->index - 1].voted;
}

ur_dkg_due ur_dkg_member_due(const ur_dkg_member *m)
{
    switch (m->pub.phase) {
    case UR_DKG_JOINING:
        return join_is_due(m) ? UR_DKG_DUE_JOIN : UR_DKG_DUE_NOTHING;
    case UR_DKG_DEALING:
        return deal_is_due(m) ? UR_DKG_DUE_DEAL : UR_DKG_DUE_NOTHING;
    case UR_DKG_DISPUTING:
        return next_wrong(m, 0) != 0 ? UR_DKG_DUE_DISPUTE : UR_DKG_DUE_NOTHING;
    case UR_DKG_VOTING:
        return vote_is_due(m) ? UR_DKG_DUE_VOTE : UR_DKG_DUE_NOTHING;
    case UR_DKG_ACCEPTED:
    case UR_DKG_FAILED:
        break;
    }
    return UR_DKG_DUE_NOTHING;
}

/* ---- making messages ---- */

void ur_dkg_member_key(const ur_dkg_member *m, ur_twin *out)
{
    ur_g1_mul(&out->one, ur_g1_generator(), &m->secret.e);
    ur_g2_mul(&out->two, ur_g2_generator(), &m->secret.e);
    ur_declassify(out, sizeof *out); /* published */
}

ur_status ur_dkg_member_join(const ur_dkg_member *m, ur_writer *w, const uint8_t *quote)
{
    uint8_t twin[UR_TWIN_BYTES];
    if (ur_dkg_member_due(m) != UR_DKG_DUE_JOIN) {
        return UR_E_STATE;
    }
    size_t from = w->n;
    ur_dkg_join_begin(w, m->pub.session, m->index, m->pub.config->accounts[m->index - 1], quote);
    if (w->overflow) {
        return UR_E_LIMIT;
    }
    UR_TRY(ur_twin_make(twin, NULL, &m->secret.e, UR_TAG_JOIN_POP, ur_span_of(w->p + from, w->n - from)));
    ur_writer_bytes(w, twin, sizeof twin);
    return w->overflow ? UR_E_LIMIT : UR_OK;
}

ur_status ur_dkg_member_dispute(const ur_dkg_member *m, ur_writer *w, uint32_t *dealer)
{
    ur_g1 r, k;
    uint8_t published[UR_G1_BYTES];
    uint32_t wrong = next_wrong(m, *dealer);
    if (m->pub.phase != UR_DKG_DISPUTING || wrong == 0) {
        return UR_E_STATE;
    }
    UR_TRY(ur_g1_parse(&r, m->dealer_r + (size_t)(wrong - 1) * UR_G1_BYTES));
    ur_g1_mul(&k, &r, &m->secret.e);
    ur_declassify(&k, sizeof k); /* published: it opens this one mask and no other */
    ur_g1_write(published, &k);
    ur_dkg_dispute_write(w, m->pub.session, m->index, wrong, published);
    *dealer = wrong;
    return w->overflow ? UR_E_LIMIT : UR_OK;
}

ur_status ur_dkg_member_vote(const ur_dkg_member *m, ur_writer *w)
{
    if (ur_dkg_member_due(m) != UR_DKG_DUE_VOTE) {
        return UR_E_STATE;
    }
    ur_dkg_vote_write(w, m->pub.session, m->index, m->transcript);
    return w->overflow ? UR_E_LIMIT : UR_OK;
}
