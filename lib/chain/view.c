#include "lib/chain/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/codec/hex.h"
#include "core/codec/pb.h"
#include "lib/suite/light.h"

enum {
    NAME_MAX_HERE = 200,
    DEPTH_MAX = 64,            /* headers waiting on each other: a bisection halves a 63-bit distance */
    STEPS_MAX = 4096,          /* headers verified in one call */
    FIRST_PAUSE_MS = 500,
    LAST_PAUSE_MS = 60000,
    LIAR_PAUSE_MS = 600000,
    POLL_MS = 500,
    ASK_MS = 10000,
    WITNESS_TRIES = 4,
    CACHE = 32
};

typedef struct source {
    ur_chain_source ask;
    char name[NAME_MAX_HERE];
    int64_t height;
    unsigned failures;
    uint64_t until_ms; /* put aside, on the boot clock */
    bool lied;
    bool not_yet; /* its last answer: it does not have that height yet */
} source;

/* A proven record of the header that was used last. */
typedef struct cached {
    int64_t under;
    size_t key_n;
    uint8_t key[UR_VIEW_KEY_MAX + 33]; /* store, 0, key */
    bool present;
    uint8_t *value;
    size_t value_n;
} cached;

struct ur_view {
    ur_trust *trust;
    ur_view_options o;
    ur_anchor anchor;
    ur_light_rules rules;
    size_t n;
    source sources[UR_VIEW_SOURCES_MAX];
    bool forked;
    /* A validator set that hashes to next_hash: the one that was needed last, as sets change rarely. */
    ur_validators next;
    uint8_t next_hash[UR_SHA256_BYTES];
    bool has_next;
    /* What newest_by showed as its newest, until it is looked at. */
    ur_light_block newest;
    const source *newest_by;
    ur_light_block *pending[DEPTH_MAX]; /* work space of a bisection */
    ur_light_header found[DEPTH_MAX * 4];
    cached cache[CACHE];
    size_t cache_at;
};

/* ---- time ---- */

static uint64_t boot_ms(const ur_view *v) { return v->o.clock->boot_ms(v->o.clock->context); }

static ur_time now_of(const ur_view *v)
{
    int64_t ms = v->o.clock->unix_ms(v->o.clock->context);
    return ms < 0 ? (ur_time){0} : (ur_time){ms / 1000, (uint32_t)(ms % 1000) * 1000000u};
}

static void really_sleep(void *context, unsigned ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)context;
    (void)nanosleep(&t, NULL);
}

/* ---- making ---- */

