/* Fetching from a server that serves the test sets, and one that misbehaves in every way we could think of. */
#include "core/codec/hex.h"
#include "tests/unit/collateral/kit.h"
#include "tests/unit/net/fault_server.h"

typedef enum {
    GOOD, SLOW, CUT, WRONG_TYPE, HUGE_ANSWER, REDIRECT, NOT_FOUND, BROKEN, BROKEN_ONCE, NO_CHAIN, BAD_CHAIN, RUBBISH, HEX_LISTS
} mood;

typedef struct {
    const char *recipe;
    mood mood;
    const char *only; /* the fault is in paths that contain this; NULL: everywhere */
    unsigned served;
} pcs;

static fault_server server;
static pcs world;
static ur_http_client *client;
static char url[64];

static size_t escape(char *out, ur_span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        n += (size_t)snprintf(out + n, 4, plain ? "%c" : "%%%02X", c);
    }
    out[n] = '\0';
    return n;
}

static void reply(int fd, const char *type, const char *chain_name, ur_span chain, ur_span body)
{
    static char text[65536];
    size_t n = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", type, body.n);
    if (chain_name != NULL) {
        n += (size_t)snprintf(text + n, 200, "%s: ", chain_name);
        n += escape(text + n, chain);
        n += (size_t)snprintf(text + n, 3, "\r\n");
    }
    (void)snprintf(text + n, 3, "\r\n");
    fault_print(fd, text);
    fault_write(fd, body.p, body.n);
}

static ur_span answer(uint8_t *buf, size_t cap, const char *head, ur_span body, ur_span signature)
{
    ur_writer w;
    ur_span out;
    ur_writer_init(&w, buf, cap);
    ur_writer_str(&w, head);
    ur_writer_span(&w, body);
    ur_writer_str(&w, ",\"signature\":\"");
    ur_hex_write(&w, signature);
    ur_writer_str(&w, "\"}");
    assert_ok(ur_writer_end(&w, &out));
    return out;
}

