# cmake -DOUT=file.c -DFILES=a;b -P checksums.cmake: the SHA-256 of each file as C, for the devnet.
set(text "/* Made by cmake/checksums.cmake. */\nextern const char *const devnet_known_builds[];\nconst char *const devnet_known_builds[] = {")
foreach(file ${FILES})
    file(SHA256 ${file} hash)
    string(APPEND text "\"${hash}\", ")
endforeach()
file(WRITE ${OUT} "${text}0};\n")
