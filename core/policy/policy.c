#include "core/policy/policy.h"

#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "core/policy/identity.h"

enum {
    ACCEPT_LOCKOUT, ACTIVATION, CHALLENGE_BLOCKS, GRACE, GUARDIANS, KEYPER_QUOTES, KEYS, MIN_N, MIN_T, MPK, PERIOD,
    REQUEST_TTL, REQUESTERS, SILENCE_BLOCKS, TEE, VERSION, VETO, VETO_BLOCKS, FIELDS
};

static const char *const names[FIELDS] = {
    "accept_lockout", "activation", "challenge_blocks", "grace", "guardians", "keyper_quotes", "keys", "min_n", "min_t",
    "mpk", "period", "request_ttl", "requesters", "silence_blocks", "tee", "version", "veto", "veto_blocks"};

/* What is being read, so that a refusal can name it. */
typedef struct reading {
    ur_json f[FIELDS];
    ur_policy *p;
    const char *where;
} reading;

static ur_json field(reading *r, int which)
{
    r->where = names[which];
    return r->f[which];
}

void ur_policy_hash(uint8_t out[UR_SHA256_BYTES], ur_span text)
{
    static const char tag[] = "unrug/1/policy"; /* with its terminator */
    ur_sha256 h;
    ur_sha256_init(&h);
    ur_sha256_update(&h, tag, sizeof tag);
    ur_sha256_update(&h, text.p, text.n);
    ur_sha256_final(&h, out);
}

bool ur_policy_is_dev_chain(ur_span chain_id) { return chain_id.n > 4 && ur_eq_var(chain_id.p, "dev-", 4); }

/* ---- parts ---- */

static ur_status read_seconds(uint64_t *out, ur_json v)
{
    UR_TRY(ur_json_u64_max_var(out, UR_POLICY_SECONDS_MAX, v));
    return *out > 0 ? UR_OK : UR_E_INPUT;
}

static ur_status read_blocks(uint32_t *out, ur_json v)
{
    uint64_t x;
    UR_TRY(ur_json_u64_max_var(&x, UR_POLICY_BLOCKS_MAX, v));
    *out = (uint32_t)x;
    return x > 0 ? UR_OK : UR_E_INPUT;
}

static ur_status read_addresses(ur_span *out, uint32_t *count, uint32_t max, ur_json list)
{
    ur_json_iter it;
    ur_json v;
    *count = 0;
    UR_TRY(ur_json_array_var(&it, list));
    while (ur_json_next_var(&it, &v)) {
        if (*count == max) {
            return UR_E_LIMIT;
        }
        ur_span *at = &out[*count];
        UR_TRY(ur_json_plain_var(at, v));
        if (!ur_address_is_valid(*at) || (*count > 0 && ur_cmp_var(at[-1].p, at[-1].n, at->p, at->n) >= 0)) {
            return UR_E_INPUT;
        }
        (*count)++;
    }
    return UR_OK;
}

/* One spelling only: lower case. */
static ur_status read_lower_hex(uint8_t *out, size_t n, ur_json v)
{
    ur_span text;
    UR_TRY(ur_json_plain_var(&text, v));
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] >= 'A' && text.p[i] <= 'F') {
            return UR_E_INPUT;
        }
    }
    return ur_hex_decode(out, n, text);
}

static ur_status read_keys(ur_policy *p, ur_json list)
{
    ur_json_iter it;
    ur_json v;
    UR_TRY(ur_json_array_var(&it, list));
    while (ur_json_next_var(&it, &v)) {
        if (p->key_count == UR_POLICY_KEYS_MAX) {
            return UR_E_LIMIT;
        }
        uint8_t(*at)[48] = &p->keys[p->key_count];
        UR_TRY(read_lower_hex(*at, sizeof *at, v));
        if (p->key_count > 0 && ur_cmp_var(at[-1], sizeof *at, *at, sizeof *at) >= 0) {
            return UR_E_INPUT;
        }
        p->key_count++;
    }
    return UR_OK;
}

static ur_status read_guardians(ur_policy *p, ur_json v)
{
    static const char *const parts[2] = {"members", "quorum"};
    ur_json f[2];
    uint64_t quorum;
    UR_TRY(ur_json_fields_var(f, parts, 2, 2, v));
    UR_TRY(read_addresses(p->guardians, &p->guardian_count, UR_POLICY_GUARDIANS_MAX, f[0]));
    UR_TRY(ur_json_u64_max_var(&quorum, UR_POLICY_GUARDIANS_MAX, f[1]));
    p->quorum = (uint32_t)quorum;
    return quorum <= p->guardian_count && (quorum == 0) == (p->guardian_count == 0) ? UR_OK : UR_E_POLICY;
}

