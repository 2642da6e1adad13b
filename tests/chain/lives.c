/* Lives of committees and vaults on a chain, and the same natively: each message goes to the chain first, and then to the native
 * contract in the block that the chain put it in. What the chain said is compared by whoever holds the other end of the
 * descriptor (contract_lives.py), which speaks one line a question:
 *
 *     account NAME           -> its address, or "-"
 *     execute SENDER MESSAGE -> HEIGHT TIME_NS
 *     said RESULT            -> ok
 *     asked QUERY            (and then said)
 *     pass BLOCKS SECONDS    -> HEIGHT TIME_NS
 *     record KEY VALUE       -> ok                 hex; every record of the contract, at the end
 *
 *   chain_lives FD CHAIN_ID */
#include <inttypes.h>
#include <unistd.h>

#include "core/codec/bech32.h"
#include "core/codec/hex.h"
#include "tests/contract/troupe.h"
#include "tests/model/speech.h"

enum { VAULTS = 4, LINE_MAX_BYTES = 400000, FIRST_KEYPER = 10, FIRST_INSTANCE = 30 };
#define ALL_RULES ((1u << M_RULES) - 1)

static FILE *in, *out;
static const char *chain_id;

/* ---- the other end ---- */

static const char *ask(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *ask(const char *format, ...)
{
    static char line[512];
    va_list args;
    va_start(args, format);
    assert_true(vfprintf(out, format, args) > 0);
    va_end(args);
    assert_int_equal(fputc('\n', out), '\n');
    assert_int_equal(fflush(out), 0);
    if (fgets(line, sizeof line, in) == NULL) {
        fail_msg("the other end is gone");
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static void where(const char *answer, uint64_t *height, uint64_t *time_ns)
{
    assert_int_equal(sscanf(answer, "%" SCNu64 " %" SCNu64, height, time_ns), 2);
}

static void execute(void *self, const char *sender, ur_span message, uint64_t *height, uint64_t *time_ns)
{
    (void)self;
    where(ask("execute %s %.*s", sender, STAGE_SPAN(message)), height, time_ns);
}

static void said(void *self, scenario_entry entry, ur_span message, ur_span result)
{
    (void)self;
    if (entry == SCENARIO_QUERY) {
        assert_string_equal(ask("asked %.*s", STAGE_SPAN(message)), "ok");
    }
    assert_string_equal(ask("said %.*s", STAGE_SPAN(result)), "ok");
}

static void pass(void *self, uint64_t blocks, uint64_t seconds, uint64_t *height, uint64_t *time_ns)
{
    (void)self;
    where(ask("pass %" PRIu64 " %" PRIu64, blocks, seconds), height, time_ns);
}

static const char *account(void *self, const char *name)
{
    static char kept[64][UR_BECH32_MAX + 1];
    static size_t n;
    (void)self;
    const char *address = ask("account %s", name);
    if (strcmp(address, "-") == 0) {
        return NULL;
    }
    assert_true(n < 64 && strlen(address) <= UR_BECH32_MAX);
    memcpy(kept[n], address, strlen(address) + 1);
    return kept[n++];
}

static const scenario_elsewhere chain = {NULL, execute, said, pass, account};

/* ---- vaults ---- */

typedef struct play {
    stage stage;
    troupe troupe;
    m_policy policy;
    m_speaker speaker[VAULTS];
    m_vault vault[VAULTS];
    const char *requester[M_REQUESTERS], *guardian[M_GUARDIANS]; /* rising, as policies have them */
} play;

static void sort_two(const char **a)
{
    if (strcmp(a[0], a[1]) > 0) {
        const char *kept = a[0];
        a[0] = a[1];
        a[1] = kept;
    }
}

static const char *address_of(const play *p, int who)
{
    const char *const *accounts = p->stage.accounts;
    if (who >= M_ACCOUNT_KEYPER) {
        return accounts[FIRST_KEYPER + who - M_ACCOUNT_KEYPER];
    }
    return who >= M_ACCOUNT_GUARDIAN    ? p->guardian[who - M_ACCOUNT_GUARDIAN]
           : who >= M_ACCOUNT_REQUESTER ? p->requester[who - M_ACCOUNT_REQUESTER]
           : who >= M_ACCOUNT_OWNER     ? accounts[1 + who - M_ACCOUNT_OWNER]
                                        : accounts[FIRST_INSTANCE + who];
}

static void address(void *self, m_text to, int who)
{
    (void)snprintf(to, sizeof(m_text), "%s", address_of(self, who));
}

static m_now now_of(const play *p)
{
    return (m_now){.time = (int64_t)(p->stage.sc.time_ns / 1000000), .height = p->stage.sc.height};
}

/* A message about a vault, by the chain, the contract and the model: all of them take it, or none. */
static void say(play *p, int v, m_message m, bool want)
{
    m_effect effect;
    m_speech(&p->speaker[v], &m, &p->vault[v]);
    bool taken = stage_try(&p->stage, address_of(p, m.sender), p->speaker[v].message);
    m_vault before = p->vault[v];
    bool model = m_apply(&p->vault[v], &p->policy, ALL_RULES, &m, now_of(p), &effect);
    if (!model) {
        p->vault[v] = before;
    }
    if (taken != want || model != want) {
        fail_msg("%s of vault %d: the contract %d, the model %d, wanted %d: %.*s", m_kind_names[m.kind], v, taken, model, want,
                 STAGE_SPAN(p->stage.sc.result));
    }
    if (taken && m.kind == M_CHANGE_POLICY) {
        p->speaker[v].policy_now = 1 - p->speaker[v].policy_now;
    }
}

/* As the vault's instance would say it now. */
static m_message statement(const play *p, int v, m_kind kind)
{
    const m_vault *at = &p->vault[v];
    return (m_message){.kind = kind, .sender = M_ACCOUNT_CARRIER, .signer = at->instance, .epoch = at->epoch, .sequence = at->sequence + 1,
                       .seen_height = p->stage.sc.height - 1, .version = at->version};
}

static void heartbeat(play *p, int v, uint64_t version, bool want)
{
    m_message m = statement(p, v, M_HEARTBEAT);
    m.version = version;
    say(p, v, m, want);
}

static uint64_t share_values(play *p, m_speaker *s)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < M_KEYPERS; i++) {
        s->share[i + 1] = (ur_share){.s = p->troupe.sim.results[i].share, .index = i + 1};
        n += p->troupe.sim.results[i].has_share ? 1 : 0;
    }
    return n;
}

static void create_vault(play *p, int v)
{
    m_speaker *s = &p->speaker[v];
    *s = (m_speaker){.chain_id = chain_id, .contract = SCENARIO_CONTRACT, .committee = p->troupe.committee, .vault = (uint64_t)v + 1,
                     .generation = p->troupe.generation, .policy = p->policy, .self = p, .address = address};
    memcpy(s->mpk, p->troupe.sim.results[0].mpk, sizeof s->mpk);
    assert_int_equal(share_values(p, s), M_KEYPERS);
    m_speech_policies(s);
    m_speech_create_vault(s, v);
    stage_must(&p->stage, address_of(p, M_ACCOUNT_OWNER), s->message);
    m_vault_create(&p->vault[v], now_of(p), v);
}

static uint64_t request_of(const play *p, int v, int slot) { return p->vault[v].slot[slot].number; }

static void begin(play *p, int v, int slot, bool want)
{
    const m_request *r = &p->vault[v].slot[slot];
    say(p, v, (m_message){.kind = M_BEGIN, .sender = r->recipient, .request = r->number}, want);
}

static uint64_t evidence(play *p, int v, int slot, bool want)
{
    static uint64_t number;
    const m_request *r = &p->vault[v].slot[slot];
    say(p, v, (m_message){.kind = M_EVIDENCE, .sender = r->recipient, .request = r->number, .evidence = ++number}, want);
    return number;
}

static void vote(play *p, int v, int keyper, uint64_t request, uint64_t of, bool want)
{
    say(p, v, (m_message){.kind = M_VOTE, .sender = M_ACCOUNT_KEYPER + keyper, .keyper = keyper, .request = request, .evidence = of}, want);
}

static void share(play *p, int v, int keyper, bool want)
{
    const m_vault *at = &p->vault[v];
    say(p, v, (m_message){.kind = M_SHARE, .sender = M_ACCOUNT_KEYPER + keyper, .keyper = keyper, .epoch = at->epoch, .release = at->release},
        want);
}

static void fence(play *p, int v, int slot)
{
    uint64_t request = request_of(p, v, slot), of = evidence(p, v, slot, true);
    vote(p, v, 0, request, of, true);
    vote(p, v, 0, request, of, false); /* twice */
    vote(p, v, 1, request, of + 1, false); /* for what was never shown */
    vote(p, v, 1, request, of, true);
    vote(p, v, 2, request, of, true);
    vote(p, v, 3, request, of, false); /* the request is answered */
}

static void activate(play *p, int v, int instance, bool want)
{
    m_message m = statement(p, v, M_ACTIVATE);
    m.epoch++;
    m.signer = m.sender = instance;
    say(p, v, m, want);
}

/* ---- questions ---- */

static void ask_about_vault(play *p, int v)
{
    static const char *const names[] = {"vault", "policy", "ciphertext", "requests", "release", "shares", "images"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *query = scenario_text(&p->stage.sc, "{\"%s\":{\"vault\":%d}}", names[i], v + 1);
        scenario_call(&p->stage.sc, SCENARIO_QUERY, "", ur_span_str_var(query));
    }
}

static void ask_about_committee(play *p)
{
    static const char *const queries[] = {"{\"config\":{}}",
                                          "{\"committee\":{\"committee\":1}}",
                                          "{\"committee\":{\"committee\":9}}",
                                          "{\"generation\":{\"committee\":1,\"generation\":1}}",
                                          "{\"member\":{\"committee\":1,\"generation\":1,\"index\":1}}",
                                          "{\"member\":{\"committee\":1,\"generation\":1,\"index\":99}}",
                                          "{\"drill\":{\"committee\":1}}",
                                          "{\"proposals\":{\"committee\":1}}",
                                          "{\"vaults\":{\"from\":1,\"limit\":50}}",
                                          "{\"vaults\":{\"from\":0,\"limit\":51}}",
                                          "{\"vault\":{\"vault\":99}}",
                                          "{\"nothing\":{}}",
                                          "[]"};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        scenario_call(&p->stage.sc, SCENARIO_QUERY, "", ur_span_str_var(queries[i]));
    }
}

