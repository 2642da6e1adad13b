ur_fuzz(chain_answer SOURCES chain_answer.c USES lib_chain)
ur_fuzz(chain_tx_answer SOURCES chain_tx_answer.c USES lib_chain)
