/* A keyper's store: what is kept is kept through a kill, what was said is said again, what is destroyed is gone. */
#define _GNU_SOURCE /* memmem */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/keystore/share_store.h"
#include "lib/os/file.h"
#include "tests/test.h"

static ur_secret *root;

static int enter(void **state)
{
    static char dir[64];
    (void)snprintf(dir, sizeof dir, "/tmp/unrug-store-XXXXXX");
    *state = dir;
    if (mkdtemp(dir) == NULL || chdir(dir) != 0 || ur_secret_new(&root, UR_STORE_KEY_BYTES, NULL) != UR_OK) {
        return 1;
    }
    memset(ur_secret_reveal(root), 7, UR_STORE_KEY_BYTES);
    return 0;
}

static int leave(void **state)
{
    char command[128];
    ur_secret_free(&root);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    return chdir("/") != 0 || system(command) != 0;
}

static ur_share_store *opened(void)
{
    ur_share_store *s;
    ur_err err = {""};
    if (ur_share_store_open(&s, "keyper", root, &err) != UR_OK) {
        fail_msg("%s", err.text);
    }
    return s;
}

static const ur_store_generation first = {3, 1};

static ur_store_share about_share(void)
{
    ur_store_share a = {.index = 2, .t = 3, .n = 5};
    memset(a.mpk, 1, sizeof a.mpk);
    memset(a.transcript, 2, sizeof a.transcript);
    return a;
}

static void seeds_and_shares(void **state)
{
    (void)state;
    uint8_t seed[32], again[32], other[32];
    ur_scalar share, kept;
    ur_store_share about = about_share(), found;
    ur_scalar_from_u64(&share, 12345);
    ur_share_store *s = opened();
    assert_ok(ur_share_store_seed(s, seed, &first, 1, NULL));
    assert_ok(ur_share_store_seed(s, other, &first, 2, NULL));
    assert_memory_not_equal(seed, other, 32);
    assert_status(ur_share_store_share(s, &first, NULL, &kept, NULL), UR_E_ABSENT);
    assert_ok(ur_share_store_keep(s, &first, &about, &share, NULL));
    assert_ok(ur_share_store_keep(s, &first, &about, &share, NULL));
    ur_share_store_close(&s);

    s = opened();
    assert_ok(ur_share_store_seed(s, again, &first, 1, NULL));
    assert_memory_equal(seed, again, 32);
    assert_ok(ur_share_store_share(s, &first, &found, &kept, NULL));
    assert_ok(ur_scalar_eq(&share, &kept));
    assert_int_equal(found.index, 2);
    assert_memory_equal(&found, &about, sizeof about);
    ur_scalar_from_u64(&share, 54321);
    assert_status(ur_share_store_keep(s, &first, &about, &share, NULL), UR_E_STATE);
    ur_share_store_close(&s);
}

static bool file_holds(const char *path, const uint8_t *what, size_t n)
{
    uint8_t *p;
    size_t len;
    if (ur_file_read(&p, &len, path, (size_t)1 << 24, NULL) != UR_OK) {
        return false;
    }
    bool found = memmem(p, len, what, n) != NULL;
    free(p);
    return found;
}

static void nothing_lies_open(void **state)
{
    (void)state;
    uint8_t seed[32], plain[32];
    ur_scalar share;
    ur_store_share about = about_share();
    ur_share_store *s = opened();
    assert_ok(ur_share_store_seed(s, seed, &first, 1, NULL));
    ur_scalar_from_wide(&share, (const uint8_t *)"0123456789abcdef0123456789abcdef0123456789abcdef", 48);
    ur_scalar_write(plain, &share);
    assert_ok(ur_share_store_keep(s, &first, &about, &share, NULL));
    static const char *const files[] = {"keyper/keyper.db", "keyper/keyper.db-wal", "keyper/wrap-3-1"};
    for (size_t i = 0; i < 3; i++) {
        struct stat st;
        assert_int_equal(stat(files[i], &st), 0);
        assert_int_equal(st.st_mode & 077, 0);
        assert_false(file_holds(files[i], seed, 32));
        assert_false(file_holds(files[i], plain, 32));
        assert_false(file_holds(files[i], ur_secret_reveal(root), 16));
    }
    ur_share_store_close(&s);
}

