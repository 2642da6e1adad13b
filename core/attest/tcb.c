#include "core/attest/tcb.h"

#include "core/codec/der.h"
#include "core/codec/json.h"

#define LEVELS_MAX 256u
#define IDENTITIES_MAX 256u

static const char *const status_names[UR_TCB_COUNT] = {
    "?",
#define UR_TCB(name) #name,
#include "core/attest/tcb_status.def"
#undef UR_TCB
};

const char *ur_tcb_status_name(ur_tcb_status s) { return (unsigned)s < UR_TCB_COUNT ? status_names[s] : "?"; }

ur_tcb_status ur_tcb_status_parse(ur_span name)
{
    for (unsigned i = 1; i < UR_TCB_COUNT; i++) {
        if (ur_span_eq_var(name, ur_span_str_var(status_names[i]))) {
            return (ur_tcb_status)i;
        }
    }
    return UR_TCB_NONE;
}

ur_status ur_tcb_date(int64_t *out, ur_span text)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    unsigned n[6] = {0};
    size_t field = 0;
    *out = 0;
    if (text.n != sizeof form - 1) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (form[i] == 'd') {
            if (c < '0' || c > '9') {
                return UR_E_INPUT;
            }
            n[field] = n[field] * 10 + (unsigned)(c - '0');
        } else if (c != (uint8_t)form[i]) {
            return UR_E_INPUT;
        } else {
            field++;
        }
    }
    return n[0] >= 1970 ? ur_unix_of_date(out, n[0], n[1], n[2], n[3], n[4], n[5]) : UR_E_INPUT;
}

static bool is_name(ur_span s, const char *name)
{
    size_t i = 0;
    while (i < s.n && name[i] != '\0' && (uint8_t)name[i] == s.p[i]) {
        i++;
    }
    return i == s.n && name[i] == '\0';
}

/* Which of these names a key is; count if it is none: Intel adds members, so unknown ones are skipped everywhere. */
static size_t which(const char *const *names, size_t count, ur_json key)
{
    ur_span plain;
    bool escaped = ur_json_plain_var(&plain, key) != UR_OK;
    size_t i = 0;
    while (i < count && !(escaped ? ur_json_is_var(key, ur_span_str_var(names[i])) : is_name(plain, names[i]))) {
        i++;
    }
    return i;
}

static ur_status all_there(const ur_json *f, size_t required)
{
    for (size_t i = 0; i < required; i++) {
        if (f[i].raw.n == 0) {
            return UR_E_INPUT;
        }
    }
    return UR_OK;
}

/* The members of the object that stands here, as they lie; the first `required` must be there. */
static ur_status pick(ur_json *out, const char *const *names, size_t count, size_t required, ur_json_walk *w)
{
    ur_json key;
    for (size_t i = 0; i < count; i++) {
        out[i] = (ur_json){0};
    }
    UR_TRY(ur_json_walk_object_var(w));
    while (ur_json_walk_member_var(w, &key)) {
        size_t i = which(names, count, key);
        ur_json value = ur_json_walk_take_var(w);
        if (i < count) {
            out[i] = value;
        }
    }
    return all_there(out, required);
}

static ur_status read_u16(uint16_t *out, ur_json v)
{
    uint64_t x = 0;
    ur_status s = ur_json_u64_max_var(&x, 65535, v);
    *out = (uint16_t)x;
    return s;
}

static ur_status read_u32(uint32_t *out, ur_json v)
{
    uint64_t x = 0;
    ur_status s = ur_json_u64_max_var(&x, 0xffffffffu, v);
    *out = (uint32_t)x;
    return s;
}

static ur_status read_date(int64_t *out, ur_json v)
{
    ur_span text;
    *out = 0;
    UR_TRY(ur_json_plain_var(&text, v));
    return ur_tcb_date(out, text);
}

/* Advisory names: printable ASCII without escapes, 1 to 64 characters. */
static ur_status check_advisories(ur_json list)
{
    ur_json_iter it;
    ur_json v;
    UR_TRY(ur_json_array_var(&it, list));
    while (ur_json_next_var(&it, &v)) {
        ur_span name;
        UR_TRY(ur_json_plain_var(&name, v));
        if (name.n < 1 || name.n > 64) {
            return UR_E_INPUT;
        }
        for (size_t i = 0; i < name.n; i++) {
            if (name.p[i] < 0x21 || name.p[i] > 0x7e) {
                return UR_E_INPUT;
            }
        }
    }
    return UR_OK;
}

