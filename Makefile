# Set-up and checks. `make run` and `make test` need nothing but Python 3.11-3.13.
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
# Compiled tests are kept between runs, also where the environment asks Python not to: reading them
# anew takes each process of pytest five seconds.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
PARALLEL := -n auto --dist worksteal
WITHOUT_TENSORFLOW := not slow and not browser and not acceptance

.PHONY: run demo test quick lint browser acceptance fuzz fuzzapi soak doctor help

help: ## What there is
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run-ready ## Start the app; it says where
	$(BIN)/python -m streamlit run server.py $(ARGS)

# Stays on localhost: a reverse proxy with TLS belongs in front of it, on the same machine, that
# limits requests and sizes of uploads for each address (SECURITY.md). Name the host that people
# type, or pages of other sites could speak to it: ARGS="--server.allowedHosts demo.example.org"
# Megabytes of an upload pass through memory. With XSRF protection off, no page opens.
# The proxy must say X-Forwarded-Proto: https; then the visitor's cookie is for TLS alone.
demo: $(VENV)/.run-ready ## Start the app for a public address: small quotas, visitors apart
	PAWTUNE_MODE=demo STREAMLIT_CLIENT_SHOW_ERROR_DETAILS=none $(BIN)/python -m streamlit run server.py \
	  --server.address localhost --server.maxUploadSize 200 --server.enableXsrfProtection true \
	  --server.enableCORS true --server.enableStaticServing false $(ARGS)

# The quick part goes first, and is measured; what stands in pyproject.toml is left out. Of the slow
# ones, and of the journeys, two run at a time, whatever the number of cores: each takes a gigabyte
# or two. A journey that fails is walked once more, as a browser may be in the way on a busy computer;
# the end of the report says which (RERUN): it races, and wants mending.
test: $(VENV)/.test-ready lint ## Everything: format, lint, types, all tests, coverage
	$(PYTEST) $(PARALLEL) -m "$(WITHOUT_TENSORFLOW)" --cov --cov-report= $(ARGS)
	$(PYTEST) -n 2 --dist worksteal -m "slow and not browser and not acceptance" $(ARGS)
	$(PYTEST) -n 2 --dist loadfile -m "browser and not acceptance" --reruns 1 -raR $(ARGS)
	@rm -f .coverage.*  # begun by processes that a test killed
	$(BIN)/coverage report --include "pages/*"
	$(BIN)/coverage report --include "pipeline/*" --fail-under 90

quick: $(VENV)/.test-ready lint ## What needs neither TensorFlow nor a browser
	$(PYTEST) $(PARALLEL) -m "$(WITHOUT_TENSORFLOW) and not thorough" $(ARGS)

lint: $(VENV)/.test-ready ## Format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

browser: $(VENV)/.test-ready ## The journeys in a real Chromium
	$(BIN)/python -m pytest -m "browser and not acceptance" $(ARGS)

acceptance: $(VENV)/.test-ready ## Full trainings on real photos (needs ../shared; about 25 minutes)
	$(BIN)/python -m pytest -m acceptance --timeout 3600 $(ARGS)

fuzz: $(VENV)/.test-ready ## Damaged files for three minutes (ARGS="--minutes 10 FOLDER")
	$(BIN)/python -m tests.fuzz.fuzz_files $(ARGS)

fuzzapi: $(VENV)/.test-ready ## Requests by chance to the API for three minutes (ARGS="--minutes 10 --seed 7")
	$(BIN)/python -m tests.fuzz.fuzz_api $(ARGS)

soak: $(VENV)/.test-ready ## Ten minutes of work, kills and full disks (ARGS="--postgres", "--kills 1000")
	$(BIN)/python -m tests.soak $(ARGS)

doctor: $(VENV)/.run-ready ## Check every file and row of the workspace
	$(BIN)/python -m pipeline doctor --json

# The newest Python that fits, asked for by name, because `python3` may be older.
$(BIN)/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version)"; exec $$python -m venv $(VENV); \
	  fi; \
	done; echo "PawTune needs Python 3.11, 3.12 or 3.13. Install one, then try again." >&2; exit 1

$(VENV)/.run-ready: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test-ready: requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.run-ready
