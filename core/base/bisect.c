#include "core/base/bisect.h"

/* A list of ranges instead of recursion: at most one is waiting for each halving. */
enum { DEPTH = 18 }; /* halvings of UR_BISECT_MAX, and one to spare */

typedef struct range {
    size_t from, to;
    bool fails; /* known without asking */
} range;

ur_status ur_bisect_var(uint8_t *bad, size_t n, ur_range_holds holds, void *self)
{
    range todo[DEPTH];
    size_t k = 0;
    memset(bad, 0, n);
    if (n == 0 || holds(self, 0, n) == UR_OK) {
        return UR_OK;
    }
    todo[k++] = (range){0, n, true};
    while (k > 0) {
        range r = todo[--k];
        if (!r.fails && holds(self, r.from, r.to) == UR_OK) {
            continue;
        }
        if (r.to - r.from == 1) {
            bad[r.from] = 1;
            continue;
        }
        size_t middle = r.from + (r.to - r.from) / 2;
        bool left_holds = holds(self, r.from, middle) == UR_OK;
        todo[k++] = (range){middle, r.to, left_holds}; /* if the left half holds, the fault lies here */
        if (!left_holds) {
            todo[k++] = (range){r.from, middle, true};
        }
    }
    return UR_E_PROOF;
}
