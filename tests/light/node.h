/* A node made of a made chain, as a ur_chain_source: honest, or as hostile as its seed and its faults say. A fork may be served
 * in place of the chain from some height on. */
#ifndef UR_TESTS_LIGHT_NODE_H
#define UR_TESTS_LIGHT_NODE_H

#include "lib/chain/view.h"
#include "tests/light/made.h"

enum { NODE_HEIGHTS = 48, NODE_RECORDS = 5 };

typedef struct made_chain {
    ur_validators sets[NODE_HEIGHTS + 2];
    ur_light_block blocks[NODE_HEIGHTS + 1];
    made_record records[NODE_HEIGHTS + 1][NODE_RECORDS]; /* the store after block h */
    size_t fork_at;                                      /* blocks from here on differ from the honest chain's; 0: none */
} made_chain;

/* The store after a block: records that change with the height, one that is there at odd heights only. */
static inline size_t made_store(made_record *r, size_t height, const char *flavour)
{
    size_t n = 0;
    for (size_t i = 0; i < NODE_RECORDS; i++) {
        if (i == 2 && height % 2 == 0) {
            continue;
        }
        (void)snprintf(r[n].key, sizeof r[n].key, "key %zu", i);
        (void)snprintf(r[n].value, sizeof r[n].value, "%s %zu at %zu", flavour, i, height);
        n++;
    }
    return n;
}

static inline size_t made_store_count(size_t height) { return height % 2 == 0 ? NODE_RECORDS - 1 : NODE_RECORDS; }

/* Nine validators of equal power; every second height one leaves and one joins. */
static inline void made_chain_sets(made_chain *c)
{
    for (size_t h = 0; h <= NODE_HEIGHTS + 1; h++) {
        for (unsigned i = 0; i < 9; i++) {
            made_validator(&c->sets[h], (unsigned)(h / 2) + i, 10);
        }
    }
}

static inline void made_chain_block(made_chain *c, size_t h, const char *chain_id, const char *flavour)
{
    uint8_t root[32], app[32];
    made_record before[NODE_RECORDS];
    size_t n = made_store(before, h - 1, flavour);
    made_tree(root, before, 0, n, n, NULL);
    made_app(app, NULL, root);
    (void)made_store(c->records[h], h, flavour);
    made_block(&c->blocks[h], chain_id, (int64_t)h, (ur_time){100000 + 10 * (int64_t)h, 7}, &c->sets[h], &c->sets[h + 1], app);
}

static inline made_chain *made_chain_new(const char *chain_id)
{
    made_chain *c = calloc(1, sizeof *c);
    assert_non_null(c);
    made_chain_sets(c);
    (void)made_store(c->records[0], 0, "true");
    for (size_t h = 1; h <= NODE_HEIGHTS; h++) {
        made_chain_block(c, h, chain_id, "true");
    }
    return c;
}

/* The same chain up to a height, then another state, signed by `signers` of the nine of each height's set. */
static inline made_chain *made_fork_new(const made_chain *from, size_t at, size_t signers)
{
    made_chain *c = malloc(sizeof *c);
    assert_non_null(c);
    *c = *from;
    c->fork_at = at;
    for (size_t h = at; h <= NODE_HEIGHTS; h++) {
        made_chain_block(c, h, "made-1", h == at ? "true" : "forged");
        (void)made_store(c->records[h], h, "forged");
        c->blocks[h].header.data.bytes[0] ^= 0xff;
        made_commit(&c->blocks[h]);
        for (size_t i = signers; i < 9; i++) {
            made_entry(&c->blocks[h], i, UR_COMET_ABSENT);
        }
    }
    return c;
}

/* The same chain up to a height, then another that strangers sign, together with `taken` of the nine validators of then: a header
 * of it is believed from before if those are more than a third. Its times are off by shift_s. */
