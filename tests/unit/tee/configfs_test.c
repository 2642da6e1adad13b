/* The configfs backend against two stand-ins for the kernel: one behind the table of file operations, that counts
 * generations as drivers/virt/coco/guest/report.c does and fails on demand; and a real folder of pipes served by a thread. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/attest/quote.h"
#include "lib/mint/recipe.h"
#include "lib/tee/configfs.h"
#include "tests/test.h"

/* A quote over this report data, from the test PKI. */
static size_t make_quote(uint8_t out[UR_MINT_QUOTE_MAX], const uint8_t rd[64])
{
    char recipe[160];
    ur_writer w;
    ur_span q;
    size_t n = (size_t)snprintf(recipe, sizeof recipe, "tdx4 rd=");
    for (size_t i = 0; i < 64; i++) {
        n += (size_t)snprintf(recipe + n, 3, "%02x", rd[i]);
    }
    ur_writer_init(&w, out, UR_MINT_QUOTE_MAX);
    assert_ok(ur_mint_recipe_quote(&w, recipe));
    assert_ok(ur_writer_end(&w, &q));
    return q.n;
}

/* ---- behind the table ---- */

typedef struct {
    pthread_mutex_t lock;
    const char *provider;
    bool exists;
    unsigned long write_generation, read_generation;
    uint8_t inblob[64];
    size_t inblob_len;
    uint8_t outblob[UR_MINT_QUOTE_MAX];
    size_t outblob_len;
    int fail_make, fail_read; /* an errno value for the next so many times */
    unsigned fail_times;
    unsigned lose_writes;  /* the next so many writes are not taken (EBUSY at close, which nobody sees) */
    unsigned other_writes; /* the next so many writes are followed by somebody else's */
    unsigned made, waits;
    unsigned waited_ms;
} kernel;

static void take_write(kernel *k, const void *p, size_t n)
{
    k->write_generation++;
    memcpy(k->inblob, p, n);
    k->inblob_len = n;
}

static int k_make(void *context, const char *path)
{
    kernel *k = context;
    assert_non_null(strstr(path, "/fake/unrug-"));
    if (k->fail_make != 0) {
        return k->fail_make;
    }
    if (k->exists) {
        return EEXIST;
    }
    k->exists = true;
    return 0;
}

static int k_remove(void *context, const char *path)
{
    kernel *k = context;
    (void)path;
    assert_true(k->exists);
    k->exists = false;
    return 0;
}

static int k_write(void *context, const char *path, const void *p, size_t n)
{
    kernel *k = context;
    static const uint8_t theirs[64] = {0x77};
    assert_int_equal(n, 64);
    assert_string_equal(strrchr(path, '/'), "/inblob");
    (void)pthread_mutex_lock(&k->lock);
    if (k->lose_writes > 0) {
        k->lose_writes--;
    } else {
        take_write(k, p, n);
    }
    if (k->other_writes > 0) {
        k->other_writes--;
        take_write(k, theirs, sizeof theirs);
    }
    (void)pthread_mutex_unlock(&k->lock);
    return 0;
}

static int give(uint8_t **out, size_t *out_len, const void *p, size_t n)
{
    *out = malloc(n + 1);
    assert_non_null(*out);
    memcpy(*out, p, n);
    *out_len = n;
    return 0;
}

static int k_outblob(kernel *k, uint8_t **out, size_t *out_len)
{
    if (k->inblob_len == 0) {
        return EINVAL;
    }
    if (k->fail_times > 0) {
        k->fail_times--;
        return k->fail_read;
    }
    if (k->outblob_len == 0 || k->read_generation != k->write_generation) {
        k->outblob_len = make_quote(k->outblob, k->inblob);
        k->read_generation = k->write_generation;
        k->made++;
    }
    return give(out, out_len, k->outblob, k->outblob_len);
}

static int k_read(void *context, const char *path, uint8_t **out, size_t *out_len, size_t max)
{
    kernel *k = context;
    const char *file = strrchr(path, '/');
    char text[64];
    (void)max;
    (void)pthread_mutex_lock(&k->lock);
    int why = ENOENT;
    if (strcmp(file, "/provider") == 0) {
        (void)snprintf(text, sizeof text, "%s\n", k->provider);
        why = k->provider == NULL ? ENXIO : give(out, out_len, text, strlen(text));
    } else if (strcmp(file, "/generation") == 0) {
        (void)snprintf(text, sizeof text, "%lu\n", k->write_generation);
        why = give(out, out_len, text, strlen(text));
    } else if (strcmp(file, "/outblob") == 0) {
        why = k_outblob(k, out, out_len);
    }
    (void)pthread_mutex_unlock(&k->lock);
    return why;
}

