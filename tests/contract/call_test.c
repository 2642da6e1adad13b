/* The ground of the contract: parsing, dispatch, refusals, results, and the first query. */
#include "tests/test.h"

#include "contract/machine/call.h"
#include "tests/contract/host_mem.h"

#define CONTRACT "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"
#define ENV                                                                                                           \
    "{\"block\":{\"height\":12,\"time\":\"1700000000123456789\",\"chain_id\":\"dev-1\"},\"transaction\":{\"index\":0}," \
    "\"contract\":{\"address\":\"" CONTRACT "\"},\"more\":[1]}"
#define INFO "{\"sender\":\"wasm1qyqszqgpqyqszqgpqyqszqgpqyqszqgpvxat6a\",\"funds\":[]}"

typedef struct world {
    host_mem host;
    uint8_t *memory;
    ur_arena arena;
} world;

static int set_up(void **state)
{
    world *w = calloc(1, sizeof *w);
    w->memory = calloc(1, UC_MEMORY_BYTES + 16);
    host_mem_init(&w->host, "wasm");
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    world *w = *state;
    host_mem_clear(&w->host);
    free(w->memory);
    free(w);
    return 0;
}

static const uc_host *begin(world *w)
{
    memset(w->memory, 0, UC_MEMORY_BYTES + 16);
    ur_arena_init(&w->arena, w->memory, UC_MEMORY_BYTES + 15);
    host_mem_begin(&w->host);
    return &w->host.host;
}

#define assert_text(span, text)                                                            \
    do {                                                                                   \
        ur_span got_ = (span);                                                             \
        if (!ur_span_eq_var(got_, UR_SPAN_LIT(text))) {                                    \
            fail_msg("got %.*s, expected %s", (int)got_.n, (const char *)got_.p, text);    \
        }                                                                                  \
    } while (0)

static ur_span instantiate(world *w, const char *info, const char *message)
{
    ur_span result;
    const uc_host *host = begin(w);
    assert_ok(uc_instantiate(host, &w->arena, UR_SPAN_LIT(ENV), ur_span_str_var(info), ur_span_str_var(message), &result));
    return result;
}

static ur_span execute(world *w, ur_span message)
{
    ur_span result;
    const uc_host *host = begin(w);
    assert_ok(uc_execute(host, &w->arena, UR_SPAN_LIT(ENV), UR_SPAN_LIT(INFO), message, &result));
    return result;
}

static ur_span query(world *w, const char *message)
{
    ur_span result;
    const uc_host *host = begin(w);
    assert_ok(uc_query(host, &w->arena, UR_SPAN_LIT(ENV), ur_span_str_var(message), &result));
    return result;
}

static void instantiates_once(void **state)
{
    world *w = *state;
    static const uint8_t config[] = {1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1};
    assert_text(instantiate(w, INFO, " {} "),
                "{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[{\"attributes\":[{\"key\":\"version\",\"value\":"
                "\"1\"}],\"type\":\"instantiated\"}],\"data\":null}}");
    assert_int_equal(w->host.op_count, 2);
    assert_int_equal(w->host.ops[1].kind, HOST_WRITE);
    assert_int_equal(w->host.ops[1].value_len, sizeof config);
    assert_memory_equal(w->host.ops[1].value, config, sizeof config);
    assert_text(instantiate(w, INFO, "{}"), "{\"error\":\"exists: the contract has been instantiated before\"}");
}

static void refuses_at_instantiation(void **state)
{
    world *w = *state;
    assert_text(instantiate(w, INFO, "{\"admin\":1}"),
                "{\"error\":\"fields: a field is missing, or one is not known\"}");
    assert_text(instantiate(w, "{\"sender\":\"a\",\"funds\":[{\"denom\":\"x\",\"amount\":\"1\"}]}", "{}"),
                "{\"error\":\"funds: the contract takes no funds\"}");
    assert_int_equal(w->host.count, 0);
}

static void answers_config(void **state)
{
    world *w = *state;
    instantiate(w, INFO, "{}");
    /* {"key":"Yw==","next_committee":1,"next_vault":1,"version":1} */
    assert_text(query(w, "{\"config\":{}}"),
                "{\"ok\":\"eyJrZXkiOiJZdz09IiwibmV4dF9jb21taXR0ZWUiOjEsIm5leHRfdmF1bHQiOjEsInZlcnNpb24iOjF9\"}");
    assert_text(query(w, "{\"config\":{\"x\":1}}"), "{\"error\":\"fields: a field is missing, or one is not known\"}");
}

