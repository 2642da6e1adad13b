# The CI stages, each a command that people run too, from the source root. Longest first.
macro(stage name minutes command)
    math(EXPR seconds "${minutes} * 60")
    add_test(${name} bash -c "cd \"$UNRUG_ROOT\" && ${command}")
    set_tests_properties(${name} PROPERTIES TIMEOUT ${seconds})
endmacro()

stage(readme 25 "tools/deps && make test")
stage(asan 30 "cmake --workflow --preset asan")
stage(msan 20 "cmake --workflow --preset msan")
stage(clang 25 "cmake --workflow --preset release-clang")
