/* Cases for other verifiers of quotes: every row of the attestation vectors, then changed quotes and collateral.
 *
 *   attest_cases COUNT SEED stream    the cases, twelve fields each with its length, for tests/peers/{rust,node}
 *   attest_cases COUNT SEED ours      one line a case: kind, and our answer
 *
 * The fields: time, quote, PCK chain, PCK CRL, root CRL, TCB info, its signature and chain, QE identity, its signature and
 * chain, root certificate. Some changes are signed again with the published keys of the made-up PKI, since otherwise a
 * signature would hide what verifiers think of the change. The same seed makes the same cases. */
#include "core/attest/tee_policy.h"
#include "lib/mint/mint.h"
#include "tests/test.h"
#include "tests/vectors/attest_kit.h"

enum { BASES_MAX = 256, FIELDS = 12 };
enum { QUOTE, PCK_CHAIN, PCK_CRL, ROOT_CRL, TCB_INFO, TCB_SIG, TCB_CHAIN, QE, QE_SIG, QE_CHAIN, ROOT, PARTS };

typedef struct base {
    int64_t now;
    ur_span part[PARTS];
    ur_attest_root root;
    bool signable; /* by the published keys: attestation key "ak", PCK "pck", TCB signer "tcb" */
} base;

static base bases[BASES_MAX];
static size_t base_count;
static ur_suite_attest *suite;
static ur_mint_key tcb_key, ak_key, pck_key;
static bool stream;

static void put_field(ur_span s)
{
    uint8_t n[4] = {(uint8_t)s.n, (uint8_t)(s.n >> 8), (uint8_t)(s.n >> 16), (uint8_t)(s.n >> 24)};
    if (fwrite(n, 1, 4, stdout) != 4 || (s.n > 0 && fwrite(s.p, 1, s.n, stdout) != s.n)) {
        exit(1);
    }
}

static int by_text(const void *a, const void *b)
{
    const ur_span *x = a;
    const ur_span *y = b;
    return ur_cmp_var(x->p, x->n, y->p, y->n);
}

static void emit(const base *b, const char *kind)
{
    if (stream) {
        char now[32];
        put_field(ur_span_of(now, (size_t)snprintf(now, sizeof now, "%lld", (long long)b->now)));
        for (size_t i = 0; i < PARTS; i++) {
            put_field(b->part[i]);
        }
        return;
    }
    const ur_collateral c = {b->part[PCK_CHAIN], b->part[PCK_CRL], b->part[ROOT_CRL], b->part[TCB_INFO], b->part[TCB_SIG],
        b->part[TCB_CHAIN], b->part[QE], b->part[QE_SIG], b->part[QE_CHAIN]};
    ur_verdict v;
    ur_attest_rules rules = ur_attest_rules_default;
    rules.allow_chain_in_collateral = true;
    ur_status s = ur_attest_verify(&v, ur_suite_attest_ops(suite), &b->root, 1, &rules, &c, b->part[QUOTE], b->now, kit_scratch,
        sizeof kit_scratch);
    if (s != UR_OK) {
        printf("%s\t%s\n", kind, ur_reason_name(v.reason));
        return;
    }
    qsort(v.advisories, v.advisory_count, sizeof v.advisories[0], by_text);
    printf("%s\tOK %s ", kind, ur_tcb_status_name(v.tcb));
    for (size_t i = 0; i < v.advisory_count; i++) {
        printf("%s%.*s", i > 0 ? "," : "", (int)v.advisories[i].n, (const char *)v.advisories[i].p);
    }
    printf("%s\n", v.advisory_count == 0 ? "-" : "");
}

static void add_base(const char *folder, const char *quote, const char *set, const char *time, const char *root)
{
    char name[256];
    kit_set *s = calloc(1, sizeof *s);
    assert_non_null(s);
    assert_true(base_count < BASES_MAX);
    base *b = &bases[base_count++];
    (void)snprintf(name, sizeof name, "%s/quotes/%s.bin", folder, quote);
    b->part[QUOTE] = kit_read(name);
    (void)snprintf(name, sizeof name, "%s/collateral/%s.json", folder, set);
    assert_true(kit_set_read(s, name));
    b->now = strtoll(time, NULL, 10);
    const ur_span parts[] = {s->c.pck_chain, s->c.pck_crl, s->c.root_crl, s->c.tcb_info, s->c.tcb_info_signature,
        s->c.tcb_info_chain, s->c.qe_identity, s->c.qe_identity_signature, s->c.qe_identity_chain};
    memcpy(&b->part[PCK_CHAIN], parts, sizeof parts);
    b->part[ROOT] = kit_read(root);
    assert_ok(ur_attest_root_of_cert(&b->root, b->part[ROOT]));
    b->signable = strncmp(quote, "p-tdx-v", 7) == 0 || strcmp(quote, "p-sgx-v3") == 0 || strncmp(quote, "c-", 2) == 0;
}

