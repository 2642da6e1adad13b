/* Beyond what can be tried in full: committees of any size to 256, drawn from a seed that is printed. Also the drill. */
#include "tests/unit/dkg/sim.h"

static sim s;

/* One seed decides size, threshold and who does what; everybody plays. */
static void whole_committees(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("random committees");
    for (int round = 0; round < 4; round++) {
        uint32_t n = 6 + (uint32_t)test_rng_below(&rng, 11), t = n / 2 + 1 + (uint32_t)test_rng_below(&rng, n - n / 2);
        sim_start(&s, &rng, n, t, NULL, NULL);
        s.ops = *ur_curve_ops_native();
        size_t len = UR_DKG_DEAL_BYTES(t, n);
        uint8_t *deal = sim_alloc(1, len), cheats[UR_DKG_MEMBERS_MAX] = {0};
        for (uint32_t k = 0; k < n - t; k++) { /* as many cheats as can be borne */
            cheats[test_rng_below(&rng, n)] = (uint8_t)(1 + test_rng_below(&rng, 3));
        }
        sim_advance(&s, 1);
        for (uint32_t i = 0; i < n; i++) {
            sim_act(&s, 1, i);
        }
        sim_advance(&s, SIM_JOIN_UNTIL);
        for (uint32_t i = 0; i < n; i++) { /* 1: silent, 2: a wrong share, 3: no scalar */
            if (cheats[i] == 1) {
                continue;
            }
            assert_int_equal(sim_message(&s, i, deal, len, NULL), len);
            if (cheats[i] > 1) {
                uint32_t victim = 1 + (i + 1 + (uint32_t)test_rng_below(&rng, n - 1)) % n;
                sim_masked(&s, deal, victim)[cheats[i] == 2 ? 31 : 0] ^= 0x80;
                sim_prove_deal(&s.members[i], deal, len);
                cheats[i] = cheats[victim - 1] > 1 ? cheats[i] : 4; /* a cheat may be the one who says so */
            }
            assert_ok(sim_post(&s, SIM_JOIN_UNTIL, s.accounts[i], deal, len, NULL));
        }
        sim_advance(&s, SIM_DEAL_UNTIL);
        for (uint32_t i = 0; i < n; i++) {
            while (ur_dkg_member_due(&s.members[i]) == UR_DKG_DUE_DISPUTE) {
                sim_act(&s, SIM_DEAL_UNTIL, i);
            }
        }
        sim_advance(&s, SIM_DISPUTE_UNTIL);
        for (uint32_t i = 0; i < n; i++) {
            if (cheats[i] != 2 && cheats[i] != 3) { /* those may have been out before they could be accused */
                assert_int_equal(s.ledger.dealers[i].fault, cheats[i] == 4 ? UR_DKG_BAD_DEAL : UR_DKG_NO_FAULT);
            }
        }
        sim_all_agree(&s);
        sim_finish(&s);
        for (uint32_t i = 0; i < n; i++) {
            sim_act(&s, SIM_DISPUTE_UNTIL, s.ledger.phase == UR_DKG_ACCEPTED ? 0 : i);
        }
        assert_int_equal(s.ledger.phase, UR_DKG_ACCEPTED);
        free(deal);
        sim_end(&s);
    }
}

/* A large resharing, in which one member and a watcher do all the checking: what the others would say is made from what
 * the watcher has heard. One dealer gives the member a wrong share, one proof is wrong on a ledger that looks at nothing. */
