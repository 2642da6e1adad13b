#include "tests/vectors/vec.h"

#include <dirent.h>
#include <stdlib.h>

#include "core/hash/hash.h"
#include "core/tibe/hash.h"
#include "tests/vectors/areas.h"

static const char *root;
static const char *current_file = "?";
static size_t current_case;

/* Decoded fields, until the next case begins. */
enum { FIELDS_MAX = 4096 };
static struct {
    uint8_t *p[FIELDS_MAX];
    size_t n;
} fields;

void vec_case(size_t i)
{
    current_case = i;
    while (fields.n > 0) {
        free(fields.p[--fields.n]);
    }
}

/* Room for what a field decodes to: never more bytes than its text has. */
static uint8_t *room_for(ur_json v)
{
    vec_must(fields.n < FIELDS_MAX, "too many fields");
    uint8_t *p = malloc(v.raw.n + 1);
    vec_must(p != NULL, "out of memory");
    fields.p[fields.n++] = p;
    return p;
}

void vec_fail(const char *what, const char *path)
{
    (void)fprintf(stderr, "%s, case %zu: %s%s%s\n", current_file, current_case, what, path[0] != '\0' ? ": " : "", path);
    exit(1);
}

/* ---- fields ---- */

static ur_json find(ur_json v, const char *path)
{
    char name[64];
    while (*path != '\0') {
        size_t n = strcspn(path, ".");
        vec_must(n < sizeof name, "a long name");
        memcpy(name, path, n);
        name[n] = '\0';
        v = ur_json_get_var(v, name);
        path += n + (path[n] == '.');
    }
    return v;
}

bool vec_has(ur_json v, const char *path) { return ur_json_kind_var(find(v, path)) != UR_JSON_NONE; }

ur_json vec_at(ur_json v, const char *path)
{
    ur_json out = find(v, path);
    if (ur_json_kind_var(out) == UR_JSON_NONE) {
        vec_fail("not there", path);
    }
    return out;
}

ur_json_iter vec_array(ur_json v, const char *path)
{
    ur_json_iter it;
    if (ur_json_array_var(&it, vec_at(v, path)) != UR_OK) {
        vec_fail("no array", path);
    }
    return it;
}

bool vec_next(ur_json_iter *it, size_t *i, ur_json *out)
{
    if (!ur_json_next_var(it, out)) {
        return false;
    }
    vec_case((*i)++);
    return true;
}

void vec_hex_to(void *out, size_t n, ur_json v, const char *path)
{
    if (ur_json_hex_var(out, n, vec_at(v, path)) != UR_OK) {
        vec_fail("no hex of that length", path);
    }
}

ur_span vec_hex(ur_json v, const char *path)
{
    ur_json field = vec_at(v, path);
    uint8_t *b = room_for(field);
    size_t n;
    if (ur_json_hex_upto_var(b, field.raw.n, &n, field) != UR_OK) {
        vec_fail("no hex", path);
    }
    return ur_span_of(b, n);
}

ur_span vec_base64(ur_json v, const char *path)
{
    ur_json field = vec_at(v, path);
    uint8_t *b = room_for(field);
    size_t n;
    if (ur_json_base64_upto_var(b, field.raw.n, &n, field) != UR_OK) {
        vec_fail("no base64", path);
    }
    return ur_span_of(b, n);
}

ur_span vec_text(ur_json v, const char *path)
{
    ur_json field = vec_at(v, path);
    ur_span out;
    if (ur_json_string_var(&out, room_for(field), field.raw.n, field) != UR_OK) {
        vec_fail("no string", path);
    }
    return out;
}

uint64_t vec_number(ur_json v, const char *path)
{
    uint64_t x;
    if (ur_json_u64_var(&x, vec_at(v, path)) != UR_OK) {
        vec_fail("no number", path);
    }
    return x;
}

bool vec_true(ur_json v, const char *path)
{
    bool x;
    if (ur_json_bool_var(&x, vec_at(v, path)) != UR_OK) {
        vec_fail("neither true nor false", path);
    }
    return x;
}

void vec_same(ur_span got, ur_json v, const char *path)
{
    if (!ur_span_eq_var(got, vec_hex(v, path))) {
        vec_fail("differs", path);
    }
}

void vec_same_if_there(ur_span got, ur_json v, const char *path)
{
    if (vec_has(v, path)) {
        vec_same(got, v, path);
    }
}

void vec_same_text(ur_span got, ur_json v, const char *path)
{
    if (!ur_span_eq_var(got, vec_text(v, path))) {
        vec_fail("differs", path);
    }
}

