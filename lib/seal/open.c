#include <stdlib.h>

#include "lib/seal/seal.h"

struct ur_sealed {
    ur_form_in form;
    uint8_t head[UR_SEAL_HEADER_MAX]; /* the header's text, then the first bytes behind it */
    size_t head_n;
    size_t header_n;
    size_t at; /* bytes of head handed on */
    ur_seal_header header;
    bool used;
};

/* Find and read the header at the start of `bytes`. */
static ur_status read_header(ur_seal_header *out, size_t *out_n, ur_span bytes, ur_err *err)
{
    size_t n = ur_seal_header_find_var(bytes);
    if (n == 0) { /* what the parser says of the beginning is worth more than "too long" */
        ur_status s = ur_seal_header_parse_var(out, bytes, err);
        return s == UR_E_POLICY ? s : s == UR_OK ? UR_E_INTERNAL : UR_E_INPUT;
    }
    *out_n = n;
    return ur_seal_header_parse_var(out, ur_span_of(bytes.p, n), err);
}

ur_status ur_sealed_begin(ur_sealed **out, const ur_source *in, ur_err *err)
{
    *out = NULL;
    ur_sealed *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    ur_status status = ur_form_in_begin(&s->form, in, err);
    if (status == UR_OK) {
        const ur_source source = ur_source_of_form(&s->form);
        status = ur_source_fill(&source, s->head, sizeof s->head, &s->head_n, err);
    }
    if (status == UR_OK && s->head_n == 0) {
        status = ur_err_set(err, UR_E_INPUT, "the file is empty");
    }
    if (status == UR_OK) {
        status = read_header(&s->header, &s->header_n, ur_span_of(s->head, s->head_n), err);
    }
    if (status != UR_OK) {
        free(s);
        return status;
    }
    s->at = s->header_n;
    *out = s;
    return UR_OK;
}

void ur_sealed_free(ur_sealed **sealed)
{
    free(*sealed); /* holds nothing secret */
    *sealed = NULL;
}

const ur_seal_header *ur_sealed_header(const ur_sealed *sealed) { return &sealed->header; }

ur_seal_form ur_sealed_form(const ur_sealed *sealed) { return sealed->form.form; }

/* What stands behind the header. */
static ur_status rest_read(void *context, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    ur_sealed *s = context;
    size_t left = s->head_n - s->at;
    if (left > 0) {
        *out_n = left < cap ? left : cap;
        memcpy(buf, s->head + s->at, *out_n);
        s->at += *out_n;
        return UR_OK;
    }
    const ur_source source = ur_source_of_form(&s->form);
    return source.read(source.context, buf, cap, out_n, err);
}

static ur_status begin_payload(ur_sealed *s, uint8_t nonce[UR_PAYLOAD_NONCE_BYTES], ur_source *rest, ur_err *err)
{
    size_t n = 0;
    if (s->used) {
        return ur_err_set(err, UR_E_USAGE, "a sealed stream is read once");
    }
    s->used = true;
    *rest = (ur_source){s, rest_read};
    UR_TRY(ur_source_fill(rest, nonce, UR_PAYLOAD_NONCE_BYTES, &n, err));
    return n == UR_PAYLOAD_NONCE_BYTES ? UR_OK : ur_err_set(err, UR_E_INPUT, "the file is cut short (after its header)");
}

static ur_status parse_ct(ur_tibe_ct *out, const ur_seal_header *h, ur_err *err)
{
    if (h->kind == UR_SEAL_TLOCK && h->body_n != UR_TIBE_CT_BYTES(16)) {
        memset(out, 0, sizeof *out);
        return ur_err_set(err, UR_E_POLICY, "header: for a network whose public key is in G2, which is not supported");
    }
    ur_status s = ur_tibe_ct_parse(out, ur_span_of(h->body, h->body_n));
    return s == UR_OK ? s : ur_err_set(err, s, "header: the stanza's body holds no point of the group");
}

ur_status ur_sealed_ct(ur_tibe_ct *out, const ur_sealed *sealed, ur_err *err)
{
    return parse_ct(out, &sealed->header, err);
}

