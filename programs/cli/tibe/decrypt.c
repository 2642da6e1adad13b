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

/* The file key: here a wrong key or identity shows. What fails later was changed, not made for somebody else. */
static ur_status open_header(cli *c, ur_tibe_msg *file_key, const ur_sealed *sealed, const ur_tibe_key *key)
{
    ur_tibe_ct ct;
    UR_TRY(ur_sealed_ct(&ct, sealed, cli_err(c)));
    ur_status st = ur_tibe_decrypt(file_key, &ct, key);
    if (st != UR_E_PROOF) {
        return st == UR_OK ? st : cli_fail(c, st, "%s", ur_status_text(st));
    }
    if (tibe_identity_given(c, false) || ur_sealed_header(sealed)->kind == UR_SEAL_TLOCK) {
        return cli_fail(c, UR_E_POLICY, "the key is right, but the file was made for another one, or was changed");
    }
    cli_hint(c, "With --id the key is checked for that identity first, which tells a wrong key from a wrong file.");
    return cli_fail(c, UR_E_POLICY, "the key does not open it: it is for another identity or committee, or the file was changed");
}

static ur_status open_sealed(cli *c, cli_output *out, ur_sealed *sealed, const ur_tibe_msg *file_key)
{
    ur_status st = cli_output_open(c, out, cli_value(c, "out"), CLI_OUTPUT_FOREIGN,
                                   cli_given(c, "force") ? UR_FILE_REPLACE : UR_FILE_SECRET);
    if (st != UR_OK) {
        return st;
    }
    st = ur_sealed_open_with(sealed, &out->sink, ur_tibe_msg_reveal(file_key), cli_err(c));
    st = cli_output_end(c, out, st);
    return st == UR_E_PROOF ? UR_E_POLICY : st; /* it was no question that has a no for an answer */
}

ur_status cli_tibe_decrypt(cli *c)
{
    struct {
        ur_tibe_key key;
        ur_tibe_msg file_key;
    } scratch = {0};
    ur_tibe_pub mpk;
    cli_input in = {0};
    cli_output out = {0};
    ur_sealed *sealed = NULL;
    const char *path = cli_value(c, "IN");
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
        st = open_header(c, &scratch.file_key, sealed, &scratch.key);
    }
    if (st == UR_OK) {
        st = open_sealed(c, &out, sealed, &scratch.file_key);
    }
    cli_input_close(&in);
    if (st == UR_OK && cli_wants_json(c)) {
        cli_say_text(c, "file", cli_value(c, "out"));
        cli_say_text(c, "form", ur_seal_form_name(ur_sealed_form(sealed)));
        cli_say_number(c, "content_bytes", out.done);
    }
    if (st != UR_OK) {
        st = cli_in_input(c, st, path);
    }
out:
    ur_sealed_free(&sealed);
    ur_wipe(&scratch, sizeof scratch);
    return st;
}
