#include "lib/seal/seal.h"
#include "programs/cli/tibe/material.h"

/* Say as early and exactly as the file and the options allow why the key cannot be right. */
static ur_status check_key(cli *c, const ur_tibe_pub *mpk, const ur_tibe_key *key, const ur_seal_header *header)
{
    ur_tibe_id round;
    if (header->kind == UR_SEAL_TLOCK) {
        ur_tibe_id_of_round(&round, header->round);
        return ur_tibe_key_check_var(mpk, key, &round) == UR_OK
                   ? UR_OK
                   : cli_fail(c, UR_E_POLICY, "the key is not the signature of round %llu under this public key",
                              (unsigned long long)header->round);
    }
    if (tibe_identity_given(c, false)) {
        tibe_identity id;
        UR_TRY(tibe_identity_read(c, &id, false));
        if (ur_tibe_key_check_var(mpk, key, &id.id) != UR_OK) {
            return cli_fail(c, UR_E_POLICY, "the key is not that identity's under this master public key");
        }
    }
    return UR_OK;
}

static ur_status open_sealed(cli *c, cli_output *out, ur_sealed *sealed, const ur_tibe_key *key)
{
    ur_status st = cli_output_open(c, out, cli_value(c, "out"), CLI_OUTPUT_FOREIGN,
                                   cli_given(c, "force") ? UR_FILE_REPLACE : UR_FILE_SECRET);
    if (st != UR_OK) {
        return st;
    }
    st = ur_sealed_open(sealed, &out->sink, key, cli_err(c));
    st = cli_output_end(c, out, st);
    if (st == UR_E_PROOF) { /* a question for a yes or no it was not */
        st = UR_E_POLICY;
        if (!tibe_identity_given(c, false)) {
            cli_hint(c, "With --id the key is checked for that identity first, which tells the two apart.");
        }
    }
    return st;
}

ur_status cli_tibe_decrypt(cli *c)
{
    struct {
        ur_tibe_key key;
    } scratch = {0};
    ur_tibe_pub mpk;
    cli_input in = {0};
    cli_output out = {0};
    ur_sealed *sealed = NULL;
    const char *path = cli_value(c, "IN"), *name = path != NULL ? path : "standard input";
    UR_TRY(tibe_mpk_read(c, &mpk, cli_value(c, "mpk")));
    ur_status st = tibe_key_read(c, &scratch.key, cli_value(c, "key"));
    if (st != UR_OK) {
        goto out;
    }
    st = cli_input_open(c, &in, path, "decrypting");
    if (st != UR_OK) {
        goto out;
    }
    st = ur_sealed_begin(&sealed, &in.source, cli_err(c));
    if (st == UR_OK) {
        st = check_key(c, &mpk, &scratch.key, ur_sealed_header(sealed));
    }
    if (st == UR_OK) {
        st = open_sealed(c, &out, sealed, &scratch.key);
    }
    cli_input_close(&in);
    if (st == UR_OK && cli_wants_json(c)) {
        cli_say_text(c, "file", cli_value(c, "out"));
        cli_say_text(c, "form", ur_seal_form_name(ur_sealed_form(sealed)));
        cli_say_number(c, "content_bytes", out.done);
    }
    if (st != UR_OK) {
        st = cli_in(c, st, "%s", name);
    }
out:
    ur_sealed_free(&sealed);
    ur_wipe(&scratch, sizeof scratch);
    return st;
}
