/* Events one by one, whatever the form of the log. Private to core/attest. */
#ifndef UR_CORE_ATTEST_EVENT_LOG_H
#define UR_CORE_ATTEST_EVENT_LOG_H

#include "core/attest/dstack.h"
#include "core/codec/json.h"

typedef struct ur_event {
    uint32_t imr; /* 0..3 */
    uint32_t type;
    bool has_digest;
    uint8_t digest[48];
    ur_span name;    /* in scratch, or borrowed from the log */
    ur_span payload; /* the same */
    bool canonical;   /* version 2: the digest is over the canonical JSON of name, payload and type */
    ur_span preimage; /* version 2: that text as it was given, in scratch */
} ur_event;

typedef struct ur_event_walk {
    ur_event_log_form form;
    ur_json_iter it;
    ur_reader r;
    uint32_t left;  /* wire form: events to come */
    uint32_t count; /* so far */
    uint8_t *scratch; /* UR_DSTACK_SCRATCH_BYTES, used anew by each event */
} ur_event_walk;

UR_MUST_USE ur_status ur_event_walk_start(ur_event_walk *w, const ur_event_log *log, uint8_t *scratch);
/* *done at the end, which is also where the form is checked to its last octet. UR_E_INPUT, UR_E_LIMIT. */
UR_MUST_USE ur_status ur_event_walk_next(ur_event_walk *w, ur_event *out, bool *done);

/* SCALE: a compact length in its shortest form, at most max, and that many octets. */
UR_MUST_USE ur_status ur_scale_bytes(ur_reader *r, ur_span *out, uint32_t max);
UR_MUST_USE ur_status ur_scale_compact(ur_reader *r, uint32_t *out, uint32_t max);

#endif
