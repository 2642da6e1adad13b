#include "contract/machine/answer.h"

void uc_put_number(ur_json_writer *j, const char *name, uint64_t x)
{
    ur_json_key(j, name);
    ur_json_put_u64(j, x);
}

void uc_put_text(ur_json_writer *j, const char *name, ur_span s)
{
    ur_json_key(j, name);
    ur_json_put_string(j, s);
}

void uc_put_bool(ur_json_writer *j, const char *name, bool x)
{
    ur_json_key(j, name);
    ur_json_put_bool(j, x);
}

void uc_put_bytes(ur_json_writer *j, const char *name, ur_span s)
{
    ur_json_key(j, name);
    ur_json_put_base64(j, s);
}

void uc_put_bytes_if(ur_json_writer *j, const char *name, ur_span s, bool there)
{
    ur_json_key(j, name);
    if (there) {
        ur_json_put_base64(j, s);
    } else {
        ur_json_put_null(j);
    }
}

void uc_put_indices(ur_json_writer *j, const char *name, const uint8_t bits[UC_BITS_BYTES])
{
    ur_json_key(j, name);
    ur_json_begin_array(j);
    for (uint32_t i = 1; i <= UC_MEMBERS_MAX; i++) {
        if (uc_bit(bits, i)) {
            ur_json_put_u64(j, i);
        }
    }
    ur_json_end_array(j);
}
