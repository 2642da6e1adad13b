/* Text from others, made safe to show: what could steer a terminal or turn the reading order is written as \xNN. */
#ifndef UR_PROGRAMS_CLI_PRINTABLE_H
#define UR_PROGRAMS_CLI_PRINTABLE_H

#include "core/base/span.h"

/* The length of the UTF-8 character at the start of s (1..4), its code point in *out; 0 if s starts with none. */
size_t cli_utf8(uint32_t *out, ur_span s);
bool cli_is_utf8(ur_span s);
/* Whether a code point may go to a terminal as it is: no control, no override or isolate of direction, no line separator. */
bool cli_is_printable(uint32_t code);
/* Whether all of s may; `lines` allows newline, carriage return and tab too. */
bool cli_all_printable(ur_span s, bool lines);

#endif
