/* A quoting enclave in software: lib/mint's writers over a folder of keys. */
#include "lib/tee/sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/codec/hex.h"
#include "core/hash/hash.h"
#include "lib/mint/pki.h"
#include "lib/os/date.h"
#include "lib/os/file.h"
#include "lib/os/random.h"
#include "lib/os/secret.h"
#include "lib/tee/backend.h"

#define PATH_MAX_HERE 1024
#define KEYS_MAX 4096
#define QUOTE_MAX_HERE 8192
#define DAY 86400

static const char keys_head[] = "# SIMULATOR: these keys sign evidence that proves nothing.\n";

typedef struct sim {
    ur_mint_pki pki;
    ur_mint_td_report td;
} sim;

static ur_status path_in(char out[PATH_MAX_HERE], const char *folder, const char *file, ur_err *err)
{
    int n = snprintf(out, PATH_MAX_HERE, "%s/%s", folder, file);
    return n > 0 && n < PATH_MAX_HERE ? UR_OK : ur_err_set(err, UR_E_LIMIT, "the path is too long");
}

/* ---- files of `name = hex` ---- */

typedef struct {
    const char *name;
    void *p;
    size_t n;
    bool seen;
} field;

static ur_span trim_var(ur_span s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r')) {
        s.n--;
    }
    return s;
}

static ur_status read_line(field *fields, size_t count, ur_span line)
{
    size_t at = 0;
    line = trim_var(line);
    if (line.n == 0 || line.p[0] == '#') {
        return UR_OK;
    }
    while (at < line.n && line.p[at] != '=') {
        at++;
    }
    if (at == line.n) {
        return UR_E_INPUT;
    }
    ur_span name = trim_var(ur_span_of(line.p, at)), value = trim_var(ur_span_of(line.p + at + 1, line.n - at - 1));
    for (size_t i = 0; i < count; i++) {
        if (ur_span_eq_var(name, ur_span_str_var(fields[i].name))) {
            if (fields[i].seen) {
                return UR_E_INPUT;
            }
            fields[i].seen = true;
            return ur_hex_decode(fields[i].p, fields[i].n, value);
        }
    }
    return UR_E_INPUT;
}

/* Every field exactly once; blank lines and lines that begin with # apart. */
static ur_status read_fields(field *fields, size_t count, ur_span text, const char *path, ur_err *err)
{
    for (size_t line = 1; text.n > 0; line++) {
        size_t n = 0;
        while (n < text.n && text.p[n] != '\n') {
            n++;
        }
        ur_status st = read_line(fields, count, ur_span_of(text.p, n));
        if (st != UR_OK) {
            return ur_err_set(err, st, "%s: line %zu is not a field that belongs here, of the right length, given once", path, line);
        }
        n += n < text.n ? 1 : 0;
        text = ur_span_of(text.p + n, text.n - n);
    }
    for (size_t i = 0; i < count; i++) {
        if (!fields[i].seen) {
            return ur_err_set(err, UR_E_INPUT, "%s: '%s' is missing", path, fields[i].name);
        }
    }
    return UR_OK;
}

static void write_fields(ur_writer *w, const field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ur_writer_str(w, fields[i].name);
        ur_writer_str(w, " = ");
        ur_hex_write(w, ur_span_of(fields[i].p, fields[i].n));
        ur_writer_str(w, "\n");
    }
}

/* ---- the PKI ---- */

static ur_mint_pki blank_pki(void)
{
    return (ur_mint_pki){
        .prefix = "SIMULATOR ",
        .organisation = "unrug simulator - not hardware",
        .crl_url = "https://simulator.invalid/crl.der",
        .serials = {1, 2, 3, 4, 5, 5},
        .sgx = {.components = {1, 1}, .pcesvn = 1, .cpusvn = {1, 1}, .fmspc = {'S', 'I', 'M', 0, 0, 0}, .fmspc_len = 6},
    };
}

enum { SECRET_FIELDS = 9 };
typedef struct {
    uint8_t scalars[6][UR_MINT_KEY_BYTES];
    uint8_t made[8]; /* when, big-endian: certificates are valid from the day before */
    field fields[SECRET_FIELDS];
} key_file;

