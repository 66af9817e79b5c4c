"""Browser components (Components v2), a folder each: a Python wrapper, and .js, .html and .css of its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st


def assembled(wrapper: str, *shared: str) -> Any:
    """The component of the folder that the file `wrapper` lies in, to be mounted with `key` and `data`.

    `shared`: scripts of this folder that are put in front of the component's own, which can import none.
    """
    folder = Path(wrapper).parent
    texts = {
        kind: path.read_text(encoding="utf-8")
        for kind in ("html", "css", "js")
        if (path := folder / f"{folder.name}.{kind}").is_file()
    }
    scripts = [(folder.parent / name).read_text(encoding="utf-8") for name in shared]
    return st.components.v2.component(folder.name, **{**texts, "js": "".join([*scripts, texts["js"]])})


def sent(key: str, trigger: str) -> Any:
    """What the browser sent by this trigger, or holds in this state: unchecked; None if it sent nothing."""
    value = st.session_state.get(key)
    return None if value is None else value.get(trigger)
