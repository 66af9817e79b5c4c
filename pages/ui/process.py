"""What the serving process does once, before anybody comes and before it has threads."""

from __future__ import annotations

from aemodels import heaps


def prepare() -> None:
    """Have few heaps in all of the process, and pandas imported."""
    heaps.keep_few()  # a thread that has got one keeps it
    # Plotly looks at pandas wherever it finds it imported: not while another thread still imports it.
    import pandas  # noqa: F401
