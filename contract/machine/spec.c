/* Specs: the part of generation.h about whom a generation consists of. */
#include "contract/machine/generation.h"
#include "contract/machine/record.h"
#include "core/attest/tee_policy.h"

#define SPEC_BYTES(spec) (1 + 2 + 4 * 4 + 1 + 4 + (spec)->demand.n + 2 + (spec)->n * (size_t)UC_TEXT_BYTES)

/* ---- from a message ---- */

static ur_status read_members(uc_call *c, uc_spec *s, ur_json members)
{
    ur_json_iter it;
    ur_json one;
    UR_TRY(uc_check(c, ur_json_array_var(&it, members), UC_ERROR_malformed, "members"));
    for (s->n = 0; ur_json_next_var(&it, &one); s->n++) {
        if (s->n == UC_MEMBERS_MAX) {
            return uc_refuse(c, UC_ERROR_too_long, "members");
        }
        UR_TRY(uc_address(c, one, "members", &s->accounts[s->n]));
        if (uc_spec_index(s, s->accounts[s->n]) != 0) {
            return uc_refuse(c, UC_ERROR_twice, "members");
        }
    }
    return s->n > 0 ? UR_OK : uc_refuse(c, UC_ERROR_malformed, "members");
}

static ur_status read_phases(uc_call *c, uc_spec *s, ur_json phases)
{
    enum { DEAL, DISPUTE, JOIN, VOTE, COUNT };
    static const char *const names[COUNT] = {"deal", "dispute", "join", "vote"};
    uint32_t *const into[COUNT] = {&s->deal, &s->dispute, &s->join, &s->vote};
    uc_args a;
    UR_TRY(uc_args_read(c, &a, names, COUNT, phases));
    for (size_t i = 0; i < COUNT; i++) {
        UR_TRY(uc_args_u32(&a, i, UC_PHASE_MAX, into[i]));
        if (*into[i] < UC_PHASE_MIN) {
            return uc_refuse(c, UC_ERROR_too_small, names[i]);
        }
    }
    return UR_OK;
}

/* The text may need unescaping: it is JSON inside a string. */
static ur_status read_demand(uc_call *c, uc_spec *s, ur_json quote_demand)
{
    if (ur_json_kind_var(quote_demand) == UR_JSON_NULL) {
        return UR_OK;
    }
    size_t cap = quote_demand.raw.n < UC_DEMAND_MAX ? quote_demand.raw.n : UC_DEMAND_MAX;
    void *buf = uc_take(c, cap, 1);
    ur_tee_policy *policy = uc_take(c, 1, sizeof *policy);
    if (buf == NULL || policy == NULL) {
        return UR_E_MEMORY;
    }
    ur_status st = ur_json_string_var(&s->demand, buf, cap, quote_demand);
    if (st == UR_E_LIMIT || s->demand.n > UC_DEMAND_MAX) {
        return uc_refuse(c, UC_ERROR_too_long, "quote_demand");
    }
    s->has_demand = true;
    UR_TRY(uc_check(c, st, UC_ERROR_malformed, "quote_demand"));
    return uc_check(c, ur_tee_policy_parse(policy, NULL, s->demand), UC_ERROR_malformed, "quote_demand");
}

static ur_status write_spec(uc_call *c, uc_spec *s)
{
    ur_writer w;
    size_t cap = SPEC_BYTES(s);
    uint8_t *buf = uc_take(c, cap, 1);
    if (buf == NULL) {
        return UR_E_MEMORY;
    }
    uc_record_begin(&w, buf, cap);
    ur_writer_u16be(&w, (uint16_t)s->t);
    ur_writer_u32be(&w, s->join);
    ur_writer_u32be(&w, s->deal);
    ur_writer_u32be(&w, s->dispute);
    ur_writer_u32be(&w, s->vote);
    ur_writer_u8(&w, s->has_demand);
    ur_writer_field(&w, s->demand);
    ur_writer_u16be(&w, (uint16_t)s->n);
    for (uint32_t i = 0; i < s->n; i++) {
        uc_write_text(&w, s->accounts[i]);
    }
    return uc_record_done(ur_writer_end(&w, &s->bytes));
}

