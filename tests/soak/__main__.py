"""Run the long tests and print their figures: `python -m tests.soak [SECTION]`, all of them without one.

A section is a function of this folder and a line in `SECTIONS`. It gets the options, prints what it finds, and
returns what is wrong, a sentence each; the exit status is 1 where there is anything. The test suite runs small
slices of the same code.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from tests.soak import (
    datasets,
    faults,
    hours,
    isolation,
    memory,
    messages,
    models,
    pictures,
    stampede,
)

Section = Callable[[argparse.Namespace], list[str]]


def _tests(options: argparse.Namespace) -> list[str]:
    """The tests of `make test` that are marked as long."""
    status = subprocess.run([sys.executable, "-m", "pytest", "-q", "-m", "long"], check=False).returncode
    return [] if status == 0 else [f"pytest ended with status {status}"]


def _asserting(measure: Callable[[], Sequence[str]]) -> Section:
    """The section of a function that returns the lines to print, and raises AssertionError with what is wrong."""

    def section(options: argparse.Namespace) -> list[str]:
        try:
            said = measure()
        except AssertionError as error:
            return [str(error)]
        for line in said:
            print(f"  {line}", flush=True)
        return []

    return section


SECTIONS: dict[str, Section] = {
    "tests": _tests,
    "pictures": _asserting(pictures.soak),
    "datasets": _asserting(datasets.soak),
    "models": _asserting(models.soak),
    "messages": _asserting(messages.soak),
    "isolation": _asserting(isolation.soak),
    "saving": faults.saving,
    "training-faults": faults.trainings,
    "stampede": stampede.measure,
    "inferences": memory.inferences,
    "sessions": memory.sessions,
    "trainings": memory.trainings,
    "hours": hours.measure,
}
ASKED_FOR = {"hours"}  # only when it is asked for


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.splitlines()[0])
    parser.add_argument(
        "section",
        nargs="?",
        choices=list(SECTIONS),
        default=os.environ.get("SECTION") or None,
        help=f"one section only (default: all but {', '.join(ASKED_FOR)})",
    )
    parser.add_argument(
        "--count", type=int, help="how often, instead of the number of those sections that count"
    )
    parser.add_argument("--seed", type=int, default=0, help="what all moments are drawn from (default: 0)")
    parser.add_argument("--hours", type=float, default=8.0, help="of the section hours (default: 8)")
    options = parser.parse_args()
    if options.section not in (None, *SECTIONS):  # argparse does not check a default
        parser.error(f"SECTION is one of {', '.join(SECTIONS)}")
    wrong = []
    for name in (
        [options.section] if options.section else [each for each in SECTIONS if each not in ASKED_FOR]
    ):
        print(f"\n{name}", flush=True)
        begun = time.monotonic()
        found = SECTIONS[name](options)
        wrong += [f"{name}: {each}" for each in found]
        print("\n".join(f"  WRONG: {each}" for each in found) if found else "  as it should be", flush=True)
        print(f"  {time.monotonic() - begun:,.0f} s", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
