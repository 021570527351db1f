# `make run` and `make test` do all the set-up on a fresh machine with Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test types units errands on-ray accept gpu benchmarks cluster screenshots

run: .venv/run
	$(BIN)/streamlit run streamlit_app.py

test: .venv/dev chromium postgresql nginx
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(MAKE) --jobs types units
	$(MAKE) errands
	$(MAKE) on-ray

# Tests run two at a time with one thread each, those in a browser each with a server and a Chromium of its own; types
# are checked on one core, so beside the first.
types: .venv/dev
	$(BIN)/mypy

units: .venv/dev postgresql
	OMP_NUM_THREADS=1 $(BIN)/pytest -m "not accept and not browser and not ray" --numprocesses 2 --dist worksteal

errands: .venv/dev chromium nginx
	OMP_NUM_THREADS=1 $(BIN)/pytest tests/browser --numprocesses 2 --dist worksteal

# One after another, since they share a Ray cluster.
on-ray: .venv/dev
	OMP_NUM_THREADS=1 $(BIN)/pytest -m ray

accept: .venv/dev
	$(BIN)/pytest -m accept

# On a machine with a CUDA GPU; what it measures is kept in the documentation.
gpu: .venv/dev
	$(BIN)/pytest -m gpu
	$(BIN)/python -m benchmarks.gpu > docs/gpu.new && mv docs/gpu.new docs/gpu.md

benchmarks: .venv/dev chromium postgresql
	$(BIN)/python -m benchmarks.training
	$(BIN)/python -m benchmarks.waiting
	$(BIN)/python -m benchmarks.workers
	$(BIN)/python -m benchmarks.sweeping
	$(BIN)/python -m benchmarks.watching_sweep
	$(BIN)/python -m benchmarks.knn
	$(BIN)/python -m benchmarks.sliding
	$(BIN)/python -m benchmarks.drawing
	$(BIN)/python -m benchmarks.watching
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.controlling
	$(BIN)/python -m benchmarks.evaluating
	$(BIN)/python -m benchmarks.robustness
	$(BIN)/python -m benchmarks.projecting
	$(BIN)/python -m benchmarks.loading
	$(BIN)/python -m benchmarks.databases
	$(BIN)/python -m benchmarks.classroom

# PostgreSQL and Ray on this machine, a sweep on them, and an end of both.
cluster: .venv/dev postgresql
	$(BIN)/python -m benchmarks.cluster

screenshots: .venv/dev chromium
	$(BIN)/python -m tests.browser.screenshots docs

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

# The command `digit-lab` is installed for development alone: the app runs from its folder.
.venv/dev: pyproject.toml requirements.txt requirements-cluster.txt requirements-class.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/pip install --quiet -r requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	touch $@

# The browser tests drive the system's Chromium, best in the variant without windows. Debian gets it here, Ubuntu and
# others use the Chromium that there is.
.PHONY: chromium
chromium:
	@command -v chromium-headless-shell >/dev/null \
		|| { apt-get update -qq && apt-get install -y -qq chromium-headless-shell; } 2>/dev/null \
		|| command -v chromium >/dev/null || { echo "Install Chromium first."; exit 1; }

# The tests' own PostgreSQL server, which Debian and Ubuntu get here; the tests that need it are skipped elsewhere.
.PHONY: postgresql
postgresql:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
		|| { apt-get update -qq && apt-get install -y -qq postgresql; } >/dev/null 2>&1 \
		|| echo "PostgreSQL is not installed, so the tests that need it are skipped."

# The web server that the tests put in front of the app, likewise; they start one of their own.
.PHONY: nginx
nginx:
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null \
		|| { apt-get update -qq && apt-get install -y -qq nginx; } >/dev/null 2>&1 \
		|| echo "nginx is not installed, so the tests that need it are skipped."
