# One verb per task; people and CI type the same ones. Everything made here lands in .venv and .tools.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
DOCS := .venv/.docs
LINT := .tools/lint/.installed
SERVED := .tools/lint/served
CLIENT_TOOLS := .tools/clients/.installed
CLIENT_PYTHON := .tools/clients/venv/.installed
FOREIGN_GATEWAY := .tools/gateways/venv/.installed
BROWSING := .tools/workbench/.installed .tools/workbench/venv/.installed
PEERS := .tools/bench/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
# hatchling, which builds the package, is pinned like everything else.
INSTALL := $(PIP) install --constraint constraints.txt
EDITABLE := --build-constraint constraints.txt --editable

CODE := $(wildcard openapi mock_server contract_tests video_gateway_mock tests benchmarks examples docs)
HOUSE_RULES := tests/project/test_imports.py tests/project/test_house_limits.py \
	tests/project/test_docs.py tests/project/test_site.py

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## this list
	@echo "video-gateway-mock: the first target you run sets everything up in .venv"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
		awk -F '|' '{ printf "%-20s %s\n", $$1, $$2 }'
	@echo
	@echo 'Options: PYTHON=python3.12 picks the interpreter, ARGS="--port 0" goes to mock, test and bench.'

.PHONY: mock
mock: $(RUNTIME) ## run the fake gateway; ARGS="--help" lists its options
	@exec $(BIN)/gateway-mock $(ARGS)

.PHONY: test
test: $(DEV) ## run the tests in parallel, but for the long ones; ARGS="-k name" picks some
	$(BIN)/python -m pytest -n auto --dist worksteal --durations=10 -m "not long" $(ARGS)

.PHONY: test-all
test-all: $(DEV) ## run every test, and the stores' state machines with ten times the examples, as CI does
	$(BIN)/python -m pytest -n auto --dist worksteal --durations=10 \
		--hypothesis-profile=thorough $(ARGS)

.PHONY: sdk-suites
sdk-suites: $(DEV) ## hold the fake to the test suites of OpenAI's clients (part of test-all, too)
	$(BIN)/python -m pytest -q tests/system/sdk_suites $(ARGS)

.PHONY: contract
contract: $(DEV) ## hold the fake to the contract, in-process and over HTTP; ARGS="--quick" is faster
	$(BIN)/gateway-contract run --target mock $(ARGS)
	$(BIN)/gateway-contract run --target mock-http $(ARGS)

.PHONY: check
check: $(DEV) $(DOCS) ## ruff, mypy, house rules, documentation, contract freshness, lint-contract
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/python -m pytest -q $(HOUSE_RULES)
	$(BIN)/gateway-spec build --check
	@$(MAKE) --no-print-directory lint-contract

.PHONY: spec
spec: $(RUNTIME) ## rebuild openapi/gateway.yaml from the documented pages
	$(BIN)/gateway-spec build

.PHONY: docs
docs: $(DEV) $(DOCS) tables ## write the tables and the picture from the code, build the site in build/site
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --doctree-dir build/doctrees docs build/site
	@echo "Open build/site/index.html"

.PHONY: tables
tables: $(DEV) ## only write the tables and the picture of the documentation
	$(BIN)/python -m tests.project.tables
	$(BIN)/python -m tests.project.picture

# Without npm the peers that it would bring are left out, each with what is missing.
.PHONY: bench
bench: $(DEV) ## measure the fake beside other mocks (needs wrk, npm, java); ARGS="--help"
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(PEERS); fi
	$(BIN)/python -m benchmarks $(ARGS)
	@$(MAKE) --no-print-directory tables

.PHONY: lint-contract
lint-contract: ## Spectral and Redocly, recommended rules, over all contracts that the fake serves (needs npm)
	@if command -v npm >/dev/null; then \
		$(MAKE) --no-print-directory --keep-going spectral redocly; \
	elif [ -n "$$CI" ]; then \
		echo "lint-contract: npm is missing and CI must not skip this: install Node.js 18.17+ with npm" >&2; \
		exit 1; \
	else \
		echo "lint-contract: skipped, because npm is not installed (it comes with Node.js 18.17+)"; \
	fi

