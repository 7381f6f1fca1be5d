# Two commands are all a newcomer needs: `make run` and `make test`. `make help` lists the rest.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --disable-pip-version-check --quiet
EXAMPLES     ?= examples/dags
CLUSTER_DIR  ?= var/cluster
CLUSTER_PORT ?= 8001
PARTS  := --no-deps --no-build-isolation # nothing but what the locks name is ever fetched

.DEFAULT_GOAL := help
.PHONY: help install services zookeeper postgres kafka-jars kafka asyncapi-parser chromium vendor-packages vendor run cluster test bench lock pictures docs clean

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1@\2/p' Makefile | while IFS=@ read -r name text; do \
	  printf '  %-14s %s\n' "$$name" "$$text"; done

install: $(VENV)/installed ## Create .venv with AutoClone in it, from the hashed lock

services: zookeeper postgres kafka-jars asyncapi-parser chromium vendor-packages ## Install the servers and programs that the tests start, where they are not there

zookeeper: .services/zookeeper/installed ## Fetch ZooKeeper

kafka-jars: .services/kafka/installed ## Fetch Kafka

asyncapi-parser: .services/asyncapi/installed ## Fetch the official parser of AsyncAPI

vendor-packages: .services/dashboard/installed ## Fetch the npm packages that the dashboard has files of

vendor: vendor-packages ## Copy the files that the dashboard has of npm packages anew
	$(PYTHON) scripts/vendor.py

kafka: kafka-jars ## Run one Kafka broker on 127.0.0.1:9092 with its data in var/kafka, until Ctrl-C
	@PYTHONPATH=deploy exec $(PYTHON) -m cluster.kafka

run: install $(VENV)/installed-examples ## Serve EXAMPLES on 127.0.0.1:8000 (AUTOCLONE_HOST, AUTOCLONE_PORT)
	@mkdir -p var
	@printf '%s\n' \
	  'AutoClone runs the DAGs of $(EXAMPLES). Leave it with Ctrl-C. In another terminal:' \
	  '  $(if $(AUTOCLONE_PORT),AUTOCLONE_PORT=$(AUTOCLONE_PORT) )$(BIN)/autoclone status --watch      the ramps, live' \
	  '  tail -n 16 var/delays_by_carrier.jsonl  what they have worked out so far' ''
	@PYTHONPATH=examples AUTOCLONE_ALLOWED_MODULES=flights exec $(BIN)/autoclone serve \
	  --dags $(EXAMPLES) --data-dir var --store sqlite:///var/autoclone.db

cluster: install services $(VENV)/installed-examples ## Run three servers, ZooKeeper and PostgreSQL (CLUSTER_PORT, CLUSTER_DIR)
	@PYTHONPATH=deploy exec $(BIN)/python -m cluster --folder $(CLUSTER_DIR) --port $(CLUSTER_PORT)

test: install services $(VENV)/installed-dev $(VENV)/installed-examples ## Run every gate
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/docs_config.py --check
	$(BIN)/python scripts/docs_nodes.py --check
	$(BIN)/python scripts/state_diagram.py --check
	$(BIN)/python scripts/role_tables.py --check
	$(BIN)/python -m pytest -n 2 --cov --ignore-glob='*/test_fault_*.py'
	@# Alone, since they hold servers to times that a busy machine cannot keep.
	$(BIN)/python -m pytest tests/e2e/test_fault_*.py

postgres: ## Install PostgreSQL
	scripts/install_postgres.sh

chromium: ## Install Chromium
	scripts/install_chromium.sh

bench: install services $(VENV)/installed-dev $(VENV)/installed-examples ## Measure every promised speed, which takes minutes
	$(BIN)/python -m benchmarks

pictures: install chromium $(VENV)/installed-dev ## Draw the pictures of the dashboard anew
	$(BIN)/python scripts/dashboard_pictures.py

docs: install $(VENV)/installed-examples ## Write the pages that are made from the code anew
	$(BIN)/python scripts/docs_config.py
	$(BIN)/python scripts/docs_nodes.py
	$(BIN)/python scripts/state_diagram.py
	$(BIN)/python scripts/role_tables.py
	$(BIN)/python scripts/pictures.py

lock: ## Resolve the dependencies of pyproject.toml anew, with hashes
	scripts/lock.sh

clean: ## Remove .venv, caches, and what `make run` and `make cluster` have written
	rm -rf $(VENV) var dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp for each thing that is installed: what is up to date costs nothing.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'AutoClone needs Python 3.11 or later: set PYTHON, as in `make $(MAKECMDGOALS) PYTHON=python3.12`' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) $(PARTS) --editable .
	@touch $@

$(VENV)/installed-examples: requirements-examples.lock $(VENV)/installed
	$(PIP) $(PARTS) --require-hashes -r requirements-examples.lock
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

.services/asyncapi/installed: deploy/asyncapi/package.json deploy/asyncapi/package-lock.json deploy/asyncapi/check.cjs
	@command -v npm >/dev/null || { echo 'The tests use the parser of AsyncAPI: install Node.js, 18 or later' >&2; exit 1; }
	rm -rf $(@D) && mkdir -p $(@D) && cp $^ $(@D)
	npm ci --prefix $(@D) --silent --no-audit --no-fund
	@touch $@

.services/dashboard/installed: deploy/dashboard/package.json deploy/dashboard/package-lock.json
	@command -v npm >/dev/null || { echo 'The tests compare with npm packages: install Node.js, 18 or later' >&2; exit 1; }
	rm -rf $(@D) && mkdir -p $(@D) && cp $^ $(@D)
	npm ci --prefix $(@D) --silent --no-audit --no-fund
	@touch $@

# Each folder is emptied first, so that no two versions of a jar ever lie side by side.
.services/zookeeper/installed: deploy/services/pom.xml
.services/kafka/installed: deploy/services/kafka/pom.xml
.services/%/installed:
	@command -v mvn >/dev/null && command -v java >/dev/null || \
	  { echo 'ZooKeeper and Kafka are started here: install Maven and a Java runtime, 17 or later' >&2; exit 1; }
	rm -rf $(@D)
	mvn --batch-mode --quiet --file $< dependency:copy-dependencies -DincludeScope=runtime \
	  -DoutputDirectory=$(CURDIR)/$(@D)
	@touch $@
