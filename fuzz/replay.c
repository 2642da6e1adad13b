/* Runs a fuzz target over files (or folders of files) without libFuzzer, so that seeds are tests in every build. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        perror(path);
        return 0;
    }
    static uint8_t buf[1 << 20];
    size_t n = fread(buf, 1, sizeof buf, f);
    (void)fclose(f);
    /* A block of exactly that size, so that a sanitizer sees a read past its end. */
    uint8_t *exact = malloc(n == 0 ? 1 : n);
    if (exact == NULL) {
        abort();
    }
    for (size_t i = 0; i < n; i++) {
        exact[i] = buf[i];
    }
    (void)LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    return 1;
}

static int run(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        return run_file(path);
    }
    DIR *d = opendir(path);
    int count = 0;
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        char name[4096];
        if (e->d_name[0] != '.' && (size_t)snprintf(name, sizeof name, "%s/%s", path, e->d_name) < sizeof name) {
            count += run_file(name);
        }
    }
    if (d != NULL) {
        (void)closedir(d);
    }
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        count += run(argv[i]);
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1; /* a target without seeds is a mistake */
}
