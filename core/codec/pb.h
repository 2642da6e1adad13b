/* Protobuf wire format: strict in, canonical out. Varint, 64-bit, 32-bit and length-delimited fields; groups are refused.
 * Variable time: messages are public. No allocation. */
#ifndef UR_CORE_CODEC_PB_H
#define UR_CORE_CODEC_PB_H

#include "core/base/span.h"

typedef enum ur_pb_wire { UR_PB_VARINT = 0, UR_PB_FIXED64 = 1, UR_PB_BYTES = 2, UR_PB_FIXED32 = 5 } ur_pb_wire;

typedef enum ur_pb_rules {
    UR_PB_ANY,       /* what every decoder accepts */
    UR_PB_CANONICAL, /* shortest varints, field numbers never falling */
} ur_pb_rules;

typedef struct ur_pb {
    ur_reader r;
    uint32_t last;
    ur_pb_rules rules;
} ur_pb;

typedef struct ur_pb_field {
    uint32_t number; /* 1..2^29-1; 0 in a field that is absent */
    ur_pb_wire wire;
    uint64_t u;    /* varint, fixed64, fixed32 */
    ur_span bytes; /* length-delimited, borrowed */
} ur_pb_field;

void ur_pb_init(ur_pb *m, ur_span message, ur_pb_rules rules);
/* Whether fields are left. */
static inline bool ur_pb_more(const ur_pb *m) { return ur_reader_left(&m->r) > 0; }
/* The next field. UR_E_INPUT on malformed or cut bytes or against the rules; out zeroed. */
UR_MUST_USE ur_status ur_pb_next_var(ur_pb *m, ur_pb_field *out);

/* Decode a message whose fields are all known and singular: out[i] is field number i + 1 (number 0 in it if absent) and
 * wires[i] the wire type it must have. UR_E_INPUT for an unknown, repeated or differently typed field; out zeroed. */
UR_MUST_USE ur_status ur_pb_fields_var(ur_pb_field *out, const ur_pb_wire *wires, size_t count, ur_span message,
    ur_pb_rules rules);

/* One varint of at most 64 bits in at most ten bytes; with UR_PB_CANONICAL in the fewest. UR_E_INPUT, nothing moved and
 * *out = 0 otherwise. */
UR_MUST_USE ur_status ur_pb_varint_var(ur_reader *r, uint64_t *out, ur_pb_rules rules);
static inline int64_t ur_pb_unzigzag(uint64_t x) { return (int64_t)(x >> 1 ^ (0 - (x & 1))); }
static inline uint64_t ur_pb_zigzag(int64_t x) { return (uint64_t)x << 1 ^ (0 - (uint64_t)(x < 0)); }

/* ---- writer: into a ur_writer, in rising field order (the caller's duty); values of zero and empty bytes are left out,
 * as proto3 does; errors stick there ---- */
void ur_pb_write_varint(ur_writer *w, uint64_t x);
void ur_pb_put_u64(ur_writer *w, uint32_t number, uint64_t x);
void ur_pb_put_i64(ur_writer *w, uint32_t number, int64_t x);      /* negative numbers take ten bytes */
void ur_pb_put_fixed64(ur_writer *w, uint32_t number, uint64_t x);
void ur_pb_put_bytes(ur_writer *w, uint32_t number, ur_span bytes);
void ur_pb_put_bytes_always(ur_writer *w, uint32_t number, ur_span bytes); /* written even when empty */
void ur_pb_put_text(ur_writer *w, uint32_t number, const char *s);
/* A message inside: begin, put its fields, end with what begin returned. Written even when empty. */
size_t ur_pb_begin(ur_writer *w, uint32_t number);
void ur_pb_end(ur_writer *w, size_t begun);

#endif