ur_status ur_view_new(ur_view **out, ur_trust *trust, const ur_view_options *options, ur_err *err)
{
    *out = NULL;
    ur_view *v = calloc(1, sizeof *v);
    if (v == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    v->trust = trust;
    v->o = *options;
    v->o.ops = v->o.ops != NULL ? v->o.ops : ur_suite_light_ops();
    v->o.clock = v->o.clock != NULL ? v->o.clock : ur_clock_system();
    v->o.sleep = v->o.sleep != NULL ? v->o.sleep : really_sleep;
    v->o.ask_ms = v->o.ask_ms != 0 ? v->o.ask_ms : ASK_MS;
    ur_status st = ur_trust_anchor(trust, &v->anchor, err);
    if (st == UR_OK) {
        st = ur_light_rules_init_var(&v->rules, ur_span_str_var(v->anchor.chain_id), v->anchor.trusting_period_s);
    }
    if (st == UR_OK) {
        st = ur_trust_check_fork(trust, err);
    }
    if (st != UR_OK) {
        ur_view_free(&v);
        return st;
    }
    if (v->o.trust_den != 0) {
        v->rules.trust_num = v->o.trust_num;
        v->rules.trust_den = v->o.trust_den;
    }
    if (strncmp(v->anchor.chain_id, "dev-", 4) == 0) {
        v->rules.drift_s = INT64_MAX / 4; /* development chains may travel through time */
    }
    *out = v;
    return UR_OK;
}

static void clear_cache(ur_view *v)
{
    for (size_t i = 0; i < CACHE; i++) {
        free(v->cache[i].value);
        v->cache[i] = (cached){0};
    }
}

void ur_view_free(ur_view **view)
{
    ur_view *v = *view;
    if (v == NULL) {
        return;
    }
    for (size_t i = 0; i < v->n; i++) {
        ur_chain_source_free(&v->sources[i].ask);
    }
    for (size_t i = 0; i < DEPTH_MAX; i++) {
        free(v->pending[i]);
    }
    clear_cache(v);
    free(v);
    *view = NULL;
}

ur_status ur_view_add_source(ur_view *v, ur_chain_source *s, const char *name, ur_err *err)
{
    if (v->n == UR_VIEW_SOURCES_MAX) {
        ur_chain_source_free(s);
        return ur_err_set(err, UR_E_LIMIT, "at most %d sources", UR_VIEW_SOURCES_MAX);
    }
    source *to = &v->sources[v->n++];
    to->ask = *s;
    (void)snprintf(to->name, sizeof to->name, "%s", name);
    *s = (ur_chain_source){0};
    return UR_OK;
}

size_t ur_view_source_count(const ur_view *v) { return v->n; }

void ur_view_source_state_of(const ur_view *v, size_t i, ur_view_source_state *out)
{
    const source *s = &v->sources[i];
    uint64_t now = boot_ms(v);
    *out = (ur_view_source_state){s->name, s->height, s->failures, 0, s->lied};
    if (s->until_ms > now) {
        out->put_aside_s = (unsigned)((s->until_ms - now + 999) / 1000);
    }
}

/* ---- health ---- */

static bool is_ready(const ur_view *v, const source *s) { return s->until_ms <= boot_ms(v); }

static void worked(source *s)
{
    s->failures = 0;
    s->until_ms = 0;
}

/* No answer: a pause that doubles. */
static void failed(const ur_view *v, source *s)
{
    uint64_t pause = FIRST_PAUSE_MS;
    for (unsigned i = 0; i < s->failures && pause < LAST_PAUSE_MS; i++) {
        pause *= 2;
    }
    s->failures++;
    s->until_ms = boot_ms(v) + (pause < LAST_PAUSE_MS ? pause : LAST_PAUSE_MS);
}

/* An answer that does not verify: a long pause, and it is remembered. */
static void lied(ur_view *v, source *s, const char *what)
{
    uint8_t buf[2048];
    ur_writer w;
    ur_json_writer j;
    ur_span text;
    s->lied = true;
    s->failures++;
    s->until_ms = boot_ms(v) + LIAR_PAUSE_MS;
    ur_writer_init(&w, buf, sizeof buf);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "source");
    ur_json_put_text(&j, s->name);
    ur_json_key(&j, "what");
    ur_json_put_text(&j, what);
    ur_json_end_object(&j);
    if (ur_json_writer_end(&j, &text) == UR_OK) {
        (void)!ur_trust_add_evidence(v->trust, now_of(v).s, false, text, NULL);
    }
}

/* Whether a failure is the source's, so that asking another makes sense; and what it does to its health. */
static bool is_source_failure(ur_view *v, source *s, ur_status st, const ur_err *err)
{
    switch (st) {
    case UR_E_UNAVAILABLE:
        if (!s->not_yet) { /* who waits for the next block asks again soon */
            failed(v, s);
        }
        s->not_yet = false;
        return true;
    case UR_E_INPUT:
    case UR_E_LIMIT:
    case UR_E_PROOF:
        lied(v, s, ur_err_text(err, st));
        return true;
    default:
        return false;
    }
}

/* ---- believing ---- */

static ur_status expired(const ur_light_header *h, const ur_view *v, ur_err *err)
{
    char text[UR_TIME_TEXT_MAX];
    size_t n = ur_time_text_var(text, h->time);
    const int64_t days = v->rules.trusting_period_s / 86400;
    return ur_err_set(err, UR_E_STATE,
                      "the newest verified header (height %" PRId64 ", %.*s) is older than the trusting period of %" PRId64
                      " %s: take a recent height and hash from somebody you trust, compare them with a second one, and run"
                      " `unrug light init --renew --height N --hash HEX`",
                      h->height, (int)n, text, days > 0 ? days : v->rules.trusting_period_s, days > 0 ? "days" : "seconds");
}

