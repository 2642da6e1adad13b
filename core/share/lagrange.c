#include "core/share/lagrange.h"

#include "core/bls/msm.h"

void ur_scalar_inverse_all(ur_scalar *x, size_t n, ur_scalar *products)
{
    ur_scalar inverse, own;
    if (n == 0) {
        return;
    }
    products[0] = x[0];
    for (size_t i = 1; i < n; i++) {
        ur_scalar_mul(&products[i], &products[i - 1], &x[i]);
    }
    ur_scalar_inverse(&inverse, &products[n - 1]);
    for (size_t i = n - 1; i > 0; i--) {
        ur_scalar_mul(&own, &inverse, &products[i - 1]);
        ur_scalar_mul(&inverse, &inverse, &x[i]);
        x[i] = own;
    }
    x[0] = inverse;
}

/* ---- in the field ---- */

/* out *= the product of x_i - x_j over j != i: 0 if x_i appears twice. Small differences are gathered in a machine word
 * first. */
static void differences(ur_scalar *out, const uint32_t *x, size_t n, size_t i)
{
    ur_scalar part;
    uint64_t word = 1;
    bool negative = false;
    for (size_t j = 0; j < n; j++) {
        if (j == i) {
            continue;
        }
        uint64_t d = x[i] > x[j] ? x[i] - x[j] : x[j] - x[i];
        negative = negative != (x[i] < x[j]);
        if (word > UINT32_MAX) { /* d is below 2^32 */
            ur_scalar_from_u64(&part, word);
            ur_scalar_mul(out, out, &part);
            word = 1;
        }
        word *= d;
    }
    ur_scalar_from_u64(&part, word);
    ur_scalar_mul(out, out, &part);
    if (negative) {
        ur_scalar_neg(out, out);
    }
}

ur_status ur_share_lagrange_var(ur_scalar *out, const uint32_t *x, size_t n, const ur_scalar *at, ur_scalar *work)
{
    ur_scalar product, factor;
    memset(out, 0, n * sizeof *out);
    if (n == 0) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        ur_scalar_from_u64(&out[i], 1);
        differences(&out[i], x, n, i);
        if (x[i] == 0 || x[i] > UR_SHARE_INDEX_MAX || ur_scalar_is_zero_var(&out[i])) {
            memset(out, 0, n * sizeof *out);
            return UR_E_INPUT;
        }
    }
    ur_scalar_inverse_all(out, n, work);
    /* The product of at - x_j over j != i is what stands before i times what stands after it: right even where
     * at - x_i = 0. */
    ur_scalar_from_u64(&product, 1);
    for (size_t i = 0; i < n; i++) {
        ur_scalar_mul(&out[i], &out[i], &product);
        ur_scalar_from_u64(&factor, x[i]);
        ur_scalar_sub(&factor, at, &factor);
        ur_scalar_mul(&product, &product, &factor);
    }
    ur_scalar_from_u64(&product, 1);
    for (size_t i = n; i-- > 0;) {
        ur_scalar_mul(&out[i], &out[i], &product);
        ur_scalar_from_u64(&factor, x[i]);
        ur_scalar_sub(&factor, at, &factor);
        ur_scalar_mul(&product, &product, &factor);
    }
    return UR_OK;
}

/* ---- as small integers ----
 *
 * Every l_i(0) is a product of powers of the primes p up to the largest index. The exponent of p in it is the sum over
 * all powers q of p of (number of x_j divisible by q) - (number of x_j equal to x_i modulo q), j != i. Dividing all l_i
 * by p to the smallest exponent of all leaves integers without common divisor, and that power goes into `common`. */

enum {
    LIMBS = 7,                         /* of 32 bits: above 224 bits whole scalars are as cheap */
    INTEGER_BYTES = 4 * LIMBS,
};

typedef struct integers {
    uint32_t *k;    /* LIMBS for each, little-endian */
    int16_t *exponent; /* of the prime at work */
    uint16_t count[UR_SHARE_SMALL_INDEX]; /* of indices in each residue class */
    ur_scalar above, below; /* the common factor as a fraction */
} integers;

static bool is_prime(uint32_t p)
{
    for (uint32_t d = 2; d * d <= p; d++) {
        if (p % d == 0) {
            return false;
        }
    }
    return p > 1;
}

