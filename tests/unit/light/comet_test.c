#include "tests/light/made.h"

static void times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t s;
        uint32_t ns;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0, 0},
        {"0001-01-01T00:00:00Z", -62135596800, 0},
        {"9999-12-31T23:59:59.999999999Z", 253402300799, 999999999},
        {"2026-11-23T10:47:51.703035321Z", 1795430871, 703035321},
        {"2000-02-29T12:00:00.5Z", 951825600, 500000000},
        {"2019-10-13T16:14:44Z", 1570983284, 0},
    };
    static const char *const bad[] = {
        "", "Z", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567890Z",
        "1970-13-01T00:00:00Z", "1970-00-01T00:00:00Z", "1970-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "1970-01-32T00:00:00Z",
        "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:60Z", "0000-01-01T00:00:00Z", "1970-01-01t00:00:00Z",
        "1970-01-01T00:00:00+00:00", "1970-01-01T00:00:00z", "+970-01-01T00:00:00Z", "1970-1-01T00:00:00Z", "1970-01-01T00:00:00,5Z",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ur_time t;
        char text[UR_TIME_TEXT_MAX];
        assert_ok(ur_time_parse_var(&t, ur_span_str_var(good[i].text)));
        assert_true(t.s == good[i].s && t.ns == good[i].ns);
        size_t n = ur_time_text_var(text, t);
        assert_int_equal(n, strlen(good[i].text));
        assert_memory_equal(text, good[i].text, n);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ur_time t;
        assert_status(ur_time_parse_var(&t, ur_span_str_var(bad[i])), UR_E_INPUT);
    }
    test_rng rng = test_rng_start("times");
    for (int i = 0; i < 20000; i++) {
        ur_time t = {(int64_t)(test_rng_u64(&rng) % 315537897600u) - 62135596800, (uint32_t)(test_rng_u64(&rng) % 1000000000)}, back;
        char text[UR_TIME_TEXT_MAX];
        assert_ok(ur_time_parse_var(&back, ur_span_of(text, ur_time_text_var(text, t))));
        assert_int_equal(ur_time_cmp(t, back), 0);
    }
    ur_time end = ur_time_add((ur_time){253402300799, 1}, INT64_MAX);
    assert_true(end.s == 253402300799 && end.ns == 999999999);
    assert_true(ur_time_add((ur_time){0, 0}, INT64_MIN + 1).s == -62135596800);
}

static void hash_text(ur_hash *h, const char *text)
{
    h->n = 32;
    ur_sha256_of(h->bytes, ur_span_str_var(text));
}

static void the_published_header(void **state)
{
    (void)state; /* CometBFT types/block_test.go, TestHeaderHash */
    ur_comet_header h = {.block_version = 1, .app_version = 2, .chain_id_n = 7, .height = 3, .proposer_n = 20};
    uint8_t hash[32], want[32];
    memcpy(h.chain_id, "chainId", 7);
    assert_ok(ur_time_parse_var(&h.time, UR_SPAN_LIT("2019-10-13T16:14:44Z")));
    h.last_block.hash.n = h.last_block.parts_hash.n = 32;
    h.last_block.parts_total = 6;
    hash_text(&h.last_commit, "last_commit_hash");
    hash_text(&h.data, "data_hash");
    hash_text(&h.validators, "validators_hash");
    hash_text(&h.next_validators, "next_validators_hash");
    hash_text(&h.consensus, "consensus_hash");
    hash_text(&h.app, "app_hash");
    hash_text(&h.last_results, "last_results_hash");
    hash_text(&h.evidence, "evidence_hash");
    ur_sha256_of(hash, UR_SPAN_LIT("proposer_address"));
    memcpy(h.proposer, hash, 20);
    ur_comet_header_hash_var(hash, &h);
    assert_ok(ur_hex_decode(want, 32, UR_SPAN_LIT("F740121F553B5418C3EFBD343C2DBFE9E007BB67B0D020A0741374BAB65242A4")));
    assert_memory_equal(hash, want, 32);
}

static void the_published_sign_bytes(void **state)
{
    (void)state; /* CometBFT types/vote_test.go, TestVoteSignBytesTestVectors: a precommit at 1/1 without block and chain id */
    static const uint8_t want[] = {0x21, 0x08, 0x02, 0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0x19, 1, 0, 0, 0, 0, 0, 0, 0, 0x2a, 0x0b,
                                   0x08, 0x80, 0x92, 0xb8, 0xc3, 0x98, 0xfe, 0xff, 0xff, 0xff, 0x01};
    uint8_t out[UR_COMET_SIGN_BYTES_MAX];
    static const ur_block_id none = {0};
    size_t n = ur_comet_sign_bytes_var(out, (ur_span){0}, 1, 1, &none, (ur_time){-62135596800, 0});
    assert_int_equal(n, sizeof want);
    assert_memory_equal(out, want, n);
    /* the longest: everything at its maximum fits */
    ur_block_id most = {.hash = {.n = 32}, .parts_total = UINT32_MAX, .parts_hash = {.n = 32}};
    char id[UR_CHAIN_ID_MAX];
    memset(id, 'x', sizeof id);
    n = ur_comet_sign_bytes_var(out, ur_span_of(id, sizeof id), INT64_MAX, INT32_MAX, &most, (ur_time){-62135596800, 999999999});
    assert_true(n > 150 && n < UR_COMET_SIGN_BYTES_MAX);
}

