/* The hash-chained log: what was written is read again, what was changed is noticed, a torn end is cut off. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/journal/journal.h"
#include "lib/os/file.h"
#include "tests/fault/fault.h"
#include "tests/test.h"

#define FILE_MAX ((size_t)1 << 20)

static int enter(void **state)
{
    static char dir[64];
    (void)snprintf(dir, sizeof dir, "/tmp/unrug-journal-XXXXXX");
    *state = dir;
    return mkdtemp(dir) == NULL || chdir(dir) != 0;
}

static int leave(void **state)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    return chdir("/") != 0 || system(command) != 0;
}

static ur_status append(ur_journal *j, int i)
{
    char entry[64];
    int n = snprintf(entry, sizeof entry, "{\"decision\":\"yes\",\"vault\":%d}", i);
    return ur_journal_append(j, 1700000000000 + i, ur_span_of(entry, (size_t)n), NULL);
}

static void write_some(const char *path, int n)
{
    ur_journal *j;
    assert_ok(ur_journal_open(&j, path, NULL, NULL));
    for (int i = 0; i < n; i++) {
        assert_ok(append(j, i));
    }
    ur_journal_close(&j);
}

static ur_status count(void *context, const ur_journal_entry *entry)
{
    uint64_t *n = context, vault;
    assert_ok(ur_json_u64_var(&vault, ur_json_get_var(entry->entry, "vault")));
    assert_int_equal(vault, *n);
    assert_int_equal(entry->unix_ms, 1700000000000 + (int64_t)*n);
    *n += 1;
    assert_int_equal(entry->n, *n);
    return UR_OK;
}

static void writes_and_reads(void **state)
{
    (void)state;
    ur_journal_head head;
    uint64_t n = 0;
    write_some("log", 3);
    struct stat st;
    assert_int_equal(stat("log", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_ok(ur_journal_read("log", count, &n, &head, NULL));
    assert_int_equal(n, 3);
    assert_int_equal(head.n, 3);
    ur_journal *j;
    assert_ok(ur_journal_open(&j, "log", NULL, NULL));
    ur_journal_head again;
    ur_journal_head_of(j, &again);
    assert_int_equal(again.n, 3);
    assert_memory_equal(again.hash, head.hash, sizeof head.hash);
    assert_ok(append(j, 3));
    ur_journal_close(&j);
    n = 0;
    assert_ok(ur_journal_read("log", count, &n, NULL, NULL));
    assert_int_equal(n, 4);
}

static ur_status stop_at_second(void *context, const ur_journal_entry *entry)
{
    *(uint64_t *)context = entry->n;
    return entry->n == 2 ? UR_E_STATE : UR_OK;
}

static void a_visitor_can_stop(void **state)
{
    (void)state;
    write_some("log", 3);
    ur_journal_head head;
    uint64_t last = 0;
    assert_status(ur_journal_read("log", stop_at_second, &last, NULL, NULL), UR_E_STATE);
    assert_int_equal(last, 2);
    assert_status(ur_journal_read("absent", NULL, NULL, &head, NULL), UR_E_ABSENT);
    assert_int_equal(head.n, 0);
}

/* Bits of every byte: a changed journal is never taken for a good one that is as long. */
static void every_change_is_noticed(void **state)
{
    (void)state;
    write_some("log", 4);
    ur_journal_head good, head;
    assert_ok(ur_journal_read("log", NULL, NULL, &good, NULL));
    uint8_t *p;
    size_t n;
    assert_ok(ur_file_read(&p, &n, "log", FILE_MAX, NULL));
    for (size_t i = 0; i < n; i++) {
        for (unsigned bit = 1; bit < 256; bit <<= 3) {
            p[i] ^= (uint8_t)bit;
            assert_ok(ur_file_write("changed", ur_span_of(p, n), UR_FILE_REPLACE, NULL));
            ur_status s = ur_journal_read("changed", NULL, NULL, &head, NULL);
            bool same = s == UR_OK && head.n == good.n && ur_eq_var(head.hash, good.hash, sizeof good.hash);
            assert_false(same);
            p[i] ^= (uint8_t)bit;
        }
    }
    free(p);
}

static void a_line_less_is_noticed(void **state)
{
    (void)state;
    write_some("log", 3);
    uint8_t *p;
    size_t n;
    assert_ok(ur_file_read(&p, &n, "log", FILE_MAX, NULL));
    size_t second = (size_t)((uint8_t *)memchr(p, '\n', n) - p) + 1;
    ur_err err;
    assert_ok(ur_file_write("changed", ur_span_of(p + second, n - second), UR_FILE_REPLACE, NULL));
    assert_status(ur_journal_read("changed", NULL, NULL, NULL, &err), UR_E_PROOF);
    assert_non_null(strstr(err.text, "line 1"));
    free(p);
}

