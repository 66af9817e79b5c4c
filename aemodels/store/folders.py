"""Where models lie, which names they may have, and how a folder is replaced so that no crash can halve it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from aemodels import holding
from aemodels.errors import StoreError
from aemodels.store import files

SHIPPED = Path(__file__).parent / "shipped"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
NEW, OLD, GONE = "new-", "old-", "gone-"
"""Kinds of folders that stand beside a model's: one that is being filled, replaced, or deleted."""
_BESIDE = re.compile(r"\..+\.(?:new|old|gone)-[0-9a-f]{8}")
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


def shown(name: str) -> str:
    """The name of any folder as it can be printed and shown, whatever signs it is made of."""
    return "".join(sign if sign.isprintable() else "?" for sign in name[:60])


def find(name: str, root: Path | None = None) -> Path:
    """The folder of a model: shipped ones first, then saved ones. Raises `StoreError` if there is none."""
    check_name(name)
    for parent in (SHIPPED, saved()) if root is None else (root,):
        sweep(parent)
        folder = parent / name
        if folder.is_dir() and not folder.is_symlink():
            return folder
    raise StoreError(f"There is no model named {name!r}. `python -m aemodels list` shows those there are.")


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A new empty folder to fill; when the block ends well it becomes `target`, in one rename. Raises OSError.

    Everything is flushed to the disk first. A crash leaves the old folder or the new one: between the two
    renames of a replacement the old one stands beside under a name that `sweep` brings back.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _fresh(target) as fresh:
        yield fresh
        for path in fresh.iterdir():
            files.flush(path)
        files.flush(fresh)
        with _aside(target, OLD) as old:
            try:
                fresh.rename(target)
            except OSError:
                if old is not None:
                    old.rename(target)
                raise
            files.flush(target.parent)
            if old is not None:
                shutil.rmtree(old, ignore_errors=True)


def remove(folder: Path) -> None:
    """Delete a folder: whole or not at all, also where the process is killed meanwhile. Raises OSError."""
    if folder.is_symlink():
        folder.unlink()
        return
    with _aside(folder, GONE) as gone:
        if gone is not None:
            files.flush(folder.parent)
            shutil.rmtree(gone, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Put right what a crash has left: a folder cut off between the two renames comes back, all else half goes.

    What another process is at work on just now stays; one that is being replaced is waited for.
    """
    for beside in _beside(parent):
        name, kind = beside.name[1:].rsplit(".", 1)
        if kind.startswith(OLD) and not (parent / name).exists():
            with (
                contextlib.suppress(OSError),
                holding.held(beside),
            ):  # waits for whoever is between the renames
                if not (parent / name).exists():
                    beside.rename(parent / name)
            continue
        with holding.nobodys(beside) as left:
            if left:
                shutil.rmtree(beside, ignore_errors=True)


def _beside(parent: Path) -> list[Path]:
    """The folders of `parent` that stand beside one of a model, by their names."""
    try:
        with os.scandir(parent) as entries:
            names = [entry.name for entry in entries if _BESIDE.fullmatch(entry.name)]
    except OSError:
        return []
    return [parent / name for name in names]


@contextlib.contextmanager
def _fresh(target: Path) -> Iterator[Path]:
    """A new empty folder beside `target`, held while it is filled, and gone afterwards unless it was renamed."""
    with contextlib.ExitStack() as stack:
        while True:
            fresh = _named(target, NEW)
            fresh.mkdir()
            try:
                stack.enter_context(holding.held(fresh))
                break
            except FileNotFoundError:  # swept in the moment between the two
                continue
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextlib.contextmanager
def _aside(target: Path, kind: str) -> Iterator[Path | None]:
    """`target` under another name beside it, held; None where there is no `target`. Raises OSError."""
    with contextlib.ExitStack() as stack:
        while target.exists():
            try:
                stack.enter_context(holding.held(target))
            except FileNotFoundError:  # somebody else has just replaced or deleted it
                continue
            aside = _named(target, kind)
            target.rename(aside)
            yield aside
            return
        yield None


def _named(target: Path, kind: str) -> Path:
    return target.parent / f".{target.name}.{kind}{secrets.token_hex(4)}"
