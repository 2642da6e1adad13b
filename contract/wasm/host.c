/* host.h over the chain's imports. */
#include "contract/wasm/imports.h"

static ur_status get(void *self, ur_span key, ur_span *value)
{
    (void)self;
    uw_region k = uw_region_of(key.p, key.n);
    const uw_region *found = uw_db_read(&k);
    if (found == NULL) {
        *value = (ur_span){NULL, 0};
        return UR_E_ABSENT;
    }
    *value = uw_span_of(found);
    return UR_OK;
}

static ur_status put(void *self, ur_span key, ur_span value)
{
    (void)self;
    uw_region k = uw_region_of(key.p, key.n);
    uw_region v = uw_region_of(value.p, value.n);
    uw_db_write(&k, &v);
    return UR_OK;
}

static ur_status remove_(void *self, ur_span key)
{
    (void)self;
    uw_region k = uw_region_of(key.p, key.n);
    uw_db_remove(&k);
    return UR_OK;
}

/* Every code but 0 says that it does not verify, for one reason or another. */
static ur_status verify(void *self, const uint8_t hash[32], const uint8_t sig[64], const uint8_t pub[33])
{
    (void)self;
    uw_region h = uw_region_of(hash, 32);
    uw_region s = uw_region_of(sig, 64);
    uw_region p = uw_region_of(pub, 33);
    return uw_secp256k1_verify(&h, &s, &p) == 0 ? UR_OK : UR_E_PROOF;
}

static ur_status address_check(void *self, ur_span text)
{
    (void)self;
    uw_region t = uw_region_of(text.p, text.n);
    return uw_addr_validate(&t) == NULL ? UR_OK : UR_E_INPUT;
}

const uc_host *uw_host(void)
{
    static uc_host host = {NULL, get, put, remove_, verify, address_check, NULL};
    host.curve = uw_curve();
    return &host;
}
