ur_fuzz(chain_answer SOURCES chain_answer.c USES lib_chain)
