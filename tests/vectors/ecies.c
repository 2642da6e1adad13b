/* Key shares and master shares on their way to one party. */
#include "tests/vectors/vec.h"

#include "core/codec/hex.h"
#include "core/hash/hash.h"
#include "lib/seal/ecies.h"

static void secret_of(ur_secp_secret *out, ur_json v, const char *path)
{
    uint8_t b[32];
    vec_hex_to(b, sizeof b, v, path);
    vec_ok(ur_secp_secret_parse(out, b));
}

/* The parts that a case names, from the ciphertext and the recipient's secret; names of fields differ between files. */
static void parts(ur_span ct, const ur_secp_secret *secret, ur_json v)
{
    uint8_t full[65] = {4}, x[32], k64[64];
    ur_secp_pub ephemeral;
    size_t skip = 0;
    vec_must(ct.n >= UR_ECIES_MIN, "long enough");
    vec_same_if_there(ur_span_of(ct.p, 16), v, "iv");
    memcpy(full + 1, ct.p + 20, 32);
    memcpy(full + 33, ct.p + 54, 32);
    vec_same_if_there(ur_span_of(full, sizeof full), v, "ephemeral_pub");
    vec_same_if_there(ur_span_of(full, sizeof full), v, "ephemeral_pub_uncompressed");
    vec_ok(ur_secp_pub_parse_var(&ephemeral, ur_span_of(full, sizeof full)));
    ur_secp_ecdh_x(x, secret, &ephemeral);
    vec_same_if_there(ur_span_of(x, sizeof x), v, "ecdh_x");
    vec_same_if_there(ur_span_of(x, sizeof x), v, "ecdh_x32");
    while (skip < 32 && x[skip] == 0) {
        skip++;
    }
    if (vec_has(v, "ecdh_leading_zero")) {
        vec_must((skip > 0) == vec_true(v, "ecdh_leading_zero"), "ecdh_leading_zero");
    }
    vec_same_if_there(ur_span_of(x + skip, 32 - skip), v, "ecdh_secret");
    ur_sha512_of(k64, ur_span_of(x + skip, 32 - skip));
    vec_same_if_there(ur_span_of(k64, 64), v, "kdf_sha512");
    vec_same_if_there(ur_span_of(k64, 32), v, "key_e");
    vec_same_if_there(ur_span_of(k64 + 32, 32), v, "key_m");
    vec_same_if_there(ur_span_of(ct.p + ct.n - 32, 32), v, "mac");
}

/* Opens; and with any byte changed, or cut, or for another key, does not. */
static ur_span open_strictly(const ur_secp_secret *secret, ur_span ct)
{
    static uint8_t out[VEC_BYTES_MAX], bad[VEC_BYTES_MAX], junk[VEC_BYTES_MAX];
    size_t n, none;
    ur_secp_secret other = *secret;
    vec_must(ct.n <= sizeof bad, "size");
    vec_ok(ur_ecies_open(out, &n, secret, ct));
    for (size_t i = 0; i < ct.n; i++) {
        memcpy(bad, ct.p, ct.n);
        bad[i] ^= 1;
        vec_must(ur_ecies_open(junk, &none, secret, ur_span_of(bad, ct.n)) != UR_OK && none == 0, "a changed byte");
    }
    vec_must(ur_ecies_open(junk, &none, secret, ur_span_of(ct.p, ct.n - 1)) != UR_OK, "a cut ciphertext");
    other.b[31] ^= 1;
    vec_must(ur_ecies_open(junk, &none, &other, ct) == UR_E_PROOF, "another key");
    return ur_span_of(out, n);
}

size_t vec_btcec_pyelliptic(ur_json file)
{
    ur_secp_secret secret;
    secret_of(&secret, file, "private_key");
    ur_span ct = vec_hex(file, "ciphertext");
    parts(ct, &secret, vec_at(file, "derived"));
    vec_same_text(open_strictly(&secret, ct), file, "plaintext");
    return 1;
}

static void recipient(ur_secp_secret *secret, ur_secp_pub *pub, ur_json file)
{
    uint8_t b[UR_SECP_PUB_BYTES];
    secret_of(secret, file, "recipient_priv");
    ur_secp_pub_of(pub, secret);
    ur_secp_pub_write(b, pub);
    vec_same(ur_span_of(b, sizeof b), file, "recipient_pub_compressed");
}

