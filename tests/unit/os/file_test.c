/* Files that are whole or not there, and streams. Every failing system call: see file_fault_test.c. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/os/file.h"
#include "tests/test.h"

static int enter(void **state)
{
    static char dir[64];
    (void)snprintf(dir, sizeof dir, "/tmp/unrug-file-XXXXXX");
    *state = dir;
    return mkdtemp(dir) == NULL || chdir(dir) != 0;
}

static size_t entries(void)
{
    DIR *d = opendir(".");
    size_t n = 0;
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    }
    (void)closedir(d);
    return n;
}

static int leave(void **state)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    return chdir("/") != 0 || system(command) != 0;
}

static void holds(const char *path, ur_span want)
{
    uint8_t *p = NULL;
    size_t n = 0;
    assert_ok(ur_file_read(&p, &n, path, 1 << 24, NULL));
    assert_true(ur_span_eq_var(ur_span_of(p, n), want));
    assert_int_equal(p[n], 0);
    free(p);
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 0777;
}

static void writes_whole(void **state)
{
    (void)state;
    (void)umask(022);
    ur_file_out *f = NULL;
    ur_err e;
    assert_ok(ur_file_out_begin(&f, "a", UR_FILE_REPLACE, &e));
    assert_ok(ur_file_out_write(f, "one", 3, &e));
    assert_int_not_equal(access("a", F_OK), 0);
    assert_ok(ur_file_out_write(f, "two", 3, &e));
    assert_ok(ur_file_out_commit(&f, &e));
    assert_null(f);
    holds("a", UR_SPAN_LIT("onetwo"));
    assert_int_equal(mode_of("a"), 0644);

    assert_ok(ur_file_out_begin(&f, "./a", UR_FILE_REPLACE, &e));
    assert_ok(ur_file_out_write(f, "other", 5, &e));
    holds("a", UR_SPAN_LIT("onetwo"));
    ur_file_out_abort(&f);
    assert_null(f);
    ur_file_out_abort(&f);
    holds("a", UR_SPAN_LIT("onetwo"));
    assert_int_equal(entries(), 1);

    assert_int_equal(chmod("a", 0600), 0);
    assert_ok(ur_file_write("a", UR_SPAN_LIT(""), UR_FILE_REPLACE, &e));
    holds("a", UR_SPAN_LIT(""));
    assert_int_equal(mode_of("a"), 0600); /* what was private stays private */
    assert_int_equal(entries(), 1);
}

static void exclusive_and_secret(void **state)
{
    (void)state;
    ur_err e;
    (void)umask(0);
    assert_ok(ur_file_write("k", UR_SPAN_LIT("key"), UR_FILE_SECRET, &e));
    assert_int_equal(mode_of("k"), 0600);
    assert_status(ur_file_write("k", UR_SPAN_LIT("other"), UR_FILE_SECRET, &e), UR_E_STATE);
    assert_string_equal(e.text, "write k: it exists already; remove it or choose another name");
    assert_status(ur_file_write("k", UR_SPAN_LIT("other"), UR_FILE_NEW, &e), UR_E_STATE);
    holds("k", UR_SPAN_LIT("key"));
    /* made by somebody else between begin and commit */
    ur_file_out *f = NULL;
    assert_ok(ur_file_out_begin(&f, "n", UR_FILE_NEW, &e));
    assert_ok(ur_file_write("n", UR_SPAN_LIT("theirs"), UR_FILE_NEW, &e));
    assert_ok(ur_file_out_write(f, "mine", 4, &e));
    assert_status(ur_file_out_commit(&f, &e), UR_E_STATE);
    holds("n", UR_SPAN_LIT("theirs"));
    assert_int_equal(symlink("nowhere", "l"), 0);
    assert_status(ur_file_write("l", UR_SPAN_LIT("x"), UR_FILE_SECRET, &e), UR_E_STATE);
    assert_int_equal(unlink("l"), 0);
    assert_int_equal(entries(), 2);
    assert_ok(ur_file_remove("k", &e));
    assert_ok(ur_file_sync_name("k", &e)); /* the directory counts, not what is in it */
    assert_status(ur_file_sync_name("absent/k", &e), UR_E_ABSENT);
    assert_string_equal(e.text, "absent/k: its directory could not be synced: No such file or directory");
    assert_status(ur_file_remove("k", &e), UR_E_ABSENT);
    assert_string_equal(e.text, "remove k: No such file or directory");
    assert_int_equal(entries(), 1);
}

static void odd_targets(void **state)
{
    ur_err e;
    char path[128];
    assert_int_equal(mkdir("d", 0700), 0);
    (void)snprintf(path, sizeof path, "%s/d/x", (char *)*state);
    assert_ok(ur_file_write(path, UR_SPAN_LIT("x"), UR_FILE_NEW, &e));
    holds("d/x", UR_SPAN_LIT("x"));
    assert_int_equal(symlink("d/x", "l"), 0);
    assert_ok(ur_file_write("l", UR_SPAN_LIT("through"), UR_FILE_REPLACE, &e));
    holds("d/x", UR_SPAN_LIT("through"));
    assert_int_equal(symlink("gone", "dangling"), 0);
    assert_status(ur_file_write("dangling", UR_SPAN_LIT("x"), UR_FILE_REPLACE, &e), UR_E_ABSENT);
    assert_status(ur_file_write("missing/x", UR_SPAN_LIT("x"), UR_FILE_REPLACE, &e), UR_E_ABSENT);
    assert_status(ur_file_write("d", UR_SPAN_LIT("x"), UR_FILE_REPLACE, &e), UR_E_STATE);
    assert_status(ur_file_write("d/", UR_SPAN_LIT("x"), UR_FILE_NEW, &e), UR_E_STATE);
    assert_status(ur_file_write("missing/", UR_SPAN_LIT("x"), UR_FILE_NEW, &e), UR_E_STATE);
    assert_status(ur_file_write("", UR_SPAN_LIT("x"), UR_FILE_NEW, &e), UR_E_STATE);
    assert_status(ur_file_write("/dev/null", UR_SPAN_LIT("x"), UR_FILE_REPLACE, &e), UR_E_STATE);
    assert_string_equal(e.text, "write /dev/null: it exists and is not a regular file");
    assert_int_equal(mkfifo("p", 0600), 0);
    assert_status(ur_file_write("p", UR_SPAN_LIT("x"), UR_FILE_REPLACE, &e), UR_E_STATE);
    assert_int_equal(entries(), 4);
}

