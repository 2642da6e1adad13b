/* Committees: drills, in which each member shows that it holds its share. */
#include "contract/machine/generation.h"
#include "contract/machine/handlers.h"
#include "contract/machine/record.h"
#include "core/policy/identity.h"

/* ---- drill {committee} ---- */

static void hash_field(ur_sha256 *h, const void *p, size_t n)
{
    const uint8_t length[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    ur_sha256_update(h, length, sizeof length);
    ur_sha256_update(h, p, n);
}

static void hash_u64(ur_sha256 *h, uint64_t x)
{
    uint8_t be[8];
    for (size_t i = 0; i < sizeof be; i++) {
        be[i] = (uint8_t)(x >> (56 - 8 * i));
    }
    hash_field(h, be, sizeof be);
}

/* The block's time is the median of the validators' clocks to the nanosecond: nobody can have answered before. */
static void make_nonce(uint8_t out[32], const uc_call *c, uint64_t committee, const uc_drill *d)
{
    static const char tag[] = "unrug/1/drill-nonce";
    ur_sha256 h;
    ur_sha256_init(&h);
    hash_field(&h, tag, sizeof tag - 1);
    hash_field(&h, c->chain_id.p, c->chain_id.n);
    hash_field(&h, c->contract.p, c->contract.n);
    hash_u64(&h, committee);
    hash_u64(&h, d->generation);
    hash_u64(&h, d->number);
    hash_u64(&h, c->now.height);
    hash_u64(&h, c->now.time_ns);
    ur_sha256_final(&h, out);
}

ur_status uc_drill_open(uc_call *c, uint64_t committee, uc_committee *record, uint64_t generation)
{
    uc_drill d = {.generation = generation, .number = ++record->drills, .opened = c->now.height};
    record->last_drill = c->now.height;
    make_nonce(d.nonce, c, committee, &d);
    uc_event_begin(c, UC_EVENT_drill_opened);
    uc_attr_u64(c, "committee", committee);
    uc_attr_u64(c, "generation", generation);
    uc_attr_u64(c, "drill", d.number);
    uc_attr_base64(c, "nonce", ur_span_of(d.nonce, sizeof d.nonce));
    return uc_drill_save(c, committee, &d);
}

/* There is one drill at a time, and a generation that is to be opened by one needs it more. */
static ur_status check_no_opening(uc_call *c, uint64_t committee, const uc_committee *record)
{
    uc_generation g;
    if (record->pending == 0) {
        return UR_OK;
    }
    UR_TRY(uc_generation_load(c, committee, record->pending, &g));
    bool opening = g.published != 0 && g.drilled == 0 && c->now.height < uc_attempt_overdue(&g);
    return opening ? uc_refuse(c, UC_ERROR_opening, "committee") : UR_OK;
}

ur_status uc_drill_begin(uc_call *c, ur_json args)
{
    enum { COMMITTEE, COUNT };
    static const char *const names[COUNT] = {"committee"};
    uc_args a;
    uint64_t committee;
    uc_committee record;
    uc_spec *spec = uc_take(c, 1, sizeof *spec);
    if (spec == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_committee_load(c, committee, &record));
    if (record.current == 0) {
        return uc_refuse(c, UC_ERROR_not_open, names[COMMITTEE]);
    }
    UR_TRY(uc_spec_load(c, committee, record.current, spec));
    if (uc_spec_index(spec, c->sender) == 0) {
        return uc_refuse(c, UC_ERROR_not_member, names[COMMITTEE]);
    }
    if (c->now.height < record.last_drill + record.drill_interval) {
        return uc_refuse(c, UC_ERROR_interval, names[COMMITTEE]);
    }
    UR_TRY(check_no_opening(c, committee, &record));
    UR_TRY(uc_drill_open(c, committee, &record, record.current));
    return uc_committee_save(c, committee, &record);
}

/* ---- answer_drill {committee, index, share} ---- */

/* The drill, which must be of the current generation, or of the pending one whose keys are published. */
static ur_status load_drill(uc_call *c, uint64_t committee, uc_committee *record, uc_drill *d, uc_generation *g)
{
    UR_TRY(uc_committee_load(c, committee, record));
    UR_TRY(uc_drill_load(c, committee, d));
    UR_TRY(uc_generation_load(c, committee, d->generation, g));
    bool current = d->generation == record->current;
    bool opening = d->generation == record->pending && g->published != 0;
    return current || opening ? UR_OK : uc_refuse(c, UC_ERROR_no_drill, "committee");
}

/* e(P_i, Q) = e(G1, D), Q = H(identity of this member in this drill) */
static ur_status check_answer(uc_call *c, uint64_t committee, const uc_drill *d, uint32_t index,
                              const uint8_t key[UR_G1_BYTES], const uint8_t share[UR_G2_BYTES])
{
    const ur_curve_ops *ops = c->host->curve;
    uint8_t text[UR_IDENTITY_MAX], q[UR_G2_BYTES];
    ur_drill_identity id = {.chain_id = c->chain_id,
                            .contract = c->contract,
                            .committee = committee,
                            .generation = d->generation,
                            .index = index};
    ur_span identity;
    memcpy(id.nonce, d->nonce, sizeof id.nonce);
    UR_TRY(uc_record_done(ur_drill_identity_write(text, &identity, &id)));
    if (ur_encoding_is_inf(share) || ur_encoding_is_inf(key)) { /* equal sides that say nothing */
        return uc_refuse(c, UC_ERROR_proof, "share");
    }
    UR_TRY(ops->hash(ops->self, q, UR_TAG_IDENTITY, identity));
    return uc_check(c, ops->pairing_equal(ops->self, key, q, 1, ur_g1_generator_bytes(), share), UC_ERROR_proof,
                    "share");
}

/* Enough answers open a generation; the first one serves at once. */
static ur_status open_generation(uc_call *c, uint64_t committee, uc_committee *record, const uc_drill *d,
                                 uc_generation *g)
{
    if (d->generation != record->pending || g->drilled != 0 || d->answers < g->t + record->margin) {
        return UR_OK;
    }
    g->drilled = c->now.height;
    UR_TRY(uc_generation_save(c, committee, d->generation, g));
    uc_event_begin(c, UC_EVENT_generation_drilled);
    uc_attr_u64(c, "committee", committee);
    uc_attr_u64(c, "generation", d->generation);
    return record->current == 0 ? uc_generation_switch(c, committee, record, g) : UR_OK;
}

ur_status uc_answer_drill(uc_call *c, ur_json args)
{
    enum { COMMITTEE, INDEX, SHARE, COUNT };
    static const char *const names[COUNT] = {"committee", "index", "share"};
    uc_args a;
    uint64_t committee;
    uint32_t index;
    uint8_t share[UR_G2_BYTES];
    uc_committee record;
    uc_drill d;
    uc_generation g;
    uc_holder holder;
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_args_u32(&a, INDEX, UC_MEMBERS_MAX, &index));
    UR_TRY(uc_args_base64(&a, SHARE, share, sizeof share));
    UR_TRY(load_drill(c, committee, &record, &d, &g));
    if (index < 1 || index > g.n) {
        return uc_refuse(c, UC_ERROR_no_holder, names[INDEX]);
    }
    UR_TRY(uc_holder_load(c, committee, d.generation, index, &holder));
    if (!ur_span_eq_var(holder.account, c->sender)) {
        return uc_refuse(c, UC_ERROR_not_member, names[INDEX]);
    }
    if (uc_bit(d.bits, index)) {
        return uc_refuse(c, UC_ERROR_moot, names[INDEX]);
    }
    UR_TRY(check_answer(c, committee, &d, index, holder.key, share));
    uc_bit_set(d.bits, index);
    d.answers++;
    UR_TRY(uc_drill_save(c, committee, &d));
    uc_event_begin(c, UC_EVENT_drill_answered);
    uc_attr_u64(c, "committee", committee);
    uc_attr_u64(c, "generation", d.generation);
    uc_attr_u64(c, "drill", d.number);
    uc_attr_u64(c, "index", index);
    uc_attr_base64(c, "share", ur_span_of(share, sizeof share));
    uc_attr_u64(c, "answers", d.answers);
    return open_generation(c, committee, &record, &d, &g);
}
