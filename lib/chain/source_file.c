/* A captured file in place of a node. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec/json.h"
#include "lib/chain/source.h"
#include "lib/os/file.h"

typedef struct captured {
    uint8_t *text;
    ur_json blocks, proofs;
} captured;

static bool height_is(ur_json v, const char *name, int64_t height)
{
    int64_t x;
    return ur_json_i64_text_var(&x, ur_json_get_var(v, name)) == UR_OK && x == height;
}

static ur_json header_of(ur_json commit)
{
    return ur_json_get_var(ur_json_get_var(commit, "signed_header"), "header");
}

/* The newest height of all blocks, 0 without any. */
static int64_t newest(const captured *c)
{
    ur_json_iter it;
    ur_json b;
    int64_t most = 0, h;
    if (ur_json_array_var(&it, c->blocks) == UR_OK) {
        while (ur_json_next_var(&it, &b)) {
            if (ur_json_i64_text_var(&h, ur_json_get_var(header_of(ur_json_get_var(b, "commit")), "height")) == UR_OK && h > most) {
                most = h;
            }
        }
    }
    return most;
}

static ur_json find_commit(const captured *c, int64_t height)
{
    ur_json_iter it;
    ur_json b;
    if (ur_json_array_var(&it, c->blocks) == UR_OK) {
        while (ur_json_next_var(&it, &b)) {
            ur_json commit = ur_json_get_var(b, "commit");
            if (height_is(header_of(commit), "height", height)) {
                return commit;
            }
        }
    }
    return (ur_json){0};
}

static ur_json find_validators(const captured *c, int64_t height)
{
    static const char *const names[2] = {"validators", "next_validators"};
    ur_json_iter it;
    ur_json b;
    if (ur_json_array_var(&it, c->blocks) == UR_OK) {
        while (ur_json_next_var(&it, &b)) {
            for (size_t i = 0; i < 2; i++) {
                ur_json set = ur_json_get_var(b, names[i]);
                if (height_is(set, "block_height", height)) {
                    return set;
                }
            }
        }
    }
    return (ur_json){0};
}

/* path is "/store/NAME/key". */
static ur_json find_proof(const captured *c, ur_json params, int64_t height)
{
    ur_json_iter it;
    ur_json p;
    ur_span path, store, key, got;
    if (ur_json_plain_var(&path, ur_json_get_var(params, "path")) != UR_OK ||
        ur_json_plain_var(&key, ur_json_get_var(params, "data")) != UR_OK || path.n < 11 ||
        ur_json_array_var(&it, c->proofs) != UR_OK) {
        return (ur_json){0};
    }
    path = ur_span_of(path.p + 7, path.n - 11);
    while (ur_json_next_var(&it, &p)) {
        if (height_is(p, "height", height) && ur_json_plain_var(&store, ur_json_get_var(p, "store")) == UR_OK &&
            ur_json_plain_var(&got, ur_json_get_var(p, "key_hex")) == UR_OK && ur_span_eq_var(store, path) && ur_span_eq_var(got, key)) {
            return ur_json_get_var(p, "answer");
        }
    }
    return (ur_json){0};
}

static ur_status wrap(uint8_t **out, size_t *out_n, ur_span result, size_t max, ur_err *err)
{
    static const char before[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":";
    size_t n = sizeof before - 1 + result.n + 1;
    if (n > max) {
        return ur_err_set(err, UR_E_LIMIT, "the captured answer is larger than %zu bytes", max);
    }
    uint8_t *text = malloc(n + 1);
    if (text == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    memcpy(text, before, sizeof before - 1);
    memcpy(text + sizeof before - 1, result.p, result.n);
    text[n - 1] = '}';
    text[n] = 0;
    *out = text;
    *out_n = n;
    return UR_OK;
}

static ur_status ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
                     unsigned timeout_ms, ur_err *err)
{
    const captured *c = context;
    char status[96];
    ur_json p, result = {0};
    int64_t height = 0;
    uint64_t page = 1;
    (void)timeout_ms;
    *out = NULL;
    *out_n = 0;
    UR_TRY(ur_json_parse_var(&p, params));
    if (strcmp(method, "status") == 0) {
        (void)snprintf(status, sizeof status, "{\"sync_info\":{\"latest_block_height\":\"%" PRId64 "\"}}", newest(c));
        return wrap(out, out_n, ur_span_str_var(status), max, err);
    }
    if (strcmp(method, "commit") == 0 && ur_json_kind_var(ur_json_get_var(p, "height")) == UR_JSON_NONE) {
        height = newest(c);
    } else {
        UR_TRY(ur_json_i64_text_var(&height, ur_json_get_var(p, "height")));
    }
    (void)!ur_json_u64_text_var(&page, ur_json_get_var(p, "page"));
    if (strcmp(method, "commit") == 0) {
        result = find_commit(c, height);
    } else if (strcmp(method, "validators") == 0 && page <= 1) {
        result = find_validators(c, height);
    } else if (strcmp(method, "abci_query") == 0) {
        result = find_proof(c, p, height);
    }
    return result.raw.n > 0 ? wrap(out, out_n, result.raw, max, err)
                            : ur_err_set(err, UR_E_UNAVAILABLE, "%s at height %" PRId64 " was not captured", method, height);
}

static void free_captured(void *context)
{
    captured *c = context;
    free(c->text);
    free(c);
}

ur_status ur_chain_source_file_new(ur_chain_source *out, const char *path, ur_err *err)
{
    size_t n;
    ur_json file;
    *out = (ur_chain_source){0};
    captured *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    ur_status st = ur_file_read(&c->text, &n, path, UR_JSON_TEXT_MAX, err);
    if (st == UR_OK) {
        st = ur_json_parse_var(&file, ur_span_of(c->text, n));
        if (st == UR_OK) {
            c->blocks = ur_json_get_var(file, "blocks");
            c->proofs = ur_json_get_var(file, "proofs");
        }
        if (st != UR_OK || newest(c) == 0) {
            st = ur_err_set(err, UR_E_INPUT, "not a captured chain: JSON with \"blocks\" is needed");
        }
    }
    if (st != UR_OK) {
        free_captured(c);
        return st;
    }
    *out = (ur_chain_source){.context = c, .ask = ask, .free = free_captured};
    return UR_OK;
}
