#include "core/codec/hex.h"

/* 0..15 to '0'..'9', 'a'..'f' without a branch or a table. */
static char digit(uint32_t x)
{
    return (char)(uint8_t)('0' + x + (~ur_ct_lt_mask_u32(x, 10) & ('a' - '0' - 10u)));
}

void ur_hex_encode(char *out, ur_span in)
{
    for (size_t i = 0; i < in.n; i++) {
        out[2 * i] = digit(in.p[i] >> 4);
        out[2 * i + 1] = digit(in.p[i] & 15u);
    }
}

void ur_hex_write(ur_writer *w, ur_span in)
{
    size_t n;
    if (ur_size_mul(&n, in.n, 2) != UR_OK) {
        n = SIZE_MAX; /* fits nowhere */
    }
    uint8_t *at = ur_writer_reserve(w, n);
    if (at != NULL) {
        ur_hex_encode((char *)at, in);
    }
}

/* The digit's value, or 0 and bits in *bad. */
static uint32_t value(uint32_t c, uint32_t *bad)
{
    uint32_t number = c ^ 0x30u;             /* '0'..'9' become 0..9 and nothing else falls below 10 */
    uint32_t letter = (c | 0x20u) ^ 0x60u;   /* 'A'..'F', 'a'..'f' become 1..6; '@' and '`' become 0 */
    uint32_t is_number = ur_ct_lt_mask_u32(number, 10);
    uint32_t is_letter = ur_ct_lt_mask_u32(letter, 7) & ~ur_ct_zero_mask_u32(letter);
    *bad |= ~(is_number | is_letter);
    return (is_number & number) | (is_letter & (letter + 9));
}

ur_status ur_hex_decode(uint8_t *out, size_t out_len, ur_span text)
{
    uint32_t bad = 0;
    if (text.n % 2 != 0 || text.n / 2 != out_len) {
        memset(out, 0, out_len);
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < out_len; i++) {
        uint32_t high = value(text.p[2 * i], &bad);
        out[i] = (uint8_t)(high << 4 | value(text.p[2 * i + 1], &bad));
    }
    ur_declassify(&bad, sizeof bad); /* whether this was hexadecimal text at all */
    if (bad != 0) {
        ur_wipe(out, out_len);
        memset(out, 0, out_len);
        return UR_E_INPUT;
    }
    return UR_OK;
}

ur_status ur_hex_decode_upto(uint8_t *out, size_t cap, size_t *out_len, ur_span text)
{
    *out_len = 0;
    if (text.n % 2 != 0 || text.n / 2 > cap) {
        memset(out, 0, cap);
        return text.n % 2 != 0 ? UR_E_INPUT : UR_E_LIMIT;
    }
    UR_TRY(ur_hex_decode(out, text.n / 2, text));
    *out_len = text.n / 2;
    return UR_OK;
}
