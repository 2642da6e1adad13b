foreach(what der cert crl quote tcb_info qe_identity event_log policy verify)
    ur_fuzz(attest_${what} SOURCES attest_${what}.c USES core_attest)
endforeach()
