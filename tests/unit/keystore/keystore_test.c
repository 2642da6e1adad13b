#define _GNU_SOURCE /* ptsname_r */
/* Key files and passphrases; everything fails in turn too. */
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lib/keystore/keyfile.h"
#include "lib/keystore/passphrase.h"
#include "lib/os/random.h"
#include "lib/suite/scrypt.h"
#include "tests/fault/fault.h"
#include "tests/test.h"

static const ur_keyfile about = {.kind = "secp256k1", .public_part = {2, 7, 7}, .public_n = 33, .log_n = UR_KEYFILE_LOG_N_MIN};

static int enter(void **state)
{
    static char dir[64];
    (void)snprintf(dir, sizeof dir, "/tmp/unrug-keystore-XXXXXX");
    *state = dir;
    return mkdtemp(dir) == NULL || chdir(dir) != 0;
}

static int leave(void **state)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    return chdir("/") != 0 || system(command) != 0;
}

static ur_secret *secret_of(const char *text)
{
    ur_secret *s = NULL;
    assert_ok(ur_secret_new(&s, strlen(text), NULL));
    memcpy(ur_secret_reveal(s), text, strlen(text));
    return s;
}

static void is(ur_secret *s, const char *text)
{
    assert_int_equal(ur_secret_len(s), strlen(text));
    assert_memory_equal(ur_secret_reveal(s), text, strlen(text));
}

static void scrypt_as_published(void **state)
{
    (void)state;
    /* RFC 7914, 12, third vector */
    static const uint8_t want[64] = {
        0x70, 0x23, 0xbd, 0xcb, 0x3a, 0xfd, 0x73, 0x48, 0x46, 0x1c, 0x06, 0xcd, 0x81, 0xfd, 0x38, 0xeb,
        0xfd, 0xa8, 0xfb, 0xba, 0x90, 0x4f, 0x8e, 0x3e, 0xa9, 0xb5, 0x43, 0xf6, 0x54, 0x5d, 0xa1, 0xf2,
        0xd5, 0x43, 0x29, 0x55, 0x61, 0x3f, 0x0f, 0xcf, 0x62, 0xd4, 0x97, 0x05, 0x24, 0x2a, 0x9a, 0xf9,
        0xe6, 0x1e, 0x85, 0xdc, 0x0d, 0x65, 0x1e, 0x40, 0xdf, 0xcf, 0x01, 0x7b, 0x45, 0x57, 0x58, 0x87};
    uint8_t out[64];
    assert_ok(ur_scrypt(out, 64, UR_SPAN_LIT("pleaseletmein"), UR_SPAN_LIT("SodiumChloride"), 14));
    assert_memory_equal(out, want, 64);
    assert_status(ur_scrypt(out, 64, UR_SPAN_LIT("x"), UR_SPAN_LIT("y"), 9), UR_E_USAGE);
    assert_status(ur_scrypt(out, 64, UR_SPAN_LIT("x"), UR_SPAN_LIT("y"), 21), UR_E_USAGE);
    assert_status(ur_scrypt(out, 65, UR_SPAN_LIT("x"), UR_SPAN_LIT("y"), 14), UR_E_USAGE);
}