static void large_committees(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("random large committee");
    static const uint32_t sizes[] = {64, 256};
    for (size_t round = 0; round < 2; round++) {
        uint32_t n = sizes[round], t = n / 2 + 1 + (uint32_t)test_rng_below(&rng, n / 8);
        uint32_t me = 1 + (uint32_t)test_rng_below(&rng, n), wrong = 1 + (uint32_t)test_rng_below(&rng, t);
        uint32_t unproven = 1 + (wrong + (uint32_t)test_rng_below(&rng, t - 1)) % t;
        sim old;
        ur_scalar *shares = sim_alloc(n, sizeof *shares);
        sim_start_dealt(&old, &rng, n, t, shares);
        sim_start(&s, &rng, 1, 1, NULL, NULL); /* for its texts and configuration alone */
        ur_dkg_config c = s.config;
        c.n = c.old_n = n;
        c.t = c.old_t = t;
        c.old_accounts = c.accounts;
        c.old_keys = old.keys;
        memcpy(c.mpk, old.results[0].mpk, sizeof c.mpk);
        size_t bytes = ur_dkg_member_bytes(&c), len = UR_DKG_DEAL_BYTES(t, n);
        ur_dkg_member *m = sim_alloc(3, sizeof *m); /* the member, the watcher, and whoever speaks */
        void *memory[3] = {sim_alloc(1, bytes), sim_alloc(1, bytes), sim_alloc(1, bytes)};
        uint8_t *message = sim_alloc(1, len + UR_DKG_JOIN_MAX), seed[UR_DKG_SEED_BYTES] = {1};
        ur_dkg_event event;
        ur_writer w;
        assert_ok(ur_dkg_member_init(&m[0], &c, me, 0, seed, NULL, memory[0]));
        assert_ok(ur_dkg_member_init(&m[1], &c, 0, 0, seed, NULL, memory[1]));
        for (uint32_t phase = 0; phase < 2; phase++) {
            uint64_t height = phase == 0 ? 1 : SIM_JOIN_UNTIL;
            for (uint32_t i = 1; i <= n; i++) {
                seed[1] = (uint8_t)(i == me ? 0 : i);
                seed[2] = i != me;
                assert_ok(ur_dkg_member_init(&m[2], &c, i, i, seed, &shares[i - 1], memory[2]));
                ur_writer_init(&w, message, len + UR_DKG_JOIN_MAX);
                if (phase == 0) {
                    assert_ok(ur_dkg_member_join(&m[2], &w, NULL));
                } else {
                    m[2].pub.phase = UR_DKG_DEALING;
                    memcpy(m[2].pub.members, m[1].pub.members, n * sizeof *m[2].pub.members);
                    memcpy(m[2].member_keys, m[1].member_keys, n * sizeof *m[2].member_keys);
                    assert_ok(ur_dkg_member_deal(&m[2], &w));
                }
                if (phase == 1 && i == wrong) {
                    message[len - 2 * UR_G2_BYTES - (n - me + 1) * UR_DKG_MASKED_BYTES + 31] ^= 1;
                    sim_prove_deal(&m[2], message, len);
                } else if (phase == 1 && i == unproven) {
                    memcpy(message + len - UR_G2_BYTES, message + len - 2 * UR_G2_BYTES, UR_G2_BYTES);
                }
                for (uint32_t k = 0; k < 2; k++) {
                    assert_ok(ur_dkg_member_take(&m[k], height, c.accounts[i - 1], ur_span_of(message, w.n),
                                                 ur_span_of(NULL, 0), &event));
                }
            }
            for (uint32_t k = 0; k < 2; k++) {
                assert_ok(ur_dkg_member_advance(&m[k], phase == 0 ? SIM_JOIN_UNTIL : SIM_DEAL_UNTIL));
                assert_int_equal(ur_dkg_member_refused(&m[k]), phase);
            }
        }
        uint32_t accused = 0;
        ur_writer_init(&w, message, len);
        assert_int_equal(ur_dkg_member_due(&m[0]), UR_DKG_DUE_DISPUTE);
        assert_ok(ur_dkg_member_dispute(&m[0], &w, &accused));
        assert_int_equal(accused, wrong);
        for (uint32_t k = 0; k < 2; k++) { /* settled before, unit_dkg_check and small_dkg */
            m[k].pub.dealers[wrong - 1].fault = UR_DKG_BAD_DEAL;
            assert_ok(ur_dkg_member_advance(&m[k], SIM_DISPUTE_UNTIL));
        }
        ur_dkg_result result[2];
        uint8_t *keys = sim_alloc(2 * (size_t)n, UR_G1_BYTES), held[UR_G1_BYTES];
        for (uint32_t k = 0; k < 2; k++) {
            assert_ok(ur_dkg_member_finish(&m[k], &result[k], keys + k * (size_t)n * UR_G1_BYTES));
            assert_int_equal(result[k].has_share, k == 0);
        }
        assert_memory_equal(result[0].mpk, c.mpk, sizeof c.mpk);
        assert_memory_equal(result[0].transcript, result[1].transcript, UR_DKG_TRANSCRIPT_BYTES);
        assert_memory_equal(keys, keys + (size_t)n * UR_G1_BYTES, (size_t)n * UR_G1_BYTES);
        ur_g1 p;
        ur_g1_mul(&p, ur_g1_generator(), &result[0].share);
        ur_g1_write(held, &p);
        assert_memory_equal(held, keys + (size_t)(me - 1) * UR_G1_BYTES, sizeof held);
        for (uint32_t k = 0; k < 3; k++) {
            ur_dkg_member_clear(&m[k]);
            free(memory[k]);
        }
        free(m);
        free(message);
        free(keys);
        free(shares);
        sim_end(&s);
        sim_end(&old);
    }
}

