/* One libwasmvm, by its C interface; included once for each version after its bindings.h, by a file that says how its cache is
 * made and a module stored. The library is opened for itself: both versions have the same names.
 *
 *   On an error the result is not marked none, and 2.0.3 leaves a dangling pointer in it: the error is looked at first. */
#ifndef UR_TESTS_CONTRACT_VM_ADAPTER_H
#define UR_TESTS_CONTRACT_VM_ADAPTER_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/contract/vm/vm.h"

enum { CHECKSUM_BYTES = 32 };
#define GAS_LIMIT ((uint64_t)100000000000000)

typedef struct library {
    void *handle;
    struct cache_t *cache;
    uint8_t checksum[CHECKSUM_BYTES];
    __typeof__(&new_unmanaged_vector) new_vector;
    __typeof__(&destroy_unmanaged_vector) destroy_vector;
    __typeof__(&release_cache) release;
    __typeof__(&instantiate) instantiate;
    __typeof__(&execute) execute;
    __typeof__(&query) query;
} library;

/* What callbacks get: the tables of one call. */
typedef struct context {
    const library *lib;
    const uc_host *host;
} context;

static struct ByteSliceView view(ur_span s) { return (struct ByteSliceView){false, s.p, s.n}; }
static ur_span span(struct U8SliceView v) { return v.is_none ? (ur_span){NULL, 0} : ur_span_of(v.ptr, v.len); }
static const struct UnmanagedVector none = {.is_none = true};

static struct UnmanagedVector vector(const library *l, ur_span s) { return l->new_vector(false, s.p, s.n); }

/* ---- what the VM asks of a chain ---- */

static int32_t refuse(const context *c, struct UnmanagedVector *error, const char *why)
{
    *error = vector(c->lib, ur_span_str_var(why));
    return GoError_User;
}

static int32_t on_read(struct db_t *db, struct gas_meter_t *meter, uint64_t *gas, struct U8SliceView key,
                       struct UnmanagedVector *value, struct UnmanagedVector *error)
{
    const context *c = (const void *)db;
    ur_span found;
    (void)meter;
    *gas = 0;
    ur_status st = c->host->get(c->host->self, span(key), &found);
    if (st != UR_OK && st != UR_E_ABSENT) {
        return refuse(c, error, ur_status_name(st));
    }
    *value = st == UR_OK ? vector(c->lib, found) : none;
    return GoError_None;
}

static int32_t on_write(struct db_t *db, struct gas_meter_t *meter, uint64_t *gas, struct U8SliceView key,
                        struct U8SliceView value, struct UnmanagedVector *error)
{
    const context *c = (const void *)db;
    (void)meter;
    *gas = 0;
    ur_status st = c->host->put(c->host->self, span(key), span(value));
    return st == UR_OK ? GoError_None : refuse(c, error, ur_status_name(st));
}

static int32_t on_remove(struct db_t *db, struct gas_meter_t *meter, uint64_t *gas, struct U8SliceView key,
                         struct UnmanagedVector *error)
{
    const context *c = (const void *)db;
    (void)meter;
    *gas = 0;
    ur_status st = c->host->remove(c->host->self, span(key));
    return st == UR_OK ? GoError_None : refuse(c, error, ur_status_name(st));
}

static int32_t on_scan(struct db_t *db, struct gas_meter_t *meter, uint64_t *gas, struct U8SliceView start,
                       struct U8SliceView end, int32_t order, struct GoIter *out, struct UnmanagedVector *error)
{
    (void)meter;
    (void)start;
    (void)end;
    (void)order;
    (void)out;
    *gas = 0;
    return refuse((const void *)db, error, "the contract scans");
}

static int32_t on_address(const struct api_t *api, struct U8SliceView in, struct UnmanagedVector *out,
                          struct UnmanagedVector *error, uint64_t *gas)
{
    (void)in;
    (void)out;
    *gas = 0;
    return refuse((const void *)api, error, "the contract translates addresses");
}

