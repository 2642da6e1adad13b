/* Making a deal: a polynomial, its commitments, and a masked share for everybody who joined. */
#include "core/dkg/member_parts.h"

typedef struct dealing {
    ur_scalar a[UR_DKG_MEMBERS_MAX]; /* f = a_0 + a_1 x + ... */
    ur_scalar r;
    ur_scalar share;
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

/* share = f(j) */
static void evaluate(dealing *d, uint32_t t, uint32_t j)
{
    ur_scalar x;
    ur_scalar_from_u64(&x, j);
    d->share = d->a[t - 1];
    for (uint32_t k = t - 1; k > 0; k--) {
        ur_scalar_mul(&d->share, &d->share, &x);
        ur_scalar_add(&d->share, &d->share, &d->a[k - 1]);
    }
}

/* f(j) under the mask of K = r E_j */
static void mask_share(dealing *d, const ur_dkg_member *m, uint32_t j, const uint8_t r[UR_G1_BYTES])
{
    evaluate(d, m->pub.config->t, j);
    ur_scalar_write(d->masked, &d->share);
    ur_g1_mul(&d->k, &m->member_keys[j - 1], &d->r);
    ur_g1_write(d->k_bytes, &d->k);
    ur_dkg_mask(d->mask, d->k_bytes, m->pub.session, m->dealer, j, r, m->pub.members[j - 1].one);
    for (size_t b = 0; b < sizeof d->masked; b++) {
        d->masked[b] ^= d->mask[b];
    }
    ur_declassify(d->masked, sizeof d->masked); /* published */
}

/* secret * H_G2(msg) */
static void prove(ur_writer *w, const ur_scalar *secret, ur_tag tag, ur_span msg)
{
    ur_g2 proof;
    uint8_t bytes[UR_G2_BYTES];
    ur_hash_to_g2(&proof, tag, msg);
    ur_g2_mul(&proof, &proof, secret);
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
    ur_dkg_deal_begin(w, m->pub.session, m->dealer, c->t, c->n);
    commit(w, &d->a[0]);
    ur_span key_claim = ur_span_of(start, (size_t)(w->p + w->n - start));
    for (uint32_t k = 1; k < c->t; k++) {
        commit(w, &d->a[k]);
    }
    prove(w, &d->a[0], UR_TAG_DEALER_POP, key_claim);
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
    prove(w, &d->r, UR_TAG_DEAL_POP, ur_span_of(proven, sizeof proven));
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
