#include "tests/unit/tibe/tibe_kit.h"

#include "core/tibe/hash.h"

static bool all_zero(const void *p, size_t n)
{
    const uint8_t *b = p;
    test_may_read(p, n);
    for (size_t i = 0; i < n; i++) {
        if (b[i] != 0) {
            return false;
        }
    }
    return true;
}

static void draw_msg(ur_tibe_msg *msg, size_t n, test_rng *rng)
{
    uint8_t bytes[UR_TIBE_MSG_MAX];
    test_rng_bytes(rng, bytes, sizeof bytes);
    assert_ok(ur_tibe_msg_set(msg, bytes, n));
}

static void encrypt(ur_tibe_ct *ct, const kit *k, const ur_tibe_id *id, const ur_tibe_msg *msg, test_rng *rng)
{
    uint8_t sigma[UR_TIBE_MSG_MAX];
    test_rng_bytes(rng, sigma, sizeof sigma);
    assert_ok(ur_tibe_encrypt(ct, &k->c.mpk, id, msg, sigma));
    assert_true(all_zero(sigma, msg->n)); /* serves once */
}

/* ---- encryption ---- */

static void round_trip(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("round_trip");
    static kit k;
    ur_tibe_id id, other_id;
    ur_tibe_key key, other_key;
    ur_tibe_msg msg, got;
    ur_tibe_ct ct, again;
    uint8_t bytes[UR_TIBE_CT_MAX];
    kit_deal(&k, 2, 3, &rng);
    kit_id(&id, "unrug/1/test");
    kit_id(&other_id, "unrug/1/tesu");
    kit_key(&key, &k, &id);
    kit_key(&other_key, &k, &other_id);
    for (size_t n = 16; n <= 32; n += 16) {
        draw_msg(&msg, n, &rng);
        encrypt(&ct, &k, &id, &msg, &rng);
        ur_span written = ur_tibe_ct_write(bytes, &ct);
        assert_int_equal(written.n, 48 + 2 * n);
        assert_ok(ur_tibe_ct_parse(&again, written));
        assert_ok(ur_tibe_decrypt(&got, &again, &key));
        assert_true(ur_span_eq_var(ur_tibe_msg_reveal(&got), ur_tibe_msg_reveal(&msg)));
        assert_status(ur_tibe_decrypt(&got, &again, &other_key), UR_E_PROOF);
        assert_true(all_zero(&got, sizeof got));
    }
}

/* Every bit of V and W, and U moved to other points: nothing comes out. */
static void changed_ciphertexts(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("changed_ciphertexts");
    static kit k;
    ur_tibe_id id;
    ur_tibe_key key, bad_key;
    ur_tibe_msg msg, got;
    ur_tibe_ct ct, bad;
    kit_deal(&k, 1, 1, &rng);
    kit_id(&id, "id");
    kit_key(&key, &k, &id);
    draw_msg(&msg, 16, &rng);
    encrypt(&ct, &k, &id, &msg, &rng);
    for (size_t bit = 0; bit < 2 * 8 * 16; bit++) {
        bad = ct;
        (bit < 128 ? bad.v : bad.w)[bit % 128 / 8] ^= (uint8_t)(1u << bit % 8);
        assert_status(ur_tibe_decrypt(&got, &bad, &key), UR_E_PROOF);
        assert_true(all_zero(&got, sizeof got));
    }
    bad = ct;
    ur_g1_neg(&bad.u, &ct.u);
    assert_status(ur_tibe_decrypt(&got, &bad, &key), UR_E_PROOF);
    ur_g1_add(&bad.u, &ct.u, ur_g1_generator());
    assert_status(ur_tibe_decrypt(&got, &bad, &key), UR_E_PROOF);
    memset(&bad.u, 0, sizeof bad.u);
    assert_status(ur_tibe_decrypt(&got, &bad, &key), UR_E_INPUT);
    bad = ct;
    bad.n = 32;
    assert_status(ur_tibe_decrypt(&got, &bad, &key), UR_E_PROOF);
    for (size_t n = 0; n < 40; n++) {
        bad.n = n;
        if (n != 16 && n != 32) {
            assert_status(ur_tibe_decrypt(&got, &bad, &key), UR_E_INPUT);
        }
    }
    bad_key = key;
    ur_g2_neg(&bad_key.d, &key.d);
    assert_status(ur_tibe_decrypt(&got, &ct, &bad_key), UR_E_PROOF);
    ur_g2_add(&bad_key.d, &key.d, ur_g2_generator());
    assert_status(ur_tibe_decrypt(&got, &ct, &bad_key), UR_E_PROOF);
    memset(&bad_key, 0, sizeof bad_key);
    assert_status(ur_tibe_decrypt(&got, &ct, &bad_key), UR_E_INPUT);
    assert_ok(ur_tibe_decrypt(&got, &ct, &key));
}

