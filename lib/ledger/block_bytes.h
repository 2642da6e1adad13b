/* A block as CometBFT encodes it: what its id's parts are parts of, and what /block says its size is. */
#ifndef UR_LIB_LEDGER_BLOCK_BYTES_H
#define UR_LIB_LEDGER_BLOCK_BYTES_H

#include "core/light/comet.h"

/* Room that the encoding takes at most. */
size_t ur_block_bytes_max(const ur_span *txs, size_t n, const ur_comet_commit *last);
/* last: the commit of the block before; of the first block all zero. */
void ur_block_bytes_write(ur_writer *w, const ur_comet_header *h, const ur_span *txs, size_t n, const ur_comet_commit *last);
/* Number and Merkle root of the block's parts, 64 KiB each, into id. */
void ur_block_bytes_parts(ur_block_id *id, ur_span block);

#endif