/* Whatever a kill leaves of the last line: it is cut off, said, and the next entry follows the last whole one. */
static void a_torn_end_is_cut_off(void **state)
{
    (void)state;
    write_some("log", 3);
    uint8_t *p;
    size_t n, torn, whole = 0;
    assert_ok(ur_file_read(&p, &n, "log", FILE_MAX, NULL));
    for (size_t i = 0; i + 1 < n; i++) {
        whole = p[i] == '\n' ? i + 1 : whole;
    }
    for (size_t cut = whole; cut < n; cut++) {
        assert_ok(ur_file_write("torn", ur_span_of(p, cut), UR_FILE_REPLACE, NULL));
        ur_journal *j;
        assert_ok(ur_journal_open(&j, "torn", &torn, NULL));
        assert_int_equal(torn, cut - whole);
        assert_ok(append(j, 2));
        ur_journal_close(&j);
        uint64_t count_to = 0;
        assert_ok(ur_journal_read("torn", count, &count_to, NULL, NULL));
        assert_int_equal(count_to, 3);
    }
    free(p);
}

/* Each system call fails in turn: what was reported as written is there, and the journal can be opened and goes on. */
static void faults(void **state)
{
    (void)state;
    for (long k = 0;; k++) {
        ur_journal *j = NULL;
        uint64_t written = 0;
        (void)unlink("log");
        write_some("log", 2);
        fault_arm(FAULT_ALL, k);
        ur_status s = ur_journal_open(&j, "log", NULL, NULL);
        for (int i = 2; s == UR_OK && i < 4; i++) {
            s = append(j, i);
            written += s == UR_OK ? 1 : 0;
        }
        if (j != NULL && s != UR_OK) {
            assert_status(append(j, 9), UR_E_STATE); /* it does not write behind a hole */
        }
        ur_journal_close(&j);
        bool failed = fault_disarm();
        assert_true(failed == (s != UR_OK));
        ur_journal_head head;
        assert_ok(ur_journal_open(&j, "log", NULL, NULL));
        ur_journal_head_of(j, &head);
        assert_in_range(head.n, 2 + written, 3 + written);
        ur_journal_close(&j);
        if (!failed) {
            break;
        }
    }
}

static void one_writer_at_a_time(void **state)
{
    (void)state;
    ur_journal *j;
    assert_ok(ur_journal_open(&j, "log", NULL, NULL));
    pid_t child = fork();
    if (child == 0) {
        ur_journal *other;
        _exit(ur_journal_open(&other, "log", NULL, NULL) == UR_E_UNAVAILABLE ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    ur_journal_close(&j);
}

static void bad_entries_and_files(void **state)
{
    (void)state;
    ur_journal *j;
    static uint8_t big[UR_JOURNAL_ENTRY_MAX + 1];
    assert_ok(ur_journal_open(&j, "log", NULL, NULL));
    assert_status(ur_journal_append(j, 0, UR_SPAN_LIT("{\"b\":1,\"a\":2}"), NULL), UR_E_USAGE);
    assert_status(ur_journal_append(j, 0, UR_SPAN_LIT("[1]"), NULL), UR_E_USAGE);
    assert_status(ur_journal_append(j, 0, UR_SPAN_LIT(""), NULL), UR_E_USAGE);
    assert_status(ur_journal_append(j, 0, ur_span_of(big, sizeof big), NULL), UR_E_LIMIT);
    assert_ok(append(j, 0));
    ur_journal_close(&j);

    assert_ok(ur_file_write("words", UR_SPAN_LIT("hello\n"), UR_FILE_NEW, NULL));
    assert_status(ur_journal_open(&j, "words", NULL, NULL), UR_E_INPUT);
    memset(big, 'x', sizeof big);
    uint8_t *long_line = malloc(UR_JOURNAL_LINE_MAX * 9);
    assert_non_null(long_line);
    memset(long_line, 'x', UR_JOURNAL_LINE_MAX * 9);
    assert_ok(ur_file_write("long", ur_span_of(long_line, UR_JOURNAL_LINE_MAX * 9), UR_FILE_NEW, NULL));
    assert_status(ur_journal_open(&j, "long", NULL, NULL), UR_E_INPUT);
    free(long_line);
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_true(ur_journal_open(&j, "folder", NULL, NULL) != UR_OK);
    assert_true(ur_journal_open(&j, "absent/log", NULL, NULL) != UR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_and_reads, enter, leave),
        cmocka_unit_test_setup_teardown(a_visitor_can_stop, enter, leave),
        cmocka_unit_test_setup_teardown(every_change_is_noticed, enter, leave),
        cmocka_unit_test_setup_teardown(a_line_less_is_noticed, enter, leave),
        cmocka_unit_test_setup_teardown(a_torn_end_is_cut_off, enter, leave),
        cmocka_unit_test_setup_teardown(faults, enter, leave),
        cmocka_unit_test_setup_teardown(one_writer_at_a_time, enter, leave),
        cmocka_unit_test_setup_teardown(bad_entries_and_files, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
