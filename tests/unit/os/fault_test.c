/* Everything in lib/os fails in turn: nothing is left, nothing is half there, secrets are wiped. */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/os/file.h"
#include "lib/os/random.h"
#include "tests/fault/fault.h"
#include "tests/test.h"

static int enter(void **state)
{
    static char dir[64];
    (void)snprintf(dir, sizeof dir, "/tmp/unrug-fault-XXXXXX");
    *state = dir;
    return mkdtemp(dir) == NULL || chdir(dir) != 0;
}

static int leave(void **state)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    return chdir("/") != 0 || system(command) != 0;
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

static bool holds(const char *path, const char *want)
{
    char got[64] = {0};
    FILE *f = fopen(path, "rb");
    size_t n = f != NULL ? fread(got, 1, sizeof got - 1, f) : 0;
    if (f != NULL) {
        (void)fclose(f);
    }
    return f != NULL && n == strlen(want) && strcmp(got, want) == 0;
}

static void writing(void **state)
{
    (void)state;
    static const unsigned ways[] = {0, FAULT_NO_TMPFILE, FAULT_SLOW, FAULT_NO_TMPFILE | FAULT_SLOW};
    for (int mode = UR_FILE_REPLACE; mode <= UR_FILE_SECRET; mode++) {
        for (int existing = 0; existing <= (mode == UR_FILE_REPLACE ? 2 : 0); existing++) {
            for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
                long k = 0;
                for (;; k++) {
                    ur_err e;
                    ur_err_clear(&e);
                    (void)unlink("link");
                    (void)unlink("file");
                    if (existing > 0) {
                        assert_ok(ur_file_write("file", UR_SPAN_LIT("old content"), UR_FILE_NEW, NULL));
                    }
                    if (existing == 2) {
                        assert_int_equal(symlink("file", "link"), 0);
                    }
                    fault_arm(FAULT_ALL | ways[way], k);
                    ur_status s = ur_file_write(existing == 2 ? "link" : "file", UR_SPAN_LIT("new content"),
                                                (ur_file_mode)mode, &e);
                    bool hit = fault_disarm();
                    const bool in_place_unsynced = s != UR_OK && strstr(e.text, "could not be synced") != NULL;
                    assert_int_equal(hit, s != UR_OK);
                    assert_int_equal(e.text[0] != '\0', s != UR_OK);
                    assert_int_equal(entries(), (s == UR_OK || in_place_unsynced || existing > 0) + (existing == 2));
                    if (s == UR_OK || in_place_unsynced) {
                        assert_true(holds("file", "new content"));
                    } else if (existing > 0) {
                        assert_true(holds("file", "old content"));
                    }
                    if (!hit) {
                        break;
                    }
                }
                assert_true(k > 6);
            }
        }
    }
}

static void reading(void **state)
{
    (void)state;
    static uint8_t content[9000];
    ur_random(content, sizeof content);
    assert_ok(ur_file_write("file", ur_span_of(content, sizeof content), UR_FILE_SECRET, NULL));
    for (unsigned way = 0; way <= FAULT_SLOW; way += FAULT_SLOW) {
        for (long k = 0;; k++) {
            uint8_t *p = NULL;
            size_t n = 0;
            fault_arm(FAULT_ALL | way, k);
            ur_status s = ur_file_read(&p, &n, "file", sizeof content, NULL);
            if (s == UR_OK) {
                assert_int_equal(n, sizeof content);
                assert_true(ur_eq_var(p, content, n));
                free(p);
            } else {
                assert_null(p);
                assert_int_equal(n, 0);
            }
            bool hit = fault_disarm();
            assert_int_equal(hit, s != UR_OK);
            if (!hit) {
                break;
            }
        }
        for (long k = 0;; k++) {
            ur_secret *secret = NULL;
            ur_err e;
            fault_arm(FAULT_ALL | way, k);
            ur_status s = ur_file_read_secret(&secret, "file", sizeof content, &e);
            if (s == UR_OK) {
                assert_true(ur_eq_var(ur_secret_reveal(secret), content, sizeof content));
                ur_secret_free(&secret);
            }
            assert_null(secret);
            bool hit = fault_disarm();
            assert_int_equal(fault_unwiped(), 0);
            assert_int_equal(hit, s != UR_OK);
            if (!hit) {
                break;
            }
        }
    }
}

static void removing(void **state)
{
    (void)state;
    for (long k = 0;; k++) {
        (void)unlink("file");
        assert_ok(ur_file_write("file", UR_SPAN_LIT("x"), UR_FILE_NEW, NULL));
        fault_arm(FAULT_ALL, k);
        ur_status s = ur_file_remove("file", NULL);
        bool hit = fault_disarm();
        assert_int_equal(hit, s != UR_OK);
        if (!hit) {
            assert_int_equal(entries(), 0);
            break;
        }
    }
}

static void secrets(void **state)
{
    (void)state;
    for (size_t n = 1; n < 20000; n = n * 2 + 3) {
        for (long k = 0;; k++) {
            ur_secret *s = NULL;
            fault_arm(FAULT_ALL, k);
            ur_status st = ur_secret_new(&s, n, NULL);
            if (st == UR_OK) {
                memset(ur_secret_reveal(s), 0xa5, n);
                ur_secret_shorten(s, n / 2 + 1);
                ur_secret_free(&s);
            } else {
                assert_int_equal(st, UR_E_MEMORY);
            }
            assert_null(s);
            bool hit = fault_disarm();
            assert_int_equal(fault_unwiped(), 0);
            assert_int_equal(hit, st != UR_OK);
            if (!hit) {
                break;
            }
        }
    }
}

int main(void)
{
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter, leave)
    const struct CMUnitTest tests[] = {IN_DIR(writing), IN_DIR(reading), IN_DIR(removing), IN_DIR(secrets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
