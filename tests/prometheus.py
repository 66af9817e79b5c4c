"""A strict reader of Prometheus' text format, written from its description alone: what ours is checked with."""

import math
import re

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_SAMPLE = re.compile(rf"({_NAME})(?:\{{(.*)\}})? (\S+)")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)')
KINDS = {"counter", "gauge", "histogram", "summary", "untyped"}


def read(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Samples by their full name and their labels. Raises AssertionError for what is not in the format."""
    assert text.endswith("\n")
    kinds: dict[str, str] = {}
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in KINDS
            assert name not in kinds, f"{name} comes twice"
            kinds[name] = kind
        elif line.startswith("# HELP "):
            assert re.fullmatch(rf"# HELP {_NAME} .+", line)
        else:
            match = _SAMPLE.fullmatch(line)
            assert match, line
            name, labels, value = match.groups()
            family = next(
                (part for part in (name, re.sub(r"_(bucket|sum|count)$", "", name)) if part in kinds), ""
            )
            assert family, f"{name} has no kind before it"
            assert kinds[family] != "counter" or family.endswith("_total")
            pairs = tuple(_LABEL.findall(labels or ""))
            assert "".join(f'{key}="{words}",' for key, words in pairs).rstrip(",") == (labels or "").rstrip(
                ","
            )
            assert pairs not in found.setdefault(name, {}), f"{line} comes twice"
            found[name][pairs] = math.inf if value == "+Inf" else float(value)
    for family, kind in kinds.items():
        if kind == "histogram":
            _check(family, found)
    return found


def _check(family: str, found: dict[str, dict[tuple[tuple[str, str], ...], float]]) -> None:
    buckets = [(dict(labels)["le"], count) for labels, count in found[f"{family}_bucket"].items()]
    bounds = [math.inf if bound == "+Inf" else float(bound) for bound, _ in buckets]
    counts = [count for _, count in buckets]
    assert bounds == sorted(bounds)
    assert bounds[-1] == math.inf
    assert counts == sorted(counts)
    assert counts[-1] == found[f"{family}_count"][()]
    assert found[f"{family}_sum"][()] >= 0
