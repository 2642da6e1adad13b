/* script.h as a module. Every entry point does the same. */
#include "contract/wasm/imports.h"
#include "tests/contract/script.h"

static const volatile uint8_t room[SCRIPT_ROOM] = SCRIPT_MARK;

static uw_region *run(const uw_region *message)
{
    static uint8_t buf[SCRIPT_ROOM];
    ur_writer w;
    ur_writer_init(&w, buf, sizeof buf);
    /* The first byte of the mark is no op. */
    ur_span script = room[0] == (uint8_t)SCRIPT_MARK[0] ? uw_span_of(message) : ur_span_of((const void *)(uintptr_t)room, SCRIPT_ROOM);
    ur_span out = script_run(uw_host(), script, &w);
    uw_region *r = uw_allocate(sizeof *r);
    *r = uw_region_of(out.p, out.n);
    return r;
}

UW_EXPORT(interface_version_8) void script_interface(void);
UW_EXPORT(interface_version_8) void script_interface(void) {}
UW_EXPORT(instantiate) uw_region *script_instantiate(const uw_region *env, const uw_region *info, const uw_region *msg);
UW_EXPORT(instantiate) uw_region *script_instantiate(const uw_region *env, const uw_region *info, const uw_region *msg)
{
    (void)env;
    (void)info;
    return run(msg);
}
UW_EXPORT(execute) uw_region *script_execute(const uw_region *env, const uw_region *info, const uw_region *msg);
UW_EXPORT(execute) uw_region *script_execute(const uw_region *env, const uw_region *info, const uw_region *msg)
{
    (void)env;
    (void)info;
    return run(msg);
}
