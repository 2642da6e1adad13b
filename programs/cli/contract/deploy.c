#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash/hash.h"
#include "programs/cli/contract/contract.h"

enum { LABEL_MAX = 128, SALT_MAX = 64 };

/* Upload the file; *code_id is 0 after a dry run. */
static ur_status store(cli *c, chain_sender *s, ur_span wasm, uint64_t *code_id)
{
    ur_client_result r;
    ur_store_code_response done;
    uint8_t checksum[UR_SHA256_BYTES];
    ur_msg m = {.kind = UR_MSG_STORE_CODE};
    m.u.store_code = (ur_msg_store_code){.sender = ur_span_str_var(s->address), .wasm = wasm};
    *code_id = 0;
    ur_sha256_of(checksum, wasm);
    UR_TRY(chain_send(c, s, &m, 1, "stored", &r));
    ur_status st = UR_OK;
    if (r.fate == UR_FATE_INCLUDED) {
        st = ur_client_response(&done, &ur_proto_store_code_response, &r, 0, UR_MSG_STORE_CODE, cli_err(c));
        *code_id = done.code_id;
        if (st == UR_OK && (done.checksum.n != sizeof checksum || !ur_eq_var(done.checksum.p, checksum, sizeof checksum))) {
            st = cli_fail(c, UR_E_PROOF, "the chain says that it stored other bytes");
        }
    }
    cli_say_hex(c, "checksum", checksum, sizeof checksum);
    ur_client_result_free(&r);
    return st;
}

static ur_status instantiate(cli *c, chain_sender *s, uint64_t code_id, ur_span init)
{
    ur_client_result r;
    ur_instantiate_response done;
    const char *salt = cli_value(c, "salt"), *label = cli_value(c, "label");
    ur_msg m = {.kind = salt != NULL ? UR_MSG_INSTANTIATE2 : UR_MSG_INSTANTIATE};
    if (salt != NULL) {
        m.u.instantiate2 = (ur_msg_instantiate2){.sender = ur_span_str_var(s->address), .code_id = code_id, .label = ur_span_str_var(label),
                                                 .msg = init, .salt = ur_span_str_var(salt)};
    } else {
        m.u.instantiate = (ur_msg_instantiate){.sender = ur_span_str_var(s->address), .code_id = code_id, .label = ur_span_str_var(label), .msg = init};
    }
    UR_TRY(chain_send(c, s, &m, 1, "instantiated", &r));
    ur_status st = UR_OK;
    if (r.fate == UR_FATE_INCLUDED) {
        st = ur_client_response(&done, &ur_proto_instantiate_response, &r, 0, m.kind, cli_err(c));
        if (st == UR_OK) {
            cli_say_span(c, "contract", done.address);
        }
    }
    ur_client_result_free(&r);
    return st;
}

static ur_status deploy(cli *c, ur_span wasm, ur_span init)
{
    chain_sender s;
    uint64_t code_id = cli_number(c, "code", 0);
    UR_TRY(chain_sender_open(c, &s));
    cli_say_text(c, "creator", s.address);
    ur_status st = code_id == 0 ? store(c, &s, wasm, &code_id) : UR_OK;
    if (st == UR_OK && code_id != 0) { /* a dry run stops here: there is no code to instantiate */
        cli_say_number(c, "code", code_id);
        st = instantiate(c, &s, code_id, init);
        if (st != UR_OK && cli_number(c, "code", 0) == 0) {
            cli_hint(c, "The code is stored: go on with --code %" PRIu64 ".", code_id);
        }
    }
    chain_sender_close(&s);
    return st;
}

static ur_status check(cli *c)
{
    const char *label = cli_value(c, "label"), *salt = cli_value(c, "salt");
    size_t n = strlen(label);
    if (n == 0 || n > LABEL_MAX || label[0] == ' ' || label[n - 1] == ' ') {
        return cli_fail(c, UR_E_USAGE, "--label takes 1 to %d characters, none of the outer ones a blank", LABEL_MAX);
    }
    if (salt != NULL && (salt[0] == '\0' || strlen(salt) > SALT_MAX)) {
        return cli_fail(c, UR_E_USAGE, "--salt takes 1 to %d characters", SALT_MAX);
    }
    if ((cli_value(c, "WASM") != NULL) == cli_given(c, "code")) {
        return cli_fail(c, UR_E_USAGE, "give either WASM, to store it first, or --code, of what is stored");
    }
    return UR_OK;
}

ur_status cli_contract_deploy(cli *c)
{
    const char *msg = cli_value(c, "msg"), *path = cli_value(c, "WASM");
    ur_span init;
    uint8_t *owned = NULL, *wasm = NULL;
    size_t wasm_n = 0;
    UR_TRY(check(c));
    ur_status st = contract_msg(c, &init, &owned, "--msg", msg != NULL ? msg : "{}");
    if (st == UR_OK && path != NULL) {
        st = cli_read(c, &wasm, &wasm_n, path, UR_TX_MAX - 4096);
    }
    if (st == UR_OK) {
        st = deploy(c, ur_span_of(wasm, wasm_n), init);
    }
    free(wasm);
    free(owned);
    return st;
}
