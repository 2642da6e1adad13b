#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "lib/os/file.h"
#include "tests/unit/collateral/kit.h"

static void documents_are_checked_before_they_are_kept(void **state)
{
    (void)state;
    const struct {
        const char *recipe;
        ur_coll_kind kind;
        ur_status want;
        const char *words;
    } cases[] = {
        {"tdx", UR_COLL_ROOT_CRL, UR_OK, ""},
        {"tdx", UR_COLL_PCK_CRL, UR_OK, ""},
        {"tdx", UR_COLL_QE_IDENTITY, UR_OK, ""},
        {"tdx", UR_COLL_TCB_INFO, UR_OK, ""},
        {"sgx", UR_COLL_PCK_CRL, UR_OK, ""},
        {"tdx tcb+:/OutOfDate/UpToDate/", UR_COLL_TCB_INFO, UR_E_PROOF, "signature does not verify"},
        {"tdx tcb.spaced", UR_COLL_TCB_INFO, UR_E_PROOF, "signature does not verify"},
        {"tdx qe-sig^0=01", UR_COLL_QE_IDENTITY, UR_E_PROOF, "QE identity: its signature does not verify"},
        {"tdx qe-key=pck qe-certs=pck,root", UR_COLL_QE_IDENTITY, UR_E_PROOF, "may not sign"},
        {"tdx tcb-key=platform tcb-certs=platform,root", UR_COLL_TCB_INFO, UR_E_PROOF, "may not sign"},
        {"tdx tcb-key=eviltcb tcb-certs=tcb-by-pck,root", UR_COLL_TCB_INFO, UR_E_PROOF, "not issued by a trusted root"},
        {"tdx tcb-certs=tcb", UR_COLL_TCB_INFO, UR_E_INPUT, "not two certificates"},
        {"tdx tcb:/\"tcbType\":0/\"tcbType\":1/", UR_COLL_TCB_INFO, UR_E_PROOF, "TCB info"},
        {"tdx crls-swapped", UR_COLL_ROOT_CRL, UR_E_PROOF, "root CRL: its signature does not verify"},
        {"tdx crls-swapped", UR_COLL_PCK_CRL, UR_E_PROOF, "another authority"},
        {"tdx pck-crl=30030101ff", UR_COLL_PCK_CRL, UR_E_INPUT, "not a revocation list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ur_coll_cache *cache;
        ur_err err = {0};
        assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
        ur_status st = put_doc(cache, cases[i].recipe, cases[i].kind, NULL, &err);
        if (st != cases[i].want || strstr(err.text, cases[i].words) == NULL) {
            fail_msg("%s, document %d: %s, '%s'", cases[i].recipe, (int)cases[i].kind, ur_status_name(st), err.text);
        }
        ur_coll_cache_close(&cache);
    }
}

static void another_root_is_not_trusted(void **state)
{
    (void)state;
    ur_coll_cache *cache;
    ur_err err = {0};
    const ur_coll_trust intel = {trust.ops, &ur_attest_root_intel, 1};
    ur_coll_set set = set_of("tdx");
    assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
    assert_status(ur_coll_cache_put_set(cache, &set, &intel, NOW, &err), UR_E_PROOF);
    const ur_attest_root both[2] = {ur_attest_root_intel, test_root};
    const ur_coll_trust two = {trust.ops, both, 2};
    assert_ok(ur_coll_cache_put_set(cache, &set, &two, NOW, &err));
    ur_coll_set_free(&set);
    assert_ok(ur_coll_cache_set_any(cache, &set, &two, &need, &err));
    ur_coll_set_free(&set);
    ur_coll_cache_close(&cache);
}

static void revoked_and_expired_signers_put_nothing(void **state)
{
    (void)state;
    ur_coll_cache *cache;
    ur_err err = {0};
    ur_coll_doc docs[UR_COLL_KINDS];
    assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
    assert_ok(put_doc(cache, "tdx root-crl.revoked=3001,2001", UR_COLL_ROOT_CRL, NULL, &err));
    assert_status(put_doc(cache, "tdx", UR_COLL_TCB_INFO, NULL, &err), UR_E_PROOF);
    assert_string_equal(err.text, "TCB info tdx-7E57FEED0000: its signer's certificate is revoked");
    assert_status(put_doc(cache, "tdx", UR_COLL_PCK_CRL, NULL, &err), UR_E_PROOF);
    assert_ok(put_doc(cache, "tdx processor", UR_COLL_PCK_CRL, NULL, &err));
    ur_coll_set set = set_of("sgx");
    const int64_t times[2] = {1735689599, 2366841601}; /* a second before, and after, what the certificates say */
    for (size_t i = 0; i < 2; i++) {
        ur_coll_set_docs(docs, &set);
        assert_status(ur_coll_cache_put(cache, &docs[UR_COLL_PCK_CRL], &trust, times[i], NULL, &err), UR_E_PROOF);
        assert_non_null(strstr(err.text, "not valid at this time"));
    }
    ur_coll_set_free(&set);
    ur_coll_cache_close(&cache);
}

/* Whom the root's list names puts nothing, in whatever document, and others still do; the list itself cannot be put back. */
static void each_revoked_signer(void **state)
{
    (void)state;
    static const char revoked[] = "signer's certificate is revoked", older[] = "CRL number 7, but 8";
    const struct {
        const char *list; /* of the root, put before */
        const char *recipe;
        ur_coll_kind kind;
        ur_status want;
        const char *words;
    } rows[] = {
        {"tdx root-crl.number=8 root-crl.revoked=3001", "tdx", UR_COLL_TCB_INFO, UR_E_PROOF, revoked},
        {"tdx root-crl.number=8 root-crl.revoked=3001", "sgx", UR_COLL_TCB_INFO, UR_E_PROOF, revoked},
        {"tdx root-crl.number=8 root-crl.revoked=3001", "tdx", UR_COLL_QE_IDENTITY, UR_E_PROOF, revoked},
        {"tdx root-crl.number=8 root-crl.revoked=3001", "tdx", UR_COLL_PCK_CRL, UR_OK, ""},
        {"tdx root-crl.number=8 root-crl.revoked=3001", "tdx", UR_COLL_ROOT_CRL, UR_E_STATE, older},
        {"tdx root-crl.number=8 root-crl.revoked=2001", "tdx", UR_COLL_PCK_CRL, UR_E_PROOF, revoked},
        {"tdx root-crl.number=8 root-crl.revoked=2001", "tdx processor", UR_COLL_PCK_CRL, UR_OK, ""},
        {"tdx root-crl.number=8 root-crl.revoked=2001", "tdx", UR_COLL_TCB_INFO, UR_OK, ""},
        {"tdx root-crl.number=8 root-crl.revoked=2001", "tdx", UR_COLL_QE_IDENTITY, UR_OK, ""},
        {"tdx root-crl.number=8 root-crl.revoked=4001,3002", "tdx", UR_COLL_TCB_INFO, UR_OK, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ur_coll_cache *cache;
        ur_err err = {0};
        assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
        assert_ok(put_doc(cache, rows[i].list, UR_COLL_ROOT_CRL, NULL, &err));
        for (int again = 0; again < 2; again++) {
            ur_status st = put_doc(cache, rows[i].recipe, rows[i].kind, NULL, &err);
            if (st != rows[i].want || strstr(err.text, rows[i].words) == NULL) {
                fail_msg("row %zu: %s, '%s'", i, ur_status_name(st), err.text);
            }
        }
        ur_coll_cache_close(&cache);
    }
}

static void assert_listed(const ur_coll_set *set, const char serial[2])
{
    ur_crl crl;
    assert_ok(ur_crl_parse(&crl, set->parts.root_crl));
    assert_true(ur_crl_lists(&crl, ur_span_of(serial, 2)));
}

static void revoked_with_the_set_or_after_it(void **state)
{
    (void)state;
    ur_coll_cache *cache;
    ur_coll_set set;
    ur_err err = {0};
    /* The set's own list names the signer of its documents: the list stays, they do not. */
    assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
    assert_status(put_all(cache, "tdx root-crl.revoked=3001", &err), UR_E_PROOF);
    assert_non_null(strstr(err.text, "signer's certificate is revoked"));
    assert_status(ur_coll_cache_set_any(cache, &set, &trust, &need, &err), UR_E_ABSENT);
    assert_status(put_doc(cache, "tdx", UR_COLL_TCB_INFO, NULL, &err), UR_E_PROOF);
    ur_coll_cache_close(&cache);
    /* The list comes later: what was kept comes out with it, and so is refused by whoever verifies with the set. */
    assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
    assert_ok(put_all(cache, "tdx", &err));
    assert_ok(put_doc(cache, "tdx root-crl.number=8 root-crl.revoked=3001", UR_COLL_ROOT_CRL, NULL, &err));
    assert_ok(ur_coll_cache_set_any(cache, &set, &trust, &need, &err));
    assert_listed(&set, "\x30\x01");
    ur_coll_set_free(&set);
    assert_status(put_doc(cache, "tdx evaluation=21 tcb:/2026-05-20/2026-05-21/", UR_COLL_TCB_INFO, NULL, &err), UR_E_PROOF);
    ur_coll_cache_close(&cache);
}

static void it_never_goes_back(void **state)
{
    (void)state;
    const struct {
        const char *recipe;
        ur_coll_kind kind;
        const char *words; /* NULL: taken */
    } steps[] = {
        {"tdx", UR_COLL_TCB_INFO, NULL},
        {"tdx", UR_COLL_TCB_INFO, NULL},
        {"tdx tcb:/2026-05-20/2026-05-19/", UR_COLL_TCB_INFO, "issued 2026-05-19T00:00:00Z, but one issued 2026-05-20T00:00:00Z"},
        {"tdx evaluation=19", UR_COLL_TCB_INFO, "evaluation number 19, but 20"},
        {"tdx evaluation=21 tcb:/2026-05-20/2026-05-21/", UR_COLL_TCB_INFO, NULL},
        {"tdx tcb:/2026-05-20/2026-05-22/", UR_COLL_TCB_INFO, "evaluation number 20, but 21"},
        {"tdx evaluation=22", UR_COLL_TCB_INFO, "issued 2026-05-20"},
        {"tdx", UR_COLL_QE_IDENTITY, NULL},
        {"tdx evaluation=19", UR_COLL_QE_IDENTITY, "evaluation number 19"},
        {"tdx", UR_COLL_PCK_CRL, NULL},
        {"tdx pck-crl.number=6", UR_COLL_PCK_CRL, "CRL number 6, but 7"},
        {"tdx pck-crl.number=8", UR_COLL_PCK_CRL, NULL},
        {"tdx pck-crl.number=9 pck-crl.from=1778803199", UR_COLL_PCK_CRL, "issued 2026-05-14T23:59:59Z"},
        {"tdx root-crl.number=9", UR_COLL_ROOT_CRL, NULL},
        {"tdx", UR_COLL_ROOT_CRL, "CRL number 7, but 9"},
        {"sgx", UR_COLL_TCB_INFO, NULL}, /* other documents do not matter */
        {"sgx evaluation=3", UR_COLL_QE_IDENTITY, NULL},
    };
    ur_coll_cache *cache;
    assert_ok(ur_coll_cache_open(&cache, in_folder("back.db"), UR_COLL_CACHE_WRITE, NULL));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        ur_err err = {0};
        ur_status st = put_doc(cache, steps[i].recipe, steps[i].kind, NULL, &err);
        bool right = steps[i].words == NULL ? st == UR_OK : st == UR_E_STATE && strstr(err.text, steps[i].words) != NULL;
        if (!right) {
            fail_msg("step %zu (%s): %s, '%s'", i, steps[i].recipe, ur_status_name(st), err.text);
        }
        if (i % 3 == 0) { /* it remembers across restarts */
            ur_coll_cache_close(&cache);
            assert_ok(ur_coll_cache_open(&cache, in_folder("back.db"), UR_COLL_CACHE_WRITE, NULL));
        }
    }
    ur_coll_kept kept;
    assert_ok(ur_coll_cache_get(cache, &kept, test_root.key, UR_COLL_TCB_INFO, "tdx-7E57FEED0000", NULL));
    assert_int_equal(kept.doc.number, 21);
    ur_coll_kept_free(&kept);
    ur_coll_cache_close(&cache);
}

static void a_set_comes_out_as_it_went_in(void **state)
{
    (void)state;
    ur_coll_cache *cache;
    ur_coll_set in = set_of("tdx"), out;
    ur_err err = {0};
    assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
    assert_status(ur_coll_cache_set(cache, &out, test_root.key, &need, &err), UR_E_ABSENT);
    assert_string_equal(err.text, "root CRL: not in the collateral at hand");
    assert_ok(ur_coll_cache_put_set(cache, &in, &trust, NOW, &err));
    assert_ok(ur_coll_cache_set(cache, &out, test_root.key, &need, &err));
    assert_true(ur_span_eq_var(out.parts.root_crl, in.parts.root_crl));
    assert_true(ur_span_eq_var(out.parts.pck_crl, in.parts.pck_crl));
    assert_true(ur_span_eq_var(out.parts.tcb_info, in.parts.tcb_info));
    assert_true(ur_span_eq_var(out.parts.tcb_info_signature, in.parts.tcb_info_signature));
    assert_true(ur_span_eq_var(out.parts.tcb_info_chain, in.parts.tcb_info_chain));
    assert_true(ur_span_eq_var(out.parts.qe_identity, in.parts.qe_identity));
    assert_true(ur_span_eq_var(out.parts.qe_identity_signature, in.parts.qe_identity_signature));
    assert_true(ur_span_eq_var(out.pck_crl_issuer_chain, in.pck_crl_issuer_chain));
    ur_coll_set_free(&out);
    ur_coll_need other = need;
    other.fmspc[5] = 1;
    assert_status(ur_coll_cache_set(cache, &out, test_root.key, &other, &err), UR_E_ABSENT);
    assert_string_equal(err.text, "TCB info tdx-7E57FEED0001: not in the collateral at hand");
    other = need;
    other.processor_ca = true;
    assert_status(ur_coll_cache_set(cache, &out, test_root.key, &other, &err), UR_E_ABSENT);
    assert_string_equal(err.text, "PCK CRL of the processor CA: not in the collateral at hand");
    ur_coll_set_free(&in);
    ur_coll_cache_close(&cache);
}

static void what_is_stale_is_named(void **state)
{
    (void)state;
    ur_coll_set set = set_of("tdx");
    ur_err err = {0};
    assert_ok(ur_coll_set_in_force(&set, &trust, NOW, &err));
    assert_ok(ur_coll_set_in_force(&set, &trust, 1781481600, &err)); /* the last second of the lists */
    assert_status(ur_coll_set_in_force(&set, &trust, 1781481601, &err), UR_E_UNAVAILABLE);
    assert_string_equal(err.text, "root CRL: was good until 2026-06-15T00:00:00Z; fetch it anew");
    assert_status(ur_coll_set_in_force(&set, &trust, 1779235199, &err), UR_E_UNAVAILABLE);
    assert_string_equal(err.text, "QE identity tdx: is good from 2026-05-20T00:00:00Z only; is the clock right?");
    ur_coll_set_free(&set);
}

static void needs_have_a_text(void **state)
{
    (void)state;
    const char *good[] = {"tdx-90C06F000000", "sgx-00A067110000-processor"};
    const char *bad[] = {"", "tdx", "tdx-", "tdx-90C06F00000", "tdx-90C06F0000000", "tdx-90C06F00000g", "sev-90C06F000000",
                         "tdx-90C06F000000-procesor", "tdx-90C06F000000-platform2"};
    for (size_t i = 0; i < 2; i++) {
        ur_coll_need n;
        char text[UR_COLL_NAME_MAX];
        assert_ok(ur_coll_need_parse(&n, good[i], NULL));
        ur_coll_need_text(text, &n);
        assert_string_equal(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ur_coll_need n;
        assert_status(ur_coll_need_parse(&n, bad[i], NULL), UR_E_USAGE);
    }
}

static void a_quote_says_what_it_needs(void **state)
{
    (void)state;
    const struct {
        const char *recipe;
        const char *text;
    } cases[] = {{"tdx4", "tdx-7E57FEED0000"}, {"tdx5/3", "tdx-7E57FEED0000"}, {"sgx3", "sgx-7E57FEED0000-processor"},
                 {"sgx3 platform", "sgx-7E57FEED0000"}};
    static uint8_t memory[UR_MINT_QUOTE_MAX];
    for (size_t i = 0; i < 4; i++) {
        ur_writer w;
        ur_span quote;
        ur_coll_need n;
        char text[UR_COLL_NAME_MAX];
        ur_writer_init(&w, memory, sizeof memory);
        assert_ok(ur_mint_recipe_quote(&w, cases[i].recipe));
        assert_ok(ur_writer_end(&w, &quote));
        assert_ok(ur_coll_need_of_quote(&n, quote, NULL));
        ur_coll_need_text(text, &n);
        assert_string_equal(text, cases[i].text);
        assert_status(ur_coll_need_of_quote(&n, ur_span_of(quote.p, 100), NULL), UR_E_INPUT);
    }
}

static void folders_go_out_and_in(void **state)
{
    (void)state;
    ur_coll_cache *a, *b;
    ur_err err = {0};
    size_t n;
    ur_coll_import_count count;
    assert_ok(ur_coll_cache_open(&a, NULL, UR_COLL_CACHE_WRITE, NULL));
    assert_ok(ur_coll_cache_open(&b, in_folder("b.db"), UR_COLL_CACHE_WRITE, NULL));
    assert_ok(put_all(a, "tdx", &err));
    assert_ok(put_all(a, "sgx", &err));
    assert_ok(ur_coll_cache_export(a, in_folder("out"), NULL, &n, &err));
    assert_int_equal(n, 7); /* root, two PCK lists, two identities, two TCB infos */
    assert_int_equal(access(in_folder("out/tcb-tdx-7E57FEED0000.json"), R_OK), 0);
    assert_int_equal(access(in_folder("out/pck-processor.pem"), R_OK), 0);
    assert_ok(ur_coll_cache_import(b, &count, in_folder("out"), &trust, NOW, &err));
    assert_int_equal(count.added, 7);
    assert_ok(ur_coll_cache_import(b, &count, in_folder("out"), &trust, NOW, &err));
    assert_int_equal(count.known, 7);
    assert_ok(put_doc(b, "tdx evaluation=21", UR_COLL_TCB_INFO, NULL, &err));
    assert_ok(ur_coll_cache_import(b, &count, in_folder("out"), &trust, NOW, &err));
    assert_int_equal(count.older, 1);
    assert_int_equal(count.known, 6);

    /* The same things by the three ways in which --collateral can name them. */
    ur_coll_set set;
    for (int i = 0; i < 2; i++) {
        assert_ok(ur_coll_set_find(&set, in_folder(i == 0 ? "out" : "b.db"), &need, &trust, NOW, &err));
        assert_ok(ur_file_write(in_folder("set.json"), ur_span_of(set.json, set.json_len), UR_FILE_REPLACE, &err));
        ur_coll_set_free(&set);
    }
    assert_ok(ur_coll_set_find(&set, in_folder("set.json"), &need, &trust, NOW, &err));
    ur_coll_set_free(&set);
    assert_ok(ur_coll_cache_import(a, &count, in_folder("set.json"), &trust, NOW, &err));
    assert_int_equal(count.added, 1); /* the evaluation 21 one */

    /* What does not belong there is an error that names the file. */
    assert_ok(ur_file_write(in_folder("out/notes.txt"), UR_SPAN_LIT("hello"), UR_FILE_NEW, &err));
    assert_status(ur_coll_cache_import(b, &count, in_folder("out"), &trust, NOW, &err), UR_E_INPUT);
    assert_non_null(strstr(err.text, "notes.txt: neither"));
    assert_int_equal(unlink(in_folder("out/notes.txt")), 0);
    assert_ok(ur_file_write(in_folder("out/qe-tdx.json"), UR_SPAN_LIT("{\"enclaveIdentity\":{},\"signature\":\"00\"}"), UR_FILE_REPLACE, &err));
    assert_status(ur_coll_cache_import(b, &count, in_folder("out"), &trust, NOW, &err), UR_E_INPUT);
    assert_status(ur_coll_cache_import(b, &count, in_folder("nowhere"), &trust, NOW, &err), UR_E_ABSENT);
    ur_coll_cache_close(&a);
    ur_coll_cache_close(&b);
}

static void other_files_are_not_caches(void **state)
{
    (void)state;
    ur_coll_cache *cache;
    ur_err err = {0};
    assert_status(ur_coll_cache_open(&cache, in_folder("missing.db"), UR_COLL_CACHE_READ, &err), UR_E_UNAVAILABLE);
    assert_ok(ur_file_write(in_folder("text"), UR_SPAN_LIT("this is a text of some length, not a database at all......"),
                            UR_FILE_NEW, &err));
    assert_status(ur_coll_cache_open(&cache, in_folder("text"), UR_COLL_CACHE_WRITE, &err), UR_E_INPUT);
    assert_null(cache);
    assert_status(ur_coll_cache_probe(in_folder("text")), UR_E_INPUT);
}

/* A writer is killed at random moments; what it leaves is a cache, holds whole documents, and has not gone back. */
static void kills_leave_it_whole(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("kills");
    enum { ROUNDS = 25 };
    const char *path = in_folder("kill.db");
    char db[192];
    (void)snprintf(db, sizeof db, "%s", path);
    int64_t last = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int started[2];
        assert_int_equal(pipe(started), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            ur_coll_cache *cache = NULL;
            if (ur_coll_cache_open(&cache, db, UR_COLL_CACHE_WRITE, NULL) != UR_OK) {
                _exit(1);
            }
            for (unsigned n = 100 + (unsigned)round * 1000;; n++) {
                char recipe[64];
                (void)snprintf(recipe, sizeof recipe, "tdx evaluation=%u pck-crl.number=%u", n, n);
                if (put_doc(cache, recipe, n % 2 == 0 ? UR_COLL_TCB_INFO : UR_COLL_PCK_CRL, NULL, NULL) != UR_OK) {
                    _exit(2);
                }
                (void)!write(started[1], "x", 1);
            }
        }
        char first;
        assert_int_equal(close(started[1]), 0);
        assert_int_equal(read(started[0], &first, 1), 1); /* something is in; now at a random moment of what follows */
        struct timespec t = {0, (long)test_rng_below(&rng, 20000000)};
        (void)nanosleep(&t, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        int how;
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSIGNALED(how));
        assert_int_equal(close(started[0]), 0);
        ur_coll_cache *cache;
        ur_coll_kept kept;
        ur_err err = {0};
        if (ur_coll_cache_open(&cache, db, UR_COLL_CACHE_WRITE, &err) != UR_OK) {
            fail_msg("round %d: %s", round, err.text);
        }
        ur_status st = ur_coll_cache_get(cache, &kept, test_root.key, UR_COLL_TCB_INFO, "tdx-7E57FEED0000", &err);
        assert_int_equal(st, UR_OK);
        int64_t number = kept.doc.number;
        assert_true(number >= 100 + round * 1000 && number > last);
        last = number;
        assert_ok(ur_coll_doc_check(&kept.doc, &trust, &err)); /* whole: its signature verifies */
        assert_int_equal(kept.doc.number, number);
        ur_coll_kept_free(&kept);
        ur_coll_cache_close(&cache);
    }
}

/* Two processes put rising documents at once: none is lost by going back. */
static void writers_share(void **state)
{
    (void)state;
    char db[192];
    (void)snprintf(db, sizeof db, "%s", in_folder("share.db"));
    pid_t children[2];
    for (int k = 0; k < 2; k++) {
        children[k] = fork();
        assert_true(children[k] >= 0);
        if (children[k] == 0) {
            ur_coll_cache *cache = NULL;
            int bad = ur_coll_cache_open(&cache, db, UR_COLL_CACHE_WRITE, NULL) == UR_OK ? 0 : 1;
            for (unsigned n = 1; n <= 40 && bad == 0; n++) {
                char recipe[64];
                (void)snprintf(recipe, sizeof recipe, "tdx evaluation=%u", 2 * n + (unsigned)k);
                ur_status st = put_doc(cache, recipe, UR_COLL_TCB_INFO, NULL, NULL);
                bad = st == UR_OK || st == UR_E_STATE ? 0 : 2;
            }
            _exit(bad);
        }
    }
    for (int k = 0; k < 2; k++) {
        int how;
        assert_int_equal(waitpid(children[k], &how, 0), children[k]);
        assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    }
    ur_coll_cache *cache;
    ur_coll_kept kept;
    assert_ok(ur_coll_cache_open(&cache, db, UR_COLL_CACHE_READ, NULL));
    assert_ok(ur_coll_cache_get(cache, &kept, test_root.key, UR_COLL_TCB_INFO, "tdx-7E57FEED0000", NULL));
    assert_int_equal(kept.doc.number, 81);
    ur_coll_kept_free(&kept);
    ur_coll_cache_close(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_checked_before_they_are_kept),
        cmocka_unit_test(another_root_is_not_trusted),
        cmocka_unit_test(revoked_and_expired_signers_put_nothing),
        cmocka_unit_test(each_revoked_signer),
        cmocka_unit_test(revoked_with_the_set_or_after_it),
        cmocka_unit_test(it_never_goes_back),
        cmocka_unit_test(a_set_comes_out_as_it_went_in),
        cmocka_unit_test(what_is_stale_is_named),
        cmocka_unit_test(needs_have_a_text),
        cmocka_unit_test(a_quote_says_what_it_needs),
        cmocka_unit_test(folders_go_out_and_in),
        cmocka_unit_test(other_files_are_not_caches),
        cmocka_unit_test(kills_leave_it_whole),
        cmocka_unit_test(writers_share),
    };
    return cmocka_run_group_tests(tests, kit_start, kit_end);
}
