#include "core/light/ics23.h"

#include "core/codec/pb.h"
#include "core/hash/hash.h"

typedef struct step {
    ur_span prefix, suffix;
} step;

typedef struct existence {
    ur_span key, value;
    ur_span leaf_prefix;
    size_t n;
    step steps[UR_ICS23_STEPS_MAX]; /* from the leaf up */
} existence;

enum { OP_SHA256 = 1, LENGTH_VARINT = 1, HASH = UR_SHA256_BYTES };
enum { NODE_MAX = 11 + 1 + HASH + 1 + HASH }; /* of either tree, once its form was checked: head, then two hashes */

/* ---- forms ---- */

/* An IAVL node's beginning: height, size, version as zigzag varints, none negative. */
static ur_status iavl_head(ur_reader *r, int64_t out[3])
{
    for (int i = 0; i < 3; i++) {
        uint64_t x;
        if (r->at < r->n && r->p[r->at] < 0x80) { /* heights and small sizes: no call */
            x = r->p[r->at++];
        } else {
            UR_TRY(ur_pb_varint_var(r, &x, UR_PB_CANONICAL));
        }
        out[i] = ur_pb_unzigzag(x);
        if (out[i] < 0) {
            return UR_E_INPUT;
        }
    }
    return UR_OK;
}

/* A hash's length byte, as IAVL writes before each child. */
static bool is_length(ur_span s, size_t at) { return s.p[at] == HASH; }

static bool is_left_step(const step *s) { return s->suffix.n > 0; }

static ur_status check_iavl_leaf(ur_span prefix)
{
    ur_reader r;
    int64_t head[3];
    ur_reader_init(&r, prefix);
    UR_TRY(iavl_head(&r, head));
    UR_TRY(ur_reader_end(&r));
    return head[0] == 0 && head[1] == 1 ? UR_OK : UR_E_INPUT;
}

/* The `layer`-th step above the leaf, counted from 1. */
static ur_status check_iavl_step(const step *s, size_t layer)
{
    ur_reader r;
    int64_t head[3];
    ur_reader_init(&r, s->prefix);
    UR_TRY(iavl_head(&r, head));
    size_t rest = ur_reader_left(&r);
    if (head[0] < (int64_t)layer || r.at > 11) {
        return UR_E_INPUT;
    }
    bool left = rest == 1 && s->suffix.n == 1 + HASH && is_length(s->suffix, 0);
    bool right = rest == 2 + HASH && s->suffix.n == 0 && is_length(s->prefix, r.at);
    return (left || right) && is_length(s->prefix, s->prefix.n - 1) ? UR_OK : UR_E_INPUT;
}

static ur_status check_simple_step(const step *s)
{
    bool left = s->prefix.n == 1 && s->suffix.n == HASH;
    bool right = s->prefix.n == 1 + HASH && s->suffix.n == 0;
    return (left || right) && s->prefix.p[0] == 1 ? UR_OK : UR_E_INPUT;
}

static ur_status check_form(const existence *e, ur_ics23_tree tree)
{
    if (e->key.n == 0) {
        return UR_E_INPUT;
    }
    if (tree == UR_ICS23_IAVL) {
        UR_TRY(check_iavl_leaf(e->leaf_prefix));
    } else if (e->leaf_prefix.n != 1 || e->leaf_prefix.p[0] != 0) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < e->n; i++) {
        UR_TRY(tree == UR_ICS23_IAVL ? check_iavl_step(&e->steps[i], i + 1) : check_simple_step(&e->steps[i]));
    }
    return UR_OK;
}

/* ---- bytes ---- */

/* LeafOp {1 hash, 2 prehash_key, 3 prehash_value, 4 length, 5 prefix} */
static ur_status parse_leaf(ur_span *out_prefix, ur_span bytes)
{
    static const ur_pb_wire wires[5] = {UR_PB_VARINT, UR_PB_VARINT, UR_PB_VARINT, UR_PB_VARINT, UR_PB_BYTES};
    ur_pb_field f[5];
    UR_TRY(ur_pb_fields_var(f, wires, 5, bytes, UR_PB_CANONICAL));
    if (f[0].u != OP_SHA256 || f[1].number != 0 || f[2].u != OP_SHA256 || f[3].u != LENGTH_VARINT) {
        return UR_E_INPUT;
    }
    *out_prefix = f[4].bytes;
    return UR_OK;
}

/* A length-delimited field that must stand here. */
static ur_status long_field(ur_reader *r, uint8_t tag, ur_span *out)
{
    uint8_t got;
    uint64_t n;
    *out = (ur_span){0};
    UR_TRY(ur_reader_u8(r, &got));
    UR_TRY(ur_pb_varint_var(r, &n, UR_PB_CANONICAL));
    return got == tag && n <= ur_reader_left(r) ? ur_reader_bytes(r, out, (size_t)n) : UR_E_INPUT;
}