/* The set that a trusted header announced: kept, or asked for and compared with the announced hash. */
static ur_status announced_set(ur_view *v, const source *s, const ur_light_header *trusted, ur_err *err)
{
    uint8_t hash[UR_SHA256_BYTES];
    if (v->has_next && ur_eq_var(v->next_hash, trusted->next_validators, sizeof hash)) {
        return UR_OK;
    }
    v->has_next = false;
    UR_TRY(ur_node_validators(&s->ask, &v->next, trusted->height + 1, v->o.ask_ms, err));
    ur_comet_validators_hash_var(hash, &v->next);
    if (!ur_eq_var(hash, trusted->next_validators, sizeof hash)) {
        return ur_err_set(err, UR_E_PROOF, "height %" PRId64 ": not the validator set that was announced", trusted->height + 1);
    }
    memcpy(v->next_hash, hash, sizeof hash);
    v->has_next = true;
    return UR_OK;
}

/* Fetch a block, if it is not the one that the source has just shown; its set is fetched only where no kept one has the right
 * hash. */
static ur_status fetch(ur_view *v, const source *s, ur_light_block *b, int64_t height, ur_err *err)
{
    if (v->newest_by == s && v->newest.header.height == height) {
        b->header = v->newest.header;
        b->commit = v->newest.commit;
        v->newest_by = NULL;
    } else {
        UR_TRY(ur_node_commit(&s->ask, b, height, v->o.ask_ms, err));
    }
    if (v->has_next && b->header.validators.n == sizeof v->next_hash &&
        ur_eq_var(v->next_hash, b->header.validators.bytes, sizeof v->next_hash)) {
        b->validators = v->next;
        return UR_OK;
    }
    return ur_node_validators(&s->ask, &b->validators, height, v->o.ask_ms, err);
}

/* The set of a header that was just believed is most probably the next one's. */
static void keep_set(ur_view *v, const ur_light_block *b)
{
    if (!v->has_next || !ur_eq_var(v->next_hash, b->header.validators.bytes, sizeof v->next_hash)) {
        v->next = b->validators;
        memcpy(v->next_hash, b->header.validators.bytes, sizeof v->next_hash);
        v->has_next = true;
    }
}

static ur_light_block *work_space(ur_view *v, size_t i)
{
    if (v->pending[i] == NULL) {
        v->pending[i] = malloc(sizeof *v->pending[i]);
    }
    return v->pending[i];
}

