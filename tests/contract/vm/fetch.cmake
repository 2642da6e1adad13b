# ur_vm_fetch(VARIABLE MODULE@VERSION): where the unpacked module is, unless -DVARIABLE=<folder> says so. Asking for a version by name
# needs no other module; go.sum decides what its bytes are.
function(ur_vm_fetch variable module)
    set(${variable} "" CACHE PATH "${module} unpacked, to use instead of fetching it")
    if(NOT ${variable})
        find_program(UNRUG_GO go REQUIRED)
        execute_process(COMMAND ${CMAKE_COMMAND} -E env GOFLAGS=-mod=readonly ${UNRUG_GO} mod download -json ${module}
            WORKING_DIRECTORY ${CMAKE_CURRENT_FUNCTION_LIST_DIR}
            OUTPUT_VARIABLE json ERROR_VARIABLE error RESULT_VARIABLE result)
        if(NOT result EQUAL 0)
            message(FATAL_ERROR "cannot fetch ${module} through the Go module proxy: ${json}${error}\n"
                "-D${variable}=<folder> takes a copy of your own, -DUNRUG_VM=OFF leaves the tests on the VM out")
        endif()
        string(JSON folder GET "${json}" Dir)
        set(${variable} ${folder} PARENT_SCOPE)
    endif()
endfunction()