static int32_t on_validate(const struct api_t *api, struct U8SliceView in, struct UnmanagedVector *error, uint64_t *gas)
{
    const context *c = (const void *)api;
    *gas = 0;
    ur_status st = c->host->address_check(c->host->self, span(in));
    return st == UR_OK ? GoError_None : refuse(c, error, "no address");
}

static int32_t on_query(const struct querier_t *querier, uint64_t limit, uint64_t *gas, struct U8SliceView request,
                        struct UnmanagedVector *result, struct UnmanagedVector *error)
{
    (void)limit;
    (void)request;
    (void)result;
    *gas = 0;
    return refuse((const void *)querier, error, "the contract asks other modules");
}

/* ---- calls ---- */

/* Take the error's words, if there is one. */
static bool failed(const library *l, struct UnmanagedVector error, char text[512])
{
    if (error.is_none) {
        return false;
    }
    size_t n = error.len < 511 ? error.len : 511;
    memcpy(text, error.ptr, n);
    text[n] = '\0';
    l->destroy_vector(error);
    if (text[0] == '\0') {
        memcpy(text, "?", 2);
    }
    return true;
}

static void call(void *self, vm_result *out, vm_entry entry, const uc_host *host, ur_span env, ur_span info, ur_span message)
{
    library *l = self;
    context c = {l, host};
    struct GasReport gas = {0, 0, 0, 0};
    struct UnmanagedVector error = none;
    struct Db db = {(void *)&c, (void *)&c, {on_read, on_write, on_remove, on_scan}};
    struct GoApi api = {(void *)&c, {on_address, on_address, on_validate}};
    struct GoQuerier querier = {(void *)&c, {on_query}};
    struct ByteSliceView code = view(ur_span_of(l->checksum, sizeof l->checksum));
    struct UnmanagedVector got =
        entry == VM_QUERY ? l->query(l->cache, code, view(env), view(message), db, api, querier, GAS_LIMIT, false, &gas, &error)
        : entry == VM_EXECUTE
            ? l->execute(l->cache, code, view(env), view(info), view(message), db, api, querier, GAS_LIMIT, false, &gas, &error)
            : l->instantiate(l->cache, code, view(env), view(info), view(message), db, api, querier, GAS_LIMIT, false, &gas, &error);
    *out = (vm_result){.gas = gas.used_internally};
    if (failed(l, error, out->error)) {
        return;
    }
    out->bytes = malloc(got.len + 1);
    if (out->bytes == NULL) {
        abort();
    }
    memcpy(out->bytes, got.ptr, got.len);
    out->n = got.len;
    l->destroy_vector(got);
}

/* A stored module's checksum, or why it was refused. */
static ur_status stored(library *l, struct UnmanagedVector checksum, struct UnmanagedVector error, char text[512])
{
    if (failed(l, error, text)) {
        return UR_E_INPUT;
    }
    if (checksum.is_none || checksum.len != CHECKSUM_BYTES) {
        abort();
    }
    memcpy(l->checksum, checksum.ptr, CHECKSUM_BYTES);
    l->destroy_vector(checksum);
    return UR_OK;
}

/* ---- the library ---- */

static void *symbol(void *handle, const char *name)
{
    void *p = dlsym(handle, name);
    if (p == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        abort();
    }
    return p;
}

#define SYMBOL(field, name) *(void **)&l->field = symbol(l->handle, name)

static library *load(const char *path)
{
    library *l = calloc(1, sizeof *l);
    if (l == NULL || (l->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL)) == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        abort();
    }
    SYMBOL(new_vector, "new_unmanaged_vector");
    SYMBOL(destroy_vector, "destroy_unmanaged_vector");
    SYMBOL(release, "release_cache");
    SYMBOL(instantiate, "instantiate");
    SYMBOL(execute, "execute");
    SYMBOL(query, "query");
    return l;
}

/* The library stays loaded: its threads may still be ending. */
static void close_library(void *self)
{
    library *l = self;
    l->release(l->cache);
    free(l);
}

#endif