/* ---- acts ---- */

/* What nobody should say; all of it is refused, in the same words everywhere. */
static void nonsense(play *p)
{
    static const char *const messages[] = {
        "{}",
        "[]",
        "\"heartbeat\"",
        "{\"heartbeat\":{}}",
        "{\"heartbeat\":null}",
        "{\"nothing\":{}}",
        "{\"retire\":{},\"migrate\":{}}",
        "{\"create_vault\":{\"committee\":1,\"policy\":{},\"instance_key\":\"AA==\",\"label\":\"x\"}}",
        "{\"create_vault\":{\"committee\":9,\"policy\":{},\"instance_key\":\"AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"label\":\"x\"}}",
        "{\"request\":{\"vault\":1,\"recipient\":{\"tee\":\"nobody\"}}}",
        "{\"request\":{\"vault\":99,\"recipient\":{\"tee\":\"wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d\"}}}",
        "{\"request\":{\"vault\":-1,\"recipient\":{\"tee\":\"x\"}}}",
        "{\"request\":{\"vault\":1.5,\"recipient\":{\"tee\":\"x\"}}}",
        "{\"request\":{\"vault\":\"1\",\"recipient\":{\"tee\":\"x\"}}}",
        "{\"request\":{\"vault\":9007199254740993,\"recipient\":{\"tee\":\"x\"}}}",
        "{\"begin\":{\"vault\":1,\"request\":99}}",
        "{\"begin\":{\"vault\":1,\"request\":1,\"more\":1}}",
        "{\"begin\":{\"vault\":1}}",
        "{\"share\":{\"vault\":1,\"release\":1,\"index\":1,\"share\":\"not base64\"}}",
        "{\"vote_release\":{\"vault\":1,\"request\":1,\"index\":0,\"evidence_hash\":\"AAAA\"}}",
        "{\"drill\":{\"committee\":1}}",
        "{\"retry\":{\"committee\":1}}",
        "{\"switch_generation\":{\"committee\":1}}",
        "{\"create_committee\":{\"members\":[],\"threshold\":1,\"margin\":0,\"drill_interval_blocks\":10,\"phases\":{},\"quote_demand\":null}}",
        "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
        "{\"heartbeat\":{\"vault\":1,\"vault\":1}}",
        "{\"\\u0068eartbeat\":{}}",
        "{\"heartbeat\":{\"vault\":\"\\ud800\"}}",
    };
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        assert_false(stage_try(&p->stage, p->stage.accounts[0], messages[i]));
    }
}

