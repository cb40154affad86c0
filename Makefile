# Every target sets up what it needs: `make lab`, `make demo` or `make test` on a fresh clone is enough.
PYTHON ?= python3
BIN := .venv/bin

NODE := course_lib/widgets/node_modules

.PHONY: setup lab demo test lint bench docs

setup: .venv/ready

.venv/ready: pyproject.toml .ci/system-packages .ci/step
	@.ci/step "Making the environment .venv" \
		"install Python 3.11 to 3.13 with its venv, or name it: make PYTHON=python3.12 setup" \
		$(PYTHON) -m venv .venv
	@.ci/step "Making the key of the hidden cases, if there is none" \
		"let yourself write in autograders/hidden" \
		$(BIN)/python autograders/hidden/key.py
	@.ci/step "Installing the course and its packages, which takes minutes" \
		"see whether the network, a proxy or the disk is in the way" \
		$(BIN)/pip install --disable-pip-version-check --editable ".[dev]"
	@.ci/system-packages $(BIN)
	@touch $@

# What builds and tests the demos; to teach and to grade nobody needs it.
test lint bench: $(NODE)/ready

$(NODE)/ready: course_lib/widgets/package-lock.json | .venv/ready
	@! command -v npm >/dev/null || .ci/step "Installing what builds and tests the demos" \
		"see whether the network, a proxy or a certificate is in the way (npm config get cafile)" \
		npm ci --prefix course_lib/widgets --no-audit --no-fund
	@! test -d $(NODE) || touch $@

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
	$(BIN)/python requirements/lock.py --check
	node course_lib/widgets/build.mjs --check
	$(BIN)/hadolint Containerfile

docs: setup
	$(BIN)/python docs/generate.py

bench: setup
	for benchmark in benchmarks/*.py; do $(BIN)/python $$benchmark || exit; done