/* A length-delimited field of fewer than 128 bytes, the only kind that a step of either tree has. */
static bool short_field(ur_reader *r, uint8_t tag, ur_span *out)
{
    const uint8_t *head = r->p + r->at;
    size_t left = ur_reader_left(r);
    if (left < 2 || head[0] != tag || head[1] >= 0x80 || head[1] > left - 2) {
        return false;
    }
    *out = ur_span_of(head + 2, head[1]);
    r->at += 2 + (size_t)head[1];
    return true;
}

/* InnerOp {1 hash, 2 prefix, 3 suffix}, byte by byte: proofs are mostly these. */
static ur_status parse_step(step *out, ur_span bytes)
{
    enum { HASH_TAG = 1 << 3, PREFIX_TAG = 2 << 3 | 2, SUFFIX_TAG = 3 << 3 | 2 };
    ur_reader r;
    uint8_t head[2];
    ur_reader_init(&r, bytes);
    *out = (step){0};
    if (ur_reader_copy(&r, head, 2) != UR_OK || head[0] != HASH_TAG || head[1] != OP_SHA256 ||
        !short_field(&r, PREFIX_TAG, &out->prefix)) {
        return UR_E_INPUT;
    }
    if (ur_reader_left(&r) > 0 && (!short_field(&r, SUFFIX_TAG, &out->suffix) || out->suffix.n == 0)) {
        return UR_E_INPUT;
    }
    return ur_reader_end(&r);
}

/* ExistenceProof {1 key, 2 value, 3 leaf, 4 path (repeated)}, key and leaf once. A value may be empty: stores do hold such
 * records (a bank's index, for instance), and they are neighbours of absent ones. */
static ur_status parse_existence(existence *out, ur_ics23_tree tree, ur_span bytes)
{
    enum { KEY_TAG = 1 << 3 | 2, VALUE_TAG = 2 << 3 | 2, LEAF_TAG = 3 << 3 | 2, PATH_TAG = 4 << 3 | 2 };
    ur_reader r;
    ur_span op;
    out->n = 0;
    out->value = (ur_span){0};
    ur_reader_init(&r, bytes);
    UR_TRY(long_field(&r, KEY_TAG, &out->key));
    if (ur_reader_left(&r) > 0 && r.p[r.at] == VALUE_TAG) {
        UR_TRY(long_field(&r, VALUE_TAG, &out->value));
        if (out->value.n == 0) {
            return UR_E_INPUT;
        }
    }
    UR_TRY(long_field(&r, LEAF_TAG, &op));
    UR_TRY(parse_leaf(&out->leaf_prefix, op));
    while (ur_reader_left(&r) > 0) {
        if (!short_field(&r, PATH_TAG, &op)) {
            return UR_E_INPUT;
        }
        if (out->n == UR_ICS23_STEPS_MAX) {
            return UR_E_LIMIT;
        }
        UR_TRY(parse_step(&out->steps[out->n++], op));
    }
    return check_form(out, tree);
}

/* CommitmentProof {1 exist, 2 nonexist, 3 batch, 4 compressed}: the one that the caller expects. */
static ur_status open_proof(ur_span *out, uint32_t number, ur_span proof)
{
    ur_pb m;
    ur_pb_field f;
    *out = (ur_span){0};
    if (proof.n > UR_ICS23_PROOF_MAX) {
        return UR_E_LIMIT;
    }
    ur_pb_init(&m, proof, UR_PB_CANONICAL);
    UR_TRY(ur_pb_next_var(&m, &f));
    if (f.wire != UR_PB_BYTES || f.number > 4 || ur_pb_more(&m)) {
        return UR_E_INPUT;
    }
    *out = f.bytes;
    return f.number == number ? UR_OK : UR_E_PROOF; /* a proof, but of something else */
}

/* ---- roots ---- */

static void write_length(ur_sha256 *c, size_t n)
{
    uint8_t bytes[10];
    ur_writer w;
    ur_writer_init(&w, bytes, sizeof bytes);
    ur_pb_write_varint(&w, n);
    ur_sha256_update(c, bytes, w.n);
}

static void root_of(uint8_t root[HASH], const existence *e)
{
    uint8_t value_hash[HASH];
    ur_sha256 c;
    ur_sha256_of(value_hash, e->value);
    ur_sha256_init(&c);
    ur_sha256_update(&c, e->leaf_prefix.p, e->leaf_prefix.n);
    write_length(&c, e->key.n);
    ur_sha256_update(&c, e->key.p, e->key.n);
    write_length(&c, HASH);
    ur_sha256_update(&c, value_hash, HASH);
    ur_sha256_final(&c, root);
    for (size_t i = 0; i < e->n; i++) { /* in one piece: three small updates cost as much as the hashing */
        const step *s = &e->steps[i];
        uint8_t node[NODE_MAX];
        memcpy(node, s->prefix.p, s->prefix.n);
        memcpy(node + s->prefix.n, root, HASH);
        if (s->suffix.n > 0) {
            memcpy(node + s->prefix.n + HASH, s->suffix.p, s->suffix.n);
        }
        ur_sha256_of(root, ur_span_of(node, s->prefix.n + HASH + s->suffix.n));
    }
}

