/* The scheme: hashing to scalars, ciphertexts, dealing, key shares, aggregation. */
#include "tests/vectors/vec.h"

#include "core/share/lagrange.h"

size_t vec_upstream_run_h3(ur_json file)
{
    ur_json_iter it = vec_array(file, "cases");
    ur_json v;
    size_t i = 0;
    while (vec_next(&it, &i, &v)) {
        ur_scalar r;
        uint8_t first[32], r_bytes[32];
        uint64_t iterations;
        vec_h3(&r, first, &iterations, vec_hex(v, "sigma"), vec_hex(v, "msg"));
        ur_scalar_write(r_bytes, &r);
        vec_same(ur_span_of(first, sizeof first), v, "first_hash");
        vec_same(ur_span_of(r_bytes, sizeof r_bytes), v, "r");
        vec_must(iterations == vec_number(v, "iterations"), "iterations");
    }
    return i;
}

static void read_share(ur_share *out, uint32_t index, ur_json v, const char *path)
{
    uint8_t be[32];
    vec_hex_to(be, sizeof be, v, path);
    vec_ok(ur_share_parse(out, index, be));
}

size_t vec_upstream_run_ibe(ur_json file)
{
    ur_share msk;
    ur_tibe_pub mpk;
    ur_g1 p;
    ur_json_iter it = vec_array(file, "cases");
    ur_json v;
    size_t i = 0;
    read_share(&msk, 1, file, "msk");
    vec_pub(&mpk, file, "mpk_g1");
    ur_share_public(&p, &msk);
    vec_must(ur_g1_eq_var(&p, &mpk.p), "MPK");
    while (vec_next(&it, &i, &v)) {
        ur_tibe_id id;
        ur_tibe_ks ks;
        ur_tibe_key key;
        ur_tibe_ct ct;
        ur_tibe_msg msg;
        ur_gt gt;
        uint8_t gt_bytes[UR_GT_BYTES];
        vec_ok(ur_tibe_id_hash(&id, vec_hex(v, "identity_hex")));
        vec_g2_same(&id.q, v, "qid_g2");
        ur_tibe_extract(&ks, &msk, &id);
        vec_g2_same(&ks.d, v, "decryption_key_g2");
        vec_key(&key, v, "decryption_key_g2");
        vec_ok(ur_tibe_key_check_var(&mpk, &key, &id));
        ur_pairing(&gt, &mpk.p, &id.q);
        ur_gt_write(gt_bytes, &gt);
        vec_same(ur_span_of(gt_bytes, sizeof gt_bytes), v, "gt_pairing_mpk_qid");
        vec_ct(&ct, v);
        vec_decrypt(&msg, &ct, &key, &mpk, &id, v);
        vec_same(ur_tibe_msg_reveal(&msg), v, "message");
    }
    return i;
}

/* ---- dealing and combining ---- */

enum { MEMBERS_MAX = 64 };

typedef struct dealt {
    ur_tibe_committee c;
    ur_tibe_pub members[MEMBERS_MAX];
    ur_tibe_ks ks[MEMBERS_MAX]; /* of member i at i - 1 */
    ur_share shares[MEMBERS_MAX];
    ur_tibe_id id;
    uint8_t weights[MEMBERS_MAX * UR_TIBE_WEIGHT_BYTES];
    uint8_t bad[MEMBERS_MAX];
} dealt;

static dealt d;
static uint8_t scratch[1 << 20] __attribute__((aligned(16)));

