/* What a contract can ask of its host; see host_mem.h. */
#ifndef UR_TESTS_CONTRACT_HOST_OP_H
#define UR_TESTS_CONTRACT_HOST_OP_H

typedef enum host_op_kind {
    HOST_READ,    /* key; value: what was found */
    HOST_WRITE,   /* key, value */
    HOST_REMOVE,  /* key */
    HOST_ADDRESS, /* key: the text */
    /* What a VM does itself, so it is noted natively only. */
    HOST_VERIFY,  /* key: hash, signature, public key */
    HOST_SUM,     /* key: points */
    HOST_HASH,    /* key: tag, one byte; value: message */
    HOST_PAIRING, /* key: ps and then r; value: qs and then s */
} host_op_kind;

#endif
