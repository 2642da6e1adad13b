#include "tests/unit/dkg/sim.h"
#include "tests/unit/pve/pve_kit.h"

enum { T = 3, N = 4, DEAL = UR_DKG_DEAL_BYTES(T, N) };

static sim s;
static uint8_t joins[N][UR_DKG_JOIN_MAX];
static size_t join_n[N];
static uint8_t deals[N][DEAL];

/* Everybody has joined, and has made a deal that nobody has seen yet. */
static void set_up(test_rng *rng)
{
    sim_start(&s, rng, N, T, NULL, NULL);
    sim_advance(&s, 1);
    for (uint32_t i = 0; i < N; i++) {
        join_n[i] = sim_message(&s, i, joins[i], UR_DKG_JOIN_MAX, NULL);
        assert_ok(sim_post(&s, 1, sim_account(&s, i), joins[i], join_n[i], NULL));
    }
    sim_advance(&s, SIM_JOIN_UNTIL);
    for (uint32_t i = 0; i < N; i++) {
        assert_int_equal(sim_message(&s, i, deals[i], DEAL, NULL), DEAL);
    }
}

/* What a ledger says of a message, and what a member says that was shown it by a ledger that looks at nothing: the same. */
static ur_status judge(const uint8_t *bytes, size_t n)
{
    ur_dkg_message m;
    ur_dkg_event event;
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(bytes, n)));
    bool join = m.kind == UR_DKG_JOIN;
    ur_status st = join ? ur_dkg_join_admit(&s.ops, &m.u.join) : ur_dkg_deal_admit(&s.ops, &m);
    ur_dkg_member *member = sim_alloc(1, sizeof *member);
    void *memory = sim_alloc(1, ur_dkg_member_bytes(&s.config));
    assert_ok(ur_dkg_member_init(member, &s.config, 0, 0, s.seeds[0], NULL, memory));
    for (size_t i = 0; !join && i < s.log_n; i++) {
        sim_feed(&s, member, &s.log[i]);
    }
    ur_status heard = ur_dkg_member_take(member, join ? 1 : SIM_JOIN_UNTIL, s.accounts[m.index - 1],
                                         ur_span_of(bytes, n), ur_span_of(NULL, 0), &event);
    if (heard == UR_OK) {
        assert_ok(ur_dkg_member_advance(member, join ? SIM_JOIN_UNTIL : SIM_DEAL_UNTIL));
        bool kept = join ? member->pub.members[m.index - 1].joined : member->pub.dealers[m.index - 1].dealt;
        assert_int_equal(kept, st == UR_OK);
        assert_int_equal(ur_dkg_member_refused(member), st != UR_OK);
    } else {
        assert_int_equal(heard, st);
    }
    free(memory);
    free(member);
    return st;
}

typedef struct part {
    size_t at;
    int group;
} part;

static void put_infinity(uint8_t *at, const part *p)
{
    memset(at, 0, p->group == 1 ? UR_G1_BYTES : UR_G2_BYTES);
    at[0] = 0xc0;
}

static void put_outside(uint8_t *at, const part *p)
{
    if (p->group == 1) {
        ur_g1 q = kit_g1_outside();
        ur_g1_write(at, &q);
    } else {
        ur_g2 q = kit_g2_outside();
        ur_g2_write(at, &q);
    }
}

static void each_part_of_a_join_matters(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg join");
    set_up(&rng);
    size_t twin = join_n[0] - UR_TWIN_BYTES;
    const part parts[] = {{twin, 1}, {twin + 48, 2}, {twin + 144, 1}};
    assert_ok(judge(joins[0], join_n[0]));
    uint8_t bad[UR_DKG_JOIN_MAX];
    for (size_t i = 0; i < 3; i++) {
        memcpy(bad, joins[0], sizeof bad);
        memcpy(bad + parts[i].at, joins[1] + parts[i].at, parts[i].group == 1 ? UR_G1_BYTES : UR_G2_BYTES);
        assert_status(judge(bad, join_n[0]), UR_E_PROOF);
        put_infinity(bad + parts[i].at, &parts[i]);
        assert_status(judge(bad, join_n[0]), UR_E_INPUT);
        put_outside(bad + parts[i].at, &parts[i]);
        assert_status(judge(bad, join_n[0]), UR_E_INPUT);
    }
    memcpy(bad, joins[1], sizeof bad);
    bad[34] = 1; /* another's key under our index and account */
    memcpy(bad + 39, "acct1", 5);
    assert_status(judge(bad, join_n[1]), UR_E_PROOF);
    sim_end(&s);
}

