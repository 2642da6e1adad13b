/* What every program does first: no core dumps, no other process of the same user may read its memory or attach to it,
 * nothing it executes gains privileges, and descriptors 0, 1 and 2 are open (to /dev/null if they were not), so that a
 * file opened later cannot be taken for one of them. */
#ifndef UR_LIB_OS_HARDEN_H
#define UR_LIB_OS_HARDEN_H

#include "lib/os/err.h"

/* Every step or an error; a program that gets one should not go on. */
UR_MUST_USE ur_status ur_harden_process(ur_err *err);

#endif
