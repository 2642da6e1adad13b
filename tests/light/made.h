/* A chain made for a test: validators, headers, commits and a store per height, and the JSON in which a node would answer.
 * Signatures are SHA-512 of key and message (made_ops), so that any validator is easily impersonated by a test that wants
 * to, no library from outside is needed, and thousands of runs take seconds. */
#ifndef UR_TESTS_LIGHT_MADE_H
#define UR_TESTS_LIGHT_MADE_H

#include "tests/test.h"

#include "core/codec/base64.h"
#include "core/codec/hex.h"
#include "core/codec/pb.h"
#include "core/light/ics23.h"
#include "core/light/merkle.h"
#include "core/light/verify.h"

static inline void made_sign(uint8_t sig[UR_COMET_SIG_BYTES], const uint8_t key[32], ur_span message)
{
    ur_sha512 c;
    ur_sha512_init(&c);
    ur_sha512_update(&c, key, 32);
    ur_sha512_update(&c, message.p, message.n);
    ur_sha512_final(&c, sig);
}

static inline ur_status made_verify(void *context, const uint8_t key[32], ur_span message, const uint8_t sig[64])
{
    uint8_t want[64];
    (void)context;
    made_sign(want, key, message);
    return ur_eq_var(want, sig, 64) ? UR_OK : UR_E_PROOF;
}

static const ur_light_ops made_ops = {.context = NULL, .ed25519_verify_var = made_verify};

/* ---- validators and blocks ---- */

/* Add validator number `who` with a power; keep the set's order. */
static inline void made_validator(ur_validators *set, unsigned who, int64_t power)
{
    ur_validator v = {.power = power};
    char text[32];
    int n = snprintf(text, sizeof text, "validator %u", who);
    ur_sha256_of(v.key, ur_span_of(text, (size_t)n));
    ur_comet_address_var(v.address, v.key);
    size_t at = set->n++;
    while (at > 0 && (set->v[at - 1].power < power ||
                      (set->v[at - 1].power == power && ur_cmp_var(set->v[at - 1].address, 20, v.address, 20) > 0))) {
        set->v[at] = set->v[at - 1];
        at--;
    }
    set->v[at] = v;
    set->total_power += power;
}

/* Entry i of the commit signed by validator i of the set (or absent, or for nil), over what the commit says. */
static inline void made_entry(ur_light_block *b, size_t i, ur_comet_flag flag)
{
    ur_comet_sig *s = &b->commit.sig[i];
    uint8_t message[UR_COMET_SIGN_BYTES_MAX];
    memset(s, 0, sizeof *s);
    s->flag = flag;
    s->time = (ur_time){-62135596800, 0};
    if (flag == UR_COMET_ABSENT) {
        return;
    }
    static const ur_block_id nil = {0};
    memcpy(s->address, b->validators.v[i].address, 20);
    s->time = ur_time_add(b->header.time, 1);
    s->time.ns = (uint32_t)i * 1000 + 1;
    size_t n = ur_comet_sign_bytes_var(message, ur_span_of(b->header.chain_id, b->header.chain_id_n), b->commit.height,
                                       b->commit.round, flag == UR_COMET_NIL ? &nil : &b->commit.block, s->time);
    made_sign(s->sig, b->validators.v[i].key, ur_span_of(message, n));
}

/* The commit for the header as it is now, by everybody. */
static inline void made_commit(ur_light_block *b)
{
    b->commit.height = b->header.height;
    b->commit.round = 0;
    b->commit.block.hash.n = 32;
    ur_comet_header_hash_var(b->commit.block.hash.bytes, &b->header);
    b->commit.block.parts_total = 1;
    b->commit.block.parts_hash.n = 32;
    memset(b->commit.block.parts_hash.bytes, 0x50, 32);
    b->commit.n = b->validators.n;
    for (size_t i = 0; i < b->validators.n; i++) {
        made_entry(b, i, UR_COMET_COMMIT);
    }
}