/* A living instance: heartbeats, what is refused, migration, a change of policy. */
static void living(play *p, int v)
{
    m_message m;
    heartbeat(p, v, 1, true);
    heartbeat(p, v, 1, true);
    heartbeat(p, v, 2, true);
    heartbeat(p, v, 4, false); /* leaves one out */
    m = statement(p, v, M_HEARTBEAT);
    m.sequence--;
    say(p, v, m, false); /* said before */
    m = statement(p, v, M_HEARTBEAT);
    m.signer = 7;
    say(p, v, m, false); /* somebody else's key */
    m = statement(p, v, M_HEARTBEAT);
    m.epoch++;
    say(p, v, m, false);
    m = statement(p, v, M_HEARTBEAT);
    m.seen_height += 1000;
    say(p, v, m, false); /* ahead of the block */
    m = statement(p, v, M_HEARTBEAT);
    m.sender = M_ACCOUNT_GUARDIAN;
    say(p, v, m, true); /* whoever carries it */
    say(p, v, (m_message){.kind = M_REQUEST, .sender = M_ACCOUNT_REQUESTER, .recipient = 5}, false); /* it is not silent */
    ask_about_vault(p, v);

    m = statement(p, v, M_MIGRATE);
    m.recipient = 4;
    say(p, v, m, true);
    say(p, v, (m_message){.kind = M_APPROVE, .sender = M_ACCOUNT_GUARDIAN, .request = request_of(p, v, M_SLOTS - 1), .recipient = 4}, false);
    begin(p, v, M_SLOTS - 1, true);
    heartbeat(p, v, 2, true); /* it thinks better of it */
    m = statement(p, v, M_MIGRATE);
    m.recipient = 4;
    say(p, v, m, true);
    evidence(p, v, M_SLOTS - 1, false); /* no challenge yet */
    begin(p, v, M_SLOTS - 1, true);
    fence(p, v, M_SLOTS - 1);
    heartbeat(p, v, 2, false); /* fenced */
    activate(p, v, 4, false);  /* no shares yet */
    share(p, v, 0, true);
    share(p, v, 0, false);
    share(p, v, 1, true);
    ask_about_vault(p, v);
    share(p, v, 4, true);
    share(p, v, 3, false); /* enough */
    activate(p, v, 5, false);
    activate(p, v, 4, true);
    heartbeat(p, v, 1, true);
    m = statement(p, v, M_CHANGE_POLICY);
    say(p, v, m, false); /* not by the owner */
    m.sender = M_ACCOUNT_OWNER;
    say(p, v, m, true);
    heartbeat(p, v, 2, true);
    ask_about_vault(p, v);
}

