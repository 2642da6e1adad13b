/* A proxy on loopback between the ledger view and a node, as hostile as its seed and its faults say: it lies in what it says
 * (another height, key or store, an earlier answer, a changed digit, a fork) and in how it says it (cut, slow, endless, no HTTP at
 * all). What stands behind it is a ur_chain_source: a made chain, or a real node. */
#ifndef UR_TESTS_LIGHT_PROXY_H
#define UR_TESTS_LIGHT_PROXY_H

#include <inttypes.h>

#include "core/codec/base64.h"
#include "core/codec/json.h"
#include "lib/chain/source.h"
#include "tests/unit/net/fault_server.h"

typedef enum proxy_fault {
    PROXY_HONEST,
    /* what it says */
    PROXY_FLIPPED,      /* one bit */
    PROXY_FORGED,       /* a digit of some field, still well formed */
    PROXY_REPLAYED,     /* an earlier answer */
    PROXY_OTHER_HEIGHT, /* perhaps labelled with the height that was asked */
    PROXY_OTHER_KEY,    /* perhaps labelled with the key that was asked */
    PROXY_OTHER_STORE,
    PROXY_DENIED,       /* "height is not available" */
    PROXY_LOW,          /* claims old heights as the newest */
    PROXY_HIGH,         /* claims heights that do not exist */
    PROXY_FORK,         /* from the fork's source, if there is one */
    PROXY_OTHER_ID,     /* the answer to another question, it says */
    PROXY_TWO,          /* two answers */
    /* how it says it */
    PROXY_GARBAGE,      /* no HTTP */
    PROXY_HTML,
    PROXY_STATUS,       /* 503 and nothing */
    PROXY_REDIRECT,
    PROXY_HEADERS,      /* without end */
    PROXY_CUT,          /* less than was announced */
    PROXY_HUGE,         /* more than anybody takes */
    PROXY_ENDLESS,      /* chunks for ever */
    PROXY_NOTHING,      /* closes */
    PROXY_WITHHELD,     /* says nothing, until the other side gives up */
    PROXY_SLOW,         /* a byte now and then */
    PROXY_FAULTS
} proxy_fault;

enum { PROXY_KEPT = 8, PROXY_TEXT_MAX = 1 << 20, PROXY_PARAMS_MAX = 4096 };

typedef struct proxy_kept {
    char method[24];
    uint8_t *text;
    size_t n;
} proxy_kept;

typedef struct proxy {
    fault_server server;
    ur_chain_source upstream, fork; /* owned */
    test_rng rng;
    unsigned percent; /* of answers that are spoiled */
    proxy_fault only; /* PROXY_HONEST: any fault below `below`, or any at all if that is PROXY_HONEST too */
    proxy_fault below;
    bool no_batches;
    proxy_kept kept[PROXY_KEPT];
    size_t kept_at;
    char last_data[PROXY_KEPT][256]; /* keys that were asked for, as hex */
    size_t last_at;
    int64_t seen; /* the highest height that was asked for */
    char url[40];
} proxy;

typedef struct proxy_question {
    char method[24];
    ur_json id, params;
    int64_t height; /* 0: none given */
} proxy_question;

/* ---- what it says ---- */

static inline bool proxy_parse(proxy_question *q, ur_json ask)
{
    ur_json height;
    ur_span method;
    *q = (proxy_question){.id = ur_json_get_var(ask, "id"), .params = ur_json_get_var(ask, "params")};
    if (ur_json_plain_var(&method, ur_json_get_var(ask, "method")) != UR_OK || method.n >= sizeof q->method) {
        return false;
    }
    (void)snprintf(q->method, sizeof q->method, "%.*s", (int)method.n, (const char *)method.p);
    height = ur_json_get_var(q->params, "height");
    if (ur_json_i64_text_var(&q->height, height) != UR_OK) {
        q->height = 0;
    }
    return true;
}

/* Replace every `from` by `to` in a text of *n bytes in a block of PROXY_TEXT_MAX. */
static inline void proxy_replace(char *text, size_t *n, const char *from, const char *to)
{
    size_t a = strlen(from), b = strlen(to);
    for (char *at = strstr(text, from); at != NULL && *n + b < PROXY_TEXT_MAX; at = strstr(at + b, from)) {
        memmove(at + b, at + a, *n - (size_t)(at - text) - a + 1);
        memcpy(at, to, b);
        *n = *n + b - a;
    }
}

