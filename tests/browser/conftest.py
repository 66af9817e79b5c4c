"""A real server and a real Chromium: one of each for all browser tests, and a fresh page for every test.

What a test does must leave the browser's console and the server's log clean; both are checked here, so no test
has to remember it.
"""

import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 120_000  # milliseconds: a bound for what hangs on a busy machine; nothing is measured with it
EXPECTED_IN_LOG = ("You can now view your Streamlit app in your browser.", "URL: http://", "Uvicorn server")

expect.set_options(timeout=PATIENCE)


class Server:
    """The app, served as `make app` serves it, with a home of its own; `settings` are of its environment."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.home = folder / "home"
        self.log = folder / "server.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        environment = {**os.environ, "AEMODELS_HOME": str(self.home), "PYTHONUNBUFFERED": "1", **settings}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def wait_until_ready(self) -> None:
        for _ in range(600):
            if self.ready():
                return
            try:
                self.process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail("the server ended at once:\n" + "\n".join(self.complaints()))

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def complaints(self) -> list[str]:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [
            line for line in lines if line.strip() and not any(known in line for known in EXPECTED_IN_LOG)
        ]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.end()


@pytest.fixture(scope="session")
def browser(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, server):
    """A page of 1280×720; afterwards its console and the server's log must be clean."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    problems: list[str] = []

    def of_streamlit(address: str) -> bool:
        # Opened below the root, Streamlit's page first looks for its server beside itself, and finds none.
        return "/_stcore/" in address and not address.startswith(f"{server.url}/_stcore/")

    page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
    page.on(
        "console",
        lambda message: (
            problems.append(f"console: {message.text}")
            if message.type == "error" and not of_streamlit(message.location.get("url", ""))
            else None
        ),
    )
    page.on(
        "response",
        lambda answer: (
            problems.append(f"{answer.status} {answer.url}")
            if answer.status >= 400 and not of_streamlit(answer.url)
            else None
        ),
    )
    yield page
    tracebacks = page.locator("[data-testid=stException]").count()
    context.close()
    assert tracebacks == 0
    assert problems == []
    assert server.complaints() == []