/* The anchor's own header, by its hash and its own validators' signatures. */
static ur_status fetch_anchor(ur_view *v, const source *s, ur_light_header *out, ur_err *err)
{
    ur_light_reason why;
    ur_light_block *b = work_space(v, 0);
    if (b == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    UR_TRY(fetch(v, s, b, v->anchor.height, err));
    ur_status st = ur_light_check_own_var(out, &why, &v->rules, v->o.ops, b);
    if (st != UR_OK) {
        return ur_err_set(err, st, "the anchor's header, height %" PRId64 ": %s", v->anchor.height, ur_light_reason_text(why));
    }
    if (!ur_eq_var(out->hash, v->anchor.hash, sizeof out->hash)) {
        memset(out, 0, sizeof *out);
        return ur_err_set(err, UR_E_PROOF, "height %" PRId64 " has another hash than the anchor", v->anchor.height);
    }
    return UR_OK;
}

/* Walk from a trusted header to height with one source, by halves where trust does not reach. found gets the headers that were
 * believed on the way; nothing is stored. */
static ur_status walk(ur_view *v, const source *s, ur_light_header trusted, int64_t height, size_t *found, ur_err *err)
{
    int64_t wanted[DEPTH_MAX];
    size_t depth = 0, steps = 0;
    ur_light_block *b = work_space(v, 0);
    *found = 0;
    wanted[0] = height;
    if (b == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    UR_TRY(fetch(v, s, b, height, err));
    while (trusted.height < height) {
        ur_light_header next;
        ur_light_reason why;
        if (++steps > STEPS_MAX) {
            return ur_err_set(err, UR_E_LIMIT, "more than %d headers on the way to height %" PRId64, STEPS_MAX, height);
        }
        if (v->o.progress != NULL) {
            v->o.progress(v->o.context, &(ur_view_progress){trusted.height, wanted[depth], height, (unsigned)steps - 1});
        }
        b = v->pending[depth];
        if (b->header.height != trusted.height + 1) {
            UR_TRY(announced_set(v, s, &trusted, err));
        }
        ur_status st = ur_light_verify_var(&next, &why, &v->rules, v->o.ops, &trusted, &v->next, b, now_of(v));
        if (why == UR_LIGHT_EXPIRED) {
            return expired(&trusted, v, err);
        }
        if (why == UR_LIGHT_FROM_FUTURE) { /* it may be our clock that is wrong: no lie, and no use */
            return ur_err_set(err, UR_E_UNAVAILABLE, "height %" PRId64 ": %s", wanted[depth], ur_light_reason_text(why));
        }
        if (st == UR_OK) {
            trusted = next;
            keep_set(v, b);
            if (*found == sizeof v->found / sizeof *v->found) { /* keep the end; the beginning is only a longer way */
                memmove(v->found, v->found + 1, (*found - 1) * sizeof *v->found);
                --*found;
            }
            v->found[(*found)++] = next;
            depth -= depth > 0 ? 1 : 0;
        } else if (why == UR_LIGHT_TRUST && depth + 1 < DEPTH_MAX) {
            int64_t middle = trusted.height + (wanted[depth] - trusted.height) / 2;
            b = work_space(v, ++depth);
            if (b == NULL) {
                return ur_err_set(err, UR_E_MEMORY, "no memory");
            }
            wanted[depth] = middle;
            UR_TRY(fetch(v, s, b, middle, err));
        } else {
            return ur_err_set(err, why == UR_LIGHT_NONE ? st : st == UR_E_UNAVAILABLE ? UR_E_PROOF : st, "height %" PRId64 ": %s",
                              wanted[depth], why == UR_LIGHT_NONE ? ur_status_text(st) : ur_light_reason_text(why));
        }
    }
    return UR_OK;
}

/* Where to walk from: the newest believed header below height, or the anchor. *own is set when height itself is believed. */
static ur_status start_of(ur_view *v, const source *s, ur_light_header *from, int64_t height, bool *own, ur_err *err)
{
    ur_status st = ur_trust_at_or_below(v->trust, from, height, err);
    *own = st == UR_OK && from->height == height;
    if (st != UR_E_ABSENT) {
        return st;
    }
    if (height < v->anchor.height) {
        return ur_err_set(err, UR_E_USAGE, "height %" PRId64 " lies below the anchor at %" PRId64, height, v->anchor.height);
    }
    UR_TRY(fetch_anchor(v, s, from, err));
    *own = height == v->anchor.height;
    return UR_OK;
}

static ur_status report_fork(ur_view *v, const ur_light_header *a, const char *by_a, const ur_light_header *b, const char *by_b,
                             ur_err *err)
{
    const ur_light_header *headers[2] = {a, b};
    const char *names[2] = {by_a, by_b};
    uint8_t buf[2048];
    ur_writer w;
    ur_json_writer j;
    ur_span text;
    ur_writer_init(&w, buf, sizeof buf);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "fork");
    ur_json_begin_array(&j);
    for (size_t i = 0; i < 2; i++) {
        ur_json_begin_object(&j);
        ur_json_key(&j, "hash");
        ur_json_put_hex(&j, ur_span_of(headers[i]->hash, UR_SHA256_BYTES));
        ur_json_key(&j, "height");
        ur_json_put_u64_text(&j, (uint64_t)headers[i]->height);
        ur_json_key(&j, "source");
        ur_json_put_text(&j, names[i]);
        ur_json_end_object(&j);
    }
    ur_json_end_array(&j);
    ur_json_end_object(&j);
    v->forked = true; /* whatever happens to the evidence */
    UR_TRY(ur_json_writer_end(&j, &text));
    UR_TRY(ur_trust_add_evidence(v->trust, now_of(v).s, true, text, err));
    return ur_err_set(err, UR_E_POLICY, "two verified headers of height %" PRId64 ", from %s and %s: the chain forked. Nothing is"
                      " believed until somebody has looked", a->height, by_a, by_b);
}

/* One witness: UR_OK if it shows the same header; UR_E_POLICY on a fork; else its own failure. */
static ur_status ask_witness(ur_view *v, source *w, const source *primary, const ur_light_header *from,
                             const ur_light_header *believed, ur_err *err)
{
    ur_light_header theirs = {0};
    size_t found;
    ur_light_block *b = work_space(v, 0);
    UR_TRY(ur_node_commit(&w->ask, b, believed->height, v->o.ask_ms, err));
    ur_comet_header_hash_var(theirs.hash, &b->header);
    if (ur_eq_var(theirs.hash, believed->hash, sizeof theirs.hash)) {
        return UR_OK;
    }
    /* Another header. Only if it verifies too is it a fork; otherwise this witness is wrong. */
    ur_light_header kept[sizeof v->found / sizeof *v->found];
    memcpy(kept, v->found, sizeof kept);
    ur_status st = walk(v, w, *from, believed->height, &found, err);
    if (st == UR_OK && found > 0) {
        theirs = v->found[found - 1];
    }
    memcpy(v->found, kept, sizeof kept);
    if (st != UR_OK) {
        return st == UR_E_STATE ? UR_E_UNAVAILABLE : st;
    }
    if (ur_eq_var(theirs.hash, believed->hash, sizeof theirs.hash)) {
        return ur_err_set(err, UR_E_PROOF, "gave two headers of one height");
    }
    return report_fork(v, believed, primary->name, &theirs, w->name, err);
}

/* As many others as asked show the same. */
static ur_status ask_witnesses(ur_view *v, const source *primary, const ur_light_header *from, const ur_light_header *believed,
                               ur_err *err)
{
    unsigned agreed = 0;
    for (size_t i = 0; i < v->n && agreed < v->o.witnesses; i++) {
        source *w = &v->sources[i];
        if (w == primary || !is_ready(v, w)) {
            continue;
        }
        ur_err why;
        ur_err_clear(&why);
        ur_status st = ask_witness(v, w, primary, from, believed, &why);
        for (int again = 0; again < WITNESS_TRIES && st == UR_E_UNAVAILABLE; again++) { /* it may be a moment behind */
            v->o.sleep(v->o.context, POLL_MS);
            st = ask_witness(v, w, primary, from, believed, &why);
        }
        if (st == UR_OK) {
            agreed++;
            worked(w);
        } else if (!is_source_failure(v, w, st, &why)) {
            return ur_err_set(err, st, "%s", ur_err_text(&why, st));
        }
    }
    return agreed >= v->o.witnesses ? UR_OK
                                    : ur_err_set(err, UR_E_UNAVAILABLE, "%u of %u witnesses confirmed height %" PRId64, agreed,
                                                 v->o.witnesses, believed->height);
}

/* With one source as the primary: walk, ask witnesses, store. */
static ur_status sync_with(ur_view *v, source *s, ur_light_header *out, int64_t height, ur_err *err)
{
    ur_light_header from;
    size_t found;
    bool own;
    UR_TRY(start_of(v, s, &from, height, &own, err));
    if (own) {
        if (height == v->anchor.height) {
            UR_TRY(ur_trust_add(v->trust, &from, 1, err));
        }
        *out = from;
        return UR_OK;
    }
    UR_TRY(walk(v, s, from, height, &found, err));
    const ur_light_header target = v->found[found - 1];
    UR_TRY(ask_witnesses(v, s, &from, &target, err));
    if (from.height == v->anchor.height) {
        UR_TRY(ur_trust_add(v->trust, &from, 1, err));
    }
    UR_TRY(ur_trust_add(v->trust, v->found, found, err));
    *out = target;
    return UR_OK;
}

/* The same for a height that may lie ahead of what the source has: then that is what the error says, and no failure of it. */
static ur_status sync_or_wait(ur_view *v, source *s, ur_light_header *out, int64_t height, ur_err *err)
{
    ur_status st = sync_with(v, s, out, height, err);
    if (st == UR_E_UNAVAILABLE && ur_node_latest(&s->ask, &s->height, v->o.ask_ms, NULL) == UR_OK && s->height < height) {
        s->not_yet = true;
        return ur_err_set(err, st, "has height %" PRId64 ", and not %" PRId64 " yet", s->height, height);
    }
    return st;
}

static ur_status check_fork(const ur_view *v, ur_err *err)
{
    return v->forked ? ur_err_set(err, UR_E_POLICY, "the chain forked: see the evidence in the trust store") : UR_OK;
}

/* The newest height that this source claims, no lower than what is believed. */
static ur_status newest_of(ur_view *v, source *s, int64_t *out, ur_err *err)
{
    ur_light_header believed;
    v->newest_by = NULL;
    UR_TRY(ur_node_commit(&s->ask, &v->newest, 0, v->o.ask_ms, err));
    v->newest_by = s;
    *out = s->height = v->newest.header.height;
    if (ur_trust_newest(v->trust, &believed, NULL) == UR_OK && believed.height > *out) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "is behind: it has height %" PRId64 ", %" PRId64 " is verified already", *out,
                          believed.height);
    }
    return *out >= v->anchor.height ? UR_OK
                                    : ur_err_set(err, UR_E_UNAVAILABLE, "has not reached the anchor at height %" PRId64 " yet",
                                                 v->anchor.height);
}

