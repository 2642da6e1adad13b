foreach(what vault identity statement)
    ur_fuzz(policy_${what} SOURCES policy_${what}.c USES core_policy)
endforeach()
