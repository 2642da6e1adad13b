/* A strict reader of DER (X.690), for certificates and revocation lists: definite lengths in their shortest form, tags
 * of one octet, integers and booleans in their only encoding. It walks an ur_reader and allocates nothing; every span
 * is borrowed from the input. UR_E_INPUT for anything else than what was asked for, with the output zeroed and the
 * reader where it was. Variable time: certificates are public. */
#ifndef UR_CORE_CODEC_DER_H
#define UR_CORE_CODEC_DER_H

#include "core/base/span.h"

#define UR_DER_BOOLEAN 0x01u
#define UR_DER_INTEGER 0x02u
#define UR_DER_BIT_STRING 0x03u
#define UR_DER_OCTET_STRING 0x04u
#define UR_DER_NULL 0x05u
#define UR_DER_OID 0x06u
#define UR_DER_ENUMERATED 0x0au
#define UR_DER_UTF8_STRING 0x0cu
#define UR_DER_PRINTABLE_STRING 0x13u
#define UR_DER_UTC_TIME 0x17u
#define UR_DER_GENERALIZED_TIME 0x18u
#define UR_DER_SEQUENCE 0x30u
#define UR_DER_SET 0x31u
#define UR_DER_CONTEXT(n) (0xa0u | (n))           /* constructed [n] */
#define UR_DER_CONTEXT_PRIMITIVE(n) (0x80u | (n)) /* primitive [n] */

/* The next element: its tag and contents. `whole` (may be NULL) gets tag, length and contents. Contents are at most
 * 2^24 - 1 octets. */
UR_MUST_USE ur_status ur_der_next(ur_reader *r, uint8_t *tag, ur_span *content, ur_span *whole);
/* The next element, which must have this tag. */
UR_MUST_USE ur_status ur_der_take(ur_reader *r, uint8_t tag, ur_span *content);
/* The same, with a reader over its contents in place of the span. */
UR_MUST_USE ur_status ur_der_enter(ur_reader *r, uint8_t tag, ur_reader *inner);
/* And the whole of it, tag and length included. */
UR_MUST_USE ur_status ur_der_enter_whole(ur_reader *r, uint8_t tag, ur_reader *inner, ur_span *whole);
/* Whether the next octet is this tag; false at the end. */
bool ur_der_peek(const ur_reader *r, uint8_t tag);

/* An INTEGER of any size in its shortest form: the contents, at least one octet, two's complement. */
UR_MUST_USE ur_status ur_der_integer(ur_reader *r, ur_span *out);
/* A non-negative INTEGER of at most `max`. */
UR_MUST_USE ur_status ur_der_uint(ur_reader *r, uint64_t *out, uint64_t max);
/* ENUMERATED, the same. */
UR_MUST_USE ur_status ur_der_enum(ur_reader *r, uint64_t *out, uint64_t max);
/* 00 or FF. */
UR_MUST_USE ur_status ur_der_bool(ur_reader *r, bool *out);
/* An OBJECT IDENTIFIER's contents; well-formed sub-identifiers. */
UR_MUST_USE ur_status ur_der_oid(ur_reader *r, ur_span *out);
/* An OCTET STRING of exactly n octets, copied. */
UR_MUST_USE ur_status ur_der_octets(ur_reader *r, void *out, size_t n);
/* A BIT STRING of whole octets (no unused bits). */
UR_MUST_USE ur_status ur_der_bits(ur_reader *r, ur_span *out);
/* UTCTime (years 1950 to 2049) or GeneralizedTime, seconds present, no fraction, zone Z: Unix seconds. */
UR_MUST_USE ur_status ur_der_time(ur_reader *r, int64_t *unix_s);

/* SEQUENCE { r INTEGER, s INTEGER }, nothing after it: r and s big-endian, 32 octets each. Refuses negative, zero,
 * non-minimal and longer ones; does not compare them with the group order. */
UR_MUST_USE ur_status ur_der_ecdsa(uint8_t out[64], ur_span der);

/* Unix seconds of a date in the proleptic Gregorian calendar; UR_E_INPUT if there is no such date. year 1..9999. */
UR_MUST_USE ur_status ur_unix_of_date(int64_t *out, unsigned year, unsigned month, unsigned day, unsigned hour,
    unsigned minute, unsigned second);

#endif
