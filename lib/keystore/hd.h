/* Keys derived from a seed (BIP-32 over secp256k1), private ones only. */
#ifndef UR_LIB_KEYSTORE_HD_H
#define UR_LIB_KEYSTORE_HD_H

#include "lib/suite/secp256k1.h"

#define UR_HD_HARDENED 0x80000000u
#define UR_HD_COSMOS_COIN 118u

typedef struct ur_hd_key { /* wipe it with ur_wipe */
    ur_secp_secret secret;
    uint8_t chain_code[32];
} ur_hd_key;

/* seed: 16 to 64 bytes, else UR_E_USAGE. UR_E_INPUT for a seed that gives no key (nobody ever met one); zeros then. */
UR_MUST_USE ur_status ur_hd_master(ur_hd_key *out, ur_span seed);
/* Child `index`, | UR_HD_HARDENED for a hardened one. UR_E_INPUT as above. out may be parent. */
UR_MUST_USE ur_status ur_hd_child(ur_hd_key *out, const ur_hd_key *parent, uint32_t index);
/* A Cosmos account's key: m/44'/118'/0'/0/n, n below 2^31 (else UR_E_USAGE). */
UR_MUST_USE ur_status ur_hd_cosmos(ur_secp_secret *out, ur_span seed, uint32_t n);

#endif
