/* The place of the dstack guest agent's socket: it is looked for, so that nobody mistakes such a machine for one without a
 * TEE, and opening it says that it is not spoken to yet. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/tee/backend.h"

/* Where guest images put it, newest first. */
static const char *const sockets[] = {"/var/run/dstack.sock", "/run/dstack.sock", "/var/run/dstack/dstack.sock",
                                      "/run/dstack/dstack.sock", "/var/run/tappd.sock", "/run/tappd.sock"};

static const char *place(const ur_tee_options *options)
{
    (void)options;
    struct stat info;
    for (size_t i = 0; i < sizeof sockets / sizeof sockets[0]; i++) {
        if (stat(sockets[i], &info) == 0 && S_ISSOCK(info.st_mode)) {
            return sockets[i];
        }
    }
    return sockets[0];
}

static ur_status look(const ur_tee_options *options, ur_err *err)
{
    struct stat info;
    if (stat(place(options), &info) != 0) {
        return ur_err_set(err, UR_E_ABSENT, "%s", errno == ENOENT ? "not there" : strerror(errno));
    }
    return ur_err_set(err, UR_E_ABSENT, "a dstack guest agent listens here, which this build does not speak to");
}

static ur_status open_it(void **out, const ur_tee_options *options, ur_err *err)
{
    *out = NULL;
    return look(options, err);
}

static ur_status quote(void *state, uint8_t **out, size_t *out_len, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES],
                       ur_err *err)
{
    (void)state;
    (void)out;
    (void)out_len;
    (void)report_data;
    return ur_err_set(err, UR_E_INTERNAL, "never opened");
}

static void close_it(void *state) { (void)state; }

const ur_tee_backend ur_tee_dstack = {"dstack", "tdx", true, place, look, open_it, quote, close_it};
