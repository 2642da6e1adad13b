/* Sets of collateral from recipes. */
#include "lib/mint/recipe.h"
#include "lib/mint/words.h"

enum { TEXT_MAX = 8192, EDITS = 6, REVOKED = 4, LEVELS = 3 };

typedef struct {
    uint8_t p[TEXT_MAX];
    size_t n;
} text;

/* A document that TCB Signing signs: TCB info or QE identity. */
typedef struct {
    text body;
    bool reversed, spaced;
    struct {
        ur_span rule; /* what follows the name: ":/a/b/", "#2:/a/b/", "-cut:/a/b/", "+:/a/b/" */
    } edits[EDITS];
    size_t edit_count;
    ur_span key;   /* who signs */
    ur_span certs; /* its chain */
    ur_span shape; /* of the signature */
    size_t flip_at;
    uint8_t flip;
    uint8_t sig[80];
    size_t sig_len;
    uint8_t chain[6144];
    size_t chain_len;
} signed_doc;

typedef struct {
    int64_t from, to;
    uint64_t number;
    uint64_t revoked[REVOKED];
    size_t revoked_count;
} list;

typedef struct {
    ur_mint_pki pki;
    ur_mint_key evil_tcb; /* of the certificate "tcb-by-pck" */
    bool sgx, processor;
    unsigned evaluation;
    bool tcb_of_tdx, module_0a, chain, high_s, sigs_swapped, crls_swapped;
    char status[64], advisory[64];
    signed_doc tcb, qe;
    list root_crl, pck_crl;
    uint8_t other_crl[256];
    size_t other_crl_len;
    bool has_other_crl;
} plan;

/* ---- texts ---- */

static bool find(const text *t, ur_span what, size_t from, size_t *out)
{
    for (size_t i = from; what.n > 0 && i + what.n <= t->n; i++) {
        if (ur_eq_var(t->p + i, what.p, what.n)) {
            *out = i;
            return true;
        }
    }
    return false;
}

static ur_status splice(text *t, size_t at, size_t n, ur_span with)
{
    if (t->n - n + with.n > TEXT_MAX) {
        return UR_E_LIMIT;
    }
    memmove(t->p + at + with.n, t->p + at + n, t->n - at - n);
    if (with.n != 0) {
        memcpy(t->p + at, with.p, with.n);
    }
    t->n = t->n - n + with.n;
    return UR_OK;
}

/* "/a/b/" */
static bool two_parts(ur_span rule, ur_span *a, ur_span *b)
{
    ur_span rest;
    if (rule.n < 3 || rule.p[0] != '/' || rule.p[rule.n - 1] != '/') {
        return false;
    }
    return word_split(ur_span_of(rule.p + 1, rule.n - 2), '/', a, &rest) && (*b = rest, true);
}

static ur_status cut(text *t, ur_span from, ur_span to)
{
    size_t start, end = t->n - 2;
    if (!find(t, from, 0, &start) || (to.n != 0 && !find(t, to, start + from.n, &end))) {
        return UR_E_USAGE;
    }
    return splice(t, start, end - start, (ur_span){0});
}

static ur_status replace(text *t, uint64_t which, ur_span a, ur_span b)
{
    size_t at = 0, from = 0;
    for (uint64_t i = 0; i < which; i++, from = at + 1) {
        if (!find(t, a, from, &at)) {
            return UR_E_USAGE;
        }
    }
    return splice(t, at, a.n, b);
}