static void there_and_back(void **state)
{
    (void)state;
    ur_secret *key = secret_of("thirty-two bytes of a secret key"), *pass = secret_of("correct horse"),
              *other = secret_of("correct horsf"), *got = NULL;
    ur_keyfile seen;
    ur_err e;
    struct stat st;
    assert_ok(ur_keyfile_new("k", &about, key, pass, &e));
    assert_int_equal(stat("k", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_status(ur_keyfile_new("k", &about, key, pass, &e), UR_E_STATE);
    assert_ok(ur_keyfile_about_var(&seen, "k", &e));
    assert_memory_equal(&seen, &about, sizeof seen);
    assert_ok(ur_keyfile_open(&got, &seen, "k", pass, &e));
    is(got, "thirty-two bytes of a secret key");
    assert_memory_equal(&seen, &about, sizeof seen);
    ur_secret_free(&got);
    assert_status(ur_keyfile_open(&got, &seen, "k", other, &e), UR_E_PROOF);
    assert_null(got);
    assert_string_equal(e.text, "read k: wrong passphrase, or the file was changed");
    assert_status(ur_keyfile_change("k", other, pass, &e), UR_E_PROOF);
    assert_ok(ur_keyfile_change("k", pass, other, &e));
    assert_int_equal(stat("k", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_status(ur_keyfile_open(&got, NULL, "k", pass, &e), UR_E_PROOF);
    assert_ok(ur_keyfile_open(&got, &seen, "k", other, &e));
    assert_int_equal(seen.log_n, UR_KEYFILE_LOG_N); /* made stronger on the way */
    is(got, "thirty-two bytes of a secret key");
    ur_secret_free(&got);
    assert_status(ur_keyfile_open(&got, NULL, "absent", pass, &e), UR_E_ABSENT);
    ur_keyfile bad = about;
    static const char *const kinds[] = {"", "A", "a b", "a/b", "a\"b"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        (void)snprintf(bad.kind, sizeof bad.kind, "%s", kinds[i]);
        assert_status(ur_keyfile_new("x", &bad, key, pass, &e), UR_E_USAGE);
    }
    ur_secret_free(&key);
    ur_secret_free(&pass);
    ur_secret_free(&other);
}

static void every_byte_counts(void **state)
{
    (void)state;
    ur_secret *key = secret_of("k"), *pass = secret_of("p"), *got = NULL;
    uint8_t *text = NULL;
    size_t n = 0;
    ur_keyfile small = about;
    small.public_n = 1;
    assert_ok(ur_keyfile_new("k", &small, key, pass, NULL));
    assert_ok(ur_file_read(&text, &n, "k", 10000, NULL));
    for (size_t i = 0; i < n; i += 3) {
        const uint8_t was = text[i];
        text[i] = was == '7' ? '8' : was == 'a' ? 'b' : (uint8_t)(was ^ 1);
        assert_ok(ur_file_write("k", ur_span_of(text, n), UR_FILE_REPLACE, NULL));
        ur_status s = ur_keyfile_open(&got, NULL, "k", pass, NULL);
        assert_true(s == UR_E_PROOF || s == UR_E_INPUT || s == UR_E_LIMIT);
        assert_null(got);
        text[i] = was;
    }
    for (size_t cut = 0; cut + 1 < n; cut += 3) {
        assert_ok(ur_file_write("k", ur_span_of(text, cut), UR_FILE_REPLACE, NULL));
        assert_status(ur_keyfile_open(&got, NULL, "k", pass, NULL), UR_E_INPUT);
    }
    free(text);
    static const char *const refused[] = {
        "{\"box\":\"0000000000000000000000000000000000\",\"kind\":\"a\",\"log_n\":21,\"public\":\"\",\"salt\":"
        "\"00000000000000000000000000000000\",\"unrug\":\"key/1\"}",
        "{\"box\":\"00000000000000000000000000000000\",\"kind\":\"a\",\"log_n\":17,\"public\":\"\",\"salt\":"
        "\"00000000000000000000000000000000\",\"unrug\":\"key/1\"}",
        "{\"box\":\"0000000000000000000000000000000000\",\"kind\":\"a\",\"log_n\":13,\"public\":\"\",\"salt\":"
        "\"00000000000000000000000000000000\",\"unrug\":\"key/1\"}",
        "{\"box\":\"0000000000000000000000000000000000\",\"kind\":\"a\",\"log_n\":17,\"public\":\"\",\"salt\":"
        "\"00000000000000000000000000000000\",\"unrug\":\"key/2\"}",
        "{\"box\":\"0000000000000000000000000000000000\",\"kind\":\"a\",\"log_n\":17,\"public\":\"\",\"salt\":"
        "\"00000000000000000000000000000000\",\"unrug\":\"key/1\",\"x\":1}",
        "[]", "", "{}",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        ur_keyfile seen;
        assert_ok(ur_file_write("k", ur_span_str_var(refused[i]), UR_FILE_REPLACE, NULL));
        assert_status(ur_keyfile_about_var(&seen, "k", NULL), i == 0 ? UR_E_LIMIT : UR_E_INPUT);
    }
    ur_secret_free(&key);
    ur_secret_free(&pass);
}

static void everything_fails(void **state)
{
    (void)state;
    static const char marker[] = "not to be found in freed memory!";
    ur_secret *key = secret_of(marker), *pass = secret_of("a passphrase, also not to be found"), *got = NULL;
    for (int what = 0; what < 3; what++) {
        for (long k = 0;; k++) {
            ur_err e;
            ur_err_clear(&e);
            if (what == 0) {
                (void)unlink("k");
            }
            fault_watch(marker, sizeof marker - 1);
            fault_arm(FAULT_ALL, k);
            ur_status s = what == 0   ? ur_keyfile_new("k", &about, key, pass, &e)
                          : what == 1 ? ur_keyfile_open(&got, NULL, "k", pass, &e)
                                      : ur_keyfile_change("k", pass, pass, &e);
            ur_secret_free(&got);
            bool hit = fault_disarm();
            fault_watch(NULL, 0);
            assert_int_equal(fault_unwiped(), 0);
            assert_int_equal(hit, s != UR_OK);
            assert_int_equal(e.text[0] != '\0', s != UR_OK);
            if (what == 0 && s != UR_OK && strstr(e.text, "could not be synced") == NULL) {
                assert_int_not_equal(access("k", F_OK), 0);
            }
            if (!hit) {
                break;
            }
            if (what == 2) { /* old or new: it opens */
                assert_ok(ur_keyfile_open(&got, NULL, "k", pass, NULL));
                ur_secret_free(&got);
            }
        }
    }
    ur_secret_free(&key);
    ur_secret_free(&pass);
}

static ur_status from_pipe(ur_secret **out, const char *bytes, size_t n)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, n), n);
    (void)close(ends[1]);
    const ur_fd fd = {ends[0], "descriptor 3"};
    ur_status s = ur_passphrase_read(out, &fd, NULL);
    (void)close(ends[0]);
    return s;
}

static void passphrases_from_a_descriptor(void **state)
{
    (void)state;
    ur_secret *s = NULL;
    static const char *const same[] = {"pass word", "pass word\n", "pass word\r\n"};
    for (size_t i = 0; i < 3; i++) {
        assert_ok(from_pipe(&s, same[i], strlen(same[i])));
        is(s, "pass word");
        ur_secret_free(&s);
    }
    assert_status(from_pipe(&s, "", 0), UR_E_INPUT);
    assert_status(from_pipe(&s, "\n", 1), UR_E_INPUT);
    assert_status(from_pipe(&s, "a\nb", 3), UR_E_INPUT);
    assert_status(from_pipe(&s, "a\n\n", 3), UR_E_INPUT);
    assert_status(from_pipe(&s, "a\0b", 3), UR_E_INPUT);
    static char big[UR_PASSPHRASE_MAX + 3];
    memset(big, 'a', sizeof big);
    assert_ok(from_pipe(&s, big, UR_PASSPHRASE_MAX));
    ur_secret_free(&s);
    assert_status(from_pipe(&s, big, UR_PASSPHRASE_MAX + 1), UR_E_LIMIT);
    assert_status(from_pipe(&s, big, UR_PASSPHRASE_MAX + 3), UR_E_LIMIT);
    assert_null(s);
}

/* A child whose controlling terminal is ours to type on. Returns what it said by its exit code; `screen` gets what it
 * printed. `signal_number` is sent instead of the second answer. */
static int at_terminal(const char *const answers[2], bool twice, int signal_number, char screen[512])
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    char name[64];
    assert_int_equal(ptsname_r(master, name, sizeof name), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        ur_secret *s = NULL;
        (void)close(master);
        (void)setsid();
        int tty = open(name, O_RDWR);
        if (tty < 0 || ioctl(tty, TIOCSCTTY, 0) != 0) {
            _exit(9);
        }
        ur_status st = ur_passphrase_ask(&s, "Passphrase: ", twice, NULL);
        struct termios t;
        if (tcgetattr(tty, &t) != 0 || (t.c_lflag & ECHO) == 0) {
            _exit(8);
        }
        bool right = st != UR_OK || (ur_secret_len(s) == 6 && ur_eq_var(ur_secret_reveal(s), "s3cret", 6));
        _exit(right ? (int)st : 7);
    }
    size_t n = 0;
    for (int i = 0; i < 2; i++) {
        const char *want = i == 0 ? "Passphrase: " : "Again: ";
        screen[n] = '\0';
        while (strstr(screen, want) == NULL) { /* echo is off once the question is there */
            ssize_t got = read(master, screen + n, 511 - n);
            if (got <= 0) {
                break;
            }
            n += (size_t)got;
            screen[n] = '\0';
        }
        if (signal_number != 0 && i == 1) {
            assert_int_equal(kill(pid, signal_number), 0);
        } else {
            assert_int_equal(write(master, answers[i], strlen(answers[i])), strlen(answers[i]));
        }
        if (!twice) {
            break;
        }
    }
    for (ssize_t got = 1; got > 0 && n < 511;) {
        got = read(master, screen + n, 511 - n);
        n += got > 0 ? (size_t)got : 0;
    }
    screen[n] = '\0';
    int st = 0;
    assert_int_equal(waitpid(pid, &st, 0), pid);
    (void)close(master);
    return WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
}

