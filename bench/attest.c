/* Attestation: one real TDX quote with all its collateral, against the bare P-256 checks it needs and against other
 * verifiers. Cold: nothing is remembered. Warm: the same platform and collateral again. */
#include "bench/bench.h"
#include "core/attest/verify.h"
#include "lib/suite/attest.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHECKS_MAX = 16, NOW = 1751624655 };

typedef struct check {
    uint8_t key[64];
    uint8_t hash[32];
    uint8_t der[80];
    size_t der_n;
    size_t pkey; /* index among the distinct keys */
} check;

static struct {
    ur_suite_attest *suite;
    ur_span quote;
    ur_collateral set;
    uint8_t scratch[UR_ATTEST_SCRATCH_BYTES];
    check checks[CHECKS_MAX];
    size_t check_count;
    size_t key_count;
    size_t key_first[CHECKS_MAX]; /* the first check with this key */
    EVP_PKEY *curve;
    EVP_PKEY_CTX *kept[CHECKS_MAX];
} in;

static ur_span read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    bench_must(f != NULL, path);
    uint8_t *p = malloc(1 << 16);
    bench_must(p != NULL, "memory");
    size_t n = fread(p, 1, 1 << 16, f);
    (void)fclose(f);
    return ur_span_of(p, n);
}

static void verify_once(void)
{
    ur_verdict v;
    ur_status s = ur_attest_verify(&v, ur_suite_attest_ops(in.suite), &ur_attest_root_intel, 1, &ur_attest_rules_default,
        &in.set, in.quote, NOW, in.scratch, sizeof in.scratch);
    bench_must(s == UR_OK && v.tcb == UR_TCB_UpToDate, "the quote does not verify");
}

static void cold(void *ctx)
{
    (void)ctx;
    ur_suite_attest_forget(in.suite);
    verify_once();
}

static void warm(void *ctx)
{
    (void)ctx;
    verify_once();
}

/* Writes down what the verifier asks for. */
static ur_status record(void *ctx, const uint8_t key[64], const uint8_t hash[32], const uint8_t sig[64], bool lasting)
{
    const ur_attest_ops *ops = ctx;
    bench_must(in.check_count < CHECKS_MAX, "more checks than expected");
    check *c = &in.checks[in.check_count];
    memcpy(c->key, key, 64);
    memcpy(c->hash, hash, 32);
    c->der_n = 2;
    for (size_t half = 0; half < 2; half++) {
        const uint8_t *x = sig + 32 * half;
        size_t skip = 0;
        while (x[skip] == 0) {
            skip++;
        }
        size_t sign = x[skip] >= 0x80 ? 1 : 0;
        c->der[c->der_n++] = 0x02;
        c->der[c->der_n++] = (uint8_t)(32 - skip + sign);
        c->der[c->der_n] = 0;
        memcpy(c->der + c->der_n + sign, x + skip, 32 - skip);
        c->der_n += 32 - skip + sign;
    }
    c->der[0] = 0x30;
    c->der[1] = (uint8_t)(c->der_n - 2);
    c->pkey = in.key_count;
    for (size_t i = 0; i < in.key_count; i++) {
        c->pkey = ur_eq_var(in.checks[in.key_first[i]].key, key, 64) ? i : c->pkey;
    }
    if (c->pkey == in.key_count) {
        in.key_first[in.key_count++] = in.check_count;
    }
    in.check_count++;
    return ops->p256_verify(ops->ctx, key, hash, sig, lasting);
}

static EVP_PKEY_CTX *import(const uint8_t key[64])
{
    uint8_t point[65] = {0x04};
    EVP_PKEY *k = EVP_PKEY_new();
    memcpy(point + 1, key, 64);
    bench_must(k != NULL && EVP_PKEY_copy_parameters(k, in.curve) == 1 &&
                   EVP_PKEY_set1_encoded_public_key(k, point, sizeof point) == 1,
        "import");
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(k, NULL);
    bench_must(c != NULL && EVP_PKEY_verify_init(c) == 1, "import");
    EVP_PKEY_free(k);
    return c;
}

