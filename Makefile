# Resound: `make demo`, `make test`, `make lab`. Each makes .venv by itself, once, and reuses it.
PYTHON ?= python3
BIN := .venv/bin
# where a container forbids Python to keep what it compiles, each process of the tests would compile the course anew
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo test lab build clean

help:
	@echo "make demo   build the course, make a class, grade it, write its feedback"
	@echo "make test   run the tests"
	@echo "make lab    open JupyterLab on the first lesson"
	@echo "make build  write release/, assets/checks/ and assets/questions/ anew from source/"
	@echo "make clean  remove .venv and the demo's class"

# A stamp rather than a phony target: set-up runs again only when what is required changes.
.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Resound needs Python 3.11 or newer; this is ' + sys.version.split()[0] + '. Try: make PYTHON=python3.12')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.txt
	@# what pip would do on one processor; some packages carry files for other versions of Python
	@$(BIN)/python -m compileall -q -j 0 .venv >/dev/null || true
	@touch $@

setup: .venv/ready

demo: setup
	$(BIN)/autograder demo

test: setup
	$(BIN)/python -m pytest

lab: setup
	$(BIN)/python -m course

build: setup
	$(BIN)/autograder build

clean:
	rm -rf .venv demo