static void passphrases_from_a_person(void **state)
{
    (void)state;
    char screen[512];
    assert_int_equal(at_terminal((const char *const[2]){"s3cret\n", NULL}, false, 0, screen), UR_OK);
    assert_string_equal(screen, "Passphrase: \r\n");
    assert_int_equal(at_terminal((const char *const[2]){"s3cret\n", "s3cret\n"}, true, 0, screen), UR_OK);
    assert_string_equal(screen, "Passphrase: \r\nAgain: \r\n");
    assert_int_equal(at_terminal((const char *const[2]){"s3cret\n", "s3cre7\n"}, true, 0, screen), UR_E_INPUT);
    assert_int_equal(at_terminal((const char *const[2]){"\n", NULL}, false, 0, screen), UR_E_INPUT);
    assert_int_equal(at_terminal((const char *const[2]){"s3cret\n", NULL}, true, SIGTERM, screen), 128 + SIGTERM);
    assert_null(strstr(screen, "s3cret"));
}

int main(void)
{
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter, leave)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scrypt_as_published),
        IN_DIR(there_and_back),
        IN_DIR(every_byte_counts),
        IN_DIR(everything_fails),
        cmocka_unit_test(passphrases_from_a_descriptor),
        cmocka_unit_test(passphrases_from_a_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
