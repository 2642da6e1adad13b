#include "tests/model/contract.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/machine/vault.h"
#include "core/codec/base64.h"
#include "core/codec/bech32.h"
#include "core/codec/hex.h"
#include "core/policy/identity.h"
#include "core/policy/statement.h"
#include "core/pve/pve.h"
#include "core/share/share.h"
#include "lib/suite/secp256k1.h"
#include "tests/contract/host_mem.h"

#define CHAIN "dev-model"
#define CONTRACT "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"
#define ROOT "040ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f567918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394"
#define Z32 "00000000000000000000000000000000"
#define Z96 Z32 Z32 Z32
#define NS_PER_MS 1000000u
#define EVIDENCE_MAX 8192u

enum { TEXT_MAX = 16384, MESSAGE_MAX = 65536, ADDRESS_MAX = 91 };

typedef char text[ADDRESS_MAX];

typedef struct key_pair {
    ur_secp_secret secret;
    uint8_t pub[UR_INSTANCE_KEY_BYTES];
} key_pair;

struct m_contract {
    host_mem host;
    uint8_t *memory;
    bool begun;
    uint64_t vault;
    m_policy policy;
    /* A change of policy goes to and fro between two that differ in what means nothing here. */
    char policy_text[2][TEXT_MAX];
    uint8_t policy_hash[2][UR_SHA256_BYTES];
    unsigned policy_now;
    uint8_t mpk[UR_G1_BYTES];
    ur_share share[M_KEYPERS + 1];
    text requester[M_REQUESTERS], guardian[M_GUARDIANS];
    uint8_t evidence_hash[EVIDENCE_MAX][UR_SHA256_BYTES]; /* by the model's number */
    char message[MESSAGE_MAX], result[MESSAGE_MAX], differs[1024];
};

/* A step of the test's own that fails is a mistake of the test. */
static void must(ur_status s, const char *what)
{
    if (s != UR_OK) {
        fprintf(stderr, "model: %s: %s\n", what, ur_status_name(s));
        abort();
    }
}

/* ---- who is who ---- */

static void derive(uint8_t out[32], const char *what, uint64_t n)
{
    char name[64];
    int len = snprintf(name, sizeof name, "%s/%" PRIu64, what, n);
    ur_sha256_of(out, ur_span_of(name, (size_t)len));
}

