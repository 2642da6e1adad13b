/* What the VMs do, by modules that do as they are told: host functions answer as ours do natively, points that are none included, and
 * uploads are refused as they must be. */
#include "core/bls/bls.h"
#include "lib/suite/secp256k1.h"
#include "tests/contract/scenario.h"
#include "tests/contract/script.h"
#include "tests/contract/vm/vm.h"
#include "tests/test.h"

enum { ROOM = 1 << 20, SIDES = 3 };

typedef struct script {
    uint8_t bytes[ROOM];
    ur_writer w;
    size_t ops;
} script;

static void op(script *s, host_op_kind kind, ur_span key, ur_span value)
{
    ur_writer_u8(&s->w, (uint8_t)kind);
    ur_writer_u32le(&s->w, (uint32_t)key.n);
    ur_writer_u32le(&s->w, (uint32_t)value.n);
    ur_writer_span(&s->w, key);
    ur_writer_span(&s->w, value);
    s->ops++;
}

static script *new_script(void)
{
    script *s = malloc(sizeof *s);
    assert_non_null(s);
    ur_writer_init(&s->w, s->bytes, sizeof s->bytes);
    s->ops = 0;
    return s;
}

/* Run it three times and compare; the native output. Frees the script. */
static void run_everywhere(script *s, uint8_t *out, size_t out_len)
{
    static uint8_t native_out[ROOM];
    static const vm_library *const libraries[] = {&vm_library_3_0_7, &vm_library_2_0_3};
    static const char *const modules[] = {UR_CONTRACT_DIR "/script.wasm.linked", UR_CONTRACT_DIR "/script-portable.wasm.linked"};
    host_mem h;
    ur_writer w;
    assert_false(s->w.overflow);
    ur_span text = ur_span_of(s->bytes, s->w.n);
    host_mem_init(&h, "wasm");
    ur_writer_init(&w, native_out, sizeof native_out);
    ur_span native = script_run(&h.host, text, &w);
    for (size_t i = 0; i < 2; i++) {
        vm v;
        vm_result r;
        char error[512];
        assert_ok(vm_open(&v, libraries[i], modules[i], "[\"cosmwasm_2_1\"]", error));
        host_mem_begin(&h);
        host_mem_end(&h, false);
        vm_call(&v, &r, VM_EXECUTE, &h.host, UR_SPAN_LIT("{}"), UR_SPAN_LIT("{}"), text);
        assert_string_equal(r.error, "");
        assert_int_equal(r.n, native.n);
        assert_memory_equal(r.bytes, native.p, native.n);
        vm_result_clear(&r);
        vm_close(&v);
    }
    assert_true(native.n >= out_len);
    memcpy(out, native.p, out_len);
    host_mem_clear(&h);
    free(s);
}

/* ---- points ---- */

enum { GOOD = 0, INFINITE = 1, POINTS = 9 };

/* In both groups: a point; infinity; and what is none: outside the subgroup or off the curve, infinity with something behind it or with a
 * sign, no compression bit, x not below p, all ones, zeros. */
static void make_points(uint8_t g1[POINTS][UR_G1_BYTES], uint8_t g2[POINTS][UR_G2_BYTES])
{
    memset(g1, 0, POINTS * UR_G1_BYTES);
    memset(g2, 0, POINTS * UR_G2_BYTES);
    uint8_t *of[POINTS][2];
    for (size_t i = 0; i < POINTS; i++) {
        memcpy(of[i], (uint8_t *[2]){g1[i], g2[i]}, sizeof of[i]);
    }
    memcpy(g1[GOOD], ur_g1_generator_bytes(), UR_G1_BYTES);
    memcpy(g2[GOOD], ur_g2_generator_bytes(), UR_G2_BYTES);
    g1[INFINITE][0] = g2[INFINITE][0] = 0xc0;
    g1[2][0] = g2[2][0] = 0x80;
    g1[2][UR_G1_BYTES - 1] = g2[2][UR_G2_BYTES - 1] = 4;
    g1[3][0] = g2[3][0] = 0xc0;
    g1[3][UR_G1_BYTES - 1] = g2[3][UR_G2_BYTES - 1] = 1;
    g1[4][0] = g2[4][0] = 0xe0;
    memcpy(g1[5], g1[GOOD], UR_G1_BYTES);
    memcpy(g2[5], g2[GOOD], UR_G2_BYTES);
    g1[5][0] &= 0x7f;
    g2[5][0] &= 0x7f;
    memset(g1[6], 0xff, UR_G1_BYTES);
    memset(g2[6], 0xff, UR_G2_BYTES);
    g1[6][0] = g2[6][0] = 0x9f;
    memset(g1[7], 0xff, UR_G1_BYTES);
    memset(g2[7], 0xff, UR_G2_BYTES);
}

