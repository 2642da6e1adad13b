/* A hostile proxy (tests/light/proxy.h) in front of a real node, as a program:
 *
 *   chain_proxy URL SEED PERCENT mixed|fork FORK_HEIGHT SEED_HEX...
 *
 * spoils PERCENT of the answers: by any fault that takes no time, or (fork) always with a fork's. Blocks of the fork, from FORK_HEIGHT on,
 * are the node's with another application hash, signed by the validators whose Ed25519 seeds are given. Prints its own URL and
 * ends with its standard input. */
#include <inttypes.h>

#include "core/codec/hex.h"
#include "lib/suite/ed25519.h"
#include "tests/light/made.h"
#include "tests/light/proxy.h"

enum { KEYS_MAX = 8 };

typedef struct forger {
    ur_chain_source node;
    int64_t from;
    size_t n;
    uint8_t seed[KEYS_MAX][32], address[KEYS_MAX][20];
} forger;

/* Sign entry i again if its validator's key is here; else it is absent. */
static void sign_entry(const forger *f, ur_light_block *b, size_t i)
{
    uint8_t message[UR_COMET_SIGN_BYTES_MAX];
    ur_comet_sig *s = &b->commit.sig[i];
    for (size_t k = 0; k < f->n; k++) {
        if (s->flag != UR_COMET_ABSENT && ur_eq_var(s->address, f->address[k], 20)) {
            s->flag = UR_COMET_COMMIT;
            size_t n = ur_comet_sign_bytes_var(message, ur_span_of(b->header.chain_id, b->header.chain_id_n), b->commit.height,
                                               b->commit.round, &b->commit.block, s->time);
            if (ur_ed25519_sign(s->sig, NULL, f->seed[k], ur_span_of(message, n)) == UR_OK) {
                return;
            }
        }
    }
    *s = (ur_comet_sig){.flag = UR_COMET_ABSENT, .time = {-62135596800, 0}};
}

static size_t forge(const forger *f, uint8_t *text, const uint8_t *was, size_t was_n)
{
    static ur_light_block b;
    ur_json answer, head;
    ur_writer w;
    ur_writer_init(&w, text, PROXY_TEXT_MAX / 2);
    head = ur_json_parse_var(&answer, ur_span_of(was, was_n)) == UR_OK
               ? ur_json_get_var(ur_json_get_var(answer, "result"), "signed_header") : (ur_json){0};
    if (ur_comet_header_parse_var(&b.header, ur_json_get_var(head, "header")) != UR_OK || b.header.height < f->from ||
        ur_comet_commit_parse_var(&b.commit, ur_json_get_var(head, "commit")) != UR_OK) {
        memcpy(text, was, was_n);
        return was_n;
    }
    b.header.app.bytes[0] ^= 1;
    ur_comet_header_hash_var(b.commit.block.hash.bytes, &b.header);
    for (size_t i = 0; i < b.commit.n; i++) {
        sign_entry(f, &b, i);
    }
    ur_writer_str(&w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":");
    made_commit_json(&w, &b);
    ur_writer_str(&w, "}");
    return w.n;
}

static ur_status forger_ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
                            unsigned timeout_ms, ur_err *err)
{
    forger *f = context;
    UR_TRY(f->node.ask(f->node.context, out, out_n, method, params, max, timeout_ms, err));
    uint8_t *text = strcmp(method, "commit") == 0 ? malloc(PROXY_TEXT_MAX / 2 + 1) : NULL;
    if (text != NULL) {
        *out_n = forge(f, text, *out, *out_n);
        text[*out_n] = '\0';
        free(*out);
        *out = text;
    }
    return UR_OK;
}

static void forger_free(void *context) { ur_chain_source_free(&((forger *)context)->node); }

static ur_status read_keys(forger *f, char **seeds, int n)
{
    uint8_t key[32], sig[64];
    for (int i = 0; i < n && f->n < KEYS_MAX; i++, f->n++) {
        UR_TRY(ur_hex_decode(f->seed[f->n], 32, ur_span_str_var(seeds[i])));
        UR_TRY(ur_ed25519_sign(sig, key, f->seed[f->n], ur_span_of("", 0)));
        ur_comet_address_var(f->address[f->n], key);
    }
    return UR_OK;
}

int main(int argc, char **argv)
{
    static forger f;
    static proxy p;
    ur_chain_source node;
    ur_err err;
    ur_err_clear(&err);
    if (argc < 6 || read_keys(&f, argv + 6, argc - 6) != UR_OK || ur_chain_source_rpc_new(&node, argv[1], &err) != UR_OK ||
        ur_chain_source_rpc_new(&f.node, argv[1], &err) != UR_OK) {
        (void)fprintf(stderr, "chain_proxy URL SEED PERCENT mixed|fork FORK_HEIGHT SEED_HEX...: %s\n", ur_err_text(&err, UR_E_USAGE));
        return 2;
    }
    p.rng.x = strtoull(argv[2], NULL, 0);
    p.percent = (unsigned)strtoul(argv[3], NULL, 10);
    p.only = strcmp(argv[4], "fork") == 0 ? PROXY_FORK : PROXY_HONEST;
    p.below = PROXY_WITHHELD;
    f.from = strtoll(argv[5], NULL, 10);
    proxy_start(&p, node, (ur_chain_source){.context = &f, .ask = forger_ask, .free = forger_free});
    (void)printf("%s\n", p.url);
    (void)fflush(stdout);
    while (getchar() != EOF) {
    }
    proxy_stop(&p);
    return 0;
}
