#include "lib/seal/payload.h"
#include "tests/unit/seal/seal_kit.h"

static const uint8_t key[32] = {7};
static const uint8_t nonce[16] = {9};
static const size_t sizes[] = {0, 1, 6, 65535, 65536, 65537, 131071, 131072, 131073, 200000};
#define SIZES (sizeof sizes / sizeof *sizes)

static ur_payload start(void)
{
    ur_payload p;
    assert_ok(ur_payload_init(&p, ur_span_of(key, sizeof key), nonce));
    return p;
}

static kit_bytes content(size_t n)
{
    kit_bytes b = {0};
    for (size_t i = 0; i < n; i++) {
        uint8_t x = (uint8_t)(i % 251);
        kit_put(&b, &x, 1);
    }
    return b;
}

static kit_bytes sealed(const kit_bytes *in)
{
    uint64_t n = 0;
    ur_payload p = start();
    assert_ok(ur_payload_sealed_bytes(&n, in->n));
    kit_bytes out = {malloc((size_t)n), (size_t)n, (size_t)n};
    assert_ok(ur_payload_seal(&p, out.p, kit_span(in)));
    ur_payload_clear(&p);
    return out;
}

static ur_status open_stream(kit_bytes *out, ur_span in, test_rng *rng, ur_err *err)
{
    ur_payload p = start();
    kit_pieces pieces;
    const ur_source source = kit_source(&pieces, in, SIZE_MAX, rng);
    const ur_sink sink = kit_sink(out);
    ur_err_clear(err);
    ur_status s = ur_payload_open_stream(&p, &sink, &source, err);
    ur_payload_clear(&p);
    return s;
}

/* Both ways to open agree; the stream never hands on a wrong byte. */
static ur_status open_both(ur_span in, const kit_bytes *truth, ur_err *err)
{
    ur_payload p = start();
    kit_bytes got = {0};
    uint8_t *out = malloc(in.n + 1);
    memset(out, 0xee, in.n + 1);
    ur_status s = ur_payload_open(&p, out, in, NULL);
    ur_payload_clear(&p);
    assert_status(open_stream(&got, in, NULL, err), s);
    assert_true(got.n <= truth->n && ur_eq_var(got.p, truth->p, got.n));
    if (s == UR_OK) {
        assert_int_equal(got.n, truth->n);
        assert_true(ur_eq_var(out, truth->p, truth->n));
    } else {
        assert_true(got.n < truth->n || truth->n % 65536 == 0); /* the last chunk was not handed on */
        for (size_t i = 0; i < in.n && out[i] != 0xee; i++) {
            assert_int_equal(out[i], 0);
        }
    }
    kit_free(&got);
    free(out);
    return s;
}

static void there_and_back(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("there_and_back");
    for (size_t i = 0; i < SIZES; i++) {
        kit_bytes in = content(sizes[i]), whole = sealed(&in), streamed = {0};
        ur_payload p = start();
        kit_pieces pieces;
        const ur_source source = kit_source(&pieces, kit_span(&in), 10000, &rng);
        const ur_sink sink = kit_sink(&streamed);
        assert_ok(ur_payload_seal_stream(&p, &sink, &source, NULL));
        ur_payload_clear(&p);
        assert_true(ur_span_eq_var(kit_span(&streamed), kit_span(&whole)));
        assert_ok(open_both(kit_span(&whole), &in, NULL));
        kit_free(&streamed);
        kit_bytes out = {0};
        assert_ok(open_stream(&out, kit_span(&whole), &rng, NULL));
        assert_true(ur_span_eq_var(kit_span(&out), kit_span(&in)));
        kit_free(&out);
        uint64_t n = 0;
        assert_ok(ur_payload_plain_bytes(&n, whole.n));
        assert_int_equal(n, sizes[i]);
        kit_free(&whole);
        kit_free(&in);
    }
}

static void cut_and_lengthened(void **state)
{
    (void)state;
    ur_err e;
    for (size_t i = 0; i < SIZES; i++) {
        kit_bytes in = content(sizes[i]), whole = sealed(&in);
        static const size_t cuts[] = {1, 2, 15, 16, 17, 1000, 65535, 65536, 65551, 65552, 65553, 131104};
        for (size_t c = 0; c < sizeof cuts / sizeof *cuts && cuts[c] <= whole.n; c++) {
            ur_status s = open_both(ur_span_of(whole.p, whole.n - cuts[c]), &in, &e);
            assert_true(s == UR_E_INPUT || s == UR_E_PROOF);
            assert_non_null(strstr(e.text, "cut short"));
        }
        static const uint8_t tail[70000] = {'g', 'a', 'r', 'b', 'a', 'g', 'e'};
        static const size_t tails[] = {1, 7, 15, 16, 17, 65552, 70000};
        for (size_t c = 0; c < sizeof tails / sizeof *tails; c++) {
            kit_bytes longer = {0};
            kit_put(&longer, whole.p, whole.n);
            kit_put(&longer, tail, tails[c]);
            ur_status s = open_both(kit_span(&longer), &in, &e);
            if (sizes[i] > 0 && sizes[i] % 65536 == 0) { /* the case upstream accepts */
                assert_int_equal(s, UR_E_INPUT);
                assert_non_null(strstr(e.text, "after the end"));
            }
            assert_true(s == UR_E_INPUT || s == UR_E_PROOF);
            kit_free(&longer);
        }
        kit_free(&whole);
        kit_free(&in);
    }
}