static void encryption_refusals(void **state)
{
    (void)state;
    ur_tibe_pub mpk = {*ur_g1_generator()};
    ur_tibe_id id, none = {0};
    ur_tibe_msg msg = {0};
    ur_tibe_ct ct;
    uint8_t sigma[32], bytes[32] = {1}, ct_bytes[UR_TIBE_CT_MAX + 1] = {0};
    static uint8_t long_id[UR_TIBE_ID_MAX + 1];
    assert_ok(ur_tibe_id_hash(&id, ur_span_of(long_id, UR_TIBE_ID_MAX)));
    assert_status(ur_tibe_id_hash(&id, ur_span_of(long_id, UR_TIBE_ID_MAX + 1)), UR_E_LIMIT);
    assert_true(ur_g2_is_inf(&id.q));
    assert_ok(ur_tibe_id_hash(&id, ur_span_of(NULL, 0)));
    for (size_t n = 0; n <= 32; n++) {
        assert_status(ur_tibe_msg_set(&msg, bytes, n), n == 16 || n == 32 ? UR_OK : UR_E_INPUT);
    }
    memset(sigma, 7, sizeof sigma);
    assert_status(ur_tibe_encrypt(&ct, &mpk, &none, &msg, sigma), UR_E_INPUT);
    assert_true(all_zero(sigma, 32));
    memset(&mpk, 0, sizeof mpk);
    assert_status(ur_tibe_encrypt(&ct, &mpk, &id, &msg, sigma), UR_E_INPUT);
    assert_true(all_zero(&ct, sizeof ct));
    mpk.p = *ur_g1_generator();
    msg.n = 31;
    assert_status(ur_tibe_encrypt(&ct, &mpk, &id, &msg, sigma), UR_E_INPUT);
    ur_g1_write(ct_bytes, ur_g1_generator());
    for (size_t n = 0; n <= sizeof ct_bytes; n++) {
        assert_status(ur_tibe_ct_parse(&ct, ur_span_of(ct_bytes, n)), n == 80 || n == 112 ? UR_OK : UR_E_INPUT);
    }
    memset(ct_bytes, 0, sizeof ct_bytes);
    ct_bytes[0] = 0xc0; /* infinity */
    assert_status(ur_tibe_ct_parse(&ct, ur_span_of(ct_bytes, 80)), UR_E_INPUT);
    assert_true(all_zero(&ct, sizeof ct));
}

/* ---- one share, one key ---- */

/* A point on the curve, but outside the subgroup: x = 4 on E1; on E2 x = 2 + 0u is tried upward. The parser is what
 * keeps them out. */
static void outside_the_subgroup(void **state)
{
    (void)state;
    ur_tibe_pub pub;
    ur_tibe_ks ks;
    ur_tibe_key key;
    ur_tibe_ct ct;
    uint8_t one[UR_TIBE_CT_BYTES(16)] = {0}, two[UR_G2_BYTES] = {0};
    size_t on_curve = 0;
    for (uint8_t x = 1; x < 40; x++) {
        blst_p1_affine p1;
        blst_p2_affine p2;
        one[0] = two[0] = 0x80;
        one[UR_G1_BYTES - 1] = two[UR_G2_BYTES - 1] = x;
        if (blst_p1_uncompress(&p1, one) == BLST_SUCCESS) {
            assert_status(ur_tibe_pub_parse(&pub, one), UR_E_INPUT);
            assert_status(ur_tibe_ct_parse(&ct, ur_span_of(one, sizeof one)), UR_E_INPUT);
            assert_true(all_zero(&pub, sizeof pub));
            on_curve |= 1;
        }
        if (blst_p2_uncompress(&p2, two) == BLST_SUCCESS) {
            assert_status(ur_tibe_ks_parse(&ks, 1, two), UR_E_INPUT);
            assert_status(ur_tibe_key_parse(&key, two), UR_E_INPUT);
            assert_true(all_zero(&ks, sizeof ks));
            on_curve |= 2;
        }
    }
    assert_int_equal(on_curve, 3);
    ur_g2_write(two, ur_g2_generator());
    assert_ok(ur_tibe_ks_parse(&ks, 1, two));
    assert_status(ur_tibe_ks_parse(&ks, 0, two), UR_E_INPUT);
    assert_status(ur_tibe_ks_parse(&ks, UR_SHARE_INDEX_MAX + 1u, two), UR_E_INPUT);
    memset(one, 0, sizeof one);
    memset(two, 0, sizeof two);
    one[0] = two[0] = 0xc0; /* infinity */
    assert_status(ur_tibe_pub_parse(&pub, one), UR_E_INPUT);
    assert_status(ur_tibe_ks_parse(&ks, 1, two), UR_E_INPUT);
    assert_status(ur_tibe_key_parse(&key, two), UR_E_INPUT);
}

