#include "lib/ledger/block_bytes.h"

#include "core/codec/pb.h"
#include "core/light/merkle.h"

enum { PART_BYTES = 65536, HEADER_ROOM = 1024, TX_ROOM = 8, SIG_ROOM = 128 };

static void put_time(ur_writer *w, uint32_t number, ur_time t)
{
    size_t at = ur_pb_begin(w, number);
    ur_pb_put_i64(w, 1, t.s);
    ur_pb_put_u64(w, 2, t.ns);
    ur_pb_end(w, at);
}

static void put_hash(ur_writer *w, uint32_t number, const ur_hash *h) { ur_pb_put_bytes(w, number, ur_span_of(h->bytes, h->n)); }

static void put_block_id(ur_writer *w, uint32_t number, const ur_block_id *id)
{
    size_t at = ur_pb_begin(w, number);
    put_hash(w, 1, &id->hash);
    size_t parts = ur_pb_begin(w, 2);
    ur_pb_put_u64(w, 1, id->parts_total);
    put_hash(w, 2, &id->parts_hash);
    ur_pb_end(w, parts);
    ur_pb_end(w, at);
}

static void put_header(ur_writer *w, const ur_comet_header *h)
{
    size_t at = ur_pb_begin(w, 1), version = ur_pb_begin(w, 1);
    ur_pb_put_u64(w, 1, h->block_version);
    ur_pb_put_u64(w, 2, h->app_version);
    ur_pb_end(w, version);
    ur_pb_put_bytes(w, 2, ur_span_of(h->chain_id, h->chain_id_n));
    ur_pb_put_i64(w, 3, h->height);
    put_time(w, 4, h->time);
    put_block_id(w, 5, &h->last_block);
    const ur_hash *hashes[] = {&h->last_commit, &h->data, &h->validators, &h->next_validators, &h->consensus, &h->app, &h->last_results,
                               &h->evidence};
    for (uint32_t i = 0; i < 8; i++) {
        put_hash(w, 6 + i, hashes[i]);
    }
    ur_pb_put_bytes(w, 14, ur_span_of(h->proposer, h->proposer_n));
    ur_pb_end(w, at);
}

static void put_commit(ur_writer *w, const ur_comet_commit *c)
{
    size_t at = ur_pb_begin(w, 4);
    ur_pb_put_i64(w, 1, c->height);
    ur_pb_put_i64(w, 2, c->round);
    put_block_id(w, 3, &c->block);
    for (size_t i = 0; i < c->n; i++) {
        const ur_comet_sig *s = &c->sig[i];
        bool absent = s->flag == UR_COMET_ABSENT;
        size_t sig = ur_pb_begin(w, 4);
        ur_pb_put_u64(w, 1, (uint64_t)s->flag);
        ur_pb_put_bytes(w, 2, ur_span_of(s->address, absent ? 0 : UR_COMET_ADDRESS_BYTES));
        put_time(w, 3, s->time);
        ur_pb_put_bytes(w, 4, ur_span_of(s->sig, absent ? 0 : UR_COMET_SIG_BYTES));
        ur_pb_end(w, sig);
    }
    ur_pb_end(w, at);
}

size_t ur_block_bytes_max(const ur_span *txs, size_t n, const ur_comet_commit *last)
{
    size_t room = HEADER_ROOM + last->n * SIG_ROOM;
    for (size_t i = 0; i < n; i++) {
        room += txs[i].n + TX_ROOM;
    }
    return room;
}

/* Block {1 header, 2 data {1 txs}, 3 evidence, 4 last_commit}; evidence is there though there is none. */
void ur_block_bytes_write(ur_writer *w, const ur_comet_header *h, const ur_span *txs, size_t n, const ur_comet_commit *last)
{
    put_header(w, h);
    size_t data = ur_pb_begin(w, 2);
    for (size_t i = 0; i < n; i++) {
        ur_pb_put_bytes_always(w, 1, txs[i]);
    }
    ur_pb_end(w, data);
    ur_pb_put_bytes_always(w, 3, (ur_span){0});
    put_commit(w, last);
}

void ur_block_bytes_parts(ur_block_id *id, ur_span block)
{
    ur_merkle m;
    ur_merkle_init(&m);
    id->parts_total = 0;
    for (size_t at = 0; at < block.n; at += PART_BYTES) {
        size_t n = block.n - at < PART_BYTES ? block.n - at : PART_BYTES;
        ur_merkle_add_var(&m, ur_span_of(block.p + at, n));
        id->parts_total++;
    }
    id->parts_hash.n = UR_SHA256_BYTES;
    (void)!ur_merkle_root_var(&m, id->parts_hash.bytes); /* far fewer parts than it takes */
}