static void account_text(text out, int account)
{
    uint8_t bytes[32];
    size_t n;
    derive(bytes, "account", (uint64_t)account);
    must(ur_bech32_encode_var(out, ADDRESS_MAX - 1, &n, UR_SPAN_LIT("wasm"), ur_span_of(bytes, 20)), "address");
    out[n] = '\0';
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

/* Policies list addresses in their order, and a requester's slot is its place there. */
static void name_accounts(m_contract *c)
{
    for (int i = 0; i < M_REQUESTERS; i++) {
        account_text(c->requester[i], M_ACCOUNT_REQUESTER + i);
    }
    for (int i = 0; i < M_GUARDIANS; i++) {
        account_text(c->guardian[i], M_ACCOUNT_GUARDIAN + i);
    }
    qsort(c->requester, M_REQUESTERS, sizeof(text), by_text);
    qsort(c->guardian, M_GUARDIANS, sizeof(text), by_text);
}

static void address(const m_contract *c, text out, int account)
{
    if (account >= M_ACCOUNT_REQUESTER && account < M_ACCOUNT_REQUESTER + M_REQUESTERS) {
        memcpy(out, c->requester[account - M_ACCOUNT_REQUESTER], sizeof(text));
    } else if (account >= M_ACCOUNT_GUARDIAN && account < M_ACCOUNT_GUARDIAN + M_GUARDIANS) {
        memcpy(out, c->guardian[account - M_ACCOUNT_GUARDIAN], sizeof(text));
    } else {
        account_text(out, account);
    }
}

static key_pair instance_key(int instance)
{
    key_pair k;
    uint8_t secret[32];
    ur_secp_pub pub;
    derive(secret, "instance", (uint64_t)instance);
    must(ur_secp_secret_parse(&k.secret, secret), "instance key");
    ur_secp_pub_of(&pub, &k.secret);
    ur_secp_pub_write(k.pub, &pub);
    return k;
}

/* ---- the committee: shares that everybody here knows ---- */

static void deal_committee(m_contract *c)
{
    uint8_t random[M_THRESHOLD * UR_SCALAR_WIDE_BYTES];
    ur_scalar a[M_THRESHOLD], master;
    ur_share_poly f;
    ur_g1 mpk, generator;
    ur_scalar_from_u64(&master, 987654321);
    memset(random, 17, sizeof random);
    must(ur_share_poly_draw(&f, a, M_THRESHOLD, &master, random), "polynomial");
    for (uint32_t i = 1; i <= M_KEYPERS; i++) {
        must(ur_share_poly_at(&c->share[i], &f, i), "share");
    }
    must(ur_g1_parse(&generator, ur_g1_generator_bytes()), "generator");
    ur_g1_mul(&mpk, &generator, &master);
    ur_g1_write(c->mpk, &mpk);
}

static uc_call begin_records(m_contract *c, ur_arena *arena)
{
    memset(c->memory, 0, UC_MEMORY_BYTES);
    ur_arena_init(arena, c->memory, UC_MEMORY_BYTES);
    host_mem_begin(&c->host);
    return (uc_call){.host = &c->host.host, .memory = arena, .writes = true};
}

/* As committees leave them: opened, and every share published. */
static void write_committee(m_contract *c)
{
    ur_arena arena;
    uc_call call = begin_records(c, &arena);
    uc_committee record = {.current = 1, .t = M_THRESHOLD, .n = M_KEYPERS, .margin = 1, .drill_interval = 100,
                           .creator = UR_SPAN_LIT("somebody")};
    memcpy(record.mpk, c->mpk, sizeof record.mpk);
    must(uc_committee_save(&call, 1, &record), "committee");
    for (uint32_t i = 1; i <= M_KEYPERS; i++) {
        text account;
        ur_g1 p;
        address(c, account, M_ACCOUNT_KEYPER + (int)i - 1);
        uc_holder h = {.t = M_THRESHOLD, .n = M_KEYPERS, .account = ur_span_str_var(account)};
        ur_share_public(&p, &c->share[i]);
        ur_g1_write(h.key, &p);
        must(uc_holder_save(&call, 1, 1, i, &h), "holder");
    }
    host_mem_end(&c->host, true);
}

static void write_policies(m_contract *c)
{
    char mpk[2 * UR_G1_BYTES + 1] = "";
    ur_hex_encode(mpk, ur_span_of(c->mpk, sizeof c->mpk));
    mpk[2 * UR_G1_BYTES] = '\0';
    for (unsigned k = 0; k < 2; k++) {
        int n = snprintf(c->policy_text[k], TEXT_MAX,
                         "{\"accept_lockout\":true,\"activation\":%" PRId64 ",\"challenge_blocks\":%" PRIu64 ",\"grace\":%" PRId64
                         ",\"guardians\":{\"members\":[\"%s\",\"%s\"],\"quorum\":%d},\"keyper_quotes\":null,\"keys\":[],\"min_n\":%d,"
                         "\"min_t\":%d,\"mpk\":\"%s\",\"period\":%" PRId64 ",\"request_ttl\":%" PRId64 ",\"requesters\":[\"%s\",\"%s\"],"
                         "\"silence_blocks\":%" PRIu64 ",\"tee\":{\"advisories\":{\"allowed\":[],\"forbidden\":[]},\"evaluation_floor\":%u,"
                         "\"images\":[{\"kind\":\"tdx\",\"mr_config_id\":\"any\",\"mr_owner\":\"" Z96 "\",\"mr_owner_config\":\"" Z96
                         "\",\"mr_seam\":\"any\",\"mr_servicetd\":\"" Z96 "\",\"mr_td\":\"" Z96 "\",\"rtmr0\":\"" Z96 "\",\"rtmr1\":\"" Z96
                         "\",\"rtmr2\":\"" Z96 "\",\"rtmr3\":\"any\",\"td_attributes\":\"0000001000000000\",\"xfam\":\"e702060000000000\"}],"
                         "\"platforms\":\"any\",\"quote_age\":0,\"release_authority\":null,\"roots\":[\"" ROOT
                         "\"],\"tcb\":{\"grace_evaluation\":0,\"grace_until\":0,\"min_date\":0,\"statuses\":[\"UpToDate\"]}},\"version\":1,"
                         "\"veto\":%" PRId64 ",\"veto_blocks\":%" PRIu64 "}",
                         c->policy.activation / 1000, c->policy.challenge_blocks, c->policy.grace / 1000, c->guardian[0], c->guardian[1],
                         M_QUORUM, M_KEYPERS, M_THRESHOLD, mpk, c->policy.period / 1000, c->policy.ttl / 1000, c->requester[0],
                         c->requester[1], c->policy.silence_blocks, 17 + k, c->policy.veto / 1000, c->policy.veto_blocks);
        ur_policy_hash(c->policy_hash[k], ur_span_of(c->policy_text[k], (size_t)n));
    }
}

/* ---- calls ---- */

static ur_span env_of(char buf[512], m_now now)
{
    int n = snprintf(buf, 512,
                     "{\"block\":{\"height\":%" PRIu64 ",\"time\":\"%" PRId64 "\",\"chain_id\":\"" CHAIN
                     "\"},\"transaction\":{\"index\":0},\"contract\":{\"address\":\"" CONTRACT "\"}}",
                     now.height, now.time * (int64_t)NS_PER_MS);
    return ur_span_of(buf, (size_t)n);
}

static const uc_host *begin_call(m_contract *c, ur_arena *arena) { return begin_records(c, arena).host; }

/* Whether the message in c->message was taken. */
static bool execute(m_contract *c, int sender, m_now now)
{
    char env[512], info[256];
    text from;
    ur_arena arena;
    ur_span result;
    address(c, from, sender);
    int n = snprintf(info, sizeof info, "{\"sender\":\"%s\",\"funds\":[]}", from);
    const uc_host *host = begin_call(c, &arena);
    must(uc_execute(host, &arena, env_of(env, now), ur_span_of(info, (size_t)n), ur_span_str_var(c->message), &result), "execute");
    size_t kept = result.n < sizeof c->result - 1 ? result.n : sizeof c->result - 1;
    memcpy(c->result, result.p, kept);
    c->result[kept] = '\0';
    bool taken = strncmp(c->result, "{\"ok\"", 5) == 0;
    host_mem_end(&c->host, taken);
    return taken;
}

static void say(m_contract *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(m_contract *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(c->message, MESSAGE_MAX, format, args);
    va_end(args);
    must(n > 0 && n < MESSAGE_MAX ? UR_OK : UR_E_LIMIT, "message");
}

static const char *base64(char *buf, const void *p, size_t n)
{
    ur_base64_encode(buf, ur_span_of(p, n), UR_BASE64);
    buf[ur_base64_chars(n, UR_BASE64)] = '\0';
    return buf;
}

/* ---- a new vault ---- */

static void begin(void *self, const m_policy *p, m_now now, int instance)
{
    m_contract *c = self;
    char env[512], key64[64];
    ur_arena arena;
    ur_span result;
    key_pair k = instance_key(instance);
    if (c->begun) {
        host_mem_clear(&c->host);
    }
    host_mem_init(&c->host, "wasm");
    c->begun = true;
    c->policy = *p;
    c->policy_now = 0;
    const uc_host *host = begin_call(c, &arena);
    must(uc_instantiate(host, &arena, env_of(env, now), UR_SPAN_LIT("{\"sender\":\"x\",\"funds\":[]}"), UR_SPAN_LIT("{}"), &result),
         "instantiate");
    host_mem_end(&c->host, true);
    write_committee(c);
    write_policies(c);
    say(c, "{\"create_vault\":{\"committee\":1,\"policy\":%s,\"instance_key\":\"%s\",\"label\":\"model\"}}", c->policy_text[0],
        base64(key64, k.pub, sizeof k.pub));
    if (!execute(c, M_ACCOUNT_OWNER, now)) {
        fprintf(stderr, "model: create_vault: %s\n", c->result);
        abort();
    }
    c->vault = 1;
}

/* ---- statements ---- */

/* The ciphertext of a version of an epoch: any bytes that tell them apart. */
static size_t ciphertext_of(char *buf, uint64_t epoch, uint64_t version, int instance)
{
    return (size_t)snprintf(buf, 128, "sealed in epoch %" PRIu64 ", version %" PRIu64 ", by %d", epoch, version, instance);
}

static void sign(char *out, const ur_statement *s, const key_pair *k)
{
    uint8_t hash[32], sig[64];
    must(ur_statement_hash(hash, s), "statement");
    ur_secp_sign(sig, &k->secret, hash);
    base64(out, sig, sizeof sig);
}

static ur_statement statement_of(const m_contract *c, const m_message *m, ur_statement_kind kind)
{
    return (ur_statement){.kind = kind, .chain_id = UR_SPAN_LIT(CHAIN), .contract = UR_SPAN_LIT(CONTRACT), .vault = c->vault,
                          .epoch = m->epoch, .sequence = m->sequence, .seen_height = m->seen_height};
}

/* A new version comes with its ciphertext, the one that stands without. */
static void make_heartbeat(m_contract *c, const m_message *m, const m_vault *before)
{
    char sealed[128], hash64[64], sealed64[256], sig64[128];
    key_pair k = instance_key(m->signer);
    bool fresh = m->version != before->version;
    ur_statement s = statement_of(c, m, UR_STATEMENT_HEARTBEAT);
    size_t n = ciphertext_of(sealed, m->epoch, m->version, m->signer);
    s.version = m->version;
    ur_sha256_of(s.ciphertext_hash, ur_span_of(sealed, n));
    s.secret = fresh ? UR_SPAN_LIT("a public key") : (ur_span){0};
    sign(sig64, &s, &k);
    base64(sealed64, sealed, n);
    say(c, "{\"heartbeat\":{\"vault\":%" PRIu64 ",\"epoch\":%" PRIu64 ",\"sequence\":%" PRIu64 ",\"seen_height\":%" PRIu64
        ",\"version\":%" PRIu64 ",\"ciphertext_hash\":\"%s\",\"ciphertext\":%s%s%s,\"secret\":%s,\"signature\":\"%s\"}}",
        c->vault, m->epoch, m->sequence, m->seen_height, m->version, base64(hash64, s.ciphertext_hash, 32), fresh ? "\"" : "",
        fresh ? sealed64 : "null", fresh ? "\"" : "", fresh ? "\"YSBwdWJsaWMga2V5\"" : "null", sig64);
}

static void make_migrate(m_contract *c, const m_message *m)
{
    char sig64[128];
    text successor;
    key_pair k = instance_key(m->signer);
    ur_statement s = statement_of(c, m, UR_STATEMENT_MIGRATE);
    address(c, successor, m->recipient);
    s.successor = ur_span_str_var(successor);
    sign(sig64, &s, &k);
    say(c, "{\"migrate\":{\"vault\":%" PRIu64 ",\"epoch\":%" PRIu64 ",\"sequence\":%" PRIu64 ",\"seen_height\":%" PRIu64
        ",\"successor\":\"%s\",\"signature\":\"%s\"}}", c->vault, m->epoch, m->sequence, m->seen_height, successor, sig64);
}

static void make_change_policy(m_contract *c, const m_message *m)
{
    char sealed[128], sealed64[256], sig64[128];
    key_pair k = instance_key(m->signer);
    ur_statement s = statement_of(c, m, UR_STATEMENT_CHANGE_POLICY);
    unsigned next = 1 - c->policy_now;
    size_t n = ciphertext_of(sealed, m->epoch + 1, 1, m->signer);
    ur_sha256_of(s.ciphertext_hash, ur_span_of(sealed, n));
    memcpy(s.policy_hash, c->policy_hash[next], sizeof s.policy_hash);
    sign(sig64, &s, &k);
    say(c, "{\"change_policy\":{\"vault\":%" PRIu64 ",\"epoch\":%" PRIu64 ",\"sequence\":%" PRIu64 ",\"seen_height\":%" PRIu64
        ",\"policy\":%s,\"ciphertext\":\"%s\",\"signature\":\"%s\"}}", c->vault, m->epoch, m->sequence, m->seen_height, c->policy_text[next],
        base64(sealed64, sealed, n), sig64);
}

static void make_activate(m_contract *c, const m_message *m)
{
    char sealed[128], sealed64[256], key64[64], sig64[128];
    key_pair k = instance_key(m->signer);
    ur_statement s = statement_of(c, m, UR_STATEMENT_ACTIVATE);
    size_t n = ciphertext_of(sealed, m->epoch, 1, m->signer);
    ur_sha256_of(s.ciphertext_hash, ur_span_of(sealed, n));
    s.secret = UR_SPAN_LIT("a public key");
    memcpy(s.instance_key, k.pub, sizeof s.instance_key);
    sign(sig64, &s, &k);
    say(c, "{\"activate\":{\"vault\":%" PRIu64 ",\"epoch\":%" PRIu64 ",\"sequence\":%" PRIu64 ",\"seen_height\":%" PRIu64
        ",\"instance_key\":\"%s\",\"ciphertext\":\"%s\",\"secret\":\"YSBwdWJsaWMga2V5\",\"signature\":\"%s\"}}", c->vault, m->epoch,
        m->sequence, m->seen_height, base64(key64, k.pub, sizeof k.pub), base64(sealed64, sealed, n), sig64);
}

/* ---- recovery ---- */

static void recipient_scalar(ur_scalar *x, int recipient)
{
    uint8_t wide[64];
    derive(wide, "recipient", (uint64_t)recipient);
    derive(wide + 32, "recipient, more", (uint64_t)recipient);
    ur_scalar_from_wide(x, wide, 48);
}

static void make_evidence(m_contract *c, const m_message *m, const m_vault *before)
{
    uint8_t ctx_buf[UR_PVE_CONTEXT_MAX], twin[UR_TWIN_BYTES], collateral_hash[32], fields[1024];
    char twin64[512], quote[64], quote64[128], hash64[64], collateral[64], collateral64[128];
    text account;
    ur_scalar x;
    ur_span ctx, bytes;
    ur_writer w;
    address(c, account, m->sender);
    const ur_pve_context context = {.chain = UR_SPAN_LIT(CHAIN), .contract = UR_SPAN_LIT(CONTRACT), .vault = c->vault, .epoch = before->epoch,
                                    .request = m->request, .account = ur_span_str_var(account)};
    must(ur_pve_context_write(ctx_buf, &ctx, &context), "context");
    recipient_scalar(&x, m->sender);
    must(ur_pve_recipient_make(twin, NULL, &x, ctx), "recipient");
    size_t n = (size_t)snprintf(quote, sizeof quote, "quote %" PRIu64, m->evidence);
    size_t collateral_n = (size_t)snprintf(collateral, sizeof collateral, "collateral %" PRIu64, m->evidence);
    ur_sha256_of(collateral_hash, ur_span_of(collateral, collateral_n));
    ur_writer_init(&w, fields, sizeof fields);
    ur_writer_field(&w, ur_span_of(twin, sizeof twin));
    ur_writer_field(&w, ur_span_of(quote, n));
    ur_writer_field(&w, ur_span_of(collateral_hash, sizeof collateral_hash));
    must(ur_writer_end(&w, &bytes), "evidence");
    ur_sha256_of(c->evidence_hash[m->evidence % EVIDENCE_MAX], bytes);
    say(c, "{\"evidence\":{\"vault\":%" PRIu64 ",\"request\":%" PRIu64 ",\"twin\":\"%s\",\"quote\":\"%s\",\"collateral_hash\":\"%s\""
        ",\"collateral\":\"%s\"}}", c->vault, m->request, base64(twin64, twin, sizeof twin), base64(quote64, quote, n),
        base64(hash64, collateral_hash, 32), base64(collateral64, collateral, collateral_n));
}

/* Member keyper's share of the identity's key, for the recipient of the release that is open (or of some other one: then the
 * contract refuses it, as the model does). */
static void make_share(m_contract *c, const m_message *m, const m_vault *before)
{
    uint8_t id_buf[UR_IDENTITY_MAX], nonce[32] = {1}, fresh[32], out[UR_PVE_SHARE_BYTES];
    char out64[512];
    ur_span id;
    ur_scalar x;
    ur_pve_recipient to;
    ur_pve_share made;
    ur_g2 q, d;
    ur_vault_identity identity = {.chain_id = UR_SPAN_LIT(CHAIN), .contract = UR_SPAN_LIT(CONTRACT), .vault = c->vault, .epoch = m->epoch,
                                  .version = before->version};
    memcpy(identity.policy_hash, c->policy_hash[c->policy_now], sizeof identity.policy_hash);
    must(ur_vault_identity_write(id_buf, &id, &identity), "identity");
    ur_hash_to_g2(&q, UR_TAG_IDENTITY, id);
    ur_g2_mul(&d, &q, &c->share[m->keyper + 1].s);
    recipient_scalar(&x, before->recipient);
    must(ur_pve_recipient_make((uint8_t[UR_TWIN_BYTES]){0}, &to, &x, UR_SPAN_LIT("anything")), "recipient");
    derive(fresh, "fresh", m->sequence + (uint64_t)m->keyper);
    const ur_pve_use use = {.generation = 1, .index = (uint32_t)m->keyper + 1, .identity = id, .request = UR_SPAN_LIT("a request")};
    must(ur_pve_make(&made, &d, &to, nonce, fresh, &use), "share");
    ur_pve_share_write(out, &made);
    say(c, "{\"share\":{\"vault\":%" PRIu64 ",\"release\":%" PRIu64 ",\"index\":%d,\"share\":\"%s\"}}", c->vault, m->release, m->keyper + 1,
        base64(out64, out, sizeof out));
}

static void make(m_contract *c, const m_message *m, const m_vault *before)
{
    text account;
    char hash64[64];
    switch (m->kind) {
    case M_HEARTBEAT:
        make_heartbeat(c, m, before);
        break;
    case M_MIGRATE:
        make_migrate(c, m);
        break;
    case M_CHANGE_POLICY:
        make_change_policy(c, m);
        break;
    case M_REQUEST:
        address(c, account, m->recipient);
        say(c, "{\"request\":{\"vault\":%" PRIu64 ",\"recipient\":{\"tee\":\"%s\"}}}", c->vault, account);
        break;
    case M_APPROVE:
        address(c, account, m->recipient);
        say(c, "{\"approve\":{\"vault\":%" PRIu64 ",\"request\":%" PRIu64 ",\"recipient\":\"%s\"}}", c->vault, m->request, account);
        break;
    case M_BEGIN:
        say(c, "{\"begin\":{\"vault\":%" PRIu64 ",\"request\":%" PRIu64 "}}", c->vault, m->request);
        break;
    case M_EVIDENCE:
        make_evidence(c, m, before);
        break;
    case M_VOTE:
        say(c, "{\"vote_release\":{\"vault\":%" PRIu64 ",\"request\":%" PRIu64 ",\"index\":%d,\"evidence_hash\":\"%s\"}}", c->vault,
            m->request, m->keyper + 1, base64(hash64, c->evidence_hash[m->evidence % EVIDENCE_MAX], 32));
        break;
    case M_SHARE:
        make_share(c, m, before);
        break;
    case M_ACTIVATE:
        make_activate(c, m);
        break;
    case M_KINDS:
        abort();
    }
}

/* ---- the same? ---- */

static const char *differ(m_contract *c, const char *what, uint64_t model, uint64_t contract)
{
    (void)snprintf(c->differs, sizeof c->differs, "the contract's %s is %" PRIu64 ", the model's %" PRIu64 " (%.600s)", what, contract, model,
                   c->message);
    return c->differs;
}

#define SAME(what, model, contract)                                          \
    do {                                                                     \
        if ((uint64_t)(model) != (uint64_t)(contract)) {                     \
            return differ(c, what, (uint64_t)(model), (uint64_t)(contract)); \
        }                                                                    \
    } while (0)

static uint64_t ns(int64_t ms) { return (uint64_t)ms * NS_PER_MS; }

static uint64_t bits_of(const uint8_t bits[UC_BITS_BYTES])
{
    uint64_t out = 0;
    for (uint32_t i = 1; i <= M_KEYPERS; i++) {
        out |= (uint64_t)uc_bit(bits, i) << (i - 1);
    }
    return out;
}

static bool is_account(const m_contract *c, ur_span text_of, int account)
{
    text want;
    address(c, want, account);
    return ur_span_eq_var(text_of, ur_span_str_var(want));
}

/* A model's slot: the requesters' places, and the migration's. */
static uint32_t contract_slot(int slot) { return slot == M_SLOTS - 1 ? UC_SLOT_MIGRATION : (uint32_t)slot; }

static const char *compare_votes(m_contract *c, uc_call *call, const m_request *want)
{
    uc_votes u;
    if (want->evidence == 0) {
        return NULL;
    }
    SAME("record of votes", UR_OK, uc_votes_load(call, c->vault, want->number, &u));
    SAME("votes", want->votes, bits_of(u.bits));
    return NULL;
}

static const char *compare_request(m_contract *c, uc_call *call, const m_request *want)
{
    uc_request q;
    SAME("record of the request", UR_OK, uc_request_load(call, c->vault, want->number, &q));
    SAME("request's recipient", true, is_account(c, q.account, want->recipient));
    SAME("request's time", ns(want->time), q.opened.time_ns);
    SAME("request's height", want->height, q.opened.height);
    SAME("request's approvals", want->approvals, q.approvals);
    SAME("challenge's height", want->challenged ? want->challenge_height : 0, q.challenged);
    SAME("evidence", want->evidence != 0, q.has_evidence);
    if (want->evidence != 0) {
        SAME("evidence's hash", true, ur_eq_var(q.evidence_hash, c->evidence_hash[want->evidence % EVIDENCE_MAX], UR_SHA256_BYTES));
    }
    return compare_votes(c, call, want);
}

static const char *compare_release(m_contract *c, uc_call *call, const m_vault *want)
{
    uc_release r;
    uc_share_count z;
    SAME("record of the release", UR_OK, uc_release_load(call, c->vault, &r));
    SAME("release", want->release, r.release);
    SAME("release's epoch", want->epoch, r.epoch);
    SAME("release's request", want->request, r.request);
    SAME("release's recipient", true, is_account(c, r.account, want->recipient));
    SAME("release's version", want->version, r.version);
    SAME("instant of fencing", ns(want->fenced_time), r.fenced.time_ns);
    SAME("instant of release", ns(want->released_time), r.released.time_ns);
    SAME("record of shares", UR_OK, uc_share_count_load(call, c->vault, &z));
    SAME("shares", want->shares, bits_of(z.bits));
    return NULL;
}

static const char *compare_vault(m_contract *c, uc_call *call, const m_vault *want)
{
    uc_vault v;
    uc_numbers n;
    key_pair k = instance_key(want->instance);
    SAME("record of the vault", UR_OK, uc_vault_load(call, c->vault, &v));
    SAME("state", want->state, v.state); /* both count from ACTIVE = 1 */
    SAME("epoch", want->epoch, v.epoch);
    SAME("sequence", want->sequence, v.sequence);
    SAME("version", want->version, v.version);
    SAME("heartbeat's time", ns(want->heartbeat_time), v.heartbeat.time_ns);
    SAME("heartbeat's height", want->heartbeat_height, v.heartbeat.height);
    SAME("seen height", want->seen_height, v.seen_height);
    SAME("max lag", c->policy.max_lag, v.max_lag);
    SAME("instance key", true, ur_eq_var(k.pub, v.instance_key, sizeof k.pub));
    SAME("record of numbers", UR_OK, uc_numbers_load(call, c->vault, &n));
    SAME("next request", want->next_request, n.next);
    for (int s = 0; s < M_SLOTS; s++) {
        SAME("request in a slot", want->slot[s].open, v.pending >> contract_slot(s) & 1);
        if (want->slot[s].open) {
            SAME("number in a slot", want->slot[s].number, n.slot[contract_slot(s)]);
            const char *differs = compare_request(c, call, &want->slot[s]);
            if (differs != NULL) {
                return differs;
            }
        }
    }
    return want->state == M_ACTIVE ? NULL : compare_release(c, call, want);
}

static const char *apply(void *self, const m_message *m, m_now now, bool taken, const m_vault *before, const m_vault *expected)
{
    m_contract *c = self;
    ur_arena arena;
    make(c, m, before);
    bool did = execute(c, m->sender, now);
    if (did != taken) {
        (void)snprintf(c->differs, sizeof c->differs, "the contract %s what the model %s: %.300s for %.500s", did ? "takes" : "refuses",
                       taken ? "takes" : "refuses", c->result, c->message);
        return c->differs;
    }
    if (taken && m->kind == M_CHANGE_POLICY) {
        c->policy_now = 1 - c->policy_now;
    }
    uc_call call = begin_records(c, &arena);
    const char *differs = compare_vault(c, &call, expected);
    host_mem_end(&c->host, false);
    return differs;
}

/* ---- */

m_contract *m_contract_new(void)
{
    m_contract *c = calloc(1, sizeof *c);
    uint8_t *memory = aligned_alloc(16, UC_MEMORY_BYTES);
    if (c == NULL || memory == NULL) {
        abort();
    }
    c->memory = memory;
    name_accounts(c);
    deal_committee(c);
    return c;
}

void m_contract_free(m_contract **contract)
{
    m_contract *c = *contract;
    if (c != NULL) {
        if (c->begun) {
            host_mem_clear(&c->host);
        }
        free(c->memory);
        free(c);
        *contract = NULL;
    }
}

m_beside m_contract_beside(m_contract *c) { return (m_beside){.self = c, .begin = begin, .apply = apply}; }