/* What a kind of level has in its tcb: reads the object that stands here. */
typedef ur_status tcb_fn(void *out, ur_json_walk *w);

/* The level that stands here: tcb, tcbDate, tcbStatus, advisoryIDs. `of_enclave`: only the three statuses that enclaves and
 * modules can have. */
static ur_status read_level(ur_level *out, bool of_enclave, tcb_fn *read_tcb, void *tcb, ur_json_walk *w)
{
    enum { TCB, DATE, STATUS, ADVISORIES, COUNT };
    static const char *const names[COUNT] = {"tcb", "tcbDate", "tcbStatus", "advisoryIDs"};
    ur_json f[COUNT + 1] = {0};
    ur_json key;
    ur_span name;
    *out = (ur_level){0};
    UR_TRY(ur_json_walk_object_var(w));
    while (ur_json_walk_member_var(w, &key)) {
        size_t i = which(names, COUNT, key);
        if (i == TCB) {
            f[TCB] = key; /* it is there */
            UR_TRY(read_tcb(tcb, w));
        } else {
            f[i] = ur_json_walk_take_var(w);
        }
    }
    UR_TRY(all_there(f, ADVISORIES));
    UR_TRY(read_date(&out->date, f[DATE]));
    UR_TRY(ur_json_plain_var(&name, f[STATUS]));
    out->status = ur_tcb_status_parse(name);
    if (out->status == UR_TCB_NONE || out->status >= UR_TCB_TDRelaunchAdvised ||
        (of_enclave && out->status != UR_TCB_UpToDate && out->status != UR_TCB_OutOfDate &&
            out->status != UR_TCB_Revoked)) {
        return UR_E_INPUT;
    }
    if (f[ADVISORIES].raw.n != 0) {
        UR_TRY(check_advisories(f[ADVISORIES]));
        out->advisories = f[ADVISORIES].raw;
    }
    return UR_OK;
}

/* The svn of the component that stands here: as Intel writes most, alone, one to three digits; or among other members. */
static ur_status read_svn(uint8_t *out, ur_json_walk *w)
{
    static const char *const svn_name[1] = {"svn"};
    const ur_span first = UR_SPAN_LIT("{\"svn\":");
    ur_json svn;
    uint64_t x = 0;
    *out = 0;
    if (w->left.n > first.n + 4 && ur_eq_var(w->left.p, first.p, first.n)) {
        const uint8_t *p = w->left.p + first.n;
        size_t n = 0;
        while (n < 4 && p[n] >= '0' && p[n] <= '9') {
            x = x * 10 + (uint64_t)(p[n++] - '0');
        }
        if (n > 0 && x <= 255 && p[n] == '}') {
            *out = (uint8_t)x;
            w->left = ur_span_of(p + n + 1, w->left.n - first.n - n - 1);
            return UR_OK;
        }
    }
    UR_TRY(pick(&svn, svn_name, 1, 1, w));
    UR_TRY(ur_json_u64_max_var(&x, 255, svn));
    *out = (uint8_t)x;
    return UR_OK;
}

/* 16 objects with an svn of 0 to 255 each. */
static ur_status read_components(uint8_t out[16], ur_json_walk *w)
{
    size_t n = 0;
    UR_TRY(ur_json_walk_array_var(w));
    while (ur_json_walk_next_var(w)) {
        if (n == 16) {
            return UR_E_INPUT;
        }
        UR_TRY(read_svn(&out[n++], w));
    }
    return n == 16 ? UR_OK : UR_E_INPUT;
}

typedef struct platform_tcb {
    uint32_t tee;
    uint8_t key[16 + 2 + 16]; /* components, pcesvn, TDX components: in the order in which levels are sorted */
} platform_tcb;

