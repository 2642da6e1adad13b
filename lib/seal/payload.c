#include "lib/seal/payload.h"

#include <stdlib.h>

#include "core/hash/hash.h"

ur_status ur_payload_init(ur_payload *p, ur_span file_key, const uint8_t nonce[UR_PAYLOAD_NONCE_BYTES])
{
    uint8_t key[UR_AEAD_KEY_BYTES];
    *p = (ur_payload){0};
    ur_status s = ur_hkdf256(key, sizeof key, file_key, ur_span_of(nonce, UR_PAYLOAD_NONCE_BYTES), UR_SPAN_LIT("payload"));
    if (s == UR_OK) {
        s = ur_aead_new(&p->aead, key);
    }
    ur_wipe(key, sizeof key);
    return s;
}

void ur_payload_clear(ur_payload *p)
{
    ur_aead_free(&p->aead);
    p->counter = 0;
}

ur_status ur_payload_sealed_bytes(uint64_t *out, uint64_t n)
{
    uint64_t chunks = n == 0 ? 1 : (n - 1) / UR_PAYLOAD_CHUNK + 1;
    if (n > UINT64_MAX - chunks * UR_AEAD_TAG_BYTES) {
        *out = 0;
        return UR_E_LIMIT;
    }
    *out = n + chunks * UR_AEAD_TAG_BYTES;
    return UR_OK;
}

ur_status ur_payload_plain_bytes(uint64_t *out, uint64_t sealed_n)
{
    uint64_t whole = sealed_n / UR_PAYLOAD_SEALED;
    uint64_t rest = sealed_n % UR_PAYLOAD_SEALED;
    *out = 0;
    /* A last chunk has its tag, and something before the tag unless it is the only one. */
    if (sealed_n < UR_AEAD_TAG_BYTES || (rest > 0 && rest < UR_AEAD_TAG_BYTES + (whole > 0 ? 1u : 0u))) {
        return UR_E_INPUT;
    }
    *out = whole * UR_PAYLOAD_CHUNK + (rest > 0 ? rest - UR_AEAD_TAG_BYTES : 0);
    return UR_OK;
}

/* An 11-byte counter and the mark of the last chunk. */
static void chunk_nonce(uint8_t nonce[UR_AEAD_NONCE_BYTES], uint64_t counter, bool last)
{
    memset(nonce, 0, UR_AEAD_NONCE_BYTES);
    for (int i = 0; i < 8; i++) {
        nonce[10 - i] = (uint8_t)(counter >> 8 * i);
    }
    nonce[11] = last;
}

static ur_status seal_chunk(ur_payload *p, uint8_t *out, const uint8_t *in, size_t n, bool last)
{
    uint8_t nonce[UR_AEAD_NONCE_BYTES];
    chunk_nonce(nonce, p->counter++, last);
    return ur_aead_seal(p->aead, out, nonce, (ur_span){0}, in, n);
}

/* Open a chunk. On a tag that does not fit: would it as the other sort of chunk? Then the end is wrong, not the bytes. */
static ur_status open_chunk(ur_payload *p, uint8_t *out, const uint8_t *in, size_t n, bool last, ur_err *err)
{
    uint8_t nonce[UR_AEAD_NONCE_BYTES];
    const unsigned long long number = (unsigned long long)p->counter;
    if (n < UR_AEAD_TAG_BYTES) {
        return ur_err_set(err, UR_E_INPUT, "the file is cut short (in chunk %llu)", number);
    }
    if (n == UR_AEAD_TAG_BYTES && p->counter > 0) {
        return ur_err_set(err, UR_E_INPUT,
                          "chunk %llu is empty: the file is cut short there, or its writer ends files wrongly", number);
    }
    chunk_nonce(nonce, p->counter, last);
    ur_status s = ur_aead_open(p->aead, out, nonce, (ur_span){0}, in, n);
    if (s == UR_E_PROOF && n == UR_PAYLOAD_SEALED) {
        chunk_nonce(nonce, p->counter, !last);
        if (ur_aead_open(p->aead, out, nonce, (ur_span){0}, in, n) == UR_OK) {
            ur_wipe(out, n - UR_AEAD_TAG_BYTES);
            return ur_err_set(err, UR_E_INPUT, "%s (after chunk %llu)",
                              last ? "the file is cut short" : "there are bytes after the end of the file", number);
        }
    }
    if (s == UR_E_PROOF) {
        return ur_err_set(err, s, "chunk %llu was changed%s", number, last ? ", or the file is cut short there" : "");
    }
    p->counter++;
    return ur_err_in(err, s, "chunk %llu", number);
}

