/* A vault's policy, on either kind of chain, and what is asked of one that was accepted. */
#include "core/policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ur_policy p;
    const char *where;
    for (int dev = 0; dev < 2; dev++) {
        if (ur_policy_parse(&p, &where, ur_span_of(data, size), dev == 1) != UR_OK) {
            if (where == NULL) {
                __builtin_trap();
            }
            continue;
        }
        ur_instant start = {UINT64_MAX - 1, 1};
        bool sane = p.requester_count > 0 && p.min_t > p.min_n / 2 && p.quorum <= p.guardian_count &&
                    (p.has_tee || p.key_count > 0) && !ur_policy_is_silent(&p, start, start);
        if (!sane) {
            __builtin_trap();
        }
    }
    return 0;
}
