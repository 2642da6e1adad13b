/* Memory that is taken piece by piece and given back all at once: what lives as long as a call, a transaction or a block. */
#ifndef UR_LIB_LEDGER_POOL_H
#define UR_LIB_LEDGER_POOL_H

#include <stdarg.h>

#include "core/base/span.h"

typedef struct ur_pool {
    struct ur_pool_block *first, *at; /* blocks from `first` on; the ones behind `at` are free for use again */
    size_t used;                      /* bytes given out since the last reset */
} ur_pool;

/* n bytes, zeroed, aligned to 16, that stay where they are until reset; NULL without memory. A pool begins as all zeros. */
void *ur_pool_take(ur_pool *p, size_t n);
/* A copy of bytes. UR_E_MEMORY. */
UR_MUST_USE ur_status ur_pool_copy(ur_pool *p, ur_span *out, ur_span in);
/* A writer of room for n bytes. UR_E_MEMORY. */
UR_MUST_USE ur_status ur_pool_writer(ur_pool *p, ur_writer *out, size_t n);
/* printf into the pool; empty without memory. */
ur_span ur_pool_text(ur_pool *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
ur_span ur_pool_vtext(ur_pool *p, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
/* Forget everything; a few blocks are kept for the next use. */
void ur_pool_reset(ur_pool *p);
void ur_pool_free(ur_pool *p);

#endif
