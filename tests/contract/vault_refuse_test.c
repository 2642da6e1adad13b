/* Every refusal about vaults with its code and field, and each rule that an attack stands behind (design 6): what a hostile host,
 * requester, recipient, keyper, carrier or former instance might try. */
#include "tests/contract/vault_kit.h"

#define ULL(x) ((unsigned long long)(x))

static void beat(kit_world *w, const kit_saying *s) { kit_speak(w, KIT_CARRIER, s); }

/* Alice's request for KIT_TEE, approved, its window over. */
static uint64_t due_request(kit_world *w)
{
    kit_fall_silent(w);
    uint64_t q = kit_request(w, KIT_ALICE, KIT_TEE);
    kit_approve(w, q, KIT_TEE);
    kit_window(w);
    return q;
}

/* The same, with evidence. */
static uint64_t voting_request(kit_world *w, kit_recipient *r)
{
    uint64_t q = due_request(w);
    kit_begin(w, q, KIT_TEE);
    *r = kit_recipient_make(w, q, KIT_TEE, 1);
    kit_send_evidence(w, q, r, false);
    assert_taken(w);
    return q;
}

static void send_begin(kit_world *w, int sender, uint64_t q)
{
    kit_send(w, sender, "{\"begin\":{\"vault\":%llu,\"request\":%llu}}", ULL(w->vault), ULL(q));
}

static void send_request(kit_world *w, int sender, int recipient)
{
    kit_send(w, sender, "{\"request\":{\"vault\":%llu,\"recipient\":{\"tee\":\"%s\"}}}", ULL(w->vault), kit_account(recipient));
}

static void send_approve(kit_world *w, int sender, uint64_t q, int recipient)
{
    kit_send(w, sender, "{\"approve\":{\"vault\":%llu,\"request\":%llu,\"recipient\":\"%s\"}}", ULL(w->vault), ULL(q), kit_account(recipient));
}

/* ---- statements ---- */

static void statements_replayed(void **state)
{
    kit_world *w = *state;
    kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    beat(w, &s);
    assert_taken(w);
    beat(w, &s); /* once more */
    assert_refused(w, "sequence", "sequence");
    s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.sequence--;
    beat(w, &s);
    assert_refused(w, "sequence", "sequence");
    s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.epoch++;
    beat(w, &s);
    assert_refused(w, "epoch", "epoch");

    /* said on another chain, to another contract, of another vault, as something else */
    s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.signed_chain = "dev-other";
    beat(w, &s);
    assert_refused(w, "signature", "signature");
    s.signed_chain = NULL;
    s.signed_contract = kit_account(KIT_OWNER);
    beat(w, &s);
    assert_refused(w, "signature", "signature");
    s.signed_contract = NULL;
    s.signed_vault = 2;
    beat(w, &s);
    assert_refused(w, "signature", "signature");
    s.signed_vault = 0;
    s.signed_kind = UR_STATEMENT_RETIRE;
    beat(w, &s);
    assert_refused(w, "signature", "signature");
    kit_instance other = kit_instance_of(10);
    s.signed_kind = 0;
    s.signer = &other;
    beat(w, &s);
    assert_refused(w, "signature", "signature");
}

/* One instance with two vaults: what it says of one says nothing of the other. */
static void one_instance_two_vaults(void **state)
{
    kit_world *w = *state;
    uint64_t first = w->vault;
    kit_create_vault(w);
    kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.vault = first;
    s.signed_vault = w->vault;
    s.version = 1;
    s.sequence = 9;
    beat(w, &s);
    assert_refused(w, "signature", "signature");
    s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.vault = 77;
    beat(w, &s);
    assert_refused(w, "no_vault", "vault");
}

/* A host that stores heartbeats for later, or cuts the way in only. */
static void stored_statements(void **state)
{
    kit_world *w = *state;
    uc_vault v = kit_vault(w);
    assert_int_equal(v.max_lag, KIT_SILENCE_BLOCKS);
    kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.seen_height = w->s.height;
    kit_wait(w, 10, KIT_SILENCE_BLOCKS);
    kit_saying late = s;
    beat(w, &s);
    assert_taken(w);
    late.sequence++;
    kit_wait(w, 10, 1);
    beat(w, &late);
    assert_refused(w, "seen_height", "seen_height");
    s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.seen_height = w->s.height + 1;
    beat(w, &s);
    assert_refused(w, "seen_height", "seen_height");
}

static void versions(void **state)
{
    kit_world *w = *state;
    kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.version = 2; /* without its ciphertext */
    beat(w, &s);
    assert_refused(w, "version", "version");
    s.ciphertext = "the next";
    s.secret = "a key";
    s.version = 3;
    beat(w, &s);
    assert_refused(w, "version", "version");
    s.version = 1; /* another ciphertext under the same version */
    beat(w, &s);
    assert_refused(w, "version", "version");
    s.version = 2;
    s.secret = NULL;
    beat(w, &s);
    assert_refused(w, "malformed", "secret");
    /* a hash that is not the ciphertext's, and one that is not the version's, both duly signed */
    s.secret = "a key";
    s.hashed = "something else";
    beat(w, &s);
    assert_refused(w, "ciphertext_hash", "ciphertext_hash");
    kit_next_version(w, "the next");
    s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.hashed = "a sealed file"; /* the version before */
    beat(w, &s);
    assert_refused(w, "ciphertext_hash", "ciphertext_hash");
}

