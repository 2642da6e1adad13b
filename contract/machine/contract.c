#include "contract/machine/contract.h"

#include "contract/machine/config.h"
#include "contract/machine/handlers.h"
#include "core/codec/base64.h"

/* What the result's text can be longer than what stands in it. */
enum { FRAME_MAX = 128, ERROR_MAX = 256 };

/* ---- dispatch ---- */

typedef struct entry {
    ur_span name;
    ur_status (*handler)(uc_call *c, ur_json args);
} entry;

static const entry messages[] = {
#define UC_EXECUTE(name, handler) {UR_SPAN_LIT(#name), handler},
#define UC_QUERY(name, handler)
#include "contract/machine/message.def"
#undef UC_EXECUTE
#undef UC_QUERY
    {{NULL, 0}, NULL},
};

static const entry queries[] = {
#define UC_EXECUTE(name, handler)
#define UC_QUERY(name, handler) {UR_SPAN_LIT(#name), handler},
#include "contract/machine/message.def"
#undef UC_EXECUTE
#undef UC_QUERY
    {{NULL, 0}, NULL},
};

static ur_status parse_message(uc_call *c, ur_json *out, ur_span message)
{
    if (message.n > UC_MESSAGE_MAX || ur_json_parse_var(out, message) != UR_OK) {
        return uc_refuse(c, UC_ERROR_message, NULL);
    }
    return UR_OK;
}

static ur_status dispatch(uc_call *c, const entry *table, ur_span message)
{
    ur_json v, key, args, more;
    ur_json_iter it;
    ur_span name;
    UR_TRY(parse_message(c, &v, message));
    if (ur_json_object_var(&it, v) != UR_OK || !ur_json_next_member_var(&it, &key, &args) ||
        ur_json_next_member_var(&it, &more, &more)) {
        return uc_refuse(c, UC_ERROR_message, NULL);
    }
    if (ur_json_plain_var(&name, key) == UR_OK) {
        for (; table->handler != NULL; table++) {
            if (ur_span_eq_var(table->name, name)) {
                return table->handler(c, args);
            }
        }
    }
    return uc_refuse(c, UC_ERROR_unknown_message, NULL);
}

static ur_status run_execute(uc_call *c, ur_span message) { return dispatch(c, messages, message); }

static ur_status run_query(uc_call *c, ur_span message) { return dispatch(c, queries, message); }

static ur_status run_instantiate(uc_call *c, ur_span message)
{
    ur_json v;
    uc_args a;
    UR_TRY(parse_message(c, &v, message));
    UR_TRY(uc_args_read(c, &a, NULL, 0, v));
    UR_TRY(uc_config_create(c));
    uc_event_begin(c, UC_EVENT_instantiated);
    uc_attr_u64(c, "version", UC_VERSION);
    return UR_OK;
}

/* ---- facts: what is not as CosmWasm has it is the host's fault ---- */

static ur_status read_env(uc_call *c, ur_span env)
{
    ur_json v;
    if (ur_json_parse_var(&v, env) != UR_OK) {
        return UR_E_INTERNAL;
    }
    ur_json block = ur_json_get_var(v, "block");
    ur_json contract = ur_json_get_var(v, "contract");
    if (ur_json_plain_var(&c->chain_id, ur_json_get_var(block, "chain_id")) != UR_OK ||
        ur_json_u64_var(&c->now.height, ur_json_get_var(block, "height")) != UR_OK ||
        ur_json_u64_text_var(&c->now.time_ns, ur_json_get_var(block, "time")) != UR_OK ||
        ur_json_plain_var(&c->contract, ur_json_get_var(contract, "address")) != UR_OK) {
        return UR_E_INTERNAL;
    }
    return UR_OK;
}

static ur_status read_info(uc_call *c, ur_span info)
{
    ur_json v;
    if (ur_json_parse_var(&v, info) != UR_OK ||
        ur_json_plain_var(&c->sender, ur_json_get_var(v, "sender")) != UR_OK) {
        return UR_E_INTERNAL;
    }
    if (ur_json_count_var(ur_json_get_var(v, "funds")) != 0) {
        return uc_refuse(c, UC_ERROR_funds, NULL);
    }
    return UR_OK;
}

/* ---- results ---- */

static ur_status begin_writer(uc_call *c, ur_writer *w, size_t cap)
{
    void *buf = uc_take(c, cap, 1);
    if (buf == NULL) {
        return UR_E_MEMORY;
    }
    ur_writer_init(w, buf, cap);
    return UR_OK;
}

