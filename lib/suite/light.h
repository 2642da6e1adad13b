/* core/light's operations over OpenSSL. */
#ifndef UR_LIB_SUITE_LIGHT_H
#define UR_LIB_SUITE_LIGHT_H

#include "core/light/verify.h"

/* Ed25519 as OpenSSL verifies it: the cofactorless equation, R compared as bytes, S below the order (see verify.h for what
 * that means beside CometBFT's ZIP-215). Static storage. */
const ur_light_ops *ur_suite_light_ops(void);

#endif
