/* Streams of bytes: where something comes from and where it goes, so that code which handles files of any size sees
 * neither descriptors nor files. */
#ifndef UR_LIB_OS_STREAM_H
#define UR_LIB_OS_STREAM_H

#include "core/base/span.h"
#include "lib/os/err.h"

/* Reads up to cap bytes, cap > 0; *out_n = 0 only at the end. An error sticks: do not read on. */
typedef struct ur_source {
    void *context;
    ur_status (*read)(void *context, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err);
} ur_source;

/* Takes all n bytes or fails; after a failure nothing more may be written. */
typedef struct ur_sink {
    void *context;
    ur_status (*write)(void *context, const uint8_t *p, size_t n, ur_err *err);
} ur_sink;

/* Read until `cap` bytes are there or the source ends; *out_n says how many. */
UR_MUST_USE ur_status ur_source_fill(const ur_source *source, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err);

/* Bytes in memory, borrowed. The reader is the context and must outlive the source. */
ur_source ur_source_of_reader(ur_reader *reader);
/* A descriptor, borrowed; `name` for messages ("standard input", a path), borrowed. Waits on descriptors that do not
 * block by themselves. */
typedef struct ur_fd {
    int fd;
    const char *name;
} ur_fd;
ur_source ur_source_of_fd(const ur_fd *fd);
ur_sink ur_sink_of_fd(const ur_fd *fd);

#endif
