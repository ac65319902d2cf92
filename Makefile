# Every command a newcomer needs. `make` alone lists them.

VENV ?= .venv
export VENV
PYTHON := $(VENV)/bin/python
UV := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help run test test-all quick lint types format lock audit messages docs sizes clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: ## start a desk at http://localhost:8000 (DEMO=1: with a company in it)
	@sh tools/setup.sh run
	@$(PYTHON) tools/assets.py
	@exec $(VENV)/bin/atalaya up $(if $(DEMO),--demo)

test: ## everything CI runs; installs what is missing on Debian
	@sh tools/debian.sh tools/debian-packages.txt
	@sh tools/setup.sh dev
	@CI=true $(PYTHON) tools/check.py

test-all: ## the full matrix: the slow tests and all of them on PostgreSQL 15 as well
	@sh tools/debian.sh tools/debian-packages.txt
	@sh tools/setup.sh dev
	@CI=true $(PYTHON) tools/check.py --all

quick: ## the checks that need no database
	@sh tools/setup.sh dev
	@$(PYTHON) tools/check.py format lint types imports messages

lint: ## format, lint, spelling, import contracts
	@sh tools/setup.sh dev
	@$(PYTHON) tools/check.py format lint imports

types: ## mypy, strict
	@sh tools/setup.sh dev
	@$(PYTHON) tools/check.py types

format: ## put Python in the house's form
	@sh tools/setup.sh dev
	@$(VENV)/bin/ruff format src tests tools
	@$(VENV)/bin/ruff check --fix src tests tools

lock: ## resolve requirements/*.in anew into locked lists with hashes
	@sh tools/setup.sh dev
	$(UV) requirements/run.in -o requirements/run.txt
	$(UV) requirements/build.in -o requirements/build.txt
	$(UV) requirements/dev.in -o requirements/dev.txt

audit: ## known vulnerabilities in what we ship (no connection is reported, not an error)
	@sh tools/setup.sh dev
	@$(PYTHON) tools/audit.py

messages: ## bring the message catalogues in line with the source and say what has no Spanish
	@sh tools/setup.sh dev
	@$(PYTHON) tools/messages.py update --prune
	@$(PYTHON) tools/messages.py compile
	@$(PYTHON) tools/messages.py missing

docs: ## write the generated pages and snapshots anew
	@sh tools/setup.sh dev
	@$(PYTHON) tools/names.py --write
	@$(PYTHON) tools/docs.py

sizes: ## what has grown past the house's sizes (reports, never fails)
	@sh tools/setup.sh dev
	@$(PYTHON) tools/sizes.py

clean: ## remove what was built; the desk's data stays
	rm -rf build dist node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf src/atalaya/ui/static/vendor test-results
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
