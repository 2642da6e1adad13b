/* Finding all bad ones among many when only whole ranges can be asked about cheaply. No allocation. */
#ifndef UR_CORE_BASE_BISECT_H
#define UR_CORE_BASE_BISECT_H

#include "core/base/mem.h"

#define UR_BISECT_MAX 65536u

/* UR_OK if all in [from, to) hold, to > from. */
typedef ur_status (*ur_range_holds)(void *self, size_t from, size_t to);

/* bad[i] = 1 for each i < n that does not hold, else 0; n <= UR_BISECT_MAX. One question if all hold, about
 * 2 b log2(n / b) for b bad ones. UR_OK if all hold, else UR_E_PROOF. Variable time. */
UR_MUST_USE ur_status ur_bisect_var(uint8_t *bad, size_t n, ur_range_holds holds, void *self);

#endif
