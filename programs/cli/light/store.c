#include "programs/cli/light/store.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

ur_status light_store_open(cli *c, ur_trust **out)
{
    const char *path = cli_value(c, "store");
    *out = NULL;
    if (access(path, F_OK) != 0) {
        cli_hint(c, "`unrug light init` makes one");
        return cli_fail(c, UR_E_USAGE, "%s: there is no trust store", path);
    }
    ur_status st = ur_trust_open(out, path, cli_err(c));
    return st == UR_OK ? st : cli_in(c, st, "%s", path);
}

ur_status light_source(cli *c, ur_chain_source *out, const char *name)
{
    bool is_url = strstr(name, "://") != NULL;
    ur_status st = is_url ? ur_chain_source_rpc_new(out, name, cli_err(c)) : ur_chain_source_file_new(out, name, cli_err(c));
    return st == UR_OK ? st : cli_in(c, is_url ? st : cli_file_status(c, st), "source %s", name);
}

static ur_status add_source(light_view *v, const char *name)
{
    ur_chain_source s;
    UR_TRY(light_source(v->c, &s, name));
    ur_status st = ur_view_add_source(v->view, &s, name, cli_err(v->c));
    return st == UR_OK ? st : cli_in(v->c, st, "source %s", name);
}

/* The kept sources, a line each; text is cut up. */
static ur_status add_kept(light_view *v, char *text)
{
    for (char *line = text, *end; *line != '\0'; line = end) {
        end = line + strcspn(line, "\n");
        if (*end == '\n') {
            *end++ = '\0';
        }
        UR_TRY(add_source(v, line));
    }
    return UR_OK;
}

static void show_progress(void *context, const ur_view_progress *p)
{
    light_view *v = context;
    if (v->progress.total == 0) {
        cli_progress_start(&v->progress, "verifying", (uint64_t)p->target);
        v->progress.unit = "blocks";
    }
    cli_progress_at(&v->progress, (uint64_t)p->trusted);
}

static ur_status fill(light_view *v)
{
    char kept[UR_TRUST_SOURCES_MAX + 1];
    size_t n = cli_count(v->c, "source");
    ur_view_options o = {.context = v, .progress = show_progress};
    UR_TRY(light_store_open(v->c, &v->trust));
    UR_TRY(ur_trust_sources(v->trust, kept, cli_err(v->c)));
    size_t sources = n;
    for (const char *p = kept; n == 0 && *p != '\0'; p++) {
        sources += *p == '\n';
    }
    o.witnesses = (unsigned)cli_number(v->c, "witnesses", sources > 1 ? 1 : 0);
    UR_TRY(ur_view_new(&v->view, v->trust, &o, cli_err(v->c)));
    for (size_t i = 0; i < n; i++) {
        UR_TRY(add_source(v, cli_nth(v->c, "source", i)));
    }
    if (n == 0) {
        UR_TRY(add_kept(v, kept));
    }
    if (ur_view_source_count(v->view) == 0) {
        cli_hint(v->c, "name one with --source, or keep some with `unrug light init`");
        return cli_fail(v->c, UR_E_USAGE, "no source to ask");
    }
    return UR_OK;
}

ur_status light_view_open(cli *c, light_view *out)
{
    memset(out, 0, sizeof *out);
    out->c = c;
    ur_status st = fill(out);
    if (st != UR_OK) {
        light_view_close(out);
    }
    return st;
}

void light_view_close(light_view *v)
{
    if (v->progress.total != 0) {
        cli_progress_end(&v->progress);
    }
    ur_view_free(&v->view);
    ur_trust_close(&v->trust);
}

void light_say_time(cli *c, const char *key, ur_time t)
{
    char text[UR_TIME_TEXT_MAX];
    cli_say_span(c, key, ur_span_of(text, ur_time_text_var(text, t)));
}

void light_say_header(cli *c, const ur_light_header *h)
{
    cli_say_number(c, "height", (uint64_t)h->height);
    light_say_time(c, "time", h->time);
    cli_say_hex(c, "hash", h->hash, sizeof h->hash);
}

unsigned light_wait_ms(cli *c) { return (unsigned)cli_number(c, "wait", 30) * 1000; }
