/* Protobuf messages of Cosmos chains as C structs: a table says where each field lies, one encoder and one decoder serve all
 * tables. Encoding is canonical: rising fields, shortest varints, values of zero left out. Decoding accepts fields in any
 * order, as every decoder of theirs does, and is strict about the rest: wire types, UTF-8 in text, no singular field twice
 * (other decoders take the last: here two readers can never see two things), as many list entries as the struct has room for.
 * Spans are borrowed from the decoded bytes. No allocation; recursion is as deep as the tables, not as the input.
 * Variable time: all of it is public. */
#ifndef UR_LIB_COSMOS_PROTO_H
#define UR_LIB_COSMOS_PROTO_H

#include "core/codec/pb.h"
#include "lib/os/err.h"

typedef enum ur_proto_kind {
    UR_PROTO_U64,   /* uint64_t; int64 too */
    UR_PROTO_U32,   /* uint32_t; enums too */
    UR_PROTO_BOOL,  /* bool */
    UR_PROTO_BYTES, /* ur_span */
    UR_PROTO_TEXT,  /* ur_span, UTF-8 */
    UR_PROTO_SUB,   /* a struct; whether it is there stands in a bool */
    UR_PROTO_LIST,  /* struct { size_t n; T at[MAX]; } of structs, or of spans when there is no table for T */
} ur_proto_kind;

typedef struct ur_proto ur_proto;

typedef struct ur_proto_field {
    uint32_t number;
    ur_proto_kind kind;
    size_t at;         /* offset in the struct */
    size_t has;        /* SUB: offset of the bool */
    size_t max, bytes; /* LIST: room, size of T */
    const ur_proto *sub;
} ur_proto_field;

struct ur_proto {
    const char *name; /* for errors */
    size_t bytes;
    size_t n;
    const ur_proto_field *field; /* in rising order of number */
};

#define UR_PROTO_OF(name, type, table) {name, sizeof(type), sizeof(table) / sizeof(table)[0], table}
#define UR_PROTO_PLAIN(number, kind, type, member) {number, UR_PROTO_##kind, offsetof(type, member), 0, 0, 0, NULL}
#define UR_PROTO_SUB_OF(number, type, member, sub) \
    {number, UR_PROTO_SUB, offsetof(type, member), offsetof(type, has_##member), 0, 0, sub}
#define UR_PROTO_LIST_OF(number, type, member, sub)                                                                   \
    {number, UR_PROTO_LIST, offsetof(type, member), 0, sizeof((type *)0)->member.at / sizeof((type *)0)->member.at[0], \
     sizeof((type *)0)->member.at[0], sub}

typedef enum ur_proto_unknown {
    UR_PROTO_REFUSE,       /* no field that the table does not have */
    UR_PROTO_NON_CRITICAL, /* but those with bit 10 set (1024 to 2047 and so on), which a chain ignores too */
    UR_PROTO_IGNORE,       /* for what a newer node may answer */
} ur_proto_unknown;

void ur_proto_encode(ur_writer *w, const ur_proto *proto, const void *message);

/* UR_E_INPUT on anything that is refused above, with the message's name in err; UR_E_LIMIT when a list has no room. *out zeroed
 * then. */
UR_MUST_USE ur_status ur_proto_decode_var(void *out, const ur_proto *proto, ur_span bytes, ur_proto_unknown unknown, ur_err *err);

#endif
