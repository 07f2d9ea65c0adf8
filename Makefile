# The system's own Node only installs; everything else runs on the Node 24 that npm puts below node_modules.
SYSTEM_PATH := $(subst $(CURDIR)/node_modules/.bin:,,$(PATH))
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# Make 3.81 of macOS looks programs up in its own PATH, not in the exported one, unless the shell is named.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# compose/compose.override.yaml, where there is one, changes what it names: ports, memory, secrets as files.
CLUSTER_FILE := $(if $(shell grep -siE '^CLUSTER=[^a-z]?true' compose/.env),compose/cluster/compose.cluster.yaml)
COMPOSE := docker compose $(addprefix --file ,compose/compose.yaml $(CLUSTER_FILE) $(wildcard compose/compose.override.yaml))

SOURCES := $(shell find apps libs migrations docs/asyncapi.json -type f ! -name '*spec.ts' 2>/dev/null)

# A stamp without what it stands for is worth nothing.
ifeq ($(wildcard node_modules/.package-lock.json),)
$(shell rm -f .make/installed)
endif
ifeq ($(wildcard dist/apps),)
$(shell rm -f .make/built)
endif

.PHONY: help setup build start dev openapi openapi-files openapi-release demo bench seed-large cluster drill check test test-unit test-sandbox test-int test-e2e typecheck lint boundaries tidy format security up rollback cli down secrets check-compose check-image clean always

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .make/installed ## Install the packages, if they changed
	@echo 'Everything is in place. `make start` runs the system, `make dev` runs it and restarts on a change, `make check` checks a change.'

build: .make/built ## Compile into dist/, if a source changed

start: .make/built ## Run the whole system here, with a PostgreSQL and a Stripe of its own
	@exec node dist/apps/standalone/src/main.js

dev: .make/installed ## Run the whole system and restart it whenever a source changes; data stays
	@exec node apps/standalone/dev.mjs

openapi: .make/built ## Print the OpenAPI document as JSON
	@exec node dist/apps/api/src/print-openapi.js

openapi-files: .make/built ## Write docs/openapi.json, docs/asyncapi.json, docs/reactions.md, the typed client and the Postman collection
	@node dist/apps/api/src/print-openapi.js > .make/openapi.json && mv .make/openapi.json docs/openapi.json
	@node --import ./test/support/typescript.mjs test/asyncapi/print.ts > .make/asyncapi.json && mv .make/asyncapi.json docs/asyncapi.json
	@node --import ./test/support/typescript.mjs test/reactions/print.ts > .make/reactions.md && mv .make/reactions.md docs/reactions.md
	@node clients/typescript/generate.mjs
	@node clients/postman/generate.mjs > .make/postman.json && mv .make/postman.json clients/postman/movie-reservation.postman_collection.json

openapi-release: .make/installed ## From now on compare the API with docs/openapi.json
	@exec node --import ./test/support/typescript.mjs test/openapi/release.ts

demo: .make/built ## Walk through reservations, from an empty database to a paid ticket
	@exec node dist/apps/standalone/src/demo.js

bench: .make/built ## Measure it next to pgbench and a bare server; only=WORD, rounds=N, seconds=N, profile=1, large=1M
	@exec node --import ./test/support/typescript.mjs test/bench/run.ts $(foreach option,only rounds seconds profile large,$(if $($(option)),'$(option)=$($(option))'))

seed-large: .make/installed ## Fill the database at DATABASE_URL as ten years would; size=1M (reservations)
	@exec node --import ./test/support/typescript.mjs test/bench/seed-large.ts '$(size)'

cluster: .make/built ## Run a cluster here as plain processes, three nodes of each server, to try it with your hands; Debian
	@exec node --import ./test/support/typescript.mjs test/drill/start-cluster.ts

drill: .make/built ## Lose every kind of machine of a cluster under load, and count what was lost; holds=N a second, small=1
	@exec node --import ./test/support/typescript.mjs test/drill/run.ts $(foreach option,holds small,$(if $($(option)),'$(option)=$($(option))'))

check: .make/installed ## Check a change: types, lint, format, boundaries, tidiness, unit tests
	@exec node test/run.mjs check

