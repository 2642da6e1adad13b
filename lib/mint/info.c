/* TCB info version 3 and QE identity version 2, keys in the order the provisioning service uses; the collateral file. */
#include "lib/mint/mint.h"

const uint8_t ur_mint_qe_mrsigner[32] = {0x8c, 0x4f, 0x57, 0x75, 0xd7, 0x96, 0x50, 0x3e, 0x96, 0x13, 0x7f,
                                         0x77, 0xc6, 0x8a, 0x82, 0x9a, 0x00, 0x56, 0xac, 0x8d, 0xed, 0x70,
                                         0x14, 0x0b, 0x08, 0x1b, 0x09, 0x44, 0x90, 0xc5, 0x7b, 0xff};
const uint8_t ur_mint_td_qe_mrsigner[32] = {0xdc, 0x9e, 0x2a, 0x7c, 0x6f, 0x94, 0x8f, 0x17, 0x47, 0x4e, 0x34,
                                            0xa7, 0xfc, 0x43, 0xed, 0x03, 0x0f, 0x7c, 0x15, 0x63, 0xf1, 0xba,
                                            0xbd, 0xdf, 0x63, 0x40, 0xc8, 0x2e, 0x0e, 0x54, 0xa8, 0xc5};

static void hex(ur_writer *w, const uint8_t *p, size_t n, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        ur_writer_u8(w, (uint8_t)digits[p[i] >> 4]);
        ur_writer_u8(w, (uint8_t)digits[p[i] & 15]);
    }
}

static void key(ur_writer *w, const char *name, bool first)
{
    ur_writer_str(w, first ? "\"" : ",\"");
    ur_writer_str(w, name);
    ur_writer_str(w, "\":");
}

static void text(ur_writer *w, const char *name, const char *value, bool first)
{
    key(w, name, first);
    ur_writer_str(w, "\"");
    ur_writer_str(w, value);
    ur_writer_str(w, "\"");
}

static void number(ur_writer *w, const char *name, uint64_t value, bool first)
{
    key(w, name, first);
    ur_writer_dec(w, value);
}

static void hex_text(ur_writer *w, const char *name, const uint8_t *p, size_t n)
{
    key(w, name, false);
    ur_writer_str(w, "\"");
    hex(w, p, n, true);
    ur_writer_str(w, "\"");
}

static void dates(ur_writer *w, const char *issue, const char *next)
{
    text(w, "issueDate", issue, false);
    text(w, "nextUpdate", next, false);
}

/* Date, status and advisories: the end of every level. */
static void judgement(ur_writer *w, const char *date, const char *status, const char *advisories)
{
    text(w, "tcbDate", date, false);
    text(w, "tcbStatus", status, false);
    if (advisories != NULL) {
        key(w, "advisoryIDs", false);
        ur_writer_str(w, "[\"");
        for (const char *c = advisories; *c != '\0'; c++) {
            if (*c == ',') {
                ur_writer_str(w, "\",\"");
            } else {
                ur_writer_u8(w, (uint8_t)*c);
            }
        }
        ur_writer_str(w, "\"]");
    }
    ur_writer_str(w, "}");
}

static void svn_levels(ur_writer *w, const ur_mint_svn_level *levels, size_t count)
{
    key(w, "tcbLevels", false);
    ur_writer_str(w, "[");
    for (size_t i = 0; i < count; i++) {
        ur_writer_str(w, i == 0 ? "{\"tcb\":{" : ",{\"tcb\":{");
        number(w, "isvsvn", levels[i].isvsvn, true);
        ur_writer_str(w, "}");
        judgement(w, levels[i].date, levels[i].status, levels[i].advisories);
    }
    ur_writer_str(w, "]");
}

static void components(ur_writer *w, const char *name, const uint8_t svn[16], bool first)
{
    key(w, name, first);
    ur_writer_str(w, "[");
    for (size_t i = 0; i < 16; i++) {
        ur_writer_str(w, i == 0 ? "{" : ",{");
        number(w, "svn", svn[i], true);
        ur_writer_str(w, "}");
    }
    ur_writer_str(w, "]");
}

static void module_facts(ur_writer *w, bool first)
{
    static const uint8_t zeros[48];
    if (first) {
        key(w, "mrsigner", true);
        ur_writer_str(w, "\"");
        hex(w, zeros, 48, true);
        ur_writer_str(w, "\"");
    } else {
        hex_text(w, "mrsigner", zeros, 48);
    }
    hex_text(w, "attributes", zeros, 8);
    text(w, "attributesMask", "FFFFFFFFFFFFFFFF", false);
}

