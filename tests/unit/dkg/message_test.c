#include "tests/test.h"

#include "core/dkg/message.h"

enum { T = 3, N = 5, DEAL = UR_DKG_DEAL_BYTES(T, N) };

static uint8_t session[UR_DKG_SESSION_BYTES] = {0x5e, 0x55};
static uint8_t filler[DEAL];

static void fill(void)
{
    for (size_t i = 0; i < sizeof filler; i++) {
        filler[i] = (uint8_t)(i * 7 + 1);
    }
}

/* One message of each kind, twice for joins; returns its length. */
static size_t example(int which, uint8_t buf[DEAL])
{
    ur_writer w;
    fill();
    ur_writer_init(&w, buf, DEAL);
    switch (which) {
    case 0:
        ur_dkg_join_begin(&w, session, 4, UR_SPAN_LIT("alice"), NULL);
        ur_writer_bytes(&w, filler, UR_TWIN_BYTES);
        break;
    case 1:
        ur_dkg_join_begin(&w, session, 4, UR_SPAN_LIT("alice"), filler);
        ur_writer_bytes(&w, filler, UR_TWIN_BYTES);
        break;
    case 2:
        ur_dkg_deal_begin(&w, session, 2, T, N);
        ur_writer_bytes(&w, filler, DEAL - w.n);
        break;
    case 3:
        ur_dkg_dispute_write(&w, session, 1, 256, filler);
        break;
    default:
        ur_dkg_vote_write(&w, session, 3, filler);
        break;
    }
    assert_false(w.overflow);
    return w.n;
}
enum { EXAMPLES = 5 };

static ur_status parse(ur_dkg_message *m, const uint8_t *bytes, size_t n)
{
    static const ur_dkg_message zero;
    uint8_t *exact = malloc(n + 1); /* so that a sanitizer sees a read past the end */
    assert_non_null(exact);
    memcpy(exact, bytes, n);
    ur_status st = ur_dkg_message_parse(m, ur_span_of(exact, n));
    if (st != UR_OK) {
        assert_int_equal(st, UR_E_INPUT);
        assert_memory_equal(m, &zero, sizeof zero);
    }
    free(exact);
    return st;
}

static void parts_stand_where_the_layout_says(void **state)
{
    (void)state;
    uint8_t buf[DEAL];
    ur_dkg_message m;
    size_t n = example(0, buf);
    assert_int_equal(n, 1 + 32 + 2 + 4 + 5 + 1 + UR_TWIN_BYTES);
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(buf, n)));
    assert_int_equal(m.kind, UR_DKG_JOIN);
    assert_int_equal(m.index, 4);
    assert_memory_equal(m.session, session, sizeof session);
    assert_true(ur_span_eq_var(m.u.join.account, UR_SPAN_LIT("alice")));
    assert_null(m.u.join.quote);
    assert_ptr_equal(m.u.join.twin, buf + n - UR_TWIN_BYTES);
    assert_int_equal(m.u.join.context.n, n - UR_TWIN_BYTES);

    n = example(1, buf);
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(buf, n)));
    assert_memory_equal(m.u.join.quote, filler, 32);
    assert_int_equal(m.u.join.context.n, n - UR_TWIN_BYTES); /* so the proof covers the quote */

    n = example(2, buf);
    assert_int_equal(n, DEAL);
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(buf, n)));
    const ur_dkg_deal *d = &m.u.deal;
    assert_int_equal(m.index, 2);
    assert_int_equal(d->t, T);
    assert_int_equal(d->n, N);
    assert_ptr_equal(d->commitments, buf + 39);
    assert_ptr_equal(d->r, buf + 39 + T * 48);
    assert_ptr_equal(d->masked, d->r + 48);
    assert_ptr_equal(d->proof[0], d->masked + N * 32);
    assert_ptr_equal(d->proof[1], d->proof[0] + 96);
    assert_int_equal(d->body.n, n - 192);

    n = example(3, buf);
    assert_int_equal(n, UR_DKG_DISPUTE_BYTES);
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(buf, n)));
    assert_int_equal(m.index, 1);
    assert_int_equal(m.u.dispute.dealer, 256);
    n = example(4, buf);
    assert_int_equal(n, UR_DKG_VOTE_BYTES);
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(buf, n)));
    assert_memory_equal(m.u.vote.transcript, filler, 32);
}

