"""Whether a version in `requirements.lock` is known to be vulnerable: `python -m tests.audit`, of `make lint`.

Where the advisories cannot be had, or the tool is not installed, it says so and stands in nobody's way. pip-audit
itself finds no fault with packages that it could look up nowhere; here they are counted.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import Any

LOCK = "requirements.lock"
PATIENCE = 180  # seconds for all of it
NOT_AUDITED = "The dependencies were not audited: {}."


def main() -> int:
    """Ask, and say what was found. 1 where something is vulnerable, 0 otherwise."""
    if importlib.util.find_spec("pip_audit") is None:
        print(NOT_AUDITED.format("pip-audit is not installed"))
        return 0
    command = [sys.executable, "-m", "pip_audit", "--requirement", LOCK, "--no-deps", "--disable-pip"]
    command += ["--timeout", "5", "--format", "json", "--progress-spinner", "off"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        report = json.loads(run.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        print(NOT_AUDITED.format("the advisories could not be had"))
        return 0
    status, sentences = judged(report)
    print("\n".join(sentences))
    return status


def judged(report: dict[str, Any]) -> tuple[int, list[str]]:
    """The exit status, and what to say of a report of pip-audit."""
    asked = report["dependencies"]
    known = [package for package in asked if "skip_reason" not in package]
    if not known:
        return 0, [NOT_AUDITED.format("the advisories could not be had")]
    found = [
        f"{package['name']} {package['version']} is vulnerable: {hole['id']}, "
        f"{'fixed in ' + ', '.join(hole['fix_versions']) if hole['fix_versions'] else 'not fixed yet'}."
        for package in known
        for hole in package["vulns"]
    ]
    if found:
        return 1, found
    unknown = len(asked) - len(known)
    rest = f"; {unknown} could not be looked up" if unknown else ""
    return 0, [f"No vulnerability is known in {len(known)} dependencies{rest}."]


if __name__ == "__main__":
    sys.exit(main())
