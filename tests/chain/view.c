/* The ledger view, asked line by line, as tests/chain/wasmd/light asks CometBFT's own light client:
 *
 *   chain_view STORE CHAIN_ID ANCHOR_HEIGHT ANCHOR_HASH
 *   from WITNESSES URL...              the sources from here on; what the trust store holds stays
 *   sync HEIGHT TIMEOUT_MS             (0: the newest)
 *   get STORE KEY_HEX HEIGHT TIMEOUT_MS    the record under the header of that height (0: the newest)
 *   code CONTRACT_HEX HEIGHT           the contract's code history
 *   cost                               since the last time: "ok ANSWERS BYTES_OF_ANSWERS HEADERS_VERIFIED"
 *
 * Answers with one line each: "ok HEIGHT HASH APP_HASH", "ok HEIGHT HASH VALUE_HEX" (or "absent"), "ok HEIGHT HASH CODE_ID CHECKSUM",
 * or "no STATUS TEXT". */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec/hex.h"
#include "lib/chain/view.h"

enum { LINE_MAX_HERE = 8192, WORDS_MAX = 24, WAIT_MS = 60000 };

typedef struct driver {
    ur_trust *trust;
    ur_view *view;
    uint64_t answers, bytes, verified;
    unsigned verified_in_call;
} driver;

/* ---- a source that is counted ---- */

typedef struct counted {
    ur_chain_source inner;
    driver *d;
} counted;

static ur_status counted_ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
                             unsigned timeout_ms, ur_err *err)
{
    counted *c = context;
    ur_status st = c->inner.ask(c->inner.context, out, out_n, method, params, max, timeout_ms, err);
    c->d->answers++;
    c->d->bytes += *out_n;
    return st;
}

static ur_status counted_batch(void *context, uint8_t **out, size_t *out_n, const char *method, const ur_span *params, size_t n, size_t max,
                               unsigned timeout_ms, ur_err *err)
{
    counted *c = context;
    ur_status st = c->inner.ask_batch(c->inner.context, out, out_n, method, params, n, max, timeout_ms, err);
    c->d->answers++;
    for (size_t i = 0; i < n; i++) {
        c->d->bytes += out_n[i];
    }
    return st;
}

static void counted_free(void *context)
{
    counted *c = context;
    ur_chain_source_free(&c->inner);
    free(c);
}

static ur_status add_source(driver *d, const char *url, ur_err *err)
{
    counted *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return UR_E_MEMORY;
    }
    c->d = d;
    ur_status st = ur_chain_source_rpc_new(&c->inner, url, err);
    if (st != UR_OK) {
        free(c);
        return st;
    }
    ur_chain_source s = {.context = c, .ask = counted_ask, .free = counted_free, .ask_batch = counted_batch};
    return ur_view_add_source(d->view, &s, url, err);
}

/* ---- lines ---- */

static void count_verified(void *context, const ur_view_progress *p)
{
    driver *d = context;
    d->verified_in_call = p->verified + 1; /* told before each header is looked at */
}

static ur_status from(driver *d, char **words, size_t n, ur_err *err)
{
    ur_view_options o = {.context = d, .progress = count_verified, .witnesses = (unsigned)strtoul(words[1], NULL, 10), .ask_ms = 5000};
    ur_view_free(&d->view);
    UR_TRY(ur_view_new(&d->view, d->trust, &o, err));
    for (size_t i = 2; i < n; i++) {
        UR_TRY(add_source(d, words[i], err));
    }
    (void)printf("ok\n");
    return UR_OK;
}

static void print_hex(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        (void)printf("%02x", p[i]);
    }
}

static void print_header(const ur_light_header *h)
{
    (void)printf("ok %" PRId64 " ", h->height);
    print_hex(h->hash, sizeof h->hash);
    (void)printf(" ");
}

static ur_status sync(driver *d, char **words, ur_err *err)
{
    ur_light_header h;
    UR_TRY(ur_view_sync(d->view, &h, strtoll(words[1], NULL, 10), (unsigned)strtoul(words[2], NULL, 10), err));
    print_header(&h);
    print_hex(h.app.bytes, h.app.n);
    (void)printf("\n");
    return UR_OK;
}

