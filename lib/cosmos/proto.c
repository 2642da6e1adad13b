#include "lib/cosmos/proto.h"

#include "core/codec/json.h"

#define LIST_AT offsetof(struct { size_t n; uint64_t at; }, at)

/* ---- out ---- */

static void put(ur_writer *w, const ur_proto_field *f, const uint8_t *message)
{
    const void *p = message + f->at;
    switch (f->kind) {
    case UR_PROTO_U64: ur_pb_put_u64(w, f->number, *(const uint64_t *)p); break;
    case UR_PROTO_U32: ur_pb_put_u64(w, f->number, *(const uint32_t *)p); break;
    case UR_PROTO_BOOL: ur_pb_put_u64(w, f->number, *(const bool *)p); break;
    case UR_PROTO_BYTES:
    case UR_PROTO_TEXT: ur_pb_put_bytes(w, f->number, *(const ur_span *)p); break;
    case UR_PROTO_SUB:
        if (*(const bool *)(message + f->has)) {
            size_t begun = ur_pb_begin(w, f->number);
            ur_proto_encode(w, f->sub, p);
            ur_pb_end(w, begun);
        }
        break;
    case UR_PROTO_LIST: {
        const uint8_t *at = (const uint8_t *)p + LIST_AT;
        for (size_t i = 0; i < *(const size_t *)p; i++, at += f->bytes) {
            if (f->sub == NULL) {
                ur_pb_put_bytes_always(w, f->number, *(const ur_span *)(const void *)at);
                continue;
            }
            size_t begun = ur_pb_begin(w, f->number);
            ur_proto_encode(w, f->sub, at);
            ur_pb_end(w, begun);
        }
        break;
    }
    }
}

void ur_proto_encode(ur_writer *w, const ur_proto *proto, const void *message)
{
    for (size_t i = 0; i < proto->n; i++) {
        put(w, &proto->field[i], message);
    }
}

/* ---- in ---- */

static const ur_proto_field *find(const ur_proto *proto, uint32_t number)
{
    for (size_t i = 0; i < proto->n; i++) {
        if (proto->field[i].number == number) {
            return &proto->field[i];
        }
    }
    return NULL;
}

static ur_status decode(uint8_t *out, const ur_proto *proto, ur_span bytes, ur_proto_unknown unknown, ur_err *err);

static ur_status text_check(ur_span s, const ur_proto *proto, uint32_t number, ur_err *err)
{
    return ur_utf8_valid_var(s) ? UR_OK : ur_err_set(err, UR_E_INPUT, "%s: field %u is not UTF-8 text", proto->name, number);
}

static ur_status take_entry(uint8_t *list, const ur_proto *proto, const ur_proto_field *f, ur_span bytes, ur_proto_unknown unknown,
                            ur_err *err)
{
    size_t *n = (size_t *)(void *)list;
    if (*n == f->max) {
        return ur_err_set(err, UR_E_LIMIT, "%s: more than %zu entries in field %u", proto->name, f->max, f->number);
    }
    uint8_t *at = list + LIST_AT + *n * f->bytes;
    if (f->sub == NULL) {
        *(ur_span *)(void *)at = bytes;
    } else {
        UR_TRY(decode(at, f->sub, bytes, unknown, err));
    }
    ++*n;
    return UR_OK;
}

static ur_status take(uint8_t *out, const ur_proto *proto, const ur_proto_field *f, const ur_pb_field *in, ur_proto_unknown unknown,
                      ur_err *err)
{
    void *p = out + f->at;
    switch (f->kind) {
    case UR_PROTO_U64: *(uint64_t *)p = in->u; return UR_OK;
    case UR_PROTO_U32:
        if (in->u > UINT32_MAX) {
            return ur_err_set(err, UR_E_INPUT, "%s: field %u does not fit 32 bits", proto->name, f->number);
        }
        *(uint32_t *)p = (uint32_t)in->u;
        return UR_OK;
    case UR_PROTO_BOOL: *(bool *)p = in->u != 0; return UR_OK;
    case UR_PROTO_TEXT: UR_TRY(text_check(in->bytes, proto, f->number, err)); *(ur_span *)p = in->bytes; return UR_OK;
    case UR_PROTO_BYTES: *(ur_span *)p = in->bytes; return UR_OK;
    case UR_PROTO_SUB: *(bool *)(void *)(out + f->has) = true; return decode(p, f->sub, in->bytes, unknown, err);
    case UR_PROTO_LIST: return take_entry(p, proto, f, in->bytes, unknown, err);
    }
    return UR_E_INTERNAL;
}

static bool may_ignore(uint32_t number, ur_proto_unknown unknown)
{
    return unknown == UR_PROTO_IGNORE || (unknown == UR_PROTO_NON_CRITICAL && (number >> 10 & 1) != 0);
}

static ur_status decode(uint8_t *out, const ur_proto *proto, ur_span bytes, ur_proto_unknown unknown, ur_err *err)
{
    ur_pb m;
    ur_pb_field in;
    uint64_t seen = 0; /* no table has more than 64 fields */
    ur_pb_init(&m, bytes, UR_PB_ANY);
    while (ur_pb_more(&m)) {
        if (ur_pb_next_var(&m, &in) != UR_OK) {
            return ur_err_set(err, UR_E_INPUT, "%s: not a protobuf message", proto->name);
        }
        const ur_proto_field *f = find(proto, in.number);
        if (f == NULL && may_ignore(in.number, unknown)) {
            continue;
        }
        if (f == NULL) {
            return ur_err_set(err, UR_E_INPUT, "%s: field %u is unknown", proto->name, in.number);
        }
        if (in.wire != (f->kind <= UR_PROTO_BOOL ? UR_PB_VARINT : UR_PB_BYTES)) {
            return ur_err_set(err, UR_E_INPUT, "%s: field %u is of the wrong wire type", proto->name, in.number);
        }
        uint64_t bit = (uint64_t)1 << (f - proto->field);
        if (f->kind != UR_PROTO_LIST && (seen & bit) != 0) {
            return ur_err_set(err, UR_E_INPUT, "%s: field %u stands there twice", proto->name, in.number);
        }
        seen |= bit;
        UR_TRY(take(out, proto, f, &in, unknown, err));
    }
    return UR_OK;
}

ur_status ur_proto_decode_var(void *out, const ur_proto *proto, ur_span bytes, ur_proto_unknown unknown, ur_err *err)
{
    memset(out, 0, proto->bytes);
    ur_status st = decode(out, proto, bytes, unknown, err);
    if (st != UR_OK) {
        memset(out, 0, proto->bytes);
    }
    return st;
}
