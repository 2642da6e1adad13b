/* Every file under vectors/ledger: captured chains and their proofs, tendermint-rs's single steps, ics23's proofs and tables. */
#include <dirent.h>
#include <sys/stat.h>

#include "tests/light/captured.h"
#include "tests/vectors/areas.h"

#include "core/codec/base64.h"
#include "core/codec/hex.h"
#include "core/codec/pb.h"
#include "core/light/ics23.h"
#include "lib/suite/light.h"

enum { PATH_MAX_HERE = 1024, BLOCKS_MAX = 64, MANY = 1 << 16 };

static struct {
    unsigned files, unknown, blocks, steps, present, absent, wrong_form, mutations, accepted_equal;
    unsigned single[3], single_files, ics23_files, table_rows, table_outside;
} count;

/* ---- captured chains ---- */

typedef struct answer {
    uint8_t *key, *value, *proof[2];
    size_t key_n, value_n, proof_n[2];
} answer;

static uint8_t *base64_of(ur_json v, size_t *n)
{
    ur_span s = ur_json_kind_var(v) == UR_JSON_NULL ? (ur_span){0} : text_of(v);
    uint8_t *buf = malloc(s.n + 1);
    assert_non_null(buf);
    assert_ok(ur_base64_decode(buf, s.n + 1, n, s, UR_BASE64));
    return buf;
}

static ur_status check(const answer *a, const uint8_t root[32], ur_span store, ur_span value)
{
    ur_store_proof proof = {ur_span_of(a->proof[0], a->proof_n[0]), ur_span_of(a->proof[1], a->proof_n[1])};
    return ur_store_check_var(root, store, ur_span_of(a->key, a->key_n), value, &proof);
}

/* Change every byte of both proofs, the key, the value and the root in turn: nothing may verify. */
static void proof_mutations(answer *a, uint8_t root[32], ur_span store)
{
    struct {
        uint8_t *p;
        size_t n;
    } parts[] = {{a->proof[0], a->proof_n[0]}, {a->proof[1], a->proof_n[1]}, {a->key, a->key_n}, {a->value, a->value_n}, {root, 32}};
    for (size_t k = 0; k < 5; k++) {
        for (size_t i = 0; i < parts[k].n; i++) {
            uint8_t was = parts[k].p[i];
            for (unsigned bit = 0; bit < 8; bit++) {
                parts[k].p[i] = (uint8_t)(was ^ 1u << bit);
                ur_status st = check(a, root, store, ur_span_of(a->value, a->value_n));
                assert_true(st == UR_E_PROOF || st == UR_E_INPUT || st == UR_E_LIMIT);
                count.mutations++;
            }
            parts[k].p[i] = was;
        }
        for (size_t cut = 0; k < 2 && cut < parts[k].n; cut++) {
            size_t whole = a->proof_n[k];
            a->proof_n[k] = cut;
            assert_int_not_equal(check(a, root, store, ur_span_of(a->value, a->value_n)), UR_OK);
            a->proof_n[k] = whole;
        }
    }
}

