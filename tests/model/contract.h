/* The contract itself, run beside the model: every message that the model executes is made in full, with real keys,
 * signatures, proofs and shares, and sent to the native contract. After each one the records must say what the model says. */
#ifndef UNRUG_TESTS_MODEL_CONTRACT_H
#define UNRUG_TESTS_MODEL_CONTRACT_H

#include "tests/model/world.h"

typedef struct m_contract m_contract;

m_contract *m_contract_new(void);
void m_contract_free(m_contract **contract);
m_beside m_contract_beside(m_contract *contract);

#endif
