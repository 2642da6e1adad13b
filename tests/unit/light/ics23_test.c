#include "tests/light/made.h"

/* Every tree of up to 17 records: each key is present with its value only, each gap is absent, in the one form only. */
static void every_small_tree(void **state)
{
    (void)state;
    static uint8_t in_store[1 << 14], of_store[1 << 10];
    made_record r[17];
    for (size_t n = 1; n <= 17; n++) {
        for (size_t i = 0; i < n; i++) {
            (void)snprintf(r[i].key, sizeof r[i].key, "key %02zu", i);
            (void)snprintf(r[i].value, sizeof r[i].value, "value %02zu", i);
            r[i].value[0] = i % 5 == 3 ? '\0' : 'v'; /* some are empty */
        }
        uint8_t root[32], app[32];
        made_tree(root, r, 0, n, n, NULL);
        for (size_t k = 0; k < 2 * n + 1; k++) { /* odd: a record; even: a gap */
            char key[48];
            (void)snprintf(key, sizeof key, k % 2 == 1 ? "key %02zu" : "key %02zu-", k / 2);
            if (k == 0) {
                (void)snprintf(key, sizeof key, "a");
            } else if (k % 2 == 0) {
                (void)snprintf(key, sizeof key, "key %02zu-", k / 2 - 1);
            }
            ur_writer w, a;
            ur_writer_init(&w, in_store, sizeof in_store);
            ur_writer_init(&a, of_store, sizeof of_store);
            const char *value = made_store_proof(&w, r, n, ur_span_str_var(key));
            made_app(app, &a, root);
            assert_false(w.overflow || a.overflow);
            assert_int_equal(value != NULL, k % 2 == 1);
            ur_store_proof proof = {ur_span_of(in_store, w.n), ur_span_of(of_store, a.n)};
            ur_span is = value != NULL ? ur_span_str_var(value) : (ur_span){0};
            ur_status st = ur_store_check_var(app, UR_SPAN_LIT("wasm"), ur_span_str_var(key), is, &proof);
            bool empty = value != NULL && is.n == 0; /* neither presence nor absence of such a record can be shown */
            assert_int_equal(st == UR_OK, !empty);
            assert_int_not_equal(ur_store_check_var(app, UR_SPAN_LIT("wasm"), ur_span_str_var(key), UR_SPAN_LIT("other"), &proof), UR_OK);
            assert_int_not_equal(ur_store_check_var(app, UR_SPAN_LIT("bank"), ur_span_str_var(key), is, &proof), UR_OK);
            if (value != NULL) {
                assert_int_not_equal(ur_store_check_var(app, UR_SPAN_LIT("wasm"), ur_span_str_var(key), (ur_span){0}, &proof), UR_OK);
            }
            assert_int_not_equal(ur_store_check_var(root, UR_SPAN_LIT("wasm"), ur_span_str_var(key), is, &proof), UR_OK);
        }
    }
}

/* A proof of absence by two leaves that are no neighbours, or by one that is no end, for every pair. */
static void only_neighbours_show_absence(void **state)
{
    (void)state;
    static uint8_t buf[1 << 14];
    made_record r[12];
    uint8_t root[32];
    enum { N = 12 };
    for (size_t i = 0; i < N; i++) {
        (void)snprintf(r[i].key, sizeof r[i].key, "key %02zu", 2 * i);
        (void)snprintf(r[i].value, sizeof r[i].value, "v");
    }
    made_tree(root, r, 0, N, N, NULL);
    for (size_t i = 0; i <= N; i++) {
        for (size_t j = 0; j <= N; j++) { /* left = i, or none at N; right = j, or none at N */
            for (size_t k = 0; k < 2 * N; k++) {
                char key[48];
                (void)snprintf(key, sizeof key, "key %02zu", k);
                ur_writer w;
                ur_writer_init(&w, buf, sizeof buf);
                size_t begun = ur_pb_begin(&w, 2);
                ur_pb_put_text(&w, 1, key);
                if (i < N) {
                    made_existence(&w, 2, r, N, i);
                }
                if (j < N) {
                    made_existence(&w, 3, r, N, j);
                }
                ur_pb_end(&w, begun);
                bool odd = k % 2 == 1;
                bool right_claim = odd && ((i < N && j == i + 1 && k == 2 * i + 1 && j < N) || (i == N - 1 && j == N && k == 2 * N - 1));
                assert_int_equal(ur_ics23_absent_var(root, UR_ICS23_IAVL, ur_span_str_var(key), ur_span_of(buf, w.n)) == UR_OK,
                                 right_claim);
            }
        }
    }
}

static void limits(void **state)
{
    (void)state;
    static uint8_t buf[1 << 16];
    uint8_t root[32];
    ur_span k, v;
    for (size_t steps = UR_ICS23_STEPS_MAX; steps <= UR_ICS23_STEPS_MAX + 1; steps++) {
        ur_writer w;
        ur_writer_init(&w, buf, sizeof buf);
        size_t exist = ur_pb_begin(&w, 1);
        ur_pb_put_text(&w, 1, "k");
        ur_pb_put_text(&w, 2, "v");
        made_leaf_op(&w, ur_span_of("\0", 1));
        for (size_t i = 0; i < steps; i++) {
            size_t step = ur_pb_begin(&w, 4);
            ur_pb_put_u64(&w, 1, 1);
            ur_pb_put_bytes(&w, 2, ur_span_of("\1", 1));
            ur_pb_put_bytes(&w, 3, ur_span_of(root, 32));
            ur_pb_end(&w, step);
            memset(root, (int)i, 32);
        }
        ur_pb_end(&w, exist);
        assert_status(ur_ics23_claim_var(root, &k, &v, UR_ICS23_SIMPLE, ur_span_of(buf, w.n)),
                      steps <= UR_ICS23_STEPS_MAX ? UR_OK : UR_E_LIMIT);
        memset(root, 0, 32);
    }
    assert_status(ur_ics23_claim_var(root, &k, &v, UR_ICS23_SIMPLE, ur_span_of(buf, UR_ICS23_PROOF_MAX + 1)), UR_E_LIMIT);
    assert_status(ur_ics23_absent_var(root, UR_ICS23_IAVL, (ur_span){0}, ur_span_of(buf, 8)), UR_E_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_small_tree),
        cmocka_unit_test(only_neighbours_show_absence),
        cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