static ur_status read_platform_tcb(void *to, ur_json_walk *w)
{
    enum { SGX, PCESVN, TDX, COUNT };
    static const char *const names[COUNT] = {"sgxtcbcomponents", "pcesvn", "tdxtcbcomponents"};
    platform_tcb *out = to;
    size_t count = out->tee == UR_TEE_TDX ? COUNT : TDX;
    ur_json key;
    uint16_t pcesvn = 0;
    unsigned seen = 0;
    UR_TRY(ur_json_walk_object_var(w));
    while (ur_json_walk_member_var(w, &key)) {
        size_t i = which(names, count, key);
        seen |= 1u << i;
        if (i == SGX || i == TDX) {
            UR_TRY(read_components(out->key + (i == SGX ? 0 : 18), w));
        } else if (i == PCESVN) {
            UR_TRY(read_u16(&pcesvn, ur_json_walk_take_var(w)));
        } else {
            (void)ur_json_walk_take_var(w);
        }
    }
    out->key[16] = (uint8_t)(pcesvn >> 8);
    out->key[17] = (uint8_t)pcesvn;
    unsigned all = (1u << count) - 1;
    return (seen & all) == all ? UR_OK : UR_E_INPUT;
}

static ur_status read_enclave_tcb(void *to, ur_json_walk *w)
{
    static const char *const names[1] = {"isvsvn"};
    uint16_t *out = to;
    ur_json svn;
    UR_TRY(pick(&svn, names, 1, 1, w));
    return read_u16(out, svn);
}

static bool reaches(const uint8_t *have, const uint8_t *need, size_t from)
{
    for (size_t i = from; i < 16; i++) {
        if (have[i] < need[i]) {
            return false;
        }
    }
    return true;
}

/* Intel publishes levels in descending order, but promises it nowhere. The first match of a sorted list is the greatest
 * of all matches, so nothing needs sorting; of equal ones the first counts. */
static ur_status platform_level_of(ur_level out[2], const ur_tcb_info *info, const ur_tcb_subject *subject)
{
    platform_tcb best[2] = {0};
    ur_json_walk w = ur_json_walk_of((ur_json){info->levels});
    size_t n = 0;
    out[0] = (ur_level){0};
    out[1] = (ur_level){0};
    UR_TRY(ur_json_walk_array_var(&w));
    while (ur_json_walk_next_var(&w)) {
        ur_level level;
        platform_tcb l = {.tee = info->tee};
        if (n++ == LEVELS_MAX) {
            return UR_E_LIMIT;
        }
        UR_TRY(read_level(&level, false, read_platform_tcb, &l, &w));
        uint16_t pcesvn = (uint16_t)(l.key[16] << 8 | l.key[17]);
        if (subject == NULL || !reaches(subject->components, l.key, 0) || subject->pcesvn < pcesvn) {
            continue;
        }
        for (size_t i = 0; i < (subject->is_td ? subject->svn_count : 1); i++) {
            const uint8_t *svn = subject->tee_svn[i];
            bool fits = !subject->is_td || reaches(svn, l.key + 18, svn[1] == 0 ? 0 : 2);
            if (fits && (out[i].status == UR_TCB_NONE ||
                            ur_cmp_var(l.key, sizeof l.key, best[i].key, sizeof best[i].key) > 0)) {
                out[i] = level;
                best[i] = l;
            }
        }
    }
    return UR_OK;
}

static ur_status enclave_level(ur_level *out, ur_json levels, uint32_t isv_svn)
{
    ur_json_walk w = ur_json_walk_of(levels);
    uint16_t best = 0;
    size_t n = 0;
    *out = (ur_level){0};
    UR_TRY(ur_json_walk_array_var(&w));
    while (ur_json_walk_next_var(&w)) {
        ur_level l;
        uint16_t svn = 0;
        if (n++ == LEVELS_MAX) {
            return UR_E_LIMIT;
        }
        UR_TRY(read_level(&l, true, read_enclave_tcb, &svn, &w));
        if (svn <= isv_svn && (out->status == UR_TCB_NONE || svn > best)) {
            *out = l;
            best = svn;
        }
    }
    return UR_OK;
}

ur_status ur_tcb_enclave_level(ur_level *out, ur_span levels, uint16_t isv_svn)
{
    ur_status s = enclave_level(out, (ur_json){levels}, isv_svn);
    if (s != UR_OK) {
        *out = (ur_level){0};
    }
    return s;
}

