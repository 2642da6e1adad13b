#include "core/base/mem.h"

#if defined(UR_CTIME)
#include <valgrind/memcheck.h>
void ur_secret_mark(const void *p, size_t n) { (void)VALGRIND_MAKE_MEM_UNDEFINED(p, n); }
void ur_declassify(const void *p, size_t n) { (void)VALGRIND_MAKE_MEM_DEFINED(p, n); }
static void mark_wiped(void *p, size_t n) { (void)VALGRIND_MAKE_MEM_UNDEFINED(p, n); }
#elif defined(__has_feature)
#if __has_feature(memory_sanitizer)
void __msan_poison(const volatile void *p, size_t n);
static void mark_wiped(void *p, size_t n) { __msan_poison(p, n); }
#else
static void mark_wiped(void *p, size_t n) { (void)p; (void)n; }
#endif
#else
static void mark_wiped(void *p, size_t n) { (void)p; (void)n; }
#endif

void ur_wipe(void *p, size_t n)
{
    if (n == 0) {
        return;
    }
    memset(p, 0, n);
    __asm__ __volatile__("" : : "r"(p) : "memory");
    mark_wiped(p, n);
}

ur_status ur_ct_eq(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    uint32_t diff = 0;
    for (size_t i = 0; i < n; i++) {
        diff |= (uint32_t)(x[i] ^ y[i]);
    }
    uint32_t equal = ur_ct_zero_mask_u32(diff);
    ur_declassify(&equal, sizeof equal); /* the answer itself is public */
    return equal ? UR_OK : UR_E_PROOF;
}

void ur_ct_select(void *out, uint32_t mask, const void *a, const void *b, size_t n)
{
    uint8_t *o = out;
    const uint8_t *x = a;
    const uint8_t *y = b;
    uint8_t m = (uint8_t)ur_ct_hide_u32(mask);
    for (size_t i = 0; i < n; i++) {
        o[i] = (uint8_t)((x[i] & m) | (y[i] & (uint8_t)~m));
    }
}

bool ur_eq_var(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    for (; n >= 8; n -= 8, x += 8, y += 8) {
        uint64_t u, v;
        memcpy(&u, x, 8);
        memcpy(&v, y, 8);
        if (u != v) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i]) {
            return false;
        }
    }
    return true;
}

int ur_cmp_var(const void *a, size_t a_len, const void *b, size_t b_len)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    size_t n = a_len < b_len ? a_len : b_len;
    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i]) {
            return x[i] < y[i] ? -1 : 1;
        }
    }
    return a_len == b_len ? 0 : (a_len < b_len ? -1 : 1);
}
