/* Reading and writing records: a format byte, then fields. A record is read by us alone, so one that is not as we wrote it
 * is no refusal but the host's failure. */
#ifndef UR_CONTRACT_MACHINE_RECORD_H
#define UR_CONTRACT_MACHINE_RECORD_H

#include "contract/machine/call.h"

#define UC_RECORD_FORMAT 1
#define UC_TEXT_BYTES (1 + UC_ADDRESS_MAX) /* a text of one byte of length: an address */

/* The record under a key, ready to be read. Refuses with `absent` and `field` if there is none. */
UR_MUST_USE ur_status uc_record_open(uc_call *c, ur_reader *r, ur_span key, uc_error absent, const char *field);
/* What reading came to: UR_OK or UR_E_INTERNAL. */
UR_MUST_USE ur_status uc_record_done(ur_status st);

UR_MUST_USE ur_status uc_read_format(ur_reader *r);
UR_MUST_USE ur_status uc_read_bool(ur_reader *r, bool *out);
UR_MUST_USE ur_status uc_read_u16(ur_reader *r, uint32_t *out);
UR_MUST_USE ur_status uc_read_text(ur_reader *r, ur_span *out);

/* Begin a record in a buffer, with its format; end it and put it. UR_E_INTERNAL if the buffer was too small. */
void uc_record_begin(ur_writer *w, uint8_t *buf, size_t cap);
UR_MUST_USE ur_status uc_record_put(uc_call *c, ur_span key, ur_writer *w);
void uc_write_text(ur_writer *w, ur_span s); /* at most 255 bytes */

#endif
