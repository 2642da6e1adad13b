/* A log that only grows and in which nothing can be changed unnoticed: one line of canonical JSON an entry, each naming the
 * hash of the line before it.
 *
 *     {"at":MS,"entry":{...},"n":N,"prev":HEX}
 *
 * at: milliseconds since 1970; n: 1, 2, ...; prev: SHA-256 of the line before without its line end, for the first line
 * SHA-256("unrug/1/journal" 0). Whoever remembers a count and a hash can tell that nothing up to there was changed, left
 * out or cut off. An entry is on disk when append returns. Entries hold no secrets: that is the caller's care. */
#ifndef UR_LIB_JOURNAL_JOURNAL_H
#define UR_LIB_JOURNAL_JOURNAL_H

#include "core/codec/json.h"
#include "core/hash/hash.h"
#include "lib/os/err.h"

#define UR_JOURNAL_ENTRY_MAX ((size_t)16 << 10)
#define UR_JOURNAL_LINE_MAX (UR_JOURNAL_ENTRY_MAX + 256)

typedef struct ur_journal ur_journal;

/* How far a journal goes. */
typedef struct ur_journal_head {
    uint64_t n; /* entries; 0: empty */
    uint8_t hash[UR_SHA256_BYTES]; /* of the last line; before the first one what that will name */
} ur_journal_head;

/* Open for appending, made (0600) if it is not there; reads and checks all of it. A last line without its end, which a
 * kill while writing leaves, was never reported as written and is cut off: *torn says how many bytes (may be NULL).
 * UR_E_UNAVAILABLE while another process has it open so, UR_E_INPUT for what is no journal, UR_E_PROOF where the chain is
 * broken; both name the line. */
UR_MUST_USE ur_status ur_journal_open(ur_journal **out, const char *path, size_t *torn, ur_err *err);
void ur_journal_close(ur_journal **journal); /* NULL inside is allowed */
/* Append, and wait until it is on disk. entry: an object in canonical form, at most UR_JOURNAL_ENTRY_MAX bytes (UR_E_USAGE,
 * UR_E_LIMIT). After a failed write nothing more is taken (UR_E_STATE) until the journal is opened again. */
UR_MUST_USE ur_status ur_journal_append(ur_journal *journal, int64_t unix_ms, ur_span entry, ur_err *err);
void ur_journal_head_of(const ur_journal *journal, ur_journal_head *out);

/* ---- reading, also while another process appends ---- */

typedef struct ur_journal_entry {
    uint64_t n;
    int64_t unix_ms;
    ur_json entry;  /* borrowed, as is line */
    ur_span line;
    uint8_t hash[UR_SHA256_BYTES]; /* of the line */
} ur_journal_entry;

/* Call visit (may be NULL) for each entry in turn until it fails, and check the chain along the way. A last line without
 * its end is not looked at. *head (may be NULL) says how far it was good. */
UR_MUST_USE ur_status ur_journal_read(const char *path, ur_status (*visit)(void *context, const ur_journal_entry *entry),
                                      void *context, ur_journal_head *head, ur_err *err);

#endif