/* The question with its height, key or store replaced. */
static inline void proxy_change_params(proxy *p, const proxy_question *q, char *params, proxy_fault fault)
{
    char was[300], is[300];
    size_t n = strlen(params);
    if (fault == PROXY_OTHER_HEIGHT && q->height > 0) {
        int64_t back = q->height < 12 ? q->height : 12, other = q->height - 1 + (int64_t)test_rng_below(&p->rng, 3);
        other = test_rng_below(&p->rng, 2) ? other : q->height - (int64_t)test_rng_below(&p->rng, (size_t)back);
        (void)snprintf(was, sizeof was, "\"%" PRId64 "\"", q->height);
        (void)snprintf(is, sizeof is, "\"%" PRId64 "\"", other);
        proxy_replace(params, &n, was, is);
    }
    ur_span data;
    if (fault == PROXY_OTHER_KEY && ur_json_plain_var(&data, ur_json_get_var(q->params, "data")) == UR_OK && data.n < 256) {
        (void)snprintf(was, sizeof was, "%.*s", (int)data.n, (const char *)data.p);
        (void)snprintf(is, sizeof is, "%s", p->last_data[test_rng_below(&p->rng, PROXY_KEPT)]);
        (void)snprintf(p->last_data[p->last_at++ % PROXY_KEPT], 256, "%.255s", was);
        if (is[0] != '\0') {
            proxy_replace(params, &n, was, is);
        }
    }
    if (fault == PROXY_LOW && strcmp(q->method, "commit") == 0 && q->height == 0 && p->seen > 1) {
        (void)snprintf(params, PROXY_PARAMS_MAX, "{\"height\":\"%" PRId64 "\"}", 1 + (int64_t)test_rng_below(&p->rng, (size_t)p->seen));
    }
    if (fault == PROXY_OTHER_STORE) {
        static const char *const stores[] = {"/store/bank/", "/store/wasm/", "/store/acc/", "/store/staking/"};
        for (size_t i = 0; i < 4; i++) {
            proxy_replace(params, &n, stores[i], stores[test_rng_below(&p->rng, 4)]);
        }
    }
}

/* An answer to another question, labelled with what was asked for: only its proof still gives it away. */
static inline void proxy_relabel(const proxy_question *q, char *text, size_t *n)
{
    ur_json answer, response;
    ur_span was, data;
    char from[700], to[700];
    uint8_t key[256];
    size_t key_n;
    if (ur_json_parse_var(&answer, ur_span_of(text, *n)) != UR_OK) {
        return;
    }
    response = ur_json_get_var(ur_json_get_var(answer, "result"), "response");
    bool has_key = ur_json_plain_var(&was, ur_json_get_var(response, "key")) == UR_OK && was.n > 0 && was.n < 600 &&
                   ur_json_plain_var(&data, ur_json_get_var(q->params, "data")) == UR_OK &&
                   ur_json_hex_upto_var(key, sizeof key, &key_n, ur_json_get_var(q->params, "data")) == UR_OK;
    char heights[2][40] = {"", ""};
    ur_json of[] = {ur_json_get_var(response, "height"),
                    ur_json_get_var(ur_json_get_var(ur_json_get_var(ur_json_get_var(answer, "result"), "signed_header"), "header"), "height"),
                    ur_json_get_var(ur_json_get_var(answer, "result"), "block_height")};
    for (size_t i = 0; i < 3; i++) {
        int64_t h;
        if (ur_json_i64_text_var(&h, of[i]) == UR_OK && q->height > 0) {
            (void)snprintf(heights[0], sizeof heights[0], "eight\":\"%" PRId64 "\"", h);
            (void)snprintf(heights[1], sizeof heights[1], "eight\":\"%" PRId64 "\"", q->height);
        }
    }
    if (has_key) {
        ur_writer w;
        (void)snprintf(from, sizeof from, "\"key\":\"%.*s\"", (int)was.n, (const char *)was.p);
        ur_writer_init(&w, (uint8_t *)to, sizeof to - 1);
        ur_writer_str(&w, "\"key\":\"");
        ur_base64_write(&w, ur_span_of(key, key_n), UR_BASE64);
        ur_writer_str(&w, "\"");
        to[w.n] = '\0';
        proxy_replace(text, n, from, to);
    }
    if (heights[0][0] != '\0') {
        proxy_replace(text, n, heights[0], heights[1]);
    }
}

