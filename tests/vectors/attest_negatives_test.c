/* Negatives derived from every positive row: bits, truncations, lengths, signatures, times, exchanged collateral, floors.
 *
 *   attest_negatives_test          a bounded part: every 13th offset and length, everything else whole
 *   attest_negatives_test whole    one bit at every offset of every positive quote, every truncation, and every bit of three
 *                                  quotes
 *
 * A changed quote may be accepted only where what was changed means nothing: inside the embedded root certificate, whose key
 * and name are all that is taken from it, and in zeros after the quote that were cut away. */
#include "core/attest/tee_policy.h"
#include "core/codec/hex.h"
#include "tests/vectors/attest_kit.h"

static ur_suite_attest *suite;
static size_t stride = 13;

enum { POSITIVES_MAX = 128, SETS_MAX = 96 };

typedef struct named_set {
    char name[256];
    kit_set set;
    ur_tcb_info info;
    ur_qe_identity qe;
    ur_crl root_crl, pck_crl;
} named_set;

typedef struct positive {
    char name[256];
    ur_span quote;
    const named_set *set;
    const ur_attest_root *root;
    int64_t now;
    bool synthetic;
    ur_tcb_status tcb;
} positive;

static named_set sets[SETS_MAX];
static size_t set_count;
static positive positives[POSITIVES_MAX];
static size_t positive_count;
static ur_attest_root test_root;

static const named_set *find_set(const char *name)
{
    for (size_t i = 0; i < set_count; i++) {
        if (strcmp(sets[i].name, name) == 0) {
            return &sets[i];
        }
    }
    assert_true(set_count < SETS_MAX);
    named_set *s = &sets[set_count++];
    ur_reason why = UR_REASON_NONE;
    (void)snprintf(s->name, sizeof s->name, "%s", name);
    if (!kit_set_read(&s->set, name)) {
        fail_msg("%s: not a set", name);
    }
    assert_ok(ur_tcb_info_parse(&s->info, &why, s->set.c.tcb_info));
    assert_ok(ur_qe_identity_parse(&s->qe, &why, s->set.c.qe_identity));
    assert_ok(ur_crl_parse(&s->root_crl, s->set.c.root_crl));
    assert_ok(ur_crl_parse(&s->pck_crl, s->set.c.pck_crl));
    return s;
}

static ur_status verify(ur_verdict *v, const positive *p, const ur_collateral *c, ur_span quote, int64_t now)
{
    ur_status s = ur_attest_verify(v, ur_suite_attest_ops(suite), p->root, 1, &ur_attest_rules_default, c, quote, now,
        kit_scratch, sizeof kit_scratch);
    assert_int_equal(s, v->status);
    assert_int_equal(ur_reason_status(v->reason), s);
    return s;
}

static void add_positive(const char *folder, const char *quote, const char *set, const char *time, const ur_attest_root *root)
{
    char name[256];
    ur_verdict v;
    assert_true(positive_count < POSITIVES_MAX);
    positive *p = &positives[positive_count];
    (void)snprintf(p->name, sizeof p->name, "%s with %s at %s", quote, set, time);
    (void)snprintf(name, sizeof name, "%s/quotes/%s.bin", folder, quote);
    p->quote = kit_read(name);
    (void)snprintf(name, sizeof name, "%s/collateral/%s.json", folder, set);
    p->set = find_set(name);
    p->root = root;
    p->now = strtoll(time, NULL, 10);
    p->synthetic = strcmp(folder, "synthetic") == 0;
    if (verify(&v, p, &p->set->set.c, p->quote, p->now) == UR_OK) {
        p->tcb = v.tcb;
        positive_count++;
    } else {
        kit_free(&p->quote);
    }
}

