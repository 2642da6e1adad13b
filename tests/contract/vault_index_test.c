/* An indexer that sees events alone, and the heights and times of their blocks, knows after any life what the ledger knows: state,
 * requests, votes, shares, policy, images. Random lives, long ones, are compared with the contract's own answers as they go. */
#include "tests/contract/vault_kit.h"

#include "core/codec/base64.h"

enum { VAULTS = 2, REQUESTS_MAX = 512 };

typedef struct seen_request {
    bool pending;
    uint64_t opened, slot, challenged, votes, generation;
    char recipient[100], evidence[64];
    size_t approvals;
} seen_request;

typedef struct seen_vault {
    char state[40], owner[100], label[80], policy_hash[64], ciphertext_hash[64], secret[140], instance_key[64], policy[8192];
    uint64_t committee, epoch, sequence, seen_height, version, heartbeat, heartbeat_ns, created;
    uint64_t release, release_request, fenced_ns, released_ns, shares, shares_generation;
    char release_recipient[100];
    size_t images;
    seen_request requests[REQUESTS_MAX];
} seen_vault;

typedef struct indexer {
    seen_vault vaults[VAULTS + 1];
    size_t at; /* events read */
} indexer;

/* ---- reading events ---- */

static ur_json event_of(const kit_event *e)
{
    ur_json v;
    assert_ok(ur_json_parse_var(&v, ur_span_str_var(e->json)));
    return v;
}

/* An attribute's text. */
static void text_of(ur_json event, const char *name, char *out, size_t cap)
{
    ur_json_iter it;
    ur_json a;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(event, "attributes")));
    while (ur_json_next_var(&it, &a)) {
        if (ur_json_is_var(ur_json_get_var(a, "key"), ur_span_str_var(name))) {
            ur_span s;
            assert_ok(ur_json_string_var(&s, out, cap - 1, ur_json_get_var(a, "value")));
            memmove(out, s.p, s.n);
            out[s.n] = '\0';
            return;
        }
    }
    fail_msg("no attribute %s", name);
}

static uint64_t number_of(ur_json event, const char *name)
{
    char text[40], *end;
    text_of(event, name, text, sizeof text);
    uint64_t x = strtoull(text, &end, 10);
    assert_true(*text != '\0' && *end == '\0');
    return x;
}

#define TEXT(name, out) text_of(event, name, out, sizeof(out))

static seen_request *request_of(seen_vault *v, ur_json event)
{
    uint64_t q = number_of(event, "request");
    assert_in_range(q, 1, REQUESTS_MAX - 1);
    return &v->requests[q];
}

static void forget_requests(seen_vault *v)
{
    for (size_t i = 0; i < REQUESTS_MAX; i++) {
        v->requests[i].pending = false;
    }
}

static void sign_of_life(seen_vault *v, ur_json event, const kit_event *e)
{
    v->epoch = number_of(event, "epoch");
    v->sequence = number_of(event, "sequence");
    v->seen_height = number_of(event, "seen_height");
    v->heartbeat = e->height;
    v->heartbeat_ns = e->time_ns;
    forget_requests(v);
}

static void open_request(seen_vault *v, ur_json event, const kit_event *e, uint64_t slot)
{
    seen_request *q = request_of(v, event);
    for (size_t i = 0; i < REQUESTS_MAX; i++) {
        v->requests[i].pending = v->requests[i].pending && v->requests[i].slot != slot;
    }
    *q = (seen_request){.pending = true, .slot = slot, .opened = e->height};
    TEXT("recipient", q->recipient);
}

static void take_statement(seen_vault *v, const char *type, ur_json event, const kit_event *e)
{
    sign_of_life(v, event, e);
    if (strcmp(type, "heartbeat") == 0) {
        v->version = number_of(event, "version");
    } else if (strcmp(type, "migrating") == 0) {
        open_request(v, event, e, UC_SLOT_MIGRATION);
    } else if (strcmp(type, "retired") == 0) {
        (void)snprintf(v->state, sizeof v->state, "retired");
        v->images = 0;
    } else if (strcmp(type, "policy_changed") == 0) {
        TEXT("policy_hash", v->policy_hash);
        TEXT("policy", v->policy);
        v->images = 0;
    } else {
        (void)snprintf(v->state, sizeof v->state, "active");
        TEXT("instance_key", v->instance_key);
        v->release = 0;
    }
}

