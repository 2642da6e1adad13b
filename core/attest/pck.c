#include "core/attest/x509.h"
#include "core/codec/der.h"

/* Every OID in here is this one and one or two octets more. */
static const uint8_t prefix[] = {0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01};

enum { PPID = 1, TCB = 2, PCEID = 3, FMSPC = 4, SGX_TYPE = 5, INSTANCE = 6, CONFIGURATION = 7 };
enum { COMPONENTS = 16, PCESVN = 17, CPUSVN = 18 };

/* The next SEQUENCE { OID, value }: the number after `prefix` (and after `under`, when not zero), a reader at the value.
 * Numbers are small, one octet each; each may stand once (seen is a set of bits). */
static ur_status take_entry(ur_reader *r, uint8_t under, unsigned max, uint32_t *seen, unsigned *number, ur_reader *value)
{
    ur_span oid;
    size_t at = sizeof prefix + (under != 0 ? 1 : 0);
    UR_TRY(ur_der_enter(r, UR_DER_SEQUENCE, value));
    UR_TRY(ur_der_oid(value, &oid));
    if (oid.n != at + 1 || !ur_eq_var(oid.p, prefix, sizeof prefix) || (under != 0 && oid.p[at - 1] != under)) {
        return UR_E_INPUT;
    }
    *number = oid.p[at];
    if (*number < 1 || *number > max || (*seen >> *number & 1u) != 0) {
        return UR_E_INPUT;
    }
    *seen |= 1u << *number;
    return UR_OK;
}

static ur_status read_tcb(ur_pck *out, ur_reader *outer)
{
    ur_reader list;
    uint32_t seen = 0;
    UR_TRY(ur_der_enter(outer, UR_DER_SEQUENCE, &list));
    while (ur_reader_left(&list) > 0) {
        unsigned number = 0;
        ur_reader value;
        uint64_t svn = 0;
        UR_TRY(take_entry(&list, TCB, CPUSVN, &seen, &number, &value));
        if (number <= COMPONENTS) {
            UR_TRY(ur_der_uint(&value, &svn, 255));
            out->components[number - 1] = (uint8_t)svn;
        } else if (number == PCESVN) {
            UR_TRY(ur_der_uint(&value, &svn, 65535));
            out->pcesvn = (uint16_t)svn;
        } else {
            UR_TRY(ur_der_octets(&value, out->cpusvn, sizeof out->cpusvn));
        }
        UR_TRY(ur_reader_end(&value));
    }
    return seen == ((1u << (CPUSVN + 1)) - 2u) ? UR_OK : UR_E_INPUT;
}

static ur_status read_configuration(ur_pck *out, ur_reader *outer)
{
    ur_reader list;
    uint32_t seen = 0;
    bool *flags[] = {&out->dynamic_platform, &out->cached_keys, &out->smt_enabled};
    UR_TRY(ur_der_enter(outer, UR_DER_SEQUENCE, &list));
    while (ur_reader_left(&list) > 0) {
        unsigned number = 0;
        ur_reader value;
        UR_TRY(take_entry(&list, CONFIGURATION, 3, &seen, &number, &value));
        UR_TRY(ur_der_bool(&value, flags[number - 1]));
        UR_TRY(ur_reader_end(&value));
    }
    return seen == 0xeu ? UR_OK : UR_E_INPUT;
}

static ur_status read_value(ur_pck *out, unsigned number, ur_reader *value)
{
    uint64_t type = 0;
    ur_status s = UR_E_INPUT;
    switch (number) {
    case PPID:
        return ur_der_octets(value, out->ppid, sizeof out->ppid);
    case TCB:
        return read_tcb(out, value);
    case PCEID:
        return ur_der_octets(value, out->pceid, sizeof out->pceid);
    case FMSPC:
        return ur_der_octets(value, out->fmspc, sizeof out->fmspc);
    case SGX_TYPE:
        s = ur_der_enum(value, &type, 2);
        out->sgx_type = (uint8_t)type;
        return s;
    case INSTANCE:
        return ur_der_octets(value, out->platform_instance, sizeof out->platform_instance);
    case CONFIGURATION:
        return read_configuration(out, value);
    default:
        return UR_E_INPUT;
    }
}

static ur_status parse(ur_pck *out, ur_span bytes)
{
    const uint32_t always = 1u << PPID | 1u << TCB | 1u << PCEID | 1u << FMSPC | 1u << SGX_TYPE;
    const uint32_t platform = 1u << INSTANCE | 1u << CONFIGURATION;
    ur_reader r;
    ur_reader list;
    uint32_t seen = 0;
    ur_reader_init(&r, bytes);
    UR_TRY(ur_der_enter(&r, UR_DER_SEQUENCE, &list));
    UR_TRY(ur_reader_end(&r));
    while (ur_reader_left(&list) > 0) {
        unsigned number = 0;
        ur_reader value;
        UR_TRY(take_entry(&list, 0, CONFIGURATION, &seen, &number, &value));
        UR_TRY(read_value(out, number, &value));
        UR_TRY(ur_reader_end(&value));
    }
    out->has_platform = seen == (always | platform);
    return seen == always || out->has_platform ? UR_OK : UR_E_INPUT;
}

ur_status ur_pck_parse(ur_pck *out, ur_span value)
{
    *out = (ur_pck){0};
    ur_status s = parse(out, value);
    if (s != UR_OK) {
        *out = (ur_pck){0};
    }
    return s;
}
