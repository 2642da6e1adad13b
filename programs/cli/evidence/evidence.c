#include "programs/cli/evidence/evidence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "lib/os/clock.h"
#include "lib/os/date.h"

/* ---- trust ---- */

ur_status evidence_root_read(cli *c, ur_attest_root *out, const char *path)
{
    uint8_t *bytes = NULL, der[UR_CERT_MAX];
    size_t n = 0, count;
    ur_span cert;
    UR_TRY(cli_read(c, &bytes, &n, path, UR_PEM_CHAIN_MAX));
    ur_status st = UR_OK;
    cert = ur_span_of(bytes, n);
    if (n > 0 && bytes[0] == '-') {
        st = ur_pem_chain(&cert, &count, 1, der, sizeof der, ur_span_of(bytes, n));
    }
    if (st == UR_OK) {
        st = ur_attest_root_of_cert(out, cert);
    }
    free(bytes);
    return st == UR_OK ? st : cli_fail(c, UR_E_INPUT, "%s is not one root certificate (P-256) in DER or PEM", path);
}

void evidence_trust_set(evidence_trust *t, const ur_attest_root *roots, size_t count)
{
    memcpy(t->roots, roots, count * sizeof *roots);
    t->trust = (ur_coll_trust){ur_suite_attest_ops(t->suite), t->roots, count};
}

ur_status evidence_trust_open(cli *c, evidence_trust *out)
{
    ur_attest_root root = ur_attest_root_intel;
    *out = (evidence_trust){0};
    if (cli_given(c, "root")) {
        UR_TRY(evidence_root_read(c, &root, cli_value(c, "root")));
    }
    ur_status st = ur_suite_attest_new(&out->suite);
    if (st != UR_OK) {
        return cli_fail(c, st, "OpenSSL does not start");
    }
    evidence_trust_set(out, &root, 1);
    return UR_OK;
}

void evidence_trust_close(evidence_trust *t) { ur_suite_attest_free(&t->suite); }

int64_t evidence_now(const cli *c)
{
    const ur_clock *clock = ur_clock_system();
    return (int64_t)cli_number(c, "time", (uint64_t)(clock->unix_ms(clock->context) / 1000));
}

/* ---- bytes ---- */

ur_status evidence_exists(cli *c, const char *path)
{
    return access(path, F_OK) == 0 ? UR_OK : cli_fail(c, UR_E_USAGE, "read %s: %s", path, strerror(errno));
}

static bool blank(uint8_t b) { return b == ' ' || b == '\n' || b == '\r' || b == '\t'; }

static bool all_hex(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!(p[i] >= '0' && p[i] <= '9') && !(p[i] >= 'a' && p[i] <= 'f') && !(p[i] >= 'A' && p[i] <= 'F')) {
            return false;
        }
    }
    return n > 0;
}

ur_status evidence_bytes(cli *c, uint8_t **out, size_t *out_n, const char *path, size_t max, const char *what)
{
    UR_TRY(cli_read(c, out, out_n, path, 2 * max + 4));
    size_t end = *out_n, start = 0;
    while (end > 0 && blank((*out)[end - 1])) {
        end--;
    }
    if (end >= 2 && (*out)[0] == '0' && (*out)[1] == 'x') {
        start = 2;
    }
    ur_status st = UR_OK;
    if (all_hex(*out + start, end - start)) {
        size_t n = 0;
        uint8_t *bytes = malloc(end / 2 + 1);
        st = bytes == NULL ? UR_E_MEMORY : ur_hex_decode_upto(bytes, end / 2 + 1, &n, ur_span_of(*out + start, end - start));
        free(*out);
        *out = bytes;
        *out_n = n;
    }
    if (st == UR_OK && *out_n > max) {
        st = UR_E_LIMIT;
    }
    if (st != UR_OK) {
        free(*out);
        *out = NULL;
        *out_n = 0;
        return st == UR_E_LIMIT ? cli_fail(c, st, "%s: more than %zu bytes are no %s", path, max, what)
                                : cli_fail(c, st, "%s: an odd number of hex digits is no %s", path, what);
    }
    return UR_OK;
}

