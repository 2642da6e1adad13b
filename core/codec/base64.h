/* Base64 (RFC 4648), strict: one spelling per byte string. No blanks or line ends, padding exactly as the kind says, unused
 * bits zero. Constant time in the bytes (not in their number or in how many pad), so secrets may pass through; only the
 * verdict becomes public. No allocation. */
#ifndef UR_CORE_CODEC_BASE64_H
#define UR_CORE_CODEC_BASE64_H

#include "core/base/span.h"

typedef enum ur_base64 {
    UR_BASE64,         /* A-Z a-z 0-9 + /, padded with = */
    UR_BASE64_RAW,     /* the same alphabet without padding */
    UR_BASE64_URL,     /* - and _ instead of + and /, padded */
    UR_BASE64_URL_RAW, /* the same without padding */
} ur_base64;

/* Characters for n bytes; 0 when that does not fit in a size_t. */
size_t ur_base64_chars(size_t n, ur_base64 kind);
/* The most bytes that `chars` characters can mean: enough room for a decode. */
static inline size_t ur_base64_bytes(size_t chars) { return chars / 4 * 3 + (chars % 4) * 3 / 4; }

/* Write exactly ur_base64_chars(in.n, kind) characters to out, without a terminator. */
void ur_base64_encode(char *out, ur_span in, ur_base64 kind);
/* The same into a writer. */
void ur_base64_write(ur_writer *w, ur_span in, ur_base64 kind);
/* At most cap bytes. UR_E_LIMIT when more would come out, UR_E_INPUT on malformed text; out zeroed and *out_len = 0 on
 * failure. */
UR_MUST_USE ur_status ur_base64_decode(uint8_t *out, size_t cap, size_t *out_len, ur_span text, ur_base64 kind);
/* The same for a length known beforehand; UR_E_INPUT on another. */
UR_MUST_USE ur_status ur_base64_decode_exact(uint8_t *out, size_t out_len, ur_span text, ur_base64 kind);

#endif
