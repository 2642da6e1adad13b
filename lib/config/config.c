#include "lib/config/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/os/file.h"

#define NAME_MAX_BYTES 48u

typedef struct setting {
    ur_config_origin origin;
    size_t count;
    char *values[UR_CONFIG_VALUES_MAX];
    char from[64]; /* "keyper.conf, line 3" */
} setting;

struct ur_config {
    const ur_config_key *keys;
    size_t n;
    const char *prefix;
    setting settings[UR_CONFIG_KEYS_MAX];
};

/* ---- values ---- */

static void clear(setting *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->values[i]);
    }
    *s = (setting){.origin = UR_CONFIG_UNSET};
}

static const char *const switch_values[] = {"yes", "no"};

static ur_status check_value(const ur_config_key *k, ur_span value, const char *from, ur_err *err)
{
    if (value.n == 0 || value.n > UR_CONFIG_VALUE_MAX) {
        return ur_err_set(err, UR_E_USAGE, "%s: '%s' wants a value of 1 to %u bytes", from, k->name, UR_CONFIG_VALUE_MAX);
    }
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] < 0x20 || value.p[i] == 0x7f) {
            return ur_err_set(err, UR_E_INPUT, "%s: the value of '%s' has a control character", from, k->name);
        }
    }
    bool is_switch = ur_span_eq_var(value, ur_span_str_var(switch_values[0])) || ur_span_eq_var(value, ur_span_str_var(switch_values[1]));
    return k->value != NULL || is_switch ? UR_OK : ur_err_set(err, UR_E_USAGE, "%s: '%s' is yes or no", from, k->name);
}

/* Add a value from a source. One that counts less is not looked at, one that counts more takes its place. */
static ur_status set(ur_config *c, size_t i, ur_config_origin origin, ur_span value, const char *from, ur_err *err)
{
    const ur_config_key *k = &c->keys[i];
    setting *s = &c->settings[i];
    UR_TRY(check_value(k, value, from, err));
    if (s->origin > origin) {
        return UR_OK;
    }
    if (s->origin < origin) {
        clear(s);
    }
    if (s->count > 0 && !k->many) {
        return ur_err_set(err, UR_E_USAGE, "%s: '%s' was given before (%s)", from, k->name, s->from);
    }
    if (s->count == UR_CONFIG_VALUES_MAX) {
        return ur_err_set(err, UR_E_USAGE, "%s: more than %u values of '%s'", from, UR_CONFIG_VALUES_MAX, k->name);
    }
    char *copy = strndup((const char *)value.p, value.n);
    if (copy == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    s->origin = origin;
    s->values[s->count++] = copy;
    (void)snprintf(s->from, sizeof s->from, "%s", from);
    return UR_OK;
}

/* ---- keys ---- */

/* How many letters have to be changed, left out or put in. */
static size_t distance(ur_span a, const char *b)
{
    size_t n = strlen(b), row[NAME_MAX_BYTES + 1];
    if (n > NAME_MAX_BYTES || a.n > NAME_MAX_BYTES) {
        return NAME_MAX_BYTES;
    }
    for (size_t j = 0; j <= n; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t change = diagonal + (a.p[i - 1] == (uint8_t)b[j - 1] ? 0 : 1);
            size_t other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = change < other ? change : other;
        }
    }
    return row[n];
}

static ur_status find(const ur_config *c, size_t *out, ur_span name, const char *from, ur_err *err)
{
    size_t nearest = 0, best = NAME_MAX_BYTES;
    for (size_t i = 0; i < c->n; i++) {
        size_t d = distance(name, c->keys[i].name);
        if (d == 0) {
            *out = i;
            return UR_OK;
        }
        if (d < best) {
            best = d;
            nearest = i;
        }
    }
    int shown = name.n > NAME_MAX_BYTES ? (int)NAME_MAX_BYTES : (int)name.n;
    return best <= 3 ? ur_err_set(err, UR_E_USAGE, "%s: unknown key '%.*s'; '%s'?", from, shown, (const char *)name.p, c->keys[nearest].name)
                     : ur_err_set(err, UR_E_USAGE, "%s: unknown key '%.*s'", from, shown, (const char *)name.p);
}

/* The setting of a key that a program asks for by its own table's name. */
static const setting *setting_of(const ur_config *c, const char *name, const ur_config_key **key)
{
    for (size_t i = 0; i < c->n; i++) {
        if (strcmp(c->keys[i].name, name) == 0) {
            if (key != NULL) {
                *key = &c->keys[i];
            }
            return &c->settings[i];
        }
    }
    (void)fprintf(stderr, "no key '%s' in the table\n", name);
    abort();
}

/* ---- opening ---- */

ur_status ur_config_new(ur_config **out, const ur_config_key *keys, size_t n, const char *prefix, ur_err *err)
{
    *out = NULL;
    if (n > UR_CONFIG_KEYS_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "more than %u keys", UR_CONFIG_KEYS_MAX);
    }
    ur_config *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    c->keys = keys;
    c->n = n;
    c->prefix = prefix;
    for (size_t i = 0; i < n; i++) {
        ur_status s = keys[i].fallback == NULL ? UR_OK
                                               : set(c, i, UR_CONFIG_DEFAULT, ur_span_str_var(keys[i].fallback), "default", err);
        if (s != UR_OK) {
            ur_config_free(&c);
            return s;
        }
    }
    *out = c;
    return UR_OK;
}

