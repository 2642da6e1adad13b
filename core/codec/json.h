/* JSON (RFC 8259), read where it lies: no allocation and no tree. ur_json_parse_var checks a whole text once: grammar,
 * UTF-8, duplicate keys, depth, limits, nothing after the value. A ur_json exists only after that, is a span of the
 * checked text (no blanks around it), and its parts are found by scanning. So a malformed end is noticed before the
 * first field is used, and the raw bytes of any value (for a signature or a hash over them) are simply v.raw.
 *
 * Stricter than the RFC: no duplicate keys (compared after unescaping), no lone surrogates, no byte order mark.
 * Integers are integers: no fraction, exponent, plus, leading zero or minus zero; nothing is ever read as a float.
 * Variable time: texts are public. A text may carry secrets inside hex or base64 strings only where the caller accepts
 * that positions, lengths and the absence of escapes show. Spans are borrowed from the text. */
#ifndef UR_CORE_CODEC_JSON_H
#define UR_CORE_CODEC_JSON_H

#include "core/base/span.h"

#define UR_JSON_TEXT_MAX ((size_t)64 << 20) /* bytes of a text */
#define UR_JSON_DEPTH_MAX 32                /* arrays and objects inside each other */
#define UR_JSON_KEYS_MAX 512                /* keys of one object and of those around it, counted up to the place read */

typedef enum ur_json_kind {
    UR_JSON_NONE, /* an absent field */
    UR_JSON_NULL,
    UR_JSON_BOOL,
    UR_JSON_NUMBER,
    UR_JSON_STRING,
    UR_JSON_ARRAY,
    UR_JSON_OBJECT,
} ur_json_kind;

typedef struct ur_json {
    ur_span raw; /* empty: an absent value */
} ur_json;

/* Check the whole text and return its value. UR_E_INPUT on malformed text, UR_E_LIMIT over a maximum above; out empty.
 * About 4.5 KiB of stack, time linear in the text but for comparing the keys of an object with each other. */
UR_MUST_USE ur_status ur_json_parse_var(ur_json *out, ur_span text);
/* The same, and UR_E_INPUT unless the text is its own canonical form: no blanks, keys rising (by their bytes in UTF-8),
 * escapes only where needed and in their shortest form (see ur_json_put_string), numbers integers without minus zero. */
UR_MUST_USE ur_status ur_json_parse_canonical_var(ur_json *out, ur_span text);

ur_json_kind ur_json_kind_var(ur_json v);

/* Whether s is UTF-8: no overlong forms, no surrogates, nothing over U+10FFFF. */
bool ur_utf8_valid_var(ur_span s);

/* Readers of one value. UR_E_INPUT if it is absent or of another kind or form; outputs zeroed then. */
UR_MUST_USE ur_status ur_json_bool_var(bool *out, ur_json v);
UR_MUST_USE ur_status ur_json_u64_var(uint64_t *out, ur_json v);           /* 0..2^64-1, else UR_E_INPUT */
UR_MUST_USE ur_status ur_json_i64_var(int64_t *out, ur_json v);
/* A number of at most max; UR_E_LIMIT over it. */
UR_MUST_USE ur_status ur_json_u64_max_var(uint64_t *out, uint64_t max, ur_json v);
/* Decimal digits inside a string, as chains write 64-bit numbers: no sign, no leading zeros; the signed one allows a minus. */
UR_MUST_USE ur_status ur_json_u64_text_var(uint64_t *out, ur_json v);
UR_MUST_USE ur_status ur_json_i64_text_var(int64_t *out, ur_json v);
/* A string's bytes. Without escapes: borrowed from the text. With escapes: unescaped into buf, UR_E_LIMIT when longer
 * than cap (buf may be NULL with cap 0: then any escape is UR_E_LIMIT). */
UR_MUST_USE ur_status ur_json_string_var(ur_span *out, void *buf, size_t cap, ur_json v);
/* A string without escapes: its bytes where they lie. Enough for hex, base64, addresses, numbers and names. */
UR_MUST_USE ur_status ur_json_plain_var(ur_span *out, ur_json v);
/* Whether v is a string with exactly these bytes after unescaping. */
bool ur_json_is_var(ur_json v, ur_span text);
/* A plain string of hex or standard padded base64 for exactly out_len bytes, or up to cap bytes. */
UR_MUST_USE ur_status ur_json_hex_var(uint8_t *out, size_t out_len, ur_json v);
UR_MUST_USE ur_status ur_json_hex_upto_var(uint8_t *out, size_t cap, size_t *out_len, ur_json v);
UR_MUST_USE ur_status ur_json_base64_var(uint8_t *out, size_t out_len, ur_json v);
UR_MUST_USE ur_status ur_json_base64_upto_var(uint8_t *out, size_t cap, size_t *out_len, ur_json v);

/* ---- walking ---- */

typedef struct ur_json_iter {
    ur_span left;
} ur_json_iter;