/* A block at a height and time with its own set and the next one's hash; app: 32 bytes or NULL. Signed by everybody. */
static inline void made_block(ur_light_block *b, const char *chain_id, int64_t height, ur_time time,
                              const ur_validators *set, const ur_validators *next, const uint8_t *app)
{
    memset(b, 0, sizeof *b);
    ur_comet_header *h = &b->header;
    h->block_version = 11;
    h->chain_id_n = strlen(chain_id);
    memcpy(h->chain_id, chain_id, h->chain_id_n);
    h->height = height;
    h->time = time;
    b->validators = *set;
    ur_hash *hashes[] = {&h->last_block.hash, &h->last_block.parts_hash, &h->last_commit, &h->data, &h->consensus,
                         &h->last_results, &h->evidence, &h->validators, &h->next_validators, &h->app};
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        hashes[i]->n = 32;
        memset(hashes[i]->bytes, (int)i + 1, 32);
    }
    h->last_block.parts_total = 1;
    ur_comet_validators_hash_var(h->validators.bytes, set);
    ur_comet_validators_hash_var(h->next_validators.bytes, next);
    if (app != NULL) {
        memcpy(h->app.bytes, app, 32);
    }
    h->proposer_n = 20;
    memcpy(h->proposer, set->v[0].address, 20);
    made_commit(b);
}

/* ---- a store: an IAVL-shaped tree over sorted records, and the simple tree over it and two other stores ---- */

typedef struct made_record {
    char key[48], value[48];
} made_record;

/* The bytes before a node's children. */
static inline size_t made_head(uint8_t *out, int64_t height, int64_t size, int64_t version)
{
    ur_writer w;
    ur_writer_init(&w, out, 32);
    ur_pb_write_varint(&w, ur_pb_zigzag(height));
    ur_pb_write_varint(&w, ur_pb_zigzag(size));
    ur_pb_write_varint(&w, ur_pb_zigzag(version));
    return w.n;
}

/* The hash and height of records from..to; with w, the steps from record `of` up to here. */
static inline int64_t made_tree(uint8_t hash[32], const made_record *r, size_t from, size_t to, size_t of, ur_writer *w)
{
    uint8_t head[32], left[32], right[32], value[32];
    ur_sha256 c;
    if (to - from == 1) {
        size_t n = made_head(head, 0, 1, 7);
        ur_sha256_of(value, ur_span_str_var(r[from].value));
        uint8_t key_n = (uint8_t)strlen(r[from].key), hash_n = 32;
        ur_sha256_init(&c);
        ur_sha256_update(&c, head, n);
        ur_sha256_update(&c, &key_n, 1);
        ur_sha256_update(&c, r[from].key, key_n);
        ur_sha256_update(&c, &hash_n, 1);
        ur_sha256_update(&c, value, 32);
        ur_sha256_final(&c, hash);
        return 0;
    }
    size_t middle = from + (to - from + 1) / 2;
    int64_t a = made_tree(left, r, from, middle, of, of < middle ? w : NULL);
    int64_t b = made_tree(right, r, middle, to, of, of >= middle ? w : NULL);
    int64_t height = (a > b ? a : b) + 1;
    uint8_t whole[128];
    size_t n = made_head(whole, height, (int64_t)(to - from), 7);
    whole[n] = 32;
    memcpy(whole + n + 1, left, 32);
    whole[n + 33] = 32;
    memcpy(whole + n + 34, right, 32);
    ur_sha256_of(hash, ur_span_of(whole, n + 66));
    if (w != NULL) {
        bool is_left = of < middle;
        size_t step = ur_pb_begin(w, 4);
        ur_pb_put_u64(w, 1, 1);
        ur_pb_put_bytes(w, 2, ur_span_of(whole, is_left ? n + 1 : n + 34));
        ur_pb_put_bytes(w, 3, ur_span_of(whole + n + 33, is_left ? 33 : 0));
        ur_pb_end(w, step);
    }
    return height;
}

static inline void made_leaf_op(ur_writer *w, ur_span prefix)
{
    size_t leaf = ur_pb_begin(w, 3);
    ur_pb_put_u64(w, 1, 1);
    ur_pb_put_u64(w, 3, 1);
    ur_pb_put_u64(w, 4, 1);
    ur_pb_put_bytes(w, 5, prefix);
    ur_pb_end(w, leaf);
}

static inline void made_existence(ur_writer *w, uint32_t number, const made_record *r, size_t n, size_t of)
{
    uint8_t head[32], hash[32];
    size_t begun = ur_pb_begin(w, number);
    ur_pb_put_text(w, 1, r[of].key);
    ur_pb_put_text(w, 2, r[of].value);
    made_leaf_op(w, ur_span_of(head, made_head(head, 0, 1, 7)));
    made_tree(hash, r, 0, n, of, w);
    ur_pb_end(w, begun);
}

