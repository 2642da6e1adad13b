#include "tests/ctime/ctime.h"

#include "core/pve/pve.h"

static void secret_scalar(ur_scalar *s)
{
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    ctime_secret(wide, sizeof wide);
    ur_scalar_from_wide(s, wide, sizeof wide);
}

/* The published key is public as it comes out. */
static void recipient(ur_pve_recipient *to, ur_scalar *x)
{
    uint8_t bytes[UR_PVE_RECIPIENT_BYTES];
    secret_scalar(x);
    ctime_ok(ur_pve_recipient_make(bytes, to, x, UR_SPAN_LIT("context")), "recipient_make");
    ctime_ok(ur_pve_recipient_parse_var(to, bytes, UR_SPAN_LIT("context")), "recipient_parse");
}

static void recipient_make(void)
{
    ur_pve_recipient to;
    ur_scalar x;
    recipient(&to, &x);
}

/* A secret key share under a secret nonce, opened by a secret key; what is published in between is checked as it is. */
static void make_and_open(void)
{
    const ur_span id = UR_SPAN_LIT("identity");
    uint8_t nonce_key[UR_PVE_NONCE_BYTES], fresh[UR_PVE_NONCE_BYTES];
    ur_pve_recipient to;
    ur_scalar x, s;
    ur_g1 holder;
    ur_g2 q, d, opened;
    ur_pve_share share;
    recipient(&to, &x);
    secret_scalar(&s);
    ctime_secret(nonce_key, sizeof nonce_key);
    ctime_secret(fresh, sizeof fresh);
    ur_g1_mul(&holder, ur_g1_generator(), &s);
    ctime_public(&holder, sizeof holder);
    ur_hash_to_g2(&q, UR_TAG_IDENTITY, id);
    ur_g2_mul(&d, &q, &s);
    const ur_pve_use use = {1, 1, id, UR_SPAN_LIT("request")};
    ctime_ok(ur_pve_make(&share, &d, &to, nonce_key, fresh, &use), "pve_make");
    ctime_ok(ur_pve_check_var(&(ur_pve_claim){&share, &holder, &q, &to.one}), "pve_check");
    ur_pve_open(&opened, &share, &x);
}

const ctime_entry ctime_pve[] = {
    {"ur_twin_make", recipient_make},
    {"ur_pve_make, ur_pve_open", make_and_open},
    {0},
};