static void read_table(const char *folder, size_t first, size_t time, const char *root)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s/cases.tsv", folder);
    ur_span table = kit_read(name);
    char *rest = (char *)(uintptr_t)table.p;
    (void)kit_line(&rest);
    for (char *line; (line = kit_line(&rest)) != NULL;) {
        char *f[16];
        assert_true(kit_columns(line, f, 16) > time);
        add_base(folder, f[first], f[first + 1], f[time], root);
    }
    kit_free(&table);
}

/* ---- changes ---- */

static uint8_t work[1 << 17], work_sig[64];

static ur_span own(ur_span s)
{
    assert_true(s.n <= sizeof work);
    memcpy(work, s.p, s.n);
    return ur_span_of(work, s.n);
}

static const char *change_bit(test_rng *r, base *b, size_t part)
{
    ur_span s = own(b->part[part]);
    if (s.n > 0) {
        work[test_rng_below(r, s.n)] ^= (uint8_t)(1u << test_rng_below(r, 8));
    }
    b->part[part] = s;
    return part == QUOTE ? "quote bit" : "collateral bit";
}

static const char *change_length(test_rng *r, base *b)
{
    ur_span s = own(b->part[QUOTE]);
    if (test_rng_below(r, 2) == 0) {
        s.n = test_rng_below(r, s.n);
    } else {
        size_t more = 1 + test_rng_below(r, 100);
        memset(work + s.n, test_rng_below(r, 2) == 0 ? 0 : 0x41, more);
        s.n += more;
    }
    b->part[QUOTE] = s;
    return "quote length";
}

static const char *change_part(test_rng *r, base *b)
{
    const base *o = &bases[test_rng_below(r, base_count)];
    size_t which = test_rng_below(r, 4);
    if (which < 2) {
        size_t at = which == 0 ? TCB_INFO : QE;
        memcpy(&b->part[at], &o->part[at], 3 * sizeof b->part[0]);
    } else {
        b->part[which == 2 ? PCK_CRL : ROOT_CRL] = o->part[which == 2 ? PCK_CRL : ROOT_CRL];
    }
    return "exchange";
}

static const char *change_time(test_rng *r, base *b)
{
    b->now += (int64_t)test_rng_below(r, 80 * 86400) - 40 * 86400;
    return "time";
}

/* A digit, a status or a character of a signed text, signed again. */
static const char *change_text(test_rng *r, base *b, size_t part)
{
    static const char *const statuses[] = {"UpToDate", "OutOfDate", "Revoked", "SWHardeningNeeded", "ConfigurationNeeded",
        "ConfigurationAndSWHardeningNeeded", "OutOfDateConfigurationNeeded", "Uptodate"};
    ur_span s = own(b->part[part]);
    size_t how = test_rng_below(r, 8);
    if (how == 0) { /* one status for another */
        size_t at = test_rng_below(r, s.n);
        const char *key = strstr((const char *)work + at, "\"tcbStatus\":\"");
        work[s.n] = 0;
        if (key != NULL) {
            size_t start = (size_t)(key - (const char *)work) + 13;
            size_t old = strcspn((const char *)work + start, "\"");
            const char *new = statuses[test_rng_below(r, 8)];
            size_t n = strlen(new);
            memmove(work + start + n, work + start + old, s.n - start - old);
            memcpy(work + start, new, n);
            s.n = s.n - old + n;
        }
    } else if (how == 1) { /* a character gone */
        size_t at = test_rng_below(r, s.n);
        memmove(work + at, work + at + 1, s.n - at - 1);
        s.n--;
    } else { /* a digit */
        for (size_t tries = 0; tries < 2000; tries++) {
            size_t at = test_rng_below(r, s.n);
            if (work[at] >= '0' && work[at] <= '9') {
                work[at] = (uint8_t)('0' + test_rng_below(r, 10));
                break;
            }
        }
    }
    b->part[part] = s;
    assert_ok(ur_mint_sign_var(work_sig, &tcb_key, s));
    b->part[part + 1] = ur_span_of(work_sig, 64);
    return part == TCB_INFO ? "TCB info signed" : "QE identity signed";
}

