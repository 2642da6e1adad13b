/* The life of a contract as a text, one call a line:
 *
 *     x SENDER HEIGHT TIME {"message":{...}}        execute; q: query, i: instantiate
 *
 * or a record that is put in place, in hex, with the SHA-256 of both words, so that a changed one counts for nothing:
 *
 *     p KEY VALUE HASH
 *
 * TIME in nanoseconds. Whatever is said, the contract answers or refuses, in proper form; a query changes nothing, a refusal
 * nothing that stays, equal calls get equal results, and the numbers of committees and vaults only rise.
 * With UNRUG_LIVES=<folder> contract tests write what they do in this form: seeds. */
#include "contract/machine/contract.h"
#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "core/hash/hash.h"
#include "fuzz/fuzz.h"
#include "tests/contract/host_mem.h"

#define CONTRACT "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"
enum { ENV_MAX = 512, CALLS_MAX = 200, CONFIG_BYTES = 17 };

typedef struct one_call {
    uint8_t entry;
    ur_span sender, message;
    uint64_t height, time_ns;
} one_call;

static uint8_t memory[2][UC_MEMORY_BYTES] __attribute__((aligned(16)));
static ur_arena arenas[2] = {{memory[0], 0, 0}, {memory[1], 0, 0}};

/* ---- reading the text ---- */

/* Up to the next `end`, which is dropped. */
static ur_span word(ur_span *left, uint8_t end)
{
    size_t n = 0;
    while (n < left->n && left->p[n] != end) {
        n++;
    }
    ur_span s = ur_span_of(left->p, n);
    size_t took = n < left->n ? n + 1 : n;
    *left = ur_span_of(left->p + took, left->n - took);
    return s;
}

static uint64_t number(ur_span digits)
{
    uint64_t x = 0;
    for (size_t i = 0; i < digits.n && i < 19; i++) {
        x = x * 10 + (digits.p[i] & 15u) % 10;
    }
    return x;
}

static void read_call(one_call *c, ur_span line)
{
    ur_span entry = word(&line, ' ');
    c->entry = entry.n > 0 ? entry.p[0] : 'x';
    c->sender = word(&line, ' ');
    c->height = number(word(&line, ' ')) & (((uint64_t)1 << 48) - 1); /* no chain comes so far */
    c->time_ns = number(word(&line, ' ')) & (((uint64_t)1 << 62) - 1);
    c->message = line;
}

/* ---- records ---- */

static void put_record(host_mem *h, ur_span line)
{
    uint8_t key[128], value[4096], want[UR_SHA256_BYTES], got[UR_SHA256_BYTES];
    size_t key_len, value_len;
    ur_sha256 hash;
    ur_span key_text = word(&line, ' '), value_text = word(&line, ' ');
    ur_sha256_init(&hash);
    ur_sha256_update(&hash, key_text.p, key_text.n);
    ur_sha256_update(&hash, value_text.p, value_text.n);
    ur_sha256_final(&hash, got);
    if (ur_hex_decode_upto(key, sizeof key, &key_len, key_text) == UR_OK &&
        ur_hex_decode_upto(value, sizeof value, &value_len, value_text) == UR_OK &&
        ur_hex_decode(want, sizeof want, line) == UR_OK && ur_eq_var(want, got, sizeof got)) {
        host_mem_begin(h);
        FUZZ_REQUIRE(h->host.put(h, ur_span_of(key, key_len), ur_span_of(value, value_len)) == UR_OK);
        host_mem_end(h, true);
    }
}

/* ---- calls ---- */

static ur_span env_of(uint8_t buf[ENV_MAX], const one_call *c)
{
    ur_writer w;
    ur_writer_init(&w, buf, ENV_MAX);
    ur_writer_str(&w, "{\"block\":{\"height\":");
    ur_writer_dec(&w, c->height);
    ur_writer_str(&w, ",\"time\":\"");
    ur_writer_dec(&w, c->time_ns);
    ur_writer_str(&w, "\",\"chain_id\":\"dev-scenario\"},\"transaction\":null,\"contract\":{\"address\":\"" CONTRACT "\"}}");
    return ur_span_of(buf, w.n);
}

