#include "programs/devnet/options.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_CHARS = 32 };

typedef enum option_id {
#define OPTION(name, value, help) OPT_##name,
#define FLAG(name, help) OPT_##name,
#include "programs/devnet/options.def"
#undef OPTION
#undef FLAG
    OPT_COUNT
} option_id;

static const struct {
    const char *name, *value, *help; /* value NULL: a flag */
} table[OPT_COUNT] = {
#define OPTION(name, value, help) {#name, value, help},
#define FLAG(name, help) {#name, NULL, help},
#include "programs/devnet/options.def"
#undef OPTION
#undef FLAG
};

/* As people write it: with dashes. */
static void shown(char out[NAME_MAX_CHARS], const char *name)
{
    size_t n = 0;
    for (; name[n] != '\0' && n < NAME_MAX_CHARS - 1; n++) {
        out[n] = name[n] == '_' ? '-' : name[n];
    }
    out[n] = '\0';
}

void devnet_options_help(void)
{
    (void)printf("Usage: unrug-devnet [options]\n\n"
                 "The embedded ledger behind a wasmd node's RPC: real signatures, headers and proofs, the contract run natively,\n"
                 "time travel. One machine, test coins. `unrug devnet start` is the same.\n\n");
    for (size_t i = 0; i < OPT_COUNT; i++) {
        char name[NAME_MAX_CHARS], left[2 * NAME_MAX_CHARS];
        shown(name, table[i].name);
        (void)snprintf(left, sizeof left, "--%s%s%s", name, table[i].value == NULL ? "" : " ", table[i].value == NULL ? "" : table[i].value);
        (void)printf("  %-26s %s\n", left, table[i].help);
    }
}

/* ---- values ---- */

static ur_status number_of(uint64_t *out, const char *name, const char *text, uint64_t min, uint64_t max, ur_err *err)
{
    uint64_t x = 0;
    bool bad = *text == '\0';
    for (const char *p = text; *p != '\0'; p++) {
        bad = bad || *p < '0' || *p > '9' || x > (UINT64_MAX - 9) / 10;
        x = bad ? 0 : x * 10 + (uint64_t)(*p - '0');
    }
    if (bad || x < min || x > max) {
        return ur_err_set(err, UR_E_USAGE, "--%s takes a number from %llu to %llu", name, (unsigned long long)min, (unsigned long long)max);
    }
    *out = x;
    return UR_OK;
}

static ur_status listen_of(devnet_options *out, const char *text, ur_err *err)
{
    const char *colon = strrchr(text, ':');
    size_t n = colon == NULL ? 0 : (size_t)(colon - text);
    uint64_t port = 0;
    struct in_addr address;
    if (n == 0 || n >= sizeof out->address || number_of(&port, "listen", colon + 1, 0, UINT16_MAX, NULL) != UR_OK) {
        return ur_err_set(err, UR_E_USAGE, "--listen takes ADDRESS:PORT, for instance 127.0.0.1:26657");
    }
    memcpy(out->address, text, n);
    out->address[n] = '\0';
    out->port = (uint16_t)port;
    return inet_pton(AF_INET, out->address, &address) == 1 ? UR_OK : ur_err_set(err, UR_E_USAGE, "--listen takes an IPv4 address, not '%s'", out->address);
}

static bool is_loopback(const char *address) { return strncmp(address, "127.", 4) == 0; }