static void one_proof(ur_json p, captured_block *const *blocks, size_t n)
{
    answer a;
    int64_t height = i64_text_of(ur_json_get_var(p, "verify_against_header"));
    ur_span store = text_of(ur_json_get_var(p, "store")), key_hex = text_of(ur_json_get_var(p, "key_hex"));
    ur_json response = ur_json_get_var(ur_json_get_var(p, "answer"), "response");
    a.key_n = key_hex.n / 2;
    a.key = malloc(a.key_n);
    assert_non_null(a.key);
    assert_ok(ur_hex_decode(a.key, a.key_n, key_hex));
    a.value = base64_of(ur_json_get_var(response, "value"), &a.value_n);
    ur_json_iter it;
    ur_json op;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(ur_json_get_var(response, "proofOps"), "ops")));
    for (size_t i = 0; i < 2; i++) {
        assert_true(ur_json_next_var(&it, &op));
        a.proof[i] = base64_of(ur_json_get_var(op, "data"), &a.proof_n[i]);
    }
    size_t found = n;
    for (size_t i = 0; i < n; i++) {
        uint8_t root[32];
        memcpy(root, blocks[i]->block.header.app.bytes, 32);
        ur_span value = ur_span_of(a.value, a.value_n);
        if (blocks[i]->block.header.height != height) { /* another height's root, unless the state is the same */
            if (found < n && !ur_eq_var(root, blocks[found]->block.header.app.bytes, 32)) {
                assert_status(check(&a, root, store, value), UR_E_PROOF);
            }
            continue;
        }
        found = i;
        if (check(&a, root, store, value) != UR_OK) {
            fail_msg("%.*s", (int)p.raw.n, (const char *)p.raw.p);
        }
        /* not in the other form, not for another store, not with another value */
        assert_int_not_equal(check(&a, root, store, value.n > 0 ? (ur_span){0} : UR_SPAN_LIT("x")), UR_OK);
        assert_int_not_equal(check(&a, root, UR_SPAN_LIT("bank2"), value), UR_OK);
        count.wrong_form += 2;
        *(value.n > 0 ? &count.present : &count.absent) += 1;
        proof_mutations(&a, root, store);
    }
    assert_true(found < n);
    free(a.key);
    free(a.value);
    free(a.proof[0]);
    free(a.proof[1]);
}

static ur_status step(const captured_block *from, const ur_light_block *to, const ur_light_rules *rules,
                      ur_light_header *out, ur_light_reason *why)
{
    ur_light_header trusted = anchor_of(&from->block.header);
    return ur_light_verify_var(out, why, rules, ur_suite_light_ops(), &trusted, &from->next, to,
                               ur_time_add(to->header.time, 1));
}

/* Flip one bit in each byte of a header's or commit's JSON: refused, or the very same header is believed (a signature that
 * was not needed, a letter's case). */
static void block_mutations(const captured_block *from, ur_json signed_header, const captured_block *to,
                            const ur_light_rules *rules)
{
    ur_light_block *b = malloc(sizeof *b);
    uint8_t *text = malloc(signed_header.raw.n);
    assert_non_null(b);
    assert_non_null(text);
    uint8_t want[32];
    ur_comet_header_hash_var(want, &to->block.header);
    memcpy(text, signed_header.raw.p, signed_header.raw.n);
    for (size_t i = 0; i < signed_header.raw.n; i++) {
        text[i] ^= (uint8_t)(1u << (i % 7));
        ur_json v;
        ur_light_header out = {0};
        ur_light_reason why;
        if (ur_json_parse_var(&v, ur_span_of(text, signed_header.raw.n)) == UR_OK &&
            ur_comet_header_parse_var(&b->header, ur_json_get_var(v, "header")) == UR_OK &&
            ur_comet_commit_parse_var(&b->commit, ur_json_get_var(v, "commit")) == UR_OK) {
            b->validators = to->block.validators;
            if (step(from, b, rules, &out, &why) == UR_OK) {
                assert_memory_equal(out.hash, want, 32);
                assert_int_equal(out.height, to->block.header.height);
                count.accepted_equal++;
            } else {
                assert_int_equal(out.height, 0);
            }
        }
        count.mutations++;
        text[i] = signed_header.raw.p[i];
    }
    free(text);
    free(b);
}

