#include "core/codec/base64.h"

static bool padded(ur_base64 kind) { return kind == UR_BASE64 || kind == UR_BASE64_URL; }
static bool url(ur_base64 kind) { return kind == UR_BASE64_URL || kind == UR_BASE64_URL_RAW; }

/* The last two characters of the alphabet. */
static uint32_t char62(ur_base64 kind) { return url(kind) ? '-' : '+'; }
static uint32_t char63(ur_base64 kind) { return url(kind) ? '_' : '/'; }

size_t ur_base64_chars(size_t n, ur_base64 kind)
{
    static const size_t rest[3] = {0, 2, 3};
    size_t tail = n % 3 == 0 ? 0 : padded(kind) ? 4 : rest[n % 3];
    return n / 3 > (SIZE_MAX - 4) / 4 ? 0 : n / 3 * 4 + tail;
}

/* 0..63 to a character, without a branch or a table. */
static char letter(uint32_t x, uint32_t c62, uint32_t c63)
{
    uint32_t c = 'A' + x;
    c += ~ur_ct_lt_mask_u32(x, 26) & ('a' - 'A' - 26u);
    c = ur_ct_select_u32(ur_ct_lt_mask_u32(x, 52), c, '0' + x - 52);
    c = ur_ct_select_u32(ur_ct_zero_mask_u32(x ^ 62), c62, c);
    return (char)(uint8_t)ur_ct_select_u32(ur_ct_zero_mask_u32(x ^ 63), c63, c);
}

/* All ones if lo <= c <= hi. */
static uint32_t in_range(uint32_t c, uint32_t lo, uint32_t hi)
{
    return ur_ct_lt_mask_u32(c, hi + 1) & ~ur_ct_lt_mask_u32(c, lo);
}

/* A character to 0..63, or 0 and bits in *bad. */
static uint32_t value(uint32_t c, uint32_t c62, uint32_t c63, uint32_t *bad)
{
    uint32_t upper = in_range(c, 'A', 'Z'), lower = in_range(c, 'a', 'z'), number = in_range(c, '0', '9');
    uint32_t is62 = ur_ct_zero_mask_u32(c ^ c62), is63 = ur_ct_zero_mask_u32(c ^ c63);
    *bad |= ~(upper | lower | number | is62 | is63);
    return (upper & (c - 'A')) | (lower & (c - 'a' + 26)) | (number & (c - '0' + 52)) | (is62 & 62u) | (is63 & 63u);
}

void ur_base64_encode(char *out, ur_span in, ur_base64 kind)
{
    const uint32_t c62 = char62(kind), c63 = char63(kind);
    for (size_t i = 0; i < in.n; i += 3) {
        size_t have = in.n - i < 3 ? in.n - i : 3;
        uint32_t x = (uint32_t)in.p[i] << 16;
        x |= have > 1 ? (uint32_t)in.p[i + 1] << 8 : 0;
        x |= have > 2 ? in.p[i + 2] : 0;
        for (size_t k = 0; k < 4; k++) {
            if (k <= have) {
                *out++ = letter(x >> (18 - 6 * k) & 63, c62, c63);
            } else if (padded(kind)) {
                *out++ = '=';
            }
        }
    }
}

void ur_base64_write(ur_writer *w, ur_span in, ur_base64 kind)
{
    size_t n = ur_base64_chars(in.n, kind);
    uint8_t *at = ur_writer_reserve(w, n == 0 && in.n != 0 ? SIZE_MAX : n);
    if (at != NULL) {
        ur_base64_encode((char *)at, in, kind);
    }
}

/* Take the padding off; UR_E_INPUT if it is not as the kind demands. */
static ur_status strip(ur_span *text, ur_base64 kind)
{
    if (padded(kind)) {
        if (text->n % 4 != 0) {
            return UR_E_INPUT;
        }
        uint32_t pads[2] = {0};
        for (size_t i = 0; i < 2 && text->n > 0; i++) {
            pads[i] = ur_ct_zero_mask_u32(text->p[text->n - 1 - i] ^ (uint32_t)'=');
        }
        ur_declassify(pads, sizeof pads); /* how much of it is padding follows from the number of bytes */
        text->n -= pads[0] == 0 ? 0 : pads[1] == 0 ? 1 : 2;
    }
    return text->n % 4 == 1 ? UR_E_INPUT : UR_OK;
}

static ur_status decode(uint8_t *out, ur_span text, ur_base64 kind)
{
    const uint32_t c62 = char62(kind), c63 = char63(kind);
    uint32_t bad = 0;
    for (size_t i = 0; i < text.n; i += 4) {
        size_t have = text.n - i < 4 ? text.n - i : 4; /* 2, 3 or 4 characters give 1, 2 or 3 bytes */
        uint32_t x = 0;
        for (size_t k = 0; k < have; k++) {
            x |= value(text.p[i + k], c62, c63, &bad) << (18 - 6 * k);
        }
        for (size_t k = 0; k + 1 < have; k++) {
            *out++ = (uint8_t)(x >> (16 - 8 * k));
        }
        bad |= x & (0xffffffu >> (8 * (have - 1))); /* bits that no byte took */
    }
    ur_declassify(&bad, sizeof bad); /* whether this was base64 at all */
    return bad == 0 ? UR_OK : UR_E_INPUT;
}

ur_status ur_base64_decode(uint8_t *out, size_t cap, size_t *out_len, ur_span text, ur_base64 kind)
{
    ur_status st = strip(&text, kind);
    size_t n = ur_base64_bytes(text.n);
    *out_len = 0;
    if (st == UR_OK) {
        st = n > cap ? UR_E_LIMIT : decode(out, text, kind);
    }
    if (st != UR_OK) {
        ur_wipe(out, cap);
        memset(out, 0, cap);
        return st;
    }
    *out_len = n;
    return UR_OK;
}

ur_status ur_base64_decode_exact(uint8_t *out, size_t out_len, ur_span text, ur_base64 kind)
{
    size_t n;
    ur_status st = ur_base64_decode(out, out_len, &n, text, kind);
    if (st == UR_OK && n != out_len) {
        st = UR_E_INPUT;
    }
    if (st != UR_OK) {
        memset(out, 0, out_len);
        return UR_E_INPUT;
    }
    return UR_OK;
}
