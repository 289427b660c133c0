# Two commands for a newcomer: make serve, make test. Everything else is for those who work on it.
#
# make test      the quick tests: no browser, office program, second server, fuzzer
# make test-all  all tests; those whose program is absent are skipped, or fail where SG17KG_REQUIRE names it
# make soak      what is long by nature: attacks for ten minutes, more kills, mutations, requests; the fuzzer for SECONDS
PORT ?= 8017
HOST ?= 127.0.0.1
SG17KG_SEEDS ?= ../shared/seeds
PYTHON ?= python3
SECONDS ?= 3600
BIN := .venv/bin
TESTS := SG17KG_SEEDS=$(SG17KG_SEEDS) $(BIN)/pytest
PARALLEL ?= -n 2 --dist worksteal

.PHONY: serve test test-all soak fuzz lint data dataset bench docs messages screenshots wheel lock clean
.DELETE_ON_ERROR:

serve: .venv/run .venv/scripts dataset
	$(BIN)/sg17kg serve --host $(HOST) --port $(PORT)

test: .venv/dev .venv/scripts dataset
	$(TESTS) $(PARALLEL) -m "not browser and not office and not remote and not fuzz and not slow"

test-all: .venv/dev .venv/scripts dataset
	$(TESTS) $(PARALLEL)

soak: fuzz
	$(BIN)/python -m benchmarks.soak
	SG17KG_KILLS=200 $(TESTS) tests/store/test_at_rest.py
	SG17KG_ALL_MUTATIONS=1 $(TESTS) $(PARALLEL) tests/sources/test_mutations.py
	SG17KG_CASES=20000 $(TESTS) tests/web/test_schema.py
	SG17KG_SEEDS=$(abspath $(SG17KG_SEEDS)) $(BIN)/python -m tests.mutated_lines

# readers and extractor, for SECONDS in all; what is learnt, and what is found, stays in build/fuzz. Before it, every property
# of the tests with a thousand new examples
fuzz: .venv/dev .venv/scripts dataset
	$(BIN)/pytest -m hypothesis --hypothesis-profile=exploring
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# data/documents/ anew from the circulars; the same circulars give the same bytes
data: .venv/run
	$(BIN)/sg17kg extract --without-running-text --replace --out data/documents $(SG17KG_SEEDS)/*.txt

dataset: .venv/run
	$(BIN)/sg17kg build

# also needs wrk (apt-get install wrk); takes some twenty minutes, the dataset of ten million statements most of them
bench: .venv/bench .venv/scripts dataset
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.serving
	$(BIN)/python -m benchmarks.processes
	$(BIN)/python -m benchmarks.extraction
	$(BIN)/python -m benchmarks.rest
	$(BIN)/python -m benchmarks.pages

# languages/*.po anew from the messages of code and templates
messages: .venv/run
	$(BIN)/python scripts/update_messages.py

# needs Chromium (apt-get install chromium fonts-noto-cjk fonts-noto-core)
screenshots: .venv/dev .venv/scripts dataset
	$(BIN)/python scripts/screenshots.py

docs: .venv/run
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python scripts/client_types.py

wheel: .venv/dev .venv/scripts
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

# requirements/*.txt from pyproject.toml; needs uv
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		pyproject.toml --group build -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		pyproject.toml --group build --group test --group lint -c requirements/run.txt -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		pyproject.toml --group build --group test --group lint --group bench -c requirements/dev.txt -o requirements/bench.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "sg17kg needs Python 3.11 or newer; name one with PYTHON=python3.x" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "$(PYTHON) cannot make an environment: install python3-venv (apt-get install python3-venv)" >&2; exit 1; }

.venv/run: .venv/bin/python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# the scripts of others, from npm by package-lock.json
.venv/scripts: .venv/run package.json package-lock.json scripts/vendor_javascript.py
	$(BIN)/python scripts/vendor_javascript.py
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv/bench: .venv/dev requirements/bench.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

clean:
	rm -rf .venv build dist node_modules src/sg17kg/rendering/static/vendor