static void ask_for(play *p, int v, int requester, int recipient, bool want)
{
    say(p, v, (m_message){.kind = M_REQUEST, .sender = M_ACCOUNT_REQUESTER + requester, .recipient = recipient}, want);
}

static void approve(play *p, int v, int guardian, int slot, bool want)
{
    const m_request *r = &p->vault[v].slot[slot];
    say(p, v, (m_message){.kind = M_APPROVE, .sender = M_ACCOUNT_GUARDIAN + guardian, .request = r->number, .recipient = r->recipient}, want);
}

static void window(play *p) { scenario_pass(&p->stage.sc, p->policy.veto_blocks, (uint64_t)p->policy.veto / 1000 + 1); }

/* Silent vaults: one recovered by a recipient, one whose keypers stop half-way, one whose instance was only late. */
static void silent(play *p, int recovered, int stuck, int late)
{
    ask_for(p, recovered, 0, 5, true);
    ask_for(p, recovered, 1, 6, true);
    ask_for(p, stuck, 0, 6, true);
    ask_for(p, late, 0, 6, true);
    begin(p, recovered, 0, false); /* the window */
    window(p);
    begin(p, recovered, 0, false); /* the quorum */
    approve(p, recovered, 0, 0, true);
    approve(p, recovered, 0, 0, false);
    approve(p, recovered, 1, 1, true);
    approve(p, stuck, 0, 0, true);
    say(p, recovered, (m_message){.kind = M_BEGIN, .sender = 6, .request = request_of(p, recovered, 0)}, false); /* not its own */
    begin(p, recovered, 0, true);
    begin(p, recovered, 1, true);
    begin(p, stuck, 0, true);
    heartbeat(p, late, 1, true); /* a veto */
    say(p, late, (m_message){.kind = M_BEGIN, .sender = 6, .request = 1}, false);

    fence(p, recovered, 0);
    ask_about_vault(p, recovered);
    fence(p, stuck, 0);
    share(p, stuck, 0, true);
    share(p, recovered, 0, true);
    share(p, recovered, 2, true);
    share(p, recovered, 4, true);
    activate(p, recovered, 5, true);
    heartbeat(p, recovered, 1, true);
    heartbeat(p, recovered, 2, true);
    ask_about_vault(p, recovered);

    scenario_pass(&p->stage.sc, 1, (uint64_t)p->policy.activation / 1000 + 1);
    m_message m = statement(p, stuck, M_ACTIVATE);
    m.epoch++;
    say(p, stuck, m, true); /* the former instance: nobody else came */
    heartbeat(p, stuck, 1, true);
    ask_about_vault(p, stuck);
    ask_about_vault(p, late);
}