/* What a caller wants of one source. */
typedef ur_status one_try(ur_view *v, source *s, void *context, ur_err *err);

/* Ask one source after the other, and again after a pause, until one could help or the time is over. */
static ur_status try_sources(ur_view *v, one_try *try, void *context, unsigned timeout_ms, ur_err *err)
{
    uint64_t end = boot_ms(v) + timeout_ms;
    ur_err last;
    ur_err_clear(&last);
    UR_TRY(check_fork(v, err));
    for (;;) {
        for (size_t i = 0; i < v->n; i++) {
            source *s = &v->sources[i];
            if (!is_ready(v, s)) {
                continue;
            }
            ur_err why;
            ur_err_clear(&why);
            ur_status st = try(v, s, context, &why);
            if (st == UR_OK) {
                worked(s);
                return UR_OK;
            }
            (void)!ur_err_set(&last, st, "%s: %s", s->name, ur_err_text(&why, st));
            if (!is_source_failure(v, s, st, &why)) {
                return ur_err_set(err, st, "%s", ur_err_text(&last, st));
            }
        }
        if (boot_ms(v) >= end) {
            return ur_err_set(err, UR_E_UNAVAILABLE, v->n == 0 ? "no sources are configured" : "no source could help%s%s",
                              last.text[0] != '\0' ? ": " : " (all are put aside for now)", last.text);
        }
        uint64_t left = end - boot_ms(v);
        v->o.sleep(v->o.context, left < POLL_MS ? (unsigned)left : POLL_MS);
    }
}

