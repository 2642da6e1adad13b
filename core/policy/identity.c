#include "core/policy/identity.h"

#include "core/codec/bech32.h"
#include "core/codec/hex.h"

bool ur_chain_id_is_valid(ur_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                    c == '-';
        if (!fine) {
            return false;
        }
    }
    return s.n >= 1 && s.n <= UR_IDENTITY_CHAIN_MAX;
}

bool ur_address_is_valid(ur_span s)
{
    char hrp[UR_BECH32_HRP_MAX];
    uint8_t data[UR_BECH32_DATA_MAX];
    size_t hrp_n, data_n;
    for (size_t i = 0; i < s.n; i++) {
        if ((s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == '/') { /* a prefix may contain a slash, an address of ours not */
            return false;
        }
    }
    return ur_bech32_decode_var(hrp, &hrp_n, data, &data_n, s) == UR_OK && data_n > 0;
}

/* ---- writing ---- */

static void part(ur_writer *w, ur_span s)
{
    ur_writer_u8(w, '/');
    ur_writer_span(w, s);
}

static void number(ur_writer *w, uint64_t x)
{
    ur_writer_u8(w, '/');
    ur_writer_dec(w, x);
}

static void hash(ur_writer *w, const uint8_t bytes[UR_SHA256_BYTES])
{
    ur_writer_u8(w, '/');
    ur_hex_write(w, ur_span_of(bytes, UR_SHA256_BYTES));
}

static ur_status refuse(ur_span *out)
{
    *out = (ur_span){0};
    return UR_E_INPUT;
}

ur_status ur_vault_identity_write(uint8_t buf[UR_IDENTITY_MAX], ur_span *out, const ur_vault_identity *id)
{
    ur_writer w;
    if (!ur_chain_id_is_valid(id->chain_id) || !ur_address_is_valid(id->contract) || id->vault == 0 || id->epoch == 0 ||
        id->version == 0) {
        return refuse(out);
    }
    ur_writer_init(&w, buf, UR_IDENTITY_MAX);
    ur_writer_str(&w, "unrug/1/vault");
    part(&w, id->chain_id);
    part(&w, id->contract);
    number(&w, id->vault);
    number(&w, id->epoch);
    number(&w, id->version);
    hash(&w, id->policy_hash);
    return ur_writer_end(&w, out);
}

ur_status ur_drill_identity_write(uint8_t buf[UR_IDENTITY_MAX], ur_span *out, const ur_drill_identity *id)
{
    ur_writer w;
    if (!ur_chain_id_is_valid(id->chain_id) || !ur_address_is_valid(id->contract) || id->committee == 0 ||
        id->generation == 0 || id->index == 0) {
        return refuse(out);
    }
    ur_writer_init(&w, buf, UR_IDENTITY_MAX);
    ur_writer_str(&w, "unrug/1/drill");
    part(&w, id->chain_id);
    part(&w, id->contract);
    number(&w, id->committee);
    number(&w, id->generation);
    hash(&w, id->nonce);
    number(&w, id->index);
    return ur_writer_end(&w, out);
}

/* ---- reading: take apart, write again, compare ---- */

/* The text up to the next slash, which is passed. */
static ur_span next_part(ur_span *left)
{
    size_t n = 0;
    while (n < left->n && left->p[n] != '/') {
        n++;
    }
    ur_span found = ur_span_of(left->p, n);
    size_t skip = n < left->n ? n + 1 : n;
    *left = ur_span_of(left->p + skip, left->n - skip);
    return found;
}

/* 0 for what is no number from 1 without leading zeros. */
static uint64_t next_number(ur_span *left)
{
    ur_span s = next_part(left);
    uint64_t x = 0;
    if (s.n == 0 || s.n > 20 || s.p[0] == '0') {
        return 0;
    }
    for (size_t i = 0; i < s.n; i++) {
        uint64_t digit = (uint64_t)(s.p[i] - '0');
        if (digit > 9 || x > (UINT64_MAX - digit) / 10) {
            return 0;
        }
        x = 10 * x + digit;
    }
    return x;
}

static void next_hash(uint8_t out[UR_SHA256_BYTES], ur_span *left)
{
    if (ur_hex_decode(out, UR_SHA256_BYTES, next_part(left)) != UR_OK) {
        memset(out, 0, UR_SHA256_BYTES); /* shows when the text is written again */
    }
}

static void skip_parts(ur_span *left, size_t n)
{
    while (n-- > 0) {
        (void)next_part(left);
    }
}

ur_status ur_vault_identity_parse(ur_vault_identity *out, ur_span text)
{
    uint8_t buf[UR_IDENTITY_MAX];
    ur_span left = text, again;
    skip_parts(&left, 3);
    out->chain_id = next_part(&left);
    out->contract = next_part(&left);
    out->vault = next_number(&left);
    out->epoch = next_number(&left);
    out->version = next_number(&left);
    next_hash(out->policy_hash, &left);
    if (ur_vault_identity_write(buf, &again, out) != UR_OK || !ur_span_eq_var(again, text)) {
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    return UR_OK;
}

ur_status ur_drill_identity_parse(ur_drill_identity *out, ur_span text)
{
    uint8_t buf[UR_IDENTITY_MAX];
    ur_span left = text, again;
    skip_parts(&left, 3);
    out->chain_id = next_part(&left);
    out->contract = next_part(&left);
    out->committee = next_number(&left);
    out->generation = next_number(&left);
    next_hash(out->nonce, &left);
    uint64_t index = next_number(&left);
    out->index = index <= UINT32_MAX ? (uint32_t)index : 0;
    if (ur_drill_identity_write(buf, &again, out) != UR_OK || !ur_span_eq_var(again, text)) {
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    return UR_OK;
}
