"""Where models lie, which names they may have, and how a folder is replaced so that no crash can halve it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from aemodels.errors import StoreError
from aemodels.store import files

SHIPPED = Path(__file__).parent / "shipped"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}


def home() -> Path:
    """The folder of everything that is saved: `AEMODELS_HOME`, or `.aemodels` in the user's home."""
    return Path(os.environ.get("AEMODELS_HOME") or Path.home() / ".aemodels")


def saved() -> Path:
    """The folder of the models that were saved on this machine."""
    return home() / "models"


def check_name(name: object) -> str:
    """`name` if a model may be called so; raises `StoreError` with the rule otherwise."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in _RESERVED:
        raise StoreError(
            f"{str(name)[:40]!r} cannot be a model's name. "
            "Use 1 to 40 small letters, digits and hyphens, with a letter or digit at both ends."
        )
    return name


def find(name: str, root: Path | None = None) -> Path:
    """The folder of a model: shipped ones first, then saved ones. Raises `StoreError` if there is none."""
    check_name(name)
    for parent in (SHIPPED, saved()) if root is None else (root,):
        recover(parent)
        folder = parent / name
        if folder.is_dir() and not folder.is_symlink():
            return folder
    raise StoreError(f"There is no model named {name!r}. `python -m aemodels list` shows those there are.")


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A new empty folder to fill; when the block ends well it becomes `target`, in one rename.

    Everything is flushed to the disk first. A crash leaves the old folder or the new one: between the two
    renames of a replacement the old one stands beside under a name that `recover` brings back.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(4)
    fresh = target.parent / f".{target.name}.new-{token}"
    fresh.mkdir()
    try:
        yield fresh
        for path in fresh.iterdir():
            files.flush(path)
        files.flush(fresh)
        old = target.parent / f".{target.name}.old-{token}"
        if target.exists():
            target.rename(old)
        fresh.rename(target)
        files.flush(target.parent)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def recover(parent: Path) -> None:
    """Bring back a folder whose replacement was cut off between the two renames."""
    if not parent.is_dir():
        return
    for old in parent.glob(".*.old-*"):
        target = parent / old.name[1:].rsplit(".old-", 1)[0]
        with contextlib.suppress(OSError):  # another process may be doing the same at this moment
            if target.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(target)