static int start(void **state)
{
    (void)state;
    if (ur_suite_attest_new(&suite) != UR_OK) {
        return -1;
    }
    test_root = kit_root("synthetic/test_root.der");
    static const char *const folders[] = {"real", "synthetic"};
    for (size_t i = 0; i < 2; i++) {
        char name[64];
        size_t first = i == 0 ? 0 : 1; /* the column of the quote */
        (void)snprintf(name, sizeof name, "%s/cases.tsv", folders[i]);
        ur_span table = kit_read(name);
        char *rest = (char *)(uintptr_t)table.p;
        (void)kit_line(&rest);
        for (char *line; (line = kit_line(&rest)) != NULL;) {
            char *f[16];
            assert_true(kit_columns(line, f, 16) >= 6);
            /* A status among the expected answers, and no certain refusal. */
            const char *expect = i == 0 ? f[3] : f[5];
            bool may = i == 0 ? ur_tcb_status_parse(ur_span_str_var(expect)) != UR_TCB_NONE : strcmp(f[4], "reject") != 0;
            if (may) {
                add_positive(folders[i], f[first], f[first + 1], f[first + 2], i == 0 ? &ur_attest_root_intel : &test_root);
            }
        }
        kit_free(&table);
    }
    /* A pair that the README names and the tables do not. */
    add_positive("real", "tdx4_uptodate", "tdx-2025-06-B0C06F000000", "1751624655", &ur_attest_root_intel);
    print_message("%zu positive rows, %zu collateral sets\n", positive_count, set_count);
    return positive_count > 0 ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    for (size_t i = 0; i < positive_count; i++) {
        kit_free(&positives[i].quote);
    }
    for (size_t i = 0; i < set_count; i++) {
        kit_set_free(&sets[i].set);
    }
    ur_suite_attest_free(&suite);
    return 0;
}

/* Where the embedded root's PEM lies: from its first base64 octet to the end of its last line. */
static void root_region(size_t *from, size_t *to, ur_span quote)
{
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    static const char label[] = "-----BEGIN CERTIFICATE-----";
    *from = *to = 0;
    assert_ok(ur_quote_parse(&q, &why, quote));
    if (q.cert_type != UR_CERT_TYPE_PCK_CHAIN) {
        return;
    }
    for (size_t i = 0; i + sizeof label - 1 <= q.cert_data.n; i++) {
        if (ur_eq_var(q.cert_data.p + i, label, sizeof label - 1)) {
            *from = (size_t)(q.cert_data.p - quote.p) + i + sizeof label - 1;
        }
    }
    *to = (size_t)(q.cert_data.p - quote.p) + q.cert_data.n;
}

static uint8_t *copy_of(ur_span s)
{
    uint8_t *p = malloc(s.n);
    assert_non_null(p);
    memcpy(p, s.p, s.n);
    return p;
}

/* The same quote may stand in several rows: each is changed once. */
static bool seen_before(size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (ur_span_eq_var(positives[k].quote, positives[i].quote)) {
            return true;
        }
    }
    return false;
}

typedef struct tally {
    size_t tried, refused, in_root;
} tally;

static void flip(tally *t, const positive *p, uint8_t *bytes, size_t bit, size_t from, size_t to)
{
    ur_verdict v;
    size_t at = bit / 8;
    bytes[at] ^= (uint8_t)(1u << bit % 8);
    ur_status s = verify(&v, p, &p->set->set.c, ur_span_of(bytes, p->quote.n), p->now);
    bytes[at] ^= (uint8_t)(1u << bit % 8);
    t->tried++;
    if (s != UR_OK) {
        t->refused++;
    } else if (at >= from && at < to) {
        t->in_root++;
    } else {
        fail_msg("%s: accepted with bit %zu of octet %zu flipped", p->name, bit % 8, at);
    }
}

static void one_bit_everywhere(void **state)
{
    (void)state;
    tally t = {0};
    size_t quotes = 0;
    for (size_t i = 0; i < positive_count; i++) {
        const positive *p = &positives[i];
        size_t from = 0;
        size_t to = 0;
        if (seen_before(i)) {
            continue;
        }
        uint8_t *bytes = copy_of(p->quote);
        root_region(&from, &to, p->quote);
        for (size_t at = i % stride; at < p->quote.n; at += stride) {
            flip(&t, p, bytes, 8 * at + (at * 5 + i) % 8, from, to);
        }
        free(bytes);
        quotes++;
    }
    print_message("one bit: %zu flips in %zu quotes, every %zuth offset; %zu refused, %zu survive, all in the root's PEM\n", t.tried,
        quotes, stride, t.refused, t.in_root);
}

