# `make run` and `make test` set up whatever is missing first; packaging/bootstrap.py says what it does.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint bench soak package lock ready ready-dev clean

run: ready
	$(BIN)/aann

test: lint
	$(BIN)/python -m pytest

lint: ready-dev
	$(BIN)/ruff check .
	$(BIN)/mypy app blocks

bench: ready
	$(BIN)/aann bench

soak: ready-dev
	$(BIN)/python -m pytest -m soak tests

# The build uses the hashed setuptools of packaging/build.lock that set-up put into .venv.
package: ready
	rm -rf build dist
	$(BIN)/python -m build --no-isolation --sdist --wheel --outdir dist .

ready:
	@$(PYTHON) packaging/bootstrap.py run

ready-dev:
	@$(PYTHON) packaging/bootstrap.py dev

# After a change of pyproject's dependencies; needs uv on the path.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links pyproject.toml
lock:
	$(COMPILE) --output-file packaging/runtime.lock
	$(COMPILE) --group dev --constraint packaging/runtime.lock --output-file packaging/dev.lock
	$(subst pyproject.toml,,$(COMPILE)) --group build --constraint packaging/dev.lock --output-file packaging/build.lock

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache
