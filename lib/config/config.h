/* What a daemon is told: a table of keys, and for each key a value from (in this order) the command line, the environment, a
 * file, its default.
 *
 *     # a comment
 *     node = https://one.example:26657      the file: a line a key; a key that may have many values may stand on many lines
 *     --node URL                            the command line, also --node=URL
 *     UNRUG_KEYPER_NODE=URL                 the environment; many values are separated by blanks
 *
 * Secrets are never values: a key names the file, or the descriptor, where one lies. An unknown key is an error that names the
 * nearest known one. */
#ifndef UR_LIB_CONFIG_CONFIG_H
#define UR_LIB_CONFIG_CONFIG_H

#include "lib/os/stream.h"

#define UR_CONFIG_KEYS_MAX 64u
#define UR_CONFIG_VALUES_MAX 32u  /* of one key */
#define UR_CONFIG_VALUE_MAX 1024u /* bytes */
#define UR_CONFIG_FILE_MAX ((size_t)64 << 10)

typedef struct ur_config_key {
    const char *name;     /* [a-z-]+ */
    const char *value;    /* what stands in help texts for the value: URL, FILE, SECONDS; NULL: a switch, "yes" or "no" */
    const char *fallback; /* the default; NULL: there is none */
    const char *help;     /* a sentence without a full stop */
    bool many, required;
} ur_config_key;

typedef enum ur_config_origin { UR_CONFIG_UNSET, UR_CONFIG_DEFAULT, UR_CONFIG_FILE, UR_CONFIG_ENV, UR_CONFIG_FLAG } ur_config_origin;

typedef struct ur_config ur_config;

/* keys: static storage, at most UR_CONFIG_KEYS_MAX. prefix: of environment variables, "UNRUG_KEYPER_". */
UR_MUST_USE ur_status ur_config_new(ur_config **out, const ur_config_key *keys, size_t n, const char *prefix, ur_err *err);
void ur_config_free(ur_config **config); /* NULL inside is allowed */

/* Read a source. They may be read in any order: what counts more wins. Errors name file and line, variable or flag.
 * UR_E_USAGE for unknown keys, missing or repeated values; UR_E_INPUT for a malformed line. */
UR_MUST_USE ur_status ur_config_read_file(ur_config *config, const char *path, ur_err *err);
UR_MUST_USE ur_status ur_config_read_text(ur_config *config, ur_span text, const char *name, ur_err *err);
UR_MUST_USE ur_status ur_config_read_env(ur_config *config, const char *const *environment, ur_err *err);
/* From args[0] on; *used says how many were flags with their values: it stops at the first that is no flag, and after "--". */
UR_MUST_USE ur_status ur_config_read_args(ur_config *config, int count, const char *const *args, int *used, ur_err *err);
/* UR_E_USAGE naming the first required key without a value. */
UR_MUST_USE ur_status ur_config_check(const ur_config *config, ur_err *err);

/* The value, or NULL; i-th of many. Borrowed from the configuration. name must be a key of the table. */
const char *ur_config_text(const ur_config *config, const char *name);
size_t ur_config_count(const ur_config *config, const char *name);
const char *ur_config_text_at(const ur_config *config, const char *name, size_t i);
bool ur_config_is_on(const ur_config *config, const char *name);
/* A decimal number in a range; UR_E_USAGE says which key, the value, and the range. */
UR_MUST_USE ur_status ur_config_number(const ur_config *config, const char *name, uint64_t min, uint64_t max, uint64_t *out, ur_err *err);

/* Each key with its value and where that came from; and a file with every key, its help and default, to begin with. */
UR_MUST_USE ur_status ur_config_show(const ur_config *config, const ur_sink *to, ur_err *err);
UR_MUST_USE ur_status ur_config_example(const ur_config *config, const ur_sink *to, ur_err *err);
/* Flags with their help, a line each, for --help. */
UR_MUST_USE ur_status ur_config_help(const ur_config *config, const ur_sink *to, ur_err *err);

#endif
