#include "tests/unit/pve/pve_kit.h"

static const ur_span id = {(const uint8_t *)"unrug/1/vault/x/y/1/1/1/z", 25};
static const ur_pve_context request_1 = {
    .chain = {(const uint8_t *)"dev-1", 5},
    .contract = {(const uint8_t *)"cosmos1contract", 15},
    .vault = 7,
    .epoch = 2,
    .request = 1,
    .account = {(const uint8_t *)"cosmos1account", 14},
};

static ur_span context_of(const ur_pve_context *c, uint8_t buf[UR_PVE_CONTEXT_MAX])
{
    ur_span ctx;
    assert_ok(ur_pve_context_write(buf, &ctx, c));
    return ctx;
}

/* A recipient, its secret, and the share of keyper i for `identity`. */
typedef struct scene {
    kit committee;
    ur_scalar x;
    ur_pve_recipient to;
    uint8_t nonce_key[UR_PVE_NONCE_BYTES];
} scene;

static scene scene_new(test_rng *rng)
{
    scene s;
    uint8_t bytes[UR_PVE_RECIPIENT_BYTES], buf[UR_PVE_CONTEXT_MAX];
    s.committee = kit_new(rng);
    s.x = kit_scalar(rng);
    assert_ok(ur_pve_recipient_make(bytes, &s.to, &s.x, context_of(&request_1, buf)));
    test_rng_bytes(rng, s.nonce_key, sizeof s.nonce_key);
    return s;
}

static ur_pve_share scene_share(const scene *s, test_rng *rng, int i, ur_span identity)
{
    uint8_t fresh[UR_PVE_NONCE_BYTES];
    ur_pve_share share;
    test_rng_bytes(rng, fresh, sizeof fresh);
    ur_g2 d = kit_key_share(&s->committee, i, identity);
    const ur_pve_use use = {1, (uint32_t)i, identity, UR_SPAN_LIT("request 1")};
    assert_ok(ur_pve_make(&share, &d, &s->to, s->nonce_key, fresh, &use));
    return share;
}

static ur_g2 q_of(ur_span identity)
{
    ur_g2 q;
    ur_hash_to_g2(&q, UR_TAG_IDENTITY, identity);
    return q;
}

/* The three ways to check agree; returns what they say. */
static ur_status check(const ur_pve_claim *claim)
{
    static uint8_t scratch[1 << 16] __attribute__((aligned(16)));
    uint8_t bad[2], share[UR_PVE_SHARE_BYTES], p[UR_G1_BYTES], q[UR_G2_BYTES], to[UR_G1_BYTES];
    const ur_pve_claim twice[2] = {*claim, *claim};
    ur_status st = ur_pve_check_var(claim);
    assert_true(ur_pve_check_many_scratch_bytes(2) <= sizeof scratch);
    assert_status(ur_pve_check_many_var(twice, 2, bad, NULL, scratch), st);
    assert_int_equal(bad[0], st != UR_OK);
    assert_int_equal(bad[1], st != UR_OK);
    ur_pve_share_write(share, claim->share);
    ur_g1_write(p, claim->holder);
    ur_g2_write(q, claim->q);
    ur_g1_write(to, claim->to);
    bool ok = ur_pve_admit(ur_curve_ops_native(), share, p, q, to) == UR_OK;
    assert_int_equal(ok, st == UR_OK);
    return st;
}

static void context_bytes_are_as_documented(void **state)
{
    (void)state;
    uint8_t buf[UR_PVE_CONTEXT_MAX];
    static const char want[] = "\0\0\0\5dev-1\0\0\0\17cosmos1contract\0\0\0\1" "7\0\0\0\1" "2\0\0\0\1" "1\0\0\0\16cosmos1account";
    ur_span ctx = context_of(&request_1, buf);
    assert_int_equal(ctx.n, sizeof want - 1);
    assert_memory_equal(ctx.p, want, ctx.n);
    ur_pve_context c = request_1;
    c.registered = true;
    static const char registered[] = "\0\0\0\12registered\0\0\0\16cosmos1account";
    ctx = context_of(&c, buf);
    assert_memory_equal(ctx.p + ctx.n - (sizeof registered - 1), registered, sizeof registered - 1);
}

