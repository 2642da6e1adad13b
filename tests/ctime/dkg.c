/* A key generation of two, and a resharing of what comes out, with every seed and share marked secret. Members hear of
 * each other's messages as they are: a byte in one that depends on a secret and was not meant to be published is found
 * when the other reads it. */
#include "tests/ctime/ctime.h"

#include "core/dkg/member.h"

enum { N = 2, MEMORY = 1 << 20 };

static ur_span accounts[N];
static ur_dkg_config config;
static ur_dkg_member members[N];
static uint8_t memory[N][MEMORY] __attribute__((aligned(16)));
static uint8_t seeds[N][UR_DKG_SEED_BYTES];
static uint8_t messages[N][UR_DKG_DEAL_BYTES(N, N)];
static ur_dkg_result results[N];
static uint8_t keys[N][N * UR_G1_BYTES];

static void init(uint32_t i, const ur_scalar *old_share)
{
    ctime_secret(seeds[i], sizeof seeds[i]);
    ctime_ok(ur_dkg_member_bytes(&config) <= MEMORY ? UR_OK : UR_E_LIMIT, "memory");
    ctime_ok(ur_dkg_member_init(&members[i], &config, i + 1, old_share == NULL ? 0 : i + 1, seeds[i], old_share, memory[i]),
             "member_init");
}

static void start(void)
{
    accounts[0] = UR_SPAN_LIT("a");
    accounts[1] = UR_SPAN_LIT("b");
    config = (ur_dkg_config){.chain = UR_SPAN_LIT("c"), .contract = UR_SPAN_LIT("d"), .n = N, .t = N, .accounts = accounts,
                             .join_until = 10, .deal_until = 20, .dispute_until = 30, .vote_until = 40};
    for (uint32_t i = 0; i < N; i++) {
        init(i, NULL);
    }
}

static size_t say(uint32_t i, uint8_t *buf, size_t cap)
{
    ur_writer w;
    ur_writer_init(&w, buf, cap);
    switch (ur_dkg_member_due(&members[i])) {
    case UR_DKG_DUE_JOIN:
        ctime_ok(ur_dkg_member_join(&members[i], &w, NULL), "join");
        break;
    case UR_DKG_DUE_DEAL:
        ctime_ok(ur_dkg_member_deal(&members[i], &w), "deal");
        break;
    case UR_DKG_DUE_VOTE:
        ctime_ok(ur_dkg_member_vote(&members[i], &w), "vote");
        break;
    default:
        ctime_ok(UR_E_STATE, "something to say");
    }
    return w.n;
}

static void hear(uint64_t height, uint32_t from, const uint8_t *bytes, size_t n)
{
    ur_dkg_event event;
    for (uint32_t i = 0; i < N; i++) {
        ctime_ok(ur_dkg_member_take(&members[i], height, accounts[from], ur_span_of(bytes, n), ur_span_of(NULL, 0), &event),
                 "take");
    }
}

/* Everybody speaks, all hear it, the phase ends. */
static void round_of(uint64_t height, uint64_t end)
{
    for (uint32_t i = 0; i < N; i++) {
        hear(height, i, messages[i], say(i, messages[i], sizeof messages[i]));
    }
    for (uint32_t i = 0; i < N && end != 0; i++) {
        ctime_ok(ur_dkg_member_advance(&members[i], end), "advance");
    }
}

static void finish(void)
{
    for (uint32_t i = 0; i < N; i++) {
        ctime_ok(ur_dkg_member_advance(&members[i], 30), "advance");
        ctime_ok(ur_dkg_member_finish(&members[i], &results[i], keys[i]), "finish");
        ctime_ok(results[i].has_share ? UR_OK : UR_E_PROOF, "share");
    }
    round_of(30, 0);
}

static void generate(void)
{
    start();
    round_of(1, 10);
    round_of(10, 20);
    finish();
}

static void reshare(void)
{
    static uint8_t old_keys[N * UR_G1_BYTES];
    ur_scalar old[N];
    generate();
    memcpy(old_keys, keys[0], sizeof old_keys);
    memcpy(config.mpk, results[0].mpk, sizeof config.mpk);
    config.generation = 1;
    config.old_n = config.old_t = N;
    config.old_accounts = accounts;
    config.old_keys = old_keys;
    for (uint32_t i = 0; i < N; i++) {
        old[i] = results[i].share; /* secret, as it came out */
        ur_dkg_member_clear(&members[i]);
        init(i, &old[i]);
    }
    round_of(1, 10);
    round_of(10, 20);
    finish();
}

/* A member is shown a dealing that is spoilt on the way (it does not check the ledger's check here), and accuses. */
static void dispute(void)
{
    uint8_t bytes[UR_DKG_DISPUTE_BYTES];
    uint32_t dealer = 0;
    ur_writer w;
    start();
    round_of(1, 10);
    round_of(10, 0);
    members[1].masked[31] ^= 1; /* of dealer 1 */
    for (uint32_t i = 0; i < N; i++) {
        ctime_ok(ur_dkg_member_advance(&members[i], 20), "advance");
    }
    ur_writer_init(&w, bytes, sizeof bytes);
    ctime_ok(ur_dkg_member_dispute(&members[1], &w, &dealer), "dispute");
    ctime_ok(dealer == 1 ? UR_OK : UR_E_INTERNAL, "dealer");
    ur_twin key;
    ur_dkg_member_key(&members[0], &key);
    ctime_ok(ur_g1_is_inf(&key.one) ? UR_E_INTERNAL : UR_OK, "key");
}

const ctime_entry ctime_dkg[] = {
    {"ur_dkg_member: generation", generate},
    {"ur_dkg_member: resharing", reshare},
    {"ur_dkg_member: dispute", dispute},
    {0},
};
