/* Configuration: which source wins, what is refused and how that is said, what is told back. */
#include "lib/config/config.h"

#include "tests/test.h"

static const ur_config_key keys[] = {
    {.name = "node", .value = "URL", .help = "where a node answers", .many = true, .required = true},
    {.name = "poll-ms", .value = "MS", .fallback = "1000", .help = "how often to look"},
    {.name = "simulate", .help = "accept simulated TEEs", .fallback = "no"},
    {.name = "store", .value = "FOLDER", .help = "where state is kept"},
};

static ur_config *fresh(void)
{
    ur_config *c;
    assert_ok(ur_config_new(&c, keys, sizeof keys / sizeof keys[0], "UNRUG_T_", NULL));
    return c;
}

static void the_stronger_source_wins(void **state)
{
    (void)state;
    const char *env[] = {"HOME=/x", "UNRUG_T_POLL_MS=30", "UNRUG_T_NODE=http://c http://d", NULL};
    const char *args[] = {"--poll-ms=40", "--simulate", "--", "run"};
    uint64_t ms;
    int used;
    ur_config *c = fresh();
    assert_ok(ur_config_number(c, "poll-ms", 1, 5000, &ms, NULL));
    assert_int_equal(ms, 1000);
    assert_ok(ur_config_read_args(c, 4, args, &used, NULL));
    assert_int_equal(used, 3);
    assert_ok(ur_config_read_text(c, UR_SPAN_LIT("# ours\nnode = http://a\r\n  node=http://b  \npoll-ms = 20\nstore = /y z\n"), "t.conf", NULL));
    assert_ok(ur_config_read_env(c, env, NULL));
    assert_ok(ur_config_check(c, NULL));
    assert_ok(ur_config_number(c, "poll-ms", 1, 5000, &ms, NULL));
    assert_int_equal(ms, 40);
    assert_int_equal(ur_config_count(c, "node"), 2);
    assert_string_equal(ur_config_text_at(c, "node", 0), "http://c");
    assert_string_equal(ur_config_text_at(c, "node", 1), "http://d");
    assert_null(ur_config_text_at(c, "node", 2));
    assert_string_equal(ur_config_text(c, "store"), "/y z");
    assert_true(ur_config_is_on(c, "simulate"));
    ur_config_free(&c);
    assert_null(c);
}

static void refused(const char *text, ur_status want, const char *says)
{
    ur_err err = {""};
    ur_config *c = fresh();
    assert_status(ur_config_read_text(c, ur_span_str_var(text), "t.conf", &err), want);
    if (strstr(err.text, says) == NULL) {
        fail_msg("'%s' does not say '%s'", err.text, says);
    }
    ur_config_free(&c);
}

static void bad_files(void **state)
{
    (void)state;
    refused("nod = x\n", UR_E_USAGE, "line 1: unknown key 'nod'; 'node'?");
    refused("\n\nwhatever-else = x\n", UR_E_USAGE, "line 3: unknown key 'whatever-else'");
    refused("node\n", UR_E_INPUT, "'key = value'");
    refused("node =\n", UR_E_USAGE, "'node' wants a value");
    refused("store = a\nstore = b\n", UR_E_USAGE, "line 2: 'store' was given before (t.conf, line 1)");
    refused("simulate = perhaps\n", UR_E_USAGE, "yes or no");
    refused("store = a\x01" "b\n", UR_E_INPUT, "control character");
}

static void bad_numbers(void **state)
{
    (void)state;
    static const char *const rows[] = {"0", "5001", "-1", "1x", "99999999999999999999999", "0x10", " "};
    for (size_t i = 0; i + 1 < sizeof rows / sizeof rows[0]; i++) {
        char line[64];
        uint64_t ms;
        ur_err err = {""};
        ur_config *c = fresh();
        (void)snprintf(line, sizeof line, "poll-ms = %s", rows[i]);
        assert_ok(ur_config_read_text(c, ur_span_str_var(line), "t.conf", NULL));
        assert_status(ur_config_number(c, "poll-ms", 1, 5000, &ms, &err), UR_E_USAGE);
        assert_non_null(strstr(err.text, "from 1 to 5000"));
        ur_config_free(&c);
    }
}

static void bad_arguments(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"--pol-ms", "1"}, {"--poll-ms", NULL}, {"--simulate=maybe", NULL}, {"--store=", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int used;
        ur_config *c = fresh();
        assert_status(ur_config_read_args(c, rows[i][1] == NULL ? 1 : 2, rows[i], &used, NULL), UR_E_USAGE);
        ur_config_free(&c);
    }
    const char *env[] = {"UNRUG_T_NOD=x", NULL};
    ur_err err;
    ur_config *c = fresh();
    assert_status(ur_config_read_env(c, env, &err), UR_E_USAGE);
    assert_non_null(strstr(err.text, "UNRUG_T_NOD"));
    assert_status(ur_config_check(c, &err), UR_E_USAGE);
    assert_non_null(strstr(err.text, "'node' is not set (where a node answers)"));
    for (unsigned k = 0; k < UR_CONFIG_VALUES_MAX; k++) {
        assert_ok(ur_config_read_text(c, UR_SPAN_LIT("node = x"), "t.conf", NULL));
    }
    assert_status(ur_config_read_text(c, UR_SPAN_LIT("node = x"), "t.conf", NULL), UR_E_USAGE);
    ur_config_free(&c);
}

static ur_status collect(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    (void)err;
    char *text = context;
    size_t at = strlen(text);
    assert_true(at + n < 4096);
    memcpy(text + at, p, n);
    text[at + n] = '\0';
    return UR_OK;
}

/* What the example says can be read, and says the defaults. */
static void tells(void **state)
{
    (void)state;
    char text[4096] = "";
    const ur_sink to = {text, collect};
    ur_config *c = fresh();
    assert_ok(ur_config_example(c, &to, NULL));
    assert_non_null(strstr(text, "# where a node answers; may be given several times\nnode = URL\n"));
    assert_non_null(strstr(text, "# how often to look\n# poll-ms = 1000\n"));
    assert_ok(ur_config_read_text(c, ur_span_str_var(text), "example", NULL));
    text[0] = '\0';
    assert_ok(ur_config_show(c, &to, NULL));
    assert_string_equal(text, "node = URL  # example, line 2\npoll-ms = 1000  # default\nsimulate = no  # default\n# store is not set\n");
    text[0] = '\0';
    assert_ok(ur_config_help(c, &to, NULL));
    assert_non_null(strstr(text, "  --poll-ms MS               how often to look; default 1000\n"));
    ur_config_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stronger_source_wins), cmocka_unit_test(bad_files), cmocka_unit_test(bad_numbers),
        cmocka_unit_test(bad_arguments),            cmocka_unit_test(tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
