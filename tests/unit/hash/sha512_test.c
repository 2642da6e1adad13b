#include "tests/unit/hash/assert_hex.h"

#include "core/hash/hash.h"

static void digests_are_the_published_ones(void **state)
{
    (void)state; /* FIPS 180-4 examples of NIST, and the empty string */
    static const struct {
        const char *text, *sha384, *sha512;
    } cases[] = {
        {"",
         "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
         "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
         "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
        {"abc",
         "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
         "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
         "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039",
         "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
         "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
    };
    uint8_t out[UR_SHA512_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ur_sha384_of(out, ur_span_str_var(cases[i].text));
        assert_hex(out, UR_SHA384_BYTES, cases[i].sha384);
        ur_sha512_of(out, ur_span_str_var(cases[i].text));
        assert_hex(out, UR_SHA512_BYTES, cases[i].sha512);
    }
    static char much[1000000];
    memset(much, 'a', sizeof much);
    ur_sha384_of(out, ur_span_of(much, sizeof much));
    assert_hex(out, UR_SHA384_BYTES,
               "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985");
    ur_sha512_of(out, ur_span_of(much, sizeof much));
    assert_hex(out, UR_SHA512_BYTES,
               "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
               "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
}

static void pieces_make_the_whole(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("sha512 pieces");
    uint8_t text[600], want[UR_SHA512_BYTES], got[UR_SHA512_BYTES];
    test_rng_bytes(&rng, text, sizeof text);
    for (size_t n = 0; n <= sizeof text; n++) {
        ur_sha512 c;
        ur_sha512_of(want, ur_span_of(text, n));
        ur_sha512_init(&c);
        for (size_t at = 0; at < n;) {
            size_t k = 1 + test_rng_below(&rng, n - at);
            ur_sha512_update(&c, text + at, k);
            at += k;
        }
        ur_sha512_final(&c, got);
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
