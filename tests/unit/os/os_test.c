/* err, random, secret, harden, clock. */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/os/clock.h"
#include "lib/os/err.h"
#include "lib/os/file.h"
#include "lib/os/harden.h"
#include "lib/os/random.h"
#include "lib/os/secret.h"
#include "tests/test.h"

static void err_collects_outward(void **state)
{
    (void)state;
    ur_err e;
    ur_err_clear(&e);
    assert_string_equal(ur_err_text(&e, UR_E_PROOF), "does not verify");
    assert_string_equal(ur_err_text(NULL, UR_E_PROOF), "does not verify");
    assert_status(ur_err_set(&e, UR_E_PROOF, "proof does not verify"), UR_E_PROOF);
    assert_status(ur_err_in(&e, UR_E_PROOF, "share from keyper %d", 3), UR_E_PROOF);
    assert_status(ur_err_in(&e, UR_E_PROOF, "recover '%s'", "vault-7"), UR_E_PROOF);
    assert_string_equal(ur_err_text(&e, UR_E_PROOF), "recover 'vault-7': share from keyper 3: proof does not verify");
    assert_ok(ur_err_in(&e, UR_OK, "not used"));
    assert_string_equal(ur_err_text(&e, UR_OK), "recover 'vault-7': share from keyper 3: proof does not verify");
    ur_err_clear(&e);
    (void)ur_err_in(&e, UR_E_LIMIT, "reading");
    assert_string_equal(ur_err_text(&e, UR_OK), "reading: over a limit");
    assert_status(ur_err_set(NULL, UR_E_INPUT, "nobody reads this"), UR_E_INPUT);
    assert_status(ur_err_in(NULL, UR_E_INPUT, "nor this"), UR_E_INPUT);
    assert_status(ur_err_system(&e, 2, "read %s", "x"), UR_E_ABSENT);
    assert_string_equal(ur_err_text(&e, UR_OK), "read x: No such file or directory");
}

static void err_is_printable_and_bounded(void **state)
{
    (void)state;
    ur_err e;
    char big[2000];
    (void)ur_err_set(&e, UR_E_INPUT, "name '%s'", "a\x1b[31m\n\xc3\xa4");
    assert_string_equal(ur_err_text(&e, UR_OK), "name 'a\\x1b[31m\\x0a\\xc3\\xa4'");
    (void)ur_err_in(&e, UR_E_INPUT, "file");
    assert_string_equal(ur_err_text(&e, UR_OK), "file: name 'a\\x1b[31m\\x0a\\xc3\\xa4'");
    for (size_t n = 1; n < sizeof big; n++) {
        memset(big, n % 3 == 0 ? 'a' : n % 3 == 1 ? '\n' : '%', n);
        big[n] = '\0';
        (void)ur_err_set(&e, UR_E_INPUT, "%s", big);
        assert_true(strlen(e.text) < UR_ERR_MAX);
        (void)ur_err_set(&e, UR_E_INPUT, "the cause");
        (void)ur_err_in(&e, UR_E_INPUT, "%s", big);
        (void)ur_err_in(&e, UR_E_INPUT, "%s", big);
        assert_true(strlen(e.text) < UR_ERR_MAX);
        assert_non_null(strstr(e.text, ": the cause"));
        (void)ur_err_system(&e, 5, "%s", big);
        assert_true(strlen(e.text) < UR_ERR_MAX);
    }
}

static void random_differs(void **state)
{
    (void)state;
    uint8_t a[300] = {0}, b[300] = {0};
    ur_random(a, 0);
    for (size_t i = 0; i < sizeof a; i++) {
        assert_int_equal(a[i], 0);
    }
    ur_random(a, sizeof a);
    ur_random(b, sizeof b);
    assert_false(ur_eq_var(a, b, sizeof a));
    size_t zeros = 0;
    for (size_t i = 0; i < sizeof a; i++) {
        zeros += a[i] == 0;
    }
    assert_true(zeros < 30);
}

/* Runs f in a child; its exit status, or 128 + the signal. */
static int in_child(int (*f)(void *), void *arg)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)signal(SIGSEGV, SIG_DFL);
        (void)signal(SIGBUS, SIG_DFL);
        _exit(f(arg));
    }
    int st = 0;
    assert_int_equal(waitpid(pid, &st, 0), pid);
    return WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
}

static int touch(void *p)
{
    *(volatile uint8_t *)p = 1;
    return 0;
}

