#include "lib/keystore/hd.h"

#include "lib/suite/pbkdf2.h"

ur_status ur_hd_master(ur_hd_key *out, ur_span seed)
{
    uint8_t i[64];
    if (seed.n < 16 || seed.n > 64) {
        memset(out, 0, sizeof *out);
        return UR_E_USAGE;
    }
    ur_hmac512_of(i, UR_SPAN_LIT("Bitcoin seed"), seed);
    ur_status st = ur_secp_secret_parse(&out->secret, i);
    memcpy(out->chain_code, i + 32, sizeof out->chain_code);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    ur_wipe(i, sizeof i);
    return st;
}

ur_status ur_hd_child(ur_hd_key *out, const ur_hd_key *parent, uint32_t index)
{
    struct {
        uint8_t data[37], i[64];
    } s;
    ur_secp_pub pub;
    ur_writer w;
    if ((index & UR_HD_HARDENED) != 0) {
        s.data[0] = 0;
        ur_secp_secret_reveal(s.data + 1, &parent->secret);
    } else {
        ur_secp_pub_of(&pub, &parent->secret);
        ur_secp_pub_write(s.data, &pub);
    }
    ur_writer_init(&w, s.data + 33, 4);
    ur_writer_u32be(&w, index);
    ur_hmac512_of(s.i, ur_span_of(parent->chain_code, sizeof parent->chain_code), ur_span_of(s.data, sizeof s.data));
    ur_status st = ur_secp_secret_add(&out->secret, &parent->secret, s.i);
    memcpy(out->chain_code, s.i + 32, sizeof out->chain_code);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    ur_wipe(&s, sizeof s);
    return st;
}

ur_status ur_hd_cosmos(ur_secp_secret *out, ur_span seed, uint32_t n)
{
    const uint32_t path[] = {44 | UR_HD_HARDENED, UR_HD_COSMOS_COIN | UR_HD_HARDENED, 0 | UR_HD_HARDENED, 0, n};
    ur_hd_key key;
    memset(out, 0, sizeof *out);
    if ((n & UR_HD_HARDENED) != 0) {
        return UR_E_USAGE;
    }
    ur_status st = ur_hd_master(&key, seed);
    for (size_t i = 0; st == UR_OK && i < sizeof path / sizeof path[0]; i++) {
        st = ur_hd_child(&key, &key, path[i]);
    }
    if (st == UR_OK) {
        *out = key.secret;
    }
    ur_wipe(&key, sizeof key);
    return st;
}
