/* Sealed files, memory to memory: 1 GiB of content, one operation each. The reference is what OpenSSL needs for the same
 * chunks and nothing else; the peer is age in Go. Needs 3 GiB of memory, the peer 2 for each row. A trial takes 1 MiB.
 *
 * What bounds it: OpenSSL's ChaCha20 and Poly1305, one after the other over each piece. With AVX2 and without AVX-512, ChaCha20
 * alone does 3.0 GB/s of processor time on the machine this was tried on, both do 1.9, sealing here 1.8. Go's assembly, which
 * interleaves the two, seals as fast (age: 1.75, its two copies included) but opens at half of that, so sealing and opening
 * together is where age is left behind; sealing 1.5 times as fast as age would take nearly ChaCha20's own speed. */
#include "lib/seal/seal.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "bench/bench.h"

static struct {
    size_t n;
    uint8_t *plain;
    uint8_t *sealed;
    size_t sealed_n;
    uint8_t *reference; /* chunks as OpenSSL alone sealed them, for opening */
    ur_tibe_pub mpk;
    ur_tibe_key key;
    ur_seal_to to;
} in;

static void seal(void *x)
{
    (void)x;
    bench_must(ur_seal_memory(in.sealed, in.sealed_n, &in.sealed_n, ur_span_of(in.plain, in.n), &in.to, NULL) == UR_OK,
               "ur_seal_memory");
}

static void open_sealed(void *x)
{
    size_t n = 0;
    (void)x;
    bench_must(ur_sealed_open_memory(in.plain, in.n, &n, ur_span_of(in.sealed, in.sealed_n), &in.key, NULL) == UR_OK &&
                   n == in.n,
               "ur_sealed_open_memory");
}

static void openssl_chunks(bool encrypt)
{
    static const uint8_t key[32] = {1};
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bench_must(ctx != NULL && EVP_CipherInit_ex2(ctx, EVP_chacha20_poly1305(), key, NULL, encrypt, NULL) == 1, "EVP");
    uint8_t nonce[12] = {0};
    uint8_t *sealed = in.reference;
    for (size_t at = 0; at < in.n; at += UR_PAYLOAD_CHUNK, sealed += UR_PAYLOAD_SEALED) {
        int done = 0;
        uint8_t *tag = sealed + UR_PAYLOAD_CHUNK;
        for (int i = 0; i < 4; i++) {
            nonce[10 - i] = (uint8_t)(at / UR_PAYLOAD_CHUNK >> 8 * i);
        }
        bool ok = EVP_CipherInit_ex2(ctx, NULL, NULL, nonce, encrypt, NULL) == 1;
        if (encrypt) {
            ok = ok && EVP_CipherUpdate(ctx, sealed, &done, in.plain + at, (int)UR_PAYLOAD_CHUNK) == 1 &&
                 EVP_CipherFinal_ex(ctx, tag, &done) == 1 && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1;
        } else {
            ok = ok && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1 &&
                 EVP_CipherUpdate(ctx, in.plain + at, &done, sealed, (int)UR_PAYLOAD_CHUNK) == 1 &&
                 EVP_CipherFinal_ex(ctx, tag, &done) == 1;
        }
        bench_must(ok, "OpenSSL");
    }
    EVP_CIPHER_CTX_free(ctx);
}

static void round_trip(void *x) { seal(x), open_sealed(x); }
static void openssl_seal(void *x) { (void)x, openssl_chunks(true); }
static void openssl_open(void *x) { (void)x, openssl_chunks(false); }

void bench_seal(void)
{
    if (!bench_wanted("seal/")) {
        return;
    }
    const bool whole = !bench_is_trial();
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    ur_scalar s;
    ur_tibe_id id;
    in.n = whole ? (size_t)1 << 30 : (size_t)1 << 20;
    in.to = (ur_seal_to){.mpk = &in.mpk, .kind = UR_SEAL_DISTIBE, .id = UR_SPAN_LIT("unrug/1/vault/dev-1/unrug1contract/7/1/1")};
    in.sealed_n = ur_seal_bytes(&in.to, in.n);
    in.plain = malloc(in.n);
    in.sealed = malloc(in.sealed_n);
    in.reference = malloc(in.n / UR_PAYLOAD_CHUNK * UR_PAYLOAD_SEALED);
    bench_must(in.plain != NULL && in.sealed != NULL && in.reference != NULL, "no memory for 1 GiB");
    bench_fill(in.plain, in.n);
    bench_fill(wide, sizeof wide);
    ur_scalar_from_wide(&s, wide, sizeof wide);
    ur_g1_mul(&in.mpk.p, ur_g1_generator(), &s);
    bench_must(ur_tibe_id_hash(&id, in.to.id) == UR_OK, "identity");
    ur_g2_mul(&in.key.d, &id.q, &s);
    seal(NULL);
    openssl_seal(NULL);

    const char *both_op = whole ? "age.both.1073741824" : "age.both.1048576";
    const char *seal_op = whole ? "age.seal.1073741824" : "age.seal.1048576";
    const char *open_op = whole ? "age.open.1073741824" : "age.open.1048576";
    bench_row(&(bench_row_spec){.what = "seal/seal-1GiB", .ours = seal, .reference_name = "OpenSSL ChaCha20-Poly1305, 64 KiB chunks",
                                .reference = openssl_seal, .goal = BENCH_AT_LEAST, .target = 0.9});
    bench_row(&(bench_row_spec){.what = "seal/open-1GiB", .ours = open_sealed, .reference_name = "OpenSSL ChaCha20-Poly1305, 64 KiB chunks",
                                .reference = openssl_open, .goal = BENCH_AT_LEAST, .target = 0.9});
    bench_row(&(bench_row_spec){.what = "seal/seal-1GiB-age", .ours = seal, .reference_name = "age", .peer = "go",
                                .peer_op = seal_op});
    bench_row(&(bench_row_spec){.what = "seal/open-1GiB-age", .ours = open_sealed, .reference_name = "age", .peer = "go",
                                .peer_op = open_op});
    bench_row(&(bench_row_spec){.what = "seal/both-1GiB-age", .ours = round_trip, .reference_name = "age", .peer = "go",
                                .peer_op = both_op, .goal = BENCH_AT_LEAST, .target = 1.5});
    free(in.plain);
    free(in.sealed);
    free(in.reference);
}
