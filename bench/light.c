/* A commit of 150 validators against the Ed25519 checks that it needs, and a record's proof against its SHA-256 work. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "core/codec/base64.h"
#include "core/light/ics23.h"
#include "lib/suite/ed25519.h"
#include "lib/suite/light.h"

enum { VALIDATORS = 150, NEEDED = 101, STEPS = 20 };

static struct {
    ur_light_rules rules;
    ur_light_header trusted;
    ur_validators set;
    ur_light_block next, far; /* heights 2 and 10 */
    uint8_t message[VALIDATORS][UR_COMET_SIGN_BYTES_MAX];
    size_t message_n[VALIDATORS];
    uint8_t proofs[2][8192]; /* in the store, of the store */
    ur_store_proof proof;
    uint8_t app[32];
} b;

static void seed_of(uint8_t seed[32], size_t i)
{
    memset(seed, 0, 32);
    seed[0] = (uint8_t)i;
    seed[1] = 0x42;
}

static void make_block(ur_light_block *block, int64_t height)
{
    ur_comet_header *h = &block->header;
    memset(block, 0, sizeof *block);
    block->validators = b.set;
    h->block_version = 11;
    h->chain_id_n = 7;
    memcpy(h->chain_id, "bench-1", 7);
    h->height = height;
    h->time = (ur_time){1000 + height, 0};
    ur_hash *hashes[] = {&h->last_block.hash, &h->last_block.parts_hash, &h->last_commit, &h->data, &h->consensus, &h->last_results,
                         &h->evidence, &h->validators, &h->next_validators, &h->app, &block->commit.block.hash,
                         &block->commit.block.parts_hash};
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        hashes[i]->n = 32;
        bench_fill(hashes[i]->bytes, 32);
    }
    h->proposer_n = 20;
    ur_comet_validators_hash_var(h->validators.bytes, &b.set);
    ur_comet_validators_hash_var(h->next_validators.bytes, &b.set);
    block->commit.height = height;
    block->commit.block.parts_total = 1;
    ur_comet_header_hash_var(block->commit.block.hash.bytes, h);
    block->commit.n = VALIDATORS;
    for (size_t i = 0; i < VALIDATORS; i++) {
        ur_comet_sig *s = &block->commit.sig[i];
        uint8_t seed[32];
        s->flag = UR_COMET_COMMIT;
        s->time = (ur_time){1001 + height, (uint32_t)(123456789 + i)};
        memcpy(s->address, b.set.v[i].address, sizeof s->address);
        b.message_n[i] = ur_comet_sign_bytes_var(b.message[i], ur_span_of(h->chain_id, h->chain_id_n), height, 0, &block->commit.block, s->time);
        seed_of(seed, i);
        bench_must(ur_ed25519_sign(s->sig, NULL, seed, ur_span_of(b.message[i], b.message_n[i])) == UR_OK, "sign");
    }
}

static void make_chain(void)
{
    bench_must(ur_light_rules_init_var(&b.rules, UR_SPAN_LIT("bench-1"), 1000000) == UR_OK, "rules");
    for (size_t i = 0; i < VALIDATORS; i++) {
        uint8_t seed[32], sig[64];
        ur_validator *v = &b.set.v[b.set.n++];
        seed_of(seed, i);
        bench_must(ur_ed25519_sign(sig, v->key, seed, (ur_span){0}) == UR_OK, "key");
        ur_comet_address_var(v->address, v->key);
        v->power = 1000;
        b.set.total_power += v->power;
    }
    b.trusted = (ur_light_header){.height = 1, .time = {1000, 0}};
    ur_comet_validators_hash_var(b.trusted.next_validators, &b.set);
    make_block(&b.far, 10);
    make_block(&b.next, 2); /* last: its messages are the ones of the reference */
}

static void verify(const ur_light_block *block)
{
    ur_light_header out;
    ur_light_reason why;
    bench_must(ur_light_verify_var(&out, &why, &b.rules, ur_suite_light_ops(), &b.trusted, &b.set, block, (ur_time){1100, 0}) == UR_OK,
               "a commit does not verify");
}

static void adjacent(void *ctx)
{
    (void)ctx;
    verify(&b.next);
}

static void skipping(void *ctx)
{
    (void)ctx;
    verify(&b.far);
}

/* What more than two thirds of 150 equal powers need. */
static void checks(void *ctx)
{
    (void)ctx;
    for (size_t i = 0; i < NEEDED; i++) {
        bench_must(ur_ed25519_verify_var(b.set.v[i].key, ur_span_of(b.message[i], b.message_n[i]), b.next.commit.sig[i].sig) == UR_OK, "sig");
    }
}

/* ---- a proof of the size that wasmd's have: 20 steps in the store, 3 above it ---- */

static size_t put_varint(uint8_t *o, uint64_t x)
{
    size_t n = 0;
    for (; x >= 0x80; x >>= 7) {
        o[n++] = (uint8_t)(x | 0x80);
    }
    o[n++] = (uint8_t)x;
    return n;
}

static size_t put_field(uint8_t *o, uint8_t tag, const void *p, size_t n)
{
    size_t k = 1;
    o[0] = tag;
    k += put_varint(o + 1, n);
    memcpy(o + k, p, n);
    return k + n;
}

static const uint8_t iavl_leaf[] = {0x00, 0x02, 0x8e, 0x30}, simple_leaf[] = {0x00};
static uint8_t key[41] = {3}, value[120] = {'{'};

