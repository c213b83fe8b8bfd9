# Nothing needs more than Go and git: what needs a tool or a service is skipped
# where that is missing. make help lists the targets.

GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.7.0
MISSPELL = github.com/golangci/misspell/cmd/misspell@v0.7.0
WORDS = git ls-files '*.go' '*.md' Makefile '*.yml' | xargs ls -d 2>/dev/null
# A release is built by the newest Go release that is served: the tool serves that one
# and older ones.
RELEASE_GO = go1.27.4

.PHONY: check
check: fmt vet staticcheck spelling layout ## What must pass before a commit (the default).

.PHONY: help
help: ## This list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-14s %s\n", $$1, $$2}' Makefile

.PHONY: fmt
fmt: ## Everything is gofmt's form.
	@bad=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go' | xargs ls -d 2>/dev/null)); \
	if [ -n "$$bad" ]; then echo "not gofmt'd, run gofmt -w: $$bad"; exit 1; fi

.PHONY: vet
vet: ## go vet, in every module of the tree.
	$(GO) vet ./...
	cd examples/shop && $(GO) vet ./...
	cd examples/e2e && $(GO) vet ./...
	cd examples/bazel && $(GO) vet ./...
	cd bench && $(GO) vet ./...

.PHONY: staticcheck
staticcheck: ## staticcheck.
	$(GO) run $(STATICCHECK) ./...

.PHONY: spelling
spelling: ## Words that are often misspelt, in code, comments and pages: misspell and, where it is there, codespell.
	@$(WORDS) | xargs $(GO) run $(MISSPELL) -error
	@if command -v codespell >/dev/null; then $(WORDS) | xargs codespell -L ot,te,lits,swith; \
	else echo "codespell: not there, skipped: make tools"; fi

.PHONY: layout
layout: ## The dependency arrows, rt's API, the seam, and that what is generated is fresh.
	$(GO) test ./internal/layout
	$(GO) test ./hooks -run 'TestDocs|TestRules|TestSeam|TestMessage'

.PHONY: api
api: ## Write internal/layout/testdata/rt.api, from what rt exports.
	$(GO) test ./internal/layout -run TestAPI -update

.PHONY: seam
seam: ## Write what stands in for the seam where injected files lie, from internal/seam.
	$(GO) test ./hooks -run TestSeam$$ -update

.PHONY: hooks
hooks: ## Write docs/hooks.md, from the rules.
	$(GO) test ./hooks -run TestDocs -update

.PHONY: pictures
pictures: ## Draw docs/img.
	$(GO) run ./internal/pictures

.PHONY: new-hook
new-hook: ## Begin a hook: make new-hook NAME=tunny MODULE=github.com/Jeffail/tunny.
	$(GO) run ./internal/newhook -name '$(NAME)' -module '$(MODULE)' -package '$(PACKAGE)' -version '$(VERSION)'

.PHONY: test
test: ## Unit tests, and the scripts that make full builds.
	$(GO) test -timeout 55m ./...

.PHONY: test-long
test-long: ## Also the suites that take long: other Go releases, Go's own and third-party tests.
	DRIFT_LONG=1 $(GO) test -timeout 120m ./...

.PHONY: test-matrix
test-matrix: ## The scripts with each Go, oldest and latest OpenTelemetry: CELLS=go1.25 RUN=TestScripts/spawn.
	$(GO) run ./testscripts/matrix -cells '$(CELLS)' -run '$(or $(RUN),TestScripts)'

.PHONY: hooks-latest
hooks-latest: ## Each hook with its library's newest release, if that was not tried: HOOKS=nats,pond.
	$(GO) run ./testscripts/latest -hooks '$(HOOKS)'

.PHONY: tools
tools: ## What some scripts and make check run, from Debian's packages: buildah, codespell.
	@.ci/tools

.PHONY: services
services: ## Redis, PostgreSQL and RabbitMQ on loopback, for the scripts that need them.
	@.ci/services

.PHONY: services-stop
services-stop: ## End them.
	@.ci/services stop

.PHONY: demo
demo: ## An unmodified service built plain and woven, both trace trees printed.
	@COLUMNS=$${COLUMNS:-$$(tput cols 2>/dev/null || echo 100)} $(GO) run ./examples/demo

.PHONY: bench
bench: ## Ratios against plain Go, measured in one run.
	cd bench && $(GO) run .

.PHONY: install
install: ## Install drift-toolexec.
	$(GO) install ./cmd/drift-toolexec

.PHONY: release
release: ## A release's files, in dist/.
	GOTOOLCHAIN=$(RELEASE_GO) $(GO) run ./internal/release

.PHONY: release-check
release-check: ## The same, made twice: the bytes must be the same.
	GOTOOLCHAIN=$(RELEASE_GO) $(GO) run ./internal/release -check
