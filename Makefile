# Two commands: `make` builds the package, `make test` tests it. Both set up .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SITE := tools/site

.PHONY: all test check site bench faults clean

all: $(VENV)/.ready
	$(BIN)/python scripts/build.py

# More processes at once would want more memory than they save time.
test: $(VENV)/.ready
	$(BIN)/python -m pytest -n logical --maxprocesses 4

check: $(VENV)/.ready
	$(BIN)/python scripts/build.py --check

# Apart from `all`: it needs npm, and takes as long again.
site: $(VENV)/.ready $(SITE)/node_modules/.ready
	$(BIN)/python scripts/build_site.py

bench: $(VENV)/.ready
	$(BIN)/python scripts/benchmark.py

faults: $(VENV)/.ready
	$(BIN)/python -m tests.faults

clean:
	rm -rf $(VENV) dist $(SITE)/node_modules

$(SITE)/node_modules/.ready: $(SITE)/package-lock.json $(SITE)/package.json $(SITE)/.npmrc
	cd $(SITE) && npm ci --silent
	touch $@

# The lock is complete, so pip resolves nothing: left to it, a release newer than the lock can stop the installation.
# Bytecode is compiled once: importing pandas takes three times as long without.
$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib schemas || true
	touch $@
