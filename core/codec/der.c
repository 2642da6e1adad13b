#include "core/codec/der.h"

#define DER_MAX_CONTENT 0xffffffu

ur_status ur_der_next(ur_reader *r, uint8_t *tag, ur_span *content, ur_span *whole)
{
    ur_reader at = *r;
    const uint8_t *start = r->p == NULL ? NULL : r->p + r->at;
    uint8_t t = 0;
    uint8_t first = 0;
    *tag = 0;
    *content = (ur_span){0};
    if (whole != NULL) {
        *whole = (ur_span){0};
    }
    UR_TRY(ur_reader_u8(&at, &t));
    UR_TRY(ur_reader_u8(&at, &first));
    if ((t & 0x1fu) == 0x1fu || t == 0) {
        return UR_E_INPUT; /* a long tag, or an end of contents */
    }
    size_t n = first;
    if (first >= 0x80) {
        size_t octets = first & 0x7fu;
        if (octets == 0 || octets > 3) {
            return UR_E_INPUT; /* indefinite, or beyond our limit */
        }
        n = 0;
        for (size_t i = 0; i < octets; i++) {
            uint8_t x = 0;
            UR_TRY(ur_reader_u8(&at, &x));
            n = n << 8 | x;
        }
        if (n < 0x80 || (octets > 1 && n >> (8 * (octets - 1)) == 0) || n > DER_MAX_CONTENT) {
            return UR_E_INPUT; /* not the shortest form */
        }
    }
    ur_span body;
    UR_TRY(ur_reader_bytes(&at, &body, n));
    *tag = t;
    *content = body;
    if (whole != NULL) {
        *whole = ur_span_of(start, at.at - r->at);
    }
    *r = at;
    return UR_OK;
}

ur_status ur_der_take(ur_reader *r, uint8_t tag, ur_span *content)
{
    ur_reader at = *r;
    uint8_t t = 0;
    UR_TRY(ur_der_next(&at, &t, content, NULL));
    if (t != tag) {
        *content = (ur_span){0};
        return UR_E_INPUT;
    }
    *r = at;
    return UR_OK;
}

ur_status ur_der_enter(ur_reader *r, uint8_t tag, ur_reader *inner)
{
    ur_span content;
    ur_status s = ur_der_take(r, tag, &content);
    ur_reader_init(inner, content);
    return s;
}

bool ur_der_peek(const ur_reader *r, uint8_t tag)
{
    return ur_reader_left(r) > 0 && r->p[r->at] == tag;
}

/* The shortest two's complement: the first nine bits are not all equal. */
static bool shortest(ur_span x)
{
    return x.n == 1 || (x.n > 1 && !((x.p[0] == 0x00 && x.p[1] < 0x80) || (x.p[0] == 0xff && x.p[1] >= 0x80)));
}

static ur_status take_number(ur_reader *r, uint8_t tag, ur_span *out)
{
    ur_reader at = *r;
    ur_span x;
    *out = (ur_span){0};
    UR_TRY(ur_der_take(&at, tag, &x));
    if (!shortest(x)) {
        return UR_E_INPUT;
    }
    *out = x;
    *r = at;
    return UR_OK;
}

static ur_status take_uint(ur_reader *r, uint8_t tag, uint64_t *out, uint64_t max)
{
    ur_reader at = *r;
    ur_span x;
    uint64_t value = 0;
    *out = 0;
    UR_TRY(take_number(&at, tag, &x));
    if (x.p[0] >= 0x80 || x.n > 9 || (x.n == 9 && x.p[0] != 0)) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < x.n; i++) {
        value = value << 8 | x.p[i];
    }
    if (value > max) {
        return UR_E_INPUT;
    }
    *out = value;
    *r = at;
    return UR_OK;
}

ur_status ur_der_integer(ur_reader *r, ur_span *out)
{
    return take_number(r, UR_DER_INTEGER, out);
}

ur_status ur_der_uint(ur_reader *r, uint64_t *out, uint64_t max)
{
    return take_uint(r, UR_DER_INTEGER, out, max);
}

ur_status ur_der_enum(ur_reader *r, uint64_t *out, uint64_t max)
{
    return take_uint(r, UR_DER_ENUMERATED, out, max);
}

ur_status ur_der_bool(ur_reader *r, bool *out)
{
    ur_reader at = *r;
    ur_span x;
    *out = false;
    UR_TRY(ur_der_take(&at, UR_DER_BOOLEAN, &x));
    if (x.n != 1 || (x.p[0] != 0x00 && x.p[0] != 0xff)) {
        return UR_E_INPUT;
    }
    *out = x.p[0] == 0xff;
    *r = at;
    return UR_OK;
}

