/* Functions that must not be used, each because there is something better. The build includes this header before every
 * file of ours, so that a use fails to compile; system headers may declare them all the same. */
#ifndef UR_CORE_BASE_BANNED_H
#define UR_CORE_BASE_BANNED_H

#include <stdarg.h>
#include <stddef.h>

#define UR_BANNED(declaration, instead) declaration __attribute__((unavailable("banned here: " instead)));

/* Comparison: time must not depend on secrets, and the reader must see which kind was meant. */
UR_BANNED(int memcmp(const void *, const void *, size_t), "ur_ct_eq, or ur_eq_var and ur_cmp_var on public bytes")
/* No bound on what is written. */
UR_BANNED(char *strcpy(char *restrict, const char *restrict), "ur_writer")
UR_BANNED(char *strcat(char *restrict, const char *restrict), "ur_writer")
UR_BANNED(char *stpcpy(char *restrict, const char *restrict), "ur_writer")
UR_BANNED(char *strncpy(char *restrict, const char *restrict, size_t), "ur_writer: strncpy may not terminate")
UR_BANNED(char *strncat(char *restrict, const char *restrict, size_t), "ur_writer")
UR_BANNED(int sprintf(char *restrict, const char *restrict, ...), "ur_writer or snprintf")
UR_BANNED(int vsprintf(char *restrict, const char *restrict, va_list), "ur_writer or vsnprintf")
/* No way to tell an error, or the end of the number. */
UR_BANNED(int atoi(const char *), "a reader that checks")
UR_BANNED(long atol(const char *), "a reader that checks")
UR_BANNED(long long atoll(const char *), "a reader that checks")
UR_BANNED(double atof(const char *), "a reader that checks")
/* Hidden state, or a race. */
UR_BANNED(char *strtok(char *restrict, const char *restrict), "ur_reader")
UR_BANNED(int rand(void), "lib/os/random.h; in tests test_rng")
UR_BANNED(void srand(unsigned), "lib/os/random.h; in tests test_rng")
UR_BANNED(char *tmpnam(char *), "mkstemp, or a file written beside by lib/os/file.h")
UR_BANNED(char *mktemp(char *), "mkstemp")

#undef UR_BANNED

#endif
