/* A text that was accepted is walked to its last value with every reader; parts are themselves texts; a canonical text
 * written again from its parts is the same. */
#include "fuzz/fuzz.h"

#include "core/codec/json.h"

/* v by its iterators, and the walk that stands at it: both see the same, and the walk ends up behind it. */
static void walk(ur_json v, ur_json_walk *w, int depth)
{
    ur_json_walk behind = *w;
    FUZZ_REQUIRE(ur_span_eq_var(ur_json_walk_take_var(&behind).raw, v.raw) && w->left.p == v.raw.p);
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
    ur_json walked;
    if (ur_json_array_var(&it, v) == UR_OK) {
        FUZZ_REQUIRE(ur_json_walk_array_var(w) == UR_OK);
        while (ur_json_next_var(&it, &member)) {
            FUZZ_REQUIRE(ur_json_walk_next_var(w));
            walk(member, w, depth + 1);
        }
        FUZZ_REQUIRE(!ur_json_walk_next_var(w));
    } else if (ur_json_object_var(&it, v) == UR_OK) {
        FUZZ_REQUIRE(ur_json_walk_object_var(w) == UR_OK);
        while (ur_json_next_member_var(&it, &key, &member)) {
            FUZZ_REQUIRE(ur_json_kind_var(key) == UR_JSON_STRING && ur_json_kind_var(member) != UR_JSON_NONE);
            FUZZ_REQUIRE(ur_json_walk_member_var(w, &walked) && walked.raw.p == key.raw.p && walked.raw.n == key.raw.n);
            walk(member, w, depth + 1);
        }
        FUZZ_REQUIRE(!ur_json_walk_member_var(w, &walked));
    } else {
        FUZZ_REQUIRE(ur_json_walk_array_var(w) == UR_E_INPUT && ur_json_walk_object_var(w) == UR_E_INPUT);
        (void)ur_json_walk_take_var(w);
    }
    FUZZ_REQUIRE(w->left.p == behind.left.p && w->left.n == behind.left.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_json v, again;
    ur_status any = ur_json_parse_var(&v, ur_span_of(data, size));
    ur_status canonical = ur_json_parse_canonical_var(&again, ur_span_of(data, size));
    FUZZ_REQUIRE(canonical != UR_OK || any == UR_OK);
    if (any == UR_OK) {
        FUZZ_REQUIRE(ur_json_parse_var(&again, v.raw) == UR_OK && again.raw.n == v.raw.n);
        ur_json_walk w = ur_json_walk_of(v);
        walk(v, &w, 1);
        FUZZ_REQUIRE(w.left.n == 0);
    }
    return 0;
}
