/* Key generation as a game: the input is a list of moves of four bytes, and whatever the players do, ledger and members
 * stay of one mind.
 *
 *   what & 7   0  time goes on by x
 *              1  member `who` posts what is due
 *              2  the same with byte x * y changed
 *              3  the same from the account of member x
 *              4  member `who` accuses dealer x, right or wrong, with its own K
 *              5  message number x is posted again
 *              6  member `who` votes for another transcript
 *              7  member `who` loses everything but its seed, and reads the ledger again
 *
 * The first byte says whether it is a first generation or a resharing. */
#include "core/dkg/member.h"
#include "fuzz/fuzz.h"

enum { N = 3, T = 2, DEAL = UR_DKG_DEAL_BYTES(T, N), MEMORY = 1 << 18, LOG_MAX = 64, MOVES_MAX = 40 };

typedef struct entry {
    uint64_t height;
    uint32_t sender; /* from 0 */
    uint32_t dealer; /* of a dispute, from 1 */
    uint8_t bytes[DEAL];
    size_t n;
} entry;

static ur_span accounts[N];
static ur_dkg_config config;
static uint8_t old_keys[N * UR_G1_BYTES];
static ur_scalar old_shares[N];
static uint8_t ledger_memory[MEMORY] __attribute__((aligned(16)));
static uint8_t memory[N][MEMORY] __attribute__((aligned(16)));
static ur_dkg_public ledger;
static ur_dkg_member members[N];
static uint64_t now;
static entry entries[LOG_MAX];
static size_t entries_n;
static uint8_t deals[N][DEAL];

static void init_member(uint32_t i)
{
    uint8_t seed[UR_DKG_SEED_BYTES] = {(uint8_t)(i + 1)};
    bool reshare = ur_dkg_is_reshare(&config);
    FUZZ_REQUIRE(ur_dkg_member_init(&members[i], &config, i + 1, reshare ? i + 1 : 0, seed, reshare ? &old_shares[i] : NULL,
                            memory[i]) == UR_OK);
}

/* Old shares 5, 7, 9 lie on 3 + 2 x. */
static void start(bool reshare)
{
    ur_scalar s;
    ur_g1 p;
    accounts[0] = UR_SPAN_LIT("a");
    accounts[1] = UR_SPAN_LIT("b");
    accounts[2] = UR_SPAN_LIT("c");
    config = (ur_dkg_config){.chain = UR_SPAN_LIT("d"), .contract = UR_SPAN_LIT("e"), .n = N, .t = T, .accounts = accounts,
                             .join_until = 100, .deal_until = 200, .dispute_until = 300, .vote_until = 400};
    for (uint32_t j = 0; j <= N && reshare; j++) {
        ur_scalar_from_u64(&s, 3 + 2 * j);
        ur_g1_mul(&p, ur_g1_generator(), &s);
        ur_g1_write(j == 0 ? config.mpk : old_keys + (j - 1) * UR_G1_BYTES, &p);
        if (j > 0) {
            old_shares[j - 1] = s;
        }
    }
    if (reshare) {
        config.old_n = N;
        config.old_t = T;
        config.old_accounts = accounts;
        config.old_keys = old_keys;
    }
    FUZZ_REQUIRE(ur_dkg_public_bytes(&config) <= MEMORY && ur_dkg_member_bytes(&config) <= MEMORY);
    FUZZ_REQUIRE(ur_dkg_public_init(&ledger, &config, ledger_memory) == UR_OK);
    for (uint32_t i = 0; i < N; i++) {
        init_member(i);
    }
    now = 0;
    entries_n = 0;
}

static ur_span deal_of(uint32_t dealer)
{
    bool dealt = dealer >= 1 && dealer <= N && ledger.dealers[dealer - 1].dealt;
    return dealt ? ur_span_of(deals[dealer - 1], DEAL) : ur_span_of(NULL, 0);
}

static void hear(ur_dkg_member *m, const entry *e)
{
    ur_dkg_event event;
    FUZZ_REQUIRE(ur_dkg_member_take(m, e->height, accounts[e->sender], ur_span_of(e->bytes, e->n), deal_of(e->dealer), &event) ==
         UR_OK);
}

static void post(uint32_t sender, const uint8_t *bytes, size_t n)
{
    ur_dkg_message m;
    ur_dkg_event event;
    uint32_t dealer = 0;
    if (n == 0 || n > DEAL || entries_n == LOG_MAX) {
        return;
    }
    entry *e = &entries[entries_n];
    memmove(e->bytes, bytes, n);
    if (ur_dkg_message_parse(&m, ur_span_of(e->bytes, n)) == UR_OK && m.kind == UR_DKG_DISPUTE) {
        dealer = m.u.dispute.dealer;
    }
    if (ur_dkg_public_take(&ledger, ur_curve_ops_native(), now, accounts[sender], ur_span_of(e->bytes, n), deal_of(dealer),
                           &event) != UR_OK) {
        return;
    }
    e->height = now;
    e->sender = sender;
    e->dealer = dealer;
    e->n = n;
    entries_n++;
    if (event.kind == UR_DKG_DEAL) {
        memcpy(deals[event.index - 1], e->bytes, n);
    }
    for (uint32_t i = 0; i < N; i++) {
        hear(&members[i], e);
    }
}

