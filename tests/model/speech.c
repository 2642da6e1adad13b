#include "tests/model/speech.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec/base64.h"
#include "core/codec/hex.h"
#include "core/policy/identity.h"
#include "core/policy/policy.h"
#include "core/pve/pve.h"

#define ROOT "040ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f567918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394"
#define Z32 "00000000000000000000000000000000"
#define Z96 Z32 Z32 Z32

void m_must(ur_status s, const char *what)
{
    if (s != UR_OK) {
        fprintf(stderr, "model: %s: %s\n", what, ur_status_name(s));
        abort();
    }
}

static void derive(uint8_t out[32], const char *what, uint64_t n)
{
    char name[64];
    int len = snprintf(name, sizeof name, "%s/%" PRIu64, what, n);
    ur_sha256_of(out, ur_span_of(name, (size_t)len));
}

m_key_pair m_instance_key(int instance)
{
    m_key_pair k;
    uint8_t secret[32];
    ur_secp_pub pub;
    derive(secret, "instance", (uint64_t)instance);
    m_must(ur_secp_secret_parse(&k.secret, secret), "instance key");
    ur_secp_pub_of(&pub, &k.secret);
    ur_secp_pub_write(k.pub, &pub);
    return k;
}

void m_speech_policies(m_speaker *c)
{
    char mpk[2 * UR_G1_BYTES + 1] = "";
    m_text requester[M_REQUESTERS], guardian[M_GUARDIANS];
    for (int i = 0; i < M_REQUESTERS; i++) {
        c->address(c->self, requester[i], M_ACCOUNT_REQUESTER + i);
    }
    for (int i = 0; i < M_GUARDIANS; i++) {
        c->address(c->self, guardian[i], M_ACCOUNT_GUARDIAN + i);
    }
    ur_hex_encode(mpk, ur_span_of(c->mpk, sizeof c->mpk));
    mpk[2 * UR_G1_BYTES] = '\0';
    for (unsigned k = 0; k < 2; k++) {
        int n = snprintf(c->policy_text[k], M_TEXT_MAX,
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
                         c->policy.activation / 1000, c->policy.challenge_blocks, c->policy.grace / 1000, guardian[0], guardian[1],
                         M_QUORUM, M_KEYPERS, M_THRESHOLD, mpk, c->policy.period / 1000, c->policy.ttl / 1000, requester[0],
                         requester[1], c->policy.silence_blocks, 17 + k, c->policy.veto / 1000, c->policy.veto_blocks);
        ur_policy_hash(c->policy_hash[k], ur_span_of(c->policy_text[k], (size_t)n));
    }
}

