ur_fuzz(pve_share SOURCES pve_share.c USES core_pve)
