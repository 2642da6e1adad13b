/* Making a deal: a polynomial, its commitments, and a masked share for everybody who joined. */
#include "core/dkg/member_parts.h"
#include "core/share/share.h"

typedef struct dealing {
    ur_scalar a[UR_DKG_MEMBERS_MAX]; /* f = a_0 + a_1 x + ... */
    ur_scalar r;
    ur_share share;
    ur_g1 k;
    uint8_t k_bytes[UR_G1_BYTES];
    uint8_t masked[UR_DKG_MASKED_BYTES];
    uint8_t mask[UR_DKG_MASKED_BYTES];
} dealing;

static void draw(dealing *d, const ur_dkg_member *m)
{
    uint32_t t = m->pub.config->t;
    for (uint32_t k = 0; k < t; k++) {
        ur_dkg_derive(&d->a[k], m, UR_DKG_SECRET_A, k);
    }
    if (ur_dkg_is_reshare(m->pub.config)) {
        d->a[0] = m->secret.old_share;
    }
    ur_dkg_derive(&d->r, m, UR_DKG_SECRET_R, 0);
}

/* f(j) under the mask of K = r E_j */
static void mask_share(dealing *d, const ur_dkg_member *m, uint32_t j, const uint8_t r[UR_G1_BYTES])
{
    const ur_share_poly f = {d->a, m->pub.config->t};
    if (ur_share_poly_at(&d->share, &f, j) != UR_OK) {
        __builtin_trap(); /* a member's index is one of the polynomial */
    }
    ur_scalar_write(d->masked, &d->share.s);
    ur_g1_mul(&d->k, &m->member_keys[j - 1], &d->r);
    ur_g1_write(d->k_bytes, &d->k);
    ur_dkg_mask(d->mask, d->k_bytes, m->pub.session, m->dealer, j, r, m->pub.members[j - 1].one);
    for (size_t b = 0; b < sizeof d->masked; b++) {
        d->masked[b] ^= d->mask[b];
    }
    ur_declassify(d->masked, sizeof d->masked); /* published */
}

/* secret * hash */
static void prove(ur_writer *w, const ur_scalar *secret, const ur_g2 *hash)
{
    ur_g2 proof;
    uint8_t bytes[UR_G2_BYTES];
    ur_g2_mul(&proof, hash, secret);
    ur_declassify(&proof, sizeof proof); /* published */
    ur_g2_write(bytes, &proof);
    ur_writer_bytes(w, bytes, sizeof bytes);
}

static void commit(ur_writer *w, const ur_scalar *secret)
{
    ur_g1 point;
    uint8_t bytes[UR_G1_BYTES];
    ur_g1_mul(&point, ur_g1_generator(), secret);
    ur_g1_write(bytes, &point);
    ur_declassify(bytes, sizeof bytes); /* published */
    ur_writer_bytes(w, bytes, sizeof bytes);
}

/* There is room: nothing can fail. */
static void write_deal(ur_writer *w, dealing *d, const ur_dkg_member *m)
{
    static const uint8_t nothing[UR_DKG_MASKED_BYTES];
    const ur_dkg_config *c = m->pub.config;
    const uint8_t *start = w->p + w->n;
    uint8_t body[UR_SHA256_BYTES], proven[UR_DKG_PROVEN_BYTES];
    ur_g2 hash;
    ur_dkg_deal_begin(w, m->pub.session, m->dealer, c->t, c->n);
    for (uint32_t k = 0; k < c->t; k++) {
        commit(w, &d->a[k]);
    }
    const uint8_t *r = w->p + w->n;
    commit(w, &d->r);
    for (uint32_t j = 1; j <= c->n; j++) {
        bool joined = m->pub.members[j - 1].joined;
        if (joined) {
            mask_share(d, m, j, r);
        }
        ur_writer_bytes(w, joined ? d->masked : nothing, UR_DKG_MASKED_BYTES);
    }
    ur_sha256_of(body, ur_span_of(start, (size_t)(w->p + w->n - start)));
    ur_dkg_deal_proven(proven, m->pub.session, m->dealer, r, body);
    ur_hash_to_g2(&hash, UR_TAG_DEAL_POP, ur_span_of(proven, sizeof proven));
    prove(w, &d->a[0], &hash);
    prove(w, &d->r, &hash);
}

ur_status ur_dkg_member_deal(const ur_dkg_member *m, ur_writer *w)
{
    const ur_dkg_config *c = m->pub.config;
    if (ur_dkg_member_due(m) != UR_DKG_DUE_DEAL) {
        return UR_E_STATE;
    }
    if (w->overflow || w->cap - w->n < UR_DKG_DEAL_BYTES(c->t, c->n)) {
        return UR_E_LIMIT;
    }
    dealing d;
    draw(&d, m);
    write_deal(w, &d, m);
    ur_wipe(&d, sizeof d);
    return UR_OK;
}