static void sums_agree(void **state)
{
    (void)state;
    uint8_t g1[POINTS][UR_G1_BYTES], g2[POINTS][UR_G2_BYTES], list[9 * UR_G1_BYTES], out[POINTS * (UR_G1_BYTES + 1)];
    make_points(g1, g2);
    script *s = new_script();
    for (size_t i = 0; i < POINTS; i++) {
        op(s, HOST_SUM, ur_span_of(g1[i], UR_G1_BYTES), (ur_span){NULL, 0});
    }
    for (size_t i = 0; i < POINTS; i++) {
        for (size_t k = 0; k < 9; k++) {
            memcpy(list + k * UR_G1_BYTES, g1[k == 4 ? i : GOOD], UR_G1_BYTES);
        }
        op(s, HOST_SUM, ur_span_of(list, sizeof list), (ur_span){NULL, 0});
    }
    memcpy(list, g1[GOOD], UR_G1_BYTES); /* p - p */
    memcpy(list + UR_G1_BYTES, g1[GOOD], UR_G1_BYTES);
    list[UR_G1_BYTES] ^= 0x20;
    op(s, HOST_SUM, ur_span_of(list, 2 * UR_G1_BYTES), (ur_span){NULL, 0});
    run_everywhere(s, out, sizeof out);
    for (size_t i = 0; i < POINTS; i++) {
        assert_int_equal(out[i * (UR_G1_BYTES + 1) + UR_G1_BYTES], i <= INFINITE ? UR_OK : UR_E_INPUT);
    }
}

static void pairings_agree(void **state)
{
    (void)state;
    uint8_t g1[POINTS][UR_G1_BYTES], g2[POINTS][UR_G2_BYTES], ps[3 * UR_G1_BYTES], qs[3 * UR_G2_BYTES];
    uint8_t out[1 + 4 * POINTS];
    make_points(g1, g2);
    script *s = new_script();
    /* e(g, h) e(g, inf) = e(g, h), then each place taken by each point. */
    for (size_t place = 0; place <= 4; place++) {
        for (size_t i = place == 0 ? POINTS - 1 : 0; i < POINTS; i++) {
            memcpy(ps, g1[place == 1 ? i : GOOD], UR_G1_BYTES);
            memcpy(ps + UR_G1_BYTES, g1[GOOD], UR_G1_BYTES);
            memcpy(ps + 2 * UR_G1_BYTES, g1[place == 2 ? i : GOOD], UR_G1_BYTES);
            memcpy(qs, g2[place == 3 ? i : GOOD], UR_G2_BYTES);
            memcpy(qs + UR_G2_BYTES, g2[INFINITE], UR_G2_BYTES);
            memcpy(qs + 2 * UR_G2_BYTES, g2[place == 4 ? i : GOOD], UR_G2_BYTES);
            op(s, HOST_PAIRING, ur_span_of(ps, sizeof ps), ur_span_of(qs, sizeof qs));
        }
    }
    run_everywhere(s, out, sizeof out);
    for (size_t k = 0; k < sizeof out; k++) {
        size_t i = k == 0 ? GOOD : (k - 1) % POINTS;
        assert_int_equal(out[k], i == GOOD ? UR_OK : i == INFINITE ? UR_E_PROOF : UR_E_INPUT);
    }
}

static void hashes_agree(void **state)
{
    (void)state;
    static const char *const messages[] = {"", "a", "unrug/1/vault/dev-1/wasm1x/1/1/1/00"};
    uint8_t out[1], long_[4096];
    script *s = new_script();
    memset(long_, 7, sizeof long_);
    for (size_t t = 0; t < UR_TAG_COUNT; t++) {
        uint8_t tag = (uint8_t)t;
        for (size_t i = 0; i < 3; i++) {
            op(s, HOST_HASH, ur_span_of(&tag, 1), ur_span_str_var(messages[i]));
        }
        op(s, HOST_HASH, ur_span_of(&tag, 1), ur_span_of(long_, sizeof long_));
    }
    run_everywhere(s, out, 0);
}

