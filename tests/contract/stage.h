/* A scenario (scenario.h) with numbered accounts, and every event that came of it since its start. */
#ifndef UR_TESTS_CONTRACT_STAGE_H
#define UR_TESTS_CONTRACT_STAGE_H

#include "tests/contract/scenario.h"
#include "tests/test.h"

enum { STAGE_ACCOUNTS = 300 };

typedef struct stage_event {
    uint64_t height;
    char *text;
    ur_json json; /* type and attributes, in `text` */
} stage_event;

typedef struct stage {
    scenario sc;
    const char *accounts[STAGE_ACCOUNTS];
    stage_event *events;
    size_t events_n, events_cap;
    FILE *record; /* where calls are written as they come, one a line; or NULL */
} stage;

void stage_open(stage *s);
void stage_open_elsewhere(stage *s, const scenario_elsewhere *elsewhere, const char *chain_id);
void stage_close(stage *s);
void stage_pass(stage *s, uint64_t blocks); /* five seconds each */

#define STAGE_SPAN(span) (int)(span).n, (const char *)(span).p

/* A call that may be taken or refused. */
bool stage_try(stage *s, const char *sender, const char *message);
/* Calls that must be taken; that must be refused with this code, and this field (NULL: without any). */
void stage_must(stage *s, const char *sender, const char *message);
void stage_refused(stage *s, const char *sender, const char *code, const char *field, const char *message);

/* A query that must be answered, for the record. */
void stage_ask(stage *s, const char *query);

/* Members of an answer. */
uint64_t stage_u64(ur_json object, const char *name);
const char *stage_string(stage *s, ur_json object, const char *name);
/* A list's element number i. */
ur_json stage_at(ur_json list, size_t i);

/* Base64 without quotes, as attributes have it; kept until the stage closes. */
const char *stage_base64(stage *s, const uint8_t *p, size_t n);

/* How often the last call read, wrote and removed, and bytes written with their keys. */
typedef struct stage_work {
    size_t reads, writes, removes, bytes;
} stage_work;
stage_work stage_last_work(const stage *s);

/* The last event of this type; an attribute of an event, kept until the stage closes. */
const stage_event *stage_last_event(const stage *s, const char *type);
const char *stage_attribute(stage *s, const stage_event *e, const char *name);
uint64_t stage_attribute_u64(stage *s, const stage_event *e, const char *name);

#endif
