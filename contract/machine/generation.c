/* The records of a generation but for its spec: see generation.h. */
#include "contract/machine/generation.h"

#include "contract/machine/record.h"

/* ---- G ---- */

#define GENERATION_HEAD_BYTES (1 + 8 + 4 * 2 + 1 + 4 * 8 + UR_DKG_SESSION_BYTES + UR_G1_BYTES + 2 * 8 + 4)
#define STATE_MAX UR_DKG_STATE_BYTES(UC_MEMBERS_MAX, UC_MEMBERS_MAX, UC_MEMBERS_MAX)

static ur_status read_generation(uc_generation *g, ur_reader *r)
{
    UR_TRY(uc_read_format(r));
    UR_TRY(ur_reader_u64be(r, &g->attempt));
    UR_TRY(uc_read_u16(r, &g->n));
    UR_TRY(uc_read_u16(r, &g->t));
    UR_TRY(uc_read_u16(r, &g->old_n));
    UR_TRY(uc_read_u16(r, &g->old_t));
    UR_TRY(uc_read_bool(r, &g->has_demand));
    UR_TRY(ur_reader_u64be(r, &g->join_until));
    UR_TRY(ur_reader_u64be(r, &g->deal_until));
    UR_TRY(ur_reader_u64be(r, &g->dispute_until));
    UR_TRY(ur_reader_u64be(r, &g->vote_until));
    UR_TRY(ur_reader_copy(r, g->session, sizeof g->session));
    UR_TRY(ur_reader_copy(r, g->sum, sizeof g->sum));
    UR_TRY(ur_reader_u64be(r, &g->published));
    UR_TRY(ur_reader_u64be(r, &g->drilled));
    UR_TRY(ur_reader_field(r, &g->state, STATE_MAX));
    return ur_reader_end(r);
}

ur_status uc_generation_load(uc_call *c, uint64_t committee, uint64_t generation, uc_generation *out)
{
    ur_key k;
    ur_reader r;
    memset(out, 0, sizeof *out);
    UR_TRY(uc_record_open(c, &r, ur_key_generation(&k, committee, generation), UC_ERROR_no_generation, "generation"));
    return uc_record_done(read_generation(out, &r));
}

ur_status uc_generation_save(uc_call *c, uint64_t committee, uint64_t generation, const uc_generation *g)
{
    ur_key k;
    ur_writer w;
    size_t cap = GENERATION_HEAD_BYTES + g->state.n;
    uint8_t *buf = uc_take(c, cap, 1);
    if (buf == NULL) {
        return UR_E_MEMORY;
    }
    uc_record_begin(&w, buf, cap);
    ur_writer_u64be(&w, g->attempt);
    ur_writer_u16be(&w, (uint16_t)g->n);
    ur_writer_u16be(&w, (uint16_t)g->t);
    ur_writer_u16be(&w, (uint16_t)g->old_n);
    ur_writer_u16be(&w, (uint16_t)g->old_t);
    ur_writer_u8(&w, g->has_demand);
    ur_writer_u64be(&w, g->join_until);
    ur_writer_u64be(&w, g->deal_until);
    ur_writer_u64be(&w, g->dispute_until);
    ur_writer_u64be(&w, g->vote_until);
    ur_writer_bytes(&w, g->session, sizeof g->session);
    ur_writer_bytes(&w, g->sum, sizeof g->sum);
    ur_writer_u64be(&w, g->published);
    ur_writer_u64be(&w, g->drilled);
    ur_writer_field(&w, g->state);
    return uc_record_put(c, ur_key_generation(&k, committee, generation), &w);
}

/* ---- M ---- */

static ur_status read_member(uc_member *m, ur_reader *r)
{
    UR_TRY(uc_read_format(r));
    UR_TRY(uc_read_text(r, &m->account));
    UR_TRY(ur_reader_field(r, &m->join, UR_DKG_JOIN_MAX));
    return ur_reader_end(r);
}

ur_status uc_member_load(uc_call *c, uint64_t committee, uint64_t generation, uint32_t index, uc_member *out)
{
    ur_key k;
    ur_reader r;
    memset(out, 0, sizeof *out);
    if (index > UC_MEMBERS_MAX) { /* more than a key holds */
        return uc_refuse(c, UC_ERROR_no_seat, "index");
    }
    UR_TRY(uc_record_open(c, &r, ur_key_member(&k, committee, generation, index), UC_ERROR_no_seat, "index"));
    return uc_record_done(read_member(out, &r));
}

