/* Encrypted key files: whatever a file holds, reading it without the passphrase ends with a verdict, what is accepted is what the
 * text says and nothing else, and no file that was not sealed so opens. */
#define _GNU_SOURCE /* memfd_create */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/codec/json.h"
#include "lib/keystore/keyfile.h"

/* Members by their names, read another way than the reader does. */
static void check(const ur_keyfile *k, ur_span text)
{
    ur_json v;
    uint64_t log_n;
    size_t n;
    uint8_t public_part[UR_KEYFILE_PUBLIC_MAX];
    FUZZ_REQUIRE(ur_json_parse_var(&v, text) == UR_OK);
    FUZZ_REQUIRE(ur_json_is_var(ur_json_get_var(v, "kind"), ur_span_str_var(k->kind)) && k->kind[0] != '\0');
    FUZZ_REQUIRE(ur_json_u64_var(&log_n, ur_json_get_var(v, "log_n")) == UR_OK && log_n == k->log_n);
    FUZZ_REQUIRE(k->log_n >= UR_KEYFILE_LOG_N_MIN && k->log_n <= 20);
    FUZZ_REQUIRE(ur_json_hex_upto_var(public_part, sizeof public_part, &n, ur_json_get_var(v, "public")) == UR_OK);
    FUZZ_REQUIRE(n == k->public_n && ur_eq_var(public_part, k->public_part, n));
}

/* Deriving a key takes long: only now and then, by what the file holds, and only at the least work. */
static bool worth_opening(const ur_keyfile *k, ur_span file)
{
    unsigned sum = 0;
    for (size_t i = 0; i < file.n; i++) {
        sum = 31 * sum + file.p[i];
    }
    return k->log_n == UR_KEYFILE_LOG_N_MIN && sum % 64 == 0;
}

static void open_file(const char *path)
{
    ur_secret *pass, *got;
    ur_keyfile about;
    FUZZ_REQUIRE(ur_secret_new(&pass, 1, NULL) == UR_OK);
    ur_status s = ur_keyfile_open(&got, &about, path, pass, NULL);
    FUZZ_REQUIRE(s == UR_E_PROOF && got == NULL && about.log_n == 0);
    ur_secret_free(&pass);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    ur_keyfile about;
    ur_span file = ur_span_of(data, size);
    int fd = memfd_create("key", MFD_CLOEXEC);
    FUZZ_REQUIRE(fd >= 0);
    FUZZ_REQUIRE(write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ur_status s = ur_keyfile_about_var(&about, path, NULL);
    if (s == UR_OK) {
        check(&about, file);
        if (worth_opening(&about, file)) {
            open_file(path);
        }
    } else {
        FUZZ_REQUIRE((s == UR_E_INPUT || s == UR_E_LIMIT) && about.log_n == 0 && about.kind[0] == '\0' && about.public_n == 0);
    }
    (void)close(fd);
    return 0;
}
