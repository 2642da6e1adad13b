/* The primitives that other rows are compared with, on fixed inputs: called straight through to blst, points parsed. */
#ifndef UR_BENCH_CORE_H
#define UR_BENCH_CORE_H

#include "core/bls/bls.h"

void prim_init(void);  /* once, before any other; calling it again does nothing */
void prim_h(void);     /* H   hash to G2, to Jacobian coordinates */
void prim_m1(void);    /* M1  multiplication in G1 by a full-size scalar */
void prim_m2(void);    /* M2  the same in G2 */
void prim_a1(void);    /* A   to affine, G1 */
void prim_a2(void);    /* A   to affine, G2 */
void prim_s1(void);    /* S1  uncompress with subgroup check, G1 */
void prim_s2(void);    /* S2  the same in G2 */
void prim_ml(size_t k);/* MLk product of k <= 8 Miller loops */
void prim_fe(void);    /* FE  final exponentiation */

#endif