static void take_fenced(seen_vault *v, ur_json event, const kit_event *e)
{
    (void)snprintf(v->state, sizeof v->state, "releasing");
    v->release = number_of(event, "release");
    v->release_request = number_of(event, "request");
    TEXT("recipient", v->release_recipient);
    v->fenced_ns = e->time_ns;
    v->released_ns = v->shares = v->shares_generation = 0;
    request_of(v, event)->pending = false;
    for (size_t i = 0; i < REQUESTS_MAX; i++) {
        v->requests[i].pending = v->requests[i].pending && v->requests[i].slot != UC_SLOT_MIGRATION;
    }
}

static void take_recovery(seen_vault *v, const char *type, ur_json event, const kit_event *e)
{
    if (strcmp(type, "requested") == 0) {
        open_request(v, event, e, number_of(event, "slot"));
    } else if (strcmp(type, "approved") == 0) {
        request_of(v, event)->approvals++;
    } else if (strcmp(type, "challenged") == 0) {
        seen_request *q = request_of(v, event);
        q->challenged = e->height;
        q->votes = 0;
        q->evidence[0] = '\0';
    } else if (strcmp(type, "evidence") == 0) {
        TEXT("evidence_hash", request_of(v, event)->evidence);
    } else if (strcmp(type, "release_voted") == 0) {
        seen_request *q = request_of(v, event);
        uint64_t generation = number_of(event, "generation");
        q->votes = generation == q->generation ? q->votes + 1 : 1;
        q->generation = generation;
        assert_int_equal(q->votes, number_of(event, "count"));
    } else if (strcmp(type, "fenced") == 0) {
        take_fenced(v, event, e);
    } else if (strcmp(type, "shared") == 0) {
        uint64_t generation = number_of(event, "generation");
        v->shares = generation == v->shares_generation ? v->shares + 1 : 1;
        v->shares_generation = generation;
    } else {
        v->released_ns = e->time_ns;
        (void)snprintf(v->state, sizeof v->state, "%s", type);
        if (strcmp(type, "opened") == 0) {
            forget_requests(v);
        }
    }
}

static void take(indexer *x, const kit_event *e)
{
    ur_json event = event_of(e);
    char type[40];
    ur_span t;
    assert_ok(ur_json_plain_var(&t, ur_json_get_var(event, "type")));
    (void)snprintf(type, sizeof type, "%.*s", (int)t.n, (const char *)t.p);
    uint64_t id = number_of(event, "vault");
    assert_in_range(id, 1, VAULTS);
    seen_vault *v = &x->vaults[id];
    if (strcmp(type, "vault_created") == 0) {
        *v = (seen_vault){.epoch = 1, .committee = number_of(event, "committee"), .heartbeat = e->height, .heartbeat_ns = e->time_ns};
        v->created = e->height;
        (void)snprintf(v->state, sizeof v->state, "active");
        TEXT("owner", v->owner);
        TEXT("label", v->label);
        TEXT("instance_key", v->instance_key);
        TEXT("policy_hash", v->policy_hash);
        TEXT("policy", v->policy);
    } else if (strcmp(type, "ciphertext") == 0) {
        v->version = number_of(event, "version");
        TEXT("hash", v->ciphertext_hash);
        TEXT("secret", v->secret);
    } else if (strcmp(type, "image_added") == 0) {
        v->images++;
    } else if (strcmp(type, "heartbeat") == 0 || strcmp(type, "migrating") == 0 || strcmp(type, "retired") == 0 ||
               strcmp(type, "policy_changed") == 0 || strcmp(type, "activated") == 0) {
        take_statement(v, type, event, e);
    } else {
        take_recovery(v, type, event, e);
    }
}

static void catch_up(indexer *x, const kit_world *w)
{
    for (; x->at < w->event_count; x->at++) {
        take(x, &w->events[x->at]);
    }
}

