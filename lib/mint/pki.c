#include "lib/mint/pki.h"

enum { YEAR_2025 = 1735689600 };

ur_status ur_mint_pki_test(ur_mint_pki *pki)
{
    *pki = (ur_mint_pki){
        .prefix = "TEST ",
        .organisation = "TEST ONLY - not Intel",
        .crl_url = "https://test.invalid/crl.der",
        .not_before = YEAR_2025,
        .root_not_after = 2524521600, /* 2049-12-31 */
        .not_after = 2366841600,      /* 2045-01-01 */
        .serials = {0x1001, 0x2001, 0x2002, 0x3001, 0x4001, 0x4001},
        .sgx = {.ppid = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff},
                .components = {5, 5, 2, 2, 3, 1, 0, 5},
                .pcesvn = 13,
                .cpusvn = {5, 5, 2, 2, 3, 1, 0, 5},
                .fmspc = {0x7e, 0x57, 0xfe, 0xed, 0, 0},
                .fmspc_len = 6,
                .instance = {0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf}},
    };
    UR_TRY(ur_mint_key_of_label_var(&pki->root, "root"));
    UR_TRY(ur_mint_key_of_label_var(&pki->platform, "plat"));
    UR_TRY(ur_mint_key_of_label_var(&pki->processor, "proc"));
    UR_TRY(ur_mint_key_of_label_var(&pki->tcb, "tcb"));
    UR_TRY(ur_mint_key_of_label_var(&pki->pck, "pck"));
    return ur_mint_key_of_label_var(&pki->attestation, "ak");
}

void ur_mint_pki_clear(ur_mint_pki *pki) { ur_wipe(pki, sizeof *pki); }

typedef struct {
    const char *name;
    ur_mint_role issuer;
    int path_len; /* -1: a leaf */
} role_facts;

static const role_facts facts[UR_MINT_ROLES] = {
    [UR_MINT_ROOT] = {"SGX Root CA", UR_MINT_ROOT, 1},
    [UR_MINT_PLATFORM] = {"SGX PCK Platform CA", UR_MINT_ROOT, 0},
    [UR_MINT_PROCESSOR] = {"SGX PCK Processor CA", UR_MINT_ROOT, 0},
    [UR_MINT_TCB] = {"SGX TCB Signing", UR_MINT_ROOT, -1},
    [UR_MINT_PCK] = {"SGX PCK Certificate", UR_MINT_PLATFORM, -1},
    [UR_MINT_PCK_PROCESSOR] = {"SGX PCK Certificate", UR_MINT_PROCESSOR, -1},
};

static const ur_mint_key *role_key(const ur_mint_pki *pki, ur_mint_role role)
{
    switch (role) {
    case UR_MINT_ROOT: return &pki->root;
    case UR_MINT_PLATFORM: return &pki->platform;
    case UR_MINT_PROCESSOR: return &pki->processor;
    case UR_MINT_TCB: return &pki->tcb;
    case UR_MINT_PCK:
    case UR_MINT_PCK_PROCESSOR:
    case UR_MINT_ROLES: break;
    }
    return &pki->pck;
}

const ur_mint_key *ur_mint_pki_issuer(const ur_mint_pki *pki, ur_mint_role role)
{
    return role_key(pki, facts[role].issuer);
}

static void full_name(char out[64], const ur_mint_pki *pki, ur_mint_role role)
{
    ur_writer w;
    ur_writer_init(&w, out, 63);
    ur_writer_str(&w, pki->prefix);
    ur_writer_str(&w, facts[role].name);
    out[w.n] = '\0';
}

ur_mint_cert ur_mint_pki_cert(const ur_mint_pki *pki, ur_mint_role role, ur_mint_names *names, ur_mint_sgx *sgx)
{
    const role_facts *f = &facts[role];
    bool ca = f->path_len >= 0;
    full_name(names->subject, pki, role);
    full_name(names->issuer, pki, f->issuer);
    *sgx = pki->sgx;
    sgx->platform = role == UR_MINT_PCK;
    return (ur_mint_cert){
        .subject = names->subject,
        .issuer = names->issuer,
        .organisation = pki->organisation,
        .crl_url = pki->crl_url,
        .serial = pki->serials[role],
        .not_before = pki->not_before,
        .not_after = role == UR_MINT_ROOT ? pki->root_not_after : pki->not_after,
        .key = role_key(pki, role)->q,
        .issuer_key = role_key(pki, f->issuer)->q,
        .key_usage = ca ? 0x06 : 0xc0,
        .ca = ca,
        .path_len = f->path_len,
        .sgx = role == UR_MINT_PCK || role == UR_MINT_PCK_PROCESSOR ? sgx : NULL,
    };
}

