/* Hexadecimal text: both cases in, lower case out, no separators, no prefix. Constant time in the bytes (not in their
 * number), so secrets may pass through; only the verdict becomes public. No allocation. */
#ifndef UR_CORE_CODEC_HEX_H
#define UR_CORE_CODEC_HEX_H

#include "core/base/span.h"

/* Write exactly 2 * in.n digits to out, without a terminator. */
void ur_hex_encode(char *out, ur_span in);
/* The same into a writer. */
void ur_hex_write(ur_writer *w, ur_span in);
/* Read exactly out_len bytes from exactly 2 * out_len digits. UR_E_INPUT on another length or character, out zeroed. */
UR_MUST_USE ur_status ur_hex_decode(uint8_t *out, size_t out_len, ur_span text);
/* Read an even number of digits, at most 2 * cap. UR_E_LIMIT on more, UR_E_INPUT on an odd number or another character;
 * out zeroed and *out_len = 0 on failure. */
UR_MUST_USE ur_status ur_hex_decode_upto(uint8_t *out, size_t cap, size_t *out_len, ur_span text);

#endif
