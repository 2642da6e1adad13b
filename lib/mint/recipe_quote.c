/* Quotes from recipes. */
#include "core/hash/hash.h"
#include "lib/mint/der.h"
#include "lib/mint/recipe.h"
#include "lib/mint/words.h"

enum { PATCHES = 8, PATCH_BYTES = 192, CERTS = 5 };

typedef enum { IN_SIGNED, IN_QE, IN_OUT } patch_place;

typedef struct {
    patch_place place;
    bool flip;
    size_t at;
    uint8_t bytes[PATCH_BYTES];
    size_t n;
} patch;

typedef struct {
    ur_mint_pki pki;
    ur_mint_key qe_key; /* signs the QE report */
    bool other_qe_key;
    bool sgx, processor, ca_said;
    unsigned version, body_type;
    patch patches[PATCHES];
    size_t patch_count;
    uint8_t rd[64];
    uint8_t point[64];
    bool has_point;
    size_t auth_len;
    unsigned cert_type;
    ur_span certs; /* names */
    bool crlf, nul, high_s;
    size_t cut, zeros;
    uint8_t tail[64];
    size_t tail_len;
    int64_t pck_from, pck_to;
    bool no_sgx, critical, p384, not_ca, no_constraints;
} plan;

static const uint8_t default_rd[64] = {
    0xfd, 0xc8, 0x2a, 0x51, 0xfb, 0x82, 0x35, 0x2f, 0x67, 0x4d, 0x5a, 0x95, 0x93, 0x49, 0x33, 0x52,
    0x7e, 0x9b, 0x32, 0xb9, 0xa1, 0xa7, 0xf8, 0xf7, 0xda, 0x1d, 0xfc, 0xbf, 0xbc, 0x41, 0x36, 0x62,
    0xdb, 0x77, 0x08, 0x4a, 0xf0, 0xe3, 0xb0, 0x8d, 0x8e, 0x7d, 0xc4, 0xd7, 0x0e, 0xe3, 0xdc, 0x4c,
    0x38, 0xc7, 0x47, 0xa3, 0xbd, 0xbb, 0x14, 0x8e, 0xf7, 0x22, 0x3b, 0xd5, 0x39, 0xe0, 0xc8, 0x60};
static const uint8_t qe_enclave[32] = {0x7b, 0x80, 0xe0, 0x58, 0x71, 0x3a, 0xb2, 0x24, 0x55, 0x6a, 0x5b,
                                       0x7b, 0xb1, 0x9a, 0x9e, 0xed, 0x6d, 0x45, 0x7e, 0xe2, 0x7c, 0x26,
                                       0x2c, 0xcf, 0xd7, 0xc0, 0x05, 0x21, 0x11, 0xa6, 0xe0, 0x28};
static const uint8_t app_enclave[32] = {0xe0, 0x75, 0xd2, 0x2b, 0xec, 0x9e, 0xcc, 0xe0, 0xe9, 0xd1, 0x8c,
                                        0x74, 0x91, 0x2a, 0xdd, 0xb3, 0xc0, 0x33, 0x08, 0x94, 0x8d, 0xe4,
                                        0xdb, 0x6d, 0xe2, 0x67, 0xf9, 0x52, 0x67, 0xc0, 0xf0, 0x8f};
static const uint8_t app_signer[32] = {0x3b, 0x98, 0x13, 0xce, 0xeb, 0xa7, 0xb6, 0x4a, 0x4d, 0x5c, 0x28,
                                       0x36, 0xea, 0xb0, 0x94, 0x95, 0x50, 0x68, 0x86, 0x48, 0x0d, 0x5f,
                                       0xe9, 0x00, 0x02, 0x8d, 0x00, 0x59, 0xc3, 0x4d, 0xda, 0x70};

/* ---- reading ---- */

static ur_status read_patch(plan *p, ur_span word, bool *out_taken)
{
    static const char *const names[3] = {"sign@", "qe@", "out@"};
    ur_span rest = {0}, where, value;
    uint64_t at;
    *out_taken = false;
    for (size_t i = 0; i < 3; i++) {
        if (word_after(word, names[i], &rest)) {
            if (p->patch_count == PATCHES) {
                return UR_E_USAGE;
            }
            patch *x = &p->patches[p->patch_count++];
            x->place = (patch_place)i;
            x->flip = !word_split(rest, '=', &where, &value);
            if (x->flip && !word_split(rest, '^', &where, &value)) {
                return UR_E_USAGE;
            }
            UR_TRY(word_number(where, &at));
            x->at = (size_t)at;
            *out_taken = true;
            return word_hex(value, x->bytes, sizeof x->bytes, &x->n);
        }
    }
    return UR_OK;
}

