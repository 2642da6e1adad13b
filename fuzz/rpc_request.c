/* Requests to a devnet, over a small ledger in memory: the first byte chooses POST or a URI. Whatever comes, the answer is
 * JSON that our own strict reader takes (or nothing, or plain text), and the ledger goes on. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "core/codec/json.h"
#include "lib/rpc/rpc.h"

enum { TEXT_MAX = 4096 };

static ur_status no_contract(void *self, ur_ledger_entry entry, const ur_ledger_host *host, ur_span env, ur_span info, ur_span msg,
                             ur_ledger_reply *reply)
{
    (void)self;
    (void)entry;
    (void)host;
    (void)env;
    (void)info;
    (void)msg;
    *reply = (ur_ledger_reply){UR_SPAN_LIT("{\"error\":\"none\"}"), 0};
    return UR_OK;
}

static int64_t still(void *context)
{
    (void)context;
    return 1800000000000;
}

static uint64_t still_boot(void *context)
{
    (void)context;
    return 1;
}

static const ur_ledger_vm vm = {.call = no_contract};
static const ur_clock clock_still = {.unix_ms = still, .boot_ms = still_boot};
static const ur_ledger_address account = {.n = 20, .bytes = {1}};

static ur_rpc *start(ur_ledger **ledger)
{
    const ur_ledger_coins coins = {account, 1000000};
    const ur_ledger_genesis genesis = {.chain_id = "dev-fuzz", .prefix = "wasm", .denom = "ustake", .validator_seed = {7}, .accounts = 1,
                                       .account = &coins};
    const ur_ledger_options options = {.genesis = &genesis, .vm = &vm, .clock = &clock_still};
    ur_rpc *rpc;
    FUZZ_REQUIRE(ur_ledger_open(ledger, &options, NULL) == UR_OK);
    const ur_rpc_options o = {.ledger = *ledger, .listen = "tcp://127.0.0.1:1", .accounts = &account, .accounts_n = 1};
    FUZZ_REQUIRE(ur_rpc_new(&rpc, &o, NULL) == UR_OK);
    return rpc;
}

/* "name=value" lines behind the first. */
static const char *argument(void *context, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = strchr(context, '\n'); line != NULL; line = strchr(line, '\n')) {
        line++;
        if (strncmp(line, name, n) == 0 && line[n] == '=') {
            return line + n + 1;
        }
    }
    return NULL;
}

static void get(ur_rpc *rpc, ur_rpc_answer *a, const uint8_t *data, size_t size)
{
    char text[TEXT_MAX + 1], method[TEXT_MAX + 1];
    size_t n = size < TEXT_MAX ? size : TEXT_MAX;
    memcpy(text, data, n);
    text[n] = '\0';
    size_t line = strcspn(text, "\n");
    memcpy(method, text, line);
    method[line] = '\0';
    const ur_rpc_uri uri = {.method = method, .context = text, .argument = argument};
    ur_rpc_get(rpc, a, &uri);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ur_ledger *ledger;
    static ur_rpc *rpc;
    static unsigned runs;
    ur_rpc_answer a;
    ur_json v;
    if (rpc == NULL) {
        rpc = start(&ledger);
    }
    if (size > 0 && data[0] == '/') {
        get(rpc, &a, data + 1, size - 1);
    } else {
        ur_rpc_post(rpc, &a, ur_span_of(data, size));
    }
    FUZZ_REQUIRE(a.status == 200 || a.status == 500 || a.status == 404);
    if (a.body.n > 0 && strcmp(a.content_type, "application/json") == 0) {
        ur_status st = ur_json_parse_var(&v, a.body);
        FUZZ_REQUIRE(st == UR_OK || (st == UR_E_LIMIT && a.body.n > 1000)); /* a batch may have more keys than our reader takes */
    }
    FUZZ_REQUIRE(ur_ledger_settle(ledger, NULL) == UR_OK);
    if (++runs % 512 == 0) { /* moves made it long */
        ur_rpc_free(&rpc);
        ur_ledger_close(&ledger);
    }
    return 0;
}
