#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/attest/quote.h"
#include "lib/tee/backend.h"

struct ur_tee {
    const ur_tee_backend *backend;
    void *state;
};

/* In the order in which they are looked for. */
static const ur_tee_backend *const backends[UR_TEE_BACKENDS] = {&ur_tee_dstack, &ur_tee_configfs};

static const ur_tee_backend *by_name(const char *name)
{
    for (size_t i = 0; i < UR_TEE_BACKENDS; i++) {
        if (strcmp(backends[i]->name, name) == 0) {
            return backends[i];
        }
    }
    return strcmp(ur_tee_sim.name, name) == 0 ? &ur_tee_sim : NULL;
}

void ur_tee_detect(ur_tee_finding out[UR_TEE_BACKENDS], const ur_tee_options *options)
{
    for (size_t i = 0; i < UR_TEE_BACKENDS; i++) {
        ur_err err = {0};
        ur_status st = backends[i]->look(options, &err);
        out[i] = (ur_tee_finding){.backend = backends[i]->name, .place = backends[i]->place(options), .found = st == UR_OK};
        (void)snprintf(out[i].text, sizeof out[i].text, "%.*s", (int)sizeof out[i].text - 1,
                       st == UR_OK ? "there" : ur_err_text(&err, st));
    }
}

/* Which one, when no name was given. */
static ur_status find(const ur_tee_backend **out, const ur_tee_options *options, ur_err *err)
{
    ur_tee_finding found[UR_TEE_BACKENDS];
    char text[UR_ERR_MAX] = "";
    size_t n = 0;
    ur_tee_detect(found, options);
    for (size_t i = 0; i < UR_TEE_BACKENDS; i++) {
        if (found[i].found) {
            *out = backends[i];
            return UR_OK;
        }
        int more = snprintf(text + n, sizeof text - n, "%s%s (%s): %s", n == 0 ? "" : "; ", found[i].backend, found[i].place,
                            found[i].text);
        n = more > 0 && (size_t)more < sizeof text - n ? n + (size_t)more : sizeof text - 1;
    }
    return ur_err_set(err, UR_E_ABSENT, "no TEE found: %s", text);
}

ur_status ur_tee_open(ur_tee **out, const ur_tee_options *options, ur_err *err)
{
    const ur_tee_backend *backend = NULL;
    *out = NULL;
    if (options->backend == NULL) {
        UR_TRY(find(&backend, options, err));
    } else {
        backend = by_name(options->backend);
        if (backend == NULL) {
            return ur_err_set(err, UR_E_USAGE, "'%s' is no TEE backend: there are dstack, configfs and sim", options->backend);
        }
    }
    ur_tee *tee = calloc(1, sizeof *tee);
    if (tee == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    tee->backend = backend;
    ur_status st = backend->open(&tee->state, options, err);
    if (st != UR_OK) {
        free(tee);
        return ur_err_in(err, st, "TEE backend %s (%s)", backend->name, backend->place(options));
    }
    *out = tee;
    return UR_OK;
}

void ur_tee_close(ur_tee **tee)
{
    if (*tee != NULL) {
        (*tee)->backend->close((*tee)->state);
        free(*tee);
        *tee = NULL;
    }
}

const char *ur_tee_backend_name(const ur_tee *tee) { return tee->backend->name; }
const char *ur_tee_kind(const ur_tee *tee) { return tee->backend->kind; }
bool ur_tee_is_hardware(const ur_tee *tee) { return tee->backend->hardware; }

/* The decisive check: whatever raced with whom, the evidence says what we asked it to say. Larger quotes than verifiers
 * read (64 KiB) cannot be looked into here and are refused. */
ur_status ur_tee_compare(ur_span quote, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES], ur_err *err)
{
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    ur_status st = ur_quote_parse(&q, &why, quote);
    if (st != UR_OK) {
        return ur_err_set(err, st, "it is not a quote that verifiers read: %s", ur_reason_text(why));
    }
    if (!ur_span_eq_var(ur_quote_report_data(&q), ur_span_of(report_data, UR_TEE_REPORT_DATA_BYTES))) {
        return ur_err_set(err, UR_E_PROOF, "it answers for other report data than was asked for");
    }
    return UR_OK;
}

ur_status ur_tee_quote(ur_tee *tee, uint8_t **out, size_t *out_len, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES],
                       ur_err *err)
{
    *out = NULL;
    *out_len = 0;
    ur_status st = tee->backend->quote(tee->state, out, out_len, report_data, err);
    if (st == UR_OK) {
        st = ur_tee_compare(ur_span_of(*out, *out_len), report_data, err);
    }
    if (st != UR_OK) {
        free(*out);
        *out = NULL;
        *out_len = 0;
    }
    return ur_err_in(err, st, "quote from %s", tee->backend->name);
}
