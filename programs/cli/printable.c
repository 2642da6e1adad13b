#include "programs/cli/printable.h"

size_t cli_utf8(uint32_t *out, ur_span s)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    *out = 0;
    if (s.n == 0) {
        return 0;
    }
    uint8_t b = s.p[0];
    size_t n = b < 0x80 ? 1 : b >= 0xc2 && b < 0xe0 ? 2 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xf0 && b < 0xf5 ? 4 : 0;
    if (n == 0 || n > s.n) {
        return 0;
    }
    uint32_t code = n == 1 ? b : b & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s.p[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (s.p[i] & 0x3fu);
    }
    if ((n > 1 && code < least[n]) || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
        return 0;
    }
    *out = code;
    return n;
}

bool cli_is_utf8(ur_span s)
{
    uint32_t code;
    for (size_t at = 0, n; at < s.n; at += n) {
        n = cli_utf8(&code, ur_span_of(s.p + at, s.n - at));
        if (n == 0) {
            return false;
        }
    }
    return true;
}

bool cli_is_printable(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xfeff || code == 0x61c) {
        return false;
    }
    return !(code >= 0x200b && code <= 0x200f) && !(code >= 0x2028 && code <= 0x202e) &&
           !(code >= 0x2060 && code <= 0x206f) && !(code >= 0xfff9 && code <= 0xfffb) &&
           !(code >= 0xe0000 && code <= 0xe007f);
}

bool cli_all_printable(ur_span s, bool lines)
{
    uint32_t code;
    for (size_t at = 0, n; at < s.n; at += n) {
        n = cli_utf8(&code, ur_span_of(s.p + at, s.n - at));
        bool layout = lines && (code == '\n' || code == '\r' || code == '\t');
        if (n == 0 || (!cli_is_printable(code) && !layout)) {
            return false;
        }
    }
    return true;
}
