/* The contract's records, proven: what a keyper or an agent reads instead of asking the contract. Records are taken apart by
 * the contract's own code (contract/machine/vault.h, committee.h), whose host here is the ledger view: every record it asks
 * for is fetched with a proof, and all that is read between two calls of ur_records_begin stands under one header.
 *
 *     UR_TRY(ur_records_begin(r, 0, timeout, err));
 *     uc_call *c = ur_records_call(r);
 *     UR_TRY(ur_records_said(r, uc_vault_load(c, 7, &vault), err));      // err: "no_vault: there is no vault ..."
 *     const ur_light_header *under = ur_records_header(r);
 */
#ifndef UR_LIB_RECORDS_RECORDS_H
#define UR_LIB_RECORDS_RECORDS_H

#include "contract/machine/call.h"
#include "lib/chain/view.h"

#define UR_RECORDS_MAX 1024u                     /* records between two begins */
#define UR_RECORDS_MEMORY_BYTES ((size_t)1 << 20) /* for what the contract's code takes */

typedef struct ur_records ur_records;

/* Over a view (borrowed). contract: its address in bech32; UR_E_INPUT if it is none. chain_id: of the view's anchor. */
UR_MUST_USE ur_status ur_records_new(ur_records **out, ur_view *view, const char *chain_id, const char *contract, ur_err *err);
void ur_records_free(ur_records **records); /* NULL inside is allowed */

/* Forget what was read, and fix the header under which everything is read from now on: the one of a height, 0: the newest.
 * Statuses of ur_view_sync. timeout_ms also counts for each fetch that follows. */
UR_MUST_USE ur_status ur_records_begin(ur_records *records, int64_t under, unsigned timeout_ms, ur_err *err);
const ur_light_header *ur_records_header(const ur_records *records);

/* What the contract's readers want: a call that can only read. Its instant is the header's, so that the rules of policies
 * can be asked as the contract would ask them. What is read borrows from it until the next begin. */
uc_call *ur_records_call(ur_records *records);
/* Put in words what a reader returned: UR_OK, a refusal as the contract says it, or why a record could not be fetched
 * (UR_E_UNAVAILABLE and others of the view). */
UR_MUST_USE ur_status ur_records_said(ur_records *records, ur_status status, ur_err *err);

/* Fetch records together that will be wanted, in as few questions as it takes: saves time, changes nothing else. */
UR_MUST_USE ur_status ur_records_fetch(ur_records *records, const ur_span *keys, size_t n, ur_err *err);

#endif