static void modules(ur_writer *w, const ur_mint_tcb_info *info)
{
    key(w, "tdxModule", false);
    ur_writer_str(w, "{");
    module_facts(w, true);
    ur_writer_str(w, "}");
    key(w, "tdxModuleIdentities", false);
    ur_writer_str(w, "[");
    for (size_t i = 0; i < info->module_count; i++) {
        ur_writer_str(w, i == 0 ? "{" : ",{");
        text(w, "id", info->modules[i].id, true);
        module_facts(w, false);
        svn_levels(w, info->modules[i].levels, info->modules[i].level_count);
        ur_writer_str(w, "}");
    }
    ur_writer_str(w, "]");
}

void ur_mint_tcb_info_write(ur_writer *w, const ur_mint_tcb_info *info)
{
    ur_writer_str(w, "{");
    text(w, "id", info->tdx ? "TDX" : "SGX", true);
    number(w, "version", info->version, false);
    dates(w, info->issue_date, info->next_update);
    hex_text(w, "fmspc", info->fmspc, 6);
    hex_text(w, "pceId", info->pceid, 2);
    number(w, "tcbType", info->tcb_type, false);
    number(w, "tcbEvaluationDataNumber", info->evaluation, false);
    if (info->tdx) {
        modules(w, info);
    }
    key(w, "tcbLevels", false);
    ur_writer_str(w, "[");
    for (size_t i = 0; i < info->level_count; i++) {
        const ur_mint_tcb_level *level = &info->levels[i];
        ur_writer_str(w, i == 0 ? "{\"tcb\":{" : ",{\"tcb\":{");
        components(w, "sgxtcbcomponents", level->sgx, true);
        number(w, "pcesvn", level->pcesvn, false);
        if (info->tdx) {
            components(w, "tdxtcbcomponents", level->tdx, false);
        }
        ur_writer_str(w, "}");
        judgement(w, level->date, level->status, level->advisories);
    }
    ur_writer_str(w, "]}");
}

void ur_mint_qe_identity_write(ur_writer *w, const ur_mint_qe_identity *identity)
{
    ur_writer_str(w, "{");
    text(w, "id", identity->id, true);
    number(w, "version", identity->version, false);
    dates(w, identity->issue_date, identity->next_update);
    number(w, "tcbEvaluationDataNumber", identity->evaluation, false);
    text(w, "miscselect", "00000000", false);
    text(w, "miscselectMask", "FFFFFFFF", false);
    text(w, "attributes", "11000000000000000000000000000000", false);
    text(w, "attributesMask", "FBFFFFFFFFFFFFFF0000000000000000", false);
    hex_text(w, "mrsigner", identity->mrsigner, 32);
    number(w, "isvprodid", identity->prodid, false);
    svn_levels(w, identity->levels, identity->level_count);
    ur_writer_str(w, "}");
}

/* The texts hold printable ASCII and line ends only. */
static void json_string(ur_writer *w, ur_span s)
{
    ur_writer_str(w, "\"");
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '\n': ur_writer_str(w, "\\n"); break;
        case '\r': ur_writer_str(w, "\\r"); break;
        case '"': ur_writer_str(w, "\\\""); break;
        case '\\': ur_writer_str(w, "\\\\"); break;
        default: ur_writer_u8(w, s.p[i]);
        }
    }
    ur_writer_str(w, "\"");
}

static void member(ur_writer *w, const char *name, ur_span s, bool as_hex, bool first)
{
    ur_writer_str(w, first ? "\n \"" : ",\n \"");
    ur_writer_str(w, name);
    ur_writer_str(w, "\": ");
    if (as_hex) {
        ur_writer_str(w, "\"");
        hex(w, s.p, s.n, false);
        ur_writer_str(w, "\"");
    } else {
        json_string(w, s);
    }
}

void ur_mint_collateral_write(ur_writer *w, const ur_mint_collateral *c)
{
    ur_writer_str(w, "{");
    bool chain = c->pck_certificate_chain.n != 0;
    if (chain) {
        member(w, "pck_certificate_chain", c->pck_certificate_chain, false, true);
    }
    member(w, "pck_crl_issuer_chain", c->pck_crl_issuer_chain, false, !chain);
    member(w, "root_ca_crl", c->root_ca_crl, true, false);
    member(w, "pck_crl", c->pck_crl, true, false);
    member(w, "tcb_info_issuer_chain", c->tcb_info_issuer_chain, false, false);
    member(w, "tcb_info", c->tcb_info, false, false);
    member(w, "tcb_info_signature", c->tcb_info_signature, true, false);
    member(w, "qe_identity_issuer_chain", c->qe_identity_issuer_chain, false, false);
    member(w, "qe_identity", c->qe_identity, false, false);
    member(w, "qe_identity_signature", c->qe_identity_signature, true, false);
    ur_writer_str(w, "\n}\n");
}