static inline made_chain *made_lunatic_new(const made_chain *from, size_t at, size_t taken, int64_t shift_s)
{
    made_chain *c = malloc(sizeof *c);
    assert_non_null(c);
    *c = *from;
    c->fork_at = at;
    ur_validators strange = {0};
    for (size_t i = 0; i < 12 + taken; i++) {
        made_validator(&strange, i < taken ? (unsigned)(at / 2 + i) : (unsigned)(1000 + i), 10);
    }
    for (size_t h = at; h <= NODE_HEIGHTS + 1; h++) {
        c->sets[h] = strange;
    }
    for (size_t h = at; h <= NODE_HEIGHTS; h++) {
        made_chain_block(c, h, "made-1", h == at ? "true" : "forged");
        (void)made_store(c->records[h], h, "forged");
        c->blocks[h].header.time = ur_time_add(c->blocks[h].header.time, shift_s);
        made_commit(&c->blocks[h]);
    }
    return c;
}

typedef enum node_fault {
    NODE_HONEST,
    NODE_SILENT,     /* no answer */
    NODE_CUT,        /* the beginning of one */
    NODE_FLIPPED,    /* one byte changed */
    NODE_OTHER,      /* the answer for another height, or another key */
    NODE_STALE,      /* claims and serves only old heights */
    NODE_TOO_HIGH,   /* claims heights that it does not have */
    NODE_GARBAGE,
    NODE_HUGE,       /* over the limit */
    NODE_FAULTS
} node_fault;

typedef struct made_node {
    const made_chain *chain;
    size_t top; /* newest height that it serves */
    test_rng rng;
    unsigned fault_percent; /* of answers */
    unsigned asked;
    node_fault only; /* NODE_HONEST: any */
} made_node;

static inline int64_t node_number(ur_span params, const char *name)
{
    ur_json p;
    int64_t x = 0;
    assert_ok(ur_json_parse_var(&p, params));
    return ur_json_i64_text_var(&x, ur_json_get_var(p, name)) == UR_OK ? x : 0;
}

/* Height h's state: the record, its proofs. */
static inline void node_answer_query(made_node *node, ur_writer *w, int64_t h, ur_span key)
{
    static _Thread_local uint8_t in_store[1 << 13], of_store[1 << 10];
    const made_record *r = node->chain->records[h];
    size_t n = made_store_count((size_t)h);
    uint8_t root[32], app[32];
    ur_writer a, b;
    ur_writer_init(&a, in_store, sizeof in_store);
    ur_writer_init(&b, of_store, sizeof of_store);
    const char *value = made_store_proof(&a, r, n, key);
    made_tree(root, r, 0, n, n, NULL);
    made_app(app, &b, root);
    ur_writer_str(w, "{\"response\":{\"code\":0,\"key\":\"");
    ur_base64_write(w, key, UR_BASE64);
    ur_writer_str(w, "\",\"value\":");
    if (value != NULL) {
        ur_writer_str(w, "\"");
        ur_base64_write(w, ur_span_str_var(value), UR_BASE64);
        ur_writer_str(w, "\"");
    } else {
        ur_writer_str(w, "null");
    }
    ur_writer_str(w, ",\"proofOps\":{\"ops\":[{\"type\":\"ics23:iavl\",\"data\":\"");
    ur_base64_write(w, ur_span_of(in_store, a.n), UR_BASE64);
    ur_writer_str(w, "\"},{\"type\":\"ics23:simple\",\"data\":\"");
    ur_base64_write(w, ur_span_of(of_store, b.n), UR_BASE64);
    ur_writer_str(w, "\"}]},\"height\":\"");
    ur_writer_dec(w, (uint64_t)h);
    ur_writer_str(w, "\"}}");
}

static inline ur_status node_error(ur_writer *w)
{
    ur_writer_str(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"Internal error\",\"data\":\"no such height\"}}");
    return UR_OK;
}

