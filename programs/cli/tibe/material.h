/* What the tibe commands read: keys, shares, identities, from arguments and files, in the forms of FairyRing and drand. */
#ifndef UR_PROGRAMS_CLI_TIBE_MATERIAL_H
#define UR_PROGRAMS_CLI_TIBE_MATERIAL_H

#include "core/tibe/tibe.h"
#include "programs/cli/io.h"

enum { MATERIAL_MAX = 1 << 20 }; /* bytes of a file of keys or shares */

/* ---- identities ---- */

typedef struct tibe_identity {
    uint8_t bytes[UR_TIBE_ID_MAX];
    size_t n;
    uint64_t round; /* 0 unless --round */
    ur_tibe_id id;
} tibe_identity;

/* Whether the command line names one, by --id, --id-hex or (where the command has it) --round. */
bool tibe_identity_given(const cli *c, bool with_round);
UR_MUST_USE ur_status tibe_identity_read(cli *c, tibe_identity *out, bool with_round);
/* "identity" where that is valid text, "identity_hex", "round". */
void tibe_identity_say(cli *c, const tibe_identity *id);

/* ---- points ---- */

/* `value` of --mpk: hex, or a file of hex, 48 bytes, drand's or FairyRing's JSON. */
UR_MUST_USE ur_status tibe_mpk_read(cli *c, ur_tibe_pub *out, const char *value);
/* `value` of --key, the same with 96 bytes; - is standard input. */
UR_MUST_USE ur_status tibe_key_read(cli *c, ur_tibe_key *out, const char *value);
/* A master share INDEX:HEX from a file that only its owner may read; - is standard input. Wipe it. */
UR_MUST_USE ur_status tibe_share_read(cli *c, ur_share *out, const char *path);

typedef struct tibe_members {
    ur_tibe_pub *p; /* for free() */
    uint32_t n;
} tibe_members;
UR_MUST_USE ur_status tibe_members_read(cli *c, tibe_members *out, const char *path);
/* The smallest threshold for which MPK and public shares are one committee's; UR_E_POLICY and a message if there is none. */
UR_MUST_USE ur_status tibe_threshold_find(cli *c, uint32_t *out, const ur_tibe_pub *mpk, const tibe_members *members);

/* ---- key shares ---- */

typedef struct tibe_claim {
    const char *from; /* where it came from, for messages: borrowed from the command line */
    size_t line;      /* in that file; 0 for an argument itself */
    uint32_t index;   /* 0: a whole key */
    bool is_point;    /* else bytes that are no point, and ks and key are zeros */
    ur_tibe_ks ks;
    ur_tibe_key key;
    const char *fault; /* NULL: nothing found yet */
} tibe_claim;

typedef struct tibe_claims {
    tibe_claim *p;
    size_t n, cap;
} tibe_claims;

/* All of the arguments SHARE. UR_E_INPUT for a line that is neither INDEX:HEX nor a whole key's hex. */
UR_MUST_USE ur_status tibe_claims_read(cli *c, tibe_claims *out);
void tibe_claims_free(tibe_claims *claims); /* wiped */
/* Give every wrong one a fault: no point, no such member, does not verify. Whole keys are checked against mpk. */
UR_MUST_USE ur_status tibe_claims_check(cli *c, tibe_claims *claims, const tibe_members *members, const ur_tibe_pub *mpk,
                                        const ur_tibe_id *id);

/* ---- results ---- */

/* HEX, or INDEX:HEX with an index other than 0: into the file of --out, which only its owner may read, or as the result
 * under this key (and "index"). */
UR_MUST_USE ur_status tibe_put_secret(cli *c, const char *key, uint32_t index, ur_span bytes);

/* ---- small things ---- */

/* Digits of hex only, at least one. Constant time in what they are. */
bool tibe_is_hex(ur_span s);
ur_span tibe_trim(ur_span s);
/* "INDEX:HEX" with an index of 1..UR_SHARE_INDEX_MAX and exactly `digits` digits. */
bool tibe_is_indexed(ur_span s, size_t digits, uint32_t *index, ur_span *hex);
/* Memory aligned to 16 for free(); a failure is reported. */
UR_MUST_USE ur_status tibe_scratch(cli *c, void **out, size_t bytes);

#endif
