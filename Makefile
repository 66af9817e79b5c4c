# Every command sets itself up: the first one makes .venv from requirements.lock, a later one makes it anew only
# when that file has changed. Works with GNU make 3.81 (macOS) and a POSIX sh.
#
#   make app [PORT=8501]      serve the page
#   make test [ARGS="-k x"]   run every test
#   make bench [SECTION=x]    measure, print tables, write .bench/results.json
#   make soak [SECTION=x]     the long tests: faults, hostile files and messages by the thousand, many visitors
#   make lint                 ruff and mypy, and whether a dependency is known to be vulnerable (where that can be asked)
#   make install              only the set-up
#   make lock                 resolve requirements.txt and the dev group anew into requirements.lock

PORT ?= 8501
SECTION ?=
ARGS ?=
VENV := .venv
PYTHON := $(VENV)/bin/python

.PHONY: install app test bench soak lint lock browser
.DEFAULT_GOAL := install

# The copy of the lock file inside .venv is written last, so a set-up that was broken off is done again; contents
# are compared, not dates, because git gives a fresh date to whatever it checks out.
install:
	@if cmp -s requirements.lock $(VENV)/installed.lock && $(PYTHON) -c '' 2>/dev/null; then exit 0; fi; \
	for python in python3 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then \
			found=$$python; break; \
		fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "No Python 3.11, 3.12 or 3.13 was found on the PATH. Install one (python.org has them), then try again." >&2; \
		exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$found --version); this takes a few minutes, once."; \
	$$found -m venv --clear $(VENV) && \
	$(PYTHON) -m pip install --disable-pip-version-check -r requirements.lock && \
	cp requirements.lock $(VENV)/installed.lock

# The server is sent TERM whichever way this is ended, and waited for; so Ctrl-C leaves neither a process nor a
# complaint of make about its own recipe.
app: install
	@echo "Open http://localhost:$(PORT) in a browser. Ctrl-C ends the server."
	@$(PYTHON) -m streamlit run app.py --server.port=$(PORT) --server.headless=true \
		--browser.serverAddress=localhost --browser.gatherUsageStats=false & server=$$!; \
	trap 'ended=1; kill -TERM $$server 2>/dev/null' INT TERM HUP; \
	wait $$server; status=$$?; \
	if [ -n "$$ended" ]; then wait $$server 2>/dev/null; exit 0; fi; \
	exit $$status

# In four processes, of which two begin with the browser tests, which mostly wait (ARGS="-n 0" for one, with a debugger).
test: install browser
	@$(PYTHON) -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

bench: install browser
	@SECTION="$(SECTION)" $(PYTHON) -m tests.bench

soak: install
	@SECTION="$(SECTION)" $(PYTHON) -m tests.soak

lint: install
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -m tests.audit

# The browser tests take the system's Chromium; where there is none, Playwright's own is fetched, and where that
# fails too, those tests are skipped and say so.
browser: install
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$name >/dev/null 2>&1; then exit 0; fi; \
	done; \
	PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=10000 $(PYTHON) -m playwright install chromium || \
		echo "No Chromium on the PATH and none to be downloaded: the browser tests will be skipped." >&2

# uv repeats on every line for which systems it resolved; that is said once, here: Linux and macOS, Python 3.11 to 3.13.
lock: install
	@$(PYTHON) -m uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --upgrade \
		--no-annotate --no-header --group dev requirements.txt -o $(VENV)/resolved.lock
	@{ echo "# Exact versions for Linux and macOS, Python 3.11 to 3.13. Made by make lock; do not edit."; \
	sed -e "s/ ; (python_full_version < '3.14' and sys_platform == 'darwin') or (python_full_version < '3.14' and sys_platform == 'linux')$$//" \
		-e "s/python_full_version < '3.14' and //g" $(VENV)/resolved.lock; } > requirements.lock
	@echo "requirements.lock is up to date; the next make command installs it."
