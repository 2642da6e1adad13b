/* Threshold encryption for every committee of up to five, every set of members that answer, and every way they cheat;
 * larger committees at random.
 *
 * What must come out of recovering a key from the shares at hand, in order: too few are UR_E_ABSENT. If the first t of
 * them add up to the key, that key, whatever single shares were (faults can cancel: 3, -3 and 1 are the coefficients of
 * 1, 2, 3). Otherwise each wrong share is named, no right one is, and the key comes out if t right ones are left. */
#include "tests/unit/tibe/tibe_kit.h"

typedef enum state { ABSENT, RIGHT, WRONG, STATES } state;
typedef enum cheat { SHIFTED, NEGATED, OTHER_IDENTITY, OTHER_MEMBER, CHEATS } cheat;

static struct {
    kit k;
    ur_tibe_id id, other_id;
    ur_tibe_key key; /* the right one */
    ur_tibe_ks right[KIT_MAX], other[KIT_MAX];
    ur_tibe_ks ks[KIT_MAX]; /* the shares at hand */
    uint8_t wrong[KIT_MAX];
    size_t n;
    uint8_t bad[KIT_MAX];
    uint8_t weights[KIT_MAX * UR_TIBE_WEIGHT_BYTES];
    void *scratch;
} f;

static void set_up(uint32_t t, uint32_t n, test_rng *rng)
{
    kit_deal(&f.k, t, n, rng);
    kit_id(&f.id, "unrug/1/small");
    kit_id(&f.other_id, "unrug/1/other");
    kit_key(&f.key, &f.k, &f.id);
    for (size_t i = 0; i < n; i++) {
        ur_tibe_extract(&f.right[i], &f.k.shares[i], &f.id);
        ur_tibe_extract(&f.other[i], &f.k.shares[i], &f.other_id);
    }
    free(f.scratch);
    f.scratch = malloc(ur_tibe_scratch_bytes(n) + ur_tibe_committee_scratch_bytes(n));
    assert_non_null(f.scratch);
}

static void add_share(size_t member, state s, cheat how)
{
    ur_tibe_ks *ks = &f.ks[f.n];
    if (s == ABSENT) {
        return;
    }
    *ks = f.right[member];
    f.wrong[f.n++] = s == WRONG;
    if (s == RIGHT) {
        return;
    }
    switch (how) {
    case SHIFTED: ur_g2_add(&ks->d, &ks->d, ur_g2_generator()); break;
    case NEGATED: ur_g2_neg(&ks->d, &ks->d); break;
    case OTHER_IDENTITY: ks->d = f.other[member].d; break;
    case OTHER_MEMBER:
        if (f.k.c.n > 1 && f.k.c.t > 1) {
            ks->d = f.right[(member + 1) % f.k.c.n].d;
        } else { /* all shares are equal then */
            ur_g2_add(&ks->d, &ks->d, &ks->d);
        }
        break;
    default: fail();
    }
}

static bool zero(const void *p, size_t n)
{
    static const uint8_t zeros[KIT_MAX];
    return n <= sizeof zeros && ur_eq_var(p, zeros, n);
}

/* Encrypting still works for whoever has the key, and for nobody else. */
static void opens(const ur_tibe_key *key, size_t n, test_rng *rng)
{
    uint8_t bytes[UR_TIBE_MSG_MAX], sigma[UR_TIBE_MSG_MAX];
    ur_tibe_msg msg, got;
    ur_tibe_ct ct;
    test_rng_bytes(rng, bytes, sizeof bytes);
    test_rng_bytes(rng, sigma, sizeof sigma);
    assert_ok(ur_tibe_msg_set(&msg, bytes, n));
    assert_ok(ur_tibe_encrypt(&ct, &f.k.c.mpk, &f.id, &msg, sigma));
    assert_ok(ur_tibe_decrypt(&got, &ct, key));
    assert_memory_equal(&got, &msg, sizeof msg);
    assert_ok(ur_tibe_encrypt(&ct, &f.k.c.mpk, &f.other_id, &msg, bytes));
    assert_status(ur_tibe_decrypt(&got, &ct, key), UR_E_PROOF);
}

static void all_named(void)
{
    ur_tibe_claim claims[KIT_MAX];
    for (size_t i = 0; i < f.n; i++) {
        claims[i] = (ur_tibe_claim){&f.ks[i], &f.k.members[f.ks[i].index - 1], &f.id};
    }
    assert_status(ur_tibe_check_many_var(claims, f.n, f.bad, f.weights, f.scratch),
                  zero(f.wrong, f.n) ? UR_OK : UR_E_PROOF);
    assert_memory_equal(f.bad, f.wrong, f.n);
}

