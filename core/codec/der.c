#include "core/codec/der.h"

/* What stands at a reader: looked at here, taken by take() once it is what was wanted. */
typedef struct element {
    uint8_t tag;
    ur_span content;
    size_t n; /* octets of all of it */
} element;

/* A length in the long form; p stands behind the tag, with left octets. The octets it takes, 0 if it is malformed. */
static size_t long_length(size_t *n, const uint8_t *p, size_t left)
{
    size_t octets = p[0] & 0x7fu;
    size_t x = 0;
    if (octets == 0 || octets > 3 || octets >= left) {
        return 0; /* indefinite, beyond our limit, cut */
    }
    for (size_t i = 1; i <= octets; i++) {
        x = x << 8 | p[i];
    }
    if (x < 0x80 || (octets > 1 && x >> (8 * (octets - 1)) == 0)) {
        return 0; /* not the shortest form */
    }
    *n = x;
    return 1 + octets;
}

static inline ur_status look(element *e, const ur_reader *r)
{
    size_t left = ur_reader_left(r);
    if (left < 2) {
        return UR_E_INPUT;
    }
    const uint8_t *p = r->p + r->at;
    size_t n = p[1];
    size_t head = 1 + (n < 0x80 ? 1 : long_length(&n, p + 1, left - 1));
    if (head == 1 || n > left - head || (p[0] & 0x1fu) == 0x1fu || p[0] == 0) {
        return UR_E_INPUT; /* a malformed length, too little, a long tag, an end of contents */
    }
    e->tag = p[0];
    e->content = n == 0 ? (ur_span){0} : ur_span_of(p + head, n);
    e->n = head + n;
    return UR_OK;
}

static inline ur_status look_for(element *e, const ur_reader *r, uint8_t tag)
{
    UR_TRY(look(e, r));
    return e->tag == tag ? UR_OK : UR_E_INPUT;
}

static inline void take(ur_reader *r, const element *e) { r->at += e->n; }

ur_status ur_der_next(ur_reader *r, uint8_t *tag, ur_span *content, ur_span *whole)
{
    element e = {0};
    ur_status s = look(&e, r);
    *tag = e.tag;
    *content = e.content;
    if (whole != NULL) {
        *whole = s == UR_OK ? ur_span_of(r->p + r->at, e.n) : (ur_span){0};
    }
    take(r, &e);
    return s;
}

ur_status ur_der_take(ur_reader *r, uint8_t tag, ur_span *content)
{
    element e;
    *content = (ur_span){0};
    UR_TRY(look_for(&e, r, tag));
    *content = e.content;
    take(r, &e);
    return UR_OK;
}

ur_status ur_der_enter_whole(ur_reader *r, uint8_t tag, ur_reader *inner, ur_span *whole)
{
    element e;
    ur_status s = look_for(&e, r, tag);
    if (s != UR_OK) {
        e = (element){0};
    }
    *whole = s == UR_OK ? ur_span_of(r->p + r->at, e.n) : (ur_span){0};
    take(r, &e);
    *inner = (ur_reader){e.content.p, e.content.n, 0};
    return s;
}

ur_status ur_der_enter(ur_reader *r, uint8_t tag, ur_reader *inner)
{
    ur_span ignored;
    return ur_der_enter_whole(r, tag, inner, &ignored);
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

static inline ur_status look_for_number(element *e, const ur_reader *r, uint8_t tag)
{
    UR_TRY(look_for(e, r, tag));
    return shortest(e->content) ? UR_OK : UR_E_INPUT;
}

static ur_status take_uint(ur_reader *r, uint8_t tag, uint64_t *out, uint64_t max)
{
    element e;
    uint64_t value = 0;
    *out = 0;
    UR_TRY(look_for_number(&e, r, tag));
    ur_span x = e.content;
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
    take(r, &e);
    return UR_OK;
}

ur_status ur_der_integer(ur_reader *r, ur_span *out)
{
    element e;
    *out = (ur_span){0};
    UR_TRY(look_for_number(&e, r, UR_DER_INTEGER));
    *out = e.content;
    take(r, &e);
    return UR_OK;
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
    element e;
    *out = false;
    UR_TRY(look_for(&e, r, UR_DER_BOOLEAN));
    if (e.content.n != 1 || (e.content.p[0] != 0x00 && e.content.p[0] != 0xff)) {
        return UR_E_INPUT;
    }
    *out = e.content.p[0] == 0xff;
    take(r, &e);
    return UR_OK;
}

ur_status ur_der_oid(ur_reader *r, ur_span *out)
{
    element e;
    *out = (ur_span){0};
    UR_TRY(look_for(&e, r, UR_DER_OID));
    ur_span x = e.content;
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
    take(r, &e);
    return UR_OK;
}

ur_status ur_der_octets(ur_reader *r, void *out, size_t n)
{
    element e;
    memset(out, 0, n);
    UR_TRY(look_for(&e, r, UR_DER_OCTET_STRING));
    if (e.content.n != n) {
        return UR_E_INPUT;
    }
    if (n > 0) {
        memcpy(out, e.content.p, n);
    }
    take(r, &e);
    return UR_OK;
}

ur_status ur_der_bits(ur_reader *r, ur_span *out)
{
    element e;
    *out = (ur_span){0};
    UR_TRY(look_for(&e, r, UR_DER_BIT_STRING));
    if (e.content.n < 1 || e.content.p[0] != 0) {
        return UR_E_INPUT;
    }
    *out = ur_span_of(e.content.p + 1, e.content.n - 1);
    take(r, &e);
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
    element e;
    unsigned two[7] = {0}; /* century or nothing, year, month, day, hour, minute, second */
    *unix_s = 0;
    UR_TRY(look(&e, r));
    const ur_span x = e.content;
    size_t first = e.tag == UR_DER_GENERALIZED_TIME ? 0 : 1;
    if ((e.tag != UR_DER_UTC_TIME && e.tag != UR_DER_GENERALIZED_TIME) || x.n != 2 * (7 - first) + 1 ||
        x.p[x.n - 1] != 'Z') {
        return UR_E_INPUT;
    }
    for (size_t i = first; i < 7; i++) {
        const uint8_t *digits = x.p + 2 * (i - first);
        unsigned ten = (unsigned)digits[0] - '0', one = (unsigned)digits[1] - '0';
        if (ten > 9 || one > 9) {
            return UR_E_INPUT;
        }
        two[i] = 10 * ten + one;
    }
    unsigned year = first == 0 ? two[0] * 100 + two[1] : two[1] + (two[1] < 50 ? 2000u : 1900u);
    UR_TRY(ur_unix_of_date(unix_s, year, two[2], two[3], two[4], two[5], two[6]));
    take(r, &e);
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