static void key_fields(key_file *k, ur_mint_pki *pki)
{
    static const char *const names[6] = {"root", "platform_ca", "processor_ca", "tcb_signing", "pck", "attestation"};
    for (size_t i = 0; i < 6; i++) {
        k->fields[i] = (field){names[i], k->scalars[i], UR_MINT_KEY_BYTES, false};
    }
    k->fields[6] = (field){"ppid", pki->sgx.ppid, sizeof pki->sgx.ppid, false};
    k->fields[7] = (field){"platform_instance", pki->sgx.instance, sizeof pki->sgx.instance, false};
    k->fields[8] = (field){"made", k->made, sizeof k->made, false};
}

static void set_dates(ur_mint_pki *pki, const uint8_t made[8])
{
    uint64_t t = 0;
    for (size_t i = 0; i < 8; i++) {
        t = t << 8 | made[i];
    }
    pki->not_before = (int64_t)(t & 0x3fffffffffu) - DAY;
    pki->not_before = pki->not_before < 0 ? 0 : pki->not_before;
    pki->not_after = pki->not_before + (int64_t)3660 * DAY;
    pki->root_not_after = pki->not_after;
}

static ur_mint_key *pki_key(ur_mint_pki *pki, size_t i)
{
    ur_mint_key *const keys[6] = {&pki->root, &pki->platform, &pki->processor, &pki->tcb, &pki->pck, &pki->attestation};
    return keys[i];
}

static ur_status load_pki(ur_mint_pki *pki, const char *folder, ur_err *err)
{
    char path[PATH_MAX_HERE];
    ur_secret *text = NULL;
    key_file k = {0};
    *pki = blank_pki();
    key_fields(&k, pki);
    UR_TRY(path_in(path, folder, "keys", err));
    ur_status st = ur_file_read_secret(&text, path, KEYS_MAX, err);
    if (st == UR_OK) {
        st = read_fields(k.fields, SECRET_FIELDS, ur_span_of(ur_secret_reveal(text), ur_secret_len(text)), path, err);
    }
    for (size_t i = 0; i < 6 && st == UR_OK; i++) {
        st = ur_mint_key_set_var(pki_key(pki, i), k.scalars[i]);
        st = st == UR_OK ? st : ur_err_set(err, st, "%s: '%s' is not a P-256 key", path, k.fields[i].name);
    }
    set_dates(pki, k.made);
    ur_secret_free(&text);
    ur_wipe(&k, sizeof k);
    if (st != UR_OK) {
        ur_mint_pki_clear(pki);
    }
    return st;
}

static ur_status make_pki(ur_mint_pki *pki, const char *folder, int64_t now, ur_err *err)
{
    char path[PATH_MAX_HERE];
    uint8_t text[KEYS_MAX];
    ur_writer w;
    ur_span bytes;
    key_file k = {0};
    *pki = blank_pki();
    key_fields(&k, pki);
    UR_TRY(path_in(path, folder, "keys", err));
    ur_random(pki->sgx.ppid, sizeof pki->sgx.ppid);
    ur_random(pki->sgx.instance, sizeof pki->sgx.instance);
    for (size_t i = 0; i < 8; i++) {
        k.made[i] = (uint8_t)((uint64_t)now >> (56 - 8 * i));
    }
    set_dates(pki, k.made);
    ur_status st = UR_OK;
    for (size_t i = 0; i < 6 && st == UR_OK; i++) {
        st = ur_mint_key_random(pki_key(pki, i));
        memcpy(k.scalars[i], pki_key(pki, i)->d, UR_MINT_KEY_BYTES);
    }
    ur_writer_init(&w, text, sizeof text);
    ur_writer_str(&w, keys_head);
    write_fields(&w, k.fields, SECRET_FIELDS);
    if (st == UR_OK) {
        st = ur_writer_end(&w, &bytes);
    }
    if (st == UR_OK) {
        st = ur_file_write(path, bytes, UR_FILE_SECRET, err);
    }
    ur_wipe(text, sizeof text);
    ur_wipe(&k, sizeof k);
    return st;
}

/* ---- what the simulated TD measures ---- */

