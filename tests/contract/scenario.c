#include "tests/contract/scenario.h"

#include <unistd.h>

#include "core/codec/base64.h"
#include "core/codec/bech32.h"
#include "core/codec/hex.h"
#include "core/hash/hash.h"
#include "tests/test.h"
#if defined(UR_CONTRACT_VMS)
#include "tests/contract/minimum.h"
#include "tests/contract/vm/vm.h"
#endif

static const char *const side_names[SCENARIO_SIDES] = {"native", "unrug.wasm on libwasmvm 3.0.7",
                                                       "unrug-portable.wasm on libwasmvm 2.0.3"};

/* ---- scratch ---- */

static void *keep(scenario *s, void *p)
{
    if (s->scratch_count == s->scratch_cap) {
        s->scratch_cap = s->scratch_cap == 0 ? 64 : s->scratch_cap * 2;
        s->scratch = realloc(s->scratch, s->scratch_cap * sizeof *s->scratch);
    }
    assert_non_null(p);
    assert_non_null(s->scratch);
    s->scratch[s->scratch_count++] = p;
    return p;
}

__attribute__((format(printf, 2, 0))) static char *format_text(scenario *s, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    assert_true(n >= 0);
    char *text = keep(s, malloc((size_t)n + 1));
    (void)vsnprintf(text, (size_t)n + 1, format, args);
    return text;
}

static char *copy_text(scenario *s, ur_span t)
{
    char *text = keep(s, malloc(t.n + 1));
    memcpy(text, t.p, t.n);
    text[t.n] = '\0';
    return text;
}

const char *scenario_text(scenario *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = format_text(s, format, args);
    va_end(args);
    return text;
}

const char *scenario_base64(scenario *s, ur_span bytes)
{
    size_t n = ur_base64_chars(bytes.n, UR_BASE64);
    char *text = keep(s, malloc(n + 3));
    text[0] = '"';
    ur_base64_encode(text + 1, bytes, UR_BASE64);
    memcpy(text + 1 + n, "\"", 2);
    return text;
}

const char *scenario_hex(scenario *s, ur_span bytes)
{
    char *text = keep(s, malloc(2 * bytes.n + 3));
    ur_writer w;
    ur_writer_init(&w, text, 2 * bytes.n + 3);
    ur_writer_u8(&w, '"');
    ur_hex_write(&w, bytes);
    ur_writer_u8(&w, '"');
    ur_writer_u8(&w, 0);
    return text;
}

const char *scenario_account(scenario *s, const char *name)
{
    uint8_t hash[UR_SHA256_BYTES];
    char text[UR_BECH32_MAX];
    size_t n;
    const char *there = s->elsewhere != NULL ? s->elsewhere->account(s->elsewhere->self, name) : NULL;
    if (there != NULL) {
        return there;
    }
    ur_sha256_of(hash, ur_span_str_var(name));
    assert_ok(ur_bech32_encode_var(text, sizeof text, &n, UR_SPAN_LIT("wasm"), ur_span_of(hash, 20)));
    return copy_text(s, ur_span_of(text, n));
}

/* ---- gas ---- */

enum { GAS_STORAGE, GAS_VM3, GAS_LEAST, GAS_VM2, GAS_KINDS, GAS_ROWS_MAX = 128, GAS_SDK = 140000, GAS_LOADING = 60000 };

typedef struct gas_row {
    char name[40];
    uint64_t calls, least[GAS_KINDS], most[GAS_KINDS]; /* SDK gas */
    double vm_ratio, all_ratio; /* the largest: to the least possible */
} gas_row;

static gas_row gas_rows[GAS_ROWS_MAX];
static size_t gas_count;

/* What a chain asks for storage: keys carry 33 bytes of the contract's prefix. */
static uint64_t storage_gas(const host_mem *h)
{
    uint64_t gas = 0;
    for (size_t i = 0; i < h->op_count; i++) {
        const host_op *op = &h->ops[i];
        uint64_t bytes = 33 + op->key_len + op->value_len;
        gas += op->kind == HOST_READ     ? 1000 + 3 * bytes
               : op->kind == HOST_WRITE  ? 2000 + 30 * bytes
               : op->kind == HOST_REMOVE ? 1000
                                         : 0;
    }
    return gas;
}

