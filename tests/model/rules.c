#include "tests/model/rules.h"

#include <stddef.h>

const char *const m_rule_names[M_RULES] = {
    [M_ANY_CARRIER] = "any-carrier",
    [M_NO_KEY_ON_DISK] = "no-key-on-disk",
    [M_LEASE_LAG] = "lease-lag",
    [M_QUIESCE] = "quiesce",
    [M_SILENCE_BLOCKS] = "silence-blocks",
    [M_LATE_CHALLENGE] = "late-challenge",
    [M_VOTES_FENCE] = "votes-fence",
    [M_FENCE_BEFORE_SHARES] = "fence-before-shares",
    [M_FORMER_ACTIVATES] = "former-activates",
    [M_SEEN_HEIGHT] = "seen-height",
    [M_VETO] = "veto",
    [M_OWN_SLOTS] = "own-slots",
};

const char *const m_kind_names[M_KINDS] = {
    [M_HEARTBEAT] = "heartbeat", [M_MIGRATE] = "migrate",   [M_CHANGE_POLICY] = "change_policy",
    [M_REQUEST] = "request",     [M_APPROVE] = "approve",   [M_BEGIN] = "begin",
    [M_EVIDENCE] = "evidence",   [M_VOTE] = "vote_release", [M_SHARE] = "share",
    [M_ACTIVATE] = "activate",
};

int m_bits(uint32_t x)
{
    int n = 0;
    for (; x != 0; x &= x - 1) {
        n++;
    }
    return n;
}

void m_vault_create(m_vault *v, m_now now, int instance)
{
    *v = (m_vault){.state = M_ACTIVE,
                   .epoch = 1,
                   .heartbeat_time = now.time,
                   .heartbeat_height = now.height,
                   .instance = instance,
                   .next_request = 1};
}

/* ---- questions ---- */

bool m_is_silent(const m_vault *v, const m_policy *p, uint32_t rules, m_now now)
{
    bool seconds = now.time >= v->heartbeat_time + p->period + p->grace;
    bool blocks = now.height >= v->heartbeat_height + p->silence_blocks;
    return seconds && (blocks || !m_holds(rules, M_SILENCE_BLOCKS));
}

bool m_window_is_over(const m_request *r, const m_policy *p, uint32_t rules, m_now now)
{
    bool seconds = now.time >= r->time + p->veto;
    bool blocks = now.height >= r->height + p->veto_blocks;
    return seconds && (blocks || !m_holds(rules, M_SILENCE_BLOCKS));
}

bool m_request_is_over(const m_request *r, const m_policy *p, m_now now) { return now.time >= r->time + p->ttl; }

bool m_activation_is_over(const m_vault *v, const m_policy *p, m_now now)
{
    int64_t from = v->state == M_RELEASED ? v->released_time : v->fenced_time;
    return now.time >= from + p->activation;
}

int m_slot_of(const m_vault *v, uint64_t request)
{
    for (int s = 0; s < M_SLOTS; s++) {
        if (v->slot[s].open && v->slot[s].number == request) {
            return s;
        }
    }
    return -1;
}

bool m_challenge_lives(const m_request *r, const m_policy *p, m_now now)
{
    return r->challenged && now.height <= r->challenge_height + p->challenge_blocks;
}

bool m_has_quorum(const m_request *r, bool migration) { return migration || m_bits(r->approvals) >= M_QUORUM; }

/* ---- statements of the instance ---- */

static bool statement_counts(const m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now)
{
    if (m->signer != v->instance || m->epoch != v->epoch || m->sequence <= v->sequence) {
        return false;
    }
    if (!m_holds(rules, M_ANY_CARRIER) && m->sender != M_ACCOUNT_CARRIER) {
        return false;
    }
    if (m->seen_height > now.height) {
        return false;
    }
    return !m_holds(rules, M_SEEN_HEIGHT) || now.height - m->seen_height <= p->max_lag;
}

static void record_statement(m_vault *v, const m_message *m, m_now now)
{
    v->sequence = m->sequence;
    v->seen_height = m->seen_height;
    v->heartbeat_time = now.time;
    v->heartbeat_height = now.height;
}

static void delete_requests(m_vault *v)
{
    for (int s = 0; s < M_SLOTS; s++) {
        v->slot[s] = (m_request){0};
    }
}

