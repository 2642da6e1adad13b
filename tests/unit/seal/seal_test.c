/* Whole sealed files: every form and kind, sizes around chunks, wrong keys, cut and changed files, big ones in little
 * memory, output files that appear whole or not at all. */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/os/file.h"
#include "lib/os/random.h"
#include "lib/seal/seal.h"
#include "tests/unit/seal/seal_kit.h"

typedef struct scene {
    ur_tibe_pub mpk;
    ur_scalar s;
    ur_seal_to to;
    ur_tibe_key key;
} scene;

static void rekey(scene *s)
{
    ur_tibe_id id;
    if (s->to.kind == UR_SEAL_TLOCK) {
        ur_tibe_id_of_round(&id, s->to.round);
    } else {
        assert_ok(ur_tibe_id_hash(&id, s->to.id));
    }
    ur_g2_mul(&s->key.d, &id.q, &s->s);
}

static void scene_init(scene *s, ur_seal_kind kind)
{
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    ur_random(wide, sizeof wide);
    ur_scalar_from_wide(&s->s, wide, sizeof wide);
    ur_g1_mul(&s->mpk.p, ur_g1_generator(), &s->s);
    s->to = (ur_seal_to){.mpk = &s->mpk, .kind = kind, .id = UR_SPAN_LIT("some identity"), .round = 4711, .chain = {5}};
    rekey(s);
}

static kit_bytes content(size_t n)
{
    kit_bytes b = {malloc(n + 1), n, n + 1};
    for (size_t i = 0; i < n; i++) {
        b.p[i] = (uint8_t)(i % 251);
    }
    return b;
}

static kit_bytes seal(const scene *s, const kit_bytes *in, ur_seal_form form, test_rng *rng)
{
    kit_bytes out = {0};
    kit_pieces pieces;
    const ur_source source = kit_source(&pieces, kit_span(in), 100000, rng);
    const ur_sink sink = kit_sink(&out);
    assert_ok(ur_seal_stream(&sink, &source, &s->to, form, NULL));
    return out;
}

static ur_status open_it(kit_bytes *out, ur_span file, const ur_tibe_key *key, test_rng *rng, ur_err *err)
{
    kit_pieces pieces;
    ur_sealed *sealed = NULL;
    const ur_source source = kit_source(&pieces, file, 100000, rng);
    const ur_sink sink = kit_sink(out);
    ur_err_clear(err);
    UR_TRY(ur_sealed_begin(&sealed, &source, err));
    ur_status s = ur_sealed_open(sealed, &sink, key, err);
    ur_sealed_free(&sealed);
    return s;
}

static void there_and_back(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("there_and_back");
    static const size_t sizes[] = {0, 1, 6, 100, 65535, 65536, 65537, 131072, 200000};
    for (int kind = UR_SEAL_DISTIBE; kind <= UR_SEAL_TLOCK; kind++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            scene s;
            scene_init(&s, (ur_seal_kind)kind);
            kit_bytes in = content(sizes[i]), memory = {0};
            for (int form = UR_SEAL_BINARY; form <= UR_SEAL_ARMOR; form++) {
                kit_bytes file = seal(&s, &in, (ur_seal_form)form, &rng), out = {0};
                assert_ok(open_it(&out, kit_span(&file), &s.key, &rng, NULL));
                assert_true(ur_span_eq_var(kit_span(&in), kit_span(&out)));
                kit_pieces pieces;
                ur_sealed *sealed = NULL;
                uint64_t n = 1;
                const ur_source source = kit_source(&pieces, kit_span(&file), 1000, &rng);
                assert_ok(ur_sealed_begin(&sealed, &source, NULL));
                assert_int_equal(ur_sealed_form(sealed), form);
                assert_int_equal(ur_sealed_header(sealed)->kind, kind);
                assert_int_equal(ur_sealed_header(sealed)->round, kind == UR_SEAL_TLOCK ? 4711 : 0);
                assert_ok(ur_sealed_measure(sealed, &n, NULL));
                assert_int_equal(n, sizes[i]);
                assert_status(ur_sealed_measure(sealed, &n, NULL), UR_E_USAGE);
                ur_sealed_free(&sealed);
                if (form == UR_SEAL_BINARY) {
                    assert_int_equal(file.n, ur_seal_bytes(&s.to, sizes[i]));
                    size_t got = 0;
                    assert_ok(ur_sealed_open_memory(in.p, in.cap, &got, kit_span(&file), &s.key, NULL));
                    assert_int_equal(got, in.n);
                    assert_true(ur_span_eq_var(kit_span(&in), kit_span(&out)));
                }
                kit_free(&file);
                kit_free(&out);
            }
            size_t made = 0;
            memory.cap = ur_seal_bytes(&s.to, in.n);
            memory.p = malloc(memory.cap);
            assert_status(ur_seal_memory(memory.p, memory.cap - 1, &made, kit_span(&in), &s.to, NULL), UR_E_LIMIT);
            assert_ok(ur_seal_memory(memory.p, memory.cap, &made, kit_span(&in), &s.to, NULL));
            assert_int_equal(made, memory.cap);
            memory.n = made;
            kit_bytes out = {0};
            assert_ok(open_it(&out, kit_span(&memory), &s.key, &rng, NULL));
            assert_true(ur_span_eq_var(kit_span(&in), kit_span(&out)));
            if (in.n > 0) {
                size_t got = 1;
                assert_status(ur_sealed_open_memory(in.p, in.n - 1, &got, kit_span(&memory), &s.key, NULL), UR_E_LIMIT);
                assert_int_equal(got, 0);
            }
            kit_free(&out);
            kit_free(&memory);
            kit_free(&in);
        }
    }
}

