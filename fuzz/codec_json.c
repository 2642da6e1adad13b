/* A text that was accepted is walked to its last value with every reader; parts are themselves texts; a canonical text
 * written again from its parts is the same. */
#include "fuzz/fuzz.h"

#include "core/codec/json.h"

static void walk(ur_json v, int depth)
{
    ur_json_iter it;
    ur_json key, member;
    ur_span s;
    uint8_t buf[64];
    uint64_t u;
    int64_t i;
    bool b;
    FUZZ_REQUIRE(depth <= UR_JSON_DEPTH_MAX + 1);
    if (ur_json_string_var(&s, buf, sizeof buf, v) == UR_OK) {
        FUZZ_REQUIRE(ur_utf8_valid_var(s) && ur_json_is_var(v, s));
    }
    if (ur_json_u64_var(&u, v) == UR_OK && u <= INT64_MAX) {
        FUZZ_REQUIRE(ur_json_i64_var(&i, v) == UR_OK && (uint64_t)i == u);
    }
    if (ur_json_u64_text_var(&u, v) == UR_OK) {
        FUZZ_REQUIRE(ur_json_kind_var(v) == UR_JSON_STRING);
    }
    FUZZ_REQUIRE((ur_json_bool_var(&b, v) == UR_OK) == (ur_json_kind_var(v) == UR_JSON_BOOL));
    if (ur_json_array_var(&it, v) == UR_OK) {
        while (ur_json_next_var(&it, &member)) {
            walk(member, depth + 1);
        }
    }
    if (ur_json_object_var(&it, v) == UR_OK) {
        while (ur_json_next_member_var(&it, &key, &member)) {
            FUZZ_REQUIRE(ur_json_kind_var(key) == UR_JSON_STRING && ur_json_kind_var(member) != UR_JSON_NONE);
            walk(member, depth + 1);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_json v, again;
    ur_status any = ur_json_parse_var(&v, ur_span_of(data, size));
    ur_status canonical = ur_json_parse_canonical_var(&again, ur_span_of(data, size));
    FUZZ_REQUIRE(canonical != UR_OK || any == UR_OK);
    if (any == UR_OK) {
        FUZZ_REQUIRE(ur_json_parse_var(&again, v.raw) == UR_OK && again.raw.n == v.raw.n);
        walk(v, 1);
    }
    return 0;
}
