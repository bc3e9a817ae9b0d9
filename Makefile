# The menu. `make` alone prints it.
PYTHON ?= python3
BIN := .venv/bin
PIP := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt $(BIN)/python -m pip --quiet --disable-pip-version-check
INPUTS := pyproject.toml constraints.txt
# Test processes. A file's tests stay together, for the models and pages that they share.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow test-latest check format bench hooks clean

help:  ## Print this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.ready-dev  ## Make .venv with everything, pinned; again only when pyproject.toml or constraints.txt change

demo: .venv/.ready  ## Train a small twin of an invented person and open the page (ARGS="--no-ui" for the figures alone)
	@$(BIN)/twin demo $(ARGS)

test: setup  ## Run the tests, without the slow ones (ARGS is passed to pytest)
	@$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-slow: setup  ## Run the slow tests
	@$(BIN)/python -m pytest -m slow $(ARGS)

test-latest: setup  ## Run tests/model with the newest transformers, installed beside the pinned one into .venv-latest
	@$(BIN)/python -m venv .venv-latest
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$$(.venv-latest/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/pinned.pth"
	@.venv-latest/bin/python -m pip install --quiet --disable-pip-version-check --no-warn-conflicts --upgrade transformers
	@.venv-latest/bin/python -c 'import transformers; print("transformers", transformers.__version__)'
	@.venv-latest/bin/python -m pytest tests/model $(ARGS)

check: setup  ## Formatting, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: setup  ## Put the code into its form
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: setup .venv/.ready-bench  ## Run the benchmarks, scripts/bench_*.py, one after another
	@for script in $(sort $(wildcard scripts/bench_*.py)); do echo "== $$script"; $(BIN)/python $$script $(ARGS) || exit; done

hooks: setup  ## Let git run `make check` before each commit
	@$(BIN)/pre-commit install

clean:  ## Remove .venv, caches and built packages
	@rm -rf .venv .venv-latest dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find twin tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || \
		{ echo "twin needs Python 3.11 or newer, and $(PYTHON) is not; name another with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.ready: $(INPUTS) | .venv/bin/python
	@echo "Installing what twin needs into .venv (PyTorch is large: some minutes)" >&2
	@$(PIP) install -c constraints.txt -e .
	@touch $@

.venv/.ready-dev: $(INPUTS) | .venv/bin/python
	@echo "Installing what twin and its checks need into .venv (PyTorch is large: some minutes)" >&2
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch .venv/.ready $@

.venv/.ready-bench: $(INPUTS) | .venv/bin/python
	@echo "Installing what twin's training is compared with" >&2
	@$(PIP) install -c constraints.txt -e '.[bench]'
	@touch $@
