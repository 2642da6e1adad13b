#include "lib/os/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void ur_err_clear(ur_err *err)
{
    if (err != NULL) {
        err->text[0] = '\0';
    }
}

const char *ur_err_text(const ur_err *err, ur_status s)
{
    return err != NULL && err->text[0] != '\0' ? err->text : ur_status_text(s);
}

/* Append `in`, printable; on overflow the last three places become dots. Returns the new length. */
static size_t append(char out[UR_ERR_MAX], size_t n, const char *in)
{
    static const char digits[] = "0123456789abcdef";
    for (; *in != '\0'; in++) {
        unsigned char c = (unsigned char)*in;
        size_t need = c >= 0x20 && c < 0x7f ? 1 : 4;
        if (n + need >= UR_ERR_MAX) {
            n = n < UR_ERR_MAX - 4 ? n : UR_ERR_MAX - 4;
            memcpy(out + n, "...", 3);
            n += 3;
            break;
        }
        if (need == 1) {
            out[n] = (char)c;
        } else {
            out[n] = '\\';
            out[n + 1] = 'x';
            out[n + 2] = digits[c >> 4];
            out[n + 3] = digits[c & 15];
        }
        n += need;
    }
    out[n] = '\0';
    return n;
}

static __attribute__((format(printf, 2, 0))) void set(ur_err *err, const char *format, va_list args)
{
    char raw[UR_ERR_MAX];
    if (vsnprintf(raw, sizeof raw, format, args) < 0) {
        raw[0] = '\0';
    }
    (void)append(err->text, 0, raw);
}

ur_status ur_err_set(ur_err *err, ur_status s, const char *format, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        set(err, format, args);
        va_end(args);
    }
    return s;
}

ur_status ur_err_system(ur_err *err, int errnum, const char *format, ...)
{
    if (err != NULL) {
        char said[128];
        va_list args;
        va_start(args, format);
        set(err, format, args);
        va_end(args);
        if (strerror_r(errnum, said, sizeof said) != 0) {
            (void)snprintf(said, sizeof said, "error %d", errnum);
        }
        size_t n = append(err->text, strlen(err->text), ": ");
        (void)append(err->text, n, said);
    }
    return ur_status_of_errno(errnum);
}

ur_status ur_err_in(ur_err *err, ur_status s, const char *format, ...)
{
    if (err != NULL && s != UR_OK) {
        char inner[UR_ERR_MAX];
        va_list args;
        memcpy(inner, ur_err_text(err, s), strlen(ur_err_text(err, s)) + 1);
        va_start(args, format);
        set(err, format, args);
        va_end(args);
        const size_t inner_n = strlen(inner);
        const size_t most = UR_ERR_MAX - 1 - inner_n; /* for the new context and what follows it */
        size_t n = strlen(err->text);
        if (n + 2 > most) { /* the cause wins over the outermost context */
            n = most >= 5 ? append(err->text, most - 5, "...") : 0;
        }
        if (n > 0) {
            n = append(err->text, n, ": ");
        }
        (void)append(err->text, n, inner);
    }
    return s;
}

ur_status ur_status_of_errno(int errnum)
{
    switch (errnum) {
    case 0:
        return UR_OK;
    case ENOENT:
    case ENOTDIR:
        return UR_E_ABSENT;
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
        return UR_E_POLICY;
    case EEXIST:
    case EISDIR:
    case ENOTEMPTY:
        return UR_E_STATE;
    case ENOMEM:
        return UR_E_MEMORY;
    case EFBIG:
    case ENAMETOOLONG:
    case EOVERFLOW:
        return UR_E_LIMIT;
    case EINVAL:
    case EBADF:
    case EFAULT:
        return UR_E_USAGE;
    default: /* no room, busy, too many files, interrupted, input or output error, network */
        return UR_E_UNAVAILABLE;
    }
}
