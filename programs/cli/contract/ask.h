/* Asking and telling our contract: what the committee, vault and recovery commands share. Answers are a node's word; proven records are read
 * by `unrug light get` with the key that every answer names. */
#ifndef UR_PROGRAMS_CLI_CONTRACT_ASK_H
#define UR_PROGRAMS_CLI_CONTRACT_ASK_H

#include "programs/cli/contract/contract.h"

/* --contract, or $UNRUG_CONTRACT; UR_E_USAGE without either. */
UR_MUST_USE ur_status contract_address(cli *c, const char **out);

/* Ask {"NAME":{…}}, whose members are numbers: names[i] is values[i], in rising order of names. The answer borrows from *reply, which is to be
 * freed. */
UR_MUST_USE ur_status contract_ask(cli *c, ur_client *client, ur_node_reply *reply, ur_json *out, const char *query, const char *const *names,
                                   const uint64_t *values, size_t n);

/* Say the members of an answer that are named, as they come: texts, numbers, truths, nulls; {"height","time_ns"} as a time. */
void contract_say(cli *c, ur_json answer, const char *const *names, size_t n);
/* Say a list of objects under a key, each by the same names. */
void contract_say_rows(cli *c, const char *key, ur_json list, const char *const *names, size_t n);

/* Send one message (canonical JSON in w) to the contract and say what became of it. attribute: of the contract's event, a number that the
 * message made ("vault", "committee", …), said under its name; NULL: none. */
UR_MUST_USE ur_status contract_tell(cli *c, chain_sender *s, ur_json_writer *j, const char *attribute);

/* An argument that is a number from 1 on. */
UR_MUST_USE ur_status contract_number(cli *c, uint64_t *out, const char *name);

#endif
