/* Every message about vaults, malformed in turn: each is sent in many wrong forms before the right one, and nothing of that
 * may be taken or leave a trace. */
#include "tests/contract/vault_kit.h"

enum { FIELDS_MAX = 16, MUTANT_MAX = 200000 };

typedef struct parts {
    ur_span name;               /* of the message */
    ur_span key[FIELDS_MAX], value[FIELDS_MAX];
    size_t n;
} parts;

static size_t mutants; /* in all */

static parts take_apart(const char *message)
{
    ur_json v, key, value;
    ur_json_iter it;
    parts p = {.n = 0};
    assert_ok(ur_json_parse_var(&v, ur_span_str_var(message)));
    assert_ok(ur_json_object_var(&it, v));
    assert_true(ur_json_next_member_var(&it, &key, &v));
    assert_ok(ur_json_plain_var(&p.name, key));
    assert_ok(ur_json_object_var(&it, v));
    while (ur_json_next_member_var(&it, &key, &value)) {
        assert_true(p.n < FIELDS_MAX);
        p.key[p.n] = key.raw;
        p.value[p.n++] = value.raw;
    }
    return p;
}

/* The message again: field `at` without (NULL) or with another value, and `more` behind its fields. */
static const char *build(const parts *p, size_t at, const char *value, const char *more)
{
    static char text[MUTANT_MAX];
    int n = snprintf(text, sizeof text, "{\"%.*s\":{", (int)p->name.n, (const char *)p->name.p);
    const char *comma = "";
    for (size_t i = 0; i < p->n; i++) {
        if (i == at && value == NULL) {
            continue;
        }
        ur_span v = i == at ? ur_span_str_var(value) : p->value[i];
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%.*s:%.*s", comma, (int)p->key[i].n, (const char *)p->key[i].p, (int)v.n,
                      (const char *)v.p);
        comma = ",";
    }
    n += snprintf(text + n, sizeof text - (size_t)n, "%s%s}}", *more != '\0' ? comma : "", more);
    assert_true(n < MUTANT_MAX);
    return text;
}

static void expect_refused(kit_world *w, int sender, const char *text, const char *code)
{
    kit_send_text(w, sender, text);
    mutants++;
    char want[64];
    (void)snprintf(want, sizeof want, "{\"error\":\"%s: ", code);
    if (strncmp(w->result, want, strlen(want)) != 0) {
        fail_msg("%.80s for %.300s, expected %s", w->result, text, code);
    }
}

static void maul_field(kit_world *w, int sender, const parts *p, size_t at)
{
    static const char *const wrong[] = {"true", "-1", "1.5", "1e3", "9007199254740992", "\"\"", "\"\\u0041\"", "\"====\"", "[]", "{}",
                                        "[{}]", "{\"tee\":1}", "{\"key\":{}}", "{\"key\":{\"pk1\":\"\",\"account\":\"\"}}", "\"\x7f\""};
    bool is_label = ur_span_eq_var(p->key[at], UR_SPAN_LIT("\"label\"")); /* where "====" is as good as anything */
    expect_refused(w, sender, build(p, at, NULL, ""), "fields");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *text = build(p, at, is_label && wrong[i][1] == '=' ? "null" : wrong[i], "");
        kit_send_text(w, sender, text);
        mutants++;
        if (strncmp(w->result, "{\"error\"", 8) != 0) {
            fail_msg("taken: %.300s", text);
        }
    }
    if (p->value[at].p[0] == '"') { /* one character less, one more, another alphabet */
        char *text = malloc(p->value[at].n + 8);
        (void)snprintf(text, p->value[at].n + 8, "%.*s\"", (int)p->value[at].n - 2, (const char *)p->value[at].p);
        const char *const codes[] = {"malformed", "too_long", "address", "recipient", "policy"};
        for (int k = 0; k < 2 && !is_label; k++) {
            kit_send_text(w, sender, build(p, at, text, ""));
            mutants++;
            bool named = false;
            for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
                named = named || strncmp(w->result + 10, codes[i], strlen(codes[i])) == 0;
            }
            if (!named) {
                fail_msg("%.80s for %.300s", w->result, build(p, at, text, ""));
            }
            (void)snprintf(text, p->value[at].n + 8, "%.*sA\"", (int)p->value[at].n - 1, (const char *)p->value[at].p);
        }
        free(text);
    }
}

static void maul(kit_world *w, int sender, const char *message)
{
    char *kept = strdup(message);
    uint8_t before[UR_SHA256_BYTES], after[UR_SHA256_BYTES];
    parts p = take_apart(kept);
    kit_digest(w, before);
    for (size_t i = 0; i < p.n; i++) {
        maul_field(w, sender, &p, i);
    }
    expect_refused(w, sender, build(&p, p.n, NULL, "\"more\":1"), "fields");
    size_t n = p.key[0].n + p.value[0].n + 2;
    char *again = malloc(n);
    (void)snprintf(again, n, "%.*s:%.*s", (int)p.key[0].n, (const char *)p.key[0].p, (int)p.value[0].n, (const char *)p.value[0].p);
    expect_refused(w, sender, build(&p, p.n, NULL, again), "message");
    free(again);
    kit_digest(w, after);
    assert_memory_equal(before, after, sizeof after);
    memcpy(w->message, kept, strlen(kept) + 1);
    free(kept);
}

/* ---- every message, in lives that have them all ---- */

static kit_world *begin(void)
{
    kit_world *w = kit_new(2, 3);
    w->before = maul;
    kit_create_vault(w);
    kit_next_version(w, "a sealed file");
    return w;
}

static void recovery(void **state)
{
    (void)state;
    kit_world *w = begin();
    kit_heartbeat(w);
    kit_release(w, KIT_TEE, 1);
    kit_instance next = kit_instance_of(21);
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &next;
    kit_speak(w, KIT_TEE, &s);
    assert_taken(w);
    kit_free(w);
}

static void key_and_rest(void **state)
{
    (void)state;
    kit_world *w = begin();
    kit_saying s = kit_say(w, UR_STATEMENT_CHANGE_POLICY);
    kit_speak(w, KIT_OWNER, &s);
    assert_taken(w);
    s = kit_say(w, UR_STATEMENT_MIGRATE);
    kit_speak(w, KIT_CARRIER, &s);
    assert_taken(w);
    kit_add_image(w, KIT_IMAGE_JSON("01"));
    assert_taken(w);
    kit_fall_silent(w);
    uint64_t q = kit_request_key(w, KIT_BOB, KIT_HEIR);
    kit_approve(w, q, KIT_HEIR);
    kit_window(w);
    kit_begin(w, q, KIT_HEIR);
    kit_recipient r = kit_heir_make(w, KIT_HEIR);
    kit_send_evidence(w, q, &r, true);
    assert_taken(w);
    s = kit_say(w, UR_STATEMENT_RETIRE);
    kit_speak(w, KIT_CARRIER, &s);
    assert_taken(w);
    print_message("%zu wrong messages\n", mutants);
    kit_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(recovery), cmocka_unit_test(key_and_rest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
