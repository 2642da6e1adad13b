/* Accounts' keys at rest: one file each, in a folder or where a path says. */
#ifndef UR_PROGRAMS_CLI_KEY_KEYS_H
#define UR_PROGRAMS_CLI_KEY_KEYS_H

#include "lib/cosmos/address.h"
#include "lib/keystore/keyfile.h"
#include "programs/cli/io.h"

#define KEYS_PATH_MAX 4096
#define KEYS_KIND "secp256k1"
#define KEYS_PREFIX "wasm" /* of addresses, where --prefix is not given */

/* --keys, or unrug/keys below $XDG_DATA_HOME or ~/.local/share. */
UR_MUST_USE ur_status keys_folder(cli *c, char out[KEYS_PATH_MAX]);
/* The file of a key: NAME.key in the folder, or NAME itself where it has a slash in it. UR_E_USAGE on a name that is none. */
UR_MUST_USE ur_status keys_path(cli *c, char out[KEYS_PATH_MAX], const char *name);
/* Make the folder, 0700, and what is missing above it. */
UR_MUST_USE ur_status keys_make_folder(cli *c);

/* One line from the option `from` (--passphrase), or what a person types at the terminal. */
UR_MUST_USE ur_status keys_passphrase(cli *c, ur_secret **out, const char *from, bool is_new);
/* Seal a secret into a new file, and say so. */
UR_MUST_USE ur_status keys_write(cli *c, const char *path, const char *name, const ur_secp_secret *secret, ur_secret *passphrase);
/* Open a key. Wipe it with ur_wipe. */
UR_MUST_USE ur_status keys_open(cli *c, ur_secp_secret *out, const char *name);
/* The same with its passphrase from another option. */
UR_MUST_USE ur_status keys_open_with(cli *c, ur_secp_secret *out, const char *name, const char *passphrase_option);
/* The account of words, by --account. */
UR_MUST_USE ur_status keys_of_words(cli *c, ur_secp_secret *out, ur_secret *words);

/* The public key in a file, not authenticated. UR_E_INPUT if it is not one of these. */
UR_MUST_USE ur_status keys_public(cli *c, ur_secp_pub *out, const char *path);
/* name, address, public key, file */
UR_MUST_USE ur_status keys_say(cli *c, const char *name, const char *path, const ur_secp_pub *pub);

#endif
