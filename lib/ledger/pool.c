#include "lib/ledger/pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, KEPT_BLOCKS = 4, ALIGN = 16 };

typedef struct ur_pool_block {
    struct ur_pool_block *next;
    size_t cap, n;
    _Alignas(ALIGN) uint8_t bytes[];
} ur_pool_block;

static ur_pool_block *add_block(ur_pool *p, size_t least)
{
    size_t cap = least > BLOCK_BYTES ? least : BLOCK_BYTES;
    ur_pool_block *b = cap > SIZE_MAX - sizeof *b ? NULL : malloc(sizeof *b + cap);
    if (b == NULL) {
        return NULL;
    }
    b->cap = cap;
    b->n = 0;
    b->next = p->at == NULL ? p->first : p->at->next;
    if (p->at == NULL) {
        p->first = b;
    } else {
        p->at->next = b;
    }
    p->at = b;
    return b;
}

void *ur_pool_take(ur_pool *p, size_t n)
{
    if (n > SIZE_MAX / 2) {
        return NULL;
    }
    size_t rounded = n == 0 ? ALIGN : (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    ur_pool_block *b = p->at;
    if (b == NULL || b->cap - b->n < rounded) {
        ur_pool_block *next = b == NULL ? p->first : b->next;
        if (next != NULL && next->cap >= rounded) {
            next->n = 0;
            p->at = b = next;
        } else if ((b = add_block(p, rounded)) == NULL) {
            return NULL;
        }
    }
    uint8_t *out = b->bytes + b->n;
    b->n += rounded;
    p->used += rounded;
    memset(out, 0, rounded);
    return out;
}

ur_status ur_pool_copy(ur_pool *p, ur_span *out, ur_span in)
{
    uint8_t *bytes = ur_pool_take(p, in.n);
    *out = (ur_span){0};
    if (bytes == NULL) {
        return UR_E_MEMORY;
    }
    if (in.n > 0) {
        memcpy(bytes, in.p, in.n);
    }
    *out = ur_span_of(bytes, in.n);
    return UR_OK;
}

ur_status ur_pool_writer(ur_pool *p, ur_writer *out, size_t n)
{
    uint8_t *bytes = ur_pool_take(p, n);
    ur_writer_init(out, bytes, bytes == NULL ? 0 : n);
    return bytes == NULL ? UR_E_MEMORY : UR_OK;
}

ur_span ur_pool_vtext(ur_pool *p, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *text = n < 0 ? NULL : ur_pool_take(p, (size_t)n + 1);
    if (text != NULL) {
        (void)vsnprintf(text, (size_t)n + 1, format, again);
    }
    va_end(again);
    return text == NULL ? (ur_span){0} : ur_span_of(text, (size_t)n);
}

ur_span ur_pool_text(ur_pool *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    ur_span text = ur_pool_vtext(p, format, args);
    va_end(args);
    return text;
}

static void free_from(ur_pool_block *b)
{
    while (b != NULL) {
        ur_pool_block *next = b->next;
        free(b);
        b = next;
    }
}

void ur_pool_reset(ur_pool *p)
{
    ur_pool_block *b = p->first, *last = NULL;
    for (size_t i = 0; i < KEPT_BLOCKS && b != NULL && b->cap == BLOCK_BYTES; i++, b = b->next) {
        last = b;
    }
    free_from(b);
    if (last == NULL) {
        p->first = NULL;
    } else {
        last->next = NULL;
        p->first->n = 0;
    }
    p->at = p->first;
    p->used = 0;
}

void ur_pool_free(ur_pool *p)
{
    free_from(p->first);
    *p = (ur_pool){0};
}
