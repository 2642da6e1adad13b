/* DER: every reader on the same bytes keeps its bounds and moves only when it succeeds. */
#include "fuzz/fuzz.h"

#include "core/codec/der.h"

static void within(ur_span outer, ur_span inner)
{
    FUZZ_REQUIRE(inner.n == 0 || (inner.p >= outer.p && inner.p + inner.n <= outer.p + outer.n));
}

/* Walk to a fixed depth: constructed elements are entered, without recursion. */
static void walk(ur_span all)
{
    enum { DEPTH = 8 };
    ur_reader stack[DEPTH];
    size_t depth = 1;
    ur_reader_init(&stack[0], all);
    while (depth > 0) {
        ur_reader *r = &stack[depth - 1];
        uint8_t tag = 0;
        ur_span content;
        ur_span whole;
        size_t before = r->at;
        if (ur_reader_left(r) == 0 || ur_der_next(r, &tag, &content, &whole) != UR_OK) {
            FUZZ_REQUIRE(r->at == before);
            depth--;
            continue;
        }
        FUZZ_REQUIRE(r->at == before + whole.n && whole.n >= content.n + 2);
        within(all, content);
        within(all, whole);
        if ((tag & 0x20) != 0 && depth < DEPTH) {
            ur_reader_init(&stack[depth++], content);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_span all = ur_span_of(data, size);
    ur_reader r;
    ur_span s;
    uint64_t x = 0;
    int64_t t = 0;
    bool b = false;
    uint8_t sig[64];
    uint8_t four[4];
    walk(all);
    ur_reader_init(&r, all);
    FUZZ_REQUIRE(ur_der_integer(&r, &s) != UR_OK ? r.at == 0 : s.n >= 1);
    ur_reader_init(&r, all);
    FUZZ_REQUIRE(ur_der_uint(&r, &x, 1000) != UR_OK ? x == 0 : x <= 1000);
    ur_reader_init(&r, all);
    FUZZ_REQUIRE(ur_der_enum(&r, &x, 2) != UR_OK ? x == 0 : x <= 2);
    ur_reader_init(&r, all);
    FUZZ_REQUIRE(ur_der_bool(&r, &b) != UR_OK ? !b : r.at == 3);
    ur_reader_init(&r, all);
    FUZZ_REQUIRE(ur_der_oid(&r, &s) != UR_OK ? s.n == 0 : s.n >= 1);
    ur_reader_init(&r, all);
    FUZZ_REQUIRE(ur_der_octets(&r, four, sizeof four) != UR_OK ? r.at == 0 : r.at == 6);
    ur_reader_init(&r, all);
    FUZZ_REQUIRE(ur_der_bits(&r, &s) != UR_OK ? s.n == 0 : true);
    ur_reader_init(&r, all);
    FUZZ_REQUIRE(ur_der_time(&r, &t) != UR_OK ? t == 0 : t >= -62135596800 && t <= 253402300799);
    FUZZ_REQUIRE(ur_der_ecdsa(sig, all) != UR_OK ? sig[0] == 0 && sig[63] == 0 : size <= 72);
    return 0;
}
