# Xiaobian: what one does with a checkout. `make` says what there is.
# Needs only make, git and Python 3.11 or newer with its venv module; everything else goes into .venv.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test check lint provision lock bench bench-matching bench-risk pictures clean

# The first that is new enough; `make demo PYTHON=/path/to/python` takes another one.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)

# What is handed on to the program, the tests or the benchmark: `make demo ARGS="--port 0"`, `make test ARGS="-k store"`.
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

# What the tests need besides Python: a browser that can draw Chinese, and a PostgreSQL server that they start themselves.
PACKAGES := chromium fonts-noto-cjk fonts-noto-color-emoji postgresql

help:  ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*##/  make \1\t/p' Makefile | expand -t 24

demo: .venv/ready  ## Start everything without any account: a local audience, a local Slack, the desk between them
	@exec $(BIN)/python -m bot demo $(ARGS)

# One test at a time would be `make test ARGS=tests/store/test_engine.py`. A skipped test is a failed one: see tests/conftest.py.
test: .venv/ready-dev provision  ## Install what the tests need, and run them all
	@$(BIN)/python -m pytest --numprocesses 2 $(ARGS)

check: lint test  ## Everything that must hold before a commit: format, lint, types, tests

lint: .venv/ready-dev  ## Format, lint and types only
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: .venv/ready-dev  ## Measure speed and memory beside a bare floor
	@$(BIN)/python -m tests.bench $(ARGS)

bench-matching: .venv/ready-dev  ## Judge the matcher beside others on labelled comments (ARGS="--data FOLDER" for more sets)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench.matching $(ARGS)

bench-risk: .venv/ready-dev  ## Judge the risk flags on labelled comments, and print every error
	@$(BIN)/python -m tests.bench.risk $(ARGS)

pictures: .venv/ready-dev provision  ## Take the README's pictures anew, of the demo in a real browser
	@$(BIN)/python -m tests.e2e.pictures

provision:  ## Install the Debian packages that the tests need and that are missing
	@command -v dpkg-query >/dev/null || { \
		echo "This is not Debian: the tests need by another way what these packages bring: $(PACKAGES)" >&2; exit 0; }; \
	for package in $(PACKAGES); do \
		dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
	done; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ]; then root=; \
	elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then root=sudo; \
	else echo "The tests need Debian packages that only root can install. Run: apt-get install$$missing" >&2; exit 1; fi; \
	echo "Installing:$$missing"; \
	$$root apt-get -qq update && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $$missing >/dev/null

lock:  ## Write the lock files anew from pyproject.toml (ARGS=--upgrade: with newer versions)
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PYTHON) -m venv "$$folder"; "$$folder/bin/pip" --quiet --disable-pip-version-check install uv; \
	compile="$$folder/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url $(ARGS) --extra build"; \
	$$compile -o requirements.txt pyproject.toml; \
	$$compile --extra embed -o requirements-embed.txt pyproject.toml; \
	$$compile --extra embed --extra dev -o requirements-dev.txt pyproject.toml

clean:  ## Remove everything that was made here, but not var/ with its database
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: installed again only when the lock or the project's own metadata change. The project itself is installed
# "editable", so that `xiaobian` runs this checkout, and built with the setuptools of the lock.
.venv/ready: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing what the program needs (once)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: requirements-dev.txt pyproject.toml | .venv/bin/python
	@echo "Installing what the tests need (once)"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ .venv/ready

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
