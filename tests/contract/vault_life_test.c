/* Whole lives of vaults, through the contract's entry points: who may do what when, and what comes of it. */
#include "tests/contract/vault_kit.h"

static void assert_state(kit_world *w, uc_vault_state state, uint64_t epoch, uint64_t version)
{
    uc_vault v = kit_vault(w);
    assert_int_equal(v.state, state);
    assert_int_equal(v.epoch, epoch);
    assert_int_equal(v.version, version);
}

/* The next instance takes over with a key of its own. */
static void activate(kit_world *w, int sender, uint8_t seed)
{
    kit_instance next = kit_instance_of(seed);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &next;
    kit_speak(w, sender, &s);
    assert_taken(w);
    w->instance = next;
}

static void heartbeats(void **state)
{
    kit_world *w = *state;
    assert_state(w, UC_VAULT_ACTIVE, 1, 1);
    for (int i = 0; i < 10; i++) {
        kit_wait(w, 500, 10);
        kit_heartbeat(w);
        uc_vault v = kit_vault(w);
        assert_int_equal(v.heartbeat.time_ns, w->s.time_ns);
        assert_int_equal(v.heartbeat.height, w->s.height);
        assert_int_equal(v.seen_height, w->s.height - 1);
    }
    kit_next_version(w, "another sealed file");
    assert_state(w, UC_VAULT_ACTIVE, 1, 2);
}

static void recovery(void **state)
{
    kit_world *w = *state;
    kit_recipient r = kit_fence(w, KIT_TEE, 1);
    assert_state(w, UC_VAULT_RELEASING, 1, 1);
    assert_int_equal(kit_committee(w).open_releases, 1);
    kit_shares(w, 1, &r);
    assert_state(w, UC_VAULT_RELEASED, 1, 1);
    assert_int_equal(kit_committee(w).open_releases, 0);
    kit_assert_opens(w, &r);
    kit_saying dead = kit_say(w, UR_STATEMENT_HEARTBEAT);
    kit_speak(w, KIT_CARRIER, &dead);
    assert_refused(w, "fenced", "vault");
    activate(w, KIT_TEE, 21);
    assert_state(w, UC_VAULT_ACTIVE, 2, 1);
    kit_wait(w, 10, 2);
    kit_heartbeat(w);
}

static void to_a_key(void **state)
{
    kit_world *w = *state;
    kit_fall_silent(w);
    uint64_t q = kit_request_key(w, KIT_BOB, KIT_HEIR);
    kit_approve(w, q, KIT_HEIR);
    kit_window(w);
    kit_begin(w, q, KIT_HEIR);
    kit_recipient r = kit_heir_make(w, KIT_HEIR);
    kit_send_evidence(w, q, &r, true);
    assert_taken(w);
    kit_votes(w, q);
    kit_shares(w, 1, &r);
    assert_state(w, UC_VAULT_OPENED, 1, 1);
    kit_assert_opens(w, &r);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    kit_wait(w, KIT_ACTIVATION_S, 1);
    kit_speak(w, KIT_HEIR, &s);
    assert_refused(w, "ended", "vault");
    kit_send(w, KIT_ALICE, "{\"request\":{\"vault\":1,\"recipient\":{\"tee\":\"%s\"}}}", kit_account(KIT_TEE));
    assert_refused(w, "ended", "vault");
}

static void migration(void **state)
{
    kit_world *w = *state;
    kit_wait(w, 100, 10);
    kit_saying s = kit_say(w, UR_STATEMENT_MIGRATE);
    kit_speak(w, KIT_CARRIER, &s);
    assert_taken(w);
    uint64_t q = kit_last_request(w);
    kit_begin(w, q, KIT_TEE); /* at once: no silence, no window, no quorum */
    kit_recipient r = kit_recipient_make(w, q, KIT_TEE, 3);
    kit_send_evidence(w, q, &r, false);
    assert_taken(w);
    kit_votes(w, q);
    kit_shares(w, 1, &r);
    kit_assert_opens(w, &r);
    activate(w, KIT_TEE, 22);
    assert_state(w, UC_VAULT_ACTIVE, 2, 1);
}

static void policy_change(void **state)
{
    kit_world *w = *state;
    kit_wait(w, 10, 2);
    kit_saying s = kit_say(w, UR_STATEMENT_CHANGE_POLICY);
    char *changed = strdup(w->policy);
    memcpy(strstr(changed, "\"activation\":600"), "\"activation\":601", 16);
    s.policy = changed;
    kit_speak(w, KIT_OWNER, &s);
    assert_taken(w);
    assert_state(w, UC_VAULT_ACTIVE, 2, 1);
    free(w->policy);
    w->policy = changed;
    kit_recipient r = kit_release(w, KIT_TEE, 1); /* the identity has the new policy's hash */
    kit_assert_opens(w, &r);
}

static void retirement(void **state)
{
    kit_world *w = *state;
    ur_key k;
    kit_fall_silent(w);
    kit_request(w, KIT_ALICE, KIT_TEE);
    size_t members = 3, others = 2 + members; /* config, committee, holders */
    kit_saying s = kit_say(w, UR_STATEMENT_RETIRE);
    kit_speak(w, KIT_CARRIER, &s);
    assert_taken(w);
    assert_state(w, UC_VAULT_RETIRED, 1, 1);
    assert_int_equal(kit_records(w), others + 2);
    assert_true(kit_has(w, ur_key_vault(&k, w->vault)));
    assert_true(kit_has(w, ur_key_origin(&k, w->vault)));
    kit_saying more = kit_say(w, UR_STATEMENT_HEARTBEAT);
    kit_speak(w, KIT_CARRIER, &more);
    assert_refused(w, "ended", "vault");
}

