/* What every fuzz target includes: its entry point, and an assertion that stays in every build. */
#ifndef UR_FUZZ_FUZZ_H
#define UR_FUZZ_FUZZ_H

#include <stdlib.h>

#include "core/base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_REQUIRE(condition) \
    do {                        \
        if (!(condition)) {     \
            abort();            \
        }                       \
    } while (0)

#endif