static void other_lengths_are_refused(void **state)
{
    (void)state;
    uint8_t buf[DEAL + 1] = {0};
    ur_dkg_message m;
    for (int which = 0; which < EXAMPLES; which++) {
        size_t n = example(which, buf);
        for (size_t cut = 0; cut < n; cut++) {
            assert_status(parse(&m, buf, cut), UR_E_INPUT);
        }
        buf[n] = 0;
        assert_status(parse(&m, buf, n + 1), UR_E_INPUT);
    }
}

static void numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    static const struct {
        int which;
        size_t at; /* of a 16-bit number, 1..256 */
    } numbers[] = {{0, 33}, {2, 33}, {2, 35}, {2, 37}, {3, 33}, {3, 35}, {4, 33}};
    uint8_t buf[DEAL];
    ur_dkg_message m;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        size_t n = example(numbers[i].which, buf);
        buf[numbers[i].at] = buf[numbers[i].at + 1] = 0;
        assert_status(parse(&m, buf, n), UR_E_INPUT);
        buf[numbers[i].at] = buf[numbers[i].at + 1] = 1; /* 257 */
        assert_status(parse(&m, buf, n), UR_E_INPUT);
    }
    size_t n = example(0, buf);
    static const uint8_t kinds[] = {0, 5, 255};
    for (size_t i = 0; i < sizeof kinds; i++) {
        buf[0] = kinds[i];
        assert_status(parse(&m, buf, n), UR_E_INPUT);
    }
    n = example(1, buf);
    buf[44] = 2; /* neither quoted nor not */
    assert_status(parse(&m, buf, n), UR_E_INPUT);
}

static void accounts_have_limits(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, UR_DKG_ACCOUNT_MAX, UR_DKG_ACCOUNT_MAX + 1};
    uint8_t text[UR_DKG_ACCOUNT_MAX + 1] = {0}, buf[UR_DKG_JOIN_MAX + 1];
    ur_dkg_message m;
    for (size_t i = 0; i < 4; i++) {
        ur_writer w;
        ur_writer_init(&w, buf, sizeof buf);
        ur_dkg_join_begin(&w, session, 1, ur_span_of(text, lengths[i]), session);
        ur_writer_bytes(&w, filler, UR_TWIN_BYTES);
        assert_false(w.overflow);
        assert_status(parse(&m, buf, w.n), i == 1 || i == 2 ? UR_OK : UR_E_INPUT);
    }
}

static void masks_differ_by_everything(void **state)
{
    (void)state;
    uint8_t masks[7][UR_DKG_MASKED_BYTES];
    fill();
    for (size_t i = 0; i < 7; i++) {
        uint8_t k[UR_G1_BYTES], s[32], r[UR_G1_BYTES], e[UR_G1_BYTES];
        memcpy(k, filler, sizeof k);
        memcpy(s, session, sizeof s);
        memcpy(r, filler + 1, sizeof r);
        memcpy(e, filler + 2, sizeof e);
        k[0] ^= i == 1;
        s[0] ^= i == 2;
        r[47] ^= i == 3;
        e[47] ^= i == 4;
        ur_dkg_mask(masks[i], k, s, i == 5 ? 3 : 1, i == 6 ? 3 : 2, r, e);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(masks[i], masks[j], sizeof masks[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_stand_where_the_layout_says), cmocka_unit_test(other_lengths_are_refused),
        cmocka_unit_test(numbers_out_of_range_are_refused),  cmocka_unit_test(accounts_have_limits),
        cmocka_unit_test(masks_differ_by_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
