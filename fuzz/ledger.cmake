ur_fuzz(ledger_tx SOURCES ledger_tx.c USES lib_ledger)
