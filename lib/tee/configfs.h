/* Linux's attestation reports in configfs (Documentation/ABI/testing/configfs-tsm-report), with the file operations as a
 * table, so that tests can stand in for the kernel. */
#ifndef UR_LIB_TEE_CONFIGFS_H
#define UR_LIB_TEE_CONFIGFS_H

#include "lib/tee/backend.h"

/* Each returns 0 or an errno value. */
typedef struct ur_tsm_files {
    void *context;
    int (*make)(void *context, const char *folder);
    int (*remove)(void *context, const char *folder);
    int (*write)(void *context, const char *path, const void *p, size_t n);
    /* To the end, at most max bytes (EFBIG), into a block for free(). */
    int (*read)(void *context, const char *path, uint8_t **out, size_t *out_len, size_t max);
    void (*wait)(void *context, unsigned ms);
} ur_tsm_files;

extern const ur_tsm_files ur_tsm_files_system;

typedef struct ur_tsm ur_tsm;

/* Makes an entry of its own below root, with a random name: entries are not to be shared. */
ur_status ur_tsm_open(ur_tsm **out, const ur_tsm_files *files, const char *root, ur_err *err);
ur_status ur_tsm_quote(ur_tsm *tsm, uint8_t **out, size_t *out_len, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES],
                       ur_err *err);
void ur_tsm_close(ur_tsm *tsm); /* removes the entry, frees */

#endif
