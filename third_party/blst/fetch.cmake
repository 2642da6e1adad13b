# Set UNRUG_BLST_DIR to the unpacked module; go.sum decides what its bytes are.
if(NOT UNRUG_BLST_DIR)
    find_program(UNRUG_GO go)
    if(NOT UNRUG_GO)
        message(FATAL_ERROR "Go is needed to fetch blst: run tools/deps, or give -DUNRUG_BLST_DIR=<blst source tree>")
    endif()
    execute_process(COMMAND ${CMAKE_COMMAND} -E env GOFLAGS=-mod=readonly ${UNRUG_GO} mod download -json
            github.com/supranational/blst
        WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR}
        OUTPUT_VARIABLE blst_json ERROR_VARIABLE blst_error RESULT_VARIABLE blst_result)
    if(NOT blst_result EQUAL 0)
        message(FATAL_ERROR "cannot fetch blst through the Go module proxy: ${blst_json}${blst_error}")
    endif()
    string(JSON UNRUG_BLST_DIR GET "${blst_json}" Dir)
endif()
if(NOT EXISTS ${UNRUG_BLST_DIR}/src/server.c)
    message(FATAL_ERROR "no blst source tree at ${UNRUG_BLST_DIR} (src/server.c is missing)")
endif()
