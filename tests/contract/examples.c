#include "tests/contract/examples.h"

#include "tests/test.h"

static void note_block(FILE *record, const scenario *s)
{
    (void)fprintf(record, "{\"height\":%llu,\"time\":\"%llu\",", (unsigned long long)s->height, (unsigned long long)s->time_ns);
}

void examples_called(FILE *record, const scenario *s, const char *sender, const char *message)
{
    ur_json v;
    if (record == NULL) {
        return;
    }
    assert_ok(ur_json_parse_var(&v, s->result));
    ur_json events = ur_json_get_var(ur_json_get_var(v, "ok"), "events"), error = ur_json_get_var(v, "error");
    bool taken = events.raw.n > 0;
    ur_span outcome = taken ? events.raw : error.raw;
    note_block(record, s);
    (void)fprintf(record, "\"sender\":\"%s\",\"execute\":%s,\"%s\":%.*s}", sender, message, taken ? "events" : "error",
                  (int)outcome.n, (const char *)outcome.p);
}

void examples_asked(FILE *record, const scenario *s, const char *query, ur_span answer)
{
    if (record == NULL) {
        return;
    }
    note_block(record, s);
    (void)fprintf(record, "\"query\":%s,\"answer\":%.*s}", query, (int)answer.n, (const char *)answer.p);
}

static char *whole_file(FILE *f, size_t *n)
{
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    *n = (size_t)ftell(f);
    rewind(f);
    char *bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, f), *n);
    bytes[*n] = '\0';
    return bytes;
}

/* The record as one JSON value, a call a line. */
static void write_examples(FILE *out, const scenario *s, const char *record, size_t n)
{
    (void)fprintf(out, "{\"chain_id\":\"%s\",\"contract\":\"%s\",\"calls\":[\n", s->chain_id, SCENARIO_CONTRACT);
    for (size_t i = 0; i < n; i++) {
        (void)fputc(record[i], out);
        if (record[i] == '}' && i + 1 < n && record[i + 1] == '{') { /* calls stand side by side; inside of one a comma would be between */
            (void)fputs(",\n", out);
        }
    }
    (void)fputs("\n]}\n", out);
}

void examples_compare(FILE *record, const scenario *s, const char *path)
{
    size_t n, now_n, kept_n;
    ur_json v;
    char *calls = whole_file(record, &n);
    FILE *now = getenv("UNRUG_WRITE") != NULL ? fopen(path, "w+b") : tmpfile();
    assert_non_null(now);
    write_examples(now, s, calls, n);
    assert_int_equal(fflush(now), 0);
    FILE *kept = fopen(path, "rb");
    assert_non_null(kept);
    char *a = whole_file(now, &now_n), *b = whole_file(kept, &kept_n);
    assert_ok(ur_json_parse_var(&v, ur_span_of(a, now_n)));
    assert_string_equal(a, b);
    free(a);
    free(b);
    free(calls);
    (void)fclose(now);
    (void)fclose(kept);
}
