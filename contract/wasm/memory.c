/* Memory for what the chain hands in: arguments and records. It is taken where the last ended and never given back, since an
 * instance serves one call. */
#include "contract/wasm/imports.h"

enum { PAGE = 65536, HEAD = (sizeof(uw_region) + 15) / 16 * 16 };

extern uint8_t __heap_base; /* by the linker: the first byte after data */

static uintptr_t top;

_Noreturn void uw_give_up(ur_span text)
{
    uw_region r = uw_region_of(text.p, text.n);
    uw_abort(&r);
    __builtin_trap(); /* for a host that comes back */
}

void *uw_allocate(size_t n)
{
    if (top == 0) {
        top = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
    }
    uint64_t end = (uint64_t)top + n;
    uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) * PAGE;
    if (end > have && (end > UINT32_MAX - PAGE ||
                       __builtin_wasm_memory_grow(0, (size_t)((end - have + PAGE - 1) / PAGE)) == SIZE_MAX)) {
        uw_give_up(UR_SPAN_LIT("out of memory"));
    }
    void *at = (void *)top;
    top = ((uintptr_t)end + 15) & ~(uintptr_t)15;
    return at;
}

UW_EXPORT(allocate) uw_region *uw_export_allocate(uint32_t size);
UW_EXPORT(allocate) uw_region *uw_export_allocate(uint32_t size)
{
    uw_region *r = uw_allocate((size_t)size + HEAD);
    *r = (uw_region){(uint32_t)(uintptr_t)r + HEAD, size, 0};
    return r;
}

UW_EXPORT(deallocate) void uw_export_deallocate(uw_region *r);
UW_EXPORT(deallocate) void uw_export_deallocate(uw_region *r) { (void)r; }
