/* A world for tests of vaults: a scenario with a committee whose shares are known, instances that sign, recipients that open.
 * Everything goes through the contract's entry points, on all sides that the scenario has. */
#ifndef UR_TESTS_CONTRACT_VAULT_KIT_H
#define UR_TESTS_CONTRACT_VAULT_KIT_H

#include "tests/test.h"

#include "contract/machine/vault.h"
#include "core/policy/statement.h"
#include "core/pve/pve.h"
#include "core/share/share.h"
#include "lib/suite/secp256k1.h"
#include "tests/contract/scenario.h"

#define KIT_CHAIN "dev-scenario"
#define KIT_CONTRACT SCENARIO_CONTRACT
#define KIT_MEMBERS_MAX 8u

#define KIT_ZEROS_96                     \
    "00000000000000000000000000000000" \
    "00000000000000000000000000000000" \
    "00000000000000000000000000000000"
/* An image; `mr` is two hex digits that tell it from others. */
#define KIT_IMAGE_JSON(mr)                                                                                                      \
    "{\"kind\":\"tdx\",\"mr_config_id\":\"any\",\"mr_owner\":\"" KIT_ZEROS_96 "\",\"mr_owner_config\":\"" KIT_ZEROS_96       \
    "\",\"mr_seam\":\"any\",\"mr_servicetd\":\"" KIT_ZEROS_96 "\",\"mr_td\":\"" KIT_ZEROS_96 "\",\"rtmr0\":\"" KIT_ZEROS_96 \
    "\",\"rtmr1\":\"" KIT_ZEROS_96 "\",\"rtmr2\":\"" KIT_ZEROS_96 "\",\"rtmr3\":\"any\",\"td_attributes\":\"00000010000000" mr  \
    "\",\"xfam\":\"e702060000000000\"}"

/* What the default policy says; the world's clock moves in these. */
#define KIT_SILENCE_S 1200u
#define KIT_SILENCE_BLOCKS 30u
#define KIT_VETO_S 300u
#define KIT_VETO_BLOCKS 10u
#define KIT_TTL_S 3000u
#define KIT_CHALLENGE_BLOCKS 25u
#define KIT_ACTIVATION_S 600u

/* Accounts. Keypers are KIT_KEYPER + index. */
enum { KIT_OWNER = 1, KIT_ALICE, KIT_BOB, KIT_GUARDIAN, KIT_GUARDIAN_2, KIT_CARRIER, KIT_TEE, KIT_TEE_2, KIT_HEIR, KIT_KEYPER = 50 };

typedef struct kit_instance {
    ur_secp_secret secret;
    uint8_t key[UR_INSTANCE_KEY_BYTES];
} kit_instance;

typedef struct kit_recipient {
    int account;
    ur_scalar x;
    ur_pve_recipient key;
    uint8_t twin[UR_TWIN_BYTES];
} kit_recipient;

typedef struct kit_event {
    char *json;
    uint64_t height, time_ns;
} kit_event;

struct kit_world;
typedef void (*kit_hook)(struct kit_world *w, int sender, const char *message);

typedef struct kit_world {
    scenario s;
    kit_hook before; /* sees each message before it is sent; NULL: nobody does */
    FILE *record;    /* where calls are noted as they come, as examples.h has it; or NULL */
    char *result;  /* of the last call */
    char *message; /* the last one sent */
    kit_event *events;
    size_t event_count, event_cap;

    uint64_t generation;
    uint32_t t, n;
    ur_scalar secret; /* of the committee */
    uint8_t mpk[UR_G1_BYTES];
    ur_share share[KIT_MEMBERS_MAX + 1];

    kit_instance instance; /* of the vault below */
    uint64_t vault;
    char *policy;
    ur_scalar heir_x; /* the registered recovery key's */
} kit_world;

/* With a committee of n members and a policy that names Alice and Bob as requesters, one of two guardians, a recovery key
 * and a release authority; no vault yet. */
kit_world *kit_new(uint32_t t, uint32_t n);
void kit_free(kit_world *w);
/* cmocka's fixtures: a world with a committee of 2 in 3, and a vault in its first version. */
int kit_set_up(void **state);
int kit_tear_down(void **state);

/* A new generation of the committee, dealt and current: the same master key, members 1..n, account KIT_KEYPER + index. */
void kit_generation(kit_world *w, uint64_t generation, uint32_t t, uint32_t n);
/* Let time pass. */
void kit_wait(kit_world *w, uint64_t seconds, uint64_t blocks);

