# Two commands do all the set-up: `make demo` and `make test`. They need python3 (3.11 or
# newer) with its venv module, make and git; no Node, no root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
export PIP_ROOT_USER_ACTION := ignore
WORKERS ?= 2

.PHONY: help demo serve test check fix bench snapshot lock vendor clean

help:
	@echo "make demo      install, import an invented prefecture, print its scores, serve the pages"
	@echo "make test      install, run everything this machine can run"
	@echo "make serve     serve the data in ./var (or ZHIBU_DATA_DIR)"
	@echo "make check     style, types, import contracts, migrations, lock files"
	@echo "make fix       format and mend what tools can mend"
	@echo "make bench     speed, as ratios measured in one run"
	@echo "make snapshot  write the reviewed snapshots anew"
	@echo "make lock      resolve the dependencies anew      make vendor   copy front-end files (needs Node)"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; call: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Stamps, so that an installation is done once and again only when a lock file changes.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed | $(BIN)/python
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/zhibu demo $(ARGS)

serve: $(VENV)/.installed
	$(BIN)/zhibu serve $(ARGS)

# SQLite always; PostgreSQL in a private temporary cluster where its programs are found.
test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -n $(WORKERS) $(ARGS)
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -q -n $(WORKERS) src/zhibu -m "not e2e" $(ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	ZHIBU_DATA_DIR=$(VENV)/check-data $(BIN)/zhibu check
	ZHIBU_DATA_DIR=$(VENV)/check-data $(BIN)/zhibu makemigrations --check --dry-run
	$(BIN)/python tools/vendor.py --check
	$(BIN)/python tools/check_locks.py

fix: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench $(ARGS)

snapshot: $(VENV)/.installed-dev
	ZHIBU_WRITE_SNAPSHOTS=1 $(BIN)/python -m pytest -q -p no:xdist tests/test_docs.py tests/test_url_roles.py tests/engine/test_sql.py tests/engine/test_pack_reference.py

UV_COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --no-annotate
lock: $(VENV)/.installed-dev
	$(UV_COMPILE) --group dev pyproject.toml -o requirements-dev.lock
	$(UV_COMPILE) --group build -c requirements-dev.lock pyproject.toml -o requirements.lock
	$(BIN)/python tools/check_locks.py

vendor: $(VENV)/.installed
	npm ci
	$(BIN)/python tools/vendor.py

clean:
	rm -rf $(VENV) var build dist .pytest_cache .ruff_cache .mypy_cache