/* ---- comparing with the contract's answers ---- */

static ur_json answer(kit_world *w, const char *what)
{
    ur_json v;
    kit_ask(w, "{\"%s\":{\"vault\":%llu}}", what, (unsigned long long)w->vault);
    assert_ok(ur_json_parse_var(&v, ur_span_str_var(w->result)));
    return v;
}

static void same_text(ur_json v, const char *name, const char *want)
{
    if (!ur_json_is_var(ur_json_get_var(v, name), ur_span_str_var(want))) {
        fail_msg("%s: %.*s, the indexer has %s", name, (int)ur_json_get_var(v, name).raw.n, (const char *)ur_json_get_var(v, name).raw.p, want);
    }
}

static void same_number(ur_json v, const char *name, uint64_t want)
{
    uint64_t x;
    assert_ok(ur_json_u64_var(&x, ur_json_get_var(v, name)));
    if (x != want) {
        fail_msg("%s: %llu, the indexer has %llu", name, (unsigned long long)x, (unsigned long long)want);
    }
}

static void compare_requests(kit_world *w, const seen_vault *s)
{
    ur_json list = ur_json_get_var(answer(w, "requests"), "requests"), q;
    ur_json_iter it;
    size_t pending = 0;
    for (size_t i = 0; i < REQUESTS_MAX; i++) {
        pending += s->requests[i].pending;
    }
    assert_int_equal(ur_json_count_var(list), pending);
    assert_ok(ur_json_array_var(&it, list));
    while (ur_json_next_var(&it, &q)) {
        uint64_t number, bits;
        assert_ok(ur_json_u64_var(&number, ur_json_get_var(q, "request")));
        const seen_request *r = &s->requests[number];
        assert_true(r->pending);
        same_text(q, "recipient", r->recipient);
        same_number(q, "slot", r->slot);
        same_number(ur_json_get_var(q, "opened"), "height", r->opened);
        assert_ok(ur_json_u64_var(&bits, ur_json_get_var(q, "approvals")));
        assert_int_equal(__builtin_popcountll(bits), r->approvals);
        if (r->challenged != 0) {
            same_number(ur_json_get_var(q, "challenge"), "height", r->challenged);
        }
        if (r->evidence[0] != '\0') {
            same_text(q, "evidence_hash", r->evidence);
            same_number(ur_json_get_var(q, "votes"), "count", r->votes);
        } else {
            assert_int_equal(ur_json_kind_var(ur_json_get_var(q, "votes")), UR_JSON_NULL);
        }
    }
}

static void compare_release(kit_world *w, const seen_vault *s)
{
    ur_json r = answer(w, "release");
    same_number(r, "release", s->release);
    same_number(r, "request", s->release_request);
    same_text(r, "recipient", s->release_recipient);
    char ns[30];
    (void)snprintf(ns, sizeof ns, "%llu", (unsigned long long)s->fenced_ns);
    same_text(ur_json_get_var(r, "fenced"), "time_ns", ns);
    ur_json shares = answer(w, "shares");
    assert_int_equal(ur_json_count_var(ur_json_get_var(shares, "shares")), s->shares);
    same_number(shares, "generation", s->shares_generation);
}

static void compare(kit_world *w, const indexer *x)
{
    const seen_vault *s = &x->vaults[w->vault];
    ur_json v = answer(w, "vault");
    same_text(v, "state", s->state);
    same_text(v, "owner", s->owner);
    same_text(v, "label", s->label);
    same_text(v, "policy_hash", s->policy_hash);
    same_text(v, "instance_key", s->instance_key);
    same_number(v, "committee", s->committee);
    same_number(v, "epoch", s->epoch);
    same_number(v, "sequence", s->sequence);
    same_number(v, "seen_height", s->seen_height);
    same_number(v, "version", s->version);
    same_number(ur_json_get_var(v, "heartbeat"), "height", s->heartbeat);
    same_number(ur_json_get_var(v, "created"), "height", s->created);
    if (s->version > 0) {
        same_text(v, "ciphertext_hash", s->ciphertext_hash);
        same_text(v, "secret", s->secret);
    }
    compare_requests(w, s);
    if (strcmp(s->state, "active") != 0 && strcmp(s->state, "retired") != 0) {
        compare_release(w, s);
    }
    if (strcmp(s->state, "retired") != 0) {
        assert_true(ur_span_eq_var(ur_json_get_var(answer(w, "policy"), "policy").raw, ur_span_str_var(s->policy)));
        assert_int_equal(ur_json_count_var(ur_json_get_var(answer(w, "images"), "images")), s->images);
    }
}

