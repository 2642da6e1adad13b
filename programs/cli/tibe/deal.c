#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/codec/hex.h"
#include "lib/os/random.h"
#include "programs/cli/tibe/material.h"

/* What the dealer holds in secret memory. */
typedef struct dealer {
    ur_scalar a[256];
    ur_share share;
    uint8_t random[256 * UR_SCALAR_WIDE_BYTES];
    char line[16 + 2 * UR_SCALAR_BYTES];
} dealer;

/* The folder is made under a hidden name beside DIR and renamed at the end: all files are there, or none. */
typedef struct folder {
    char *hidden;
    const char *path;
    uint32_t shares; /* written so far */
    bool made;
} folder;

static char *join(const char *a, const char *b)
{
    size_t n = strlen(a) + strlen(b) + 1;
    char *out = malloc(n);
    if (out != NULL) {
        (void)snprintf(out, n, "%s%s", a, b);
    }
    return out;
}

static bool is_empty_folder(const char *path)
{
    size_t n = 0;
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return false;
    }
    while (n < 3 && readdir(dir) != NULL) {
        n++;
    }
    (void)closedir(dir);
    return n == 2; /* . and .. */
}

static ur_status folder_begin(cli *c, folder *f, const char *path)
{
    struct stat st;
    char name[40];
    uint64_t x;
    *f = (folder){.path = path};
    if (lstat(path, &st) == 0 && !is_empty_folder(path)) { /* an empty one is replaced by the rename */
        cli_hint(c, "Name a new folder.");
        return cli_fail(c, UR_E_STATE, "%s exists already%s", path, S_ISDIR(st.st_mode) ? " and is not empty" : "");
    }
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/') {
        n--;
    }
    char *bare = strndup(path, n);
    char *slash = bare != NULL ? strrchr(bare, '/') : NULL;
    if (slash != NULL) {
        slash[1] = '\0';
    }
    ur_random(&x, sizeof x);
    (void)snprintf(name, sizeof name, ".unrug.%016llx.tmp", (unsigned long long)x);
    f->hidden = bare != NULL ? join(slash != NULL ? bare : "", name) : NULL;
    free(bare);
    if (f->hidden == NULL) {
        return cli_fail(c, UR_E_MEMORY, "out of memory");
    }
    if (mkdir(f->hidden, 0700) != 0) {
        return cli_file_status(c, ur_err_system(cli_err(c), errno, "make %s", path));
    }
    f->made = true;
    return UR_OK;
}

static ur_status folder_write(cli *c, folder *f, const char *name, ur_span bytes, ur_file_mode mode)
{
    char *dir = join(f->hidden, "/");
    char *path = dir != NULL ? join(dir, name) : NULL;
    ur_status st = path != NULL ? ur_file_write(path, bytes, mode, cli_err(c)) : cli_fail(c, UR_E_MEMORY, "out of memory");
    free(dir);
    free(path);
    return st;
}

static void folder_remove_file(const folder *f, const char *name)
{
    char *dir = join(f->hidden, "/");
    char *path = dir != NULL ? join(dir, name) : NULL;
    if (path != NULL) {
        (void)unlink(path);
    }
    free(dir);
    free(path);
}

static void share_name(char out[32], uint32_t i) { (void)snprintf(out, 32, "share-%u", (unsigned)i); }

static ur_status folder_end(cli *c, folder *f, ur_status st)
{
    char name[32];
    if (st == UR_OK && rename(f->hidden, f->path) != 0) {
        st = ur_err_system(cli_err(c), errno, "make %s", f->path);
    } else if (st == UR_OK) {
        f->made = false; /* what was hidden is there now, and stays */
        if (ur_file_sync_name(f->hidden, NULL) != UR_OK) {
            st = cli_fail(c, UR_E_UNAVAILABLE, "make %s: all of it is there, but its directory could not be synced", f->path);
        }
    }
    if (st != UR_OK && f->made) {
        folder_remove_file(f, "mpk");
        folder_remove_file(f, "commitments");
        for (uint32_t i = 1; i <= f->shares; i++) {
            share_name(name, i);
            folder_remove_file(f, name);
        }
        (void)rmdir(f->hidden);
    }
    free(f->hidden);
    return st;
}

