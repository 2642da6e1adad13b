#include "core/bls/msm.h"

/* blst reads lists of pointers to its own points; ours are structs of exactly one of them. */
_Static_assert(sizeof(ur_g1) == sizeof(blst_p1_affine) && sizeof(ur_g2) == sizeof(blst_p2_affine), "one point each");

size_t ur_msm_scratch_bytes(size_t n)
{
    return n == 0 ? 0 : blst_p2s_mult_pippenger_scratch_sizeof(n); /* the larger of the two groups */
}

/* ---- short multipliers: one run of doublings for all, and additions by signed binary digits ----
 *
 * blst makes a table for each point first, which costs more than it gains below about 60 bits. */

enum { SHORT_BITS = 48 };

static uint64_t read_short(const uint8_t *k, size_t bytes)
{
    uint64_t x = 0;
    for (size_t b = 0; b < bytes; b++) {
        x |= (uint64_t)k[b] << (8 * b);
    }
    return x;
}

/* The digit of x at `bit` in the form without neighbours: bit + 1 of 3x, minus that of x. */
static int signed_digit(uint64_t x, size_t bit) { return (int)(3 * x >> (bit + 1) & 1) - (int)(x >> (bit + 1) & 1); }

static void short_g1(blst_p1 *sum, const ur_g1 *const ps[], const uint8_t *k, size_t bits, size_t n)
{
    size_t bytes = (bits + 7) / 8;
    for (size_t bit = bits + 1; bit-- > 0;) {
        blst_p1_double(sum, sum);
        for (size_t i = 0; i < n; i++) {
            int digit = signed_digit(read_short(k + i * bytes, bytes), bit);
            if (digit != 0) {
                blst_p1_affine p = ps[i]->v;
                blst_fp_cneg(&p.y, &p.y, digit < 0);
                blst_p1_add_or_double_affine(sum, sum, &p);
            }
        }
    }
}

static void short_g2(blst_p2 *sum, const ur_g2 *const ps[], const uint8_t *k, size_t bits, size_t n)
{
    size_t bytes = (bits + 7) / 8;
    for (size_t bit = bits + 1; bit-- > 0;) {
        blst_p2_double(sum, sum);
        for (size_t i = 0; i < n; i++) {
            int digit = signed_digit(read_short(k + i * bytes, bytes), bit);
            if (digit != 0) {
                blst_p2_affine p = ps[i]->v;
                blst_fp2_cneg(&p.y, &p.y, digit < 0);
                blst_p2_add_or_double_affine(sum, sum, &p);
            }
        }
    }
}

/* ---- sums ---- */

void ur_g1_msm_var(ur_g1 *out, const ur_g1 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch)
{
    const uint8_t *const scalars[2] = {k, NULL}; /* NULL: the rest follows the first */
    blst_p1 sum = {0};
    if (bits <= SHORT_BITS) {
        short_g1(&sum, ps, k, bits, n);
    } else if (n > 0) {
        blst_p1s_mult_pippenger(&sum, (const blst_p1_affine *const *)ps, n, scalars, bits, scratch);
    }
    blst_p1_to_affine(&out->v, &sum);
}

void ur_g2_msm_var(ur_g2 *out, const ur_g2 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch)
{
    const uint8_t *const scalars[2] = {k, NULL};
    blst_p2 sum = {0};
    if (bits <= SHORT_BITS) {
        short_g2(&sum, ps, k, bits, n);
    } else if (n > 0) {
        blst_p2s_mult_pippenger(&sum, (const blst_p2_affine *const *)ps, n, scalars, bits, scratch);
    }
    blst_p2_to_affine(&out->v, &sum);
}

size_t ur_g1_scale_scratch_bytes(size_t n) { return n * sizeof(blst_p1); }

void ur_g1_scale_var(ur_g1 *out, const ur_g1 *const ps[], const ur_g1 *plus, const uint8_t *k, size_t bits, size_t n,
                     void *scratch)
{
    blst_p1 *scaled = scratch;
    const blst_p1 *const list[2] = {scaled, NULL};
    for (size_t i = 0; i < n; i++) {
        blst_p1_from_affine(&scaled[i], &plus->v);
        blst_p1_add_or_double_affine(&scaled[i], &scaled[i], &ps[i]->v);
        blst_p1_mult(&scaled[i], &scaled[i], k + i * ((bits + 7) / 8), bits);
    }
    if (n > 0) {
        blst_p1s_to_affine((blst_p1_affine *)out, list, n);
    }
}

/* i p + j q for i, j < 4, at 4 i + j. */
static void fill_table(blst_p1 table[16], const blst_p1_affine *p, const blst_p1_affine *q)
{
    table[0] = (blst_p1){0};
    for (size_t i = 0; i < 4; i++) {
        if (i > 0) {
            blst_p1_add_or_double_affine(&table[4 * i], &table[4 * (i - 1)], p);
        }
        for (size_t j = 1; j < 4; j++) {
            blst_p1_add_or_double_affine(&table[4 * i + j], &table[4 * i + j - 1], q);
        }
    }
}

