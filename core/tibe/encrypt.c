/* Identities, messages and ciphertexts. */
#include "core/hash/hash.h"
#include "core/tibe/hash.h"
#include "core/tibe/tibe.h"

static bool length_allowed(size_t n) { return n == 16 || n == 32; }

/* ---- identities ---- */

ur_status ur_tibe_id_hash(ur_tibe_id *out, ur_span id)
{
    if (id.n > UR_TIBE_ID_MAX) {
        memset(out, 0, sizeof *out);
        return UR_E_LIMIT;
    }
    ur_hash_to_g2(&out->q, UR_TAG_IDENTITY, id);
    return UR_OK;
}

void ur_tibe_id_of_round(ur_tibe_id *out, uint64_t round)
{
    uint8_t be[8], id[UR_SHA256_BYTES];
    for (size_t i = 0; i < sizeof be; i++) {
        be[i] = (uint8_t)(round >> (56 - 8 * i));
    }
    ur_sha256_of(id, ur_span_of(be, sizeof be));
    ur_hash_to_g2(&out->q, UR_TAG_IDENTITY, ur_span_of(id, sizeof id));
}

/* ---- messages and ciphertexts as bytes ---- */

ur_status ur_tibe_msg_set(ur_tibe_msg *out, const uint8_t *p, size_t n)
{
    memset(out, 0, sizeof *out);
    if (!length_allowed(n)) {
        return UR_E_INPUT;
    }
    memcpy(out->b, p, n);
    out->n = n;
    return UR_OK;
}

ur_span ur_tibe_msg_reveal(const ur_tibe_msg *msg) { return ur_span_of(msg->b, msg->n); }

ur_status ur_tibe_ct_parse(ur_tibe_ct *out, ur_span in)
{
    memset(out, 0, sizeof *out);
    for (size_t n = 16; n <= UR_TIBE_MSG_MAX; n += 16) {
        if (in.n == UR_TIBE_CT_BYTES(n)) {
            UR_TRY(ur_g1_parse(&out->u, in.p)); /* zero on failure */
            memcpy(out->v, in.p + UR_G1_BYTES, n);
            memcpy(out->w, in.p + UR_G1_BYTES + n, n);
            out->n = n;
            return UR_OK;
        }
    }
    return UR_E_INPUT;
}

ur_span ur_tibe_ct_write(uint8_t out[UR_TIBE_CT_MAX], const ur_tibe_ct *ct)
{
    ur_g1_write(out, &ct->u);
    memcpy(out + UR_G1_BYTES, ct->v, ct->n);
    memcpy(out + UR_G1_BYTES + ct->n, ct->w, ct->n);
    return ur_span_of(out, UR_TIBE_CT_BYTES(ct->n));
}

/* ---- encryption ---- */

/* out = a + b in bits */
static void mask(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = a[i] ^ b[i];
    }
}

ur_status ur_tibe_encrypt(ur_tibe_ct *out, const ur_tibe_pub *mpk, const ur_tibe_id *id, const ur_tibe_msg *msg,
                          uint8_t *sigma)
{
    struct {
        ur_scalar r;
        ur_g1 shared; /* r MPK */
        ur_gt gt;     /* e(r MPK, Q) */
        uint8_t pad[UR_TIBE_MSG_MAX];
    } scratch;
    size_t n = msg->n;
    memset(out, 0, sizeof *out);
    if (!length_allowed(n) || ur_g1_is_inf(&mpk->p) || ur_g2_is_inf(&id->q)) {
        ur_wipe(sigma, length_allowed(n) ? n : 0);
        return UR_E_INPUT;
    }
    ur_status st = ur_tibe_h3(&scratch.r, ur_span_of(sigma, n), ur_span_of(msg->b, n));
    if (st != UR_OK) {
        goto out;
    }
    out->n = n;
    ur_g1_mul(&out->u, ur_g1_generator(), &scratch.r);
    ur_g1_mul(&scratch.shared, &mpk->p, &scratch.r);
    ur_pairing(&scratch.gt, &scratch.shared, &id->q);
    ur_tibe_h2(scratch.pad, n, &scratch.gt);
    mask(out->v, sigma, scratch.pad, n);
    ur_tibe_h4(scratch.pad, n, ur_span_of(sigma, n));
    mask(out->w, msg->b, scratch.pad, n);
    ur_declassify(out, sizeof *out); /* the ciphertext */
out:
    ur_wipe(&scratch, sizeof scratch);
    ur_wipe(sigma, n);
    return st;
}

ur_status ur_tibe_decrypt(ur_tibe_msg *out, const ur_tibe_ct *ct, const ur_tibe_key *key)
{
    struct {
        ur_gt gt;
        ur_scalar r;
        ur_g1 u; /* as it must have been */
        uint8_t sigma[UR_TIBE_MSG_MAX];
        uint8_t pad[UR_TIBE_MSG_MAX];
    } scratch;
    size_t n = ct->n;
    memset(out, 0, sizeof *out);
    if (!length_allowed(n) || ur_g1_is_inf(&ct->u) || ur_g2_is_inf(&key->d)) {
        return UR_E_INPUT;
    }
    ur_pairing(&scratch.gt, &ct->u, &key->d);
    ur_tibe_h2(scratch.pad, n, &scratch.gt);
    mask(scratch.sigma, ct->v, scratch.pad, n);
    ur_tibe_h4(scratch.pad, n, ur_span_of(scratch.sigma, n));
    mask(out->b, ct->w, scratch.pad, n);
    out->n = n;
    ur_status st = ur_tibe_h3(&scratch.r, ur_span_of(scratch.sigma, n), ur_span_of(out->b, n));
    if (st == UR_OK) {
        ur_g1_mul(&scratch.u, ur_g1_generator(), &scratch.r);
        st = ur_g1_eq(&scratch.u, &ct->u);
    }
    if (st != UR_OK) {
        ur_wipe(out, sizeof *out);
        memset(out, 0, sizeof *out);
    }
    ur_wipe(&scratch, sizeof scratch);
    return st;
}