void ur_config_free(ur_config **config)
{
    ur_config *c = *config;
    if (c != NULL) {
        for (size_t i = 0; i < c->n; i++) {
            clear(&c->settings[i]);
        }
        free(c);
        *config = NULL;
    }
}

/* ---- the file ---- */

static bool is_blank(uint8_t b) { return b == ' ' || b == '\t' || b == '\r'; }

static ur_span trimmed(ur_span s)
{
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_blank(s.p[s.n - 1])) {
        s.n--;
    }
    return s;
}

static ur_status read_line(ur_config *c, ur_span line, const char *from, ur_err *err)
{
    size_t i;
    line = trimmed(line);
    if (line.n == 0 || line.p[0] == '#') {
        return UR_OK;
    }
    const uint8_t *equals = memchr(line.p, '=', line.n);
    if (equals == NULL) {
        return ur_err_set(err, UR_E_INPUT, "%s: a line is 'key = value'", from);
    }
    size_t n = (size_t)(equals - line.p);
    UR_TRY(find(c, &i, trimmed(ur_span_of(line.p, n)), from, err));
    return set(c, i, UR_CONFIG_FILE, trimmed(ur_span_of(equals + 1, line.n - n - 1)), from, err);
}

ur_status ur_config_read_text(ur_config *c, ur_span text, const char *name, ur_err *err)
{
    char from[64];
    for (unsigned number = 1; text.n > 0; number++) {
        const uint8_t *end = memchr(text.p, '\n', text.n);
        size_t n = end == NULL ? text.n : (size_t)(end - text.p);
        (void)snprintf(from, sizeof from, "%.40s, line %u", name, number);
        UR_TRY(read_line(c, ur_span_of(text.p, n), from, err));
        size_t past = end == NULL ? n : n + 1;
        text = ur_span_of(text.p + past, text.n - past);
    }
    return UR_OK;
}

ur_status ur_config_read_file(ur_config *c, const char *path, ur_err *err)
{
    uint8_t *text;
    size_t n;
    UR_TRY(ur_file_read(&text, &n, path, UR_CONFIG_FILE_MAX, err));
    const char *slash = strrchr(path, '/');
    ur_status s = ur_config_read_text(c, ur_span_of(text, n), slash == NULL ? path : slash + 1, err);
    free(text);
    return s;
}

/* ---- the environment ---- */

/* "some-key" of "SOME_KEY". */
static ur_span key_of_variable(char buf[NAME_MAX_BYTES], ur_span name)
{
    size_t n = name.n < NAME_MAX_BYTES ? name.n : NAME_MAX_BYTES;
    for (size_t i = 0; i < n; i++) {
        uint8_t b = name.p[i];
        buf[i] = b == '_' ? '-' : b >= 'A' && b <= 'Z' ? (char)(b - 'A' + 'a') : (char)b;
    }
    return ur_span_of(buf, n);
}

static ur_status read_variable(ur_config *c, ur_span name, ur_span value, const char *from, ur_err *err)
{
    char buf[NAME_MAX_BYTES];
    size_t i;
    UR_TRY(find(c, &i, key_of_variable(buf, name), from, err));
    if (!c->keys[i].many) {
        return set(c, i, UR_CONFIG_ENV, value, from, err);
    }
    for (;;) {
        value = trimmed(value);
        size_t n = 0;
        while (n < value.n && !is_blank(value.p[n])) {
            n++;
        }
        if (n == 0) {
            return UR_OK;
        }
        UR_TRY(set(c, i, UR_CONFIG_ENV, ur_span_of(value.p, n), from, err));
        value = ur_span_of(value.p + n, value.n - n);
    }
}

ur_status ur_config_read_env(ur_config *c, const char *const *environment, ur_err *err)
{
    char from[64];
    size_t prefix = strlen(c->prefix);
    for (; *environment != NULL; environment++) {
        const char *name = *environment, *equals = strchr(name, '=');
        if (equals == NULL || strncmp(name, c->prefix, prefix) != 0) {
            continue;
        }
        (void)snprintf(from, sizeof from, "%.*s", (int)(equals - name), name);
        UR_TRY(read_variable(c, ur_span_of(name + prefix, (size_t)(equals - name) - prefix), ur_span_str_var(equals + 1), from, err));
    }
    return UR_OK;
}

/* ---- the command line ---- */

