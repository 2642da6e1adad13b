#include <stdlib.h>
#include <string.h>

#include "programs/cli/evidence/evidence.h"

enum {
    SCRATCH = UR_DSTACK_SCRATCH_BYTES > UR_ATTEST_SCRATCH_BYTES ? UR_DSTACK_SCRATCH_BYTES : UR_ATTEST_SCRATCH_BYTES
};

/* Everything that one run works on. */
typedef struct {
    uint8_t *quote, *policy_text, *log, *compose;
    size_t quote_len, log_len, compose_len;
    bool has_policy, has_log, has_rd;
    uint8_t rd[64];
    ur_tee_policy policy;
    evidence_trust trust;
    ur_coll_set set;
    ur_verdict verdict;
    ur_dstack_identity dstack;
    bool dstack_checked;
    ur_status status; /* the whole answer's class */
    ur_reason reason;
} job;

static ur_status read_inputs(cli *c, job *j)
{
    UR_TRY(evidence_bytes(c, &j->quote, &j->quote_len, cli_value(c, "FILE"), UR_QUOTE_MAX, "quote"));
    UR_TRY(evidence_trust_open(c, &j->trust));
    if (cli_given(c, "policy")) {
        UR_TRY(evidence_policy(c, &j->policy, &j->policy_text, cli_value(c, "policy")));
        j->has_policy = true;
        if (!cli_given(c, "root")) {
            evidence_trust_set(&j->trust, j->policy.roots, j->policy.root_count);
        }
    }
    if (cli_given(c, "report-data")) {
        UR_TRY(evidence_hex(c, j->rd, sizeof j->rd, "report-data"));
        j->has_rd = true;
    }
    if (cli_given(c, "compose") && !cli_given(c, "event-log")) {
        return cli_fail(c, UR_E_USAGE, "--compose is compared with the event log: give --event-log as well");
    }
    if (cli_given(c, "event-log")) {
        UR_TRY(cli_read(c, &j->log, &j->log_len, cli_value(c, "event-log"), UR_EVENT_LOG_MAX));
        j->has_log = true;
    }
    if (cli_given(c, "compose")) {
        UR_TRY(cli_read(c, &j->compose, &j->compose_len, cli_value(c, "compose"), UR_EVENT_LOG_MAX));
        if (j->compose_len == 0) { /* a file cut to nothing is not the same as none given */
            return cli_fail(c, UR_E_INPUT, "%s is empty: no compose file", cli_value(c, "compose"));
        }
    }
    return UR_OK;
}

/* A set by itself is taken as it is; a folder or a cache is asked for what the quote needs. A quote that no collateral can help
 * (malformed, or without a chain) needs none: the verifier says why. */
static ur_status find_collateral(cli *c, job *j, int64_t now)
{
    ur_coll_need need;
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    UR_TRY(evidence_exists(c, cli_value(c, "collateral")));
    if (ur_quote_parse(&q, &why, ur_span_of(j->quote, j->quote_len)) != UR_OK || q.cert_type != UR_CERT_TYPE_PCK_CHAIN) {
        return UR_OK;
    }
    if (ur_coll_need_of_quote(&need, ur_span_of(j->quote, j->quote_len), NULL) != UR_OK) {
        need = (ur_coll_need){0}; /* its chain is malformed: with a set the verifier says so */
    }
    return ur_coll_set_find(&j->set, cli_value(c, "collateral"), &need, &j->trust.trust, now, cli_err(c));
}

static void refuse(job *j, ur_status st, ur_reason why)
{
    j->status = st;
    j->reason = why;
}

