"""The log of a server as lines of JSON, one object a line, that say nothing of a visitor.

A line has the sentence as it stands in the program, never the values that were put into it: those may be names of
files, tokens, or what somebody typed. What may be said beside it stands in fields of its own, listed in `FIELDS`.
Of an exception its kind and the places in the program are told, not its words.
"""

from __future__ import annotations

import datetime
import json
import logging
import traceback
from pathlib import Path
from typing import Any, Final

FIELDS: Final = ("event", "job", "before", "state", "recipe", "dataset", "epochs", "reason")
"""What a line may say, where the program gives it as `extra`."""
LONGEST: Final = 300  # characters of a sentence
PLACES: Final = 12  # of an exception, the innermost


class JsonLines(logging.Formatter):
    """A record as a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        when = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        said: dict[str, Any] = {
            "time": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.msg[:LONGEST].strip()
            if isinstance(record.msg, str)
            else type(record.msg).__name__,
        }
        said |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            said["exception"] = type(error).__name__
            said["at"] = [
                f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)[-PLACES:]
            ]
        return json.dumps(said)


def handler() -> logging.Handler:
    """What writes such lines to stderr."""
    found = logging.StreamHandler()
    found.setFormatter(JsonLines())
    return found