/* One share and its commitment, `line` of the commitments. */
static ur_status deal_one(cli *c, folder *f, dealer *d, const ur_share_poly *poly, uint32_t i, char line[2 * UR_G1_BYTES])
{
    uint8_t be[UR_SCALAR_BYTES], point[UR_G1_BYTES];
    ur_tibe_pub pub;
    char name[32];
    ur_status st = ur_share_poly_at(&d->share, poly, i);
    if (st != UR_OK) {
        return cli_fail(c, UR_E_INTERNAL, "share %u: %s", (unsigned)i, ur_status_text(st));
    }
    ur_share_public(&pub.p, &d->share);
    ur_tibe_pub_write(point, &pub);
    ur_hex_encode(line, ur_span_of(point, sizeof point));
    ur_share_reveal(be, &d->share);
    int n = snprintf(d->line, sizeof d->line, "%u:", (unsigned)i);
    ur_hex_encode(d->line + n, ur_span_of(be, sizeof be));
    ur_wipe(be, sizeof be);
    n += 2 * UR_SCALAR_BYTES;
    d->line[n++] = '\n';
    share_name(name, i);
    f->shares = i;
    return folder_write(c, f, name, ur_span_of(d->line, (size_t)n), UR_FILE_SECRET);
}

static ur_status deal_all(cli *c, folder *f, dealer *d, uint32_t n, uint32_t t, uint8_t mpk[UR_G1_BYTES])
{
    ur_share_poly poly;
    ur_tibe_pub pub;
    enum { LINE = 2 * UR_G1_BYTES + 1 };
    char mpk_line[LINE];
    char *commitments = malloc(n * (size_t)LINE);
    cli_progress progress;
    cli_progress_start(&progress, "dealing", n); /* each file is synced, which takes what the disk takes */
    progress.unit = "shares";
    ur_random(d->random, t * (size_t)UR_SCALAR_WIDE_BYTES);
    ur_status st = commitments == NULL ? UR_E_MEMORY : ur_share_poly_draw(&poly, d->a, t, NULL, d->random);
    for (uint32_t i = 1; st == UR_OK && i <= n && !cli_interrupted(); i++) {
        char *line = commitments + (i - 1) * (size_t)LINE;
        line[LINE - 1] = '\n';
        st = deal_one(c, f, d, &poly, i, line);
        cli_progress_at(&progress, i);
    }
    cli_progress_end(&progress);
    if (st == UR_OK) {
        ur_g1_mul(&pub.p, ur_g1_generator(), &poly.a[0]);
        ur_tibe_pub_write(mpk, &pub);
        ur_hex_encode(mpk_line, ur_span_of(mpk, UR_G1_BYTES));
        mpk_line[LINE - 1] = '\n';
        st = folder_write(c, f, "mpk", ur_span_of(mpk_line, LINE), UR_FILE_NEW);
    }
    if (st == UR_OK) {
        st = folder_write(c, f, "commitments", ur_span_of(commitments, n * (size_t)LINE), UR_FILE_NEW);
    }
    free(commitments);
    return st == UR_OK ? st : cli_fail(c, st, "deal: %s", ur_status_text(st));
}

ur_status cli_tibe_deal(cli *c)
{
    uint32_t n = (uint32_t)cli_number(c, "members", 0), t = (uint32_t)cli_number(c, "threshold", 0);
    const char *dir = cli_value(c, "out");
    uint8_t mpk[UR_G1_BYTES];
    ur_secret *secret = NULL;
    folder f;
    if (t > n) {
        return cli_fail(c, UR_E_USAGE, "--threshold %u of --members %u: nobody could ever make a key", (unsigned)t, (unsigned)n);
    }
    UR_TRY(ur_secret_new(&secret, sizeof(dealer), cli_err(c)));
    cli_hold_interrupts();
    ur_status st = folder_begin(c, &f, dir);
    if (st == UR_OK) {
        st = deal_all(c, &f, (dealer *)(void *)ur_secret_reveal(secret), n, t, mpk);
    }
    st = folder_end(c, &f, cli_interrupted() ? UR_E_UNAVAILABLE : st);
    ur_secret_free(&secret);
    cli_release_interrupts();
    if (st != UR_OK) {
        return st;
    }
    cli_remark(c, "Made by this machine alone, which saw the master key: a committee for tests and learning.");
    cli_say_text(c, "folder", dir);
    cli_say_number(c, "members", n);
    cli_say_number(c, "threshold", t);
    cli_say_hex(c, "mpk", mpk, sizeof mpk);
    cli_json_only(c);
    cli_say_bool(c, "single_machine", true);
    return UR_OK;
}