static void former_instance_returns(void **state)
{
    kit_world *w = *state;
    kit_recipient r = kit_fence(w, KIT_TEE, 1);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    kit_speak(w, KIT_CARRIER, &s);
    assert_refused(w, "activation", "vault");
    kit_wait(w, KIT_ACTIVATION_S - 1, 5);
    kit_send_share(w, 1, 1, &r);
    assert_taken(w);
    kit_wait(w, 1, 1);
    s = kit_say(w, UR_STATEMENT_ACTIVATE);
    kit_speak(w, KIT_CARRIER, &s);
    assert_taken(w);
    assert_state(w, UC_VAULT_ACTIVE, 2, 1);
    assert_int_equal(kit_committee(w).open_releases, 0);
    kit_send_share(w, 1, 2, &r);
    assert_refused(w, "no_release", "vault");
    kit_wait(w, 5, 1);
    kit_heartbeat(w);
}

static void next_release(void **state)
{
    kit_world *w = *state;
    kit_release(w, KIT_TEE, 1); /* and never comes */
    uint64_t q = kit_request(w, KIT_BOB, KIT_TEE_2);
    kit_approve(w, q, KIT_TEE_2);
    kit_wait(w, KIT_ACTIVATION_S, 100);
    kit_begin(w, q, KIT_TEE_2);
    kit_recipient r = kit_recipient_make(w, q, KIT_TEE_2, 2);
    kit_send_evidence(w, q, &r, false);
    assert_taken(w);
    kit_votes(w, q);
    assert_int_equal(kit_committee(w).open_releases, 1);
    kit_shares(w, 2, &r);
    kit_assert_opens(w, &r);
    kit_instance late = kit_instance_of(21);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &late;
    kit_speak(w, KIT_TEE, &s); /* its release is not the current one */
    assert_refused(w, "activation", "vault");
    activate(w, KIT_TEE_2, 22);
    assert_state(w, UC_VAULT_ACTIVE, 2, 1);
}

/* What a keyper judges before it shares stays as long as shares may be wanted, and nobody can change it. */
static void answered_request_is_kept(void **state)
{
    kit_world *w = *state;
    ur_key k;
    kit_fence(w, KIT_TEE, 1);
    uint64_t first = kit_last_request(w);
    assert_true(kit_has(w, ur_key_request(&k, w->vault, first)));
    assert_true(kit_has(w, ur_key_evidence(&k, w->vault, first)));
    assert_false(kit_has(w, ur_key_votes(&k, w->vault, first)));
    kit_send(w, KIT_GUARDIAN_2, "{\"approve\":{\"vault\":1,\"request\":%llu,\"recipient\":\"%s\"}}", (unsigned long long)first,
             kit_account(KIT_TEE));
    assert_refused(w, "no_request", "request");
    kit_send(w, KIT_TEE, "{\"begin\":{\"vault\":1,\"request\":%llu}}", (unsigned long long)first);
    assert_refused(w, "no_request", "request");
    kit_send_vote(w, first, 3);
    assert_refused(w, "no_evidence", "request");

    uint64_t second = kit_request(w, KIT_BOB, KIT_TEE_2);
    kit_approve(w, second, KIT_TEE_2);
    kit_wait(w, KIT_ACTIVATION_S, 100);
    kit_begin(w, second, KIT_TEE_2);
    kit_recipient r = kit_recipient_make(w, second, KIT_TEE_2, 2);
    kit_send_evidence(w, second, &r, false);
    kit_votes(w, second); /* the next release: the first request is nobody's any more */
    assert_false(kit_has(w, ur_key_request(&k, w->vault, first)));
    assert_false(kit_has(w, ur_key_evidence(&k, w->vault, first)));
    assert_true(kit_has(w, ur_key_evidence(&k, w->vault, second)));
    kit_shares(w, 2, &r);
    activate(w, KIT_TEE_2, 22);
    assert_false(kit_has(w, ur_key_request(&k, w->vault, second)));
    assert_false(kit_has(w, ur_key_evidence(&k, w->vault, second)));
}

static void next_generation_shares(void **state)
{
    kit_world *w = *state;
    kit_recipient r = kit_fence(w, KIT_TEE, 1);
    kit_send_share(w, 1, 1, &r);
    assert_taken(w);
    kit_generation(w, 2, 3, 5);
    kit_send_share(w, 1, 1, &r);
    assert_taken(w);
    kit_send_share(w, 1, 2, &r);
    assert_taken(w);
    assert_state(w, UC_VAULT_RELEASING, 1, 1); /* the first generation's share does not count */
    kit_send_share(w, 1, 4, &r);
    assert_taken(w);
    assert_state(w, UC_VAULT_RELEASED, 1, 1);
    kit_assert_opens(w, &r);
}

int main(void)
{
#define LIFE(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)
    const struct CMUnitTest tests[] = {
        LIFE(heartbeats), LIFE(recovery),     LIFE(to_a_key),
        LIFE(migration),  LIFE(policy_change), LIFE(retirement),
        LIFE(former_instance_returns), LIFE(next_release), LIFE(next_generation_shares),
        LIFE(answered_request_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
