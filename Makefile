# make run: serve Parcours on this machine.  make test: every test.  Both may be run again at any time.
.DEFAULT_GOAL := run
.PHONY: run test check format bench fuzz translations clean
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check $(if $(wildcard constraints.txt),-c constraints.txt)
FRONTEND := web/frontend/package.json web/frontend/package-lock.json web/frontend/build.mjs \
	$(shell find web/frontend/src -type f 2>/dev/null)
CATALOGUES := $(shell find web/translations -name '*.po' 2>/dev/null)
# Installed again when one of these changes; the rest is used as it stands in the folder.
SOURCES := pyproject.toml hatch_build.py $(wildcard constraints.txt $(FRONTEND)) $(CATALOGUES)

run: .venv/installed
	@exec $(BIN)/parcours serve

test: .venv/installed-dev
	@browser=$$(.ci/browser) || exit 1; \
	echo "Running the tests"; \
	CHROMIUM="$$browser" $(BIN)/python -m pytest -n 2 --dist loadfile -q

check: .venv/installed-dev
	@echo "Checking format, lint and types"
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy

format: .venv/installed-dev
	@$(BIN)/ruff check -q --fix .
	@$(BIN)/ruff format .

bench: .venv/installed-dev
	@$(BIN)/python -m tests.benchmarks

fuzz: .venv/installed-dev
	@$(BIN)/python -m tests.fuzz

# The sentences in the code to the catalogues, for a translator to fill in.
translations: .venv/installed-dev
	@echo "Collecting the sentences to translate"
	@$(BIN)/pybabel -q extract -F web/babel.cfg -k N_ --no-wrap --sort-by-file --add-location=file \
		--project=Parcours -o .venv/messages.pot bpmn engine web
	@$(BIN)/pybabel -q update -i .venv/messages.pot -d web/translations -l fr --init-missing --no-wrap --no-fuzzy-matching \
		--ignore-pot-creation-date
	@$(BIN)/pybabel compile -d web/translations --statistics

# Deals and people are kept: they are in the data folder, not here.
clean:
	@echo "Removing what was built"
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis web/static/dist bpmn/drawing/fonts
	@find bpmn engine web tests -name __pycache__ -prune -exec rm -rf {} +
	@find web/translations -name '*.mo' -delete

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Parcours needs Python 3.11 or newer, and $(PYTHON) is not. Install it, or: make PYTHON=/path/to/python3.11" >&2; \
		exit 1; }
	@echo "Creating .venv"
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; \
		echo "Python cannot create .venv here. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

.venv/installed: $(SOURCES) | .venv/bin/python
	@echo "Installing Parcours into .venv and building its pages: a minute, the first time"
	@$(PIP) -e .
	@.ci/libraries $(BIN)/python
	@touch $@

.venv/installed-dev: $(SOURCES) | .venv/bin/python
	@echo "Installing Parcours and its test tools into .venv: a minute or two, the first time"
	@$(PIP) -e '.[dev]'
	@.ci/libraries $(BIN)/python
	@touch $@ .venv/installed
