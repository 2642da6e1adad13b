/* contract/schema/examples/vault.json is the lives of two vaults, whose committee serves before they begin. */
#include "tests/contract/examples.h"
#include "tests/contract/vault_kit.h"

static void ask(kit_world *w, const char *query)
{
    kit_ask(w, "{\"%s\":{\"vault\":%llu}}", query, (unsigned long long)w->vault);
    assert_taken(w);
}

static void ask_request(kit_world *w, uint64_t request)
{
    kit_ask(w, "{\"request\":{\"vault\":%llu,\"request\":%llu}}", (unsigned long long)w->vault, (unsigned long long)request);
    assert_taken(w);
}

static void ask_all(kit_world *w)
{
    kit_ask(w, "{\"vaults\":{\"from\":1,\"limit\":50}}");
    assert_taken(w);
}

static kit_recipient show(kit_world *w, uint64_t request, int account, uint8_t seed)
{
    kit_recipient r = kit_recipient_make(w, request, account, seed);
    kit_send_evidence(w, request, &r, false);
    assert_taken(w);
    return r;
}

static void beats(kit_world *w)
{
    kit_create_vault(w);
    ask(w, "vault"); /* without a ciphertext, and nothing to recover */
    kit_wait(w, 5, 1);
    kit_next_version(w, "a sealed file");
    kit_wait(w, 500, 10);
    kit_heartbeat(w);
    kit_add_image(w, KIT_IMAGE_JSON("01"));
    assert_taken(w);
    ask(w, "images");
    kit_send(w, KIT_ALICE, "{\"request\":{\"vault\":%llu,\"recipient\":{\"tee\":\"%s\"}}}", (unsigned long long)w->vault,
             kit_account(KIT_TEE));
    assert_refused(w, "not_silent", "vault");
}

/* What was asked for in silence is gone after a heartbeat. */
static void is_late(kit_world *w)
{
    kit_fall_silent(w);
    kit_request(w, KIT_BOB, KIT_TEE_2);
    ask(w, "requests");
    kit_heartbeat(w);
    ask(w, "requests");
}

static void recovers(kit_world *w)
{
    kit_fall_silent(w);
    ask(w, "vault");
    kit_request(w, KIT_BOB, KIT_TEE_2);
    uint64_t q = kit_request(w, KIT_ALICE, KIT_TEE);
    kit_approve(w, q, KIT_TEE);
    kit_window(w);
    kit_begin(w, q, KIT_TEE);
    ask_request(w, q);
    kit_recipient r = show(w, q, KIT_TEE, 1);
    kit_send_vote(w, q, 1);
    assert_taken(w);
    ask_request(w, q);
    kit_send_vote(w, q, 2);
    assert_taken(w);
    ask(w, "release");
    kit_saying late = kit_say(w, UR_STATEMENT_HEARTBEAT);
    kit_speak(w, KIT_CARRIER, &late);
    assert_refused(w, "fenced", "vault");
    kit_shares(w, 1, &r);
    ask(w, "release");
    kit_assert_opens(w, &r);
    kit_instance next = kit_instance_of(21);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &next;
    kit_speak(w, KIT_TEE, &s);
    assert_taken(w);
    w->instance = next;
    ask(w, "ciphertext");
}

static void changes_policy(kit_world *w)
{
    kit_wait(w, 10, 2);
    kit_saying s = kit_say(w, UR_STATEMENT_CHANGE_POLICY);
    memcpy(strstr(w->policy, "\"activation\":600"), "\"activation\":601", 16); /* what s names, too */
    kit_speak(w, KIT_OWNER, &s);
    assert_taken(w);
    ask(w, "policy");
    ask(w, "images");
}

/* The successor never comes, and the former instance goes on, until it is over for good. */
static void migrates_in_vain(kit_world *w)
{
    kit_wait(w, 10, 2);
    kit_saying s = kit_say(w, UR_STATEMENT_MIGRATE);
    kit_speak(w, KIT_CARRIER, &s);
    assert_taken(w);
    uint64_t q = kit_last_request(w);
    kit_begin(w, q, KIT_TEE);
    show(w, q, KIT_TEE, 3);
    kit_votes(w, q);
    kit_wait(w, KIT_ACTIVATION_S + 1, 100);
    s = kit_say(w, UR_STATEMENT_ACTIVATE);
    kit_speak(w, KIT_CARRIER, &s);
    assert_taken(w);
    kit_wait(w, 10, 2);
    s = kit_say(w, UR_STATEMENT_RETIRE);
    kit_speak(w, KIT_OWNER, &s);
    assert_taken(w);
    ask(w, "vault");
}

static void opens_to_a_key(kit_world *w)
{
    kit_create_vault(w);
    kit_next_version(w, "another sealed file");
    kit_fall_silent(w);
    uint64_t q = kit_request_key(w, KIT_BOB, KIT_HEIR);
    ask_request(w, q);
    kit_approve(w, q, KIT_HEIR);
    kit_window(w);
    kit_begin(w, q, KIT_HEIR);
    kit_recipient r = kit_heir_make(w, KIT_HEIR);
    kit_send_evidence(w, q, &r, true);
    assert_taken(w);
    kit_votes(w, q);
    ask_all(w);
    kit_shares(w, 1, &r);
    kit_assert_opens(w, &r);
    ask(w, "release");
    ask_all(w);
}

static void examples_are_lives(void **state)
{
    (void)state;
    kit_world *w = kit_new(2, 3);
    FILE *record = tmpfile();
    assert_non_null(record);
    w->record = record;
    beats(w);
    is_late(w);
    recovers(w);
    changes_policy(w);
    migrates_in_vain(w);
    opens_to_a_key(w);
    examples_compare(record, &w->s, "contract/schema/examples/vault.json");
    (void)fclose(record);
    kit_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
