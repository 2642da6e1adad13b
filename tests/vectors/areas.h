/* Where others' data lies: the folder that $UNRUG_VECTORS names, or ../shared/vectors; in it a folder for each area. */
#ifndef UR_TESTS_VECTORS_AREAS_H
#define UR_TESTS_VECTORS_AREAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { VECTORS_SKIPPED = 77 }; /* what main returns for that; ctest shows it as skipped */

static inline const char *vectors_named(void)
{
    const char *env = getenv("UNRUG_VECTORS");
    return env != NULL && env[0] != '\0' ? env : NULL;
}

static inline const char *vectors_folder(void) { return vectors_named() != NULL ? vectors_named() : "../shared/vectors"; }

static inline bool vectors_have(const char *area)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", vectors_folder(), area);
    return access(path, F_OK) == 0;
}

/* A folder that was named may hold some areas only. This is true, and said, if it holds others than `area`; if it holds
 * none at all, or nothing was named, what is not there is a failure. */
static inline bool vectors_skipped(const char *area)
{
    static const char *const areas[] = {"attestation", "drand", "fairyring", "ledger"};
    bool any = false;
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
        any = any || vectors_have(areas[i]);
    }
    if (vectors_named() == NULL || !any || vectors_have(area)) {
        return false;
    }
    printf("%s: no folder '%s': skipped\n", vectors_folder(), area);
    return true;
}

#endif
