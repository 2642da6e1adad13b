/* Accounts and coins, as the SDK's x/auth and x/bank keep them. Functions as in run.h. */
#ifndef UR_LIB_LEDGER_BANK_H
#define UR_LIB_LEDGER_BANK_H

#include "lib/ledger/run.h"

typedef struct ur_bank_account {
    uint64_t number, sequence;
    bool has_key, module;
    uint8_t key[33];
} ur_bank_account;

/* All amounts on this ledger are below 2^63: genesis sees to it, and nothing mints. */
typedef struct ur_bank_coin {
    ur_span denom;
    uint64_t amount;
    ur_span text; /* the amount as it was written, which may be more than 64 bits: then nobody has it */
} ur_bank_coin;

typedef struct ur_bank_coins {
    size_t n;
    const ur_bank_coin *coin;
} ur_bank_coins;

/* The record's own form. UR_E_INPUT. */
UR_MUST_USE ur_status ur_bank_account_parse(ur_bank_account *out, ur_span record);
UR_MUST_USE ur_status ur_bank_account_get(ur_run *r, ur_bank_account *out, const ur_ledger_address *address); /* or UR_E_ABSENT */
UR_MUST_USE ur_status ur_bank_account_put(ur_run *r, const ur_ledger_address *address, const ur_bank_account *account);
/* With the next number, and the name of a module or NULL. */
UR_MUST_USE ur_status ur_bank_account_new(ur_run *r, const ur_ledger_address *address, const char *module);

void ur_bank_fee_collector(ur_ledger_address *out);
/* Bech32 in the run's memory; empty without memory. */
ur_span ur_bank_address_text(ur_run *r, const ur_ledger_address *address);
/* "5stake,7ustake". */
ur_span ur_bank_coins_text(ur_run *r, const ur_bank_coins *coins);

UR_MUST_USE ur_status ur_bank_set(ur_run *r, const ur_ledger_address *address, ur_span denom, uint64_t amount);
UR_MUST_USE ur_status ur_bank_get(ur_run *r, const ur_ledger_address *address, ur_span denom, uint64_t *amount);
/* Move coins (rising denominations, amounts above zero), with events; the receiver's account is made where there is none. */
UR_MUST_USE ur_status ur_bank_send(ur_run *r, const ur_ledger_address *from, const ur_ledger_address *to, const ur_bank_coins *coins);

/* Keys of the stores. */
#define UR_BANK_KEY_MAX (2 + UR_LEDGER_ADDRESS_MAX + UR_LEDGER_DENOM_MAX)
ur_span ur_bank_account_key(uint8_t out[1 + UR_LEDGER_ADDRESS_MAX], const ur_ledger_address *address);
ur_span ur_bank_balance_key(uint8_t out[UR_BANK_KEY_MAX], const ur_ledger_address *address, ur_span denom);

#endif
