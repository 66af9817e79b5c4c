"""Whether a version in `requirements.lock` is known to be vulnerable: `python -m tests.audit`, of `make lint`.

The tool is pip-audit: the one that is installed, or one that uv fetches for the moment, so that it brings nothing
of its own into the environment. Where the tool or the advisories cannot be had, this says so and stands in nobody's
way: it asks for one package first, and for all where that is answered. pip-audit itself finds no fault with what it
could look up nowhere; here that is counted.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LOCK = Path("requirements.lock")
FETCHED = "pip-audit>=2.9,<3"
FIRST, ALL = 40, 240
"""Seconds for the one package, with what it takes to fetch the tool, and for all of them."""
NOT_AUDITED = "The dependencies were not audited: {}."
UNREACHED = NOT_AUDITED.format("the tool or the advisories could not be had")


def main() -> int:
    """Ask, and say what was found. 1 where something is vulnerable, 0 otherwise."""
    pinned = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line]
    probe = report(pinned[:1], FIRST)
    if probe is None or not known(probe):
        print(UNREACHED)
        return 0
    whole = report(pinned, ALL)
    if whole is None:
        print(UNREACHED)
        return 0
    status, sentences = judged(whole)
    print("\n".join(sentences))
    return status


def report(pinned: list[str], patience: float) -> dict[str, Any] | None:
    """What pip-audit says of these lines of a lock file; None where it says nothing in so many seconds."""
    module = importlib.util.find_spec("pip_audit") is not None
    tool = ["-m", "pip_audit"] if module else ["-m", "uv", "tool", "run", "--from", FETCHED, "pip-audit"]
    with tempfile.TemporaryDirectory() as scratch:
        asked = Path(scratch) / "asked.txt"
        asked.write_text("\n".join(pinned), encoding="utf-8")
        command = [sys.executable, *tool, "--requirement", str(asked), "--no-deps", "--disable-pip"]
        command += ["--timeout", "5", "--format", "json", "--progress-spinner", "off"]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=patience)
            found: dict[str, Any] = json.loads(run.stdout)
        except (subprocess.TimeoutExpired, ValueError):
            return None
    return found


def known(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The packages that were looked up."""
    return [package for package in found["dependencies"] if "skip_reason" not in package]


def judged(found: dict[str, Any]) -> tuple[int, list[str]]:
    """The exit status, and what to say of a report of pip-audit."""
    asked, looked_up = found["dependencies"], known(found)
    if not looked_up:
        return 0, [UNREACHED]
    holes = [
        f"{package['name']} {package['version']} is vulnerable: {hole['id']}, "
        f"{'fixed in ' + ', '.join(hole['fix_versions']) if hole['fix_versions'] else 'not fixed yet'}."
        for package in looked_up
        for hole in package["vulns"]
    ]
    if holes:
        return 1, holes
    unknown = len(asked) - len(looked_up)
    rest = f"; {unknown} could not be looked up" if unknown else ""
    return 0, [f"No vulnerability is known in {len(looked_up)} dependencies{rest}."]


if __name__ == "__main__":
    sys.exit(main())
