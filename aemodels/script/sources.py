"""Functions of ours as text, with all of their module that they need: a script cannot drift from what we do."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any

from aemodels.errors import ConfigError
from aemodels.script.paragraphs import paragraphs

PROVIDED = ("np", "tf", "keras")
"""Names that the head of a script imports."""


def sources(functions: Sequence[Callable[..., Any]]) -> tuple[list[str], str]:
    """The import lines that `functions` need beyond those of `PROVIDED`, and their text without annotations.

    Functions and constants of their modules that they use come along, in the order of the module. Raises
    ConfigError for a function that uses another module of ours: it could not be run elsewhere.
    """
    wanted: dict[str, list[str]] = {}
    for function in functions:
        wanted.setdefault(function.__module__, []).append(function.__name__)
    imports: dict[str, None] = {}
    texts = []
    for module, names in wanted.items():
        source = inspect.getsource(sys.modules[module])
        found, kept = _closure(ast.parse(source), names)
        imports.update(dict.fromkeys(found))
        texts += [_text(source, node) for node in kept]
    return list(imports), paragraphs(texts)


def _closure(tree: ast.Module, names: Sequence[str]) -> tuple[list[str], list[ast.stmt]]:
    """The imports and the statements of a module that `names` need, in its order."""
    defined = {name: node for node in tree.body for name in _names_of(node)}
    imports, kept, left = [], set(), list(names)
    while left:
        name = left.pop()
        node = defined.get(name)
        if node is None or node in kept or name in PROVIDED:
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("aemodels"):
                raise ConfigError(f"{name} is of this program, and a script does without it.")
            imports.append(ast.unparse(node))
            continue
        kept.add(node)
        left += _used(node)
    return imports, [node for node in tree.body if node in kept]


def _names_of(node: ast.stmt) -> list[str]:
    """What a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [
        part.id for target in targets if target for part in ast.walk(target) if isinstance(part, ast.Name)
    ]


def _used(node: ast.stmt) -> list[str]:
    """The names that a statement reads, those of annotations left out."""
    hints = {id(part) for hint in _hints(node) for part in ast.walk(hint)}
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and id(part) not in hints]


def _hints(node: ast.AST) -> list[ast.expr]:
    found = [part.annotation for part in ast.walk(node) if isinstance(part, ast.arg) and part.annotation]
    found += [part.returns for part in ast.walk(node) if isinstance(part, ast.FunctionDef) and part.returns]
    return found


def _text(source: str, node: ast.stmt) -> str:
    """The statement as it was written, without its annotations and without an import of TensorFlow of its own."""
    lines = source.encode().splitlines()  # an offset in a syntax tree counts bytes
    for hint in sorted(_hints(node), key=lambda part: (part.lineno, part.col_offset), reverse=True):
        if hint.lineno == hint.end_lineno:
            line = lines[hint.lineno - 1]
            before = line[: hint.col_offset].rstrip()
            before = before.removesuffix(b"->").removesuffix(b":").rstrip()
            after = line[hint.end_col_offset :]
            lines[hint.lineno - 1] = before + (b"=" + after[3:] if after.startswith(b" = ") else after)
    text = b"\n".join(lines[node.lineno - 1 : node.end_lineno]).decode()
    return text.replace("    import tensorflow as tf\n\n", "").replace("    import tensorflow as tf\n", "")