static void refuses_what_is_no_message(void **state)
{
    world *w = *state;
    static const char *const bad[] = {"", "{}", "[]", "null", "\"config\"", "{\"config\":{}", "{\"config\":{}}x",
                                      "{\"config\":{},\"config\":{}}", "{\"a\":{},\"b\":{}}", "{\"a\":\"\xff\"}",
                                      "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_text(execute(w, ur_span_str_var(bad[i])),
                    "{\"error\":\"message: the message is not JSON of one member, or too long or too deep\"}");
    }
    assert_text(execute(w, UR_SPAN_LIT("{\"config\":{}}")), "{\"error\":\"unknown_message: no message has this name\"}");
    assert_text(execute(w, UR_SPAN_LIT("{\"c\\u006fnfig\":{}}")),
                "{\"error\":\"unknown_message: no message has this name\"}");
    assert_int_equal(w->host.count, 0);
}

static void refuses_a_long_message(void **state)
{
    world *w = *state;
    size_t n = UC_MESSAGE_MAX + 1;
    uint8_t *text = malloc(n);
    memset(text, ' ', n);
    memcpy(text, "{\"a\":1}", 7);
    assert_text(execute(w, ur_span_of(text, n)),
                "{\"error\":\"message: the message is not JSON of one member, or too long or too deep\"}");
    assert_text(execute(w, ur_span_of(text, n - 1)), "{\"error\":\"unknown_message: no message has this name\"}");
    free(text);
}

static void hands_a_bad_env_back(void **state)
{
    world *w = *state;
    ur_span result;
    static const char *const bad[] = {
        "", "{}", "{\"block\":{\"height\":\"1\",\"time\":\"1\",\"chain_id\":\"c\"},\"contract\":{\"address\":\"a\"}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_status(uc_query(begin(w), &w->arena, ur_span_str_var(bad[i]), UR_SPAN_LIT("{\"config\":{}}"), &result),
                      UR_E_INTERNAL);
        assert_int_equal(result.n, 0);
    }
}

static void ends_when_memory_does(void **state)
{
    world *w = *state;
    ur_span result;
    const uc_host *host = begin(w);
    ur_arena_init(&w->arena, w->memory, 4096);
    assert_status(uc_query(host, &w->arena, UR_SPAN_LIT(ENV), UR_SPAN_LIT("{\"config\":{}}"), &result), UR_E_MEMORY);
}

static ur_status failing_get(void *self, ur_span key, ur_span *value)
{
    (void)self;
    (void)key;
    *value = (ur_span){NULL, 0};
    return UR_E_UNAVAILABLE;
}

static void hands_the_hosts_failure_through(void **state)
{
    world *w = *state;
    ur_span result;
    uc_host host = *begin(w);
    host.get = failing_get;
    assert_status(uc_query(&host, &w->arena, UR_SPAN_LIT(ENV), UR_SPAN_LIT("{\"config\":{}}"), &result), UR_E_UNAVAILABLE);
}

/* What handlers are made of, used as a handler would. */
static void events_follow_their_declaration(void **state)
{
    world *w = *state;
    uint8_t buf[256];
    uc_call c = {.host = begin(w), .memory = &w->arena, .writes = true};
    ur_writer_init(&c.event_bytes, buf, sizeof buf);
    ur_json_writer_init(&c.events, &c.event_bytes);
    ur_json_begin_array(&c.events);
    uc_event_begin(&c, UC_EVENT_instantiated);
    uc_attr_u64(&c, "versions", 1);
    assert_true(c.events.misuse);
    ur_json_writer_init(&c.events, &c.event_bytes);
    ur_json_begin_array(&c.events);
    uc_event_begin(&c, UC_EVENT_instantiated);
    uc_event_end(&c);
    assert_true(c.events.misuse); /* an attribute is missing */
}

static void records_have_limits(void **state)
{
    world *w = *state;
    static const uint8_t big[UC_VALUE_MAX + 1];
    uc_call c = {.host = begin(w), .memory = &w->arena, .writes = true};
    ur_span key = UR_SPAN_LIT("k");
    assert_status(uc_put(&c, key, (ur_span){NULL, 0}), UR_E_INTERNAL);
    assert_status(uc_put(&c, key, ur_span_of(big, sizeof big)), UR_E_INTERNAL);
    assert_ok(uc_put(&c, key, ur_span_of(big, sizeof big - 1)));
    c.writes = false;
    assert_status(uc_put(&c, key, key), UR_E_INTERNAL);
    assert_status(uc_remove(&c, key), UR_E_INTERNAL);
}

