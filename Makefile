# The commands of this project; each sets up what it needs in .venv first.
.PHONY: install sandbox run check test format messages gallery pictures explore chaos mornings day bench

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
JAPANESE := bot/i18n/ja/LC_MESSAGES/bot.po
# Tests start many processes: without compiled files each of them would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=

install: .venv/.installed

.venv/.installed: pyproject.toml .ci/constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	PIP_CONSTRAINT=.ci/constraints.txt $(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

sandbox: install
	$(BIN)/python -m bot sandbox

run: install
	$(BIN)/python -m bot run

check: install
	$(BIN)/python -m bot check

test: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist worksteal

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: install
	$(BIN)/pybabel -q extract -k t -k N_ -k plural:1,2 --no-location --sort-output -w 100 -o .messages.pot blocks handlers bot
	head -7 $(JAPANESE) >.messages.po
	$(BIN)/pybabel -q update -i .messages.pot -o $(JAPANESE) -l ja --no-fuzzy-matching --ignore-obsolete --omit-header -w 100
	cat $(JAPANESE) >>.messages.po
	mv .messages.po $(JAPANESE)
	rm .messages.pot

gallery: install
	$(BIN)/python -m tests.gallery

pictures: install
	$(BIN)/python -m tests.gallery.pictures

explore: install
	$(BIN)/pytest -n auto --dist worksteal -m hypothesis --hypothesis-profile explore

chaos: install
	$(BIN)/python -m tests.chaos

mornings: install
	$(BIN)/python -m tests.chaos.mornings --months 6

day: install
	$(BIN)/python -m tests.chaos.day
	$(BIN)/python -m tests.chaos.day --postgresql

bench: install
	$(BIN)/python -m tests.bench