static size_t two_bits(const uint8_t *k, size_t at) { return k[at / 8] >> (at % 8) & 3u; }

void ur_g1_scale_pairs_var(ur_g1 *out, const ur_g1 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch)
{
    blst_p1 *scaled = scratch;
    const blst_p1 *const list[2] = {scaled, NULL};
    const size_t width = (bits + 7) / 8;
    for (size_t i = 0; i < n; i++) {
        blst_p1 table[16];
        const uint8_t *one = k + 2 * i * width, *two = one + width;
        fill_table(table, &ps[2 * i]->v, &ps[2 * i + 1]->v);
        scaled[i] = (blst_p1){0};
        for (size_t at = bits; at > 0;) { /* two bits of both at a time */
            at -= 2;
            blst_p1_double(&scaled[i], &scaled[i]);
            blst_p1_double(&scaled[i], &scaled[i]);
            size_t digit = 4 * two_bits(one, at) + two_bits(two, at);
            if (digit != 0) {
                blst_p1_add_or_double(&scaled[i], &scaled[i], &table[digit]);
            }
        }
    }
    if (n > 0) {
        blst_p1s_to_affine((blst_p1_affine *)out, list, n);
    }
}

void ur_g1_sum_var(ur_g1 *out, const ur_g1 *const ps[], size_t n)
{
    blst_p1 sum = {0};
    blst_p1s_add(&sum, (const blst_p1_affine *const *)ps, n);
    blst_p1_to_affine(&out->v, &sum);
}

void ur_g2_sum_var(ur_g2 *out, const ur_g2 *const ps[], size_t n)
{
    blst_p2 sum = {0};
    blst_p2s_add(&sum, (const blst_p2_affine *const *)ps, n);
    blst_p2_to_affine(&out->v, &sum);
}

/* ---- polynomials with point coefficients ---- */

/* Signed binary digits of x (no two neighbours both nonzero), highest first; returns their number. */
static size_t signed_digits(int8_t out[33], uint32_t x)
{
    int8_t low_first[33];
    size_t n = 0;
    for (uint64_t left = x; left != 0; left >>= 1) {
        int8_t digit = 0;
        if (left & 1) {
            digit = (left & 3) == 3 ? -1 : 1;
            left = digit < 0 ? left + 1 : left - 1;
        }
        low_first[n++] = digit;
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = low_first[n - 1 - i];
    }
    return n;
}

/* v = x v, x given by its digits. */
static void multiply_small(blst_p1 *v, const int8_t *digits, size_t n)
{
    const blst_p1 plus = *v;
    blst_p1 minus = *v;
    blst_p1_cneg(&minus, true);
    for (size_t i = 1; i < n; i++) { /* the highest digit is 1 */
        blst_p1_double(v, v);
        if (digits[i] != 0) {
            blst_p1_add_or_double(v, v, digits[i] > 0 ? &plus : &minus);
        }
    }
}

size_t ur_g1_poly_scratch_bytes(size_t count) { return count * sizeof(blst_p1); }

void ur_g1_poly_var(ur_g1 *out, const ur_g1 *a, size_t t, uint32_t first, size_t count, void *scratch)
{
    blst_p1 *sums = scratch;
    const blst_p1 *const list[2] = {sums, NULL};
    for (size_t i = 0; i < count; i++) {
        int8_t digits[33];
        size_t n = signed_digits(digits, first + (uint32_t)i);
        blst_p1_from_affine(&sums[i], &a[t - 1].v);
        for (size_t k = t - 1; k > 0; k--) { /* Horner's rule */
            multiply_small(&sums[i], digits, n);
            blst_p1_add_or_double_affine(&sums[i], &sums[i], &a[k - 1].v);
        }
    }
    blst_p1s_to_affine((blst_p1_affine *)out, list, count);
}

/* ---- points that may be outside the subgroup: the formulas are the curve's and do not mind ---- */

_Static_assert(sizeof(ur_e1) == sizeof(ur_g1) && sizeof(ur_e2) == sizeof(ur_g2), "one point each");

void ur_e1_msm_var(ur_e1 *out, const ur_e1 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch)
{
    ur_g1_msm_var((ur_g1 *)out, (const ur_g1 *const *)ps, k, bits, n, scratch);
}

void ur_e2_msm_var(ur_e2 *out, const ur_e2 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch)
{
    ur_g2_msm_var((ur_g2 *)out, (const ur_g2 *const *)ps, k, bits, n, scratch);
}

void ur_e1_sum_var(ur_e1 *out, const ur_e1 *const ps[], size_t n)
{
    ur_g1_sum_var((ur_g1 *)out, (const ur_g1 *const *)ps, n);
}

void ur_e1_poly_var(ur_e1 *out, const ur_e1 *a, size_t t, uint32_t first, size_t count, void *scratch)
{
    ur_g1_poly_var((ur_g1 *)out, (const ur_g1 *)a, t, first, count, scratch);
}