/* Change a character in the value of some named field to another of its kind. */
static inline void proxy_forge(proxy *p, char *text, size_t n)
{
    static const char *const names[] = {"app_hash", "time", "validators_hash", "next_validators_hash", "hash", "signature", "value", "key", "data",
                                        "voting_power", "height", "timestamp", "validator_address", "round", "chain_id", "total",
                                        "latest_block_height", "proposer_address", "block_id_flag", "code"};
    char pattern[40];
    char *found[64];
    size_t count = 0;
    for (size_t tries = 0; tries < 20 && count == 0; tries++) {
        (void)snprintf(pattern, sizeof pattern, "\"%s\":", names[test_rng_below(&p->rng, sizeof names / sizeof *names)]);
        for (char *at = strstr(text, pattern); at != NULL && count < 64; at = strstr(at + 1, pattern)) {
            found[count++] = at + strlen(pattern);
        }
    }
    if (count == 0) {
        return;
    }
    char *value = found[test_rng_below(&p->rng, count)];
    value += *value == '"';
    size_t len = strcspn(value, "\",}");
    if (len == 0 || value + len > text + n) {
        return;
    }
    char *c = value + test_rng_below(&p->rng, len);
    static const char digits[] = "0123456789";
    if (*c >= '0' && *c <= '9') {
        *c = digits[((size_t)(*c - '0') + 1 + test_rng_below(&p->rng, 9)) % 10];
    } else if ((*c >= 'A' && *c <= 'F') || (*c >= 'a' && *c <= 'f')) {
        *c = (char)((*c & ~7) | ((*c & 7) % 6 + 1));
    } else {
        *c = *c == 'Q' ? 'R' : 'Q';
    }
}

/* Remember an answer, and give back an earlier one to the same method. */
static inline void proxy_keep(proxy *p, const proxy_question *q, const char *text, size_t n)
{
    proxy_kept *k = &p->kept[p->kept_at++ % PROXY_KEPT];
    free(k->text);
    *k = (proxy_kept){.n = n, .text = malloc(n + 1)};
    memcpy(k->text, text, n + 1);
    (void)snprintf(k->method, sizeof k->method, "%s", q->method);
}

static inline void proxy_replay(proxy *p, const proxy_question *q, char *text, size_t *n)
{
    size_t from = test_rng_below(&p->rng, PROXY_KEPT);
    for (size_t i = 0; i < PROXY_KEPT; i++) {
        const proxy_kept *k = &p->kept[(from + i) % PROXY_KEPT];
        if (k->text != NULL && strcmp(k->method, q->method) == 0) {
            memcpy(text, k->text, k->n + 1);
            *n = k->n;
            return;
        }
    }
}

/* Another height than the node's newest: in words, or with a block that it does have. */
static inline void proxy_claim(proxy *p, proxy_fault fault, char *text, size_t *n)
{
    ur_json answer, result, says[2];
    int64_t latest;
    char from[80], to[80];
    if (ur_json_parse_var(&answer, ur_span_of(text, *n)) != UR_OK) {
        return;
    }
    result = ur_json_get_var(answer, "result");
    says[0] = ur_json_get_var(ur_json_get_var(result, "sync_info"), "latest_block_height");
    says[1] = ur_json_get_var(ur_json_get_var(ur_json_get_var(result, "signed_header"), "header"), "height");
    for (size_t i = 0; i < 2; i++) {
        if (ur_json_i64_text_var(&latest, says[i]) == UR_OK) {
            int64_t other = (int64_t)test_rng_below(&p->rng, 40);
            other = fault == PROXY_HIGH ? latest + 1 + other * other : latest > other ? latest - other : 1;
            (void)snprintf(from, sizeof from, "eight\":\"%" PRId64 "\"", latest);
            (void)snprintf(to, sizeof to, "eight\":\"%" PRId64 "\"", other);
            proxy_replace(text, n, from, to);
        }
    }
}

static inline void proxy_deny(char *text, size_t *n)
{
    *n = (size_t)snprintf(text, PROXY_TEXT_MAX, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"Internal error\","
                                                "\"data\":\"height is not available\"}}");
}

/* The node's answer under the id that was asked. */
static inline size_t proxy_envelope(char *text, const proxy_question *q, const uint8_t *got, size_t got_n)
{
    ur_json answer, result;
    ur_writer w;
    bool parsed = ur_json_parse_var(&answer, ur_span_of(got, got_n)) == UR_OK;
    result = parsed ? ur_json_get_var(answer, "result") : (answer = (ur_json){0});
    ur_writer_init(&w, (uint8_t *)text, PROXY_TEXT_MAX / 2);
    ur_writer_str(&w, "{\"jsonrpc\":\"2.0\",\"id\":");
    ur_writer_span(&w, q->id.raw);
    ur_writer_str(&w, result.raw.n > 0 ? ",\"result\":" : ",\"error\":");
    ur_writer_span(&w, result.raw.n > 0 ? result.raw : ur_json_get_var(answer, "error").raw);
    ur_writer_str(&w, "}");
    text[w.n] = '\0';
    return w.n;
}