static void say(m_speaker *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(m_speaker *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(c->message, M_MESSAGE_MAX, format, args);
    va_end(args);
    m_must(n > 0 && n < M_MESSAGE_MAX ? UR_OK : UR_E_LIMIT, "message");
}

static const char *base64(char *buf, const void *p, size_t n)
{
    ur_base64_encode(buf, ur_span_of(p, n), UR_BASE64);
    buf[ur_base64_chars(n, UR_BASE64)] = '\0';
    return buf;
}

/* ---- statements ---- */

/* The ciphertext of a version of an epoch: any bytes that tell them apart. */
static size_t ciphertext_of(char *buf, uint64_t epoch, uint64_t version, int instance)
{
    return (size_t)snprintf(buf, 128, "sealed in epoch %" PRIu64 ", version %" PRIu64 ", by %d", epoch, version, instance);
}

static void sign(char *out, const ur_statement *s, const m_key_pair *k)
{
    uint8_t hash[32], sig[64];
    m_must(ur_statement_hash(hash, s), "statement");
    ur_secp_sign(sig, &k->secret, hash);
    base64(out, sig, sizeof sig);
}

static ur_statement statement_of(const m_speaker *c, const m_message *m, ur_statement_kind kind)
{
    return (ur_statement){.kind = kind, .chain_id = ur_span_str_var(c->chain_id), .contract = ur_span_str_var(c->contract), .vault = c->vault,
                          .epoch = m->epoch, .sequence = m->sequence, .seen_height = m->seen_height};
}

/* A new version comes with its ciphertext, the one that stands without. */
static void make_heartbeat(m_speaker *c, const m_message *m, const m_vault *before)
{
    char sealed[128], hash64[64], sealed64[256], sig64[128];
    m_key_pair k = m_instance_key(m->signer);
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

static void make_migrate(m_speaker *c, const m_message *m)
{
    char sig64[128];
    m_text successor;
    m_key_pair k = m_instance_key(m->signer);
    ur_statement s = statement_of(c, m, UR_STATEMENT_MIGRATE);
    c->address(c->self, successor, m->recipient);
    s.successor = ur_span_str_var(successor);
    sign(sig64, &s, &k);
    say(c, "{\"migrate\":{\"vault\":%" PRIu64 ",\"epoch\":%" PRIu64 ",\"sequence\":%" PRIu64 ",\"seen_height\":%" PRIu64
        ",\"successor\":\"%s\",\"signature\":\"%s\"}}", c->vault, m->epoch, m->sequence, m->seen_height, successor, sig64);
}

static void make_change_policy(m_speaker *c, const m_message *m)
{
    char sealed[128], sealed64[256], sig64[128];
    m_key_pair k = m_instance_key(m->signer);
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

static void make_activate(m_speaker *c, const m_message *m)
{
    char sealed[128], sealed64[256], key64[64], sig64[128];
    m_key_pair k = m_instance_key(m->signer);
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

static void make_evidence(m_speaker *c, const m_message *m, const m_vault *before)
{
    uint8_t ctx_buf[UR_PVE_CONTEXT_MAX], twin[UR_TWIN_BYTES], collateral_hash[32], fields[1024];
    char twin64[512], quote[64], quote64[128], hash64[64], collateral[64], collateral64[128];
    m_text account;
    ur_scalar x;
    ur_span ctx, bytes;
    ur_writer w;
    c->address(c->self, account, m->sender);
    const ur_pve_context context = {.chain = ur_span_str_var(c->chain_id), .contract = ur_span_str_var(c->contract), .vault = c->vault, .epoch = before->epoch,
                                    .request = m->request, .account = ur_span_str_var(account)};
    m_must(ur_pve_context_write(ctx_buf, &ctx, &context), "context");
    recipient_scalar(&x, m->sender);
    m_must(ur_pve_recipient_make(twin, NULL, &x, ctx), "recipient");
    size_t n = (size_t)snprintf(quote, sizeof quote, "quote %" PRIu64, m->evidence);
    size_t collateral_n = (size_t)snprintf(collateral, sizeof collateral, "collateral %" PRIu64, m->evidence);
    ur_sha256_of(collateral_hash, ur_span_of(collateral, collateral_n));
    ur_writer_init(&w, fields, sizeof fields);
    ur_writer_field(&w, ur_span_of(twin, sizeof twin));
    ur_writer_field(&w, ur_span_of(quote, n));
    ur_writer_field(&w, ur_span_of(collateral_hash, sizeof collateral_hash));
    m_must(ur_writer_end(&w, &bytes), "evidence");
    ur_sha256_of(c->evidence_hash[m->evidence % M_EVIDENCE_MAX], bytes);
    say(c, "{\"evidence\":{\"vault\":%" PRIu64 ",\"request\":%" PRIu64 ",\"twin\":\"%s\",\"quote\":\"%s\",\"collateral_hash\":\"%s\""
        ",\"collateral\":\"%s\"}}", c->vault, m->request, base64(twin64, twin, sizeof twin), base64(quote64, quote, n),
        base64(hash64, collateral_hash, 32), base64(collateral64, collateral, collateral_n));
}

/* Member keyper's share of the identity's key, for the recipient of the release that is open (or of some other one: then the
 * contract refuses it, as the model does). */
static void make_share(m_speaker *c, const m_message *m, const m_vault *before)
{
    uint8_t id_buf[UR_IDENTITY_MAX], nonce[32] = {1}, fresh[32], out[UR_PVE_SHARE_BYTES];
    char out64[512];
    ur_span id;
    ur_scalar x;
    ur_pve_recipient to;
    ur_pve_share made;
    ur_g2 q, d;
    ur_vault_identity identity = {.chain_id = ur_span_str_var(c->chain_id), .contract = ur_span_str_var(c->contract), .vault = c->vault, .epoch = m->epoch,
                                  .version = before->version};
    memcpy(identity.policy_hash, c->policy_hash[c->policy_now], sizeof identity.policy_hash);
    m_must(ur_vault_identity_write(id_buf, &id, &identity), "identity");
    ur_hash_to_g2(&q, UR_TAG_IDENTITY, id);
    ur_g2_mul(&d, &q, &c->share[m->keyper + 1].s);
    recipient_scalar(&x, before->recipient);
    m_must(ur_pve_recipient_make((uint8_t[UR_TWIN_BYTES]){0}, &to, &x, UR_SPAN_LIT("anything")), "recipient");
    derive(fresh, "fresh", m->sequence + (uint64_t)m->keyper);
    const ur_pve_use use = {.generation = c->generation, .index = (uint32_t)m->keyper + 1, .identity = id, .request = UR_SPAN_LIT("a request")};
    m_must(ur_pve_make(&made, &d, &to, nonce, fresh, &use), "share");
    ur_pve_share_write(out, &made);
    say(c, "{\"share\":{\"vault\":%" PRIu64 ",\"release\":%" PRIu64 ",\"index\":%d,\"share\":\"%s\"}}", c->vault, m->release, m->keyper + 1,
        base64(out64, out, sizeof out));
}

void m_speech(m_speaker *c, const m_message *m, const m_vault *before)
{
    m_text account;
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
        c->address(c->self, account, m->recipient);
        say(c, "{\"request\":{\"vault\":%" PRIu64 ",\"recipient\":{\"tee\":\"%s\"}}}", c->vault, account);
        break;
    case M_APPROVE:
        c->address(c->self, account, m->recipient);
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
            m->request, m->keyper + 1, base64(hash64, c->evidence_hash[m->evidence % M_EVIDENCE_MAX], 32));
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

void m_speech_create_vault(m_speaker *c, int instance)
{
    char key64[64];
    m_key_pair k = m_instance_key(instance);
    say(c, "{\"create_vault\":{\"committee\":%" PRIu64 ",\"policy\":%s,\"instance_key\":\"%s\",\"label\":\"model\"}}", c->committee,
        c->policy_text[c->policy_now], base64(key64, k.pub, sizeof k.pub));
}
