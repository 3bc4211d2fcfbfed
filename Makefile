# The first Python that is new enough: the machine's own before numbered ones.
PYTHON ?= $(or $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done),python3)

.DEFAULT_GOAL := help
.PHONY: help run test bench fmt requirements

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

run: ## start everything here: database, Redis, web, worker, beat (PORT, DATA_DIR, HOST, WEB_WORKERS)
	@$(PYTHON) -m praxis.bootstrap base python -m praxis.supervise

test: ## all checks and all tests, browser tests included
	@$(PYTHON) -m praxis.bootstrap dev python -m tests.run

bench: ## measure, print each figure beside its floor, write DATA_DIR/bench.json
	@$(PYTHON) -m praxis.bootstrap dev python -m benchmarks

fmt: ## format code and repair what ruff can repair
	@$(PYTHON) -m praxis.bootstrap dev ruff format .
	@$(PYTHON) -m praxis.bootstrap dev ruff check --fix .

requirements: ## pin anew what requirements/*.in allow (needs uv)
	cd requirements && uv pip compile $(PIN) -o base.txt base.in
	cd requirements && uv pip compile $(PIN) -c base.txt -o dev.txt dev.in

PIN = --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
