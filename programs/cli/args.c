#include "programs/cli/parts.h"

#include <stdlib.h>
#include <string.h>

static char dash(char ch) { return ch == '_' ? '-' : ch; }

bool cli_same_name(const char *a, const char *b)
{
    while (*a != '\0' && dash(*a) == dash(*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

bool cli_is_noun(const char *noun)
{
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        if (strcmp(n->name, noun) == 0) {
            return true;
        }
    }
    return false;
}

const cli_command *cli_find(const char *noun, const char *verb)
{
    for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
        if (strcmp(k->noun, noun) == 0 && cli_same_name(k->verb, verb)) {
            return k;
        }
    }
    return NULL;
}

const char *cli_verb_shown(const cli_command *command, char buf[64])
{
    size_t n = 0;
    for (const char *p = command->verb; *p != '\0' && n < 63; p++) {
        buf[n++] = dash(*p);
    }
    buf[n] = '\0';
    return buf;
}

/* Edits (insert, delete, replace, swap neighbours) from a to b; words longer than 31 are too far from anything. */
static size_t distance(const char *a, const char *b)
{
    enum { MAX = 31 };
    size_t d[MAX + 1][MAX + 1];
    size_t a_n = strlen(a), b_n = strlen(b);
    if (a_n > MAX || b_n > MAX) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i <= a_n; i++) {
        for (size_t j = 0; j <= b_n; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            size_t best = d[i - 1][j - 1] + (dash(a[i - 1]) != dash(b[j - 1]));
            size_t gap = (d[i - 1][j] < d[i][j - 1] ? d[i - 1][j] : d[i][j - 1]) + 1;
            best = gap < best ? gap : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best) {
                best = d[i - 2][j - 2] + 1;
            }
            d[i][j] = best;
        }
    }
    return d[a_n][b_n];
}

const char *cli_nearest(const char *word, const char *const *candidates, size_t n)
{
    size_t word_n = strlen(word);
    size_t best = 1 + word_n / 3; /* this many edits are still the same word */
    const char *found = NULL;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, candidates[i]);
        if (word_n >= 2 && strncmp(word, candidates[i], word_n) == 0) {
            d = 1;
        }
        if (d <= best && (found == NULL || d < best)) {
            best = d;
            found = candidates[i];
        }
    }
    return found;
}

/* ---- parsing ---- */

static const cli_item *next_option(const cli_command *k, const cli_item *after)
{
    /* the command's own, then the common ones */
    const cli_item *it = after == NULL ? k->items : after + 1;
    bool own = true;
    for (const cli_item *p = cli_common; p->type != CLI_ITEM_END; p++) {
        if (after == p) {
            own = false;
        }
    }
    for (; own && it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_OPTION) {
            return it;
        }
    }
    if (own) {
        it = cli_common;
    }
    return it->type == CLI_ITEM_END ? NULL : it;
}

static const cli_item *find_option(const cli_command *k, const char *name, size_t n)
{
    for (const cli_item *it = next_option(k, NULL); it != NULL; it = next_option(k, it)) {
        if (strlen(it->name) == n && strncmp(it->name, name, n) == 0) {
            return it;
        }
    }
    return NULL;
}

static const cli_item *find_letter(const cli_command *k, char letter)
{
    for (const cli_item *it = next_option(k, NULL); it != NULL; it = next_option(k, it)) {
        if (it->letter == letter) {
            return it;
        }
    }
    return NULL;
}

static bool is_common(const cli_item *item, const char *name)
{
    for (const cli_item *p = cli_common; p->type != CLI_ITEM_END; p++) {
        if (p == item) {
            return strcmp(p->name, name) == 0;
        }
    }
    return false;
}

static ur_status unknown_option(cli *c, const char *word, const char *name, size_t n)
{
    const char *names[64];
    size_t names_n = 0;
    char typed[64] = {0};
    if (n < sizeof typed) {
        memcpy(typed, name, n);
    }
    for (const cli_item *it = next_option(c->command, NULL); it != NULL && names_n < 64; it = next_option(c->command, it)) {
        names[names_n++] = it->name;
    }
    const char *meant = n > 1 ? cli_nearest(typed, names, names_n) : NULL;
    if (meant != NULL) {
        return cli_fail(c, UR_E_USAGE, "no option '%s'; the nearest is '--%s'", word, meant);
    }
    return cli_fail(c, UR_E_USAGE, "no option '%s'", word);
}

static ur_status check_number(cli *c, const cli_item *it, const char *value)
{
    uint64_t x = 0;
    bool good = *value != '\0';
    for (const char *p = value; *p != '\0' && good; p++) {
        good = *p >= '0' && *p <= '9' && !__builtin_mul_overflow(x, 10u, &x) &&
               !__builtin_add_overflow(x, (uint64_t)(*p - '0'), &x);
    }
    if (!good || x < it->min || x > it->max) {
        return cli_fail(c, UR_E_USAGE, "--%s takes a number from %llu to %llu, not '%s'", it->name,
                        (unsigned long long)it->min, (unsigned long long)it->max, value);
    }
    return UR_OK;
}