/* The negatives that the vectors' README names, on one step. */
static void block_negatives(const captured_block *from, const captured_block *to, const captured_block *other,
                            const ur_light_rules *rules)
{
    ur_light_block *b = malloc(sizeof *b);
    assert_non_null(b);
    ur_light_header out;
    ur_light_reason why;
    const size_t n = to->block.validators.n;
    *b = to->block; /* signatures moved between validators */
    if (n > 1) {
        for (size_t i = 0; i < n; i++) {
            memcpy(b->commit.sig[i].sig, to->block.commit.sig[(i + 1) % n].sig, UR_COMET_SIG_BYTES);
        }
        assert_int_not_equal(step(from, b, rules, &out, &why), UR_OK);
        *b = to->block; /* and whole entries */
        b->commit.sig[0] = to->block.commit.sig[1];
        b->commit.sig[1] = to->block.commit.sig[0];
        assert_int_not_equal(step(from, b, rules, &out, &why), UR_OK);
    }
    for (size_t i = 0; i < n; i++) { /* powers and keys changed */
        *b = to->block;
        b->validators.v[i].power++;
        b->validators.total_power++;
        assert_status(step(from, b, rules, &out, &why), UR_E_PROOF);
        assert_int_equal(why, UR_LIGHT_VALIDATORS_HASH);
        *b = to->block;
        b->validators.v[i].key[7] ^= 1;
        assert_status(step(from, b, rules, &out, &why), UR_E_PROOF);
    }
    *b = to->block; /* heights, chain ids, times, commits exchanged */
    b->header.height++;
    assert_int_not_equal(step(from, b, rules, &out, &why), UR_OK);
    *b = to->block;
    b->commit.height++;
    assert_status(step(from, b, rules, &out, &why), UR_E_PROOF);
    *b = to->block;
    b->commit.round++;
    assert_int_not_equal(step(from, b, rules, &out, &why), UR_OK);
    *b = to->block;
    b->header.chain_id[0] ^= 1;
    assert_status(step(from, b, rules, &out, &why), UR_E_PROOF);
    assert_int_equal(why, UR_LIGHT_CHAIN_ID);
    *b = to->block;
    b->header.time.ns ^= 1;
    assert_int_not_equal(step(from, b, rules, &out, &why), UR_OK);
    if (other != to) {
        *b = to->block;
        b->commit = other->block.commit;
        assert_int_not_equal(step(from, b, rules, &out, &why), UR_OK);
    }
    *b = to->block; /* one signature fewer, one more */
    b->commit.n--;
    assert_int_not_equal(step(from, b, rules, &out, &why), UR_OK);
    *b = to->block; /* everybody absent, everybody for nil */
    for (size_t i = 0; i < n; i++) {
        b->commit.sig[i].flag = UR_COMET_NIL;
    }
    assert_int_not_equal(step(from, b, rules, &out, &why), UR_OK);
    ur_light_rules strange = *rules; /* the rules' own chain id */
    strange.chain_id[0] ^= 1;
    assert_status(step(from, &to->block, &strange, &out, &why), UR_E_PROOF);
    assert_int_equal(why, UR_LIGHT_CHAIN_ID);
    ur_light_header trusted = anchor_of(&from->block.header); /* clocks */
    assert_status(ur_light_verify_var(&out, &why, rules, ur_suite_light_ops(), &trusted, &from->next, &to->block,
                                      ur_time_add(to->block.header.time, -rules->drift_s)),
                  UR_E_PROOF);
    assert_int_equal(why, UR_LIGHT_FROM_FUTURE);
    assert_status(ur_light_verify_var(&out, &why, rules, ur_suite_light_ops(), &trusted, &from->next, &to->block,
                                      ur_time_add(trusted.time, rules->trusting_period_s)),
                  UR_E_STATE);
    assert_int_equal(why, UR_LIGHT_EXPIRED);
    free(b);
}