/* Verdict, then report data, event log, policy: the first refusal stays. */
static ur_status judge(cli *c, job *j, int64_t now)
{
    uint8_t *scratch = malloc(SCRATCH);
    ur_reason why = UR_REASON_NONE;
    if (scratch == NULL) {
        return cli_fail(c, UR_E_MEMORY, "out of memory");
    }
    const ur_attest_rules *rules = j->has_policy ? &j->policy.rules : &ur_attest_rules_default;
    ur_status st = ur_attest_verify(&j->verdict, j->trust.trust.ops, j->trust.trust.roots, j->trust.trust.root_count, rules,
                                    &j->set.parts, ur_span_of(j->quote, j->quote_len), now, scratch, SCRATCH);
    refuse(j, st, j->verdict.reason);
    if (st == UR_OK && j->has_rd && !ur_eq_var(j->rd, j->verdict.report_data, sizeof j->rd)) {
        refuse(j, UR_E_PROOF, UR_REASON_REPORT_DATA);
    }
    if (j->status == UR_OK && j->has_log) { /* an enclave has no registers, so that no log fits it */
        /* With a policy, its images name the key provider that they accept. */
        const ur_dstack_rules any = {.key_providers = UR_KEY_PROVIDER_NONE | UR_KEY_PROVIDER_KMS | UR_KEY_PROVIDER_LOCAL_SGX |
                                                      UR_KEY_PROVIDER_TPM};
        const ur_event_log log = {UR_EVENT_LOG_JSON, {j->log, j->log_len}};
        st = ur_dstack_check(&j->dstack, &why, j->trust.trust.ops, j->has_policy ? &any : &ur_dstack_rules_default, &j->verdict.td,
                             &log, ur_span_of(j->compose, j->compose_len), scratch, SCRATCH);
        j->dstack_checked = st == UR_OK;
        refuse(j, st, why);
    }
    if (j->status == UR_OK && j->has_policy) {
        int64_t made = cli_given(c, "made") ? (int64_t)cli_number(c, "made", 0) : -1;
        st = ur_tee_policy_judge(&j->policy, &why, &j->verdict, j->dstack_checked ? &j->dstack : NULL, (ur_span){0}, now, made);
        refuse(j, st, why);
    }
    free(scratch);
    bool answer = j->status == UR_OK || j->status == UR_E_INPUT || j->status == UR_E_PROOF || j->status == UR_E_POLICY;
    return answer ? UR_OK : cli_fail(c, j->status, "verification itself failed: %s", ur_status_text(j->status));
}

/* ---- saying it ---- */

static const char *verdict_name(ur_status st)
{
    return st == UR_OK ? "accepted" : st == UR_E_POLICY ? "refused" : st == UR_E_INPUT ? "malformed" : "does not verify";
}

static void say_tcb(cli *c, const ur_verdict *v)
{
    cli_say_text(c, "status", ur_tcb_status_name(v->tcb));
    cli_list_begin(c, "advisories");
    for (size_t i = 0; i < v->advisory_count; i++) {
        cli_say_span(c, NULL, v->advisories[i]);
    }
    cli_list_end(c);
    evidence_say_date(c, "tcb_date", v->tcb_date);
    cli_object_begin(c, "tcb");
    cli_say_text(c, "platform", ur_tcb_status_name(v->platform));
    cli_say_text(c, "quoting_enclave", ur_tcb_status_name(v->qe));
    if (v->module == UR_TCB_NONE) {
        cli_say_null(c, "tdx_module");
    } else {
        cli_say_text(c, "tdx_module", ur_tcb_status_name(v->module));
    }
    cli_say_number(c, "evaluation", v->tcb_evaluation);
    cli_say_number(c, "qe_evaluation", v->qe_evaluation);
    evidence_say_date(c, "valid_from", v->valid_from);
    evidence_say_date(c, "valid_until", v->valid_until);
    cli_object_end(c);
}