/* e(P_i, Q) = e(G1, D_i): each input broken in turn. The same equation with MPK proves a key. */
static void share_equation(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("share_equation");
    static kit k;
    ur_tibe_id id, other, none = {0};
    ur_tibe_ks ks, bad;
    ur_tibe_key key, bad_key;
    ur_tibe_pub pub;
    kit_deal(&k, 2, 3, &rng);
    kit_id(&id, "id");
    kit_id(&other, "another");
    ur_tibe_extract(&ks, &k.shares[1], &id);
    assert_int_equal(ks.index, 2);
    assert_ok(ur_tibe_ks_check_var(&k.members[1], &ks, &id));
    assert_status(ur_tibe_ks_check_var(&k.members[0], &ks, &id), UR_E_PROOF); /* another member's */
    assert_status(ur_tibe_ks_check_var(&k.c.mpk, &ks, &id), UR_E_PROOF);
    assert_status(ur_tibe_ks_check_var(&k.members[1], &ks, &other), UR_E_PROOF); /* another identity's */
    assert_status(ur_tibe_ks_check_var(&k.members[1], &ks, &none), UR_E_PROOF);
    bad = ks;
    ur_g2_add(&bad.d, &ks.d, ur_g2_generator());
    assert_status(ur_tibe_ks_check_var(&k.members[1], &bad, &id), UR_E_PROOF);
    ur_g2_neg(&bad.d, &ks.d);
    assert_status(ur_tibe_ks_check_var(&k.members[1], &bad, &id), UR_E_PROOF);
    ur_g1_neg(&pub.p, &k.members[1].p);
    assert_status(ur_tibe_ks_check_var(&pub, &ks, &id), UR_E_PROOF);
    assert_ok(ur_tibe_ks_check_var(&pub, &bad, &id)); /* both negated: that equation holds, for another key */
    memset(&pub, 0, sizeof pub);
    memset(&bad.d, 0, sizeof bad.d);
    assert_status(ur_tibe_ks_check_var(&pub, &ks, &id), UR_E_PROOF);
    assert_status(ur_tibe_ks_check_var(&k.members[1], &bad, &id), UR_E_PROOF);
    assert_status(ur_tibe_ks_check_var(&pub, &bad, &id), UR_E_PROOF); /* 1 = 1, and still refused */

    kit_key(&key, &k, &id);
    assert_ok(ur_tibe_key_check_var(&k.c.mpk, &key, &id));
    assert_status(ur_tibe_key_check_var(&k.c.mpk, &key, &other), UR_E_PROOF);
    assert_status(ur_tibe_key_check_var(&k.members[0], &key, &id), UR_E_PROOF);
    ur_g2_add(&bad_key.d, &key.d, &key.d);
    assert_status(ur_tibe_key_check_var(&k.c.mpk, &bad_key, &id), UR_E_PROOF);
    memset(&bad_key, 0, sizeof bad_key);
    assert_status(ur_tibe_key_check_var(&k.c.mpk, &bad_key, &id), UR_E_PROOF);
    assert_status(ur_tibe_key_check_var(&pub, &bad_key, &id), UR_E_PROOF);
}

/* ---- many ---- */

typedef struct many {
    kit k;
    ur_tibe_id id[3];
    ur_tibe_ks ks[KIT_MAX];
    ur_tibe_claim claims[KIT_MAX];
    uint8_t weights[KIT_MAX * UR_TIBE_WEIGHT_BYTES];
    uint8_t bad[KIT_MAX];
    uint8_t want[KIT_MAX];
    void *scratch;
} many;

static many m;