typedef struct sync_want {
    int64_t height;
    ur_light_header *out;
} sync_want;

static ur_status try_sync(ur_view *v, source *s, void *context, ur_err *err)
{
    sync_want *w = context;
    int64_t height = w->height;
    if (height == 0) {
        UR_TRY(newest_of(v, s, &height, err));
    }
    return sync_or_wait(v, s, w->out, height, err);
}

ur_status ur_view_sync(ur_view *v, ur_light_header *out, int64_t height, unsigned timeout_ms, ur_err *err)
{
    memset(out, 0, sizeof *out);
    UR_TRY(check_fork(v, err));
    if (height < 0) {
        return ur_err_set(err, UR_E_USAGE, "heights are not negative");
    }
    if (height > 0 && ur_trust_at_or_below(v->trust, out, height, NULL) == UR_OK && out->height == height) {
        return UR_OK;
    }
    memset(out, 0, sizeof *out);
    ur_status st = try_sources(v, try_sync, &(sync_want){height, out}, timeout_ms, err);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    return st;
}

/* ---- records ---- */

static bool cache_key(uint8_t *out, size_t *n, ur_span store, ur_span key)
{
    ur_writer w;
    ur_writer_init(&w, out, UR_VIEW_KEY_MAX + 33);
    ur_writer_span(&w, store);
    ur_writer_u8(&w, 0);
    ur_writer_span(&w, key);
    *n = w.n;
    return !w.overflow;
}

static cached *cache_find(ur_view *v, int64_t under, const uint8_t *key, size_t n)
{
    for (size_t i = 0; i < CACHE; i++) {
        if (v->cache[i].under == under && v->cache[i].key_n == n && ur_eq_var(v->cache[i].key, key, n)) {
            return &v->cache[i];
        }
    }
    return NULL;
}