static void k_wait(void *context, unsigned ms)
{
    kernel *k = context;
    k->waits++;
    k->waited_ms += ms;
}

static ur_tsm_files files_of(kernel *k) { return (ur_tsm_files){k, k_make, k_remove, k_write, k_read, k_wait}; }

static void report_data_of(uint8_t rd[64], unsigned x)
{
    for (unsigned i = 0; i < 64; i++) {
        rd[i] = (uint8_t)(x * 37 + i);
    }
}

static bool answers(const uint8_t *quote, size_t n, const uint8_t rd[64])
{
    ur_quote q;
    ur_reason why;
    return ur_quote_parse(&q, &why, ur_span_of(quote, n)) == UR_OK &&
           ur_span_eq_var(ur_quote_report_data(&q), ur_span_of(rd, 64));
}

static void quotes_in_turn(void **state)
{
    (void)state;
    kernel k = {.lock = PTHREAD_MUTEX_INITIALIZER, .provider = "tdx_guest"};
    const ur_tsm_files files = files_of(&k);
    ur_tsm *tsm;
    assert_ok(ur_tsm_open(&tsm, &files, "/fake", NULL));
    for (unsigned i = 0; i < 5; i++) {
        uint8_t rd[64], *quote;
        size_t n;
        report_data_of(rd, i / 2); /* the same twice, too */
        assert_ok(ur_tsm_quote(tsm, &quote, &n, rd, NULL));
        assert_true(answers(quote, n, rd));
        free(quote);
    }
    assert_int_equal(k.made, 5);
    assert_int_equal(k.waits, 0);
    ur_tsm_close(tsm);
    assert_false(k.exists);
}

static void busy_is_asked_again(void **state)
{
    (void)state;
    const int busy[] = {EINTR, EAGAIN, EWOULDBLOCK, EBUSY, ETIMEDOUT};
    for (size_t i = 0; i < sizeof busy / sizeof busy[0]; i++) {
        kernel k = {.lock = PTHREAD_MUTEX_INITIALIZER, .provider = "tdx_guest", .fail_read = busy[i], .fail_times = 3};
        const ur_tsm_files files = files_of(&k);
        ur_tsm *tsm;
        uint8_t rd[64], *quote;
        size_t n;
        ur_err err = {0};
        report_data_of(rd, 1);
        assert_ok(ur_tsm_open(&tsm, &files, "/fake", NULL));
        assert_ok(ur_tsm_quote(tsm, &quote, &n, rd, &err));
        assert_true(answers(quote, n, rd));
        free(quote);
        assert_int_equal(k.waits, 3);
        k.fail_times = 1000; /* and it ends */
        assert_status(ur_tsm_quote(tsm, &quote, &n, rd, &err), UR_E_UNAVAILABLE);
        assert_null(quote);
        assert_non_null(strstr(err.text, "after 8 attempts"));
        assert_true(k.waited_ms < 15000);
        ur_tsm_close(tsm);
    }
}

