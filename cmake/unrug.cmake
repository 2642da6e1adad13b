# The four rules that every folder uses, and the flags they share. Nothing clever belongs anywhere else.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/archives)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()

set(UNRUG_SANITIZE "" CACHE STRING "a value for -fsanitize=, for instance address,undefined or memory")
option(UNRUG_FUZZ "build the libFuzzer targets (clang)" OFF)
option(UNRUG_CORE_ONLY "build core/ and its tests only: no library from outside but blst" OFF)
option(UNRUG_CTIME "mark secrets for the constant-time check under valgrind" OFF)
option(UNRUG_COVERAGE "count lines for gcov" OFF)
option(UNRUG_CONTRACT "build the contract as wasm" ON)
option(UNRUG_VM "fetch the VMs of chains and run contract tests on them, with release builds" ON)
option(UNRUG_BLST_NO_ASM "build blst from its portable C, as the contract does" OFF)

include(${CMAKE_CURRENT_LIST_DIR}/flags.cmake)

# ur_library(NAME SOURCES a.c ... USES core_base ... [SYSTEM PkgConfig::X ...])
# One static library per folder, named after its path. USES are our own libraries, in layer order.
function(ur_library name)
    cmake_parse_arguments(A "" "" "SOURCES;USES;SYSTEM" ${ARGN})
    add_library(ur_${name} STATIC ${A_SOURCES})
    list(TRANSFORM A_USES PREPEND ur_)
    target_link_libraries(ur_${name} PUBLIC ur_flags ${A_USES} PRIVATE ur_warnings ${A_SYSTEM})
    if(name MATCHES "^core_" AND CMAKE_C_COMPILER_ID STREQUAL GNU)
        target_compile_options(ur_${name} PRIVATE -fno-tree-loop-distribute-patterns) # else a loop becomes a call of strlen
    endif()
    set_property(GLOBAL APPEND PROPERTY UR_LIBRARIES ur_${name})
endfunction()

# ur_program(NAME SOURCES ... USES ... SYSTEM ...): a binary in build/<preset>/bin, installed if it is one of programs/.
function(ur_program name)
    cmake_parse_arguments(A "" "" "SOURCES;USES;SYSTEM" ${ARGN})
    add_executable(${name} ${A_SOURCES})
    list(TRANSFORM A_USES PREPEND ur_)
    target_link_libraries(${name} PRIVATE ur_flags ur_warnings ${A_USES} ${A_SYSTEM})
    if(CMAKE_CURRENT_SOURCE_DIR MATCHES "/programs/")
        install(TARGETS ${name} RUNTIME)
    endif()
endfunction()

# ur_test(NAME SOURCES ... USES ... [SYSTEM ...] [LABELS unit|vectors|small|...] [TIMEOUT seconds] [ARGS ...])
# A cmocka program run by ctest from the source root, in a process of its own, with a deadline.
function(ur_test name)
    cmake_parse_arguments(A "" "TIMEOUT" "SOURCES;USES;SYSTEM;LABELS;ARGS" ${ARGN})
    if(NOT A_TIMEOUT)
        set(A_TIMEOUT 180) # for what hangs: a busy machine must not fail
    endif()
    if(UNRUG_SANITIZE OR UNRUG_BLST_NO_ASM OR UNRUG_COVERAGE)
        math(EXPR A_TIMEOUT "${A_TIMEOUT} * 5") # these are slow
    endif()
    add_executable(${name} ${A_SOURCES})
    list(TRANSFORM A_USES PREPEND ur_)
    target_link_libraries(${name} PRIVATE ur_flags ur_warnings ${A_USES} ${A_SYSTEM} cmocka)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name} ${A_ARGS} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "${A_LABELS}")
endfunction()

# ur_fault_test(NAME ...): an ur_test in which system functions can be made to fail in turn (tests/fault/fault.h).
function(ur_fault_test name)
    ur_test(${name} ${ARGN})
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fault/fault.c)
    foreach(f malloc calloc realloc strdup realpath free mmap mprotect madvise mlock munmap open openat close read write fsync
            fchmod renameat linkat)
        target_link_options(${name} PRIVATE -Wl,--wrap=${f})
    endforeach()
endfunction()

# ur_script_test(NAME COMMAND ... [LABELS ...] [TIMEOUT s]): a test that is a script; it finds the build in $UNRUG_BUILD.
function(ur_script_test name)
    cmake_parse_arguments(A "" "TIMEOUT" "COMMAND;LABELS" ${ARGN})
    if(NOT A_TIMEOUT)
        set(A_TIMEOUT 180) # for what hangs: a busy machine must not fail
    endif()
    add_test(NAME ${name} COMMAND ${A_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "${A_LABELS}"
        ENVIRONMENT "UNRUG_BUILD=${CMAKE_BINARY_DIR}")
endfunction()

add_custom_target(fuzzers) # all of them, and nothing else

# ur_fuzz(NAME SOURCES ... USES ...): a libFuzzer target fuzz_NAME; seeds in fuzz/seeds/NAME, dictionary fuzz/dict/NAME.
# Without UNRUG_FUZZ the same source is linked to a small driver and run over its seeds as a test.
function(ur_fuzz name)
    cmake_parse_arguments(A "" "" "SOURCES;USES;SYSTEM" ${ARGN})
    list(TRANSFORM A_USES PREPEND ur_)
    if(UNRUG_FUZZ)
        add_executable(fuzz_${name} ${A_SOURCES})
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    else()
        add_executable(fuzz_${name} ${A_SOURCES} ${PROJECT_SOURCE_DIR}/fuzz/replay.c)
        add_test(NAME seeds_${name} COMMAND fuzz_${name} ${PROJECT_SOURCE_DIR}/fuzz/seeds/${name})
        set_tests_properties(seeds_${name} PROPERTIES TIMEOUT 180 LABELS fuzz)
    endif()
    add_dependencies(fuzzers fuzz_${name})
    set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    target_link_libraries(fuzz_${name} PRIVATE ur_flags ur_warnings ${A_USES} ${A_SYSTEM})
endfunction()
