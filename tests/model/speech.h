/* What the model's people say, in full: a message of the contract for a message of the model, with real keys, signatures,
 * proofs and shares. Everything is derived from small numbers, so that the same people say the same again. */
#ifndef UNRUG_TESTS_MODEL_SPEECH_H
#define UNRUG_TESTS_MODEL_SPEECH_H

#include "core/hash/hash.h"
#include "core/policy/statement.h"
#include "core/share/share.h"
#include "lib/suite/secp256k1.h"
#include "tests/model/rules.h"

#define M_EVIDENCE_MAX 8192u

enum { M_TEXT_MAX = 16384, M_MESSAGE_MAX = 65536, M_ADDRESS_MAX = 91 };

typedef char m_text[M_ADDRESS_MAX];

typedef struct m_key_pair {
    ur_secp_secret secret;
    uint8_t pub[UR_INSTANCE_KEY_BYTES];
} m_key_pair;

typedef struct m_speaker {
    const char *chain_id, *contract;
    uint64_t committee, vault, generation;
    m_policy policy;
    uint8_t mpk[UR_G1_BYTES];
    ur_share share[M_KEYPERS + 1]; /* by index; those of the keypers that speak */
    void *self;
    void (*address)(void *self, m_text out, int account); /* of the model's accounts */
    /* A change of policy goes to and fro between two that differ in what means nothing here. */
    char policy_text[2][M_TEXT_MAX];
    uint8_t policy_hash[2][UR_SHA256_BYTES];
    unsigned policy_now;
    uint8_t evidence_hash[M_EVIDENCE_MAX][UR_SHA256_BYTES]; /* by the model's number */
    char message[M_MESSAGE_MAX]; /* the last one made */
} m_speaker;

/* A step of the test's own that fails is a mistake of the test. */
void m_must(ur_status s, const char *what);
m_key_pair m_instance_key(int instance);
/* Write both policies; address and mpk have to be there. */
void m_speech_policies(m_speaker *c);
/* The message in c->message. before: the vault as it stands. */
void m_speech(m_speaker *c, const m_message *m, const m_vault *before);
void m_speech_create_vault(m_speaker *c, int instance);

#endif