/* Rules before signing, or those after it. */
static ur_status edit(signed_doc *d, bool after)
{
    ur_span rule, a, b, number;
    uint64_t which = 1;
    for (size_t i = 0; i < d->edit_count; i++) {
        if (word_after(d->edits[i].rule, "+:", &rule)) {
            if (after && (!two_parts(rule, &a, &b) || replace(&d->body, 1, a, b) != UR_OK)) {
                return UR_E_USAGE;
            }
        } else if (after) {
            continue;
        } else if (word_after(d->edits[i].rule, "-cut:", &rule)) {
            if (!two_parts(rule, &a, &b)) {
                return UR_E_USAGE;
            }
            UR_TRY(cut(&d->body, a, b));
        } else {
            if (!word_split(d->edits[i].rule, ':', &number, &rule) || !two_parts(rule, &a, &b)) {
                return UR_E_USAGE;
            }
            which = 1;
            if (number.n != 0) {
                UR_TRY(number.p[0] == '#' ? word_number(ur_span_of(number.p + 1, number.n - 1), &which) : UR_E_USAGE);
            }
            UR_TRY(replace(&d->body, which, a, b));
        }
    }
    return UR_OK;
}

static ur_status space_out(text *t)
{
    bool inside = false;
    for (size_t i = 0; i < t->n; i++) {
        inside = t->p[i] == '"' ? !inside : inside;
        if (!inside && (t->p[i] == ':' || t->p[i] == ',')) {
            UR_TRY(splice(t, i + 1, 0, UR_SPAN_LIT(" ")));
        }
    }
    return UR_OK;
}

/* ---- the plain documents ---- */

static ur_status write_tcb(plan *p)
{
    static const ur_mint_svn_level module_levels[LEVELS] = {
        {6, "2026-01-14T00:00:00Z", "UpToDate", NULL},
        {4, "2025-08-13T00:00:00Z", "OutOfDate", "TEST-SA-00011"},
        {2, "2024-03-13T00:00:00Z", "Revoked", "TEST-SA-00012"}};
    static const ur_mint_module modules[2] = {{"TDX_01", module_levels, LEVELS}, {"TDX_0A", module_levels, LEVELS}};
    ur_mint_tcb_level levels[LEVELS] = {
        {{5, 5, 2, 2, 3, 1, 0, 5}, 13, {5, 0, 3}, "2026-01-14T00:00:00Z", "UpToDate", NULL},
        {{4, 4, 2, 2, 3, 1, 0, 5}, 13, {5, 0, 2}, "2025-08-13T00:00:00Z", "OutOfDate", "TEST-SA-00002"},
        {{2, 2, 2, 2, 3, 1, 0, 5}, 5, {3, 0, 2}, "2024-03-13T00:00:00Z", "OutOfDateConfigurationNeeded", "TEST-SA-00002,TEST-SA-00001"}};
    if (p->status[0] != '\0') {
        levels[0].status = p->status;
    }
    if (p->advisory[0] != '\0') {
        levels[0].advisories = p->advisory;
    }
    if (p->tcb.reversed) {
        ur_mint_tcb_level first = levels[0];
        levels[0] = levels[2];
        levels[2] = first;
    }
    const ur_mint_tcb_info info = {.tdx = !p->sgx || p->tcb_of_tdx,
                                   .version = 3,
                                   .issue_date = "2026-05-20T00:00:00Z",
                                   .next_update = "2026-06-19T00:00:00Z",
                                   .fmspc = p->pki.sgx.fmspc,
                                   .pceid = p->pki.sgx.pceid,
                                   .evaluation = p->evaluation,
                                   .modules = modules,
                                   .module_count = p->module_0a ? 2 : 1,
                                   .levels = levels,
                                   .level_count = LEVELS};
    ur_writer w;
    ur_writer_init(&w, p->tcb.body.p, TEXT_MAX);
    ur_mint_tcb_info_write(&w, &info);
    p->tcb.body.n = w.n;
    return ur_writer_end(&w, NULL);
}