size_t vec_deterministic_ecies(ur_json file)
{
    ur_secp_secret secret, ephemeral;
    ur_secp_pub pub;
    ur_json_iter it = vec_array(file, "cases");
    ur_json v;
    size_t i = 0;
    recipient(&secret, &pub, file);
    while (vec_next(&it, &i, &v)) {
        static uint8_t made[VEC_BYTES_MAX];
        uint8_t iv[UR_ECIES_IV_BYTES];
        ur_span text = vec_hex(v, "plaintext"), ct = vec_hex(v, "ciphertext");
        secret_of(&ephemeral, v, "ephemeral_priv");
        vec_hex_to(iv, sizeof iv, v, "iv");
        vec_must(ur_ecies_bytes(text.n) == ct.n, "length");
        vec_ok(ur_ecies_seal_with(made, &pub, text, &ephemeral, iv));
        vec_must(ur_span_eq_var(ur_span_of(made, ct.n), ct), "the same ciphertext");
        vec_same(open_strictly(&secret, ct), v, "plaintext");
    }
    return i;
}

size_t vec_upstream_run_ecies(ur_json file)
{
    ur_secp_secret secret;
    ur_secp_pub pub;
    ur_json_iter it = vec_array(file, "cases");
    ur_json v;
    size_t i = 0;
    recipient(&secret, &pub, file);
    while (vec_next(&it, &i, &v)) {
        ur_span ct = vec_hex(v, "ciphertext");
        parts(ct, &secret, v);
        vec_same(open_strictly(&secret, ct), v, "plaintext");
    }
    return i;
}

/* A key share in hex text. */
static void keyshare_text(ur_tibe_key *out, ur_span text)
{
    uint8_t b[UR_G2_BYTES];
    vec_ok(ur_hex_decode(b, sizeof b, text));
    vec_ok(ur_tibe_key_parse(out, b));
}

size_t vec_pep_sh_encrypted_keyshare(ur_json file)
{
    ur_secp_secret secret;
    ur_secp_pub pub, published;
    ur_tibe_key share;
    uint8_t a[33], b[33];
    secret_of(&secret, file, "published.recipient_private_key");
    ur_secp_pub_of(&pub, &secret);
    vec_ok(ur_secp_pub_parse_var(&published, vec_base64(file, "published.recipient_pubkey_base64")));
    ur_secp_pub_write(a, &pub);
    ur_secp_pub_write(b, &published);
    vec_must(ur_eq_var(a, b, sizeof a), "the recipient's key");
    ur_span ct = vec_hex(file, "published.encrypted_keyshare_hex");
    parts(ct, &secret, vec_at(file, "derived"));
    ur_span text = open_strictly(&secret, ct);
    vec_same_text(text, file, "derived.plaintext_ascii");
    keyshare_text(&share, text);
    vec_must(vec_true(file, "derived.plaintext_is_valid_compressed_g2"), "a point");
    return 1;
}

/* The tutorial's key share: committee of one, so it is the key. */
void vec_tutorial_keyshare(ur_json file)
{
    ur_secp_secret secret;
    ur_secp_pub pub, published;
    ur_tibe_key share;
    uint8_t a[33], b[33];
    secret_of(&secret, file, "published.requester_secp256k1_private_key");
    ur_secp_pub_of(&pub, &secret);
    vec_ok(ur_secp_pub_parse_var(&published, vec_base64(file, "published.requester_secp256k1_pubkey_base64")));
    ur_secp_pub_write(a, &pub);
    ur_secp_pub_write(b, &published);
    vec_must(ur_eq_var(a, b, sizeof a), "the requester's key");
    ur_span ct = vec_hex(file, "published.encrypted_keyshare_hex");
    vec_must(ct.n == vec_number(file, "derived.ecies.total_len"), "total_len");
    vec_must(ct.n - UR_ECIES_OVERHEAD == vec_number(file, "derived.ecies.ciphertext_body_len"), "ciphertext_body_len");
    parts(ct, &secret, vec_at(file, "derived.ecies"));
    ur_span text = open_strictly(&secret, ct);
    vec_same_text(text, file, "derived.ecies.plaintext_ascii");
    keyshare_text(&share, text);
    vec_g2_same(&share.d, file, "published.decryption_key_g2");
}

size_t vec_encrypted_master_shares(ur_json file)
{
    ur_secp_secret secret;
    ur_json_iter it = vec_array(file, "entries");
    ur_json v;
    size_t i = 0;
    secret_of(&secret, file, "validator_secp256k1_private_key");
    while (vec_next(&it, &i, &v)) {
        ur_share s;
        ur_tibe_pub pub;
        ur_g1 p;
        ur_span ct = vec_base64(v, "encrypted_keyshare_base64");
        vec_must(ct.n == vec_number(v, "derived.ciphertext_len"), "ciphertext_len");
        parts(ct, &secret, vec_at(v, "derived"));
        ur_span be = open_strictly(&secret, ct);
        vec_same(be, v, "derived.plaintext_share_scalar_be");
        vec_must(be.n == 32, "a scalar");
        vec_ok(ur_share_parse(&s, 1, be.p));
        ur_share_public(&p, &s);
        vec_pub(&pub, v, "public_key_g1");
        vec_must(ur_g1_eq_var(&p, &pub.p) == vec_true(v, "derived.share_times_g1_equals_public_key"), "public key");
    }
    return i;
}
