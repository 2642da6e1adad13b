/* Where a passphrase comes from: a descriptor, or a person at the terminal. Never an argument or an environment variable. */
#ifndef UR_LIB_KEYSTORE_PASSPHRASE_H
#define UR_LIB_KEYSTORE_PASSPHRASE_H

#include "lib/os/file.h"

#define UR_PASSPHRASE_MAX 1024

/* One line, without its line end, from a descriptor (borrowed; it is read to its end). UR_E_INPUT if it is empty, has more
 * than one line or a zero byte, UR_E_LIMIT over UR_PASSPHRASE_MAX bytes. */
UR_MUST_USE ur_status ur_passphrase_read(ur_secret **out, const ur_fd *fd, ur_err *err);

/* Ask on the controlling terminal, without echo; `twice` asks again and compares, for new ones. The terminal is put back as it
 * was, also when a signal ends or stops the program. UR_E_UNAVAILABLE without a terminal, UR_E_INPUT if it is empty or the two
 * differ, UR_E_LIMIT when too long. */
UR_MUST_USE ur_status ur_passphrase_ask(ur_secret **out, const char *prompt, bool twice, ur_err *err);

#endif
