#define _XOPEN_SOURCE 700 /* nftw */
#include "tests/contract/vm/vm.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    abort();
}

static ur_span read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
        die(path, "cannot read it");
    }
    long n = ftell(f);
    uint8_t *p = malloc((size_t)n + 1);
    if (p == NULL || fseek(f, 0, SEEK_SET) != 0 || fread(p, 1, (size_t)n, f) != (size_t)n) {
        die(path, "cannot read it");
    }
    fclose(f);
    return ur_span_of(p, (size_t)n);
}

ur_status vm_open(vm *out, const vm_library *library, const char *module, const char *capabilities, char error[512])
{
    *out = (vm){.library = library, .folder = "/tmp/unrug-vm-XXXXXX"};
    if (mkdtemp(out->folder) == NULL) {
        die(out->folder, "cannot make it");
    }
    out->self = library->open(out->folder, capabilities, error);
    if (out->self == NULL) {
        die(library->name, error);
    }
    ur_span wasm = read_file(module);
    ur_status st = library->store(out->self, wasm, error);
    free((void *)(uintptr_t)wasm.p);
    if (st != UR_OK) {
        vm_close(out);
    }
    return st;
}

void vm_call(vm *v, vm_result *out, vm_entry entry, const uc_host *host, ur_span env, ur_span info, ur_span message)
{
    v->library->call(v->self, out, entry, host, env, info, message);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void vm_close(vm *v)
{
    v->library->close(v->self);
    (void)nftw(v->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    *v = (vm){0};
}

void vm_result_clear(vm_result *r)
{
    free(r->bytes);
    *r = (vm_result){0};
}