static bool is_path(const cli_item *it)
{
    return it->kind == CLI_KIND_FILE || it->kind == CLI_KIND_DIR || it->kind == CLI_KIND_SECRET;
}

static const char *dashes(const cli_item *it) { return it->type == CLI_ITEM_OPTION ? "--" : ""; }
static const char *name_of(const cli_item *it) { return it->type == CLI_ITEM_OPTION ? it->name : it->value; }

static ur_status take(cli *c, const cli_item *it, const char *value)
{
    if (is_common(it, "json")) {
        c->json = true;
        return UR_OK;
    }
    if (is_common(it, "help")) {
        c->help = true;
        return UR_OK;
    }
    if (it->type == CLI_ITEM_OPTION && (it->rules & CLI_MANY) == 0) {
        for (size_t i = 0; i < c->given_n; i++) {
            if (c->given[i].item == it) {
                return cli_fail(c, UR_E_USAGE, "--%s is given twice", it->name);
            }
        }
    }
    if (it->kind == CLI_KIND_NUMBER) {
        UR_TRY(check_number(c, it, value));
    }
    if (is_path(it) && value[0] == '\0') {
        return cli_fail(c, UR_E_USAGE, "%s%s is empty", dashes(it), name_of(it));
    }
    c->given[c->given_n++] = (cli_given_value){it, value};
    return UR_OK;
}

static ur_status missing_value(cli *c, const cli_item *it)
{
    return cli_fail(c, UR_E_USAGE, "--%s needs a value: --%s %s", it->name, it->name, it->value);
}

static ur_status parse_long(cli *c, int *i, int argc, char **argv)
{
    const char *word = argv[*i];
    const char *name = word + 2;
    const char *equals = strchr(name, '=');
    size_t n = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const cli_item *it = find_option(c->command, name, n);
    if (it == NULL) {
        char shown[64] = {0};
        memcpy(shown, word, n + 2 < sizeof shown ? n + 2 : sizeof shown - 1); /* not the value: it may be a secret */
        return unknown_option(c, shown, name, n);
    }
    if (it->kind == CLI_KIND_NONE) {
        return equals == NULL ? take(c, it, "") : cli_fail(c, UR_E_USAGE, "--%s takes no value", it->name);
    }
    if (equals != NULL) {
        return take(c, it, equals + 1);
    }
    if (*i + 1 >= argc) {
        return missing_value(c, it);
    }
    return take(c, it, argv[++*i]);
}

static ur_status parse_letters(cli *c, int *i, int argc, char **argv)
{
    for (const char *p = argv[*i] + 1; *p != '\0'; p++) {
        const cli_item *it = find_letter(c->command, *p);
        if (it == NULL) {
            char word[3] = {'-', *p, '\0'};
            return unknown_option(c, word, p, 1);
        }
        if (it->kind == CLI_KIND_NONE) {
            UR_TRY(take(c, it, ""));
            continue;
        }
        if (p[1] != '\0') {
            return take(c, it, p + 1);
        }
        return *i + 1 < argc ? take(c, it, argv[++*i]) : missing_value(c, it);
    }
    return UR_OK;
}

/* The argument that the next positional word is for. */
static const cli_item *next_argument(const cli *c)
{
    for (const cli_item *it = c->command->items; it->type != CLI_ITEM_END; it++) {
        if (it->type != CLI_ITEM_ARGUMENT) {
            continue;
        }
        bool filled = false;
        for (size_t i = 0; i < c->given_n; i++) {
            filled = filled || c->given[i].item == it;
        }
        if (!filled || (it->rules & CLI_MANY) != 0) {
            return it;
        }
    }
    return NULL;
}

/* Names of all items with one of `rules`, as "--id STRING or --id-hex HEX". */
static void list_of(cli_text *t, const cli_command *k, unsigned rule)
{
    const char *between = "";
    for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
        if ((it->rules & rule) != 0 && it->type == CLI_ITEM_OPTION) {
            cli_text_add(t, "%s--%s%s%s", between, it->name, it->value != NULL ? " " : "", it->value != NULL ? it->value : "");
            between = " or ";
        }
    }
}

static ur_status check_group(cli *c, unsigned rule)
{
    size_t have = 0, of = 0;
    for (const cli_item *it = c->command->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_OPTION && (it->rules & rule) != 0) {
            of++;
            for (size_t i = 0; i < c->given_n; i++) {
                if (c->given[i].item == it) {
                    have++;
                    break;
                }
            }
        }
    }
    if (of == 0 || have == 1 || (have == 0 && rule == CLI_AT_MOST_ONE)) {
        return UR_OK;
    }
    cli_text t = {0};
    list_of(&t, c->command, rule);
    ur_status st = have == 0 ? cli_fail(c, UR_E_USAGE, "missing: %s", t.p)
                             : cli_fail(c, UR_E_USAGE, "give only one of: %s", t.p);
    cli_text_free(&t);
    return st;
}