static void read_dealing(ur_json file)
{
    static ur_scalar a[MEMBERS_MAX];
    ur_scalar msk;
    uint8_t msk_be[32];
    ur_g1 commitments[MEMBERS_MAX], p;
    ur_json_iter it;
    ur_json v;
    size_t i = 0;
    d.c.t = (uint32_t)vec_number(file, "t");
    d.c.n = (uint32_t)vec_number(file, "n");
    d.c.members = d.members;
    vec_must(d.c.n <= MEMBERS_MAX && d.c.t <= d.c.n, "a committee of readable size");
    vec_pub(&d.c.mpk, file, "mpk_g1");
    vec_ok(ur_tibe_id_hash(&d.id, vec_text(file, "identity")));
    vec_g2_same(&d.id.q, file, "qid_g2");
    it = vec_array(file, "coefficients");
    while (vec_next(&it, &i, &v)) {
        uint8_t be[32];
        vec_must(i <= d.c.t, "t coefficients");
        vec_hex_to(be, sizeof be, v, "");
        vec_ok(ur_scalar_parse(&a[i - 1], be));
    }
    vec_hex_to(msk_be, sizeof msk_be, file, "msk");
    vec_ok(ur_scalar_parse(&msk, msk_be));
    vec_must(ur_scalar_eq(&msk, &a[0]) == UR_OK, "msk");
    const ur_share_poly f = {a, d.c.t};
    ur_share_commit(commitments, &f);
    it = vec_array(file, "feldman_commitments_g1");
    for (i = 0; vec_next(&it, &i, &v);) {
        vec_must(i <= d.c.t, "t commitments");
        vec_g1_same(&commitments[i - 1], v, "");
    }
    vec_must(ur_g1_eq_var(&commitments[0], &d.c.mpk.p), "A_0 = MPK");
    it = vec_array(file, "shares");
    for (i = 0; vec_next(&it, &i, &v);) {
        uint8_t be[32], ks_bytes[UR_G2_BYTES];
        uint32_t index = (uint32_t)vec_number(v, "index");
        vec_must(index == i, "indices in order");
        ur_share *s = &d.shares[i - 1];
        vec_ok(ur_share_poly_at(s, &f, index));
        ur_share_reveal(be, s);
        vec_same(ur_span_of(be, sizeof be), v, "share_scalar");
        vec_must((ur_share_check(s, commitments, d.c.t) == UR_OK) == vec_true(v, "verify_vss"), "verify_vss");
        vec_pub(&d.members[i - 1], v, "share_commitment_g1");
        ur_share_public(&p, s);
        vec_must(ur_g1_eq_var(&p, &d.members[i - 1].p), "share_commitment_g1");
        ur_tibe_extract(&d.ks[i - 1], s, &d.id);
        vec_g2_same(&d.ks[i - 1].d, v, "extracted_keyshare_g2");
        vec_hex_to(ks_bytes, sizeof ks_bytes, v, "extracted_keyshare_g2");
        vec_ok(ur_tibe_ks_parse(&d.ks[i - 1], index, ks_bytes));
        vec_must((ur_tibe_ks_check_var(&d.members[i - 1], &d.ks[i - 1], &d.id) == UR_OK) == vec_true(v, "verify_share"),
                 "verify_share");
    }
    vec_must(i == d.c.n, "n shares");
    uint8_t random[UR_SCALAR_WIDE_BYTES] = {7, 1, 8};
    vec_must(ur_tibe_committee_scratch_bytes(d.c.n) <= sizeof scratch, "scratch");
    vec_ok(ur_tibe_committee_check_var(&d.c, random, scratch));
}

/* The shares that a case lists. */
static size_t pick(ur_tibe_ks *out, ur_json v)
{
    ur_json_iter it = vec_array(v, "indices");
    ur_json x;
    size_t n = 0;
    while (ur_json_next_var(&it, &x)) {
        uint64_t index = vec_number(x, "");
        vec_must(index >= 1 && index <= d.c.n && n < MEMBERS_MAX, "an index");
        out[n++] = d.ks[index - 1];
    }
    return n;
}

static void lagrange(ur_json v, const ur_tibe_ks *ks, size_t n)
{
    uint32_t x[MEMBERS_MAX];
    ur_scalar l[MEMBERS_MAX], work[MEMBERS_MAX], zero;
    ur_json_iter it = vec_array(v, "lagrange");
    ur_json want;
    for (size_t i = 0; i < n; i++) {
        x[i] = ks[i].index;
    }
    ur_scalar_from_u64(&zero, 0);
    vec_ok(ur_share_lagrange_var(l, x, n, &zero, work));
    for (size_t i = 0; i < n; i++) {
        uint8_t be[32];
        vec_must(ur_json_next_var(&it, &want), "a coefficient for each");
        ur_scalar_write(be, &l[i]);
        vec_same(ur_span_of(be, sizeof be), want, "");
    }
}

/* The sum over exactly the shares that are listed, whatever their number. */
static ur_status aggregate(ur_tibe_key *key, const ur_tibe_ks *ks, size_t n)
{
    ur_tibe_committee c = d.c;
    c.t = (uint32_t)n;
    vec_must(ur_tibe_scratch_bytes(n) <= sizeof scratch, "scratch");
    return ur_tibe_combine_var(key, &c, ks, n, scratch);
}

size_t vec_upstream_run_threshold(ur_json file)
{
    ur_tibe_key key, want;
    ur_tibe_ks ks[MEMBERS_MAX];
    ur_json_iter it;
    ur_json v;
    size_t i = 0, n;
    read_dealing(file);
    vec_key(&want, file, "decryption_key_g2");
    vec_ok(ur_tibe_key_check_var(&d.c.mpk, &want, &d.id));
    it = vec_array(file, "aggregations");
    while (vec_next(&it, &i, &v)) {
        n = pick(ks, v);
        lagrange(v, ks, n);
        vec_ok(aggregate(&key, ks, n));
        vec_g2_same(&key.d, v, "aggregated_g2");
        vec_must((ur_tibe_key_check_var(&d.c.mpk, &key, &d.id) == UR_OK) == vec_true(v, "equals_msk_times_qid"),
                 "equals_msk_times_qid");
        vec_ok(ur_tibe_recover_var(&key, d.bad, &d.c, &d.id, ks, n, d.weights, scratch));
        vec_must(ur_json_count_var(vec_at(v, "invalid")) == 0, "no invalid shares"); /* and recovering named none */
        vec_must(ur_g2_eq_var(&key.d, &want.d), "the key");
    }
    /* Upstream makes a wrong key of these and does not notice; here the first is refused, and the second is too few. */
    vec_case(i++);
    vec_must(!vec_true(file, "duplicate_index_case.upstream_result_is_correct"), "upstream is wrong");
    n = pick(ks, vec_at(file, "duplicate_index_case"));
    vec_must(ur_tibe_combine_var(&key, &d.c, ks, n, scratch) == UR_E_INPUT, "a duplicate index is refused");
    vec_must(ur_tibe_recover_var(&key, d.bad, &d.c, &d.id, ks, n, d.weights, scratch) == UR_E_INPUT, "and here");
    vec_case(i++);
    vec_must(!vec_true(file, "below_threshold_case.upstream_result_is_correct"), "upstream is wrong");
    n = pick(ks, vec_at(file, "below_threshold_case"));
    vec_must(ur_tibe_combine_var(&key, &d.c, ks, n, scratch) == UR_E_ABSENT, "too few are refused");
    vec_ok(aggregate(&key, ks, n));
    vec_must(ur_tibe_key_check_var(&d.c.mpk, &key, &d.id) == UR_E_PROOF, "and would make a wrong key");
    return i + d.c.n; /* each share is a case of its own */
}

