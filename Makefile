# The commands of this repository; `make help` lists them.

TARGET := $(or $(CARGO_TARGET_DIR),target)
# Tools that cargo does not bring, pinned, in a Python environment of our own.
VENV := $(TARGET)/venv
PYTHON := $(VENV)/bin/python
DENY := $(TARGET)/tools/bin/cargo-deny
DENY_VERSION := 0.20.2
PORT ?= 4566
# What has to be compiled to run here; all checks together compile everything once.
LOCAL := -p clearmargin-local -p clearmargin-simulators
export SAM_CLI_TELEMETRY := 0

.DEFAULT_GOAL := help
.PHONY: help demo demo-check demo-reset check test aws-local aws-local-down e2e bench openapi \
	contract page template deny checker third-party release-tools

help: ## This list.
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: local ## TechWave MSP: simulated sources, a real sync, clients by margin; stays up on port 3000.
	$(TARGET)/debug/clearmargin demo

demo-check: local ## The same without staying up; fails if any figure is off.
	$(TARGET)/debug/clearmargin demo --check

demo-reset: ## Forgets the demo's data.
	rm -rf .demo

.PHONY: local
local:
	cargo build --locked $(LOCAL)

check: ## The checks that need nothing but Rust: format, lints, layers, document, tests.
	cargo xtask ci --fast

test: ## Every check: those, the template and its deployment, other QuickBooks clients, licences.
	cargo xtask ci

aws-local: $(VENV)/.ready ## Deploys template.yaml on an AWS emulator and prints the API's address.
	$(PYTHON) infra/aws-local/stack.py up --port $(PORT)

aws-local-down: $(VENV)/.ready ## Ends it.
	$(PYTHON) infra/aws-local/stack.py down

e2e: $(VENV)/.ready ## The story of a tenant, against a deployment of its own.
	$(PYTHON) infra/aws-local/e2e.py

bench: ## Measures the compiled functions against the budgets.
	cargo xtask bench

openapi: ## Writes openapi.json and docs/policy.md from the handlers.
	cargo xtask openapi

contract: local ## Every operation of openapi.json against the running API; lints the document.
	tests/contract/run.sh

page: ## The page of /api/docs with openapi.json, in Node.
	node --test --test-reporter=dot functions/system/tests/page.mjs

template: $(VENV)/.ready ## Lints template.yaml.
	$(VENV)/bin/sam validate --lint --region us-east-1

deny: $(DENY) ## Bans, licences and sources of dependencies.
	$(DENY) check bans licenses sources

checker: ## Tests the program that recomputes every figure.
	cd tests/checker && python3 -B -m unittest --quiet

third-party: ## Independent QuickBooks clients against the simulator.
	tests/third-party/run.sh

release-tools: $(VENV)/.ready ## What `sam build` needs to compile for Lambda.
	$(VENV)/bin/pip install --quiet --requirement infra/aws-local/requirements-release.txt

$(VENV)/.ready: infra/aws-local/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

# The fast profile: it checks a dependency graph, not a planet.
$(DENY):
	cargo install cargo-deny --version $(DENY_VERSION) --locked --profile dev --no-default-features \
		--root $(TARGET)/tools --target-dir $(TARGET)/tools/build
	rm -rf $(TARGET)/tools/build
