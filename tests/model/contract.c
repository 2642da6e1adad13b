#include "tests/model/contract.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/machine/vault.h"
#include "core/codec/bech32.h"
#include "tests/contract/host_mem.h"
#include "tests/model/speech.h"

#define CHAIN "dev-model"
#define CONTRACT "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"
#define NS_PER_MS 1000000u

struct m_contract {
    host_mem host;
    uint8_t *memory;
    bool begun;
    m_speaker speaker;
    m_text requester[M_REQUESTERS], guardian[M_GUARDIANS];
    char result[M_MESSAGE_MAX], differs[1024];
};

/* ---- who is who ---- */

static void account_text(m_text out, int account)
{
    uint8_t bytes[32];
    char name[64];
    size_t n;
    int len = snprintf(name, sizeof name, "account/%d", account);
    ur_sha256_of(bytes, ur_span_of(name, (size_t)len));
    m_must(ur_bech32_encode_var(out, M_ADDRESS_MAX - 1, &n, UR_SPAN_LIT("wasm"), ur_span_of(bytes, 20)), "address");
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
    qsort(c->requester, M_REQUESTERS, sizeof(m_text), by_text);
    qsort(c->guardian, M_GUARDIANS, sizeof(m_text), by_text);
}

static void address(void *self, m_text out, int account)
{
    m_contract *c = self;
    if (account >= M_ACCOUNT_REQUESTER && account < M_ACCOUNT_REQUESTER + M_REQUESTERS) {
        memcpy(out, c->requester[account - M_ACCOUNT_REQUESTER], sizeof(m_text));
    } else if (account >= M_ACCOUNT_GUARDIAN && account < M_ACCOUNT_GUARDIAN + M_GUARDIANS) {
        memcpy(out, c->guardian[account - M_ACCOUNT_GUARDIAN], sizeof(m_text));
    } else {
        account_text(out, account);
    }
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
    m_must(ur_share_poly_draw(&f, a, M_THRESHOLD, &master, random), "polynomial");
    for (uint32_t i = 1; i <= M_KEYPERS; i++) {
        m_must(ur_share_poly_at(&c->speaker.share[i], &f, i), "share");
    }
    m_must(ur_g1_parse(&generator, ur_g1_generator_bytes()), "generator");
    ur_g1_mul(&mpk, &generator, &master);
    ur_g1_write(c->speaker.mpk, &mpk);
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
    memcpy(record.mpk, c->speaker.mpk, sizeof record.mpk);
    m_must(uc_committee_save(&call, 1, &record), "committee");
    for (uint32_t i = 1; i <= M_KEYPERS; i++) {
        m_text account;
        ur_g1 p;
        address(c, account, M_ACCOUNT_KEYPER + (int)i - 1);
        uc_holder h = {.t = M_THRESHOLD, .n = M_KEYPERS, .account = ur_span_str_var(account)};
        ur_share_public(&p, &c->speaker.share[i]);
        ur_g1_write(h.key, &p);
        m_must(uc_holder_save(&call, 1, 1, i, &h), "holder");
    }
    host_mem_end(&c->host, true);
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

/* Whether the message in c->speaker.message was taken. */
static bool execute(m_contract *c, int sender, m_now now)
{
    char env[512], info[256];
    m_text from;
    ur_arena arena;
    ur_span result;
    address(c, from, sender);
    int n = snprintf(info, sizeof info, "{\"sender\":\"%s\",\"funds\":[]}", from);
    const uc_host *host = begin_call(c, &arena);
    m_must(uc_execute(host, &arena, env_of(env, now), ur_span_of(info, (size_t)n), ur_span_str_var(c->speaker.message), &result), "execute");
    size_t kept = result.n < sizeof c->result - 1 ? result.n : sizeof c->result - 1;
    memcpy(c->result, result.p, kept);
    c->result[kept] = '\0';
    bool taken = strncmp(c->result, "{\"ok\"", 5) == 0;
    host_mem_end(&c->host, taken);
    return taken;
}

/* ---- a new vault ---- */

static void begin(void *self, const m_policy *p, m_now now, int instance)
{
    m_contract *c = self;
    char env[512];
    ur_arena arena;
    ur_span result;
    if (c->begun) {
        host_mem_clear(&c->host);
    }
    host_mem_init(&c->host, "wasm");
    c->begun = true;
    c->speaker.policy = *p;
    c->speaker.policy_now = 0;
    const uc_host *host = begin_call(c, &arena);
    m_must(uc_instantiate(host, &arena, env_of(env, now), UR_SPAN_LIT("{\"sender\":\"x\",\"funds\":[]}"), UR_SPAN_LIT("{}"), &result),
         "instantiate");
    host_mem_end(&c->host, true);
    write_committee(c);
    m_speech_policies(&c->speaker);
    m_speech_create_vault(&c->speaker, instance);
    if (!execute(c, M_ACCOUNT_OWNER, now)) {
        fprintf(stderr, "model: create_vault: %s\n", c->result);
        abort();
    }
}

/* ---- the same? ---- */

static const char *differ(m_contract *c, const char *what, uint64_t model, uint64_t contract)
{
    (void)snprintf(c->differs, sizeof c->differs, "the contract's %s is %" PRIu64 ", the model's %" PRIu64 " (%.600s)", what, contract, model,
                   c->speaker.message);
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

static bool is_account(m_contract *c, ur_span text_of, int account)
{
    m_text want;
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
    SAME("record of votes", UR_OK, uc_votes_load(call, c->speaker.vault, want->number, &u));
    SAME("votes", want->votes, bits_of(u.bits));
    return NULL;
}

static const char *compare_request(m_contract *c, uc_call *call, const m_request *want)
{
    uc_request q;
    SAME("record of the request", UR_OK, uc_request_load(call, c->speaker.vault, want->number, &q));
    SAME("request's recipient", true, is_account(c, q.account, want->recipient));
    SAME("request's time", ns(want->time), q.opened.time_ns);
    SAME("request's height", want->height, q.opened.height);
    SAME("request's approvals", want->approvals, q.approvals);
    SAME("challenge's height", want->challenged ? want->challenge_height : 0, q.challenged);
    SAME("evidence", want->evidence != 0, q.has_evidence);
    if (want->evidence != 0) {
        SAME("evidence's hash", true, ur_eq_var(q.evidence_hash, c->speaker.evidence_hash[want->evidence % M_EVIDENCE_MAX], UR_SHA256_BYTES));
    }
    return compare_votes(c, call, want);
}

static const char *compare_release(m_contract *c, uc_call *call, const m_vault *want)
{
    uc_release r;
    uc_share_count z;
    SAME("record of the release", UR_OK, uc_release_load(call, c->speaker.vault, &r));
    SAME("release", want->release, r.release);
    SAME("release's epoch", want->epoch, r.epoch);
    SAME("release's request", want->request, r.request);
    SAME("release's recipient", true, is_account(c, r.account, want->recipient));
    SAME("release's version", want->version, r.version);
    SAME("instant of fencing", ns(want->fenced_time), r.fenced.time_ns);
    SAME("instant of release", ns(want->released_time), r.released.time_ns);
    SAME("record of shares", UR_OK, uc_share_count_load(call, c->speaker.vault, &z));
    SAME("shares", want->shares, bits_of(z.bits));
    return NULL;
}

static const char *compare_vault(m_contract *c, uc_call *call, const m_vault *want)
{
    uc_vault v;
    uc_numbers n;
    m_key_pair k = m_instance_key(want->instance);
    SAME("record of the vault", UR_OK, uc_vault_load(call, c->speaker.vault, &v));
    SAME("state", want->state, v.state); /* both count from ACTIVE = 1 */
    SAME("epoch", want->epoch, v.epoch);
    SAME("sequence", want->sequence, v.sequence);
    SAME("version", want->version, v.version);
    SAME("heartbeat's time", ns(want->heartbeat_time), v.heartbeat.time_ns);
    SAME("heartbeat's height", want->heartbeat_height, v.heartbeat.height);
    SAME("seen height", want->seen_height, v.seen_height);
    SAME("max lag", c->speaker.policy.max_lag, v.max_lag);
    SAME("instance key", true, ur_eq_var(k.pub, v.instance_key, sizeof k.pub));
    SAME("record of numbers", UR_OK, uc_numbers_load(call, c->speaker.vault, &n));
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
    m_speech(&c->speaker, m, before);
    bool did = execute(c, m->sender, now);
    if (did != taken) {
        (void)snprintf(c->differs, sizeof c->differs, "the contract %s what the model %s: %.300s for %.500s", did ? "takes" : "refuses",
                       taken ? "takes" : "refuses", c->result, c->speaker.message);
        return c->differs;
    }
    if (taken && m->kind == M_CHANGE_POLICY) {
        c->speaker.policy_now = 1 - c->speaker.policy_now;
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
    c->speaker = (m_speaker){.chain_id = CHAIN, .contract = CONTRACT, .committee = 1, .vault = 1, .generation = 1, .self = c,
                             .address = address};
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
