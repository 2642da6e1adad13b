#include "lib/wallet/wallet.h"

#include <string.h>

#include "core/hash/hash.h"
#include "lib/os/random.h"
#include "lib/suite/ed25519.h"
#include "lib/suite/p256.h"
#include "lib/suite/secp256k1.h"

#define KEY_BYTES 32u
#define SALT_BYTES 16u

static const char *const kinds[] = {NULL, "secp256k1", "ed25519", "p256", "bytes"};

const char *ur_wallet_kind_name(ur_wallet_kind kind)
{
    return kind >= UR_WALLET_SECP256K1 && kind <= UR_WALLET_BYTES ? kinds[kind] : NULL;
}

ur_status ur_wallet_kind_parse_var(ur_wallet_kind *out, const char *name)
{
    for (int k = UR_WALLET_SECP256K1; k <= UR_WALLET_BYTES; k++) {
        if (strcmp(name, kinds[k]) == 0) {
            *out = (ur_wallet_kind)k;
            return UR_OK;
        }
    }
    *out = (ur_wallet_kind)0;
    return UR_E_INPUT;
}

/* ---- public keys ---- */

static ur_status secp_pub(uint8_t pub[UR_SECP_PUB_BYTES], const uint8_t *secret)
{
    ur_secp_secret key;
    ur_secp_pub point;
    ur_status s = ur_secp_secret_parse(&key, secret);
    if (s == UR_OK) {
        ur_secp_pub_of(&point, &key);
        ur_secp_pub_write(pub, &point);
    }
    ur_wipe(&key, sizeof key);
    return s;
}

static ur_status ed25519_pub(uint8_t pub[UR_ED25519_KEY_BYTES], const uint8_t *secret)
{
    uint8_t sig[UR_ED25519_SIG_BYTES];
    return ur_ed25519_sign(sig, pub, secret, (ur_span){0});
}

static void salted_hash(uint8_t out[UR_SHA256_BYTES], const uint8_t salt[SALT_BYTES], ur_secret *secret)
{
    ur_sha256 c;
    ur_sha256_init(&c);
    ur_sha256_update(&c, salt, SALT_BYTES);
    ur_sha256_update(&c, ur_secret_reveal(secret), ur_secret_len(secret));
    ur_sha256_final(&c, out);
}

/* salt: of bytes. UR_E_INPUT for a secret that is no key of this kind. */
static ur_status name_of(ur_wallet *w, const uint8_t salt[SALT_BYTES])
{
    const uint8_t *secret = ur_secret_reveal(w->secret);
    w->name[0] = (uint8_t)w->kind;
    if (w->kind == UR_WALLET_BYTES) {
        memcpy(w->name + 1, salt, SALT_BYTES);
        salted_hash(w->name + 1 + SALT_BYTES, salt, w->secret);
        w->name_n = 1 + SALT_BYTES + UR_SHA256_BYTES;
        return UR_OK;
    }
    if (ur_secret_len(w->secret) != KEY_BYTES) {
        return UR_E_INPUT;
    }
    w->name_n = w->kind == UR_WALLET_ED25519 ? 1 + UR_ED25519_KEY_BYTES : 1 + UR_SECP_PUB_BYTES;
    return w->kind == UR_WALLET_SECP256K1 ? secp_pub(w->name + 1, secret)
           : w->kind == UR_WALLET_ED25519 ? ed25519_pub(w->name + 1, secret)
                                          : ur_p256_pub_of(w->name + 1, secret);
}

/* ---- making ---- */

static ur_status take(ur_wallet *out, ur_wallet_kind kind, ur_secret **secret, const uint8_t salt[SALT_BYTES], ur_err *err)
{
    *out = (ur_wallet){.kind = kind, .secret = *secret};
    *secret = NULL;
    ur_status s = ur_wallet_kind_name(kind) == NULL || ur_secret_len(out->secret) > UR_WALLET_BYTES_MAX ? UR_E_USAGE : name_of(out, salt);
    if (s != UR_OK) {
        const char *name = ur_wallet_kind_name(kind);
        ur_wallet_clear(out);
        return ur_err_set(err, s, "the secret is no key of kind %s", name == NULL ? "(none)" : name);
    }
    return UR_OK;
}

ur_status ur_wallet_import(ur_wallet *out, ur_wallet_kind kind, ur_secret **secret, ur_err *err)
{
    uint8_t salt[SALT_BYTES];
    ur_random(salt, sizeof salt);
    return take(out, kind, secret, salt, err);
}