static void each_part_of_a_deal_matters(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg deal");
    set_up(&rng);
    const size_t r = 39 + T * 48, masked = r + 48, key_proof = masked + N * 32, proof = key_proof + 96;
    const part parts[] = {{39, 1}, {39 + 48, 1}, {39 + 96, 1}, {key_proof, 2}, {r, 1}, {proof, 2}};
    assert_ok(judge(deals[0], DEAL));
    uint8_t bad[DEAL];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        memcpy(bad, deals[0], DEAL);
        memcpy(bad + parts[i].at, deals[1] + parts[i].at, parts[i].group == 1 ? UR_G1_BYTES : UR_G2_BYTES);
        assert_status(judge(bad, DEAL), UR_E_PROOF);
        if (i == 0) { /* another's A_0, with proofs made anew from the own secrets */
            sim_prove_deal(&s.members[0], bad, DEAL);
            assert_status(judge(bad, DEAL), UR_E_PROOF);
        }
        put_infinity(bad + parts[i].at, &parts[i]);
        assert_status(judge(bad, DEAL), UR_E_INPUT);
        put_outside(bad + parts[i].at, &parts[i]);
        assert_status(judge(bad, DEAL), UR_E_INPUT);
    }
    for (uint32_t j = 0; j < N; j++) { /* masked shares are covered by the proof */
        memcpy(bad, deals[0], DEAL);
        bad[masked + j * 32] ^= 1;
        assert_status(judge(bad, DEAL), UR_E_PROOF);
    }
    memcpy(bad, deals[1], DEAL); /* another's dealing under our index */
    bad[34] = 1;
    assert_status(judge(bad, DEAL), UR_E_PROOF);
    sim_end(&s);
}

/* Both proofs wrong by opposite amounts, in one deal and between two, as a plain product would not see. */
static void merged_proofs_need_their_weights(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg merged");
    set_up(&rng);
    const size_t key_proof = DEAL - 192, proof = DEAL - 96;
    ur_g2 a, b, minus;
    uint8_t bad[2][DEAL];
    memcpy(bad[0], deals[0], DEAL);
    ur_g2_neg(&minus, ur_g2_generator());
    assert_ok(ur_g2_parse(&a, bad[0] + key_proof));
    ur_g2_add(&a, &a, ur_g2_generator());
    ur_g2_write(bad[0] + key_proof, &a);
    assert_ok(ur_g2_parse(&b, bad[0] + proof));
    ur_g2_add(&b, &b, &minus);
    ur_g2_write(bad[0] + proof, &b);
    assert_status(judge(bad[0], DEAL), UR_E_PROOF);

    for (uint32_t i = 0; i < 2; i++) {
        memcpy(bad[i], deals[i], DEAL);
        assert_ok(ur_g2_parse(&b, bad[i] + proof));
        ur_g2_add(&b, &b, i == 0 ? ur_g2_generator() : &minus);
        ur_g2_write(bad[i] + proof, &b);
    }
    ur_dkg_event event;
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(ur_dkg_member_take(&s.members[2], SIM_JOIN_UNTIL, s.accounts[i],
                                     ur_span_of(i < 2 ? bad[i] : deals[i], DEAL), ur_span_of(NULL, 0), &event));
    }
    assert_ok(ur_dkg_member_advance(&s.members[2], SIM_DEAL_UNTIL));
    assert_int_equal(ur_dkg_member_refused(&s.members[2]), 2);
    assert_int_equal(s.members[2].pub.phase, UR_DKG_FAILED); /* two of three dealings are left */
    sim_end(&s);
}

/* order * p, where p is outside the subgroup: the part of it that makes it so. */
static ur_g1 part_outside(void)
{
    static const uint8_t order_le[UR_SCALAR_BYTES] = {1,    0,    0,    0,    0xff, 0xff, 0xff, 0xff, 0xfe, 0x5b, 0xfe,
                                                      0xff, 0x02, 0xa4, 0xbd, 0x53, 0x05, 0xd8, 0xa1, 0x09, 0x08, 0xd8,
                                                      0x39, 0x33, 0x48, 0x7d, 0x9d, 0x29, 0x53, 0xa7, 0xed, 0x73};
    ur_g1 p = kit_g1_outside();
    blst_p1 t;
    blst_p1_from_affine(&t, &p.v);
    blst_p1_mult(&t, &t, order_le, 255);
    blst_p1_to_affine(&p.v, &t);
    assert_false(ur_g1_is_inf(&p));
    return p;
}

