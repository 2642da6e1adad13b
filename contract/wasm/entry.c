/* The entry points that a CosmWasm chain calls. There is no migrate and no sudo: code that could be replaced would be
 * nobody's promise. */
#include "contract/wasm/imports.h"

static uint8_t arena[UC_MEMORY_BYTES] __attribute__((aligned(16)));

/* Zeros at every call, also with a host that keeps an instance. */
static ur_arena *memory(void)
{
    static ur_arena a;
    if (a.n > 0) {
        memset(a.p, 0, a.n);
    }
    ur_arena_init(&a, arena, sizeof arena);
    return &a;
}

static uw_region *answer(ur_status st, ur_span result)
{
    if (st == UR_E_MEMORY) {
        uw_give_up(UR_SPAN_LIT("the call needs more memory than it gets"));
    }
    if (st != UR_OK) {
        uw_give_up(UR_SPAN_LIT("a record or a function of the chain is not as expected"));
    }
    uw_region *r = uw_allocate(sizeof *r);
    *r = uw_region_of(result.p, result.n);
    return r;
}

UW_EXPORT(interface_version_8) void uw_export_interface(void);
UW_EXPORT(interface_version_8) void uw_export_interface(void) {}

UW_EXPORT(instantiate) uw_region *uw_export_instantiate(const uw_region *env, const uw_region *info, const uw_region *msg);
UW_EXPORT(instantiate) uw_region *uw_export_instantiate(const uw_region *env, const uw_region *info, const uw_region *msg)
{
    ur_span result;
    ur_status st = uc_instantiate(uw_host(), memory(), uw_span_of(env), uw_span_of(info), uw_span_of(msg), &result);
    return answer(st, result);
}

UW_EXPORT(execute) uw_region *uw_export_execute(const uw_region *env, const uw_region *info, const uw_region *msg);
UW_EXPORT(execute) uw_region *uw_export_execute(const uw_region *env, const uw_region *info, const uw_region *msg)
{
    ur_span result;
    ur_status st = uc_execute(uw_host(), memory(), uw_span_of(env), uw_span_of(info), uw_span_of(msg), &result);
    return answer(st, result);
}

UW_EXPORT(query) uw_region *uw_export_query(const uw_region *env, const uw_region *msg);
UW_EXPORT(query) uw_region *uw_export_query(const uw_region *env, const uw_region *msg)
{
    ur_span result;
    ur_status st = uc_query(uw_host(), memory(), uw_span_of(env), uw_span_of(msg), &result);
    return answer(st, result);
}
