#include "core/share/share.h"

#include "core/bls/msm.h"
#include "core/share/lagrange.h"

static bool index_in_range(uint32_t index) { return index >= 1 && index <= UR_SHARE_INDEX_MAX; }

/* ---- dealing ---- */

ur_status ur_share_poly_draw(ur_share_poly *out, ur_scalar *a, size_t t, const ur_scalar *secret, uint8_t *random)
{
    out->a = a;
    out->t = t;
    if (t == 0) {
        return UR_E_USAGE;
    }
    for (size_t k = 0; k < t; k++) {
        ur_scalar_from_wide(&a[k], random + k * UR_SCALAR_WIDE_BYTES, UR_SCALAR_WIDE_BYTES);
    }
    if (secret != NULL) {
        a[0] = *secret;
    }
    ur_wipe(random, t * UR_SCALAR_WIDE_BYTES);
    return UR_OK;
}

void ur_share_poly_wipe(ur_share_poly *f) { ur_wipe(f->a, f->t * sizeof *f->a); }

ur_status ur_share_poly_at(ur_share *out, const ur_share_poly *f, uint32_t index)
{
    memset(out, 0, sizeof *out);
    if (!index_in_range(index)) {
        return UR_E_USAGE;
    }
    ur_scalar x;
    ur_scalar_from_u64(&x, index);
    out->index = index;
    out->s = f->a[f->t - 1];
    for (size_t k = f->t - 1; k > 0; k--) { /* Horner's rule */
        ur_scalar_mul(&out->s, &out->s, &x);
        ur_scalar_add(&out->s, &out->s, &f->a[k - 1]);
    }
    return UR_OK;
}

void ur_share_commit(ur_g1 *out, const ur_share_poly *f)
{
    for (size_t k = 0; k < f->t; k++) {
        ur_g1_mul(&out[k], ur_g1_generator(), &f->a[k]);
    }
}

/* ---- shares ---- */

ur_status ur_share_parse(ur_share *out, uint32_t index, const uint8_t be[UR_SCALAR_BYTES])
{
    static const ur_scalar zero;
    memset(out, 0, sizeof *out);
    if (!index_in_range(index)) {
        return UR_E_INPUT;
    }
    UR_TRY(ur_scalar_parse(&out->s, be)); /* zero on failure */
    if (ur_scalar_eq(&out->s, &zero) == UR_OK) {
        return UR_E_INPUT;
    }
    out->index = index;
    return UR_OK;
}

void ur_share_reveal(uint8_t be[UR_SCALAR_BYTES], const ur_share *share) { ur_scalar_write(be, &share->s); }

void ur_share_public(ur_g1 *out, const ur_share *share) { ur_g1_mul(out, ur_g1_generator(), &share->s); }

ur_status ur_share_public_at_var(ur_g1 *out, const ur_g1 *commitments, size_t t, uint32_t index)
{
    blst_p1 scratch;
    memset(out, 0, sizeof *out);
    if (t == 0 || !index_in_range(index)) {
        return UR_E_USAGE;
    }
    ur_g1_poly_var(out, commitments, t, index, 1, &scratch);
    return UR_OK;
}

ur_status ur_share_check(const ur_share *share, const ur_g1 *commitments, size_t t)
{
    ur_g1 want, own;
    UR_TRY(ur_share_public_at_var(&want, commitments, t, share->index));
    ur_share_public(&own, share);
    ur_status st = ur_g1_eq(&own, &want);
    ur_wipe(&own, sizeof own); /* of a wrong share nothing is public but the verdict */
    return ur_g1_is_inf(&want) ? UR_E_PROOF : st;
}

size_t ur_share_recover_scratch_bytes(size_t n) { return 2 * n * sizeof(ur_scalar) + n * sizeof(uint32_t); }

