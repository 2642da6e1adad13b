/* What an answered transaction survives: death at every write, a full disk, a damaged file. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fault/sqlite_fault.h"
#include "tests/unit/ledger/ledger_kit.h"

static char path[64];

static void remove_file(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char other[80];
    (void)snprintf(path, sizeof path, "/tmp/unrug-ledger-test-%ld", (long)getpid());
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(other, sizeof other, "%s%s", path, ends[i]);
        (void)unlink(other);
    }
}

static char chain_path[64];
static kit *start_in_file(void)
{
    memcpy(chain_path, path, sizeof path);
    return kit_new(chain_path);
}

static ur_ledger_status status_of(kit *k)
{
    ur_ledger_status s;
    ur_ledger_status_of(k->ledger, &s);
    return s;
}

/* The sequence of account 0, which counts its delivered transactions, and that every block and the state agree. */
static uint64_t check_whole(kit *k)
{
    ur_ledger_account a;
    ur_ledger_record r;
    uint8_t key[21] = {1};
    ur_ledger_status s = status_of(k);
    for (int64_t h = 1; h <= s.height; h++) {
        ur_ledger_block b;
        const ur_ledger_tx *txs;
        size_t n;
        assert_ok(ur_ledger_block_at(k->ledger, &b, h, &k->err));
        assert_ok(ur_ledger_block_txs(k->ledger, &txs, &n, h, &k->err));
        assert_int_equal(n, b.txs);
    }
    assert_ok(ur_ledger_account_of(k->ledger, &a, &k->account[0].address, &k->err));
    memcpy(key + 1, k->account[0].address.bytes, 20);
    assert_ok(ur_ledger_store_get(k->ledger, &r, UR_SPAN_LIT("acc"), ur_span_of(key, sizeof key), s.height, true, &k->err));
    return a.sequence;
}

static void comes_back(void **state)
{
    (void)state;
    remove_file();
    kit *k = start_in_file();
    k->genesis.chain_id = "dev-other";
    kit_open(k);
    ur_ledger_close(&k->ledger);
    k->genesis.chain_id = KIT_CHAIN;
    assert_status(ur_ledger_open(&k->ledger, &k->options, &k->err), UR_E_STATE);
    remove_file();
    k->options.genesis = NULL;
    assert_status(ur_ledger_open(&k->ledger, &k->options, &k->err), UR_E_ABSENT);
    k->options.genesis = &k->genesis;
    kit_open(k);
    kit_deploy(k);
    kit_run_ok(k, 1, kit_execute(k, 1, "{\"store\":{\"key\":\"k\",\"value\":\"hello\"}}"));
    assert_ok(ur_ledger_warp(k->ledger, 1000, 3, &k->err));
    ur_ledger_status before = status_of(k), after;
    ur_ledger *second = NULL;
    assert_status(ur_ledger_open(&second, &k->options, &k->err), UR_E_STATE); /* one process at a time */
    ur_ledger_close(&k->ledger);
    k->options.genesis = NULL;
    kit_open(k);
    after = status_of(k);
    assert_int_equal(after.height, before.height);
    assert_memory_equal(after.block_hash, before.block_hash, 32);
    assert_memory_equal(after.app_hash, before.app_hash, 32);
    assert_int_equal(after.warped_s, 1000);
    assert_int_equal(check_whole(k), 2);
    kit_run_ok(k, 1, kit_execute(k, 1, "{\"store\":{\"key\":\"k\",\"value\":\"again\"}}"));
    k->options.without_tree = true;
    ur_ledger_close(&k->ledger);
    assert_status(ur_ledger_open(&k->ledger, &k->options, &k->err), UR_E_STATE);
    kit_stop(k);
    remove_file();
}

/* ---- killed ---- */

enum { SENDS = 4 };

static void say(int to, const char *what)
{
    if (write(to, what, 1) != 1) {
        _exit(3);
    }
}

