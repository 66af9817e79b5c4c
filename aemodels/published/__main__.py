"""`python -m aemodels.published`: train recipe R2 with five seeds, and with two ε, and keep its log (minutes
each)."""

from __future__ import annotations

import argparse
import json
from typing import Any

from aemodels.published import log


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m aemodels.published",
        description="Train recipe R2 as published, and keep the losses at the published steps.",
    )
    parser.add_argument(
        "--only", choices=("seeds", "means"), help="one of the two; what was kept of the other stays"
    )
    only = parser.parse_args().only
    kept: dict[str, dict[Any, Any]] = {"losses": {}, "means": {}}
    if only and log.FILE.is_file():
        kept |= {name: rows for name, rows in json.loads(log.FILE.read_text()).items() if name in kept}
    trainings: list[tuple[str, Any, int, float | None]] = []
    if only != "means":
        trainings += [("losses", seed, seed, None) for seed in log.SEEDS]
    if only != "seeds":
        trainings += [("means", name, log.SEEDS[0], epsilon) for name, epsilon in log.EPSILONS.items()]
    for part, name, seed, epsilon in trainings:
        losses = log.measure(seed, epsilon, progress=lambda words: print(words, flush=True))
        kept[part][name] = list(log.at_published_steps(losses).values())
        log.write(kept["losses"], kept["means"])  # each takes minutes: what is there is kept
    print(f"Kept in {log.FILE.name}.")


if __name__ == "__main__":
    main()