static void set_up(uint32_t t, uint32_t n, test_rng *rng)
{
    kit_deal(&m.k, t, n, rng);
    kit_id(&m.id[0], "one");
    kit_id(&m.id[1], "two");
    kit_id(&m.id[2], "three");
    for (size_t i = 0; i < n; i++) {
        ur_tibe_extract(&m.ks[i], &m.k.shares[i], &m.id[0]);
        m.claims[i] = (ur_tibe_claim){&m.ks[i], &m.k.members[i], &m.id[0]};
    }
    test_rng_bytes(rng, m.weights, sizeof m.weights);
    free(m.scratch);
    m.scratch = malloc(ur_tibe_scratch_bytes(n));
    assert_non_null(m.scratch);
}

static void add_to(ur_tibe_ks *ks, const ur_g2 *p) { ur_g2_add(&ks->d, &ks->d, p); }

static void all_bad_ones_are_named(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("all_bad_ones_are_named");
    enum { N = 9 };
    for (uint32_t n = 1; n <= N; n += 4) {
        for (uint32_t pattern = 0; pattern < 1u << n; pattern += n == N ? 7 : 1) {
            set_up(n, n, &rng);
            for (size_t i = 0; i < n; i++) {
                m.want[i] = pattern >> i & 1;
                if (m.want[i] != 0) {
                    add_to(&m.ks[i], ur_g2_generator());
                }
            }
            assert_status(ur_tibe_check_many_var(m.claims, n, m.bad, m.weights, m.scratch),
                          pattern == 0 ? UR_OK : UR_E_PROOF);
            assert_memory_equal(m.bad, m.want, n);
        }
    }
    assert_ok(ur_tibe_check_many_var(m.claims, 0, m.bad, m.weights, m.scratch));
    static ur_tibe_claim too_many[UR_TIBE_MEMBERS_MAX + 1];
    static uint8_t bad[UR_TIBE_MEMBERS_MAX + 1];
    assert_status(ur_tibe_check_many_var(too_many, UR_TIBE_MEMBERS_MAX + 1, bad, m.weights, m.scratch), UR_E_LIMIT);
    assert_int_equal(bad[UR_TIBE_MEMBERS_MAX], 1);
}

static void mixed_identities(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("mixed_identities");
    enum { N = 12 };
    set_up(3, N, &rng);
    for (size_t i = 0; i < N; i++) {
        const ur_tibe_id *id = &m.id[i % 3];
        ur_tibe_extract(&m.ks[i], &m.k.shares[i], id);
        m.claims[i].id = id;
    }
    assert_ok(ur_tibe_check_many_var(m.claims, N, m.bad, m.weights, m.scratch));
    /* Shares moved between identities, between holders, and infinity everywhere. */
    ur_tibe_ks none = {0};
    ur_tibe_pub nobody = {0};
    memset(m.want, 0, N);
    m.claims[1].id = &m.id[2];
    m.claims[4].holder = &m.k.members[5];
    m.claims[7].ks = &none;
    m.claims[8].holder = &nobody;
    m.want[1] = m.want[4] = m.want[7] = m.want[8] = 1;
    assert_status(ur_tibe_check_many_var(m.claims, N, m.bad, m.weights, m.scratch), UR_E_PROOF);
    assert_memory_equal(m.bad, m.want, N);
}

/* Two faults that cancel. A product without weights does not see them: it is an attack, and here it is. */
static void merged_batch_without_weights(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("merged_batch_without_weights");
    set_up(4, 4, &rng);
    add_to(&m.ks[1], ur_g2_generator());
    add_to(&m.ks[3], ur_g2_minus_generator());
    uint8_t ones[4 * UR_TIBE_WEIGHT_BYTES] = {0};
    for (size_t i = 0; i < 4; i++) {
        ones[i * UR_TIBE_WEIGHT_BYTES] = 1;
    }
    assert_ok(ur_tibe_check_many_var(m.claims, 4, m.bad, ones, m.scratch)); /* equal weights are none */
    assert_status(ur_tibe_check_many_var(m.claims, 4, m.bad, m.weights, m.scratch), UR_E_PROOF);
    static const uint8_t want[4] = {0, 1, 0, 1};
    assert_memory_equal(m.bad, want, 4);
    /* Known weights do not help either: faults in their inverse ratio cancel. So they are drawn after the claims. */
    ur_scalar w1, w3;
    uint8_t be[UR_TIBE_WEIGHT_BYTES];
    ur_g2 fault;
    set_up(4, 4, &rng);
    for (size_t i = 0; i < sizeof be; i++) {
        be[i] = m.weights[1 * UR_TIBE_WEIGHT_BYTES + sizeof be - 1 - i];
    }
    ur_scalar_from_wide(&w1, be, sizeof be);
    for (size_t i = 0; i < sizeof be; i++) {
        be[i] = m.weights[3 * UR_TIBE_WEIGHT_BYTES + sizeof be - 1 - i];
    }
    ur_scalar_from_wide(&w3, be, sizeof be);
    ur_g2_mul(&fault, ur_g2_generator(), &w3);
    add_to(&m.ks[1], &fault);
    ur_g2_mul(&fault, ur_g2_minus_generator(), &w1);
    add_to(&m.ks[3], &fault);
    assert_ok(ur_tibe_check_many_var(m.claims, 4, m.bad, m.weights, m.scratch));
    test_rng_bytes(&rng, m.weights, sizeof m.weights);
    assert_status(ur_tibe_check_many_var(m.claims, 4, m.bad, m.weights, m.scratch), UR_E_PROOF);
}

