#include "contract/machine/config.h"

#include "contract/machine/contract.h"
#include "contract/machine/handlers.h"

enum { FORMAT = 1 };

ur_status uc_config_load(uc_call *c, uc_config *out)
{
    ur_key k;
    ur_span bytes;
    ur_reader r;
    uint8_t format;
    *out = (uc_config){0, 0};
    ur_status st = uc_get(c, ur_key_config(&k), &bytes);
    if (st != UR_OK) {
        return st == UR_E_ABSENT ? UR_E_INTERNAL : st;
    }
    ur_reader_init(&r, bytes);
    if (ur_reader_u8(&r, &format) != UR_OK || format != FORMAT || ur_reader_u64be(&r, &out->next_committee) != UR_OK ||
        ur_reader_u64be(&r, &out->next_vault) != UR_OK || ur_reader_end(&r) != UR_OK) {
        return UR_E_INTERNAL;
    }
    return UR_OK;
}

ur_status uc_config_save(uc_call *c, const uc_config *config)
{
    uint8_t bytes[UC_CONFIG_BYTES];
    ur_writer w;
    ur_span all;
    ur_key k;
    ur_writer_init(&w, bytes, sizeof bytes);
    ur_writer_u8(&w, FORMAT);
    ur_writer_u64be(&w, config->next_committee);
    ur_writer_u64be(&w, config->next_vault);
    UR_TRY(ur_writer_end(&w, &all));
    return uc_put(c, ur_key_config(&k), all);
}

ur_status uc_config_create(uc_call *c)
{
    ur_key k;
    ur_span bytes;
    ur_status st = uc_get(c, ur_key_config(&k), &bytes);
    if (st == UR_OK) {
        return uc_refuse(c, UC_ERROR_exists, NULL);
    }
    if (st != UR_E_ABSENT) {
        return st;
    }
    return uc_config_save(c, &(uc_config){1, 1});
}

/* config {} */
ur_status uc_query_config(uc_call *c, ur_json args)
{
    uc_args a;
    uc_config config;
    ur_key k;
    UR_TRY(uc_args_read(c, &a, NULL, 0, args));
    UR_TRY(uc_config_load(c, &config));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    ur_json_key(j, "key");
    ur_json_put_base64(j, ur_key_config(&k));
    ur_json_key(j, "next_committee");
    ur_json_put_u64(j, config.next_committee);
    ur_json_key(j, "next_vault");
    ur_json_put_u64(j, config.next_vault);
    ur_json_key(j, "version");
    ur_json_put_u64(j, UC_VERSION);
    ur_json_end_object(j);
    return UR_OK;
}
