#include "lib/os/stream.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

ur_status ur_source_fill(const ur_source *source, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    size_t n = 0;
    ur_status s = UR_OK;
    while (n < cap) {
        size_t got = 0;
        s = source->read(source->context, buf + n, cap - n, &got, err);
        if (s != UR_OK || got == 0) {
            break;
        }
        n += got;
    }
    *out_n = s == UR_OK ? n : 0;
    return s;
}

static ur_status reader_read(void *context, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    ur_reader *r = context;
    (void)err;
    size_t n = ur_reader_left(r) < cap ? ur_reader_left(r) : cap;
    *out_n = n;
    return ur_reader_copy(r, buf, n);
}

ur_source ur_source_of_reader(ur_reader *reader) { return (ur_source){reader, reader_read}; }

/* Wait until a non-blocking descriptor is ready. */
static bool wait_for(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, -1) > 0 || errno == EINTR;
}

static ur_status fd_read(void *context, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    const ur_fd *f = context;
    *out_n = 0;
    for (;;) {
        ssize_t got = read(f->fd, buf, cap);
        if (got >= 0) {
            *out_n = (size_t)got;
            return UR_OK;
        }
        if (errno == EINTR || (errno == EAGAIN && wait_for(f->fd, POLLIN))) {
            continue;
        }
        return ur_err_system(err, errno, "read %s", f->name);
    }
}

static ur_status fd_write(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    const ur_fd *f = context;
    while (n > 0) {
        ssize_t put = write(f->fd, p, n);
        if (put > 0) {
            p += put;
            n -= (size_t)put;
        } else if (put == 0 || (errno != EINTR && !(errno == EAGAIN && wait_for(f->fd, POLLOUT)))) {
            return ur_err_system(err, put == 0 ? EIO : errno, "write %s", f->name);
        }
    }
    return UR_OK;
}

/* The functions only read their context; the type of the field allows more. */
static void *context_of(const ur_fd *fd)
{
    union {
        const ur_fd *from;
        void *to;
    } u = {.from = fd};
    return u.to;
}

ur_source ur_source_of_fd(const ur_fd *fd) { return (ur_source){context_of(fd), fd_read}; }
ur_sink ur_sink_of_fd(const ur_fd *fd) { return (ur_sink){context_of(fd), fd_write}; }