/* Bytes in base64, an account's address: good for sixteen more calls. */
const char *kit_base64(const void *p, size_t n);
const char *kit_hex(const void *p, size_t n);
const char *kit_account(int account);
kit_instance kit_instance_of(uint8_t seed);

/* ---- calls ---- */

/* Send a message (as printf); the block stays the same. The result is kept in w->result. */
void kit_send(kit_world *w, int sender, const char *format, ...) __attribute__((format(printf, 3, 4)));
void kit_send_text(kit_world *w, int sender, const char *message);
/* What became of the last message. */
void kit_expect_ok(kit_world *w, int line);
void kit_expect_refusal(kit_world *w, const char *code, const char *field, int line);
#define assert_taken(w) kit_expect_ok(w, __LINE__)
#define assert_refused(w, code, field) kit_expect_refusal(w, code, field, __LINE__)
/* A query's answer, decoded; w->result until the next call. */
const char *kit_ask(kit_world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- what stands on the ledger ---- */

uc_vault kit_vault(kit_world *w);
bool kit_has(kit_world *w, ur_span key);
/* How many records there are, whatever they are; how often the last call used storage. */
size_t kit_records(const kit_world *w);
size_t kit_operations(const kit_world *w);
/* SHA-256 over all records. */
void kit_digest(const kit_world *w, uint8_t out[UR_SHA256_BYTES]);
uc_committee kit_committee(kit_world *w);

/* ---- what instances say ---- */

typedef struct kit_saying {
    ur_statement_kind kind;
    const kit_instance *signer;
    uint64_t vault, epoch, sequence, seen_height, version;
    const char *ciphertext, *secret, *successor, *policy; /* NULL: null, or not this kind's */
    const kit_instance *key;
    const char *hashed; /* whose hash a heartbeat names; NULL: the ciphertext's, or the one that stands */
    /* what is signed instead of what is sent; NULL or 0: the same */
    const char *signed_chain, *signed_contract;
    uint64_t signed_vault;
    ur_statement_kind signed_kind;
} kit_saying;

/* As the world's instance would say it now. Heartbeats keep the version that stands. */
kit_saying kit_say(kit_world *w, ur_statement_kind kind);
/* Its message, in w->message. */
const char *kit_saying_text(kit_world *w, const kit_saying *s);
void kit_speak(kit_world *w, int carrier, const kit_saying *s);

void kit_create_vault(kit_world *w);
/* What a release authority's key says of an image, in base64. */
const char *kit_image_signature(kit_world *w, const kit_instance *signer, const char *image);
/* add_image with the authority's signature; the caller looks at what becomes of it. */
void kit_add_image(kit_world *w, const char *image);
/* A heartbeat as it should be; and one with the next ciphertext. */
void kit_heartbeat(kit_world *w);
void kit_next_version(kit_world *w, const char *ciphertext);

/* ---- recovery, step by step; each asserts that it is taken ---- */

void kit_fall_silent(kit_world *w);
/* Requests return their number. */
uint64_t kit_request(kit_world *w, int requester, int recipient);
uint64_t kit_request_key(kit_world *w, int requester, int recipient);
void kit_approve(kit_world *w, uint64_t request, int recipient);
void kit_window(kit_world *w);
void kit_begin(kit_world *w, uint64_t request, int recipient);
/* Evidence as message text: for a key (registered) without a quote. seed makes the recipient's key. */
kit_recipient kit_recipient_make(kit_world *w, uint64_t request, int account, uint8_t seed);
kit_recipient kit_heir_make(kit_world *w, int account);
void kit_send_evidence(kit_world *w, uint64_t request, const kit_recipient *r, bool registered);
void kit_send_vote(kit_world *w, uint64_t request, uint32_t index);
void kit_votes(kit_world *w, uint64_t request); /* t of them */
/* Member index's share for the release that is open, as 192 bytes. */
void kit_share_make(kit_world *w, uint8_t out[UR_PVE_SHARE_BYTES], uint64_t release, uint32_t index, const kit_recipient *r);
void kit_send_share(kit_world *w, uint64_t release, uint32_t index, const kit_recipient *r);
void kit_shares(kit_world *w, uint64_t release, const kit_recipient *r); /* t of them */
/* From the shares on the ledger: the identity's key opens. */
void kit_assert_opens(kit_world *w, const kit_recipient *r);
/* From an active vault to one that is RELEASING, and to one that is RELEASED, with Alice's request. */
kit_recipient kit_fence(kit_world *w, int recipient, uint8_t seed);
kit_recipient kit_release(kit_world *w, int recipient, uint8_t seed);
/* Number of the last request. */
uint64_t kit_last_request(kit_world *w);

#endif
