"""Names that strangers chose: of files, of members of an archive, of classes. Said again only when plain."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from aemodels.data.own.limits import LONGEST_CLASS, refused
from aemodels.errors import DatasetError

LONGEST_SPOKEN: Final = 60
LONGEST_MEMBER: Final = 300
_BESIDE_LETTERS: Final = frozenset(" -_.+/,'()")


def spoken(name: str) -> str:
    """A name as it may stand in a sentence: printable, of at most 60 characters, in quotation marks."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in name[: LONGEST_SPOKEN + 1])
    return f"“{plain}”" if len(name) <= LONGEST_SPOKEN else f"“{plain[:LONGEST_SPOKEN]}…”"


def class_name(raw: str) -> str:
    """The name of a class, tidied. Raises DatasetError for one that is empty, long, or has signs of a language.

    Names stand in figures, tables and sentences of every page, some of which read HTML or Markdown: so a name has
    letters, digits and a few harmless signs only.
    """
    name = unicodedata.normalize("NFC", raw).strip()
    if not name:
        raise refused("A class has an empty name.", "Give every folder or label a name.")
    if len(name) > LONGEST_CLASS:
        raise refused(
            f"The class name {spoken(name)} is longer than {LONGEST_CLASS} characters.", "Shorten it."
        )
    bad = next((sign for sign in name if not (sign.isalnum() or sign in _BESIDE_LETTERS)), None)
    if bad is not None:
        raise refused(
            f"The class name {spoken(name)} holds a sign that is not allowed "
            f"({unicodedata.name(bad, 'a control character').lower()}).",
            "Use letters, digits, spaces and - _ . + / , ' ( ) only.",
        )
    return name


def title(file_name: str) -> str:
    """What to call a data set that came as a file of this name: its stem, made plain."""
    stem = re.split(r"[/\\]", file_name)[-1]
    stem = re.sub(r"(\.(csv|npz|zip|gz|idx|ubyte))+$", "", stem, flags=re.IGNORECASE)
    plain = "".join(sign if sign.isalnum() or sign in " -_." else " " for sign in stem)
    return " ".join(plain.split())[:30] or "My own data"


def check_member(name: str) -> None:
    """Raises DatasetError for a name that would leave a folder, hides something, or is none at all."""
    reason = _member_problem(name)
    if reason:
        raise DatasetError(
            f"The archive holds a member whose name {reason}: {spoken(name)}. Pack the files again, "
            "with plain names."
        )


def _member_problem(name: str) -> str:
    if not name or len(name) > LONGEST_MEMBER:
        return "is empty" if not name else f"is longer than {LONGEST_MEMBER} characters"
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in name):
        return "holds control characters"
    if "\\" in name:
        return "holds a backslash"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "is an absolute path"
    parts = name.rstrip("/").split("/")
    if ".." in parts:
        return "leads out of the archive"
    if any(not part.strip() or part == "." for part in parts):
        return "has an empty part"
    return ""