void vec_pub(ur_tibe_pub *out, ur_json v, const char *path)
{
    uint8_t b[UR_G1_BYTES];
    vec_hex_to(b, sizeof b, v, path);
    if (ur_tibe_pub_parse(out, b) != UR_OK) {
        vec_fail("no point of G1", path);
    }
}

void vec_key(ur_tibe_key *out, ur_json v, const char *path)
{
    uint8_t b[UR_G2_BYTES];
    vec_hex_to(b, sizeof b, v, path);
    if (ur_tibe_key_parse(out, b) != UR_OK) {
        vec_fail("no point of G2", path);
    }
}

void vec_g1_same(const ur_g1 *got, ur_json v, const char *path)
{
    uint8_t b[UR_G1_BYTES];
    ur_g1_write(b, got);
    vec_same(ur_span_of(b, sizeof b), v, path);
}

void vec_g2_same(const ur_g2 *got, ur_json v, const char *path)
{
    uint8_t b[UR_G2_BYTES];
    ur_g2_write(b, got);
    vec_same(ur_span_of(b, sizeof b), v, path);
}

void vec_ct(ur_tibe_ct *out, ur_json v)
{
    uint8_t bytes[UR_TIBE_CT_MAX];
    size_t n = vec_hex(v, "V").n;
    vec_must(n == 16 || n == 32, "a message of 16 or 32 bytes");
    vec_hex_to(bytes, UR_G1_BYTES, v, "U");
    vec_hex_to(bytes + UR_G1_BYTES, n, v, "V");
    vec_hex_to(bytes + UR_G1_BYTES + n, n, v, "W");
    vec_ok(ur_tibe_ct_parse(out, ur_span_of(bytes, UR_TIBE_CT_BYTES(n))));
}

/* ---- the scheme, step by step ---- */

void vec_h3(ur_scalar *out, uint8_t first_hash[32], uint64_t *iterations, ur_span sigma, ur_span msg)
{
    ur_sha256 h;
    uint8_t counted[34], hash[32];
    ur_sha256_init(&h);
    ur_sha256_update(&h, "IBE-H3", 6);
    ur_sha256_update(&h, sigma.p, sigma.n);
    ur_sha256_update(&h, msg.p, msg.n);
    ur_sha256_final(&h, first_hash);
    memcpy(counted + 2, first_hash, 32);
    *iterations = 0;
    do {
        ++*iterations;
        counted[0] = (uint8_t)*iterations;
        counted[1] = (uint8_t)(*iterations >> 8);
        ur_sha256_of(hash, ur_span_of(counted, sizeof counted));
        hash[0] >>= 1;
    } while (ur_scalar_parse(out, hash) != UR_OK);
    ur_scalar ours;
    vec_ok(ur_tibe_h3(&ours, sigma, msg));
    vec_ok(ur_scalar_eq(&ours, out));
}

static void decrypt_steps(uint8_t *sigma, uint8_t *msg, const ur_tibe_ct *ct, const ur_tibe_key *key, ur_json v)
{
    ur_gt gt;
    uint8_t gt_bytes[UR_GT_BYTES], h2[32], h4[32], first_hash[32], r_bytes[32];
    uint64_t iterations;
    ur_scalar r;
    ur_g1 u;
    ur_pairing(&gt, &ct->u, &key->d);
    ur_gt_write(gt_bytes, &gt);
    vec_same_if_there(ur_span_of(gt_bytes, sizeof gt_bytes), v, "gt_masked");
    vec_same_if_there(ur_span_of(gt_bytes, sizeof gt_bytes), v, "gt_masked_576");
    ur_tibe_h2(h2, ct->n, &gt);
    vec_same_if_there(ur_span_of(h2, ct->n), v, "h2_out");
    for (size_t i = 0; i < ct->n; i++) {
        sigma[i] = ct->v[i] ^ h2[i];
    }
    vec_same_if_there(ur_span_of(sigma, ct->n), v, "sigma");
    ur_tibe_h4(h4, ct->n, ur_span_of(sigma, ct->n));
    vec_same_if_there(ur_span_of(h4, ct->n), v, "h4_out");
    for (size_t i = 0; i < ct->n; i++) {
        msg[i] = ct->w[i] ^ h4[i];
    }
    vec_same_if_there(ur_span_of(msg, ct->n), v, "file_key");
    vec_h3(&r, first_hash, &iterations, ur_span_of(sigma, ct->n), ur_span_of(msg, ct->n));
    ur_scalar_write(r_bytes, &r);
    vec_same_if_there(ur_span_of(r_bytes, sizeof r_bytes), v, "r");
    vec_same_if_there(ur_span_of(first_hash, sizeof first_hash), v, "h3_first_hash");
    if (vec_has(v, "h3_iterations")) {
        vec_must(vec_number(v, "h3_iterations") == iterations, "h3_iterations");
    }
    ur_g1_mul(&u, ur_g1_generator(), &r);
    vec_must(ur_g1_eq_var(&u, &ct->u), "U = r G1");
}

