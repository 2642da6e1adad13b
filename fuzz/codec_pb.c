/* A message that keeps the canonical rules, written again field by field, is the same bytes. */
#include "fuzz/fuzz.h"

#include "core/codec/pb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t copy[1 << 16];
    for (int rules = UR_PB_ANY; rules <= UR_PB_CANONICAL; rules++) {
        ur_pb m;
        ur_pb_field f;
        ur_writer w;
        ur_status st = UR_OK;
        ur_writer_init(&w, copy, sizeof copy);
        ur_pb_init(&m, ur_span_of(data, size), (ur_pb_rules)rules);
        while (ur_pb_more(&m) && (st = ur_pb_next_var(&m, &f)) == UR_OK) {
            ur_pb_write_varint(&w, (uint64_t)f.number << 3 | (uint32_t)f.wire);
            switch (f.wire) {
            case UR_PB_VARINT: ur_pb_write_varint(&w, f.u); break;
            case UR_PB_FIXED64: ur_writer_u64le(&w, f.u); break;
            case UR_PB_FIXED32: ur_writer_u32le(&w, (uint32_t)f.u); break;
            case UR_PB_BYTES: ur_pb_write_varint(&w, f.bytes.n); ur_writer_span(&w, f.bytes); break;
            }
        }
        if (st == UR_OK && rules == UR_PB_CANONICAL && !w.overflow) {
            FUZZ_REQUIRE(w.n == size && ur_eq_var(copy, data, size));
        }
    }
    return 0;
}
