#include "core/light/merkle.h"

static void hash_pair(uint8_t out[UR_SHA256_BYTES], const uint8_t left[UR_SHA256_BYTES],
                      const uint8_t right[UR_SHA256_BYTES])
{
    static const uint8_t inner = 1;
    ur_sha256 c;
    ur_sha256_init(&c);
    ur_sha256_update(&c, &inner, 1);
    ur_sha256_update(&c, left, UR_SHA256_BYTES);
    ur_sha256_update(&c, right, UR_SHA256_BYTES);
    ur_sha256_final(&c, out);
}

void ur_merkle_init(ur_merkle *m)
{
    m->peaks = 0;
    m->leaves = 0;
}

/* The two last peaks become one. */
static void join(ur_merkle *m)
{
    m->peaks--;
    hash_pair(m->peak[m->peaks - 1], m->peak[m->peaks - 1], m->peak[m->peaks]);
}

void ur_merkle_add_var(ur_merkle *m, ur_span leaf)
{
    static const uint8_t outer = 0;
    ur_sha256 c;
    size_t before = m->leaves++;
    if (m->leaves >> UR_MERKLE_DEPTH_MAX != 0) {
        return;
    }
    ur_sha256_init(&c);
    ur_sha256_update(&c, &outer, 1);
    ur_sha256_update(&c, leaf.p, leaf.n);
    ur_sha256_final(&c, m->peak[m->peaks++]);
    for (; before % 2 == 1; before /= 2) { /* as in adding one to a binary number */
        join(m);
    }
}

ur_status ur_merkle_root_var(ur_merkle *m, uint8_t root[UR_SHA256_BYTES])
{
    if (m->leaves >> UR_MERKLE_DEPTH_MAX != 0) {
        memset(root, 0, UR_SHA256_BYTES);
        return UR_E_LIMIT;
    }
    if (m->leaves == 0) {
        ur_sha256_of(root, (ur_span){0});
        return UR_OK;
    }
    while (m->peaks > 1) {
        join(m);
    }
    memcpy(root, m->peak[0], UR_SHA256_BYTES);
    return UR_OK;
}