static void version_zero(void **state)
{
    (void)state;
    kit_world *w = kit_new(2, 3);
    kit_create_vault(w);
    kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    beat(w, &s);
    assert_refused(w, "version", "version");
    s = kit_say(w, UR_STATEMENT_MIGRATE);
    beat(w, &s);
    assert_refused(w, "no_ciphertext", "vault");
    s = kit_say(w, UR_STATEMENT_CHANGE_POLICY);
    kit_speak(w, KIT_OWNER, &s);
    assert_refused(w, "no_ciphertext", "vault");
    kit_fall_silent(w);
    send_request(w, KIT_ALICE, KIT_TEE);
    assert_refused(w, "no_ciphertext", "vault");
    kit_ask(w, "{\"ciphertext\":{\"vault\":%llu}}", ULL(w->vault));
    assert_refused(w, "no_ciphertext", "vault");
    kit_free(w);
}

/* Neither who pays nor who carries can silence an agent. */
static void any_carrier(void **state)
{
    kit_world *w = *state;
    static const int carriers[] = {KIT_OWNER, KIT_ALICE, KIT_TEE, KIT_HEIR, KIT_KEYPER + 1, 200};
    for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++) {
        kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
        kit_speak(w, carriers[i], &s);
        assert_taken(w);
    }
}

/* ---- policy ---- */

static void owner_alone_changes_nothing(void **state)
{
    kit_world *w = *state;
    kit_saying s = kit_say(w, UR_STATEMENT_CHANGE_POLICY);
    kit_speak(w, KIT_CARRIER, &s);
    assert_refused(w, "not_owner", NULL);
    kit_instance other = kit_instance_of(10);
    s.signer = &other;
    kit_speak(w, KIT_OWNER, &s);
    assert_refused(w, "signature", "signature");
    /* the instance signed another policy */
    s = kit_say(w, UR_STATEMENT_CHANGE_POLICY);
    char *text = strdup(kit_saying_text(w, &s));
    memcpy(strstr(text, "\"activation\":600"), "\"activation\":599", 16);
    kit_send_text(w, KIT_OWNER, text);
    assert_refused(w, "signature", "signature");
    free(text);
}

static char *policy_with(const kit_world *w, const char *old, const char *new_text)
{
    size_t cap = strlen(w->policy) + strlen(new_text) + 1;
    char *p = malloc(cap), *at = strstr(w->policy, old);
    assert_non_null(at);
    (void)snprintf(p, cap, "%.*s%s%s", (int)(at - w->policy), w->policy, new_text, at + strlen(old));
    return p;
}

static void expect_policy(kit_world *w, const char *old, const char *new_text, const char *code, const char *field)
{
    char *p = policy_with(w, old, new_text);
    kit_send(w, KIT_OWNER, "{\"create_vault\":{\"committee\":1,\"policy\":%s,\"instance_key\":\"%s\",\"label\":\"x\"}}", p,
             kit_base64(w->instance.key, 33));
    assert_refused(w, code, field);
    free(p);
}

static void policies(void **state)
{
    kit_world *w = *state;
    expect_policy(w, "\"grace\":600", "\"grace\":239", "policy", "grace");
    expect_policy(w, "\"grace\":600", "\"grace\": 600", "policy", "policy");
    expect_policy(w, "\"min_t\":2", "\"min_t\":3", "committee_unfit", "committee");
    expect_policy(w, "\"min_n\":3,\"min_t\":2", "\"min_n\":4,\"min_t\":3", "committee_unfit", "committee");
    expect_policy(w, "\"mpk\":\"", "\"mpk\":\"8", "policy", "mpk");
    expect_policy(w, "\"keyper_quotes\":null", "\"keyper_quotes\":\"" "00000000000000000000000000000000" "00000000000000000000000000000000" "\"",
                  "committee_unfit", "committee");
    expect_policy(w, "\"keys\":[\"81", "\"keys\":[\"80", "policy", "keys"); /* no point */
    char *key_at = strstr(w->policy, "\"keys\":[\"81"), heir[120], infinity[120];
    (void)snprintf(heir, sizeof heir, "%.105s", key_at);
    (void)snprintf(infinity, sizeof infinity, "\"keys\":[\"c00%.93s", KIT_ZEROS_96);
    expect_policy(w, heir, infinity, "policy", "keys");
    expect_policy(w, "\"requesters\":[", "\"requesters\":[\"cosmos1fl48vsnmsdzcv85q5d2q4z5ajdha8yu34mf0eh\",", "address", "requesters");
    expect_policy(w, "\"members\":[", "\"members\":[\"cosmos1fl48vsnmsdzcv85q5d2q4z5ajdha8yu34mf0eh\",", "address", "guardians");
    kit_send(w, KIT_OWNER, "{\"create_vault\":{\"committee\":2,\"policy\":%s,\"instance_key\":\"%s\",\"label\":\"x\"}}", w->policy,
             kit_base64(w->instance.key, 33));
    assert_refused(w, "no_committee", "committee");
    uint8_t key[33] = {4};
    kit_send(w, KIT_OWNER, "{\"create_vault\":{\"committee\":1,\"policy\":%s,\"instance_key\":\"%s\",\"label\":\"x\"}}", w->policy, kit_base64(key, 33));
    assert_refused(w, "malformed", "instance_key");
    /* windows of minutes are for chains of developers */
    w->s.chain_id = "main-1";
    kit_send(w, KIT_OWNER, "{\"create_vault\":{\"committee\":1,\"policy\":%s,\"instance_key\":\"%s\",\"label\":\"x\"}}", w->policy,
             kit_base64(w->instance.key, 33));
    assert_refused(w, "policy", "veto");
    w->s.chain_id = KIT_CHAIN;
    kit_generation(w, 0, 2, 3); /* a committee that is not open */
    kit_send(w, KIT_OWNER, "{\"create_vault\":{\"committee\":1,\"policy\":%s,\"instance_key\":\"%s\",\"label\":\"x\"}}", w->policy,
             kit_base64(w->instance.key, 33));
    assert_refused(w, "not_open", "committee");
}