static void records(play *p)
{
    const host_mem *h = &p->stage.sc.sides[0].host;
    for (size_t i = 0; i < h->count; i++) {
        const host_record *r = &h->records[i];
        char *key = calloc(1, 2 * r->key_len + 1), *value = calloc(1, 2 * r->value_len + 1);
        assert_non_null(key);
        assert_non_null(value);
        ur_hex_encode(key, ur_span_of(r->key, r->key_len));
        ur_hex_encode(value, ur_span_of(r->value, r->value_len));
        assert_string_equal(ask("record %s %s", key, value), "ok");
        free(key);
        free(value);
    }
}

static void lives(void **state)
{
    play *p = *state;
    troupe next;
    test_rng rng = test_rng_start("lives");
    stage_open_elsewhere(&p->stage, &chain, chain_id);
    p->policy = (m_policy){.period = 2000, .grace = 240000, .veto = 5000, .ttl = 4000000, .activation = 20000, .silence_blocks = 20,
                           .veto_blocks = 3, .challenge_blocks = 60, .max_lag = 20};
    for (int i = 0; i < 2; i++) {
        p->requester[i] = p->stage.accounts[5 + i];
        p->guardian[i] = p->stage.accounts[7 + i];
    }
    sort_two(p->requester);
    sort_two(p->guardian);
    nonsense(p);
    troupe_found(&p->troupe, &p->stage, &rng, M_KEYPERS, M_THRESHOLD, 1);
    ask_about_committee(p);
    for (int v = 0; v < VAULTS; v++) {
        create_vault(p, v);
        if (v > 0) {
            heartbeat(p, v, 1, true);
        }
    }
    uint64_t quiet_ns = p->stage.sc.time_ns;
    living(p, 0);
    uint64_t gone_s = (p->stage.sc.time_ns - quiet_ns) / 1000000000u, silence_s = (uint64_t)(p->policy.period + p->policy.grace) / 1000 + 1;
    scenario_pass(&p->stage.sc, 0, gone_s < silence_s ? silence_s - gone_s : 0);
    silent(p, 1, 2, 3);
    troupe_succeed(&next, &rng, &p->troupe, FIRST_KEYPER + 2, M_KEYPERS, M_THRESHOLD);
    troupe_run(&next, TROUPE_ALL);
    troupe_open(&next);
    ask_about_committee(p);
    records(p);
    troupe_end(&next);
    troupe_end(&p->troupe);
    stage_close(&p->stage);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fputs("usage: chain_lives FD CHAIN_ID\n", stderr);
        return 2;
    }
    int fd = (int)strtol(argv[1], NULL, 10);
    in = fdopen(dup(fd), "r");
    out = fdopen(fd, "w");
    chain_id = argv[2];
    play *p = calloc(1, sizeof *p);
    if (in == NULL || out == NULL || p == NULL || setvbuf(out, NULL, _IOFBF, LINE_MAX_BYTES) != 0) {
        return 70;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(lives, p)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(p);
    return failed;
}
