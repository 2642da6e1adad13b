#include "core/share/share.h"

#include "tests/ctime/ctime.h"

enum { T = 3 };

typedef struct dealt {
    ur_share_poly f;
    ur_scalar a[T];
} dealt;

static void deal(dealt *d)
{
    uint8_t random[T * UR_SCALAR_WIDE_BYTES];
    ctime_secret(random, sizeof random);
    ctime_ok(ur_share_poly_draw(&d->f, d->a, T, NULL, random), "poly_draw");
}

static void poly_at(void)
{
    dealt d;
    ur_share s;
    deal(&d);
    ctime_ok(ur_share_poly_at(&s, &d.f, 7), "poly_at");
    ur_share_poly_wipe(&d.f);
}

static void commit(void)
{
    dealt d;
    ur_g1 commitments[T];
    deal(&d);
    ur_share_commit(commitments, &d.f);
}

static void parse(void)
{
    uint8_t be[UR_SCALAR_BYTES];
    ur_share s;
    ctime_fill(be, sizeof be);
    be[0] = 0x12;
    ctime_mark(be, sizeof be);
    ctime_ok(ur_share_parse(&s, 1, be), "parse");
    ur_share_reveal(be, &s);
}

static void check(void)
{
    dealt d;
    ur_share s;
    ur_g1 commitments[T];
    deal(&d);
    ur_share_commit(commitments, &d.f);
    ctime_public(commitments, sizeof commitments);
    ctime_ok(ur_share_poly_at(&s, &d.f, 2), "poly_at");
    ctime_ok(ur_share_check(&s, commitments, T), "check");
}

static void recover(void)
{
    dealt d;
    ur_share s[T];
    ur_scalar secret;
    uint8_t scratch[1024] __attribute__((aligned(16)));
    deal(&d);
    for (uint32_t i = 0; i < T; i++) {
        ctime_ok(ur_share_poly_at(&s[i], &d.f, i + 1), "poly_at");
    }
    ctime_ok(ur_share_recover(&secret, s, T, 0, scratch), "recover");
}

const ctime_entry ctime_share[] = {
    {"ur_share_poly_draw, _at, _wipe", poly_at},
    {"ur_share_commit", commit},
    {"ur_share_parse, _reveal", parse},
    {"ur_share_check, _public", check},
    {"ur_share_recover", recover},
    {0},
};