static ur_status read_committee(reading *r)
{
    ur_policy *p = r->p;
    UR_TRY(read_lower_hex(p->mpk, sizeof p->mpk, field(r, MPK)));
    UR_TRY(read_blocks(&p->min_n, field(r, MIN_N)));
    UR_TRY(read_blocks(&p->min_t, field(r, MIN_T)));
    if (p->min_t <= p->min_n / 2 || p->min_t > p->min_n) {
        return UR_E_POLICY;
    }
    ur_json quotes = field(r, KEYPER_QUOTES);
    if (ur_json_kind_var(quotes) == UR_JSON_NULL) {
        return UR_OK;
    }
    p->wants_keyper_quotes = true;
    return read_lower_hex(p->keyper_quotes, sizeof p->keyper_quotes, quotes);
}

static ur_status read_times(reading *r, bool dev_chain)
{
    ur_policy *p = r->p;
    UR_TRY(read_seconds(&p->activation_s, field(r, ACTIVATION)));
    UR_TRY(read_blocks(&p->challenge_blocks, field(r, CHALLENGE_BLOCKS)));
    UR_TRY(read_seconds(&p->period_s, field(r, PERIOD)));
    UR_TRY(read_blocks(&p->silence_blocks, field(r, SILENCE_BLOCKS)));
    UR_TRY(read_seconds(&p->grace_s, field(r, GRACE)));
    if (p->grace_s < 4 * ur_policy_margin_s(p)) {
        return UR_E_POLICY;
    }
    UR_TRY(read_blocks(&p->veto_blocks, field(r, VETO_BLOCKS)));
    UR_TRY(read_seconds(&p->veto_s, field(r, VETO)));
    if (p->veto_s < UR_POLICY_VETO_MIN_S && !dev_chain) {
        return UR_E_POLICY;
    }
    UR_TRY(read_seconds(&p->request_ttl_s, field(r, REQUEST_TTL)));
    uint64_t needed = p->veto_s + (dev_chain ? 0 : (uint64_t)p->challenge_blocks * UR_POLICY_BLOCK_S);
    return p->request_ttl_s > needed ? UR_OK : UR_E_POLICY;
}

static ur_status read_people(reading *r)
{
    ur_policy *p = r->p;
    UR_TRY(read_addresses(p->requesters, &p->requester_count, UR_POLICY_REQUESTERS_MAX, field(r, REQUESTERS)));
    if (p->requester_count == 0) {
        return UR_E_POLICY;
    }
    UR_TRY(read_guardians(p, field(r, GUARDIANS)));
    UR_TRY(read_keys(p, field(r, KEYS)));
    return p->key_count == 0 || p->quorum > 0 || p->veto_s >= UR_POLICY_KEY_VETO_S ? UR_OK : UR_E_POLICY;
}

static ur_status read_tee(reading *r, bool dev_chain)
{
    ur_policy *p = r->p;
    UR_TRY(ur_json_bool_var(&p->accept_lockout, field(r, ACCEPT_LOCKOUT)));
    ur_json tee = field(r, TEE);
    if (ur_json_kind_var(tee) == UR_JSON_NULL) {
        return p->key_count > 0 ? UR_OK : UR_E_POLICY;
    }
    p->has_tee = true;
    UR_TRY(ur_tee_policy_parse(&p->tee, &r->where, tee.raw));
    if (!dev_chain && !ur_tee_policy_is_production(&p->tee)) {
        r->where = "tee.roots";
        return UR_E_POLICY;
    }
    if (p->tee.has_release_authority && p->tee.release_delay_s < p->veto_s) {
        r->where = "tee.release_authority";
        return UR_E_POLICY;
    }
    bool only_one = p->tee.image_count == 1 && !p->tee.has_release_authority && p->key_count == 0;
    if (only_one && !p->accept_lockout) {
        r->where = names[ACCEPT_LOCKOUT];
        return UR_E_POLICY;
    }
    return UR_OK;
}

