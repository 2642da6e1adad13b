/* capture: write a captured chain of a development chain id as JSON, with real signatures, for the tests and examples of the
 * command line: tests/cli/examples/light/captured.json. Always the same bytes. */
#include "lib/suite/ed25519.h"
#include "tests/light/node.h"

#define CHAIN "dev-captured-1"

enum { SIGNERS = 5 };

static const size_t heights[] = {3, 4, 9, 10, 20, 21, 22};

/* Validator `who`'s seed, and its set entry. */
static void seed_of(uint8_t seed[32], unsigned who)
{
    char text[32];
    int n = snprintf(text, sizeof text, "captured %u", who);
    ur_sha256_of(seed, ur_span_of(text, (size_t)n));
}

static void real_set(ur_validators *set, unsigned first)
{
    memset(set, 0, sizeof *set);
    for (unsigned i = 0; i < SIGNERS; i++) {
        made_validator(set, first + i, 10 + i);
        uint8_t seed[32], sig[64], key[32];
        seed_of(seed, first + i);
        assert_ok(ur_ed25519_sign(sig, key, seed, UR_SPAN_LIT("")));
        /* powers differ, so the order stays when the keys are exchanged for real ones */
        for (size_t k = 0; k < set->n; k++) {
            if (set->v[k].power == (int64_t)(10 + i)) {
                memcpy(set->v[k].key, key, 32);
                ur_comet_address_var(set->v[k].address, key);
            }
        }
    }
}

static void sign_for_real(ur_light_block *b, unsigned first)
{
    for (size_t i = 0; i < b->commit.n; i++) {
        uint8_t seed[32], message[UR_COMET_SIGN_BYTES_MAX];
        ur_comet_sig *s = &b->commit.sig[i];
        if (s->flag == UR_COMET_ABSENT) {
            continue;
        }
        seed_of(seed, first + (unsigned)(b->validators.v[i].power - 10));
        size_t n = ur_comet_sign_bytes_var(message, ur_span_of(b->header.chain_id, b->header.chain_id_n), b->commit.height,
                                           b->commit.round, &b->commit.block, s->time);
        assert_ok(ur_ed25519_sign(s->sig, NULL, seed, ur_span_of(message, n)));
    }
}

static void print(ur_writer *w)
{
    assert_false(w->overflow);
    assert_int_equal(fwrite(w->p, 1, w->n, stdout), w->n);
    w->n = 0;
}

static unsigned first_of(size_t height) { return (unsigned)(height / 8); }

int main(void)
{
    static uint8_t buf[1 << 17];
    made_chain *c = calloc(1, sizeof *c);
    assert_non_null(c);
    ur_writer w;
    ur_writer_init(&w, buf, sizeof buf);
    for (size_t h = 0; h <= NODE_HEIGHTS + 1; h++) {
        real_set(&c->sets[h], first_of(h));
    }
    (void)made_store(c->records[0], 0, "value");
    for (size_t h = 1; h <= 24; h++) {
        made_chain_block(c, h, CHAIN, "value");
        if (h % 3 == 0) {
            made_entry(&c->blocks[h], SIGNERS - 1, UR_COMET_ABSENT);
        }
        sign_for_real(&c->blocks[h], first_of(h));
    }
    ur_writer_str(&w, "{\"blocks\":[");
    for (size_t i = 0; i < sizeof heights / sizeof *heights; i++) {
        size_t h = heights[i];
        ur_writer_str(&w, i > 0 ? ",\n{\"commit\":" : "\n{\"commit\":");
        made_commit_json(&w, &c->blocks[h]);
        ur_writer_str(&w, ",\"next_validators\":");
        made_validators_json(&w, (int64_t)h + 1, &c->sets[h + 1], 0, SIGNERS);
        ur_writer_str(&w, ",\"validators\":");
        made_validators_json(&w, (int64_t)h, &c->sets[h], 0, SIGNERS);
        ur_writer_str(&w, "}");
        print(&w);
    }
    static const char *const keys[] = {"key 1", "key 2", "nothing", "a"};
    ur_writer_str(&w, "],\n\"proofs\":[");
    for (size_t i = 0; i < 8; i++) {
        int64_t h = i < 4 ? 21 : 20; /* proven under 22 and 21 */
        made_node node = {.chain = c, .top = 24};
        ur_writer_str(&w, i > 0 ? ",\n{\"answer\":" : "\n{\"answer\":");
        node_answer_query(&node, &w, h, ur_span_str_var(keys[i % 4]));
        ur_writer_str(&w, ",\"height\":\"");
        ur_writer_dec(&w, (uint64_t)h);
        ur_writer_str(&w, "\",\"key_hex\":\"");
        ur_hex_write(&w, ur_span_str_var(keys[i % 4]));
        ur_writer_str(&w, "\",\"store\":\"wasm\"}");
        print(&w);
    }
    ur_writer_str(&w, "]}\n");
    print(&w);
    free(c);
    return 0;
}