/* ---- signatures ---- */

static void put_signature(script *s, const uint8_t hash[32], const uint8_t sig[64], const uint8_t pub[33])
{
    uint8_t all[32 + 64 + 33];
    memcpy(all, hash, 32);
    memcpy(all + 32, sig, 64);
    memcpy(all + 96, pub, 33);
    op(s, HOST_VERIFY, ur_span_of(all, sizeof all), (ur_span){NULL, 0});
}

/* High s is the one thing on which VM and library differ; uc_verify refuses it before either is asked. */
static void signatures_agree(void **state)
{
    (void)state;
    uint8_t secret[32] = {[31] = 7}, hash[32] = {1, 2, 3}, sig[64], pub[33], out[8], changed[64], other[33];
    ur_secp_secret k;
    ur_secp_pub p;
    assert_ok(ur_secp_secret_parse(&k, secret));
    ur_secp_pub_of(&p, &k);
    ur_secp_pub_write(pub, &p);
    ur_secp_sign(sig, &k, hash);
    script *s = new_script();
    put_signature(s, hash, sig, pub);
    memset(changed, 0, sizeof changed); /* r = s = 0 */
    put_signature(s, hash, changed, pub);
    memcpy(changed, sig, 64); /* r not below the order */
    memset(changed, 0xff, 32);
    put_signature(s, hash, changed, pub);
    memcpy(changed, sig, 64);
    changed[40] ^= 1;
    put_signature(s, hash, changed, pub);
    memcpy(other, pub, 33); /* the other root */
    other[0] ^= 1;
    put_signature(s, hash, sig, other);
    memset(other + 1, 0, 32); /* x = 0 is not on the curve */
    put_signature(s, hash, sig, other);
    memset(other + 1, 0xff, 32); /* x not below p */
    put_signature(s, hash, sig, other);
    hash[0] ^= 1;
    put_signature(s, hash, sig, pub);
    run_everywhere(s, out, sizeof out);
    for (size_t i = 0; i < sizeof out; i++) {
        assert_int_equal(out[i], i == 0 ? UR_OK : UR_E_PROOF);
    }
}

static void records_and_addresses_agree(void **state)
{
    (void)state;
    static const char *const addresses[] = {SCENARIO_CONTRACT, "wasm1", "WASM1QYQ", "cosmos1qyqszqgpqyqszqgpqyqszqgpqyqszqgpjnp7du", " "};
    uint8_t out[1];
    script *s = new_script();
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        op(s, HOST_ADDRESS, ur_span_str_var(addresses[i]), (ur_span){NULL, 0});
    }
    op(s, HOST_READ, UR_SPAN_LIT("k"), (ur_span){NULL, 0});
    op(s, HOST_WRITE, UR_SPAN_LIT("k"), UR_SPAN_LIT("v"));
    op(s, HOST_READ, UR_SPAN_LIT("k"), (ur_span){NULL, 0});
    op(s, HOST_REMOVE, UR_SPAN_LIT("k"), (ur_span){NULL, 0});
    op(s, HOST_REMOVE, UR_SPAN_LIT("k"), (ur_span){NULL, 0});
    op(s, HOST_READ, UR_SPAN_LIT("k"), (ur_span){NULL, 0});
    run_everywhere(s, out, 0);
}

/* ---- uploads ---- */

static void an_older_chain_refuses_what_it_lacks(void **state)
{
    (void)state;
    vm v;
    char error[512] = "";
    assert_status(vm_open(&v, &vm_library_2_0_3, UR_CONTRACT_DIR "/unrug.wasm", "[]", error), UR_E_INPUT);
    print_message("%s\n", error);
    assert_non_null(strstr(error, "bls12_381"));
    assert_status(vm_open(&v, &vm_library_3_0_7, UR_CONTRACT_DIR "/unrug.wasm", "[]", error), UR_E_INPUT);
    print_message("%s\n", error);
    assert_non_null(strstr(error, "cosmwasm_2_1"));
    assert_ok(vm_open(&v, &vm_library_3_0_7, UR_CONTRACT_DIR "/unrug-portable.wasm", "[]", error));
    vm_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_agree),
        cmocka_unit_test(pairings_agree),
        cmocka_unit_test(hashes_agree),
        cmocka_unit_test(signatures_agree),
        cmocka_unit_test(records_and_addresses_agree),
        cmocka_unit_test(an_older_chain_refuses_what_it_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
