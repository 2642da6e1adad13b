foreach(part header form stream ecies file)
    ur_fuzz(seal_${part} SOURCES seal_${part}.c USES lib_seal)
endforeach()
