# Every target makes what it needs first; a second run only does what changed.
# A fresh machine needs Python 3.11 or later, make and git.

PYTHON ?= python3
BIN := .venv/bin
WITH_NODE := PATH="$(CURDIR)/.venv/node:$$PATH"
FRONTEND := package.json $(shell find webapp/frontend -type f)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard webapp/translations/*/LC_MESSAGES/*.po))
NAMES ?=
JSON ?=

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help serve worker test lint bench wheels clean lock environment development machine

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' Makefile

serve: environment ## Start the demonstration on 127.0.0.1 (MOTCUA_PORT changes the port 8000)
	@echo "Loading the demonstration; the first time takes about half a minute"
	@MOTCUA_DEMO=1 $(BIN)/motcua demo
	@MOTCUA_DEMO=1 exec $(BIN)/motcua serve

test: lint machine ## Check the house, then run every test; ends with pytest's summary
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: development ## Check style, types and import floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: development machine ## Measure beside stock SpiffWorkflow (NAMES="..." picks, JSON=file keeps)
	$(BIN)/python -m benchmarks $(NAMES) $(if $(JSON),--json $(JSON))

wheels: environment ## Make wheels/: all that other machines need to install the program, without internet
	rm -rf build wheels
	$(BIN)/python -m pip wheel -q --disable-pip-version-check --no-build-isolation -w wheels \
		-c requirements.txt -c requirements-dev.txt ".[celery,s3]"
	rm -rf build

lock: development ## Write the lock files anew from what is installed
	$(BIN)/python -m scripts.lock

clean: ## Remove everything made, except the data in var/
	rm -rf .venv node_modules webapp/static/build build wheels *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f $(CATALOGUES)

# What the targets above stand on

environment: .venv/.runtime webapp/static/build/manifest.json $(CATALOGUES)

development: environment .venv/.development

machine:
	@sh scripts/machine.sh chromium fonts-noto-core postgresql

.venv/.made:
	@sh scripts/venv.sh "$(PYTHON)"
	@touch $@

.venv/.runtime: .venv/.made requirements.txt pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -r requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.development: .venv/.runtime requirements-dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -r requirements-dev.txt
	@touch $@

.venv/.node: .venv/.made scripts/node.sh
	@sh scripts/node.sh
	@touch $@

node_modules/.package-lock.json: .venv/.node package-lock.json
	$(WITH_NODE) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

webapp/static/build/manifest.json: node_modules/.package-lock.json $(FRONTEND)
	$(WITH_NODE) npm run --silent build
	@touch $@

%.mo: %.po | .venv/.runtime
	@$(BIN)/pybabel --quiet compile -i $< -o $@
