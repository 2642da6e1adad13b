#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "lib/suite/light.h"
#include "programs/cli/light/store.h"

typedef struct checker {
    cli *c;
    ur_light_rules rules;
    ur_light_header from; /* where trust starts */
    ur_validators *from_next;
    ur_light_block *block;
    ur_time now;
    uint64_t headers, present, absent;
} checker;

/* Whatever core/light says of it: the file does not show what it should. */
static ur_status bad(checker *k, ur_status st, int64_t height, const char *why)
{
    bool malformed = st == UR_E_INPUT || st == UR_E_LIMIT;
    return cli_fail(k->c, malformed ? st : UR_E_PROOF, "height %" PRId64 ": %s", height, why);
}

/* One element of "blocks". */
static ur_status parse_block(checker *k, ur_json b)
{
    ur_json head = ur_json_get_var(ur_json_get_var(b, "commit"), "signed_header");
    memset(&k->block->validators, 0, sizeof k->block->validators);
    UR_TRY(ur_comet_header_parse_var(&k->block->header, ur_json_get_var(head, "header")));
    UR_TRY(ur_comet_commit_parse_var(&k->block->commit, ur_json_get_var(head, "commit")));
    return ur_comet_validators_append_var(&k->block->validators, ur_json_get_var(ur_json_get_var(b, "validators"), "validators"));
}

/* The anchor is the block that --height names, else the lowest; now is after the newest. Both only take what parses. */
static ur_status find_ends(checker *k, ur_json blocks, ur_json *out_first)
{
    ur_json_iter it;
    ur_json b;
    int64_t first = INT64_MAX, want = (int64_t)cli_number(k->c, "height", 0);
    *out_first = (ur_json){0};
    if (ur_json_array_var(&it, blocks) != UR_OK) {
        return cli_fail(k->c, UR_E_INPUT, "not a captured chain: there are no \"blocks\"");
    }
    while (ur_json_next_var(&it, &b)) {
        ur_status st = parse_block(k, b);
        if (st != UR_OK) {
            return cli_fail(k->c, st, "a block is malformed");
        }
        int64_t h = k->block->header.height;
        if (ur_time_cmp(k->block->header.time, k->now) > 0) {
            k->now = k->block->header.time;
        }
        if (want != 0 ? h == want : h < first) {
            first = h;
            *out_first = b;
        }
    }
    return out_first->raw.n > 0 ? UR_OK : cli_fail(k->c, UR_E_USAGE, "the file has no block of that height");
}

static ur_status start(checker *k, ur_json first)
{
    ur_light_reason why;
    uint8_t hash[UR_SHA256_BYTES];
    const char *hex = cli_value(k->c, "hash");
    if (parse_block(k, first) != UR_OK ||
        ur_comet_validators_append_var(k->from_next, ur_json_get_var(ur_json_get_var(first, "next_validators"), "validators")) != UR_OK) {
        return cli_fail(k->c, UR_E_INPUT, "the first block is malformed");
    }
    const ur_comet_header *h = &k->block->header;
    if (ur_light_rules_init_var(&k->rules, ur_span_of(h->chain_id, h->chain_id_n),
                                (int64_t)cli_number(k->c, "trusting-days", 14) * 86400) != UR_OK) {
        return cli_fail(k->c, UR_E_INPUT, "the chain id holds other characters than letters, digits, dots, dashes and underscores");
    }
    ur_status st = ur_light_check_own_var(&k->from, &why, &k->rules, ur_suite_light_ops(), k->block);
    if (st != UR_OK) {
        return bad(k, st, h->height, ur_light_reason_text(why));
    }
    if (hex != NULL && (ur_hex_decode(hash, sizeof hash, ur_span_str_var(hex)) != UR_OK || !ur_eq_var(hash, k->from.hash, sizeof hash))) {
        return cli_fail(k->c, UR_E_PROOF, "the header of height %" PRId64 " has another hash than --hash says", k->from.height);
    }
    k->headers++;
    return UR_OK;
}

static ur_status believe(checker *k, ur_json b, ur_light_header *out)
{
    ur_light_reason why;
    ur_status st = parse_block(k, b);
    if (st != UR_OK) {
        return cli_fail(k->c, st, "a block is malformed");
    }
    if (k->block->header.height == k->from.height) {
        st = ur_light_check_own_var(out, &why, &k->rules, ur_suite_light_ops(), k->block);
        bool same = st == UR_OK && ur_eq_var(out->hash, k->from.hash, sizeof out->hash);
        return same ? UR_OK : bad(k, UR_E_PROOF, k->from.height, "a second header of the same height");
    }
    st = ur_light_verify_var(out, &why, &k->rules, ur_suite_light_ops(), &k->from, k->from_next, k->block, k->now);
    return st == UR_OK ? UR_OK : bad(k, st, k->block->header.height, ur_light_reason_text(why));
}

