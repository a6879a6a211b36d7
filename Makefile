# Everything that a person types. `make` alone builds the release programs into build/release/bin.
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
PREFIX ?= /usr/local
NINJA = ninja -j $(JOBS) $(if $(MAKE_TERMOUT),,--quiet)

.DEFAULT_GOAL := build
.PHONY: run test build bench fuzz asan tsan debug install format lint hooks clean setup tools

run: setup build/release/build.ninja ## the demonstration: asynchronous method call, asynchronous put, query
	@$(NINJA) -C build/release programs
	@scripts/demo build/release/bin

test: build ## the whole suite; its last line is "N passed, N failed"
	@scripts/run_tests build/release -j $(JOBS)

build: setup build/release/build.ninja
	@$(NINJA) -C build/release

bench: build ## every program of bench/, with the baselines measured in the same run
	@$(NINJA) -C build/release benches
	@scripts/bench build/release/bench

fuzz: tools build/fuzz/build.ninja ## every fuzz target for FUZZ_SECONDS; findings stay in fuzz/corpus
	@$(NINJA) -C build/fuzz fuzzers
	@scripts/fuzz build/fuzz/fuzz $(FUZZ_SECONDS) $(JOBS)

asan tsan debug: %: setup build/%/build.ninja ## the suite in that build
	@$(NINJA) -C build/$@
	@scripts/run_tests build/$@ -j $(JOBS)

install: build
	@cmake --install build/release --prefix $(PREFIX) --strip

format: tools ## rewrites the sources
	@scripts/lint --write

lint: tools build/tidy/build.ninja ## format, clang-tidy over changed files (ALL=1: all), the checks
	@scripts/lint $(if $(ALL),--all)

hooks: ## runs the checks before each commit from now on
	@git config core.hooksPath scripts/hooks && echo "hooks: scripts/hooks/pre-commit runs before each commit"

clean:
	@rm -rf build

setup:
	@scripts/setup

tools:
	@scripts/setup tools

build/%/build.ninja: CMakePresets.json | setup
	@mkdir -p build
	@cmake --preset $* > build/$*.log 2>&1 || { cat build/$*.log; exit 1; }
	@touch $@