/* The proof of what the store (n >= 1 sorted records) says at key; the value it has there, or NULL. */
static inline const char *made_store_proof(ur_writer *w, const made_record *r, size_t n, ur_span key)
{
    size_t at = 0;
    while (at < n && ur_cmp_var(r[at].key, strlen(r[at].key), key.p, key.n) < 0) {
        at++;
    }
    if (at < n && ur_span_eq_var(ur_span_str_var(r[at].key), key)) {
        made_existence(w, 1, r, n, at);
        return r[at].value;
    }
    size_t begun = ur_pb_begin(w, 2);
    ur_pb_put_bytes(w, 1, key);
    if (at > 0) {
        made_existence(w, 2, r, n, at - 1);
    }
    if (at < n) {
        made_existence(w, 3, r, n, at);
    }
    ur_pb_end(w, begun);
    return NULL;
}

/* Stores "bank", "wasm", "zeta": the application hash, and the proof for "wasm". */
static inline void made_app(uint8_t app[32], ur_writer *proof, const uint8_t store_root[32])
{
    static const char *const names[3] = {"bank", "wasm", "zeta"};
    uint8_t leaf[3][32], inner[65];
    for (size_t i = 0; i < 3; i++) {
        uint8_t other[32], bytes[1 + 1 + 4 + 1 + 32];
        memset(other, 0x30 + (int)i, 32);
        bytes[0] = 0;
        bytes[1] = 4;
        memcpy(bytes + 2, names[i], 4);
        bytes[6] = 32;
        ur_sha256_of(bytes + 7, ur_span_of(i == 1 ? store_root : other, 32));
        ur_sha256_of(leaf[i], ur_span_of(bytes, sizeof bytes));
    }
    inner[0] = 1; /* (bank, wasm), zeta */
    memcpy(inner + 1, leaf[0], 32);
    memcpy(inner + 33, leaf[1], 32);
    uint8_t pair[32];
    ur_sha256_of(pair, ur_span_of(inner, 65));
    if (proof != NULL) {
        size_t exist = ur_pb_begin(proof, 1);
        ur_pb_put_text(proof, 1, "wasm");
        ur_pb_put_bytes(proof, 2, ur_span_of(store_root, 32));
        made_leaf_op(proof, ur_span_of("\0", 1));
        size_t step = ur_pb_begin(proof, 4);
        ur_pb_put_u64(proof, 1, 1);
        ur_pb_put_bytes(proof, 2, ur_span_of(inner, 33));
        ur_pb_end(proof, step);
        step = ur_pb_begin(proof, 4);
        ur_pb_put_u64(proof, 1, 1);
        ur_pb_put_bytes(proof, 2, ur_span_of("\1", 1));
        ur_pb_put_bytes(proof, 3, ur_span_of(leaf[2], 32));
        ur_pb_end(proof, step);
        ur_pb_end(proof, exist);
    }
    memcpy(inner + 1, pair, 32);
    memcpy(inner + 33, leaf[2], 32);
    ur_sha256_of(app, ur_span_of(inner, 65));
}

/* ---- as a node says it ---- */

static inline void made_put_hex(ur_writer *w, const char *name, ur_span bytes)
{
    ur_writer_str(w, "\"");
    ur_writer_str(w, name);
    ur_writer_str(w, "\":\"");
    for (size_t i = 0; i < bytes.n; i++) {
        static const char digits[] = "0123456789ABCDEF";
        ur_writer_u8(w, (uint8_t)digits[bytes.p[i] >> 4]);
        ur_writer_u8(w, (uint8_t)digits[bytes.p[i] & 15]);
    }
    ur_writer_str(w, "\"");
}

static inline void made_put_hash(ur_writer *w, const char *name, const ur_hash *h)
{
    made_put_hex(w, name, ur_span_of(h->bytes, h->n));
    ur_writer_str(w, ",");
}

static inline void made_put_dec(ur_writer *w, const char *name, int64_t x)
{
    ur_writer_str(w, "\"");
    ur_writer_str(w, name);
    ur_writer_str(w, "\":\"");
    ur_writer_dec(w, (uint64_t)x);
    ur_writer_str(w, "\",");
}

static inline void made_put_time(ur_writer *w, const char *name, ur_time t)
{
    char text[UR_TIME_TEXT_MAX];
    ur_writer_str(w, "\"");
    ur_writer_str(w, name);
    ur_writer_str(w, "\":\"");
    ur_writer_bytes(w, text, ur_time_text_var(text, t));
    ur_writer_str(w, "\",");
}