/* k *= m; UR_E_LIMIT when it no longer fits. */
static ur_status integer_mul(uint32_t k[LIMBS], uint32_t m)
{
    uint64_t carry = 0;
    for (size_t b = 0; b < LIMBS; b++) {
        carry += (uint64_t)k[b] * m;
        k[b] = (uint32_t)carry;
        carry >>= 32;
    }
    return carry == 0 ? UR_OK : UR_E_LIMIT;
}

static size_t integer_bits(const uint32_t k[LIMBS])
{
    size_t n = LIMBS;
    while (n > 0 && k[n - 1] == 0) {
        n--;
    }
    size_t bits = 32 * n;
    for (uint32_t top = n > 0 ? k[n - 1] : 0x80000000u; (top & 0x80000000u) == 0; top <<= 1) {
        bits--;
    }
    return bits;
}

/* The exponents of p in all l_i, and the smallest of them. */
static int exponents(integers *w, const uint32_t *x, size_t n, uint32_t p, uint32_t largest)
{
    int smallest = INT16_MAX;
    memset(w->exponent, 0, n * sizeof *w->exponent);
    for (uint32_t q = p; q <= largest; q *= p) {
        memset(w->count, 0, q * sizeof *w->count);
        for (size_t i = 0; i < n; i++) {
            w->count[x[i] % q]++;
        }
        for (size_t i = 0; i < n; i++) { /* each count is one too high, by i itself */
            int divisible = w->count[0] - (x[i] % q == 0);
            w->exponent[i] = (int16_t)(w->exponent[i] + divisible - (w->count[x[i] % q] - 1));
        }
    }
    for (size_t i = 0; i < n; i++) {
        smallest = w->exponent[i] < smallest ? w->exponent[i] : smallest;
    }
    return smallest;
}

static ur_status take_prime(integers *w, const uint32_t *x, size_t n, uint32_t p, uint32_t largest)
{
    ur_scalar factor;
    int smallest = exponents(w, x, n, p, largest);
    for (size_t i = 0; i < n; i++) {
        for (int e = w->exponent[i]; e > smallest; e--) {
            UR_TRY(integer_mul(w->k + i * LIMBS, p));
        }
    }
    ur_scalar_from_u64(&factor, p);
    for (int e = 0; e < smallest; e++) {
        ur_scalar_mul(&w->above, &w->above, &factor);
    }
    for (int e = smallest; e < 0; e++) {
        ur_scalar_mul(&w->below, &w->below, &factor);
    }
    return UR_OK;
}

/* Negative is l_i where an odd number of indices lies below x_i. */
static void signs(uint8_t *negative, const uint32_t *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        negative[i] = 0;
        for (size_t j = 0; j < n; j++) {
            negative[i] ^= (uint8_t)(x[j] < x[i]);
        }
    }
}

/* Each integer in as few bytes as the longest needs. */
static void pack(ur_share_weights *out, const integers *w)
{
    out->bits = 1;
    for (size_t i = 0; i < out->n; i++) {
        size_t bits = integer_bits(w->k + i * LIMBS);
        out->bits = bits > out->bits ? bits : out->bits;
    }
    size_t bytes = (out->bits + 7) / 8;
    for (size_t i = 0; i < out->n; i++) {
        for (size_t b = 0; b < bytes; b++) {
            out->k[i * bytes + b] = (uint8_t)(w->k[i * LIMBS + b / 4] >> (8 * (b % 4)));
        }
    }
}

/* UR_E_LIMIT when the integers would not be small. */
static ur_status small_weights(ur_share_weights *out, integers *w, const uint32_t *x, size_t n, uint32_t largest)
{
    ur_scalar one;
    ur_scalar_from_u64(&one, 1);
    w->above = w->below = one;
    memset(w->k, 0, n * INTEGER_BYTES);
    for (size_t i = 0; i < n; i++) {
        w->k[i * LIMBS] = 1;
    }
    for (uint32_t p = 2; p <= largest; p++) {
        if (is_prime(p)) {
            UR_TRY(take_prime(w, x, n, p, largest));
        }
    }
    signs(out->negative, x, n);
    pack(out, w);
    ur_scalar_inverse(&out->common, &w->below);
    ur_scalar_mul(&out->common, &out->common, &w->above);
    out->common_is_one = ur_scalar_eq(&out->common, &one) == UR_OK;
    return UR_OK;
}

