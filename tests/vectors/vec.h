/* What the readers of others' data share. A reader is a function that goes through one file's cases and checks each field
 * of each case; it returns how many cases it went through. A check that fails ends the program with file, case and field.
 * Fields are named by paths: "derived.file.sigma". */
#ifndef UR_TESTS_VECTORS_VEC_H
#define UR_TESTS_VECTORS_VEC_H

#include "core/bls/bls.h"
#include "core/codec/json.h"
#include "core/tibe/tibe.h"

#include <stdio.h>
#include <string.h>

#define VEC_BYTES_MAX ((size_t)512 << 10) /* of one field */

typedef size_t vec_reader(ur_json file);

/* The readers, by area: READER(folder, file, function). */
#define READER(folder, file, function) vec_reader function;
#include "tests/vectors/files.def"
#undef READER

/* Which case is being read, for messages. */
void vec_case(size_t i);
/* End the program: what does not hold. */
_Noreturn void vec_fail(const char *what, const char *path);
static inline void vec_must(bool holds, const char *what)
{
    if (!holds) {
        vec_fail(what, "");
    }
}
#define vec_ok(call) vec_must((call) == UR_OK, #call)

/* A field that must be there; one that may be missing. */
ur_json vec_at(ur_json v, const char *path);
bool vec_has(ur_json v, const char *path);
/* A file beside the one that is being read; one at a time. */
ur_json vec_other_file(const char *folder, const char *file);
/* Elements of an array that must be there: each in turn, numbered for messages. */
ur_json_iter vec_array(ur_json v, const char *path);
bool vec_next(ur_json_iter *it, size_t *i, ur_json *out);

/* Bytes of a hex field: of known length, or borrowed until the next case begins. */
void vec_hex_to(void *out, size_t n, ur_json v, const char *path);
ur_span vec_hex(ur_json v, const char *path);
ur_span vec_base64(ur_json v, const char *path);
/* A string, unescaped; borrowed as above. */
ur_span vec_text(ur_json v, const char *path);
uint64_t vec_number(ur_json v, const char *path);
bool vec_true(ur_json v, const char *path);

/* The bytes are those of a hex field; the same where the field may be missing. */
void vec_same(ur_span got, ur_json v, const char *path);
void vec_same_if_there(ur_span got, ur_json v, const char *path);
void vec_same_text(ur_span got, ur_json v, const char *path);

/* ---- typed fields ---- */

void vec_pub(ur_tibe_pub *out, ur_json v, const char *path);
void vec_key(ur_tibe_key *out, ur_json v, const char *path);
/* A ciphertext from its fields U, V and W. */
void vec_ct(ur_tibe_ct *out, ur_json v);
void vec_g1_same(const ur_g1 *got, ur_json v, const char *path);
void vec_g2_same(const ur_g2 *got, ur_json v, const char *path);

/* Decrypt step by step, and compare every value on the way that the case names: sigma, h2_out, h4_out, r, gt_masked (or
 * gt_masked_576), h3_iterations, h3_first_hash, file_key. Then decrypt in one, and, if mpk and id are not NULL, encrypt
 * again with the sigma that was found: the same ciphertext. */
void vec_decrypt(ur_tibe_msg *out, const ur_tibe_ct *ct, const ur_tibe_key *key, const ur_tibe_pub *mpk,
                 const ur_tibe_id *id, ur_json v);
/* The key share of the tutorial on its way to the requester, who is a committee of one: so it is the key. */
void vec_tutorial_keyshare(ur_json file);
/* H3 with everything it shows on the way. */
void vec_h3(ur_scalar *out, uint8_t first_hash[32], uint64_t *iterations, ur_span sigma, ur_span msg);

#endif