ur_status ur_wallet_new(ur_wallet *out, ur_wallet_kind kind, size_t n, ur_err *err)
{
    *out = (ur_wallet){0};
    size_t want = kind == UR_WALLET_BYTES ? n : KEY_BYTES;
    if (ur_wallet_kind_name(kind) == NULL || want == 0 || want > UR_WALLET_BYTES_MAX) {
        return ur_err_set(err, UR_E_USAGE, "a secret has 1 to %u bytes", UR_WALLET_BYTES_MAX);
    }
    for (;;) {
        ur_secret *secret;
        UR_TRY(ur_secret_new(&secret, want, err));
        ur_random(ur_secret_reveal(secret), want);
        ur_status s = ur_wallet_import(out, kind, &secret, err);
        if (s != UR_E_INPUT) { /* else it is not below the order: once in 2^32 or never */
            return s;
        }
    }
}

ur_status ur_wallet_open(ur_wallet *out, ur_span name, ur_secret **secret, ur_err *err)
{
    const uint8_t *salt = name.n > SALT_BYTES ? name.p + 1 : name.p;
    ur_status s = UR_E_INPUT;
    *out = (ur_wallet){0};
    if (name.n > SALT_BYTES && name.n <= UR_WALLET_NAME_MAX) {
        s = take(out, (ur_wallet_kind)name.p[0], secret, salt, err);
    }
    ur_secret_free(secret);
    if (s == UR_OK && !ur_span_eq_var(name, ur_span_of(out->name, out->name_n))) {
        ur_wallet_clear(out);
        s = ur_err_set(err, UR_E_PROOF, "the secret is not the one that its name stands for");
    }
    return s == UR_E_INPUT ? ur_err_set(err, s, "the name stands for no secret") : s;
}

void ur_wallet_clear(ur_wallet *w)
{
    ur_secret_free(&w->secret);
    *w = (ur_wallet){0};
}

/* ---- signing ---- */

static ur_status sign_secp(uint8_t sig[UR_WALLET_SIG_BYTES], const uint8_t *secret, const uint8_t *hash)
{
    ur_secp_secret key;
    ur_status s = ur_secp_secret_parse(&key, secret);
    if (s == UR_OK) {
        ur_secp_sign(sig, &key, hash);
    }
    ur_wipe(&key, sizeof key);
    return s;
}

ur_status ur_wallet_sign(const ur_wallet *w, uint8_t sig[UR_WALLET_SIG_BYTES], ur_span message, ur_err *err)
{
    memset(sig, 0, UR_WALLET_SIG_BYTES);
    if (w->kind == UR_WALLET_BYTES || w->secret == NULL) {
        return ur_err_set(err, UR_E_POLICY, "a secret of kind bytes cannot sign");
    }
    if (w->kind != UR_WALLET_ED25519 && message.n != 32) {
        return ur_err_set(err, UR_E_USAGE, "%s signs a hash of 32 bytes, not %zu", ur_wallet_kind_name(w->kind), message.n);
    }
    const uint8_t *secret = ur_secret_reveal(w->secret);
    ur_status s = w->kind == UR_WALLET_SECP256K1 ? sign_secp(sig, secret, message.p)
                  : w->kind == UR_WALLET_P256    ? ur_p256_sign(sig, secret, message.p)
                                                 : ur_ed25519_sign(sig, NULL, secret, message);
    return s == UR_OK ? s : ur_err_set(err, s, "cannot sign");
}

ur_status ur_wallet_verify_var(ur_span name, ur_span message, const uint8_t sig[UR_WALLET_SIG_BYTES])
{
    ur_wallet_kind kind = name.n > 0 ? (ur_wallet_kind)name.p[0] : (ur_wallet_kind)0;
    if (kind == UR_WALLET_ED25519 && name.n == 1 + UR_ED25519_KEY_BYTES) {
        return ur_ed25519_verify_var(name.p + 1, message, sig);
    }
    if (message.n != 32 || name.n != 1 + UR_SECP_PUB_BYTES) {
        return UR_E_INPUT;
    }
    if (kind == UR_WALLET_P256) {
        return ur_p256_verify_var(name.p + 1, message.p, sig);
    }
    ur_secp_pub pub;
    return kind == UR_WALLET_SECP256K1 && ur_secp_pub_parse_var(&pub, ur_span_of(name.p + 1, UR_SECP_PUB_BYTES)) == UR_OK
               ? ur_secp_verify_var(&pub, message.p, sig)
               : UR_E_INPUT;
}