enum { NUMBER, BYTES, TEXT, WHO, FIELDS };
static const char *const field_names[FIELDS] = {"number", "bytes", "text", "who"};

static ur_status read_field(uc_call *c, const char *value, size_t field, ur_status (*read)(const uc_args *a, size_t i))
{
    uc_args a = {.call = c, .names = field_names};
    static char text[1024];
    snprintf(text, sizeof text, "%s", value);
    assert_ok(ur_json_parse_var(&a.value[field], ur_span_str_var(text)));
    c->refused = false;
    return read(&a, field);
}

static ur_status read_number(const uc_args *a, size_t i)
{
    uint64_t x;
    return uc_args_u64(a, i, &x);
}

static ur_status read_bytes(const uc_args *a, size_t i)
{
    ur_span s;
    return uc_args_base64_upto(a, i, 4, &s);
}

static ur_status read_text(const uc_args *a, size_t i)
{
    ur_span s;
    return uc_args_text(a, i, 4, &s);
}

static ur_status read_who(const uc_args *a, size_t i)
{
    ur_span s;
    return uc_args_address(a, i, &s);
}

static void fields_are_read_strictly(void **state)
{
    world *w = *state;
    uc_call c = {.host = begin(w), .memory = &w->arena, .writes = true};
    assert_ok(read_field(&c, "9007199254740991", NUMBER, read_number));
    assert_status(read_field(&c, "9007199254740992", NUMBER, read_number), UR_E_LIMIT);
    assert_int_equal(c.error, UC_ERROR_too_long);
    assert_string_equal(c.field, "number");
    assert_status(read_field(&c, "\"1\"", NUMBER, read_number), UR_E_INPUT);
    assert_int_equal(c.error, UC_ERROR_malformed);
    assert_ok(read_field(&c, "\"AAECAw==\"", BYTES, read_bytes));
    assert_status(read_field(&c, "\"AAECAwQ=\"", BYTES, read_bytes), UR_E_LIMIT);
    assert_status(read_field(&c, "\"AAECAwQFBgcI\"", BYTES, read_bytes), UR_E_LIMIT);
    assert_status(read_field(&c, "\"\"", BYTES, read_bytes), UR_E_INPUT);
    assert_status(read_field(&c, "\"AAE\"", BYTES, read_bytes), UR_E_INPUT);
    assert_ok(read_field(&c, "\"a b~\"", TEXT, read_text));
    assert_status(read_field(&c, "\"abcde\"", TEXT, read_text), UR_E_LIMIT);
    assert_status(read_field(&c, "\"\xc3\xa4\"", TEXT, read_text), UR_E_INPUT);
    assert_status(read_field(&c, "\"\\n\"", TEXT, read_text), UR_E_INPUT);
    assert_ok(read_field(&c, "\"" CONTRACT "\"", WHO, read_who));
    assert_status(read_field(&c, "\"cosmos1qyqszqgpqyqszqgpqyqszqgpqyqszqgpjnp7du\"", WHO, read_who), UR_E_INPUT);
    assert_int_equal(c.error, UC_ERROR_address);
    assert_string_equal(c.field, "who");
}

static void every_error_fits(void **state)
{
    (void)state;
    for (uc_error e = 0; e < UC_ERROR_COUNT; e++) {
        assert_in_range(strlen(uc_error_code(e)) + strlen(uc_error_sentence(e)), 8, 200);
        assert_null(strpbrk(uc_error_sentence(e), "\"\\[]:"));
    }
    for (uc_event e = 0; e < UC_EVENT_COUNT; e++) {
        assert_true(strlen(uc_event_type(e)) >= 3);
        assert_true(uc_event_attributes(e)[0] != '\0' && uc_event_attributes(e)[0] != '_');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(instantiates_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_at_instantiation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_config, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_a_long_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hands_a_bad_env_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ends_when_memory_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hands_the_hosts_failure_through, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_follow_their_declaration, set_up, tear_down),
        cmocka_unit_test_setup_teardown(records_have_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields_are_read_strictly, set_up, tear_down),
        cmocka_unit_test(every_error_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
