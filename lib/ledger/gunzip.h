/* What a gzip file holds, for wasm that is sent packed. */
#ifndef UR_LIB_LEDGER_GUNZIP_H
#define UR_LIB_LEDGER_GUNZIP_H

#include "lib/ledger/pool.h"

/* One gzip member that ends with the input, at most max bytes unpacked, in the pool. UR_E_INPUT, UR_E_LIMIT, UR_E_MEMORY; out empty. */
UR_MUST_USE ur_status ur_gunzip(ur_pool *pool, ur_span *out, ur_span packed, size_t max);

#endif