static ur_status write_identity(plan *p)
{
    ur_mint_svn_level levels[LEVELS] = {{6, "2025-08-13T00:00:00Z", "UpToDate", NULL},
                                        {4, "2024-03-13T00:00:00Z", "OutOfDate", "TEST-SA-00021"},
                                        {2, "2023-01-01T00:00:00Z", "Revoked", "TEST-SA-00022"}};
    if (p->qe.reversed) {
        ur_mint_svn_level first = levels[0];
        levels[0] = levels[2];
        levels[2] = first;
    }
    const ur_mint_qe_identity identity = {.id = p->sgx ? "QE" : "TD_QE",
                                          .version = 2,
                                          .issue_date = "2026-05-20T00:00:00Z",
                                          .next_update = "2026-06-19T00:00:00Z",
                                          .evaluation = p->evaluation,
                                          .mrsigner = p->sgx ? ur_mint_qe_mrsigner : ur_mint_td_qe_mrsigner,
                                          .prodid = p->sgx ? 1 : 2,
                                          .levels = levels,
                                          .level_count = LEVELS};
    ur_writer w;
    ur_writer_init(&w, p->qe.body.p, TEXT_MAX);
    ur_mint_qe_identity_write(&w, &identity);
    p->qe.body.n = w.n;
    return ur_writer_end(&w, NULL);
}

/* ---- signing ---- */

static const ur_mint_key *key_named(const plan *p, ur_span name)
{
    return word_is(name, "pck")        ? &p->pki.pck
           : word_is(name, "platform") ? &p->pki.platform
           : word_is(name, "eviltcb")      ? &p->evil_tcb
                                       : &p->pki.tcb;
}

static ur_status write_chain(signed_doc *d, const plan *p)
{
    static const char *const names[] = {"root", "platform", "processor", "tcb", "pck"};
    ur_span rest = d->certs.n == 0 ? UR_SPAN_LIT("tcb,root") : d->certs, name;
    ur_writer w;
    ur_writer_init(&w, d->chain, sizeof d->chain);
    while (rest.n > 0) {
        size_t role = 0;
        (void)word_split(rest, ',', &name, &rest);
        while (role < 5 && !word_is(name, names[role])) {
            role++;
        }
        if (role < 5) {
            UR_TRY(ur_mint_pki_pem(&w, &p->pki, (ur_mint_role)role));
        } else if (word_is(name, "tcb-by-pck")) {
            uint8_t buffer[2048];
            ur_mint_names full;
            ur_mint_sgx sgx;
            ur_writer one;
            ur_span der;
            ur_mint_cert cert = ur_mint_pki_cert(&p->pki, UR_MINT_TCB, &full, &sgx);
            cert.issuer = "TEST SGX PCK Certificate";
            cert.issuer_key = p->pki.pck.q;
            cert.key = p->evil_tcb.q;
            ur_writer_init(&one, buffer, sizeof buffer);
            UR_TRY(ur_mint_cert_write(&one, &cert, &p->pki.pck));
            UR_TRY(ur_writer_end(&one, &der));
            ur_mint_pem(&w, der, "\n");
        } else {
            return UR_E_USAGE;
        }
    }
    d->chain_len = w.n;
    return ur_writer_end(&w, NULL);
}

static ur_status sign(signed_doc *d, const plan *p)
{
    uint8_t sig[64];
    UR_TRY(edit(d, false));
    UR_TRY(ur_mint_sign_var(sig, key_named(p, d->key), ur_span_of(d->body.p, d->body.n)));
    if (p->high_s) {
        UR_TRY(ur_mint_high_s_var(sig));
    }
    UR_TRY(edit(d, true));
    UR_TRY(d->spaced ? space_out(&d->body) : UR_OK);
    if (d->flip_at < sizeof sig) {
        sig[d->flip_at] ^= d->flip;
    }
    ur_writer w;
    ur_writer_init(&w, d->sig, sizeof d->sig);
    if (word_is(d->shape, "der")) {
        ur_mint_sig_der(&w, sig);
    } else {
        ur_writer_bytes(&w, sig, word_is(d->shape, "short") ? 63 : 64);
    }
    d->sig_len = w.n;
    UR_TRY(ur_writer_end(&w, NULL));
    return write_chain(d, p);
}

/* ---- reading ---- */

