/* Sealing and opening while everything fails in turn: a refusal with words, no file, no leak, no plaintext or file key left in
 * memory that was given back. (OpenSSL's own allocations are its own; it wipes its contexts.) */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/os/file.h"
#include "lib/os/random.h"
#include "lib/seal/seal.h"
#include "tests/fault/fault.h"
#include "tests/test.h"

static struct {
    ur_tibe_pub mpk;
    ur_tibe_key key;
    ur_seal_to to;
} s;

static uint8_t content[150000];
static const char marker[] = "this must not stay in memory";

static int enter(void **state)
{
    static char dir[64];
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    ur_scalar x;
    ur_tibe_id id;
    (void)snprintf(dir, sizeof dir, "/tmp/unrug-seal-fault-XXXXXX");
    *state = dir;
    ur_random(wide, sizeof wide);
    ur_scalar_from_wide(&x, wide, sizeof wide);
    ur_g1_mul(&s.mpk.p, ur_g1_generator(), &x);
    s.to = (ur_seal_to){.mpk = &s.mpk, .kind = UR_SEAL_DISTIBE, .id = UR_SPAN_LIT("id")};
    if (ur_tibe_id_hash(&id, s.to.id) != UR_OK) {
        return 1;
    }
    ur_g2_mul(&s.key.d, &id.q, &x);
    for (size_t i = 0; i + sizeof marker < sizeof content; i += sizeof marker) {
        memcpy(content + i, marker, sizeof marker);
    }
    return mkdtemp(dir) == NULL || chdir(dir) != 0 ||
           ur_file_write("in", ur_span_of(content, sizeof content), UR_FILE_NEW, NULL) != UR_OK;
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

/* From a file to a file, as a program does it. */
static ur_status run(const char *from, const char *to, bool seal, ur_seal_form form, ur_err *err)
{
    ur_file_out *out = NULL;
    ur_sealed *sealed = NULL;
    FILE *f = fopen(from, "rb"); /* stdio's own: its failures are not ours */
    assert_non_null(f);
    const ur_fd fd = {fileno(f), from};
    const ur_source source = ur_source_of_fd(&fd);
    ur_status st = ur_file_out_begin(&out, to, UR_FILE_NEW, err);
    if (st == UR_OK) {
        const ur_sink sink = ur_sink_of_file_out(out);
        if (seal) {
            st = ur_seal_stream(&sink, &source, &s.to, form, err);
        } else {
            st = ur_sealed_begin(&sealed, &source, err);
            st = st == UR_OK ? ur_sealed_open(sealed, &sink, &s.key, err) : st;
            ur_sealed_free(&sealed);
        }
    }
    if (st == UR_OK) {
        st = ur_file_out_commit(&out, err);
    }
    ur_file_out_abort(&out);
    (void)fclose(f);
    return st;
}

static void files(void **state)
{
    (void)state;
    static const unsigned ways[] = {0, FAULT_NO_TMPFILE};
    for (int form = UR_SEAL_BINARY; form <= UR_SEAL_ARMOR; form++) {
        assert_ok(run("in", "sealed", true, (ur_seal_form)form, NULL));
        for (int seal = 0; seal <= 1; seal++) {
            for (size_t way = 0; way < 2; way++) {
                long k = 0;
                for (bool hit = true; hit; k++) {
                    ur_err e;
                    ur_err_clear(&e);
                    fault_watch(marker, sizeof marker - 1);
                    fault_arm(FAULT_ALL | ways[way], k);
                    ur_status st = run(seal ? "in" : "sealed", "out", seal, (ur_seal_form)form, &e);
                    hit = fault_disarm();
                    fault_watch(NULL, 0);
                    assert_int_equal(fault_unwiped(), 0);
                    assert_int_equal(hit, st != UR_OK);
                    assert_int_equal(e.text[0] != '\0', st != UR_OK);
                    const bool unsynced = strstr(e.text, "could not be synced") != NULL;
                    assert_int_equal(entries(), st == UR_OK || unsynced ? 3 : 2);
                    (void)unlink("out");
                }
                assert_true(k > 10);
            }
        }
        assert_int_equal(unlink("sealed"), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(files, enter, leave)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
