# The desk's commands for people. `make run` shows it, `make test` proves it.
# Needs Python 3.11 or newer and make, nothing else.

PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?=

.PHONY: help setup run test bench lock format clean

help:
	@echo "make run      start the desk with a demonstration bureau (PORT=$(PORT) chooses the port)"
	@echo "make test     every check and test, browser tests included"
	@echo "make setup    only what both do first: .venv, requirements, compiled catalogue"
	@echo "make bench    the timed set of bench/ (QUICK=1 sets the tree beside an earlier commit, BEFORE=commit names it)"
	@echo "make lock     write requirements*.txt anew from pyproject.toml (UPGRADE=--upgrade for newer versions)"
	@echo "make format   put code and imports in form"
	@echo "make clean    remove .venv, var/ and all that was made"

# The first Python that is new enough and can make a virtual environment; setup.py says what is wrong when none can.
setup:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python3.14 python; do \
		if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec "$$python" .ci/setup.py; \
		fi; \
	done; \
	for python in $(PYTHON) python3 python; do \
		if "$$python" -c '' 2>/dev/null; then exec "$$python" .ci/setup.py; fi; \
	done; \
	echo "The desk needs Python 3.11 or newer, and no Python was found. Install it, or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1

run: setup
	@exec .venv/bin/python -m bureau.launcher --host "$(HOST)" --port "$(PORT)"

test: setup
	@exec .venv/bin/python .ci/checks.py $(ONLY)

bench: setup
ifdef QUICK
	@exec .venv/bin/python -m bench.compare $(if $(BEFORE),--before $(BEFORE))
else
	@exec .venv/bin/python -m bench
endif

COMPILE = .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

lock: setup
	@$(COMPILE) --output-file requirements.txt
	@$(COMPILE) --group dev --constraints requirements.txt --output-file requirements-dev.txt
	@echo "requirements.txt and requirements-dev.txt are written. Run 'make setup' to install them."

format: setup
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .

# As root the servers' data may lie outside var/; var/README says where (bureau/server_accounts.py).
clean:
	@if [ -f var/README ]; then \
		sed -n 's|^PostgreSQL and Valkey keep their data in \(/var/[a-z]*/bureau-desk/[^, ]*\).*|\1|p' var/README | \
		while read -r place; do rm -rf "$${place%.}"; done; \
	fi
	@if [ -x .venv/bin/python ]; then .venv/bin/python -m tests.servers; fi
	@rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -exec rm -f {} +
