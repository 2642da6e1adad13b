#include "lib/suite/secp256k1.h"

#include <secp256k1.h>
#include <secp256k1_ecdh.h>
#include <stdlib.h>
#include <threads.h>

#include "core/hash/hash.h"
#include "lib/os/random.h"
#include "lib/suite/hash.h"

static once_flag made = ONCE_FLAG_INIT;
static secp256k1_context *context;

static void make_context(void)
{
    uint8_t seed[32];
    context = secp256k1_context_create(SECP256K1_CONTEXT_NONE); /* aborts without memory */
    ur_random(seed, sizeof seed);
    if (secp256k1_context_randomize(context, seed) != 1) {
        abort();
    }
    ur_wipe(seed, sizeof seed);
}

static const secp256k1_context *library(void)
{
    call_once(&made, make_context);
    return context;
}

/* What cannot fail for values of our types. */
static void must(int ok)
{
    if (ok != 1) {
        abort();
    }
}

static secp256k1_pubkey to_library(const ur_secp_pub *pub)
{
    secp256k1_pubkey p;
    _Static_assert(sizeof p.data == sizeof pub->opaque, "libsecp256k1's form of a key");
    memcpy(p.data, pub->opaque, sizeof p.data);
    return p;
}

ur_status ur_secp_secret_parse(ur_secp_secret *out, const uint8_t in[UR_SECP_SECRET_BYTES])
{
    int ok = secp256k1_ec_seckey_verify(library(), in);
    ur_declassify(&ok, sizeof ok); /* whether a secret is in range */
    if (ok != 1) {
        ur_wipe(out, sizeof *out);
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    memcpy(out->b, in, sizeof out->b);
    return UR_OK;
}

void ur_secp_secret_new(ur_secp_secret *out)
{
    do {
        ur_random(out->b, sizeof out->b);
    } while (secp256k1_ec_seckey_verify(library(), out->b) != 1);
}

ur_status ur_secp_secret_add(ur_secp_secret *out, const ur_secp_secret *secret, const uint8_t number[UR_SECP_SECRET_BYTES])
{
    memmove(out->b, secret->b, sizeof out->b);
    int ok = secp256k1_ec_seckey_tweak_add(library(), out->b, number);
    ur_declassify(&ok, sizeof ok); /* whether a secret is in range */
    if (ok != 1) {
        ur_wipe(out, sizeof *out);
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    return UR_OK;
}

void ur_secp_secret_reveal(uint8_t out[UR_SECP_SECRET_BYTES], const ur_secp_secret *secret)
{
    memcpy(out, secret->b, sizeof secret->b);
}

ur_status ur_secp_pub_parse_var(ur_secp_pub *out, ur_span in)
{
    secp256k1_pubkey p;
    bool form = (in.n == UR_SECP_PUB_BYTES && (in.p[0] == 2 || in.p[0] == 3)) ||
                (in.n == UR_SECP_PUB_FULL_BYTES && in.p[0] == 4);
    if (!form || secp256k1_ec_pubkey_parse(library(), &p, in.p, in.n) != 1) {
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    memcpy(out->opaque, p.data, sizeof out->opaque);
    return UR_OK;
}

void ur_secp_pub_of(ur_secp_pub *out, const ur_secp_secret *secret)
{
    secp256k1_pubkey p;
    int ok = secp256k1_ec_pubkey_create(library(), &p, secret->b);
    ur_declassify(&ok, sizeof ok); /* always 1 */
    must(ok);
    memcpy(out->opaque, p.data, sizeof out->opaque);
    ur_declassify(out, sizeof *out); /* a public key */
}

void ur_secp_pub_write(uint8_t out[UR_SECP_PUB_BYTES], const ur_secp_pub *pub)
{
    secp256k1_pubkey p = to_library(pub);
    size_t n = UR_SECP_PUB_BYTES;
    must(secp256k1_ec_pubkey_serialize(library(), out, &n, &p, SECP256K1_EC_COMPRESSED));
}

void ur_secp_pub_write_full(uint8_t out[UR_SECP_PUB_FULL_BYTES], const ur_secp_pub *pub)
{
    secp256k1_pubkey p = to_library(pub);
    size_t n = UR_SECP_PUB_FULL_BYTES;
    must(secp256k1_ec_pubkey_serialize(library(), out, &n, &p, SECP256K1_EC_UNCOMPRESSED));
}

ur_status ur_secp_address(uint8_t out[UR_SECP_ADDRESS_BYTES], const ur_secp_pub *pub)
{
    uint8_t key[UR_SECP_PUB_BYTES];
    uint8_t hash[UR_SHA256_BYTES];
    ur_secp_pub_write(key, pub);
    ur_sha256_of(hash, ur_span_of(key, sizeof key));
    return ur_ripemd160_of(out, ur_span_of(hash, sizeof hash));
}

void ur_secp_sign(uint8_t sig[UR_SECP_SIG_BYTES], const ur_secp_secret *secret, const uint8_t hash[32])
{
    secp256k1_ecdsa_signature s;
    must(secp256k1_ecdsa_sign(library(), &s, hash, secret->b, NULL, NULL));
    must(secp256k1_ecdsa_signature_serialize_compact(library(), sig, &s));
}

ur_status ur_secp_verify_var(const ur_secp_pub *pub, const uint8_t hash[32], const uint8_t sig[UR_SECP_SIG_BYTES])
{
    secp256k1_pubkey p = to_library(pub);
    secp256k1_ecdsa_signature s;
    return secp256k1_ecdsa_signature_parse_compact(library(), &s, sig) == 1 &&
                   secp256k1_ecdsa_verify(library(), &s, hash, &p) == 1
               ? UR_OK
               : UR_E_PROOF;
}

static int take_x(unsigned char *out, const unsigned char *x, const unsigned char *y, void *unused)
{
    (void)y;
    (void)unused;
    memcpy(out, x, 32);
    return 1;
}

void ur_secp_ecdh_x(uint8_t out[32], const ur_secp_secret *secret, const ur_secp_pub *pub)
{
    secp256k1_pubkey p = to_library(pub);
    int ok = secp256k1_ecdh(library(), out, &p, secret->b, take_x, NULL);
    ur_declassify(&ok, sizeof ok); /* always 1: the secret is in range and the point on the curve */
    must(ok);
}