static void print_gas_lines(void)
{
    for (size_t i = 0; i < gas_count; i++) {
        const gas_row *r = &gas_rows[i];
        printf("{\"gas\":\"%s\",\"calls\":%llu,\"storage\":%llu,\"vm\":%llu,\"minimum\":%llu,\"vm_ratio\":%.3f,\"ratio\":%.4f,\"portable\":%llu}\n",
               r->name, (unsigned long long)r->calls, (unsigned long long)r->most[GAS_STORAGE], (unsigned long long)r->most[GAS_VM3],
               (unsigned long long)r->most[GAS_LEAST], r->vm_ratio, r->all_ratio, (unsigned long long)r->most[GAS_VM2]);
    }
}

static void print_gas(void)
{
    if (strcmp(getenv("UNRUG_GAS"), "json") == 0) {
        print_gas_lines();
        return;
    }
    printf("SDK gas, least..most. minimum: a contract that asks for the same and does nothing itself; ratios: the most, of the VM's\n"
           "gas alone and with storage and %d for loading\n%-28s %5s %14s %14s %14s %6s %6s %14s\n",
           GAS_LOADING, "message", "calls", "storage", "VM 3.0.7", "its minimum", "VM", "all", "2.0.3 portable");
    for (size_t i = 0; i < gas_count; i++) {
        const gas_row *r = &gas_rows[i];
        printf("%-28s %5llu", r->name, (unsigned long long)r->calls);
        for (size_t k = 0; k < GAS_KINDS; k++) {
            printf(" %6llu..%6llu", (unsigned long long)r->least[k], (unsigned long long)r->most[k]);
            if (k == GAS_LEAST) {
                printf(" %6.2f %6.3f", r->vm_ratio, r->all_ratio);
            }
        }
        printf("\n");
    }
}