static ur_status give(ur_view_records *out, size_t i, bool present, ur_span value, ur_err *err)
{
    out->record[i].present = present;
    if (!present) {
        return UR_OK;
    }
    out->block[i] = malloc(value.n);
    if (out->block[i] == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    memcpy(out->block[i], value.p, value.n);
    out->record[i].value = ur_span_of(out->block[i], value.n);
    return UR_OK;
}

/* What is proven goes into the cache as well, if there is memory. */
static void remember(ur_view *v, int64_t under, const uint8_t *key, size_t key_n, ur_span value)
{
    cached *c = &v->cache[v->cache_at++ % CACHE];
    free(c->value);
    *c = (cached){0};
    c->value = value.n > 0 ? malloc(value.n) : NULL;
    if (value.n > 0 && c->value == NULL) {
        return;
    }
    if (value.n > 0) {
        memcpy(c->value, value.p, value.n);
    }
    c->value_n = value.n;
    c->present = value.n > 0;
    memcpy(c->key, key, key_n);
    c->key_n = key_n;
    c->under = under;
}

/* A record that a source showed, if its proof holds. */
static ur_status prove_record(ur_view *v, ur_view_records *out, size_t i, ur_span store, ur_span key, const ur_node_value *value, ur_err *err)
{
    uint8_t name[UR_VIEW_KEY_MAX + 33];
    size_t name_n;
    ur_status st = out->header.app.n == UR_SHA256_BYTES ? ur_store_check_var(out->header.app.bytes, store, key, value->value, &value->proof)
                                                        : UR_E_PROOF;
    if (st != UR_OK) {
        return ur_err_set(err, st, "the proof of a record of store '%.*s' does not verify under header %" PRId64, (int)store.n,
                          (const char *)store.p, out->header.height);
    }
    if (cache_key(name, &name_n, store, key)) {
        remember(v, out->header.height, name, name_n, value->value);
    }
    return give(out, i, value->value.n > 0, value->value, err);
}

/* Those of the keys at `which`, at most UR_CHAIN_BATCH_MAX, from a source. */
static ur_status some_records(ur_view *v, source *s, ur_view_records *out, ur_span store, const ur_span *keys, const size_t *which, size_t n,
                              ur_err *err)
{
    ur_node_value values[UR_CHAIN_BATCH_MAX] = {0};
    ur_span asked[UR_CHAIN_BATCH_MAX];
    for (size_t i = 0; i < n; i++) {
        asked[i] = keys[which[i]];
    }
    ur_status st = ur_node_query_batch(&s->ask, values, store, asked, n, out->header.height - 1, v->o.ask_ms, err);
    for (size_t i = 0; i < n; i++) {
        if (st == UR_OK) {
            st = prove_record(v, out, which[i], store, asked[i], &values[i], err);
        }
        ur_node_value_free(&values[i]);
    }
    return st;
}

/* All of the keys: what the cache has, the rest from a source. */
static ur_status all_records(ur_view *v, source *s, ur_view_records *out, ur_span store, const ur_span *keys, size_t n, ur_err *err)
{
    uint8_t name[UR_VIEW_KEY_MAX + 33];
    size_t missing[UR_CHAIN_BATCH_MAX], missing_n = 0, name_n;
    for (size_t i = 0; i < n; i++) {
        if (!cache_key(name, &name_n, store, keys[i])) {
            return ur_err_set(err, UR_E_USAGE, "a key has at most %d bytes", UR_VIEW_KEY_MAX);
        }
        const cached *c = cache_find(v, out->header.height, name, name_n);
        if (c != NULL) {
            UR_TRY(give(out, i, c->present, ur_span_of(c->value, c->value_n), err));
        } else {
            missing[missing_n++] = i;
        }
        if (missing_n == UR_CHAIN_BATCH_MAX || (i + 1 == n && missing_n > 0)) {
            UR_TRY(some_records(v, s, out, store, keys, missing, missing_n, err));
            missing_n = 0;
        }
    }
    out->n = n;
    return UR_OK;
}

typedef struct get_want {
    ur_view_records *out;
    ur_span store;
    const ur_span *keys;
    size_t n;
    int64_t under;
} get_want;

static ur_status try_get(ur_view *v, source *s, void *context, ur_err *err)
{
    get_want *w = context;
    int64_t under = w->under;
    ur_view_records_free(w->out);
    if (under == 0) {
        UR_TRY(newest_of(v, s, &under, err));
    }
    ur_status st = ur_trust_at_or_below(v->trust, &w->out->header, under, NULL);
    if (st != UR_OK || w->out->header.height != under) {
        UR_TRY(sync_or_wait(v, s, &w->out->header, under, err));
    }
    return all_records(v, s, w->out, w->store, w->keys, w->n, err);
}

ur_status ur_view_get(ur_view *v, ur_view_records *out, ur_span store, const ur_span *keys, size_t n, int64_t under,
                      unsigned timeout_ms, ur_err *err)
{
    memset(out, 0, sizeof *out);
    if (n < 1 || n > UR_VIEW_KEYS_MAX || under < 0 || under == 1) {
        return ur_err_set(err, UR_E_USAGE, "1 to %d keys, under a header from height 2 on", UR_VIEW_KEYS_MAX);
    }
    get_want w = {out, store, keys, n, under};
    ur_status st = try_sources(v, try_get, &w, timeout_ms, err);
    if (st != UR_OK) {
        ur_view_records_free(out);
    }
    return st;
}

void ur_view_records_free(ur_view_records *records)
{
    for (size_t i = 0; i < UR_VIEW_KEYS_MAX; i++) {
        free(records->block[i]);
    }
    memset(records, 0, sizeof *records);
}

/* ---- a contract's code ---- */

/* wasmd's keys: 05 | contract | position for the history, 01 | code id for a code; numbers are 8 bytes big-endian. */
static size_t history_key(uint8_t out[41], const uint8_t contract[32], uint64_t position)
{
    ur_writer w;
    ur_writer_init(&w, out, 41);
    ur_writer_u8(&w, 5);
    ur_writer_bytes(&w, contract, 32);
    ur_writer_u64be(&w, position);
    return w.n;
}

/* ContractCodeHistoryEntry {1 operation, 2 code_id, 3 updated, 4 msg}; operation 1 is instantiation. */
static ur_status history_entry(uint64_t *code_id, ur_span value, ur_err *err)
{
    static const ur_pb_wire wires[4] = {UR_PB_VARINT, UR_PB_VARINT, UR_PB_BYTES, UR_PB_BYTES};
    ur_pb_field f[4];
    if (ur_pb_fields_var(f, wires, 4, value, UR_PB_CANONICAL) != UR_OK || f[1].u == 0) {
        return ur_err_set(err, UR_E_INPUT, "the contract's code history is not in the form that wasmd writes");
    }
    *code_id = f[1].u;
    return f[0].u == 1 ? UR_OK : ur_err_set(err, UR_E_POLICY, "the contract was not instantiated on this chain");
}

/* CodeInfo begins with {1 code_hash}. */
static ur_status code_checksum(uint8_t out[UR_SHA256_BYTES], ur_span value, ur_err *err)
{
    ur_pb m;
    ur_pb_field f;
    ur_pb_init(&m, value, UR_PB_CANONICAL);
    if (ur_pb_next_var(&m, &f) != UR_OK || f.number != 1 || f.wire != UR_PB_BYTES || f.bytes.n != UR_SHA256_BYTES) {
        return ur_err_set(err, UR_E_INPUT, "the code's record is not in the form that wasmd writes");
    }
    memcpy(out, f.bytes.p, UR_SHA256_BYTES);
    return UR_OK;
}

static ur_status code_history(ur_view *v, ur_view_records *r, ur_view_code *out, const uint8_t contract[32], int64_t under,
                              unsigned timeout_ms, ur_err *err)
{
    uint8_t first[41], second[41], code[9] = {1};
    const ur_span keys[2] = {ur_span_of(first, history_key(first, contract, 1)), ur_span_of(second, history_key(second, contract, 2))};
    UR_TRY(ur_view_get(v, r, UR_SPAN_LIT("wasm"), keys, 2, under, timeout_ms, err));
    if (!r->record[0].present) {
        return ur_err_set(err, UR_E_ABSENT, "there is no such contract under header %" PRId64, r->header.height);
    }
    if (r->record[1].present) {
        return ur_err_set(err, UR_E_POLICY, "the contract's code was replaced after it was instantiated");
    }
    UR_TRY(history_entry(&out->code_id, r->record[0].value, err));
    for (size_t i = 0; i < 8; i++) {
        code[8 - i] = (uint8_t)(out->code_id >> (8 * i));
    }
    const ur_span key = ur_span_of(code, sizeof code);
    int64_t height = r->header.height;
    ur_view_records_free(r);
    UR_TRY(ur_view_get(v, r, UR_SPAN_LIT("wasm"), &key, 1, height, timeout_ms, err));
    if (!r->record[0].present) {
        return ur_err_set(err, UR_E_INPUT, "the contract's code %" PRIu64 " is not recorded", out->code_id);
    }
    out->header = r->header;
    return code_checksum(out->checksum, r->record[0].value, err);
}

ur_status ur_view_code_history(ur_view *v, ur_view_code *out, const uint8_t contract[32], int64_t under, unsigned timeout_ms,
                               ur_err *err)
{
    ur_view_records *r = calloc(1, sizeof *r);
    memset(out, 0, sizeof *out);
    if (r == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    ur_status st = code_history(v, r, out, contract, under, timeout_ms, err);
    ur_view_records_free(r);
    free(r);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    return st;
}
