/* A secret at rest: encrypted under a passphrase (scrypt, then ChaCha20-Poly1305), in a file of one line of canonical JSON:
 *
 *     {"box":HEX,"kind":"secp256k1","log_n":17,"public":HEX,"salt":HEX,"unrug":"key/1"}
 *
 * What kind of secret it is and what belongs to it in public (a public key, an index) can be read without the passphrase; it
 * is authenticated together with the secret. The salt is fresh at every writing, so the derived key seals one message only.
 * Files are made exclusively, 0600, whole or not at all. */
#ifndef UR_LIB_KEYSTORE_KEYFILE_H
#define UR_LIB_KEYSTORE_KEYFILE_H

#include "lib/os/file.h"

#define UR_KEYFILE_SECRET_MAX 4096
#define UR_KEYFILE_PUBLIC_MAX 256
#define UR_KEYFILE_KIND_MAX 32
#define UR_KEYFILE_SALT_BYTES 16
/* The work for a passphrase that a person can remember: 128 MiB and about a third of a second. */
#define UR_KEYFILE_LOG_N 17
#define UR_KEYFILE_LOG_N_MIN 14 /* less is refused in a file that is read */

typedef struct ur_keyfile {
    char kind[UR_KEYFILE_KIND_MAX + 1]; /* [a-z0-9-]{1,32} */
    uint8_t public_part[UR_KEYFILE_PUBLIC_MAX];
    size_t public_n;
    unsigned log_n; /* 0 when writing: UR_KEYFILE_LOG_N */
} ur_keyfile;

/* Make a new file. UR_E_USAGE on an empty or too long secret, an empty passphrase or a bad kind; UR_E_STATE if the file
 * exists; otherwise as ur_file_write. */
UR_MUST_USE ur_status ur_keyfile_new(const char *path, const ur_keyfile *about, ur_secret *secret, ur_secret *passphrase,
                                     ur_err *err);
/* What can be read without the passphrase, not authenticated. */
UR_MUST_USE ur_status ur_keyfile_about_var(ur_keyfile *out, const char *path, ur_err *err);
/* The secret. `about` may be NULL. UR_E_PROOF on another passphrase or a changed file, UR_E_INPUT on a malformed one,
 * UR_E_ABSENT, UR_E_LIMIT on one that asks for more than 2^20 KiB of work. *out = NULL on failure. */
UR_MUST_USE ur_status ur_keyfile_open(ur_secret **out, ur_keyfile *about, const char *path, ur_secret *passphrase,
                                      ur_err *err);
/* Another passphrase for the same secret: the file is replaced in one step. */
UR_MUST_USE ur_status ur_keyfile_change(const char *path, ur_secret *old_passphrase, ur_secret *new_passphrase,
                                        ur_err *err);

#endif