static bool heartbeat(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now)
{
    bool known_version = m->version == v->version || m->version == v->version + 1;
    if (v->state != M_ACTIVE || !statement_counts(v, p, rules, m, now) || !known_version || m->version == 0) {
        return false;
    }
    record_statement(v, m, now);
    v->version = m->version;
    if (m_holds(rules, M_VETO)) {
        delete_requests(v);
    }
    return true;
}

static void open_request(m_vault *v, int slot, int recipient, m_now now)
{
    v->slot[slot] = (m_request){
        .open = true, .number = v->next_request++, .recipient = recipient, .time = now.time, .height = now.height};
}

static void make_challenge(m_request *r, m_now now)
{
    r->challenged = true;
    r->challenge_height = now.height;
    r->evidence = 0;
    r->votes = 0;
}

/* A migration waits for nothing but its successor; whatever was asked before is answered by its being alive. */
static bool migrate(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now)
{
    if (v->state != M_ACTIVE || v->version == 0 || !statement_counts(v, p, rules, m, now)) {
        return false;
    }
    record_statement(v, m, now);
    delete_requests(v);
    open_request(v, M_SLOTS - 1, m->recipient, now);
    return true;
}

static bool change_policy(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now)
{
    if (v->state != M_ACTIVE || v->version == 0 || m->sender != M_ACCOUNT_OWNER || !statement_counts(v, p, rules | 1u << M_ANY_CARRIER, m, now)) {
        return false;
    }
    record_statement(v, m, now);
    delete_requests(v);
    v->epoch++;
    v->version = 1;
    return true;
}

/* ---- recovery ---- */

static bool request(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now)
{
    int slot = m->sender - M_ACCOUNT_REQUESTER;
    if (slot < 0 || slot >= M_REQUESTERS || v->version == 0) {
        return false;
    }
    if (v->state == M_ACTIVE && !m_is_silent(v, p, rules, now)) {
        return false;
    }
    if (!m_holds(rules, M_OWN_SLOTS)) {
        delete_requests(v);
    }
    open_request(v, slot, m->recipient, now);
    if (!m_holds(rules, M_LATE_CHALLENGE)) {
        make_challenge(&v->slot[slot], now);
    }
    return true;
}

static bool approve(m_vault *v, const m_policy *p, const m_message *m, m_now now)
{
    int slot = m_slot_of(v, m->request), guardian = m->sender - M_ACCOUNT_GUARDIAN;
    if (slot < 0 || slot == M_SLOTS - 1 || guardian < 0 || guardian >= M_GUARDIANS) {
        return false;
    }
    m_request *r = &v->slot[slot];
    if (m_request_is_over(r, p, now) || r->recipient != m->recipient || (r->approvals >> guardian & 1) != 0) {
        return false;
    }
    r->approvals |= 1u << guardian;
    return true;
}

/* A request may go on to a challenge, and with it to votes. */
static bool may_proceed(const m_vault *v, const m_policy *p, uint32_t rules, int slot, m_now now)
{
    const m_request *r = &v->slot[slot];
    if (m_request_is_over(r, p, now)) {
        return false;
    }
    if (slot == M_SLOTS - 1) {
        return v->state == M_ACTIVE;
    }
    bool due = v->state == M_ACTIVE ? m_is_silent(v, p, rules, now) : m_activation_is_over(v, p, now);
    return due && m_window_is_over(r, p, rules, now) && m_has_quorum(r, false);
}

static bool begin(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now)
{
    int slot = m_slot_of(v, m->request);
    if (slot < 0 || v->slot[slot].recipient != m->sender || !may_proceed(v, p, rules, slot, now)) {
        return false;
    }
    if (m_holds(rules, M_LATE_CHALLENGE) || slot == M_SLOTS - 1) {
        make_challenge(&v->slot[slot], now);
    }
    return true;
}

static void fence(m_vault *v, int slot, m_now now, m_effect *effect)
{
    m_request r = v->slot[slot];
    effect->fenced = true;
    effect->at_fence = r;
    effect->migration = slot == M_SLOTS - 1;
    bool again = v->state != M_ACTIVE;
    v->state = M_RELEASING;
    v->release = again ? v->release + 1 : 1;
    v->request = r.number;
    v->recipient = r.recipient;
    v->fenced_time = now.time;
    v->released_time = 0;
    v->shares = 0;
    /* Others' requests stay, so that those who have waited come before who asks anew. */
    v->slot[slot] = v->slot[M_SLOTS - 1] = (m_request){0};
}