enum { TD_FIELDS = 11 };
static void td_fields(field out[TD_FIELDS], ur_mint_td_report *td)
{
    const field fields[TD_FIELDS] = {{"mr_td", td->mr_td, 48, false},
                                     {"rtmr0", td->rtmr[0], 48, false},
                                     {"rtmr1", td->rtmr[1], 48, false},
                                     {"rtmr2", td->rtmr[2], 48, false},
                                     {"rtmr3", td->rtmr[3], 48, false},
                                     {"mr_config_id", td->mr_config_id, 48, false},
                                     {"mr_owner", td->mr_owner, 48, false},
                                     {"mr_owner_config", td->mr_owner_config, 48, false},
                                     {"mr_seam", td->mr_seam, 48, false},
                                     {"td_attributes", td->td_attributes, 8, false},
                                     {"xfam", td->xfam, 8, false}};
    memcpy(out, fields, sizeof fields);
}

static void measure(uint8_t out[48], const char *what)
{
    ur_sha512 h;
    ur_sha384_init(&h);
    ur_sha512_update(&h, "unrug simulator/", 16);
    ur_sha512_update(&h, what, strlen(what));
    ur_sha384_final(&h, out);
}

static const uint8_t tee_tcb_svn[16] = {1, 1, 1};

static void default_td(ur_mint_td_report *td)
{
    static const uint8_t attributes[8] = {0, 0, 0, 0x10}; /* SEPT_VE_DISABLE */
    static const uint8_t xfam[8] = {0xe7, 0x02, 0x06};
    *td = (ur_mint_td_report){0};
    memcpy(td->td_attributes, attributes, 8);
    memcpy(td->xfam, xfam, 8);
    measure(td->mr_td, "mr_td");
    measure(td->rtmr[0], "rtmr0");
    measure(td->rtmr[1], "rtmr1");
    measure(td->rtmr[2], "rtmr2");
    measure(td->mr_seam, "mr_seam");
}

static ur_status load_td(ur_mint_td_report *td, const char *folder, ur_err *err)
{
    char path[PATH_MAX_HERE];
    uint8_t *text = NULL;
    size_t n = 0;
    field fields[TD_FIELDS];
    *td = (ur_mint_td_report){0};
    td_fields(fields, td);
    UR_TRY(path_in(path, folder, "measurements", err));
    ur_status st = ur_file_read(&text, &n, path, 65536, err);
    if (st == UR_OK) {
        st = read_fields(fields, TD_FIELDS, ur_span_of(text, n), path, err);
    }
    free(text);
    memcpy(td->tee_tcb_svn, tee_tcb_svn, sizeof tee_tcb_svn);
    return st;
}

static ur_status write_td(const char *folder, ur_err *err)
{
    char path[PATH_MAX_HERE];
    uint8_t text[4096];
    ur_mint_td_report td;
    field fields[TD_FIELDS];
    ur_writer w;
    ur_span bytes;
    default_td(&td);
    td_fields(fields, &td);
    ur_writer_init(&w, text, sizeof text);
    ur_writer_str(&w, "# What the simulated TD measures. Change at will.\n");
    write_fields(&w, fields, TD_FIELDS);
    UR_TRY(ur_writer_end(&w, &bytes));
    UR_TRY(path_in(path, folder, "measurements", err));
    return ur_file_write(path, bytes, UR_FILE_NEW, err);
}

/* ---- collateral ---- */

static ur_status check_options(const ur_sim_options *o, ur_err *err)
{
    /* Revoked too: one wants to see it refused. */
    static const char *const statuses[] = {"UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "OutOfDate",
                                           "ConfigurationAndSWHardeningNeeded", "OutOfDateConfigurationNeeded", "Revoked"};
    bool known = o->status == NULL;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        known = known || strcmp(o->status, statuses[i]) == 0;
    }
    if (!known) {
        return ur_err_set(err, UR_E_USAGE, "'%s' is no TCB status; there are UpToDate, OutOfDate and so on", o->status);
    }
    for (const char *c = o->advisories == NULL ? "" : o->advisories; *c != '\0'; c++) {
        if (!(*c >= 'A' && *c <= 'Z') && !(*c >= '0' && *c <= '9') && *c != '-' && *c != ',') {
            return ur_err_set(err, UR_E_USAGE, "advisories are capitals, digits and -, with commas between");
        }
    }
    if (o->now < DAY || o->now > 253402300799 - (int64_t)3660 * DAY) {
        return ur_err_set(err, UR_E_USAGE, "that time has no date");
    }
    return o->days >= 1 && o->days <= 3650 ? UR_OK : ur_err_set(err, UR_E_USAGE, "days: 1 to 3650");
}