static void every_bit_of_three(void **state)
{
    (void)state;
    static const char *const names[] = {"tdx4_uptodate with", "tdx5_google with", "sgx_hello with"};
    tally t = {0};
    size_t step = stride == 1 ? 1 : 8 * stride + 3;
    for (size_t k = 0; k < 3; k++) {
        const positive *p = NULL;
        size_t from = 0;
        size_t to = 0;
        for (size_t i = 0; p == NULL && i < positive_count; i++) {
            p = strncmp(positives[i].name, names[k], strlen(names[k])) == 0 ? &positives[i] : NULL;
        }
        assert_non_null(p);
        uint8_t *bytes = copy_of(p->quote);
        root_region(&from, &to, p->quote);
        for (size_t bit = 0; bit < 8 * p->quote.n; bit += step) {
            flip(&t, p, bytes, bit, from, to);
        }
        free(bytes);
    }
    print_message("every%s bit of three: %zu flips, %zu refused, %zu survive, all in the root's PEM\n",
        step == 1 ? "" : " so many", t.tried, t.refused, t.in_root);
}

static void truncations(void **state)
{
    (void)state;
    size_t tried = 0;
    size_t cut_zeros = 0;
    for (size_t i = 0; i < positive_count; i++) {
        const positive *p = &positives[i];
        ur_quote q;
        ur_reason why = UR_REASON_NONE;
        if (seen_before(i)) {
            continue;
        }
        assert_ok(ur_quote_parse(&q, &why, p->quote));
        size_t end = p->quote.n - q.trailing.n;
        uint8_t *bytes = copy_of(p->quote);
        for (size_t n = 0; n < p->quote.n; n += stride == 1 || n + 64 > end ? 1 : stride) {
            ur_verdict v;
            ur_status s = verify(&v, p, &p->set->set.c, ur_span_of(bytes, n), p->now);
            if ((s == UR_OK) != (n >= end)) {
                fail_msg("%s: %s when cut to %zu of %zu", p->name, ur_reason_name(v.reason), n, p->quote.n);
            }
            cut_zeros += s == UR_OK ? 1 : 0;
            tried++;
        }
        free(bytes);
    }
    print_message("truncations: %zu, %zu of which cut zeros after the quote only\n", tried, cut_zeros);
}

static void put_le(uint8_t *p, uint64_t x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p[i] = (uint8_t)(x >> (8 * i));
    }
}

/* Each length one more, one less, and at its maximum. */
static void length_fields(void **state)
{
    (void)state;
    size_t tried = 0;
    for (size_t i = 0; i < positive_count; i++) {
        const positive *p = &positives[i];
        ur_quote q;
        ur_reason why = UR_REASON_NONE;
        assert_ok(ur_quote_parse(&q, &why, p->quote));
        struct {
            size_t at, n;
        } fields[5] = {
            {q.signed_part.n, 4}, /* authentication data */
            {(size_t)(q.qe_report_signature - p->quote.p) + 64, 2}, /* QE authentication data */
            {(size_t)(q.qe_report_signature - p->quote.p) + 66 + q.qe_auth.n + 2, 4}, /* certification data */
            {q.signed_part.n + 4 + 128 + 2, 4}, /* the envelope, version 4 and up */
            {50, 4},                             /* the body, version 5 */
        };
        size_t count = q.version == 3 ? 3 : q.version == 4 ? 4 : 5;
        uint8_t *bytes = copy_of(p->quote);
        for (size_t k = 0; k < count; k++) {
            uint64_t old = 0;
            for (size_t b = 0; b < fields[k].n; b++) {
                old |= (uint64_t)bytes[fields[k].at + b] << (8 * b);
            }
            const uint64_t values[] = {old + 1, old - 1, UINT64_MAX, 0, UINT64_MAX >> 33};
            for (size_t x = 0; x < sizeof values / sizeof values[0]; x++) {
                ur_verdict v;
                uint64_t mask = (1ull << (8 * fields[k].n)) - 1;
                if ((values[x] & mask) == old) {
                    continue;
                }
                put_le(bytes + fields[k].at, values[x], fields[k].n);
                if (verify(&v, p, &p->set->set.c, ur_span_of(bytes, p->quote.n), p->now) == UR_OK) {
                    fail_msg("%s: accepted with length field %zu changed", p->name, k);
                }
                tried++;
            }
            put_le(bytes + fields[k].at, old, fields[k].n);
        }
        free(bytes);
    }
    print_message("length fields: %zu changes, all refused\n", tried);
}

static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

/* n - x */
static void negate(uint8_t x[32])
{
    int borrow = 0;
    for (size_t i = 32; i-- > 0;) {
        int d = order[i] - x[i] - borrow;
        borrow = d < 0 ? 1 : 0;
        x[i] = (uint8_t)(d + (borrow != 0 ? 256 : 0));
    }
}

