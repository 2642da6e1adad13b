#include "core/pve/pve.h"

#include "core/hash/hash.h"

/* ---- context ---- */

static void field_dec(ur_writer *w, uint64_t x)
{
    uint8_t digits[20];
    ur_writer d;
    ur_writer_init(&d, digits, sizeof digits);
    ur_writer_dec(&d, x);
    ur_writer_field(w, ur_span_of(digits, d.n));
}

static bool text_fits(ur_span text, size_t max) { return text.n >= 1 && text.n <= max; }

ur_status ur_pve_context_write(uint8_t buf[UR_PVE_CONTEXT_MAX], ur_span *out, const ur_pve_context *ctx)
{
    ur_writer w;
    *out = ur_span_of(NULL, 0);
    if (!text_fits(ctx->chain, UR_PVE_CHAIN_MAX) || !text_fits(ctx->contract, UR_PVE_CONTRACT_MAX) ||
        !text_fits(ctx->account, UR_PVE_ACCOUNT_MAX)) {
        return UR_E_LIMIT;
    }
    ur_writer_init(&w, buf, UR_PVE_CONTEXT_MAX);
    ur_writer_field(&w, ctx->chain);
    ur_writer_field(&w, ctx->contract);
    field_dec(&w, ctx->vault);
    field_dec(&w, ctx->epoch);
    if (ctx->registered) {
        ur_writer_field(&w, UR_SPAN_LIT("registered"));
    } else {
        field_dec(&w, ctx->request);
    }
    ur_writer_field(&w, ctx->account);
    return ur_writer_end(&w, out);
}

/* ---- shares ---- */

ur_status ur_pve_share_parse(ur_pve_share *out, const uint8_t in[UR_PVE_SHARE_BYTES])
{
    ur_status st = ur_g2_parse(&out->r, in);
    if (st == UR_OK) {
        st = ur_g2_parse(&out->c, in + UR_G2_BYTES);
    }
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    return st;
}

void ur_pve_share_write(uint8_t out[UR_PVE_SHARE_BYTES], const ur_pve_share *share)
{
    ur_g2_write(out, &share->r);
    ur_g2_write(out + UR_G2_BYTES, &share->c);
}

static void hash_u32(ur_sha256 *h, uint32_t x)
{
    const uint8_t be[4] = {(uint8_t)(x >> 24), (uint8_t)(x >> 16), (uint8_t)(x >> 8), (uint8_t)x};
    ur_sha256_update(h, be, sizeof be);
}

static void hash_field(ur_sha256 *h, ur_span s)
{
    hash_u32(h, (uint32_t)s.n);
    ur_sha256_update(h, s.p, s.n);
}

static void digest_of_use(uint8_t out[UR_SHA256_BYTES], const ur_pve_use *use, const ur_pve_recipient *to)
{
    uint8_t one[UR_G1_BYTES], two[UR_G2_BYTES];
    ur_sha256 h;
    ur_g1_write(one, &to->one);
    ur_g2_write(two, &to->two);
    ur_sha256_init(&h);
    hash_u32(&h, (uint32_t)(use->generation >> 32));
    hash_u32(&h, (uint32_t)use->generation);
    hash_u32(&h, use->index);
    hash_field(&h, use->identity);
    ur_sha256_update(&h, one, sizeof one);
    ur_sha256_update(&h, two, sizeof two);
    hash_field(&h, use->request);
    ur_sha256_final(&h, out);
}

ur_status ur_pve_make(ur_pve_share *out, const ur_g2 *key_share, const ur_pve_recipient *to,
                      const uint8_t nonce_key[UR_PVE_NONCE_BYTES], uint8_t fresh[UR_PVE_NONCE_BYTES],
                      const ur_pve_use *use)
{
    struct {
        uint8_t secret[2 * UR_PVE_NONCE_BYTES];
        uint8_t wide[UR_SCALAR_WIDE_BYTES];
        ur_scalar r;
    } scratch;
    uint8_t info[UR_SHA256_BYTES];
    memcpy(scratch.secret, nonce_key, UR_PVE_NONCE_BYTES);
    memcpy(scratch.secret + UR_PVE_NONCE_BYTES, fresh, UR_PVE_NONCE_BYTES);
    ur_wipe(fresh, UR_PVE_NONCE_BYTES);
    memset(out, 0, sizeof *out);
    ur_status st = UR_E_LIMIT;
    if (use->identity.n > UR_PVE_IDENTITY_MAX || use->request.n > UR_PVE_REQUEST_MAX) {
        goto out;
    }
    digest_of_use(info, use, to);
    st = ur_hkdf256(scratch.wide, sizeof scratch.wide, ur_span_of(scratch.secret, sizeof scratch.secret),
                    UR_SPAN_LIT("UNRUG-V1-PVE-NONCE"), ur_span_of(info, sizeof info));
    if (st != UR_OK) {
        goto out;
    }
    ur_scalar_from_wide(&scratch.r, scratch.wide, sizeof scratch.wide);
    ur_g2_mul(&out->r, ur_g2_generator(), &scratch.r);
    ur_g2_add_mul(&out->c, key_share, &to->two, &scratch.r);
    ur_declassify(out, sizeof *out); /* published */
out:
    ur_wipe(&scratch, sizeof scratch);
    return st;
}

ur_status ur_pve_check_var(const ur_pve_claim *claim)
{
    const ur_g1 *ps[3] = {ur_g1_minus_generator(), claim->holder, claim->to};
    const ur_g2 *qs[3] = {&claim->share->c, claim->q, &claim->share->r};
    for (size_t i = 0; i < 3; i++) {
        if (ur_g1_is_inf(ps[i]) || ur_g2_is_inf(qs[i])) {
            return UR_E_PROOF;
        }
    }
    return ur_pairing_check_var(ps, qs, 3);
}

ur_status ur_pve_admit(const ur_curve_ops *ops, const uint8_t share[UR_PVE_SHARE_BYTES],
                       const uint8_t holder[UR_G1_BYTES], const uint8_t q[UR_G2_BYTES], const uint8_t to[UR_G1_BYTES])
{
    const uint8_t *r = share;
    const uint8_t *c = share + UR_G2_BYTES;
    uint8_t ps[2 * UR_G1_BYTES], qs[2 * UR_G2_BYTES];
    if (ur_encoding_is_inf(r) || ur_encoding_is_inf(c) || ur_encoding_is_inf(holder) || ur_encoding_is_inf(q) ||
        ur_encoding_is_inf(to)) {
        return UR_E_INPUT;
    }
    memcpy(ps, holder, UR_G1_BYTES);
    memcpy(ps + UR_G1_BYTES, to, UR_G1_BYTES);
    memcpy(qs, q, UR_G2_BYTES);
    memcpy(qs + UR_G2_BYTES, r, UR_G2_BYTES);
    return ops->pairing_equal(ops->self, ps, qs, 2, ur_g1_generator_bytes(), c);
}

void ur_pve_open(ur_g2 *key_share, const ur_pve_share *share, const ur_scalar *x)
{
    ur_scalar minus_x;
    ur_scalar_neg(&minus_x, x);
    ur_g2_add_mul(key_share, &share->c, &share->r, &minus_x);
    ur_wipe(&minus_x, sizeof minus_x);
}
