#include "tests/test.h"

#include "core/codec/hex.h"
#include "core/codec/pb.h"

static void varints(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 1, 127, 128, 150, 16383, 16384, UINT32_MAX, (uint64_t)1 << 63, UINT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uint8_t buf[10];
        ur_writer w;
        ur_reader r;
        uint64_t x;
        ur_writer_init(&w, buf, sizeof buf);
        ur_pb_write_varint(&w, numbers[i]);
        assert_false(w.overflow);
        ur_reader_init(&r, ur_span_of(buf, w.n));
        assert_ok(ur_pb_varint_var(&r, &x, UR_PB_CANONICAL));
        assert_true(x == numbers[i]);
        assert_ok(ur_reader_end(&r));
    }
    static const struct {
        ur_span bytes;
        ur_status any, canonical;
    } cases[] = {
        {UR_SPAN_LIT("\x80\x00"), UR_OK, UR_E_INPUT},
        {UR_SPAN_LIT("\x81\x80\x00"), UR_OK, UR_E_INPUT},
        {UR_SPAN_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), UR_OK, UR_OK},
        {UR_SPAN_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), UR_E_INPUT, UR_E_INPUT},
        {UR_SPAN_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00"), UR_E_INPUT, UR_E_INPUT},
        {UR_SPAN_LIT("\x80"), UR_E_INPUT, UR_E_INPUT},
        {UR_SPAN_LIT(""), UR_E_INPUT, UR_E_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ur_reader r;
        uint64_t x;
        ur_reader_init(&r, cases[i].bytes);
        assert_status(ur_pb_varint_var(&r, &x, UR_PB_ANY), cases[i].any);
        ur_reader_init(&r, cases[i].bytes);
        assert_status(ur_pb_varint_var(&r, &x, UR_PB_CANONICAL), cases[i].canonical);
    }
    static const int64_t signed_numbers[] = {0, -1, 1, -2, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < 6; i++) {
        assert_true(ur_pb_unzigzag(ur_pb_zigzag(signed_numbers[i])) == signed_numbers[i]);
    }
    assert_int_equal(ur_pb_zigzag(-1), 1);
    assert_int_equal(ur_pb_zigzag(1), 2);
}

static void messages(void **state)
{
    (void)state;
    uint8_t buf[512], want[54];
    ur_writer w;
    ur_span got;
    /* MsgInstantiateContract {a, adm, 77, lbl, {}, 1 x}, as cosmjs encodes it */
    ur_writer_init(&w, buf, sizeof buf);
    ur_pb_put_text(&w, 1, "a");
    ur_pb_put_text(&w, 2, "adm");
    ur_pb_put_u64(&w, 3, 77);
    ur_pb_put_text(&w, 4, "lbl");
    ur_pb_put_text(&w, 5, "{}");
    size_t coin = ur_pb_begin(&w, 6);
    ur_pb_put_text(&w, 1, "x");
    ur_pb_put_text(&w, 2, "1");
    ur_pb_end(&w, coin);
    assert_ok(ur_writer_end(&w, &got));
    assert_ok(ur_hex_decode(want, 27, UR_SPAN_LIT("0a0161120361646d184d22036c626c2a027b7d32060a0178120131")));
    assert_int_equal(got.n, 27);
    assert_memory_equal(got.p, want, 27);

    ur_pb m;
    ur_pb_field f;
    ur_pb_init(&m, got, UR_PB_CANONICAL);
    for (uint32_t number = 1; ur_pb_more(&m); number++) {
        assert_ok(ur_pb_next_var(&m, &f));
        assert_int_equal(f.number, number);
        assert_int_equal(f.wire, number == 3 ? UR_PB_VARINT : UR_PB_BYTES);
    }
    static const ur_pb_wire wires[] = {UR_PB_BYTES, UR_PB_BYTES, UR_PB_VARINT, UR_PB_BYTES, UR_PB_BYTES, UR_PB_BYTES, UR_PB_VARINT};
    ur_pb_field all[7];
    assert_ok(ur_pb_fields_var(all, wires, 7, got, UR_PB_CANONICAL));
    assert_int_equal(all[2].u, 77);
    assert_int_equal(all[6].number, 0);
    assert_status(ur_pb_fields_var(all, wires, 5, got, UR_PB_CANONICAL), UR_E_INPUT); /* unknown field 6 */
    assert_int_equal(all[0].number, 0);
}