static ur_status copy_text(char *out, size_t cap, ur_span s)
{
    if (s.n >= cap) {
        return UR_E_USAGE;
    }
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return UR_OK;
}

static ur_status read_list(list *l, ur_span word)
{
    ur_span v, one;
    uint64_t x;
    if (word_after(word, ".from=", &v) || word_after(word, ".to=", &v) || word_after(word, ".number=", &v)) {
        UR_TRY(word_number(v, &x));
        switch (word.p[1]) {
        case 'f': l->from = (int64_t)x; break;
        case 't': l->to = (int64_t)x; break;
        default: l->number = x;
        }
        return UR_OK;
    }
    if (!word_after(word, ".revoked=", &v)) {
        return UR_E_USAGE;
    }
    while (v.n > 0 && l->revoked_count < REVOKED) {
        uint8_t serial[8] = {0};
        size_t n;
        (void)word_split(v, ',', &one, &v);
        UR_TRY(word_hex(one, serial, sizeof serial, &n));
        x = 0;
        for (size_t i = 0; i < n; i++) {
            x = x << 8 | serial[i];
        }
        l->revoked[l->revoked_count++] = x;
    }
    return v.n == 0 ? UR_OK : UR_E_USAGE;
}

/* `word` without the document's name. */
static ur_status read_doc(signed_doc *d, ur_span word)
{
    ur_span v, at;
    uint64_t x;
    size_t n;
    if (word_is(word, ".reversed")) {
        d->reversed = true;
    } else if (word_is(word, ".spaced")) {
        d->spaced = true;
    } else if (word_after(word, "-key=", &v)) {
        d->key = v;
    } else if (word_after(word, "-certs=", &v)) {
        d->certs = v;
    } else if (word_after(word, "-sig=", &v)) {
        d->shape = v;
    } else if (word_after(word, "-sig^", &v)) {
        if (!word_split(v, '=', &at, &v)) {
            return UR_E_USAGE;
        }
        UR_TRY(word_number(at, &x));
        d->flip_at = (size_t)x;
        return word_hex(v, &d->flip, 1, &n);
    } else if (d->edit_count < EDITS && (word_after(word, ":", &v) || word_after(word, "#", &v) || word_after(word, "+:", &v) ||
                                         word_after(word, "-cut:", &v))) {
        d->edits[d->edit_count++].rule = word;
    } else {
        return UR_E_USAGE;
    }
    return UR_OK;
}

static ur_status read_word(plan *p, ur_span word)
{
    const struct {
        const char *word;
        bool *flag;
    } flags[] = {{"processor", &p->processor}, {"module-0a", &p->module_0a},       {"chain", &p->chain},
                 {"high-s", &p->high_s},       {"sigs-swapped", &p->sigs_swapped}, {"crls-swapped", &p->crls_swapped},
                 {"tcb.tdx", &p->tcb_of_tdx}};
    ur_span v;
    uint64_t x;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (word_is(word, flags[i].word)) {
            *flags[i].flag = true;
            return UR_OK;
        }
    }
    if (word_is(word, "platform")) {
        p->processor = false;
        return UR_OK;
    }
    if (word_after(word, "evaluation=", &v)) {
        UR_TRY(word_number(v, &x));
        p->evaluation = (unsigned)x;
        return UR_OK;
    }
    if (word_after(word, "tcb.status=", &v)) {
        return copy_text(p->status, sizeof p->status, v);
    }
    if (word_after(word, "tcb.advisory=", &v)) {
        return copy_text(p->advisory, sizeof p->advisory, v);
    }
    if (word_after(word, "pck-crl=", &v)) {
        p->has_other_crl = true;
        return word_hex(v, p->other_crl, sizeof p->other_crl, &p->other_crl_len);
    }
    if (word_after(word, "pck-crl", &v)) {
        return read_list(&p->pck_crl, v);
    }
    if (word_after(word, "root-crl", &v)) {
        return read_list(&p->root_crl, v);
    }
    if (word_after(word, "tcb", &v)) {
        return read_doc(&p->tcb, v);
    }
    if (word_after(word, "qe", &v)) {
        return read_doc(&p->qe, v);
    }
    return UR_E_USAGE;
}

