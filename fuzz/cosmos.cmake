ur_fuzz(cosmos_tx SOURCES cosmos_tx.c USES lib_cosmos)