/* ---- random lives: whatever comes of a message, the indexer has to agree ---- */

static void send_number(kit_world *w, int sender, const char *message, uint64_t q)
{
    kit_send(w, sender, "{\"%s\":{\"vault\":%llu,\"request\":%llu}}", message, (unsigned long long)w->vault, (unsigned long long)q);
}

static uint64_t some_request(kit_world *w, test_rng *rng)
{
    ur_key k;
    if (!kit_has(w, ur_key_numbers(&k, w->vault))) {
        return 1;
    }
    uint64_t last = kit_last_request(w), back = test_rng_below(rng, 2);
    return last > back ? last - back : 1;
}

/* Requests name the two machines in turn. */
static int machine_of(uint64_t q) { return q % 2 == 0 ? KIT_TEE : KIT_TEE_2; }

/* The current release and the request it answers; 1 where there is none. */
static uint64_t some_release(kit_world *w, uint64_t *request)
{
    ur_json v;
    uint64_t number = 1;
    *request = 1;
    kit_ask(w, "{\"release\":{\"vault\":%llu}}", (unsigned long long)w->vault);
    assert_ok(ur_json_parse_var(&v, ur_span_str_var(w->result)));
    if (ur_json_u64_var(&number, ur_json_get_var(v, "release")) == UR_OK) {
        assert_ok(ur_json_u64_var(request, ur_json_get_var(v, "request")));
    }
    return number == 0 ? 1 : number;
}

static void speak(kit_world *w, test_rng *rng)
{
    kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    switch (test_rng_below(rng, 5)) {
    case 0:
        s = kit_say(w, UR_STATEMENT_MIGRATE);
        break;
    case 1:
        s = kit_say(w, UR_STATEMENT_CHANGE_POLICY);
        break;
    case 2:
        s.version++;
        s.ciphertext = "another file";
        s.secret = "its name";
        break;
    default:
        break;
    }
    kit_speak(w, KIT_OWNER, &s);
}

static void take_over(kit_world *w, test_rng *rng)
{
    kit_instance next = kit_instance_of((uint8_t)(1 + test_rng_below(rng, 200)));
    uint64_t request;
    some_release(w, &request);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    bool former = test_rng_below(rng, 4) == 0;
    s.key = &next;
    s.signer = former ? &w->instance : &next;
    kit_speak(w, former ? KIT_CARRIER : machine_of(request), &s);
    if (strncmp(w->result, "{\"ok\"", 5) == 0) {
        w->instance = next;
    }
}

static void ask_for_recovery(kit_world *w, test_rng *rng)
{
    ur_key k;
    uint64_t next = kit_has(w, ur_key_numbers(&k, w->vault)) ? kit_last_request(w) + 1 : 1;
    kit_send(w, test_rng_below(rng, 2) == 0 ? KIT_ALICE : KIT_BOB, "{\"request\":{\"vault\":%llu,\"recipient\":{\"tee\":\"%s\"}}}",
             (unsigned long long)w->vault, kit_account(machine_of(next)));
}

