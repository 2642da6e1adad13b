ur_fuzz(bls_parse SOURCES bls_parse.c USES core_bls)
