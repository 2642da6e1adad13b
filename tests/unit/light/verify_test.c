#include "tests/light/made.h"

typedef struct world {
    ur_light_rules rules;
    ur_validators set, next; /* of heights up to 9, from 10 on */
    ur_light_block one, two, ten; /* heights 1, 2 and 10 */
    ur_light_header trusted; /* of one */
    ur_time now;
} world;

static world *make_world(void)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_ok(ur_light_rules_init_var(&w->rules, UR_SPAN_LIT("made-1"), 1000));
    for (unsigned i = 0; i < 9; i++) {
        made_validator(&w->set, i, 10);
    }
    for (unsigned i = 5; i < 14; i++) { /* four of nine remain */
        made_validator(&w->next, i, 10);
    }
    made_block(&w->one, "made-1", 1, (ur_time){1000, 0}, &w->set, &w->set, NULL);
    made_block(&w->two, "made-1", 2, (ur_time){1010, 0}, &w->set, &w->set, NULL);
    made_block(&w->ten, "made-1", 10, (ur_time){1100, 0}, &w->next, &w->next, NULL);
    w->now = (ur_time){1200, 0};
    ur_light_reason why;
    assert_ok(ur_light_check_own_var(&w->trusted, &why, &w->rules, &made_ops, &w->one));
    return w;
}

static ur_status verify(world *w, const ur_light_block *b, ur_light_reason *why)
{
    ur_light_header out, zero;
    memset(&out, 0xaa, sizeof out);
    memset(&zero, 0, sizeof zero);
    ur_status st = ur_light_verify_var(&out, why, &w->rules, &made_ops, &w->trusted, &w->set, b, w->now);
    assert_int_equal(st, ur_light_reason_status(*why));
    if (st == UR_OK) {
        assert_int_equal(out.height, b->header.height);
        assert_memory_equal(out.hash, b->commit.block.hash.bytes, 32);
    } else {
        assert_memory_equal(&out, &zero, sizeof out);
    }
    return st;
}

static void refuse(world *w, const ur_light_block *b, ur_light_reason want)
{
    ur_light_reason why;
    if (verify(w, b, &why) == UR_OK || why != want) {
        fail_msg("%s, expected %s", ur_light_reason_text(why), ur_light_reason_text(want));
    }
}

static void next_and_far(void **state)
{
    (void)state;
    world *w = make_world();
    ur_light_reason why;
    ur_light_header out;
    assert_ok(verify(w, &w->two, &why));
    assert_ok(verify(w, &w->ten, &why)); /* 40 of 90 remain: more than a third */
    w->rules.trust_num = 1;
    w->rules.trust_den = 2;
    refuse(w, &w->ten, UR_LIGHT_TRUST);
    w->rules.trust_num = 4;
    w->rules.trust_den = 9; /* exactly 40 of 90 is not more than that */
    refuse(w, &w->ten, UR_LIGHT_TRUST);
    w->rules.trust_num = 43;
    w->rules.trust_den = 99;
    assert_ok(verify(w, &w->ten, &why));
    w->rules.trust_num = 1;
    w->rules.trust_den = 3;
    assert_ok(ur_light_verify_var(&out, &why, &w->rules, &made_ops, &w->trusted, NULL, &w->two, w->now)); /* no set needed */
    assert_status(ur_light_verify_var(&out, &why, &w->rules, &made_ops, &w->trusted, NULL, &w->ten, w->now), UR_E_USAGE);
    assert_status(ur_light_verify_var(&out, &why, &w->rules, &made_ops, &w->trusted, &w->next, &w->ten, w->now), UR_E_USAGE);
    made_block(&w->two, "made-1", 2, (ur_time){1010, 0}, &w->next, &w->next, NULL); /* next to it only who was announced */
    refuse(w, &w->two, UR_LIGHT_NEXT_VALIDATORS);
    free(w);
}

