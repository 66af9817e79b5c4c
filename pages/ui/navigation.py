"""The table of pages. A new page is one script in `pages/` and one line here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

ROOT: Final = Path(__file__).resolve().parents[2]  # the folder that holds app.py


@dataclass(frozen=True)
class PageRecord:
    """One page: its script, its address below the site's root ('' is the first page), title and section."""

    name: str
    url_path: str
    title: str
    section: str

    @property
    def script(self) -> Path:
        """Where the page's script lies, from the folder of app.py."""
        return ROOT / "pages" / f"{self.name}.py"


PAGES: Final[tuple[PageRecord, ...]] = (
    PageRecord("home", "", "Home", "Play"),
    PageRecord("reconstruct", "reconstruct", "Reconstruct", "Play"),
    PageRecord("denoise", "denoise", "Denoise", "Play"),
    PageRecord("compare", "compare", "Compare", "Play"),
    PageRecord("latent", "latent", "Latent space", "Play"),
    PageRecord("generate", "generate", "Generate", "Play"),
    PageRecord("learn", "learn", "What for", "Learn"),
    PageRecord("train", "train", "Train", "Build"),
    PageRecord("models", "models", "Models", "Build"),
)


def sections() -> dict[str, list[st.Page]]:
    """The pages as `st.navigation` wants them: the title of each section, and its pages in order."""
    table: dict[str, list[st.Page]] = {}
    for record in PAGES:
        if record.script.exists():
            entry = st.Page(
                record.script,
                title=record.title,
                url_path=record.url_path or None,
                default=record.url_path == "",
            )
            table.setdefault(record.section, []).append(entry)
    return table


def insist_on_app(*, no_sidebar: bool = False) -> None:
    """Begin this run anew, through app.py, if it does not pass through it.

    Until somebody has called `st.navigation`, Streamlit takes every script in a folder `pages` for a page of
    its own, so the first visitor of a fresh server who asks for /latent gets that script without app.py and
    its sidebar (and so does every run of an AppTest). `no_sidebar`: the page has found that this is so.
    """
    if PagesManager.uses_pages_directory or no_sidebar:
        PagesManager.uses_pages_directory = False
        st.rerun()


def link(name: str, label: str | None = None, **query: str) -> None:
    """A link to the page `name`, with `query` in its address; nothing if that page does not exist."""
    record = next(page for page in PAGES if page.name == name)
    if record.script.exists():
        st.page_link(record.script, label=label or record.title, query_params=query or None)