static void other_errors_end_it(void **state)
{
    (void)state;
    const struct {
        int why;
        ur_status want;
        const char *words;
    } cases[] = {{EFBIG, UR_E_LIMIT, "larger than this kernel allows"}, {ENXIO, UR_E_ABSENT, "no provider"},
                 {EACCES, UR_E_POLICY, "not permitted"}, {EIO, UR_E_UNAVAILABLE, "reading the quote"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kernel k = {.lock = PTHREAD_MUTEX_INITIALIZER, .provider = "tdx_guest", .fail_read = cases[i].why, .fail_times = 1};
        const ur_tsm_files files = files_of(&k);
        ur_tsm *tsm;
        uint8_t rd[64] = {0}, *quote;
        size_t n;
        ur_err err = {0};
        assert_ok(ur_tsm_open(&tsm, &files, "/fake", NULL));
        ur_status st = ur_tsm_quote(tsm, &quote, &n, rd, &err);
        if (st != cases[i].want || strstr(err.text, cases[i].words) == NULL || k.waits != 0) {
            fail_msg("errno %d: %s, '%s'", cases[i].why, ur_status_name(st), err.text);
        }
        ur_tsm_close(tsm);
    }
}

static void races_are_noticed(void **state)
{
    (void)state;
    kernel k = {.lock = PTHREAD_MUTEX_INITIALIZER, .provider = "tdx_guest"};
    const ur_tsm_files files = files_of(&k);
    ur_tsm *tsm;
    uint8_t rd[64], *quote;
    size_t n;
    ur_err err = {0};
    report_data_of(rd, 5);
    assert_ok(ur_tsm_open(&tsm, &files, "/fake", NULL));
    k.lose_writes = 2; /* first EINVAL, nothing ever written */
    assert_ok(ur_tsm_quote(tsm, &quote, &n, rd, &err));
    assert_true(answers(quote, n, rd));
    free(quote);
    assert_int_equal(k.waits, 2);
    k.lose_writes = 1; /* now the old quote comes: the generation shows it */
    k.other_writes = 3;
    report_data_of(rd, 6);
    assert_ok(ur_tsm_quote(tsm, &quote, &n, rd, &err));
    assert_true(answers(quote, n, rd));
    free(quote);
    k.other_writes = 1000;
    assert_status(ur_tsm_quote(tsm, &quote, &n, rd, &err), UR_E_UNAVAILABLE);
    assert_non_null(strstr(err.text, "others wrote to our entry"));
    ur_tsm_close(tsm);
}

static void who_provides_matters(void **state)
{
    (void)state;
    const struct {
        const char *provider;
        int fail_make;
        ur_status want;
        const char *words;
    } cases[] = {{"sev_guest", 0, UR_E_ABSENT, "'sev_guest', not tdx_guest"},
                 {NULL, 0, UR_E_ABSENT, "no provider"},
                 {"tdx_guest", ENXIO, UR_E_ABSENT, "making an entry: the kernel has no provider"},
                 {"tdx_guest", EACCES, UR_E_POLICY, "not permitted"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kernel k = {.lock = PTHREAD_MUTEX_INITIALIZER, .provider = cases[i].provider, .fail_make = cases[i].fail_make};
        const ur_tsm_files files = files_of(&k);
        ur_tsm *tsm;
        ur_err err = {0};
        ur_status st = ur_tsm_open(&tsm, &files, "/fake", &err);
        if (st != cases[i].want || strstr(err.text, cases[i].words) == NULL) {
            fail_msg("case %zu: %s, '%s'", i, ur_status_name(st), err.text);
        }
        assert_null(tsm);
        assert_false(k.exists);
    }
}

/* Several writers on one entry at once, as if the names had been the same: some give up, but every quote that comes out
 * answers for what its asker asked. */
typedef struct {
    kernel *k;
    unsigned from;
    unsigned got, gave_up, wrong;
} asker;

static int shared_make(void *context, const char *path)
{
    (void)context;
    (void)path;
    return 0;
}

static void shared_wait(void *context, unsigned ms)
{
    (void)context;
    struct timespec t = {0, (long)(ms % 7 + 1) * 100000};
    (void)nanosleep(&t, NULL);
}

static void *ask_often(void *arg)
{
    asker *a = arg;
    const ur_tsm_files files = {a->k, shared_make, shared_make, k_write, k_read, shared_wait};
    ur_tsm *tsm;
    a->wrong += ur_tsm_open(&tsm, &files, "/fake", NULL) == UR_OK ? 0 : 1;
    for (unsigned i = 0; i < 30 && a->wrong == 0; i++) {
        uint8_t rd[64], *quote;
        size_t n;
        report_data_of(rd, a->from + i);
        ur_status st = ur_tsm_quote(tsm, &quote, &n, rd, NULL);
        a->got += st == UR_OK ? 1 : 0;
        a->gave_up += st == UR_E_UNAVAILABLE ? 1 : 0;
        a->wrong += st == UR_OK ? (answers(quote, n, rd) ? 0 : 1) : st == UR_E_UNAVAILABLE ? 0 : 1;
        free(quote);
    }
    ur_tsm_close(tsm);
    return NULL;
}

static void concurrent_writers_get_their_own(void **state)
{
    (void)state;
    kernel k = {.lock = PTHREAD_MUTEX_INITIALIZER, .provider = "tdx_guest"};
    asker askers[4];
    pthread_t threads[4];
    unsigned got = 0;
    for (unsigned i = 0; i < 4; i++) {
        askers[i] = (asker){.k = &k, .from = 1000 * i};
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &askers[i]), 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(askers[i].wrong, 0);
        got += askers[i].got;
        assert_int_equal(askers[i].got + askers[i].gave_up, 30);
    }
    print_message("4 writers on one entry: %u of 120 quotes came, each its own\n", got);
    assert_true(got > 0);
}

/* ---- a folder of pipes ---- */

typedef struct {
    char root[64];
    atomic_bool stop;
    bool interfere; /* a foreign write after each of ours */
} pipes;

static void put_text(const char *folder, const char *file, const char *text)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int open_fifo(const pipes *p, const char *folder, const char *file, int flags)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    for (;;) { /* a writer without a reader: ENXIO until one comes */
        int fd = open(path, flags | O_NONBLOCK);
        if (fd >= 0 || errno != ENXIO || atomic_load(&p->stop)) {
            return fd;
        }
        (void)usleep(500);
    }
}

