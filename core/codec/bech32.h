/* Bech32 (BIP-173; not bech32m) over whole bytes, as Cosmos chains write addresses. Strict: at most UR_BECH32_MAX
 * characters, one case, five-bit groups that end in fewer than five zero bits. Variable time: addresses are public.
 * No allocation. */
#ifndef UR_CORE_CODEC_BECH32_H
#define UR_CORE_CODEC_BECH32_H

#include "core/base/span.h"

#define UR_BECH32_MAX 90       /* characters in all, BIP-173 */
#define UR_BECH32_HRP_MAX 83   /* characters before the separator */
#define UR_BECH32_DATA_MAX 51  /* bytes that fit beside a prefix of one character */

/* hrp: 1..UR_BECH32_HRP_MAX characters 33..126, no capitals; data: any bytes. UR_E_USAGE on a bad hrp, UR_E_LIMIT when
 * the result would be longer than UR_BECH32_MAX or than cap; *out_len = 0 then. No terminator is written. */
UR_MUST_USE ur_status ur_bech32_encode_var(char *out, size_t cap, size_t *out_len, ur_span hrp, ur_span data);

/* Take text apart. out_hrp gets the prefix in lower case (*out_hrp_len characters), out the bytes.
 * UR_E_INPUT on anything BIP-173 forbids or a checksum that is wrong; outputs zeroed. */
UR_MUST_USE ur_status ur_bech32_decode_var(char out_hrp[UR_BECH32_HRP_MAX], size_t *out_hrp_len,
    uint8_t out[UR_BECH32_DATA_MAX], size_t *out_len, ur_span text);

/* An account or contract address: lower case, with exactly this prefix, 1..cap bytes. UR_E_INPUT otherwise (another
 * prefix included), UR_E_LIMIT over cap; out zeroed, *out_len = 0. */
UR_MUST_USE ur_status ur_bech32_address_var(uint8_t *out, size_t cap, size_t *out_len, ur_span hrp, ur_span text);

#endif
