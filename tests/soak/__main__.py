"""Run the long tests and print what each has found; the exit status is 1 where one of them failed.

A section is a function of a module of this folder and a line in `SECTIONS`. It returns lines to print and raises
AssertionError with what was wrong. The test suite runs a small slice of the same code.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence

from tests.soak import datasets, isolation, messages, models, pictures

SECTIONS: dict[str, Callable[[], Sequence[str]]] = {
    "pictures": pictures.soak,
    "datasets": datasets.soak,
    "models": models.soak,
    "messages": messages.soak,
    "isolation": isolation.soak,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.splitlines()[0])
    parser.add_argument(
        "section",
        nargs="?",
        choices=list(SECTIONS),
        default=os.environ.get("SECTION") or None,
        help="one section only (default: all)",
    )
    options = parser.parse_args()
    if options.section not in (None, *SECTIONS):  # argparse does not check a default
        parser.error(f"SECTION is one of {', '.join(SECTIONS)}")
    failed = []
    for name in [options.section] if options.section else list(SECTIONS):
        begun = time.monotonic()
        try:
            said = list(SECTIONS[name]())
        except AssertionError as error:
            failed.append(name)
            said = [f"FAILED: {error}"]
        print(f"\n{name} ({time.monotonic() - begun:,.0f} s)")
        for line in said:
            print(f"  {line}")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