/* The row of a message: its name, whether it is a query, and whether it was refused. NULL: there are too many. */
static gas_row *row_of(scenario_entry entry, ur_span message, bool refused)
{
    char name[40];
    size_t n = 0;
    for (size_t i = 2; i < message.n && (message.p[i] == '_' || (message.p[i] >= 'a' && message.p[i] <= 'z')) && n < 24; i++) {
        name[n++] = (char)message.p[i];
    }
    if (n == 0) {
        memcpy(name, "none", n = 4);
    }
    (void)snprintf(name + n, sizeof name - n, "%s%s", entry == SCENARIO_QUERY ? " (query)" : "", refused ? " refused" : "");
    for (size_t i = 0; i < gas_count; i++) {
        if (strcmp(gas_rows[i].name, name) == 0) {
            return &gas_rows[i];
        }
    }
    if (gas_count == GAS_ROWS_MAX) {
        return NULL;
    }
    if (gas_count == 0) {
        (void)atexit(print_gas);
    }
    gas_row *r = &gas_rows[gas_count++];
    *r = (gas_row){.least = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
    memcpy(r->name, name, sizeof name);
    return r;
}

static void note_gas(const scenario *s, scenario_entry entry, ur_span env, ur_span info, ur_span message, bool refused)
{
    gas_row *r;
    if (getenv("UNRUG_GAS") == NULL || s->side_count != SCENARIO_SIDES || (r = row_of(entry, message, refused)) == NULL) {
        return;
    }
    uint64_t gas[GAS_KINDS] = {storage_gas(&s->sides[0].host), s->sides[1].gas / GAS_SDK, 0, s->sides[2].gas / GAS_SDK};
#if defined(UR_CONTRACT_VMS)
    gas[GAS_LEAST] = minimum_gas(&s->sides[0].host, entry == SCENARIO_QUERY ? VM_QUERY : VM_EXECUTE, env, info, message, s->result) / GAS_SDK;
#else
    (void)env;
    (void)info;
#endif
    r->calls++;
    for (size_t k = 0; k < GAS_KINDS; k++) {
        r->least[k] = gas[k] < r->least[k] ? gas[k] : r->least[k];
        r->most[k] = gas[k] > r->most[k] ? gas[k] : r->most[k];
    }
    if (gas[GAS_LEAST] > 0) {
        double around = (double)gas[GAS_STORAGE] + GAS_LOADING;
        double alone = (double)gas[GAS_VM3] / (double)gas[GAS_LEAST];
        double all = (around + (double)gas[GAS_VM3]) / (around + (double)gas[GAS_LEAST]);
        r->vm_ratio = alone > r->vm_ratio ? alone : r->vm_ratio;
        r->all_ratio = all > r->all_ratio ? all : r->all_ratio;
    }
}

/* ---- lives: what a scenario does, as a text that the fuzz target contract_calls begins with ---- */

static FILE *open_life(void)
{
    static unsigned number;
    const char *folder = getenv("UNRUG_LIVES");
    char path[256];
    if (folder == NULL) {
        return NULL;
    }
    (void)snprintf(path, sizeof path, "%s/%ld-%u", folder, (long)getpid(), number++);
    return fopen(path, "wx");
}

static void write_life(const scenario *s, scenario_entry entry, const char *sender, ur_span message)
{
    if (s->life != NULL) {
        (void)fprintf(s->life, "%c %s %llu %llu %.*s\n", "ixq"[entry], *sender == '\0' ? "-" : sender, (unsigned long long)s->height,
                      (unsigned long long)s->time_ns, (int)message.n, (const char *)message.p);
    }
}

static const char *hex_text(char *buf, size_t cap, ur_span bytes)
{
    ur_writer w;
    ur_writer_init(&w, buf, cap);
    ur_hex_write(&w, bytes);
    ur_writer_u8(&w, 0);
    assert_false(w.overflow);
    return buf;
}

void scenario_note_puts(const scenario *s)
{
    char key[256], value[8192], sum[2 * UR_SHA256_BYTES + 1];
    const host_mem *h = &s->sides[0].host;
    for (size_t i = 0; s->life != NULL && i < h->op_count; i++) {
        const host_op *op = &h->ops[i];
        ur_sha256 hash;
        uint8_t digest[UR_SHA256_BYTES];
        if (op->kind != HOST_WRITE) {
            continue;
        }
        (void)hex_text(key, sizeof key, ur_span_of(op->key, op->key_len));
        (void)hex_text(value, sizeof value, ur_span_of(op->value, op->value_len));
        ur_sha256_init(&hash);
        ur_sha256_update(&hash, key, strlen(key));
        ur_sha256_update(&hash, value, strlen(value));
        ur_sha256_final(&hash, digest);
        (void)fprintf(s->life, "p %s %s %s\n", key, value, hex_text(sum, sizeof sum, ur_span_of(digest, sizeof digest)));
    }
}

/* ---- one call on one side ---- */

static void keep_result(scenario_side *side, ur_span result)
{
    free(side->result);
    side->result = malloc(result.n + 1);
    assert_non_null(side->result);
    if (result.n > 0) {
        memcpy(side->result, result.p, result.n);
    }
    side->result_len = result.n;
}

static void call_native(scenario_side *side, scenario_entry entry, ur_span env, ur_span info, ur_span message)
{
    void *memory = calloc(1, UC_MEMORY_BYTES + 16);
    ur_arena arena;
    ur_span result;
    assert_non_null(memory);
    ur_arena_init(&arena, memory, UC_MEMORY_BYTES + 15);
    arena.cap = UC_MEMORY_BYTES;
    const uc_host *host = &side->host.host;
    ur_status st = entry == SCENARIO_QUERY     ? uc_query(host, &arena, env, message, &result)
                   : entry == SCENARIO_EXECUTE ? uc_execute(host, &arena, env, info, message, &result)
                                               : uc_instantiate(host, &arena, env, info, message, &result);
    if (st != UR_OK) {
        print_message("given up natively: %s\n", ur_status_name(st));
        assert_int_equal(result.n, 0);
    }
    keep_result(side, result);
    free(memory);
}

#if defined(UR_CONTRACT_VMS)
static vm vms[SCENARIO_SIDES];

static void close_vms(void)
{
    for (size_t i = 1; i < SCENARIO_SIDES; i++) {
        vm_close(&vms[i]);
    }
}

/* One of each for the whole process: compiling the modules takes longer than most scenarios. */
static void open_vms(void)
{
    char error[512];
    if (vms[1].self != NULL) {
        return;
    }
    if (vm_open(&vms[1], &vm_library_3_0_7, UR_CONTRACT_DIR "/unrug.wasm", "[\"cosmwasm_2_1\"]", error) != UR_OK ||
        vm_open(&vms[2], &vm_library_2_0_3, UR_CONTRACT_DIR "/unrug-portable.wasm", "[]", error) != UR_OK) {
        fail_msg("the VM refuses the contract: %s", error);
    }
    (void)atexit(close_vms);
}

static void call_vm(scenario_side *side, vm *v, scenario_entry entry, ur_span env, ur_span info, ur_span message)
{
    vm_result r;
    vm_entry e = entry == SCENARIO_QUERY ? VM_QUERY : entry == SCENARIO_EXECUTE ? VM_EXECUTE : VM_INSTANTIATE;
    vm_call(v, &r, e, &side->host.host, env, info, message);
    if (r.error[0] != '\0') {
        print_message("given up by %s: %s\n", v->library->name, r.error);
    }
    keep_result(side, ur_span_of(r.bytes, r.n));
    side->gas = r.gas;
    vm_result_clear(&r);
}
#endif

static void call_side(scenario *s, size_t i, scenario_entry entry, ur_span env, ur_span info, ur_span message)
{
    host_mem_begin(&s->sides[i].host);
    if (i == 0) {
        call_native(&s->sides[i], entry, env, info, message);
        return;
    }
#if defined(UR_CONTRACT_VMS)
    call_vm(&s->sides[i], &vms[i], entry, env, info, message);
#endif
}

/* ---- all sides compared ---- */

static void compare_bytes(const char *what, size_t side, ur_span a, ur_span b)
{
    if (!ur_span_eq_var(a, b)) {
        fail_msg("%s differs.\n%s: %.*s\n%s: %.*s", what, side_names[0], (int)a.n, (const char *)a.p, side_names[side],
                 (int)b.n, (const char *)b.p);
    }
}

/* The next op from i on that the VM's side notes too; the count at the end. */
static size_t next_op(const host_mem *h, size_t i)
{
    while (i < h->op_count && h->ops[i].kind >= HOST_VERIFY) {
        i++;
    }
    return i;
}

static void compare(const scenario *s, size_t i)
{
    const scenario_side *a = &s->sides[0], *b = &s->sides[i];
    compare_bytes("result", i, ur_span_of(a->result, a->result_len), ur_span_of(b->result, b->result_len));
    size_t at = next_op(&a->host, 0);
    for (size_t k = 0; k < b->host.op_count; k++, at = next_op(&a->host, at + 1)) {
        if (at == a->host.op_count) {
            fail_msg("%s asks for more than is asked natively", side_names[i]);
        }
        const host_op *x = &a->host.ops[at], *y = &b->host.ops[k];
        if (x->kind != y->kind) {
            fail_msg("what is asked at place %zu is of another kind natively than by %s", k, side_names[i]);
        }
        compare_bytes("key", i, ur_span_of(x->key, x->key_len), ur_span_of(y->key, y->key_len));
        compare_bytes("value", i, ur_span_of(x->value, x->value_len), ur_span_of(y->value, y->value_len));
    }
    if (at != a->host.op_count) {
        fail_msg("%s asks for less than is asked natively", side_names[i]);
    }
}

static bool begins(ur_span s, const char *text)
{
    ur_span t = ur_span_str_var(text);
    return s.n >= t.n && ur_eq_var(s.p, t.p, t.n);
}

ur_span scenario_call(scenario *s, scenario_entry entry, const char *sender, ur_span message)
{
    if (s->elsewhere != NULL && entry == SCENARIO_EXECUTE) {
        s->elsewhere->execute(s->elsewhere->self, sender, message, &s->height, &s->time_ns);
    }
    const char *env = scenario_text(s,
                                    "{\"block\":{\"height\":%llu,\"time\":\"%llu\",\"chain_id\":\"%s\"},\"transaction\":%s,"
                                    "\"contract\":{\"address\":\"" SCENARIO_CONTRACT "\"}}",
                                    (unsigned long long)s->height, (unsigned long long)s->time_ns, s->chain_id,
                                    entry == SCENARIO_QUERY ? "null" : "{\"index\":0}");
    const char *info = scenario_text(s, "{\"sender\":\"%s\",\"funds\":[]}", sender);
    write_life(s, entry, sender, message);
    for (size_t i = 0; i < s->side_count; i++) {
        call_side(s, i, entry, ur_span_str_var(env), ur_span_str_var(info), message);
    }
    s->result = ur_span_of(s->sides[0].result, s->sides[0].result_len);
    for (size_t i = 1; i < s->side_count; i++) {
        compare(s, i);
    }
    bool taken = begins(s->result, "{\"ok\":");
    note_gas(s, entry, ur_span_str_var(env), ur_span_str_var(info), message, !taken);
    for (size_t i = 0; i < s->side_count; i++) {
        host_mem_end(&s->sides[i].host, taken);
    }
    if (s->elsewhere != NULL && entry != SCENARIO_INSTANTIATE) {
        s->elsewhere->said(s->elsewhere->self, entry, message, s->result);
    }
    return s->result;
}

/* ---- expectations ---- */

static void expect_taken(const scenario *s, const char *message)
{
    if (!begins(s->result, "{\"ok\":")) {
        fail_msg("%.300s: %.*s", message, (int)s->result.n, (const char *)s->result.p);
    }
}

static void expect_refused(scenario *s, const char *code, const char *field, const char *message)
{
    const char *want = scenario_text(s, "{\"error\":\"%s: ", code);
    const char *end = field == NULL ? "\"}" : scenario_text(s, " [%s]\"}", field);
    size_t n = strlen(end);
    if (!begins(s->result, want) || s->result.n < n || !ur_eq_var(s->result.p + s->result.n - n, end, n)) {
        fail_msg("%.300s: %.*s, expected %s with %s", message, (int)s->result.n, (const char *)s->result.p, code,
                 field == NULL ? "any field" : field);
    }
}

void scenario_ok(scenario *s, const char *sender, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = format_text(s, format, args);
    va_end(args);
    scenario_call(s, SCENARIO_EXECUTE, sender, ur_span_str_var(message));
    expect_taken(s, message);
}

void scenario_refused(scenario *s, const char *sender, const char *code, const char *field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = format_text(s, format, args);
    va_end(args);
    scenario_call(s, SCENARIO_EXECUTE, sender, ur_span_str_var(message));
    expect_refused(s, code, field, message);
}

/* What a base64 string of the result says, as JSON; absent for null. */
static ur_json decoded(scenario *s, ur_json base64)
{
    ur_json v = {{NULL, 0}};
    size_t n;
    if (ur_json_kind_var(base64) == UR_JSON_NULL) {
        return v;
    }
    uint8_t *bytes = keep(s, malloc(base64.raw.n));
    assert_ok(ur_json_base64_upto_var(bytes, base64.raw.n, &n, base64));
    assert_ok(ur_json_parse_var(&v, ur_span_of(bytes, n)));
    return v;
}

static ur_json result_ok(const scenario *s)
{
    ur_json v;
    assert_ok(ur_json_parse_var(&v, s->result));
    return ur_json_get_var(v, "ok");
}

ur_json scenario_ask(scenario *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = format_text(s, format, args);
    va_end(args);
    scenario_call(s, SCENARIO_QUERY, "", ur_span_str_var(message));
    expect_taken(s, message);
    return decoded(s, result_ok(s));
}

void scenario_ask_refused(scenario *s, const char *code, const char *field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = format_text(s, format, args);
    va_end(args);
    scenario_call(s, SCENARIO_QUERY, "", ur_span_str_var(message));
    expect_refused(s, code, field, message);
}

/* The event number i of a type; absent if there are not so many. count: how many there are. */
static ur_json event_at(const scenario *s, const char *type, size_t at, size_t *count)
{
    ur_json_iter it;
    ur_json event, found = {{NULL, 0}};
    *count = 0;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(result_ok(s), "events")));
    while (ur_json_next_var(&it, &event)) {
        if (ur_json_is_var(ur_json_get_var(event, "type"), ur_span_str_var(type))) {
            found = *count == at ? event : found;
            (*count)++;
        }
    }
    return found;
}