static bool evidence(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now, m_effect *effect)
{
    int slot = m_slot_of(v, m->request);
    if (slot < 0) {
        return false;
    }
    m_request *r = &v->slot[slot];
    bool lives = m_challenge_lives(r, p, now) || (r->challenged && !m_holds(rules, M_LATE_CHALLENGE));
    if (r->recipient != m->sender || m_request_is_over(r, p, now) || !lives || r->evidence != 0) {
        return false;
    }
    r->evidence = m->evidence;
    if (!m_holds(rules, M_VOTES_FENCE)) {
        fence(v, slot, now, effect);
    }
    return true;
}

static bool vote(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now, m_effect *effect)
{
    int slot = m_slot_of(v, m->request);
    if (slot < 0) {
        return false;
    }
    m_request *r = &v->slot[slot];
    bool lives = m_challenge_lives(r, p, now) || (r->challenged && !m_holds(rules, M_LATE_CHALLENGE));
    if (m_request_is_over(r, p, now) || !lives || r->evidence == 0 || r->evidence != m->evidence ||
        (r->votes >> m->keyper & 1) != 0) {
        return false;
    }
    uint32_t votes = r->votes | 1u << m->keyper;
    /* The release before may have got its last share since the challenge: its recipient has its time. */
    if (m_bits(votes) >= M_THRESHOLD && v->state != M_ACTIVE && !m_activation_is_over(v, p, now)) {
        return false;
    }
    r->votes = votes;
    if (!m_holds(rules, M_FENCE_BEFORE_SHARES)) {
        effect->shared = true; /* the vote carries its share */
        effect->at_fence = *r;
    }
    if (m_bits(r->votes) >= M_THRESHOLD) {
        fence(v, slot, now, effect);
        if (!m_holds(rules, M_FENCE_BEFORE_SHARES)) {
            v->state = M_RELEASED;
            v->released_time = now.time;
        }
    }
    return true;
}

static bool share(m_vault *v, const m_message *m, m_now now, m_effect *effect)
{
    /* A share is one for an epoch's identity and a release's recipient: it is nothing anywhere else. */
    if (v->state != M_RELEASING || v->epoch != m->epoch || v->release != m->release || (v->shares >> m->keyper & 1) != 0) {
        return false;
    }
    v->shares |= 1u << m->keyper;
    effect->shared = true;
    if (m_bits(v->shares) >= M_THRESHOLD) {
        v->state = M_RELEASED;
        v->released_time = now.time;
    }
    return true;
}

/* By the recipient of the release with a key of its own, or by the former instance once nobody came. */
static bool activate(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now)
{
    if (v->state == M_ACTIVE || m->epoch != v->epoch + 1 || m->sequence <= v->sequence) {
        return false;
    }
    if (m->seen_height > now.height || (m_holds(rules, M_SEEN_HEIGHT) && now.height - m->seen_height > p->max_lag)) {
        return false;
    }
    bool recipient = v->state == M_RELEASED && m->sender == v->recipient && m->signer == m->sender;
    bool former = m_holds(rules, M_FORMER_ACTIVATES) && m->signer == v->instance && m_activation_is_over(v, p, now);
    if (!recipient && !former) {
        return false;
    }
    uint64_t next_request = v->next_request;
    m_vault_create(v, now, m->signer);
    v->epoch = m->epoch;
    v->version = 1;
    v->next_request = next_request;
    record_statement(v, m, now);
    return true;
}

bool m_apply(m_vault *v, const m_policy *p, uint32_t rules, const m_message *m, m_now now, m_effect *effect)
{
    *effect = (m_effect){0};
    bool taken = false;
    switch (m->kind) {
    case M_HEARTBEAT:
        taken = heartbeat(v, p, rules, m, now);
        break;
    case M_MIGRATE:
        taken = migrate(v, p, rules, m, now);
        break;
    case M_CHANGE_POLICY:
        taken = change_policy(v, p, rules, m, now);
        break;
    case M_REQUEST:
        return request(v, p, rules, m, now);
    case M_APPROVE:
        return approve(v, p, m, now);
    case M_BEGIN:
        return begin(v, p, rules, m, now);
    case M_EVIDENCE:
        return evidence(v, p, rules, m, now, effect);
    case M_VOTE:
        return vote(v, p, rules, m, now, effect);
    case M_SHARE:
        return share(v, m, now, effect);
    case M_ACTIVATE:
        taken = effect->activated = activate(v, p, rules, m, now);
        break;
    case M_KINDS:
        break;
    }
    effect->recorded = taken;
    return taken;
}