ur_status ur_mint_pki_der(ur_writer *w, const ur_mint_pki *pki, ur_mint_role role)
{
    ur_mint_names names;
    ur_mint_sgx sgx;
    ur_mint_cert cert = ur_mint_pki_cert(pki, role, &names, &sgx);
    return ur_mint_cert_write(w, &cert, ur_mint_pki_issuer(pki, role));
}

ur_status ur_mint_pki_pem(ur_writer *w, const ur_mint_pki *pki, ur_mint_role role)
{
    uint8_t buffer[2048];
    ur_writer one;
    ur_span der;
    ur_writer_init(&one, buffer, sizeof buffer);
    UR_TRY(ur_mint_pki_der(&one, pki, role));
    UR_TRY(ur_writer_end(&one, &der));
    ur_mint_pem(w, der, "\n");
    return UR_OK;
}

ur_status ur_mint_pki_chain(ur_writer *w, const ur_mint_pki *pki, const ur_mint_role *roles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        UR_TRY(ur_mint_pki_pem(w, pki, roles[i]));
    }
    return UR_OK;
}

ur_status ur_mint_pki_crl(ur_writer *w, const ur_mint_pki *pki, ur_mint_role issuer, ur_mint_crl crl)
{
    char name[64];
    full_name(name, pki, issuer);
    crl.issuer = name;
    crl.organisation = pki->organisation;
    crl.issuer_key = role_key(pki, issuer)->q;
    return ur_mint_crl_write(w, &crl, role_key(pki, issuer));
}

/* What was written since `start`. */
static ur_span since(const ur_writer *w, size_t start) { return ur_span_of(w->p + start, w->n - start); }

static ur_status signature_over(ur_span *out, ur_writer *w, const ur_mint_key *key, ur_span text)
{
    uint8_t sig[64];
    size_t start = w->n;
    UR_TRY(ur_mint_sign_var(sig, key, text));
    ur_writer_bytes(w, sig, sizeof sig);
    *out = since(w, start);
    return UR_OK;
}

ur_status ur_mint_pki_pieces(ur_mint_collateral *out, uint8_t memory[UR_MINT_PIECES_BYTES], const ur_mint_pki *pki,
                             const ur_mint_parts *parts)
{
    const ur_mint_role ca = parts->processor ? UR_MINT_PROCESSOR : UR_MINT_PLATFORM;
    const ur_mint_role pck_chain[2] = {ca, UR_MINT_ROOT};
    const ur_mint_role tcb_chain[2] = {UR_MINT_TCB, UR_MINT_ROOT};
    ur_writer w;
    size_t start = 0;
    ur_writer_init(&w, memory, UR_MINT_PIECES_BYTES);
    *out = (ur_mint_collateral){.tcb_info = parts->tcb_info, .qe_identity = parts->qe_identity};
    UR_TRY(ur_mint_pki_chain(&w, pki, pck_chain, 2));
    out->pck_crl_issuer_chain = since(&w, start);
    start = w.n;
    UR_TRY(ur_mint_pki_crl(&w, pki, UR_MINT_ROOT, parts->root_crl));
    out->root_ca_crl = since(&w, start);
    start = w.n;
    UR_TRY(ur_mint_pki_crl(&w, pki, ca, parts->pck_crl));
    out->pck_crl = since(&w, start);
    start = w.n;
    UR_TRY(ur_mint_pki_chain(&w, pki, tcb_chain, 2));
    out->tcb_info_issuer_chain = out->qe_identity_issuer_chain = since(&w, start);
    UR_TRY(signature_over(&out->tcb_info_signature, &w, &pki->tcb, parts->tcb_info));
    UR_TRY(signature_over(&out->qe_identity_signature, &w, &pki->tcb, parts->qe_identity));
    return ur_writer_end(&w, NULL);
}

ur_status ur_mint_pki_collateral(ur_writer *w, const ur_mint_pki *pki, const ur_mint_parts *parts)
{
    uint8_t memory[UR_MINT_PIECES_BYTES];
    ur_mint_collateral pieces;
    UR_TRY(ur_mint_pki_pieces(&pieces, memory, pki, parts));
    ur_mint_collateral_write(w, &pieces);
    return UR_OK;
}
