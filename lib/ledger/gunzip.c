#include "lib/ledger/gunzip.h"

#include <limits.h>
#define ZLIB_CONST
#include <zlib.h>

enum { WITH_GZIP_HEADER = 16 + MAX_WBITS };

static ur_status inflate_all(z_stream *z, ur_span packed, uint8_t *out, size_t max)
{
    z->next_in = packed.p;
    z->avail_in = (uInt)packed.n;
    z->next_out = out;
    z->avail_out = (uInt)max;
    int rc = inflate(z, Z_FINISH);
    if (rc == Z_STREAM_END) {
        return z->avail_in == 0 ? UR_OK : UR_E_INPUT;
    }
    return rc == Z_MEM_ERROR ? UR_E_MEMORY : z->avail_out == 0 ? UR_E_LIMIT : UR_E_INPUT;
}

ur_status ur_gunzip(ur_pool *pool, ur_span *out, ur_span packed, size_t max)
{
    z_stream z = {0};
    *out = (ur_span){0};
    if (packed.n > UINT_MAX || max > UINT_MAX) {
        return UR_E_LIMIT;
    }
    uint8_t *bytes = ur_pool_take(pool, max);
    if (bytes == NULL || inflateInit2(&z, WITH_GZIP_HEADER) != Z_OK) {
        return UR_E_MEMORY;
    }
    ur_status st = inflate_all(&z, packed, bytes, max);
    if (st == UR_OK) {
        *out = ur_span_of(bytes, (size_t)z.total_out);
    }
    (void)inflateEnd(&z);
    return st;
}
