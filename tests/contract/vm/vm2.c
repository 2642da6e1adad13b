#include <bindings.h>

#include "tests/contract/vm/adapter.h"

enum { CACHE_MIB = 100, INSTANCE_MIB = 32 };

static void *open_library(const char *folder, const char *capabilities, char error[512])
{
    struct UnmanagedVector why = none;
    library *l = load(UR_VM2);
    __typeof__(&init_cache) init;
    *(void **)&init = symbol(l->handle, "init_cache");
    l->cache = init(view(ur_span_str_var(folder)), view(ur_span_str_var(capabilities)), CACHE_MIB, INSTANCE_MIB, &why);
    return failed(l, why, error) ? NULL : l;
}

static ur_status store(void *self, ur_span wasm, char error[512])
{
    library *l = self;
    struct UnmanagedVector why = none;
    __typeof__(&save_wasm) save;
    *(void **)&save = symbol(l->handle, "save_wasm");
    struct UnmanagedVector checksum = save(l->cache, view(wasm), false, &why);
    return stored(l, checksum, why, error);
}

const vm_library vm_library_2_0_3 = {"libwasmvm 2.0.3", open_library, store, call, close_library};