/* The file key, if the key opens it. */
static ur_status unwrap(ur_tibe_msg *out, const ur_seal_header *h, const ur_tibe_key *key, ur_err *err)
{
    ur_tibe_ct ct;
    *out = (ur_tibe_msg){0};
    UR_TRY(parse_ct(&ct, h, err));
    ur_status s = ur_tibe_decrypt(out, &ct, key);
    return s == UR_OK ? s
                      : ur_err_set(err, s, "this key does not open the file: it is for another identity or another "
                                           "master public key, or the file was changed");
}

static ur_status check_header(const ur_seal_header *h, ur_span text, ur_span file_key, ur_err *err)
{
    ur_status s = ur_seal_header_check(h, text, file_key);
    return s == UR_E_PROOF ? ur_err_set(err, s, "header: its MAC does not fit: it was changed") : s;
}

ur_status ur_sealed_open_with(ur_sealed *sealed, const ur_sink *out, ur_span file_key, ur_err *err)
{
    uint8_t nonce[UR_PAYLOAD_NONCE_BYTES];
    ur_source rest;
    ur_payload payload;
    UR_TRY(check_header(&sealed->header, ur_span_of(sealed->head, sealed->header_n), file_key, err));
    UR_TRY(begin_payload(sealed, nonce, &rest, err));
    ur_status s = ur_payload_init(&payload, file_key, nonce);
    if (s != UR_OK) {
        return ur_err_in(err, s, "ChaCha20-Poly1305");
    }
    s = ur_payload_open_stream(&payload, out, &rest, err);
    ur_payload_clear(&payload);
    return s;
}

ur_status ur_sealed_open(ur_sealed *sealed, const ur_sink *out, const ur_tibe_key *key, ur_err *err)
{
    ur_tibe_msg file_key;
    ur_status s = unwrap(&file_key, &sealed->header, key, err);
    if (s == UR_OK) {
        s = ur_sealed_open_with(sealed, out, ur_tibe_msg_reveal(&file_key), err);
    }
    ur_wipe(&file_key, sizeof file_key);
    return s;
}

ur_status ur_sealed_measure(ur_sealed *sealed, uint64_t *out_n, ur_err *err)
{
    uint8_t buf[4096];
    ur_source rest;
    uint64_t sealed_n = 0;
    *out_n = 0;
    UR_TRY(begin_payload(sealed, buf, &rest, err));
    for (size_t got = 1; got > 0; sealed_n += got) {
        UR_TRY(rest.read(rest.context, buf, sizeof buf, &got, err));
    }
    ur_status s = ur_payload_plain_bytes(out_n, sealed_n);
    return s == UR_OK ? s : ur_err_set(err, s, "the file is cut short (no payload has this length)");
}

ur_status ur_sealed_open_memory(uint8_t *out, size_t cap, size_t *out_n, ur_span in, const ur_tibe_key *key, ur_err *err)
{
    ur_seal_header header;
    ur_tibe_msg file_key = {0};
    ur_payload payload = {0};
    size_t header_n = 0;
    uint64_t plain_n = 0;
    *out_n = 0;
    UR_TRY(read_header(&header, &header_n, in, err));
    if (in.n - header_n < UR_PAYLOAD_NONCE_BYTES) {
        return ur_err_set(err, UR_E_INPUT, "the file is cut short (after its header)");
    }
    const uint8_t *nonce = in.p + header_n;
    const ur_span sealed = {nonce + UR_PAYLOAD_NONCE_BYTES, in.n - header_n - UR_PAYLOAD_NONCE_BYTES};
    if (ur_payload_plain_bytes(&plain_n, sealed.n) != UR_OK) {
        return ur_err_set(err, UR_E_INPUT, "the file is cut short (no payload has this length)");
    }
    if (plain_n > cap) {
        return ur_err_set(err, UR_E_LIMIT, "the content is longer than %zu bytes", cap);
    }
    ur_status s = unwrap(&file_key, &header, key, err);
    const ur_span revealed = ur_tibe_msg_reveal(&file_key);
    if (s == UR_OK) {
        s = check_header(&header, ur_span_of(in.p, header_n), revealed, err);
    }
    if (s == UR_OK) {
        s = ur_payload_init(&payload, revealed, nonce);
    }
    if (s == UR_OK) {
        s = ur_payload_open(&payload, out, sealed, err);
    }
    if (s == UR_OK) {
        *out_n = (size_t)plain_n;
    }
    ur_payload_clear(&payload);
    ur_wipe(&file_key, sizeof file_key);
    return s;
}
