#include "core/dkg/public.h"

size_t ur_dkg_public_bytes(const ur_dkg_config *config)
{
    return ur_arena_bytes(config->n, sizeof(ur_dkg_member_seat)) +
           ur_arena_bytes(ur_dkg_dealers(config), sizeof(ur_dkg_dealer_seat)) +
           ur_arena_bytes(config->n, sizeof(ur_dkg_tally));
}

static void clear(ur_dkg_public *p)
{
    memset(p->members, 0, p->config->n * sizeof *p->members);
    memset(p->dealers, 0, ur_dkg_dealers(p->config) * sizeof *p->dealers);
    memset(p->tallies, 0, p->config->n * sizeof *p->tallies);
    memset(p->log, 0, sizeof p->log);
    memset(p->accepted, 0, sizeof p->accepted);
    p->phase = UR_DKG_JOINING;
    p->height = 0;
    p->tallies_n = 0;
}

static void lay_out(ur_dkg_public *p, const ur_dkg_config *config, void *memory)
{
    ur_arena a;
    ur_arena_init(&a, memory, ur_dkg_public_bytes(config));
    p->config = config;
    p->members = ur_arena_take(&a, config->n, sizeof *p->members);
    p->dealers = ur_arena_take(&a, ur_dkg_dealers(config), sizeof *p->dealers);
    p->tallies = ur_arena_take(&a, config->n, sizeof *p->tallies);
    clear(p);
}

ur_status ur_dkg_public_init(ur_dkg_public *p, const ur_dkg_config *config, void *memory)
{
    memset(p, 0, sizeof *p);
    UR_TRY(ur_dkg_config_check(config));
    lay_out(p, config, memory);
    ur_dkg_session(p->session, config);
    return UR_OK;
}

/* ---- phases ---- */

static uint32_t count_joined(const ur_dkg_public *p)
{
    uint32_t count = 0;
    for (uint32_t j = 0; j < p->config->n; j++) {
        count += p->members[j].joined;
    }
    return count;
}

static bool stands(const ur_dkg_dealer_seat *d) { return d->dealt && d->fault == UR_DKG_NO_FAULT; }

static uint32_t count_standing(const ur_dkg_public *p)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < ur_dkg_dealers(p->config); i++) {
        count += stands(&p->dealers[i]);
    }
    return count;
}

ur_status ur_dkg_public_advance(ur_dkg_public *p, uint64_t height)
{
    const ur_dkg_config *c = p->config;
    if (height < p->height) {
        return UR_E_USAGE;
    }
    p->height = height;
    if (p->phase == UR_DKG_JOINING && height >= c->join_until) {
        p->phase = count_joined(p) >= c->t ? UR_DKG_DEALING : UR_DKG_FAILED;
    }
    if (p->phase == UR_DKG_DEALING && height >= c->deal_until) {
        p->phase = count_standing(p) >= ur_dkg_dealers_needed(c) ? UR_DKG_DISPUTING : UR_DKG_FAILED;
    }
    if (p->phase == UR_DKG_DISPUTING && height >= c->dispute_until) {
        p->phase = count_standing(p) >= ur_dkg_dealers_needed(c) ? UR_DKG_VOTING : UR_DKG_FAILED;
    }
    if (p->phase == UR_DKG_VOTING && height >= c->vote_until) {
        p->phase = UR_DKG_FAILED;
    }
    return UR_OK;
}

/* ---- screening: everything but points and proofs ---- */

static ur_status screen_phase(const ur_dkg_public *p, ur_dkg_kind kind)
{
    static const ur_dkg_phase phase_of[] = {[UR_DKG_JOIN] = UR_DKG_JOINING,
                                            [UR_DKG_DEAL] = UR_DKG_DEALING,
                                            [UR_DKG_DISPUTE] = UR_DKG_DISPUTING,
                                            [UR_DKG_VOTE] = UR_DKG_VOTING};
    return p->phase == phase_of[kind] ? UR_OK : UR_E_STATE;
}

/* The seat exists, is the sender's, and is not out. */
static ur_status screen_sender(const ur_dkg_public *p, const ur_dkg_message *m, ur_span sender)
{
    bool deals = m->kind == UR_DKG_DEAL;
    if (m->index > (deals ? ur_dkg_dealers(p->config) : p->config->n)) {
        return UR_E_POLICY;
    }
    ur_span account = deals ? ur_dkg_dealer_account(p->config, m->index) : p->config->accounts[m->index - 1];
    uint8_t fault = deals ? p->dealers[m->index - 1].fault : p->members[m->index - 1].fault;
    return sender.n > 0 && ur_span_eq_var(sender, account) && fault == UR_DKG_NO_FAULT ? UR_OK : UR_E_POLICY;
}

