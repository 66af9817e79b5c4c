"""Every cache of the program has a bound: read from the sources, so that none is forgotten."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def caches():
    """Where, the decorator, and the function, of everything that is decorated with a cache."""
    for folder in ("aemodels", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for decorator in getattr(node, "decorator_list", ()):
                    call = decorator if isinstance(decorator, ast.Call) else None
                    name = ast.unparse(call.func if call else decorator)
                    if "cache" in name.split(".")[-1] and name != "cached_property":
                        yield f"{path.relative_to(ROOT)}:{node.name}", name, call, node


def number_of(call, keyword):
    found = [word.value for word in (call.keywords if call else ()) if word.arg == keyword]
    return found[0].value if found and isinstance(found[0], ast.Constant) else None


FOUND = list(caches())


def test_there_are_caches_to_look_at():
    assert len(FOUND) > 50
    assert {name for _, name, _, _ in FOUND} >= {"st.cache_resource", "functools.lru_cache"}


@pytest.mark.parametrize(("where", "name", "call", "function"), FOUND, ids=[each[0] for each in FOUND])
def test_a_cache_has_a_bound(where, name, call, function):
    arguments = [argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)]
    keys = [argument for argument in arguments if not argument.startswith("_") and argument != "self"]
    if not keys:
        return  # one entry
    bound = number_of(call, "max_entries" if name.startswith("st.") else "maxsize")
    assert isinstance(bound, int), f"{where} may grow for ever"
    assert 1 <= bound <= 128
