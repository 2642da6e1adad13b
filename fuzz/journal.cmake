ur_fuzz(journal SOURCES journal.c USES lib_journal)