static size_t due(uint32_t i, uint8_t buf[DEAL])
{
    ur_writer w;
    uint32_t dealer = 0;
    ur_status st = UR_OK;
    ur_writer_init(&w, buf, DEAL);
    switch (ur_dkg_member_due(&members[i])) {
    case UR_DKG_DUE_JOIN: st = ur_dkg_member_join(&members[i], &w, NULL); break;
    case UR_DKG_DUE_DEAL: st = ur_dkg_member_deal(&members[i], &w); break;
    case UR_DKG_DUE_DISPUTE: st = ur_dkg_member_dispute(&members[i], &w, &dealer); break;
    case UR_DKG_DUE_VOTE: st = ur_dkg_member_vote(&members[i], &w); break;
    case UR_DKG_DUE_NOTHING: break;
    }
    FUZZ_REQUIRE(st == UR_OK && !w.overflow);
    return w.n;
}

static void accuse(uint32_t i, uint32_t dealer)
{
    uint8_t buf[UR_DKG_DISPUTE_BYTES], k[UR_G1_BYTES];
    ur_dkg_message m;
    ur_g1 r;
    ur_writer w;
    if (ur_dkg_message_parse(&m, deal_of(dealer)) != UR_OK || ur_g1_parse(&r, m.u.deal.r) != UR_OK) {
        return;
    }
    ur_g1_mul(&r, &r, &members[i].secret.e);
    ur_g1_write(k, &r);
    ur_writer_init(&w, buf, sizeof buf);
    ur_dkg_dispute_write(&w, ledger.session, i + 1, dealer, k);
    post(i, buf, w.n);
}

static void restart(uint32_t i)
{
    ur_dkg_member_clear(&members[i]);
    init_member(i);
    for (size_t k = 0; k < entries_n; k++) {
        hear(&members[i], &entries[k]);
    }
    FUZZ_REQUIRE(ur_dkg_member_advance(&members[i], now) == UR_OK);
}

static void advance(uint64_t by)
{
    now += by;
    FUZZ_REQUIRE(ur_dkg_public_advance(&ledger, now) == UR_OK);
    for (uint32_t i = 0; i < N; i++) {
        FUZZ_REQUIRE(ur_dkg_member_advance(&members[i], now) == UR_OK);
    }
}

/* Everybody comes to the same key, and every share that is given out is right. */
static void finish(void)
{
    static uint8_t keys[N][N * UR_G1_BYTES];
    static ur_dkg_result results[N];
    if (ledger.phase != UR_DKG_VOTING && ledger.phase != UR_DKG_ACCEPTED) {
        return;
    }
    for (uint32_t i = 0; i < N; i++) {
        FUZZ_REQUIRE(ur_dkg_member_finish(&members[i], &results[i], keys[i]) == UR_OK);
        FUZZ_REQUIRE(ur_eq_var(results[i].transcript, results[0].transcript, UR_DKG_TRANSCRIPT_BYTES));
        FUZZ_REQUIRE(!ur_dkg_is_reshare(&config) || ur_eq_var(results[i].mpk, config.mpk, UR_G1_BYTES));
        ur_g1 p;
        uint8_t held[UR_G1_BYTES];
        ur_g1_mul(&p, ur_g1_generator(), &results[i].share);
        ur_g1_write(held, &p);
        FUZZ_REQUIRE(!results[i].has_share || ur_eq_var(held, keys[i] + i * UR_G1_BYTES, sizeof held));
    }
}

static bool same_seats(const ur_dkg_public *a, const ur_dkg_public *b)
{
    return ur_eq_var(a->members, b->members, N * sizeof *a->members) &&
           ur_eq_var(a->dealers, b->dealers, N * sizeof *a->dealers);
}

/* Once no proof waits for its check, all have the ledger's state, and it survives as bytes. */
static void agree(void)
{
    static uint8_t bytes[2][UR_DKG_STATE_BYTES(N, N, N)], again_memory[MEMORY] __attribute__((aligned(16)));
    ur_dkg_public loaded;
    ur_span want = ur_dkg_public_save(&ledger, bytes[0]);
    for (uint32_t i = 0; i < N; i++) {
        const ur_dkg_member *m = &members[i];
        FUZZ_REQUIRE(ur_dkg_member_refused(m) == 0);
        FUZZ_REQUIRE(m->waiting_n > 0 || (ur_span_eq_var(want, ur_dkg_public_save(&m->pub, bytes[1])) &&
                                          same_seats(&ledger, &m->pub)));
    }
    FUZZ_REQUIRE(ur_dkg_public_resume(&loaded, &config, ledger.session, again_memory, want) == UR_OK);
    FUZZ_REQUIRE(ur_span_eq_var(want, ur_dkg_public_save(&loaded, bytes[1])));
}

static void play(const uint8_t move[4])
{
    uint8_t buf[DEAL] = {0};
    uint32_t who = move[1] % N, x = move[2], y = move[3];
    size_t n;
    switch (move[0] & 7) {
    case 0:
        advance(x);
        finish();
        break;
    case 1:
        post(who, buf, due(who, buf));
        break;
    case 2:
        n = due(who, buf);
        if (n > 0) {
            buf[x * y % n] ^= (uint8_t)(y | 1);
        }
        post(who, buf, n);
        break;
    case 3:
        post(x % N, buf, due(who, buf));
        break;
    case 4:
        accuse(who, x % (N + 1));
        break;
    case 5:
        if (x < entries_n) {
            post(entries[x].sender, entries[x].bytes, entries[x].n);
        }
        break;
    case 6:
        n = due(who, buf);
        if (n == UR_DKG_VOTE_BYTES && buf[0] == UR_DKG_VOTE) {
            buf[n - 1] ^= 1;
            post(who, buf, n);
        }
        break;
    default:
        restart(who);
        finish();
        break;
    }
    agree();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    start((data[0] & 1) != 0);
    advance(1);
    for (size_t at = 1; at + 4 <= size && at < 4 * MOVES_MAX; at += 4) {
        play(data + at);
    }
    for (uint32_t i = 0; i < N; i++) {
        ur_dkg_member_clear(&members[i]);
    }
    return 0;
}