static void recovers(test_rng *rng)
{
    const ur_tibe_committee *c = &f.k.c;
    ur_tibe_key sum, key;
    size_t right = 0;
    for (size_t i = 0; i < f.n; i++) {
        right += f.wrong[i] == 0;
    }
    test_rng_bytes(rng, f.weights, f.n * UR_TIBE_WEIGHT_BYTES);
    all_named();
    ur_status combined = ur_tibe_combine_var(&sum, c, f.ks, f.n, f.scratch);
    ur_status st = ur_tibe_recover_var(&key, f.bad, c, &f.id, f.ks, f.n, f.weights, f.scratch);
    if (f.n < c->t) {
        assert_status(combined, UR_E_ABSENT);
        assert_status(st, UR_E_ABSENT);
        return;
    }
    assert_ok(combined);
    if (ur_g2_eq_var(&sum.d, &f.key.d)) {
        assert_ok(st);
        assert_true(zero(f.bad, f.n));
    } else {
        assert_status(st, right >= c->t ? UR_OK : UR_E_PROOF);
        assert_memory_equal(f.bad, f.wrong, f.n);
    }
    if (st == UR_OK) {
        assert_true(ur_g2_eq_var(&key.d, &f.key.d));
    } else {
        assert_true(zero(&key, sizeof key));
    }
}

/* Each index also under each other member's name, and out of range: refused before anything is computed. */
static void indices_are_refused(void)
{
    for (size_t i = 0; i < f.n; i++) {
        ur_tibe_key key;
        uint32_t own = f.ks[i].index;
        for (size_t j = 0; j <= f.n; j++) {
            if (j != i) {
                f.ks[i].index = j == f.n ? f.k.c.n + 1 : f.ks[j].index;
                assert_status(ur_tibe_combine_var(&key, &f.k.c, f.ks, f.n, f.scratch), UR_E_INPUT);
                assert_status(ur_tibe_recover_var(&key, f.bad, &f.k.c, &f.id, f.ks, f.n, f.weights, f.scratch),
                              UR_E_INPUT);
            }
        }
        f.ks[i].index = own;
    }
}

/* Every pattern of absent, right and wrong members; all ways of cheating up to four members, with five in turns. */
static void every_small_committee(void **unused)
{
    (void)unused;
    test_rng rng = test_rng_start("every_small_committee");
    size_t cases = 0;
    for (uint32_t n = 1; n <= 5; n++) {
        for (uint32_t t = 1; t <= n; t++) {
            size_t patterns = 1;
            for (uint32_t i = 0; i < n; i++) {
                patterns *= STATES;
            }
            set_up(t, n, &rng);
            opens(&f.key, 16, &rng);
            opens(&f.key, 32, &rng);
            for (size_t pattern = 0; pattern < patterns; pattern++) {
                for (size_t how = 0; how < (n < 5 ? CHEATS : 1); how++) {
                    f.n = 0;
                    for (size_t i = 0, left = pattern; i < n; i++, left /= STATES) {
                        add_share(i, (state)(left % STATES), (cheat)(n < 5 ? how : (pattern + i) % CHEATS));
                    }
                    recovers(&rng);
                    cases++;
                    if (zero(f.wrong, f.n)) {
                        break; /* nobody cheats: all ways are one */
                    }
                }
            }
            f.n = 0;
            for (size_t i = 0; i < n; i++) {
                add_share(i, RIGHT, SHIFTED);
            }
            indices_are_refused();
        }
    }
    print_message("%zu cases\n", cases);
}

/* The shares come in any order. */
static void shuffle(test_rng *rng)
{
    for (size_t i = f.n; i > 1; i--) {
        size_t j = test_rng_below(rng, i);
        ur_tibe_ks ks = f.ks[i - 1];
        uint8_t wrong = f.wrong[i - 1];
        f.ks[i - 1] = f.ks[j];
        f.wrong[i - 1] = f.wrong[j];
        f.ks[j] = ks;
        f.wrong[j] = wrong;
    }
}

static void larger_ones_at_random(void **unused)
{
    (void)unused;
    static const uint32_t sizes[] = {6, 7, 11, 16, 31, 32, 33, 64, 100, 171, 256};
    test_rng rng = test_rng_start("larger_ones_at_random");
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        uint32_t n = sizes[s], t = 1 + (uint32_t)test_rng_below(&rng, n);
        uint8_t random[UR_SCALAR_WIDE_BYTES];
        set_up(t, n, &rng);
        test_rng_bytes(&rng, random, sizeof random);
        assert_ok(ur_tibe_committee_check_var(&f.k.c, random, f.scratch));
        for (size_t round = 0; round < 3; round++) {
            size_t cheats = round == 0 ? 0 : 1 + test_rng_below(&rng, 5); /* in a hundred or so */
            f.n = 0;
            for (size_t i = 0; i < n; i++) {
                state st = test_rng_below(&rng, 20) == 0 ? ABSENT : test_rng_below(&rng, n) < cheats ? WRONG : RIGHT;
                add_share(i, st, (cheat)test_rng_below(&rng, CHEATS));
            }
            shuffle(&rng);
            recovers(&rng);
        }
    }
}

static int tear_down(void **unused)
{
    (void)unused;
    free(f.scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_small_committee),
        cmocka_unit_test(larger_ones_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