static void images(void **state)
{
    kit_world *w = *state;
    kit_add_image(w, KIT_IMAGE_JSON("01"));
    assert_taken(w);
    kit_add_image(w, KIT_IMAGE_JSON("01")); /* by somebody who kept the signatures */
    assert_refused(w, "known_image", "image");
    kit_add_image(w, "{\"kind\":\"tdx\"}");
    assert_refused(w, "malformed", "image");
    char sent[8192];
    kit_add_image(w, KIT_IMAGE_JSON("02"));
    assert_taken(w);
    (void)snprintf(sent, sizeof sent, "%s", w->message);
    strstr(sent, "000000" "02")[7] = '3'; /* another image under the same signature */
    kit_send_text(w, KIT_CARRIER, sent);
    assert_refused(w, "signature", "signature");
    (void)snprintf(sent, sizeof sent, "%s", w->message);
    char *at = strstr(sent, "\"key\":0");
    strstr(sent, "000000" "02")[7] = '4';
    at[6] = '1';
    kit_send_text(w, KIT_CARRIER, sent);
    assert_refused(w, "authority", "key");
    at = strstr(sent, "\"signatures\":[") + 13;
    memcpy(at, "[]}}", 5);
    kit_send_text(w, KIT_CARRIER, sent);
    assert_refused(w, "authority", "signatures");
    static const char digits[] = "0123456789abcdef";
    for (int i = 3; i <= 16; i++) {
        (void)snprintf(sent, sizeof sent, "%s", KIT_IMAGE_JSON("zz"));
        at = strstr(sent, "zz");
        at[0] = digits[i / 16];
        at[1] = digits[i % 16];
        kit_add_image(w, sent);
        assert_taken(w);
    }
    kit_add_image(w, KIT_IMAGE_JSON("aa"));
    assert_refused(w, "images_full", "image");
    /* a change of the policy begins anew, and old signatures are for the old one */
    kit_saying s = kit_say(w, UR_STATEMENT_CHANGE_POLICY);
    s.policy = policy_with(w, "\"activation\":600", "\"activation\":601");
    kit_speak(w, KIT_OWNER, &s);
    assert_taken(w);
    kit_ask(w, "{\"images\":{\"vault\":%llu}}", ULL(w->vault));
    assert_non_null(strstr(w->result, "\"images\":[]"));
    kit_add_image(w, KIT_IMAGE_JSON("01"));
    assert_refused(w, "signature", "signature");
    free((void *)(uintptr_t)s.policy);
}

/* ---- requests ---- */

static void requests(void **state)
{
    kit_world *w = *state;
    kit_recipient heir = kit_heir_make(w, KIT_HEIR);
    send_request(w, KIT_ALICE, KIT_TEE);
    assert_refused(w, "not_silent", "vault");
    kit_wait(w, KIT_SILENCE_S - 1, KIT_SILENCE_BLOCKS);
    send_request(w, KIT_ALICE, KIT_TEE);
    assert_refused(w, "not_silent", "vault");
    kit_wait(w, 1, 1);
    send_request(w, KIT_CARRIER, KIT_TEE);
    assert_refused(w, "not_requester", NULL);
    kit_send(w, KIT_ALICE, "{\"request\":{\"vault\":%llu,\"recipient\":{\"key\":{\"pk1\":\"%s\",\"account\":\"%s\"}}}}", ULL(w->vault),
             kit_base64(w->mpk, 48), kit_account(KIT_HEIR));
    assert_refused(w, "recipient", "recipient"); /* not registered */
    kit_send(w, KIT_ALICE, "{\"request\":{\"vault\":%llu,\"recipient\":{\"tee\":\"cosmos1fl48vsnmsdzcv85q5d2q4z5ajdha8yu34mf0eh\"}}}",
             ULL(w->vault));
    assert_refused(w, "address", "recipient");
    kit_send(w, KIT_ALICE, "{\"request\":{\"vault\":9,\"recipient\":{\"tee\":\"%s\"}}}", kit_account(KIT_TEE));
    assert_refused(w, "no_vault", "vault");
    uint64_t q = kit_request(w, KIT_ALICE, KIT_TEE);

    send_approve(w, KIT_ALICE, q, KIT_TEE);
    assert_refused(w, "not_guardian", NULL);
    send_approve(w, KIT_GUARDIAN, q, KIT_TEE_2);
    assert_refused(w, "recipient", "recipient");
    send_approve(w, KIT_GUARDIAN, q + 1, KIT_TEE);
    assert_refused(w, "no_request", "request");
    send_begin(w, KIT_TEE, q);
    assert_refused(w, "window", "request");
    kit_window(w);
    send_begin(w, KIT_TEE, q);
    assert_refused(w, "quorum", "request");
    send_approve(w, KIT_GUARDIAN_2, q, KIT_TEE);
    assert_taken(w);
    send_approve(w, KIT_GUARDIAN_2, q, KIT_TEE);
    assert_refused(w, "approved", "request");
    send_begin(w, KIT_ALICE, q);
    assert_refused(w, "not_recipient", NULL);
    kit_recipient r = kit_recipient_make(w, q, KIT_TEE, 1);
    kit_send_evidence(w, q, &r, false);
    assert_refused(w, "no_challenge", "request");
    kit_begin(w, q, KIT_TEE);
    kit_send_evidence(w, q, &r, true);
    assert_refused(w, "malformed", "quote"); /* a machine shows a quote */
    heir.account = KIT_TEE;
    kit_send_evidence(w, q, &heir, false);
    assert_refused(w, "proof", "twin"); /* of another account, for another use */
    r = kit_recipient_make(w, q + 1, KIT_TEE, 1);
    kit_send_evidence(w, q, &r, false);
    assert_refused(w, "proof", "twin"); /* of another request */
    r = kit_recipient_make(w, q, KIT_TEE, 1);
    kit_wait(w, 100, KIT_CHALLENGE_BLOCKS + 1);
    kit_send_evidence(w, q, &r, false);
    assert_refused(w, "expired", "request");
    kit_begin(w, q, KIT_TEE);
    kit_send_evidence(w, q, &r, false);
    assert_taken(w);
    kit_send_evidence(w, q, &r, false);
    assert_refused(w, "answered", "request");
    kit_wait(w, KIT_TTL_S, 1);
    send_begin(w, KIT_TEE, q);
    assert_refused(w, "expired", "request");
    send_approve(w, KIT_GUARDIAN, q, KIT_TEE);
    assert_refused(w, "expired", "request");
}

