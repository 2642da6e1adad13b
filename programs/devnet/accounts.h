/* The funded test accounts. */
#ifndef UR_PROGRAMS_DEVNET_ACCOUNTS_H
#define UR_PROGRAMS_DEVNET_ACCOUNTS_H

#include "programs/devnet/options.h"

/* Known to everybody: coins of such accounts are for tests. */
#define DEVNET_TEST_WORDS "test test test test test test test test test test test junk"

/* The addresses at m/44'/118'/0'/0/0 and on, of the words in the options' file or of the test words. */
UR_MUST_USE ur_status devnet_accounts(ur_ledger_address out[DEVNET_ACCOUNTS_MAX], const devnet_options *o, ur_err *err);

#endif
