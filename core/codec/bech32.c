#include "core/codec/bech32.h"

static const char alphabet[32] = {'q', 'p', 'z', 'r', 'y', '9', 'x', '8', 'g', 'f', '2', 't', 'v', 'd', 'w', '0',
                                  's', '3', 'j', 'n', '5', '4', 'k', 'h', 'c', 'e', '6', 'm', 'u', 'a', '7', 'l'};

enum { CHECKSUM = 6 };

static uint32_t polymod(uint32_t c, uint32_t value)
{
    static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    uint32_t top = c >> 25;
    c = (c & 0x1ffffff) << 5 ^ value;
    for (int i = 0; i < 5; i++) {
        c ^= (top >> i & 1) != 0 ? generator[i] : 0;
    }
    return c;
}

static uint32_t polymod_hrp(const char *hrp, size_t n)
{
    uint32_t c = 1;
    for (size_t i = 0; i < n; i++) {
        c = polymod(c, (uint32_t)(uint8_t)hrp[i] >> 5);
    }
    c = polymod(c, 0);
    for (size_t i = 0; i < n; i++) {
        c = polymod(c, (uint8_t)hrp[i] & 31);
    }
    return c;
}

ur_status ur_bech32_encode_var(char *out, size_t cap, size_t *out_len, ur_span hrp, ur_span data)
{
    *out_len = 0;
    if (hrp.n == 0 || hrp.n > UR_BECH32_HRP_MAX) {
        return UR_E_USAGE;
    }
    for (size_t i = 0; i < hrp.n; i++) {
        if (hrp.p[i] < 33 || hrp.p[i] > 126 || (hrp.p[i] >= 'A' && hrp.p[i] <= 'Z')) {
            return UR_E_USAGE;
        }
    }
    if (data.n > UR_BECH32_MAX || hrp.n + 1 + (data.n * 8 + 4) / 5 + CHECKSUM > UR_BECH32_MAX ||
        hrp.n + 1 + (data.n * 8 + 4) / 5 + CHECKSUM > cap) {
        return UR_E_LIMIT;
    }
    const size_t groups = (data.n * 8 + 4) / 5;
    char *o = out;
    memcpy(o, hrp.p, hrp.n);
    o += hrp.n;
    uint32_t check = polymod_hrp(out, hrp.n);
    *o++ = '1';
    for (size_t k = 0; k < groups; k++) {
        size_t byte = 5 * k / 8, shift = 5 * k % 8; /* group k is bits 5k.. of the data, zeros after its end */
        uint32_t two = (uint32_t)data.p[byte] << 8 | (byte + 1 < data.n ? data.p[byte + 1] : 0u);
        uint32_t group = two >> (11 - shift) & 31;
        check = polymod(check, group);
        *o++ = alphabet[group];
    }
    for (int i = 0; i < CHECKSUM; i++) {
        check = polymod(check, 0);
    }
    check ^= 1;
    for (int i = 0; i < CHECKSUM; i++) {
        *o++ = alphabet[check >> (5 * (CHECKSUM - 1 - i)) & 31];
    }
    *out_len = (size_t)(o - out);
    return UR_OK;
}

/* The value of a lower-case character, or 32. */
static uint32_t value(uint8_t c)
{
    uint32_t x = 0;
    while (x < 32 && (uint8_t)alphabet[x] != c) {
        x++;
    }
    return x;
}

/* Copy text in lower case; UR_E_INPUT on mixed case or a character outside 33..126. */
static ur_status lower(uint8_t *out, ur_span text)
{
    bool capital = false, small = false;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        bool is_capital = c >= 'A' && c <= 'Z';
        capital |= is_capital;
        small |= c >= 'a' && c <= 'z';
        if (c < 33 || c > 126) {
            return UR_E_INPUT;
        }
        out[i] = is_capital ? (uint8_t)(c + ('a' - 'A')) : c;
    }
    return capital && small ? UR_E_INPUT : UR_OK;
}

static ur_status decode(char *out_hrp, size_t *out_hrp_len, uint8_t *out, size_t *out_len, ur_span text)
{
    uint8_t t[UR_BECH32_MAX];
    if (text.n > UR_BECH32_MAX) {
        return UR_E_INPUT;
    }
    UR_TRY(lower(t, text));
    size_t hrp_len = text.n;
    while (hrp_len > 0 && t[hrp_len - 1] != '1') {
        hrp_len--;
    }
    if (hrp_len < 2 || text.n - hrp_len < CHECKSUM) {
        return UR_E_INPUT;
    }
    const uint8_t *data = t + hrp_len;
    const size_t groups = text.n - hrp_len - CHECKSUM;
    hrp_len--; /* the separator itself */
    memcpy(out_hrp, t, hrp_len);
    uint32_t check = polymod_hrp(out_hrp, hrp_len), held = 0;
    size_t n = 0, bits = 0;
    for (size_t k = 0; k < groups + CHECKSUM; k++) {
        uint32_t v = value(data[k]);
        if (v == 32) {
            return UR_E_INPUT;
        }
        check = polymod(check, v);
        if (k >= groups) {
            continue;
        }
        held = (held << 5 | v) & 0xfff;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            out[n++] = (uint8_t)(held >> bits);
        }
    }
    if (check != 1 || bits >= 5 || (held & ((1u << bits) - 1)) != 0) {
        return UR_E_INPUT;
    }
    *out_hrp_len = hrp_len;
    *out_len = n;
    return UR_OK;
}

ur_status ur_bech32_decode_var(char out_hrp[UR_BECH32_HRP_MAX], size_t *out_hrp_len, uint8_t out[UR_BECH32_DATA_MAX],
                               size_t *out_len, ur_span text)
{
    memset(out_hrp, 0, UR_BECH32_HRP_MAX);
    memset(out, 0, UR_BECH32_DATA_MAX);
    *out_hrp_len = 0;
    *out_len = 0;
    ur_status st = decode(out_hrp, out_hrp_len, out, out_len, text);
    if (st != UR_OK) {
        memset(out_hrp, 0, UR_BECH32_HRP_MAX);
        memset(out, 0, UR_BECH32_DATA_MAX);
    }
    return st;
}

ur_status ur_bech32_address_var(uint8_t *out, size_t cap, size_t *out_len, ur_span hrp, ur_span text)
{
    char got_hrp[UR_BECH32_HRP_MAX];
    uint8_t bytes[UR_BECH32_DATA_MAX];
    size_t hrp_len, n;
    *out_len = 0;
    memset(out, 0, cap);
    UR_TRY(ur_bech32_decode_var(got_hrp, &hrp_len, bytes, &n, text));
    if (n == 0 || hrp_len != hrp.n || !ur_eq_var(got_hrp, hrp.p, hrp_len) || !ur_eq_var(text.p, hrp.p, hrp.n)) {
        return UR_E_INPUT; /* the last comparison refuses capitals */
    }
    if (n > cap) {
        return UR_E_LIMIT;
    }
    memcpy(out, bytes, n);
    *out_len = n;
    return UR_OK;
}
