#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "programs/cli/key/keys.h"

static int is_key(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 4 && strcmp(e->d_name + n - 4, ".key") == 0;
}

static ur_status say_one(cli *c, const char *folder, char *file)
{
    char path[KEYS_PATH_MAX];
    ur_secp_pub pub;
    int n = snprintf(path, sizeof path, "%s/%s", folder, file);
    if (n < 0 || n >= KEYS_PATH_MAX) {
        return cli_fail(c, UR_E_USAGE, "the path of the keys is too long");
    }
    UR_TRY(keys_public(c, &pub, path));
    file[strlen(file) - 4] = '\0'; /* its name */
    cli_row_begin(c);
    ur_status st = keys_say(c, file, path, &pub);
    cli_row_end(c);
    return st;
}

ur_status cli_key_list(cli *c)
{
    char folder[KEYS_PATH_MAX];
    struct dirent **found = NULL;
    UR_TRY(keys_folder(c, folder));
    int n = scandir(folder, &found, is_key, alphasort);
    if (n < 0 && errno != ENOENT) {
        return cli_file_status(c, ur_err_system(cli_err(c), errno, "read %s", folder));
    }
    ur_status st = UR_OK;
    cli_list_begin(c, "keys");
    for (int i = 0; i < n; i++) {
        st = st == UR_OK ? say_one(c, folder, found[i]->d_name) : st;
        free(found[i]);
    }
    free(found);
    cli_list_end(c);
    return st;
}
