#include "tests/contract/script.h"

#include "tests/contract/host_op.h"

static ur_status sum(const uc_host *host, ur_span key, ur_writer *out)
{
    uint8_t point[UR_G1_BYTES];
    ur_status st = host->curve->g1_sum(host->curve->self, point, key.p, key.n / UR_G1_BYTES);
    ur_writer_bytes(out, point, sizeof point);
    return st;
}

static ur_status hash(const uc_host *host, ur_span key, ur_span value, ur_writer *out)
{
    uint8_t point[UR_G2_BYTES];
    ur_status st = host->curve->hash(host->curve->self, point, (ur_tag)key.p[0], value);
    ur_writer_bytes(out, point, ur_tag_group((ur_tag)key.p[0]) == 1 ? UR_G1_BYTES : UR_G2_BYTES);
    return st;
}

static ur_status pairing(const uc_host *host, ur_span key, ur_span value)
{
    size_t n = key.n / UR_G1_BYTES - 1;
    return host->curve->pairing_equal(host->curve->self, key.p, value.p, n, key.p + n * UR_G1_BYTES, value.p + n * UR_G2_BYTES);
}

static ur_status run_op(const uc_host *host, uint8_t kind, ur_span key, ur_span value, ur_writer *out)
{
    ur_span found;
    switch (kind) {
    case HOST_READ: return host->get(host->self, key, &found);
    case HOST_WRITE: return host->put(host->self, key, value);
    case HOST_REMOVE: return host->remove(host->self, key);
    case HOST_ADDRESS: return host->address_check(host->self, key);
    case HOST_VERIFY: return host->secp256k1_verify(host->self, key.p, key.p + 32, key.p + 96);
    case HOST_SUM: return sum(host, key, out);
    case HOST_HASH: return hash(host, key, value, out);
    case HOST_PAIRING: return pairing(host, key, value);
    default: return UR_E_USAGE;
    }
}

ur_span script_run(const uc_host *host, ur_span script, ur_writer *out)
{
    ur_reader r;
    uint8_t kind;
    uint32_t key_len, value_len;
    ur_span key, value;
    ur_reader_init(&r, script);
    while (ur_reader_u8(&r, &kind) == UR_OK && ur_reader_u32le(&r, &key_len) == UR_OK &&
           ur_reader_u32le(&r, &value_len) == UR_OK && ur_reader_bytes(&r, &key, key_len) == UR_OK &&
           ur_reader_bytes(&r, &value, value_len) == UR_OK) {
        if (kind == SCRIPT_RESULT) {
            return value;
        }
        ur_status st = run_op(host, kind, key, value, out);
        ur_writer_u8(out, (uint8_t)st);
    }
    return ur_span_of(out->p, out->n);
}
