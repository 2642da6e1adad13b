#include "core/codec/hex.h"
#include "programs/cli/tibe/material.h"

ur_status cli_tibe_extract(cli *c)
{
    struct {
        ur_share share;
        ur_tibe_ks ks;
    } scratch = {0};
    tibe_identity id;
    UR_TRY(tibe_identity_read(c, &id, true));
    ur_status st = tibe_share_read(c, &scratch.share, cli_value(c, "share"));
    if (st == UR_OK) {
        uint8_t bytes[UR_G2_BYTES];
        ur_tibe_extract(&scratch.ks, &scratch.share, &id.id);
        ur_tibe_ks_reveal(bytes, &scratch.ks);
        st = tibe_put_secret(c, "key_share", scratch.share.index, ur_span_of(bytes, sizeof bytes));
        ur_wipe(bytes, sizeof bytes);
    }
    ur_wipe(&scratch, sizeof scratch);
    if (st == UR_OK) {
        tibe_identity_say(c, &id);
    }
    return st;
}
