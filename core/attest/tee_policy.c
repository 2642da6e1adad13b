#include "core/attest/tee_policy.h"

#include "core/codec/json.h"

#define HEX_PPID_HASH 64u
#define SECP_PUB_BYTES 33u

/* ---- lists ---- */

/* The elements of a list, strictly rising by their own octets, handed to a check each. */
typedef ur_status element_fn(void *ctx, ur_json v);

static ur_status walk_sorted(ur_json list, size_t max, size_t *count, element_fn *check, void *ctx)
{
    ur_json_iter it;
    ur_json v;
    ur_span last = {0};
    size_t n = 0;
    *count = 0;
    UR_TRY(ur_json_array_var(&it, list));
    while (ur_json_next_var(&it, &v)) {
        if (n == max) {
            return UR_E_LIMIT;
        }
        if (n > 0 && ur_cmp_var(last.p, last.n, v.raw.p, v.raw.n) >= 0) {
            return UR_E_INPUT;
        }
        UR_TRY(check(ctx, v));
        last = v.raw;
        n++;
    }
    *count = n;
    return UR_OK;
}

/* Lower-case hex of exactly n octets. */
static ur_status check_hex(ur_json v, size_t n)
{
    ur_span s;
    UR_TRY(ur_json_plain_var(&s, v));
    if (s.n != 2 * n) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f'))) {
            return UR_E_INPUT;
        }
    }
    return UR_OK;
}

static bool is_any(ur_json v) { return ur_json_is_var(v, UR_SPAN_LIT("any")) && v.raw.n == 5; }

static ur_status check_ppid_hash(void *ctx, ur_json v)
{
    (void)ctx;
    return check_hex(v, HEX_PPID_HASH / 2);
}

static ur_status check_advisory(void *ctx, ur_json v)
{
    ur_span s;
    (void)ctx;
    UR_TRY(ur_json_plain_var(&s, v));
    if (s.n < 1 || s.n > 64) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x21 || s.p[i] > 0x7e) {
            return UR_E_INPUT;
        }
    }
    return UR_OK;
}

static ur_status take_status(void *ctx, ur_json v)
{
    uint32_t *set = ctx;
    ur_span s;
    UR_TRY(ur_json_plain_var(&s, v));
    ur_tcb_status status = ur_tcb_status_parse(s);
    if (status == UR_TCB_NONE || status == UR_TCB_Revoked) {
        return UR_E_INPUT;
    }
    *set |= 1u << status;
    return UR_OK;
}

static ur_status check_release_key(void *ctx, ur_json v)
{
    uint8_t key[SECP_PUB_BYTES];
    (void)ctx;
    UR_TRY(check_hex(v, sizeof key));
    UR_TRY(ur_json_hex_var(key, sizeof key, v));
    return key[0] == 0x02 || key[0] == 0x03 ? UR_OK : UR_E_INPUT;
}

static ur_status take_root(void *ctx, ur_json v)
{
    ur_tee_policy *p = ctx;
    uint8_t point[1 + UR_P256_KEY_BYTES];
    ur_attest_root *root = &p->roots[p->root_count];
    UR_TRY(check_hex(v, sizeof point));
    UR_TRY(ur_json_hex_var(point, sizeof point, v));
    if (point[0] != 0x04) {
        return UR_E_INPUT;
    }
    *root = (ur_attest_root){.not_before = INT64_MIN, .not_after = INT64_MAX};
    memcpy(root->key, point + 1, sizeof root->key);
    if (ur_eq_var(root->key, ur_attest_root_intel.key, sizeof root->key)) {
        *root = ur_attest_root_intel;
    }
    p->root_count++;
    return UR_OK;
}

/* ---- images: one table says what fields a kind has, how they are checked, and with what they are compared ---- */

typedef enum source { OF_TD, OF_SGX, OF_IDENTITY } source;

typedef struct image_field {
    const char *name;
    size_t offset; /* into the struct that it is compared with */
    size_t n;
    bool any;
    source from;
} image_field;

