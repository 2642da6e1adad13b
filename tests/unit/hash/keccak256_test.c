#include "tests/unit/hash/assert_hex.h"

#include "core/hash/hash.h"

static void digests_are_the_published_ones(void **state)
{
    (void)state; /* the Keccak team's test files and Ethereum's constants */
    uint8_t out[UR_KECCAK256_BYTES];
    ur_keccak256_of(out, UR_SPAN_LIT(""));
    assert_hex(out, sizeof out, "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    ur_keccak256_of(out, UR_SPAN_LIT("abc"));
    assert_hex(out, sizeof out, "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    ur_keccak256_of(out, UR_SPAN_LIT("Transfer(address,address,uint256)")); /* every ERC-20 event log's topic */
    assert_hex(out, sizeof out, "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    static char much[1000000];
    memset(much, 'a', sizeof much);
    ur_keccak256_of(out, ur_span_of(much, sizeof much));
    assert_hex(out, sizeof out, "fadae6b49f129bbb812be8407b7b2894f34aecf6dbd1f9b0f0c7e9853098fc96");
}

static void pieces_make_the_whole(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("keccak256 pieces");
    uint8_t text[300], want[UR_KECCAK256_BYTES], got[UR_KECCAK256_BYTES];
    test_rng_bytes(&rng, text, sizeof text);
    for (size_t n = 0; n <= sizeof text; n++) {
        ur_keccak256 c;
        ur_keccak256_of(want, ur_span_of(text, n));
        ur_keccak256_init(&c);
        size_t half = test_rng_below(&rng, n + 1);
        ur_keccak256_update(&c, text, half);
        ur_keccak256_update(&c, text + half, n - half);
        ur_keccak256_final(&c, got);
        assert_memory_equal(want, got, sizeof want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_the_published_ones),
        cmocka_unit_test(pieces_make_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
