# Everything that a person types. `make` alone builds the release programs into build/release/bin.
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
SOAK_HOURS ?= 24
PREFIX ?= /usr/local

# Progress on a terminal; silence elsewhere, and where no source changed since the last build of the same.
INPUTS = find CMakeLists.txt cmake src apps schema tests bench fuzz -name corpus -prune -o \
	\( -type d -o -name '*.cc' -o -name '*.h' -o -name '*.mof' -o -name '*.cmake' -o -name CMakeLists.txt \)
CHANGED = $(INPUTS) -newer build/$(1)/made-$(2) -print 2>&1 | grep -q .
# $(call ninja,PRESET,TARGET)
ninja = if $(if $(MAKE_TERMOUT),$(CHANGED),false); then ninja -j $(JOBS) -C build/$(1) $(2) || exit 1; \
	else ninja -j $(JOBS) -C build/$(1) --quiet $(2) >build/$(1).log 2>&1 || { cat build/$(1).log; exit 1; }; fi; \
	touch build/$(1)/made-$(2)

.DEFAULT_GOAL := build
.PHONY: run test build bench soak fuzz asan tsan debug install format lint hooks clean setup tools

run: setup build/release/build.ninja ## the demonstration: asynchronous method call, asynchronous put, query
	@$(call ninja,release,programs)
	@scripts/demo build/release/bin

test: build ## the whole suite; its last line is "N passed, N failed"
	@scripts/run_tests build/release -j $(JOBS)

build: setup build/release/build.ninja
	@$(call ninja,release)

bench: build ## every program of bench/, with the baselines measured in the same run
	@$(call ninja,release,benches)
	@scripts/bench build/release/bench

soak: build ## a day of remote clients by an accelerated clock: nothing may grow
	@$(call ninja,release,remote_soak_bench)
	@build/release/bench/remote_soak_bench --hours $(SOAK_HOURS)

fuzz: tools build/fuzz/build.ninja ## every fuzz target for FUZZ_SECONDS; findings stay in fuzz/corpus
	@$(call ninja,fuzz,fuzzers)
	@scripts/fuzz build/fuzz/fuzz $(FUZZ_SECONDS) $(JOBS)

asan tsan debug: %: setup build/%/build.ninja ## the suite in that build
	@$(call ninja,$@)
	@scripts/run_tests build/$@ -j $(JOBS)

install: setup build/release/build.ninja
	@$(call ninja,release,programs)
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