/* The node's answer, with what this fault does to it; text has PROXY_TEXT_MAX bytes. */
static inline size_t proxy_text(proxy *p, char *text, const proxy_question *q, proxy_fault fault)
{
    char params[PROXY_PARAMS_MAX];
    uint8_t *got;
    size_t n;
    (void)snprintf(params, sizeof params, "%.*s", (int)q->params.raw.n, (const char *)q->params.raw.p);
    p->seen = q->height > p->seen ? q->height : p->seen;
    proxy_change_params(p, q, params, fault);
    const ur_chain_source *s = fault == PROXY_FORK && p->fork.ask != NULL ? &p->fork : &p->upstream;
    if (s->ask(s->context, &got, &n, q->method, ur_span_str_var(params), PROXY_TEXT_MAX / 4, 5000, NULL) != UR_OK) {
        proxy_deny(text, &n);
        return n;
    }
    n = proxy_envelope(text, q, got, n);
    free(got);
    if (fault == PROXY_REPLAYED) {
        proxy_replay(p, q, text, &n);
    } else {
        proxy_keep(p, q, text, n);
    }
    switch (fault) {
    case PROXY_FLIPPED: text[test_rng_below(&p->rng, n)] ^= (char)(1u << test_rng_below(&p->rng, 7)); break;
    case PROXY_FORGED: proxy_forge(p, text, n); break;
    case PROXY_OTHER_HEIGHT:
    case PROXY_OTHER_KEY:
    case PROXY_REPLAYED:
        if (test_rng_below(&p->rng, 2)) {
            proxy_relabel(q, text, &n);
        }
        break;
    case PROXY_DENIED: proxy_deny(text, &n); break;
    case PROXY_LOW:
        if (q->height == 0 && strcmp(q->method, "commit") == 0 && test_rng_below(&p->rng, 2)) {
            break; /* a real block, only an old one */
        }
        proxy_claim(p, fault, text, &n);
        break;
    case PROXY_HIGH: proxy_claim(p, fault, text, &n); break;
    case PROXY_OTHER_ID: proxy_replace(text, &n, "\"id\":", "\"id\":7"); break;
    case PROXY_TWO:
        memcpy(text + n, text, n);
        n *= 2;
        text[n] = '\0';
        break;
    default: break;
    }
    return n;
}

/* ---- how it says it ---- */

static inline void proxy_head(int fd, const char *status, const char *type, size_t n)
{
    char head[256];
    (void)snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", status, type, n);
    fault_print(fd, head);
}

/* Whether the other side has closed within ms: it has nothing more to say. */
static inline bool proxy_alone(int fd, int ms)
{
    struct pollfd p = {fd, POLLIN, 0};
    return poll(&p, 1, ms) > 0;
}

/* Garbage until the other side has had enough. */
static inline void proxy_flood(proxy *p, int fd, bool chunked)
{
    static const char filler[1 << 14] = "";
    for (size_t i = 0; i < 4096 && !atomic_load(&p->server.stop); i++) { /* 64 MiB */
        if (proxy_alone(fd, 0)) {
            return;
        }
        fault_print(fd, chunked ? "4000\r\n" : "");
        fault_write(fd, filler, sizeof filler);
        fault_print(fd, chunked ? "\r\n" : "");
    }
}

