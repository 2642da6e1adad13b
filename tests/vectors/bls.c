/* Points, hashing to the curve, signatures, the target group. */
#include "tests/vectors/vec.h"

#include "core/hash/hash.h"
#include "core/tibe/hash.h"

/* The names of the coefficients in the order of writing. */
static void coefficients(ur_json v, const ur_gt *gt)
{
    ur_json_iter it = vec_array(v, "derived.fp12_coefficients_high_to_low");
    ur_json name;
    size_t at = 0;
    uint8_t bytes[UR_GT_BYTES];
    ur_gt_write(bytes, gt);
    static const char *const names[12] = {"c1.c2.c1", "c1.c2.c0", "c1.c1.c1", "c1.c1.c0", "c1.c0.c1", "c1.c0.c0",
                                          "c0.c2.c1", "c0.c2.c0", "c0.c1.c1", "c0.c1.c0", "c0.c0.c1", "c0.c0.c0"};
    while (ur_json_next_var(&it, &name)) {
        vec_must(at < 12 && ur_json_is_var(name, ur_span_str_var(names[at])), "the order of the coefficients");
        at++;
    }
    vec_must(at == 12, "twelve coefficients");
    /* The lowest one of e(G1, G2) is the last that is written (FairyRing reference 1.1). */
    static const uint8_t lowest[4] = {0x12, 0x50, 0xeb, 0xd8};
    vec_must(ur_eq_var(bytes + 11 * 48, lowest, sizeof lowest), "c0.c0.c0");
}

size_t vec_gt_serialization(ur_json file)
{
    ur_gt gt, square;
    uint8_t bytes[UR_GT_BYTES], hash[32];
    ur_g1 two;
    ur_scalar s;
    ur_pairing(&gt, ur_g1_generator(), ur_g2_generator());
    ur_gt_write(bytes, &gt);
    vec_same(ur_span_of(bytes, sizeof bytes), file, "pairing_g1_g2_576");
    ur_sha256_of(hash, ur_span_of(bytes, sizeof bytes));
    vec_same(ur_span_of(hash, sizeof hash), file, "derived.sha256_of_576");
    coefficients(file, &gt);
    ur_tibe_h2(hash, 16, &gt);
    vec_same(ur_span_of(hash, 16), file, "h2_16_bytes");
    ur_tibe_h2(hash, 32, &gt);
    vec_same(ur_span_of(hash, 32), file, "derived.h2_32_bytes");
    /* The square, as a product and as the pairing of 2 G1. */
    vec_case(1);
    blst_fp12_sqr(&square.v, &gt.v);
    ur_gt_write(bytes, &square);
    vec_same(ur_span_of(bytes, sizeof bytes), file, "square_576");
    ur_scalar_from_u64(&s, 2);
    ur_g1_mul(&two, ur_g1_generator(), &s);
    ur_pairing(&square, &two, ur_g2_generator());
    ur_gt_write(bytes, &square);
    vec_same(ur_span_of(bytes, sizeof bytes), file, "square_576");
    return 2;
}

/* Our table of tags has those we use; others' data comes under any, so this goes to blst straight. */
static void hash_both(ur_g1 *g1, ur_g2 *g2, ur_span msg, ur_span dst)
{
    static const char *const standard[2] = {"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_",
                                            "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"};
    ur_span d1 = dst.n > 0 ? dst : ur_span_str_var(standard[0]), d2 = dst.n > 0 ? dst : ur_span_str_var(standard[1]);
    blst_p1 p1;
    blst_p2 p2;
    blst_hash_to_g1(&p1, msg.p, msg.n, d1.p, d1.n, NULL, 0);
    blst_hash_to_g2(&p2, msg.p, msg.n, d2.p, d2.n, NULL, 0);
    blst_p1_to_affine(&g1->v, &p1);
    blst_p2_to_affine(&g2->v, &p2);
    if (ur_span_eq_var(d2, ur_tag_text(UR_TAG_IDENTITY))) { /* where the tag is ours, our function agrees */
        ur_g2 ours;
        ur_hash_to_g2(&ours, UR_TAG_IDENTITY, msg);
        vec_must(ur_g2_eq_var(&ours, g2), "hash_to_g2 of ours");
    }
}

/* A decimal modulo the order. */
static void decimal(ur_scalar *out, ur_span digits)
{
    ur_scalar ten, digit;
    ur_scalar_from_u64(&ten, 10);
    ur_scalar_from_u64(out, 0);
    for (size_t i = 0; i < digits.n; i++) {
        vec_must(digits.p[i] >= '0' && digits.p[i] <= '9', "a digit");
        ur_scalar_from_u64(&digit, (uint64_t)(digits.p[i] - '0'));
        ur_scalar_mul(out, out, &ten);
        ur_scalar_add(out, out, &digit);
    }
}

size_t vec_kyber_compat(ur_json file)
{
    ur_json_iter it = vec_array(file, "cases");
    ur_json v;
    size_t i = 0;
    while (vec_next(&it, &i, &v)) {
        ur_g1 g1;
        ur_g2 g2;
        ur_span msg = vec_text(v, "msg"), dst = vec_text(v, "dst");
        hash_both(&g1, &g2, msg, dst);
        vec_g1_same(&g1, v, "hash_to_g1");
        vec_g2_same(&g2, v, "hash_to_g2");
        if (vec_has(v, "sk_decimal")) {
            ur_share sk = {.index = 1};
            ur_tibe_pub pub;
            ur_tibe_key sig;
            ur_tibe_ks ks;
            const ur_tibe_id id = {g2};
            decimal(&sk.s, vec_text(v, "sk_decimal"));
            ur_share_public(&g1, &sk);
            vec_g1_same(&g1, v, "pubkey_g1");
            ur_tibe_extract(&ks, &sk, &id); /* a BLS signature is a key for the message as an identity */
            vec_g2_same(&ks.d, v, "signature_g2");
            vec_pub(&pub, v, "pubkey_g1");
            vec_key(&sig, v, "signature_g2");
            vec_ok(ur_tibe_key_check_var(&pub, &sig, &id));
        }
    }
    return i;
}

size_t vec_invalid_points(ur_json file)
{
    ur_json_iter it = vec_array(file, "points");
    ur_json v;
    size_t i = 0;
    while (vec_next(&it, &i, &v)) {
        ur_span b = vec_hex(v, "hex");
        if (ur_json_is_var(vec_at(v, "group"), UR_SPAN_LIT("G1"))) {
            ur_tibe_pub pub;
            vec_must(b.n == UR_G1_BYTES, "48 bytes");
            vec_must(ur_tibe_pub_parse(&pub, b.p) == UR_E_INPUT, "refused");
        } else {
            ur_tibe_key key;
            ur_tibe_ks ks;
            vec_must(ur_json_is_var(vec_at(v, "group"), UR_SPAN_LIT("G2")), "a group");
            vec_must(b.n == UR_G2_BYTES, "96 bytes");
            vec_must(ur_tibe_key_parse(&key, b.p) == UR_E_INPUT, "refused");
            vec_must(ur_tibe_ks_parse(&ks, 1, b.p) == UR_E_INPUT, "refused");
        }
    }
    return i;
}
