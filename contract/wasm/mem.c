/* The memory functions that the compiler and the core expect, where there is no libc. Word by word where both ends
 * allow it: copies of points and blocks are aligned. This file is compiled with -fno-builtin, or its loops would become
 * calls of themselves. */
#include <stddef.h>
#include <stdint.h>

typedef uint32_t __attribute__((may_alias)) word;

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int byte, size_t n);

static inline int words(const void *a, const void *b) { return (((uintptr_t)a | (uintptr_t)b) & (sizeof(word) - 1)) == 0; }

/* Upwards; fine also where dst lies below src and they overlap. */
static void *upwards(void *dst, const void *src, size_t n)
{
    unsigned char *d = dst;
    const unsigned char *s = src;
    if (words(d, s)) {
        for (; n >= sizeof(word); n -= sizeof(word), d += sizeof(word), s += sizeof(word)) {
            *(word *)(void *)d = *(const word *)(const void *)s;
        }
    }
    for (; n > 0; n--) {
        *d++ = *s++;
    }
    return dst;
}

void *memcpy(void *restrict dst, const void *restrict src, size_t n) { return upwards(dst, src, n); }

void *memmove(void *dst, const void *src, size_t n)
{
    unsigned char *d = dst;
    const unsigned char *s = src;
    if ((uintptr_t)d - (uintptr_t)s >= n) { /* dst lies below src, or wholly above it */
        return upwards(dst, src, n);
    }
    while (n > 0) {
        n--;
        d[n] = s[n];
    }
    return dst;
}

void *memset(void *dst, int byte, size_t n)
{
    unsigned char *d = dst;
    if (words(d, d)) {
        word w = (word)(unsigned char)byte * 0x01010101u;
        for (; n >= sizeof(word); n -= sizeof(word), d += sizeof(word)) {
            *(word *)(void *)d = w;
        }
    }
    for (; n > 0; n--) {
        *d++ = (unsigned char)byte;
    }
    return dst;
}
