/* One call of the contract: what a handler works with. Facts of the block, records, memory, refusal, events, answer.
 *
 * Memory comes from the caller of the entry point, is zero at the start, is handed out once and never taken back. So a
 * chain's fresh memory and a native arena behave alike, and running out ends the call alike. */
#ifndef UR_CONTRACT_MACHINE_CALL_H
#define UR_CONTRACT_MACHINE_CALL_H

#include "contract/machine/host.h"
#include "contract/machine/keys.h"
#include "core/codec/json.h"
#include "core/policy/policy.h"

#define UC_MESSAGE_MAX ((size_t)128 << 10)  /* bytes of a message's JSON */
#define UC_ANSWER_MAX ((size_t)160 << 10)   /* of a query's answer, or of a reply's data */
#define UC_EVENTS_MAX ((size_t)128 << 10)   /* of all events of a call, as JSON */

typedef enum uc_error {
#define UC_ERROR(code, status, sentence) UC_ERROR_##code,
#include "contract/machine/error.def"
#undef UC_ERROR
    UC_ERROR_COUNT
} uc_error;

typedef enum uc_event {
#define UC_EVENT(type, attributes) UC_EVENT_##type,
#include "contract/machine/event.def"
#undef UC_EVENT
    UC_EVENT_COUNT
} uc_event;

typedef struct uc_call {
    const uc_host *host;
    ur_arena *memory;
    bool writes; /* false in a query */

    /* Facts, spans of env and info. */
    ur_span chain_id, contract;
    ur_span sender; /* empty in a query */
    ur_instant now; /* the block that carries the message */

    /* Kept by the functions below. */
    bool refused;
    uc_error error;
    const char *field;
    ur_writer event_bytes, answer_bytes;
    ur_json_writer events, answer;
    const char *event_type; /* of the event that is open */
    const char *attributes; /* what it still lacks; NULL: none is open */
} uc_call;

/* ---- refusal ---- */

/* Note why the caller is refused and return the class of that, for `return uc_refuse(c, UC_ERROR_fenced, "vault")`.
 * field: static storage, may be NULL. */
ur_status uc_refuse(uc_call *c, uc_error error, const char *field);
/* Hand UR_OK through and refuse all that is about the caller's bytes (E_USAGE, E_INPUT, E_PROOF, E_POLICY, E_STATE, E_ABSENT,
 * E_LIMIT); E_UNAVAILABLE, E_MEMORY and E_INTERNAL are handed through and end the call. For the core's functions. */
UR_MUST_USE ur_status uc_check(uc_call *c, ur_status status, uc_error error, const char *field);

/* The code and the sentence of an error, the type of an event and its attributes' names with one blank between. */
const char *uc_error_code(uc_error e);
const char *uc_error_sentence(uc_error e);
const char *uc_event_type(uc_event e);
const char *uc_event_attributes(uc_event e);

/* ---- memory ---- */

/* count objects of `size` bytes, zeroed, aligned to 16. NULL: there is no more, return UR_E_MEMORY. */
void *uc_take(uc_call *c, size_t count, size_t size);

/* ---- records ---- */

/* UR_E_ABSENT if there is none (and out empty); it is the handler's to refuse then. */
UR_MUST_USE ur_status uc_get(uc_call *c, ur_span key, ur_span *out);
/* UR_E_INTERNAL in a query, or for a value that is empty or over UC_VALUE_MAX. */
UR_MUST_USE ur_status uc_put(uc_call *c, ur_span key, ur_span value);
UR_MUST_USE ur_status uc_remove(uc_call *c, ur_span key);

/* ---- signatures ---- */

/* UR_E_PROOF also for a key that is not compressed and for an s in the upper half, whatever the host thinks of them. */
UR_MUST_USE ur_status uc_verify(uc_call *c, const uint8_t hash[32], const uint8_t sig[64], const uint8_t pub[33]);

/* ---- events: misuse shows as UR_E_INTERNAL at the end of the call ---- */

/* Begin an event; the one before ends. Its attributes follow, each once, in the order of event.def. */
void uc_event_begin(uc_call *c, uc_event e);
void uc_event_end(uc_call *c); /* of the last one; the entry point does that */
void uc_attr_u64(uc_call *c, const char *name, uint64_t x);
void uc_attr_text(uc_call *c, const char *name, ur_span text); /* valid UTF-8 */
void uc_attr_base64(uc_call *c, const char *name, ur_span bytes);
void uc_attr_hex(uc_call *c, const char *name, ur_span bytes);

/* ---- answer ---- */

/* Where a query writes its answer, one JSON value, keys rising. In a message: the reply's data, which may be left out. */
static inline ur_json_writer *uc_answer(uc_call *c) { return &c->answer; }

/* ---- fields of a message ---- */

#define UC_ARGS_MAX 16

typedef struct uc_args {
    uc_call *call;
    const char *const *names; /* static storage */
    ur_json value[UC_ARGS_MAX];
} uc_args;

/* Take an object apart that must have exactly these `count` members; refuses otherwise.
 *
 *     enum { VAULT, KEY, COUNT };
 *     static const char *const names[COUNT] = {"vault", "key"};
 *     uc_args a;
 *     UR_TRY(uc_args_read(c, &a, names, COUNT, args));
 *     UR_TRY(uc_args_u64(&a, VAULT, &vault)); */
UR_MUST_USE ur_status uc_args_read(uc_call *c, uc_args *out, const char *const *names, size_t count, ur_json args);

/* Readers of one field. Each refuses, naming the field, what is of another type or form or over its limit. */
bool uc_args_is_null(const uc_args *a, size_t i);
UR_MUST_USE ur_status uc_args_u64(const uc_args *a, size_t i, uint64_t *out);              /* 0..2^53 - 1 */
UR_MUST_USE ur_status uc_args_u32(const uc_args *a, size_t i, uint32_t max, uint32_t *out);
UR_MUST_USE ur_status uc_args_base64(const uc_args *a, size_t i, uint8_t *out, size_t out_len);    /* exactly so many bytes */
UR_MUST_USE ur_status uc_args_base64_upto(const uc_args *a, size_t i, size_t max, ur_span *out);   /* 1..max, in the call's memory */
UR_MUST_USE ur_status uc_args_text(const uc_args *a, size_t i, size_t max, ur_span *out);  /* printable ASCII, 1..max, no escapes */
UR_MUST_USE ur_status uc_args_address(const uc_args *a, size_t i, ur_span *out);           /* an address of this chain */
/* The same for an address that stands elsewhere, in a list for instance. */
UR_MUST_USE ur_status uc_address(uc_call *c, ur_json value, const char *field, ur_span *out);

#endif