/* ---- combining ---- */

static void combine_refusals(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("combine_refusals");
    ur_tibe_key key, want;
    set_up(3, 5, &rng);
    kit_key(&want, &m.k, &m.id[0]);
    assert_ok(ur_tibe_combine_var(&key, &m.k.c, m.ks, 5, m.scratch));
    assert_true(ur_g2_eq_var(&key.d, &want.d));
    assert_ok(ur_tibe_combine_var(&key, &m.k.c, m.ks + 2, 3, m.scratch));
    assert_true(ur_g2_eq_var(&key.d, &want.d));
    assert_status(ur_tibe_combine_var(&key, &m.k.c, m.ks, 2, m.scratch), UR_E_ABSENT);
    assert_true(all_zero(&key, sizeof key));
    assert_status(ur_tibe_combine_var(&key, &m.k.c, m.ks, 0, m.scratch), UR_E_ABSENT);
    static const uint32_t wrong[] = {0, 1, 3, 6, UR_SHARE_INDEX_MAX, UINT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint32_t right = m.ks[1].index;
        m.ks[1].index = wrong[i];
        assert_status(ur_tibe_combine_var(&key, &m.k.c, m.ks, 5, m.scratch), UR_E_INPUT);
        assert_status(ur_tibe_recover_var(&key, m.bad, &m.k.c, &m.id[0], m.ks, 5, m.weights, m.scratch), UR_E_INPUT);
        assert_true(all_zero(&key, sizeof key));
        m.ks[1].index = right;
    }
    m.ks[4].index = 2; /* twice among all, though not among the first t */
    assert_status(ur_tibe_combine_var(&key, &m.k.c, m.ks, 5, m.scratch), UR_E_INPUT);
}

static void recover(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("recover");
    ur_tibe_key key, want;
    set_up(3, 5, &rng);
    kit_key(&want, &m.k, &m.id[0]);
    memset(m.want, 0, 5);
    assert_ok(ur_tibe_recover_var(&key, m.bad, &m.k.c, &m.id[0], m.ks, 5, m.weights, m.scratch));
    assert_true(ur_g2_eq_var(&key.d, &want.d));
    assert_memory_equal(m.bad, m.want, 5);
    add_to(&m.ks[0], ur_g2_generator());
    ur_tibe_extract(&m.ks[2], &m.k.shares[2], &m.id[1]); /* right, but for another identity */
    m.want[0] = m.want[2] = 1;
    assert_ok(ur_tibe_recover_var(&key, m.bad, &m.k.c, &m.id[0], m.ks, 5, m.weights, m.scratch));
    assert_true(ur_g2_eq_var(&key.d, &want.d));
    assert_memory_equal(m.bad, m.want, 5);
    m.ks[4].d = m.ks[3].d; /* another member's share under one's own index */
    m.want[4] = 1;
    assert_status(ur_tibe_recover_var(&key, m.bad, &m.k.c, &m.id[0], m.ks, 5, m.weights, m.scratch), UR_E_PROOF);
    assert_true(all_zero(&key, sizeof key));
    assert_memory_equal(m.bad, m.want, 5);
    /* Shares that are right, of a committee that does not belong to this MPK. */
    set_up(3, 5, &rng);
    ur_g1_add(&m.k.c.mpk.p, &m.k.c.mpk.p, ur_g1_generator());
    assert_status(ur_tibe_recover_var(&key, m.bad, &m.k.c, &m.id[0], m.ks, 5, m.weights, m.scratch), UR_E_PROOF);
    memset(m.want, 0, 5);
    assert_memory_equal(m.bad, m.want, 5);
}

