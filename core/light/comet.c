/* Times, hashes and sign bytes. The messages are CometBFT's protobuf (types.proto, canonical.proto, version.proto). */
#include "core/light/comet.h"

#include "core/codec/pb.h"
#include "core/light/merkle.h"

/* ---- time ---- */

enum { DAY = 86400 };
static const int64_t time_first = -62135596800, time_last = 253402300799; /* years 1 and 9999 */

int ur_time_cmp(ur_time a, ur_time b)
{
    if (a.s != b.s) {
        return a.s < b.s ? -1 : 1;
    }
    return (int)(a.ns > b.ns) - (int)(a.ns < b.ns);
}

ur_time ur_time_add(ur_time t, int64_t seconds)
{
    if (seconds > 0 && t.s > time_last - seconds) {
        return (ur_time){time_last, 999999999};
    }
    if (seconds < 0 && t.s < time_first - seconds) {
        return (ur_time){time_first, 0};
    }
    return (ur_time){t.s + seconds, t.ns};
}

/* Exactly n digits at s. */
static bool digits(const uint8_t *s, size_t n, uint32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return false;
        }
        *out = *out * 10 + (s[i] - '0' + 0u);
    }
    return true;
}

static bool is_leap(uint32_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static uint32_t days_in(uint32_t year, uint32_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

/* Days from 1 January of year 1 to 1 January of `year`. */
static int64_t days_before(uint32_t year)
{
    int64_t y = (int64_t)year - 1;
    return y * 365 + y / 4 - y / 100 + y / 400;
}

ur_status ur_time_parse_var(ur_time *out, ur_span text)
{
    static const char form[] = "0000-00-00T00:00:00"; /* zeros stand for digits */
    uint32_t year, month, day, hour, minute, second, ns = 0;
    const uint8_t *s = text.p;
    *out = (ur_time){0};
    if (text.n < sizeof form || text.n > UR_TIME_TEXT_MAX || s[text.n - 1] != 'Z') {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < sizeof form - 1; i++) {
        if (form[i] != '0' && s[i] != (uint8_t)form[i]) {
            return UR_E_INPUT;
        }
    }
    if (!digits(s, 4, &year) || !digits(s + 5, 2, &month) || !digits(s + 8, 2, &day) || !digits(s + 11, 2, &hour) ||
        !digits(s + 14, 2, &minute) || !digits(s + 17, 2, &second)) {
        return UR_E_INPUT;
    }
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 ||
        second > 59) {
        return UR_E_INPUT;
    }
    if (text.n > sizeof form) { /* ".1" to ".123456789" before the Z */
        size_t n = text.n - sizeof form - 1;
        if (s[sizeof form - 1] != '.' || n < 1 || n > 9 || !digits(s + sizeof form, n, &ns)) {
            return UR_E_INPUT;
        }
        for (; n < 9; n++) {
            ns *= 10;
        }
    }
    int64_t days = days_before(year) + day - 1;
    for (uint32_t m = 1; m < month; m++) {
        days += days_in(year, m);
    }
    out->s = time_first + days * DAY + (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
    out->ns = ns;
    return UR_OK;
}

static char *put_digits(char *o, uint32_t x, size_t n)
{
    for (size_t i = n; i-- > 0; x /= 10) {
        o[i] = (char)('0' + x % 10);
    }
    return o + n;
}

size_t ur_time_text_var(char out[UR_TIME_TEXT_MAX], ur_time t)
{
    int64_t since = t.s - time_first;
    int64_t days = since / DAY;
    uint32_t second = (uint32_t)(since % DAY), year = (uint32_t)(days / 366) + 1, month = 1;
    while (days_before(year + 1) <= days) {
        year++;
    }
    days -= days_before(year);
    while (days >= days_in(year, month)) {
        days -= days_in(year, month++);
    }
    char *o = put_digits(out, year, 4);
    *o++ = '-';
    o = put_digits(o, month, 2);
    *o++ = '-';
    o = put_digits(o, (uint32_t)days + 1, 2);
    *o++ = 'T';
    o = put_digits(o, second / 3600, 2);
    *o++ = ':';
    o = put_digits(o, second / 60 % 60, 2);
    *o++ = ':';
    o = put_digits(o, second % 60, 2);
    if (t.ns != 0) {
        *o++ = '.';
        o = put_digits(o, t.ns, 9);
        while (o[-1] == '0') {
            o--;
        }
    }
    *o++ = 'Z';
    return (size_t)(o - out);
}

/* ---- messages ---- */

static ur_span hash_span(const ur_hash *h) { return ur_span_of(h->bytes, h->n); }

/* google.protobuf.Timestamp */
static void put_time(ur_writer *w, ur_time t)
{
    ur_pb_put_i64(w, 1, t.s);
    ur_pb_put_u64(w, 2, t.ns);
}

static void put_time_field(ur_writer *w, uint32_t number, ur_time t)
{
    size_t begun = ur_pb_begin(w, number);
    put_time(w, t);
    ur_pb_end(w, begun);
}

/* BlockID; its parts are there even when empty. */
static void put_block_id(ur_writer *w, const ur_block_id *b)
{
    ur_pb_put_bytes(w, 1, hash_span(&b->hash));
    size_t parts = ur_pb_begin(w, 2);
    ur_pb_put_u64(w, 1, b->parts_total);
    ur_pb_put_bytes(w, 2, hash_span(&b->parts_hash));
    ur_pb_end(w, parts);
}

/* ---- hashes ---- */

enum { LEAF_MAX = 128 };

/* A leaf that wraps bytes in field 1; nothing at all for none. */
static void add_bytes(ur_merkle *m, ur_span bytes)
{
    uint8_t leaf[LEAF_MAX];
    ur_writer w;
    ur_writer_init(&w, leaf, sizeof leaf);
    ur_pb_put_bytes(&w, 1, bytes);
    ur_merkle_add_var(m, ur_span_of(leaf, w.n));
}

static void add_hash(ur_merkle *m, const ur_hash *h) { add_bytes(m, hash_span(h)); }

void ur_comet_header_hash_var(uint8_t out[UR_SHA256_BYTES], const ur_comet_header *h)
{
    uint8_t leaf[LEAF_MAX];
    ur_writer w;
    ur_merkle m;
    ur_merkle_init(&m);
    ur_writer_init(&w, leaf, sizeof leaf);
    ur_pb_put_u64(&w, 1, h->block_version);
    ur_pb_put_u64(&w, 2, h->app_version);
    ur_merkle_add_var(&m, ur_span_of(leaf, w.n));
    add_bytes(&m, ur_span_of(h->chain_id, h->chain_id_n));
    ur_writer_init(&w, leaf, sizeof leaf);
    ur_pb_put_i64(&w, 1, h->height);
    ur_merkle_add_var(&m, ur_span_of(leaf, w.n));
    ur_writer_init(&w, leaf, sizeof leaf);
    put_time(&w, h->time);
    ur_merkle_add_var(&m, ur_span_of(leaf, w.n));
    ur_writer_init(&w, leaf, sizeof leaf);
    put_block_id(&w, &h->last_block);
    ur_merkle_add_var(&m, ur_span_of(leaf, w.n));
    add_hash(&m, &h->last_commit);
    add_hash(&m, &h->data);
    add_hash(&m, &h->validators);
    add_hash(&m, &h->next_validators);
    add_hash(&m, &h->consensus);
    add_hash(&m, &h->app);
    add_hash(&m, &h->last_results);
    add_hash(&m, &h->evidence);
    add_bytes(&m, ur_span_of(h->proposer, h->proposer_n));
    (void)!ur_merkle_root_var(&m, out); /* fourteen leaves fit */
}

void ur_comet_validators_hash_var(uint8_t out[UR_SHA256_BYTES], const ur_validators *v)
{
    ur_merkle m;
    ur_merkle_init(&m);
    for (size_t i = 0; i < v->n; i++) {
        uint8_t leaf[LEAF_MAX];
        ur_writer w;
        ur_writer_init(&w, leaf, sizeof leaf);
        size_t key = ur_pb_begin(&w, 1); /* SimpleValidator {1 PublicKey {1 ed25519}, 2 voting_power} */
        ur_pb_put_bytes(&w, 1, ur_span_of(v->v[i].key, UR_COMET_KEY_BYTES));
        ur_pb_end(&w, key);
        ur_pb_put_i64(&w, 2, v->v[i].power);
        ur_merkle_add_var(&m, ur_span_of(leaf, w.n));
    }
    (void)!ur_merkle_root_var(&m, out);
}

void ur_comet_address_var(uint8_t out[UR_COMET_ADDRESS_BYTES], const uint8_t key[UR_COMET_KEY_BYTES])
{
    uint8_t hash[UR_SHA256_BYTES];
    ur_sha256_of(hash, ur_span_of(key, UR_COMET_KEY_BYTES));
    memcpy(out, hash, UR_COMET_ADDRESS_BYTES);
}

void ur_comet_commit_hash_var(uint8_t out[UR_SHA256_BYTES], const ur_comet_commit *c)
{
    ur_merkle m;
    ur_merkle_init(&m);
    for (size_t i = 0; i < c->n; i++) {
        const ur_comet_sig *s = &c->sig[i];
        const bool absent = s->flag == UR_COMET_ABSENT;
        uint8_t leaf[LEAF_MAX];
        ur_writer w;
        ur_writer_init(&w, leaf, sizeof leaf);
        ur_pb_put_u64(&w, 1, (uint64_t)s->flag);
        ur_pb_put_bytes(&w, 2, ur_span_of(s->address, absent ? 0 : UR_COMET_ADDRESS_BYTES));
        put_time_field(&w, 3, s->time);
        ur_pb_put_bytes(&w, 4, ur_span_of(s->sig, absent ? 0 : UR_COMET_SIG_BYTES));
        ur_merkle_add_var(&m, ur_span_of(leaf, w.n));
    }
    (void)!ur_merkle_root_var(&m, out);
}

size_t ur_comet_sign_bytes_var(uint8_t out[UR_COMET_SIGN_BYTES_MAX], ur_span chain_id, int64_t height, int32_t round,
                               const ur_block_id *block, ur_time time)
{
    enum { PRECOMMIT = 2 };
    uint8_t vote[UR_COMET_SIGN_BYTES_MAX];
    ur_writer w, whole;
    ur_writer_init(&w, vote, sizeof vote);
    ur_pb_put_u64(&w, 1, PRECOMMIT);
    ur_pb_put_fixed64(&w, 2, (uint64_t)height);
    ur_pb_put_fixed64(&w, 3, (uint64_t)(int64_t)round);
    if (block->hash.n > 0) {
        size_t id = ur_pb_begin(&w, 4);
        put_block_id(&w, block);
        ur_pb_end(&w, id);
    }
    put_time_field(&w, 5, time);
    ur_pb_put_bytes(&w, 6, chain_id);
    ur_writer_init(&whole, out, UR_COMET_SIGN_BYTES_MAX);
    ur_pb_write_varint(&whole, w.n);
    ur_writer_bytes(&whole, vote, w.n);
    return whole.n;
}
