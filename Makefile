# A front door for people, thin over the CMake presets; `make` alone builds the release.
.PHONY: all tour test vectors bench fuzz cover install clean test-peers test-chain
.DEFAULT_GOAL := all

build/%/build.ninja: CMakePresets.json
	cmake --fresh --preset $* >/dev/null

all: build/release/build.ninja        ## release build; programs land in build/release/bin
	cmake --build --preset release

tour: build/release/build.ninja       ## the toolbox end to end, told as a story
	cmake --build --preset release --target unrug
	tools/tour

test: all                             ## every test that needs only what tools/deps installs
	ctest --preset release -LE 'peers|chain'

vectors: all                          ## others' data only: ../shared/vectors or $$UNRUG_VECTORS
	ctest --preset release -L vectors -V

bench: all                            ## JSON lines, peers in the same run
	bench/run
	bench/contract-gas

fuzz: build/fuzz/build.ninja          ## every fuzz target for $$FUZZ_SECONDS (default 10)
	cmake --build --preset fuzz
	tools/fuzz build/fuzz

test-peers: all                       ## against others' programs (needs Go >= 1.24, Node >= 20.19)
	tests/peers/run

test-chain: all                       ## against a chain of wasmd's on loopback (needs Go >= 1.24; builds it first)
	tests/chain/run

cover: build/cover/build.ninja        ## what the tests ran, by folder (without the exhaustive ones)
	cmake --build --preset cover
	find build/cover -name '*.gcda' -delete
	ctest --preset cover -LE 'peers|chain|small|rules|ctime'
	tools/cover build/cover

PREFIX ?= /usr/local
install: all                          ## programs, manual pages, completions below $$(DESTDIR)$$(PREFIX)
	cmake --install build/release --prefix '$(PREFIX)'

clean:
	rm -rf build
