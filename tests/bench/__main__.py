"""Run the benchmarks and print their tables; the figures also go to .bench/results.json.

Each section compares two things side by side, taking turns, in one run: a shared machine is noisy, and only
ratios mean something. A section is a module of this folder and a line in `SECTIONS`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from pathlib import Path

from tests.bench import arithmetic, atlas, hover, latency, load, looks, pad, points, quality, start, studio
from tests.bench.table import Row, show

SECTIONS = {
    "start": start.measure,
    "latency": latency.measure,
    "hover": hover.measure,
    "pad": pad.measure,
    "atlas": atlas.measure,
    "points": points.measure,
    "looks": looks.measure,
    "load": load.measure,
    "cycles": studio.cycles,
    "kills": studio.kills,
    "profile": arithmetic.measure,
    "train": quality.measure,
    "train-quick": quality.look,
}
LONG = {"train"}  # half an hour and more: only when it is asked for
RESULTS = Path(".bench") / "results.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument(
        "section",
        nargs="?",
        choices=list(SECTIONS),
        default=os.environ.get("SECTION") or None,
        help=f"one section only (default: all but {', '.join(LONG)})",
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is started (default: 5)")
    options = parser.parse_args()
    if options.section not in (None, *SECTIONS):  # argparse does not check a default
        parser.error(f"SECTION is one of {', '.join(SECTIONS)}")
    results: dict[str, list[Row]] = {}
    for name in [options.section] if options.section else [each for each in SECTIONS if each not in LONG]:
        results[name] = SECTIONS[name](options.rounds)
        show(name, results[name])
    RESULTS.parent.mkdir(exist_ok=True)
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    kept |= {name: [row._asdict() for row in rows] for name, rows in results.items()}
    kept["machine"] = {"python": platform.python_version(), "system": platform.platform()}
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")
    print(f"Written to {RESULTS}.")


if __name__ == "__main__":
    main()
