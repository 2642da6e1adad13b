ur_fuzz(rpc_search SOURCES rpc_search.c USES lib_rpc)
ur_fuzz(rpc_request SOURCES rpc_request.c USES lib_rpc)