static size_t put_existence(uint8_t *out, const void *k, size_t k_n, const void *v, size_t v_n, bool iavl, size_t steps)
{
    uint8_t body[6144], op[128];
    size_t n = put_field(body, 0x0a, k, k_n), m;
    n += put_field(body + n, 0x12, v, v_n);
    static const uint8_t leaf_head[6] = {0x08, 0x01, 0x18, 0x01, 0x20, 0x01};
    memcpy(op, leaf_head, 6);
    m = 6 + (iavl ? put_field(op + 6, 0x2a, iavl_leaf, sizeof iavl_leaf) : put_field(op + 6, 0x2a, simple_leaf, 1));
    n += put_field(body + n, 0x1a, op, m);
    for (size_t i = 0; i < steps; i++) {
        uint8_t prefix[64], suffix[33];
        size_t p = 0;
        bool left = i % 2 == 0;
        if (iavl) {
            p += put_varint(prefix, 2 * (i + 1));
            p += put_varint(prefix + p, (uint64_t)2 << (i < 20 ? i : 20));
            p += put_varint(prefix + p, 6158);
        } else {
            prefix[p++] = 1;
        }
        if (iavl) {
            prefix[p++] = 32;
        }
        if (!left) {
            bench_fill(prefix + p, 32);
            p += 32;
            if (iavl) {
                prefix[p++] = 32;
            }
        }
        bench_fill(suffix, sizeof suffix);
        suffix[0] = iavl ? 32 : suffix[0];
        op[0] = 0x08;
        op[1] = 0x01;
        m = 2 + put_field(op + 2, 0x12, prefix, p);
        m += left ? put_field(op + m, 0x1a, suffix, iavl ? 33 : 32) : 0;
        n += put_field(body + n, 0x22, op, m);
    }
    return put_field(out, 0x0a, body, n);
}

static void make_proof(void)
{
    uint8_t root[32];
    ur_span k, v;
    memset(key + 1, 7, sizeof key - 1);
    memset(value + 1, 'x', sizeof value - 1);
    b.proof.in_store = ur_span_of(b.proofs[0], put_existence(b.proofs[0], key, sizeof key, value, sizeof value, true, STEPS));
    bench_must(ur_ics23_claim_var(root, &k, &v, UR_ICS23_IAVL, b.proof.in_store) == UR_OK, "the inner proof");
    b.proof.of_store = ur_span_of(b.proofs[1], put_existence(b.proofs[1], "wasm", 4, root, 32, false, 3));
    bench_must(ur_ics23_claim_var(b.app, &k, &v, UR_ICS23_SIMPLE, b.proof.of_store) == UR_OK, "the outer proof");
}

static void prove(void *ctx)
{
    (void)ctx;
    bench_must(ur_store_check_var(b.app, UR_SPAN_LIT("wasm"), ur_span_of(key, sizeof key), ur_span_of(value, sizeof value), &b.proof) == UR_OK,
               "a proof does not verify");
}

/* The same hashing on bytes that lie ready: value and leaf of both trees, then a node of about 70 or 65 bytes a step. */
static void prove_hashes(void *ctx)
{
    static uint8_t bytes[160];
    (void)ctx;
    ur_sha256_of(bytes, ur_span_of(bytes, sizeof value));
    ur_sha256_of(bytes, ur_span_of(bytes, sizeof iavl_leaf + 1 + sizeof key + 1 + 32));
    for (size_t i = 0; i < STEPS; i++) {
        ur_sha256_of(bytes, ur_span_of(bytes, 71));
    }
    ur_sha256_of(bytes, ur_span_of(bytes, 32));
    ur_sha256_of(bytes, ur_span_of(bytes, 1 + 1 + 4 + 1 + 32));
    for (size_t i = 0; i < 3; i++) {
        ur_sha256_of(bytes, ur_span_of(bytes, 65));
    }
}

void bench_light(void)
{
    if (!bench_wanted("light/")) {
        return;
    }
    make_chain();
    make_proof();
    static const struct {
        const char *what, *against_go, *go_op, *work;
        bench_fn *ours, *reference;
        double at_most, at_least; /* 0: printed only */
    } rows[] = {
        /* Go verifies all signatures of a commit in one batch and keeps decompressed keys; OpenSSL has no batches, so its single
         * checks are the bound here. */
        {"light/commit 150, next height", "light/commit 150, next height, Go", "light-next", "101 OpenSSL Ed25519 checks", adjacent, checks, 1.1, 0},
        {"light/commit 150, skipping", "light/commit 150, skipping, Go", "light-skipping", "101 OpenSSL Ed25519 checks", skipping, checks, 1.1, 0},
        {"light/membership proof", "light/membership proof, Go", "light-proof", "its SHA-256 work", prove, prove_hashes, 1.5, 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bench_row(&(bench_row_spec){.what = rows[i].what, .ours = rows[i].ours, .reference_name = rows[i].work,
                                    .reference = rows[i].reference, .goal = BENCH_AT_MOST, .target = rows[i].at_most});
        bench_row(&(bench_row_spec){.what = rows[i].against_go, .ours = rows[i].ours, .peer = "go", .peer_op = rows[i].go_op,
                                    .reference_name = i < 2 ? "CometBFT's light client (batch)" : "ics23 in Go",
                                    .goal = rows[i].at_least > 0 ? BENCH_AT_LEAST : BENCH_REPORT,
                                    .target = rows[i].at_least});
    }
}