static inline void made_put_block_id(ur_writer *w, const char *name, const ur_block_id *b)
{
    ur_writer_str(w, "\"");
    ur_writer_str(w, name);
    ur_writer_str(w, "\":{");
    made_put_hash(w, "hash", &b->hash);
    ur_writer_str(w, "\"parts\":{\"total\":");
    ur_writer_dec(w, b->parts_total);
    ur_writer_str(w, ",");
    made_put_hex(w, "hash", ur_span_of(b->parts_hash.bytes, b->parts_hash.n));
    ur_writer_str(w, "}},");
}

/* The result of /commit. */
static inline void made_commit_json(ur_writer *w, const ur_light_block *b)
{
    const ur_comet_header *h = &b->header;
    ur_writer_str(w, "{\"signed_header\":{\"header\":{\"version\":{\"block\":\"");
    ur_writer_dec(w, h->block_version);
    ur_writer_str(w, "\"},\"chain_id\":\"");
    ur_writer_bytes(w, h->chain_id, h->chain_id_n);
    ur_writer_str(w, "\",");
    made_put_dec(w, "height", h->height);
    made_put_time(w, "time", h->time);
    made_put_block_id(w, "last_block_id", &h->last_block);
    made_put_hash(w, "last_commit_hash", &h->last_commit);
    made_put_hash(w, "data_hash", &h->data);
    made_put_hash(w, "validators_hash", &h->validators);
    made_put_hash(w, "next_validators_hash", &h->next_validators);
    made_put_hash(w, "consensus_hash", &h->consensus);
    made_put_hash(w, "app_hash", &h->app);
    made_put_hash(w, "last_results_hash", &h->last_results);
    made_put_hash(w, "evidence_hash", &h->evidence);
    made_put_hex(w, "proposer_address", ur_span_of(h->proposer, h->proposer_n));
    ur_writer_str(w, "},\"commit\":{");
    made_put_dec(w, "height", b->commit.height);
    ur_writer_str(w, "\"round\":");
    ur_writer_dec(w, (uint64_t)b->commit.round);
    ur_writer_str(w, ",");
    made_put_block_id(w, "block_id", &b->commit.block);
    ur_writer_str(w, "\"signatures\":[");
    for (size_t i = 0; i < b->commit.n; i++) {
        const ur_comet_sig *s = &b->commit.sig[i];
        bool absent = s->flag == UR_COMET_ABSENT;
        ur_writer_str(w, i > 0 ? ",{\"block_id_flag\":" : "{\"block_id_flag\":");
        ur_writer_dec(w, (uint64_t)s->flag);
        ur_writer_str(w, ",");
        made_put_hex(w, "validator_address", ur_span_of(s->address, absent ? 0 : 20));
        ur_writer_str(w, ",");
        made_put_time(w, "timestamp", s->time);
        ur_writer_str(w, "\"signature\":");
        if (absent) {
            ur_writer_str(w, "null}");
        } else {
            ur_writer_str(w, "\"");
            ur_base64_write(w, ur_span_of(s->sig, 64), UR_BASE64);
            ur_writer_str(w, "\"}");
        }
    }
    ur_writer_str(w, "]}},\"canonical\":true}");
}

/* One page of the result of /validators: elements from..to of the set. */
static inline void made_validators_json(ur_writer *w, int64_t height, const ur_validators *set, size_t from, size_t to)
{
    ur_writer_str(w, "{");
    made_put_dec(w, "block_height", height);
    ur_writer_str(w, "\"validators\":[");
    for (size_t i = from; i < to; i++) {
        ur_writer_str(w, i > from ? ",{" : "{");
        made_put_hex(w, "address", ur_span_of(set->v[i].address, 20));
        ur_writer_str(w, ",\"pub_key\":{\"type\":\"tendermint/PubKeyEd25519\",\"value\":\"");
        ur_base64_write(w, ur_span_of(set->v[i].key, 32), UR_BASE64);
        ur_writer_str(w, "\"},");
        made_put_dec(w, "voting_power", set->v[i].power);
        ur_writer_str(w, "\"proposer_priority\":\"0\"}");
    }
    ur_writer_str(w, "],");
    made_put_dec(w, "count", (int64_t)(to - from));
    ur_writer_str(w, "\"total\":\"");
    ur_writer_dec(w, set->n);
    ur_writer_str(w, "\"}");
}

#endif
