/* A committee dealt by the test itself, with all its secrets at hand. */
#ifndef UR_TESTS_UNIT_TIBE_TIBE_KIT_H
#define UR_TESTS_UNIT_TIBE_TIBE_KIT_H

#include "core/tibe/tibe.h"
#include "tests/test.h"

#define KIT_MAX 256

typedef struct kit {
    ur_tibe_committee c;
    ur_tibe_pub members[KIT_MAX];
    ur_share shares[KIT_MAX]; /* member i's at i - 1 */
    ur_share master;          /* the secret itself, as the one share of a committee of one */
} kit;

static inline void kit_deal(kit *k, uint32_t t, uint32_t n, test_rng *rng)
{
    static ur_scalar a[KIT_MAX];
    static uint8_t random[KIT_MAX * UR_SCALAR_WIDE_BYTES];
    ur_share_poly f;
    test_rng_bytes(rng, random, t * UR_SCALAR_WIDE_BYTES);
    assert_ok(ur_share_poly_draw(&f, a, t, NULL, random));
    k->master = (ur_share){a[0], 1};
    ur_share_public(&k->c.mpk.p, &k->master);
    for (uint32_t i = 1; i <= n; i++) {
        assert_ok(ur_share_poly_at(&k->shares[i - 1], &f, i));
        ur_share_public(&k->members[i - 1].p, &k->shares[i - 1]);
    }
    k->c.members = k->members;
    k->c.t = t;
    k->c.n = n;
}

static inline void kit_id(ur_tibe_id *id, const char *text)
{
    assert_ok(ur_tibe_id_hash(id, ur_span_str_var(text)));
}

/* The key that the committee together can make. */
static inline void kit_key(ur_tibe_key *key, const kit *k, const ur_tibe_id *id)
{
    ur_tibe_ks ks;
    ur_tibe_extract(&ks, &k->master, id);
    key->d = ks.d;
}

#endif