static ur_status label_key(ur_mint_key *key, ur_span label)
{
    char text[32];
    if (label.n >= sizeof text) {
        return UR_E_USAGE;
    }
    memcpy(text, label.p, label.n);
    text[label.n] = '\0';
    return ur_mint_key_of_label_var(key, text);
}

static ur_status read_kind(plan *p, ur_span word)
{
    static const struct {
        const char *word;
        unsigned version, body_type;
        bool sgx;
    } kinds[] = {{"tdx4", 4, 2, false}, {"tdx5/2", 5, 2, false}, {"tdx5/3", 5, 3, false}, {"tdx5/4", 5, 4, false},
                 {"sgx3", 3, 1, true},  {"sgx4", 4, 1, true},    {"sgx5", 5, 1, true}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (word_is(word, kinds[i].word)) {
            p->version = kinds[i].version;
            p->body_type = kinds[i].body_type;
            p->sgx = p->processor = kinds[i].sgx;
            return UR_OK;
        }
    }
    return UR_E_USAGE;
}

static ur_status read_size(ur_span word, size_t *out)
{
    uint64_t x;
    UR_TRY(word_number(word, &x));
    *out = (size_t)x;
    return x <= UR_MINT_QUOTE_MAX ? UR_OK : UR_E_USAGE;
}

static ur_status read_time(ur_span word, int64_t *out)
{
    uint64_t x;
    UR_TRY(word_number(word, &x));
    *out = (int64_t)x;
    return UR_OK;
}

static ur_status read_flag(plan *p, ur_span word)
{
    const struct {
        const char *word;
        bool *flag;
    } flags[] = {{"processor", &p->processor}, {"crlf", &p->crlf},         {"nul", &p->nul},
                 {"high-s", &p->high_s},       {"pck.no-sgx", &p->no_sgx}, {"pck.critical", &p->critical},
                 {"pck.p384", &p->p384},       {"ca.not-ca", &p->not_ca},  {"ca.no-constraints", &p->no_constraints}};
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
    return UR_E_USAGE;
}

static ur_status read_word(plan *p, ur_span word)
{
    ur_span v;
    uint64_t x;
    bool taken;
    UR_TRY(read_patch(p, word, &taken));
    if (taken) {
        return UR_OK;
    }
    if (word_after(word, "rd=", &v)) {
        return word_hex_exact(v, p->rd, 64);
    }
    if (word_after(word, "ak=", &v)) {
        return label_key(&p->pki.attestation, v);
    }
    if (word_after(word, "pck=", &v)) {
        return label_key(&p->pki.pck, v);
    }
    if (word_after(word, "root=", &v)) {
        return label_key(&p->pki.root, v);
    }
    if (word_after(word, "platform-key=", &v)) {
        return label_key(&p->pki.platform, v);
    }
    if (word_after(word, "qe-key=", &v)) {
        p->other_qe_key = true;
        return label_key(&p->qe_key, v);
    }
    if (word_after(word, "point=", &v)) {
        p->has_point = true;
        return word_hex_exact(v, p->point, 64);
    }
    if (word_after(word, "auth=", &v)) {
        return read_size(v, &p->auth_len);
    }
    if (word_after(word, "type=", &v)) {
        UR_TRY(word_number(v, &x));
        p->cert_type = (unsigned)x;
        return UR_OK;
    }
    if (word_after(word, "certs=", &v)) {
        p->certs = v;
        return UR_OK;
    }
    if (word_after(word, "cut=", &v)) {
        return read_size(v, &p->cut);
    }
    if (word_after(word, "zeros=", &v)) {
        return read_size(v, &p->zeros);
    }
    if (word_after(word, "tail=", &v)) {
        return word_hex(v, p->tail, sizeof p->tail, &p->tail_len);
    }
    if (word_after(word, "pck.from=", &v)) {
        return read_time(v, &p->pck_from);
    }
    if (word_after(word, "pck.to=", &v)) {
        return read_time(v, &p->pck_to);
    }
    if (word_after(word, "pck.components=", &v)) {
        return word_hex_exact(v, p->pki.sgx.components, 16);
    }
    if (word_after(word, "pck.cpusvn=", &v)) {
        return word_hex_exact(v, p->pki.sgx.cpusvn, 16);
    }
    if (word_after(word, "pck.pcesvn=", &v)) {
        UR_TRY(word_number(v, &x));
        p->pki.sgx.pcesvn = (uint16_t)x;
        return UR_OK;
    }
    if (word_after(word, "pck.fmspc-bytes=", &v)) {
        return read_size(v, &p->pki.sgx.fmspc_len);
    }
    return read_flag(p, word);
}

