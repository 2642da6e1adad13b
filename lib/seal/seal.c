#include "lib/seal/seal.h"

#include "lib/os/random.h"

/* What a file is sealed with, drawn anew for each. */
typedef struct fresh {
    ur_tibe_msg file_key;
    uint8_t sigma[UR_TIBE_MSG_MAX];
    uint8_t nonce[UR_PAYLOAD_NONCE_BYTES];
} fresh;

/* The header for a file key just drawn. */
static ur_status choose(ur_seal_header *header, fresh *f, const ur_seal_to *to, ur_err *err)
{
    ur_tibe_id id;
    ur_tibe_ct ct;
    *header = (ur_seal_header){.kind = to->kind};
    if (to->kind == UR_SEAL_TLOCK) {
        if (to->round == 0) {
            return ur_err_set(err, UR_E_USAGE, "rounds count from 1");
        }
        header->round = to->round;
        memcpy(header->chain, to->chain, sizeof header->chain);
        ur_tibe_id_of_round(&id, to->round);
    } else {
        ur_status s = ur_tibe_id_hash(&id, to->id);
        if (s != UR_OK) {
            return ur_err_set(err, s, "an identity has at most %d bytes", UR_TIBE_ID_MAX);
        }
    }
    f->file_key.n = ur_seal_file_key_bytes(to->kind);
    memset(f->file_key.b, 0, sizeof f->file_key.b);
    ur_random(f->file_key.b, f->file_key.n);
    ur_random(f->sigma, sizeof f->sigma);
    ur_random(f->nonce, sizeof f->nonce);
    ur_status s = ur_tibe_encrypt(&ct, to->mpk, &id, &f->file_key, f->sigma);
    if (s != UR_OK) {
        return ur_err_set(err, s, "the master public key is not usable");
    }
    uint8_t body[UR_TIBE_CT_MAX];
    const ur_span written = ur_tibe_ct_write(body, &ct);
    memcpy(header->body, written.p, written.n);
    header->body_n = written.n;
    return UR_OK;
}

/* Header and nonce. */
static ur_status write_head(uint8_t out[UR_SEAL_HEADER_MAX + UR_PAYLOAD_NONCE_BYTES], size_t *out_n,
                            const ur_seal_header *header, ur_span file_key,
                            const uint8_t nonce[UR_PAYLOAD_NONCE_BYTES], ur_err *err)
{
    size_t n = 0;
    ur_status s = ur_seal_header_write(out, &n, header, file_key);
    if (s != UR_OK) {
        *out_n = 0;
        return ur_err_set(err, s, "a header with these parts cannot be written");
    }
    memcpy(out + n, nonce, UR_PAYLOAD_NONCE_BYTES);
    *out_n = n + UR_PAYLOAD_NONCE_BYTES;
    return UR_OK;
}

static ur_status write_all(const ur_sink *out, const ur_source *in, ur_span head, ur_payload *payload, ur_err *err)
{
    UR_TRY(out->write(out->context, head.p, head.n, err));
    return ur_payload_seal_stream(payload, out, in, err);
}

ur_status ur_seal_stream_with(const ur_sink *out, const ur_source *in, const ur_seal_header *header, ur_span file_key,
                              const uint8_t nonce[UR_PAYLOAD_NONCE_BYTES], ur_seal_form form, ur_err *err)
{
    uint8_t head[UR_SEAL_HEADER_MAX + UR_PAYLOAD_NONCE_BYTES];
    size_t head_n = 0;
    ur_payload payload;
    ur_form_out formed;
    UR_TRY(write_head(head, &head_n, header, file_key, nonce, err));
    UR_TRY(ur_form_out_begin(&formed, out, form, err));
    const ur_sink sink = ur_sink_of_form(&formed);
    ur_status s = ur_payload_init(&payload, file_key, nonce);
    if (s != UR_OK) {
        return ur_err_in(err, s, "ChaCha20-Poly1305");
    }
    s = write_all(&sink, in, ur_span_of(head, head_n), &payload, err);
    ur_payload_clear(&payload);
    return s == UR_OK ? ur_form_out_end(&formed, err) : s;
}

ur_status ur_seal_stream(const ur_sink *out, const ur_source *in, const ur_seal_to *to, ur_seal_form form, ur_err *err)
{
    fresh f;
    ur_seal_header header;
    ur_status s = choose(&header, &f, to, err);
    if (s == UR_OK) {
        s = ur_seal_stream_with(out, in, &header, ur_tibe_msg_reveal(&f.file_key), f.nonce, form, err);
    }
    ur_wipe(&f, sizeof f);
    return s;
}

size_t ur_seal_bytes(const ur_seal_to *to, size_t n)
{
    uint8_t head[UR_SEAL_HEADER_MAX];
    size_t head_n = 0;
    uint64_t payload = 0;
    const uint8_t key[32] = {0};
    const ur_seal_header h = {.kind = to->kind, .round = to->round, .body_n = to->kind == UR_SEAL_TLOCK ? 80 : 112};
    if (ur_seal_header_write(head, &head_n, &h, ur_span_of(key, ur_seal_file_key_bytes(to->kind))) != UR_OK ||
        ur_payload_sealed_bytes(&payload, n) != UR_OK || payload > SIZE_MAX - head_n - UR_PAYLOAD_NONCE_BYTES) {
        return 0;
    }
    return head_n + UR_PAYLOAD_NONCE_BYTES + (size_t)payload;
}

ur_status ur_seal_memory(uint8_t *out, size_t cap, size_t *out_n, ur_span in, const ur_seal_to *to, ur_err *err)
{
    fresh f;
    ur_seal_header header;
    ur_payload payload = {0};
    uint8_t head[UR_SEAL_HEADER_MAX + UR_PAYLOAD_NONCE_BYTES];
    size_t head_n = 0;
    const size_t all = ur_seal_bytes(to, in.n);
    *out_n = 0;
    if (all == 0 || all > cap) {
        return ur_err_set(err, UR_E_LIMIT, "no room for the sealed bytes");
    }
    ur_status s = choose(&header, &f, to, err);
    if (s == UR_OK) {
        s = write_head(head, &head_n, &header, ur_tibe_msg_reveal(&f.file_key), f.nonce, err);
    }
    if (s == UR_OK) {
        s = ur_payload_init(&payload, ur_tibe_msg_reveal(&f.file_key), f.nonce);
    }
    if (s == UR_OK) {
        memcpy(out, head, head_n);
        s = ur_payload_seal(&payload, out + head_n, in);
    }
    if (s == UR_OK) {
        *out_n = all;
    } else {
        memset(out, 0, all);
    }
    ur_payload_clear(&payload);
    ur_wipe(&f, sizeof f);
    return s;
}