static ur_status screen_join(const ur_dkg_public *p, const ur_dkg_message *m, ur_span sender)
{
    if (!ur_span_eq_var(m->u.join.account, sender)) {
        return UR_E_POLICY;
    }
    return p->members[m->index - 1].joined ? UR_E_STATE : UR_OK;
}

static ur_status screen_deal(const ur_dkg_public *p, const ur_dkg_message *m)
{
    static const uint8_t nothing[UR_DKG_MASKED_BYTES];
    const ur_dkg_deal *d = &m->u.deal;
    if (p->dealers[m->index - 1].dealt) {
        return UR_E_STATE;
    }
    if (!ur_dkg_is_reshare(p->config) && !p->members[m->index - 1].joined) {
        return UR_E_POLICY; /* whatever a join had to show, this dealer has not */
    }
    if (d->t != p->config->t || d->n != p->config->n) {
        return UR_E_INPUT;
    }
    for (uint32_t j = 0; j < d->n; j++) { /* one form only: whoever did not join gets zeros */
        if (!p->members[j].joined &&
            !ur_eq_var(d->masked + (size_t)j * UR_DKG_MASKED_BYTES, nothing, sizeof nothing)) {
            return UR_E_INPUT;
        }
    }
    if (ur_dkg_is_reshare(p->config)) { /* what is dealt on is the share that the old generation gave */
        const uint8_t *held = p->config->old_keys + (size_t)(m->index - 1) * UR_G1_BYTES;
        return ur_eq_var(d->commitments, held, UR_G1_BYTES) ? UR_OK : UR_E_PROOF;
    }
    return UR_OK;
}

static ur_status screen_dispute(const ur_dkg_public *p, const ur_dkg_message *m)
{
    uint32_t dealer = m->u.dispute.dealer;
    if (dealer > ur_dkg_dealers(p->config)) {
        return UR_E_INPUT;
    }
    return p->members[m->index - 1].joined && stands(&p->dealers[dealer - 1]) ? UR_OK : UR_E_STATE;
}

static ur_status screen_vote(const ur_dkg_public *p, const ur_dkg_message *m)
{
    const ur_dkg_member_seat *seat = &p->members[m->index - 1];
    return seat->joined && !seat->voted ? UR_OK : UR_E_STATE;
}

ur_status ur_dkg_public_screen(ur_dkg_public *p, uint64_t height, ur_span sender, ur_span message, ur_dkg_message *out)
{
    memset(out, 0, sizeof *out);
    UR_TRY(ur_dkg_public_advance(p, height));
    UR_TRY(ur_dkg_message_parse(out, message));
    if (!ur_eq_var(out->session, p->session, sizeof p->session)) {
        return UR_E_INPUT;
    }
    UR_TRY(screen_phase(p, out->kind));
    UR_TRY(screen_sender(p, out, sender));
    switch (out->kind) {
    case UR_DKG_JOIN:
        return screen_join(p, out, sender);
    case UR_DKG_DEAL:
        return screen_deal(p, out);
    case UR_DKG_DISPUTE:
        return screen_dispute(p, out);
    case UR_DKG_VOTE:
        return screen_vote(p, out);
    }
    return UR_E_INTERNAL;
}

/* ---- recording ---- */

/* log = SHA-256(log | digest of the message); the message itself names kind, session and speaker. */
static void append_to_log(ur_dkg_public *p, const uint8_t digest[UR_SHA256_BYTES])
{
    ur_sha256 h;
    ur_sha256_init(&h);
    ur_sha256_update(&h, p->log, sizeof p->log);
    ur_sha256_update(&h, digest, UR_SHA256_BYTES);
    ur_sha256_final(&h, p->log);
}

void ur_dkg_public_record_join(ur_dkg_public *p, uint32_t member, const uint8_t twin[UR_TWIN_BYTES],
                               const uint8_t digest[UR_SHA256_BYTES])
{
    ur_dkg_member_seat *seat = &p->members[member - 1];
    seat->joined = 1;
    memcpy(seat->one, twin, UR_G1_BYTES);
    memcpy(seat->two, twin + UR_G1_BYTES, UR_G2_BYTES);
    append_to_log(p, digest);
}

void ur_dkg_public_record_deal(ur_dkg_public *p, uint32_t dealer, const uint8_t key[UR_G1_BYTES],
                               const uint8_t digest[UR_SHA256_BYTES])
{
    ur_dkg_dealer_seat *seat = &p->dealers[dealer - 1];
    seat->dealt = 1;
    memcpy(seat->key, key, UR_G1_BYTES);
    memcpy(seat->digest, digest, UR_SHA256_BYTES);
    append_to_log(p, digest);
}

