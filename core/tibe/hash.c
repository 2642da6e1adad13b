#include "core/tibe/hash.h"

#include "core/hash/hash.h"

enum { TAG_BYTES = 6 };

/* out = the first n bytes of SHA-256(tag || in) */
static void tagged(uint8_t *out, size_t n, const char *tag, ur_span in)
{
    ur_sha256 h;
    uint8_t digest[UR_SHA256_BYTES];
    ur_sha256_init(&h);
    ur_sha256_update(&h, tag, TAG_BYTES);
    ur_sha256_update(&h, in.p, in.n);
    ur_sha256_final(&h, digest);
    memcpy(out, digest, n);
    ur_wipe(digest, sizeof digest);
}

void ur_tibe_h2(uint8_t *out, size_t n, const ur_gt *gt)
{
    uint8_t bytes[UR_GT_BYTES];
    ur_gt_write(bytes, gt);
    tagged(out, n, "IBE-H2", ur_span_of(bytes, sizeof bytes));
    ur_wipe(bytes, sizeof bytes);
}

void ur_tibe_h4(uint8_t *out, size_t n, ur_span sigma) { tagged(out, n, "IBE-H4", sigma); }

ur_status ur_tibe_h3(ur_scalar *out, ur_span sigma, ur_span msg)
{
    struct {
        ur_sha256 h;
        uint8_t counted[2 + UR_SHA256_BYTES]; /* the counter, and b */
        uint8_t candidate[UR_SHA256_BYTES];
    } scratch;
    ur_sha256_init(&scratch.h);
    ur_sha256_update(&scratch.h, "IBE-H3", TAG_BYTES);
    ur_sha256_update(&scratch.h, sigma.p, sigma.n);
    ur_sha256_update(&scratch.h, msg.p, msg.n);
    ur_sha256_final(&scratch.h, scratch.counted + 2);
    ur_status st = UR_E_INPUT;
    for (uint32_t i = 1; i < 65535 && st != UR_OK; i++) {
        scratch.counted[0] = (uint8_t)i;
        scratch.counted[1] = (uint8_t)(i >> 8);
        ur_sha256_of(scratch.candidate, ur_span_of(scratch.counted, sizeof scratch.counted));
        scratch.candidate[0] >>= 1;
        st = ur_scalar_parse(out, scratch.candidate); /* says in public whether it is below the order */
    }
    ur_wipe(&scratch, sizeof scratch);
    return st == UR_OK ? UR_OK : UR_E_INTERNAL;
}
