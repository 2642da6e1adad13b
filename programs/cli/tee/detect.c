#include "programs/cli/tee/common.h"

ur_status cli_tee_detect(cli *c)
{
    const ur_tee_options options = {.configfs_root = cli_value(c, "configfs")};
    ur_tee_finding found[UR_TEE_BACKENDS];
    const char *first = NULL;
    ur_tee_detect(found, &options);
    for (size_t i = UR_TEE_BACKENDS; i-- > 0;) {
        first = found[i].found ? found[i].backend : first;
    }
    if (first != NULL) {
        cli_say_text(c, "backend", first);
    } else {
        cli_json_only(c);
        cli_say_null(c, "backend");
        cli_remark(c, "No TEE found.");
    }
    cli_list_begin(c, "looked_at");
    for (size_t i = 0; i < UR_TEE_BACKENDS; i++) {
        cli_row_begin(c);
        cli_say_text(c, "backend", found[i].backend);
        cli_say_text(c, "place", found[i].place);
        cli_json_only(c);
        cli_say_bool(c, "found", found[i].found);
        cli_say_verdict(c, "result", found[i].found, found[i].text);
        cli_row_end(c);
    }
    cli_list_end(c);
    return first == NULL ? UR_E_ABSENT : UR_OK;
}
