/* Memory: the four functions the core may expect of its surroundings, wiping, constant-time comparison, marks for the
 * constant-time check. Compiler headers only; nothing here allocates. */
#ifndef UR_CORE_BASE_MEM_H
#define UR_CORE_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

/* From libc natively, from contract/wasm/mem.c in the contract. */
void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int byte, size_t n);

/* Overwrite n bytes with zero in a way the compiler keeps. n = 0 is fine. In builds for valgrind and MSan the bytes also
 * become undefined, so that a later read is caught. */
void ur_wipe(void *p, size_t n);

/* Constant time in the bytes (not in n): UR_OK if equal, else UR_E_PROOF. */
UR_MUST_USE ur_status ur_ct_eq(const void *a, const void *b, size_t n);

/* Constant-time building blocks. Masks are all ones or all zeros. */
static inline uint32_t ur_ct_hide_u32(uint32_t x)
{
    __asm__("" : "+r"(x)); /* keeps the compiler from turning masks back into branches: hide the mask itself, as a
                              difference whose sign alone is used is still one bit that clang -Os branches on */
    return x;
}
/* All ones if x = 0. */
static inline uint32_t ur_ct_zero_mask_u32(uint32_t x)
{
    x = ur_ct_hide_u32(x);
    return ur_ct_hide_u32(0u - ((~x & (x - 1u)) >> 31));
}
/* All ones if a < b; both below 2^31. */
static inline uint32_t ur_ct_lt_mask_u32(uint32_t a, uint32_t b)
{
    return ur_ct_hide_u32(0u - ((a - b) >> 31));
}
static inline uint32_t ur_ct_select_u32(uint32_t mask, uint32_t if_ones, uint32_t if_zeros)
{
    return (mask & if_ones) | (~mask & if_zeros);
}
/* out = mask ? a : b, byte by byte; mask is all ones or all zeros; out may be a or b. */
void ur_ct_select(void *out, uint32_t mask, const void *a, const void *b, size_t n);

/* Variable time, for public bytes only. */
bool ur_eq_var(const void *a, const void *b, size_t n);
/* Order of byte strings, shorter first when one begins the other: negative, 0, positive. */
int ur_cmp_var(const void *a, size_t a_len, const void *b, size_t b_len);

/* Marks for the constant-time check (build option UR_CTIME, run under valgrind): secret bytes count as undefined, so a
 * branch or an address that depends on them is reported. ur_declassify says that bytes derived from a secret become
 * public at this line; each use is listed with its reason in tests/ctime/DECLASSIFIED.md. Both do nothing elsewhere. */
#if defined(UR_CTIME)
void ur_secret_mark(const void *p, size_t n);
void ur_declassify(const void *p, size_t n);
#else
static inline void ur_secret_mark(const void *p, size_t n) { (void)p; (void)n; }
static inline void ur_declassify(const void *p, size_t n) { (void)p; (void)n; }
#endif

#endif
