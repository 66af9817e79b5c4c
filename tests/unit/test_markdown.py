"""What somebody else wrote is never read as markdown: sentences that repeat it pass through `theme.escaped`."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = {"error", "warning", "info", "success", "toast"}
FILES = sorted(path for path in (ROOT / "pages").rglob("*.py"))


def raw_sentences(tree):
    """Lines on which the sentence of an error, or a remembered problem, is shown as it stands."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        shown = node.args[0]
        of_error = isinstance(shown, ast.Call) and isinstance(shown.func, ast.Name) and shown.func.id == "str"
        remembered = isinstance(shown, ast.Name) and shown.id == "problem"
        kept = isinstance(shown, ast.Attribute) and shown.attr == "error"
        if node.func.attr in SHOWN and (of_error or remembered or kept):
            yield node.lineno


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_of_an_error_is_shown_as_markdown(path):
    assert list(raw_sentences(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_the_rule_sees_what_it_is_for():
    for text in ("st.error(str(error))", "st.toast(problem, icon='x')", "st.error(job.error)"):
        assert list(raw_sentences(ast.parse(text))) == [1]
    assert list(raw_sentences(ast.parse("st.error(theme.escaped(problem))"))) == []