/* What a node says of a made block reads back as that block. */
static void json_round_trip(void **state)
{
    (void)state;
    static uint8_t text[1 << 20];
    ur_light_block *b = calloc(2, sizeof *b);
    assert_non_null(b);
    ur_validators *set = calloc(1, sizeof *set);
    assert_non_null(set);
    for (unsigned i = 0; i < UR_VALIDATORS_MAX; i++) {
        made_validator(set, i, 1000 + i % 7);
    }
    made_block(&b[0], "made-1", 5, (ur_time){1700000000, 123}, set, set, NULL);
    made_entry(&b[0], 3, UR_COMET_ABSENT);
    made_entry(&b[0], 4, UR_COMET_NIL);
    ur_writer w;
    ur_json v;
    ur_writer_init(&w, text, sizeof text);
    made_commit_json(&w, &b[0]);
    assert_false(w.overflow);
    assert_ok(ur_json_parse_var(&v, ur_span_of(text, w.n)));
    v = ur_json_get_var(v, "signed_header");
    assert_ok(ur_comet_header_parse_var(&b[1].header, ur_json_get_var(v, "header")));
    assert_ok(ur_comet_commit_parse_var(&b[1].commit, ur_json_get_var(v, "commit")));
    assert_memory_equal(&b[0].header, &b[1].header, sizeof b[0].header);
    uint8_t x[32], y[32];
    ur_comet_commit_hash_var(x, &b[0].commit);
    ur_comet_commit_hash_var(y, &b[1].commit);
    assert_memory_equal(x, y, 32);
    for (size_t page = 0; page < 512; page += 100) {
        ur_writer_init(&w, text, sizeof text);
        made_validators_json(&w, 5, set, page, page + 100 < 512 ? page + 100 : 512);
        assert_ok(ur_json_parse_var(&v, ur_span_of(text, w.n)));
        assert_ok(ur_comet_validators_append_var(&b[1].validators, ur_json_get_var(v, "validators")));
    }
    assert_int_equal(b[1].validators.total_power, set->total_power);
    ur_comet_validators_hash_var(x, set);
    ur_comet_validators_hash_var(y, &b[1].validators);
    assert_memory_equal(x, y, 32);
    /* one more is one too many */
    assert_status(ur_comet_validators_append_var(&b[1].validators, ur_json_get_var(v, "validators")), UR_E_LIMIT);
    assert_int_equal(b[1].validators.n, 0);
    free(set);
    free(b);
}

static void validators_refused(void **state)
{
    (void)state;
    static const char good[] = "[{\"address\":\"6874DF929A662A6FF2E65A70409391729794B24A\",\"pub_key\":{\"type\":"
                               "\"tendermint/PubKeyEd25519\",\"value\":\"aeb1yO8hcAzJ757cq1Cwc7xczdY5rX9PoCVCfJV8rRs=\"},"
                               "\"voting_power\":\"1000\"}]";
    static const char *const changes[][2] = {
        {"6874", "6875"}, {"Ed25519", "Sr25519"}, {"\"1000\"", "\"0\""}, {"\"1000\"", "\"-5\""}, {"\"1000\"", "1000"},
        {"\"1000\"", "\"1152921504606846976\""}, {"Rs=", "Rs"}, {"aeb1", "Aeb1"}, {"[{", "[[],{"}, {"voting_power", "power"},
    };
    ur_validators *set = calloc(1, sizeof *set);
    assert_non_null(set);
    ur_json v;
    assert_ok(ur_json_parse_var(&v, ur_span_str_var(good)));
    assert_ok(ur_comet_validators_append_var(set, v));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char text[512];
        const char *at = strstr(good, changes[i][0]);
        assert_non_null(at);
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, changes[i][1], at + strlen(changes[i][0]));
        assert_ok(ur_json_parse_var(&v, ur_span_str_var(text)));
        memset(set, 0, sizeof *set);
        ur_status st = ur_comet_validators_append_var(set, v);
        assert_true(st == UR_E_INPUT || st == UR_E_LIMIT);
        assert_int_equal(set->n, 0);
    }
    free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(the_published_header),
        cmocka_unit_test(the_published_sign_bytes),
        cmocka_unit_test(json_round_trip),
        cmocka_unit_test(validators_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
