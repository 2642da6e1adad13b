#include "core/codec/hex.h"
#include "lib/seal/seal.h"
#include "programs/cli/tibe/material.h"

static ur_status read_recipient(cli *c, ur_seal_to *to, ur_tibe_pub *mpk, tibe_identity *id)
{
    UR_TRY(tibe_identity_read(c, id, true));
    if ((id->round != 0) != cli_given(c, "chain")) {
        return id->round != 0 ? cli_fail(c, UR_E_USAGE, "--round needs the network's --chain HEX too")
                              : cli_fail(c, UR_E_USAGE, "--chain goes with --round");
    }
    *to = (ur_seal_to){.mpk = mpk, .kind = id->round != 0 ? UR_SEAL_TLOCK : UR_SEAL_DISTIBE, .round = id->round,
                       .id = ur_span_of(id->bytes, id->n)};
    if (id->round != 0 && ur_hex_decode(to->chain, sizeof to->chain, ur_span_str_var(cli_value(c, "chain"))) != UR_OK) {
        return cli_fail(c, UR_E_USAGE, "--chain takes 64 hex digits");
    }
    return tibe_mpk_read(c, mpk, cli_value(c, "mpk"));
}

ur_status cli_tibe_encrypt(cli *c)
{
    ur_tibe_pub mpk;
    tibe_identity id;
    ur_seal_to to;
    cli_input in;
    cli_output out;
    ur_seal_form form = cli_given(c, "armor") ? UR_SEAL_ARMOR : cli_given(c, "hex") ? UR_SEAL_HEX : UR_SEAL_BINARY;
    UR_TRY(read_recipient(c, &to, &mpk, &id));
    UR_TRY(cli_input_open(c, &in, cli_value(c, "IN"), "encrypting"));
    ur_status st = cli_output_open(c, &out, cli_value(c, "out"), form == UR_SEAL_BINARY ? CLI_OUTPUT_BINARY : CLI_OUTPUT_TEXT,
                                   cli_given(c, "force") ? UR_FILE_REPLACE : UR_FILE_NEW);
    if (st == UR_OK) {
        st = ur_seal_stream(&out.sink, &in.source, &to, form, cli_err(c));
        cli_input_close(&in);
        st = cli_output_end(c, &out, st);
    } else {
        cli_input_close(&in);
    }
    if (st == UR_OK && cli_wants_json(c)) {
        cli_say_text(c, "file", cli_value(c, "out"));
        cli_say_text(c, "form", ur_seal_form_name(form));
        cli_say_number(c, "content_bytes", in.done);
        tibe_identity_say(c, &id);
    }
    return st;
}