ur_status ur_ics23_claim_var(uint8_t root[UR_ICS23_ROOT_BYTES], ur_span *out_key, ur_span *out_value, ur_ics23_tree tree,
                             ur_span proof)
{
    existence e;
    ur_span inside;
    memset(root, 0, HASH);
    *out_key = *out_value = (ur_span){0};
    UR_TRY(open_proof(&inside, 1, proof));
    UR_TRY(parse_existence(&e, tree, inside));
    if (e.value.n == 0) {
        return UR_E_INPUT;
    }
    root_of(root, &e);
    *out_key = e.key;
    *out_value = e.value;
    return UR_OK;
}

ur_status ur_ics23_present_var(const uint8_t root[UR_ICS23_ROOT_BYTES], ur_ics23_tree tree, ur_span key, ur_span value,
                               ur_span proof)
{
    uint8_t got[HASH];
    ur_span got_key, got_value;
    UR_TRY(ur_ics23_claim_var(got, &got_key, &got_value, tree, proof));
    bool same = ur_span_eq_var(got_key, key) && ur_span_eq_var(got_value, value) && ur_eq_var(got, root, HASH);
    return same ? UR_OK : UR_E_PROOF;
}

/* ---- absence ---- */

/* Whether the steps from `from` down to the leaf always come from the one side: left-most or right-most below there. */
static bool always(const existence *e, size_t steps, bool left)
{
    for (size_t i = 0; i < steps; i++) {
        if (is_left_step(&e->steps[i]) != left) {
            return false;
        }
    }
    return true;
}

/* Nothing lies between the two leaves: their paths part once, left to the left, and keep inside from there on. */
static bool neighbours(const existence *left, const existence *right)
{
    size_t l = left->n, r = right->n;
    while (l > 0 && r > 0 && ur_span_eq_var(left->steps[l - 1].prefix, right->steps[r - 1].prefix) &&
           ur_span_eq_var(left->steps[l - 1].suffix, right->steps[r - 1].suffix)) {
        l--;
        r--;
    }
    return l > 0 && r > 0 && is_left_step(&left->steps[l - 1]) && !is_left_step(&right->steps[r - 1]) &&
           always(left, l - 1, false) && always(right, r - 1, true);
}

static int order(ur_span a, ur_span b) { return ur_cmp_var(a.p, a.n, b.p, b.n); }

static ur_status parse_neighbour(existence *e, ur_ics23_tree tree, const ur_pb_field *f, const uint8_t root[HASH])
{
    uint8_t got[HASH];
    UR_TRY(parse_existence(e, tree, f->bytes));
    root_of(got, e);
    return ur_eq_var(got, root, HASH) ? UR_OK : UR_E_PROOF;
}

ur_status ur_ics23_absent_var(const uint8_t root[UR_ICS23_ROOT_BYTES], ur_ics23_tree tree, ur_span key, ur_span proof)
{
    static const ur_pb_wire wires[3] = {UR_PB_BYTES, UR_PB_BYTES, UR_PB_BYTES}; /* {1 key, 2 left, 3 right} */
    ur_pb_field f[3];
    existence left, right;
    ur_span inside;
    if (key.n == 0) {
        return UR_E_USAGE;
    }
    UR_TRY(open_proof(&inside, 2, proof));
    UR_TRY(ur_pb_fields_var(f, wires, 3, inside, UR_PB_CANONICAL));
    const bool has_left = f[1].number != 0, has_right = f[2].number != 0;
    if (!has_left && !has_right) {
        return UR_E_INPUT;
    }
    if (!ur_span_eq_var(f[0].bytes, key)) { /* redundant, and compared so that no byte of a proof is without meaning */
        return UR_E_PROOF;
    }
    if (has_left) {
        UR_TRY(parse_neighbour(&left, tree, &f[1], root));
        if (order(left.key, key) >= 0 || (!has_right && !always(&left, left.n, false))) {
            return UR_E_PROOF;
        }
    }
    if (has_right) {
        UR_TRY(parse_neighbour(&right, tree, &f[2], root));
        if (order(key, right.key) >= 0 || (!has_left && !always(&right, right.n, true))) {
            return UR_E_PROOF;
        }
    }
    return !has_left || !has_right || neighbours(&left, &right) ? UR_OK : UR_E_PROOF;
}

ur_status ur_store_check_var(const uint8_t app_hash[UR_ICS23_ROOT_BYTES], ur_span store, ur_span key, ur_span value,
                             const ur_store_proof *proof)
{
    uint8_t got[HASH];
    ur_span name, store_root;
    UR_TRY(ur_ics23_claim_var(got, &name, &store_root, UR_ICS23_SIMPLE, proof->of_store));
    if (!ur_span_eq_var(name, store) || !ur_eq_var(got, app_hash, HASH) || store_root.n != HASH) {
        return UR_E_PROOF;
    }
    return value.n > 0 ? ur_ics23_present_var(store_root.p, UR_ICS23_IAVL, key, value, proof->in_store)
                       : ur_ics23_absent_var(store_root.p, UR_ICS23_IAVL, key, proof->in_store);
}
