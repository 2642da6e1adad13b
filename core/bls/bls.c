#include "core/bls/bls.h"

/* ---- scalars ---- */

static void to_bits(blst_scalar *out, const ur_scalar *s) { blst_scalar_from_fr(out, &s->v); }

ur_status ur_scalar_parse(ur_scalar *out, const uint8_t be[UR_SCALAR_BYTES])
{
    blst_scalar s;
    blst_scalar_from_bendian(&s, be);
    bool below_order = blst_scalar_fr_check(&s);
    ur_declassify(&below_order, sizeof below_order);
    if (below_order) {
        blst_fr_from_scalar(&out->v, &s);
    } else {
        memset(out, 0, sizeof *out);
    }
    ur_wipe(&s, sizeof s);
    return below_order ? UR_OK : UR_E_INPUT;
}

void ur_scalar_write(uint8_t be[UR_SCALAR_BYTES], const ur_scalar *a)
{
    blst_scalar s;
    to_bits(&s, a);
    blst_bendian_from_scalar(be, &s);
    ur_wipe(&s, sizeof s);
}

void ur_scalar_write_le(uint8_t le[UR_SCALAR_BYTES], const ur_scalar *a)
{
    blst_scalar s;
    to_bits(&s, a);
    blst_lendian_from_scalar(le, &s);
    ur_wipe(&s, sizeof s);
}

void ur_scalar_from_wide(ur_scalar *out, const uint8_t *be, size_t n)
{
    blst_scalar s = {0};
    if (n > 0) { /* blst counts n - 1 */
        (void)blst_scalar_from_be_bytes(&s, be, n); /* false says that the result is zero, which is a scalar */
    }
    blst_fr_from_scalar(&out->v, &s);
    ur_wipe(&s, sizeof s);
}

void ur_scalar_from_u64(ur_scalar *out, uint64_t x)
{
    const uint64_t limbs[4] = {x, 0, 0, 0};
    blst_fr_from_uint64(&out->v, limbs);
}

void ur_scalar_add(ur_scalar *out, const ur_scalar *a, const ur_scalar *b) { blst_fr_add(&out->v, &a->v, &b->v); }
void ur_scalar_sub(ur_scalar *out, const ur_scalar *a, const ur_scalar *b) { blst_fr_sub(&out->v, &a->v, &b->v); }
void ur_scalar_mul(ur_scalar *out, const ur_scalar *a, const ur_scalar *b) { blst_fr_mul(&out->v, &a->v, &b->v); }
void ur_scalar_neg(ur_scalar *out, const ur_scalar *a) { blst_fr_cneg(&out->v, &a->v, 1); }
void ur_scalar_inverse(ur_scalar *out, const ur_scalar *a) { blst_fr_inverse(&out->v, &a->v); }
ur_status ur_scalar_eq(const ur_scalar *a, const ur_scalar *b) { return ur_ct_eq(a, b, sizeof *a); }

bool ur_scalar_is_zero_var(const ur_scalar *a)
{
    static const ur_scalar zero;
    return ur_eq_var(a, &zero, sizeof zero);
}

/* ---- points ---- */

ur_status ur_g1_parse(ur_g1 *out, const uint8_t in[UR_G1_BYTES])
{
    BLST_ERROR err = blst_p1_uncompress(&out->v, in);
    ur_declassify(&err, sizeof err);
    bool wrong = true;
    if (err == BLST_SUCCESS) {
        wrong = (unsigned)blst_p1_affine_is_inf(&out->v) | (unsigned)!blst_p1_affine_in_g1(&out->v); /* no branch */
        ur_declassify(&wrong, sizeof wrong);
    }
    if (wrong) {
        memset(out, 0, sizeof *out);
    }
    return wrong ? UR_E_INPUT : UR_OK;
}

ur_status ur_g2_parse(ur_g2 *out, const uint8_t in[UR_G2_BYTES])
{
    BLST_ERROR err = blst_p2_uncompress(&out->v, in);
    ur_declassify(&err, sizeof err);
    bool wrong = true;
    if (err == BLST_SUCCESS) {
        wrong = (unsigned)blst_p2_affine_is_inf(&out->v) | (unsigned)!blst_p2_affine_in_g2(&out->v); /* no branch */
        ur_declassify(&wrong, sizeof wrong);
    }
    if (wrong) {
        memset(out, 0, sizeof *out);
    }
    return wrong ? UR_E_INPUT : UR_OK;
}