/* One half of a signature made 0, n, or negated. n - s is as good as s (ECDSA is malleable, and Intel does not normalise);
 * n - r is not r. */
static size_t change_signature(const positive *p, const ur_collateral *c, ur_span quote, uint8_t *sig, const char *which)
{
    ur_verdict v;
    uint8_t kept[64];
    size_t tried = 0;
    memcpy(kept, sig, 64);
    for (size_t half = 0; half < 2; half++) {
        for (size_t what = 0; what < 3; what++) {
            uint8_t *x = sig + 32 * half;
            if (what == 0) {
                memset(x, 0, 32);
            } else if (what == 1) {
                memcpy(x, order, 32);
            } else {
                negate(x);
            }
            bool good = verify(&v, p, c, quote, p->now) == UR_OK;
            if (good != (half == 1 && what == 2)) {
                fail_msg("%s: %s: half %zu, change %zu: %s", p->name, which, half, what, ur_reason_name(v.reason));
            }
            memcpy(sig, kept, 64);
            tried++;
        }
    }
    return tried;
}

static void signatures(void **state)
{
    (void)state;
    size_t tried = 0;
    for (size_t i = 0; i < positive_count; i++) {
        const positive *p = &positives[i];
        ur_quote q;
        ur_reason why = UR_REASON_NONE;
        ur_collateral c = p->set->set.c;
        uint8_t sig[80];
        uint8_t *bytes = copy_of(p->quote);
        assert_ok(ur_quote_parse(&q, &why, p->quote));
        const ur_span quote = ur_span_of(bytes, p->quote.n);
        tried += change_signature(p, &c, quote, bytes + (q.signature - p->quote.p), "quote");
        tried += change_signature(p, &c, quote, bytes + (q.qe_report_signature - p->quote.p), "QE report");
        free(bytes);
        ur_span *fields[] = {&c.tcb_info_signature, &c.qe_identity_signature};
        for (size_t k = 0; k < 2; k++) {
            ur_span old = *fields[k];
            ur_verdict v;
            memcpy(sig, old.p, 64);
            *fields[k] = ur_span_of(sig, 64);
            tried += change_signature(p, &c, p->quote, sig, k == 0 ? "TCB info" : "QE identity");
            /* 63 and 65 octets, none, and DER in place of raw. */
            sig[64] = 0;
            const size_t lengths[] = {63, 65, 0};
            for (size_t l = 0; l < 3; l++, tried++) {
                *fields[k] = ur_span_of(sig, lengths[l]);
                assert_int_not_equal(verify(&v, p, &c, p->quote, p->now), UR_OK);
            }
            uint8_t der[72] = {0x30, 70, 0x02, 33, 0};
            memcpy(der + 5, sig, 32);
            der[37] = 0x02;
            der[38] = 33;
            memcpy(der + 40, sig + 32, 32);
            *fields[k] = ur_span_of(der, sizeof der);
            assert_int_not_equal(verify(&v, p, &c, p->quote, p->now), UR_OK);
            tried++;
            *fields[k] = old;
        }
    }
    print_message("signatures: %zu changes; only n - s is accepted, as ECDSA has it\n", tried);
}

/* Both edges of every window and one second beyond. */
static void windows(void **state)
{
    (void)state;
    ur_span table = kit_read("real/windows.tsv");
    char *rest = (char *)(uintptr_t)table.p;
    size_t edges = 0;
    size_t beyond = 0;
    (void)kit_line(&rest);
    for (char *line; (line = kit_line(&rest)) != NULL;) {
        char *f[4];
        char name[128];
        assert_int_equal(kit_columns(line, f, 4), 3);
        int64_t from = strtoll(f[1], NULL, 10);
        int64_t to = strtoll(f[2], NULL, 10);
        (void)snprintf(name, sizeof name, "real/collateral/%s.json", f[0]);
        for (size_t i = 0; i < positive_count; i++) {
            const positive *p = &positives[i];
            ur_verdict v;
            if (strcmp(p->set->name, name) != 0) {
                continue;
            }
            assert_ok(verify(&v, p, &p->set->set.c, p->quote, p->now));
            /* The verdict's own window is that of the table, or narrower by certificates. */
            assert_true(v.valid_from >= from && v.valid_until <= to);
            const int64_t lo = v.valid_from;
            const int64_t hi = v.valid_until;
            assert_ok(verify(&v, p, &p->set->set.c, p->quote, lo));
            assert_ok(verify(&v, p, &p->set->set.c, p->quote, hi));
            assert_int_not_equal(verify(&v, p, &p->set->set.c, p->quote, lo - 1), UR_OK);
            assert_int_not_equal(verify(&v, p, &p->set->set.c, p->quote, hi + 1), UR_OK);
            assert_int_not_equal(verify(&v, p, &p->set->set.c, p->quote, from - 1), UR_OK);
            assert_int_not_equal(verify(&v, p, &p->set->set.c, p->quote, to + 1), UR_OK);
            edges += 2;
            beyond += 4;
        }
    }
    kit_free(&table);
    print_message("windows: %zu edges accepted, %zu times one second beyond refused\n", edges, beyond);
    assert_true(edges > 0);
}