typedef struct module_identity {
    uint8_t mr_signer[48];
    uint8_t attributes[8];
    uint8_t mask[8];
    ur_json levels; /* absent in tdxModule */
    unsigned version; /* from the id; 256 where there is none */
} module_identity;

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "TDX_" and two hex digits, in either case. */
static ur_status module_version(unsigned *out, ur_json id)
{
    ur_span s;
    UR_TRY(ur_json_plain_var(&s, id));
    if (s.n != 6 || (s.p[0] | 0x20) != 't' || (s.p[1] | 0x20) != 'd' || (s.p[2] | 0x20) != 'x' || s.p[3] != '_' ||
        hex_digit(s.p[4]) < 0 || hex_digit(s.p[5]) < 0) {
        return UR_E_INPUT;
    }
    *out = (unsigned)(hex_digit(s.p[4]) << 4 | hex_digit(s.p[5]));
    return UR_OK;
}

static ur_status read_module(module_identity *out, bool identified, ur_json_walk *w)
{
    enum { SIGNER, ATTRIBUTES, MASK, ID, LEVELS, COUNT };
    static const char *const names[COUNT] = {"mrsigner", "attributes", "attributesMask", "id", "tcbLevels"};
    ur_json f[COUNT];
    *out = (module_identity){.version = 256};
    UR_TRY(pick(f, names, COUNT, identified ? COUNT : ID, w));
    UR_TRY(ur_json_hex_var(out->mr_signer, sizeof out->mr_signer, f[SIGNER]));
    UR_TRY(ur_json_hex_var(out->attributes, sizeof out->attributes, f[ATTRIBUTES]));
    UR_TRY(ur_json_hex_var(out->mask, sizeof out->mask, f[MASK]));
    if (identified) {
        UR_TRY(module_version(&out->version, f[ID]));
        out->levels = f[LEVELS];
    }
    return UR_OK;
}

/* The identity of this version: *found says whether there is one. Two of one version are refused. */
static ur_status find_module(module_identity *out, bool *found, ur_json list, unsigned version)
{
    ur_json_walk w = ur_json_walk_of(list);
    bool seen[256] = {false};
    size_t n = 0;
    *found = false;
    UR_TRY(ur_json_walk_array_var(&w));
    while (ur_json_walk_next_var(&w)) {
        module_identity m;
        ur_level ignored;
        if (n++ == IDENTITIES_MAX) {
            return UR_E_LIMIT;
        }
        UR_TRY(read_module(&m, true, &w));
        if (seen[m.version]) {
            return UR_E_INPUT;
        }
        seen[m.version] = true;
        if (version < 256) {
            if (m.version == version) { /* the only one: see ur_tcb_info_parse */
                *out = m;
                *found = true;
                return UR_OK;
            }
        } else {
            UR_TRY(enclave_level(&ignored, m.levels, 0)); /* reading all: see ur_tcb_info_parse */
        }
    }
    return UR_OK;
}

static bool module_fits(const module_identity *m, const ur_td_body *td)
{
    static const uint8_t zero[8] = {0};
    if (!ur_eq_var(td->mrsigner_seam, m->mr_signer, sizeof m->mr_signer) ||
        !ur_eq_var(td->seam_attributes, zero, sizeof zero)) {
        return false;
    }
    for (size_t i = 0; i < sizeof m->mask; i++) {
        if ((td->seam_attributes[i] & m->mask[i]) != m->attributes[i]) {
            return false;
        }
    }
    return true;
}

ur_status ur_tcb_module_level(ur_level *out, ur_reason *why, const ur_tcb_info *info, const uint8_t tee_svn[16],
    const ur_td_body *td)
{
    module_identity m;
    bool found = false;
    ur_status s = UR_OK;
    *out = (ur_level){0};
    if (tee_svn[1] == 0) {
        found = info->module.n != 0;
        ur_json_walk w = ur_json_walk_of((ur_json){info->module});
        s = found ? read_module(&m, false, &w) : UR_OK;
    } else if (info->module_identities.n != 0) {
        s = find_module(&m, &found, (ur_json){info->module_identities}, tee_svn[1]);
    }
    if (s != UR_OK) {
        return ur_refuse(why, UR_REASON_TCB_INFO_FORMAT);
    }
    if (!found || !module_fits(&m, td)) {
        return ur_refuse(why, UR_REASON_TDX_MODULE_MISMATCH);
    }
    if (tee_svn[1] == 0) {
        return UR_OK;
    }
    if (enclave_level(out, m.levels, tee_svn[0]) != UR_OK) {
        *out = (ur_level){0};
        return ur_refuse(why, UR_REASON_TCB_INFO_FORMAT);
    }
    return out->status != UR_TCB_NONE ? UR_OK : ur_refuse(why, UR_REASON_TCB_NOT_SUPPORTED);
}