static ur_status write_collateral(const char *folder, const ur_mint_pki *pki, const ur_sim_options *o, ur_err *err)
{
    char path[PATH_MAX_HERE], from[UR_DATE_TEXT_MAX], to[UR_DATE_TEXT_MAX];
    uint8_t info[4096], identity[2048], set[32768];
    int64_t until = o->now + (int64_t)o->days * DAY;
    ur_date_text(from, o->now);
    ur_date_text(to, until);
    const char *status = o->status == NULL ? "UpToDate" : o->status;
    const char *advisories = o->advisories != NULL && o->advisories[0] != '\0' ? o->advisories : NULL;
    ur_mint_tcb_level level = {.pcesvn = pki->sgx.pcesvn, .date = from, .status = status, .advisories = advisories};
    memcpy(level.sgx, pki->sgx.components, sizeof level.sgx);
    memcpy(level.tdx, tee_tcb_svn, sizeof level.tdx);
    const ur_mint_svn_level newest = {.isvsvn = 1, .date = from, .status = "UpToDate"};
    const ur_mint_module module = {"TDX_01", &newest, 1};
    const unsigned evaluation = o->evaluation == 0 ? 1 : o->evaluation;
    const ur_mint_tcb_info tcb = {.tdx = true, .version = 3, .issue_date = from, .next_update = to, .fmspc = pki->sgx.fmspc,
                                  .pceid = pki->sgx.pceid, .evaluation = evaluation, .modules = &module, .module_count = 1,
                                  .levels = &level, .level_count = 1};
    const ur_mint_qe_identity qe = {.id = "TD_QE", .version = 2, .issue_date = from, .next_update = to,
                                    .evaluation = evaluation, .mrsigner = ur_mint_td_qe_mrsigner, .prodid = 2,
                                    .levels = &newest, .level_count = 1};
    const ur_mint_crl crl = {.this_update = o->now, .next_update = until, .number = (uint64_t)o->now};
    ur_mint_parts parts = {.root_crl = crl, .pck_crl = crl};
    ur_writer w;
    ur_span bytes;
    ur_writer_init(&w, info, sizeof info);
    ur_mint_tcb_info_write(&w, &tcb);
    UR_TRY(ur_writer_end(&w, &parts.tcb_info));
    ur_writer_init(&w, identity, sizeof identity);
    ur_mint_qe_identity_write(&w, &qe);
    UR_TRY(ur_writer_end(&w, &parts.qe_identity));
    ur_writer_init(&w, set, sizeof set);
    UR_TRY(ur_mint_pki_collateral(&w, pki, &parts));
    UR_TRY(ur_writer_end(&w, &bytes));
    UR_TRY(path_in(path, folder, "collateral.json", err));
    return ur_file_write(path, bytes, UR_FILE_REPLACE, err);
}

static ur_status write_root(const char *folder, const ur_mint_pki *pki, ur_err *err)
{
    char path[PATH_MAX_HERE];
    uint8_t pem[2048];
    ur_writer w;
    ur_span bytes;
    ur_writer_init(&w, pem, sizeof pem);
    UR_TRY(ur_mint_pki_pem(&w, pki, UR_MINT_ROOT));
    UR_TRY(ur_writer_end(&w, &bytes));
    UR_TRY(path_in(path, folder, "root.pem", err));
    return ur_file_write(path, bytes, UR_FILE_NEW, err);
}

ur_status ur_sim_init(const char *folder, const ur_sim_options *options, ur_err *err)
{
    sim s;
    UR_TRY(check_options(options, err));
    if (mkdir(folder, 0777) != 0) {
        return errno == EEXIST ? ur_err_set(err, UR_E_STATE, "%s is already there", folder)
                               : ur_err_system(err, errno, "cannot make the folder %s", folder);
    }
    ur_status st = make_pki(&s.pki, folder, options->now, err);
    if (st == UR_OK) {
        st = write_root(folder, &s.pki, err);
    }
    if (st == UR_OK) {
        st = write_td(folder, err);
    }
    if (st == UR_OK) { /* last: a folder without it was not finished */
        st = write_collateral(folder, &s.pki, options, err);
    }
    ur_wipe(&s, sizeof s);
    return ur_err_in(err, st, "simulator in %s", folder);
}

ur_status ur_sim_renew(const char *folder, const ur_sim_options *options, ur_err *err)
{
    ur_mint_pki pki;
    UR_TRY(check_options(options, err));
    ur_status st = load_pki(&pki, folder, err);
    if (st == UR_OK) {
        st = write_collateral(folder, &pki, options, err);
    }
    ur_mint_pki_clear(&pki);
    return ur_err_in(err, st, "simulator in %s", folder);
}