static void context_texts_have_limits(void **state)
{
    (void)state;
    uint8_t buf[UR_PVE_CONTEXT_MAX];
    static const uint8_t text[UR_PVE_CONTRACT_MAX + 1] = {0};
    ur_span ctx;
    for (int field = 0; field < 3; field++) {
        static const size_t max[3] = {UR_PVE_CHAIN_MAX, UR_PVE_CONTRACT_MAX, UR_PVE_ACCOUNT_MAX};
        ur_pve_context c = request_1;
        ur_span *const fields[3] = {&c.chain, &c.contract, &c.account};
        c.vault = c.epoch = c.request = UINT64_MAX;
        *fields[field] = ur_span_of(text, max[field]);
        assert_ok(ur_pve_context_write(buf, &ctx, &c));
        *fields[field] = ur_span_of(text, max[field] + 1);
        assert_status(ur_pve_context_write(buf, &ctx, &c), UR_E_LIMIT);
        assert_int_equal(ctx.n, 0);
        *fields[field] = ur_span_of(text, 0);
        assert_status(ur_pve_context_write(buf, &ctx, &c), UR_E_LIMIT);
    }
    ur_pve_context longest = {ur_span_of(text, UR_PVE_CHAIN_MAX), ur_span_of(text, UR_PVE_CONTRACT_MAX), UINT64_MAX,
                              UINT64_MAX, false, UINT64_MAX, ur_span_of(text, UR_PVE_ACCOUNT_MAX)};
    assert_ok(ur_pve_context_write(buf, &ctx, &longest));
}

static void what_is_checked_opens_to_the_key_share(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve");
    scene s = scene_new(&rng);
    ur_g2 q = q_of(id);
    for (int i = 1; i <= KIT_N; i++) {
        ur_pve_share share = scene_share(&s, &rng, i, id), again;
        uint8_t bytes[UR_PVE_SHARE_BYTES];
        ur_pve_share_write(bytes, &share);
        assert_ok(ur_pve_share_parse(&again, bytes));
        assert_ok(check(&(ur_pve_claim){&again, &s.committee.p[i], &q, &s.to.one}));
        ur_g2 want = kit_key_share(&s.committee, i, id), got;
        ur_pve_open(&got, &again, &s.x);
        assert_true(ur_g2_eq_var(&want, &got));
    }
}

static void shares_of_other_points_are_refused(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve parse");
    scene s = scene_new(&rng);
    ur_pve_share share = scene_share(&s, &rng, 1, id), zero = {0}, out;
    uint8_t good[UR_PVE_SHARE_BYTES], bad[UR_PVE_SHARE_BYTES];
    ur_pve_share_write(good, &share);
    for (size_t at = 0; at < UR_PVE_SHARE_BYTES; at += UR_G2_BYTES) {
        memcpy(bad, good, sizeof bad);
        memset(bad + at, 0, UR_G2_BYTES);
        bad[at] = 0xc0;
        assert_status(ur_pve_share_parse(&out, bad), UR_E_INPUT);
        assert_memory_equal(&out, &zero, sizeof out);
        ur_g2 outside = kit_g2_outside();
        ur_g2_write(bad + at, &outside);
        assert_status(ur_pve_share_parse(&out, bad), UR_E_INPUT);
        assert_memory_equal(&out, &zero, sizeof out);
        memcpy(bad, good, sizeof bad);
        bad[at] &= 0x7f; /* says that it is not compressed */
        assert_status(ur_pve_share_parse(&out, bad), UR_E_INPUT);
    }
}

