# Two commands matter: `make run` and `make test`. `make` alone lists the rest.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run test setup bench chaos lint format messages shots lock reset clean
MAKEFLAGS += --no-print-directory

PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
# For commands that look at the code alone: no database is started for them.
NO_DATABASE := DATABASE_URL=postgresql://nowhere.invalid/none

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.run ## start everything: site, worker, database, simulated providers (PORT=8000, DATA_DIR=.data)
	@exec $(MANAGE) run

test: .venv/.test ## run every check and every test
	@exec deploy/test

setup: .venv/.run ## make .venv with the locked packages and compile the translations

bench: .venv/.test ## measure speed against named baselines (ONLY=loading to choose)
	@deploy/packages redis-server
	@LOG_LEVEL=ERROR exec $(MANAGE) bench $(ONLY)

chaos: .venv/.test ## kill senders, database and broker at random (NOTICES=100000 KILLS=30 SEED=1 BROKER=files)
	@deploy/packages redis-server
	@$(NO_DATABASE) exec $(MANAGE) chaos $(if $(NOTICES),--notices $(NOTICES)) $(if $(KILLS),--kills $(KILLS)) \
		$(if $(SEED),--seed $(SEED)) $(if $(BROKER),--broker $(BROKER))

lint: .venv/.test ## format, lint, types, layers; no tests
	@exec deploy/lint

format: .venv/.test ## rewrite files the way `make lint` wants them
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

messages: .venv/.test ## put new texts into the .po files, compile them, name what lacks Vietnamese
	@$(NO_DATABASE) $(MANAGE) messages

shots: .venv/.test ## pictures of the main pages at 360 and 1280 px, light and dark, into .shots/
	@exec .venv/bin/pytest --quiet portal/tests/journeys/shots.py

lock: .venv/.test ## compile pyproject.toml into the requirements files (UPGRADE=--upgrade for newer ones)
	@exec deploy/lock $(UPGRADE)

reset: ## forget the data of `make run` (stop it first)
	@exec deploy/reset

clean: reset ## forget everything that can be made again, .venv too
	@rm -rf .venv .shots .mypy_cache .ruff_cache .hypothesis .import_linter_cache staticfiles
	@find . -name __pycache__ -prune -exec rm -rf {} + -o -name '*.mo' -path '*/locale*' -exec rm -f {} +

# Stamps: a second call costs nothing until a lock file or the script changes.
.venv/.run: requirements.txt deploy/uv.txt deploy/setup
	@deploy/setup run

.venv/.test: requirements-dev.txt deploy/uv.txt deploy/setup
	@deploy/setup test
