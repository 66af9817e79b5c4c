"""The machines of one training, as the environment variable `TF_CONFIG` says it to each of them.

    {"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, "task": {"type": "worker", "index": 0}}

The first machine is the chief, which writes what stays: the only one of the job `chief`, if there is that job, or
worker 0.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any, Final

from aemodels.errors import ConfigError

JOBS: Final = ("chief", "worker")
_EXAMPLE: Final = (
    '{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, "task": {"type": "worker", "index": 0}}'
)
_ADDRESS: Final = re.compile(r"[^\s:/]+:([0-9]{1,5})|\[[0-9a-fA-F:]+\]:([0-9]{1,5})")


@dataclasses.dataclass(frozen=True)
class Cluster:
    """The addresses of all machines, the chief's first, and which of them this one is."""

    addresses: tuple[str, ...]
    index: int

    @property
    def address(self) -> str:
        """Where the others reach this machine."""
        return self.addresses[self.index]


def read(text: str | None) -> Cluster:
    """The cluster of a `TF_CONFIG`. Raises ConfigError with what is wrong with it."""
    if not text or not text.strip():
        raise _error("it is not set")
    try:
        found = json.loads(text)
    except ValueError:
        raise _error("it is no JSON") from None
    jobs = _member(found, "cluster", dict)
    task = _member(found, "task", dict)
    for job, addresses in jobs.items():
        if job not in JOBS:
            raise _error(f"only the jobs chief and worker train, and it has {job!r:.20}")
        if not isinstance(addresses, list) or not addresses or not all(map(_is_address, addresses)):
            raise _error(f"the addresses of {job!r} are a list of HOST:PORT")
    if len(jobs.get("chief", [])) > 1:
        raise _error("there is only one chief")
    kind, index = task.get("type"), task.get("index")
    if not isinstance(kind, str) or kind not in jobs:
        raise _error("the type of its task is none of the cluster's jobs")
    if type(index) is not int or not 0 <= index < len(jobs[kind]):
        raise _error(f"the index of its task goes from 0 to {len(jobs[kind]) - 1}")
    together = tuple(address for job in JOBS for address in jobs.get(job, []))
    if len(set(together)) < len(together):
        raise _error("it has an address twice")
    before = len(jobs.get("chief", [])) if kind == "worker" else 0
    return Cluster(together, before + index)


def _member(found: Any, name: str, kind: type) -> Any:
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, kind) or not value:
        raise _error(f"it has no {name!r}")
    return value


def _is_address(value: object) -> bool:
    match = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    return match is not None and 0 < int(match[1] or match[2]) < 2**16


def _error(reason: str) -> ConfigError:
    return ConfigError(
        f"The environment variable TF_CONFIG does not say which machines train together: {reason}. "
        f"It looks like this, with another index on each machine: TF_CONFIG='{_EXAMPLE}'."
    )
