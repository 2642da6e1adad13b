/* What the attestation vectors' tests share: files, tables, collateral sets, a context over OpenSSL. */
#ifndef UR_TESTS_VECTORS_ATTEST_KIT_H
#define UR_TESTS_VECTORS_ATTEST_KIT_H

#include "core/attest/collateral.h"
#include "core/attest/verify.h"
#include "lib/suite/attest.h"
#include "tests/test.h"
#include "tests/vectors/areas.h"

/* $UNRUG_VECTORS/attestation or ../shared/vectors/attestation, and `name` below it. Static storage, one at a time. */
const char *kit_path(const char *name);
/* A whole file on the heap, or a failed test. */
ur_span kit_read(const char *name);
bool kit_exists(const char *name);
void kit_free(ur_span *bytes);

typedef struct kit_set {
    ur_collateral c;
    ur_span json;
    uint8_t *buf;
} kit_set;
/* A collateral JSON file; false if it does not parse as a set. */
bool kit_set_read(kit_set *out, const char *name);
void kit_set_free(kit_set *s);

/* Columns of a tab-separated line in place; the number of them. */
size_t kit_columns(char *line, char **out, size_t max);
/* The next line of a text in place, or NULL at its end. */
char *kit_line(char **rest);
/* Whether `name` is one of the alternatives in `list`, divided by |. */
bool kit_among(const char *name, const char *list);
/* Advisories as in the tables: names with commas, "-" for none. */
void kit_advisories(char *out, size_t cap, const ur_verdict *v);
/* YYYY-MM-DDThh:mm:ssZ */
void kit_date(char out[32], int64_t unix_s);

/* The trust anchor of a file in DER. */
ur_attest_root kit_root(const char *name);

/* The same quote with other certification data of type 5: nothing signs that part. On the heap. */
ur_span kit_with_chain(ur_span quote, ur_span pem);

extern uint8_t kit_scratch[UR_ATTEST_SCRATCH_BYTES];

#endif
