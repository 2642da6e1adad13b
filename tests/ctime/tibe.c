#include "core/tibe/hash.h"
#include "core/tibe/tibe.h"

#include "tests/ctime/ctime.h"

/* A key and its public key; the secret stays marked. */
static void make_key(ur_share *s, ur_tibe_pub *pub, ur_tibe_ks *ks, const ur_tibe_id *id)
{
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    ctime_secret(wide, sizeof wide);
    s->index = 1;
    ur_scalar_from_wide(&s->s, wide, sizeof wide);
    ur_share_public(&pub->p, s);
    ctime_public(pub, sizeof *pub);
    ur_tibe_extract(ks, s, id);
}

static void secret_msg(ur_tibe_msg *msg, size_t n)
{
    uint8_t bytes[UR_TIBE_MSG_MAX];
    ctime_secret(bytes, sizeof bytes);
    ctime_ok(ur_tibe_msg_set(msg, bytes, n), "msg_set");
}

static void h3(void)
{
    uint8_t sigma[32], msg[32];
    ur_scalar r;
    for (size_t i = 0; i < 16; i++) { /* some of these reject a hash or two */
        ctime_secret(sigma, sizeof sigma);
        ctime_secret(msg, sizeof msg);
        ctime_ok(ur_tibe_h3(&r, ur_span_of(sigma, sizeof sigma), ur_span_of(msg, sizeof msg)), "h3");
    }
}

static void extract(void)
{
    ur_share s;
    ur_tibe_pub pub;
    ur_tibe_ks ks, again;
    ur_tibe_id id;
    uint8_t bytes[UR_G2_BYTES];
    ctime_ok(ur_tibe_id_hash(&id, UR_SPAN_LIT("id")), "id_hash");
    make_key(&s, &pub, &ks, &id);
    ur_tibe_ks_reveal(bytes, &ks);
    ctime_ok(ur_tibe_ks_parse(&again, 1, bytes), "ks_parse");
}

static void encrypt(size_t n)
{
    ur_share s;
    ur_tibe_pub pub;
    ur_tibe_ks ks;
    ur_tibe_key key;
    ur_tibe_id id;
    ur_tibe_msg msg, got;
    ur_tibe_ct ct;
    uint8_t sigma[UR_TIBE_MSG_MAX], bytes[UR_G2_BYTES], ct_bytes[UR_TIBE_CT_MAX];
    ctime_ok(ur_tibe_id_hash(&id, UR_SPAN_LIT("id")), "id_hash");
    make_key(&s, &pub, &ks, &id);
    secret_msg(&msg, n);
    ctime_secret(sigma, sizeof sigma);
    ctime_ok(ur_tibe_encrypt(&ct, &pub, &id, &msg, sigma), "encrypt");
    ctime_ok(ur_tibe_ct_parse(&ct, ur_tibe_ct_write(ct_bytes, &ct)), "ct");
    ur_tibe_ks_reveal(bytes, &ks);
    ctime_ok(ur_tibe_key_parse(&key, bytes), "key_parse");
    ctime_ok(ur_tibe_decrypt(&got, &ct, &key), "decrypt");
    /* and where it fails: nothing else shows */
    ct.v[3] ^= 1;
    if (ur_tibe_decrypt(&got, &ct, &key) != UR_E_PROOF) {
        ctime_ok(UR_E_INTERNAL, "decrypt of a changed ciphertext");
    }
}

static void encrypt_16(void) { encrypt(16); }
static void encrypt_32(void) { encrypt(32); }

/* Key shares that were released to one party are that party's secret: it checks and combines them, and opens. Their indices
 * are public. */
enum { COMMITTEE_MAX = 9 };

static void make_committee(ur_tibe_committee *c, ur_tibe_pub *members, ur_tibe_ks *ks, uint32_t t, uint32_t n,
                           const ur_tibe_id *id)
{
    static uint8_t random[COMMITTEE_MAX * UR_SCALAR_WIDE_BYTES];
    static ur_scalar a[COMMITTEE_MAX];
    ur_share_poly f;
    ur_share s;
    ctime_fill(random, sizeof random); /* what is secret here is marked below: points, not scalars */
    ctime_ok(ur_share_poly_draw(&f, a, t, NULL, random), "poly_draw");
    *c = (ur_tibe_committee){.members = members, .t = t, .n = n};
    ur_g1_mul(&c->mpk.p, ur_g1_generator(), &a[0]);
    for (uint32_t i = 0; i < t; i++) {
        uint32_t index = n - i;
        ctime_ok(ur_share_poly_at(&s, &f, index), "poly_at");
        ur_share_public(&members[index - 1].p, &s);
        ur_tibe_extract(&ks[i], &s, id);
        ctime_mark(&ks[i].d, sizeof ks[i].d);
    }
}

static void combine(void)
{
    static ur_tibe_pub members[COMMITTEE_MAX];
    static ur_tibe_ks ks[COMMITTEE_MAX];
    static uint8_t scratch[1 << 16] __attribute__((aligned(16)));
    ur_tibe_committee c;
    ur_tibe_id id;
    ur_tibe_key key;
    uint8_t bytes[UR_G2_BYTES];
    ctime_ok(ur_tibe_id_hash(&id, UR_SPAN_LIT("id")), "id_hash");
    make_committee(&c, members, ks, 5, COMMITTEE_MAX, &id);
    ctime_ok(ur_tibe_scratch_bytes(5) <= sizeof scratch ? UR_OK : UR_E_LIMIT, "scratch");
    for (size_t i = 0; i < 5; i++) {
        ctime_ok(ur_tibe_ks_check_var(&members[ks[i].index - 1], &ks[i], &id), "ks_check");
    }
    ctime_ok(ur_tibe_combine_var(&key, &c, ks, 5, scratch), "combine");
    ctime_ok(ur_tibe_key_check_var(&c.mpk, &key, &id), "key_check");
    ur_tibe_key_reveal(bytes, &key);
}

const ctime_entry ctime_tibe[] = {
    {"ur_tibe_h3", h3},
    {"ur_tibe_extract, ks_reveal, ks_parse", extract},
    {"ur_tibe_encrypt, _decrypt, msg_set, key_parse, h2, h4", encrypt_32},
    {"ur_tibe_encrypt, _decrypt of 16 bytes", encrypt_16},
    {"ur_tibe_ks_check, _combine, _key_check: points", combine},
    {0},
};
