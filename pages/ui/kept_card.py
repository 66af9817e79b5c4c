"""The card below the map: the places that were kept, a walk between them, and all of it to take along."""

from __future__ import annotations

import csv
import functools
import io
import json
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError, ConfigError
from aemodels.figures import film
from aemodels.latent import paths
from pages.ui import cache, choice, pictures, places, state, theme, tray
from pages.ui.components.kept_tray import Item, acted, kept_tray
from pages.ui.components.latent_trail import latent_trail

STEPS: Final = (8, 64)
SCALE: Final = 2


def kept_card(name: str) -> None:
    """The tray of the model `name`; with two places in it, a walk between them, on the map and as a film strip."""
    codes = tray.kept(name)
    remark = f"{len(codes)} of at most {tray.MOST}" if codes else "click the map to keep a place"
    with theme.card("Kept", role="code", aside=remark, key="kept_card"):
        if codes or tray.can_undo(name):
            _tray(name, codes)
        walk = np.zeros((0, cache.codes(name).z.shape[1]), np.float32)
        if len(codes) > 1 and cache.draws_images(name):
            walk = _walk(name, codes)
        elif cache.draws_images(name):
            st.caption("Two kept places make a walk, from one image to another.")
        project = cache.map_plane(name).project
        latent_trail(
            key=state.LATENT_TRAIL.name,
            chart=state.LATENT_MAP.name,
            kept=_pairs(project(np.asarray(codes, np.float32))) if codes else [],
            path=_pairs(project(walk)) if len(walk) else [],
            label=f"{len(codes)} kept places" + (", and the walk between them" if len(walk) else ""),
        )
    tray.write_address(name)


def _tray(name: str, codes: tray.Codes) -> None:
    current = choice.current(name).code
    items: list[Item] = [
        {"uri": "" if image is None else pictures.data_uri(image), "label": places.for_people(code)}
        for code, image in zip(codes, _images(name, codes), strict=True)
    ]
    kept_tray(
        key=state.KEPT_TRAY.name,
        items=items,
        current=codes.index(current) if current in codes else None,
        undo=tray.can_undo(name),
        on_act=functools.partial(_act, name),
    )


def _walk(name: str, codes: tray.Codes) -> np.ndarray:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = st.segmented_control(
            "Walk between them",
            list(paths.KINDS),
            key=state.WALK_KIND.name,
            default="straight",
            required=True,
            format_func=lambda kind: paths.KINDS[kind].title,
            help="  \n".join(f"**{kind.title}**: {kind.help}" for kind in paths.KINDS.values()),
        )
        steps = st.slider("Images", *STEPS, 16, key=state.WALK_STEPS.name, width=160)
        exports = st.container(width="content")
    walk = cache.walk(name, codes, kind, int(steps))
    alts = [
        f"Step {number} of the walk, {places.for_people(code)}" for number, code in enumerate(walk.codes, 1)
    ]
    pictures.strip(list(walk.images), alts=alts, scale=SCALE, key="walk_strip")
    label = functools.partial(cache.class_name, name)
    said = [
        f"image {change.step + 1}: {label(change.before)} → {label(change.after)}" for change in walk.changes
    ]
    nearest = (
        "The nearest test images change their class at " + ", ".join(said)
        if said
        else "The nearest test images are of one class all the way"
    )
    st.caption(theme.escaped(f"{nearest}."))
    with exports, st.popover("Take it along", icon=":material/download:", width="content"):
        _exports(name, codes, walk)
    return walk.codes


def _exports(name: str, codes: tray.Codes, walk: cache.Walk) -> None:
    title = f"{cache.title(name)}, a walk between {len(codes)} places"
    remark = f"{title}: {tray.to_text(codes)}"[: film.MOST_REMARK]
    files: dict[str, tuple[str, Any]] = {
        "The walk as GIF": ("walk.gif", lambda: film.gif(walk.images, remark=remark)),
        "The walk as PNG": ("walk.png", lambda: film.strip_png(walk.images, walk.codes, title=title)),
        "The places as CSV": ("kept.csv", lambda: as_csv(codes)),
        "The places as JSON": ("kept.json", lambda: as_json(cache.title(name), codes)),
    }
    for title, (file, made) in files.items():
        st.download_button(
            title, made, file_name=f"{cache.file_stem(name)}-{file}", key=f"take_{file}", on_click="ignore"
        )


def as_csv(codes: tray.Codes) -> str:
    """The kept codes as a table: a column for each number, a row for each code."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([f"z{number + 1}" for number in range(len(codes[0]))])
    writer.writerows(codes)
    return text.getvalue()


def as_json(name: str, codes: tray.Codes) -> str:
    """The kept codes with the name of their model."""
    return json.dumps({"model": name, "z": [list(code) for code in codes]}, indent=1)


def _act(name: str) -> None:
    """What was done in the tray, as the browser claims it. A callback."""
    try:
        act(name, acted(state.KEPT_TRAY.name))
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")


def act(name: str, claimed: Any) -> None:
    """Do what a browser claims was clicked: `{"what": …, "index": …}`.

    ConfigError for anything that is not one of the four actions on a place that is there.
    """
    what = claimed.get("what") if isinstance(claimed, dict) else None
    action = _ACTIONS.get(what) if isinstance(what, str) else None
    if action is None:
        raise ConfigError(f"The tray knows {', '.join(_ACTIONS)}. Reload the page and try again.")
    action(name, claimed.get("index"))


def _go(name: str, claimed: Any) -> None:
    codes = tray.kept(name)
    choice.choose(name, codes[tray.position(claimed, len(codes))])


def _remove(name: str, claimed: Any) -> None:
    tray.remove(name, tray.position(claimed, len(tray.kept(name))))


_ACTIONS: Final[dict[str, Callable[[str, Any], None]]] = {
    "go": _go,
    "remove": _remove,
    "undo": lambda name, _: tray.undo(name),
    "clear": lambda name, _: tray.clear(name),
}


def _images(name: str, codes: tray.Codes) -> list[np.ndarray | None]:
    if not codes or not cache.draws_images(name):
        return [None] * len(codes)
    return list(cache.answering(name).decode(np.asarray(codes, np.float32)))


def _pairs(places: np.ndarray) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in places]
