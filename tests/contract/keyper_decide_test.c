/* What a keyper decides over the contract's records, read by the contract's own code. First what an honest ledger holds; then one
 * whose contract has been bypassed: records that no contract would have written are refused by the keyper itself. */
#include "programs/keyper/decide.h"
#include "tests/contract/vault_kit.h"

typedef struct keyper {
    kit_world *w;
    uint8_t *memory;
    ur_arena arena;
    uc_call call;
    uk_self self;
    uk_outside outside;
    bool went_back, no_headers;
    ur_span collateral;
    uint64_t request;
    kit_recipient heir;
} keyper;

/* ---- what stands outside the records ---- */

static ur_status header_hash(void *self, uint8_t out[UR_SHA256_BYTES], uint64_t height, ur_err *err)
{
    const keyper *k = self;
    memset(out, (int)(height & 0xff), UR_SHA256_BYTES);
    return k->no_headers ? ur_err_set(err, UR_E_UNAVAILABLE, "no node answers") : UR_OK;
}

static ur_status collateral(void *self, ur_span *json, const uint8_t hash[UR_SHA256_BYTES], ur_err *err)
{
    const keyper *k = self;
    (void)hash;
    (void)err;
    *json = k->collateral;
    return k->collateral.n > 0 ? UR_OK : UR_E_ABSENT;
}

static ur_status see(void *self, uint64_t vault, const uc_vault *v, ur_err *err)
{
    const keyper *k = self;
    (void)v;
    return k->went_back ? ur_err_set(err, UR_E_POLICY, "vault %llu has gone back", (unsigned long long)vault) : UR_OK;
}

/* ---- calls ---- */

static uc_call *call(keyper *k, bool writes)
{
    memset(k->memory, 0, UC_MEMORY_BYTES);
    ur_arena_init(&k->arena, k->memory, UC_MEMORY_BYTES);
    host_mem_begin(&k->w->s.sides[0].host);
    k->call = (uc_call){.host = &k->w->s.sides[0].host.host, .memory = &k->arena, .writes = writes,
                        .chain_id = ur_span_str_var(k->w->s.chain_id), .contract = UR_SPAN_LIT(SCENARIO_CONTRACT)};
    k->call.now.height = k->w->s.height;
    k->call.now.time_ns = k->w->s.time_ns;
    return &k->call;
}

static void keep(keyper *k) { host_mem_end(&k->w->s.sides[0].host, true); }

static void expect_vote(keyper *k, uk_reason want)
{
    uk_decision d;
    ur_err err = {""};
    ur_status s = uk_decide_vote(&d, call(k, false), &k->self, &k->outside, k->w->vault, k->request, &err);
    if (s != UR_OK || d.reason != want) {
        fail_msg("%s, %s (%s), expected %s", ur_status_name(s), uk_reason_name(d.reason), d.detail.text, uk_reason_name(want));
    }
}

static void expect_share(keyper *k, uk_reason want, uk_release *release)
{
    uk_decision d;
    uk_release ignored;
    ur_err err = {""};
    ur_status s = uk_decide_share(&d, release == NULL ? &ignored : release, call(k, false), &k->self, &k->outside, k->w->vault, &err);
    if (s != UR_OK || d.reason != want) {
        fail_msg("%s, %s (%s), expected %s", ur_status_name(s), uk_reason_name(d.reason), d.detail.text, uk_reason_name(want));
    }
}

static int set_up(void **state)
{
    void *world;
    keyper *k = calloc(1, sizeof *k);
    static char account[UC_ADDRESS_MAX + 1];
    if (k == NULL || kit_set_up(&world) != 0 || (k->memory = malloc(UC_MEMORY_BYTES)) == NULL) {
        return 1;
    }
    k->w = world;
    (void)snprintf(account, sizeof account, "%s", kit_account(KIT_KEYPER + 1));
    k->self = (uk_self){.committee = 1, .generation = 1, .index = 1, .account = ur_span_str_var(account)};
    ur_g1 p;
    ur_share_public(&p, &k->w->share[1]);
    ur_g1_write(k->self.key, &p);
    k->outside = (uk_outside){.self = k, .header_hash = header_hash, .collateral = collateral, .see = see};
    *state = k;
    return 0;
}

