/* Every record has a key of its own: no two are equal, and none begins another, whatever the numbers. */
#include "tests/test.h"

#include "contract/machine/keys.h"

enum { NUMBERS = 5, KEYS_MAX = 20 * NUMBERS * NUMBERS };

static const uint64_t numbers[NUMBERS] = {1, 2, 256, (uint64_t)1 << 32, UINT64_MAX};

typedef struct key_list {
    ur_key keys[KEYS_MAX];
    size_t n;
} key_list;

static ur_key *next(key_list *l)
{
    assert_true(l->n < KEYS_MAX);
    return &l->keys[l->n++];
}

static void add_pairs(key_list *l, uint64_t a, uint64_t b)
{
    ur_key_spec(next(l), a, b);
    ur_key_generation(next(l), a, b);
    ur_key_member(next(l), a, b, 1);
    ur_key_deal(next(l), a, b, 1);
    ur_key_holder(next(l), a, b, 1);
    ur_key_request(next(l), a, b);
    ur_key_evidence(next(l), a, b);
    ur_key_votes(next(l), a, b);
    ur_key_share(next(l), a, 1, 1, b, 1);
    ur_key_share(next(l), a, b, 2, 3, 4);
}

static void add_all(key_list *l)
{
    ur_key_config(next(l));
    for (size_t i = 0; i < NUMBERS; i++) {
        uint64_t a = numbers[i];
        ur_key_committee(next(l), a);
        ur_key_drill(next(l), a);
        ur_key_proposal(next(l), 1, (uint16_t)(a % 65521));
        ur_key_approvals(next(l), 1, (uint16_t)(a % 65521));
        ur_key_vault(next(l), a);
        ur_key_origin(next(l), a);
        ur_key_policy(next(l), a);
        ur_key_ciphertext(next(l), a);
        ur_key_numbers(next(l), a);
        ur_key_images(next(l), a);
        ur_key_release(next(l), a);
        ur_key_share_count(next(l), a);
        for (size_t j = 0; j < NUMBERS; j++) {
            add_pairs(l, a, numbers[j]);
        }
    }
}

static void no_key_begins_another(void **state)
{
    (void)state;
    static key_list l;
    add_all(&l);
    for (size_t i = 0; i < l.n; i++) {
        assert_in_range(l.keys[i].n, 1, UR_KEY_MAX);
        for (size_t j = 0; j < l.n; j++) {
            size_t shorter = l.keys[i].n < l.keys[j].n ? l.keys[i].n : l.keys[j].n;
            assert_true(i == j || !ur_eq_var(l.keys[i].b, l.keys[j].b, shorter));
        }
    }
}

static void numbers_are_big_endian(void **state)
{
    (void)state;
    static const uint8_t want[] = {'M', 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0x01, 0x04};
    ur_key k;
    ur_span got = ur_key_member(&k, 0x0102, 3, 0x0104);
    assert_int_equal(got.n, sizeof want);
    assert_memory_equal(got.p, want, sizeof want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_begins_another),
        cmocka_unit_test(numbers_are_big_endian),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
