#include "core/dkg/config.h"

static ur_status check_texts(const ur_span *accounts, uint32_t n, bool may_be_empty)
{
    for (uint32_t i = 0; i < n; i++) {
        if (accounts[i].n > UR_DKG_ACCOUNT_MAX || (accounts[i].n == 0 && !may_be_empty)) {
            return UR_E_LIMIT;
        }
        for (uint32_t j = 0; j < i; j++) {
            if (accounts[i].n != 0 && ur_span_eq_var(accounts[i], accounts[j])) {
                return UR_E_USAGE;
            }
        }
    }
    return UR_OK;
}

static ur_status check_threshold(uint32_t n, uint32_t t)
{
    if (n < 1 || n > UR_DKG_MEMBERS_MAX) {
        return UR_E_LIMIT;
    }
    return t > n / 2 && t <= n ? UR_OK : UR_E_POLICY;
}

ur_status ur_dkg_config_check(const ur_dkg_config *c)
{
    if (c->chain.n < 1 || c->chain.n > UR_DKG_CHAIN_MAX || c->contract.n < 1 || c->contract.n > UR_DKG_CONTRACT_MAX) {
        return UR_E_LIMIT;
    }
    UR_TRY(check_threshold(c->n, c->t));
    UR_TRY(check_texts(c->accounts, c->n, false));
    if (c->join_until >= c->deal_until || c->deal_until >= c->dispute_until || c->dispute_until >= c->vote_until) {
        return UR_E_USAGE;
    }
    if (!ur_dkg_is_reshare(c)) {
        return UR_OK;
    }
    UR_TRY(check_threshold(c->old_n, c->old_t));
    UR_TRY(check_texts(c->old_accounts, c->old_n, true));
    return c->t >= c->old_t ? UR_OK : UR_E_POLICY;
}

/* ---- the session's name ---- */

static void hash_u64(ur_sha256 *h, uint64_t x)
{
    uint8_t be[8];
    for (int i = 0; i < 8; i++) {
        be[i] = (uint8_t)(x >> (56 - 8 * i));
    }
    ur_sha256_update(h, be, sizeof be);
}

static void hash_field(ur_sha256 *h, ur_span s)
{
    hash_u64(h, s.n);
    ur_sha256_update(h, s.p, s.n);
}

void ur_dkg_session(uint8_t out[UR_DKG_SESSION_BYTES], const ur_dkg_config *c)
{
    ur_sha256 h;
    ur_sha256_init(&h);
    hash_field(&h, UR_SPAN_LIT("unrug/1/dkg/session"));
    hash_field(&h, c->chain);
    hash_field(&h, c->contract);
    const uint64_t numbers[] = {c->committee,  c->generation,    c->attempt,    c->n, c->t, c->join_until,
                                c->deal_until, c->dispute_until, c->vote_until, ur_dkg_is_reshare(c)};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        hash_u64(&h, numbers[i]);
    }
    ur_sha256_update(&h, c->previous, sizeof c->previous);
    for (uint32_t i = 0; i < c->n; i++) {
        hash_field(&h, c->accounts[i]);
    }
    if (ur_dkg_is_reshare(c)) {
        hash_u64(&h, c->old_n);
        hash_u64(&h, c->old_t);
        for (uint32_t i = 0; i < c->old_n; i++) {
            hash_field(&h, c->old_accounts[i]);
        }
        ur_sha256_update(&h, c->old_keys, (size_t)c->old_n * UR_G1_BYTES);
        ur_sha256_update(&h, c->mpk, sizeof c->mpk);
    }
    ur_sha256_final(&h, out);
}
