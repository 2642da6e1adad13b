/* A ciphertext that parses is written again as the same bytes, and opens, or does not, without leaving anything behind. The
 * key is one that everybody knows (secret 7), so that the seeds hold ciphertexts that do open. */
#include "fuzz/fuzz.h"

#include "core/tibe/tibe.h"

static void the_key(ur_tibe_key *key)
{
    ur_tibe_id id;
    ur_g2 d;
    ur_scalar seven;
    uint8_t bytes[UR_G2_BYTES];
    FUZZ_REQUIRE(ur_tibe_id_hash(&id, UR_SPAN_LIT("fuzz")) == UR_OK);
    ur_scalar_from_u64(&seven, 7);
    ur_g2_mul(&d, &id.q, &seven);
    ur_g2_write(bytes, &d);
    FUZZ_REQUIRE(ur_tibe_key_parse(key, bytes) == UR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ur_tibe_key key;
    static bool ready;
    ur_tibe_ct ct;
    ur_tibe_msg msg;
    uint8_t out[UR_TIBE_CT_MAX];
    if (!ready) {
        the_key(&key);
        ready = true;
    }
    if (ur_tibe_ct_parse(&ct, ur_span_of(data, size)) != UR_OK) {
        return 0;
    }
    FUZZ_REQUIRE(ur_span_eq_var(ur_tibe_ct_write(out, &ct), ur_span_of(data, size)));
    ur_status st = ur_tibe_decrypt(&msg, &ct, &key);
    FUZZ_REQUIRE(st == UR_OK || st == UR_E_PROOF);
    FUZZ_REQUIRE(st == UR_OK ? msg.n == ct.n : msg.n == 0);
    uint8_t all = 0;
    for (size_t i = 0; i < sizeof msg.b; i++) {
        all |= msg.b[i];
    }
    FUZZ_REQUIRE(st == UR_OK || all == 0);
    return 0;
}
