#include "tests/ctime/ctime.h"

#include "core/codec/base64.h"
#include "core/codec/hex.h"

static void hex(void)
{
    uint8_t secret[33], back[33];
    char text[66];
    ctime_secret(secret, sizeof secret);
    ur_hex_encode(text, ur_span_of(secret, sizeof secret));
    ctime_ok(ur_hex_decode(back, sizeof back, ur_span_of(text, sizeof text)), "hex");
}

static void base64(void)
{
    static const ur_base64 kinds[] = {UR_BASE64, UR_BASE64_RAW, UR_BASE64_URL, UR_BASE64_URL_RAW};
    uint8_t secret[33], back[33];
    char text[48];
    for (size_t k = 0; k < 4; k++) {
        for (size_t n = 30; n <= 33; n++) {
            size_t chars = ur_base64_chars(n, kinds[k]);
            ctime_secret(secret, n);
            ur_base64_encode(text, ur_span_of(secret, n), kinds[k]);
            ctime_ok(ur_base64_decode_exact(back, n, ur_span_of(text, chars), kinds[k]), "base64");
        }
    }
}

const ctime_entry ctime_codec[] = {
    {"ur_hex", hex},
    {"ur_base64", base64},
    {0},
};