static void captured_chain(ur_json file)
{
    captured_block *blocks[BLOCKS_MAX];
    ur_json block_json[BLOCKS_MAX];
    size_t n = 0;
    ur_json_iter it;
    ur_json v;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(file, "blocks")));
    while (ur_json_next_var(&it, &v)) {
        assert_true(n < BLOCKS_MAX);
        block_json[n] = v;
        blocks[n++] = captured_block_of(v);
        count.blocks++;
    }
    assert_true(n > 0);
    ur_light_rules rules;
    ur_light_header out;
    ur_light_reason why;
    assert_ok(ur_light_rules_init_var(&rules, ur_span_of(blocks[0]->block.header.chain_id, blocks[0]->block.header.chain_id_n),
                                      14 * 86400));
    for (size_t i = 0; i < n; i++) {
        assert_ok(ur_light_check_own_var(&out, &why, &rules, ur_suite_light_ops(), &blocks[i]->block));
        for (size_t j = 0; j < n; j++) {
            if (blocks[j]->block.header.height > blocks[i]->block.header.height) {
                ur_status st = step(blocks[i], &blocks[j]->block, &rules, &out, &why);
                if (st != UR_OK) {
                    fail_msg("from %lld to %lld: %s", (long long)blocks[i]->block.header.height,
                             (long long)blocks[j]->block.header.height, ur_light_reason_text(why));
                }
                count.steps++;
            } else {
                assert_status(step(blocks[i], &blocks[j]->block, &rules, &out, &why), UR_E_PROOF);
            }
        }
    }
    size_t first = 0, last = 0;
    for (size_t i = 1; i < n; i++) {
        first = blocks[i]->block.header.height < blocks[first]->block.header.height ? i : first;
        last = blocks[i]->block.header.height > blocks[last]->block.header.height ? i : last;
    }
    for (size_t i = 0; i < n; i++) {
        if (i != first) {
            block_negatives(blocks[first], blocks[i], blocks[last], &rules);
            if (i == last || i % 4 == 1) {
                block_mutations(blocks[first], ur_json_get_var(ur_json_get_var(block_json[i], "commit"), "signed_header"),
                                blocks[i], &rules);
            }
        }
    }
    assert_ok(ur_json_array_var(&it, ur_json_get_var(file, "proofs")));
    while (ur_json_next_var(&it, &v)) {
        one_proof(v, blocks, n);
    }
    for (size_t i = 0; i < n; i++) {
        free(blocks[i]);
    }
}

/* ---- tendermint-rs single steps ---- */

static void single_step(ur_json file)
{
    captured_block *trusted = calloc(1, sizeof *trusted);
    ur_light_block *block = malloc(sizeof *block);
    assert_non_null(trusted);
    assert_non_null(block);
    ur_json initial = ur_json_get_var(file, "initial"), in;
    ur_json head = ur_json_get_var(ur_json_get_var(initial, "signed_header"), "header");
    ur_light_rules rules;
    ur_light_reason why;
    assert_ok(ur_comet_header_parse_var(&trusted->block.header, head));
    assert_ok(ur_comet_validators_append_var(&trusted->next,
                                             ur_json_get_var(ur_json_get_var(initial, "next_validator_set"), "validators")));
    sort_set(&trusted->next);
    assert_ok(ur_light_rules_init_var(&rules, text_of(ur_json_get_var(head, "chain_id")),
                                      i64_text_of(ur_json_get_var(initial, "trusting_period")) / 1000000000));
    rules.drift_s = 0;
    ur_light_header at = anchor_of(&trusted->block.header);
    ur_json_iter it;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(file, "input")));
    while (ur_json_next_var(&it, &in)) {
        static const char *const verdicts[3] = {"SUCCESS", "NOT_ENOUGH_TRUST", "INVALID"};
        ur_json b = ur_json_get_var(in, "block");
        ur_light_header next = {0};
        size_t verdict = 0, got = 2;
        while (verdict < 3 && !ur_json_is_var(ur_json_get_var(in, "verdict"), ur_span_str_var(verdicts[verdict]))) {
            verdict++;
        }
        assert_true(verdict < 3);
        why = UR_LIGHT_NONE;
        ur_status st = block_of(block, ur_json_get_var(b, "signed_header"),
                                ur_json_get_var(ur_json_get_var(b, "validator_set"), "validators"));
        if (st == UR_OK) {
            sort_set(&block->validators);
            st = ur_light_verify_var(&next, &why, &rules, ur_suite_light_ops(), &at, &trusted->next, block,
                                     time_of(ur_json_get_var(in, "now")));
            got = st == UR_OK ? 0 : why == UR_LIGHT_TRUST ? 1 : 2;
        }
        if (got != verdict) {
            fail_msg("height %lld: %s (%s), expected %s", (long long)block->header.height, ur_light_reason_text(why),
                     ur_status_name(st), verdicts[verdict]);
        }
        count.single[verdict]++;
        if (got == 0) {
            at = next;
            memset(&trusted->next, 0, sizeof trusted->next);
            assert_ok(ur_comet_validators_append_var(&trusted->next,
                                                     ur_json_get_var(ur_json_get_var(b, "next_validator_set"), "validators")));
            sort_set(&trusted->next);
        }
    }
    count.single_files++;
    free(trusted);
    free(block);
}

