#include "tests/contract/vault_kit.h"

#include "core/codec/base64.h"
#include "core/codec/bech32.h"
#include "core/codec/hex.h"
#include "core/policy/identity.h"
#include "core/tibe/tibe.h"
#include "tests/contract/examples.h"

#define ROOT "040ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f567918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394"

enum { MESSAGE_MAX = 200000, TEXT_SLOTS = 16, TEXT_MAX = 64000 };

/* ---- texts ---- */

static char *next_text(void)
{
    static char texts[TEXT_SLOTS][TEXT_MAX];
    static size_t at;
    char *text = texts[at++ % TEXT_SLOTS];
    __asm__("" : "+r"(text)); /* gcc thinks that all slots may be one and the same */
    return text;
}

const char *kit_base64(const void *p, size_t n)
{
    char *text = next_text();
    size_t chars = ur_base64_chars(n, UR_BASE64);
    assert_true(chars < TEXT_MAX);
    ur_base64_encode(text, ur_span_of(p, n), UR_BASE64);
    text[chars] = '\0';
    return text;
}

const char *kit_hex(const void *p, size_t n)
{
    char *text = next_text();
    ur_writer w;
    ur_writer_init(&w, text, TEXT_MAX - 1);
    ur_hex_write(&w, ur_span_of(p, n));
    text[w.n] = '\0';
    return text;
}

const char *kit_account(int account)
{
    char *text = next_text();
    uint8_t bytes[20];
    size_t n;
    memset(bytes, account, sizeof bytes);
    assert_ok(ur_bech32_encode_var(text, TEXT_MAX - 1, &n, UR_SPAN_LIT("wasm"), ur_span_of(bytes, sizeof bytes)));
    text[n] = '\0';
    return text;
}

kit_instance kit_instance_of(uint8_t seed)
{
    kit_instance i;
    uint8_t secret[32] = {0};
    ur_secp_pub pub;
    secret[31] = seed;
    assert_ok(ur_secp_secret_parse(&i.secret, secret));
    ur_secp_pub_of(&pub, &i.secret);
    ur_secp_pub_write(i.key, &pub);
    return i;
}

/* ---- calls ---- */

static void keep_result(kit_world *w, ur_span result)
{
    w->result = realloc(w->result, result.n + 1);
    memcpy(w->result, result.p, result.n);
    w->result[result.n] = '\0';
}

static void keep_events(kit_world *w)
{
    ur_json v, e;
    ur_json_iter it;
    assert_ok(ur_json_parse_var(&v, ur_span_str_var(w->result)));
    assert_ok(ur_json_array_var(&it, ur_json_get_var(ur_json_get_var(v, "ok"), "events")));
    while (ur_json_next_var(&it, &e)) {
        if (w->event_count == w->event_cap) {
            w->event_cap = w->event_cap * 2 + 64;
            w->events = realloc(w->events, w->event_cap * sizeof *w->events);
        }
        w->events[w->event_count++] = (kit_event){strndup((const char *)e.raw.p, e.raw.n), w->s.height, w->s.time_ns};
    }
}

static bool is_error(const kit_world *w) { return strncmp(w->result, "{\"error\"", 8) == 0; }

void kit_send_text(kit_world *w, int sender, const char *message)
{
    kit_hook before = w->before;
    w->before = NULL; /* not before what it sends itself */
    if (before != NULL) {
        before(w, sender, message);
    }
    w->before = before;
    keep_result(w, scenario_call(&w->s, SCENARIO_EXECUTE, kit_account(sender), ur_span_str_var(message)));
    examples_called(w->record, &w->s, kit_account(sender), message);
    if (!is_error(w)) {
        keep_events(w);
    }
}