/* A challenge made late does not outlive its request. */
static void late_challenge(void **state)
{
    kit_world *w = *state;
    uint64_t q = due_request(w);
    kit_wait(w, KIT_TTL_S - KIT_VETO_S - 1, 1);
    kit_begin(w, q, KIT_TEE);
    kit_recipient r = kit_recipient_make(w, q, KIT_TEE, 1);
    kit_wait(w, 1, 1);
    kit_send_evidence(w, q, &r, false);
    assert_refused(w, "expired", "request");
}

static void window_takes_blocks_too(void **state)
{
    kit_world *w = *state;
    kit_wait(w, 100 * KIT_SILENCE_S, KIT_SILENCE_BLOCKS - 1); /* a chain that halted: nobody is silent for that */
    send_request(w, KIT_ALICE, KIT_TEE);
    assert_refused(w, "not_silent", "vault");
    kit_wait(w, 0, 1);
    uint64_t q = kit_request(w, KIT_ALICE, KIT_TEE);
    kit_approve(w, q, KIT_TEE);
    kit_wait(w, 2 * KIT_VETO_S, KIT_VETO_BLOCKS - 1);
    send_begin(w, KIT_TEE, q);
    assert_refused(w, "window", "request");
}

static void registered_key(void **state)
{
    kit_world *w = *state;
    kit_fall_silent(w);
    uint64_t q = kit_request_key(w, KIT_ALICE, KIT_HEIR);
    kit_approve(w, q, KIT_HEIR);
    kit_window(w);
    kit_begin(w, q, KIT_HEIR);
    kit_recipient other = kit_recipient_make(w, q, KIT_HEIR, 1), r = kit_heir_make(w, KIT_HEIR);
    kit_send_evidence(w, q, &other, true);
    assert_refused(w, "recipient", "twin");
    kit_send_evidence(w, q, &r, false);
    assert_refused(w, "malformed", "quote");
    r.twin[190] ^= 1;
    kit_send_evidence(w, q, &r, true);
    assert_refused(w, "proof", "twin");
    /* somebody who knows no secret, with the key's points and a proof for his own account */
    kit_recipient mixed = kit_heir_make(w, KIT_HEIR), mine = kit_recipient_make(w, q, KIT_HEIR, 3);
    memcpy(mixed.twin + 144, mine.twin + 144, 48);
    kit_send_evidence(w, q, &mixed, true);
    assert_refused(w, "proof", "twin");
}

/* ---- the rules behind which an attack stands ---- */

static size_t numbered(kit_world *w, uint64_t q)
{
    ur_key k;
    return (size_t)kit_has(w, ur_key_request(&k, w->vault, q)) + kit_has(w, ur_key_evidence(&k, w->vault, q)) +
           kit_has(w, ur_key_votes(&k, w->vault, q));
}

/* After the t-th vote it is too late. */
static void veto(void **state)
{
    kit_world *w = *state;
    kit_recipient r;
    uint64_t q = voting_request(w, &r);
    kit_send_vote(w, q, 1);
    assert_taken(w);
    kit_send_vote(w, q, 3); /* the second of two */
    assert_taken(w);
    kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    beat(w, &s);
    assert_refused(w, "fenced", "vault");
}

/* A heartbeat before the t-th vote deletes request, evidence and votes, and the votes do not come back. */
static void veto_in_time(void **state)
{
    kit_world *w = *state;
    kit_recipient r;
    uint64_t q = voting_request(w, &r);
    kit_send_vote(w, q, 1);
    assert_taken(w);
    assert_int_equal(numbered(w, q), 3);
    kit_heartbeat(w);
    assert_int_equal(numbered(w, q), 0);
    assert_int_equal(kit_vault(w).pending, 0);
    kit_send_vote(w, q, 2);
    assert_refused(w, "no_evidence", "request");
    send_begin(w, KIT_TEE, q);
    assert_refused(w, "no_request", "request");
    /* the next request has another number, and begins with nothing */
    kit_fall_silent(w);
    uint64_t next = kit_request(w, KIT_ALICE, KIT_TEE);
    assert_int_equal(next, q + 1);
    kit_send_vote(w, next, 2);
    assert_refused(w, "no_evidence", "request");
    kit_window(w);
    send_begin(w, KIT_TEE, next);
    assert_refused(w, "quorum", "request"); /* approvals were for the one before */
}