static void step(kit_world *w, test_rng *rng)
{
    uint64_t q = some_request(w, rng), request;
    uint32_t index = 1 + (uint32_t)test_rng_below(rng, 3);
    kit_recipient r;
    switch (test_rng_below(rng, 60)) {
    case 0:
        speak(w, rng);
        break;
    case 1:
        kit_add_image(w, test_rng_below(rng, 2) == 0 ? KIT_IMAGE_JSON("01") : KIT_IMAGE_JSON("02"));
        break;
    case 2:
        if (kit_vault(w).pending == 0) { /* else it would only outlive its requests */
            kit_wait(w, KIT_SILENCE_S, KIT_SILENCE_BLOCKS);
        }
        break;
    case 3: case 4: case 5:
        if (kit_vault(w).pending == 0 || test_rng_below(rng, 12) == 0) {
            ask_for_recovery(w, rng);
        }
        break;
    case 6: case 7: case 8: case 9: case 10:
        kit_wait(w, KIT_VETO_S / 2, KIT_VETO_BLOCKS / 2);
        break;
    case 11: case 12: case 13: case 14: case 15:
        take_over(w, rng);
        break;
    default:
        switch (test_rng_below(rng, 5)) {
        case 0:
            kit_send(w, KIT_GUARDIAN, "{\"approve\":{\"vault\":%llu,\"request\":%llu,\"recipient\":\"%s\"}}", (unsigned long long)w->vault,
                     (unsigned long long)q, kit_account(machine_of(q)));
            break;
        case 1:
            if (test_rng_below(rng, 4) == 0) {
                send_number(w, machine_of(q), "begin", q);
            }
            break;
        case 2:
            r = kit_recipient_make(w, q, machine_of(q), (uint8_t)q);
            kit_send_evidence(w, q, &r, false);
            break;
        case 3:
            kit_send_vote(w, q, index);
            break;
        default: {
            uint64_t release = some_release(w, &request);
            r = kit_recipient_make(w, request, machine_of(request), (uint8_t)request);
            kit_send_share(w, release, index, &r);
            break;
        }
        }
    }
}

static void walk(void **state)
{
    kit_world *w = *state;
    test_rng rng = test_rng_start("random life");
    indexer *x = calloc(1, sizeof *x);
    size_t sides = w->s.side_count;
    w->s.side_count = 1; /* the walk is about events: the three sides are compared by the other tests */
    size_t limit = REQUESTS_MAX - 2, steps = 0, epochs = 0, counts[UC_EVENT_COUNT] = {0};
    for (; epochs < 4 && some_request(w, &rng) < limit; steps++) {
        size_t before = w->event_count;
        step(w, &rng);
        catch_up(x, w);
        if (w->event_count > before) {
            epochs += strstr(w->events[before].json, "\"type\":\"activated\"") != NULL;
            compare(w, x);
        }
    }
    for (size_t i = 0; i < w->event_count; i++) {
        for (uc_event e = 0; e < UC_EVENT_COUNT; e++) {
            char type[60];
            (void)snprintf(type, sizeof type, "\"type\":\"%s\"}", uc_event_type(e));
            counts[e] += strstr(w->events[i].json, type) != NULL;
        }
    }
    print_message("%zu steps, %zu events, %zu activations, %zu releases\n", steps, w->event_count, counts[UC_EVENT_activated],
                  counts[UC_EVENT_released]);
    assert_true(counts[UC_EVENT_fenced] > 0 && counts[UC_EVENT_activated] > 0);
    w->s.side_count = sides;
    free(x);
}

/* The ends: a key's owner opens, an instance retires. */
static void ends(void **state)
{
    kit_world *w = *state;
    indexer *x = calloc(1, sizeof *x);
    kit_fall_silent(w);
    kit_request(w, KIT_BOB, KIT_TEE_2);
    uint64_t q = kit_request_key(w, KIT_ALICE, KIT_HEIR);
    kit_approve(w, q, KIT_HEIR);
    kit_window(w);
    kit_begin(w, q, KIT_HEIR);
    kit_recipient r = kit_heir_make(w, KIT_HEIR);
    kit_send_evidence(w, q, &r, true);
    kit_votes(w, q);
    catch_up(x, w);
    compare(w, x);
    kit_shares(w, 1, &r);
    catch_up(x, w);
    compare(w, x);
    kit_create_vault(w);
    kit_next_version(w, "a file");
    kit_saying s = kit_say(w, UR_STATEMENT_RETIRE);
    kit_speak(w, KIT_CARRIER, &s);
    catch_up(x, w);
    compare(w, x);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(walk, kit_set_up, kit_tear_down),
        cmocka_unit_test_setup_teardown(ends, kit_set_up, kit_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