#define TD(field, may_be_any) {#field, offsetof(ur_td_body, field), sizeof(((ur_td_body *)0)->field), may_be_any, OF_TD}
#define SGX(field, may_be_any) {#field, offsetof(ur_sgx_body, field), sizeof(((ur_sgx_body *)0)->field), may_be_any, OF_SGX}
#define ID(field, may_be_any) \
    {#field, offsetof(ur_dstack_identity, field), sizeof(((ur_dstack_identity *)0)->field), may_be_any, OF_IDENTITY}

static const image_field tdx_fields[] = {TD(mr_td, false), TD(rtmr0, false), TD(rtmr1, false), TD(rtmr2, false),
    TD(rtmr3, true), TD(mr_config_id, true), TD(mr_owner, false), TD(mr_owner_config, false), TD(mr_seam, true),
    TD(mr_servicetd, false), TD(td_attributes, false), TD(xfam, false)};
static const image_field dstack_fields[] = {TD(mr_td, false), TD(rtmr0, false), TD(rtmr1, false), TD(rtmr2, false),
    TD(mr_seam, true), TD(td_attributes, false), TD(xfam, false), ID(app_id, true), ID(compose_hash, false)};
static const image_field sgx_fields[] = {SGX(mr_enclave, true), SGX(mr_signer, false), SGX(attributes, false)};

enum { FIELDS_MAX = 16 };

typedef struct image_kind {
    const char *name;
    const image_field *fields;
    size_t count;
    const char *extra[2]; /* fields that need code of their own */
    uint32_t tee;
} image_kind;

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
enum { KIND_DSTACK, KIND_SGX, KIND_TDX, KINDS };
static const image_kind kinds[KINDS] = {
    {"dstack", dstack_fields, COUNT_OF(dstack_fields), {"key_provider", "key_provider_id"}, UR_TEE_TDX},
    {"sgx", sgx_fields, COUNT_OF(sgx_fields), {"isv_prodid", "min_isv_svn"}, UR_TEE_SGX},
    {"tdx", tdx_fields, COUNT_OF(tdx_fields), {NULL, NULL}, UR_TEE_TDX},
};

typedef struct image {
    const image_kind *kind;
    ur_json f[FIELDS_MAX];
    ur_json extra[2];
} image;

static ur_status open_image(image *out, ur_json v)
{
    const char *names[FIELDS_MAX + 3];
    ur_json f[FIELDS_MAX + 3];
    ur_json kind = ur_json_get_var(v, "kind");
    size_t n = 0;
    *out = (image){0};
    for (size_t i = 0; i < KINDS; i++) {
        if (ur_json_is_var(kind, ur_span_str_var(kinds[i].name))) {
            out->kind = &kinds[i];
        }
    }
    if (out->kind == NULL) {
        return UR_E_INPUT;
    }
    for (; n < out->kind->count; n++) {
        names[n] = out->kind->fields[n].name;
    }
    for (size_t i = 0; i < 2 && out->kind->extra[i] != NULL; i++) {
        names[n++] = out->kind->extra[i];
    }
    names[n++] = "kind";
    UR_TRY(ur_json_fields_var(f, names, n, n, v));
    memcpy(out->f, f, out->kind->count * sizeof f[0]);
    for (size_t i = 0; i < 2 && out->kind->extra[i] != NULL; i++) {
        out->extra[i] = f[out->kind->count + i];
    }
    return UR_OK;
}

static const struct {
    const char *name;
    uint32_t bit;
} provider_names[] = {
    {"kms", UR_KEY_PROVIDER_KMS}, {"local-sgx", UR_KEY_PROVIDER_LOCAL_SGX}, {"tpm", UR_KEY_PROVIDER_TPM}};

static uint32_t provider_of(ur_json v)
{
    for (size_t i = 0; i < COUNT_OF(provider_names); i++) {
        if (ur_json_is_var(v, ur_span_str_var(provider_names[i].name))) {
            return provider_names[i].bit;
        }
    }
    return 0;
}

static ur_status check_extra(const image *im)
{
    uint64_t x = 0;
    ur_span s;
    if (im->kind == &kinds[KIND_SGX]) {
        UR_TRY(ur_json_u64_max_var(&x, 65535, im->extra[0]));
        return ur_json_u64_max_var(&x, 65535, im->extra[1]);
    }
    if (im->kind == &kinds[KIND_DSTACK]) {
        if (provider_of(im->extra[0]) == 0) {
            return UR_E_INPUT;
        }
        UR_TRY(ur_json_plain_var(&s, im->extra[1]));
        if (is_any(im->extra[1])) {
            return UR_OK;
        }
        return s.n <= 2 * UR_KEY_PROVIDER_ID_MAX ? check_hex(im->extra[1], s.n / 2) : UR_E_LIMIT;
    }
    return UR_OK;
}

/* What the rules for bodies have to let through for this image. */
static void widen(ur_attest_rules *rules, const image *im)
{
    static const uint8_t zero[48] = {0};
    for (size_t i = 0; i < im->kind->count; i++) {
        uint8_t bytes[48];
        const image_field *field = &im->kind->fields[i];
        if (field->from != OF_TD || ur_json_hex_var(bytes, field->n, im->f[i]) != UR_OK) {
            continue;
        }
        if (field->offset == offsetof(ur_td_body, td_attributes)) {
            rules->td_attributes_allowed |= ur_le64(bytes);
        } else if (field->offset == offsetof(ur_td_body, mr_servicetd)) {
            rules->allow_service_td = rules->allow_service_td || !ur_eq_var(bytes, zero, sizeof zero);
        }
    }
}

static ur_status check_image(void *ctx, ur_json v)
{
    ur_attest_rules *rules = ctx;
    image im;
    UR_TRY(open_image(&im, v));
    for (size_t i = 0; i < im.kind->count; i++) {
        if (!im.kind->fields[i].any || !is_any(im.f[i])) {
            UR_TRY(check_hex(im.f[i], im.kind->fields[i].n));
        }
    }
    UR_TRY(check_extra(&im));
    if (rules != NULL) {
        widen(rules, &im);
    }
    return UR_OK;
}

ur_status ur_tee_image_check(ur_span json)
{
    ur_json v;
    if (json.n > UR_TEE_POLICY_MAX) {
        return UR_E_LIMIT;
    }
    UR_TRY(ur_json_parse_var(&v, json));
    return check_image(NULL, v);
}

static bool is_field(const image_field *f, source from, size_t offset) { return f->from == from && f->offset == offset; }

/* The same rules as the verifier's own for bodies, and what hardware never reports. */
static ur_image_doubt doubt_of(const image_field *f, const uint8_t *bytes)
{
    static const uint8_t zero[48] = {0};
    if (is_field(f, OF_TD, offsetof(ur_td_body, td_attributes))) {
        const uint64_t refused = UR_TD_UNDER_DEBUG | UR_TD_MIGRATABLE, a = ur_le64(bytes);
        return (a & refused) != 0 || (a & UR_TD_SEPT_VE_DISABLE) == 0 ? UR_IMAGE_NEVER : UR_IMAGE_SOUND;
    }
    if (is_field(f, OF_TD, offsetof(ur_td_body, xfam))) {
        return (bytes[0] & 3) != 3 ? UR_IMAGE_NEVER : UR_IMAGE_SOUND; /* x87 and SSE cannot be switched off */
    }
    if (is_field(f, OF_SGX, offsetof(ur_sgx_body, attributes))) {
        const uint8_t judged = UR_SGX_INIT | UR_SGX_DEBUG | UR_SGX_MODE64 | UR_SGX_PROVISION_KEY;
        return (bytes[0] & judged) != (UR_SGX_INIT | UR_SGX_MODE64) ? UR_IMAGE_NEVER : UR_IMAGE_SOUND;
    }
    if (!ur_eq_var(bytes, zero, f->n)) {
        return UR_IMAGE_SOUND;
    }
    if (is_field(f, OF_TD, offsetof(ur_td_body, mr_td)) || is_field(f, OF_TD, offsetof(ur_td_body, mr_seam)) ||
        is_field(f, OF_SGX, offsetof(ur_sgx_body, mr_enclave)) || is_field(f, OF_SGX, offsetof(ur_sgx_body, mr_signer)) ||
        is_field(f, OF_IDENTITY, offsetof(ur_dstack_identity, compose_hash))) {
        return UR_IMAGE_NEVER; /* hashes of something */
    }
    bool of_boot = is_field(f, OF_TD, offsetof(ur_td_body, rtmr0)) || is_field(f, OF_TD, offsetof(ur_td_body, rtmr1)) ||
                   is_field(f, OF_TD, offsetof(ur_td_body, rtmr2));
    return of_boot ? UR_IMAGE_UNMEASURED : UR_IMAGE_SOUND;
}

ur_image_doubt ur_tee_image_doubt(const char **field, ur_json v)
{
    ur_image_doubt worst = UR_IMAGE_SOUND;
    image im;
    *field = NULL;
    if (open_image(&im, v) != UR_OK) {
        return UR_IMAGE_SOUND; /* none that was read */
    }
    for (size_t i = 0; i < im.kind->count && worst != UR_IMAGE_NEVER; i++) {
        uint8_t bytes[48];
        const image_field *f = &im.kind->fields[i];
        ur_image_doubt d = ur_json_hex_var(bytes, f->n, im.f[i]) == UR_OK ? doubt_of(f, bytes) : UR_IMAGE_SOUND; /* "any" */
        if (d != UR_IMAGE_SOUND && (worst == UR_IMAGE_SOUND || d == UR_IMAGE_NEVER)) {
            worst = d;
            *field = f->name;
        }
    }
    return worst;
}

/* ---- the object ---- */

enum { ROOTS, IMAGES, RELEASE, TCB, ADVISORIES, PLATFORMS, FLOOR, AGE, TOP_FIELDS };
static const char *const top_names[TOP_FIELDS] = {"roots", "images", "release_authority", "tcb", "advisories", "platforms",
    "evaluation_floor", "quote_age"};

static ur_status read_release(ur_tee_policy *out, ur_json v)
{
    enum { DELAY, KEYS, QUORUM, COUNT };
    static const char *const names[COUNT] = {"delay", "keys", "quorum"};
    ur_json f[COUNT];
    uint64_t quorum = 0;
    if (ur_json_kind_var(v) == UR_JSON_NULL) {
        return UR_OK;
    }
    UR_TRY(ur_json_fields_var(f, names, COUNT, COUNT, v));
    UR_TRY(ur_json_u64_max_var(&out->release_delay_s, 0xffffffffu, f[DELAY]));
    UR_TRY(walk_sorted(f[KEYS], UR_TEE_LIST_MAX, &out->release_key_count, check_release_key, NULL));
    UR_TRY(ur_json_u64_max_var(&quorum, UR_TEE_LIST_MAX, f[QUORUM]));
    if (quorum < 1 || quorum > out->release_key_count || out->release_delay_s < UR_TEE_RELEASE_DELAY_MIN) {
        return UR_E_INPUT;
    }
    out->has_release_authority = true;
    out->release_quorum = (uint32_t)quorum;
    out->release_keys = f[KEYS].raw;
    return UR_OK;
}

static ur_status read_tcb(ur_tee_policy *out, ur_json v)
{
    enum { GRACE_EVALUATION, GRACE_UNTIL, MIN_DATE, STATUSES, COUNT };
    static const char *const names[COUNT] = {"grace_evaluation", "grace_until", "min_date", "statuses"};
    const uint64_t latest = (uint64_t)1 << 40; /* Unix seconds, far beyond any use */
    ur_json f[COUNT];
    uint64_t x = 0;
    size_t n = 0;
    UR_TRY(ur_json_fields_var(f, names, COUNT, COUNT, v));
    UR_TRY(ur_json_u64_max_var(&x, 0xffffffffu, f[GRACE_EVALUATION]));
    out->grace_evaluation = (uint32_t)x;
    UR_TRY(ur_json_u64_max_var(&x, latest, f[GRACE_UNTIL]));
    out->grace_until = (int64_t)x;
    UR_TRY(ur_json_u64_max_var(&x, latest, f[MIN_DATE]));
    out->min_date = (int64_t)x;
    UR_TRY(walk_sorted(f[STATUSES], UR_TCB_COUNT, &n, take_status, &out->statuses));
    return n > 0 ? UR_OK : UR_E_INPUT;
}

static ur_status read_advisories(ur_tee_policy *out, ur_json v)
{
    enum { ALLOWED, FORBIDDEN, COUNT };
    static const char *const names[COUNT] = {"allowed", "forbidden"};
    ur_json f[COUNT];
    size_t n = 0;
    UR_TRY(ur_json_fields_var(f, names, COUNT, COUNT, v));
    UR_TRY(walk_sorted(f[ALLOWED], UR_TEE_LIST_MAX, &n, check_advisory, NULL));
    UR_TRY(walk_sorted(f[FORBIDDEN], UR_TEE_LIST_MAX, &n, check_advisory, NULL));
    out->allowed = f[ALLOWED].raw;
    out->forbidden = f[FORBIDDEN].raw;
    return UR_OK;
}

static ur_status read_platforms(ur_tee_policy *out, ur_json v)
{
    if (is_any(v)) {
        out->any_platform = true;
        return UR_OK;
    }
    UR_TRY(walk_sorted(v, UR_TEE_LIST_MAX, &out->platform_count, check_ppid_hash, NULL));
    out->platforms = v.raw;
    return out->platform_count > 0 ? UR_OK : UR_E_INPUT;
}

static ur_status read_field(ur_tee_policy *out, unsigned which, ur_json v)
{
    uint64_t x = 0;
    size_t n = 0;
    ur_status s = UR_OK;
    switch (which) {
    case ROOTS:
        UR_TRY(walk_sorted(v, UR_TEE_ROOTS_MAX, &n, take_root, out));
        return n > 0 ? UR_OK : UR_E_INPUT;
    case IMAGES:
        out->images = v.raw;
        return walk_sorted(v, UR_TEE_LIST_MAX, &out->image_count, check_image, &out->rules);
    case RELEASE:
        return read_release(out, v);
    case TCB:
        return read_tcb(out, v);
    case ADVISORIES:
        return read_advisories(out, v);
    case PLATFORMS:
        return read_platforms(out, v);
    case FLOOR:
        s = ur_json_u64_max_var(&x, 0xffffffffu, v);
        out->evaluation_floor = (uint32_t)x;
        return s;
    default:
        return ur_json_u64_max_var(&out->quote_age_s, 0xffffffffu, v);
    }
}

/* Which field is absent or unknown, for a person who wrote the object. */
static const char *missing_field(ur_json top)
{
    for (size_t i = 0; i < TOP_FIELDS; i++) {
        if (ur_json_get_var(top, top_names[i]).raw.n == 0) {
            return top_names[i];
        }
    }
    return "an unknown field";
}

static ur_status parse(ur_tee_policy *out, const char **where, ur_span json)
{
    ur_json top;
    ur_json f[TOP_FIELDS];
    if (json.n > UR_TEE_POLICY_MAX) {
        return UR_E_LIMIT;
    }
    UR_TRY(ur_json_parse_var(&top, json));
    if (ur_json_fields_var(f, top_names, TOP_FIELDS, TOP_FIELDS, top) != UR_OK) {
        *where = ur_json_kind_var(top) == UR_JSON_OBJECT ? missing_field(top) : "tee";
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < json.n; i++) {
        if (json.p[i] > 0x7e) {
            return UR_E_INPUT;
        }
    }
    out->rules = ur_attest_rules_default;
    for (unsigned i = 0; i < TOP_FIELDS; i++) {
        *where = top_names[i];
        UR_TRY(read_field(out, i, f[i]));
    }
    *where = "images";
    if (out->image_count == 0 && !out->has_release_authority) {
        return UR_E_INPUT;
    }
    *where = NULL;
    return UR_OK;
}

ur_status ur_tee_policy_parse(ur_tee_policy *out, const char **where, ur_span json)
{
    const char *at = "tee";
    *out = (ur_tee_policy){0};
    ur_status s = parse(out, &at, json);
    if (s != UR_OK) {
        *out = (ur_tee_policy){0};
    }
    if (where != NULL) {
        *where = at;
    }
    return s;
}

bool ur_tee_policy_is_production(const ur_tee_policy *p)
{
    for (size_t i = 0; i < p->root_count; i++) {
        if (!ur_eq_var(p->roots[i].key, ur_attest_root_intel.key, sizeof p->roots[i].key)) {
            return false;
        }
    }
    return p->root_count > 0;
}

/* ---- judging ---- */

static bool list_has(ur_span raw, ur_span text)
{
    ur_json_iter it;
    ur_json v;
    if (ur_json_array_var(&it, (ur_json){raw}) != UR_OK) {
        return false;
    }
    while (ur_json_next_var(&it, &v)) {
        if (ur_json_is_var(v, text)) {
            return true;
        }
    }
    return false;
}

/* Whether a field is "any" (where that is allowed) or names exactly these octets. */
static bool field_fits(const image_field *field, ur_json v, const uint8_t *have)
{
    uint8_t want[64];
    if (field->any && is_any(v)) {
        return true;
    }
    return field->n <= sizeof want && ur_json_hex_var(want, field->n, v) == UR_OK && ur_eq_var(want, have, field->n);
}

/* The extended body names the service TDs of the TD's start and of now as well. An image that names none allows none, even
 * where another image of the policy does and the rules for bodies had to let it through. */
static bool service_fits(const ur_td_body *td)
{
    static const uint8_t zero[48] = {0};
    return !ur_eq_var(td->mr_servicetd, zero, 48) ||
           (ur_eq_var(td->init_servtd_hash, zero, 48) && ur_eq_var(td->curr_servtd_hash, zero, 48));
}

static bool extra_fits(const image *im, const ur_verdict *v, const ur_dstack_identity *id)
{
    uint64_t prodid = 0;
    uint64_t svn = 0;
    uint8_t provider[UR_KEY_PROVIDER_ID_MAX];
    size_t n = 0;
    static const uint8_t zero[48] = {0};
    if (im->kind == &kinds[KIND_SGX]) {
        return ur_json_u64_var(&prodid, im->extra[0]) == UR_OK && ur_json_u64_var(&svn, im->extra[1]) == UR_OK &&
               prodid == ur_le16(v->sgx.isv_prodid) && svn <= ur_le16(v->sgx.isv_svn);
    }
    if (im->kind == &kinds[KIND_DSTACK]) {
        return provider_of(im->extra[0]) == id->key_provider &&
               (is_any(im->extra[1]) ||
                   (ur_json_hex_upto_var(provider, sizeof provider, &n, im->extra[1]) == UR_OK &&
                       n == id->key_provider_id_len && ur_eq_var(provider, id->key_provider_id, n))) &&
               ur_eq_var(v->td.mr_owner, zero, 48) && ur_eq_var(v->td.mr_owner_config, zero, 48) &&
               ur_eq_var(v->td.mr_servicetd, zero, 48) && service_fits(&v->td);
    }
    return service_fits(&v->td);
}

static bool image_fits(ur_json v, const ur_verdict *verdict, const ur_dstack_identity *id)
{
    image im;
    if (open_image(&im, v) != UR_OK || im.kind->tee != verdict->tee || (im.kind == &kinds[KIND_DSTACK] && id == NULL)) {
        return false;
    }
    for (size_t i = 0; i < im.kind->count; i++) {
        const image_field *field = &im.kind->fields[i];
        const uint8_t *base = field->from == OF_TD    ? (const uint8_t *)&verdict->td
                              : field->from == OF_SGX ? (const uint8_t *)&verdict->sgx
                                                      : (const uint8_t *)id;
        if (!field_fits(field, im.f[i], base + field->offset)) {
            return false;
        }
    }
    return extra_fits(&im, verdict, id);
}

static bool some_image_fits(ur_span list, const ur_verdict *verdict, const ur_dstack_identity *id)
{
    ur_json_iter it;
    ur_json v;
    if (list.n == 0 || ur_json_array_var(&it, (ur_json){list}) != UR_OK) {
        return false;
    }
    while (ur_json_next_var(&it, &v)) {
        if (image_fits(v, verdict, id)) {
            return true;
        }
    }
    return false;
}

static bool platform_listed(const ur_tee_policy *p, const ur_verdict *v)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hex[HEX_PPID_HASH];
    for (size_t i = 0; i < sizeof v->device_id; i++) {
        hex[2 * i] = (uint8_t)digits[v->device_id[i] >> 4];
        hex[2 * i + 1] = (uint8_t)digits[v->device_id[i] & 15];
    }
    return p->any_platform || list_has(p->platforms, ur_span_of(hex, sizeof hex));
}

