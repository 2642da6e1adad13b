# The contract as wasm. Its bytes are its name on a chain, so compiler, linker and optimiser are pinned to Debian 12's: others
# would make a contract that works and that nobody recognises.

function(ur_pinned_tool variable name flag version)
    find_program(${variable} ${name})
    set(found nothing)
    if(${variable})
        execute_process(COMMAND ${${variable}} ${flag} OUTPUT_VARIABLE found ERROR_VARIABLE found)
        string(REGEX REPLACE "\n.*" "" found "${found}")
    endif()
    if(NOT found MATCHES "${version}")
        message(FATAL_ERROR "the contract is built with ${name} ${version}, found: ${found}. Debian 12 has it (tools/deps); "
            "-DUNRUG_CONTRACT=OFF builds everything else")
    endif()
endfunction()

ur_pinned_tool(UNRUG_WASM_CC clang-14 --version "14\\.0\\.6")
ur_pinned_tool(UNRUG_WASM_LD wasm-ld-14 --version "14\\.0\\.6")
ur_pinned_tool(UNRUG_WASM_OPT wasm-opt --version "version 108")

get_property(UR_WASM_BLST GLOBAL PROPERTY UR_BLST_DIR)
set(UR_WASM_DIR ${CMAKE_BINARY_DIR}/contract)
set(UR_WASM_TARGET --target=wasm32-unknown-unknown -mcpu=mvp -ffreestanding -fvisibility=hidden -ffunction-sections -fdata-sections)
# The size of the whole is what counts, but where most instructions are run: reading, encoding, hashing.
set(UR_WASM_FAST "^core\\.(base\\.mem|codec\\.base64|hash\\.sha256.*)\\.c$")
set(UR_WASM_FLAGS -std=c17 -flto -I${PROJECT_SOURCE_DIR} -isystem ${UR_WASM_BLST}/bindings
    -include ${PROJECT_SOURCE_DIR}/core/base/banned.h -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wvla
    -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual)

# ur_wasm_object(OUT NAME SOURCE FLAG...): the command that compiles one file; *OUT is the object.
function(ur_wasm_object out name source)
    set(object ${UR_WASM_DIR}/objects/${name}.o)
    add_custom_command(OUTPUT ${object} DEPENDS ${source} DEPFILE ${object}.d VERBATIM COMMENT "Building wasm object ${name}"
        COMMAND ${UNRUG_WASM_CC} ${UR_WASM_TARGET} -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= ${ARGN} -MD -MF ${object}.d
            -c ${source} -o ${object})
    set(${out} ${object} PARENT_SCOPE)
endfunction()

# ur_wasm_sources(OUT SOURCE...): our own sources, optimised across each other at the link.
function(ur_wasm_sources out)
    set(objects "")
    foreach(source ${ARGN})
        file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${source})
        string(REPLACE "/" "." name ${name})
        set(level -Oz)
        if(name MATCHES "${UR_WASM_FAST}")
            set(level -O2)
        endif()
        ur_wasm_object(object ${name} ${source} ${UR_WASM_FLAGS} ${level})
        list(APPEND objects ${object})
    endforeach()
    set(${out} ${objects} PARENT_SCOPE)
endfunction()

# ur_wasm_link(NAME OBJECT...): objects into NAME.wasm.linked. Both options of LLVM are about size. The stack comes first and grows
# down, so nothing ever lies in the lowest 1024 bytes but an overflow: what wasm-opt is told below.
function(ur_wasm_link name)
    set(module ${UR_WASM_DIR}/${name}.wasm.linked)
    add_custom_command(OUTPUT ${module} DEPENDS ${ARGN} VERBATIM COMMENT "Linking wasm ${name}"
        COMMAND ${UNRUG_WASM_LD} --no-entry --gc-sections --strip-all --stack-first -z stack-size=131072 --lto-O2
            -mllvm -inline-threshold=-100 -mllvm -disable-lsr ${ARGN} -o ${module})
endfunction()

# ur_wasm_module(NAME OBJECT...): link, optimise, check, print size and checksum.
function(ur_wasm_module name)
    set(module ${UR_WASM_DIR}/${name}.wasm)
    ur_wasm_link(${name} ${ARGN})
    add_custom_command(OUTPUT ${module} DEPENDS ${module}.linked ${PROJECT_SOURCE_DIR}/tools/contract-check VERBATIM
        COMMENT "Optimising and checking contract ${name}.wasm"
        COMMAND ${UNRUG_WASM_OPT} --mvp-features -Oz -Oz --reorder-functions --low-memory-unused --strip-debug --strip-producers --strip-target-features ${module}.linked
            -o ${module}
        COMMAND ${PROJECT_SOURCE_DIR}/tools/contract-check ${module})
    add_custom_target(contract_${name} ALL DEPENDS ${module})
    set_property(GLOBAL PROPERTY UR_WASM_OBJECTS_${name} ${ARGN}) # for modules of tests
endfunction()
