# Each verb sets up what it needs.

PORTAL ?= ecns
ARGS ?=
SEED ?= $(shell date +%s)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := build/demo

.PHONY: help crawl demo test check bench chaos format docs clean

help:
	@echo "make crawl [PORTAL=ecns] [ARGS='-a section=politics']   archive a portal"
	@echo "make demo     every portal over recorded pages, without the network"
	@echo "make test     the tests"
	@echo "make check    lint, format, types and tests"
	@echo "make bench    speed, beside a bare spider and beside trafilatura"
	@echo "make chaos [SEED=7]   a crawl killed sixty times: is its archive whole? ten thousand spoilt pages"
	@echo "make docs     write docs/archive.schema.json and docs/portals.md again"

crawl: $(VENV)/.ready
	@$(BIN)/scrapy crawl $(PORTAL) $(ARGS)

demo: $(VENV)/.ready
	@rm -rf $(DEMO)
	@$(BIN)/python -m tests.demo $(DEMO)

test: $(VENV)/.ready
	@$(BIN)/python -W error -m pytest -q

check: $(VENV)/.ready-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -W error -m pytest -q

bench: $(VENV)/.ready-bench
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.chaos --seed $(SEED) $(ARGS)
	@$(BIN)/python -m tests.mutants --pages 10000 --seed $(SEED)

format: $(VENV)/.ready-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(VENV)/.ready
	@$(BIN)/python -m tests.write_docs

clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.ready: requirements.txt
	@echo "setting up $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.ready-bench: $(VENV)/.ready requirements-provisional.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-provisional.txt
	@touch $@
