/* The world as the contract sees it, and all of it: its own records, signatures, addresses, the curve. On a chain these are
 * the VM's imports, in the devnet the embedded ledger, in tests a map.
 *
 * There is no range scan: what is found by scanning cannot be proven to somebody who holds a header only.
 *
 * A status other than those named here is the host's own failure (a full disk, a damaged file): the call then ends with
 * that status, and nothing of it counts. */
#ifndef UR_CONTRACT_MACHINE_HOST_H
#define UR_CONTRACT_MACHINE_HOST_H

#include "core/bls/ops.h"

#define UC_VALUE_MAX ((size_t)128 << 10) /* what a chain's VM takes as a value */

typedef struct uc_host {
    void *self; /* handed to each function */
    /* UR_OK, or UR_E_ABSENT. The value is borrowed until the call of the contract ends, also if the record is written or
     * removed meanwhile. */
    ur_status (*get)(void *self, ur_span key, ur_span *value);
    /* 1..UC_VALUE_MAX bytes; key and value may be forgotten by the caller afterwards. Never called in a query. */
    ur_status (*put)(void *self, ur_span key, ur_span value);
    /* A record that is not there is no failure. Never called in a query. */
    ur_status (*remove)(void *self, ur_span key);
    /* UR_OK or UR_E_PROOF. sig: r and s, big-endian, s in the lower half of the order; pub: compressed, first byte 2 or 3. */
    ur_status (*secp256k1_verify)(void *self, const uint8_t hash[32], const uint8_t sig[64], const uint8_t pub[33]);
    /* UR_OK for an address of this chain in its one exact spelling, else UR_E_INPUT. 1..UC_ADDRESS_MAX bytes of text. */
    ur_status (*address_check)(void *self, ur_span text);
    /* Of these, any status but UR_E_INPUT and UR_E_PROOF is a failure of the host. */
    const ur_curve_ops *curve;
} uc_host;

#define UC_ADDRESS_MAX ((size_t)90) /* characters of a bech32 address */

#endif