/* Begin at an array's or object's start; UR_E_INPUT for another kind (the iterator is then empty). */
UR_MUST_USE ur_status ur_json_array_var(ur_json_iter *it, ur_json v);
UR_MUST_USE ur_status ur_json_object_var(ur_json_iter *it, ur_json v);
/* The next element, or false at the end. */
bool ur_json_next_var(ur_json_iter *it, ur_json *out);
/* The next member: its key as a string value (compare with ur_json_is_var) and its value. */
bool ur_json_next_member_var(ur_json_iter *it, ur_json *out_key, ur_json *out);
/* Elements of an array; 0 for anything else. */
size_t ur_json_count_var(ur_json v);

/* The same in one pass over a nested text: an iterator looks for a value's end before the value is read, so what lies deep is
 * passed once a level. A walk goes into a container and comes out behind it:
 *
 *     ur_json_walk w = ur_json_walk_of(v);
 *     UR_TRY(ur_json_walk_array_var(&w));
 *     while (ur_json_walk_next_var(&w)) {          // stands at an element, which must be passed: taken ...
 *         UR_TRY(ur_json_walk_object_var(&w));     // ... or entered, and its members then passed up to the last
 *         while (ur_json_walk_member_var(&w, &key)) {
 *             value = ur_json_walk_take_var(&w);
 *         }
 *     }
 *
 * After an error the walk stands where no value need be: give it up. */
typedef struct ur_json_walk {
    ur_span left; /* from here to the end of v */
} ur_json_walk;

static inline ur_json_walk ur_json_walk_of(ur_json v) { return (ur_json_walk){v.raw}; }
/* Enter the array or object that stands here; UR_E_INPUT if it is no such thing. */
UR_MUST_USE ur_status ur_json_walk_array_var(ur_json_walk *w);
UR_MUST_USE ur_status ur_json_walk_object_var(ur_json_walk *w);
/* Go on to the next element; false behind the last one, and the walk has left the array. */
bool ur_json_walk_next_var(ur_json_walk *w);
/* Go on to the next member's value, its key given; false as above. */
bool ur_json_walk_member_var(ur_json_walk *w, ur_json *out_key);
/* Take the value that stands here, and pass it. */
ur_json ur_json_walk_take_var(ur_json_walk *w);

/* One member by name; out is empty (UR_JSON_NONE) when it is not there or v is no object. */
ur_json ur_json_get_var(ur_json v, const char *name);
/* Decode an object whose members are all known: out[i] is the value of names[i]. The first `required` must be there
 * (a null counts as there), the others may be missing (UR_JSON_NONE). UR_E_INPUT for a missing or unknown member or a value that is no
 * object; every out[i] is empty then.
 *
 *     enum { ID, OWNER, MEMO, COUNT };
 *     static const char *const names[COUNT] = {"id", "owner", "memo"};
 *     ur_json f[COUNT];
 *     UR_TRY(ur_json_fields_var(f, names, COUNT, MEMO, message));   // memo may be missing
 *     UR_TRY(ur_json_u64_var(&id, f[ID]));
 */
UR_MUST_USE ur_status ur_json_fields_var(ur_json *out, const char *const *names, size_t count, size_t required, ur_json v);

/* ---- canonical writer: no blanks, keys rising, shortest escapes; errors stick ---- */

typedef struct ur_json_writer {
    ur_writer *w;
    ur_span last_key[UR_JSON_DEPTH_MAX]; /* per open object; borrowed until the object ends */
    uint8_t in[UR_JSON_DEPTH_MAX];       /* what is open: array or object, and whether something is in it */
    size_t depth;
    bool has_key; /* a key was written, its value is due */
    bool done;    /* the one top value is complete */
    bool misuse;
} ur_json_writer;

void ur_json_writer_init(ur_json_writer *j, ur_writer *w);
void ur_json_begin_object(ur_json_writer *j);
void ur_json_end_object(ur_json_writer *j);
void ur_json_begin_array(ur_json_writer *j);
void ur_json_end_array(ur_json_writer *j);
/* A member's key: UTF-8 that needs no checks beyond order; must rise within its object and stay valid until it ends. */
void ur_json_key(ur_json_writer *j, const char *key);
void ur_json_put_u64(ur_json_writer *j, uint64_t x);
void ur_json_put_i64(ur_json_writer *j, int64_t x);
void ur_json_put_bool(ur_json_writer *j, bool x);
void ur_json_put_null(ur_json_writer *j);
/* A string of valid UTF-8 (else misuse). Escaped: " and \ with a backslash, \b \t \n \f \r, other bytes below 0x20 as
 * \u00xx in lower case; nothing else. */
void ur_json_put_string(ur_json_writer *j, ur_span s);
void ur_json_put_text(ur_json_writer *j, const char *s); /* terminated */
void ur_json_put_u64_text(ur_json_writer *j, uint64_t x); /* "123" */
void ur_json_put_hex(ur_json_writer *j, ur_span bytes);
void ur_json_put_base64(ur_json_writer *j, ur_span bytes);
/* A value that was read, as it was written (so canonical only if it was). */
void ur_json_put_raw(ur_json_writer *j, ur_json v);
/* UR_E_USAGE if the calls did not make one complete value with rising keys, else the writer's own end: UR_OK and the
 * bytes, or UR_E_LIMIT. On failure the buffer is wiped and out is empty. */
UR_MUST_USE ur_status ur_json_writer_end(ur_json_writer *j, ur_span *out);

#endif
