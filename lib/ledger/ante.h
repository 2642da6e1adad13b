/* What every transaction must pass before its messages run, in the order and with the codes of the SDK's ante handlers. */
#ifndef UR_LIB_LEDGER_ANTE_H
#define UR_LIB_LEDGER_ANTE_H

#include "lib/cosmos/msg.h"
#include "lib/ledger/bank.h"

typedef enum ur_ante_mode { UR_ANTE_CHECK, UR_ANTE_DELIVER, UR_ANTE_SIMULATE } ur_ante_mode;

typedef struct ur_ante {
    ur_tx tx;
    ur_msg *msg; /* decoded, in the run's memory */
    size_t signers;
    ur_ledger_address signer[UR_TX_SIGNERS_MAX]; /* each once, in the order of the messages; a fee payer last */
} ur_ante;

/* Decode a transaction and its messages, and check what needs no state. Functions as in run.h. */
UR_MUST_USE ur_status ur_ante_decode(ur_run *r, ur_ante *a, ur_span tx);
/* Fees, keys, signatures, sequences. verified: the signatures were verified before. */
UR_MUST_USE ur_status ur_ante_run(ur_run *r, const ur_ante *a, ur_span tx, ur_ante_mode mode, bool verified);

/* Coins with amounts as numbers (above 2^64: the greatest, which nobody has), in the run's memory. */
UR_MUST_USE ur_status ur_ante_coins(ur_run *r, ur_bank_coins *out, const ur_coins *in);

/* Fee allowances (feegrant.c). */
UR_MUST_USE ur_status ur_feegrant_grant(ur_run *r, const ur_msg_grant *m);
UR_MUST_USE ur_status ur_feegrant_revoke(ur_run *r, const ur_msg_revoke *m);
UR_MUST_USE ur_status ur_feegrant_use(ur_run *r, const ur_ledger_address *granter, const ur_ledger_address *grantee, const ur_bank_coins *fee);

/* All messages, all or nothing (message.c). */
UR_MUST_USE ur_status ur_message_check(ur_run *r, const ur_msg *m);
UR_MUST_USE ur_status ur_message_run_all(ur_run *r, const ur_ante *a);

#endif
