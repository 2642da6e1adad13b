/* Between the files of the member machine; nothing for others. */
#ifndef UR_CORE_DKG_MEMBER_PARTS_H
#define UR_CORE_DKG_MEMBER_PARTS_H

#include "core/dkg/member.h"

typedef enum ur_dkg_secret_kind {
    UR_DKG_SECRET_E = 1,
    UR_DKG_SECRET_R = 2,
    UR_DKG_SECRET_A = 3,
    UR_DKG_SECRET_WEIGHTS = 4,
} ur_dkg_secret_kind;

/* A secret scalar of this attempt from the seed. */
void ur_dkg_derive(ur_scalar *out, const ur_dkg_member *m, ur_dkg_secret_kind what, uint32_t k);

/* Whether shares can be opened: we joined with our own key and are not out. */
bool ur_dkg_is_receiving(const ur_dkg_member *m);

/* Read all points of a deal: UR_E_INPUT, and anything in the outputs, if one is none (but see member.h for those that
 * are outside the subgroup). */
UR_MUST_USE ur_status ur_dkg_deal_read(ur_dkg_deal_claim *claim, ur_e1 *commitments, const ur_dkg_message *msg);

/* Check the waiting joins or deals at once, record the good ones, count the others as refused; open our shares. */
void ur_dkg_settle_joins(ur_dkg_member *m);
void ur_dkg_settle_deals(ur_dkg_member *m);

/* The largest work area that any step wants. */
size_t ur_dkg_work_bytes(const ur_dkg_config *config);
size_t ur_dkg_finish_work_bytes(const ur_dkg_config *config);

#endif
