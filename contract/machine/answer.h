/* Members of an answer: a key, and its value. Keys rise within an object, and stand in static storage. */
#ifndef UR_CONTRACT_MACHINE_ANSWER_H
#define UR_CONTRACT_MACHINE_ANSWER_H

#include "contract/machine/committee.h"

void uc_put_number(ur_json_writer *j, const char *name, uint64_t x);
void uc_put_text(ur_json_writer *j, const char *name, ur_span s);
void uc_put_bool(ur_json_writer *j, const char *name, bool x);
/* Base64; or, unless it is there, null. */
void uc_put_bytes(ur_json_writer *j, const char *name, ur_span s);
void uc_put_bytes_if(ur_json_writer *j, const char *name, ur_span s, bool there);
/* The members whose bits are set, rising. */
void uc_put_indices(ur_json_writer *j, const char *name, const uint8_t bits[UC_BITS_BYTES]);

#endif