static void put_out(ur_dkg_public *p, ur_dkg_ruling ruling, uint32_t index)
{
    bool one_person = !ur_dkg_is_reshare(p->config);
    uint8_t fault = ruling == UR_DKG_DEALER_OUT ? UR_DKG_BAD_DEAL : UR_DKG_FALSE_DISPUTE;
    if (ruling == UR_DKG_DEALER_OUT || one_person) {
        p->dealers[index - 1].fault = fault;
    }
    if (ruling == UR_DKG_ACCUSER_OUT || one_person) {
        p->members[index - 1].fault = fault;
    }
}

static ur_status take_dispute(ur_dkg_public *p, const ur_curve_ops *ops, const ur_dkg_message *m, ur_span deal_bytes,
                              const uint8_t digest[UR_SHA256_BYTES], ur_dkg_event *event)
{
    const ur_dkg_member_seat *accuser = &p->members[m->index - 1];
    uint8_t deal_digest[UR_SHA256_BYTES];
    ur_dkg_message deal;
    ur_sha256_of(deal_digest, deal_bytes);
    if (!ur_eq_var(deal_digest, p->dealers[m->u.dispute.dealer - 1].digest, sizeof deal_digest) ||
        ur_dkg_message_parse(&deal, deal_bytes) != UR_OK) {
        return UR_E_USAGE;
    }
    UR_TRY(ur_dkg_dispute_settle(ops, &event->ruling, &deal, m->index, accuser->one, accuser->two, m->u.dispute.k));
    event->out = event->ruling == UR_DKG_DEALER_OUT ? m->u.dispute.dealer : m->index;
    put_out(p, event->ruling, event->out);
    append_to_log(p, digest);
    return UR_OK;
}

static ur_dkg_tally *tally_of(ur_dkg_public *p, const uint8_t transcript[UR_DKG_TRANSCRIPT_BYTES])
{
    for (uint32_t k = 0; k < p->tallies_n; k++) {
        if (ur_eq_var(p->tallies[k].transcript, transcript, UR_DKG_TRANSCRIPT_BYTES)) {
            return &p->tallies[k];
        }
    }
    ur_dkg_tally *fresh = &p->tallies[p->tallies_n++]; /* there is room: nobody votes twice */
    memcpy(fresh->transcript, transcript, UR_DKG_TRANSCRIPT_BYTES);
    return fresh;
}

static void take_vote(ur_dkg_public *p, const ur_dkg_message *m, ur_dkg_event *event)
{
    ur_dkg_tally *tally = tally_of(p, m->u.vote.transcript);
    p->members[m->index - 1].voted = 1;
    tally->votes++;
    if (tally->votes >= p->config->t) {
        p->phase = UR_DKG_ACCEPTED;
        memcpy(p->accepted, tally->transcript, sizeof p->accepted);
        event->accepted = true;
    }
}

static ur_status take(ur_dkg_public *p, const ur_curve_ops *ops, uint64_t height, ur_span sender, ur_span message,
                      ur_span deal, ur_dkg_event *event)
{
    ur_dkg_message m;
    uint8_t digest[UR_SHA256_BYTES];
    UR_TRY(ur_dkg_public_screen(p, height, sender, message, &m));
    event->kind = m.kind;
    event->index = m.index;
    ur_sha256_of(digest, message);
    switch (m.kind) {
    case UR_DKG_JOIN:
        UR_TRY(ur_dkg_join_admit(ops, &m.u.join));
        ur_dkg_public_record_join(p, m.index, m.u.join.twin, digest);
        return UR_OK;
    case UR_DKG_DEAL:
        UR_TRY(ur_dkg_deal_admit(ops, &m));
        ur_dkg_public_record_deal(p, m.index, m.u.deal.commitments, digest);
        return UR_OK;
    case UR_DKG_DISPUTE:
        return take_dispute(p, ops, &m, deal, digest, event);
    case UR_DKG_VOTE:
        take_vote(p, &m, event);
        return UR_OK;
    }
    return UR_E_INTERNAL;
}

ur_status ur_dkg_public_take(ur_dkg_public *p, const ur_curve_ops *ops, uint64_t height, ur_span sender,
                             ur_span message, ur_span deal, ur_dkg_event *event)
{
    memset(event, 0, sizeof *event);
    ur_status st = take(p, ops, height, sender, message, deal, event);
    if (st != UR_OK) {
        memset(event, 0, sizeof *event);
    }
    return st;
}

