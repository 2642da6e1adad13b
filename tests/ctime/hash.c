#include "tests/ctime/ctime.h"

#include "core/hash/hash.h"

static void sha256(void)
{
    uint8_t in[200], out[UR_SHA256_BYTES];
    ctime_secret(in, sizeof in);
    ur_sha256_of(out, ur_span_of(in, sizeof in));
}

static void sha512(void)
{
    uint8_t in[300], out[UR_SHA512_BYTES];
    ctime_secret(in, sizeof in);
    ur_sha512_of(out, ur_span_of(in, sizeof in));
    ur_sha384_of(out, ur_span_of(in, sizeof in));
}

static void keccak256(void)
{
    uint8_t in[300], out[UR_KECCAK256_BYTES];
    ctime_secret(in, sizeof in);
    ur_keccak256_of(out, ur_span_of(in, sizeof in));
}

static void hmac256(void)
{
    uint8_t key[70], in[100], out[UR_SHA256_BYTES];
    ctime_secret(key, sizeof key);
    ctime_secret(in, sizeof in);
    ur_hmac256_of(out, ur_span_of(key, 32), ur_span_of(in, sizeof in));
    ur_hmac256_of(out, ur_span_of(key, sizeof key), ur_span_of(in, sizeof in));
}

static void hkdf256(void)
{
    uint8_t ikm[64], out[80];
    ctime_secret(ikm, sizeof ikm);
    ctime_ok(ur_hkdf256(out, sizeof out, ur_span_of(ikm, sizeof ikm), UR_SPAN_LIT("salt"), UR_SPAN_LIT("info")), "hkdf");
}

const ctime_entry ctime_hash[] = {
    {"ur_sha256", sha256},
    {"ur_sha512", sha512},
    {"ur_keccak256", keccak256},
    {"ur_hmac256", hmac256},
    {"ur_hkdf256", hkdf256},
    {0},
};
