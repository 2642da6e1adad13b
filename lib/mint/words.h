/* Words of recipes: shared by the two kinds. */
#ifndef UR_LIB_MINT_WORDS_H
#define UR_LIB_MINT_WORDS_H

#include "core/base/span.h"

/* The next word, and the rest. False at the end. */
bool word_next(ur_span *word, ur_span *rest);
bool word_is(ur_span word, const char *text);
/* Whether it begins with `text`; what follows goes to *rest. */
bool word_after(ur_span word, const char *text, ur_span *rest);
/* Up to the first `c`, and what follows it; false if there is none (then *head is all and *rest is empty). */
bool word_split(ur_span word, char c, ur_span *head, ur_span *rest);
UR_MUST_USE ur_status word_number(ur_span word, uint64_t *out);
UR_MUST_USE ur_status word_hex(ur_span word, uint8_t *out, size_t cap, size_t *out_len);
UR_MUST_USE ur_status word_hex_exact(ur_span word, uint8_t *out, size_t n);

#endif