static void format_message(kit_world *w, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static void format_message(kit_world *w, const char *format, va_list args)
{
    int n = vsnprintf(w->message, MESSAGE_MAX, format, args);
    assert_true(n > 0 && n < MESSAGE_MAX);
}

void kit_send(kit_world *w, int sender, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    format_message(w, format, args);
    va_end(args);
    kit_send_text(w, sender, w->message);
}

const char *kit_ask(kit_world *w, const char *format, ...)
{
    va_list args;
    size_t n;
    va_start(args, format);
    format_message(w, format, args);
    va_end(args);
    keep_result(w, scenario_call(&w->s, SCENARIO_QUERY, "", ur_span_str_var(w->message)));
    if (is_error(w)) {
        return w->result;
    }
    ur_span text = ur_span_of(w->result + 7, strlen(w->result) - 9); /* {"ok":"..."} */
    char *answer = malloc(text.n + 1);
    assert_ok(ur_base64_decode((uint8_t *)answer, text.n, &n, text, UR_BASE64));
    answer[n] = '\0';
    free(w->result);
    w->result = answer;
    ur_json v;
    assert_ok(ur_json_parse_canonical_var(&v, ur_span_of(answer, n)));
    examples_asked(w->record, &w->s, w->message, v.raw);
    return answer;
}

void kit_expect_ok(kit_world *w, int line)
{
    if (is_error(w)) {
        fail_msg("line %d: %s\nfor %.600s", line, w->result, w->message);
    }
}

void kit_expect_refusal(kit_world *w, const char *code, const char *field, int line)
{
    char want[64], end[64];
    snprintf(want, sizeof want, "{\"error\":\"%s: ", code);
    snprintf(end, sizeof end, field != NULL ? " [%s]\"}" : "\"}", field);
    size_t n = strlen(w->result), end_n = strlen(end);
    bool fits = strncmp(w->result, want, strlen(want)) == 0 && n > end_n && strcmp(w->result + n - end_n, end) == 0 &&
                (field != NULL || w->result[n - 3] != ']');
    if (!fits) {
        fail_msg("line %d: %.200s, expected %s [%s]", line, w->result, code, field == NULL ? "" : field);
    }
}

void kit_wait(kit_world *w, uint64_t seconds, uint64_t blocks)
{
    scenario_pass(&w->s, blocks, seconds);
}

/* ---- records ---- */

bool kit_has(kit_world *w, ur_span key) { return scenario_record(&w->s, key).n > 0; }

size_t kit_records(const kit_world *w) { return w->s.sides[0].host.count; }

size_t kit_operations(const kit_world *w) { return w->s.sides[0].host.op_count; }

void kit_digest(const kit_world *w, uint8_t out[UR_SHA256_BYTES])
{
    const host_mem *m = &w->s.sides[0].host;
    ur_sha256 h;
    ur_sha256_init(&h);
    for (size_t i = 0; i < m->count; i++) {
        const host_record *r = &m->records[i];
        uint64_t lengths[2] = {r->key_len, r->value_len};
        ur_sha256_update(&h, lengths, sizeof lengths);
        ur_sha256_update(&h, r->key, r->key_len);
        ur_sha256_update(&h, r->value, r->value_len);
    }
    ur_sha256_final(&h, out);
}

/* Read by hand, so that the record's form is what the documents say. */
uc_vault kit_vault(kit_world *w)
{
    ur_key k;
    ur_reader r;
    uc_vault v;
    uint8_t format, state, high;
    uint16_t pending, low;
    ur_span bytes = scenario_record(&w->s, ur_key_vault(&k, w->vault));
    assert_int_equal(bytes.n, 128);
    ur_reader_init(&r, bytes);
    assert_ok(ur_reader_u8(&r, &format));
    assert_int_equal(format, 1);
    assert_ok(ur_reader_u8(&r, &state));
    assert_ok(ur_reader_u16be(&r, &pending));
    assert_ok(ur_reader_u64be(&r, &v.epoch));
    assert_ok(ur_reader_u64be(&r, &v.sequence));
    assert_ok(ur_reader_u64be(&r, &v.version));
    assert_ok(ur_reader_u64be(&r, &v.heartbeat.time_ns));
    assert_ok(ur_reader_u64be(&r, &v.heartbeat.height));
    assert_ok(ur_reader_u64be(&r, &v.seen_height));
    assert_ok(ur_reader_u64be(&r, &v.committee));
    assert_ok(ur_reader_u8(&r, &high));
    assert_ok(ur_reader_u16be(&r, &low));
    assert_ok(ur_reader_copy(&r, v.instance_key, sizeof v.instance_key));
    assert_ok(ur_reader_copy(&r, v.ciphertext_hash, sizeof v.ciphertext_hash));
    assert_ok(ur_reader_end(&r));
    v.state = (uc_vault_state)state;
    v.pending = pending;
    v.max_lag = (uint32_t)high << 16 | low;
    return v;
}

/* ---- records of committees: put and read as the contract does, outside of its calls ---- */

static uc_call call_on(const host_mem *h, ur_arena *memory, bool writes)
{
    return (uc_call){.host = &h->host, .memory = memory, .writes = writes};
}

uc_committee kit_committee(kit_world *w)
{
    ur_arena none = {NULL, 0, 0};
    uc_committee out;
    uc_call c = call_on(&w->s.sides[0].host, &none, false);
    assert_ok(uc_committee_load(&c, 1, &out));
    out.creator = UR_SPAN_LIT("somebody");
    return out;
}

/* ---- the committee ---- */

static void deal(kit_world *w, uint64_t generation)
{
    uint8_t random[KIT_MEMBERS_MAX * UR_SCALAR_WIDE_BYTES];
    ur_scalar a[KIT_MEMBERS_MAX];
    ur_share_poly f;
    memset(random, (int)(17 * generation + w->t), sizeof random);
    assert_ok(ur_share_poly_draw(&f, a, w->t, &w->secret, random));
    for (uint32_t i = 1; i <= w->n; i++) {
        assert_ok(ur_share_poly_at(&w->share[i], &f, i));
    }
}

static void put_holder(kit_world *w, uc_call *c, uint32_t index)
{
    ur_g1 p;
    uc_holder h = {.t = w->t, .n = w->n, .account = ur_span_str_var(kit_account(KIT_KEYPER + (int)index))};
    ur_share_public(&p, &w->share[index]);
    ur_g1_write(h.key, &p);
    assert_ok(uc_holder_save(c, 1, w->generation, index, &h));
}

static void put_generation(kit_world *w, scenario_side *side, const uc_committee *record)
{
    ur_arena none = {NULL, 0, 0};
    uc_call c = call_on(&side->host, &none, true);
    host_mem_begin(&side->host);
    assert_ok(uc_committee_save(&c, 1, record));
    for (uint32_t i = 1; i <= w->n; i++) {
        put_holder(w, &c, i);
    }
    host_mem_end(&side->host, true);
}

void kit_generation(kit_world *w, uint64_t generation, uint32_t t, uint32_t n)
{
    uc_committee c = {.margin = 1, .drill_interval = 100, .creator = UR_SPAN_LIT("somebody")};
    if (generation > 1) {
        c = kit_committee(w);
    }
    w->generation = generation;
    w->t = t;
    w->n = n;
    deal(w, generation);
    c.current = generation;
    c.t = t;
    c.n = n;
    memcpy(c.mpk, w->mpk, sizeof c.mpk);
    for (size_t i = 0; i < w->s.side_count; i++) {
        put_generation(w, &w->s.sides[i], &c);
    }
    scenario_note_puts(&w->s);
}

/* ---- the world ---- */

static void write_policy(kit_world *w)
{
    kit_instance authority = kit_instance_of(77);
    uint8_t heir[UR_G1_BYTES];
    ur_g1 point, generator;
    ur_scalar_from_u64(&w->heir_x, 4242);
    assert_ok(ur_g1_parse(&generator, ur_g1_generator_bytes()));
    ur_g1_mul(&point, &generator, &w->heir_x);
    ur_g1_write(heir, &point);
    w->policy = malloc(TEXT_MAX);
    /* addresses in rising order: bech32 of bytes of equal value rises with neither, so they are sorted by hand */
    const char *alice = kit_account(KIT_ALICE), *bob = kit_account(KIT_BOB);
    const char *g1 = kit_account(KIT_GUARDIAN), *g2 = kit_account(KIT_GUARDIAN_2);
    bool swap_r = strcmp(alice, bob) > 0, swap_g = strcmp(g1, g2) > 0;
    snprintf(w->policy, TEXT_MAX,
             "{\"accept_lockout\":false,\"activation\":%u,\"challenge_blocks\":%u,\"grace\":600,\"guardians\":{\"members\":[\"%s\",\"%s\"],"
             "\"quorum\":1},\"keyper_quotes\":null,\"keys\":[\"%s\"],\"min_n\":3,\"min_t\":2,\"mpk\":\"%s\",\"period\":600,"
             "\"request_ttl\":%u,\"requesters\":[\"%s\",\"%s\"],\"silence_blocks\":%u,\"tee\":{\"advisories\":{\"allowed\":[],\"forbidden\":"
             "[]},\"evaluation_floor\":17,\"images\":[" KIT_IMAGE_JSON("00") "],\"platforms\":\"any\",\"quote_age\":0,"
             "\"release_authority\":{\"delay\":604800,\"keys\":[\"%s\"],\"quorum\":1},\"roots\":[\"" ROOT
             "\"],\"tcb\":{\"grace_evaluation\":0,\"grace_until\":0,\"min_date\":0,\"statuses\":[\"UpToDate\"]}},\"version\":1,"
             "\"veto\":%u,\"veto_blocks\":%u}",
             KIT_ACTIVATION_S, KIT_CHALLENGE_BLOCKS, swap_g ? g2 : g1, swap_g ? g1 : g2, kit_hex(heir, sizeof heir),
             kit_hex(w->mpk, sizeof w->mpk), KIT_TTL_S, swap_r ? bob : alice, swap_r ? alice : bob, KIT_SILENCE_BLOCKS,
             kit_hex(authority.key, sizeof authority.key), KIT_VETO_S, KIT_VETO_BLOCKS);
}

kit_world *kit_new(uint32_t t, uint32_t n)
{
    kit_world *w = calloc(1, sizeof *w);
    ur_g1 generator, mpk;
    w->message = malloc(MESSAGE_MAX);
    scenario_start(&w->s);
    ur_scalar_from_u64(&w->secret, 987654321);
    assert_ok(ur_g1_parse(&generator, ur_g1_generator_bytes()));
    ur_g1_mul(&mpk, &generator, &w->secret);
    ur_g1_write(w->mpk, &mpk);
    write_policy(w);
    w->instance = kit_instance_of(9);
    kit_generation(w, 1, t, n);
    return w;
}

void kit_free(kit_world *w)
{
    for (size_t i = 0; i < w->event_count; i++) {
        free(w->events[i].json);
    }
    scenario_end(&w->s);
    free(w->events);
    free(w->result);
    free(w->message);
    free(w->policy);
    free(w);
}

int kit_set_up(void **state)
{
    kit_world *w = kit_new(2, 3);
    kit_create_vault(w);
    kit_next_version(w, "a sealed file");
    *state = w;
    return 0;
}

int kit_tear_down(void **state)
{
    kit_free(*state);
    return 0;
}

/* ---- what instances say ---- */

kit_saying kit_say(kit_world *w, ur_statement_kind kind)
{
    uc_vault v = kit_vault(w);
    kit_saying s = {.kind = kind,
                    .signer = &w->instance,
                    .vault = w->vault,
                    .epoch = v.epoch,
                    .sequence = v.sequence + 1,
                    .seen_height = w->s.height - 1,
                    .version = v.version};
    if (kind == UR_STATEMENT_CHANGE_POLICY || kind == UR_STATEMENT_ACTIVATE) {
        s.ciphertext = "sealed under the next epoch";
        s.policy = w->policy;
        s.secret = kind == UR_STATEMENT_ACTIVATE ? "a public key" : NULL;
        s.key = &w->instance;
        s.epoch += kind == UR_STATEMENT_ACTIVATE;
    }
    s.successor = kind == UR_STATEMENT_MIGRATE ? kit_account(KIT_TEE) : NULL;
    return s;
}

static ur_span text_or_none(const char *s) { return s == NULL ? (ur_span){NULL, 0} : ur_span_str_var(s); }

static void sign(kit_world *w, uint8_t sig[64], uint8_t ciphertext_hash[32], const kit_saying *s)
{
    uint8_t hash[32];
    ur_statement st = {.kind = s->signed_kind != 0 ? s->signed_kind : s->kind,
                       .chain_id = ur_span_str_var(s->signed_chain != NULL ? s->signed_chain : KIT_CHAIN),
                       .contract = ur_span_str_var(s->signed_contract != NULL ? s->signed_contract : KIT_CONTRACT),
                       .vault = s->signed_vault != 0 ? s->signed_vault : s->vault,
                       .epoch = s->epoch,
                       .sequence = s->sequence,
                       .seen_height = s->seen_height,
                       .version = s->version,
                       .secret = text_or_none(s->secret),
                       .successor = text_or_none(s->successor)};
    if (s->hashed != NULL || s->ciphertext != NULL) {
        ur_sha256_of(ciphertext_hash, ur_span_str_var(s->hashed != NULL ? s->hashed : s->ciphertext));
    } else {
        uc_vault v = kit_vault(w);
        memcpy(ciphertext_hash, v.ciphertext_hash, 32);
    }
    memcpy(st.ciphertext_hash, ciphertext_hash, 32);
    if (s->policy != NULL) {
        ur_policy_hash(st.policy_hash, ur_span_str_var(s->policy));
    }
    if (s->key != NULL) {
        memcpy(st.instance_key, s->key->key, sizeof st.instance_key);
    }
    assert_ok(ur_statement_hash(hash, &st));
    ur_secp_sign(sig, &s->signer->secret, hash);
}

static const char *quoted(const char *s)
{
    char *text = next_text();
    snprintf(text, TEXT_MAX, s == NULL ? "null" : "\"%s\"", s == NULL ? "" : kit_base64(s, strlen(s)));
    return text;
}

const char *kit_saying_text(kit_world *w, const kit_saying *s)
{
    uint8_t sig[64], hash[32];
    sign(w, sig, hash, s);
    int n = snprintf(w->message, MESSAGE_MAX, "{\"%s\":{\"vault\":%llu,\"epoch\":%llu,\"sequence\":%llu,\"seen_height\":%llu,",
                     ur_statement_kind_name(s->kind), (unsigned long long)s->vault, (unsigned long long)s->epoch,
                     (unsigned long long)s->sequence, (unsigned long long)s->seen_height);
    char *at = w->message + n;
    size_t left = MESSAGE_MAX - (size_t)n;
    switch (s->kind) {
    case UR_STATEMENT_HEARTBEAT:
        n = snprintf(at, left, "\"version\":%llu,\"ciphertext_hash\":\"%s\",\"ciphertext\":%s,\"secret\":%s,", (unsigned long long)s->version,
                     kit_base64(hash, sizeof hash), quoted(s->ciphertext), quoted(s->secret));
        break;
    case UR_STATEMENT_MIGRATE:
        n = snprintf(at, left, "\"successor\":\"%s\",", s->successor);
        break;
    case UR_STATEMENT_CHANGE_POLICY:
        n = snprintf(at, left, "\"policy\":%s,\"ciphertext\":%s,", s->policy, quoted(s->ciphertext));
        break;
    case UR_STATEMENT_ACTIVATE:
        n = snprintf(at, left, "\"instance_key\":\"%s\",\"ciphertext\":%s,\"secret\":%s,", kit_base64(s->key->key, 33), quoted(s->ciphertext),
                     quoted(s->secret));
        break;
    case UR_STATEMENT_RETIRE:
        n = 0;
        break;
    }
    snprintf(at + n, left - (size_t)n, "\"signature\":\"%s\"}}", kit_base64(sig, sizeof sig));
    return w->message;
}

void kit_speak(kit_world *w, int carrier, const kit_saying *s) { kit_send_text(w, carrier, kit_saying_text(w, s)); }

void kit_create_vault(kit_world *w)
{
    ur_json v;
    kit_send(w, KIT_OWNER, "{\"create_vault\":{\"committee\":1,\"policy\":%s,\"instance_key\":\"%s\",\"label\":\"a vault\"}}", w->policy,
             kit_base64(w->instance.key, sizeof w->instance.key));
    assert_taken(w);
    assert_ok(ur_json_parse_var(&v, ur_span_str_var(w->result)));
    uint8_t data[64];
    size_t n;
    assert_ok(ur_json_base64_upto_var(data, sizeof data, &n, ur_json_get_var(ur_json_get_var(v, "ok"), "data")));
    assert_ok(ur_json_parse_var(&v, ur_span_of(data, n)));
    assert_ok(ur_json_u64_var(&w->vault, ur_json_get_var(v, "vault")));
}

const char *kit_image_signature(kit_world *w, const kit_instance *signer, const char *image)
{
    uint8_t hash[32], sig[64];
    ur_image_statement s = {.chain_id = UR_SPAN_LIT(KIT_CHAIN),
                            .contract = UR_SPAN_LIT(KIT_CONTRACT),
                            .vault = w->vault,
                            .image = ur_span_str_var(image)};
    ur_policy_hash(s.policy_hash, ur_span_str_var(w->policy));
    assert_ok(ur_image_statement_hash(hash, &s));
    ur_secp_sign(sig, &signer->secret, hash);
    return kit_base64(sig, sizeof sig);
}

void kit_add_image(kit_world *w, const char *image)
{
    kit_instance authority = kit_instance_of(77);
    kit_send(w, KIT_CARRIER, "{\"add_image\":{\"vault\":%llu,\"image\":%s,\"signatures\":[{\"key\":0,\"signature\":\"%s\"}]}}",
             (unsigned long long)w->vault, image, kit_image_signature(w, &authority, image));
}

void kit_heartbeat(kit_world *w)
{
    kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    kit_speak(w, KIT_CARRIER, &s);
    assert_taken(w);
}

void kit_next_version(kit_world *w, const char *ciphertext)
{
    kit_saying s = kit_say(w, UR_STATEMENT_HEARTBEAT);
    s.version++;
    s.ciphertext = ciphertext;
    s.secret = "a public key";
    kit_speak(w, KIT_CARRIER, &s);
    assert_taken(w);
}

/* ---- recovery ---- */

void kit_fall_silent(kit_world *w) { kit_wait(w, KIT_SILENCE_S, KIT_SILENCE_BLOCKS); }

uint64_t kit_last_request(kit_world *w)
{
    ur_key k;
    ur_reader r;
    uint8_t format;
    uint64_t next;
    ur_reader_init(&r, scenario_record(&w->s, ur_key_numbers(&k, w->vault)));
    assert_ok(ur_reader_u8(&r, &format));
    assert_ok(ur_reader_u64be(&r, &next));
    return next - 1;
}

uint64_t kit_request(kit_world *w, int requester, int recipient)
{
    kit_send(w, requester, "{\"request\":{\"vault\":%llu,\"recipient\":{\"tee\":\"%s\"}}}", (unsigned long long)w->vault,
             kit_account(recipient));
    assert_taken(w);
    return kit_last_request(w);
}

static void heir_key(kit_world *w, ur_pve_recipient *key, uint8_t twin[UR_TWIN_BYTES], int account)
{
    uint8_t buf[UR_PVE_CONTEXT_MAX];
    ur_span ctx;
    ur_pve_context what = {.chain = ur_span_str_var(KIT_CHAIN),
                           .contract = ur_span_str_var(KIT_CONTRACT),
                           .vault = w->vault,
                           .epoch = kit_vault(w).epoch,
                           .registered = true,
                           .account = ur_span_str_var(kit_account(account))};
    assert_ok(ur_pve_context_write(buf, &ctx, &what));
    assert_ok(ur_pve_recipient_make(twin, key, &w->heir_x, ctx));
}

uint64_t kit_request_key(kit_world *w, int requester, int recipient)
{
    kit_recipient r = kit_heir_make(w, recipient);
    kit_send(w, requester, "{\"request\":{\"vault\":%llu,\"recipient\":{\"key\":{\"pk1\":\"%s\",\"account\":\"%s\"}}}}",
             (unsigned long long)w->vault, kit_base64(r.twin, UR_G1_BYTES), kit_account(recipient));
    assert_taken(w);
    return kit_last_request(w);
}

void kit_approve(kit_world *w, uint64_t request, int recipient)
{
    kit_send(w, KIT_GUARDIAN, "{\"approve\":{\"vault\":%llu,\"request\":%llu,\"recipient\":\"%s\"}}", (unsigned long long)w->vault,
             (unsigned long long)request, kit_account(recipient));
    assert_taken(w);
}

void kit_window(kit_world *w) { kit_wait(w, KIT_VETO_S, KIT_VETO_BLOCKS); }

void kit_begin(kit_world *w, uint64_t request, int recipient)
{
    kit_send(w, recipient, "{\"begin\":{\"vault\":%llu,\"request\":%llu}}", (unsigned long long)w->vault, (unsigned long long)request);
    assert_taken(w);
}

kit_recipient kit_recipient_make(kit_world *w, uint64_t request, int account, uint8_t seed)
{
    uint8_t buf[UR_PVE_CONTEXT_MAX];
    ur_span ctx;
    kit_recipient r = {.account = account};
    ur_pve_context what = {.chain = ur_span_str_var(KIT_CHAIN),
                           .contract = ur_span_str_var(KIT_CONTRACT),
                           .vault = w->vault,
                           .epoch = kit_vault(w).epoch,
                           .request = request,
                           .account = ur_span_str_var(kit_account(account))};
    ur_scalar_from_u64(&r.x, 1000u + seed);
    assert_ok(ur_pve_context_write(buf, &ctx, &what));
    assert_ok(ur_pve_recipient_make(r.twin, &r.key, &r.x, ctx));
    return r;
}

kit_recipient kit_heir_make(kit_world *w, int account)
{
    kit_recipient r = {.account = account, .x = w->heir_x};
    heir_key(w, &r.key, r.twin, account);
    return r;
}

void kit_send_evidence(kit_world *w, uint64_t request, const kit_recipient *r, bool registered)
{
    static const uint8_t collateral[32] = {5};
    char *more = next_text();
    snprintf(more, TEXT_MAX, registered ? "null,\"collateral_hash\":null,\"collateral\":null" : "\"%s\",\"collateral_hash\":\"%s\",\"collateral\":null",
             kit_base64("a quote", 7), kit_base64(collateral, sizeof collateral));
    kit_send(w, r->account, "{\"evidence\":{\"vault\":%llu,\"request\":%llu,\"twin\":\"%s\",\"quote\":%s}}", (unsigned long long)w->vault,
             (unsigned long long)request, kit_base64(r->twin, sizeof r->twin), more);
}

/* The hash that stands in the record of evidence, computed from it. */
static void evidence_hash(kit_world *w, uint64_t request, uint8_t out[32])
{
    ur_key k;
    ur_span record = scenario_record(&w->s, ur_key_evidence(&k, w->vault, request));
    memset(out, 0, 32);
    if (record.n > 0) {
        ur_sha256_of(out, ur_span_of(record.p + 1, record.n - 1));
    }
}

void kit_send_vote(kit_world *w, uint64_t request, uint32_t index)
{
    uint8_t hash[32];
    evidence_hash(w, request, hash);
    kit_send(w, KIT_KEYPER + (int)index, "{\"vote_release\":{\"vault\":%llu,\"request\":%llu,\"index\":%u,\"evidence_hash\":\"%s\"}}",
             (unsigned long long)w->vault, (unsigned long long)request, index, kit_base64(hash, sizeof hash));
}

void kit_votes(kit_world *w, uint64_t request)
{
    for (uint32_t i = 1; i <= w->t; i++) {
        kit_send_vote(w, request, i);
        assert_taken(w);
    }
}

/* The identity, written by hand. */
static ur_span identity(kit_world *w)
{
    uc_vault v = kit_vault(w);
    uint8_t hash[32];
    char *text = next_text();
    ur_policy_hash(hash, ur_span_str_var(w->policy));
    snprintf(text, TEXT_MAX, "unrug/1/vault/" KIT_CHAIN "/" KIT_CONTRACT "/%llu/%llu/%llu/%s", (unsigned long long)w->vault,
             (unsigned long long)v.epoch, (unsigned long long)v.version, kit_hex(hash, sizeof hash));
    return ur_span_str_var(text);
}

void kit_share_make(kit_world *w, uint8_t out[UR_PVE_SHARE_BYTES], uint64_t release, uint32_t index, const kit_recipient *r)
{
    uint8_t nonce_key[UR_PVE_NONCE_BYTES] = {1}, fresh[UR_PVE_NONCE_BYTES] = {2};
    ur_tibe_id id;
    ur_tibe_ks ks;
    ur_pve_share share;
    ur_span text = identity(w);
    ur_pve_use use = {.generation = w->generation, .index = index, .identity = text, .request = ur_span_of(&release, 8)};
    assert_ok(ur_tibe_id_hash(&id, text));
    ur_tibe_extract(&ks, &w->share[index], &id);
    assert_ok(ur_pve_make(&share, &ks.d, &r->key, nonce_key, fresh, &use));
    ur_pve_share_write(out, &share);
}

void kit_send_share(kit_world *w, uint64_t release, uint32_t index, const kit_recipient *r)
{
    uint8_t share[UR_PVE_SHARE_BYTES];
    kit_share_make(w, share, release, index, r);
    kit_send(w, KIT_KEYPER + (int)index, "{\"share\":{\"vault\":%llu,\"release\":%llu,\"index\":%u,\"share\":\"%s\"}}",
             (unsigned long long)w->vault, (unsigned long long)release, index, kit_base64(share, sizeof share));
}

void kit_shares(kit_world *w, uint64_t release, const kit_recipient *r)
{
    for (uint32_t i = 1; i <= w->t; i++) {
        kit_send_share(w, release, i, r);
        assert_taken(w);
    }
}

void kit_assert_opens(kit_world *w, const kit_recipient *r)
{
    uint64_t epoch = kit_vault(w).epoch, release = 0;
    ur_tibe_ks ks[KIT_MEMBERS_MAX];
    ur_tibe_pub members[KIT_MEMBERS_MAX];
    ur_tibe_committee committee = {.members = members, .t = w->t, .n = w->n};
    ur_tibe_key key;
    ur_tibe_id id;
    size_t n = 0;
    ur_json v;
    void *scratch = calloc(1, ur_tibe_scratch_bytes(KIT_MEMBERS_MAX) + 16);
    kit_ask(w, "{\"shares\":{\"vault\":%llu}}", (unsigned long long)w->vault);
    assert_ok(ur_json_parse_var(&v, ur_span_str_var(w->result)));
    assert_ok(ur_json_u64_var(&release, ur_json_get_var(v, "release")));
    for (uint32_t i = 1; i <= w->n; i++) {
        ur_key k;
        ur_pve_share share;
        ur_share_public(&members[i - 1].p, &w->share[i]);
        ur_span bytes = scenario_record(&w->s, ur_key_share(&k, w->vault, epoch, release, w->generation, i));
        if (bytes.n > 0) {
            assert_int_equal(bytes.n, UR_PVE_SHARE_BYTES);
            assert_ok(ur_pve_share_parse(&share, bytes.p));
            ur_pve_open(&ks[n].d, &share, &r->x);
            ks[n++].index = i;
        }
    }
    assert_ok(ur_tibe_pub_parse(&committee.mpk, w->mpk));
    assert_ok(ur_tibe_id_hash(&id, identity(w)));
    assert_ok(ur_tibe_combine_var(&key, &committee, ks, n, scratch));
    assert_ok(ur_tibe_key_check_var(&committee.mpk, &key, &id));
    free(scratch);
}

kit_recipient kit_fence(kit_world *w, int recipient, uint8_t seed)
{
    kit_fall_silent(w);
    uint64_t q = kit_request(w, KIT_ALICE, recipient);
    kit_approve(w, q, recipient);
    kit_window(w);
    kit_begin(w, q, recipient);
    kit_recipient r = kit_recipient_make(w, q, recipient, seed);
    kit_send_evidence(w, q, &r, false);
    assert_taken(w);
    kit_votes(w, q);
    return r;
}

kit_recipient kit_release(kit_world *w, int recipient, uint8_t seed)
{
    kit_recipient r = kit_fence(w, recipient, seed);
    kit_shares(w, 1, &r);
    return r;
}
