/* A whole file in any form, opened with a key that is not its own, and measured: never an output, never a crash. */
#include "fuzz/fuzz.h"

#include "lib/seal/seal.h"

static ur_status no_output(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    (void)context, (void)p, (void)err;
    FUZZ_REQUIRE(n == 0);
    return UR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ur_tibe_key key = {*ur_g2_generator()};
    static const uint8_t file_key[32] = {5};
    static uint8_t out[1 << 16];
    for (int way = 0; way < 3; way++) {
        ur_reader r;
        ur_sealed *sealed = NULL;
        ur_err e;
        uint64_t content_n = 0;
        ur_reader_init(&r, ur_span_of(data, size));
        const ur_source source = ur_source_of_reader(&r);
        const ur_sink sink = {NULL, no_output};
        if (ur_sealed_begin(&sealed, &source, &e) != UR_OK) {
            FUZZ_REQUIRE(sealed == NULL && e.text[0] != '\0');
            return 0;
        }
        const ur_span any = {file_key, ur_seal_file_key_bytes(ur_sealed_header(sealed)->kind)};
        ur_status s = way == 0   ? ur_sealed_open(sealed, &sink, &key, &e)
                      : way == 1 ? ur_sealed_open_with(sealed, &sink, any, &e)
                                 : ur_sealed_measure(sealed, &content_n, &e);
        FUZZ_REQUIRE(way == 2 || s != UR_OK);
        ur_sealed_free(&sealed);
    }
    size_t n = 0;
    FUZZ_REQUIRE(ur_sealed_open_memory(out, sizeof out, &n, ur_span_of(data, size), &key, NULL) != UR_OK && n == 0);
    return 0;
}