/* A field of the body or of the QE report, signed again. */
static const char *change_signed(test_rng *r, base *b, bool of_qe)
{
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    uint8_t sig[64];
    if (ur_quote_parse(&q, &why, own(b->part[QUOTE])) != UR_OK) {
        return "quote bit";
    }
    uint8_t *report = work + (of_qe ? (size_t)(q.qe_report.p - work) : (size_t)(q.body.p - work));
    size_t n = of_qe ? q.qe_report.n : q.body.n;
    /* Near the fields that mean something: SVNs and attributes lie in the first 136 octets of a TD, MISCSELECT, attributes and
     * SVN of an enclave at 16, 48 and 256. */
    static const size_t qe_spots[] = {16, 17, 48, 49, 50, 56, 128, 256, 257, 258, 259, 320, 352};
    static const size_t td_spots[] = {0, 1, 2, 3, 7, 64, 112, 120, 121, 122, 123, 127, 184, 520};
    size_t at = test_rng_below(r, 4) == 0      ? test_rng_below(r, n)
                : of_qe || q.tee == UR_TEE_SGX ? qe_spots[test_rng_below(r, sizeof qe_spots / sizeof qe_spots[0])]
                                               : td_spots[test_rng_below(r, sizeof td_spots / sizeof td_spots[0])];
    if (!of_qe && q.kind >= UR_BODY_TD15 && test_rng_below(r, 3) == 0) {
        at = 584 + test_rng_below(r, 20); /* the module's present level, the service TD */
    }
    report[at] = test_rng_below(r, 2) == 0 ? (uint8_t)(report[at] ^ 1u << test_rng_below(r, 8))
                                           : (uint8_t)(report[at] + (test_rng_below(r, 2) == 0 ? 1 : 255));
    assert_ok(ur_mint_sign_var(sig, of_qe ? &pck_key : &ak_key, of_qe ? q.qe_report : q.signed_part));
    memcpy(work + (size_t)((of_qe ? q.qe_report_signature : q.signature) - work), sig, 64);
    b->part[QUOTE] = ur_span_of(work, b->part[QUOTE].n);
    return of_qe ? "QE report signed" : "quote signed";
}

static void change_and_emit(test_rng *r)
{
    base b;
    const char *kind = NULL;
    size_t how = test_rng_below(r, 12);
    do { /* what is signed again must be signable */
        b = bases[test_rng_below(r, base_count)];
    } while (how >= 5 && !b.signable);
    switch (how) {
    case 0:
    case 1:
        kind = change_bit(r, &b, QUOTE);
        break;
    case 2:
        kind = change_length(r, &b);
        break;
    case 3:
        kind = test_rng_below(r, 2) == 0 ? change_bit(r, &b, PCK_CRL + test_rng_below(r, ROOT - PCK_CRL)) : change_part(r, &b);
        break;
    case 4:
        kind = change_time(r, &b);
        break;
    case 5:
    case 6:
        kind = change_text(r, &b, TCB_INFO);
        break;
    case 7:
        kind = change_text(r, &b, QE);
        break;
    case 8:
    case 9:
        kind = change_signed(r, &b, true);
        break;
    default:
        kind = change_signed(r, &b, false);
        break;
    }
    emit(&b, kind);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        (void)fprintf(stderr, "attest_cases COUNT SEED stream|ours\n");
        return 2;
    }
    size_t count = (size_t)strtoull(argv[1], NULL, 10);
    test_rng r = {strtoull(argv[2], NULL, 0)};
    stream = strcmp(argv[3], "stream") == 0;
    assert_ok(ur_suite_attest_new(&suite));
    assert_ok(ur_mint_key_of_label_var(&tcb_key, "tcb"));
    assert_ok(ur_mint_key_of_label_var(&ak_key, "ak"));
    assert_ok(ur_mint_key_of_label_var(&pck_key, "pck"));
    read_table("real", 0, 2, "real/intel_sgx_root_ca.der");
    read_table("synthetic", 1, 3, "synthetic/test_root.der");
    for (size_t i = 0; i < base_count; i++) {
        emit(&bases[i], "row");
    }
    for (size_t i = 0; i < count; i++) {
        change_and_emit(&r);
    }
    ur_suite_attest_free(&suite);
    return fflush(stdout) == 0 ? 0 : 1;
}
