#include "core/policy/statement.h"

#include "core/policy/identity.h"

static const char *const kind_names[] = {
    [UR_STATEMENT_HEARTBEAT] = "heartbeat",
    [UR_STATEMENT_MIGRATE] = "migrate",
    [UR_STATEMENT_RETIRE] = "retire",
    [UR_STATEMENT_CHANGE_POLICY] = "change_policy",
    [UR_STATEMENT_ACTIVATE] = "activate",
};

const char *ur_statement_kind_name(ur_statement_kind kind)
{
    size_t at = (size_t)kind;
    return at < sizeof kind_names / sizeof kind_names[0] ? kind_names[at] : NULL;
}

/* ---- fields ---- */

static void put_be(uint8_t *out, uint64_t x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (uint8_t)(x >> (8 * (n - 1 - i)));
    }
}

static void field(ur_sha256 *h, ur_span s)
{
    uint8_t length[4];
    put_be(length, s.n, sizeof length);
    ur_sha256_update(h, length, sizeof length);
    ur_sha256_update(h, s.p, s.n);
}

static void number(ur_sha256 *h, uint64_t x)
{
    uint8_t bytes[8];
    put_be(bytes, x, sizeof bytes);
    field(h, ur_span_of(bytes, sizeof bytes));
}

static void hash(ur_sha256 *h, const uint8_t bytes[UR_SHA256_BYTES]) { field(h, ur_span_of(bytes, UR_SHA256_BYTES)); }

/* ---- statements ---- */

static bool place_is_valid(ur_span chain_id, ur_span contract, uint64_t vault)
{
    return ur_chain_id_is_valid(chain_id) && ur_address_is_valid(contract) && vault != 0;
}

static bool kind_is_valid(const ur_statement *s)
{
    return ur_statement_kind_name(s->kind) != NULL &&
           (s->kind != UR_STATEMENT_MIGRATE || ur_address_is_valid(s->successor));
}

static bool has_secret(const ur_statement *s)
{
    return s->kind == UR_STATEMENT_HEARTBEAT || s->kind == UR_STATEMENT_ACTIVATE;
}

static void rest(ur_sha256 *h, const ur_statement *s)
{
    switch (s->kind) {
    case UR_STATEMENT_HEARTBEAT:
        number(h, s->version);
        hash(h, s->ciphertext_hash);
        field(h, s->secret);
        break;
    case UR_STATEMENT_MIGRATE:
        field(h, s->successor);
        break;
    case UR_STATEMENT_RETIRE:
        break;
    case UR_STATEMENT_CHANGE_POLICY:
        hash(h, s->policy_hash);
        hash(h, s->ciphertext_hash);
        break;
    case UR_STATEMENT_ACTIVATE:
        field(h, ur_span_of(s->instance_key, sizeof s->instance_key));
        hash(h, s->ciphertext_hash);
        field(h, s->secret);
        break;
    }
}

ur_status ur_statement_hash(uint8_t out[UR_SHA256_BYTES], const ur_statement *s)
{
    ur_sha256 h;
    memset(out, 0, UR_SHA256_BYTES);
    if (!kind_is_valid(s) || !place_is_valid(s->chain_id, s->contract, s->vault) || s->epoch == 0 || s->sequence == 0) {
        return UR_E_INPUT;
    }
    if (has_secret(s) && s->secret.n > UR_STATEMENT_SECRET_MAX) {
        return UR_E_LIMIT;
    }
    ur_sha256_init(&h);
    field(&h, UR_SPAN_LIT("unrug/1/statement"));
    field(&h, ur_span_str_var(ur_statement_kind_name(s->kind)));
    field(&h, s->chain_id);
    field(&h, s->contract);
    number(&h, s->vault);
    number(&h, s->epoch);
    number(&h, s->sequence);
    number(&h, s->seen_height);
    rest(&h, s);
    ur_sha256_final(&h, out);
    return UR_OK;
}

ur_status ur_image_statement_hash(uint8_t out[UR_SHA256_BYTES], const ur_image_statement *s)
{
    ur_sha256 h;
    memset(out, 0, UR_SHA256_BYTES);
    if (!place_is_valid(s->chain_id, s->contract, s->vault) || s->image.n == 0) {
        return UR_E_INPUT;
    }
    if (s->image.n > UR_STATEMENT_IMAGE_MAX) {
        return UR_E_LIMIT;
    }
    ur_sha256_init(&h);
    field(&h, UR_SPAN_LIT("unrug/1/image"));
    field(&h, s->chain_id);
    field(&h, s->contract);
    number(&h, s->vault);
    hash(&h, s->policy_hash);
    field(&h, s->image);
    ur_sha256_final(&h, out);
    return UR_OK;
}

bool ur_statement_key_has_form(const uint8_t key[UR_INSTANCE_KEY_BYTES]) { return key[0] == 2 || key[0] == 3; }