static void destroyed_is_gone(void **state)
{
    (void)state;
    uint8_t seed[32];
    ur_scalar share, kept;
    ur_store_share about = about_share();
    static const ur_store_generation second = {3, 2};
    ur_scalar_from_u64(&share, 12345);
    ur_share_store *s = opened();
    assert_ok(ur_share_store_keep(s, &first, &about, &share, NULL));
    assert_ok(ur_share_store_keep(s, &second, &about, &share, NULL));
    assert_ok(ur_share_store_destroy(s, &first, NULL));
    assert_ok(ur_share_store_destroy(s, &first, NULL));
    assert_int_equal(access("keyper/wrap-3-1", F_OK), -1);
    assert_status(ur_share_store_share(s, &first, NULL, &kept, NULL), UR_E_STATE);
    assert_status(ur_share_store_seed(s, seed, &first, 1, NULL), UR_E_STATE);
    assert_status(ur_share_store_keep(s, &first, &about, &share, NULL), UR_E_STATE);
    assert_ok(ur_share_store_share(s, &second, NULL, &kept, NULL));
    ur_share_store_close(&s);
}

static void said_once(void **state)
{
    (void)state;
    ur_span said;
    ur_share_store *s = opened();
    ur_span question = UR_SPAN_LIT("share/7/1/1/1");
    assert_status(ur_share_store_said(s, question, &said, NULL), UR_E_ABSENT);
    assert_ok(ur_share_store_say(s, question, UR_SPAN_LIT("first"), &said, NULL));
    assert_true(ur_span_eq_var(said, UR_SPAN_LIT("first")));
    assert_ok(ur_share_store_say(s, question, UR_SPAN_LIT("second"), &said, NULL));
    assert_true(ur_span_eq_var(said, UR_SPAN_LIT("first")));
    ur_share_store_close(&s);
    s = opened();
    assert_ok(ur_share_store_said(s, question, &said, NULL));
    assert_true(ur_span_eq_var(said, UR_SPAN_LIT("first")));
    assert_status(ur_share_store_say(s, question, UR_SPAN_LIT(""), &said, NULL), UR_E_USAGE);
    ur_share_store_close(&s);
}

static void nothing_goes_back(void **state)
{
    (void)state;
    uint64_t value;
    ur_err err;
    ur_share_store *s = opened();
    const ur_store_sight at = {2, 9, 1000};
    assert_ok(ur_share_store_see(s, 7, &at, NULL));
    assert_ok(ur_share_store_see(s, 7, &at, NULL));
    assert_status(ur_share_store_see(s, 7, &(ur_store_sight){1, 20, 2000}, &err), UR_E_POLICY);
    assert_non_null(strstr(err.text, "gone back"));
    assert_status(ur_share_store_see(s, 7, &(ur_store_sight){2, 8, 2000}, NULL), UR_E_POLICY);
    assert_status(ur_share_store_see(s, 7, &(ur_store_sight){2, 9, 999}, NULL), UR_E_POLICY);
    assert_ok(ur_share_store_see(s, 7, &(ur_store_sight){3, 1, 1}, NULL));
    assert_ok(ur_share_store_see(s, 8, &(ur_store_sight){1, 1, 1}, NULL));
    assert_ok(ur_share_store_mark_of(s, "height", &value, NULL));
    assert_int_equal(value, 0);
    assert_ok(ur_share_store_mark(s, "height", 100, NULL));
    assert_status(ur_share_store_mark(s, "height", 99, NULL), UR_E_POLICY);
    assert_ok(ur_share_store_mark_of(s, "height", &value, NULL));
    assert_int_equal(value, 100);
    ur_share_store_close(&s);
}