ur_status ur_der_oid(ur_reader *r, ur_span *out)
{
    ur_reader at = *r;
    ur_span x;
    *out = (ur_span){0};
    UR_TRY(ur_der_take(&at, UR_DER_OID, &x));
    bool begins = true;
    for (size_t i = 0; i < x.n; i++) {
        if (begins && x.p[i] == 0x80) {
            return UR_E_INPUT; /* a sub-identifier padded in front */
        }
        begins = x.p[i] < 0x80;
    }
    if (x.n == 0 || !begins) {
        return UR_E_INPUT;
    }
    *out = x;
    *r = at;
    return UR_OK;
}

ur_status ur_der_octets(ur_reader *r, void *out, size_t n)
{
    ur_reader at = *r;
    ur_span x;
    memset(out, 0, n);
    UR_TRY(ur_der_take(&at, UR_DER_OCTET_STRING, &x));
    if (x.n != n) {
        return UR_E_INPUT;
    }
    if (n > 0) {
        memcpy(out, x.p, n);
    }
    *r = at;
    return UR_OK;
}

ur_status ur_der_bits(ur_reader *r, ur_span *out)
{
    ur_reader at = *r;
    ur_span x;
    *out = (ur_span){0};
    UR_TRY(ur_der_take(&at, UR_DER_BIT_STRING, &x));
    if (x.n < 1 || x.p[0] != 0) {
        return UR_E_INPUT;
    }
    *out = ur_span_of(x.p + 1, x.n - 1);
    *r = at;
    return UR_OK;
}

ur_status ur_unix_of_date(int64_t *out, unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
    unsigned second)
{
    static const uint8_t days_in[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const uint16_t days_before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    *out = 0;
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) {
        return UR_E_INPUT;
    }
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > days_in[month - 1] + (leap && month == 2 ? 1u : 0u)) {
        return UR_E_INPUT;
    }
    int64_t y = (int64_t)year - 1;
    int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + days_before[month - 1] + (leap && month > 2 ? 1 : 0) +
                   (int64_t)day - 1 - 719162; /* days from 0001-01-01 to 1970-01-01 */
    *out = days * 86400 + (int64_t)hour * 3600 + (int64_t)minute * 60 + (int64_t)second;
    return UR_OK;
}

ur_status ur_der_time(ur_reader *r, int64_t *unix_s)
{
    ur_reader at = *r;
    uint8_t tag = 0;
    ur_span x;
    unsigned two[7] = {0}; /* century or nothing, year, month, day, hour, minute, second */
    *unix_s = 0;
    UR_TRY(ur_der_next(&at, &tag, &x, NULL));
    size_t first = tag == UR_DER_GENERALIZED_TIME ? 0 : 1;
    if ((tag != UR_DER_UTC_TIME && tag != UR_DER_GENERALIZED_TIME) || x.n != 2 * (7 - first) + 1 ||
        x.p[x.n - 1] != 'Z') {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i + 1 < x.n; i++) {
        if (x.p[i] < '0' || x.p[i] > '9') {
            return UR_E_INPUT;
        }
        two[first + i / 2] = two[first + i / 2] * 10 + (unsigned)(x.p[i] - '0');
    }
    unsigned year = first == 0 ? two[0] * 100 + two[1] : two[1] + (two[1] < 50 ? 2000u : 1900u);
    UR_TRY(ur_unix_of_date(unix_s, year, two[2], two[3], two[4], two[5], two[6]));
    *r = at;
    return UR_OK;
}

static ur_status scalar32(uint8_t out[32], ur_reader *r)
{
    ur_span x;
    UR_TRY(ur_der_integer(r, &x));
    if (x.p[0] >= 0x80) {
        return UR_E_INPUT;
    }
    if (x.p[0] == 0) { /* the sign octet, or the number zero */
        x = ur_span_of(x.p + 1, x.n - 1);
    }
    if (x.n == 0 || x.n > 32) {
        return UR_E_INPUT;
    }
    memset(out, 0, 32);
    memcpy(out + 32 - x.n, x.p, x.n);
    return UR_OK;
}

ur_status ur_der_ecdsa(uint8_t out[64], ur_span der)
{
    ur_reader r;
    ur_reader inner = {0};
    ur_reader_init(&r, der);
    ur_status s = ur_der_enter(&r, UR_DER_SEQUENCE, &inner);
    s = s == UR_OK ? ur_reader_end(&r) : s;
    s = s == UR_OK ? scalar32(out, &inner) : s;
    s = s == UR_OK ? scalar32(out + 32, &inner) : s;
    s = s == UR_OK ? ur_reader_end(&inner) : s;
    if (s != UR_OK) {
        memset(out, 0, 64);
    }
    return s;
}