size_t vec_share_generation_derive(ur_json file)
{
    ur_share s;
    ur_tibe_pub mpk, pub;
    ur_g1 p;
    ur_json_iter it, qs = vec_array(file, "derived.keyshares");
    ur_json v, derived;
    size_t i = 0;
    read_share(&s, (uint32_t)vec_number(file, "published.share_index"), file, "published.share_scalar_be");
    vec_pub(&mpk, file, "published.master_public_key_g1");
    vec_pub(&pub, file, "published.commitment_g1");
    ur_share_public(&p, &s);
    vec_must(ur_g1_eq_var(&p, &pub.p), "commitment");
    vec_must(ur_g1_eq_var(&p, &mpk.p) == vec_true(file, "derived.share_times_g1_equals_mpk"), "one of one is MPK");
    it = vec_array(file, "published.keyshares");
    while (vec_next(&it, &i, &v)) {
        ur_tibe_id id;
        ur_tibe_ks ks, read;
        uint8_t b[UR_G2_BYTES];
        vec_ok(ur_tibe_id_hash(&id, vec_text(v, "identity")));
        ur_tibe_extract(&ks, &s, &id);
        vec_g2_same(&ks.d, v, "keyshare_g2");
        vec_hex_to(b, sizeof b, v, "keyshare_g2");
        vec_ok(ur_tibe_ks_parse(&read, s.index, b));
        vec_must(ur_json_next_var(&qs, &derived), "derived for each");
        vec_same_text(vec_text(v, "identity"), derived, "identity");
        vec_g2_same(&id.q, derived, "qid_g2");
        vec_must(vec_true(derived, "share_times_qid_matches"), "share_times_qid_matches");
        vec_must((ur_tibe_ks_check_var(&pub, &read, &id) == UR_OK) == vec_true(derived, "pairing_check"), "pairing");
    }
    return i;
}

size_t vec_encrypter_readme(ur_json file)
{
    ur_tibe_pub mpk;
    ur_tibe_key key;
    ur_tibe_id id;
    vec_pub(&mpk, file, "published.master_public_key_g1");
    vec_key(&key, file, "published.decryption_key_g2");
    vec_ok(ur_tibe_id_hash(&id, vec_text(file, "published.identity")));
    vec_g2_same(&id.q, file, "derived.qid_g2");
    vec_must((ur_tibe_key_check_var(&mpk, &key, &id) == UR_OK) == vec_true(file, "derived.pairing_check"), "pairing");
    return 1;
}

/* Points that are points, of which nothing else is known: a key fits none of the heights it was labelled with, and a
 * committee of one contradicts its public key. */
size_t vec_unlabelled_keys(ur_json file)
{
    ur_json_iter it = vec_array(file, "entries");
    ur_json v;
    size_t i = 0;
    while (vec_next(&it, &i, &v)) {
        ur_tibe_pub mpk, member;
        vec_pub(&mpk, v, "master_public_key_g1");
        if (vec_has(v, "decryption_key_g2")) {
            ur_tibe_key key;
            vec_key(&key, v, "decryption_key_g2");
            for (unsigned height = 0; height < 400; height++) {
                char text[16];
                ur_tibe_id id;
                (void)snprintf(text, sizeof text, "%u", height);
                vec_ok(ur_tibe_id_hash(&id, ur_span_str_var(text)));
                vec_must(ur_tibe_key_check_var(&mpk, &key, &id) == UR_E_PROOF, "no height fits");
            }
        }
        if (vec_has(v, "single_validator_commitment_g1")) {
            const uint8_t random[UR_SCALAR_WIDE_BYTES] = {1};
            vec_pub(&member, v, "single_validator_commitment_g1");
            const ur_tibe_committee c = {mpk, &member, 1, 1};
            vec_must(ur_tibe_committee_check_var(&c, random, scratch) == UR_E_PROOF, "the contradiction is found");
        }
    }
    return i;
}