static void bare_cold(void *ctx)
{
    (void)ctx;
    EVP_PKEY_CTX *keys[CHECKS_MAX];
    for (size_t i = 0; i < in.key_count; i++) {
        keys[i] = import(in.checks[in.key_first[i]].key);
    }
    for (size_t i = 0; i < in.check_count; i++) {
        const check *c = &in.checks[i];
        bench_must(EVP_PKEY_verify(keys[c->pkey], c->der, c->der_n, c->hash, 32) == 1, "bare check");
    }
    for (size_t i = 0; i < in.key_count; i++) {
        EVP_PKEY_CTX_free(keys[i]);
    }
}

static void bare_three(void *ctx)
{
    (void)ctx;
    for (size_t i = in.check_count - 3; i < in.check_count; i++) {
        const check *c = &in.checks[i];
        bench_must(EVP_PKEY_verify(in.kept[c->pkey], c->der, c->der_n, c->hash, 32) == 1, "bare check");
    }
}

static void prepare(void)
{
    ur_verdict v;
    bench_must(ur_suite_attest_new(&in.suite) == UR_OK, "suite");
    in.quote = read_file("tests/data/attest/tdx4.quote");
    ur_span json = read_file("tests/data/attest/tdx4.json");
    uint8_t *buf = malloc(json.n);
    bench_must(buf != NULL && ur_collateral_parse(&in.set, buf, json.n, json) == UR_OK, "collateral");
    in.curve = EVP_EC_gen("P-256");
    bench_must(in.curve != NULL, "OpenSSL");
    ur_attest_ops ops = *ur_suite_attest_ops(in.suite);
    ops.ctx = (void *)(uintptr_t)ur_suite_attest_ops(in.suite); /* what record passes on to */
    ops.p256_verify = record;
    ops.sha256 = ur_attest_sha256_core; /* looks at no context */
    bench_must(ur_attest_verify(&v, &ops, &ur_attest_root_intel, 1, &ur_attest_rules_default, &in.set, in.quote, NOW, in.scratch,
                   sizeof in.scratch) == UR_OK,
        "the quote does not verify");
    for (size_t i = 0; i < in.key_count; i++) {
        in.kept[i] = import(in.checks[in.key_first[i]].key);
    }
}

void bench_attest(void)
{
    static char checks[64];
    if (!bench_wanted("attest")) {
        return;
    }
    prepare();
    (void)snprintf(checks, sizeof checks, "%zu P-256 checks, %zu keys", in.check_count, in.key_count);
    bench_row(&(bench_row_spec){.what = "attest/cold", .ours = cold, .reference_name = checks, .reference = bare_cold,
        .goal = BENCH_AT_MOST, .target = 1.15});
    bench_row(&(bench_row_spec){.what = "attest/warm", .ours = warm, .reference_name = "3 P-256 checks", .reference = bare_three,
        .goal = BENCH_AT_MOST, .target = 1.25});
    bench_row(&(bench_row_spec){.what = "attest/cold/rust", .ours = cold, .reference_name = "dcap-qvl 0.7.1", .peer = "rust",
        .peer_op = "attest-verify", .goal = BENCH_AT_LEAST, .target = 1.0});
    bench_row(&(bench_row_spec){.what = "attest/warm/rust", .ours = warm, .reference_name = "dcap-qvl 0.7.1", .peer = "rust",
        .peer_op = "attest-verify", .goal = BENCH_AT_LEAST, .target = 2.5});
    bench_row(&(bench_row_spec){.what = "attest/cold/js", .ours = cold, .reference_name = "@phala/dcap-qvl 0.3.9", .peer = "node",
        .peer_op = "attest-verify", .goal = BENCH_AT_LEAST, .target = 10.0});
    bench_row(&(bench_row_spec){.what = "attest/warm/js", .ours = warm, .reference_name = "@phala/dcap-qvl 0.3.9", .peer = "node",
        .peer_op = "attest-verify", .goal = BENCH_AT_LEAST, .target = 10.0});
}