static bool status_passes(const ur_tee_policy *p, const ur_verdict *v, int64_t now)
{
    bool old = v->tcb == UR_TCB_OutOfDate || v->tcb == UR_TCB_OutOfDateConfigurationNeeded;
    return (p->statuses >> v->tcb & 1u) != 0 || (old && now <= p->grace_until && v->tcb_evaluation <= p->grace_evaluation &&
                                                    v->qe_evaluation <= p->grace_evaluation);
}

/* Life-cycle notes ("INTEL-DOC-") come with an UpToDate level as well, so it is the status that decides whether
 * advisories have to be allowed. */
static ur_reason judge_advisories(const ur_tee_policy *p, const ur_verdict *v)
{
    for (size_t i = 0; i < v->advisory_count; i++) {
        if (list_has(p->forbidden, v->advisories[i])) {
            return UR_REASON_POLICY_ADVISORY_FORBIDDEN;
        }
        if (v->tcb != UR_TCB_UpToDate && !list_has(p->allowed, v->advisories[i])) {
            return UR_REASON_POLICY_ADVISORY_UNKNOWN;
        }
    }
    return UR_REASON_NONE;
}

static bool root_listed(const ur_tee_policy *p, const ur_verdict *v)
{
    for (size_t i = 0; i < p->root_count; i++) {
        if (ur_eq_var(p->roots[i].key, v->root, sizeof v->root)) {
            return true;
        }
    }
    return false;
}

