/* The state that transactions work on: flat records of the four stores, read from one table, and layers of changes over it. A
 * layer's changes go down into the one below it, or are forgotten; the lowest one goes into the table and the trees. */
#ifndef UR_LIB_LEDGER_KV_H
#define UR_LIB_LEDGER_KV_H

#include <sqlite3.h>

#include "lib/ledger/pool.h"
#include "lib/os/err.h"

/* The stores, in the order of their names, and behind them what no header binds: wasm files under their checksums, and contracts in
 * the order of code and making. */
typedef enum ur_store { UR_STORE_ACC, UR_STORE_BANK, UR_STORE_FEEGRANT, UR_STORE_WASM, UR_STORES, UR_STORE_FILE = UR_STORES, UR_STORE_LISTING } ur_store;
const char *ur_store_name(ur_store s);

typedef struct ur_kv_entry {
    struct ur_kv_entry *chain;
    uint32_t hash;
    uint8_t store;
    bool present;   /* else removed, or known to be absent */
    ur_span key, value;
} ur_kv_entry;

typedef struct ur_kv_layer {
    struct ur_kv_layer *below; /* NULL: the table is below */
    ur_pool pool;
    ur_kv_entry **table;
    size_t slots, n;
} ur_kv_layer;

typedef struct ur_kv {
    sqlite3 *db; /* borrowed */
    sqlite3_stmt *get, *put, *remove;
    ur_kv_layer cache; /* what the table holds, as far as it was asked */
    ur_pool row;       /* the one that is written */
} ur_kv;

/* Make the table, if it is not there. */
UR_MUST_USE ur_status ur_kv_prepare(sqlite3 *db, ur_err *err);
UR_MUST_USE ur_status ur_kv_open(ur_kv *kv, sqlite3 *db, ur_err *err);
void ur_kv_close(ur_kv *kv);
/* Every row's sum: UR_E_INPUT if one is damaged. Reads the whole table. */
UR_MUST_USE ur_status ur_kv_check(ur_kv *kv, ur_err *err);
/* Between calls: give back memory of the cache when there is much. After a rollback: ur_kv_forget. */
void ur_kv_trim(ur_kv *kv);
void ur_kv_forget(ur_kv *kv);

/* A layer begins as all zeros but for `below`. */
void ur_kv_layer_reset(ur_kv_layer *l);
void ur_kv_layer_free(ur_kv_layer *l);

/* UR_E_ABSENT. The value is borrowed until the layer is reset or ur_kv_trim. l NULL: the table's. */
UR_MUST_USE ur_status ur_kv_get(ur_kv *kv, const ur_kv_layer *l, ur_store store, ur_span key, ur_span *out, ur_err *err);
UR_MUST_USE ur_status ur_kv_put(ur_kv_layer *l, ur_store store, ur_span key, ur_span value);
UR_MUST_USE ur_status ur_kv_remove(ur_kv_layer *l, ur_store store, ur_span key);
/* Move a layer's changes into the one below it, and reset it. */
UR_MUST_USE ur_status ur_kv_merge(ur_kv_layer *l);

/* The changes of a layer in the order of stores and keys, in its pool. */
UR_MUST_USE ur_status ur_kv_changes(ur_kv_layer *l, ur_kv_entry ***out);
/* The value of a row of the table, behind which stands a sum that shows damage: UR_E_INPUT. */
UR_MUST_USE ur_status ur_kv_value(ur_span row, ur_store store, ur_span key, ur_span *value);
/* Write one change to the table. */
UR_MUST_USE ur_status ur_kv_write(ur_kv *kv, const ur_kv_entry *change, ur_err *err);

#endif
