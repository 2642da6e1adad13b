/* The three forms a sealed file comes in: its bytes, the same as lower-case hex text (what FairyRing puts on the ledger),
 * and age's armor:
 *
 *     -----BEGIN AGE ENCRYPTED FILE-----
 *     padded base64, 64 columns, the last line up to 64
 *     -----END AGE ENCRYPTED FILE-----
 *
 * Reading tells them apart by themselves. Text forms may have blanks and line ends before and after, never inside; hex may
 * be of either case; armor lines may end in CR LF. Anything else is malformed. Variable time: all of it is public. */
#ifndef UR_LIB_SEAL_FORM_H
#define UR_LIB_SEAL_FORM_H

#include "lib/os/stream.h"

typedef enum ur_seal_form { UR_SEAL_BINARY, UR_SEAL_HEX, UR_SEAL_ARMOR } ur_seal_form;

/* "binary", "hex", "armor". */
const char *ur_seal_form_name(ur_seal_form form);

#define UR_FORM_LINE 64
#define UR_FORM_LINE_BYTES 48
#define UR_FORM_TEXT_BYTES 4096

/* A sink that writes in a form to another. It holds ciphertext only. */
typedef struct ur_form_out {
    const ur_sink *out; /* borrowed */
    ur_seal_form form;
    uint8_t line[UR_FORM_LINE_BYTES]; /* armor: bytes of a line that is not full yet */
    size_t line_n;
    char text[UR_FORM_TEXT_BYTES];
    size_t text_n;
} ur_form_out;

UR_MUST_USE ur_status ur_form_out_begin(ur_form_out *f, const ur_sink *out, ur_seal_form form, ur_err *err);
ur_sink ur_sink_of_form(ur_form_out *f);
/* Without it the end is missing. */
UR_MUST_USE ur_status ur_form_out_end(ur_form_out *f, ur_err *err);

/* A source that reads any form from another. */
typedef struct ur_form_in {
    const ur_source *in; /* borrowed */
    ur_seal_form form;
    uint8_t raw[UR_FORM_TEXT_BYTES]; /* what was read and not looked at yet: raw[at..n) */
    size_t at;
    size_t n;
    bool ended; /* the text form is over; only blanks may follow */
    uint64_t line; /* armor: lines read */
    uint8_t bytes[UR_FORM_LINE_BYTES]; /* armor: a decoded line, of which bytes[bytes_at..bytes_n) is left */
    size_t bytes_at;
    size_t bytes_n;
    bool short_line; /* armor: the last line was seen */
} ur_form_in;

/* Reads the first bytes to see which form it is (any other beginning counts as binary). */
UR_MUST_USE ur_status ur_form_in_begin(ur_form_in *f, const ur_source *in, ur_err *err);
ur_source ur_source_of_form(ur_form_in *f);

#endif
