# One command each: `make demo` shows the product, `make test` checks it. Both do their own set-up.

PY := .venv/bin/python
STAMP := .venv/.installed
# No Python that is started below imports from the folder it is started in.
export PYTHONSAFEPATH := 1
# Each of the hundreds of processes of the tests would compile the sources again.
unexport PYTHONDONTWRITEBYTECODE
NOTEBOOKS := $(wildcard notebooks/*.ipynb)

.DEFAULT_GOAL := help
.PHONY: help install browser page lint test test-all coverage demo docs fuzz bench maps same wheel clean

help:
	@echo "make demo      set up, then analyse the embedded demo district into out/demo"
	@echo "make test      set up, then run every check"
	@echo "make test-all  set up, then run every check and the tests that take minutes, measured"
	@echo "make lint      set up, then check style and types only"
	@echo "make coverage  set up, then run the tests of make test and say what they did not run"
	@echo "make docs      set up, then build the documentation into out/docs"
	@echo "make fuzz      set up, then feed every reader with spoilt files for 10 minutes (MINUTES=10)"
	@echo "make bench     set up, then measure speed and memory"
	@echo "make maps      set up, then make the examples in maps/ again"
	@echo "make same      set up, then compare all results with those of the last commit (BASE=HEAD,"
	@echo "               SAME=--small: without the demo and Porto Alegre)"
	@echo "make wheel     set up, then build the wheel into dist"
	@echo "make install   set up .venv with pinned versions"
	@echo "make browser   see that the page can be tested: Chromium, and a Chromium of 2020"
	@echo "make page      put the page's program and styles together again, after a change of them"
	@echo "make clean     remove .venv, caches and results"
	@echo "make help      show this"

install: $(STAMP)

# Done again only when what is to be installed has changed.
# planner/__init__.py has the version.
$(STAMP): pyproject.toml planner/__init__.py constraints.txt tools/install.sh
	sh tools/install.sh
	touch $(STAMP)

browser:
	sh tools/browser.sh

# Needed only by who changes the page: what it makes is committed.
page:
	sh tools/page/build.sh

lint: install
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	@echo "mypy; on the other core kernels are compiled, which two test processes would do twice"
	@$(PY) -m planner.cli.warmup & $(PY) -m mypy; code=$$?; wait; exit $$code

# The longest tests come first, in groups that share what takes long to make: see tests/conftest.py.
PYTEST := -m pytest -n logical --maxprocesses 4 --dist loadscope --no-loadscope-reorder \
	$(if $(NOTEBOOKS),--nbmake tests $(NOTEBOOKS))

test: lint browser
	$(PY) $(PYTEST)

# The same tests, in processes that note which lines and branches they ran.
coverage: install browser
	$(PY) -m coverage erase
	$(PY) -m coverage run $(PYTEST) $(SAMPLE)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

# Whole samples (docs/tests.md), measured. The tests marked `alone` run in one process, unmeasured:
# programs are killed at moments that depend on how long they take.
test-all: SAMPLE := -m "not online and not alone" --hypothesis-profile whole
test-all: lint coverage
	$(PY) -m pytest -m "alone and not online" tests

MINUTES ?= 10
fuzz: install
	PYTHONPATH="$(CURDIR)" $(PY) -m tests.hostile.fuzz --minutes $(MINUTES)

demo: install
	.venv/bin/planner demo --out out/demo
	@echo "open out/demo/map.html in a browser"

# Pages of their own, which need no server and ask none. A warning ends the build.
docs: install
	$(PY) -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable '.[docs]'
	PYTHONPATH="$(CURDIR)" NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --quiet
	@echo "open out/docs/index.html in a browser"

bench: install
	$(PY) -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable '.[bench]'
	PYTHONPATH="$(CURDIR)" $(PY) -m benchmarks

# The examples of what is handed over, committed. Done again when HANDOVER_FORMAT is raised.
maps: install
	.venv/bin/planner demo --all --out out/examples
	.venv/bin/planner map out/examples --by-town
	PYTHONPATH="$(CURDIR)" $(PY) -m tools.example_maps out/examples maps

# Old results are kept in out/same, or where SAME_CACHE says.
BASE ?= HEAD
same: install
	PYTHONPATH="$(CURDIR)" $(PY) -m tools.same --base "$(BASE)" $(SAME)

# What an earlier build left would go into the wheel too.
wheel: install
	rm -rf build dist
	$(PY) -m pip --disable-pip-version-check wheel . --quiet --no-deps --no-build-isolation --wheel-dir dist

clean:
	rm -rf .venv .browsers out build dist planner.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
