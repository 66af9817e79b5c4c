"""Whether the store takes anything: the one switch that makes a public server show models and keep none.

`AEMODELS_STORE=readonly` refuses saving, uploading, deleting, and writing figures into a card. Reading goes on, and
so does training: what a visitor trains stays theirs, and can be downloaded.
"""

from __future__ import annotations

from typing import Final

from aemodels import environment
from aemodels.errors import StoreError

SENTENCE: Final = (
    "Models are neither saved, uploaded nor deleted here: the store is for reading only (AEMODELS_STORE=readonly). "
    "What you train can be downloaded, and loaded into a playground of your own."
)


def is_open() -> bool:
    """Whether models may be put into the store and taken out. Raises ConfigError for an unknown setting."""
    return environment.STORE.value() == "open"


def insist_on_open() -> None:
    """Raises StoreError where the store is for reading only."""
    if not is_open():
        raise StoreError(SENTENCE)