static ur_status check_blocks(checker *k, ur_json blocks)
{
    ur_json_iter it;
    ur_json b;
    UR_TRY(ur_json_array_var(&it, blocks));
    while (ur_json_next_var(&it, &b)) {
        ur_light_header h;
        UR_TRY(believe(k, b, &h));
        k->headers += h.height != k->from.height;
    }
    return UR_OK;
}

/* The believed header of a height, out of the blocks. */
static ur_status header_at(checker *k, ur_json blocks, int64_t height, ur_light_header *out)
{
    ur_json_iter it;
    ur_json b;
    UR_TRY(ur_json_array_var(&it, blocks));
    while (ur_json_next_var(&it, &b)) {
        UR_TRY(believe(k, b, out));
        if (out->height == height) {
            return UR_OK;
        }
    }
    return bad(k, UR_E_INPUT, height, "a proof needs this header, and the file does not have it");
}

static ur_status check_proof(checker *k, ur_json blocks, ur_json p)
{
    uint8_t key[UR_VIEW_KEY_MAX];
    size_t key_n;
    int64_t height;
    ur_span store;
    ur_node_value v;
    ur_light_header h;
    if (ur_json_hex_upto_var(key, sizeof key, &key_n, ur_json_get_var(p, "key_hex")) != UR_OK || key_n == 0 ||
        ur_json_i64_text_var(&height, ur_json_get_var(p, "height")) != UR_OK || height < 1 || height == INT64_MAX ||
        ur_json_plain_var(&store, ur_json_get_var(p, "store")) != UR_OK) {
        return cli_fail(k->c, UR_E_INPUT, "a proof is malformed");
    }
    ur_status st = ur_node_value_parse(&v, ur_json_get_var(p, "answer"), ur_span_of(key, key_n), height, cli_err(k->c));
    if (st == UR_E_UNAVAILABLE) { /* of a living node one would ask again */
        return cli_fail(k->c, UR_E_INPUT, "a captured answer says that the node had none");
    }
    UR_TRY(st);
    st = header_at(k, blocks, height + 1, &h);
    if (st == UR_OK) {
        st = h.app.n == UR_SHA256_BYTES ? ur_store_check_var(h.app.bytes, store, ur_span_of(key, key_n), v.value, &v.proof) : UR_E_PROOF;
        if (st != UR_OK) {
            st = bad(k, st, height + 1, "a record's proof does not verify under this header");
        } else {
            *(v.value.n > 0 ? &k->present : &k->absent) += 1;
        }
    }
    ur_node_value_free(&v);
    return st;
}

static ur_status check(checker *k, ur_json file)
{
    ur_json blocks = ur_json_get_var(file, "blocks"), first, p;
    ur_json_iter it;
    UR_TRY(find_ends(k, blocks, &first));
    UR_TRY(start(k, first));
    UR_TRY(check_blocks(k, blocks));
    if (ur_json_array_var(&it, ur_json_get_var(file, "proofs")) == UR_OK) {
        while (ur_json_next_var(&it, &p)) {
            UR_TRY(check_proof(k, blocks, p));
        }
    }
    cli_say_verdict(k->c, "verdict", true, "everything follows from the first header");
    cli_say_span(k->c, "chain", ur_span_of(k->rules.chain_id, k->rules.chain_id_n));
    cli_object_begin(k->c, "from");
    light_say_header(k->c, &k->from);
    cli_object_end(k->c);
    cli_say_number(k->c, "headers", k->headers);
    cli_say_number(k->c, "present", k->present);
    cli_say_number(k->c, "absent", k->absent);
    return UR_OK;
}

ur_status cli_light_verify(cli *c)
{
    uint8_t *text = NULL;
    size_t n;
    ur_json file;
    const char *path = cli_value(c, "FILE");
    checker k = {.c = c, .from_next = calloc(1, sizeof(ur_validators)), .block = calloc(1, sizeof(ur_light_block)),
                 .now = {-62135596800, 0}};
    ur_status st = k.from_next == NULL || k.block == NULL ? cli_fail(c, UR_E_MEMORY, "out of memory")
                                                          : cli_read(c, &text, &n, path, UR_JSON_TEXT_MAX);
    if (st == UR_OK) {
        st = ur_json_parse_var(&file, ur_span_of(text, n));
        st = st == UR_OK ? check(&k, file) : cli_fail(c, st, "%s: no JSON", path);
    }
    free(text);
    free(k.from_next);
    free(k.block);
    return st;
}
