#include "tests/contract/stage.h"

#include "tests/contract/examples.h"

static void name_accounts(stage *s)
{
    for (size_t i = 0; i < STAGE_ACCOUNTS; i++) {
        s->accounts[i] = scenario_account(&s->sc, scenario_text(&s->sc, "account %zu", i));
    }
}

void stage_open(stage *s)
{
    memset(s, 0, sizeof *s);
    scenario_start(&s->sc);
    name_accounts(s);
}

void stage_open_elsewhere(stage *s, const scenario_elsewhere *elsewhere, const char *chain_id)
{
    memset(s, 0, sizeof *s);
    scenario_start_elsewhere(&s->sc, elsewhere, chain_id);
    name_accounts(s);
}

void stage_close(stage *s)
{
    for (size_t i = 0; i < s->events_n; i++) {
        free(s->events[i].text);
    }
    free(s->events);
    scenario_end(&s->sc);
    memset(s, 0, sizeof *s);
}

void stage_pass(stage *s, uint64_t blocks)
{
    scenario_pass(&s->sc, blocks, s->sc.elsewhere != NULL ? 0 : 5 * blocks); /* a chain takes the time it takes */
}

/* ---- events ---- */

static void keep_event(stage *s, ur_json event)
{
    if (s->events_n == s->events_cap) {
        s->events_cap = 2 * s->events_cap + 64;
        s->events = realloc(s->events, s->events_cap * sizeof *s->events);
        assert_non_null(s->events);
    }
    stage_event *e = &s->events[s->events_n++];
    e->height = s->sc.height;
    e->text = malloc(event.raw.n);
    assert_non_null(e->text);
    memcpy(e->text, event.raw.p, event.raw.n);
    assert_ok(ur_json_parse_var(&e->json, ur_span_of(e->text, event.raw.n)));
}

static void keep_events(stage *s)
{
    ur_json_iter it;
    ur_json v, event;
    assert_ok(ur_json_parse_var(&v, s->sc.result));
    assert_ok(ur_json_array_var(&it, ur_json_get_var(ur_json_get_var(v, "ok"), "events")));
    while (ur_json_next_var(&it, &event)) {
        keep_event(s, event);
    }
}

const stage_event *stage_last_event(const stage *s, const char *type)
{
    for (size_t i = s->events_n; i-- > 0;) {
        if (ur_json_is_var(ur_json_get_var(s->events[i].json, "type"), ur_span_str_var(type))) {
            return &s->events[i];
        }
    }
    return NULL;
}

static const char *text_of(stage *s, ur_json string)
{
    ur_span value;
    char *buf = calloc(1, string.raw.n + 1);
    assert_non_null(buf);
    assert_ok(ur_json_string_var(&value, buf, string.raw.n, string));
    const char *text = scenario_text(&s->sc, "%.*s", STAGE_SPAN(value));
    free(buf);
    return text;
}

const char *stage_attribute(stage *s, const stage_event *e, const char *name)
{
    ur_json_iter it;
    ur_json one;
    assert_non_null(e);
    assert_ok(ur_json_array_var(&it, ur_json_get_var(e->json, "attributes")));
    while (ur_json_next_var(&it, &one)) {
        if (ur_json_is_var(ur_json_get_var(one, "key"), ur_span_str_var(name))) {
            return text_of(s, ur_json_get_var(one, "value"));
        }
    }
    fail_msg("no attribute %s in %s", name, e->text);
    return NULL;
}

uint64_t stage_attribute_u64(stage *s, const stage_event *e, const char *name)
{
    return strtoull(stage_attribute(s, e, name), NULL, 10);
}

/* ---- calls ---- */

void stage_ask(stage *s, const char *query)
{
    ur_json answer = scenario_ask(&s->sc, "%s", query);
    assert_non_null(s->record);
    examples_asked(s->record, &s->sc, query, answer.raw);
}

bool stage_try(stage *s, const char *sender, const char *message)
{
    ur_span r = scenario_call(&s->sc, SCENARIO_EXECUTE, sender, ur_span_str_var(message));
    bool taken = r.n > 5 && ur_eq_var(r.p, "{\"ok\"", 5);
    examples_called(s->record, &s->sc, sender, message);
    if (taken) {
        keep_events(s);
    }
    return taken;
}

void stage_must(stage *s, const char *sender, const char *message)
{
    scenario_ok(&s->sc, sender, "%s", message);
    examples_called(s->record, &s->sc, sender, message);
    keep_events(s);
}

void stage_refused(stage *s, const char *sender, const char *code, const char *field, const char *message)
{
    scenario_refused(&s->sc, sender, code, field, "%s", message);
    examples_called(s->record, &s->sc, sender, message);
    assert_true(field != NULL || memchr(s->sc.result.p, '[', s->sc.result.n) == NULL);
}

stage_work stage_last_work(const stage *s)
{
    const host_mem *h = &s->sc.sides[0].host;
    stage_work w = {0};
    for (size_t i = 0; i < h->op_count; i++) {
        const host_op *op = &h->ops[i];
        w.reads += op->kind == HOST_READ;
        w.writes += op->kind == HOST_WRITE;
        w.removes += op->kind == HOST_REMOVE;
        w.bytes += op->kind == HOST_WRITE ? op->key_len + op->value_len : 0;
    }
    return w;
}

/* ---- answers ---- */

uint64_t stage_u64(ur_json object, const char *name)
{
    uint64_t x;
    assert_ok(ur_json_u64_var(&x, ur_json_get_var(object, name)));
    return x;
}

const char *stage_string(stage *s, ur_json object, const char *name) { return text_of(s, ur_json_get_var(object, name)); }

ur_json stage_at(ur_json list, size_t i)
{
    ur_json_iter it;
    ur_json one = {{NULL, 0}};
    assert_ok(ur_json_array_var(&it, list));
    for (size_t k = 0; k <= i; k++) {
        assert_true(ur_json_next_var(&it, &one));
    }
    return one;
}

const char *stage_base64(stage *s, const uint8_t *p, size_t n)
{
    const char *quoted = scenario_base64(&s->sc, ur_span_of(p, n));
    return scenario_text(&s->sc, "%.*s", (int)strlen(quoted) - 2, quoted + 1);
}