/* Open, and so many sends settled one after the other; a byte to the parent after each thing that was answered. */
static void child(int to_parent, long at, unsigned interval_ms)
{
    if (!sqlite_fault_arm(SQLITE_FAULT_KILL, at)) {
        _exit(2);
    }
    kit *k = start_in_file();
    unsigned next;
    k->options.interval_ms = interval_ms;
    kit_open(k);
    say(to_parent, "o");
    for (int i = 0; i < SENDS; i++) {
        ur_ledger_result r;
        uint8_t hash[32];
        kit_tx t = kit_of(kit_send(k->text[0], k->text[1], "5ustake"));
        if (kit_submit(k, 0, &t, &r, hash) != 0 || ur_ledger_settle(k->ledger, &k->err) != UR_OK) {
            _exit(4);
        }
        say(to_parent, "s");
        k->time.ms += 600;
        if (ur_ledger_tick(k->ledger, &next, &k->err) != UR_OK) {
            _exit(5);
        }
    }
    kit_stop(k);
    _exit(0);
}

static bool run_child(long at, unsigned interval_ms, long *answered)
{
    int ends[2], status;
    char byte;
    *answered = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(ends[0]);
        child(ends[1], at, interval_ms);
    }
    (void)close(ends[1]);
    while (read(ends[0], &byte, 1) == 1) {
        ++*answered;
    }
    (void)close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(!WIFEXITED(status) || WEXITSTATUS(status) == 0);
    return WIFEXITED(status);
}

static void killed_at_every_write(unsigned interval_ms)
{
    long kills = 0, answered;
    bool finished = false;
    for (long at = 1; !finished; at++) {
        remove_file();
        finished = run_child(at, interval_ms, &answered);
        kills += finished ? 0 : 1;
        kit *k = start_in_file();
        k->options.interval_ms = interval_ms;
        k->options.genesis = answered > 0 ? NULL : &k->genesis; /* what was said to be open is there */
        kit_open(k);
        if (interval_ms > 0) {
            assert_ok(ur_ledger_mine(k->ledger, 1, &k->err)); /* what waited is delivered */
        }
        uint64_t sent = check_whole(k);
        uint64_t said = answered > 1 ? (uint64_t)answered - 1 : 0;
        assert_true(sent == said || sent == said + 1);
        k->sequence[0] = sent;
        ur_ledger_result r;
        uint8_t hash[32];
        kit_tx t = kit_of(kit_send(k->text[0], k->text[1], "5ustake"));
        assert_int_equal(kit_submit(k, 0, &t, &r, hash), 0); /* and it goes on from there */
        assert_ok(ur_ledger_mine(k->ledger, 1, &k->err));
        assert_int_equal(check_whole(k), sent + 1);
        kit_stop(k);
    }
    remove_file();
    print_message("ledger: killed at %ld places\n", kills);
    assert_true(kills > 20);
}

static void killed_with_blocks_at_once(void **state)
{
    (void)state;
    killed_at_every_write(0);
}

/* ---- a full disk ---- */

static void full_disk(void **state)
{
    (void)state;
    bool finished = false;
    long at = 1;
    for (; !finished; at++) {
        remove_file();
        kit *k = start_in_file();
        assert_true(sqlite_fault_arm(SQLITE_FAULT_DISK_FULL, at));
        ur_status st = ur_ledger_open(&k->ledger, &k->options, &k->err);
        uint64_t settled = 0, lost = 0;
        for (int i = 0; st == UR_OK && i < 3; i++) {
            ur_ledger_result r;
            uint8_t hash[32];
            kit_tx t = kit_of(kit_send(k->text[0], k->text[1], "5ustake"));
            assert_int_equal(kit_submit(k, 0, &t, &r, hash), 0);
            if (ur_ledger_settle(k->ledger, &k->err) == UR_OK) {
                settled++;
                continue;
            }
            lost++;
            k->sequence[0]--;
            assert_false(ur_ledger_unsettled(k->ledger));
            ur_ledger_account a;
            assert_ok(ur_ledger_account_of(k->ledger, &a, &k->account[0].address, &k->err));
            assert_int_equal(a.sequence, settled);
        }
        finished = st == UR_OK && lost == 0;
        assert_true(sqlite_fault_arm(SQLITE_FAULT_DISK_FULL, 0)); /* there is room again */
        if (st == UR_OK) {
            kit_run_ok(k, 0, kit_send(k->text[0], k->text[1], "5ustake"));
            assert_int_equal(check_whole(k), settled + 1);
        }
        ur_ledger_close(&k->ledger);
        kit_open(k);
        assert_int_equal(check_whole(k), st == UR_OK ? settled + 1 : 0);
        kit_stop(k);
    }
    remove_file();
    print_message("ledger: no room at %ld places\n", at);
}

