PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m

# each of the many processes that the tests start would compile the whole console anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo run test check lint oracle bench soak screenshots clean

setup: $(VENV)/ready

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(RUN) compileall -q -j 0 console
	touch $@

demo: setup
	$(RUN) console demo

run: setup
	$(RUN) console run

test: setup
	$(RUN) pytest -q --numprocesses 3 --dist worksteal

lint: setup
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(VENV)/bin/lint-imports

check: lint test

oracle: setup .oracle/ready
	.oracle/bin/python tests/oracle/compare.py

.oracle/ready: tests/oracle/requirements.lock
	$(PYTHON) -m venv .oracle
	.oracle/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/oracle/requirements.lock
	touch $@

bench: setup
	$(RUN) tests.benchmarks

SOAK ?= full
soak: setup
	SOAK=$(SOAK) $(RUN) pytest -q -m soak --timeout 7200

screenshots: setup
	$(RUN) tests.shortcuts
	$(RUN) tests.screenshots

clean:
	rm -rf $(VENV) .oracle .mypy_cache .ruff_cache .pytest_cache .hypothesis