/* As the kernel makes it: entries have all their files at once, so the entry is filled before the maker looks into it. */
static int fill_and_make(void *context, const char *folder)
{
    (void)context;
    static const char *const fifos[] = {"inblob", "outblob"};
    if (mkdir(folder, 0700) != 0) {
        return errno;
    }
    put_text(folder, "provider", "tdx_guest\n");
    put_text(folder, "generation", "0\n");
    for (size_t i = 0; i < 2; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", folder, fifos[i]);
        assert_int_equal(mkfifo(path, 0600), 0);
    }
    return 0;
}

static int empty_and_remove(void *context, const char *folder)
{
    static const char *const files[] = {"provider", "generation", "inblob", "outblob"};
    for (size_t i = 0; i < 4; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        (void)unlink(path);
    }
    return ur_tsm_files_system.remove(context, folder);
}

typedef struct {
    pipes *p;
    char folder[256];
} served;

static void *serve_entry(void *arg)
{
    served *s = arg;
    unsigned generation = 0;
    static uint8_t quote[UR_MINT_QUOTE_MAX];
    while (!atomic_load(&s->p->stop)) {
        uint8_t in[128];
        size_t n = 0;
        char text[32];
        int fd = open_fifo(s->p, s->folder, "inblob", O_RDONLY);
        while (!atomic_load(&s->p->stop)) { /* until 64 bytes are there */
            ssize_t got = read(fd, in + n, sizeof in - n);
            n += got > 0 ? (size_t)got : 0;
            if (n >= 64) {
                break;
            }
            (void)usleep(200);
        }
        (void)close(fd);
        if (n != 64) {
            break;
        }
        generation += s->p->interfere ? 2 : 1;
        (void)snprintf(text, sizeof text, "%u\n", generation);
        put_text(s->folder, "generation", text);
        size_t len = make_quote(quote, in);
        fd = open_fifo(s->p, s->folder, "outblob", O_WRONLY);
        for (size_t at = 0; fd >= 0 && at < len;) {
            ssize_t done = write(fd, quote + at, len - at);
            at += done > 0 ? (size_t)done : 0;
            if (done < 0 && errno != EAGAIN) {
                break;
            }
        }
        (void)close(fd);
    }
    return NULL;
}

static void a_folder_of_pipes_will_do(void **state)
{
    (void)state;
    for (int interfere = 0; interfere < 2; interfere++) {
        pipes p = {.interfere = interfere == 1};
        (void)snprintf(p.root, sizeof p.root, "/tmp/unrug-tsm-XXXXXX");
        assert_non_null(mkdtemp(p.root));
        const ur_tsm_files files = {NULL, fill_and_make, empty_and_remove, ur_tsm_files_system.write, ur_tsm_files_system.read,
                                    shared_wait};
        ur_tsm *tsm;
        assert_ok(ur_tsm_open(&tsm, &files, p.root, NULL));
        served s = {.p = &p};
        DIR *d = opendir(p.root);
        for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
            if (e->d_name[0] == 'u') {
                int n = snprintf(s.folder, sizeof s.folder, "%s/%.100s", p.root, e->d_name);
                assert_true(n > 0);
            }
        }
        (void)closedir(d);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, serve_entry, &s), 0);
        for (unsigned i = 0; i < 3; i++) {
            uint8_t rd[64], *quote;
            size_t n;
            report_data_of(rd, i);
            ur_status st = ur_tsm_quote(tsm, &quote, &n, rd, NULL);
            assert_int_equal(st, interfere == 0 ? UR_OK : UR_E_UNAVAILABLE);
            assert_true(interfere == 1 || answers(quote, n, rd));
            free(quote);
            if (interfere == 1) {
                break;
            }
        }
        atomic_store(&p.stop, true);
        assert_int_equal(pthread_join(thread, NULL), 0);
        ur_tsm_close(tsm);
        assert_int_equal(rmdir(p.root), 0); /* nothing of ours stays */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_in_turn),
        cmocka_unit_test(busy_is_asked_again),
        cmocka_unit_test(other_errors_end_it),
        cmocka_unit_test(races_are_noticed),
        cmocka_unit_test(who_provides_matters),
        cmocka_unit_test(concurrent_writers_get_their_own),
        cmocka_unit_test(a_folder_of_pipes_will_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