/* ---- the set ---- */

static ur_mint_crl crl_of(const list *l)
{
    return (ur_mint_crl){.this_update = l->from, .next_update = l->to, .number = l->number, .revoked = l->revoked,
                         .revoked_count = l->revoked_count, .revoked_at = 1777593600 /* 2026-05-01 */};
}

static ur_status make(ur_writer *w, plan *p)
{
    uint8_t memory[UR_MINT_PIECES_BYTES], pck_chain[6144];
    ur_mint_collateral c;
    ur_mint_parts parts = {.processor = p->processor, .root_crl = crl_of(&p->root_crl), .pck_crl = crl_of(&p->pck_crl)};
    UR_TRY(write_tcb(p));
    UR_TRY(write_identity(p));
    UR_TRY(sign(&p->tcb, p));
    UR_TRY(sign(&p->qe, p));
    parts.tcb_info = ur_span_of(p->tcb.body.p, p->tcb.body.n);
    parts.qe_identity = ur_span_of(p->qe.body.p, p->qe.body.n);
    UR_TRY(ur_mint_pki_pieces(&c, memory, &p->pki, &parts));
    const signed_doc *tcb_sig = p->sigs_swapped ? &p->qe : &p->tcb, *qe_sig = p->sigs_swapped ? &p->tcb : &p->qe;
    c.tcb_info_signature = ur_span_of(tcb_sig->sig, tcb_sig->sig_len);
    c.qe_identity_signature = ur_span_of(qe_sig->sig, qe_sig->sig_len);
    c.tcb_info_issuer_chain = ur_span_of(p->tcb.chain, p->tcb.chain_len);
    c.qe_identity_issuer_chain = ur_span_of(p->qe.chain, p->qe.chain_len);
    if (p->has_other_crl) {
        c.pck_crl = ur_span_of(p->other_crl, p->other_crl_len);
    }
    if (p->crls_swapped) {
        ur_span root = c.root_ca_crl;
        c.root_ca_crl = c.pck_crl;
        c.pck_crl = root;
    }
    if (p->chain) {
        const ur_mint_role roles[3] = {p->processor ? UR_MINT_PCK_PROCESSOR : UR_MINT_PCK,
                                       p->processor ? UR_MINT_PROCESSOR : UR_MINT_PLATFORM, UR_MINT_ROOT};
        ur_writer b;
        ur_writer_init(&b, pck_chain, sizeof pck_chain);
        UR_TRY(ur_mint_pki_chain(&b, &p->pki, roles, 3));
        UR_TRY(ur_writer_end(&b, &c.pck_certificate_chain));
    }
    ur_mint_collateral_write(w, &c);
    return UR_OK;
}

ur_status ur_mint_recipe_set(ur_writer *w, const char *recipe)
{
    static const list plain = {1778803200, 1781481600, 7, {0}, 0}; /* 2026-05-15 to 2026-06-15 */
    plan p = {.evaluation = 20, .root_crl = plain, .pck_crl = plain, .tcb.flip_at = SIZE_MAX, .qe.flip_at = SIZE_MAX};
    ur_span rest = ur_span_str_var(recipe), word;
    UR_TRY(ur_mint_pki_test(&p.pki));
    UR_TRY(ur_mint_key_of_label_var(&p.evil_tcb, "eviltcb"));
    if (!word_next(&word, &rest) || !(word_is(word, "tdx") || word_is(word, "sgx"))) {
        return UR_E_USAGE;
    }
    p.sgx = p.processor = word_is(word, "sgx");
    while (word_next(&word, &rest)) {
        UR_TRY(read_word(&p, word));
    }
    return make(w, &p);
}