/* The chain checks senders; the contract does not. */
static ur_span info_of(uint8_t buf[ENV_MAX], const one_call *c)
{
    ur_writer w;
    ur_writer_init(&w, buf, ENV_MAX);
    ur_writer_str(&w, "{\"sender\":\"w");
    for (size_t i = 1; i < c->sender.n && i < UC_ADDRESS_MAX; i++) {
        uint8_t b = c->sender.p[i];
        ur_writer_u8(&w, (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') ? b : 'x');
    }
    ur_writer_str(&w, "\",\"funds\":[]}");
    return ur_span_of(buf, w.n);
}

static ur_span run(host_mem *h, ur_arena *arena, const one_call *c)
{
    uint8_t env_bytes[ENV_MAX], info_bytes[ENV_MAX];
    ur_span env = env_of(env_bytes, c), info = info_of(info_bytes, c), result;
    memset(arena->p, 0, arena->n);
    ur_arena_init(arena, arena->p, UC_MEMORY_BYTES);
    host_mem_begin(h);
    ur_status st = c->entry == 'q'   ? uc_query(&h->host, arena, env, c->message, &result)
                   : c->entry == 'i' ? uc_instantiate(&h->host, arena, env, info, c->message, &result)
                                     : uc_execute(&h->host, arena, env, info, c->message, &result);
    FUZZ_REQUIRE(st == UR_OK); /* nothing that a caller says ends a call */
    return result;
}

static bool in_proper_form(ur_span result, bool *taken)
{
    ur_json v;
    if (ur_json_parse_var(&v, result) != UR_OK || ur_json_count_var(v) > 1) {
        return false;
    }
    *taken = ur_json_kind_var(ur_json_get_var(v, "ok")) != UR_JSON_NONE;
    return *taken || ur_json_kind_var(ur_json_get_var(v, "error")) == UR_JSON_STRING;
}

static bool changes(const host_mem *h)
{
    for (size_t i = 0; i < h->op_count; i++) {
        if (h->ops[i].kind == HOST_WRITE || h->ops[i].kind == HOST_REMOVE) {
            return true;
        }
    }
    return false;
}

/* Both counters, or zeros before instantiation. */
static void counters(const host_mem *h, uint64_t out[2])
{
    ur_span bytes;
    ur_reader r;
    out[0] = out[1] = 0;
    if (host_mem_get(h, UR_SPAN_LIT("c"), &bytes) == UR_OK) {
        ur_reader_init(&r, bytes);
        FUZZ_REQUIRE(bytes.n == CONFIG_BYTES && ur_reader_skip(&r, 1) == UR_OK && ur_reader_u64be(&r, &out[0]) == UR_OK &&
                     ur_reader_u64be(&r, &out[1]) == UR_OK);
    }
}

static void check_call(host_mem *h, const one_call *c)
{
    uint64_t before[2], after[2];
    bool taken = false;
    counters(h, before);
    ur_span first = run(h, &arenas[0], c);
    FUZZ_REQUIRE(in_proper_form(first, &taken));
    FUZZ_REQUIRE(c->entry != 'q' || !changes(h));
    host_mem_end(h, false);
    ur_span second = run(h, &arenas[1], c);
    FUZZ_REQUIRE(ur_span_eq_var(first, second));
    host_mem_end(h, taken);
    counters(h, after);
    FUZZ_REQUIRE(after[0] >= before[0] && after[1] >= before[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const one_call first = {'i', {(const uint8_t *)"wasm1a", 6}, {(const uint8_t *)"{}", 2}, 1, 1};
    host_mem h;
    ur_span left = ur_span_of(data, size);
    uint64_t height = 1, time_ns = 1;
    host_mem_init(&h, "wasm");
    check_call(&h, &first);
    for (size_t i = 0; left.n > 0 && i < CALLS_MAX; i++) {
        one_call c;
        ur_span line = word(&left, '\n');
        if (line.n > 2 && line.p[0] == 'p' && line.p[1] == ' ') {
            put_record(&h, ur_span_of(line.p + 2, line.n - 2));
            continue;
        }
        read_call(&c, line);
        c.height = c.height > height ? c.height : height; /* a chain does not go back */
        c.time_ns = c.time_ns > time_ns ? c.time_ns : time_ns;
        height = c.height;
        time_ns = c.time_ns;
        check_call(&h, &c);
    }
    host_mem_clear(&h);
    return 0;
}