static void refuses(void **state)
{
    (void)state;
    ur_share_store *s = opened(), *other;
    ur_err err;
    uint8_t seed[32];
    assert_ok(ur_share_store_seed(s, seed, &first, 1, NULL));
    assert_status(ur_share_store_open(&other, "keyper", root, &err), UR_E_UNAVAILABLE);
    ur_share_store_close(&s);
    ur_secret_reveal(root)[0] ^= 1;
    assert_status(ur_share_store_open(&s, "keyper", root, &err), UR_E_PROOF);
    assert_non_null(strstr(err.text, "another root key"));
    ur_secret_reveal(root)[0] ^= 1;
    int fd = open("keyper/wrap-3-1", O_WRONLY);
    assert_int_equal(write(fd, "xxxx", 4), 4);
    (void)close(fd);
    s = opened();
    assert_status(ur_share_store_seed(s, seed, &first, 1, &err), UR_E_INPUT);
    assert_non_null(strstr(err.text, "wrap-3-1"));
    ur_share_store_close(&s);
}

/* A child keeps, says and marks, and reports each thing that is done; it is killed at some moment. */
static void work_until_killed(int report, uint32_t round)
{
    ur_share_store *s;
    ur_scalar share;
    memset(ur_secret_reveal(root), 7, UR_STORE_KEY_BYTES); /* secrets are not handed to children */
    if (ur_share_store_open(&s, "keyper", root, NULL) != UR_OK) {
        _exit(1);
    }
    for (uint32_t k = 0;; k++) {
        const ur_store_generation g = {round + 1, k + 1};
        ur_store_share about = about_share();
        ur_span said;
        about.index = k + 1;
        ur_scalar_from_u64(&share, 1000 + k);
        if (ur_share_store_keep(s, &g, &about, &share, NULL) != UR_OK ||
            ur_share_store_say(s, ur_span_of(&g, sizeof g), ur_span_of(&about, sizeof about), &said, NULL) != UR_OK ||
            write(report, &k, sizeof k) != (ssize_t)sizeof k) {
            _exit(1);
        }
    }
}

static void killed_at_any_moment(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("share store killed");
    for (uint32_t round = 0; round < 20; round++) {
        int pipe_ends[2];
        assert_int_equal(pipe(pipe_ends), 0);
        pid_t child = fork();
        if (child == 0) {
            work_until_killed(pipe_ends[1], round);
        }
        (void)close(pipe_ends[1]);
        (void)usleep((useconds_t)(test_rng_u64(&rng) % 60000));
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        uint32_t k, done = 0;
        while (read(pipe_ends[0], &k, sizeof k) == (ssize_t)sizeof k) {
            done = k + 1;
        }
        (void)close(pipe_ends[0]);
        ur_share_store *s = opened();
        for (k = 0; k < done; k++) {
            const ur_store_generation g = {round + 1, k + 1};
            ur_store_share about;
            ur_scalar share, want;
            ur_span said;
            ur_scalar_from_u64(&want, 1000 + k);
            assert_ok(ur_share_store_share(s, &g, &about, &share, NULL));
            assert_ok(ur_scalar_eq(&share, &want));
            assert_ok(ur_share_store_said(s, ur_span_of(&g, sizeof g), &said, NULL));
            assert_memory_equal(said.p, &about, sizeof about);
        }
        ur_share_store_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(seeds_and_shares, enter, leave),
        cmocka_unit_test_setup_teardown(nothing_lies_open, enter, leave),
        cmocka_unit_test_setup_teardown(destroyed_is_gone, enter, leave),
        cmocka_unit_test_setup_teardown(said_once, enter, leave),
        cmocka_unit_test_setup_teardown(nothing_goes_back, enter, leave),
        cmocka_unit_test_setup_teardown(refuses, enter, leave),
        cmocka_unit_test_setup_teardown(killed_at_any_moment, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
