#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fault/sqlite_fault.h"
#include "tests/test.h"

#include "lib/chain/trust.h"

static char path[64];

static void remove_store(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char other[80];
    (void)snprintf(path, sizeof path, "/tmp/unrug-trust-test-%ld", (long)getpid());
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(other, sizeof other, "%s%s", path, ends[i]);
        (void)unlink(other);
    }
}

static ur_anchor anchor_at(int64_t height)
{
    ur_anchor a = {.chain_id = "made-1", .height = height, .trusting_period_s = 1000};
    memset(a.hash, (int)height, sizeof a.hash);
    return a;
}

static ur_light_header header_at(int64_t height)
{
    ur_light_header h = {.height = height, .time = {1000 + height, 5}, .app = {.n = 32}};
    memset(h.hash, (int)height, sizeof h.hash);
    memset(h.app.bytes, 3, sizeof h.app.bytes);
    memset(h.next_validators, 4, sizeof h.next_validators);
    return h;
}

static ur_status add(ur_trust *t, int64_t height)
{
    ur_light_header h = header_at(height);
    return ur_trust_add(t, &h, 1, NULL);
}

static void keeps_what_it_is_given(void **state)
{
    (void)state;
    remove_store();
    ur_trust *t;
    ur_light_header h, want = header_at(20);
    ur_anchor a = anchor_at(5), got;
    assert_ok(ur_trust_open(&t, path, NULL));
    assert_status(ur_trust_anchor(t, &got, NULL), UR_E_ABSENT);
    assert_status(ur_trust_newest(t, &h, NULL), UR_E_ABSENT);
    assert_ok(ur_trust_set_anchor(t, &a, NULL));
    assert_ok(ur_trust_set_anchor(t, &a, NULL));
    a.hash[0] ^= 1;
    assert_status(ur_trust_set_anchor(t, &a, NULL), UR_E_STATE);
    assert_ok(add(t, 5));
    assert_ok(add(t, 20));
    assert_ok(add(t, 10));
    assert_ok(add(t, 20)); /* the same again */
    ur_trust_close(&t);
    assert_ok(ur_trust_open(&t, path, NULL));
    assert_ok(ur_trust_anchor(t, &got, NULL));
    assert_string_equal(got.chain_id, "made-1");
    assert_int_equal(got.height, 5);
    assert_ok(ur_trust_newest(t, &h, NULL));
    assert_memory_equal(&h, &want, sizeof h);
    assert_ok(ur_trust_at_or_below(t, &h, 19, NULL));
    assert_int_equal(h.height, 10);
    assert_status(ur_trust_at_or_below(t, &h, 4, NULL), UR_E_ABSENT);
    ur_trust_close(&t);
    remove_store();
}

static void never_goes_back(void **state)
{
    (void)state;
    ur_trust *t;
    ur_light_header h, batch[3] = {header_at(6), header_at(7), header_at(5)};
    ur_anchor a = anchor_at(5);
    assert_ok(ur_trust_open(&t, ":memory:", NULL));
    assert_status(add(t, 5), UR_E_ABSENT); /* no anchor yet */
    assert_ok(ur_trust_set_anchor(t, &a, NULL));
    batch[2].hash[0] ^= 1;
    assert_status(ur_trust_add(t, batch, 3, NULL), UR_E_PROOF); /* all or none */
    assert_status(ur_trust_newest(t, &h, NULL), UR_E_ABSENT);
    assert_status(add(t, 4), UR_E_PROOF);
    assert_ok(add(t, 5));
    assert_ok(add(t, 9));
    h = header_at(9);
    h.hash[31] ^= 1;
    assert_status(ur_trust_add(t, &h, 1, NULL), UR_E_PROOF);
    a = anchor_at(9);
    assert_status(ur_trust_renew_anchor(t, &a, NULL), UR_E_STATE);
    a = anchor_at(12);
    (void)snprintf(a.chain_id, sizeof a.chain_id, "made-2");
    assert_status(ur_trust_renew_anchor(t, &a, NULL), UR_E_STATE);
    a = anchor_at(12);
    a.trusting_period_s = 0;
    assert_status(ur_trust_renew_anchor(t, &a, NULL), UR_E_USAGE);
    a = anchor_at(12);
    assert_ok(ur_trust_renew_anchor(t, &a, NULL));
    assert_status(ur_trust_newest(t, &h, NULL), UR_E_ABSENT); /* what was believed before is behind the new anchor */
    assert_ok(add(t, 12));
    /* a fork is one until the anchor is renewed */
    assert_ok(ur_trust_add_evidence(t, 1, false, UR_SPAN_LIT("{\"what\":\"a lie\"}"), NULL));
    assert_ok(ur_trust_check_fork(t, NULL));
    assert_ok(ur_trust_add_evidence(t, 1, true, UR_SPAN_LIT("{\"fork\":[]}"), NULL));
    assert_status(ur_trust_check_fork(t, NULL), UR_E_POLICY);
    a = anchor_at(30);
    assert_ok(ur_trust_renew_anchor(t, &a, NULL));
    assert_ok(ur_trust_check_fork(t, NULL));
    ur_trust_close(&t);
}