test: .make/installed ## Run every check, also against real servers
	@exec node test/run.mjs

test-unit: .make/installed ## Run the unit tests; only=PATTERN picks files
	@exec node test/run.mjs unit $(only)

test-sandbox: .make/installed ## Run the tests of the Stripe sandbox, which open sockets; only=PATTERN picks files
	@exec node test/run.mjs sandbox $(only)

test-int: .make/installed ## Run the integration tests against real servers; only=PATTERN picks files
	@exec node test/run.mjs integration $(only)

test-e2e: .make/installed ## Run the end-to-end tests against the built processes; only=PATTERN picks files
	@exec node test/run.mjs e2e $(only)

typecheck: .make/installed ## Check the types
	@exec tsc --noEmit

lint: .make/installed ## Check the code with oxlint
	@exec oxlint

tidy: .make/installed ## Check names, words and lengths; only=PATH picks a folder or file
	@exec node --import ./test/support/typescript.mjs test/tidy/check.ts $(only)

format: .make/installed ## Format everything with Prettier
	@exec prettier --write --log-level warn .

boundaries: .make/installed ## Check which part may import which
	@exec node test/run.mjs rules test/boundaries

security: .make/installed ## Ask npm about known faults of what ships, check licences and secrets, write .make/sbom.json
	@npm sbom --package-lock-only --omit=dev --sbom-format=cyclonedx > .make/sbom.json && echo 'Wrote .make/sbom.json (CycloneDX).'
	@node test/run.mjs rules test/security
	@npm audit --omit=dev

up: compose/.env ## Start the whole system in containers, or replace them by this version while it serves; version=TAG takes an image that is here
	@exec compose/deploy.sh $(version)

rollback: compose/.env ## Bring back the version that ran before
	@exec compose/deploy.sh previous

cli: compose/.env ## Run an operator's command in a container: make cli ARGS='import-schedule -' < schedule.csv
	@exec $(COMPOSE) run --rm --no-deps cli $(ARGS)

down: compose/.env ## End the containers; their data stays
	@exec $(COMPOSE) --profile sandbox --profile observability down

check-compose: .make/installed ## Check the Compose file; where there is a Docker engine, build the image and run the whole file; cluster=1 the one of a cluster; from=REF upgrades from that
	@node test/run.mjs rules test/compose
	@exec node compose/check-engine.mjs $(if $(cluster),cluster) $(if $(from),'from=$(from)')

check-image: .make/installed ## Run the steps of the image and its processes without Docker; about two minutes
	@exec compose/check-image.sh

secrets: ## Make compose/.env from its example, with new passwords and keys
	@exec node compose/make-secrets.mjs

compose/.env:
	@echo 'compose/.env is missing: make it with "make secrets", and fill in what is empty.' >&2; exit 1

clean: ## Remove what was built and the caches; data and packages stay
	@rm -rf dist coverage .make/built .make/sources .make/vite .make/prettier .make/types.tsbuildinfo

.make/installed: package.json package-lock.json
	@mkdir -p .make
	@export PATH='$(SYSTEM_PATH)'; \
	  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then \
	    echo 'Node.js 20 or newer and npm are needed to install the packages; see https://nodejs.org.' >&2; exit 1; \
	  elif ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then \
	    echo "Node.js 20 or newer is needed to install the packages; this one is $$(node --version). See https://nodejs.org." >&2; exit 1; \
	  else npm ci --include=dev --no-audit --no-fund --loglevel=error; fi
	@node --version | grep -q '^v24\.' || { echo 'npm did not install Node 24 below this folder: is ignore-scripts set in ~/.npmrc, or the platform a strange one?' >&2; exit 1; }
	@touch $@

.make/built: $(SOURCES) .make/sources tsconfig.json tsconfig.build.json nest-cli.json .make/installed
	@nest build
	@touch $@

# Changes when a source comes or goes; a source that is gone must not live on in dist/.
.make/sources: always
	@mkdir -p .make
	@find apps libs migrations -type f ! -name '*spec.ts' | LC_ALL=C sort > $@.new
	@if cmp -s $@ $@.new; then rm $@.new; else rm -rf dist; mv $@.new $@; fi