static void files_differ(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, UR_SEAL_DISTIBE);
    kit_bytes in = content(10), a = seal(&s, &in, UR_SEAL_BINARY, NULL), b = seal(&s, &in, UR_SEAL_BINARY, NULL);
    assert_int_equal(a.n, b.n);
    assert_false(ur_eq_var(a.p + 34, b.p + 34, 64));   /* the stanza's body */
    assert_false(ur_eq_var(a.p + 234, b.p + 234, 16)); /* the nonce */
    kit_free(&in);
    kit_free(&a);
    kit_free(&b);
}

/* Expect a refusal from both ways to open, with words, and nothing written. */
static void refused(ur_span file, const ur_tibe_key *key, ur_status want, const char *words)
{
    kit_bytes out = {0};
    ur_err e, e2;
    uint8_t buf[1000];
    size_t n = 1;
    ur_err_clear(&e2);
    ur_status s = open_it(&out, file, key, NULL, &e);
    if (s != want || strstr(e.text, words) == NULL || out.n != 0) {
        fail_msg("%s: %s, wanted %s: %s, %zu bytes", ur_status_name(s), e.text, ur_status_name(want), words, out.n);
    }
    if (file.n > 0 && file.p[0] == 'a') {
        assert_status(ur_sealed_open_memory(buf, sizeof buf, &n, file, key, &e2), want);
        assert_int_equal(n, 0);
        assert_true(e2.text[0] != '\0');
    }
    kit_free(&out);
}

static void wrong_keys(void **state)
{
    (void)state;
    static const char words[] = "this key does not open the file: it is for another identity or another master public key";
    for (int kind = UR_SEAL_DISTIBE; kind <= UR_SEAL_TLOCK; kind++) {
        scene s, other;
        scene_init(&s, (ur_seal_kind)kind);
        scene_init(&other, (ur_seal_kind)kind);
        kit_bytes in = content(100), file = seal(&s, &in, UR_SEAL_BINARY, NULL);
        refused(kit_span(&file), &other.key, UR_E_PROOF, words);
        s.to.round++;
        s.to.id.n--;
        rekey(&s);
        refused(kit_span(&file), &s.key, UR_E_PROOF, words);
        kit_free(&in);
        kit_free(&file);
    }
}