/* ---- results ---- */

bool ur_dkg_public_qualified(const ur_dkg_public *p, uint32_t dealer)
{
    if (dealer < 1 || dealer > ur_dkg_dealers(p->config) || !stands(&p->dealers[dealer - 1])) {
        return false;
    }
    if (!ur_dkg_is_reshare(p->config)) {
        return true;
    }
    uint32_t before = 0;
    for (uint32_t i = 0; i + 1 < dealer; i++) {
        before += stands(&p->dealers[i]);
    }
    return before < p->config->old_t;
}

/* A few at a time: a contract's stack is small. */
static ur_status sum_of_keys(const ur_dkg_public *p, const ur_curve_ops *ops, uint8_t out[UR_G1_BYTES])
{
    enum { CHUNK = 16 };
    uint8_t list[CHUNK][UR_G1_BYTES] = {{0xc0}}; /* the sum so far, and what is to be added */
    size_t k = 1;
    for (uint32_t i = 1; i <= ur_dkg_dealers(p->config); i++) {
        if (ur_dkg_public_qualified(p, i)) {
            memcpy(list[k++], p->dealers[i - 1].key, UR_G1_BYTES);
        }
        if (k == CHUNK || i == ur_dkg_dealers(p->config)) {
            UR_TRY(ops->g1_sum(ops->self, list[0], list[0], k));
            k = 1;
        }
    }
    memcpy(out, list[0], UR_G1_BYTES);
    return UR_OK;
}

ur_status ur_dkg_public_mpk(const ur_dkg_public *p, const ur_curve_ops *ops, uint8_t out[UR_G1_BYTES])
{
    memset(out, 0, UR_G1_BYTES);
    if (p->phase != UR_DKG_VOTING && p->phase != UR_DKG_ACCEPTED) {
        return UR_E_STATE;
    }
    if (ur_dkg_is_reshare(p->config)) {
        memcpy(out, p->config->mpk, UR_G1_BYTES);
        return UR_OK;
    }
    ur_status st = sum_of_keys(p, ops, out);
    if (st == UR_OK && ur_encoding_is_inf(out)) {
        st = UR_E_PROOF;
    }
    if (st != UR_OK) {
        memset(out, 0, UR_G1_BYTES);
    }
    return st;
}

void ur_dkg_public_transcript(const ur_dkg_public *p, uint8_t out[UR_DKG_TRANSCRIPT_BYTES],
                              const uint8_t mpk[UR_G1_BYTES], const uint8_t *keys)
{
    static const char tag[] = "unrug/1/dkg/transcript"; /* with its terminator */
    ur_sha256 h;
    ur_sha256_init(&h);
    ur_sha256_update(&h, tag, sizeof tag);
    ur_sha256_update(&h, p->session, sizeof p->session);
    ur_sha256_update(&h, p->log, sizeof p->log);
    for (uint32_t i = 1; i <= ur_dkg_dealers(p->config); i++) {
        const uint8_t in = ur_dkg_public_qualified(p, i);
        ur_sha256_update(&h, &in, 1);
    }
    ur_sha256_update(&h, mpk, UR_G1_BYTES);
    ur_sha256_update(&h, keys, (size_t)p->config->n * UR_G1_BYTES);
    ur_sha256_final(&h, out);
}

ur_status ur_dkg_key_add(const ur_curve_ops *ops, uint8_t sum[UR_G1_BYTES], const uint8_t key[UR_G1_BYTES])
{
    uint8_t both[2 * UR_G1_BYTES];
    memcpy(both, sum, UR_G1_BYTES);
    memcpy(both + UR_G1_BYTES, key, UR_G1_BYTES);
    return ops->g1_sum(ops->self, sum, both, 2);
}

ur_status ur_dkg_key_remove(const ur_curve_ops *ops, uint8_t sum[UR_G1_BYTES], const uint8_t key[UR_G1_BYTES])
{
    uint8_t minus[UR_G1_BYTES];
    memcpy(minus, key, sizeof minus);
    minus[0] ^= 0x20; /* the other of the two y; an A_0 is never infinity */
    return ur_dkg_key_add(ops, sum, minus);
}

/* ---- the state as bytes ---- */

