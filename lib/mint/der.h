/* A writer for DER: definite, minimal lengths; elements are opened and closed like brackets. Errors stick in the
 * underlying writer. Depth at most 16. */
#ifndef UR_LIB_MINT_DER_H
#define UR_LIB_MINT_DER_H

#include "core/base/span.h"

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_UTF8_STRING = 0x0c,
    DER_PRINTABLE_STRING = 0x13,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31
};

typedef struct der {
    ur_writer *w;
    size_t start[16];
    size_t depth;
} der;

void der_open(der *d, uint8_t tag);
void der_close(der *d);
void der_bytes(der *d, uint8_t tag, const void *p, size_t n);
void der_str(der *d, uint8_t tag, const char *s);
void der_uint(der *d, uint8_t tag, uint64_t x);                      /* INTEGER, ENUMERATED */
void der_uint_be(der *d, const uint8_t *p, size_t n);                /* INTEGER from big-endian bytes */
void der_true(der *d);
/* UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5); seconds since 1970. */
void der_time(der *d, int64_t unix_time);

#endif
