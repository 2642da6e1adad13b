ur_fuzz(dkg_message SOURCES dkg_message.c USES core_dkg)
ur_fuzz(dkg_machine SOURCES dkg_machine.c USES core_dkg)