static inline ur_status node_ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
                                 unsigned timeout_ms, ur_err *err)
{
    made_node *node = context;
    const size_t cap = (size_t)1 << 17;
    node_fault fault = NODE_HONEST;
    (void)max;
    (void)timeout_ms;
    *out = NULL;
    *out_n = 0;
    node->asked++;
    if (test_rng_below(&node->rng, 100) < node->fault_percent) {
        fault = node->only != NODE_HONEST ? node->only : (node_fault)(1 + test_rng_below(&node->rng, NODE_FAULTS - 1));
    }
    if (fault == NODE_SILENT || fault == NODE_HUGE) {
        return ur_err_set(err, fault == NODE_SILENT ? UR_E_UNAVAILABLE : UR_E_LIMIT, "made so");
    }
    size_t top = fault == NODE_STALE && node->top > 6 ? node->top - 5 : node->top;
    bool newest = strcmp(method, "commit") == 0 && node_number(params, "height") == 0;
    int64_t h = !newest ? node_number(params, "height") : fault == NODE_TOO_HIGH ? (int64_t)top + 1 : (int64_t)top;
    int64_t serve = fault == NODE_OTHER ? (int64_t)(1 + test_rng_below(&node->rng, top)) : h;
    uint8_t *text = malloc(cap);
    assert_non_null(text);
    ur_writer w;
    ur_writer_init(&w, text, cap - 1);
    bool status = strcmp(method, "status") == 0;
    if (!status && (serve < 1 || (size_t)serve > top)) {
        (void)!node_error(&w);
    } else {
        ur_writer_str(&w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":");
        if (status) {
            ur_writer_str(&w, "{\"sync_info\":{\"latest_block_height\":\"");
            ur_writer_dec(&w, fault == NODE_TOO_HIGH ? top + 5 : top);
            ur_writer_str(&w, "\"}}");
        } else if (strcmp(method, "commit") == 0) {
            made_commit_json(&w, &node->chain->blocks[serve]);
        } else if (strcmp(method, "validators") == 0) {
            /* two pages of at most five, to see them put together */
            size_t page = (size_t)node_number(params, "page"), from = (page - 1) * 5;
            const ur_validators *set = &node->chain->sets[serve];
            made_validators_json(&w, fault == NODE_OTHER && test_rng_below(&node->rng, 2) ? h : serve, set, from < set->n ? from : set->n,
                                 from + 5 < set->n ? from + 5 : set->n);
        } else {
            ur_json p;
            uint8_t key[256];
            size_t key_n;
            assert_ok(ur_json_parse_var(&p, params));
            assert_ok(ur_json_hex_upto_var(key, sizeof key, &key_n, ur_json_get_var(p, "data")));
            node_answer_query(node, &w, serve, ur_span_of(key, key_n));
        }
        ur_writer_str(&w, "}");
    }
    assert_false(w.overflow);
    switch (fault) {
    case NODE_CUT: w.n = test_rng_below(&node->rng, w.n); break;
    case NODE_FLIPPED: text[test_rng_below(&node->rng, w.n)] ^= (uint8_t)(1u << test_rng_below(&node->rng, 8)); break;
    case NODE_GARBAGE: test_rng_bytes(&node->rng, text, w.n < 64 ? w.n : 64); break;
    default: break;
    }
    text[w.n] = 0;
    *out = text;
    *out_n = w.n;
    return UR_OK;
}

/* The node is the caller's. */
static inline ur_chain_source node_source(made_node *node) { return (ur_chain_source){.context = node, .ask = node_ask, .free = NULL}; }

/* ---- a clock that sleeping moves ---- */

typedef struct made_clock {
    ur_clock clock;
    int64_t unix_ms;
    uint64_t boot_ms;
} made_clock;

static inline int64_t made_unix_ms(void *context) { return ((made_clock *)context)->unix_ms; }
static inline uint64_t made_boot_ms(void *context) { return ((made_clock *)context)->boot_ms; }

static inline void made_sleep(void *context, unsigned ms)
{
    made_clock *c = context;
    c->unix_ms += ms;
    c->boot_ms += ms;
}

static inline void made_clock_init(made_clock *c, int64_t unix_s)
{
    *c = (made_clock){.unix_ms = unix_s * 1000, .boot_ms = 1};
    c->clock = (ur_clock){c, made_unix_ms, made_boot_ms};
}

#endif