static void every_byte_counts(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, UR_SEAL_DISTIBE);
    kit_bytes in = content(5), file = seal(&s, &in, UR_SEAL_BINARY, NULL);
    for (size_t i = 0; i < file.n; i++) {
        kit_bytes out = {0};
        ur_err e;
        file.p[i] ^= 1;
        ur_status st = open_it(&out, kit_span(&file), &s.key, NULL, &e);
        assert_true(st == UR_E_PROOF || st == UR_E_INPUT || st == UR_E_POLICY);
        assert_int_equal(out.n, 0);
        assert_true(e.text[0] != '\0');
        file.p[i] ^= 1;
        st = open_it(&out, ur_span_of(file.p, i), &s.key, NULL, &e);
        assert_true(st == UR_E_INPUT || (i >= 266 && st == UR_E_PROOF));
        assert_int_equal(out.n, 0);
    }
    file.p[file.n - 1] ^= 1;
    refused(kit_span(&file), &s.key, UR_E_PROOF, "chunk 0 was changed, or the file is cut short there");
    kit_free(&file);
    kit_free(&in);
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    scene s;
    scene_init(&s, UR_SEAL_DISTIBE);
    kit_bytes in = content(5), file = seal(&s, &in, UR_SEAL_BINARY, NULL), hex = seal(&s, &in, UR_SEAL_HEX, NULL),
              armor = seal(&s, &in, UR_SEAL_ARMOR, NULL);
    refused((ur_span){0}, &s.key, UR_E_INPUT, "the file is empty");
    refused(UR_SPAN_LIT("hello"), &s.key, UR_E_INPUT, "not a sealed file");
    refused(UR_SPAN_LIT("age-encryption.org/v1\n-> X25519 abc\n"), &s.key, UR_E_POLICY, "sealed for 'X25519 abc'");
    refused(ur_span_of(file.p, 240), &s.key, UR_E_INPUT, "cut short (after its header)");
    refused(ur_span_of(file.p, 260), &s.key, UR_E_INPUT, "cut short (");
    refused(ur_span_of(hex.p, 501), &s.key, UR_E_INPUT, "odd number");
    refused(ur_span_of(armor.p, armor.n - 10), &s.key, UR_E_INPUT, "no END line");
    file.p[34] = file.p[34] == 'A' ? 'B' : 'A';
    refused(kit_span(&file), &s.key, UR_E_INPUT, "no point of the group");
    kit_free(&file);
    kit_free(&hex);
    kit_free(&armor);
    kit_free(&in);

    scene t;
    scene_init(&t, UR_SEAL_TLOCK);
    uint8_t text[UR_SEAL_HEADER_MAX + 32] = {0};
    size_t n = 0;
    const uint8_t key[16] = {0};
    const ur_seal_header g2 = {.kind = UR_SEAL_TLOCK, .round = 3, .body_n = 128};
    assert_ok(ur_seal_header_write(text, &n, &g2, ur_span_of(key, 16)));
    refused(ur_span_of(text, n + 32), &t.key, UR_E_POLICY, "public key is in G2");
    t.to.round = 0;
    kit_bytes out = {0};
    kit_pieces pieces;
    const ur_source source = kit_source(&pieces, (ur_span){0}, 1, NULL);
    const ur_sink sink = kit_sink(&out);
    ur_err e;
    assert_status(ur_seal_stream(&sink, &source, &t.to, UR_SEAL_BINARY, &e), UR_E_USAGE);
    static const uint8_t long_id[UR_TIBE_ID_MAX + 1];
    t.to.kind = UR_SEAL_DISTIBE;
    t.to.id = ur_span_of(long_id, sizeof long_id);
    assert_status(ur_seal_stream(&sink, &source, &t.to, UR_SEAL_BINARY, &e), UR_E_LIMIT);
    assert_string_equal(e.text, "an identity has at most 4096 bytes");
    t.to.id.n--;
    assert_ok(ur_seal_stream(&sink, &source, &t.to, UR_SEAL_BINARY, &e));
    kit_free(&out);
}

