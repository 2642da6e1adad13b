#include "tests/model/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND 1000
#define MARGIN (60 * SECOND)

/* ---- chance ---- */

static uint64_t next_random(m_world *w)
{
    w->random += 0x9e3779b97f4a7c15u;
    uint64_t z = w->random;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t below(m_world *w, uint64_t n) { return next_random(w) % n; }
static bool one_in(m_world *w, uint64_t n) { return below(w, n) == 0; }
static int64_t between(m_world *w, int64_t a, int64_t b) { return a + (int64_t)below(w, (uint64_t)(b - a + 1)); }

static void broken(m_world *w, const char *what)
{
    if (w->broken == NULL && !w->only_beside) {
        w->broken = what;
    }
}

/* ---- the network ---- */

static void deliver(m_world *w, const m_message *m, int64_t from, bool stored)
{
    if (w->pending < M_MEMPOOL) {
        w->mempool[w->pending++] = (m_pending){*m, from, stored};
    }
}

/* A transaction arrives within a few seconds; a hostile host may keep a copy and feed it later. */
static void submit(m_world *w, const m_message *m)
{
    deliver(w, m, w->now + between(w, 0, 4 * SECOND), false);
    if (!w->calm && one_in(w, 12)) {
        deliver(w, m, w->now + between(w, 10 * SECOND, 900 * SECOND), true);
    }
}

/* An instance's own transaction passes its host. */
static void submit_from(m_world *w, const m_instance *i, const m_message *m)
{
    if (!i->cut_out) {
        submit(w, m);
    } else if (one_in(w, 2) && !w->calm) {
        deliver(w, m, w->now + between(w, 60 * SECOND, 1200 * SECOND), true);
    }
}

/* What somebody with verified headers up to `view` knows: the state after the block before. */
static const m_vault *proven(const m_world *w, uint64_t view) { return &w->blocks[view - 1].after; }
static m_now header(const m_world *w, uint64_t view) { return (m_now){w->blocks[view].time, view}; }

/* ---- invariants ---- */

static bool serves(const m_world *w, const m_instance *i)
{
    return i->role == M_RUNNING && !i->frozen && !i->quiesced && w->now < i->lease_end &&
           w->blocks[i->view].time < i->lease_stop;
}

static void check_serving(m_world *w)
{
    int serving = 0;
    for (int n = 0; n < w->instances; n++) {
        const m_instance *i = &w->instance[n];
        if (serves(w, i)) {
            serving++;
            bool was_activated = w->vault.epoch > i->epoch || (w->vault.epoch == i->epoch && w->vault.instance == n);
            if (!was_activated && !i->by_key_on_disk) {
                broken(w, "an instance serves before its activation");
            }
        }
    }
    if (serving > 1) {
        broken(w, "two instances serve at one time");
    }
}

static bool is_good_evidence(const m_world *w, uint64_t evidence)
{
    for (size_t k = 0; k < w->good_count; k++) {
        if (w->good_evidence[k] == evidence) {
            return true;
        }
    }
    return false;
}

/* What a fencing, and every share, must rest on, told from the walk's own history and not from the rules. */
static void check_fence(m_world *w, const m_vault *before, const m_effect *e, m_now now)
{
    const m_request *r = &e->at_fence;
    if (!is_good_evidence(w, r->evidence)) {
        broken(w, "fenced on evidence that no honest keyper accepted");
    }
    if (m_bits(r->votes) < M_THRESHOLD) {
        broken(w, "fenced by fewer than t votes");
    }
    if (e->migration) {
        return;
    }
    if (m_bits(r->approvals) < M_QUORUM) {
        broken(w, "fenced without a quorum");
    }
    if (now.time < r->time + w->policy.veto || now.height < r->height + w->policy.veto_blocks) {
        broken(w, "fenced before the window was over");
    }
    uint64_t challenge = w->evidence_challenge[r->evidence % 4096];
    if (challenge < r->height + w->policy.veto_blocks) {
        broken(w, "fenced on a quote that was made before the window was over");
    }
    if (before->state == M_ACTIVE) {
        if (now.time < before->heartbeat_time + w->policy.period + w->policy.grace) {
            broken(w, "fenced before silence");
        }
        if (now.height < before->heartbeat_height + w->policy.silence_blocks) {
            broken(w, "fenced before silence in blocks");
        }
        const m_instance *i = &w->instance[before->instance];
        int64_t quiet = w->policy.period + w->policy.grace + w->policy.veto;
        int64_t chain_since = w->halted_since > 0 ? w->halted_since : 0;
        bool well = i->role == M_RUNNING && !i->quiesced && !i->frozen && !i->cut_in && !i->cut_out;
        if (well && w->now - i->well_since > quiet && w->now - chain_since > 60 * SECOND) {
            broken(w, "a living, connected instance was fenced");
        }
    }
}

static void check_counters(m_world *w, const m_vault *before)
{
    if (w->vault.epoch < before->epoch || w->vault.next_request < before->next_request ||
        (w->vault.epoch == before->epoch && w->vault.version < before->version) ||
        w->vault.sequence < before->sequence) {
        broken(w, "a counter went back");
    }
}

/* ---- the chain ---- */

static void print_executed(const m_world *w, const m_message *m, m_now now, bool taken)
{
    printf("%7" PRId64 " s  block %4" PRIu64 " (%+" PRId64 " s)  %-13s by %4d signer %3d epoch %" PRIu64 " seq %" PRIu64 " request %" PRIu64
           " for %d: %s, state %d\n",
           (w->now - 1000000 * (int64_t)SECOND) / SECOND, now.height, (now.time - w->now) / SECOND, m_kind_names[m->kind], m->sender,
           m->signer, m->epoch, m->sequence, m->request, m->recipient, taken ? "taken" : "refused", (int)w->vault.state);
}

static void execute(m_world *w, const m_message *m, m_now now)
{
    m_vault before = w->vault;
    m_effect e;
    bool taken = m_apply(&w->vault, &w->policy, w->rules, m, now, &e);
    w->counted[m->kind][taken ? 0 : 1]++;
    if (w->trace) {
        print_executed(w, m, now, taken);
    }
    if (!taken) {
        w->vault = before;
    }
    if (e.fenced) {
        w->fences++;
        check_fence(w, &before, &e, now);
    }
    if (e.shared && before.state == M_ACTIVE) {
        broken(w, "a share was published before the vault was fenced");
    }
    w->activations += e.activated ? 1 : 0;
    w->releases += w->vault.state == M_RELEASED && before.state != M_RELEASED ? 1 : 0;
    check_counters(w, &before);
    if (w->beside != NULL) {
        const char *differs = w->beside->apply(w->beside->self, m, now, taken, &before, &w->vault);
        if (differs != NULL && w->broken == NULL) {
            w->broken = differs;
        }
    }
}

static void take_from_mempool(m_world *w, m_now now)
{
    for (size_t left = w->pending; left > 0 && w->pending > 0; left--) {
        size_t k = (size_t)below(w, w->pending);
        if (w->mempool[k].from > w->now || one_in(w, 8)) {
            continue;
        }
        m_message m = w->mempool[k].m;
        w->mempool[k] = w->mempool[--w->pending];
        execute(w, &m, now);
    }
}

/* Block H bears the time at which H - 1 was made: the median of the votes for it. After a halt it is old. */
static void make_block(m_world *w)
{
    const m_block *last = &w->blocks[w->head];
    int64_t time = last->real > last->time ? last->real : last->time + 1;
    w->head++;
    m_now now = {time, w->head};
    take_from_mempool(w, now);
    w->blocks[w->head] = (m_block){time, w->now, w->vault};
    w->next_block = w->now + between(w, 3 * SECOND, 7 * SECOND);
}

/* ---- instances ---- */

static int new_instance(m_world *w, m_role role)
{
    if (w->instances == M_INSTANCES) {
        return -1;
    }
    m_instance *i = &w->instance[w->instances];
    *i = (m_instance){.role = role, .view = w->head, .well_since = w->now, .accepted = true};
    return w->instances++;
}

static m_message statement(m_world *w, int self, m_kind kind)
{
    const m_instance *i = &w->instance[self];
    int carrier = M_ACCOUNT_CARRIER;
    /* Where only one carrier counts, its allowance can be revoked; otherwise the instance simply sends by another. */
    if (one_in(w, 10) || (w->carrier_revoked && m_holds(w->rules, M_ANY_CARRIER))) {
        carrier = M_ACCOUNT_CARRIER + 1;
    }
    return (m_message){.kind = kind, .sender = carrier, .signer = self, .epoch = i->epoch, .sequence = i->sequence,
                       .seen_height = i->view, .version = i->version};
}

static void send_statement(m_world *w, int self, m_message *m)
{
    m_instance *i = &w->instance[self];
    if (i->sent_count == M_SENT) {
        memmove(i->sent, i->sent + 1, sizeof i->sent - sizeof i->sent[0]);
        i->sent_count--;
    }
    i->sent[i->sent_count++] = (m_sent){m->sequence, w->now, m->kind};
    if (w->carrier_revoked && !m_holds(w->rules, M_ANY_CARRIER) && m->sender == M_ACCOUNT_CARRIER) {
        return; /* nobody pays for it */
    }
    submit_from(w, i, m);
}

static void send_heartbeat(m_world *w, int self)
{
    m_instance *i = &w->instance[self];
    i->sequence++;
    /* A new ciphertext only after the last one is proven; until then it is sent along again. */
    if (proven(w, i->view)->version == i->version && (i->version == 0 || one_in(w, 10))) {
        i->version++;
    }
    m_message m = statement(w, self, M_HEARTBEAT);
    send_statement(w, self, &m);
    i->next_send = w->now + between(w, 20 * SECOND, 80 * SECOND);
}

static void stop(m_instance *i)
{
    i->role = M_GONE;
}

/* The first block whose proven state has this sequence. */
static uint64_t recorded_in(const m_world *w, uint64_t view, uint64_t epoch, uint64_t sequence)
{
    uint64_t h = view - 1;
    while (h > 1 && w->blocks[h - 1].after.epoch == epoch && w->blocks[h - 1].after.sequence == sequence) {
        h--;
    }
    return h;
}

/* A newer statement of its own is proven: the lease runs from when that was sent. */
static void renew_lease(m_world *w, m_instance *i, const m_sent *s)
{
    uint64_t h = recorded_in(w, i->view, i->epoch, s->sequence);
    int64_t lag = m_holds(w->rules, M_LEASE_LAG) ? w->blocks[h + 1].time - w->blocks[h].time : 0;
    int64_t span = w->policy.period + w->policy.grace;
    i->lease_end = s->at + span - lag - MARGIN;
    i->lease_stop = w->blocks[h].time + span - MARGIN;
    i->confirmed = s->sequence;
    bool resumes = s->kind == M_HEARTBEAT ? s->sequence > i->quiesced_at : s->kind != M_MIGRATE;
    if (i->quiesced && resumes) {
        i->quiesced = false;
    }
}

static void learn_of_own_statements(m_world *w, int self, const m_vault *v)
{
    m_instance *i = &w->instance[self];
    if (v->sequence <= i->confirmed) {
        return;
    }
    for (size_t k = 0; k < i->sent_count; k++) {
        if (i->sent[k].sequence == v->sequence) {
            m_sent s = i->sent[k];
            renew_lease(w, i, &s);
            return;
        }
    }
    stop(i); /* a sequence recorded that it did not send */
}

/* Its policy change may have been recorded, or somebody else's epoch begun. */
static bool learn_of_epoch(m_world *w, int self, const m_vault *v)
{
    m_instance *i = &w->instance[self];
    if (v->epoch == i->epoch) {
        return true;
    }
    if (v->instance != self) {
        stop(i); /* a successor is active: wipe */
        return false;
    }
    i->epoch = v->epoch;
    i->version = v->version;
    if (i->role == M_FORMER) {
        i->role = M_RUNNING;
        i->quiesced = false;
    }
    return true;
}

static void act_running(m_world *w, int self)
{
    m_instance *i = &w->instance[self];
    const m_vault *v = proven(w, i->view);
    if (v->epoch < i->epoch) {
        return; /* its view has not reached its own activation */
    }
    if (!learn_of_epoch(w, self, v)) {
        return;
    }
    if (v->state != M_ACTIVE) {
        i->role = M_FORMER;
        return;
    }
    learn_of_own_statements(w, self, v);
    if (i->role != M_RUNNING || w->now < i->next_send) {
        return;
    }
    if (!w->calm && v->version > 0 && one_in(w, 60)) {
        int successor = new_instance(w, M_RECIPIENT);
        if (successor >= 0) {
            i->sequence++;
            m_message m = statement(w, self, M_MIGRATE);
            m.recipient = successor;
            i->quiesced = m_holds(w->rules, M_QUIESCE);
            i->quiesced_at = i->sequence;
            send_statement(w, self, &m);
            i->next_send = w->now + between(w, 90 * SECOND, 200 * SECOND);
            return;
        }
    }
    if (!w->calm && v->version > 0 && one_in(w, 60)) {
        i->sequence++;
        m_message m = statement(w, self, M_CHANGE_POLICY);
        m.sender = M_ACCOUNT_OWNER;
        i->quiesced = m_holds(w->rules, M_QUIESCE);
        i->quiesced_at = i->sequence;
        send_statement(w, self, &m);
        i->next_send = w->now + between(w, 40 * SECOND, 100 * SECOND);
        return;
    }
    send_heartbeat(w, self);
}

static void act_former(m_world *w, int self)
{
    m_instance *i = &w->instance[self];
    const m_vault *v = proven(w, i->view);
    if (!learn_of_epoch(w, self, v)) {
        return;
    }
    if (i->role == M_RUNNING) {
        learn_of_own_statements(w, self, v);
        return;
    }
    if (m_activation_is_over(v, &w->policy, header(w, i->view)) && w->now >= i->next_send) {
        i->sequence++;
        m_message m = statement(w, self, M_ACTIVATE);
        m.epoch = v->epoch + 1;
        send_statement(w, self, &m);
        i->next_send = w->now + between(w, 20 * SECOND, 60 * SECOND);
    }
}

static void send_evidence(m_world *w, int self, const m_request *r)
{
    m_instance *i = &w->instance[self];
    m_message m = {.kind = M_EVIDENCE, .sender = self, .request = r->number, .evidence = ++w->evidence};
    if (i->accepted && w->good_count < 1024) {
        w->good_evidence[w->good_count++] = m.evidence;
    }
    w->evidence_challenge[m.evidence % 4096] = r->challenge_height;
    i->answered = r->challenge_height;
    submit_from(w, i, &m);
}

/* Begin, attest, activate: whatever the proven record says is due. */
static void act_recipient(m_world *w, int self)
{
    m_instance *i = &w->instance[self];
    const m_vault *v = proven(w, i->view);
    m_now now = header(w, i->view);
    if (v->instance == self && v->epoch == i->epoch && i->sent_count > 0) {
        i->role = M_RUNNING;
        i->version = v->version;
        learn_of_own_statements(w, self, v);
        return;
    }
    if (v->state == M_RELEASED && v->recipient == self && w->now >= i->next_send) {
        i->epoch = v->epoch + 1;
        i->sequence = (v->sequence > i->sequence ? v->sequence : i->sequence) + 1;
        m_message m = statement(w, self, M_ACTIVATE);
        m.sender = self;
        send_statement(w, self, &m);
        i->next_send = w->now + between(w, 10 * SECOND, 30 * SECOND);
        return;
    }
    for (int s = 0; s < M_SLOTS; s++) {
        const m_request *r = &v->slot[s];
        if (!r->open || r->recipient != self || w->now < i->next_send) {
            continue;
        }
        if (m_challenge_lives(r, &w->policy, now) && r->evidence == 0 && i->answered != r->challenge_height) {
            send_evidence(w, self, r);
        } else if (!m_challenge_lives(r, &w->policy, now) && !i->careless) {
            m_message m = {.kind = M_BEGIN, .sender = self, .request = r->number};
            submit_from(w, i, &m);
            i->next_send = w->now + between(w, 5 * SECOND, 20 * SECOND);
        }
    }
}

static void act_instances(m_world *w)
{
    for (int n = 0; n < w->instances; n++) {
        m_instance *i = &w->instance[n];
        if (i->frozen || i->role == M_NOBODY || i->role == M_GONE) {
            continue;
        }
        if (!i->cut_in && (w->calm || !one_in(w, 3))) {
            i->view = w->head;
        }
        if (i->role == M_RUNNING) {
            act_running(w, n);
        } else if (i->role == M_FORMER) {
            act_former(w, n);
        } else {
            act_recipient(w, n);
        }
    }
}

/* ---- keypers, requesters, guardians ---- */

static void keyper_votes(m_world *w, int k, const m_vault *v, m_now now)
{
    for (int s = 0; s < M_SLOTS; s++) {
        const m_request *r = &v->slot[s];
        if (!r->open || r->evidence == 0 || w->keyper_voted[k] == r->evidence) {
            continue;
        }
        bool migration = s == M_SLOTS - 1;
        bool due = migration || (v->state == M_ACTIVE ? m_is_silent(v, &w->policy, w->rules, now) : m_activation_is_over(v, &w->policy, now));
        bool window = migration || m_window_is_over(r, &w->policy, w->rules, now);
        bool within = is_good_evidence(w, r->evidence) && due && window && m_has_quorum(r, migration);
        if (within || w->keyper_hostile[k]) {
            m_message m = {.kind = M_VOTE, .sender = M_ACCOUNT_KEYPER + k, .keyper = k, .request = r->number, .evidence = r->evidence};
            submit(w, &m);
            if (!one_in(w, 5)) {
                w->keyper_voted[k] = r->evidence; /* else it will say it again: a retry */
            }
        }
    }
}

static void keyper_shares(m_world *w, int k, const m_vault *v)
{
    uint64_t release = v->epoch * 1000 + v->release;
    if (v->state == M_RELEASING && w->keyper_shared[k] != release && !(w->keyper_hostile[k] && one_in(w, 2))) {
        m_message m = {.kind = M_SHARE, .sender = M_ACCOUNT_KEYPER + k, .keyper = k, .epoch = v->epoch, .release = v->release};
        submit(w, &m);
        if (!one_in(w, 5)) {
            w->keyper_shared[k] = release;
        }
    }
}

static void act_keypers(m_world *w)
{
    for (int k = 0; k < M_KEYPERS; k++) {
        if (w->keyper_up[k] && !one_in(w, 4)) {
            const m_vault *v = proven(w, w->head);
            keyper_votes(w, k, v, header(w, w->head));
            keyper_shares(w, k, v);
        }
    }
}

static bool is_waiting(const m_world *w, const m_vault *v, int slot, m_now now)
{
    const m_request *r = &v->slot[slot];
    if (!r->open || m_request_is_over(r, &w->policy, now)) {
        return false;
    }
    const m_instance *i = &w->instance[r->recipient];
    return i->role == M_RECIPIENT && !i->frozen && !i->cut_in && !i->cut_out && i->accepted && !i->careless;
}

/* Whether somebody is on the way to serving without a request of the honest requester. */
static bool is_provided_for(const m_world *w, const m_vault *v, m_now now)
{
    if (v->state == M_ACTIVE) {
        return !m_is_silent(v, &w->policy, w->rules, now);
    }
    const m_instance *i = &w->instance[v->recipient];
    return i->role == M_RECIPIENT && !m_activation_is_over(v, &w->policy, now);
}

static void ask(m_world *w, int requester, bool accepted)
{
    int n = new_instance(w, M_RECIPIENT);
    if (n < 0) {
        return;
    }
    w->instance[n].accepted = accepted;
    w->instance[n].careless = !w->calm && one_in(w, 8);
    m_message m = {.kind = M_REQUEST, .sender = M_ACCOUNT_REQUESTER + requester, .recipient = n};
    submit(w, &m);
}

static void act_requesters(m_world *w)
{
    const m_vault *v = proven(w, w->head);
    m_now now = header(w, w->head);
    if (v->version == 0) {
        return;
    }
    if (!is_provided_for(w, v, now) && !is_waiting(w, v, 0, now) && w->now >= w->next_ask[0]) {
        ask(w, 0, true);
        w->next_ask[0] = w->now + between(w, 40 * SECOND, 120 * SECOND);
    }
    bool may = v->state != M_ACTIVE || m_is_silent(v, &w->policy, w->rules, now);
    if (may && w->now >= w->next_ask[1] && w->instances < M_INSTANCES - 200) {
        ask(w, 1, !w->calm && one_in(w, 3)); /* the hostile one, who also asks for what must be refused */
        w->next_ask[1] = w->now + (w->hostile_stubborn ? between(w, 5 * SECOND, 40 * SECOND) : between(w, 60 * SECOND, 300 * SECOND));
    }
}

static void act_guardians(m_world *w)
{
    const m_vault *v = proven(w, w->head);
    for (int g = 0; g < M_GUARDIANS; g++) {
        for (int s = 0; s < M_REQUESTERS; s++) {
            const m_request *r = &v->slot[s];
            bool wants = g == 0 ? s == 0 || one_in(w, 3) : one_in(w, 4); /* the second one approves anything */
            if (r->open && (r->approvals >> g & 1) == 0 && wants && one_in(w, 3)) {
                m_message m = {.kind = M_APPROVE, .sender = M_ACCOUNT_GUARDIAN + g, .request = r->number, .recipient = r->recipient};
                submit(w, &m);
            }
        }
    }
}

/* ---- what goes wrong ---- */

static int running_instance(const m_world *w)
{
    for (int n = w->instances - 1; n >= 0; n--) {
        if (w->instance[n].role == M_RUNNING || w->instance[n].role == M_FORMER) {
            return n;
        }
    }
    return -1;
}

static void unwell(m_world *w, m_instance *i) { i->well_since = w->now; }

/* A disk is copied and started elsewhere: without the key of the instance nothing comes of it. */
static void start_copy(m_world *w, int of)
{
    int n = new_instance(w, M_GONE);
    if (n < 0 || m_holds(w->rules, M_NO_KEY_ON_DISK)) {
        return;
    }
    w->instance[n] = w->instance[of];
    w->instance[n].by_key_on_disk = true;
    w->instance[n].frozen = w->instance[n].cut_in = w->instance[n].cut_out = false;
}

static void go_wrong_with(m_world *w, int n)
{
    m_instance *i = &w->instance[n];
    unwell(w, i);
    switch (below(w, 6)) {
    case 0:
        i->frozen = !i->frozen;
        break;
    case 1:
        i->cut_in = !i->cut_in;
        break;
    case 2:
        i->cut_out = !i->cut_out;
        break;
    case 3:
        i->cut_in = i->cut_out = !i->cut_in;
        break;
    case 4:
        start_copy(w, n);
        break;
    default:
        if (one_in(w, 2)) {
            stop(i); /* the machine is lost */
        }
        break;
    }
}

static void heal(m_world *w)
{
    for (int n = 0; n < w->instances; n++) {
        m_instance *i = &w->instance[n];
        if (i->frozen || i->cut_in || i->cut_out) {
            i->frozen = i->cut_in = i->cut_out = false;
            unwell(w, i);
        }
    }
}

static int keypers_up(const m_world *w)
{
    int n = 0;
    for (int k = 0; k < M_KEYPERS; k++) {
        n += w->keyper_up[k] ? 1 : 0;
    }
    return n;
}

static void go_wrong(m_world *w)
{
    int n = one_in(w, 4) && w->instances > 0 ? (int)below(w, (uint64_t)w->instances) : running_instance(w);
    switch (below(w, 9)) {
    case 0:
    case 1:
    case 2:
        if (n >= 0) {
            go_wrong_with(w, n);
        }
        break;
    case 3:
    case 4:
        heal(w);
        break;
    case 5:
        if (one_in(w, 2)) {
            w->halted = !w->halted;
        } else if (!w->halted && w->storm == 0) {
            w->halted = true;
            w->storm = w->now + between(w, 100 * SECOND, 300 * SECOND);
        }
        break;
    case 6: {
        size_t k = (size_t)below(w, M_KEYPERS);
        w->keyper_up[k] = !w->keyper_up[k] || keypers_up(w) <= M_KEYPERS - 3;
        break;
    }
    case 7:
        w->carrier_revoked = !w->carrier_revoked;
        break;
    default:
        w->hostile_stubborn = !w->hostile_stubborn;
        break;
    }
}

/* ---- time ---- */

/* The chain halts for minutes, goes on, and a little later the instance is cut off that just sent its heartbeat. */
static void pass_storm(m_world *w)
{
    if (w->storm == 0 || w->now < w->storm) {
        return;
    }
    int n = running_instance(w);
    if (w->halted) {
        w->halted = false;
        w->storm = w->now + between(w, 8 * SECOND, 30 * SECOND);
    } else {
        w->storm = 0;
        if (n >= 0) {
            unwell(w, &w->instance[n]);
            w->instance[n].cut_in = w->instance[n].cut_out = true;
        }
    }
}

static void pass_time(m_world *w)
{
    w->now += between(w, 1 * SECOND, 4 * SECOND);
    pass_storm(w);
    if (w->halted) {
        w->halted_since = w->now;
    } else if (w->now >= w->next_block && w->head + 2 < M_BLOCKS) {
        make_block(w);
    }
}

static void tick(m_world *w)
{
    pass_time(w);
    check_serving(w);
    act_instances(w);
    act_keypers(w);
    act_requesters(w);
    act_guardians(w);
    check_serving(w);
}

void m_world_step(m_world *w)
{
    if (one_in(w, 25)) {
        go_wrong(w);
    }
    tick(w);
}

void m_world_init(m_world *w, m_block *blocks, uint64_t seed, uint32_t rules, const m_beside *beside)
{
    bool trace = w->trace, only_beside = w->only_beside;
    *w = (m_world){.trace = trace, .only_beside = only_beside, .random = seed, .rules = rules, .blocks = blocks, .beside = beside};
    w->policy = (m_policy){.period = 100 * SECOND,
                           .grace = 240 * SECOND,
                           .veto = 30 * SECOND,
                           .ttl = 1500 * SECOND,
                           .activation = 200 * SECOND,
                           .silence_blocks = 20,
                           .veto_blocks = 5,
                           .challenge_blocks = 10,
                           .max_lag = 20};
    w->now = 1000000 * (int64_t)SECOND;
    for (uint64_t h = 1; h <= 2; h++) {
        w->head = h;
        blocks[h] = (m_block){w->now - (int64_t)(3 - h) * 5 * SECOND, w->now - (int64_t)(2 - h) * 5 * SECOND, {0}};
    }
    for (int k = 0; k < M_KEYPERS; k++) {
        w->keyper_up[k] = true;
        w->keyper_hostile[k] = k < M_THRESHOLD - 1;
    }
    int first = new_instance(w, M_RUNNING);
    w->instance[first].epoch = 1;
    m_now now = header(w, w->head);
    m_vault_create(&w->vault, now, first);
    if (beside != NULL) {
        beside->begin(beside->self, &w->policy, now, first);
    }
    for (uint64_t h = 1; h <= w->head; h++) {
        blocks[h].after = w->vault;
    }
    w->next_block = w->now + 5 * SECOND;
}

/* ---- the calm after ---- */

static bool somebody_serves(const m_world *w)
{
    for (int n = 0; n < w->instances; n++) {
        if (serves(w, &w->instance[n])) {
            return true;
        }
    }
    return false;
}

void m_world_calm(m_world *w, m_calm how)
{
    if (w->vault.version == 0) {
        return; /* nothing was entrusted yet */
    }
    w->calm = true;
    w->halted = false;
    heal(w);
    w->storm = 0;
    w->carrier_revoked = how == M_CALM_ALL_WELL && w->carrier_revoked;
    w->hostile_stubborn = true;
    int running = running_instance(w);
    if (how == M_CALM_ONE_WAY && running >= 0) {
        w->instance[running].cut_in = true;
    }
    for (int k = 0; k < M_KEYPERS; k++) {
        w->keyper_hostile[k] = false;
        w->keyper_up[k] = how != M_CALM_NO_KEYPERS && k >= M_KEYPERS - M_THRESHOLD;
    }
    if (how == M_CALM_NO_KEYPERS && (running < 0 || w->vault.state == M_ACTIVE || w->vault.instance != running)) {
        return; /* says nothing about this end */
    }
    /* Long enough for a lease to end, a request that waits to expire, and a recovery that follows. */
    int64_t until = w->now + 3 * (w->policy.ttl + w->policy.activation + w->policy.period + w->policy.grace);
    int64_t served_since = 0;
    while (w->now < until && w->broken == NULL && w->head + 4 < M_BLOCKS) {
        tick(w);
        bool by_cut = how == M_CALM_ONE_WAY && running >= 0 && serves(w, &w->instance[running]);
        if (how == M_CALM_NO_KEYPERS && w->vault.instance != running) {
            return; /* a recipient's activation was under way: the former instance has a successor, alive or not */
        }
        if (somebody_serves(w) && !by_cut) {
            served_since = w->now;
            break;
        }
    }
    if (w->broken == NULL && served_since == 0) {
        broken(w, how == M_CALM_NO_KEYPERS ? "a living former instance does not come back"
                                           : "with t keypers and an accepted recipient the secret is lost");
    }
}
