#include "lib/cosmos/coin.h"

static const ur_proto_field coin_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_coin, denom),
    UR_PROTO_PLAIN(2, TEXT, ur_coin, amount),
};
const ur_proto ur_proto_coin = UR_PROTO_OF("Coin", ur_coin, coin_fields);

static bool digit(uint8_t c) { return c >= '0' && c <= '9'; }
static bool letter(uint8_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

static bool denom_valid(ur_span s)
{
    if (s.n < 3 || s.n > UR_COIN_DENOM_MAX || !letter(s.p[0])) {
        return false;
    }
    for (size_t i = 1; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (!letter(c) && !digit(c) && c != '/' && c != ':' && c != '.' && c != '_' && c != '-') {
            return false;
        }
    }
    return true;
}

static bool amount_valid(ur_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!digit(s.p[i])) {
            return false;
        }
    }
    return s.n > 0 && s.n <= UR_COIN_AMOUNT_MAX && s.p[0] != '0';
}

ur_status ur_coins_check_var(const ur_coins *coins, ur_err *err)
{
    for (size_t i = 0; i < coins->n; i++) {
        const ur_coin *c = &coins->at[i];
        int denom = (int)(c->denom.n < UR_COIN_DENOM_MAX ? c->denom.n : UR_COIN_DENOM_MAX);
        if (!denom_valid(c->denom)) {
            return ur_err_set(err, UR_E_INPUT, "'%.*s' is no denomination", denom, (const char *)c->denom.p);
        }
        if (!amount_valid(c->amount)) {
            return ur_err_set(err, UR_E_INPUT, "the amount of %.*s is no whole number above 0", denom, (const char *)c->denom.p);
        }
        const ur_span *before = i > 0 ? &coins->at[i - 1].denom : NULL;
        if (before != NULL && ur_cmp_var(before->p, before->n, c->denom.p, c->denom.n) >= 0) {
            return ur_err_set(err, UR_E_INPUT, "coins must be in rising order of denomination, none twice");
        }
    }
    return UR_OK;
}

ur_status ur_coin_amount_var(uint64_t *out, ur_span amount)
{
    uint64_t x = 0;
    *out = 0;
    if (!amount_valid(amount) && !ur_span_eq_var(amount, UR_SPAN_LIT("0"))) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < amount.n; i++) {
        uint64_t d = (uint64_t)(amount.p[i] - '0');
        if (x > (UINT64_MAX - d) / 10) {
            return UR_E_LIMIT;
        }
        x = x * 10 + d;
    }
    *out = x;
    return UR_OK;
}

ur_status ur_coin_parse_var(ur_coin *out, ur_span text)
{
    size_t digits = 0;
    while (digits < text.n && digit(text.p[digits])) {
        digits++;
    }
    *out = (ur_coin){ur_span_of(text.p + digits, text.n - digits), ur_span_of(text.p, digits)};
    if (!amount_valid(out->amount) || !denom_valid(out->denom)) {
        *out = (ur_coin){0};
        return UR_E_INPUT;
    }
    return UR_OK;
}