static void say_facts(cli *c, const ur_verdict *v)
{
    cli_object_begin(c, "facts");
    cli_say_number(c, "version", v->version);
    cli_say_text(c, "tee", evidence_tee_name(v->tee));
    cli_say_text(c, "body_kind", evidence_body_name(v->kind));
    if (v->tee == UR_TEE_TDX) {
        evidence_say_td(c, &v->td, v->kind);
    } else {
        evidence_say_sgx(c, &v->sgx);
    }
    evidence_say_pck(c, &v->pck);
    cli_say_hex(c, "device_id", v->device_id, sizeof v->device_id);
    cli_say_number(c, "qe_isv_svn", v->qe_isv_svn);
    cli_say_hex(c, "root", v->root, sizeof v->root);
    cli_say_hex(c, "signed_hash", v->signed_hash, sizeof v->signed_hash);
    cli_object_end(c);
}

static const char *provider_name(uint32_t provider)
{
    switch (provider) {
    case UR_KEY_PROVIDER_KMS: return "kms";
    case UR_KEY_PROVIDER_LOCAL_SGX: return "local-sgx";
    case UR_KEY_PROVIDER_TPM: return "tpm";
    default: return "none";
    }
}

static void say_dstack(cli *c, const ur_dstack_identity *d)
{
    cli_object_begin(c, "dstack");
    cli_say_hex(c, "app_id", d->app_id, sizeof d->app_id);
    cli_say_hex(c, "compose_hash", d->compose_hash, sizeof d->compose_hash);
    if (d->has_instance_id) {
        cli_say_hex(c, "instance_id", d->instance_id, sizeof d->instance_id);
    }
    if (d->has_os_image_hash) {
        cli_say_hex(c, "os_image_hash", d->os_image_hash, sizeof d->os_image_hash);
    }
    cli_say_text(c, "key_provider", provider_name(d->key_provider));
    cli_say_hex(c, "key_provider_id", d->key_provider_id, d->key_provider_id_len);
    cli_say_number(c, "events", d->events);
    cli_say_number(c, "app_events", d->app_events);
    cli_object_end(c);
}

/* What is out of date, and until when it was good. */
static void say_stale(cli *c, const job *j, int64_t now)
{
    ur_err err = {0};
    if (ur_coll_set_in_force(&j->set, &j->trust.trust, now, &err) == UR_E_UNAVAILABLE) {
        cli_say_text(c, "stale", err.text);
    }
}

static void say_answer(cli *c, const job *j, int64_t now)
{
    cli_say_verdict(c, "verdict", j->status == UR_OK, verdict_name(j->status));
    if (j->status == UR_OK) {
        cli_json_only(c);
        cli_say_null(c, "reason");
    } else {
        cli_say_text(c, "reason", ur_reason_name(j->reason));
        cli_say_text(c, "explanation", ur_reason_text(j->reason));
        say_stale(c, j, now);
    }
    if (j->verdict.status == UR_OK || j->verdict.status == UR_E_POLICY) {
        say_tcb(c, &j->verdict);
        say_facts(c, &j->verdict);
    }
    if (j->dstack_checked) {
        say_dstack(c, &j->dstack);
    }
    evidence_say_date(c, "time", now);
    if (!j->has_policy && j->status == UR_OK) {
        cli_people_only(c);
        cli_say_text(c, "note", "no policy was given: any program on any machine of any TCB status but Revoked passes");
    }
}

ur_status cli_quote_verify(cli *c)
{
    job *j = calloc(1, sizeof *j);
    int64_t now = evidence_now(c);
    if (j == NULL) {
        return cli_fail(c, UR_E_MEMORY, "out of memory");
    }
    ur_status st = read_inputs(c, j);
    if (st == UR_OK) {
        st = find_collateral(c, j, now);
    }
    if (st == UR_OK) {
        st = judge(c, j, now);
    }
    if (st == UR_OK) {
        say_answer(c, j, now);
        st = j->status;
    }
    ur_coll_set_free(&j->set);
    evidence_trust_close(&j->trust);
    free(j->quote);
    free(j->policy_text);
    free(j->log);
    free(j->compose);
    free(j);
    return st;
}
