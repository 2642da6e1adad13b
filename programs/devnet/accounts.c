#include "programs/devnet/accounts.h"

#include <string.h>

#include "lib/keystore/hd.h"
#include "lib/keystore/mnemonic.h"
#include "lib/os/file.h"

enum { WORDS_FILE_MAX = 1024 };

static ur_status derive(ur_ledger_address *out, ur_span seed, uint32_t index, ur_err *err)
{
    ur_secp_secret secret;
    ur_secp_pub pub;
    ur_status st = ur_hd_cosmos(&secret, seed, index);
    if (st == UR_OK) {
        ur_secp_pub_of(&pub, &secret);
        out->n = UR_SECP_ADDRESS_BYTES;
        st = ur_secp_address(out->bytes, &pub);
    }
    ur_wipe(&secret, sizeof secret);
    return st == UR_OK ? UR_OK : ur_err_set(err, st, "deriving test account %u", index);
}

static ur_status derive_all(ur_ledger_address *out, size_t n, ur_secret *words, ur_err *err)
{
    uint8_t seed[UR_MNEMONIC_SEED_BYTES];
    ur_status st = UR_OK;
    ur_mnemonic_seed(seed, words, (ur_span){0});
    for (size_t i = 0; i < n && st == UR_OK; i++) {
        st = derive(&out[i], ur_span_of(seed, sizeof seed), (uint32_t)i, err);
    }
    ur_wipe(seed, sizeof seed);
    return st;
}

static ur_status words_of_file(ur_secret **out, const char *path, ur_err *err)
{
    ur_secret *text = NULL;
    UR_TRY(ur_file_read_secret(&text, path, WORDS_FILE_MAX, err));
    ur_status st = ur_mnemonic_parse(out, ur_span_of(ur_secret_reveal(text), ur_secret_len(text)), err);
    ur_secret_free(&text);
    return ur_err_in(err, st, "%s", path);
}

ur_status devnet_accounts(ur_ledger_address out[DEVNET_ACCOUNTS_MAX], const devnet_options *o, ur_err *err)
{
    ur_secret *words = NULL;
    UR_TRY(o->words_file != NULL ? words_of_file(&words, o->words_file, err) : ur_mnemonic_parse(&words, UR_SPAN_LIT(DEVNET_TEST_WORDS), err));
    ur_status st = derive_all(out, o->accounts, words, err);
    ur_secret_free(&words);
    return st;
}
