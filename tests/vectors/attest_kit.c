#include "tests/vectors/attest_kit.h"

#include <unistd.h>

uint8_t kit_scratch[UR_ATTEST_SCRATCH_BYTES];

const char *kit_path(const char *name)
{
    static char path[1024];
    (void)snprintf(path, sizeof path, "%s/attestation/%s", vectors_folder(), name);
    return path;
}

bool kit_exists(const char *name) { return access(kit_path(name), R_OK) == 0; }

ur_span kit_read(const char *name)
{
    FILE *f = fopen(kit_path(name), "rb");
    if (f == NULL) {
        fail_msg("%s: cannot be read", kit_path(name));
    }
    (void)fseek(f, 0, SEEK_END);
    long n = ftell(f);
    (void)fseek(f, 0, SEEK_SET);
    uint8_t *p = malloc((size_t)n + 1);
    assert_non_null(p);
    assert_int_equal(fread(p, 1, (size_t)n, f), n);
    p[n] = 0; /* tables are read as text */
    (void)fclose(f);
    return ur_span_of(p, (size_t)n);
}

void kit_free(ur_span *bytes)
{
    free((void *)(uintptr_t)bytes->p);
    *bytes = (ur_span){0};
}

bool kit_set_read(kit_set *out, const char *name)
{
    *out = (kit_set){.json = kit_read(name)};
    out->buf = malloc(out->json.n);
    assert_non_null(out->buf);
    return ur_collateral_parse(&out->c, out->buf, out->json.n, out->json) == UR_OK;
}

void kit_set_free(kit_set *s)
{
    kit_free(&s->json);
    free(s->buf);
    *s = (kit_set){0};
}

size_t kit_columns(char *line, char **out, size_t max)
{
    size_t n = 0;
    for (char *p = line; p != NULL && n < max; n++) {
        out[n] = p;
        p = strchr(p, '\t');
        if (p != NULL) {
            *p++ = '\0';
        }
    }
    return n;
}

char *kit_line(char **rest)
{
    char *line = *rest;
    if (line == NULL || *line == '\0') {
        return NULL;
    }
    char *end = strchr(line, '\n');
    *rest = end == NULL ? NULL : end + 1;
    if (end != NULL) {
        *end = '\0';
    }
    return line;
}

bool kit_among(const char *name, const char *list)
{
    size_t n = strlen(name);
    for (const char *p = list; p != NULL; p = strchr(p, '|'), p = p == NULL ? NULL : p + 1) {
        size_t len = strcspn(p, "|");
        if (len == n && strncmp(p, name, n) == 0) {
            return true;
        }
    }
    return false;
}

void kit_advisories(char *out, size_t cap, const ur_verdict *v)
{
    size_t n = 0;
    (void)snprintf(out, cap, "-");
    for (size_t i = 0; i < v->advisory_count && n < cap; i++) {
        n += (size_t)snprintf(out + n, cap - n, "%s%.*s", i > 0 ? "," : "", (int)v->advisories[i].n,
            (const char *)v->advisories[i].p);
    }
}

void kit_date(char out[32], int64_t unix_s)
{
    time_t t = (time_t)unix_s;
    struct tm tm;
    (void)strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
}

ur_attest_root kit_root(const char *name)
{
    ur_attest_root root;
    ur_span der = kit_read(name);
    assert_ok(ur_attest_root_of_cert(&root, der));
    kit_free(&der);
    return root;
}

ur_span kit_with_chain(ur_span quote, ur_span pem)
{
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    size_t inner = UR_SGX_REPORT_BYTES + UR_P256_SIG_BYTES + 2 + 6 + pem.n;
    ur_writer w;
    assert_ok(ur_quote_parse(&q, &why, quote));
    inner += q.qe_auth.n;
    size_t cap = q.signed_part.n + 4 + 128 + 6 + inner;
    uint8_t *p = malloc(cap);
    assert_non_null(p);
    ur_writer_init(&w, p, cap);
    ur_writer_span(&w, q.signed_part);
    ur_writer_u32le(&w, (uint32_t)(128 + inner + (q.version == 3 ? 0 : 6)));
    ur_writer_bytes(&w, q.signature, UR_P256_SIG_BYTES);
    ur_writer_bytes(&w, q.attestation_key, UR_P256_KEY_BYTES);
    if (q.version != 3) {
        ur_writer_u16le(&w, 6);
        ur_writer_u32le(&w, (uint32_t)inner);
    }
    ur_writer_span(&w, q.qe_report);
    ur_writer_bytes(&w, q.qe_report_signature, UR_P256_SIG_BYTES);
    ur_writer_u16le(&w, (uint16_t)q.qe_auth.n);
    ur_writer_span(&w, q.qe_auth);
    ur_writer_u16le(&w, UR_CERT_TYPE_PCK_CHAIN);
    ur_writer_u32le(&w, (uint32_t)pem.n);
    ur_writer_span(&w, pem);
    assert_false(w.overflow);
    return ur_span_of(p, w.n);
}