.PHONY: spectral
spectral: $(LINT) $(SERVED)
	.tools/lint/node_modules/.bin/spectral lint --quiet --fail-severity warn \
		--ruleset .ci/lint/spectral.yaml openapi/gateway.yaml $(SERVED)/*.yaml

.PHONY: redocly
redocly: export REDOCLY_SUPPRESS_UPDATE_NOTICE := true
redocly: $(LINT) $(SERVED)
	.tools/lint/node_modules/.bin/redocly lint --config .ci/lint/redocly.yaml --format stylish \
		openapi/gateway.yaml $(SERVED)/*.yaml

.PHONY: $(SERVED)
$(SERVED): $(RUNTIME)
	@$(BIN)/python .ci/lint/served.py $@

.PHONY: client-tools
client-tools: $(CLIENT_TOOLS) $(CLIENT_PYTHON) $(DEV) ## other people's generators and testers find nothing wrong (needs npm, Node.js 20)
	$(BIN)/python .ci/clients/run.py .tools/clients

$(CLIENT_PYTHON): .ci/clients/requirements.txt
	@mkdir -p .tools/clients
	@$(PYTHON) -m venv --clear .tools/clients/venv
	@.tools/clients/venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: foreign-gateway
foreign-gateway: $(FOREIGN_GATEWAY) $(DEV) ## hold LiteLLM's proxy, in front of the fake, to the contract
	$(BIN)/python .ci/gateways/run.py .tools/gateways

$(FOREIGN_GATEWAY): .ci/gateways/requirements.txt
	@mkdir -p .tools/gateways
	@$(PYTHON) -m venv --clear .tools/gateways/venv
	@.tools/gateways/venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: workbench-test
workbench-test: $(BROWSING) $(RUNTIME) ## drive the workbench in a real browser (needs chromium, npm, curl)
	.tools/workbench/venv/bin/python .ci/workbench/run.py .tools/workbench

.PHONY: workbench-pictures
workbench-pictures: $(BROWSING) $(RUNTIME) ## pictures of each tab, light and dark, wide and narrow, in build/workbench
	.tools/workbench/venv/bin/python .ci/workbench/pictures.py build/workbench

.tools/workbench/venv/.installed: .ci/workbench/requirements.txt
	@mkdir -p .tools/workbench
	@$(PYTHON) -m venv --clear .tools/workbench/venv
	@.tools/workbench/venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: pins
pins: ## write constraints.txt anew from the newest releases (takes Python 3.11, the oldest supported)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo "make pins: needs Python 3.11, so that every pin exists for it: make pins PYTHON=python3.11" >&2; \
		exit 1; }
	rm -rf .tools/pins
	$(PYTHON) -m venv .tools/pins
	.tools/pins/bin/python -m pip install --quiet --upgrade pip
	.tools/pins/bin/python -m pip install --quiet '.[contract,redis]' --group dev --group docs
	{ echo '# The tested set, written by `make pins`; not edited by hand.'; \
		.tools/pins/bin/python -m pip freeze --all --exclude setuptools --exclude video-gateway-mock; \
	} > .tools/pins/constraints.txt
	mv .tools/pins/constraints.txt constraints.txt
	rm -rf .tools/pins

.PHONY: uvicorn-newest
uvicorn-newest: $(DEV) ## run the transport tests with the newest uvicorn, in .tools/uvicorn
	rm -rf .tools/uvicorn
	$(PIP) install --quiet --upgrade --no-deps --target .tools/uvicorn uvicorn
	PYTHONPATH=$(CURDIR)/.tools/uvicorn $(BIN)/python -m pytest -q tests/mock_server/transport $(ARGS)

# Mutants run in a copy of the last commit, with an environment of its own.
.PHONY: mutants
mutants: ## mutate domain, guard, merging and memory store; list what no test notices (not in CI)
	rm -rf .tools/mutants
	mkdir -p .tools/mutants/tree
	git archive HEAD | tar -x -C .tools/mutants/tree
	$(PYTHON) -m venv .tools/mutants/venv
	.tools/mutants/venv/bin/python -m pip install --quiet --constraint constraints.txt --upgrade pip
	cd .tools/mutants/tree && ../venv/bin/python -m pip install --quiet --constraint constraints.txt \
		$(EDITABLE) '.[contract,redis]' --group dev --group mutants
	cd .tools/mutants/tree && ../venv/bin/mutmut run $(ARGS)
	cd .tools/mutants/tree && ../venv/bin/mutmut results

.PHONY: venv
venv: $(DEV) ## only set up .venv (mock, test and check do it themselves)

# A changed pyproject.toml or constraints.txt starts from an empty environment: nothing stale stays.
$(RUNTIME): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "make: needs Python 3.11 or later, but '$(PYTHON)' is missing or older." >&2; \
		echo "make: name another one: make $(firstword $(MAKECMDGOALS)) PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "Setting up .venv, once (well under a minute on a fast network): 1 of 3, the environment ..."
	@$(PYTHON) -m venv --clear .venv || { \
		echo "make: '$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; }
	@echo "Setting up .venv: 2 of 3, pip ..."
	@$(INSTALL) --upgrade pip
	@echo "Setting up .venv: 3 of 3, the fake and what it needs ..."
	@$(INSTALL) $(EDITABLE) .
	@touch $@

$(DEV): $(RUNTIME)
	@echo "Adding the test and lint tools ..."
	@$(INSTALL) $(EDITABLE) '.[contract,redis]' --group dev
	@touch $@

$(DOCS): $(DEV)
	@echo "Adding the generator of the documentation's site ..."
	@$(INSTALL) --group docs
	@touch $@

# Packages' install scripts are left out: the linters need none, and one of them reports home.
.tools/%/.installed: .ci/%/package.json
	@mkdir -p $(@D)
	@cp $< $(@D)/package.json
	cd $(@D) && npm install --ignore-scripts --no-package-lock --no-audit --no-fund \
		--no-update-notifier --loglevel error
	@touch $@