/* Every statement is a sign of life, not heartbeats alone. */
static void statements_veto(void **state)
{
    kit_world *w = *state;
    kit_fall_silent(w);
    uint64_t q = kit_request(w, KIT_ALICE, KIT_TEE);
    kit_saying s = kit_say(w, UR_STATEMENT_MIGRATE);
    beat(w, &s);
    assert_taken(w);
    assert_int_equal(numbered(w, q), 0);
    assert_int_equal(kit_vault(w).pending, 1u << UC_SLOT_MIGRATION);
    s = kit_say(w, UR_STATEMENT_CHANGE_POLICY);
    kit_speak(w, KIT_OWNER, &s);
    assert_taken(w);
    assert_int_equal(kit_vault(w).pending, 0);
    send_approve(w, KIT_GUARDIAN, q + 1, KIT_TEE);
    assert_refused(w, "no_request", "request");
}

static void migration_needs_no_approval(void **state)
{
    kit_world *w = *state;
    kit_saying s = kit_say(w, UR_STATEMENT_MIGRATE);
    beat(w, &s);
    assert_taken(w);
    send_approve(w, KIT_GUARDIAN, kit_last_request(w), KIT_TEE);
    assert_refused(w, "migration", "request");
    kit_wait(w, KIT_TTL_S, 10);
    send_begin(w, KIT_TEE, kit_last_request(w));
    assert_refused(w, "expired", "request");
}

/* Votes bind request, evidence and generation; each member has one. */
static void votes(void **state)
{
    kit_world *w = *state;
    kit_recipient r;
    uint64_t q = voting_request(w, &r);
    uint8_t wrong[32] = {1};
    kit_send(w, KIT_KEYPER + 1, "{\"vote_release\":{\"vault\":%llu,\"request\":%llu,\"index\":1,\"evidence_hash\":\"%s\"}}", ULL(w->vault), ULL(q),
             kit_base64(wrong, 32));
    assert_refused(w, "evidence_hash", "evidence_hash");
    kit_send_vote(w, q, 1);
    assert_taken(w);
    kit_send_vote(w, q, 1);
    assert_refused(w, "voted", "index");
    char text[1024];
    (void)snprintf(text, sizeof text, "%s", w->message);
    kit_send_text(w, KIT_KEYPER + 2, text); /* member 2 for member 1 */
    assert_refused(w, "not_member", "index");
    kit_send_vote(w, q, 4);
    assert_refused(w, "no_holder", "index");
    /* new evidence: votes for the old one do not count, nor are they taken */
    kit_begin(w, q, KIT_TEE);
    kit_send_text(w, KIT_KEYPER + 1, text);
    assert_refused(w, "no_evidence", "request");
    kit_recipient other = kit_recipient_make(w, q, KIT_TEE, 8);
    kit_send_evidence(w, q, &other, false);
    assert_taken(w);
    kit_send_text(w, KIT_KEYPER + 1, text);
    assert_refused(w, "evidence_hash", "evidence_hash");
    kit_send_vote(w, q, 2);
    assert_taken(w);
    assert_int_equal(kit_vault(w).state, UC_VAULT_ACTIVE);
    /* a new generation: votes of the old one do not count */
    kit_generation(w, 2, 2, 3);
    kit_send_vote(w, q, 3);
    assert_taken(w);
    assert_int_equal(kit_vault(w).state, UC_VAULT_ACTIVE);
    /* a challenge that is over */
    kit_wait(w, 10, KIT_CHALLENGE_BLOCKS + 1);
    kit_send_vote(w, q, 2);
    assert_refused(w, "expired", "request");
    kit_begin(w, q, KIT_TEE);
    r = kit_recipient_make(w, q, KIT_TEE, 1);
    kit_send_evidence(w, q, &r, false);
    assert_taken(w);
    kit_wait(w, KIT_TTL_S, 1); /* the challenge lives, the request does not */
    kit_send_vote(w, q, 2);
    assert_refused(w, "expired", "request");
}

/* A committee that shrank under what the policy allows gets no say. */
static void shrunken_committee(void **state)
{
    kit_world *w = *state;
    kit_recipient r;
    uint64_t q = voting_request(w, &r);
    kit_generation(w, 2, 2, 2);
    kit_send_vote(w, q, 1);
    assert_refused(w, "committee_unfit", "index");
    send_begin(w, KIT_TEE, q);
    assert_refused(w, "committee_unfit", "committee");
    kit_generation(w, 3, 3, 4);
    kit_votes(w, q);
    assert_int_equal(kit_vault(w).state, UC_VAULT_RELEASING);
}

/* Evidence fences nobody, however much of it there is. */
static void evidence_closes_nothing(void **state)
{
    kit_world *w = *state;
    kit_recipient r;
    uint64_t q = voting_request(w, &r);
    for (int i = 0; i < 5; i++) {
        kit_wait(w, 1, 1);
        kit_begin(w, q, KIT_TEE);
        r = kit_recipient_make(w, q, KIT_TEE, (uint8_t)i);
        kit_send_evidence(w, q, &r, false);
        assert_taken(w);
        assert_int_equal(kit_vault(w).state, UC_VAULT_ACTIVE);
    }
    kit_heartbeat(w);
}