static void rules_that_are_not_sound(void **state)
{
    (void)state;
    static const uint32_t levels[][2] = {{0, 1}, {1, 4}, {2, 1}, {1, 0}, {334, 1001}, {0, 0}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        world *w = make_world();
        w->rules.trust_num = levels[i][0];
        w->rules.trust_den = levels[i][1];
        refuse(w, &w->ten, UR_LIGHT_PARAMETERS);
        refuse(w, &w->two, UR_LIGHT_PARAMETERS);
        free(w);
    }
    ur_light_rules r;
    assert_status(ur_light_rules_init_var(&r, UR_SPAN_LIT(""), 1), UR_E_USAGE);
    assert_status(ur_light_rules_init_var(&r, UR_SPAN_LIT("a/b"), 1), UR_E_USAGE);
    assert_status(ur_light_rules_init_var(&r, UR_SPAN_LIT("a"), 0), UR_E_USAGE);
}

static void clocks(void **state)
{
    (void)state;
    world *w = make_world();
    ur_light_reason why;
    w->now = (ur_time){1999, 999999999}; /* trusted time + 1000 s is the first moment too late */
    assert_ok(verify(w, &w->two, &why));
    w->now = (ur_time){2000, 0};
    refuse(w, &w->two, UR_LIGHT_EXPIRED);
    w->now = (ur_time){1000, 1}; /* 1010 < now + 10 s */
    assert_ok(verify(w, &w->two, &why));
    w->now = (ur_time){1000, 0};
    refuse(w, &w->two, UR_LIGHT_FROM_FUTURE);
    w->now = (ur_time){1200, 0};
    made_block(&w->two, "made-1", 2, w->trusted.time, &w->set, &w->set, NULL);
    refuse(w, &w->two, UR_LIGHT_TIME);
    made_block(&w->two, "made-1", 1, (ur_time){1010, 0}, &w->set, &w->set, NULL);
    refuse(w, &w->two, UR_LIGHT_HEIGHT);
    free(w);
}

static void power_to_the_last_unit(void **state)
{
    (void)state;
    for (int with_trust = 0; with_trust < 2; with_trust++) {
        world *w = make_world();
        ur_light_reason why;
        ur_light_block *b = with_trust ? &w->ten : &w->two;
        for (size_t signers = 0; signers <= 9; signers++) { /* 70 of 90 is more than two thirds, 60 is not */
            for (int how = 0; how < 3; how++) {
                for (size_t i = 0; i < 9; i++) {
                    made_entry(b, i, i < signers ? UR_COMET_COMMIT : how == 0 ? UR_COMET_ABSENT : how == 1 ? UR_COMET_NIL : UR_COMET_COMMIT);
                    if (i >= signers && how == 2) {
                        b->commit.sig[i].sig[5] ^= 1; /* a signature that does not verify counts as missing */
                    }
                }
                ur_status st = verify(w, b, &why);
                if (signers >= 7) {
                    assert_true(st == UR_OK || why == UR_LIGHT_TRUST);
                } else {
                    assert_true(why == UR_LIGHT_POWER || why == UR_LIGHT_TRUST);
                }
                assert_true(with_trust || why != UR_LIGHT_TRUST);
            }
        }
        free(w);
    }
}