static int tear_down(void **state)
{
    keyper *k = *state;
    void *world = k->w;
    (void)kit_tear_down(&world);
    free(k->memory);
    free(k);
    return 0;
}

/* Silence, a request for the registered key, approved, its window over, begun. */
static void begun(keyper *k)
{
    kit_fall_silent(k->w);
    k->request = kit_request_key(k->w, KIT_BOB, KIT_HEIR);
    kit_approve(k->w, k->request, KIT_HEIR);
    kit_window(k->w);
    kit_begin(k->w, k->request, KIT_HEIR);
    k->heir = kit_heir_make(k->w, KIT_HEIR);
}

static void shown(keyper *k)
{
    begun(k);
    kit_send_evidence(k->w, k->request, &k->heir, true);
    assert_taken(k->w);
}

/* ---- an honest ledger ---- */

static void votes_and_shares(void **state)
{
    keyper *k = *state;
    uk_release r;
    begun(k);
    expect_vote(k, UK_REASON_no_evidence);
    expect_share(k, UK_REASON_not_releasing, NULL);
    kit_send_evidence(k->w, k->request, &k->heir, true);
    expect_vote(k, UK_REASON_yes);
    kit_votes(k->w, k->request);
    expect_vote(k, UK_REASON_gone); /* answered */
    expect_share(k, UK_REASON_yes, &r);
    assert_int_equal(r.release, 1);
    assert_int_equal(r.request, k->request);
    assert_memory_equal(r.pk1, k->heir.twin, UR_G1_BYTES);
    assert_memory_equal(r.pk2, k->heir.twin + UR_G1_BYTES, UR_G2_BYTES);
    char want[UR_IDENTITY_MAX];
    int n = snprintf(want, sizeof want, "unrug/1/vault/%s/" SCENARIO_CONTRACT "/1/1/1/", k->w->s.chain_id);
    assert_true(r.identity.n == (size_t)n + 64);
    assert_memory_equal(r.identity.p, want, (size_t)n);
    kit_wait(k->w, 100000, 1000); /* however late: it is judged by when it was fenced */
    expect_share(k, UK_REASON_yes, NULL);
    kit_shares(k->w, 1, &k->heir);
    expect_share(k, UK_REASON_not_releasing, NULL);
}

static void what_is_over(void **state)
{
    keyper *k = *state;
    shown(k);
    kit_wait(k->w, 10, KIT_CHALLENGE_BLOCKS + 1);
    expect_vote(k, UK_REASON_expired);
    kit_wait(k->w, KIT_TTL_S, 0);
    expect_vote(k, UK_REASON_expired);
    kit_heartbeat(k->w);
    expect_vote(k, UK_REASON_gone);
}

static void who_it_is(void **state)
{
    keyper *k = *state;
    shown(k);
    k->self.generation = 2;
    expect_vote(k, UK_REASON_generation);
    k->self.generation = 1;
    k->self.committee = 2;
    expect_vote(k, UK_REASON_generation);
    k->self.committee = 1;
    k->self.index = 2;
    expect_vote(k, UK_REASON_seat);
    k->self.index = 1;
    k->self.key[5] ^= 1;
    expect_vote(k, UK_REASON_seat);
    k->self.key[5] ^= 1;
    k->went_back = true;
    expect_vote(k, UK_REASON_went_back);
    k->went_back = false;
    expect_vote(k, UK_REASON_yes);
}

/* A machine's evidence: its collateral has to be there, to be readable, and the quote to verify. */
static void machines(void **state)
{
    keyper *k = *state;
    kit_world *w = k->w;
    kit_fall_silent(w);
    k->request = kit_request(w, KIT_ALICE, KIT_TEE);
    kit_approve(w, k->request, KIT_TEE);
    kit_window(w);
    kit_begin(w, k->request, KIT_TEE);
    kit_recipient r = kit_recipient_make(w, k->request, KIT_TEE, 1);
    kit_send_evidence(w, k->request, &r, false);
    expect_vote(k, UK_REASON_collateral);
    k->collateral = UR_SPAN_LIT("nothing");
    expect_vote(k, UK_REASON_collateral_form);
    k->collateral = UR_SPAN_LIT("{}");
    expect_vote(k, UK_REASON_quote);
}