ur_tcb_status ur_tcb_converge(ur_tcb_status platform, ur_tcb_status component)
{
    if (platform == UR_TCB_Revoked || component == UR_TCB_Revoked) {
        return UR_TCB_Revoked;
    }
    if (component != UR_TCB_OutOfDate) {
        return platform;
    }
    switch (platform) {
    case UR_TCB_UpToDate:
    case UR_TCB_SWHardeningNeeded:
        return UR_TCB_OutOfDate;
    case UR_TCB_ConfigurationNeeded:
    case UR_TCB_ConfigurationAndSWHardeningNeeded:
        return UR_TCB_OutOfDateConfigurationNeeded;
    default:
        return platform;
    }
}

static bool out_of_date(ur_tcb_status s) { return s == UR_TCB_OutOfDate || s == UR_TCB_OutOfDateConfigurationNeeded; }

static bool configuration(ur_tcb_status s)
{
    return s == UR_TCB_ConfigurationNeeded || s == UR_TCB_ConfigurationAndSWHardeningNeeded ||
           s == UR_TCB_OutOfDateConfigurationNeeded;
}

ur_tcb_status ur_tcb_relaunch(ur_tcb_status launch, ur_tcb_status present)
{
    if (launch == UR_TCB_Revoked || present == UR_TCB_Revoked) {
        return UR_TCB_Revoked;
    }
    if (!out_of_date(launch) || out_of_date(present)) {
        return launch;
    }
    return configuration(launch) || configuration(present) ? UR_TCB_TDRelaunchAdvisedConfigurationNeeded
                                                           : UR_TCB_TDRelaunchAdvised;
}

/* ---- documents ---- */

static ur_status parse_tcb_info(ur_tcb_info *out, ur_reason *why, ur_span text, const ur_tcb_subject *subject,
    ur_level levels[2])
{
    enum { VERSION, ISSUED, NEXT, FMSPC, PCEID, TYPE, EVALUATION, LEVELS, ID, MODULE, IDENTITIES, COUNT };
    static const char *const names[COUNT] = {"version", "issueDate", "nextUpdate", "fmspc", "pceId", "tcbType",
        "tcbEvaluationDataNumber", "tcbLevels", "id", "tdxModule", "tdxModuleIdentities"};
    ur_json f[COUNT];
    ur_json top;
    ur_json_walk w;
    uint64_t version = 0;
    uint64_t type = 0;
    if (text.n > UR_TCB_INFO_MAX) {
        return UR_E_LIMIT;
    }
    UR_TRY(ur_json_parse_var(&top, text));
    w = ur_json_walk_of(top);
    UR_TRY(pick(f, names, COUNT, ID, &w));
    UR_TRY(ur_json_u64_var(&version, f[VERSION]));
    UR_TRY(ur_json_u64_var(&type, f[TYPE]));
    bool td = ur_json_is_var(f[ID], UR_SPAN_LIT("TDX"));
    if (version != 3 || type != 0 || (!td && !ur_json_is_var(f[ID], UR_SPAN_LIT("SGX")))) {
        return ur_refuse(why, UR_REASON_TCB_INFO_MISMATCH);
    }
    out->tee = td ? UR_TEE_TDX : UR_TEE_SGX;
    UR_TRY(read_date(&out->issued, f[ISSUED]));
    UR_TRY(read_date(&out->next_update, f[NEXT]));
    UR_TRY(read_u32(&out->evaluation, f[EVALUATION]));
    UR_TRY(ur_json_hex_var(out->fmspc, sizeof out->fmspc, f[FMSPC]));
    UR_TRY(ur_json_hex_var(out->pceid, sizeof out->pceid, f[PCEID]));
    out->levels = f[LEVELS].raw;
    UR_TRY(platform_level_of(levels, out, subject));
    if (td) {
        module_identity m;
        bool found = false;
        out->module = f[MODULE].raw;
        w = ur_json_walk_of(f[MODULE]);
        UR_TRY(read_module(&m, false, &w)); /* must be there */
        if (f[IDENTITIES].raw.n != 0) {
            out->module_identities = f[IDENTITIES].raw;
            UR_TRY(find_module(&m, &found, f[IDENTITIES], 256));
        }
    }
    return UR_OK;
}