static void reads_within_limits(void **state)
{
    (void)state;
    ur_err e;
    uint8_t *p = NULL, *want = malloc(100000);
    size_t n = 1;
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 8192, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        memset(want, (int)i + 1, sizes[i]);
        assert_ok(ur_file_write("r", ur_span_of(want, sizes[i]), UR_FILE_REPLACE, &e));
        holds("r", ur_span_of(want, sizes[i]));
        assert_ok(ur_file_read(&p, &n, "r", sizes[i], &e));
        assert_int_equal(n, sizes[i]);
        free(p);
        if (sizes[i] > 0) {
            assert_status(ur_file_read(&p, &n, "r", sizes[i] - 1, &e), UR_E_LIMIT);
            assert_null(p);
            assert_int_equal(n, 0);
        }
    }
    free(want);
    assert_status(ur_file_read(&p, &n, "absent", 10, &e), UR_E_ABSENT);
    assert_status(ur_file_read(&p, &n, ".", 10, &e), UR_E_STATE);
    assert_status(ur_file_read(&p, &n, "r", SIZE_MAX, &e), UR_E_USAGE);
    assert_status(ur_file_read(&p, &n, "/dev/zero", 1000, &e), UR_E_LIMIT);
}

static void reads_secrets(void **state)
{
    (void)state;
    ur_err e;
    ur_secret *s = NULL;
    assert_ok(ur_file_write("s", UR_SPAN_LIT("0123456789"), UR_FILE_SECRET, &e));
    assert_ok(ur_file_read_secret(&s, "s", 10, &e));
    assert_int_equal(ur_secret_len(s), 10);
    assert_memory_equal(ur_secret_reveal(s), "0123456789", 10);
    ur_secret_free(&s);
    assert_status(ur_file_read_secret(&s, "s", 9, &e), UR_E_LIMIT);
    assert_null(s);
    assert_int_equal(chmod("s", 0640), 0);
    assert_status(ur_file_read_secret(&s, "s", 10, &e), UR_E_POLICY);
    assert_string_equal(e.text, "read s: others may open this secret (mode 640); chmod 600 it");
    assert_ok(ur_file_write("empty", UR_SPAN_LIT(""), UR_FILE_SECRET, &e));
    assert_status(ur_file_read_secret(&s, "empty", 10, &e), UR_E_INPUT);
    assert_status(ur_file_read_secret(&s, "absent", 10, &e), UR_E_ABSENT);
    assert_status(ur_file_read_secret(&s, "empty", 0, &e), UR_E_USAGE);
    assert_status(ur_file_read_secret(&s, "empty", UR_SECRET_MAX, &e), UR_E_USAGE);
}

static void a_pipe_is_a_stream(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    const size_t total = 1 << 20;
    pid_t pid = fork();
    if (pid == 0) {
        uint8_t *p = malloc(total);
        for (size_t i = 0; i < total; i++) {
            p[i] = (uint8_t)(i * 7 >> 3);
        }
        const ur_fd w = {ends[1], "pipe"};
        const ur_sink sink = ur_sink_of_fd(&w);
        _exit(sink.write(sink.context, p, total, NULL) == UR_OK ? 0 : 1);
    }
    (void)close(ends[1]);
    const ur_fd r = {ends[0], "pipe"};
    const ur_source source = ur_source_of_fd(&r);
    uint8_t *got = malloc(total + 1);
    size_t n = 0;
    assert_ok(ur_source_fill(&source, got, total + 1, &n, NULL));
    assert_int_equal(n, total);
    for (size_t i = 0; i < total; i++) {
        assert_int_equal(got[i], (uint8_t)(i * 7 >> 3));
    }
    free(got);
    (void)close(ends[0]);

    ur_reader bytes;
    ur_reader_init(&bytes, UR_SPAN_LIT("abcdef"));
    const ur_source memory = ur_source_of_reader(&bytes);
    uint8_t four[4];
    assert_ok(ur_source_fill(&memory, four, 4, &n, NULL));
    assert_int_equal(n, 4);
    assert_ok(ur_source_fill(&memory, four, 4, &n, NULL));
    assert_int_equal(n, 2);
    assert_ok(ur_source_fill(&memory, four, 4, &n, NULL));
    assert_int_equal(n, 0);
    const ur_fd closed = {-1, "nothing"};
    const ur_source bad = ur_source_of_fd(&closed);
    assert_status(ur_source_fill(&bad, four, 4, &n, NULL), UR_E_USAGE);
}

int main(void)
{
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter, leave)
    const struct CMUnitTest tests[] = {
        IN_DIR(writes_whole),        IN_DIR(exclusive_and_secret), IN_DIR(odd_targets),
        IN_DIR(reads_within_limits), IN_DIR(reads_secrets),        IN_DIR(a_pipe_is_a_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