/* ---- ics23 ---- */

static void ics23_file(ur_json file, ur_ics23_tree tree)
{
    static uint8_t key[1024], value[4096], proof[MANY];
    uint8_t root[32];
    size_t key_n, value_n = 0, proof_n;
    assert_ok(ur_json_hex_upto_var(key, sizeof key, &key_n, ur_json_get_var(file, "key")));
    assert_ok(ur_json_hex_upto_var(proof, sizeof proof, &proof_n, ur_json_get_var(file, "proof")));
    assert_ok(ur_json_hex_var(root, sizeof root, ur_json_get_var(file, "root")));
    ur_json v = ur_json_get_var(file, "value");
    if (ur_json_kind_var(v) == UR_JSON_STRING) {
        assert_ok(ur_json_hex_upto_var(value, sizeof value, &value_n, v));
    }
    for (size_t i = 0; i <= proof_n; i++) { /* the whole, then each byte changed */
        proof[i] ^= i < proof_n ? 1 << (i % 8) : 0;
        ur_span k = ur_span_of(key, key_n), p = ur_span_of(proof, proof_n);
        ur_status present = ur_ics23_present_var(root, tree, k, ur_span_of(value, value_n), p);
        ur_status absent = ur_ics23_absent_var(root, tree, k, p);
        bool whole = i == proof_n;
        assert_int_equal(present == UR_OK, whole && value_n > 0);
        assert_int_equal(absent == UR_OK, whole && value_n == 0);
        ur_ics23_tree other = tree == UR_ICS23_IAVL ? UR_ICS23_SIMPLE : UR_ICS23_IAVL;
        assert_int_not_equal(ur_ics23_present_var(root, other, k, ur_span_of(value, value_n), p), UR_OK);
        assert_int_not_equal(ur_ics23_absent_var(root, other, k, p), UR_OK);
        proof[i] ^= i < proof_n ? 1 << (i % 8) : 0;
        count.mutations += whole ? 0 : 1;
    }
    *(value_n > 0 ? &count.present : &count.absent) += 1;
    count.ics23_files++;
}

/* An operation of a table as protobuf. */
static void put_json_bytes(ur_writer *w, uint32_t number, ur_json v)
{
    if (ur_json_kind_var(v) == UR_JSON_STRING) {
        size_t n;
        uint8_t *bytes = base64_of(v, &n);
        ur_pb_put_bytes(w, number, ur_span_of(bytes, n));
        free(bytes);
    }
}

static void put_json_u64(ur_writer *w, uint32_t number, ur_json v)
{
    uint64_t x = 0;
    if (ur_json_kind_var(v) == UR_JSON_NUMBER) {
        assert_ok(ur_json_u64_var(&x, v));
    }
    ur_pb_put_u64(w, number, x);
}

static void put_leaf(ur_writer *w, uint32_t number, ur_json leaf)
{
    size_t begun = ur_pb_begin(w, number);
    put_json_u64(w, 1, ur_json_get_var(leaf, "hash"));
    put_json_u64(w, 2, ur_json_get_var(leaf, "prehash_key"));
    put_json_u64(w, 3, ur_json_get_var(leaf, "prehash_value"));
    put_json_u64(w, 4, ur_json_get_var(leaf, "length"));
    put_json_bytes(w, 5, ur_json_get_var(leaf, "prefix"));
    ur_pb_end(w, begun);
}