static ur_status get(driver *d, char **words, ur_err *err)
{
    uint8_t bytes[UR_VIEW_KEY_MAX];
    size_t n;
    ur_view_records r;
    UR_TRY(ur_hex_decode_upto(bytes, sizeof bytes, &n, ur_span_str_var(words[2])));
    const ur_span key = ur_span_of(bytes, n);
    UR_TRY(ur_view_get(d->view, &r, ur_span_str_var(words[1]), &key, 1, strtoll(words[3], NULL, 10),
                       (unsigned)strtoul(words[4], NULL, 10), err));
    print_header(&r.header);
    if (r.record[0].present) {
        print_hex(r.record[0].value.p, r.record[0].value.n);
    } else {
        (void)printf("absent");
    }
    (void)printf("\n");
    ur_view_records_free(&r);
    return UR_OK;
}

static ur_status code(driver *d, char **words, ur_err *err)
{
    uint8_t contract[32];
    ur_view_code c;
    UR_TRY(ur_hex_decode(contract, sizeof contract, ur_span_str_var(words[1])));
    UR_TRY(ur_view_code_history(d->view, &c, contract, strtoll(words[2], NULL, 10), WAIT_MS, err));
    print_header(&c.header);
    (void)printf("%" PRIu64 " ", c.code_id);
    print_hex(c.checksum, sizeof c.checksum);
    (void)printf("\n");
    return UR_OK;
}

static ur_status cost(driver *d)
{
    (void)printf("ok %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", d->answers, d->bytes, d->verified);
    d->answers = d->bytes = d->verified = 0;
    return UR_OK;
}

static ur_status answer(driver *d, char *line, ur_err *err)
{
    char *words[WORDS_MAX], *rest = NULL;
    size_t n = 0;
    for (char *w = strtok_r(line, " \n", &rest); w != NULL && n < WORDS_MAX; w = strtok_r(NULL, " \n", &rest)) {
        words[n++] = w;
    }
    const char *verb = n > 0 ? words[0] : "";
    if (strcmp(verb, "from") == 0 && n >= 3) {
        return from(d, words, n, err);
    }
    if (strcmp(verb, "cost") == 0 && n == 1) {
        return cost(d);
    }
    if (d->view == NULL) {
        return ur_err_set(err, UR_E_USAGE, "no sources");
    }
    if (strcmp(verb, "sync") == 0 && n == 3) {
        return sync(d, words, err);
    }
    if (strcmp(verb, "get") == 0 && n == 5) {
        return get(d, words, err);
    }
    if (strcmp(verb, "code") == 0 && n == 3) {
        return code(d, words, err);
    }
    return ur_err_set(err, UR_E_USAGE, "no such question: %s", verb);
}

static ur_status open_store(driver *d, char **argv, ur_err *err)
{
    ur_anchor a = {.height = strtoll(argv[3], NULL, 10), .trusting_period_s = 14 * 86400};
    (void)snprintf(a.chain_id, sizeof a.chain_id, "%s", argv[2]);
    UR_TRY(ur_hex_decode(a.hash, sizeof a.hash, ur_span_str_var(argv[4])));
    UR_TRY(ur_trust_open(&d->trust, argv[1], err));
    return ur_trust_set_anchor(d->trust, &a, err);
}

int main(int argc, char **argv)
{
    static char line[LINE_MAX_HERE];
    driver d = {0};
    ur_err err;
    ur_err_clear(&err);
    if (argc != 5 || open_store(&d, argv, &err) != UR_OK) {
        (void)fprintf(stderr, "chain_view STORE CHAIN_ID ANCHOR_HEIGHT ANCHOR_HASH: %s\n", ur_err_text(&err, UR_E_USAGE));
        return 2;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        ur_err_clear(&err);
        d.verified_in_call = 0;
        ur_status st = answer(&d, line, &err);
        d.verified += d.verified_in_call;
        if (st != UR_OK) {
            (void)printf("no %s %s\n", ur_status_name(st), ur_err_text(&err, st));
        }
        (void)fflush(stdout);
    }
    ur_view_free(&d.view);
    ur_trust_close(&d.trust);
    return 0;
}
