/* Amounts of a chain's coins, as transactions carry them. */
#ifndef UR_LIB_COSMOS_COIN_H
#define UR_LIB_COSMOS_COIN_H

#include "lib/cosmos/proto.h"

#define UR_COINS_MAX 16
#define UR_COIN_DENOM_MAX 128
#define UR_COIN_AMOUNT_MAX 78 /* digits of 2^256 */

typedef struct ur_coin {
    ur_span denom, amount; /* text; the amount in decimal */
} ur_coin;

typedef struct ur_coins {
    size_t n;
    ur_coin at[UR_COINS_MAX];
} ur_coins;

extern const ur_proto ur_proto_coin;

/* As the SDK wants a list of coins: each denom [A-Za-z][A-Za-z0-9/:._-]{2,127}, rising and none twice, each amount decimal
 * without leading zeros and not 0. UR_E_INPUT otherwise. An empty list is right. */
UR_MUST_USE ur_status ur_coins_check_var(const ur_coins *coins, ur_err *err);
/* An amount as a number. UR_E_INPUT if it is no decimal number, UR_E_LIMIT above 2^64 - 1; *out = 0. */
UR_MUST_USE ur_status ur_coin_amount_var(uint64_t *out, ur_span amount);
/* Take "12ustake" apart; UR_E_INPUT if it is not of this form. Borrowed. */
UR_MUST_USE ur_status ur_coin_parse_var(ur_coin *out, ur_span text);

#endif