/* ---- making ---- */

static ur_status apply(const plan *p, patch_place place, uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < p->patch_count; i++) {
        const patch *x = &p->patches[i];
        if (x->place != place) {
            continue;
        }
        if (x->at > n || x->n > n - x->at) {
            return UR_E_USAGE;
        }
        for (size_t k = 0; k < x->n; k++) {
            bytes[x->at + k] = x->flip ? bytes[x->at + k] ^ x->bytes[k] : x->bytes[k];
        }
    }
    return UR_OK;
}

static void name_hash(uint8_t out[48], const char *name) { ur_sha384_of(out, ur_span_str_var(name)); }

static void write_td(ur_writer *w, const plan *p)
{
    ur_mint_td_report td = {.tee_tcb_svn = {6, 1, 3}, .td_attributes = {0, 0, 0, 0x10}, .xfam = {0xe7, 2, 6},
                            .tee_tcb_svn2 = {6, 1, 3}};
    name_hash(td.mr_seam, "mrseam");
    name_hash(td.mr_td, "mrtd");
    name_hash(td.rtmr[0], "rtmr0");
    name_hash(td.rtmr[1], "rtmr1");
    name_hash(td.rtmr[2], "rtmr2");
    name_hash(td.rtmr[3], "rtmr3");
    memcpy(td.report_data, p->rd, 64);
    size_t start = w->n;
    ur_mint_td_report_write(w, &td, p->body_type);
    if (p->body_type == 4 && !w->overflow) {
        /* vmid 0, then a TD id and device info, the platform at launch. */
        static const uint8_t extended[80] = {
            0xd2, 0x5c, 0x0c, 0x56, 0x34, 0x0d, 0x83, 0xa3, 0xae, 0x04, 0xe9, 0x9e, 0xd5, 0x7f, 0x85, 0x1c,
            0xf7, 0xe8, 0xa4, 0xa5, 0x5f, 0xd9, 0x34, 0x86, 0x56, 0xd1, 0xb0, 0xf4, 0xd6, 0x59, 0x7c, 0x89,
            0xb7, 0x89, 0xb3, 0xae, 0xc1, 0x3c, 0x16, 0xe0, 0xa1, 0x39, 0x6e, 0xd2, 0xdc, 0x32, 0xd5, 0x42,
            0x7d, 0x9b, 0xf9, 0x0e, 0xc0, 0x3f, 0xdc, 0x27, 0xa5, 0xcd, 0xaa, 0x3d, 0x7d, 0xee, 0x96, 0xa4,
            0xa1, 0x42, 0x49, 0x12, 0xe1, 0xfc, 0x88, 0xaa, 0x08, 0x56, 0x70, 0xac, 0xdb, 0x8b, 0xf5, 0x34};
        uint8_t *body = w->p + start;
        memcpy(body + 649, extended, sizeof extended);
        memcpy(body + 785, p->pki.sgx.components, 16);
        memcpy(body + 801, td.tee_tcb_svn, 16);
        memcpy(body + 817, p->pki.sgx.fmspc, 6);
    }
}

static void write_app(ur_writer *w, const plan *p)
{
    ur_mint_sgx_report r = {.attributes = {5, 0, 0, 0, 0, 0, 0, 0, 0xe7}, .prodid = 7, .svn = 3};
    memcpy(r.cpusvn, p->pki.sgx.components, 16);
    memcpy(r.mrenclave, app_enclave, 32);
    memcpy(r.mrsigner, app_signer, 32);
    memcpy(r.report_data, p->rd, 64);
    ur_mint_sgx_report_write(w, &r);
}