/* Put chunks together by hand: what a writer with the key, but with another idea of the format, could make. */
static void odd_chunks(void **state)
{
    (void)state;
    ur_err e;
    kit_bytes in = content(131072), whole = sealed(&in), x = {0};
    const size_t chunk = UR_PAYLOAD_SEALED;
    kit_put(&x, whole.p + chunk, chunk); /* swapped */
    kit_put(&x, whole.p, chunk);
    assert_status(open_both(kit_span(&x), &in, &e), UR_E_PROOF);
    assert_string_equal(e.text, "chunk 0 was changed");
    x.n = 0;
    kit_put(&x, whole.p, chunk); /* doubled */
    kit_put(&x, whole.p, whole.n);
    assert_status(open_both(kit_span(&x), &in, &e), UR_E_PROOF);
    x.n = 0;
    kit_put(&x, whole.p + chunk, chunk); /* the first one dropped */
    assert_status(open_both(kit_span(&x), &in, &e), UR_E_PROOF);
    kit_free(&x);
    kit_free(&whole);

    /* a full chunk that is not the last, then an empty last one: upstream accepts it */
    ur_payload p = start();
    uint8_t n12[12] = {0}, empty[16];
    kit_bytes full = {malloc(chunk), chunk, chunk};
    assert_ok(ur_aead_seal(p.aead, full.p, n12, (ur_span){0}, in.p, 65536));
    n12[10] = 1;
    n12[11] = 1;
    assert_ok(ur_aead_seal(p.aead, empty, n12, (ur_span){0}, NULL, 0));
    kit_put(&full, empty, 16);
    in.n = 65536;
    assert_status(open_both(kit_span(&full), &in, &e), UR_E_INPUT);
    assert_string_equal(e.text, "chunk 1 is empty: the file is cut short there, or its writer ends files wrongly");
    /* a short chunk that is not the last */
    n12[10] = 0;
    n12[11] = 0;
    full.n = 116;
    assert_ok(ur_aead_seal(p.aead, full.p, n12, (ur_span){0}, in.p, 100));
    n12[10] = 1;
    n12[11] = 1;
    assert_ok(ur_aead_seal(p.aead, empty, n12, (ur_span){0}, NULL, 0));
    kit_put(&full, empty, 16);
    assert_status(open_both(kit_span(&full), &in, &e), UR_E_PROOF);
    ur_payload_clear(&p);
    kit_free(&full);
    kit_free(&in);
}

static void every_bit_counts(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("every_bit_counts");
    for (size_t i = 0; i < SIZES; i++) {
        kit_bytes in = content(sizes[i]), whole = sealed(&in);
        const size_t tries = whole.n < 100 ? 8 * whole.n : 40;
        for (size_t t = 0; t < tries; t++) {
            size_t bit = whole.n < 100 ? t : test_rng_below(&rng, 8 * whole.n);
            whole.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_status(open_both(kit_span(&whole), &in, NULL), UR_E_PROOF);
            whole.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        kit_free(&whole);
        kit_free(&in);
    }
}

static void lengths(void **state)
{
    (void)state;
    uint64_t n = 0;
    for (uint64_t plain = 0; plain < 300000; plain += plain % 65536 < 65500 && plain > 20 ? 97 : 1) {
        uint64_t s = 0, back = 0;
        assert_ok(ur_payload_sealed_bytes(&s, plain));
        assert_ok(ur_payload_plain_bytes(&back, s));
        assert_int_equal(back, plain);
    }
    for (uint64_t s = 0; s < 16; s++) {
        assert_status(ur_payload_plain_bytes(&n, s), UR_E_INPUT);
        assert_status(ur_payload_plain_bytes(&n, 65552 + s + 1), UR_E_INPUT);
    }
    assert_ok(ur_payload_plain_bytes(&n, 65552 + 17));
    assert_status(ur_payload_sealed_bytes(&n, UINT64_MAX - 100), UR_E_LIMIT);
    assert_int_equal(n, 0);
}

static void failing_ends(void **state)
{
    (void)state;
    kit_bytes in = content(200000), whole = sealed(&in), out = {0};
    for (size_t at = 0; at < whole.n; at += 30011) {
        ur_payload p = start();
        kit_pieces pieces;
        const ur_source source = kit_source(&pieces, kit_span(&whole), SIZE_MAX, NULL);
        const ur_sink sink = kit_sink(&out);
        ur_err e;
        pieces.fail_at = at;
        assert_status(ur_payload_open_stream(&p, &sink, &source, &e), UR_E_UNAVAILABLE);
        assert_string_equal(e.text, "the source fails");
        ur_payload_clear(&p);
    }
    kit_free(&out);
    kit_free(&whole);
    kit_free(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),   cmocka_unit_test(cut_and_lengthened), cmocka_unit_test(odd_chunks),
        cmocka_unit_test(every_bit_counts), cmocka_unit_test(lengths),            cmocka_unit_test(failing_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
