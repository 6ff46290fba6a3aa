# Everything that a developer runs. The first target that needs it sets the machine up (scripts/set-up).
#
#   PYTHON   the interpreter that the virtual environment is made with (default: python3)
#   JOBS     test processes side by side (default: one for each core)
#   ARGS     more arguments for pytest, the benchmarks or the demo, as in: make unit ARGS='-k store'
#   PICTURES yes: test-ide takes the pictures of docs/ide.md anew
#   CODE     the VS Code that install-extension is for (default: code)

PYTHON ?= python3
JOBS ?= $(shell nproc)
ARGS ?=
CODE ?= code
export PYTHON

BIN := .venv/bin
READY := .venv/.ready
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist worksteal
# What the Python inside gdb and lldb loads; it can be as old as 3.9.
INSIDE_DEBUGGERS := jitdbg/__init__.py jitdbg/errors.py jitdbg/irtext.py jitdbg/replacing.py jitdbg/elf jitdbg/debugger gdb_scripts lldb_scripts
SHELL_SCRIPTS := $(filter-out %.txt,$(wildcard scripts/*)) .ci/run

.PHONY: help set-up demo check lint types unit smoke test test-ide extension install-extension test-long unsupported commands-page test-matrix kernel bench format clean

help:  ## say what there is
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

set-up: $(READY)  ## install what is missing: system packages, the virtual environment, the demo's C library

$(READY): pyproject.toml $(wildcard scripts/*)
	scripts/set-up

demo: $(READY)  ## a C library of 50,000 lines and a small IR file, JIT-compiled, under gdb and lldb
	$(BIN)/jitdbg demo --library .cache/zstd $(ARGS)

check: lint types unit smoke  ## lint, types, unit tests, one test for each debugger; under 5 minutes

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/vermin --quiet --violations --no-tips --feature union-types --target=3.9- $(INSIDE_DEBUGGERS)
	$(BIN)/shellcheck $(SHELL_SCRIPTS)

types: $(READY)
	$(BIN)/mypy

unit: $(READY)
	$(PYTEST) -m unit tests/unit $(ARGS)

smoke: $(READY)
	$(PYTEST) -m smoke $(ARGS)

test: lint types  ## all that CI runs; under 40 minutes on two cores
	$(PYTEST) --require-debuggers $(ARGS)

test-ide: $(READY)  ## VS Code in a browser, Emacs and Vim in a terminal; its first run installs them
	scripts/set-up-ide
	$(PYTEST) -m ide -o timeout=900 -o faulthandler_timeout=1000 tests/ide $(ARGS)

extension:  ## the extension for VS Code: editors/vscode/jitdbg.vsix
	scripts/build-extension

install-extension: extension  ## build it and install it in VS Code; CODE=code-server for another one
	$(CODE) --install-extension editors/vscode/jitdbg.vsix

test-long: $(READY)  ## the tests that take minutes each, and those of tools that are installed for them
	JITDBG_TOOLS=all scripts/install-system-packages
	$(BIN)/pip install --quiet py-spy
	JITDBG_REQUIRE_TOOLS=yes $(PYTEST) -m 'long or tools' -o timeout=3600 -o faulthandler_timeout=3700 $(ARGS)

unsupported: $(READY)  ## docs/harness.md's table of what debuggers can't do, from the tests of the contract
	$(PYTEST) --require-debuggers --unsupported-table docs/harness.md tests/debuggers/test_harness_co*.py

commands-page: $(READY)  ## docs/commands.md, from the commands' declarations and a session in gdb
	$(BIN)/python -m tests.commands_page

test-matrix: $(READY)  ## the commands under several releases of debuggers, and docs/support.md from that; needs root
	$(BIN)/python -m tests.matrix

kernel: $(READY)  ## the linker's kernel in LLVM's IR, from its source in C; needs clang
	scripts/make-kernel

bench: $(READY)  ## speed, as ratios measured in one run
	$(BIN)/python -m benchmarks $(ARGS)

format: $(READY)  ## lay the code out, mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## remove the virtual environment and all that was fetched or built
	rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
