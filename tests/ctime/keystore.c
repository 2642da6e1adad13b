#include "lib/keystore/hd.h"
#include "lib/keystore/mnemonic.h"

#include "tests/ctime/ctime.h"

static void words(void)
{
    uint8_t entropy[32], seed[UR_MNEMONIC_SEED_BYTES];
    ur_secret *s;
    ctime_secret(entropy, sizeof entropy);
    ctime_ok(ur_mnemonic_of(&s, ur_span_of(entropy, sizeof entropy), NULL), "mnemonic_of");
    ur_mnemonic_seed(seed, s, (ur_span){0});
    ur_secret_free(&s);
}

static void path(void)
{
    uint8_t seed[UR_MNEMONIC_SEED_BYTES];
    ur_secp_secret secret;
    ctime_secret(seed, sizeof seed);
    ctime_ok(ur_hd_cosmos(&secret, ur_span_of(seed, sizeof seed), 3), "hd_cosmos");
}

const ctime_entry ctime_keystore[] = {
    {"ur_mnemonic_of", words}, {"ur_hd_cosmos", path}, {0},
};
