/* contract/schema/examples: lives of a committee and of a vault, call by call: whoever speaks to the contract can try its own code on them.
 * The tests live them again, and they have to be the same; with $UNRUG_WRITE=1 they are written. */
#ifndef UR_TESTS_CONTRACT_EXAMPLES_H
#define UR_TESTS_CONTRACT_EXAMPLES_H

#include "tests/contract/scenario.h"

/* Note the last message, with what became of it; a query that was answered. Nothing where there is no record. */
void examples_called(FILE *record, const scenario *s, const char *sender, const char *message);
void examples_asked(FILE *record, const scenario *s, const char *query, ur_span answer);
/* The file under this name has these calls and nothing else. */
void examples_compare(FILE *record, const scenario *s, const char *path);

#endif