/* ---- the drill ---- */

static ur_g2 drill_point(uint32_t nonce, uint32_t index)
{
    char id[96];
    ur_g2 q;
    int n = snprintf(id, sizeof id, "unrug/1/drill/dev-1/contract/1/1/%u", nonce);
    if (index != 0) {
        n += snprintf(id + n, sizeof id - (size_t)n, "/%u", index);
    }
    ur_hash_to_g2(&q, UR_TAG_IDENTITY, ur_span_of(id, (size_t)n));
    return q;
}

static ur_status check_answer(const ur_g1 *p, const ur_g2 *q, const ur_g2 *d)
{
    const ur_g1 *ps[2] = {ur_g1_minus_generator(), p};
    const ur_g2 *qs[2] = {d, q};
    return ur_pairing_check_var(ps, qs, 2);
}

/* out = the answer of member j by interpolation from those of members 1..t. */
static ur_g2 interpolate_answer(uint32_t j, const ur_g2 *answers, uint32_t t)
{
    ur_g2 sum = {0};
    for (uint32_t i = 1; i <= t; i++) {
        ur_scalar num, den, a, b, x;
        ur_scalar_from_u64(&num, 1);
        ur_scalar_from_u64(&den, 1);
        ur_scalar_from_u64(&x, i);
        for (uint32_t k = 1; k <= t; k++) {
            if (k != i) {
                ur_scalar_from_u64(&a, j);
                ur_scalar_from_u64(&b, k);
                ur_scalar_sub(&a, &a, &b);
                ur_scalar_mul(&num, &num, &a);
                ur_scalar_sub(&b, &x, &b);
                ur_scalar_mul(&den, &den, &b);
            }
        }
        ur_scalar_inverse(&den, &den);
        ur_scalar_mul(&num, &num, &den);
        ur_g2_add_mul(&sum, &sum, &answers[i - 1], &num);
    }
    return sum;
}

/* Member n lost its share. From the others' answers to one identity of all it makes its own; with an identity for each
 * index it cannot, and neither do others' answers serve, nor those to an older nonce. */
static void a_drill_is_not_answered_by_interpolation(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("drill");
    enum { N = 5, T = 3 };
    sim old;
    ur_scalar shares[N];
    ur_g1 p[N];
    ur_g2 answers[N];
    sim_start_dealt(&old, &rng, N, T, shares);
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(ur_g1_parse(&p[i], old.keys + i * UR_G1_BYTES));
    }
    ur_g2 all = drill_point(1, 0), own = drill_point(1, N);
    for (uint32_t i = 0; i < T; i++) {
        ur_g2_mul(&answers[i], &all, &shares[i]);
        assert_ok(check_answer(&p[i], &all, &answers[i]));
    }
    ur_g2 made = interpolate_answer(N, answers, T);
    assert_ok(check_answer(&p[N - 1], &all, &made)); /* the attack on one identity of all works */
    for (uint32_t i = 0; i < T; i++) {
        ur_g2 q = drill_point(1, i + 1);
        ur_g2_mul(&answers[i], &q, &shares[i]);
        assert_ok(check_answer(&p[i], &q, &answers[i]));
        assert_status(check_answer(&p[N - 1], &own, &answers[i]), UR_E_PROOF);
    }
    made = interpolate_answer(N, answers, T);
    assert_status(check_answer(&p[N - 1], &own, &made), UR_E_PROOF);
    ur_g2 before = drill_point(0, N), right;
    ur_g2_mul(&right, &before, &shares[N - 1]);
    assert_status(check_answer(&p[N - 1], &own, &right), UR_E_PROOF);
    ur_g2_mul(&right, &own, &shares[N - 1]);
    assert_ok(check_answer(&p[N - 1], &own, &right));
    sim_end(&old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_committees),
        cmocka_unit_test(large_committees),
        cmocka_unit_test(a_drill_is_not_answered_by_interpolation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