static void long_messages_inside(void **state)
{
    (void)state;
    for (size_t n = 0; n < 400; n += 1) {
        uint8_t buf[512];
        static const uint8_t zeros[400] = {0};
        ur_writer w;
        ur_pb m;
        ur_pb_field f;
        ur_writer_init(&w, buf, sizeof buf);
        size_t outer = ur_pb_begin(&w, 1), inner = ur_pb_begin(&w, 2);
        ur_writer_bytes(&w, zeros, n);
        ur_pb_end(&w, inner);
        ur_pb_end(&w, outer);
        assert_false(w.overflow);
        ur_pb_init(&m, ur_span_of(buf, w.n), UR_PB_CANONICAL);
        assert_ok(ur_pb_next_var(&m, &f));
        assert_false(ur_pb_more(&m));
        ur_pb_init(&m, f.bytes, UR_PB_CANONICAL);
        assert_ok(ur_pb_next_var(&m, &f));
        assert_int_equal(f.bytes.n, n);
        for (size_t cap = 0; cap < w.n && n < 10; cap++) { /* no room: never past the end */
            uint8_t little[16];
            ur_writer l;
            ur_writer_init(&l, little, cap);
            size_t o = ur_pb_begin(&l, 1), i = ur_pb_begin(&l, 2);
            ur_writer_bytes(&l, zeros, n);
            ur_pb_end(&l, i);
            ur_pb_end(&l, o);
            assert_true(l.overflow);
        }
    }
}

static void malformed(void **state)
{
    (void)state;
    static const ur_span bad[] = {
        UR_SPAN_LIT("\x00\x00"),             /* field number 0 */
        UR_SPAN_LIT("\x0b\x0c"),             /* a group */
        UR_SPAN_LIT("\x0e\x01"),             /* no such wire type */
        UR_SPAN_LIT("\x08"),                 /* no value */
        UR_SPAN_LIT("\x0a\x02x"),            /* cut */
        UR_SPAN_LIT("\x09\x01\x02\x03"),
        UR_SPAN_LIT("\x0d\x01\x02\x03"),
        UR_SPAN_LIT("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        UR_SPAN_LIT("\x80\x80\x80\x80\x80\x01\x00"), /* field number over 2^29 */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ur_pb m;
        ur_pb_field f;
        ur_pb_init(&m, bad[i], UR_PB_ANY);
        assert_status(ur_pb_next_var(&m, &f), UR_E_INPUT);
        assert_int_equal(f.number, 0);
    }
    static const ur_pb_wire wires[] = {UR_PB_VARINT, UR_PB_VARINT};
    ur_pb_field f[2];
    assert_ok(ur_pb_fields_var(f, wires, 2, UR_SPAN_LIT("\x10\x01\x08\x01"), UR_PB_ANY)); /* falling numbers */
    assert_status(ur_pb_fields_var(f, wires, 2, UR_SPAN_LIT("\x10\x01\x08\x01"), UR_PB_CANONICAL), UR_E_INPUT);
    assert_status(ur_pb_fields_var(f, wires, 2, UR_SPAN_LIT("\x08\x01\x08\x01"), UR_PB_ANY), UR_E_INPUT);
    assert_status(ur_pb_fields_var(f, wires, 2, UR_SPAN_LIT("\x09\1\2\3\4\5\6\7\x08"), UR_PB_ANY), UR_E_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(varints),
        cmocka_unit_test(messages),
        cmocka_unit_test(long_messages_inside),
        cmocka_unit_test(malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
