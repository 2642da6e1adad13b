# The CI stages, each a command that people run too, from the source root. What needs the release build comes after it.
macro(stage name minutes command)
    math(EXPR seconds "${minutes} * 60")
    add_test(${name} bash -c "cd \"$UNRUG_ROOT\" && ${command}")
    set_tests_properties(${name} PROPERTIES TIMEOUT ${seconds})
endmacro()

stage(readme 25 "tools/deps && make test && tools/deps && make tour") # gcc, the README's own commands; layers, symbols, wasm and banned functions are tests there
stage(asan 30 "cmake --workflow --preset asan")
stage(clang 20 "cmake --workflow --preset release-clang")
stage(fuzz 20 "make fuzz")
stage(msan 15 "cmake --workflow --preset msan")
stage(ctime 15 "tests/ctime/run")
stage(peers 30 "tests/peers/run")
stage(chain 40 "tests/chain/run") # of which compiling wasmd, from nothing, is 8
stage(negatives 15 "build/release/tests/vectors_attest_negatives whole") # make test runs every 13th of them
set_tests_properties(ctime peers chain negatives PROPERTIES DEPENDS readme)
