#include "contract/machine/keys.h"

/* ---- parts ---- */

static void begin(ur_key *k, char letter)
{
    k->b[0] = (uint8_t)letter;
    k->n = 1;
}

static void number(ur_key *k, uint64_t x, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        k->b[k->n++] = (uint8_t)(x >> (8 * (bytes - 1 - i)));
    }
}

static ur_span end(const ur_key *k) { return ur_span_of(k->b, k->n); }

static ur_span one(ur_key *k, char letter, uint64_t id)
{
    begin(k, letter);
    number(k, id, 8);
    return end(k);
}

static ur_span two(ur_key *k, char letter, uint64_t id, uint64_t number_in_it)
{
    (void)one(k, letter, id);
    number(k, number_in_it, 8);
    return end(k);
}

static ur_span seat(ur_key *k, char letter, uint64_t id, uint64_t generation, uint32_t index)
{
    (void)two(k, letter, id, generation);
    number(k, index, 2);
    return end(k);
}

/* ---- the keys ---- */

ur_span ur_key_config(ur_key *k)
{
    begin(k, 'c');
    return end(k);
}

ur_span ur_key_committee(ur_key *k, uint64_t committee) { return one(k, 'C', committee); }

ur_span ur_key_spec(ur_key *k, uint64_t committee, uint64_t generation) { return two(k, 'S', committee, generation); }

ur_span ur_key_generation(ur_key *k, uint64_t committee, uint64_t generation)
{
    return two(k, 'G', committee, generation);
}

ur_span ur_key_member(ur_key *k, uint64_t committee, uint64_t generation, uint32_t index)
{
    return seat(k, 'M', committee, generation, index);
}

ur_span ur_key_deal(ur_key *k, uint64_t committee, uint64_t generation, uint32_t dealer)
{
    return seat(k, 'd', committee, generation, dealer);
}

ur_span ur_key_holder(ur_key *k, uint64_t committee, uint64_t generation, uint32_t index)
{
    return seat(k, 'P', committee, generation, index);
}

static ur_span place(ur_key *k, char letter, uint64_t committee, uint32_t index)
{
    (void)one(k, letter, committee);
    number(k, index, 2);
    return end(k);
}

ur_span ur_key_proposal(ur_key *k, uint64_t committee, uint32_t proposer) { return place(k, 'A', committee, proposer); }

ur_span ur_key_approvals(ur_key *k, uint64_t committee, uint32_t proposer) { return place(k, 'a', committee, proposer); }

ur_span ur_key_drill(ur_key *k, uint64_t committee) { return one(k, 'W', committee); }

ur_span ur_key_vault(ur_key *k, uint64_t vault) { return one(k, 'V', vault); }

ur_span ur_key_origin(ur_key *k, uint64_t vault) { return one(k, 'O', vault); }

ur_span ur_key_policy(ur_key *k, uint64_t vault) { return one(k, 'Y', vault); }

ur_span ur_key_ciphertext(ur_key *k, uint64_t vault) { return one(k, 'T', vault); }

ur_span ur_key_numbers(ur_key *k, uint64_t vault) { return one(k, 'N', vault); }

ur_span ur_key_request(ur_key *k, uint64_t vault, uint64_t request) { return two(k, 'Q', vault, request); }

ur_span ur_key_evidence(ur_key *k, uint64_t vault, uint64_t request) { return two(k, 'E', vault, request); }

ur_span ur_key_votes(ur_key *k, uint64_t vault, uint64_t request) { return two(k, 'U', vault, request); }

ur_span ur_key_images(ur_key *k, uint64_t vault) { return one(k, 'I', vault); }

ur_span ur_key_release(ur_key *k, uint64_t vault) { return one(k, 'R', vault); }

ur_span ur_key_share_count(ur_key *k, uint64_t vault) { return one(k, 'Z', vault); }

ur_span ur_key_share(ur_key *k, uint64_t vault, uint64_t epoch, uint64_t release, uint64_t generation, uint32_t index)
{
    (void)two(k, 'X', vault, epoch);
    number(k, release, 8);
    number(k, generation, 8);
    number(k, index, 2);
    return end(k);
}