static bool within(int64_t now, int64_t from, int64_t to) { return from <= now && now <= to; }

/* Every set, and every part of every set, in the place of the row's own. A part may serve in place of another if it is in
 * force, for this TEE, this platform family and this certificate authority; the status may differ then. */
static void exchanged(void **state)
{
    (void)state;
    size_t tried = 0;
    size_t refused = 0;
    for (size_t i = 0; i < positive_count; i++) {
        const positive *p = &positives[i];
        for (size_t k = 0; k < set_count; k++) {
            const named_set *o = &sets[k];
            const named_set *own = p->set;
            bool same_root = ur_span_eq_var(o->root_crl.issuer, own->root_crl.issuer);
            bool tcb = o->info.tee == own->info.tee && within(p->now, o->info.issued, o->info.next_update) &&
                       ur_eq_var(o->info.fmspc, own->info.fmspc, 6) && ur_eq_var(o->info.pceid, own->info.pceid, 2);
            bool qe = o->qe.tee == own->qe.tee && within(p->now, o->qe.issued, o->qe.next_update);
            bool root = within(p->now, o->root_crl.this_update, o->root_crl.next_update);
            bool pck = within(p->now, o->pck_crl.this_update, o->pck_crl.next_update) &&
                       ur_span_eq_var(o->pck_crl.issuer, own->pck_crl.issuer);
            const bool may[5] = {tcb && qe && root && pck, tcb, qe, root, pck};
            for (size_t part = 0; part < 5; part++) {
                ur_collateral c = own->set.c;
                ur_verdict v;
                if (part == 0) {
                    c = o->set.c;
                    c.pck_chain = own->set.c.pck_chain;
                } else if (part == 1) {
                    c.tcb_info = o->set.c.tcb_info;
                    c.tcb_info_signature = o->set.c.tcb_info_signature;
                    c.tcb_info_chain = o->set.c.tcb_info_chain;
                } else if (part == 2) {
                    c.qe_identity = o->set.c.qe_identity;
                    c.qe_identity_signature = o->set.c.qe_identity_signature;
                    c.qe_identity_chain = o->set.c.qe_identity_chain;
                } else if (part == 3) {
                    c.root_crl = o->set.c.root_crl;
                } else {
                    c.pck_crl = o->set.c.pck_crl;
                }
                bool ok = verify(&v, p, &c, p->quote, p->now) == UR_OK;
                if (ok && (!same_root || !may[part])) {
                    fail_msg("%s: accepted with part %zu of %s", p->name, part, o->name);
                }
                tried++;
                refused += ok ? 0 : 1;
            }
        }
    }
    print_message("exchanged collateral: %zu exchanges, %zu refused, the others in force and for the same platform\n", tried, refused);
}

static void put_hex_field(ur_writer *w, const char *name, const void *p, size_t n)
{
    ur_writer_str(w, ",\"");
    ur_writer_str(w, name);
    ur_writer_str(w, "\":\"");
    ur_hex_write(w, ur_span_of(p, n));
    ur_writer_str(w, "\"");
}