/* Where an empty span begins: a null pointer cannot be added to. */
static const uint8_t *start_of(ur_span in)
{
    static const uint8_t nothing[1] = {0};
    return in.n > 0 ? in.p : nothing;
}

ur_status ur_payload_seal(ur_payload *p, uint8_t *out, ur_span in)
{
    const uint8_t *from = start_of(in);
    uint8_t *to = out;
    size_t at = 0;
    for (;;) {
        size_t n = in.n - at < UR_PAYLOAD_CHUNK ? in.n - at : UR_PAYLOAD_CHUNK;
        bool last = at + n == in.n;
        ur_status s = seal_chunk(p, to, from + at, n, last);
        to += n + UR_AEAD_TAG_BYTES;
        at += n;
        if (s != UR_OK) {
            ur_wipe(out, (size_t)(to - out));
            return s;
        }
        if (last) {
            return UR_OK;
        }
    }
}

ur_status ur_payload_open(ur_payload *p, uint8_t *out, ur_span in, ur_err *err)
{
    const uint8_t *from = start_of(in);
    uint8_t *to = out;
    size_t at = 0;
    for (;;) {
        size_t n = in.n - at < UR_PAYLOAD_SEALED ? in.n - at : UR_PAYLOAD_SEALED;
        bool last = at + n == in.n;
        ur_status s = open_chunk(p, to, from + at, n, last, err);
        if (s != UR_OK) {
            ur_wipe(out, (size_t)(to - out));
            return s;
        }
        to += n - UR_AEAD_TAG_BYTES;
        at += n;
        if (last) {
            return UR_OK;
        }
    }
}

/* One byte more than a chunk is read, so that a full chunk is known to be the last or not. */
typedef struct buffers {
    uint8_t in[UR_PAYLOAD_SEALED + 1];
    uint8_t out[UR_PAYLOAD_SEALED];
} buffers;

static ur_status run_stream(ur_payload *p, const ur_sink *out, const ur_source *in, bool seal, ur_err *err)
{
    const size_t chunk = seal ? UR_PAYLOAD_CHUNK : UR_PAYLOAD_SEALED;
    buffers *b = malloc(sizeof *b);
    if (b == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    size_t have = 0;
    bool last = false;
    ur_status s = UR_OK;
    while (s == UR_OK && !last) {
        size_t got = 0;
        s = ur_source_fill(in, b->in + have, chunk + 1 - have, &got, err);
        if (s != UR_OK) {
            break;
        }
        have += got;
        last = have <= chunk;
        size_t n = last ? have : chunk;
        s = seal ? seal_chunk(p, b->out, b->in, n, last) : open_chunk(p, b->out, b->in, n, last, err);
        if (s == UR_OK) {
            size_t out_n = seal ? n + UR_AEAD_TAG_BYTES : n - UR_AEAD_TAG_BYTES;
            s = out->write(out->context, b->out, out_n, err);
        }
        if (!last) {
            b->in[0] = b->in[chunk];
            have = 1;
        }
    }
    ur_wipe(b, sizeof *b);
    free(b);
    return s;
}

ur_status ur_payload_seal_stream(ur_payload *p, const ur_sink *out, const ur_source *in, ur_err *err)
{
    return run_stream(p, out, in, true, err);
}

ur_status ur_payload_open_stream(ur_payload *p, const ur_sink *out, const ur_source *in, ur_err *err)
{
    return run_stream(p, out, in, false, err);
}