size_t scenario_events(scenario *s, const char *type)
{
    size_t count;
    (void)event_at(s, type, 0, &count);
    return count;
}

const char *scenario_attribute_at(scenario *s, const char *type, size_t i, const char *attribute)
{
    ur_json_iter it;
    ur_json one;
    ur_span value;
    size_t count;
    ur_json event = event_at(s, type, i, &count);
    if (i >= count) {
        fail_msg("%zu events %s, wanted number %zu: %.*s", count, type, i, (int)s->result.n, (const char *)s->result.p);
    }
    assert_ok(ur_json_array_var(&it, ur_json_get_var(event, "attributes")));
    while (ur_json_next_var(&it, &one)) {
        if (ur_json_is_var(ur_json_get_var(one, "key"), ur_span_str_var(attribute))) {
            ur_json v = ur_json_get_var(one, "value");
            void *buf = keep(s, malloc(v.raw.n));
            assert_ok(ur_json_string_var(&value, buf, v.raw.n, v));
            return copy_text(s, value);
        }
    }
    fail_msg("event %s has no %s", type, attribute);
    return NULL;
}

const char *scenario_attribute(scenario *s, const char *type, const char *attribute)
{
    return scenario_attribute_at(s, type, 0, attribute);
}

ur_json scenario_data(scenario *s) { return decoded(s, ur_json_get_var(result_ok(s), "data")); }

