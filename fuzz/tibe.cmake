ur_fuzz(tibe_ct SOURCES tibe_ct.c USES core_tibe)