void ur_g1_write(uint8_t out[UR_G1_BYTES], const ur_g1 *p) { blst_p1_affine_compress(out, &p->v); }
void ur_g2_write(uint8_t out[UR_G2_BYTES], const ur_g2 *p) { blst_p2_affine_compress(out, &p->v); }

ur_status ur_e1_parse_var(ur_e1 *out, const uint8_t in[UR_G1_BYTES])
{
    if (blst_p1_uncompress(&out->v, in) != BLST_SUCCESS || blst_p1_affine_is_inf(&out->v)) {
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    return UR_OK;
}

ur_status ur_g1_from_e1_var(ur_g1 *out, const ur_e1 *p)
{
    out->v = p->v;
    if (!blst_p1_affine_is_inf(&p->v) && !blst_p1_affine_in_g1(&p->v)) {
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    return UR_OK;
}

ur_status ur_e2_parse_var(ur_e2 *out, const uint8_t in[UR_G2_BYTES])
{
    if (blst_p2_uncompress(&out->v, in) != BLST_SUCCESS || blst_p2_affine_is_inf(&out->v)) {
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    return UR_OK;
}

ur_status ur_g2_from_e2_var(ur_g2 *out, const ur_e2 *p)
{
    out->v = p->v;
    if (!blst_p2_affine_is_inf(&p->v) && !blst_p2_affine_in_g2(&p->v)) {
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    return UR_OK;
}

void ur_e1_neg(ur_e1 *out, const ur_e1 *a)
{
    out->v.x = a->v.x;
    blst_fp_cneg(&out->v.y, &a->v.y, 1);
}

bool ur_e1_eq_g1_var(const ur_e1 *p, const ur_g1 *q) { return blst_p1_affine_is_equal(&p->v, &q->v); }

/* ur_g1 is a struct of one blst_p1_affine, so blst's own constants serve. */
const ur_g1 *ur_g1_generator(void) { return (const ur_g1 *)&BLS12_381_G1; }
const ur_g2 *ur_g2_generator(void) { return (const ur_g2 *)&BLS12_381_G2; }
const ur_g1 *ur_g1_minus_generator(void) { return (const ur_g1 *)&BLS12_381_NEG_G1; }
const ur_g2 *ur_g2_minus_generator(void) { return (const ur_g2 *)&BLS12_381_NEG_G2; }

void ur_g1_mul(ur_g1 *out, const ur_g1 *p, const ur_scalar *s)
{
    struct {
        blst_scalar bits;
        blst_p1 point;
    } scratch;
    to_bits(&scratch.bits, s);
    blst_p1_from_affine(&scratch.point, &p->v);
    blst_p1_mult(&scratch.point, &scratch.point, scratch.bits.b, UR_SCALAR_BITS);
    blst_p1_to_affine(&out->v, &scratch.point);
    ur_wipe(&scratch, sizeof scratch);
}

void ur_g2_mul(ur_g2 *out, const ur_g2 *p, const ur_scalar *s)
{
    struct {
        blst_scalar bits;
        blst_p2 point;
    } scratch;
    to_bits(&scratch.bits, s);
    blst_p2_from_affine(&scratch.point, &p->v);
    blst_p2_mult(&scratch.point, &scratch.point, scratch.bits.b, UR_SCALAR_BITS);
    blst_p2_to_affine(&out->v, &scratch.point);
    ur_wipe(&scratch, sizeof scratch);
}

void ur_g2_add_mul(ur_g2 *out, const ur_g2 *a, const ur_g2 *p, const ur_scalar *s)
{
    struct {
        blst_scalar bits;
        blst_p2 point;
    } scratch;
    to_bits(&scratch.bits, s);
    blst_p2_from_affine(&scratch.point, &p->v);
    blst_p2_mult(&scratch.point, &scratch.point, scratch.bits.b, UR_SCALAR_BITS);
    blst_p2_add_or_double_affine(&scratch.point, &scratch.point, &a->v);
    blst_p2_to_affine(&out->v, &scratch.point);
    ur_wipe(&scratch, sizeof scratch);
}

void ur_g1_add(ur_g1 *out, const ur_g1 *a, const ur_g1 *b)
{
    blst_p1 sum;
    blst_p1_from_affine(&sum, &a->v);
    blst_p1_add_or_double_affine(&sum, &sum, &b->v);
    blst_p1_to_affine(&out->v, &sum);
    ur_wipe(&sum, sizeof sum);
}

void ur_g2_add(ur_g2 *out, const ur_g2 *a, const ur_g2 *b)
{
    blst_p2 sum;
    blst_p2_from_affine(&sum, &a->v);
    blst_p2_add_or_double_affine(&sum, &sum, &b->v);
    blst_p2_to_affine(&out->v, &sum);
    ur_wipe(&sum, sizeof sum);
}

void ur_g1_neg(ur_g1 *out, const ur_g1 *a)
{
    out->v.x = a->v.x;
    blst_fp_cneg(&out->v.y, &a->v.y, 1);
}

void ur_g2_neg(ur_g2 *out, const ur_g2 *a)
{
    out->v.x = a->v.x;
    blst_fp2_cneg(&out->v.y, &a->v.y, 1);
}

/* Coordinates are kept below the prime, so equal points are equal bytes. */
ur_status ur_g1_eq(const ur_g1 *a, const ur_g1 *b) { return ur_ct_eq(a, b, sizeof *a); }
bool ur_g1_is_inf(const ur_g1 *p)
{
    bool inf = blst_p1_affine_is_inf(&p->v);
    ur_declassify(&inf, sizeof inf);
    return inf;
}

bool ur_g2_is_inf(const ur_g2 *p)
{
    bool inf = blst_p2_affine_is_inf(&p->v);
    ur_declassify(&inf, sizeof inf);
    return inf;
}

bool ur_g1_eq_var(const ur_g1 *a, const ur_g1 *b) { return blst_p1_affine_is_equal(&a->v, &b->v); }
bool ur_g2_eq_var(const ur_g2 *a, const ur_g2 *b) { return blst_p2_affine_is_equal(&a->v, &b->v); }

/* ---- hashing to the curve ---- */

enum { G1 = 1, G2 = 2 };

static const struct {
    ur_span text;
    int group;
} tags[UR_TAG_COUNT] = {
#define UR_TAG(name, group, text) {{(const uint8_t *)(text), sizeof(text) - 1}, group},
#include "core/bls/tags.def"
#undef UR_TAG
};

ur_span ur_tag_text(ur_tag tag) { return tags[tag].text; }
int ur_tag_group(ur_tag tag) { return tags[tag].group; }

void ur_hash_to_g1(ur_g1 *out, ur_tag tag, ur_span msg)
{
    if (tags[tag].group != G1) {
        __builtin_trap();
    }
    blst_p1 h;
    blst_hash_to_g1(&h, msg.p, msg.n, tags[tag].text.p, tags[tag].text.n, NULL, 0);
    blst_p1_to_affine(&out->v, &h);
}

void ur_hash_to_g2(ur_g2 *out, ur_tag tag, ur_span msg)
{
    if (tags[tag].group != G2) {
        __builtin_trap();
    }
    blst_p2 h;
    blst_hash_to_g2(&h, msg.p, msg.n, tags[tag].text.p, tags[tag].text.n, NULL, 0);
    blst_p2_to_affine(&out->v, &h);
}

/* ---- pairing ---- */

void ur_pairing(ur_gt *out, const ur_g1 *p, const ur_g2 *q)
{
    blst_miller_loop(&out->v, &q->v, &p->v);
    blst_final_exp(&out->v, &out->v);
}

void ur_gt_write(uint8_t out[UR_GT_BYTES], const ur_gt *a)
{
    uint8_t *at = out;
    for (int w = 1; w >= 0; w--) {
        for (int v = 2; v >= 0; v--) {
            for (int u = 1; u >= 0; u--) {
                blst_bendian_from_fp(at, &a->v.fp6[w].fp2[v].fp[u]);
                at += 48;
            }
        }
    }
}

ur_status ur_pairing_check_var(const ur_g1 *const ps[], const ur_g2 *const qs[], size_t n)
{
    enum { CHUNK = 16 };
    blst_fp12 product = *blst_fp12_one();
    for (size_t at = 0; at < n;) {
        const blst_p1_affine *p[CHUNK];
        const blst_p2_affine *q[CHUNK];
        size_t k = 0;
        for (; k < CHUNK && at < n; at++) {
            if (!ur_g1_is_inf(ps[at]) && !ur_g2_is_inf(qs[at])) {
                p[k] = &ps[at]->v;
                q[k] = &qs[at]->v;
                k++;
            }
        }
        if (k > 0) {
            blst_fp12 part;
            blst_miller_loop_n(&part, q, p, k);
            blst_fp12_mul(&product, &product, &part);
        }
    }
    bool holds = blst_fp12_finalverify(&product, blst_fp12_one());
    ur_declassify(&holds, sizeof holds);
    return holds ? UR_OK : UR_E_PROOF;
}