static void votes_that_do_not_count(void **state)
{
    (void)state;
    world *w = make_world();
    ur_light_block *b = &w->two;
    for (size_t i = 0; i < 9; i++) { /* signatures over "nil" relabelled as over the block */
        made_entry(b, i, UR_COMET_NIL);
        b->commit.sig[i].flag = UR_COMET_COMMIT;
    }
    refuse(w, b, UR_LIGHT_POWER);
    made_commit(b); /* one validator's signature in every place: the address gives it away */
    for (size_t i = 1; i < 9; i++) {
        b->commit.sig[i] = b->commit.sig[0];
    }
    refuse(w, b, UR_LIGHT_COMMIT_ADDRESS);
    made_commit(b); /* the same without an address that gives it away */
    for (size_t i = 1; i < 9; i++) {
        memcpy(b->commit.sig[i].sig, b->commit.sig[0].sig, 64);
    }
    refuse(w, b, UR_LIGHT_POWER);
    made_commit(b);
    b->commit.n = 8;
    refuse(w, b, UR_LIGHT_COMMIT_SIZE);
    made_commit(b);
    b->commit.height = 3;
    refuse(w, b, UR_LIGHT_COMMIT_HEIGHT);
    made_commit(b);
    b->header.data.bytes[0] ^= 1;
    refuse(w, b, UR_LIGHT_COMMIT_BLOCK);
    made_block(b, "made-2", 2, (ur_time){1010, 0}, &w->set, &w->set, NULL);
    refuse(w, b, UR_LIGHT_CHAIN_ID);
    made_block(b, "made-1", 2, (ur_time){1010, 0}, &w->set, &w->set, NULL);
    b->validators.v[0].power += 1000;
    b->validators.total_power += 1000;
    refuse(w, b, UR_LIGHT_VALIDATORS_HASH);
    free(w);
}

/* A set of its own that lists one trusted validator many times must not count that one's power many times. */
static void nobody_counts_twice(void **state)
{
    (void)state;
    world *w = make_world();
    ur_validators *set = calloc(1, sizeof *set);
    assert_non_null(set);
    for (unsigned i = 0; i < 9; i++) {
        made_validator(set, 3, 10);
    }
    made_block(&w->ten, "made-1", 10, (ur_time){1100, 0}, set, set, NULL);
    refuse(w, &w->ten, UR_LIGHT_DOUBLE);
    free(set);
    free(w);
}

/* Forks signed by f of nine trusted validators, who otherwise make up their own set: believed only above a third. */
static void forks(void **state)
{
    (void)state;
    for (unsigned f = 0; f <= 9; f++) {
        world *w = make_world();
        ur_validators *set = calloc(1, sizeof *set);
        assert_non_null(set);
        ur_light_reason why;
        for (unsigned i = 0; i < 9; i++) {
            made_validator(set, i < f ? i : 100 + i, 10);
        }
        made_block(&w->ten, "made-1", 10, (ur_time){1100, 0}, set, set, NULL);
        ur_status st = verify(w, &w->ten, &why);
        assert_int_equal(st == UR_OK, f >= 4);
        assert_true(st == UR_OK || why == UR_LIGHT_TRUST);
        free(set);
        free(w);
    }
}

static ur_status broken_verify(void *context, const uint8_t key[32], ur_span message, const uint8_t sig[64])
{
    (void)key;
    (void)message;
    (void)sig;
    return *(ur_status *)context;
}

static void surroundings_that_fail(void **state)
{
    (void)state;
    world *w = make_world();
    ur_status st = UR_E_MEMORY;
    ur_light_ops ops = {&st, broken_verify};
    ur_light_header out;
    ur_light_reason why;
    assert_status(ur_light_verify_var(&out, &why, &w->rules, &ops, &w->trusted, &w->set, &w->two, w->now), UR_E_MEMORY);
    assert_status(ur_light_verify_var(&out, &why, &w->rules, &ops, &w->trusted, &w->set, &w->ten, w->now), UR_E_MEMORY);
    assert_int_equal(out.height, 0);
    st = UR_E_PROOF;
    assert_status(ur_light_verify_var(&out, &why, &w->rules, &ops, &w->trusted, &w->set, &w->two, w->now), UR_E_PROOF);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_and_far),
        cmocka_unit_test(rules_that_are_not_sound),
        cmocka_unit_test(clocks),
        cmocka_unit_test(power_to_the_last_unit),
        cmocka_unit_test(votes_that_do_not_count),
        cmocka_unit_test(nobody_counts_twice),
        cmocka_unit_test(forks),
        cmocka_unit_test(surroundings_that_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
