foreach(what proof header commit validators sequence)
    ur_fuzz(light_${what} SOURCES light_${what}.c USES core_light)
endforeach()