static ur_status write_error(uc_call *c, ur_span *result)
{
    ur_writer w;
    UR_TRY(begin_writer(c, &w, ERROR_MAX));
    ur_writer_str(&w, "{\"error\":\"");
    ur_writer_str(&w, uc_error_code(c->error));
    ur_writer_str(&w, ": ");
    ur_writer_str(&w, uc_error_sentence(c->error));
    if (c->field != NULL) {
        ur_writer_str(&w, " [");
        ur_writer_str(&w, c->field);
        ur_writer_str(&w, "]");
    }
    ur_writer_str(&w, "\"}");
    return ur_writer_end(&w, result) == UR_OK ? UR_OK : UR_E_INTERNAL;
}

/* The answer in base64 between quotes, or null where a message has none. */
static ur_status write_answer(uc_call *c, ur_writer *w)
{
    ur_span answer;
    if (c->writes && c->answer_bytes.n == 0) {
        ur_writer_str(w, "null");
        return UR_OK;
    }
    if (ur_json_writer_end(&c->answer, &answer) != UR_OK) {
        return UR_E_INTERNAL;
    }
    ur_writer_u8(w, '"');
    ur_base64_write(w, answer, UR_BASE64);
    ur_writer_u8(w, '"');
    return UR_OK;
}

static ur_status write_response(uc_call *c, ur_span *result)
{
    ur_writer w;
    ur_span events;
    uc_event_end(c);
    ur_json_end_array(&c->events);
    if (ur_json_writer_end(&c->events, &events) != UR_OK) {
        return UR_E_INTERNAL;
    }
    UR_TRY(begin_writer(c, &w, FRAME_MAX + events.n + ur_base64_chars(c->answer_bytes.n, UR_BASE64)));
    ur_writer_str(&w, "{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":");
    ur_writer_span(&w, events);
    ur_writer_str(&w, ",\"data\":");
    UR_TRY(write_answer(c, &w));
    ur_writer_str(&w, "}}");
    return ur_writer_end(&w, result) == UR_OK ? UR_OK : UR_E_INTERNAL;
}

static ur_status write_query_answer(uc_call *c, ur_span *result)
{
    ur_writer w;
    UR_TRY(begin_writer(c, &w, FRAME_MAX + ur_base64_chars(c->answer_bytes.n, UR_BASE64)));
    ur_writer_str(&w, "{\"ok\":");
    UR_TRY(write_answer(c, &w));
    ur_writer_u8(&w, '}');
    return ur_writer_end(&w, result) == UR_OK ? UR_OK : UR_E_INTERNAL;
}

/* ---- entry points ---- */

static ur_status begin_call(uc_call *c, const uc_host *host, ur_arena *memory, bool writes)
{
    memset(c, 0, sizeof *c);
    c->host = host;
    c->memory = memory;
    c->writes = writes;
    UR_TRY(begin_writer(c, &c->answer_bytes, UC_ANSWER_MAX));
    ur_json_writer_init(&c->answer, &c->answer_bytes);
    if (writes) {
        UR_TRY(begin_writer(c, &c->event_bytes, UC_EVENTS_MAX));
        ur_json_writer_init(&c->events, &c->event_bytes);
        ur_json_begin_array(&c->events);
    }
    return UR_OK;
}

/* What the caller sees of a status: a refusal's error, or nothing. */
static ur_status end_call(uc_call *c, ur_status st, ur_span *result)
{
    if (st == UR_OK) {
        st = c->writes ? write_response(c, result) : write_query_answer(c, result);
    } else if (c->refused) {
        st = write_error(c, result);
    }
    if (st != UR_OK) {
        *result = (ur_span){NULL, 0};
    }
    return st;
}

static ur_status call(const uc_host *host, ur_arena *memory, ur_span env, ur_span info, ur_span message,
                      ur_status (*run)(uc_call *c, ur_span message), ur_span *result)
{
    uc_call c;
    ur_status st = begin_call(&c, host, memory, run != run_query);
    if (st == UR_OK) {
        st = read_env(&c, env);
    }
    if (st == UR_OK && c.writes) {
        st = read_info(&c, info);
    }
    if (st == UR_OK) {
        st = run(&c, message);
    }
    return end_call(&c, st, result);
}

ur_status uc_instantiate(const uc_host *host, ur_arena *memory, ur_span env, ur_span info, ur_span message,
                         ur_span *result)
{
    return call(host, memory, env, info, message, run_instantiate, result);
}

ur_status uc_execute(const uc_host *host, ur_arena *memory, ur_span env, ur_span info, ur_span message,
                     ur_span *result)
{
    return call(host, memory, env, info, message, run_execute, result);
}

ur_status uc_query(const uc_host *host, ur_arena *memory, ur_span env, ur_span message, ur_span *result)
{
    return call(host, memory, env, (ur_span){NULL, 0}, message, run_query, result);
}
