# Every target sets up what it needs: `make lab`, `make demo` or `make test` on a fresh clone is enough.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup lab demo test lint bench docs

setup: .venv/ready

.venv/ready: pyproject.toml .ci/system-packages course_lib/widgets/package-lock.json
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[dev]"
	.ci/system-packages $(BIN)
	! command -v npm >/dev/null || npm ci --prefix course_lib/widgets --silent --no-audit --no-fund
	$(BIN)/python -m autograders.hidden.key
	touch $@

lab: setup
	$(BIN)/course lab

demo: setup
	rm -rf demo
	mkdir demo
	cp -r nbgrader_config.py notebooks demo
	cd demo && ../$(BIN)/course release 01
	PYTHONPATH=tests $(BIN)/python -m samples demo
	cd demo && ../$(BIN)/course grade 01 --jobs 2 || test $$? -eq 1  # 1: some files are no notebooks
	cd demo && ../$(BIN)/course feedback 01

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	node course_lib/widgets/build.mjs --check
	$(BIN)/hadolint Containerfile

docs: setup
	$(BIN)/python docs/generate.py

bench: setup
	for benchmark in benchmarks/*.py; do $(BIN)/python $$benchmark || exit; done