static ur_status read_flag(ur_config *c, int count, const char *const *args, int *at, ur_err *err)
{
    char from[64];
    size_t i;
    const char *name = args[*at] + 2, *equals = strchr(name, '=');
    size_t n = equals == NULL ? strlen(name) : (size_t)(equals - name);
    (void)snprintf(from, sizeof from, "--%.*s", n > 40 ? 40 : (int)n, name);
    UR_TRY(find(c, &i, ur_span_of(name, n), from, err));
    (*at)++;
    if (equals != NULL) {
        return set(c, i, UR_CONFIG_FLAG, ur_span_str_var(equals + 1), from, err);
    }
    if (c->keys[i].value == NULL) {
        return set(c, i, UR_CONFIG_FLAG, UR_SPAN_LIT("yes"), from, err);
    }
    if (*at == count) {
        return ur_err_set(err, UR_E_USAGE, "%s: wants %s behind it", from, c->keys[i].value);
    }
    return set(c, i, UR_CONFIG_FLAG, ur_span_str_var(args[(*at)++]), from, err);
}

ur_status ur_config_read_args(ur_config *c, int count, const char *const *args, int *used, ur_err *err)
{
    *used = 0;
    while (*used < count && strncmp(args[*used], "--", 2) == 0) {
        if (args[*used][2] == '\0') {
            (*used)++;
            break;
        }
        UR_TRY(read_flag(c, count, args, used, err));
    }
    return UR_OK;
}

ur_status ur_config_check(const ur_config *c, ur_err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->keys[i].required && c->settings[i].count == 0) {
            return ur_err_set(err, UR_E_USAGE, "'%s' is not set (%s): give --%s, or '%s = ...' in the configuration", c->keys[i].name,
                              c->keys[i].help, c->keys[i].name, c->keys[i].name);
        }
    }
    return UR_OK;
}

/* ---- asking ---- */

const char *ur_config_text(const ur_config *c, const char *name) { return ur_config_text_at(c, name, 0); }
size_t ur_config_count(const ur_config *c, const char *name) { return setting_of(c, name, NULL)->count; }

const char *ur_config_text_at(const ur_config *c, const char *name, size_t i)
{
    const setting *s = setting_of(c, name, NULL);
    return i < s->count ? s->values[i] : NULL;
}

bool ur_config_is_on(const ur_config *c, const char *name)
{
    const char *value = ur_config_text(c, name);
    return value != NULL && strcmp(value, switch_values[0]) == 0;
}

/* Decimal digits and nothing else. */
static bool parse_number(uint64_t *out, const char *text)
{
    *out = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        uint64_t digit = (uint64_t)(*text - '0');
        if (*out > (UINT64_MAX - digit) / 10) {
            return false;
        }
        *out = *out * 10 + digit;
    }
    return *text == '\0';
}

ur_status ur_config_number(const ur_config *c, const char *name, uint64_t min, uint64_t max, uint64_t *out, ur_err *err)
{
    const setting *s = setting_of(c, name, NULL);
    const char *text = s->count > 0 ? s->values[0] : "";
    if (*text != '\0' && parse_number(out, text) && *out >= min && *out <= max) {
        return UR_OK;
    }
    *out = 0;
    return ur_err_set(err, UR_E_USAGE, "%s: '%s' is '%s', but a whole number from %llu to %llu is wanted", s->from, name, text,
                      (unsigned long long)min, (unsigned long long)max);
}

/* ---- telling ---- */

static ur_status put(const ur_sink *to, ur_err *err, const char *format, ...) __attribute__((format(printf, 3, 4)));
static ur_status put(const ur_sink *to, ur_err *err, const char *format, ...)
{
    char line[2 * UR_CONFIG_VALUE_MAX];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof line) {
        return ur_err_set(err, UR_E_LIMIT, "a line is too long");
    }
    return to->write(to->context, (const uint8_t *)line, (size_t)n, err);
}

ur_status ur_config_show(const ur_config *c, const ur_sink *to, ur_err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        const setting *s = &c->settings[i];
        if (s->count == 0) {
            UR_TRY(put(to, err, "# %s is not set\n", c->keys[i].name));
        }
        for (size_t v = 0; v < s->count; v++) {
            UR_TRY(put(to, err, "%s = %s  # %s\n", c->keys[i].name, s->values[v], s->from));
        }
    }
    return UR_OK;
}

ur_status ur_config_example(const ur_config *c, const ur_sink *to, ur_err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        const ur_config_key *k = &c->keys[i];
        const char *mark = k->required ? "" : "# ", *value = k->fallback != NULL ? k->fallback : k->value != NULL ? k->value : "no";
        UR_TRY(put(to, err, "%s# %s%s\n%s%s = %s\n", i == 0 ? "" : "\n", k->help, k->many ? "; may be given several times" : "", mark,
                   k->name, value));
    }
    return UR_OK;
}

ur_status ur_config_help(const ur_config *c, const ur_sink *to, ur_err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        const ur_config_key *k = &c->keys[i];
        char flag[NAME_MAX_BYTES + 32];
        (void)snprintf(flag, sizeof flag, "--%s%s%s", k->name, k->value != NULL ? " " : "", k->value != NULL ? k->value : "");
        UR_TRY(put(to, err, "  %-26s %s%s%s%s\n", flag, k->help, k->many ? "; several times" : "", k->fallback != NULL ? "; default " : "",
                   k->fallback != NULL ? k->fallback : ""));
    }
    return UR_OK;
}