static ur_status read_all(reading *r, ur_span text, bool dev_chain)
{
    ur_json v;
    uint64_t version;
    r->where = "policy";
    if (text.n > UR_POLICY_TEXT_MAX) {
        return UR_E_LIMIT;
    }
    UR_TRY(ur_json_parse_canonical_var(&v, text));
    UR_TRY(ur_json_fields_var(r->f, names, FIELDS, FIELDS, v));
    UR_TRY(ur_json_u64_max_var(&version, 1, field(r, VERSION)));
    if (version != 1) {
        return UR_E_INPUT;
    }
    UR_TRY(read_committee(r));
    UR_TRY(read_times(r, dev_chain));
    UR_TRY(read_people(r));
    UR_TRY(read_tee(r, dev_chain));
    r->p->text = text;
    ur_policy_hash(r->p->hash, text);
    return UR_OK;
}

ur_status ur_policy_parse(ur_policy *out, const char **where, ur_span text, bool dev_chain)
{
    reading r = {.p = out};
    memset(out, 0, sizeof *out);
    ur_status st = read_all(&r, text, dev_chain);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    if (where != NULL) {
        *where = st == UR_OK ? NULL : r.where;
    }
    return st;
}

/* ---- evaluation ---- */

static uint64_t nanoseconds(uint64_t seconds) { return seconds * 1000000000u; } /* a maximum of ten years fits */

/* a + b, or the last instant there is. */
static uint64_t later(uint64_t a, uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }

static ur_instant after(ur_instant from, uint64_t seconds, uint64_t blocks)
{
    return (ur_instant){later(from.time_ns, nanoseconds(seconds)), later(from.height, blocks)};
}

static bool reached(ur_instant now, ur_instant from) { return now.time_ns >= from.time_ns && now.height >= from.height; }

uint64_t ur_policy_margin_s(const ur_policy *p)
{
    uint64_t part = (p->period_s + p->grace_s + 999) / 1000;
    return part > 60 ? part : 60;
}

ur_instant ur_policy_silent_from(const ur_policy *p, ur_instant heartbeat)
{
    return after(heartbeat, p->period_s + p->grace_s, p->silence_blocks);
}

bool ur_policy_is_silent(const ur_policy *p, ur_instant heartbeat, ur_instant now)
{
    return reached(now, ur_policy_silent_from(p, heartbeat));
}

ur_instant ur_policy_window_until(const ur_policy *p, ur_instant opened)
{
    return after(opened, p->veto_s, p->veto_blocks);
}

bool ur_policy_window_is_over(const ur_policy *p, ur_instant opened, ur_instant now)
{
    return reached(now, ur_policy_window_until(p, opened));
}

bool ur_policy_request_is_over(const ur_policy *p, ur_instant opened, ur_instant now)
{
    return now.time_ns >= after(opened, p->request_ttl_s, 0).time_ns;
}

bool ur_policy_activation_is_over(const ur_policy *p, ur_instant released, ur_instant now)
{
    return now.time_ns >= after(released, p->activation_s, 0).time_ns;
}

static ur_status find(const ur_span *list, uint32_t n, uint32_t *out, ur_span address)
{
    for (*out = 0; *out < n; (*out)++) {
        if (ur_span_eq_var(list[*out], address)) {
            return UR_OK;
        }
    }
    *out = 0;
    return UR_E_ABSENT;
}

ur_status ur_policy_requester(const ur_policy *p, uint32_t *out, ur_span address)
{
    return find(p->requesters, p->requester_count, out, address);
}

ur_status ur_policy_guardian(const ur_policy *p, uint32_t *out, ur_span address)
{
    return find(p->guardians, p->guardian_count, out, address);
}

bool ur_policy_has_quorum(const ur_policy *p, uint32_t approvals)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->guardian_count; i++) {
        count += approvals >> i & 1;
    }
    return count >= p->quorum;
}

bool ur_policy_has_key(const ur_policy *p, const uint8_t key[48])
{
    for (uint32_t i = 0; i < p->key_count; i++) {
        if (ur_eq_var(p->keys[i], key, sizeof p->keys[i])) {
            return true;
        }
    }
    return false;
}

bool ur_policy_allows_committee(const ur_policy *p, const uint8_t mpk[48], uint32_t t, uint32_t n)
{
    return ur_eq_var(p->mpk, mpk, sizeof p->mpk) && t >= p->min_t && n >= p->min_n && t > n / 2;
}
