/* The messages of a key generation: what is read is one message exactly, its parts lie inside it, and written again from
 * its parts it is the same bytes. */
#include "core/dkg/message.h"
#include "fuzz/fuzz.h"

static void write_again(ur_writer *w, const ur_dkg_message *m)
{
    const ur_dkg_deal *d = &m->u.deal;
    switch (m->kind) {
    case UR_DKG_JOIN:
        ur_dkg_join_begin(w, m->session, m->index, m->u.join.account, m->u.join.quote);
        FUZZ_REQUIRE(w->n == m->u.join.context.n);
        ur_writer_bytes(w, m->u.join.twin, UR_TWIN_BYTES);
        break;
    case UR_DKG_DEAL:
        ur_dkg_deal_begin(w, m->session, m->index, d->t, d->n);
        ur_writer_bytes(w, d->commitments, (size_t)d->t * UR_G1_BYTES);
        ur_writer_bytes(w, d->r, UR_G1_BYTES);
        ur_writer_bytes(w, d->masked, (size_t)d->n * UR_DKG_MASKED_BYTES);
        FUZZ_REQUIRE(w->n == d->body.n);
        ur_writer_bytes(w, d->proof[0], UR_G2_BYTES);
        ur_writer_bytes(w, d->proof[1], UR_G2_BYTES);
        break;
    case UR_DKG_DISPUTE:
        ur_dkg_dispute_write(w, m->session, m->index, m->u.dispute.dealer, m->u.dispute.k);
        break;
    case UR_DKG_VOTE:
        ur_dkg_vote_write(w, m->session, m->index, m->u.vote.transcript);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t again[UR_DKG_MESSAGE_MAX];
    static const ur_dkg_message zero;
    ur_dkg_message m;
    ur_writer w;
    if (ur_dkg_message_parse(&m, ur_span_of(data, size)) != UR_OK) {
        FUZZ_REQUIRE(ur_eq_var(&m, &zero, sizeof m));
        return 0;
    }
    FUZZ_REQUIRE(m.index >= 1 && m.index <= UR_DKG_MEMBERS_MAX && size <= sizeof again);
    ur_writer_init(&w, again, sizeof again);
    write_again(&w, &m);
    FUZZ_REQUIRE(!w.overflow && w.n == size && ur_eq_var(again, data, size));
    return 0;
}
