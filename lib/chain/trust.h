/* The trust store: an anchor from configuration and the headers that were believed because of it, in one SQLite file.
 * Nothing in it is ever replaced or taken back, the newest header only moves up, and each addition is one transaction that
 * is on disk when the call returns: a kill at any instruction leaves the state before or after it. Two different headers of
 * one height are refused (UR_E_PROOF) whoever brings the second. Old headers are thinned out, never the anchor's or the
 * newest. Evidence of forks is kept. The file holds nothing secret; who can write it can choose what is believed. */
#ifndef UR_LIB_CHAIN_TRUST_H
#define UR_LIB_CHAIN_TRUST_H

#include "core/light/verify.h"
#include "lib/os/err.h"

#define UR_TRUST_KEEP 2000 /* headers */

typedef struct ur_trust ur_trust;

typedef struct ur_anchor {
    char chain_id[UR_CHAIN_ID_MAX + 1];
    int64_t height;
    uint8_t hash[UR_SHA256_BYTES];
    int64_t trusting_period_s;
} ur_anchor;

/* Open a store, made if it is not there. UR_E_INPUT if the file is no trust store. One process writes at a time; another
 * waits up to five seconds, then UR_E_UNAVAILABLE. */
UR_MUST_USE ur_status ur_trust_open(ur_trust **out, const char *path, ur_err *err);
void ur_trust_close(ur_trust **trust); /* NULL inside is allowed */

/* The anchor: UR_E_ABSENT before one is set. */
UR_MUST_USE ur_status ur_trust_anchor(ur_trust *trust, ur_anchor *out, ur_err *err);
/* Set the first anchor, or the same again. UR_E_STATE for another: that is what renewing is for. */
UR_MUST_USE ur_status ur_trust_set_anchor(ur_trust *trust, const ur_anchor *anchor, ur_err *err);
/* Replace the anchor by a later one of the same chain, above the newest header that was believed (UR_E_STATE else). Old
 * headers stay as a record of what was believed; the next one to be believed is the anchor's own. */
UR_MUST_USE ur_status ur_trust_renew_anchor(ur_trust *trust, const ur_anchor *anchor, ur_err *err);

/* The newest believed header at or below height, not below the anchor's. UR_E_ABSENT if there is none. */
UR_MUST_USE ur_status ur_trust_at_or_below(ur_trust *trust, ur_light_header *out, int64_t height, ur_err *err);
UR_MUST_USE ur_status ur_trust_newest(ur_trust *trust, ur_light_header *out, ur_err *err);
/* Believe these, all or none. Nothing below the anchor's height; the anchor's own height needs the anchor's hash. */
UR_MUST_USE ur_status ur_trust_add(ur_trust *trust, const ur_light_header *headers, size_t n, ur_err *err);

/* The sources to ask when nobody says otherwise: addresses, one a line, at most UR_TRUST_SOURCES_MAX bytes in all with
 * their line ends. Set replaces all. */
#define UR_TRUST_SOURCES_MAX 8192
UR_MUST_USE ur_status ur_trust_set_sources(ur_trust *trust, ur_span lines, ur_err *err);
UR_MUST_USE ur_status ur_trust_sources(ur_trust *trust, char out[UR_TRUST_SOURCES_MAX + 1], ur_err *err);

/* Keep what shows a fork or a lie, as text (JSON). A fork stays one until the anchor is renewed. */
UR_MUST_USE ur_status ur_trust_add_evidence(ur_trust *trust, int64_t unix_s, bool fork, ur_span text, ur_err *err);
/* UR_OK, or UR_E_POLICY while there is evidence of a fork. */
UR_MUST_USE ur_status ur_trust_check_fork(ur_trust *trust, ur_err *err);
UR_MUST_USE ur_status ur_trust_count(ur_trust *trust, int64_t *headers, int64_t *evidence, ur_err *err);

#endif