static void committees(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committees");
    uint8_t random[UR_SCALAR_WIDE_BYTES];
    void *scratch = malloc(ur_tibe_committee_scratch_bytes(7));
    assert_non_null(scratch);
    test_rng_bytes(&rng, random, sizeof random);
    set_up(4, 7, &rng);
    assert_ok(ur_tibe_committee_check_var(&m.k.c, random, scratch));
    m.k.c.t = 3; /* says it needs fewer than it does */
    assert_status(ur_tibe_committee_check_var(&m.k.c, random, scratch), UR_E_PROOF);
    m.k.c.t = 0;
    assert_status(ur_tibe_committee_check_var(&m.k.c, random, scratch), UR_E_USAGE);
    m.k.c.t = 8;
    assert_status(ur_tibe_committee_check_var(&m.k.c, random, scratch), UR_E_USAGE);
    m.k.c.t = 4;
    for (size_t i = 0; i <= 7; i++) {
        ur_tibe_pub *p = i == 7 ? &m.k.c.mpk : &m.k.members[i], right = *p;
        ur_g1_add(&p->p, &p->p, ur_g1_generator());
        assert_status(ur_tibe_committee_check_var(&m.k.c, random, scratch), UR_E_PROOF);
        memset(p, 0, sizeof *p);
        assert_status(ur_tibe_committee_check_var(&m.k.c, random, scratch), UR_E_PROOF);
        *p = right;
    }
    memset(m.k.members, 0, sizeof m.k.members); /* all infinity lies on a polynomial, and is refused */
    memset(&m.k.c.mpk, 0, sizeof m.k.c.mpk);
    assert_status(ur_tibe_committee_check_var(&m.k.c, random, scratch), UR_E_PROOF);
    free(scratch);
}

/* ---- a drill ---- */

/* D_index from the first t answers, without the share: l_i at `index` instead of 0. */
static void interpolate(ur_tibe_ks *out, uint32_t index, uint32_t t)
{
    ur_share exponents[KIT_MAX]; /* only their indices are read: unit vectors give the coefficients */
    ur_scalar l, zero, one;
    ur_g2 term;
    void *scratch = malloc(ur_share_recover_scratch_bytes(t));
    assert_non_null(scratch);
    ur_scalar_from_u64(&zero, 0);
    ur_scalar_from_u64(&one, 1);
    memset(out, 0, sizeof *out);
    out->index = index;
    for (size_t i = 0; i < t; i++) {
        for (size_t j = 0; j < t; j++) {
            exponents[j] = (ur_share){i == j ? one : zero, m.ks[j].index};
        }
        assert_ok(ur_share_recover(&l, exponents, t, index, scratch));
        ur_g2_mul(&term, &m.ks[i].d, &l);
        ur_g2_add(&out->d, &out->d, &term);
    }
    free(scratch);
}

/* If all members answered for one identity, t answers would make everybody's: a member without a share passes. */
static void drill_answered_by_interpolation(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("drill_answered_by_interpolation");
    ur_tibe_ks forged;
    set_up(3, 5, &rng);
    interpolate(&forged, 5, 3);
    assert_ok(ur_tibe_ks_check_var(&m.k.members[4], &forged, &m.id[0]));
    /* With an identity for each, others' answers are no help. */
    for (uint32_t i = 0; i < 5; i++) {
        char text[64];
        ur_tibe_id own;
        (void)snprintf(text, sizeof text, "unrug/1/drill/dev-1/contract/1/1/nonce/%u", i + 1);
        kit_id(&own, text);
        if (i == 4) {
            interpolate(&forged, 5, 3);
            assert_status(ur_tibe_ks_check_var(&m.k.members[4], &forged, &own), UR_E_PROOF);
        }
        ur_tibe_extract(&m.ks[i], &m.k.shares[i], &own);
        assert_ok(ur_tibe_ks_check_var(&m.k.members[i], &m.ks[i], &own));
    }
}

static int tear_down(void **state)
{
    (void)state;
    free(m.scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(changed_ciphertexts),
        cmocka_unit_test(encryption_refusals),
        cmocka_unit_test(outside_the_subgroup),
        cmocka_unit_test(share_equation),
        cmocka_unit_test(all_bad_ones_are_named),
        cmocka_unit_test(mixed_identities),
        cmocka_unit_test(merged_batch_without_weights),
        cmocka_unit_test(combine_refusals),
        cmocka_unit_test(recover),
        cmocka_unit_test(committees),
        cmocka_unit_test(drill_answered_by_interpolation),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