ur_status evidence_hex(cli *c, uint8_t *out, size_t n, const char *option)
{
    if (ur_hex_decode(out, n, ur_span_str_var(cli_value(c, option))) != UR_OK) {
        return cli_fail(c, UR_E_USAGE, "--%s takes exactly %zu hex digits", option, 2 * n);
    }
    return UR_OK;
}

ur_status evidence_policy(cli *c, ur_tee_policy *out, uint8_t **out_text, const char *path)
{
    size_t n = 0;
    const char *where = NULL;
    ur_json whole;
    *out_text = NULL;
    UR_TRY(cli_read(c, out_text, &n, path, UR_TEE_POLICY_MAX));
    ur_span text = ur_span_of(*out_text, n);
    if (ur_json_parse_var(&whole, text) != UR_OK) {
        return cli_fail(c, UR_E_INPUT, "%s is not JSON of the strict kind (no duplicate keys, nothing after the value)", path);
    }
    ur_json tee = ur_json_get_var(whole, "tee");
    ur_status st = ur_tee_policy_parse(out, &where, ur_json_kind_var(tee) == UR_JSON_NONE ? text : tee.raw);
    return st == UR_OK ? st : cli_fail(c, st, "%s: the tee object: %s: missing, unknown, or not as it must be", path,
                                         where == NULL ? "the whole" : where);
}

/* ---- saying ---- */

void evidence_say_date(cli *c, const char *key, int64_t unix_time)
{
    char text[UR_DATE_TEXT_MAX];
    ur_date_text(text, unix_time);
    cli_say_text(c, key, text);
}

const char *evidence_tee_name(uint32_t tee) { return tee == UR_TEE_TDX ? "TDX" : "SGX"; }

const char *evidence_body_name(ur_body_kind kind)
{
    switch (kind) {
    case UR_BODY_SGX: return "SGX enclave";
    case UR_BODY_TD10: return "TD 1.0";
    case UR_BODY_TD15: return "TD 1.5";
    case UR_BODY_TD15X: return "TD 1.5 extended";
    case UR_BODY_NONE: break;
    }
    return "none";
}

void evidence_say_pck(cli *c, const ur_pck *pck)
{
    cli_say_hex(c, "fmspc", pck->fmspc, sizeof pck->fmspc);
    cli_say_hex(c, "ppid", pck->ppid, sizeof pck->ppid);
    cli_say_hex(c, "pce_id", pck->pceid, sizeof pck->pceid);
    cli_say_number(c, "pce_svn", pck->pcesvn);
    cli_say_hex(c, "cpu_svn", pck->cpusvn, sizeof pck->cpusvn);
    cli_say_hex(c, "components", pck->components, sizeof pck->components);
    cli_say_number(c, "sgx_type", pck->sgx_type);
    if (pck->has_platform) {
        cli_say_hex(c, "platform_instance", pck->platform_instance, sizeof pck->platform_instance);
        cli_say_bool(c, "dynamic_platform", pck->dynamic_platform);
        cli_say_bool(c, "cached_keys", pck->cached_keys);
        cli_say_bool(c, "smt_enabled", pck->smt_enabled);
    }
}

void evidence_say_td(cli *c, const ur_td_body *td, ur_body_kind kind)
{
#define UR_TD(name, offset, size, since)                \
    if (kind >= (since)) {                              \
        cli_say_hex(c, #name, td->name, sizeof td->name); \
    }
#include "core/attest/body.def"
}

void evidence_say_sgx(cli *c, const ur_sgx_body *sgx)
{
#define UR_SGX(name, offset, size) cli_say_hex(c, #name, sgx->name, sizeof sgx->name);
#include "core/attest/body.def"
}