ur_status uc_member_save(uc_call *c, uint64_t committee, uint64_t generation, uint32_t index, const uc_member *m)
{
    uint8_t bytes[1 + UC_TEXT_BYTES + 4 + UR_DKG_JOIN_MAX];
    ur_key k;
    ur_writer w;
    uc_record_begin(&w, bytes, sizeof bytes);
    uc_write_text(&w, m->account);
    ur_writer_field(&w, m->join);
    return uc_record_put(c, ur_key_member(&k, committee, generation, index), &w);
}

/* ---- W ---- */

static ur_status read_drill(uc_drill *d, ur_reader *r)
{
    UR_TRY(uc_read_format(r));
    UR_TRY(ur_reader_u64be(r, &d->generation));
    UR_TRY(ur_reader_u64be(r, &d->number));
    UR_TRY(ur_reader_copy(r, d->nonce, sizeof d->nonce));
    UR_TRY(ur_reader_u64be(r, &d->opened));
    UR_TRY(uc_read_u16(r, &d->answers));
    UR_TRY(ur_reader_copy(r, d->bits, sizeof d->bits));
    return ur_reader_end(r);
}

ur_status uc_drill_load(uc_call *c, uint64_t committee, uc_drill *out)
{
    ur_key k;
    ur_reader r;
    memset(out, 0, sizeof *out);
    UR_TRY(uc_record_open(c, &r, ur_key_drill(&k, committee), UC_ERROR_no_drill, "committee"));
    return uc_record_done(read_drill(out, &r));
}

ur_status uc_drill_save(uc_call *c, uint64_t committee, const uc_drill *d)
{
    uint8_t bytes[1 + 3 * 8 + 32 + 2 + sizeof d->bits];
    ur_key k;
    ur_writer w;
    uc_record_begin(&w, bytes, sizeof bytes);
    ur_writer_u64be(&w, d->generation);
    ur_writer_u64be(&w, d->number);
    ur_writer_bytes(&w, d->nonce, sizeof d->nonce);
    ur_writer_u64be(&w, d->opened);
    ur_writer_u16be(&w, (uint16_t)d->answers);
    ur_writer_bytes(&w, d->bits, sizeof d->bits);
    return uc_record_put(c, ur_key_drill(&k, committee), &w);
}

/* ---- a ---- */

static ur_status read_approvals(uc_approvals *a, ur_reader *r)
{
    UR_TRY(uc_read_format(r));
    UR_TRY(ur_reader_u64be(r, &a->succession));
    UR_TRY(ur_reader_copy(r, a->hash, sizeof a->hash));
    UR_TRY(uc_read_u16(r, &a->count));
    UR_TRY(ur_reader_copy(r, a->bits, sizeof a->bits));
    return ur_reader_end(r);
}

ur_status uc_approvals_load(uc_call *c, uint64_t committee, uint32_t proposer, uc_approvals *out)
{
    ur_key k;
    ur_reader r;
    memset(out, 0, sizeof *out);
    if (proposer > UC_MEMBERS_MAX) { /* more than a key holds */
        return uc_refuse(c, UC_ERROR_no_proposal, "proposer");
    }
    UR_TRY(uc_record_open(c, &r, ur_key_approvals(&k, committee, proposer), UC_ERROR_no_proposal, "proposer"));
    return uc_record_done(read_approvals(out, &r));
}

ur_status uc_approvals_save(uc_call *c, uint64_t committee, uint32_t proposer, const uc_approvals *a)
{
    uint8_t bytes[1 + 8 + UR_SHA256_BYTES + 2 + sizeof a->bits];
    ur_key k;
    ur_writer w;
    uc_record_begin(&w, bytes, sizeof bytes);
    ur_writer_u64be(&w, a->succession);
    ur_writer_bytes(&w, a->hash, sizeof a->hash);
    ur_writer_u16be(&w, (uint16_t)a->count);
    ur_writer_bytes(&w, a->bits, sizeof a->bits);
    return uc_record_put(c, ur_key_approvals(&k, committee, proposer), &w);
}
