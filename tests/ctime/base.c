#include "tests/ctime/ctime.h"

static void ct_eq(void)
{
    uint8_t a[32], b[32];
    ctime_secret(a, sizeof a);
    ctime_secret(b, sizeof b);
    if (ur_ct_eq(a, b, sizeof a) == UR_OK) {
        ctime_ok(UR_E_INTERNAL, "ct_eq");
    }
    ctime_ok(ur_ct_eq(a, a, sizeof a), "ct_eq");
}

static void ct_select(void)
{
    uint8_t a[32], b[32], out[32];
    uint32_t x;
    ctime_secret(a, sizeof a);
    ctime_secret(b, sizeof b);
    ctime_secret(&x, sizeof x);
    ur_ct_select(out, ur_ct_zero_mask_u32(x & 1), a, b, sizeof out);
    ur_ct_select(out, ur_ct_lt_mask_u32(x & 0xff, 100), a, b, sizeof out);
    x = ur_ct_select_u32(ur_ct_lt_mask_u32(x & 0xff, 7), 3, 4);
}

static void wipe(void)
{
    uint8_t a[33];
    ctime_secret(a, sizeof a);
    ur_wipe(a, sizeof a);
}

const ctime_entry ctime_base[] = {
    {"ur_ct_eq", ct_eq},
    {"ur_ct_select", ct_select},
    {"ur_wipe", wipe},
    {0},
};
