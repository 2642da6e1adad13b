#include "core/light/verify.h"

static const struct {
    ur_status status;
    const char *text;
} reasons[UR_LIGHT_REASON_COUNT] = {
#define UR_LIGHT_REASON(name, status, text) {UR_##status, text},
#include "core/light/reason.def"
#undef UR_LIGHT_REASON
};

ur_status ur_light_reason_status(ur_light_reason r)
{
    return (unsigned)r < UR_LIGHT_REASON_COUNT ? reasons[r].status : UR_E_INTERNAL;
}

const char *ur_light_reason_text(ur_light_reason r)
{
    return (unsigned)r < UR_LIGHT_REASON_COUNT ? reasons[r].text : "?";
}

static ur_status fail(ur_light_reason *why, ur_light_reason r)
{
    *why = r;
    return reasons[r].status;
}

ur_status ur_light_rules_init_var(ur_light_rules *out, ur_span chain_id, int64_t trusting_period_s)
{
    memset(out, 0, sizeof *out);
    bool good = chain_id.n > 0 && chain_id.n <= UR_CHAIN_ID_MAX && trusting_period_s > 0;
    for (size_t i = 0; good && i < chain_id.n; i++) {
        uint8_t c = chain_id.p[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
    if (!good) {
        return UR_E_USAGE;
    }
    memcpy(out->chain_id, chain_id.p, chain_id.n);
    out->chain_id_n = chain_id.n;
    out->trusting_period_s = trusting_period_s;
    out->drift_s = 10;
    out->trust_num = 1;
    out->trust_den = 3;
    return UR_OK;
}

static bool rules_are_sound(const ur_light_rules *r)
{
    return r->trust_den > 0 && r->trust_den <= 1000 && r->trust_num <= r->trust_den &&
           (uint64_t)r->trust_num * 3 >= r->trust_den && r->trusting_period_s > 0 && r->drift_s >= 0 && r->chain_id_n > 0;
}

/* Whether sum > total * num / den, rounded down as CometBFT does; total <= 2^60, num and den <= 1000. */
static bool exceeds(int64_t sum, int64_t total, uint32_t num, uint32_t den)
{
    int64_t whole = total / den, rest = total % den;
    return sum > whole * num + rest * num / den;
}

static ur_status signature(const ur_light_rules *rules, const ur_light_ops *ops, const ur_comet_commit *c,
                           const ur_comet_sig *s, const ur_validator *v)
{
    uint8_t message[UR_COMET_SIGN_BYTES_MAX];
    size_t n = ur_comet_sign_bytes_var(message, ur_span_of(rules->chain_id, rules->chain_id_n), c->height, c->round,
                                       &c->block, s->time);
    return ops->ed25519_verify_var(ops->context, v->key, ur_span_of(message, n), s->sig);
}

/* One signature's weight: the validator's power, 0 if it does not verify. */
static ur_status weigh(int64_t *sum, const ur_light_rules *rules, const ur_light_ops *ops, const ur_comet_commit *c,
                       const ur_comet_sig *s, const ur_validator *v)
{
    ur_status st = signature(rules, ops, c, s, v);
    if (st == UR_OK) {
        *sum += v->power;
    }
    return st == UR_E_PROOF ? UR_OK : st;
}

/* Header, commit and set belong together. */
static ur_status check_form(uint8_t hash[UR_SHA256_BYTES], ur_light_reason *why, const ur_light_rules *rules,
                            const ur_light_block *b)
{
    uint8_t set[UR_SHA256_BYTES];
    const ur_comet_header *h = &b->header;
    if (h->chain_id_n != rules->chain_id_n || !ur_eq_var(h->chain_id, rules->chain_id, rules->chain_id_n)) {
        return fail(why, UR_LIGHT_CHAIN_ID);
    }
    ur_comet_header_hash_var(hash, h);
    if (b->commit.height != h->height) {
        return fail(why, UR_LIGHT_COMMIT_HEIGHT);
    }
    if (b->commit.block.hash.n != UR_SHA256_BYTES || !ur_eq_var(b->commit.block.hash.bytes, hash, UR_SHA256_BYTES)) {
        return fail(why, UR_LIGHT_COMMIT_BLOCK);
    }
    ur_comet_validators_hash_var(set, &b->validators);
    if (b->validators.n == 0 || h->validators.n != UR_SHA256_BYTES || h->next_validators.n != UR_SHA256_BYTES ||
        !ur_eq_var(h->validators.bytes, set, UR_SHA256_BYTES)) {
        return fail(why, UR_LIGHT_VALIDATORS_HASH);
    }
    if (b->commit.n != b->validators.n) {
        return fail(why, UR_LIGHT_COMMIT_SIZE);
    }
    for (size_t i = 0; i < b->commit.n; i++) {
        if (b->commit.sig[i].flag != UR_COMET_ABSENT &&
            !ur_eq_var(b->commit.sig[i].address, b->validators.v[i].address, UR_COMET_ADDRESS_BYTES)) {
            return fail(why, UR_LIGHT_COMMIT_ADDRESS);
        }
    }
    return UR_OK;
}

/* More than 2/3 of the block's own set signed it. already: signatures found good before, NULL or one flag per entry. */
static ur_status check_power(ur_light_reason *why, const ur_light_rules *rules, const ur_light_ops *ops,
                             const ur_light_block *b, const uint8_t *already)
{
    int64_t sum = 0;
    const int64_t total = b->validators.total_power;
    for (size_t i = 0; already != NULL && i < b->commit.n; i++) {
        sum += already[i] ? b->validators.v[i].power : 0;
    }
    for (size_t i = 0; i < b->commit.n && !exceeds(sum, total, 2, 3); i++) {
        if (b->commit.sig[i].flag == UR_COMET_COMMIT && (already == NULL || !already[i])) {
            UR_TRY(weigh(&sum, rules, ops, &b->commit, &b->commit.sig[i], &b->validators.v[i]));
        }
    }
    return exceeds(sum, total, 2, 3) ? UR_OK : fail(why, UR_LIGHT_POWER);
}

/* More than the level of the trusted set signed it. A signature checked here with the key that the block's own set has at
 * that place is marked, so that no signature is checked twice. */
static ur_status check_trust(ur_light_reason *why, uint8_t already[UR_VALIDATORS_MAX], const ur_light_rules *rules,
                             const ur_light_ops *ops, const ur_validators *trusted, const ur_light_block *b)
{
    uint8_t seen[UR_VALIDATORS_MAX] = {0};
    int64_t sum = 0;
    size_t guess = 0;
    for (size_t i = 0; i < b->commit.n && !exceeds(sum, trusted->total_power, rules->trust_num, rules->trust_den); i++) {
        const ur_comet_sig *s = &b->commit.sig[i];
        if (s->flag != UR_COMET_COMMIT) {
            continue;
        }
        size_t k = 0; /* usually the sets are alike: look at the next place first */
        while (k < trusted->n && !ur_eq_var(trusted->v[(guess + k) % trusted->n].address, s->address, sizeof s->address)) {
            k++;
        }
        if (k == trusted->n) {
            continue;
        }
        size_t at = (guess + k) % trusted->n;
        guess = at + 1;
        if (seen[at]) {
            return fail(why, UR_LIGHT_DOUBLE);
        }
        seen[at] = 1;
        int64_t before = sum;
        UR_TRY(weigh(&sum, rules, ops, &b->commit, s, &trusted->v[at]));
        already[i] = sum > before && ur_eq_var(trusted->v[at].key, b->validators.v[i].key, UR_COMET_KEY_BYTES);
    }
    return exceeds(sum, trusted->total_power, rules->trust_num, rules->trust_den) ? UR_OK : fail(why, UR_LIGHT_TRUST);
}

static void believe(ur_light_header *out, const ur_light_block *b, const uint8_t hash[UR_SHA256_BYTES])
{
    out->height = b->header.height;
    out->time = b->header.time;
    memcpy(out->hash, hash, UR_SHA256_BYTES);
    out->app = b->header.app;
    memcpy(out->next_validators, b->header.next_validators.bytes, UR_SHA256_BYTES);
}

ur_status ur_light_check_own_var(ur_light_header *out, ur_light_reason *why, const ur_light_rules *rules,
                                 const ur_light_ops *ops, const ur_light_block *block)
{
    uint8_t hash[UR_SHA256_BYTES];
    memset(out, 0, sizeof *out);
    *why = UR_LIGHT_NONE;
    if (!rules_are_sound(rules)) {
        return fail(why, UR_LIGHT_PARAMETERS);
    }
    UR_TRY(check_form(hash, why, rules, block));
    UR_TRY(check_power(why, rules, ops, block, NULL));
    believe(out, block, hash);
    return UR_OK;
}

ur_status ur_light_fresh_var(const ur_light_rules *rules, const ur_light_header *trusted, ur_time now)
{
    return ur_time_cmp(ur_time_add(trusted->time, rules->trusting_period_s), now) > 0 ? UR_OK : UR_E_STATE;
}

static ur_status check_times(ur_light_reason *why, const ur_light_rules *rules, const ur_light_header *trusted,
                             const ur_comet_header *h, ur_time now)
{
    if (ur_light_fresh_var(rules, trusted, now) != UR_OK) {
        return fail(why, UR_LIGHT_EXPIRED);
    }
    if (h->height <= trusted->height) {
        return fail(why, UR_LIGHT_HEIGHT);
    }
    if (ur_time_cmp(h->time, trusted->time) <= 0) {
        return fail(why, UR_LIGHT_TIME);
    }
    return ur_time_cmp(h->time, ur_time_add(now, rules->drift_s)) < 0 ? UR_OK : fail(why, UR_LIGHT_FROM_FUTURE);
}

/* The link to what is trusted: announced by it, or signed by enough of whom it announced. */
static ur_status check_link(ur_light_reason *why, uint8_t already[UR_VALIDATORS_MAX], const ur_light_rules *rules,
                            const ur_light_ops *ops, const ur_light_header *trusted, const ur_validators *trusted_next,
                            const ur_light_block *block)
{
    uint8_t set[UR_SHA256_BYTES];
    if (block->header.height == trusted->height + 1) {
        bool announced = ur_eq_var(block->header.validators.bytes, trusted->next_validators, UR_SHA256_BYTES);
        return announced ? UR_OK : fail(why, UR_LIGHT_NEXT_VALIDATORS);
    }
    if (trusted_next == NULL) {
        return fail(why, UR_LIGHT_TRUSTED_VALIDATORS);
    }
    ur_comet_validators_hash_var(set, trusted_next);
    if (!ur_eq_var(set, trusted->next_validators, UR_SHA256_BYTES)) {
        return fail(why, UR_LIGHT_TRUSTED_VALIDATORS);
    }
    return check_trust(why, already, rules, ops, trusted_next, block);
}

ur_status ur_light_verify_var(ur_light_header *out, ur_light_reason *why, const ur_light_rules *rules,
                              const ur_light_ops *ops, const ur_light_header *trusted, const ur_validators *trusted_next,
                              const ur_light_block *block, ur_time now)
{
    uint8_t hash[UR_SHA256_BYTES], already[UR_VALIDATORS_MAX] = {0};
    memset(out, 0, sizeof *out);
    *why = UR_LIGHT_NONE;
    if (!rules_are_sound(rules)) {
        return fail(why, UR_LIGHT_PARAMETERS);
    }
    UR_TRY(check_times(why, rules, trusted, &block->header, now));
    UR_TRY(check_form(hash, why, rules, block));
    UR_TRY(check_link(why, already, rules, ops, trusted, trusted_next, block));
    UR_TRY(check_power(why, rules, ops, block, already));
    believe(out, block, hash);
    return UR_OK;
}
