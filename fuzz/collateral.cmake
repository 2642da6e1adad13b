ur_fuzz(collateral_set SOURCES collateral_set.c USES lib_collateral lib_suite)
