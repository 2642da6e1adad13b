/* The constant-time check: each function that takes a secret is called under valgrind's memcheck with that secret marked
 * undefined, so that a branch or an address that depends on it is reported.
 *
 * An area is a file tests/ctime/<area>.c with one table, `const ctime_entry ctime_<area>[]`, that ends with an empty
 * entry, and a line in tests/ctime/CMakeLists.txt. An entry prepares public inputs, marks the secrets (ctime_secret and
 * its like), calls the function, and looks at nothing that came out before ctime_public says that it may be looked at. */
#ifndef UR_TESTS_CTIME_CTIME_H
#define UR_TESTS_CTIME_CTIME_H

#include "core/base/span.h"

typedef struct ctime_entry {
    const char *name;  /* the function */
    void (*run)(void);
} ctime_entry;

/* Fill with bytes that look random, the same in each run; then mark them secret. */
void ctime_secret(void *p, size_t n);
/* The same without a mark: random-looking public inputs. */
void ctime_fill(void *p, size_t n);
/* Mark what is there already. */
static inline void ctime_mark(const void *p, size_t n) { ur_secret_mark(p, n); }
/* The test itself may look at these results from here on. Not for use inside what is tested: that is ur_declassify. */
void ctime_public(const void *p, size_t n);
/* End the program unless the status is UR_OK. The status is looked at as it is: if it depends on a secret, that is a
 * finding. */
void ctime_ok(ur_status st, const char *what);

#endif
