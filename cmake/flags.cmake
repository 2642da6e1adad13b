# ur_flags: what every object of ours is compiled with. ur_warnings: warnings as errors, for our own sources only.
add_library(ur_flags INTERFACE)
target_include_directories(ur_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(ur_flags INTERFACE -fstack-protector-strong -fno-omit-frame-pointer -ffunction-sections
    -fdata-sections -fno-strict-aliasing -fPIE)
target_compile_definitions(ur_flags INTERFACE _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE)
target_link_options(ur_flags INTERFACE -pie -Wl,--gc-sections -Wl,-z,relro,-z,now -Wl,-z,noexecstack)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT UNRUG_SANITIZE)
    target_compile_options(ur_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
if(UNRUG_SANITIZE)
    target_compile_options(ur_flags INTERFACE -fsanitize=${UNRUG_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(ur_flags INTERFACE -fsanitize=${UNRUG_SANITIZE})
endif()
if(UNRUG_FUZZ)
    target_compile_options(ur_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(UNRUG_CTIME)
    target_compile_definitions(ur_flags INTERFACE UR_CTIME)
    target_compile_options(ur_flags INTERFACE -gdwarf-4) # the packaged valgrind cannot read clang's DWARF 5
endif()
if(UNRUG_COVERAGE)
    target_compile_options(ur_flags INTERFACE --coverage)
    target_link_options(ur_flags INTERFACE --coverage)
endif()

add_library(ur_warnings INTERFACE)
target_compile_options(ur_warnings INTERFACE -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wvla
    -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wpointer-arith -Wundef -Wformat=2 -Wwrite-strings
    -Wimplicit-fallthrough -Wdouble-promotion "SHELL:-include ${PROJECT_SOURCE_DIR}/core/base/banned.h")
