/* The prototypes of all handlers, made from message.def.
 *
 * A handler gets the value of the message's one member, unchecked but for being JSON, and returns
 *   UR_OK                  done; in a query it has written an answer
 *   uc_refuse(...)         the caller's fault: the error goes out, nothing of the call counts
 *   anything else          not the caller's fault: the call is given up, nothing of it counts (see uc_execute) */
#ifndef UR_CONTRACT_MACHINE_HANDLERS_H
#define UR_CONTRACT_MACHINE_HANDLERS_H

#include "contract/machine/call.h"

#define UC_EXECUTE(name, handler) ur_status handler(uc_call *c, ur_json args);
#define UC_QUERY(name, handler) ur_status handler(uc_call *c, ur_json args);
#include "contract/machine/message.def"
#undef UC_EXECUTE
#undef UC_QUERY

#endif
