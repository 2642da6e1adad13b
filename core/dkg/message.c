#include "core/dkg/message.h"

/* ---- reading ---- */

static ur_status read_index(ur_reader *r, uint32_t *out)
{
    uint16_t x;
    *out = 0;
    UR_TRY(ur_reader_u16be(r, &x));
    if (x < 1 || x > UR_DKG_MEMBERS_MAX) {
        return UR_E_INPUT;
    }
    *out = x;
    return UR_OK;
}

/* n bytes that stay where they are. */
static ur_status read_part(ur_reader *r, const uint8_t **out, size_t n)
{
    ur_span s;
    ur_status st = ur_reader_bytes(r, &s, n);
    *out = s.p;
    return st;
}

static ur_status read_join(ur_reader *r, ur_dkg_message *m)
{
    ur_dkg_join *j = &m->u.join;
    uint8_t quoted;
    UR_TRY(read_index(r, &m->index));
    UR_TRY(ur_reader_field(r, &j->account, UR_DKG_ACCOUNT_MAX));
    UR_TRY(ur_reader_u8(r, &quoted));
    if (quoted > 1 || j->account.n == 0) {
        return UR_E_INPUT;
    }
    if (quoted == 1) {
        UR_TRY(read_part(r, &j->quote, 32));
    }
    j->context = ur_span_of(r->p, r->at);
    return read_part(r, &j->twin, UR_TWIN_BYTES);
}

static ur_status read_deal(ur_reader *r, ur_dkg_message *m)
{
    ur_dkg_deal *d = &m->u.deal;
    UR_TRY(read_index(r, &m->index));
    UR_TRY(read_index(r, &d->t));
    UR_TRY(read_index(r, &d->n));
    UR_TRY(read_part(r, &d->commitments, (size_t)d->t * UR_G1_BYTES));
    UR_TRY(read_part(r, &d->r, UR_G1_BYTES));
    UR_TRY(read_part(r, &d->masked, (size_t)d->n * UR_DKG_MASKED_BYTES));
    d->body = ur_span_of(r->p, r->at);
    UR_TRY(read_part(r, &d->proof[0], UR_G2_BYTES));
    return read_part(r, &d->proof[1], UR_G2_BYTES);
}

static ur_status read_dispute(ur_reader *r, ur_dkg_message *m)
{
    UR_TRY(read_index(r, &m->index));
    UR_TRY(read_index(r, &m->u.dispute.dealer));
    return read_part(r, &m->u.dispute.k, UR_G1_BYTES);
}

static ur_status read_vote(ur_reader *r, ur_dkg_message *m)
{
    UR_TRY(read_index(r, &m->index));
    return read_part(r, &m->u.vote.transcript, UR_DKG_TRANSCRIPT_BYTES);
}

static ur_status read_message(ur_dkg_message *m, ur_span bytes)
{
    ur_reader r;
    uint8_t kind;
    ur_reader_init(&r, bytes);
    m->bytes = bytes;
    UR_TRY(ur_reader_u8(&r, &kind));
    UR_TRY(read_part(&r, &m->session, UR_DKG_SESSION_BYTES));
    m->kind = (ur_dkg_kind)kind;
    switch (kind) {
    case UR_DKG_JOIN:
        UR_TRY(read_join(&r, m));
        break;
    case UR_DKG_DEAL:
        UR_TRY(read_deal(&r, m));
        break;
    case UR_DKG_DISPUTE:
        UR_TRY(read_dispute(&r, m));
        break;
    case UR_DKG_VOTE:
        UR_TRY(read_vote(&r, m));
        break;
    default:
        return UR_E_INPUT;
    }
    return ur_reader_end(&r);
}

ur_status ur_dkg_message_parse(ur_dkg_message *out, ur_span bytes)
{
    memset(out, 0, sizeof *out);
    if (read_message(out, bytes) != UR_OK) { /* a length over its limit is malformed, too */
        memset(out, 0, sizeof *out);
        return UR_E_INPUT;
    }
    return UR_OK;
}

/* ---- writing ---- */

static void begin(ur_writer *w, ur_dkg_kind kind, const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t index)
{
    ur_writer_u8(w, (uint8_t)kind);
    ur_writer_bytes(w, session, UR_DKG_SESSION_BYTES);
    ur_writer_u16be(w, (uint16_t)index);
}

void ur_dkg_join_begin(ur_writer *w, const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t index, ur_span account,
                       const uint8_t *quote)
{
    begin(w, UR_DKG_JOIN, session, index);
    ur_writer_field(w, account);
    ur_writer_u8(w, quote != NULL);
    if (quote != NULL) {
        ur_writer_bytes(w, quote, 32);
    }
}

void ur_dkg_deal_begin(ur_writer *w, const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t dealer, uint32_t t,
                       uint32_t n)
{
    begin(w, UR_DKG_DEAL, session, dealer);
    ur_writer_u16be(w, (uint16_t)t);
    ur_writer_u16be(w, (uint16_t)n);
}

void ur_dkg_dispute_write(ur_writer *w, const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t accuser, uint32_t dealer,
                          const uint8_t k[UR_G1_BYTES])
{
    begin(w, UR_DKG_DISPUTE, session, accuser);
    ur_writer_u16be(w, (uint16_t)dealer);
    ur_writer_bytes(w, k, UR_G1_BYTES);
}

void ur_dkg_vote_write(ur_writer *w, const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t index,
                       const uint8_t transcript[UR_DKG_TRANSCRIPT_BYTES])
{
    begin(w, UR_DKG_VOTE, session, index);
    ur_writer_bytes(w, transcript, UR_DKG_TRANSCRIPT_BYTES);
}

/* ---- hashes ---- */

static void put_index(uint8_t out[2], uint32_t index)
{
    out[0] = (uint8_t)(index >> 8);
    out[1] = (uint8_t)index;
}

void ur_dkg_deal_proven(uint8_t out[UR_DKG_PROVEN_BYTES], const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t dealer,
                        const uint8_t r[UR_G1_BYTES], const uint8_t body_sha256[UR_SHA256_BYTES])
{
    memcpy(out, session, 32);
    put_index(out + 32, dealer);
    memcpy(out + 34, r, UR_G1_BYTES);
    memcpy(out + 34 + UR_G1_BYTES, body_sha256, UR_SHA256_BYTES);
}

void ur_dkg_mask(uint8_t out[UR_DKG_MASKED_BYTES], const uint8_t k[UR_G1_BYTES],
                 const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t dealer, uint32_t receiver,
                 const uint8_t r[UR_G1_BYTES], const uint8_t e[UR_G1_BYTES])
{
    uint8_t info[32 + 2 + 2 + UR_G1_BYTES + UR_G1_BYTES];
    memcpy(info, session, 32);
    put_index(info + 32, dealer);
    put_index(info + 34, receiver);
    memcpy(info + 36, r, UR_G1_BYTES);
    memcpy(info + 36 + UR_G1_BYTES, e, UR_G1_BYTES);
    if (ur_hkdf256(out, UR_DKG_MASKED_BYTES, ur_span_of(k, UR_G1_BYTES), UR_SPAN_LIT("UNRUG-V1-DKG-MASK"),
                   ur_span_of(info, sizeof info)) != UR_OK) {
        __builtin_trap(); /* the lengths are constants within its limits */
    }
}
