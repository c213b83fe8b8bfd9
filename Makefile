# Targets: check (the default: what must pass before a commit), test, test-long,
# test-matrix, tools, services, services-stop, demo, bench, hooks, seam, api, install,
# release, release-check.
# Nothing needs more than Go and git: what needs a tool or a service is skipped
# where that is missing.

GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: check
check: fmt vet staticcheck layout

.PHONY: fmt
fmt:
	@bad=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	if [ -n "$$bad" ]; then echo "not gofmt'd, run gofmt -w: $$bad"; exit 1; fi

.PHONY: vet
vet:
	$(GO) vet ./...
	cd examples/shop && $(GO) vet ./...
	cd examples/e2e && $(GO) vet ./...
	cd examples/bazel && $(GO) vet ./...
	cd bench && $(GO) vet ./...

.PHONY: staticcheck
staticcheck:
	$(GO) run $(STATICCHECK) ./...

# The dependency arrows, rt's exported API, and what is generated is fresh.
.PHONY: layout
layout:
	$(GO) test ./internal/layout
	$(GO) test ./hooks -run 'TestDocs|TestRules|TestSeam|TestMessage'

# internal/layout/testdata/rt.api, from what rt exports.
.PHONY: api
api:
	$(GO) test ./internal/layout -run TestAPI -update

# What the injected files reach in other packages, where they lie, from internal/seam.
.PHONY: seam
seam:
	$(GO) test ./hooks -run TestSeam$$ -update

# docs/hooks.md, from the rules.
.PHONY: hooks
hooks:
	$(GO) test ./hooks -run TestDocs -update

.PHONY: test
test:
	$(GO) test -timeout 55m ./...

# The suites that take long: other Go releases, Go's own and third-party tests.
.PHONY: test-long
test-long:
	DRIFT_LONG=1 $(GO) test -timeout 120m ./...

# The scripts under each supported Go release, with the oldest and the latest
# OpenTelemetry, and a table: make test-matrix CELLS=go1.25 RUN=TestScripts/spawn
.PHONY: test-matrix
test-matrix:
	$(GO) run ./testscripts/matrix -cells '$(CELLS)' -run '$(or $(RUN),TestScripts)'

# What some scripts run, from Debian's packages: buildah.
.PHONY: tools
tools:
	@.ci/tools

# Redis, PostgreSQL and RabbitMQ on loopback, for the scripts that need them.
.PHONY: services
services:
	@.ci/services

.PHONY: services-stop
services-stop:
	@.ci/services stop

# An unmodified service built plain and woven, both trace trees printed.
.PHONY: demo
demo:
	@COLUMNS=$${COLUMNS:-$$(tput cols 2>/dev/null || echo 100)} $(GO) run ./examples/demo

# Ratios against plain Go, measured in one run.
.PHONY: bench
bench:
	cd bench && $(GO) run .

.PHONY: install
install:
	$(GO) install ./cmd/drift-toolexec

# A release's files, in dist/, built by the newest Go release that is served: the
# tool serves that one and older ones.
RELEASE_GO = go1.27.4

.PHONY: release
release:
	GOTOOLCHAIN=$(RELEASE_GO) $(GO) run ./internal/release

# The same, made twice: the bytes must be the same.
.PHONY: release-check
release-check:
	GOTOOLCHAIN=$(RELEASE_GO) $(GO) run ./internal/release -check
