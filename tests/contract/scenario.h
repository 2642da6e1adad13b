/* Contract tests: the same calls natively, on unrug.wasm in libwasmvm 3.0.7 and on unrug-portable.wasm in libwasmvm 2.0.3 (where they
 * are built). After every call results and all that was read, written and removed are compared, byte for byte and in order.
 *
 *     scenario s;
 *     scenario_start(&s);                       // instantiated
 *     const char *alice = scenario_account(&s, "alice");
 *     scenario_ok(&s, alice, "{\"heartbeat\":{\"vault\":%d,\"hash\":%s}}", 1, scenario_base64(&s, hash));
 *     assert_string_equal(scenario_attribute(&s, "heartbeat", "vault"), "1");
 *     scenario_pass(&s, 20, 600);
 *     scenario_refused(&s, alice, "fenced", NULL, "{\"retire\":{...}}");
 *     ur_json answer = scenario_ask(&s, "{\"vault\":{\"vault\":%d}}", 1);
 *     scenario_end(&s);
 *
 * What does not come out as said fails the test, with both texts. With $UNRUG_GAS set the process prints, at its end, what each message
 * cost on each VM, as a table or (json) a line a message; with $UNRUG_LIVES, a folder, it writes down what each scenario does, for the fuzz target contract_calls. */
#ifndef UR_TESTS_CONTRACT_SCENARIO_H
#define UR_TESTS_CONTRACT_SCENARIO_H

#include <stdio.h>

#include "core/codec/json.h"
#include "tests/contract/host_mem.h"

#define SCENARIO_SIDES 3
#define SCENARIO_CONTRACT "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"

typedef enum scenario_entry { SCENARIO_INSTANTIATE, SCENARIO_EXECUTE, SCENARIO_QUERY } scenario_entry;

/* A real chain that the same calls go to first: its blocks are the blocks, and what it says has to be what the contract says
 * natively in the same block. Only messages and queries go there; it has the contract already. */
typedef struct scenario_elsewhere {
    void *self;
    /* Sent, and in a block: which, and when. */
    void (*execute)(void *self, const char *sender, ur_span message, uint64_t *height, uint64_t *time_ns);
    /* What the contract said of that message, or says to that query. */
    void (*said)(void *self, scenario_entry entry, ur_span message, ur_span result);
    /* So many blocks and seconds go by: the height of the next block at the earliest, and the time of the last. */
    void (*pass)(void *self, uint64_t blocks, uint64_t seconds, uint64_t *height, uint64_t *time_ns);
    /* An account that can send; NULL: it has none for this name. Kept by it. */
    const char *(*account)(void *self, const char *name);
} scenario_elsewhere;

typedef struct scenario_side {
    host_mem host;
    uint8_t *result;
    size_t result_len;
    uint64_t gas; /* of the last call, VM gas; 0 natively */
} scenario_side;

typedef struct scenario {
    const char *chain_id; /* "dev-scenario"; may be changed */
    uint64_t height, time_ns; /* of the block that carries the next call */
    scenario_side sides[SCENARIO_SIDES]; /* native first */
    size_t side_count;
    const scenario_elsewhere *elsewhere; /* NULL: nowhere */
    ur_span result; /* of the last call, as the contract wrote it; until the next call */
    FILE *life;     /* where its calls are written to, if anywhere */
    void **scratch; /* freed at the end */
    size_t scratch_count, scratch_cap;
} scenario;

#define SCENARIO_FORMAT(at) __attribute__((format(printf, at, at + 1)))

/* A contract on a new ledger, instantiated. */
void scenario_start(scenario *s);
/* The same, natively alone, beside a chain. Strings are borrowed. */
void scenario_start_elsewhere(scenario *s, const scenario_elsewhere *elsewhere, const char *chain_id);
void scenario_end(scenario *s);
/* So many blocks and seconds go by. */
void scenario_pass(scenario *s, uint64_t blocks, uint64_t seconds);

/* ---- calls ---- */

/* Any entry point, any bytes; compares, keeps s->result and returns it. Empty: all sides gave the call up. */
ur_span scenario_call(scenario *s, scenario_entry entry, const char *sender, ur_span message);
/* A message that must be taken. */
void scenario_ok(scenario *s, const char *sender, const char *format, ...) SCENARIO_FORMAT(3);
/* A message that must be refused with this code, and this field unless NULL. */
void scenario_refused(scenario *s, const char *sender, const char *code, const char *field, const char *format, ...)
    SCENARIO_FORMAT(5);
/* A query that must be answered; the answer lives until the scenario's end. */
ur_json scenario_ask(scenario *s, const char *format, ...) SCENARIO_FORMAT(2);
void scenario_ask_refused(scenario *s, const char *code, const char *field, const char *format, ...) SCENARIO_FORMAT(4);

/* For tests that put records in place by hand, between host_mem_begin and host_mem_end of every side: a life then says so. */
void scenario_note_puts(const scenario *s);

/* ---- what a message did: of the last scenario_ok ---- */

/* How many events of this type there are, and an attribute of the first, which must be there. */
size_t scenario_events(scenario *s, const char *type);
const char *scenario_attribute(scenario *s, const char *type, const char *attribute);
/* An attribute of the event number i (from 0) of this type. */
const char *scenario_attribute_at(scenario *s, const char *type, size_t i, const char *attribute);
/* The reply's data as JSON; absent without. */
ur_json scenario_data(scenario *s);
/* A record as it stands now; empty: there is none. */
ur_span scenario_record(const scenario *s, ur_span key);

/* ---- parts of messages; they live until the scenario's end ---- */

/* An address of the chain, the same for the same name. */
const char *scenario_account(scenario *s, const char *name);
/* A JSON string: with the quotes. */
const char *scenario_base64(scenario *s, ur_span bytes);
const char *scenario_hex(scenario *s, ur_span bytes);
const char *scenario_text(scenario *s, const char *format, ...) SCENARIO_FORMAT(2); /* as printf has it, no quotes added */

#endif