/* Challenges made before the window is over would let quotes be stocked; each is another one. */
static void challenges_differ(void **state)
{
    kit_world *w = *state;
    uint64_t q = due_request(w);
    char first[200], *at;
    kit_begin(w, q, KIT_TEE);
    kit_ask(w, "{\"request\":{\"vault\":%llu,\"request\":%llu}}", ULL(w->vault), ULL(q));
    at = strstr(w->result, "\"value\":\"");
    assert_non_null(at);
    (void)snprintf(first, sizeof first, "%.53s", at);
    kit_wait(w, 1, 1);
    kit_begin(w, q, KIT_TEE);
    kit_ask(w, "{\"request\":{\"vault\":%llu,\"request\":%llu}}", ULL(w->vault), ULL(q));
    assert_null(strstr(w->result, first));
}

/* No share before fencing, none for another release or generation or by another; each member has one. */
static void shares(void **state)
{
    kit_world *w = *state;
    kit_recipient r;
    uint64_t q = voting_request(w, &r);
    kit_send_share(w, 1, 1, &r);
    assert_refused(w, "no_release", "vault");
    kit_votes(w, q);
    kit_send_share(w, 2, 1, &r);
    assert_refused(w, "no_release", "release");
    kit_recipient other = kit_recipient_make(w, q, KIT_TEE, 9);
    kit_send_share(w, 1, 1, &other);
    assert_refused(w, "proof", "share"); /* encrypted to somebody else */
    uint8_t share[UR_PVE_SHARE_BYTES];
    kit_share_make(w, share, 1, 2, &r);
    kit_send(w, KIT_KEYPER + 1, "{\"share\":{\"vault\":%llu,\"release\":1,\"index\":1,\"share\":\"%s\"}}", ULL(w->vault), kit_base64(share, sizeof share));
    assert_refused(w, "proof", "share"); /* another member's */
    kit_send(w, KIT_KEYPER + 1, "{\"share\":{\"vault\":%llu,\"release\":1,\"index\":2,\"share\":\"%s\"}}", ULL(w->vault), kit_base64(share, sizeof share));
    assert_refused(w, "not_member", "index");
    memset(share, 0, sizeof share);
    share[0] = share[96] = 0xc0; /* infinity */
    kit_send(w, KIT_KEYPER + 1, "{\"share\":{\"vault\":%llu,\"release\":1,\"index\":1,\"share\":\"%s\"}}", ULL(w->vault), kit_base64(share, sizeof share));
    assert_refused(w, "proof", "share");
    kit_send_share(w, 1, 1, &r);
    assert_taken(w);
    kit_send_share(w, 1, 1, &r);
    assert_refused(w, "shared", "index");
    kit_send_share(w, 1, 2, &r);
    assert_taken(w);
    kit_send_share(w, 1, 3, &r);
    assert_refused(w, "released", "release");
}

/* A fenced instance is refused everything but activation. */
static void fenced(void **state)
{
    kit_world *w = *state;
    kit_fence(w, KIT_TEE, 1);
    static const ur_statement_kind kinds[] = {UR_STATEMENT_HEARTBEAT, UR_STATEMENT_MIGRATE, UR_STATEMENT_RETIRE, UR_STATEMENT_CHANGE_POLICY};
    for (size_t i = 0; i < 4; i++) {
        kit_saying s = kit_say(w, kinds[i]);
        kit_speak(w, KIT_OWNER, &s);
        assert_refused(w, "fenced", "vault");
    }
}

/* Only the recipient may activate, only once it could open, and only with what it signed itself. */
static void activation(void **state)
{
    kit_world *w = *state;
    kit_instance next = kit_instance_of(21), other = kit_instance_of(22);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    beat(w, &s);
    assert_refused(w, "not_fenced", "vault");
    kit_recipient r = kit_fence(w, KIT_TEE, 1);
    s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &next;
    kit_speak(w, KIT_TEE, &s);
    assert_refused(w, "not_released", "vault");
    kit_wait(w, KIT_ACTIVATION_S - 1, 20);
    kit_shares(w, 1, &r);
    s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &next;
    kit_speak(w, KIT_CARRIER, &s); /* not the recipient's account, and not the former's key */
    assert_refused(w, "activation", "vault");
    s.epoch--;
    kit_speak(w, KIT_TEE, &s);
    assert_refused(w, "epoch", "epoch");
    s.epoch++;
    s.sequence--;
    kit_speak(w, KIT_TEE, &s);
    assert_refused(w, "sequence", "sequence");
    s.sequence++;
    s.signer = &other;
    kit_speak(w, KIT_TEE, &s);
    assert_refused(w, "signature", "signature");
    /* the t-th share begins the recipient's time anew: the former instance has to wait for that */
    kit_wait(w, KIT_ACTIVATION_S - 1, 20);
    s = kit_say(w, UR_STATEMENT_ACTIVATE);
    beat(w, &s);
    assert_refused(w, "activation", "vault");
    kit_wait(w, 1, 1);
    s.signer = s.key = &next; /* and others have no claim even then */
    s.seen_height = w->s.height;
    beat(w, &s);
    assert_refused(w, "signature", "signature");
    /* the recipient is late, but nobody else came */
    kit_speak(w, KIT_TEE, &s);
    assert_taken(w);
    /* the former instance's word for the same epoch is worth nothing now */
    kit_saying late = kit_say(w, UR_STATEMENT_ACTIVATE);
    beat(w, &late);
    assert_refused(w, "not_fenced", "vault");
    late = kit_say(w, UR_STATEMENT_HEARTBEAT);
    beat(w, &late);
    assert_refused(w, "signature", "signature");
}