static ur_status read_twice(cli *c, const cli_item *a, const cli_item *b)
{
    return cli_fail(c, UR_E_USAGE, "standard input is there only once, not for %s%s and %s%s", dashes(a), name_of(a), dashes(b), name_of(b));
}

/* Standard input can be read once: for one -, or for the file argument that was left out. */
static ur_status check_standard_input(cli *c)
{
    const cli_item *first = NULL;
    for (size_t i = 0; i < c->given_n; i++) {
        const cli_item *it = c->given[i].item;
        if (!is_path(it) || strcmp(c->given[i].value, "-") != 0 || strcmp(name_of(it), "out") == 0) {
            continue;
        }
        if (first != NULL) {
            return read_twice(c, first, it);
        }
        first = it;
    }
    const cli_item *next = next_argument(c);
    if (first != NULL && next != NULL && next->kind == CLI_KIND_FILE && (next->rules & (CLI_REQUIRED | CLI_MANY)) == 0) {
        return read_twice(c, first, next);
    }
    return UR_OK;
}

static ur_status check_all(cli *c)
{
    for (const cli_item *it = c->command->items; it->type != CLI_ITEM_END; it++) {
        if ((it->rules & CLI_REQUIRED) == 0) {
            continue;
        }
        bool have = false;
        for (size_t i = 0; i < c->given_n; i++) {
            have = have || c->given[i].item == it;
        }
        if (!have && it->type == CLI_ITEM_ARGUMENT) {
            return cli_fail(c, UR_E_USAGE, "missing: %s, %s", it->value, it->text);
        }
        if (!have) {
            return cli_fail(c, UR_E_USAGE, "missing: --%s %s", it->name, it->value);
        }
    }
    UR_TRY(check_group(c, CLI_ONE_OF));
    UR_TRY(check_group(c, CLI_AT_MOST_ONE));
    return check_standard_input(c);
}

ur_status cli_parse(cli *c, int argc, char **argv)
{
    bool options = true;
    c->given = calloc((size_t)argc + 1, sizeof *c->given);
    if (c->given == NULL) {
        return cli_fail(c, UR_E_MEMORY, "no memory for the arguments");
    }
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) { /* asked-for help wins over every mistake */
        c->help = c->help || strcmp(argv[i], "--help") == 0;
    }
    if (c->help) {
        return UR_OK;
    }
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (options && strcmp(word, "--") == 0) {
            options = false;
        } else if (options && word[0] == '-' && word[1] == '-') {
            UR_TRY(parse_long(c, &i, argc, argv));
        } else if (options && word[0] == '-' && word[1] != '\0') {
            UR_TRY(parse_letters(c, &i, argc, argv));
        } else {
            const cli_item *it = next_argument(c);
            if (it == NULL) {
                return cli_fail(c, UR_E_USAGE, "unexpected argument '%.40s'", word);
            }
            UR_TRY(take(c, it, word));
        }
    }
    return c->help ? UR_OK : check_all(c);
}

/* ---- asking ---- */

static const cli_item *item_named(const cli *c, const char *name)
{
    for (const cli_item *it = c->command->items; it->type != CLI_ITEM_END; it++) {
        if ((it->type == CLI_ITEM_OPTION && strcmp(it->name, name) == 0) ||
            (it->type == CLI_ITEM_ARGUMENT && strcmp(it->value, name) == 0)) {
            return it;
        }
    }
    (void)fprintf(stderr, "unrug: commands.def gives %s %s no '%s'\n", c->command->noun, c->command->verb, name);
    abort();
}

size_t cli_count(const cli *c, const char *name)
{
    const cli_item *it = item_named(c, name);
    size_t n = 0;
    for (size_t i = 0; i < c->given_n; i++) {
        n += c->given[i].item == it;
    }
    return n;
}

const char *cli_nth(const cli *c, const char *name, size_t nth)
{
    const cli_item *it = item_named(c, name);
    for (size_t i = 0; i < c->given_n; i++) {
        if (c->given[i].item == it && nth-- == 0) {
            return c->given[i].value;
        }
    }
    return NULL;
}

const char *cli_value(const cli *c, const char *name) { return cli_nth(c, name, 0); }
bool cli_given(const cli *c, const char *name) { return cli_count(c, name) != 0; }
bool cli_wants_json(const cli *c) { return c->json; }

uint64_t cli_number(const cli *c, const char *name, uint64_t if_absent)
{
    const char *value = cli_value(c, name);
    return value == NULL ? if_absent : strtoull(value, NULL, 10); /* checked when it was taken */
}
