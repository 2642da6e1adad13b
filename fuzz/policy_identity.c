/* Identities: what is accepted is written again in the same bytes, and is of one kind only. */
#include "core/policy/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t buf[UR_IDENTITY_MAX];
    ur_span text = ur_span_of(data, size), again;
    ur_vault_identity vault;
    ur_drill_identity drill;
    bool is_vault = ur_vault_identity_parse(&vault, text) == UR_OK;
    bool is_drill = ur_drill_identity_parse(&drill, text) == UR_OK;
    if ((is_vault && is_drill) ||
        (is_vault && (ur_vault_identity_write(buf, &again, &vault) != UR_OK || !ur_span_eq_var(again, text))) ||
        (is_drill && (ur_drill_identity_write(buf, &again, &drill) != UR_OK || !ur_span_eq_var(again, text)))) {
        __builtin_trap();
    }
    return 0;
}
