/* A hash-chained log: whatever a file holds, reading ends with a verdict, and what was read is a chain. */
#define _GNU_SOURCE /* memfd_create */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/journal/journal.h"

static ur_status visit(void *context, const ur_journal_entry *entry)
{
    uint64_t *n = context;
    FUZZ_REQUIRE(entry->n == ++*n);
    FUZZ_REQUIRE(ur_json_kind_var(entry->entry) == UR_JSON_OBJECT);
    return UR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    uint64_t n = 0;
    ur_journal_head head;
    int fd = memfd_create("journal", MFD_CLOEXEC);
    FUZZ_REQUIRE(fd >= 0);
    FUZZ_REQUIRE(write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ur_status s = ur_journal_read(path, visit, &n, &head, NULL);
    FUZZ_REQUIRE(s == UR_OK || s == UR_E_INPUT || s == UR_E_PROOF);
    FUZZ_REQUIRE(head.n == n);
    (void)close(fd);
    return 0;
}