/* A_1 of two deals outside the subgroup by opposite amounts, shown to a member by a ledger that looks at nothing. The sums
 * are right, so the deals are read; their shares do not fit and are disputed; the key is what it would have been without;
 * and if one of the two is taken out, nobody gets a result. Each alone is refused by everybody. */
static void points_outside_gain_nothing(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg outside");
    set_up(&rng);
    uint8_t bad[2][DEAL], keys[N * UR_G1_BYTES], mpk[UR_G1_BYTES];
    const ur_g1 outside = part_outside();
    ur_g1 a, sum = {0};
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(ur_g1_parse(&a, deals[i] + 39));
        ur_g1_add(&sum, &sum, &a);
    }
    ur_g1_write(mpk, &sum);
    for (uint32_t i = 0; i < 2; i++) {
        ur_g1 turned = outside;
        if (i == 1) {
            ur_g1_neg(&turned, &turned);
        }
        memcpy(bad[i], deals[i], DEAL);
        assert_ok(ur_g1_parse(&a, bad[i] + 39 + 48));
        ur_g1_add(&a, &a, &turned);
        ur_g1_write(bad[i] + 39 + 48, &a);
        sim_prove_deal(&s.members[i], bad[i], DEAL);
        assert_status(judge(bad[i], DEAL), UR_E_INPUT);
    }
    ur_dkg_member *m = &s.members[2];
    ur_dkg_event event;
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(ur_dkg_member_take(m, SIM_JOIN_UNTIL, s.accounts[i], ur_span_of(i < 2 ? bad[i] : deals[i], DEAL),
                                     ur_span_of(NULL, 0), &event));
    }
    assert_ok(ur_dkg_member_advance(m, SIM_DEAL_UNTIL));
    assert_int_equal(ur_dkg_member_refused(m), 0);
    assert_int_equal(ur_dkg_member_due(m), UR_DKG_DUE_DISPUTE);
    assert_int_equal(m->opened[0], UR_DKG_WRONG);
    assert_int_equal(m->opened[1], UR_DKG_WRONG);
    assert_int_equal(m->opened[3], UR_DKG_RIGHT);
    assert_ok(ur_dkg_member_advance(m, SIM_DISPUTE_UNTIL));
    ur_dkg_result result;
    assert_ok(ur_dkg_member_finish(m, &result, keys));
    assert_memory_equal(result.mpk, mpk, sizeof mpk);
    assert_false(result.has_share);
    m->pub.dealers[0].fault = UR_DKG_BAD_DEAL;
    assert_status(ur_dkg_member_finish(m, &result, keys), UR_E_PROOF);
    sim_end(&s);
}

/* ---- disputes ---- */

static void settle(const uint8_t *deal, uint32_t accuser, const uint8_t *e1, const uint8_t *e2, const uint8_t *k,
                   ur_status want, ur_dkg_ruling ruling)
{
    ur_dkg_message m;
    ur_dkg_ruling got;
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(deal, DEAL)));
    assert_status(ur_dkg_dispute_settle(&s.ops, &got, &m, accuser, e1, e2, k), want);
    assert_int_equal(got, ruling);
    assert_status(ur_dkg_dispute_settle(ur_curve_ops_native(), &got, &m, accuser, e1, e2, k), want);
    assert_int_equal(got, ruling);
}