static int seen_in_child(void *p) { return *(volatile uint8_t *)p; }

static void secret_is_guarded(void **state)
{
    (void)state;
    size_t sizes[] = {1, 15, 16, 17, 32, 4095, 4096, 4097, 10000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ur_secret *s = NULL;
        size_t n = sizes[i];
        assert_ok(ur_secret_new(&s, n, NULL));
        uint8_t *p = ur_secret_reveal(s);
        assert_int_equal(ur_secret_len(s), n);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(p[k], 0);
            p[k] = 0x5a;
        }
        assert_int_equal(in_child(seen_in_child, p), 0); /* zero in a forked child */
        assert_int_equal(in_child(touch, p), 0);
        assert_int_not_equal(in_child(touch, p + (n + 15) / 16 * 16), 0);
        assert_int_not_equal(in_child(touch, (uint8_t *)((uintptr_t)p & ~(uintptr_t)4095) - 1), 0);
        if (n > 1) {
            ur_secret_shorten(s, n);
            assert_int_equal(ur_secret_len(s), n);
            ur_secret_shorten(s, 1);
            assert_int_equal(ur_secret_len(s), 1);
            assert_int_equal(p[0], 0x5a);
        }
        ur_secret_free(&s);
        assert_null(s);
        ur_secret_free(&s);
    }
    ur_secret *s = NULL;
    assert_status(ur_secret_new(&s, 0, NULL), UR_E_USAGE);
    assert_status(ur_secret_new(&s, UR_SECRET_MAX + 1, NULL), UR_E_USAGE);
}

static int lock_fails(void *unused)
{
    (void)unused;
    ur_err e = {{0}};
    ur_secret *s = NULL;
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_MEMLOCK, &none) != 0 || (geteuid() == 0 && setuid(65534) != 0)) {
        return 1;
    }
    ur_status st = ur_secret_new(&s, 32, &e);
    return st == UR_E_MEMORY && s == NULL && strstr(e.text, "ulimit -l") != NULL ? 0 : 2;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MLOCK_DOES_NOTHING /* AddressSanitizer's */
#endif
#endif

static void secret_that_cannot_be_locked_is_an_error(void **state)
{
    (void)state;
#if defined(MLOCK_DOES_NOTHING)
    skip();
#endif
    assert_int_equal(in_child(lock_fails, NULL), 0);
}

static int hardened(void *unused)
{
    (void)unused;
    struct rlimit core = {1, 1};
    (void)close(0);
    (void)close(2);
    if (ur_harden_process(NULL) != UR_OK || fcntl(0, F_GETFD) < 0 || fcntl(2, F_GETFD) < 0) {
        return 1;
    }
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0) {
        return 2;
    }
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) {
        return 3;
    }
    return ur_harden_process(NULL) == UR_OK ? 0 : 4;
}

static void harden_does_all(void **state)
{
    (void)state;
    assert_int_equal(in_child(hardened, NULL), 0);
}

static void clocks_run(void **state)
{
    (void)state;
    const ur_clock *c = ur_clock_system();
    uint64_t before = c->boot_ms(c->context);
    assert_true(c->unix_ms(c->context) > INT64_C(1700000000000));
    (void)usleep(3000);
    assert_true(c->boot_ms(c->context) >= before + 2);
}

static void clock_source_is_judged(void **state)
{
    (void)state;
    char path[] = "/tmp/unrug-clock-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    static const struct {
        const char *name;
        ur_status want;
    } cases[] = {{"tsc\n", UR_OK},           {"arch_sys_counter\n", UR_OK}, {"kvm-clock\n", UR_E_POLICY},
                 {"hyperv", UR_E_POLICY},    {"", UR_E_POLICY},             {"tsc2", UR_E_POLICY},
                 {"ts\x1b", UR_E_POLICY}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(ur_file_write(path, ur_span_str_var(cases[i].name), UR_FILE_REPLACE, NULL));
        assert_status(ur_clock_check_own(path, NULL), cases[i].want);
    }
    (void)unlink(path);
    assert_status(ur_clock_check_own(path, NULL), UR_E_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(err_collects_outward),
        cmocka_unit_test(err_is_printable_and_bounded),
        cmocka_unit_test(random_differs),
        cmocka_unit_test(secret_is_guarded),
        cmocka_unit_test(secret_that_cannot_be_locked_is_an_error),
        cmocka_unit_test(harden_does_all),
        cmocka_unit_test(clocks_run),
        cmocka_unit_test(clock_source_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