static void serve(const pcs *p, int fd, const char *path, const ur_coll_set *set)
{
    static uint8_t buf[131072];
    const ur_collateral *c = &set->parts;
    const char *json = p->mood == WRONG_TYPE ? "text/html" : "application/json";
    ur_span list = {0}, chain = {0};
    const char *name = NULL;
    if (strstr(path, "/tcb?fmspc=7E57FEED0000") != NULL) {
        chain = p->mood == BAD_CHAIN ? UR_SPAN_LIT("no chain") : c->tcb_info_chain;
        reply(fd, json, p->mood == NO_CHAIN ? NULL : "TCB-Info-Issuer-Chain", chain,
              answer(buf, sizeof buf, "{\"tcbInfo\":", c->tcb_info, c->tcb_info_signature));
        return;
    }
    if (strstr(path, "/qe/identity") != NULL) {
        reply(fd, json, "SGX-Enclave-Identity-Issuer-Chain", c->qe_identity_chain,
              answer(buf, sizeof buf, "{\"enclaveIdentity\":", c->qe_identity, c->qe_identity_signature));
        return;
    }
    if (strstr(path, "/pckcrl?ca=platform") != NULL) {
        list = c->pck_crl;
        chain = set->pck_crl_issuer_chain;
        name = "SGX-PCK-CRL-Issuer-Chain";
    } else if (strstr(path, "/rootcacrl") != NULL) {
        list = c->root_crl;
    } else {
        fault_print(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    if (p->mood == HEX_LISTS) {
        ur_writer w;
        ur_span text;
        ur_writer_init(&w, buf, sizeof buf);
        ur_hex_write(&w, list);
        assert_ok(ur_writer_end(&w, &text));
        reply(fd, "text/html", name, chain, text);
    } else {
        reply(fd, "application/pkix-crl", name, chain, list);
    }
}

static void behave(fault_server *s, int fd, const char *request)
{
    pcs *p = s->context;
    char path[512];
    ur_coll_set set;
    (void)snprintf(path, sizeof path, "%.*s", (int)strcspn(request + 4, " "), request + 4);
    bool at_fault = p->only == NULL || strstr(path, p->only) != NULL;
    p->served++;
    switch (at_fault ? p->mood : GOOD) {
    case SLOW:
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
        fault_sleep(s, fd, 60000);
        return;
    case CUT:
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"tcbInfo\"");
        return;
    case HUGE_ANSWER:
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n");
        for (int i = 0; i < 20000; i++) {
            fault_print(fd, "0123456789012345678901234567890123456789");
        }
        return;
    case REDIRECT:
        fault_print(fd, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
        return;
    case NOT_FOUND:
        fault_print(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        return;
    case BROKEN:
        fault_print(fd, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
        return;
    case BROKEN_ONCE:
        p->mood = GOOD;
        fault_print(fd, "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n");
        return;
    case RUBBISH:
        reply(fd, "application/json", "TCB-Info-Issuer-Chain", UR_SPAN_LIT("x"), UR_SPAN_LIT("{\"tcbInfo\": 7"));
        return;
    default: break;
    }
    set = set_of(p->recipe);
    pcs now = *p;
    now.mood = at_fault ? p->mood : GOOD;
    serve(&now, fd, path, &set);
    ur_coll_set_free(&set);
}

static ur_status fetch(ur_coll_cache *cache, const char *recipe, mood m, const char *only, int64_t ahead, size_t *out_new, ur_err *err)
{
    const ur_coll_source source = {.url = url, .timeout_ms = m == SLOW ? 300 : 60000, .attempts = m == BROKEN_ONCE ? 2 : 1};
    world = (pcs){recipe, m, only, 0};
    return ur_coll_cache_fetch(cache, client, &source, &need, &trust, NOW, ahead, out_new, err);
}

static int start(void **state)
{
    fault_start(&server, behave, &world);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", server.port);
    return kit_start(state) == 0 && ur_http_client_new(&client, NULL, NULL) == UR_OK ? 0 : -1;
}

static int end(void **state)
{
    ur_http_client_free(&client);
    fault_stop(&server);
    return kit_end(state);
}

static void everything_is_fetched(void **state)
{
    (void)state;
    const mood good[] = {GOOD, HEX_LISTS, BROKEN_ONCE};
    for (size_t i = 0; i < 3; i++) {
        ur_coll_cache *cache;
        ur_coll_set set;
        ur_err err = {0};
        size_t n;
        assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
        ur_status st = fetch(cache, "tdx", good[i], NULL, 0, &n, &err);
        if (st != UR_OK) {
            fail_msg("mood %d: %s", (int)good[i], err.text);
        }
        assert_int_equal(n, 4);
        assert_ok(ur_coll_cache_set(cache, &set, test_root.key, &need, &err));
        assert_ok(ur_coll_set_in_force(&set, &trust, NOW, &err));
        ur_coll_set_free(&set);
        assert_ok(fetch(cache, "tdx", GOOD, NULL, 0, &n, &err));
        assert_int_equal(n, 0);
        assert_int_equal(world.served, 4);
        ur_coll_cache_close(&cache);
    }
}

static void only_what_ends_soon_is_fetched_again(void **state)
{
    (void)state;
    ur_coll_cache *cache;
    ur_err err = {0};
    size_t n;
    assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
    assert_ok(fetch(cache, "tdx", GOOD, NULL, 86400, &n, &err));
    assert_int_equal(n, 4);
    assert_ok(fetch(cache, "tdx", GOOD, NULL, 86400, &n, &err));
    assert_int_equal(world.served, 0);
    /* The lists end in 14 days, the other two in 18. */
    assert_ok(fetch(cache, "tdx pck-crl.number=8 root-crl.number=8", GOOD, NULL, 15 * 86400, &n, &err));
    assert_int_equal(world.served, 2);
    assert_int_equal(n, 2);
    assert_ok(fetch(cache, "tdx pck-crl.number=9 root-crl.number=9", GOOD, NULL, 20 * 86400, &n, &err));
    assert_int_equal(world.served, 4);
    assert_int_equal(n, 2);
    ur_coll_cache_close(&cache);
}

static void faults_are_named_and_leave_the_rest(void **state)
{
    (void)state;
    const struct {
        mood mood;
        const char *only;
        ur_status want;
        const char *words;
        size_t fetched; /* documents that came all the same */
    } cases[] = {
        {SLOW, "/tcb?", UR_E_UNAVAILABLE, "no complete answer within 0.3 s", 3},
        {CUT, "/tcb?", UR_E_UNAVAILABLE, "cut off", 3},
        {WRONG_TYPE, "/tcb?", UR_E_INPUT, "'text/html', not application/json", 3},
        {HUGE_ANSWER, "/tcb?", UR_E_LIMIT, "larger than", 3},
        {HUGE_ANSWER, "/rootcacrl", UR_E_LIMIT, "larger than", 3},
        {REDIRECT, NULL, UR_E_POLICY, "redirects to", 0},
        {NOT_FOUND, "/tcb?", UR_E_ABSENT, "/tdx/certification/v4/tcb?fmspc=7E57FEED0000: the server answers 404", 3},
        {BROKEN, "/pckcrl", UR_E_UNAVAILABLE, "answers 500", 3},
        {NO_CHAIN, "/tcb?", UR_E_INPUT, "no header TCB-Info-Issuer-Chain", 3},
        {BAD_CHAIN, "/tcb?", UR_E_INPUT, "not two certificates", 3},
        {RUBBISH, "/tcb?", UR_E_INPUT, "not of the form", 3},
        {RUBBISH, "/rootcacrl", UR_E_INPUT, "not a revocation list", 3},
        {HEX_LISTS, "/tcb?", UR_OK, "", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ur_coll_cache *cache;
        ur_err err = {0};
        size_t n;
        assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
        ur_status st = fetch(cache, "tdx", cases[i].mood, cases[i].only, 0, &n, &err);
        if (st != cases[i].want || strstr(err.text, cases[i].words) == NULL || n != cases[i].fetched) {
            fail_msg("fault %zu: %s, %zu fetched, '%s'", i, ur_status_name(st), n, err.text);
        }
        ur_coll_cache_close(&cache);
    }
}

static void forged_and_old_answers_change_nothing(void **state)
{
    (void)state;
    const struct {
        const char *recipe;
        ur_status want;
        const char *words;
    } cases[] = {
        {"tdx tcb:/2026-05-20/2026-05-19/", UR_E_STATE, "does not go back"},
        {"tdx evaluation=19", UR_E_STATE, "evaluation number 19, but 20"},
        {"tdx pck-crl.number=1", UR_E_STATE, "CRL number 1, but 7"},
        {"tdx tcb+:/OutOfDate/UpToDate/", UR_E_PROOF, "signature does not verify"},
        {"tdx tcb:/7E57FEED0000/7E57FEED0001/", UR_E_INPUT, "another document: tdx-7E57FEED0001"},
    };
    ur_coll_cache *cache;
    ur_coll_set before, after;
    ur_err err = {0};
    size_t n;
    assert_ok(ur_coll_cache_open(&cache, in_folder("forged.db"), UR_COLL_CACHE_WRITE, NULL));
    assert_ok(fetch(cache, "tdx", GOOD, NULL, 0, &n, &err));
    assert_ok(ur_coll_cache_set(cache, &before, test_root.key, &need, &err));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ur_err_clear(&err);
        ur_status st = fetch(cache, cases[i].recipe, GOOD, NULL, 0, &n, &err);
        if (st != cases[i].want || strstr(err.text, cases[i].words) == NULL) {
            fail_msg("%s: %s, '%s'", cases[i].recipe, ur_status_name(st), err.text);
        }
        assert_ok(ur_coll_cache_set(cache, &after, test_root.key, &need, &err));
        assert_true(ur_span_eq_var(ur_span_of(before.json, before.json_len), ur_span_of(after.json, after.json_len)));
        ur_coll_set_free(&after);
    }
    ur_coll_set_free(&before);
    ur_coll_cache_close(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_fetched),
        cmocka_unit_test(only_what_ends_soon_is_fetched_again),
        cmocka_unit_test(faults_are_named_and_leave_the_rest),
        cmocka_unit_test(forged_and_old_answers_change_nothing),
    };
    return cmocka_run_group_tests(tests, start, end);
}
