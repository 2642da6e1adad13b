/* The application's side of an agent: a Unix socket over which a program on the same machine, of the same user, uses the
 * secret. One line of JSON is a question, one line the answer.
 *
 *   {"ask":"status"}                          {"ok":{...}}                what the agent is doing, and until when it may serve
 *   {"ask":"public"}                          {"ok":{"kind":K,"name":HEX,"public":HEX}}  (bytes have no public key: null)
 *   {"ask":"sign","message":BASE64}           {"ok":{"signature":BASE64}} a hash of 32 bytes; for ed25519 the message
 *   {"ask":"secret"}                          {"ok":{"secret":BASE64}}    only if the agent's configuration says so
 *
 * A refusal is {"error":{"code":C,"text":T}} with C one of question, size, lease, fenced, waiting, forbidden, failed. A question
 * may carry "id", a number that comes back in its answer. Answers come in the order of the questions.
 *
 * Whether the secret may be used is asked anew for every question, right before it is used: no operation starts after the
 * lease. Peers are checked by the kernel's word for their user. Buffers that held secrets are wiped. */
#ifndef UR_PROGRAMS_AGENT_APP_H
#define UR_PROGRAMS_AGENT_APP_H

#include "core/codec/json.h"
#include "lib/wallet/wallet.h"

#define UA_APP_CLIENTS_MAX 64u
#define UA_APP_LINE_MAX ((size_t)16 << 10) /* bytes of a question, of an answer and of the status */

typedef enum ua_may {
    UA_MAY_SERVE,
    UA_MAY_NOT_WAITING, /* the secret is not there yet, or its activation is not proven */
    UA_MAY_NOT_LEASE,   /* the lease is over, or the agent stopped serving for a while */
    UA_MAY_NOT_FENCED,  /* somebody else will serve */
} ua_may;

/* What the socket asks of the agent. */
typedef struct ua_app_agent {
    void *self;
    ua_may (*may)(void *self);
    /* One JSON value, canonical. */
    void (*status)(void *self, ur_json_writer *out);
    /* Only called, and only valid, while may says UA_MAY_SERVE; NULL otherwise. */
    const ur_wallet *(*wallet)(void *self);
    bool hands_out_secret;
} ua_app_agent;

typedef struct ua_app ua_app;

/* Listen at `path` (at most 107 bytes), a socket for this user alone; a dead one that stands there is replaced.
 * UR_E_STATE if another process answers there or it is no socket. */
UR_MUST_USE ur_status ua_app_open(ua_app **out, const char *path, const ua_app_agent *agent, ur_err *err);
/* Wait up to timeout_ms (0: not at all) and do what there is to do. wake: a further descriptor to wait for, or -1; it is not
 * read. */
UR_MUST_USE ur_status ua_app_turn(ua_app *app, int timeout_ms, int wake, ur_err *err);
/* Closes all, removes the socket; *app becomes NULL. NULL is allowed. */
void ua_app_close(ua_app **app);

#endif