static void write_qe(ur_writer *w, const plan *p)
{
    ur_mint_sgx_report r = {.attributes = {0x15, 0, 0, 0, 0, 0, 0, 0, 0xe7}, .prodid = p->sgx ? 1 : 2, .svn = p->sgx ? 10 : 7};
    memcpy(r.cpusvn, p->pki.sgx.cpusvn, 16);
    memcpy(r.mrenclave, qe_enclave, 32);
    memcpy(r.mrsigner, p->sgx ? ur_mint_qe_mrsigner : ur_mint_td_qe_mrsigner, 32);
    ur_mint_sgx_report_write(w, &r);
}

/* SubjectPublicKeyInfo with a point of P-384. */
static void p384_info(ur_writer *w)
{
    static const uint8_t point[96] = {
        0xd8, 0xa1, 0x7e, 0x55, 0xb8, 0xe2, 0xf4, 0x7b, 0xc3, 0x69, 0xfd, 0x96, 0x16, 0x69, 0x5c, 0xe2,
        0x73, 0xdc, 0xe4, 0xe3, 0x07, 0x83, 0x0a, 0x65, 0xf5, 0xa4, 0xa9, 0xaa, 0x89, 0x67, 0xc9, 0x87,
        0xae, 0xea, 0x7a, 0xd3, 0x65, 0x67, 0x7a, 0x13, 0xbf, 0xd6, 0x5c, 0x3f, 0xe5, 0xa6, 0x69, 0x39,
        0xbd, 0xc5, 0x35, 0x42, 0xc5, 0x21, 0x3a, 0x51, 0x34, 0x5d, 0xba, 0x82, 0x20, 0xab, 0xb2, 0x3c,
        0x71, 0x65, 0x9a, 0x4d, 0x85, 0x0b, 0x3b, 0xba, 0xff, 0x8d, 0x03, 0x5b, 0xd0, 0x8a, 0x59, 0xeb,
        0x32, 0x09, 0x9c, 0x96, 0xa9, 0x04, 0x9e, 0x4d, 0x7d, 0x43, 0x5c, 0xf6, 0x75, 0x71, 0x3b, 0xc8};
    der e = {w, {0}, 0};
    der_open(&e, DER_SEQUENCE);
    der_open(&e, DER_SEQUENCE);
    der_bytes(&e, DER_OID, "\x2a\x86\x48\xce\x3d\x02\x01", 7);
    der_bytes(&e, DER_OID, "\x2b\x81\x04\x00\x22", 5);
    der_close(&e);
    der_open(&e, DER_BIT_STRING);
    ur_writer_bytes(w, "\x00\x04", 2);
    ur_writer_bytes(w, point, sizeof point);
    der_close(&e);
    der_close(&e);
}

static ur_status write_cert(ur_writer *w, const plan *p, ur_span name)
{
    static const char *const names[] = {"root", "platform", "processor", "tcb", "pck"};
    uint8_t info[160], buffer[2048];
    ur_mint_pki genuine;
    const ur_mint_pki *pki = &p->pki;
    ur_mint_names full;
    ur_mint_sgx sgx;
    ur_writer one;
    ur_span bytes;
    size_t role = 0;
    if (word_is(name, "true-root")) {
        UR_TRY(ur_mint_pki_test(&genuine));
        pki = &genuine;
    } else {
        while (role < 5 && !word_is(name, names[role])) {
            role++;
        }
    }
    if (role == 5) {
        return UR_E_USAGE;
    }
    if (role == UR_MINT_PCK && p->processor) {
        role = UR_MINT_PCK_PROCESSOR;
    }
    ur_mint_cert cert = ur_mint_pki_cert(pki, (ur_mint_role)role, &full, &sgx);
    if (role == UR_MINT_PLATFORM && (p->not_ca || p->no_constraints)) {
        cert.bare = true;
        cert.ca = false;
        cert.path_len = -1;
        cert.no_constraints = p->no_constraints;
    }
    if (cert.sgx != NULL) {
        cert.not_before = p->pck_from != 0 ? p->pck_from : cert.not_before;
        cert.not_after = p->pck_to != 0 ? p->pck_to : cert.not_after;
        cert.sgx = p->no_sgx ? NULL : cert.sgx;
        cert.unknown_critical = cert.bare = p->critical;
        if (p->p384) {
            ur_writer_init(&one, info, sizeof info);
            p384_info(&one);
            UR_TRY(ur_writer_end(&one, &cert.key_info));
        }
    }
    ur_writer_init(&one, buffer, sizeof buffer);
    UR_TRY(ur_mint_cert_write(&one, &cert, ur_mint_pki_issuer(pki, (ur_mint_role)role)));
    UR_TRY(ur_writer_end(&one, &bytes));
    ur_mint_pem(w, bytes, p->crlf ? "\r\n" : "\n");
    return UR_OK;
}

