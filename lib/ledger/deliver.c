/* A transaction's ways through the ledger: checked when it is submitted, delivered in a block, or only tried out. */
#include <stdlib.h>

#include "lib/ledger/ante.h"
#include "lib/suite/hash.h"

static ur_status as_result(ur_run *r, ur_status st, ur_ledger_result *out)
{
    return st == UR_OK || st == UR_E_POLICY ? ur_run_result(r, out, &r->l->answer) : st;
}

/* The block that the transaction would be in. */
static void at_next_block(ur_run *r)
{
    r->height = r->l->tip.height + 1;
    r->time = ur_ledger_now(r->l);
    if (ur_time_cmp(r->time, r->l->tip.vote_time) < 0) {
        r->time = r->l->tip.vote_time;
    }
    r->index = (uint32_t)r->l->waiting_n;
}

static ur_status decode(ur_run *r, ur_ante **a, ur_span tx)
{
    *a = ur_pool_take(r->pool, sizeof **a);
    return *a == NULL ? ur_run_no_memory(r) : ur_ante_decode(r, *a, tx);
}

/* Drop the events after `last`. */
static void cut_events(ur_run *r, ur_run_event *last)
{
    r->last = last;
    if (last == NULL) {
        r->first = NULL;
    } else {
        last->next = NULL;
    }
}

/* ---- submitting ---- */

static ur_status keep(ur_ledger *l, ur_span tx, const uint8_t hash[UR_SHA256_BYTES], ur_err *err)
{
    if (l->waiting_n == l->waiting_cap) {
        size_t cap = l->waiting_cap == 0 ? 64 : 2 * l->waiting_cap;
        ur_waiting_tx *grown = realloc(l->waiting, cap * sizeof *grown);
        if (grown == NULL) {
            return ur_ledger_no_memory(err);
        }
        l->waiting = grown;
        l->waiting_cap = cap;
    }
    uint8_t *own = malloc(tx.n == 0 ? 1 : tx.n);
    if (own == NULL) {
        return ur_ledger_no_memory(err);
    }
    memcpy(own, tx.p, tx.n);
    ur_waiting_tx *w = &l->waiting[l->waiting_n++];
    *w = (ur_waiting_tx){.tx = ur_span_of(own, tx.n), .tx_own = own};
    memcpy(w->hash, hash, UR_SHA256_BYTES);
    l->unkept_n++;
    return UR_OK;
}

static ur_status may_wait(ur_run *r, ur_span tx, const uint8_t hash[UR_SHA256_BYTES])
{
    const ur_ledger *l = r->l;
    if (tx.n > UR_LEDGER_TX_MAX) {
        return ur_run_refuse(r, "sdk", UR_SDK_TX_TOO_LARGE, "tx too large: at most %zu bytes", UR_LEDGER_TX_MAX);
    }
    if (l->waiting_n >= UR_LEDGER_BLOCK_TXS_MAX) {
        return ur_run_refuse(r, "sdk", UR_SDK_MEMPOOL_FULL, "mempool is full: %zu transactions wait", l->waiting_n);
    }
    for (size_t i = 0; i < l->waiting_n; i++) {
        if (ur_eq_var(l->waiting[i].hash, hash, UR_SHA256_BYTES)) {
            return ur_run_refuse(r, "sdk", UR_SDK_IN_MEMPOOL, "tx already in mempool");
        }
    }
    return UR_OK;
}

static ur_status check(ur_run *r, ur_span tx, const uint8_t hash[UR_SHA256_BYTES])
{
    ur_ante *a;
    UR_TRY(may_wait(r, tx, hash));
    UR_TRY(decode(r, &a, tx));
    return ur_ante_run(r, a, tx, UR_ANTE_CHECK, false);
}

ur_status ur_ledger_submit(ur_ledger *l, ur_ledger_result *out, uint8_t hash[UR_SHA256_BYTES], ur_span tx, ur_err *err)
{
    ur_run r;
    *out = (ur_ledger_result){0};
    ur_suite_sha256(hash, &tx, 1);
    ur_pool_reset(&l->answer);
    ur_kv_trim(&l->kv);
    ur_run_init(&r, l, &l->tx_layer, err);
    l->tx_layer.below = &l->check_layer;
    at_next_block(&r);
    ur_status st = check(&r, tx, hash);
    if (st == UR_OK) {
        st = keep(l, tx, hash, err);
    }
    if (st != UR_OK) {
        ur_kv_layer_reset(&l->tx_layer);
    } else if (ur_kv_merge(&l->tx_layer) != UR_OK) {
        return ur_ledger_no_memory(err);
    }
    return as_result(&r, st, out);
}

/* ---- delivering ---- */

static ur_status run_messages(ur_run *r, const ur_ante *a)
{
    ur_run_event *of_ante = r->last;
    r->layer = &r->l->msg_layer;
    ur_status st = ur_message_run_all(r, a);
    if (st != UR_OK) {
        ur_kv_layer_reset(&r->l->msg_layer);
        cut_events(r, of_ante);
    }
    return st;
}

static ur_status merge(ur_run *r, ur_kv_layer *layer) { return ur_kv_merge(layer) == UR_OK ? UR_OK : ur_run_no_memory(r); }

static ur_status deliver(ur_run *r, ur_span tx)
{
    ur_ante *a;
    UR_TRY(decode(r, &a, tx));
    ur_status st = ur_ante_run(r, a, tx, UR_ANTE_DELIVER, true); /* nothing is delivered but what was submitted */
    if (st != UR_OK) {
        ur_kv_layer_reset(&r->l->tx_layer);
        cut_events(r, NULL);
        return st;
    }
    UR_TRY(merge(r, &r->l->tx_layer)); /* the fee is paid and the sequence used, whatever follows */
    UR_TRY(run_messages(r, a));
    UR_TRY(merge(r, &r->l->msg_layer));
    return merge(r, &r->l->tx_layer);
}

ur_status ur_tx_deliver(ur_ledger *l, ur_tx_outcome *out, ur_span tx, int64_t height, ur_time time, uint32_t index, ur_err *err)
{
    ur_run r;
    *out = (ur_tx_outcome){0};
    ur_run_init(&r, l, &l->tx_layer, err);
    l->tx_layer.below = &l->block_layer;
    r.height = height;
    r.time = time;
    r.index = index;
    ur_status st = deliver(&r, tx);
    return st == UR_OK || st == UR_E_POLICY ? ur_run_encode(&r, out, &l->block_pool) : st;
}

/* ---- trying out ---- */

static ur_status try_out(ur_run *r, ur_span tx)
{
    ur_ante *a;
    UR_TRY(decode(r, &a, tx));
    UR_TRY(ur_ante_run(r, a, tx, UR_ANTE_SIMULATE, false));
    return run_messages(r, a);
}

ur_status ur_ledger_simulate(ur_ledger *l, ur_ledger_result *out, ur_span tx, ur_err *err)
{
    ur_run r;
    *out = (ur_ledger_result){0};
    ur_pool_reset(&l->answer);
    ur_kv_trim(&l->kv);
    ur_run_init(&r, l, &l->tx_layer, err);
    l->tx_layer.below = &l->check_layer;
    at_next_block(&r);
    ur_status st = try_out(&r, tx);
    ur_kv_layer_reset(&l->msg_layer);
    ur_kv_layer_reset(&l->tx_layer);
    return as_result(&r, st, out);
}
