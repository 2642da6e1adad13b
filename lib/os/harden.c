#include "lib/os/harden.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

ur_status ur_harden_process(ur_err *err)
{
    for (int fd = 0; fd <= 2; fd++) {
        /* The lowest free number is handed out, so this fills the gap itself. */
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd) {
            return ur_err_system(err, errno, "descriptor %d is closed and /dev/null does not open", fd);
        }
    }
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) {
        return ur_err_system(err, errno, "cannot switch core dumps off");
    }
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return ur_err_system(err, errno, "cannot close this process's memory to others");
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return ur_err_system(err, errno, "cannot give up gaining privileges");
    }
    return UR_OK;
}