/* A source of n bytes that exist nowhere, and a sink that compares. */
typedef struct endless {
    uint64_t at, n;
} endless;
static ur_status endless_read(void *context, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    endless *s = context;
    (void)err;
    *out_n = s->n - s->at < cap ? (size_t)(s->n - s->at) : cap;
    for (size_t i = 0; i < *out_n; i++) {
        buf[i] = (uint8_t)((s->at + i) >> 7);
    }
    s->at += *out_n;
    return UR_OK;
}
static ur_status endless_check(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    endless *s = context;
    for (size_t i = 0; i < n; i++) {
        if (p[i] != (uint8_t)((s->at + i) >> 7)) {
            return ur_err_set(err, UR_E_INTERNAL, "byte %llu differs", (unsigned long long)(s->at + i));
        }
    }
    s->at += n;
    return UR_OK;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define INSTRUMENTED true
#endif
#endif
#if !defined(INSTRUMENTED)
#define INSTRUMENTED false
#endif
static const bool instrumented = INSTRUMENTED; /* then memory is counted otherwise */

/* Through a pipe between two processes, each allowed little more memory than it has now. */
static void big_in_constant_memory(void **state)
{
    (void)state;
    const uint64_t total = (uint64_t)16 << 20;
    for (int form = UR_SEAL_BINARY; form <= UR_SEAL_ARMOR; form++) {
        scene s;
        int ends[2];
        scene_init(&s, UR_SEAL_DISTIBE);
        assert_int_equal(pipe(ends), 0);
        pid_t writer = fork();
        assert_true(writer >= 0);
        pid_t reader = writer > 0 ? fork() : -1;
        if (writer == 0 || reader == 0) {
            if (!instrumented) {
                const struct rlimit little = {1 << 20, 1 << 20};
                if (setrlimit(RLIMIT_DATA, &little) != 0) {
                    _exit(9);
                }
            }
            ur_err e;
            ur_status st = UR_OK;
            endless data = {0, total};
            if (writer == 0) {
                (void)close(ends[0]);
                const ur_fd fd = {ends[1], "pipe"};
                const ur_sink sink = ur_sink_of_fd(&fd);
                const ur_source source = {&data, endless_read};
                st = ur_seal_stream(&sink, &source, &s.to, (ur_seal_form)form, &e);
            } else {
                (void)close(ends[1]);
                ur_sealed *sealed = NULL;
                const ur_fd fd = {ends[0], "pipe"};
                const ur_source source = ur_source_of_fd(&fd);
                const ur_sink sink = {&data, endless_check};
                st = ur_sealed_begin(&sealed, &source, &e);
                st = st == UR_OK ? ur_sealed_open(sealed, &sink, &s.key, &e) : st;
                ur_sealed_free(&sealed);
            }
            if (st != UR_OK) {
                (void)fprintf(stderr, "%s\n", ur_err_text(&e, st));
            }
            _exit(st == UR_OK && data.at == total ? 0 : 1);
        }
        (void)close(ends[0]);
        (void)close(ends[1]);
        int st = 0;
        assert_int_equal(waitpid(writer, &st, 0), writer);
        assert_int_equal(st, 0);
        assert_int_equal(waitpid(reader, &st, 0), reader);
        assert_int_equal(st, 0);
    }
}

/* What a program does with -o: the file is there only if everything was right. */
static ur_status open_to_file(const char *path, ur_span file, const ur_tibe_key *key, ur_err *err)
{
    ur_file_out *out = NULL;
    ur_reader r;
    ur_sealed *sealed = NULL;
    ur_reader_init(&r, file);
    const ur_source source = ur_source_of_reader(&r);
    UR_TRY(ur_file_out_begin(&out, path, UR_FILE_NEW, err));
    const ur_sink sink = ur_sink_of_file_out(out);
    ur_status s = ur_sealed_begin(&sealed, &source, err);
    if (s == UR_OK) {
        s = ur_sealed_open(sealed, &sink, key, err);
    }
    ur_sealed_free(&sealed);
    if (s == UR_OK) {
        return ur_file_out_commit(&out, err);
    }
    ur_file_out_abort(&out);
    return s;
}

static void no_half_file(void **state)
{
    (void)state;
    char dir[] = "/tmp/unrug-seal-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/out", dir);
    scene s;
    scene_init(&s, UR_SEAL_DISTIBE);
    kit_bytes in = content(200000), file = seal(&s, &in, UR_SEAL_BINARY, NULL);
    for (size_t at = 0; at < file.n; at += at < 300 ? 7 : 29989) {
        assert_int_not_equal(open_to_file(path, ur_span_of(file.p, at), &s.key, NULL), UR_OK);
        file.p[at] ^= 4;
        assert_int_not_equal(open_to_file(path, kit_span(&file), &s.key, NULL), UR_OK);
        file.p[at] ^= 4;
        assert_int_equal(rmdir(dir), 0); /* nothing was left in it */
        assert_int_equal(mkdir(dir, 0700), 0);
    }
    assert_ok(open_to_file(path, kit_span(&file), &s.key, NULL));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
    kit_free(&file);
    kit_free(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),     cmocka_unit_test(files_differ),
        cmocka_unit_test(wrong_keys),         cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(says_what_is_wrong), cmocka_unit_test(big_in_constant_memory),
        cmocka_unit_test(no_half_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