static ur_status take(devnet_options *out, bool *public_too, option_id id, const char *name, const char *value, ur_err *err)
{
    uint64_t x = 0;
    ur_status st = UR_OK;
    switch (id) {
    case OPT_chain:
        out->chain_id = value;
        return strncmp(value, "dev-", 4) == 0 ? UR_OK : ur_err_set(err, UR_E_USAGE, "--chain must begin with dev-: others are real chains to every client");
    case OPT_home:
        out->home = value;
        return *value != '\0' ? UR_OK : ur_err_set(err, UR_E_USAGE, "--home takes a file");
    case OPT_listen:
        return listen_of(out, value, err);
    case OPT_public:
        *public_too = true;
        return UR_OK;
    case OPT_ready_file:
        out->ready_file = value;
        return UR_OK;
    case OPT_block_ms:
        st = number_of(&x, name, value, 1, 3600000, err);
        out->block_ms = (unsigned)x;
        return st;
    case OPT_warp_block_ms:
        st = number_of(&x, name, value, 1, 3600000, err);
        out->warp_block_ms = (unsigned)x;
        return st;
    case OPT_accounts:
        st = number_of(&x, name, value, 1, DEVNET_ACCOUNTS_MAX, err);
        out->accounts = (size_t)x;
        return st;
    case OPT_words_file:
        out->words_file = value;
        return UR_OK;
    case OPT_amount:
        return number_of(&out->amount, name, value, 1, UINT64_MAX / DEVNET_ACCOUNTS_MAX, err);
    case OPT_denom:
        out->denom = value;
        return UR_OK;
    case OPT_prefix:
        out->prefix = value;
        return strspn(value, "abcdefghijklmnopqrstuvwxyz") == strlen(value) ? UR_OK : ur_err_set(err, UR_E_USAGE, "--prefix takes small letters");
    case OPT_gas_price:
        return number_of(&out->gas_price_milli, name, value, 0, 1000000000, err);
    case OPT_keep_states:
        return number_of(&out->keep_states, name, value, 1, 1000000000, err);
    case OPT_wasm:
        if (out->wasm_n == DEVNET_WASM_MAX) {
            return ur_err_set(err, UR_E_USAGE, "--wasm may be given %d times", DEVNET_WASM_MAX);
        }
        out->wasm[out->wasm_n++] = value;
        return UR_OK;
    case OPT_json:
        out->json = true;
        return UR_OK;
    default:
        out->help = true;
        return UR_OK;
    }
}

/* ---- words ---- */

/* Which option an argument names; *value is what stands behind its '=', or NULL. */
static option_id find(char name[NAME_MAX_CHARS], const char *argument, const char **value)
{
    const char *equals = strchr(argument, '=');
    size_t n = equals == NULL ? strlen(argument) : (size_t)(equals - argument);
    *value = equals == NULL ? NULL : equals + 1;
    for (size_t i = 0; i < OPT_COUNT; i++) {
        shown(name, table[i].name);
        if (n == strlen(name) + 2 && strncmp(argument, "--", 2) == 0 && strncmp(argument + 2, name, n - 2) == 0) {
            return (option_id)i;
        }
    }
    return OPT_COUNT;
}

ur_status devnet_options_parse(devnet_options *out, int argc, char **argv, ur_err *err)
{
    bool public_too = false;
    *out = (devnet_options){.chain_id = "dev-1", .address = "127.0.0.1", .port = 26657, .accounts = 4, .amount = 1000000000000,
                            .denom = "ustake", .prefix = "wasm"};
    for (int i = 1; i < argc; i++) {
        char name[NAME_MAX_CHARS];
        const char *value;
        option_id id = find(name, argv[i], &value);
        if (id == OPT_COUNT) {
            return ur_err_set(err, UR_E_USAGE, "there is no option '%s'; --help lists them", argv[i]);
        }
        if (table[id].value == NULL ? value != NULL : value == NULL && ++i == argc) {
            return ur_err_set(err, UR_E_USAGE, table[id].value == NULL ? "--%s takes no value" : "--%s takes a value", name);
        }
        UR_TRY(take(out, &public_too, id, name, value != NULL || table[id].value == NULL ? value : argv[i], err));
    }
    out->others = !is_loopback(out->address);
    if (out->others && !public_too) {
        return ur_err_set(err, UR_E_USAGE, "%s can be reached from other machines, and a devnet is for one; --public allows it", out->address);
    }
    return UR_OK;
}