ur_status ur_share_recover(ur_scalar *out, const ur_share *shares, size_t n, uint32_t at, void *scratch)
{
    ur_scalar *factors = scratch;
    uint32_t *x = (uint32_t *)(factors + 2 * n);
    ur_scalar z, term;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        x[i] = shares[i].index;
    }
    ur_scalar_from_u64(&z, at);
    UR_TRY(ur_share_lagrange_var(factors, x, n, &z, factors + n));
    for (size_t i = 0; i < n; i++) {
        ur_scalar_mul(&term, &factors[i], &shares[i].s);
        ur_scalar_add(out, out, &term);
    }
    ur_wipe(&term, sizeof term);
    return UR_OK;
}

/* ---- public shares as a whole ---- */

typedef struct fit {
    ur_scalar *factors;
    ur_scalar *products;
    uint8_t *k;
    void *msm;
} fit;

size_t ur_share_fit_scratch_bytes(size_t n)
{
    size_t points = n + 1;
    return 2 * points * sizeof(ur_scalar) + points * UR_SCALAR_BYTES +
           ur_arena_bytes(1, ur_msm_scratch_bytes(points));
}

static void fit_set_up(fit *f, size_t points, void *scratch)
{
    ur_arena a;
    ur_arena_init(&a, scratch, ur_share_fit_scratch_bytes(points - 1));
    f->factors = ur_arena_take(&a, points, sizeof *f->factors);
    f->products = ur_arena_take(&a, points, sizeof *f->products);
    f->k = ur_arena_take(&a, points, UR_SCALAR_BYTES);
    f->msm = ur_arena_take(&a, 1, ur_msm_scratch_bytes(points));
}

/* factors[i] = v_i = 1 / ((-1)^(n - i) i! (n - i)!) */
static void dual_factors(fit *f, size_t n)
{
    ur_scalar x, factorial;
    ur_scalar_from_u64(&factorial, 1);
    for (size_t i = 0; i <= n; i++) {
        if (i > 0) {
            ur_scalar_from_u64(&x, i);
            ur_scalar_mul(&factorial, &factorial, &x);
        }
        f->products[i] = factorial;
    }
    for (size_t i = 0; i <= n; i++) {
        ur_scalar_mul(&f->factors[i], &f->products[i], &f->products[n - i]);
        if ((n - i) % 2 == 1) {
            ur_scalar_neg(&f->factors[i], &f->factors[i]);
        }
    }
    ur_scalar_inverse_all(f->factors, n + 1, f->products);
}

/* factors[i] *= q(i), q(x) = 1 + z x + (z x)^2 + ... of degree n - t, z random */
static void times_random_polynomial(fit *f, size_t t, size_t n, const uint8_t random[UR_SCALAR_WIDE_BYTES])
{
    ur_scalar z, one, zx, q;
    ur_scalar_from_wide(&z, random, UR_SCALAR_WIDE_BYTES);
    ur_scalar_from_u64(&one, 1);
    for (size_t i = 0; i <= n; i++) {
        ur_scalar_from_u64(&zx, i);
        ur_scalar_mul(&zx, &zx, &z);
        q = one;
        for (size_t k = 0; k < n - t; k++) {
            ur_scalar_mul(&q, &q, &zx);
            ur_scalar_add(&q, &q, &one);
        }
        ur_scalar_mul(&f->factors[i], &f->factors[i], &q);
    }
}

ur_status ur_share_fit_check_var(const ur_g1 *const points[], size_t t, size_t n,
                                 const uint8_t random[UR_SCALAR_WIDE_BYTES], void *scratch)
{
    fit f;
    ur_g1 sum;
    if (t == 0 || t > n || n > UR_SHARE_INDEX_MAX) {
        return UR_E_USAGE;
    }
    fit_set_up(&f, n + 1, scratch);
    dual_factors(&f, n);
    times_random_polynomial(&f, t, n, random);
    for (size_t i = 0; i <= n; i++) {
        ur_scalar_write_le(f.k + i * UR_SCALAR_BYTES, &f.factors[i]);
    }
    ur_g1_msm_var(&sum, points, f.k, UR_SCALAR_BITS, n + 1, f.msm);
    return ur_g1_is_inf(&sum) ? UR_OK : UR_E_PROOF;
}