/* e(G1, C) = e(P, Q) e(pk1, R): every input replaced by another right-looking one, by infinity, by its opposite. */
static void each_input_of_the_equation_matters(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve equation");
    scene s = scene_new(&rng), t = scene_new(&rng);
    ur_pve_share share = scene_share(&s, &rng, 1, id), other = scene_share(&s, &rng, 1, id);
    ur_g2 q = q_of(id), q2 = q_of(UR_SPAN_LIT("another"));
    const ur_pve_claim good = {&share, &s.committee.p[1], &q, &s.to.one};
    assert_ok(check(&good));

    ur_pve_share swapped = {other.r, share.c}, backwards = {share.c, share.r};
    ur_g1 minus_p, minus_to, inf1 = {0};
    ur_g2 inf2 = {0}, minus_q;
    ur_pve_share minus_r = share, minus_c = share, no_r = share, no_c = share;
    ur_g1_neg(&minus_p, good.holder);
    ur_g1_neg(&minus_to, good.to);
    ur_g2_neg(&minus_q, &q);
    ur_g2_neg(&minus_r.r, &share.r);
    ur_g2_neg(&minus_c.c, &share.c);
    no_r.r = no_c.c = inf2;
    const ur_pve_claim bad[] = {
        {&swapped, good.holder, &q, good.to},    {&backwards, good.holder, &q, good.to},
        {&minus_r, good.holder, &q, good.to},    {&minus_c, good.holder, &q, good.to},
        {&no_r, good.holder, &q, good.to},       {&no_c, good.holder, &q, good.to},
        {&share, &s.committee.p[2], &q, good.to}, {&share, &t.committee.p[1], &q, good.to}, /* keyper, generation */
        {&share, &minus_p, &q, good.to},         {&share, &inf1, &q, good.to},
        {&share, good.holder, &q2, good.to},     {&share, good.holder, &minus_q, good.to}, /* identity */
        {&share, good.holder, &inf2, good.to},   {&share, good.holder, &q, &t.to.one}, /* recipient */
        {&share, good.holder, &q, &minus_to},    {&share, good.holder, &q, &inf1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_status(check(&bad[i]), UR_E_PROOF);
    }
    /* Where infinity solves the equation only the refusal of infinity stands against it. */
    ur_pve_share nothing = {inf2, inf2}, plain = {inf2, kit_key_share(&s.committee, 1, id)};
    assert_status(check(&(ur_pve_claim){&nothing, &inf1, &q, good.to}), UR_E_PROOF);
    assert_status(check(&(ur_pve_claim){&plain, good.holder, &q, good.to}), UR_E_PROOF);
}

static void a_moved_share_does_not_open_elsewhere(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve moved");
    scene s = scene_new(&rng), t = scene_new(&rng);
    ur_pve_share share = scene_share(&s, &rng, 1, id);
    ur_g2 want = kit_key_share(&s.committee, 1, id), got;
    ur_pve_open(&got, &share, &t.x); /* another recipient */
    assert_false(ur_g2_eq_var(&want, &got));
}

/* Two recipients with related keys pk' = 2 pk and one r: 2 C - C' = D. */
static void one_r_for_two_recipients_would_give_the_share_away(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve shared r");
    scene s = scene_new(&rng);
    ur_scalar r = kit_scalar(&rng), x2;
    ur_pve_recipient related;
    uint8_t bytes[UR_PVE_RECIPIENT_BYTES], buf[UR_PVE_CONTEXT_MAX];
    ur_scalar_add(&x2, &s.x, &s.x);
    assert_ok(ur_pve_recipient_make(bytes, &related, &x2, context_of(&request_1, buf)));
    ur_g2 d = kit_key_share(&s.committee, 1, id), c, c2, stolen;
    ur_g2_add_mul(&c, &d, &s.to.two, &r);
    ur_g2_add_mul(&c2, &d, &related.two, &r);
    ur_g2_neg(&c2, &c2);
    ur_g2_add(&stolen, &c, &c);
    ur_g2_add(&stolen, &stolen, &c2);
    assert_true(ur_g2_eq_var(&stolen, &d));

    /* Ours: even the same "fresh" bytes, as after a bad generator, do not repeat r. */
    ur_pve_share a, b;
    uint8_t fresh[UR_PVE_NONCE_BYTES] = {1}, same[UR_PVE_NONCE_BYTES] = {1};
    const ur_pve_use use = {1, 1, id, UR_SPAN_LIT("request 1")};
    assert_ok(ur_pve_make(&a, &d, &s.to, s.nonce_key, fresh, &use));
    assert_ok(ur_pve_make(&b, &d, &related, s.nonce_key, same, &use));
    assert_false(ur_g2_eq_var(&a.r, &b.r));
    ur_g2_neg(&c2, &b.c);
    ur_g2_add(&stolen, &a.c, &a.c);
    ur_g2_add(&stolen, &stolen, &c2);
    assert_false(ur_g2_eq_var(&stolen, &d));
}

static void the_nonce_depends_on_everything(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve nonce");
    scene s = scene_new(&rng), t = scene_new(&rng);
    ur_g2 d = kit_key_share(&s.committee, 1, id);
    static const ur_pve_use uses[] = {
        {1, 1, {(const uint8_t *)"ab", 2}, {(const uint8_t *)"c", 1}},
        {2, 1, {(const uint8_t *)"ab", 2}, {(const uint8_t *)"c", 1}},
        {1ull << 32 | 1, 1, {(const uint8_t *)"ab", 2}, {(const uint8_t *)"c", 1}},
        {1, 2, {(const uint8_t *)"ab", 2}, {(const uint8_t *)"c", 1}},
        {1, 1, {(const uint8_t *)"a", 1}, {(const uint8_t *)"bc", 2}},
        {1, 1, {(const uint8_t *)"ab", 2}, {(const uint8_t *)"d", 1}},
        {1, 1, {(const uint8_t *)"ab", 2}, {NULL, 0}},
    };
    enum { USES = sizeof uses / sizeof *uses, CASES = USES + 3 };
    static const uint8_t zeros[UR_PVE_NONCE_BYTES];
    ur_pve_share shares[CASES];
    for (size_t i = 0; i < CASES; i++) {
        uint8_t key[UR_PVE_NONCE_BYTES] = {9}, fresh[UR_PVE_NONCE_BYTES] = {8};
        key[31] = i == USES;
        fresh[31] = i == USES + 1;
        const ur_pve_recipient *to = i == USES + 2 ? &t.to : &s.to;
        assert_ok(ur_pve_make(&shares[i], &d, to, key, fresh, &uses[i < USES ? i : 0]));
        assert_memory_equal(fresh, zeros, sizeof zeros);
        for (size_t j = 0; j < i; j++) {
            assert_false(ur_g2_eq_var(&shares[i].r, &shares[j].r));
        }
    }
    uint8_t key[UR_PVE_NONCE_BYTES] = {9}, fresh[UR_PVE_NONCE_BYTES] = {8};
    ur_pve_share again, zero = {0};
    assert_ok(ur_pve_make(&again, &d, &s.to, key, fresh, &uses[0]));
    assert_true(ur_g2_eq_var(&again.r, &shares[0].r));
    static const uint8_t text[UR_PVE_IDENTITY_MAX + 1];
    const ur_pve_use wordy[] = {{1, 1, {text, UR_PVE_IDENTITY_MAX + 1}, {NULL, 0}},
                                {1, 1, {NULL, 0}, {text, UR_PVE_REQUEST_MAX + 1}}};
    for (size_t i = 0; i < 2; i++) {
        fresh[0] = 1;
        assert_status(ur_pve_make(&again, &d, &s.to, key, fresh, &wordy[i]), UR_E_LIMIT);
        assert_memory_equal(&again, &zero, sizeof zero);
        assert_memory_equal(fresh, zeros, sizeof zeros);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(context_bytes_are_as_documented),
        cmocka_unit_test(context_texts_have_limits),
        cmocka_unit_test(what_is_checked_opens_to_the_key_share),
        cmocka_unit_test(shares_of_other_points_are_refused),
        cmocka_unit_test(each_input_of_the_equation_matters),
        cmocka_unit_test(a_moved_share_does_not_open_elsewhere),
        cmocka_unit_test(one_r_for_two_recipients_would_give_the_share_away),
        cmocka_unit_test(the_nonce_depends_on_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