/* A policy that accepts exactly this verdict, with a given floor. */
static ur_span policy_for(char *buf, size_t cap, const ur_verdict *v, unsigned floor)
{
    ur_writer w;
    ur_span out;
    ur_writer_init(&w, buf, cap);
    ur_writer_str(&w, "{\"advisories\":{\"allowed\":[\"TEST-SA-00001\",\"TEST-SA-00002\",\"TEST-SA-00011\",\"TEST-SA-00021\","
                      "\"TEST-SA-00100\"],\"forbidden\":[]},\"evaluation_floor\":");
    ur_writer_dec(&w, floor);
    if (v->tee == UR_TEE_TDX) {
        ur_writer_str(&w, ",\"images\":[{\"kind\":\"tdx\"");
#define FIELD(name) put_hex_field(&w, #name, v->td.name, sizeof v->td.name)
        FIELD(mr_td), FIELD(rtmr0), FIELD(rtmr1), FIELD(rtmr2), FIELD(rtmr3), FIELD(mr_config_id), FIELD(mr_owner);
        FIELD(mr_owner_config), FIELD(mr_seam), FIELD(mr_servicetd), FIELD(td_attributes), FIELD(xfam);
#undef FIELD
    } else {
        ur_writer_str(&w, ",\"images\":[{\"kind\":\"sgx\"");
#define FIELD(name) put_hex_field(&w, #name, v->sgx.name, sizeof v->sgx.name)
        FIELD(mr_enclave), FIELD(mr_signer), FIELD(attributes);
#undef FIELD
        ur_writer_str(&w, ",\"isv_prodid\":");
        ur_writer_dec(&w, ur_le16(v->sgx.isv_prodid));
        ur_writer_str(&w, ",\"min_isv_svn\":");
        ur_writer_dec(&w, ur_le16(v->sgx.isv_svn));
    }
    ur_writer_str(&w, "}],\"platforms\":[\"");
    ur_hex_write(&w, ur_span_of(v->device_id, sizeof v->device_id));
    ur_writer_str(&w, "\"],\"quote_age\":0,\"release_authority\":null,\"roots\":[\"04");
    ur_hex_write(&w, ur_span_of(v->root, sizeof v->root));
    ur_writer_str(&w, "\"],\"tcb\":{\"grace_evaluation\":0,\"grace_until\":0,\"min_date\":0,\"statuses\":["
                      "\"ConfigurationAndSWHardeningNeeded\",\"ConfigurationNeeded\",\"OutOfDate\",\"OutOfDateConfigurationNeeded\","
                      "\"SWHardeningNeeded\",\"TDRelaunchAdvised\",\"TDRelaunchAdvisedConfigurationNeeded\",\"UpToDate\"]}}");
    assert_ok(ur_writer_end(&w, &out));
    return out;
}

/* All made-up sets carry evaluation number 20. */
static void evaluation_floor(void **state)
{
    (void)state;
    static char buf[8192];
    size_t n = 0;
    for (size_t i = 0; i < positive_count; i++) {
        const positive *p = &positives[i];
        ur_verdict v;
        ur_reason why = UR_REASON_NONE;
        const char *where = NULL;
        if (!p->synthetic) {
            continue;
        }
        assert_ok(verify(&v, p, &p->set->set.c, p->quote, p->now));
        for (unsigned floor = 20; floor <= 21; floor++) {
            ur_tee_policy policy;
            ur_status s = ur_tee_policy_parse(&policy, &where, policy_for(buf, sizeof buf, &v, floor));
            if (s != UR_OK) {
                fail_msg("%s: %s in %s", p->name, ur_status_name(s), where);
            }
            assert_false(ur_tee_policy_is_production(&policy));
            s = ur_tee_policy_judge(&policy, &why, &v, NULL, (ur_span){0}, p->now, -1);
            if (why != (floor == 20 ? UR_REASON_NONE : UR_REASON_POLICY_EVALUATION)) {
                fail_msg("%s: floor %u: %s", p->name, floor, ur_reason_name(why));
            }
            assert_int_equal(s, ur_reason_status(why));
            n++;
        }
    }
    print_message("evaluation floors: %zu, 20 accepted and 21 refused\n", n);
    assert_true(n > 0);
}

int main(int argc, char **argv)
{
    if (vectors_skipped("attestation")) {
        return VECTORS_SKIPPED;
    }
    stride = argc > 1 && strcmp(argv[1], "whole") == 0 ? 1 : stride;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_bit_everywhere),
        cmocka_unit_test(every_bit_of_three),
        cmocka_unit_test(truncations),
        cmocka_unit_test(length_fields),
        cmocka_unit_test(signatures),
        cmocka_unit_test(windows),
        cmocka_unit_test(exchanged),
        cmocka_unit_test(evaluation_floor),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