static ur_span proof_of(uint8_t *buf, size_t cap, ur_json proof)
{
    ur_writer w;
    ur_json_iter it;
    ur_json op;
    ur_writer_init(&w, buf, cap);
    size_t exist = ur_pb_begin(&w, 1);
    put_json_bytes(&w, 1, ur_json_get_var(proof, "key"));
    put_json_bytes(&w, 2, ur_json_get_var(proof, "value"));
    if (ur_json_kind_var(ur_json_get_var(proof, "leaf")) == UR_JSON_OBJECT) {
        put_leaf(&w, 3, ur_json_get_var(proof, "leaf"));
    }
    if (ur_json_array_var(&it, ur_json_get_var(proof, "path")) == UR_OK) {
        while (ur_json_next_var(&it, &op)) {
            size_t begun = ur_pb_begin(&w, 4);
            put_json_u64(&w, 1, ur_json_get_var(op, "hash"));
            put_json_bytes(&w, 2, ur_json_get_var(op, "prefix"));
            put_json_bytes(&w, 3, ur_json_get_var(op, "suffix"));
            ur_pb_end(&w, begun);
        }
    }
    ur_pb_end(&w, exist);
    assert_false(w.overflow);
    return ur_span_of(buf, w.n);
}

/* Rows about whole proofs of IAVL's form: our verdict where the row's verdict follows from that form alone. Its rows accept
 * inner operations whose child length byte is missing and limit the depth per spec; our IAVL form is the real tree's, so
 * those are ours to refuse. */
static void spec_table(ur_json file)
{
    static uint8_t buf[MANY];
    ur_json_iter it;
    ur_json name, row;
    assert_ok(ur_json_object_var(&it, file));
    while (ur_json_next_member_var(&it, &name, &row)) {
        uint8_t root[32];
        ur_span k, v;
        ur_json proof = ur_json_get_var(row, "Proof");
        ur_status st = ur_ics23_claim_var(root, &k, &v, UR_ICS23_IAVL, proof_of(buf, sizeof buf, proof));
        bool accepted = ur_json_is_var(ur_json_get_var(row, "Err"), (ur_span){0});
        ur_span text = text_of(name);
        bool depth = ur_json_kind_var(ur_json_get_var(ur_json_get_var(row, "Spec"), "min_depth")) == UR_JSON_NUMBER;
        if (!accepted && !depth && st == UR_OK) {
            fail_msg("accepted: %.*s", (int)text.n, (const char *)text.p);
        }
        if (accepted && !depth && st != UR_OK) {
            print_message("ics23: stricter than the table: %.*s\n", (int)text.n, (const char *)text.p);
        }
        *(depth || (accepted && st != UR_OK) ? &count.table_outside : &count.table_rows) += 1;
    }
}

/* Rows about single leaves: as a proof of one leaf under our specs. Whatever our form does not have is refused. */
static void leaf_table(ur_json file, const char *leaf_name, const char *in)
{
    static uint8_t buf[MANY];
    ur_json_iter it;
    ur_json name, row;
    assert_ok(ur_json_object_var(&it, file));
    while (ur_json_next_member_var(&it, &name, &row)) {
        ur_json proof = in != NULL ? ur_json_get_var(row, in) : row;
        ur_json leaf = ur_json_get_var(proof, leaf_name);
        uint8_t root[32];
        ur_span k, v;
        ur_writer w;
        ur_writer_init(&w, buf, sizeof buf);
        size_t exist = ur_pb_begin(&w, 1);
        ur_pb_put_text(&w, 1, "food");
        ur_pb_put_text(&w, 2, "some longer text");
        put_leaf(&w, 3, leaf);
        ur_pb_end(&w, exist);
        uint64_t hash = 0, prehash = 0, length = 0, prehash_key = 0;
        (void)!ur_json_u64_var(&hash, ur_json_get_var(leaf, "hash"));
        (void)!ur_json_u64_var(&prehash, ur_json_get_var(leaf, "prehash_value"));
        (void)!ur_json_u64_var(&prehash_key, ur_json_get_var(leaf, "prehash_key"));
        (void)!ur_json_u64_var(&length, ur_json_get_var(leaf, "length"));
        bool ours = hash == 1 && prehash == 1 && prehash_key == 0 && length == 1 &&
                    ur_json_is_var(ur_json_get_var(leaf, "prefix"), UR_SPAN_LIT("AA=="));
        ur_status st = ur_ics23_claim_var(root, &k, &v, UR_ICS23_SIMPLE, ur_span_of(buf, w.n));
        assert_int_equal(st == UR_OK, ours);
        *(ours ? &count.table_rows : &count.table_outside) += 1;
    }
}

