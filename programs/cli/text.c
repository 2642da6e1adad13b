#include "programs/cli/parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a growing text ---- */

_Noreturn void cli_no_memory(void)
{
    static const char line[] = "unrug: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
    (void)ignored;
    _exit(ur_status_exit_code(UR_E_MEMORY));
}

enum { TEXT_MAX = 1 << 28 };

void cli_text_bytes(cli_text *t, const char *p, size_t n)
{
    if (n >= TEXT_MAX || t->n >= TEXT_MAX - n) {
        abort();
    }
    if (t->n + n + 1 > t->cap) {
        size_t cap = t->cap == 0 ? 256 : t->cap;
        while (cap < t->n + n + 1) {
            cap *= 2;
        }
        char *grown = malloc(cap); /* not realloc: what was there may be secret */
        if (grown == NULL) {
            cli_no_memory();
        }
        if (t->p != NULL) {
            memcpy(grown, t->p, t->n);
            ur_wipe(t->p, t->n);
            free(t->p);
        }
        t->p = grown;
        t->cap = cap;
    }
    memcpy(t->p + t->n, p, n);
    t->n += n;
    t->p[t->n] = '\0';
}

void cli_text_add(cli_text *t, const char *format, ...)
{
    char line[4096];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof line) {
        abort();
    }
    cli_text_bytes(t, line, (size_t)n);
}

void cli_text_free(cli_text *t)
{
    if (t->p != NULL) {
        ur_wipe(t->p, t->n);
        free(t->p);
    }
    *t = (cli_text){0};
}

void cli_text_wrap(cli_text *t, size_t at, size_t indent, const char *s)
{
    enum { WIDTH = 80 };
    bool fresh = true; /* nothing on this line since `at` or the indent */
    while (*s != '\0') {
        size_t word = strcspn(s, " ");
        if (!fresh && at + 1 + word > WIDTH) {
            cli_text_add(t, "\n%*s", (int)indent, "");
            at = indent;
            fresh = true;
        }
        if (!fresh) {
            cli_text_bytes(t, " ", 1);
            at++;
        }
        cli_text_bytes(t, s, word);
        at += word;
        fresh = false;
        s += word;
        s += strspn(s, " ");
    }
    cli_text_bytes(t, "\n", 1);
}