/* What was asked for in a fenced vault, where no silence is needed, does not live on when it is active again. */
static void requests_end_with_the_epoch(void **state)
{
    kit_world *w = *state;
    kit_release(w, KIT_TEE, 1);
    uint64_t q = kit_request(w, KIT_BOB, KIT_TEE_2);
    kit_approve(w, q, KIT_TEE_2);
    kit_window(w);
    kit_instance next = kit_instance_of(21);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &next;
    kit_speak(w, KIT_TEE, &s);
    assert_taken(w);
    kit_wait(w, KIT_ACTIVATION_S, 100);
    send_begin(w, KIT_TEE_2, q);
    assert_refused(w, "no_request", "request");
}

/* Nobody takes the recipient's time away: not by a request that begins in it, and not by a t-th vote in it. */
static void recipients_time(void **state)
{
    kit_world *w = *state;
    kit_recipient r = kit_fence(w, KIT_TEE, 1);
    uint64_t q = kit_request(w, KIT_BOB, KIT_TEE_2);
    kit_approve(w, q, KIT_TEE_2);
    kit_window(w);
    send_begin(w, KIT_TEE_2, q);
    assert_refused(w, "activation", "vault");
    kit_wait(w, KIT_ACTIVATION_S - KIT_VETO_S, 10);
    kit_begin(w, q, KIT_TEE_2); /* shares did not come in time */
    kit_recipient second = kit_recipient_make(w, q, KIT_TEE_2, 2);
    kit_send_evidence(w, q, &second, false);
    assert_taken(w);
    kit_send_vote(w, q, 1);
    assert_taken(w);
    kit_shares(w, 1, &r); /* now they do */
    kit_send_vote(w, q, 2);
    assert_refused(w, "activation", "vault");
    kit_instance next = kit_instance_of(21);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &next;
    kit_speak(w, KIT_TEE, &s);
    assert_taken(w);
}

/* One requester who is always quicker and never activates keeps nobody out: who has waited comes first. */
static void no_request_starves_another(void **state)
{
    kit_world *w = *state;
    kit_fall_silent(w);
    uint64_t quick = kit_request(w, KIT_ALICE, KIT_TEE), patient = kit_request(w, KIT_BOB, KIT_TEE_2);
    kit_approve(w, quick, KIT_TEE);
    kit_approve(w, patient, KIT_TEE_2);
    kit_window(w);
    kit_begin(w, quick, KIT_TEE);
    kit_recipient r = kit_recipient_make(w, quick, KIT_TEE, 1);
    kit_send_evidence(w, quick, &r, false);
    assert_taken(w);
    kit_votes(w, quick);
    kit_shares(w, 1, &r);
    quick = kit_request(w, KIT_ALICE, KIT_TEE); /* and once more at once */
    kit_approve(w, quick, KIT_TEE);
    kit_wait(w, KIT_ACTIVATION_S, KIT_VETO_BLOCKS - 1);
    send_begin(w, KIT_TEE, quick);
    assert_refused(w, "window", "request");
    kit_begin(w, patient, KIT_TEE_2); /* its window was over long ago */
    /* Alice can replace her own request only */
    kit_request(w, KIT_ALICE, KIT_TEE);
    r = kit_recipient_make(w, patient, KIT_TEE_2, 2);
    kit_send_evidence(w, patient, &r, false);
    assert_taken(w);
    kit_votes(w, patient);
    kit_shares(w, 2, &r);
    kit_assert_opens(w, &r);
}

/* A new request takes the place of the sender's own, all of it. */
static void replaced_request(void **state)
{
    kit_world *w = *state;
    kit_recipient r;
    uint64_t q = voting_request(w, &r), other = kit_request(w, KIT_BOB, KIT_TEE_2);
    kit_send_vote(w, q, 1);
    assert_taken(w);
    uint64_t next = kit_request(w, KIT_ALICE, KIT_TEE);
    assert_true(next > other);
    assert_int_equal(numbered(w, q), 0);
    assert_int_equal(numbered(w, other), 1);
    send_begin(w, KIT_TEE, q);
    assert_refused(w, "no_request", "request");
    send_begin(w, KIT_TEE, next);
    assert_refused(w, "window", "request");
}

/* A release that takes the place of one without enough shares: the committee has one open, not two. */
static void release_in_place_of_another(void **state)
{
    kit_world *w = *state;
    kit_fence(w, KIT_TEE, 1);
    uint64_t q = kit_request(w, KIT_BOB, KIT_TEE_2);
    kit_approve(w, q, KIT_TEE_2);
    kit_wait(w, KIT_ACTIVATION_S, 100);
    kit_begin(w, q, KIT_TEE_2);
    kit_recipient r = kit_recipient_make(w, q, KIT_TEE_2, 2);
    kit_send_evidence(w, q, &r, false);
    kit_votes(w, q);
    assert_int_equal(kit_committee(w).open_releases, 1);
    kit_shares(w, 2, &r);
    assert_int_equal(kit_committee(w).open_releases, 0);
}