/* ---- a damaged file ---- */

static void flip(const char *file, long at, int bit)
{
    uint8_t b;
    int fd = open(file, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &b, 1, at), 1);
    b ^= (uint8_t)(1 << bit);
    assert_int_equal(pwrite(fd, &b, 1, at), 1);
    assert_int_equal(close(fd), 0);
}

/* Every answer about a damaged ledger is a refusal or the right one. */
static void damaged_file(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("damaged_file");
    uint64_t refused = 0, found = 0, unnoticed = 0;
    remove_file();
    kit *k = start_in_file();
    kit_open(k);
    kit_deploy(k);
    for (int i = 0; i < 5; i++) {
        kit_run_ok(k, 1, kit_execute(k, 1, "{\"store\":{\"key\":\"k\",\"value\":\"hello\"}}"));
    }
    ur_ledger_status was = status_of(k);
    ur_ledger_close(&k->ledger);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    long size = (long)lseek(fd, 0, SEEK_END);
    assert_int_equal(close(fd), 0);
    for (int i = 0; i < 400; i++) {
        long at = (long)test_rng_below(&rng, (size_t)size);
        int bit = (int)test_rng_below(&rng, 8);
        ur_span value;
        flip(path, at, bit);
        ur_status st = ur_ledger_open(&k->ledger, &k->options, &k->err);
        if (st == UR_OK) {
            ur_ledger_status s = status_of(k);
            assert_memory_equal(s.block_hash, was.block_hash, 32);
            st = ur_ledger_contract_raw(k->ledger, &value, &k->contract, UR_SPAN_LIT("k"), &k->err);
            assert_true(st == UR_E_INPUT || (st == UR_OK && ur_span_eq_var(value, UR_SPAN_LIT("hello"))));
            for (int64_t h = 1; h <= s.height; h++) {
                ur_ledger_block b;
                const ur_ledger_tx *txs;
                size_t n;
                ur_status block = ur_ledger_block_at(k->ledger, &b, h, &k->err);
                block = block == UR_OK ? ur_ledger_block_txs(k->ledger, &txs, &n, h, &k->err) : block;
                assert_true(block == UR_OK || block == UR_E_INPUT);
                st = block == UR_OK ? st : block;
            }
            found += st == UR_OK ? 0 : 1;
            unnoticed += st == UR_OK ? 1 : 0;
        } else {
            assert_true(st == UR_E_INPUT || st == UR_E_UNAVAILABLE);
            assert_true(k->err.text[0] != '\0');
            refused++;
        }
        ur_ledger_close(&k->ledger);
        flip(path, at, bit);
    }
    kit_open(k);
    kit_stop(k);
    remove_file();
    print_message("ledger: of 400 flipped bits %llu stopped the start, %llu an answer, %llu lay where nothing was asked\n",
                  (unsigned long long)refused, (unsigned long long)found, (unsigned long long)unnoticed);
    assert_true(refused > 0);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    sqlite3 *db;
    remove_file();
    kit *k = start_in_file();
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE x(y)", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_status(ur_ledger_open(&k->ledger, &k->options, &k->err), UR_E_INPUT);
    remove_file();
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(write(fd, "this is no database ", 20), 20);
    }
    assert_int_equal(close(fd), 0);
    assert_status(ur_ledger_open(&k->ledger, &k->options, &k->err), UR_E_INPUT);
    kit_stop(k);
    remove_file();
}

static void killed_with_blocks_at_an_interval(void **state)
{
    (void)state;
    killed_at_every_write(1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),
        cmocka_unit_test(killed_with_blocks_at_once),
        cmocka_unit_test(killed_with_blocks_at_an_interval),
        cmocka_unit_test(full_disk),
        cmocka_unit_test(damaged_file),
        cmocka_unit_test(other_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
