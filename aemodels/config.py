"""Configurations: frozen dataclasses that check themselves and travel as JSON.

A field is declared with `setting(...)`, which keeps beside the default everything that a form, a command line
or an error sentence needs: a label, a help text, the allowed range or the allowed options. There is one
declaration and many readers.
"""

from __future__ import annotations

import dataclasses
import sys
import types
import typing
from collections.abc import Mapping
from typing import Any, Self

from aemodels.errors import ConfigError


def setting(
    default: Any,
    *,
    label: str,
    help: str,
    low: float | None = None,
    high: float | None = None,
    options: tuple[str, ...] | None = None,
    most: int | None = None,
) -> Any:
    """A dataclass field with what its readers need.

    `low` and `high` bound a number, or every member of a tuple of numbers; `most` is the greatest length of
    such a tuple; `options` are the allowed texts.
    """
    metadata = {"label": label, "help": help, "low": low, "high": high, "options": options, "most": most}
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    """Base of every configuration: validated when made, `to_json` and `from_json` are inverse to each other."""

    def __post_init__(self) -> None:
        hints = typing.get_type_hints(type(self))
        for field in dataclasses.fields(self):
            value = _checked(field, hints[field.name], getattr(self, field.name))
            object.__setattr__(self, field.name, value)
        self.check()

    def check(self) -> None:
        """Rules between several settings; raises `ConfigError`. Subclasses extend it."""

    def replace(self, **changes: Any) -> Self:
        """A copy with some settings changed, validated again."""
        unknown = set(changes) - {field.name for field in dataclasses.fields(self)}
        if unknown:
            raise ConfigError(_unknown(unknown, type(self)))
        return dataclasses.replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """The settings as a dictionary of plain JSON values (tuples become lists)."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The configuration that `to_json` wrote; unknown names and wrong types raise `ConfigError`."""
        unknown = set(values) - {field.name for field in dataclasses.fields(cls)}
        if unknown:
            raise ConfigError(_unknown(unknown, cls))
        return cls(**values)


def parse(field_type: Any, text: str) -> Any:
    """A setting's value from the command line's text: `0.5`, `512,256`, `true`, `none`, `gaussian`."""
    allowed = allowed_types(field_type)
    lowered = text.strip().lower()
    if type(None) in allowed and lowered in {"none", ""}:
        return None
    if bool in allowed:
        if lowered in {"true", "yes", "1", "on"}:
            return True
        if lowered in {"false", "no", "0", "off"}:
            return False
        raise ConfigError(f"Expected true or false. Received: {text!r}.")
    for kind in allowed:
        if typing.get_origin(kind) is tuple:
            member = typing.get_args(kind)[0]
            return tuple(parse(member, part) for part in text.split(",") if part.strip())
    for kind in (int, float):
        if kind in allowed:
            try:
                return kind(text)
            except ValueError:
                continue
    if int in allowed or float in allowed:
        raise ConfigError(f"Expected a number. Received: {text!r}.")
    return text


def _unknown(names: set[str], owner: type[Config]) -> str:
    known = ", ".join(field.name for field in dataclasses.fields(owner))
    return f"Unknown setting {', '.join(map(repr, sorted(map(str, names))))}. The settings are: {known}."


def _plain(value: Any) -> Any:
    return [_plain(member) for member in value] if isinstance(value, tuple) else value


def allowed_types(hint: Any) -> tuple[Any, ...]:
    """The members of a union, or the type alone: what a setting may be."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return typing.get_args(hint)
    return (hint,)


def is_finite_number(value: Any) -> bool:
    """Whether a value from outside is an int or float that a float can hold: no NaN, no 400 digits, no bool."""
    ordinary = isinstance(value, int | float) and not isinstance(value, bool)
    return ordinary and -sys.float_info.max <= value <= sys.float_info.max


def _checked(field: dataclasses.Field[Any], hint: Any, value: Any) -> Any:
    allowed = allowed_types(hint)
    if value is None and type(None) in allowed:
        return None
    for kind in allowed:
        if typing.get_origin(kind) is tuple:
            return _checked_tuple(field, typing.get_args(kind)[0], value)
        if kind is bool and isinstance(value, bool):
            return value
        if kind in (int, float) and isinstance(value, int | float) and not isinstance(value, bool):
            return _checked_number(field, kind, value)
        if kind is str and isinstance(value, str):
            return _checked_text(field, value)
    names = " or ".join(getattr(kind, "__name__", str(kind)) for kind in allowed)
    raise ConfigError(f"Invalid value received for `{field.name}`. Expected {names}. Received: {value!r}.")


def _checked_tuple(field: dataclasses.Field[Any], member: Any, value: Any) -> tuple[Any, ...]:
    most = field.metadata.get("most")
    if not isinstance(value, tuple | list) or (most is not None and len(value) > most):
        limit = f"at most {most} values" if most is not None else "several values"
        raise ConfigError(
            f"Invalid value received for `{field.name}`. Expected a list of {limit}. Received: {value!r:.80}."
        )
    if member is str:
        return tuple(_checked_text(field, part) for part in value)
    return tuple(_checked_number(field, member, part) for part in value)


def _checked_number(field: dataclasses.Field[Any], kind: type, value: Any) -> Any:
    low, high = field.metadata.get("low"), field.metadata.get("high")
    good = is_finite_number(value)
    if good and kind is int and value != int(value):
        good = False
    if not good or (low is not None and value < low) or (high is not None and value > high):
        what = "a whole number" if kind is int else "a number"
        between = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
        raise ConfigError(
            f"Invalid value received for `{field.name}`. Expected {what}{between}. Received: {value!r:.80}."
        )
    return kind(value)


def _checked_text(field: dataclasses.Field[Any], value: Any) -> str:
    options = field.metadata.get("options")
    if not isinstance(value, str) or (options is not None and value not in options):
        expected = "one of " + ", ".join(options) if options is not None else "a text"
        raise ConfigError(
            f"Invalid value received for `{field.name}`. Expected {expected}. Received: {value!r:.80}."
        )
    return value