/* ---- every file ---- */

static bool has(const char *path, const char *part) { return strstr(path, part) != NULL; }

static void one_file(const char *path)
{
    ur_span text = read_whole(path);
    count.files++;
    if (has(path, ".json") && has(path, "/single_step/")) {
        single_step(parse_whole(text));
    } else if (has(path, "/ics23/iavl/")) {
        ics23_file(parse_whole(text), UR_ICS23_IAVL);
    } else if (has(path, "/ics23/tendermint/")) {
        ics23_file(parse_whole(text), UR_ICS23_SIMPLE);
    } else if (has(path, "/ics23/TestCheckAgainstSpecData.json")) {
        spec_table(parse_whole(text));
    } else if (has(path, "/ics23/TestCheckLeafData.json")) {
        leaf_table(parse_whole(text), "Leaf", NULL);
    } else if (has(path, "/ics23/TestLeafOpData.json")) {
        leaf_table(parse_whole(text), "Op", NULL);
    } else if (has(path, "/ics23/TestExistenceProofData.json")) {
        leaf_table(parse_whole(text), "leaf", "Proof");
    } else if (has(path, "/ics23/TestDoHashData.json") || has(path, "/ics23/TestEmptyBranchData.json")) {
        count.table_outside++; /* other hashes, and trees with empty branches: our forms have neither */
    } else if (has(path, "/bisection/") || has(path, "README")) {
        count.files--; /* bisection: vectors_bisection */
    } else if (has(path, ".json") && ur_json_kind_var(ur_json_get_var(parse_whole(text), "blocks")) == UR_JSON_ARRAY) {
        captured_chain(parse_whole(text));
    } else {
        print_message("unknown file: %s\n", path);
        count.unknown++;
    }
    free((void *)(uintptr_t)text.p);
}

static void folder(const char *path)
{
    DIR *d = opendir(path);
    if (d == NULL) {
        fail_msg("no vectors at %s", path);
    }
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char name[PATH_MAX_HERE];
        struct stat st;
        assert_true((size_t)snprintf(name, sizeof name, "%s/%s", path, e->d_name) < sizeof name);
        if (e->d_name[0] == '.') {
            continue;
        }
        assert_int_equal(stat(name, &st), 0);
        if (S_ISDIR(st.st_mode)) {
            folder(name);
        } else {
            one_file(name);
        }
    }
    (void)closedir(d);
}

static void every_file(void **state)
{
    (void)state;
    char path[PATH_MAX_HERE];
    assert_true((size_t)snprintf(path, sizeof path, "%s/ledger", vectors_folder()) < sizeof path);
    folder(path);
    print_message("ledger: %u files, %u unknown\n", count.files, count.unknown);
    print_message("ledger: captured blocks %u, steps between them %u\n", count.blocks, count.steps);
    print_message("ledger: proofs of presence %u, of absence %u, in a wrong form %u\n", count.present, count.absent,
                  count.wrong_form);
    print_message("ledger: changed bytes and bits %u, of which %u changed nothing that counts\n", count.mutations,
                  count.accepted_equal);
    print_message("ledger: single steps in %u files: %u SUCCESS, %u NOT_ENOUGH_TRUST, %u INVALID\n", count.single_files,
                  count.single[0], count.single[1], count.single[2]);
    print_message("ledger: ics23 proofs in %u files, table rows %u, rows for other trees (refused) %u\n", count.ics23_files,
                  count.table_rows, count.table_outside);
    assert_true(count.blocks > 0 && count.present > 0 && count.absent > 0);
}

int main(void)
{
    if (vectors_skipped("ledger")) {
        return VECTORS_SKIPPED;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
