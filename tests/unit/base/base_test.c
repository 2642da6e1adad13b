#include "tests/test.h"

#include "core/base/span.h"

static void reader_stops_at_its_end(void **state)
{
    (void)state;
    const uint8_t bytes[] = {1, 2, 3, 0, 0, 0, 2, 9, 8};
    ur_reader r;
    uint8_t a;
    uint16_t b;
    uint32_t c;
    ur_span f;
    ur_reader_init(&r, ur_span_of(bytes, sizeof bytes));
    assert_ok(ur_reader_u8(&r, &a));
    assert_ok(ur_reader_u16le(&r, &b));
    assert_int_equal(a, 1);
    assert_int_equal(b, 0x0302);
    assert_status(ur_reader_field(&r, &f, 1), UR_E_LIMIT);
    assert_ok(ur_reader_field(&r, &f, 2));
    assert_int_equal(f.n, 2);
    assert_ok(ur_reader_end(&r));
    c = 7;
    assert_status(ur_reader_u32be(&r, &c), UR_E_INPUT);
    assert_int_equal(c, 0);
    ur_reader_init(&r, ur_span_of(bytes, 5));
    assert_status(ur_reader_end(&r), UR_E_INPUT);
    assert_status(ur_reader_skip(&r, 6), UR_E_INPUT);
    assert_int_equal(ur_reader_left(&r), 5);
}

static void writer_sticks_and_wipes(void **state)
{
    (void)state;
    uint8_t buf[8];
    ur_writer w;
    ur_span out;
    ur_writer_init(&w, buf, sizeof buf);
    ur_writer_u32be(&w, 0x01020304);
    ur_writer_dec(&w, 1234);
    assert_ok(ur_writer_end(&w, &out));
    assert_memory_equal(out.p, "\x01\x02\x03\x04"
                               "1234", 8);
    ur_writer_u8(&w, 1);
    ur_writer_init(&w, buf, 3);
    ur_writer_u32be(&w, 5);
    ur_writer_u8(&w, 1);
    assert_status(ur_writer_end(&w, &out), UR_E_LIMIT);
    assert_int_equal(out.n, 0);
}

static void sizes_are_checked(void **state)
{
    (void)state;
    size_t x;
    assert_status(ur_size_add(&x, SIZE_MAX, 1), UR_E_LIMIT);
    assert_status(ur_size_mul(&x, SIZE_MAX / 2, 3), UR_E_LIMIT);
    assert_ok(ur_size_mul(&x, SIZE_MAX / 2, 2));
    uint8_t buf[100];
    ur_arena a;
    ur_arena_init(&a, buf, sizeof buf);
    assert_non_null(ur_arena_take(&a, 2, 16));
    assert_null(ur_arena_take(&a, SIZE_MAX, 16));
    assert_null(ur_arena_take(&a, 1, 100));
}

static void comparisons(void **state)
{
    (void)state;
    assert_ok(ur_ct_eq("abc", "abc", 3));
    assert_status(ur_ct_eq("abc", "abd", 3), UR_E_PROOF);
    assert_ok(ur_ct_eq("", "", 0));
    assert_true(ur_cmp_var("ab", 2, "abc", 3) < 0);
    assert_true(ur_cmp_var("b", 1, "abc", 3) > 0);
    assert_int_equal(ur_cmp_var("abc", 3, "abc", 3), 0);
    for (uint32_t a = 0; a < 40; a++) {
        assert_int_equal(ur_ct_zero_mask_u32(a), a == 0 ? UINT32_MAX : 0);
        for (uint32_t b = 0; b < 40; b++) {
            assert_int_equal(ur_ct_lt_mask_u32(a, b), a < b ? UINT32_MAX : 0);
        }
    }
    assert_int_equal(ur_ct_zero_mask_u32(0x80000000u), 0);
    assert_int_equal(ur_ct_zero_mask_u32(UINT32_MAX), 0);
}

static void every_status_has_its_row(void **state)
{
    (void)state;
    for (int s = 0; s < UR_STATUS_COUNT; s++) {
        assert_int_not_equal(ur_status_name((ur_status)s)[0], '?');
        assert_int_equal(ur_status_exit_code((ur_status)s) == 0, s == UR_OK);
    }
    assert_int_equal(ur_status_exit_code((ur_status)999), 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader_stops_at_its_end), cmocka_unit_test(writer_sticks_and_wipes),
        cmocka_unit_test(sizes_are_checked),       cmocka_unit_test(comparisons),
        cmocka_unit_test(every_status_has_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
