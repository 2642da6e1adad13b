#include "programs/cli/contract/ask.h"

#include <stdlib.h>
#include <string.h>

#include "lib/os/clock.h"
#include "programs/cli/when.h"

enum { TEXT_MAX = 16384 };

ur_status contract_address(cli *c, const char **out)
{
    const char *given = cli_value(c, "contract");
    *out = given != NULL ? given : getenv("UNRUG_CONTRACT");
    if (*out == NULL || **out == '\0') {
        cli_hint(c, "--contract ADDRESS, or UNRUG_CONTRACT in the environment");
        return cli_fail(c, UR_E_USAGE, "which contract?");
    }
    return chain_address(c, "--contract", *out);
}

ur_status contract_number(cli *c, uint64_t *out, const char *name)
{
    return ur_coin_amount_var(out, ur_span_str_var(cli_value(c, name))) == UR_OK && *out > 0
               ? UR_OK
               : cli_fail(c, UR_E_USAGE, "%s takes a number from 1 on", name);
}

ur_status contract_ask(cli *c, ur_client *client, ur_node_reply *reply, ur_json *out, const char *query, const char *const *names,
                       const uint64_t *values, size_t n)
{
    uint8_t buf[512];
    ur_writer w;
    ur_json_writer j;
    ur_span msg, answer;
    const char *contract;
    *out = (ur_json){0};
    UR_TRY(contract_address(c, &contract));
    ur_writer_init(&w, buf, sizeof buf);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, query);
    ur_json_begin_object(&j);
    for (size_t i = 0; i < n; i++) {
        ur_json_key(&j, names[i]);
        ur_json_put_u64(&j, values[i]);
    }
    ur_json_end_object(&j);
    ur_json_end_object(&j);
    UR_TRY(ur_json_writer_end(&j, &msg));
    ur_status st = ur_client_smart(client, reply, &answer, contract, msg, cli_err(c));
    if (st != UR_OK) {
        return strstr(ur_err_text(cli_err(c), st), "no_") != NULL ? cli_in(c, UR_E_ABSENT, "contract %s", contract) : st;
    }
    st = ur_json_parse_var(out, answer);
    if (st != UR_OK) {
        ur_node_reply_free(reply);
        return cli_fail(c, st, "the contract's answer is no JSON");
    }
    return UR_OK;
}

/* ---- saying ---- */

static int64_t now_s(void)
{
    const ur_clock *clock = ur_clock_system();
    return clock->unix_ms(clock->context) / 1000;
}

static bool say_instant(cli *c, const char *key, ur_json v)
{
    uint64_t ns;
    if (ur_json_u64_text_var(&ns, ur_json_get_var(v, "time_ns")) != UR_OK) {
        return false;
    }
    cli_say_when(c, key, (int64_t)(ns / 1000000000), now_s());
    return true;
}

static void say_value(cli *c, const char *key, ur_json v)
{
    uint8_t buf[TEXT_MAX];
    ur_span s;
    uint64_t x;
    bool b;
    if (ur_json_string_var(&s, buf, sizeof buf, v) == UR_OK) {
        cli_say_span(c, key, s);
    } else if (ur_json_u64_var(&x, v) == UR_OK) {
        cli_say_number(c, key, x);
    } else if (ur_json_bool_var(&b, v) == UR_OK) {
        cli_say_bool(c, key, b);
    } else if (ur_json_kind_var(v) == UR_JSON_NULL) {
        cli_say_null(c, key);
    } else if (!say_instant(c, key, v)) {
        cli_say_span(c, key, v.raw);
    }
}

void contract_say(cli *c, ur_json answer, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ur_json v = ur_json_get_var(answer, names[i]);
        if (ur_json_kind_var(v) != UR_JSON_NONE) {
            say_value(c, names[i], v);
        }
    }
}

void contract_say_rows(cli *c, const char *key, ur_json list, const char *const *names, size_t n)
{
    ur_json_iter it;
    ur_json one;
    cli_list_begin(c, key);
    if (ur_json_array_var(&it, list) == UR_OK) {
        while (ur_json_next_var(&it, &one)) {
            cli_row_begin(c);
            contract_say(c, one, names, n);
            cli_row_end(c);
        }
    }
    cli_list_end(c);
}

/* ---- telling ---- */

/* The value of an attribute in the contract's own events. */
static ur_json attribute_of(ur_json events, const char *name)
{
    ur_json_iter it, at;
    ur_json event, a;
    if (ur_json_array_var(&it, events) != UR_OK) {
        return (ur_json){0};
    }
    while (ur_json_next_var(&it, &event)) {
        ur_span type;
        bool ours = ur_json_plain_var(&type, ur_json_get_var(event, "type")) == UR_OK && type.n >= 4 && ur_eq_var(type.p, "wasm", 4);
        if (!ours || ur_json_array_var(&at, ur_json_get_var(event, "attributes")) != UR_OK) {
            continue;
        }
        while (ur_json_next_var(&at, &a)) {
            if (ur_json_is_var(ur_json_get_var(a, "key"), ur_span_str_var(name))) {
                return ur_json_get_var(a, "value");
            }
        }
    }
    return (ur_json){0};
}

ur_status contract_tell(cli *c, chain_sender *s, ur_json_writer *j, const char *attribute)
{
    ur_client_result r;
    ur_msg m = {.kind = UR_MSG_EXECUTE};
    const char *contract;
    uint64_t made;
    UR_TRY(contract_address(c, &contract));
    m.u.execute.sender = ur_span_str_var(s->address);
    m.u.execute.contract = ur_span_str_var(contract);
    if (ur_json_writer_end(j, &m.u.execute.msg) != UR_OK) {
        return cli_fail(c, UR_E_LIMIT, "the message is larger than the contract takes");
    }
    UR_TRY(chain_send(c, s, &m, 1, "sent", &r));
    if (r.fate == UR_FATE_INCLUDED && attribute != NULL && ur_json_u64_text_var(&made, attribute_of(r.tx.events, attribute)) == UR_OK) {
        cli_say_number(c, attribute, made);
    }
    ur_client_result_free(&r);
    return UR_OK;
}