ur_status uc_spec_read(uc_call *c, uc_spec *out, ur_json members, uint32_t threshold, uint32_t margin, ur_json phases,
                       ur_json quote_demand)
{
    memset(out, 0, sizeof *out);
    UR_TRY(read_members(c, out, members));
    out->t = threshold;
    if (threshold <= out->n / 2 || threshold > out->n || margin > out->n - threshold) {
        return uc_refuse(c, UC_ERROR_threshold, "threshold");
    }
    UR_TRY(read_phases(c, out, phases));
    UR_TRY(read_demand(c, out, quote_demand));
    return write_spec(c, out);
}

/* ---- from a record ---- */

static ur_status parse_spec(uc_spec *s, ur_reader *r)
{
    UR_TRY(uc_read_format(r));
    UR_TRY(uc_read_u16(r, &s->t));
    UR_TRY(ur_reader_u32be(r, &s->join));
    UR_TRY(ur_reader_u32be(r, &s->deal));
    UR_TRY(ur_reader_u32be(r, &s->dispute));
    UR_TRY(ur_reader_u32be(r, &s->vote));
    UR_TRY(uc_read_bool(r, &s->has_demand));
    UR_TRY(ur_reader_field(r, &s->demand, UC_DEMAND_MAX));
    UR_TRY(uc_read_u16(r, &s->n));
    if (s->n > UC_MEMBERS_MAX) {
        return UR_E_INPUT;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        UR_TRY(uc_read_text(r, &s->accounts[i]));
    }
    return ur_reader_end(r);
}

ur_status uc_spec_parse(uc_spec *out, ur_span record)
{
    ur_reader r;
    memset(out, 0, sizeof *out);
    out->bytes = record;
    ur_reader_init(&r, record);
    return uc_record_done(parse_spec(out, &r));
}

ur_status uc_spec_load(uc_call *c, uint64_t committee, uint64_t generation, uc_spec *out)
{
    ur_key k;
    ur_span bytes;
    ur_status st = uc_get(c, ur_key_spec(&k, committee, generation), &bytes);
    if (st != UR_OK) {
        return st == UR_E_ABSENT ? uc_refuse(c, UC_ERROR_no_generation, "generation") : st;
    }
    return uc_spec_parse(out, bytes);
}

/* ---- what follows from one ---- */

void uc_spec_hash(uint8_t out[UR_SHA256_BYTES], const uc_spec *spec)
{
    static const char tag[] = "unrug/1/spec"; /* with its terminator */
    ur_sha256 h;
    ur_sha256_init(&h);
    ur_sha256_update(&h, tag, sizeof tag);
    ur_sha256_update(&h, spec->bytes.p, spec->bytes.n);
    ur_sha256_final(&h, out);
}

uint32_t uc_spec_index(const uc_spec *spec, ur_span account)
{
    for (uint32_t i = 0; i < spec->n; i++) {
        if (ur_span_eq_var(spec->accounts[i], account)) {
            return i + 1;
        }
    }
    return 0;
}

ur_status uc_spec_members_text(uc_call *c, ur_span *out, const uc_spec *spec)
{
    ur_writer w;
    size_t cap = spec->n * (UC_ADDRESS_MAX + 1);
    uint8_t *buf = uc_take(c, cap, 1);
    if (buf == NULL) {
        return UR_E_MEMORY;
    }
    ur_writer_init(&w, buf, cap);
    for (uint32_t i = 0; i < spec->n; i++) {
        if (i > 0) {
            ur_writer_u8(&w, ',');
        }
        ur_writer_span(&w, spec->accounts[i]);
    }
    return uc_record_done(ur_writer_end(&w, out));
}
