#include <bindings.h>

#include "tests/contract/vm/adapter.h"

static void *open_library(const char *folder, const char *capabilities, char error[512])
{
    char config[1024];
    struct UnmanagedVector why = none;
    library *l = load(UR_VM3);
    __typeof__(&init_cache) init;
    *(void **)&init = symbol(l->handle, "init_cache");
    (void)snprintf(config, sizeof config,
                   "{\"wasm_limits\":{},\"cache\":{\"base_dir\":\"%s\",\"available_capabilities\":%s,"
                   "\"memory_cache_size_bytes\":100000000,\"instance_memory_limit_bytes\":33554432}}",
                   folder, capabilities);
    l->cache = init(view(ur_span_str_var(config)), &why);
    return failed(l, why, error) ? NULL : l;
}

static ur_status store(void *self, ur_span wasm, char error[512])
{
    library *l = self;
    struct UnmanagedVector why = none;
    __typeof__(&store_code) save;
    *(void **)&save = symbol(l->handle, "store_code");
    struct UnmanagedVector checksum = save(l->cache, view(wasm), true, true, &why);
    return stored(l, checksum, why, error);
}

const vm_library vm_library_3_0_7 = {"libwasmvm 3.0.7", open_library, store, call, close_library};
