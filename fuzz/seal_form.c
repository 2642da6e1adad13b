/* Any form, read in pieces of the size that the first byte says: what is read, written again in that form and read again, is
 * the same. */
#include "fuzz/fuzz.h"

#include "lib/seal/form.h"

enum { MAX = 1 << 16 };

typedef struct box {
    uint8_t p[3 * MAX];
    size_t n;
} box;

static ur_status put(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    box *b = context;
    (void)err;
    FUZZ_REQUIRE(n <= sizeof b->p - b->n);
    memcpy(b->p + b->n, p, n);
    b->n += n;
    return UR_OK;
}

static ur_status read_form(box *out, ur_seal_form *form, ur_span in, size_t piece)
{
    ur_reader r;
    ur_form_in f;
    ur_err e;
    ur_reader_init(&r, in);
    const ur_source source = ur_source_of_reader(&r);
    out->n = 0;
    UR_TRY(ur_form_in_begin(&f, &source, &e));
    *form = f.form;
    const ur_source formed = ur_source_of_form(&f);
    for (size_t n = 1; n > 0; out->n += n) {
        UR_TRY(formed.read(formed.context, out->p + out->n, piece, &n, &e));
        FUZZ_REQUIRE(n <= piece);
    }
    return UR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static box bytes, text, again;
    ur_seal_form form, form2;
    ur_form_out f;
    if (size < 1 || size > MAX || read_form(&bytes, &form, ur_span_of(data + 1, size - 1), 1 + data[0]) != UR_OK) {
        return 0;
    }
    text.n = 0;
    const ur_sink sink = {&text, put};
    FUZZ_REQUIRE(ur_form_out_begin(&f, &sink, form, NULL) == UR_OK);
    const ur_sink formed = ur_sink_of_form(&f);
    FUZZ_REQUIRE(formed.write(formed.context, bytes.p, bytes.n, NULL) == UR_OK && ur_form_out_end(&f, NULL) == UR_OK);
    FUZZ_REQUIRE(read_form(&again, &form2, ur_span_of(text.p, text.n), 100) == UR_OK && form2 == form);
    FUZZ_REQUIRE(ur_span_eq_var(ur_span_of(bytes.p, bytes.n), ur_span_of(again.p, again.n)));
    return 0;
}