static void disputes_are_settled_from_public_data(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg dispute");
    set_up(&rng);
    const uint32_t j = 3;
    const uint8_t *e1 = s.ledger.members[j - 1].one, *e2 = s.ledger.members[j - 1].two;
    uint8_t wrong[DEAL], no_scalar[DEAL], other[DEAL], k[UR_G1_BYTES], bad_k[UR_G1_BYTES];
    ur_g1 p;
    ur_dkg_message m;
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(deals[0], DEAL)));
    assert_ok(ur_g1_parse(&p, m.u.deal.r));
    ur_g1_mul(&p, &p, &s.members[j - 1].secret.e);
    ur_g1_write(k, &p);

    settle(deals[0], j, e1, e2, k, UR_OK, UR_DKG_ACCUSER_OUT); /* the share is right */
    memcpy(wrong, deals[0], DEAL);
    sim_masked(&s, wrong, j)[31] ^= 1;
    settle(wrong, j, e1, e2, k, UR_OK, UR_DKG_DEALER_OUT);
    memcpy(no_scalar, deals[0], DEAL);
    sim_masked(&s, no_scalar, j)[0] ^= 0x80;
    settle(no_scalar, j, e1, e2, k, UR_OK, UR_DKG_DEALER_OUT);
    for (size_t a = 0; a < T; a++) { /* each commitment matters */
        memcpy(other, deals[0], DEAL);
        memcpy(other + 39 + a * 48, deals[1] + 39 + a * 48, UR_G1_BYTES);
        settle(other, j, e1, e2, k, UR_OK, UR_DKG_DEALER_OUT);
    }
    memcpy(other, wrong, DEAL);
    sim_masked(&s, other, 2)[31] ^= 1; /* somebody else's share does not */
    memcpy(sim_masked(&s, other, j), sim_masked(&s, deals[0], j), UR_DKG_MASKED_BYTES);
    settle(other, j, e1, e2, k, UR_OK, UR_DKG_ACCUSER_OUT);

    /* With a wrong K even a bad dealer is not convicted. */
    ur_g1_add(&p, &p, ur_g1_generator());
    ur_g1_write(bad_k, &p);
    settle(wrong, j, e1, e2, bad_k, UR_OK, UR_DKG_ACCUSER_OUT);
    settle(wrong, j, e1, s.ledger.members[0].two, k, UR_OK, UR_DKG_ACCUSER_OUT);
    memcpy(other, wrong, DEAL);
    memcpy(other + 39 + T * 48, deals[1] + 39 + T * 48, UR_G1_BYTES); /* another R */
    settle(other, j, e1, e2, k, UR_OK, UR_DKG_ACCUSER_OUT);
    const part at = {0, 1};
    put_infinity(bad_k, &at);
    settle(wrong, j, e1, e2, bad_k, UR_E_INPUT, UR_DKG_NO_RULING);
    put_outside(bad_k, &at);
    settle(wrong, j, e1, e2, bad_k, UR_E_INPUT, UR_DKG_NO_RULING);
    settle(wrong, 0, e1, e2, k, UR_E_USAGE, UR_DKG_NO_RULING);
    settle(wrong, N + 1, e1, e2, k, UR_E_USAGE, UR_DKG_NO_RULING);
    sim_end(&s);
}

/* A contract must be able to settle: nothing but sums, hashes and pairings, and not too many. */
static size_t sums, summed;
static ur_status counting_sum(void *self, uint8_t *out, const uint8_t *points, size_t n)
{
    sums++;
    summed += n;
    const ur_curve_ops *native = ur_curve_ops_native();
    return native->g1_sum(self, out, points, n);
}

static void a_dispute_costs_what_the_header_says(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg cost");
    set_up(&rng);
    uint8_t dispute[UR_DKG_DISPUTE_BYTES], wrong[DEAL];
    memcpy(wrong, deals[0], DEAL);
    sim_masked(&s, wrong, 3)[31] ^= 1;
    sim_prove_deal(&s.members[0], wrong, DEAL);
    assert_ok(sim_post(&s, SIM_JOIN_UNTIL, s.accounts[0], wrong, DEAL, NULL));
    for (uint32_t i = 1; i < N; i++) {
        assert_ok(sim_post(&s, SIM_JOIN_UNTIL, s.accounts[i], deals[i], DEAL, NULL));
    }
    sim_advance(&s, SIM_DEAL_UNTIL);
    sim_dispute(&s, dispute, 3, 1);
    s.ops.g1_sum = counting_sum;
    sums = summed = 0;
    ur_dkg_event event;
    assert_ok(sim_post(&s, SIM_DEAL_UNTIL, s.accounts[2], dispute, sizeof dispute, &event));
    assert_int_equal(event.ruling, UR_DKG_DEALER_OUT);
    assert_int_equal(event.out, 1);
    assert_true(sums <= 85 + 2 * T);
    assert_true(summed <= 15 * sums);
    sim_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_of_a_join_matters),      cmocka_unit_test(each_part_of_a_deal_matters),
        cmocka_unit_test(merged_proofs_need_their_weights), cmocka_unit_test(points_outside_gain_nothing),
        cmocka_unit_test(disputes_are_settled_from_public_data),
        cmocka_unit_test(a_dispute_costs_what_the_header_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