void vec_decrypt(ur_tibe_msg *out, const ur_tibe_ct *ct, const ur_tibe_key *key, const ur_tibe_pub *mpk,
                 const ur_tibe_id *id, ur_json v)
{
    uint8_t sigma[UR_TIBE_MSG_MAX], msg[UR_TIBE_MSG_MAX], a[UR_TIBE_CT_MAX], b[UR_TIBE_CT_MAX];
    decrypt_steps(sigma, msg, ct, key, v);
    vec_ok(ur_tibe_decrypt(out, ct, key));
    vec_must(ur_span_eq_var(ur_tibe_msg_reveal(out), ur_span_of(msg, ct->n)), "the message");
    if (mpk != NULL) {
        ur_tibe_ct again;
        vec_ok(ur_tibe_encrypt(&again, mpk, id, out, sigma));
        vec_must(ur_span_eq_var(ur_tibe_ct_write(a, &again), ur_tibe_ct_write(b, ct)), "encrypting again");
    }
}

/* ---- files ---- */

static const struct {
    const char *folder;
    const char *file;
    vec_reader *read;
} readers[] = {
#define READER(folder, file, function) {folder, file, function},
#include "tests/vectors/files.def"
#undef READER
};
enum { READERS = sizeof readers / sizeof readers[0] };

/* The whole file, terminated; NULL if there is none. */
static uint8_t *load(size_t *out_n, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return NULL;
    }
    size_t cap = (size_t)8 << 20;
    uint8_t *text = malloc(cap);
    if (text == NULL || (*out_n = fread(text, 1, cap, f)) == cap || ferror(f) != 0) {
        vec_fail("cannot be read", path);
    }
    (void)fclose(f);
    return text;
}

ur_json vec_other_file(const char *folder, const char *file)
{
    static uint8_t *text;
    char path[1024];
    ur_json v;
    size_t n;
    free(text);
    (void)snprintf(path, sizeof path, "%s/%s/%s", root, folder, file);
    text = load(&n, path);
    if (text == NULL || ur_json_parse_var(&v, ur_span_of(text, n)) != UR_OK) {
        vec_fail("needed here, and cannot be read", path);
    }
    return v;
}

/* Cases of one file; 0 and a line if it is not there. */
static size_t read_file(size_t i)
{
    char path[1024];
    size_t n;
    ur_json file;
    (void)snprintf(path, sizeof path, "%s/%s/%s", root, readers[i].folder, readers[i].file);
    current_file = path;
    vec_case(0);
    uint8_t *text = load(&n, path);
    if (text == NULL) {
        printf("%-12s %-36s not there\n", readers[i].folder, readers[i].file);
        return 0;
    }
    vec_ok(ur_json_parse_var(&file, ur_span_of(text, n)));
    size_t cases = readers[i].read(file);
    vec_must(cases > 0, "a file without cases");
    printf("%-12s %-36s %4zu cases\n", readers[i].folder, readers[i].file, cases);
    vec_case(0);
    free(text);
    current_file = "?";
    return cases;
}

static bool known(const char *folder, const char *file)
{
    for (size_t i = 0; i < READERS; i++) {
        if (strcmp(readers[i].folder, folder) == 0 && strcmp(readers[i].file, file) == 0) {
            return true;
        }
    }
    return file[0] == '.' || strcmp(file, "README.md") == 0;
}

/* Files that nobody reads. */
static size_t report_unknown(const char *folder)
{
    char path[1024];
    size_t unknown = 0;
    (void)snprintf(path, sizeof path, "%s/%s", root, folder);
    DIR *d = opendir(path);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        if (!known(folder, e->d_name)) {
            printf("%-12s %-36s UNKNOWN: nothing here reads it\n", folder, e->d_name);
            unknown++;
        }
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    return unknown;
}

int main(void)
{
    if (vectors_skipped("drand") && vectors_skipped("fairyring")) {
        return VECTORS_SKIPPED;
    }
    root = vectors_folder();
    size_t cases = 0, files = 0;
    for (size_t i = 0; i < READERS; i++) {
        size_t n = read_file(i);
        cases += n;
        files += n > 0;
    }
    size_t unknown = report_unknown("drand") + report_unknown("fairyring");
    printf("%s: %zu cases in %zu files, %zu unknown files\n", root, cases, files, unknown);
    return files > 0 && unknown == 0 ? 0 : 1;
}