ur_span scenario_record(const scenario *s, ur_span key)
{
    ur_span value;
    (void)!host_mem_get(&s->sides[0].host, key, &value);
    return value;
}

/* ---- life ---- */

static void start(scenario *s)
{
    s->life = open_life();
    for (size_t i = 0; i < s->side_count; i++) {
        host_mem_init(&s->sides[i].host, "wasm");
    }
    scenario_call(s, SCENARIO_INSTANTIATE, scenario_account(s, "creator"), UR_SPAN_LIT("{}"));
    expect_taken(s, "instantiate");
}

void scenario_start(scenario *s)
{
    *s = (scenario){.chain_id = "dev-scenario", .height = 100, .time_ns = 1700000000123456789u, .side_count = 1};
#if defined(UR_CONTRACT_VMS)
    open_vms();
    s->side_count = SCENARIO_SIDES;
#endif
    start(s);
}

void scenario_start_elsewhere(scenario *s, const scenario_elsewhere *elsewhere, const char *chain_id)
{
    *s = (scenario){.chain_id = chain_id, .height = 1, .time_ns = 1, .side_count = 1, .elsewhere = elsewhere};
    start(s);
    elsewhere->pass(elsewhere->self, 0, 0, &s->height, &s->time_ns);
}

void scenario_end(scenario *s)
{
    for (size_t i = 0; i < s->side_count; i++) {
        host_mem_clear(&s->sides[i].host);
        free(s->sides[i].result);
    }
    for (size_t i = 0; i < s->scratch_count; i++) {
        free(s->scratch[i]);
    }
    free(s->scratch);
    if (s->life != NULL) {
        (void)fclose(s->life);
    }
    *s = (scenario){0};
}

void scenario_pass(scenario *s, uint64_t blocks, uint64_t seconds)
{
    if (s->elsewhere != NULL) {
        s->elsewhere->pass(s->elsewhere->self, blocks, seconds, &s->height, &s->time_ns);
        return;
    }
    s->height += blocks;
    s->time_ns += seconds * 1000000000u;
}
