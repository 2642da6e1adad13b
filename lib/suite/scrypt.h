/* scrypt (RFC 7914) over OpenSSL: a key from a passphrase, slowly. */
#ifndef UR_LIB_SUITE_SCRYPT_H
#define UR_LIB_SUITE_SCRYPT_H

#include "core/base/span.h"

#define UR_SCRYPT_LOG_N_MIN 10
#define UR_SCRYPT_LOG_N_MAX 20 /* 1 GiB */

/* N = 2^log_n, r = 8, p = 1: 2^log_n KiB of memory for the time it takes (wiped by OpenSSL). out_n 1..64. UR_E_USAGE
 * outside these ranges, UR_E_MEMORY if the system lacks it; out zeroed then. */
UR_MUST_USE ur_status ur_scrypt(uint8_t *out, size_t out_n, ur_span passphrase, ur_span salt, unsigned log_n);

#endif