/* Two of two: the same key twice is one. */
static void authority_of_two(void **state)
{
    kit_world *w = *state;
    kit_instance a = kit_instance_of(77), b = kit_instance_of(78);
    bool swap = ur_cmp_var(a.key, 33, b.key, 33) > 0;
    const kit_instance *first = swap ? &b : &a, *second = swap ? &a : &b;
    char old[100], both[200];
    (void)snprintf(old, sizeof old, "\"keys\":[\"%s\"],\"quorum\":1},\"roots\"", kit_hex(a.key, 33));
    (void)snprintf(both, sizeof both, "\"keys\":[\"%s\",\"%s\"],\"quorum\":2},\"roots\"", kit_hex(first->key, 33), kit_hex(second->key, 33));
    char *p = policy_with(w, old, both);
    free(w->policy);
    w->policy = p;
    kit_create_vault(w);
    const char *one = kit_image_signature(w, first, KIT_IMAGE_JSON("01")), *two = kit_image_signature(w, second, KIT_IMAGE_JSON("01"));
    #define MESSAGE "{\"add_image\":{\"vault\":%llu,\"image\":%s,\"signatures\":[{\"key\":%d,\"signature\":\"%s\"}," \
                "{\"key\":%d,\"signature\":\"%s\"}]}}"
    kit_send(w, KIT_CARRIER, MESSAGE, ULL(w->vault), KIT_IMAGE_JSON("01"), 0, one, 0, one);
    assert_refused(w, "authority", "key");
    kit_send(w, KIT_CARRIER, MESSAGE, ULL(w->vault), KIT_IMAGE_JSON("01"), 1, two, 0, one);
    assert_refused(w, "authority", "key");
    kit_send(w, KIT_CARRIER, MESSAGE, ULL(w->vault), KIT_IMAGE_JSON("01"), 0, one, 1, one);
    assert_refused(w, "signature", "signature");
    kit_send(w, KIT_CARRIER, MESSAGE, ULL(w->vault), KIT_IMAGE_JSON("01"), 0, one, 1, two);
    assert_taken(w);
}

/* A migration is the instance's word: fencing by another request takes it back. */
static void fencing_ends_a_migration(void **state)
{
    kit_world *w = *state;
    kit_saying s = kit_say(w, UR_STATEMENT_MIGRATE);
    beat(w, &s);
    assert_taken(w);
    uint64_t migration = kit_last_request(w);
    kit_fence(w, KIT_TEE_2, 1);
    send_begin(w, KIT_TEE, migration);
    assert_refused(w, "no_request", "request");
}

/* A key's owner may open, never run: nor may he keep the former instance out by not opening. */
static void a_key_does_not_activate(void **state)
{
    kit_world *w = *state;
    kit_fall_silent(w);
    uint64_t q = kit_request_key(w, KIT_ALICE, KIT_HEIR);
    kit_approve(w, q, KIT_HEIR);
    kit_window(w);
    kit_begin(w, q, KIT_HEIR);
    kit_recipient r = kit_heir_make(w, KIT_HEIR);
    kit_send_evidence(w, q, &r, true);
    assert_taken(w);
    kit_votes(w, q);
    kit_instance mine = kit_instance_of(33);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &mine;
    kit_speak(w, KIT_HEIR, &s);
    assert_refused(w, "activation", "vault");
    kit_wait(w, KIT_ACTIVATION_S, 20);
    s.seen_height = w->s.height;
    kit_speak(w, KIT_HEIR, &s);
    assert_refused(w, "signature", "signature");
    s = kit_say(w, UR_STATEMENT_ACTIVATE);
    kit_speak(w, KIT_HEIR, &s); /* he may carry it */
    assert_taken(w);
}

static void ended(void **state)
{
    kit_world *w = *state;
    kit_saying s = kit_say(w, UR_STATEMENT_RETIRE);
    beat(w, &s);
    assert_taken(w);
    kit_fall_silent(w);
    send_request(w, KIT_ALICE, KIT_TEE);
    assert_refused(w, "ended", "vault");
    kit_add_image(w, KIT_IMAGE_JSON("01"));
    assert_refused(w, "ended", "vault");
    s = kit_say(w, UR_STATEMENT_ACTIVATE);
    kit_speak(w, KIT_TEE, &s);
    assert_refused(w, "ended", "vault");
    kit_ask(w, "{\"policy\":{\"vault\":%llu}}", ULL(w->vault));
    assert_refused(w, "ended", "vault");
    kit_ask(w, "{\"release\":{\"vault\":%llu}}", ULL(w->vault));
    assert_refused(w, "no_release", "vault");
    kit_ask(w, "{\"vault\":{\"vault\":%llu}}", ULL(w->vault));
    assert_non_null(strstr(w->result, "\"state\":\"retired\""));
}

int main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)
    const struct CMUnitTest tests[] = {
        RULE(statements_replayed), RULE(one_instance_two_vaults), RULE(stored_statements), RULE(versions), cmocka_unit_test(version_zero),
        RULE(any_carrier), RULE(owner_alone_changes_nothing), RULE(policies), RULE(images), RULE(requests), RULE(late_challenge), RULE(window_takes_blocks_too),
        RULE(registered_key), RULE(veto), RULE(veto_in_time), RULE(statements_veto), RULE(migration_needs_no_approval), RULE(votes),
        RULE(shrunken_committee), RULE(evidence_closes_nothing), RULE(challenges_differ), RULE(shares), RULE(fenced), RULE(activation),
        RULE(requests_end_with_the_epoch), RULE(recipients_time), RULE(no_request_starves_another), RULE(fencing_ends_a_migration), RULE(replaced_request),
        RULE(release_in_place_of_another), RULE(authority_of_two),
        RULE(a_key_does_not_activate), RULE(ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
