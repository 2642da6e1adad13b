ur_fuzz(contract_calls SOURCES contract_calls.c ${PROJECT_SOURCE_DIR}/tests/contract/host_mem.c USES contract_machine lib_suite)
