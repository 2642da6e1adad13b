/* A payload under a fixed key, mutated by instructions: the content's length, then edits of the sealed bytes (cut, flip,
 * append, move a chunk). Memory and stream agree, and only the unchanged payload opens. */
#include "fuzz/fuzz.h"

#include "lib/seal/payload.h"

enum { PLAIN_MAX = 3 * 65536, SEALED_MAX = PLAIN_MAX + 4 * 65552 };

static ur_status compare(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    size_t *at = context;
    (void)err;
    for (size_t i = 0; i < n; i++) { /* nothing wrong is ever handed on */
        FUZZ_REQUIRE(p[i] == (uint8_t)((*at + i) % 251));
    }
    *at += n;
    return UR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t plain[PLAIN_MAX], sealed[SEALED_MAX], edited[SEALED_MAX], out[SEALED_MAX];
    static const uint8_t key[32] = {3}, nonce[16] = {4};
    const ur_span file_key = {key, sizeof key};
    ur_payload p;
    ur_reader in;
    uint32_t x = 0;
    uint64_t n = 0;
    ur_reader_init(&in, ur_span_of(data, size));
    if (ur_reader_u32le(&in, &x) != UR_OK) {
        return 0;
    }
    const size_t plain_n = x % PLAIN_MAX;
    for (size_t i = 0; i < plain_n; i++) {
        plain[i] = (uint8_t)(i % 251);
    }
    FUZZ_REQUIRE(ur_payload_sealed_bytes(&n, plain_n) == UR_OK && ur_payload_init(&p, file_key, nonce) == UR_OK);
    FUZZ_REQUIRE(ur_payload_seal(&p, sealed, ur_span_of(plain, plain_n)) == UR_OK);
    ur_payload_clear(&p);
    size_t edited_n = (size_t)n;
    memcpy(edited, sealed, edited_n);
    uint8_t what = 0;
    for (int edits = 0; edits < 8 && ur_reader_u8(&in, &what) == UR_OK && ur_reader_u32le(&in, &x) == UR_OK; edits++) {
        switch (what % 4) {
        case 0:
            edited_n -= x % (edited_n + 1);
            break;
        case 1:
            if (edited_n > 0) {
                edited[x % edited_n] ^= (uint8_t)(1 + what / 4);
            }
            break;
        case 2: {
            size_t more = 1 + x % 70000;
            if (edited_n + more <= sizeof edited) {
                memset(edited + edited_n, what, more);
                edited_n += more;
            }
            break;
        }
        default: { /* one chunk's bytes over another's */
            size_t from = x % 4 * UR_PAYLOAD_SEALED, to = x / 4 % 4 * UR_PAYLOAD_SEALED;
            if (from + UR_PAYLOAD_SEALED <= edited_n && to + UR_PAYLOAD_SEALED <= edited_n) {
                memmove(edited + to, edited + from, UR_PAYLOAD_SEALED);
            }
            break;
        }
        }
    }
    const bool same = ur_span_eq_var(ur_span_of(sealed, (size_t)n), ur_span_of(edited, edited_n));
    ur_err e;
    FUZZ_REQUIRE(ur_payload_init(&p, file_key, nonce) == UR_OK);
    ur_status st = ur_payload_open(&p, out, ur_span_of(edited, edited_n), &e);
    ur_payload_clear(&p);
    FUZZ_REQUIRE((st == UR_OK) == same);
    ur_reader r;
    size_t at = 0;
    ur_reader_init(&r, ur_span_of(edited, edited_n));
    const ur_source source = ur_source_of_reader(&r);
    const ur_sink sink = {&at, compare};
    FUZZ_REQUIRE(ur_payload_init(&p, file_key, nonce) == UR_OK);
    FUZZ_REQUIRE(ur_payload_open_stream(&p, &sink, &source, &e) == st);
    ur_payload_clear(&p);
    FUZZ_REQUIRE(st != UR_OK || at == plain_n);
    return 0;
}