ur_span ur_dkg_public_save(const ur_dkg_public *p, uint8_t *out)
{
    uint32_t n = p->config->n, dealers = ur_dkg_dealers(p->config);
    ur_writer w;
    ur_span written;
    ur_writer_init(&w, out, UR_DKG_STATE_BYTES(n, dealers, p->tallies_n));
    ur_writer_u8(&w, (uint8_t)p->phase);
    ur_writer_u64be(&w, p->height);
    ur_writer_bytes(&w, p->log, sizeof p->log);
    ur_writer_bytes(&w, p->accepted, sizeof p->accepted);
    for (uint32_t j = 0; j < n; j++) {
        const ur_dkg_member_seat *m = &p->members[j];
        ur_writer_u8(&w, (uint8_t)(m->joined | m->voted << 1 | m->fault << 2));
    }
    for (uint32_t i = 0; i < dealers; i++) {
        ur_writer_u8(&w, (uint8_t)(p->dealers[i].dealt | p->dealers[i].fault << 2));
    }
    ur_writer_u16be(&w, (uint16_t)p->tallies_n);
    for (uint32_t k = 0; k < p->tallies_n; k++) {
        ur_writer_bytes(&w, p->tallies[k].transcript, UR_DKG_TRANSCRIPT_BYTES);
        ur_writer_u16be(&w, (uint16_t)p->tallies[k].votes);
    }
    if (ur_writer_end(&w, &written) != UR_OK) {
        __builtin_trap(); /* the size is the one above */
    }
    return written;
}

static ur_status read_member(ur_reader *r, ur_dkg_member_seat *m)
{
    uint8_t flags;
    UR_TRY(ur_reader_u8(r, &flags));
    m->joined = flags & 1;
    m->voted = flags >> 1 & 1;
    m->fault = flags >> 2;
    return m->fault <= UR_DKG_FALSE_DISPUTE && (m->joined || !m->voted) ? UR_OK : UR_E_INPUT;
}

static ur_status read_dealer(ur_reader *r, ur_dkg_dealer_seat *d)
{
    uint8_t flags;
    UR_TRY(ur_reader_u8(r, &flags));
    d->dealt = flags & 1;
    d->fault = flags >> 2;
    return (flags & 2) == 0 && d->fault <= UR_DKG_FALSE_DISPUTE ? UR_OK : UR_E_INPUT;
}

static ur_status read_tallies(ur_dkg_public *p, ur_reader *r)
{
    uint16_t n, votes;
    UR_TRY(ur_reader_u16be(r, &n));
    if (n > p->config->n) {
        return UR_E_INPUT;
    }
    for (p->tallies_n = 0; p->tallies_n < n; p->tallies_n++) {
        ur_dkg_tally *tally = &p->tallies[p->tallies_n];
        UR_TRY(ur_reader_copy(r, tally->transcript, sizeof tally->transcript));
        UR_TRY(ur_reader_u16be(r, &votes));
        tally->votes = votes;
    }
    return UR_OK;
}

static ur_status read_state(ur_dkg_public *p, ur_span state)
{
    ur_reader r;
    uint8_t phase;
    ur_reader_init(&r, state);
    UR_TRY(ur_reader_u8(&r, &phase));
    UR_TRY(ur_reader_u64be(&r, &p->height));
    UR_TRY(ur_reader_copy(&r, p->log, sizeof p->log));
    UR_TRY(ur_reader_copy(&r, p->accepted, sizeof p->accepted));
    for (uint32_t j = 0; j < p->config->n; j++) {
        UR_TRY(read_member(&r, &p->members[j]));
    }
    for (uint32_t i = 0; i < ur_dkg_dealers(p->config); i++) {
        UR_TRY(read_dealer(&r, &p->dealers[i]));
    }
    UR_TRY(read_tallies(p, &r));
    if (phase < UR_DKG_JOINING || phase > UR_DKG_FAILED) {
        return UR_E_INPUT;
    }
    p->phase = (ur_dkg_phase)phase;
    return ur_reader_end(&r);
}

ur_status ur_dkg_public_resume(ur_dkg_public *p, const ur_dkg_config *config,
                               const uint8_t session[UR_DKG_SESSION_BYTES], void *memory, ur_span state)
{
    memset(p, 0, sizeof *p);
    lay_out(p, config, memory);
    memcpy(p->session, session, sizeof p->session);
    ur_status st = read_state(p, state);
    if (st != UR_OK) {
        clear(p);
    }
    return st;
}

ur_status ur_dkg_state_accepted(uint8_t out[UR_DKG_TRANSCRIPT_BYTES], ur_span state)
{
    ur_reader r;
    ur_reader_init(&r, state);
    memset(out, 0, UR_DKG_TRANSCRIPT_BYTES);
    UR_TRY(ur_reader_skip(&r, 1 + 8 + UR_SHA256_BYTES));
    return ur_reader_copy(&r, out, UR_DKG_TRANSCRIPT_BYTES);
}
