.PHONY: setup demo test lint bench lock

setup:
	@scripts/setup.sh

demo: setup
	@scripts/demo.sh

lint: setup
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports

test: export CAB_SETUP_TESTS = yes

# The last line is the test runner's own.
test: lint
	@.venv/bin/python -m pytest -n $${CAB_TEST_JOBS:-2} --dist loadgroup

bench: setup
	@.venv/bin/python benchmarks/run.py

# Maintainers: make requirements.lock anew (needs `pip install uv`).
lock:
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -q -o requirements.lock