static ur_status whole_weights(ur_share_weights *out, const uint32_t *x, size_t n, ur_scalar *factors)
{
    ur_scalar zero;
    ur_scalar_from_u64(&zero, 0);
    ur_scalar_from_u64(&out->common, 1);
    out->common_is_one = true;
    out->bits = UR_SCALAR_BITS;
    memset(out->negative, 0, n);
    UR_TRY(ur_share_lagrange_var(factors, x, n, &zero, factors + n));
    for (size_t i = 0; i < n; i++) {
        ur_scalar_write_le(out->k + i * UR_SCALAR_BYTES, &factors[i]);
    }
    return UR_OK;
}

/* UR_E_INPUT for an index that appears twice; UR_E_LIMIT for one that is not small, or 0. */
static ur_status look_at_indices(uint32_t *largest, const uint32_t *x, size_t n)
{
    uint8_t seen[UR_SHARE_SMALL_INDEX + 1] = {0};
    *largest = 0;
    for (size_t i = 0; i < n; i++) {
        if (x[i] == 0 || x[i] > UR_SHARE_SMALL_INDEX) {
            return UR_E_LIMIT;
        }
        if (seen[x[i]]++ != 0) {
            return UR_E_INPUT;
        }
        *largest = x[i] > *largest ? x[i] : *largest;
    }
    return UR_OK;
}

size_t ur_share_weights_bytes(size_t n)
{
    return n * UR_SCALAR_BYTES + ur_arena_bytes(n, 1) + 2 * n * sizeof(ur_scalar) + ur_arena_bytes(n, sizeof(int16_t));
}

ur_status ur_share_weights_var(ur_share_weights *out, const uint32_t *x, size_t n, void *memory)
{
    ur_arena a;
    integers w;
    uint32_t largest;
    memset(out, 0, sizeof *out);
    if (n == 0) {
        return UR_E_INPUT;
    }
    ur_arena_init(&a, memory, ur_share_weights_bytes(n));
    out->n = n;
    out->k = ur_arena_take(&a, n, UR_SCALAR_BYTES);
    out->negative = ur_arena_take(&a, n, 1);
    ur_scalar *factors = ur_arena_take(&a, 2 * n, sizeof *factors);
    w.exponent = ur_arena_take(&a, n, sizeof *w.exponent);
    w.k = (uint32_t *)factors; /* one way or the other */
    ur_status st = look_at_indices(&largest, x, n);
    if (st == UR_OK) {
        st = small_weights(out, &w, x, n, largest);
    }
    if (st == UR_E_LIMIT) {
        st = whole_weights(out, x, n, factors);
    }
    return st;
}

/* ---- sums ---- */

size_t ur_share_sum_scratch_bytes(size_t n)
{
    return ur_arena_bytes(n, sizeof(void *)) + ur_arena_bytes(n, sizeof(ur_g2)) +
           ur_arena_bytes(1, ur_msm_scratch_bytes(n));
}

void ur_share_sum_g1_var(ur_g1 *out, const ur_share_weights *w, const ur_g1 *const ps[], void *scratch)
{
    ur_arena a;
    ur_arena_init(&a, scratch, ur_share_sum_scratch_bytes(w->n));
    const ur_g1 **list = ur_arena_take(&a, w->n, sizeof *list);
    ur_g1 *negated = ur_arena_take(&a, w->n, sizeof *negated);
    void *msm = ur_arena_take(&a, 1, ur_msm_scratch_bytes(w->n));
    for (size_t i = 0; i < w->n; i++) {
        list[i] = ps[i];
        if (w->negative[i] != 0) {
            ur_g1_neg(&negated[i], ps[i]);
            list[i] = &negated[i];
        }
    }
    ur_g1_msm_var(out, list, w->k, w->bits, w->n, msm);
    if (!w->common_is_one) {
        ur_g1_mul(out, out, &w->common);
    }
}

void ur_share_sum_g2_var(ur_g2 *out, const ur_share_weights *w, const ur_g2 *const ps[], void *scratch)
{
    ur_arena a;
    ur_arena_init(&a, scratch, ur_share_sum_scratch_bytes(w->n));
    const ur_g2 **list = ur_arena_take(&a, w->n, sizeof *list);
    ur_g2 *negated = ur_arena_take(&a, w->n, sizeof *negated);
    void *msm = ur_arena_take(&a, 1, ur_msm_scratch_bytes(w->n));
    for (size_t i = 0; i < w->n; i++) {
        list[i] = ps[i];
        if (w->negative[i] != 0) {
            ur_g2_neg(&negated[i], ps[i]);
            list[i] = &negated[i];
        }
    }
    ur_g2_msm_var(out, list, w->k, w->bits, w->n, msm);
    if (!w->common_is_one) {
        ur_g2_mul(out, out, &w->common);
    }
}