static ur_reason judge(const ur_tee_policy *p, const ur_verdict *v, const ur_dstack_identity *dstack, ur_span added,
    int64_t now, int64_t quote_made)
{
    if (!root_listed(p, v)) {
        return UR_REASON_POLICY_ROOT;
    }
    if (v->tcb_evaluation < p->evaluation_floor || v->qe_evaluation < p->evaluation_floor) {
        return UR_REASON_POLICY_EVALUATION;
    }
    if (!platform_listed(p, v)) {
        return UR_REASON_POLICY_PLATFORM;
    }
    if (!status_passes(p, v, now)) {
        return UR_REASON_POLICY_TCB_STATUS;
    }
    if (v->tcb_date < p->min_date) {
        return UR_REASON_POLICY_TCB_DATE;
    }
    ur_reason why = judge_advisories(p, v);
    if (why != UR_REASON_NONE) {
        return why;
    }
    if (p->quote_age_s != 0 && (quote_made < 0 || quote_made > now || (uint64_t)(now - quote_made) > p->quote_age_s)) {
        return UR_REASON_POLICY_QUOTE_AGE;
    }
    if (!some_image_fits(p->images, v, dstack) && !(p->has_release_authority && some_image_fits(added, v, dstack))) {
        return UR_REASON_POLICY_IMAGE;
    }
    return UR_REASON_NONE;
}

ur_status ur_tee_policy_judge(const ur_tee_policy *p, ur_reason *why, const ur_verdict *verdict,
    const ur_dstack_identity *dstack, ur_span added, int64_t now, int64_t quote_made)
{
    ur_json v;
    *why = UR_REASON_NONE;
    if (verdict->status != UR_OK || p->root_count == 0 || (added.n != 0 && ur_json_parse_var(&v, added) != UR_OK)) {
        return UR_E_USAGE;
    }
    return ur_refuse(why, judge(p, verdict, dstack, added, now, quote_made));
}
