/* The ledger view: what a chain's application holds, believed because of an anchor and not because a node says so. Records
 * come with the verified header (height, time, hash) under which they are proven; there is no way to read without.
 *
 * A header is believed when skipping verification (core/light/verify.h) leads to it from the trust store, and as many other
 * sources as asked (witnesses) show the same header. Two verified headers of one height are a fork: evidence is kept and
 * nothing is believed until a person has looked (UR_E_POLICY). A source whose answers do not verify is put aside for a
 * while, one that does not answer for a growing while; the others are asked.
 *
 *   UR_E_UNAVAILABLE  no source could help in time: try again
 *   UR_E_STATE        the newest believed header is older than the trusting period: a new anchor is needed (the error says how)
 *   UR_E_POLICY       a fork
 *   UR_E_ABSENT       no anchor yet
 * Never a wrong value. One thread at a time. */
#ifndef UR_LIB_CHAIN_VIEW_H
#define UR_LIB_CHAIN_VIEW_H

#include "lib/chain/node.h"
#include "lib/chain/trust.h"
#include "lib/os/clock.h"

#define UR_VIEW_SOURCES_MAX 16
#define UR_VIEW_KEYS_MAX 64
#define UR_VIEW_KEY_MAX 1024 /* bytes of one key */

typedef struct ur_view ur_view;

typedef struct ur_view_progress {
    int64_t trusted, wanted, target; /* heights: believed so far, looked at now, asked for */
    unsigned verified;               /* headers verified in this call */
} ur_view_progress;

typedef struct ur_view_options {
    const ur_light_ops *ops;  /* NULL: OpenSSL's */
    const ur_clock *clock;    /* NULL: the system's */
    void (*sleep)(void *context, unsigned ms); /* NULL: really sleep */
    void *context;            /* for sleep and progress */
    void (*progress)(void *context, const ur_view_progress *progress); /* may be NULL */
    unsigned witnesses;       /* other sources that must show the same header */
    unsigned ask_ms;          /* one question; 0: 10 s */
    uint32_t trust_num, trust_den; /* how much of a trusted set must have signed; 0, 0: more than a third */
} ur_view_options;

/* A view over an open trust store (borrowed) whose anchor is set. */
UR_MUST_USE ur_status ur_view_new(ur_view **out, ur_trust *trust, const ur_view_options *options, ur_err *err);
void ur_view_free(ur_view **view);
/* Add a source; the view owns it from here on, also after a failure. name is copied, for errors. UR_E_LIMIT over the maximum. */
UR_MUST_USE ur_status ur_view_add_source(ur_view *view, ur_chain_source *source, const char *name, ur_err *err);

/* Believe the header of a height (0: the newest that a source has), and say which it was. Returns at once for a header that is
 * believed already. Waits for a height that does not exist yet, until timeout_ms. */
UR_MUST_USE ur_status ur_view_sync(ur_view *view, ur_light_header *out, int64_t height, unsigned timeout_ms, ur_err *err);

typedef struct ur_view_record {
    bool present;
    ur_span value; /* not empty when present */
} ur_view_record;

typedef struct ur_view_records {
    ur_light_header header; /* everything below is proven under this one: the state after block header.height - 1 */
    size_t n;
    ur_view_record record[UR_VIEW_KEYS_MAX];
    uint8_t *block[UR_VIEW_KEYS_MAX]; /* own the values */
} ur_view_records;

/* The records of a store under keys (1..UR_VIEW_KEYS_MAX, each 1..UR_VIEW_KEY_MAX bytes), all under one header.
 *   under  the height of that header; 0: the newest. A record written in block H first stands under header H + 1.
 * Free with ur_view_records_free; empty after a failure. */
UR_MUST_USE ur_status ur_view_get(ur_view *view, ur_view_records *out, ur_span store, const ur_span *keys, size_t n,
    int64_t under, unsigned timeout_ms, ur_err *err);
void ur_view_records_free(ur_view_records *records);

typedef struct ur_view_code {
    ur_light_header header;
    uint64_t code_id;
    uint8_t checksum[UR_SHA256_BYTES]; /* SHA-256 of the contract's wasm */
} ur_view_code;

/* That a contract (32 bytes of address) was instantiated with one code and never migrated: entry 1 of its code history, proven
 * absence of entry 2, and that code's checksum. UR_E_ABSENT without entry 1, UR_E_POLICY with entry 2 or when it was not
 * instantiated but came from genesis; UR_E_INPUT when a proven record is not in wasmd's form. */
UR_MUST_USE ur_status ur_view_code_history(ur_view *view, ur_view_code *out, const uint8_t contract[32], int64_t under,
    unsigned timeout_ms, ur_err *err);

typedef struct ur_view_source_state {
    const char *name;
    int64_t height;       /* newest that it claimed; 0: not asked yet */
    unsigned failures;    /* in a row */
    unsigned put_aside_s; /* seconds until it is asked again */
    bool lied;            /* an answer of it did not verify */
} ur_view_source_state;
size_t ur_view_source_count(const ur_view *view);
void ur_view_source_state_of(const ur_view *view, size_t i, ur_view_source_state *out);

#endif