ur_status ur_tcb_info_parse(ur_tcb_info *out, ur_reason *why, ur_span text)
{
    ur_level ignored[2];
    return ur_tcb_info_match(out, ignored, why, text, NULL);
}

ur_status ur_tcb_info_match(ur_tcb_info *out, ur_level levels[2], ur_reason *why, ur_span text, const ur_tcb_subject *subject)
{
    *out = (ur_tcb_info){0};
    levels[0] = (ur_level){0};
    levels[1] = (ur_level){0};
    *why = UR_REASON_NONE;
    ur_status s = parse_tcb_info(out, why, text, subject, levels);
    if (s != UR_OK) {
        *out = (ur_tcb_info){0};
        levels[0] = (ur_level){0};
        levels[1] = (ur_level){0};
        s = *why != UR_REASON_NONE ? s : ur_refuse(why, UR_REASON_TCB_INFO_FORMAT);
    }
    return s;
}

static ur_status parse_qe_identity(ur_qe_identity *out, ur_reason *why, ur_span text)
{
    enum { ID, VERSION, ISSUED, NEXT, EVALUATION, MISC, MISC_MASK, ATTRIBUTES, ATTRIBUTES_MASK, SIGNER, PRODID, LEVELS, COUNT };
    static const char *const names[COUNT] = {"id", "version", "issueDate", "nextUpdate", "tcbEvaluationDataNumber",
        "miscselect", "miscselectMask", "attributes", "attributesMask", "mrsigner", "isvprodid", "tcbLevels"};
    ur_json f[COUNT];
    ur_json top;
    uint64_t version = 0;
    ur_level ignored;
    if (text.n > UR_QE_IDENTITY_MAX) {
        return UR_E_LIMIT;
    }
    UR_TRY(ur_json_parse_var(&top, text));
    ur_json_walk w = ur_json_walk_of(top);
    UR_TRY(pick(f, names, COUNT, COUNT, &w));
    UR_TRY(ur_json_u64_var(&version, f[VERSION]));
    bool td = ur_json_is_var(f[ID], UR_SPAN_LIT("TD_QE"));
    if (version != 2 || (!td && !ur_json_is_var(f[ID], UR_SPAN_LIT("QE")))) {
        return ur_refuse(why, UR_REASON_QE_IDENTITY_MISMATCH);
    }
    out->tee = td ? UR_TEE_TDX : UR_TEE_SGX;
    UR_TRY(read_date(&out->issued, f[ISSUED]));
    UR_TRY(read_date(&out->next_update, f[NEXT]));
    UR_TRY(read_u32(&out->evaluation, f[EVALUATION]));
    UR_TRY(ur_json_hex_var(out->miscselect, sizeof out->miscselect, f[MISC]));
    UR_TRY(ur_json_hex_var(out->miscselect_mask, sizeof out->miscselect_mask, f[MISC_MASK]));
    UR_TRY(ur_json_hex_var(out->attributes, sizeof out->attributes, f[ATTRIBUTES]));
    UR_TRY(ur_json_hex_var(out->attributes_mask, sizeof out->attributes_mask, f[ATTRIBUTES_MASK]));
    UR_TRY(ur_json_hex_var(out->mr_signer, sizeof out->mr_signer, f[SIGNER]));
    UR_TRY(read_u16(&out->isv_prodid, f[PRODID]));
    out->levels = f[LEVELS].raw;
    return enclave_level(&ignored, f[LEVELS], 0);
}

ur_status ur_qe_identity_parse(ur_qe_identity *out, ur_reason *why, ur_span text)
{
    *out = (ur_qe_identity){0};
    *why = UR_REASON_NONE;
    ur_status s = parse_qe_identity(out, why, text);
    if (s != UR_OK) {
        *out = (ur_qe_identity){0};
        s = *why != UR_REASON_NONE ? s : ur_refuse(why, UR_REASON_QE_IDENTITY_FORMAT);
    }
    return s;
}