/* ---- the backend ---- */

static ur_status write_quote(ur_writer *w, const sim *s, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES])
{
    static const ur_mint_role chain[3] = {UR_MINT_PCK, UR_MINT_PLATFORM, UR_MINT_ROOT};
    static const uint8_t qe_auth[32] = "unrug simulator, not hardware";
    static const uint8_t user_data[20] = "unrug simulator";
    uint8_t body[UR_MINT_TD_REPORT_BYTES], signed_part[48 + UR_MINT_TD_REPORT_BYTES], qe[UR_MINT_SGX_REPORT_BYTES], pem[6144];
    ur_mint_td_report td = s->td;
    ur_mint_sgx_report report = {.attributes = {0x15, 0, 0, 0, 0, 0, 0, 0, 0xe7}, .prodid = 2, .svn = 1};
    ur_mint_signed sign = {.version = 4, .tee = 0x81, .user_data = user_data};
    ur_mint_quote q = {.envelope = true, .qe_auth = {qe_auth, 32}, .cert_type = 5};
    ur_writer part;
    memcpy(td.report_data, report_data, sizeof td.report_data);
    ur_writer_init(&part, body, sizeof body);
    ur_mint_td_report_write(&part, &td, 2);
    UR_TRY(ur_writer_end(&part, &sign.body));
    ur_writer_init(&part, signed_part, sizeof signed_part);
    ur_mint_signed_write(&part, &sign);
    UR_TRY(ur_writer_end(&part, &q.signed_part));
    memcpy(report.mrsigner, ur_mint_td_qe_mrsigner, sizeof report.mrsigner);
    memcpy(report.cpusvn, s->pki.sgx.cpusvn, sizeof report.cpusvn);
    ur_writer_init(&part, qe, sizeof qe);
    ur_mint_sgx_report_write(&part, &report);
    UR_TRY(ur_writer_end(&part, &q.qe_report));
    ur_writer_init(&part, pem, sizeof pem);
    UR_TRY(ur_mint_pki_chain(&part, &s->pki, chain, 3));
    UR_TRY(ur_writer_end(&part, &q.cert_data));
    return ur_mint_quote_write(w, &q, &s->pki.attestation, &s->pki.pck);
}

static const char *place(const ur_tee_options *options)
{
    return options->sim_folder == NULL ? "no folder given" : options->sim_folder;
}

static ur_status look(const ur_tee_options *options, ur_err *err)
{
    char path[PATH_MAX_HERE];
    if (options->sim_folder == NULL) {
        return ur_err_set(err, UR_E_USAGE, "the simulator needs the folder that holds its keys");
    }
    UR_TRY(path_in(path, options->sim_folder, "collateral.json", err));
    return access(path, R_OK) == 0 ? UR_OK : ur_err_set(err, UR_E_ABSENT, "no simulator here; 'unrug tee sim init' makes one");
}

static ur_status open_it(void **out, const ur_tee_options *options, ur_err *err)
{
    *out = NULL;
    UR_TRY(look(options, err));
    sim *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    ur_status st = load_pki(&s->pki, options->sim_folder, err);
    if (st == UR_OK) {
        st = load_td(&s->td, options->sim_folder, err);
    }
    if (st != UR_OK) {
        ur_wipe(s, sizeof *s);
        free(s);
        return st;
    }
    *out = s;
    return UR_OK;
}

static ur_status quote(void *state, uint8_t **out, size_t *out_len, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES],
                       ur_err *err)
{
    ur_writer w;
    ur_span bytes;
    *out = malloc(QUOTE_MAX_HERE);
    if (*out == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    ur_writer_init(&w, *out, QUOTE_MAX_HERE);
    ur_status st = write_quote(&w, state, report_data);
    if (st == UR_OK) {
        st = ur_writer_end(&w, &bytes);
    }
    *out_len = st == UR_OK ? bytes.n : 0;
    return st == UR_OK ? st : ur_err_set(err, st, "signing failed");
}

static void close_it(void *state)
{
    if (state != NULL) {
        ur_wipe(state, sizeof(sim));
        free(state);
    }
}

const ur_tee_backend ur_tee_sim = {"sim", "sim", false, place, look, open_it, quote, close_it};