static void thins_out(void **state)
{
    (void)state;
    ur_trust *t;
    ur_light_header h;
    ur_anchor a = anchor_at(5);
    int64_t headers, evidence;
    assert_ok(ur_trust_open(&t, ":memory:", NULL));
    assert_ok(ur_trust_set_anchor(t, &a, NULL));
    for (int64_t height = 5; height < 5 + UR_TRUST_KEEP + 300; height++) {
        assert_ok(add(t, height));
    }
    assert_ok(ur_trust_count(t, &headers, &evidence, NULL));
    assert_true(headers >= UR_TRUST_KEEP && headers <= UR_TRUST_KEEP + 1);
    assert_ok(ur_trust_at_or_below(t, &h, 5, NULL)); /* the anchor's own stays */
    assert_ok(ur_trust_newest(t, &h, NULL));
    assert_int_equal(h.height, 4 + UR_TRUST_KEEP + 300);
    ur_trust_close(&t);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    ur_trust *t;
    sqlite3 *db;
    remove_store();
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    (void)fputs("this is no database, and long enough to be looked at as one by whoever reads a header of a hundred bytes....", f);
    (void)fclose(f);
    assert_status(ur_trust_open(&t, path, NULL), UR_E_INPUT);
    assert_null(t);
    remove_store();
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE x(y)", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
    assert_status(ur_trust_open(&t, path, NULL), UR_E_INPUT);
    remove_store();
    assert_status(ur_trust_open(&t, "/nonexistent/folder/store", NULL), UR_E_UNAVAILABLE);
}

/* ---- killed at every write ---- */

/* The child: open, anchor, five additions of two headers; one byte to the parent after each thing that was said to be done. */
static void child(int to_parent, long at)
{
    if (!sqlite_fault_arm(SQLITE_FAULT_KILL, at)) {
        _exit(2);
    }
    ur_trust *t;
    ur_anchor a = anchor_at(5);
    if (ur_trust_open(&t, path, NULL) != UR_OK || ur_trust_set_anchor(t, &a, NULL) != UR_OK || write(to_parent, "a", 1) != 1) {
        _exit(3);
    }
    for (int64_t i = 0; i < 5; i++) {
        ur_light_header pair[2] = {header_at(5 + 2 * i), header_at(6 + 2 * i)};
        if (ur_trust_add(t, pair, 2, NULL) != UR_OK || write(to_parent, "h", 1) != 1) {
            _exit(4);
        }
    }
    ur_trust_close(&t);
    _exit(0);
}

static void killed_at_every_write(void **state)
{
    (void)state;
    bool finished = false;
    long kills = 0;
    for (long at = 1; !finished; at++) {
        int ends[2], status;
        char byte;
        long done = 0;
        remove_store();
        assert_int_equal(pipe(ends), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            (void)close(ends[0]);
            child(ends[1], at);
        }
        (void)close(ends[1]);
        while (read(ends[0], &byte, 1) == 1) {
            done++;
        }
        (void)close(ends[0]);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        finished = WIFEXITED(status);
        assert_true(!finished || WEXITSTATUS(status) == 0);
        kills += finished ? 0 : 1;
        ur_trust *t;
        ur_anchor a;
        ur_light_header h, want;
        assert_ok(ur_trust_open(&t, path, NULL));
        ur_status st = ur_trust_anchor(t, &a, NULL);
        assert_true(st == UR_OK || (st == UR_E_ABSENT && done == 0));
        st = ur_trust_newest(t, &h, NULL);
        long pairs = st == UR_OK ? (long)(h.height - 4) / 2 : 0;
        assert_true(st == UR_OK || (st == UR_E_ABSENT && done <= 1));
        assert_true(pairs == (done > 0 ? done - 1 : 0) || pairs == (done > 0 ? done : 0)); /* what was said, or one more */
        for (int64_t k = 5; st == UR_OK && k <= h.height; k++) {
            ur_light_header there;
            want = header_at(k);
            assert_ok(ur_trust_at_or_below(t, &there, k, NULL));
            assert_memory_equal(&there, &want, sizeof want);
        }
        ur_anchor again = anchor_at(5);
        assert_ok(ur_trust_set_anchor(t, &again, NULL)); /* and it goes on from there */
        assert_ok(add(t, 100));
        ur_trust_close(&t);
    }
    remove_store();
    print_message("trust store: killed at %ld places\n", kills);
    assert_true(kills > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_it_is_given),  cmocka_unit_test(never_goes_back),       cmocka_unit_test(thins_out),
        cmocka_unit_test(other_files_are_refused), cmocka_unit_test(killed_at_every_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
