/* ECIES, twice: the bytes as they are, and as body and padding of a message whose MAC is right. What opens is sealed again to
 * the same bytes. */
#include "fuzz/fuzz.h"

#include "core/hash/hash.h"
#include "lib/seal/ecies.h"
#include "lib/suite/cbc.h"
#include "lib/suite/hash.h"

enum { MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t ct[MAX + UR_ECIES_OVERHEAD], out[MAX + UR_ECIES_OVERHEAD], again[MAX + UR_ECIES_OVERHEAD];
    static const uint8_t d_bytes[32] = {9}, e_bytes[32] = {7};
    ur_secp_secret d, e;
    ur_secp_pub pub;
    size_t n = 0;
    if (size > MAX) {
        return 0;
    }
    FUZZ_REQUIRE(ur_secp_secret_parse(&d, d_bytes) == UR_OK && ur_secp_secret_parse(&e, e_bytes) == UR_OK);
    ur_secp_pub_of(&pub, &d);
    if (ur_ecies_open(out, &n, &d, ur_span_of(data, size)) == UR_OK) {
        FUZZ_REQUIRE(ur_ecies_bytes(n) == size);
    } else {
        FUZZ_REQUIRE(n == 0);
    }

    const size_t body_n = size / 16 * 16;
    if (body_n == 0) {
        return 0;
    }
    uint8_t x[32], k[64];
    static uint8_t nothing[MAX];
    FUZZ_REQUIRE(ur_ecies_seal_with(ct, &pub, ur_span_of(nothing, body_n - 1), &e, data) == UR_OK);
    ur_secp_ecdh_x(x, &e, &pub);
    size_t zeros = 0;
    while (x[zeros] == 0) {
        zeros++;
    }
    ur_suite_sha512(k, &(ur_span){x + zeros, sizeof x - zeros}, 1);
    const size_t all = body_n + UR_ECIES_OVERHEAD;
    FUZZ_REQUIRE(ur_cbc_encrypt(ct + 86, k, ct, data, body_n) == UR_OK);
    ur_hmac256_of(ct + all - 32, ur_span_of(k + 32, 32), ur_span_of(ct, all - 32));
    const uint8_t pad = data[body_n - 1];
    bool right = pad >= 1 && pad <= 16;
    for (size_t i = 0; right && i < pad; i++) {
        right = data[body_n - 1 - i] == pad;
    }
    ur_status s = ur_ecies_open(out, &n, &d, ur_span_of(ct, all));
    FUZZ_REQUIRE(s == (right ? UR_OK : UR_E_INPUT));
    if (right) {
        FUZZ_REQUIRE(n == body_n - pad && ur_eq_var(out, data, n));
        FUZZ_REQUIRE(ur_ecies_seal_with(again, &pub, ur_span_of(out, n), &e, data) == UR_OK && ur_eq_var(again, ct, all));
    }
    return 0;
}