static ur_status write_certs(ur_writer *w, const plan *p)
{
    ur_span rest = p->certs, name;
    if (p->cert_type == 1) {
        ur_writer_bytes(w, p->pki.sgx.ppid, 16);
        ur_writer_bytes(w, p->pki.sgx.cpusvn, 16);
        ur_writer_u16le(w, p->pki.sgx.pcesvn);
        ur_writer_bytes(w, p->pki.sgx.pceid, 2);
        return UR_OK;
    }
    if (rest.n == 0) {
        rest = p->cert_type == 4 ? UR_SPAN_LIT("pck")
               : p->processor    ? UR_SPAN_LIT("pck,processor,root")
                                 : UR_SPAN_LIT("pck,platform,root");
    }
    while (rest.n > 0) {
        (void)word_split(rest, ',', &name, &rest);
        UR_TRY(write_cert(w, p, name));
    }
    if (p->nul) {
        ur_writer_u8(w, 0);
    }
    return UR_OK;
}

static ur_status make(ur_writer *w, const plan *p)
{
    static const uint8_t user_data[20] = {0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7,
                                          0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf};
    uint8_t body[1024], part[1152], qe[UR_MINT_SGX_REPORT_BYTES], certs[12288], auth[256];
    ur_mint_signed sign = {.version = p->version, .tee = p->sgx ? 0 : 0x81, .body_type = p->body_type, .user_data = user_data};
    ur_mint_quote q = {.envelope = p->version != 3, .high_s = p->high_s, .qe_auth = {auth, p->auth_len}, .cert_type = p->cert_type,
                       .attestation_point = p->has_point ? p->point : NULL};
    ur_writer b;
    size_t start = w->n;
    if (p->auth_len > sizeof auth) {
        return UR_E_USAGE;
    }
    for (size_t i = 0; i < sizeof auth; i++) {
        auth[i] = (uint8_t)i;
    }
    ur_writer_init(&b, body, sizeof body);
    if (p->sgx) {
        write_app(&b, p);
    } else {
        write_td(&b, p);
    }
    UR_TRY(ur_writer_end(&b, &sign.body));
    ur_writer_init(&b, part, sizeof part);
    ur_mint_signed_write(&b, &sign);
    UR_TRY(ur_writer_end(&b, &q.signed_part));
    UR_TRY(apply(p, IN_SIGNED, part, q.signed_part.n));
    ur_writer_init(&b, qe, sizeof qe);
    write_qe(&b, p);
    UR_TRY(ur_writer_end(&b, &q.qe_report));
    UR_TRY(apply(p, IN_QE, qe, sizeof qe));
    ur_writer_init(&b, certs, sizeof certs);
    UR_TRY(write_certs(&b, p));
    UR_TRY(ur_writer_end(&b, &q.cert_data));
    UR_TRY(ur_mint_quote_write(w, &q, &p->pki.attestation, p->other_qe_key ? &p->qe_key : &p->pki.pck));
    if (w->overflow) {
        return UR_OK; /* comes out of ur_writer_end */
    }
    UR_TRY(apply(p, IN_OUT, w->p + start, w->n - start));
    if (p->cut != 0 && p->cut < w->n - start) {
        w->n = start + p->cut;
    }
    ur_writer_bytes(w, p->tail, p->tail_len);
    uint8_t *zeros = ur_writer_reserve(w, p->zeros);
    if (zeros != NULL) {
        memset(zeros, 0, p->zeros);
    }
    return UR_OK;
}

ur_status ur_mint_recipe_quote(ur_writer *w, const char *recipe)
{
    plan p = {.auth_len = 32, .cert_type = 5};
    ur_span rest = ur_span_str_var(recipe), word;
    memcpy(p.rd, default_rd, 64);
    UR_TRY(ur_mint_pki_test(&p.pki));
    if (!word_next(&word, &rest)) {
        return UR_E_USAGE;
    }
    UR_TRY(read_kind(&p, word));
    while (word_next(&word, &rest)) {
        UR_TRY(read_word(&p, word));
    }
    return make(w, &p);
}