static inline void proxy_send(proxy *p, int fd, proxy_fault fault, const char *text, size_t n)
{
    static const char html[] = "<html>busy</html>";
    switch (fault) {
    case PROXY_GARBAGE: fault_write(fd, text, n < 50 ? n : 50); break;
    case PROXY_HTML:
        proxy_head(fd, test_rng_below(&p->rng, 2) ? "200 OK" : "502 Bad Gateway", "text/html", sizeof html - 1);
        fault_print(fd, html);
        break;
    case PROXY_STATUS: proxy_head(fd, "503 Service Unavailable", "application/json", 0); break;
    case PROXY_REDIRECT: fault_print(fd, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"); break;
    case PROXY_HEADERS:
        fault_print(fd, "HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 3000; i++) {
            fault_print(fd, "X-Filler: and so on, and so on, and so on\r\n");
        }
        break;
    case PROXY_CUT:
        proxy_head(fd, "200 OK", "application/json", n);
        fault_write(fd, text, test_rng_below(&p->rng, n));
        break;
    case PROXY_HUGE:
        proxy_head(fd, "200 OK", "application/json", (size_t)1 << 30);
        proxy_flood(p, fd, false);
        break;
    case PROXY_ENDLESS:
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        proxy_flood(p, fd, true);
        break;
    case PROXY_NOTHING: break;
    case PROXY_WITHHELD: fault_sleep(&p->server, fd, 60000); break;
    case PROXY_SLOW:
        proxy_head(fd, "200 OK", "application/json", n);
        for (size_t i = 0; i < n && !atomic_load(&p->server.stop); i++) {
            fault_write(fd, text + i, 1);
            if (proxy_alone(fd, 20)) {
                break;
            }
        }
        break;
    default:
        proxy_head(fd, "200 OK", "application/json", n);
        fault_write(fd, text, n);
        break;
    }
}

static inline proxy_fault proxy_choose(proxy *p)
{
    size_t end = p->below != PROXY_HONEST ? p->below : PROXY_FAULTS;
    if (test_rng_below(&p->rng, 100) >= p->percent) {
        return PROXY_HONEST;
    }
    return p->only != PROXY_HONEST ? p->only : (proxy_fault)(1 + test_rng_below(&p->rng, end - 1));
}

/* The answers to a batch, each spoiled for itself, in either order: their ids say whose they are. Now and then one is missing, or
 * there twice. */
static inline size_t proxy_batch(proxy *p, char *text, ur_json batch)
{
    char *one = malloc(PROXY_TEXT_MAX);
    proxy_question q;
    ur_json_iter it;
    ur_json ask;
    ur_writer w;
    bool backwards = test_rng_below(&p->rng, 2);
    ur_writer_init(&w, (uint8_t *)text, PROXY_TEXT_MAX / 2);
    ur_writer_str(&w, "[");
    for (size_t i = 0, n = ur_json_count_var(batch); i < n && one != NULL; i++) {
        size_t at = backwards ? n - 1 - i : i;
        (void)!ur_json_array_var(&it, batch);
        for (size_t k = 0; k <= at; k++) {
            (void)ur_json_next_var(&it, &ask);
        }
        proxy_fault fault = proxy_choose(p);
        size_t times = fault == PROXY_OTHER_ID ? 2 * test_rng_below(&p->rng, 2) : 1;
        for (size_t k = 0; k < times && proxy_parse(&q, ask); k++) {
            ur_writer_str(&w, w.n > 1 ? "," : "");
            ur_writer_bytes(&w, one, proxy_text(p, one, &q, fault == PROXY_OTHER_ID || fault >= PROXY_TWO ? PROXY_HONEST : fault));
        }
    }
    ur_writer_str(&w, "]");
    free(one);
    text[w.n] = '\0';
    return w.n;
}

static inline void proxy_answer(fault_server *server, int fd, const char *request)
{
    proxy *p = server->context;
    proxy_question q;
    ur_json ask;
    char *text = malloc(PROXY_TEXT_MAX);
    if (text != NULL && ur_json_parse_var(&ask, ur_span_str_var(strstr(request, "\r\n\r\n") + 4)) == UR_OK) {
        if (ur_json_kind_var(ask) == UR_JSON_ARRAY && p->no_batches) {
            size_t n;
            proxy_deny(text, &n);
            proxy_send(p, fd, PROXY_HONEST, text, n);
        } else if (ur_json_kind_var(ask) == UR_JSON_ARRAY) {
            proxy_fault fault = p->only == PROXY_HONEST || p->only >= PROXY_GARBAGE ? proxy_choose(p) : PROXY_HONEST;
            proxy_send(p, fd, fault < PROXY_GARBAGE ? PROXY_HONEST : fault, text, proxy_batch(p, text, ask));
        } else if (proxy_parse(&q, ask)) {
            proxy_fault fault = proxy_choose(p);
            proxy_send(p, fd, fault, text, proxy_text(p, text, &q, fault));
        }
    }
    free(text);
}

/* ---- its life ---- */

/* The sources are the proxy's from here on. Fill rng, percent, only and below before. */
static inline void proxy_start(proxy *p, ur_chain_source upstream, ur_chain_source fork)
{
    p->upstream = upstream;
    p->fork = fork;
    fault_start(&p->server, proxy_answer, p);
    (void)snprintf(p->url, sizeof p->url, "http://127.0.0.1:%u", p->server.port);
}

static inline void proxy_stop(proxy *p)
{
    fault_stop(&p->server);
    ur_chain_source_free(&p->upstream);
    ur_chain_source_free(&p->fork);
    for (size_t i = 0; i < PROXY_KEPT; i++) {
        free(p->kept[i].text);
    }
    *p = (proxy){0};
}

#endif