/* ---- a ledger whose contract was bypassed ---- */

static void records_that_break_the_rules(void **state)
{
    keyper *k = *state;
    uc_vault v;
    uc_request q;
    shown(k);

    assert_ok(uc_vault_load(call(k, true), k->w->vault, &v));
    uc_vault late = v;
    late.heartbeat = k->call.now;
    assert_ok(uc_vault_save(&k->call, k->w->vault, &late));
    keep(k);
    expect_vote(k, UK_REASON_not_silent);
    assert_ok(uc_vault_save(call(k, true), k->w->vault, &v));
    keep(k);

    assert_ok(uc_request_load(call(k, true), k->w->vault, k->request, &q));
    uc_request bad = q;
    bad.opened = k->call.now;
    assert_ok(uc_request_save(&k->call, k->w->vault, k->request, &bad));
    keep(k);
    expect_vote(k, UK_REASON_window);

    assert_ok(uc_request_load(call(k, true), k->w->vault, k->request, &bad));
    bad.opened = q.opened;
    bad.approvals = 0;
    assert_ok(uc_request_save(&k->call, k->w->vault, k->request, &bad));
    keep(k);
    expect_vote(k, UK_REASON_quorum);

    assert_ok(uc_request_load(call(k, true), k->w->vault, k->request, &bad));
    bad.approvals = q.approvals;
    bad.pk2[7] ^= 1; /* another key than the one that was shown */
    assert_ok(uc_request_save(&k->call, k->w->vault, k->request, &bad));
    keep(k);
    expect_vote(k, UK_REASON_evidence_hash);
}

static void a_weaker_policy(void **state)
{
    keyper *k = *state;
    ur_key key;
    shown(k);
    char *weaker = strdup(k->w->policy);
    assert_non_null(weaker);
    memcpy(strstr(weaker, "\"veto\":300"), "\"veto\":200", 10);
    assert_ok(uc_blob_save(call(k, true), ur_key_policy(&key, k->w->vault), ur_span_str_var(weaker)));
    keep(k);
    expect_vote(k, UK_REASON_policy_hash);
    weaker[0] = '[';
    assert_ok(uc_blob_save(call(k, true), ur_key_policy(&key, k->w->vault), ur_span_str_var(weaker)));
    keep(k);
    expect_vote(k, UK_REASON_policy);
    free(weaker);
}

static void evidence_that_was_changed(void **state)
{
    keyper *k = *state;
    ur_key key;
    ur_span fields;
    shown(k);
    assert_ok(uc_blob_load(call(k, true), ur_key_evidence(&key, k->w->vault, k->request), &fields));
    uint8_t changed[512];
    assert_true(fields.n <= sizeof changed);
    memcpy(changed, fields.p, fields.n);
    changed[fields.n - 1] ^= 1;
    assert_ok(uc_blob_save(&k->call, ur_key_evidence(&key, k->w->vault, k->request), ur_span_of(changed, fields.n)));
    keep(k);
    expect_vote(k, UK_REASON_evidence_hash);
}

static void a_release_that_came_too_early(void **state)
{
    keyper *k = *state;
    uc_release r;
    shown(k);
    kit_votes(k->w, k->request);
    expect_share(k, UK_REASON_yes, NULL);
    assert_ok(uc_release_load(call(k, true), k->w->vault, &r));
    r.fenced.time_ns -= 1000000000u; /* a second before the window was over */
    assert_ok(uc_release_save(&k->call, k->w->vault, &r));
    keep(k);
    expect_share(k, UK_REASON_window, NULL);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(votes_and_shares),  CASE(what_is_over),   CASE(who_it_is),
        CASE(machines),          CASE(records_that_break_the_rules), CASE(a_weaker_policy),
        CASE(evidence_that_was_changed), CASE(a_release_that_came_too_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
