"""The card below the map: the places that were kept, a walk between them, and all of it to take along."""

from __future__ import annotations

import csv
import functools
import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError, ConfigError
from aemodels.figures import film
from aemodels.latent import paths
from pages.ui import cache, choice, pictures, places, state, theme, tray
from pages.ui.components.film_strip import Frame, film_strip, picked
from pages.ui.components.kept_tray import Item, acted, kept_tray
from pages.ui.components.latent_trail import latent_trail

STEPS: Final = (8, 64)


def kept_card(name: str) -> cache.Walk | None:
    """The tray of the model `name`; with two places in it, a walk between them, on the map and as a film strip."""
    codes = tray.kept(name)
    remark = f"{len(codes)} of at most {tray.MOST}" if codes else "click the map to keep a place"
    with theme.card("Kept", role="code", aside=remark, key="kept_card"):
        if codes or tray.can_undo(name):
            _tray(name, codes)
        walk = None
        if len(codes) > 1 and cache.draws_images(name):
            walk = _walk(name, codes)
        elif cache.draws_images(name):
            st.caption("Two kept places make a walk, from one image to another.")
        project = cache.map_plane(name).project
        latent_trail(
            key=state.LATENT_TRAIL.name,
            chart=state.LATENT_MAP.name,
            kept=places.pairs(project(np.asarray(codes, np.float32))) if codes else [],
            path=places.pairs(project(walk.codes)) if walk is not None else [],
            changes=places.pairs(project(walk.borders)) if walk is not None and walk.changes else [],
            label=f"{len(codes)} kept places" + (", and the walk between them" if walk is not None else ""),
        )
    tray.write_address(name)
    return walk


def _tray(name: str, codes: tray.Codes) -> None:
    current = choice.current(name).code
    items: list[Item] = [
        {
            "uri": "" if image is None else pictures.data_uri(image),
            "label": places.for_people(code),
            "name": tray.names(name).get(code, ""),
        }
        for code, image in zip(codes, _images(name, codes), strict=True)
    ]
    kept_tray(
        key=state.KEPT_TRAY.name,
        items=items,
        current=codes.index(current) if current in codes else None,
        undo=tray.can_undo(name),
        on_act=lambda: _act_on(lambda: act(name, acted(state.KEPT_TRAY.name))),
    )


def _walk(name: str, codes: tray.Codes) -> cache.Walk:
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
    film_strip(
        key=state.WALK_STRIP.name,
        frames=frames(name, walk),
        on_pick=lambda: _act_on(lambda: pick(name, walk, picked(state.WALK_STRIP.name))),
    )
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
    return walk


def _exports(name: str, codes: tray.Codes, walk: cache.Walk) -> None:
    title = f"{cache.title(name)}, a walk between {len(codes)} places"
    remark = f"{title}: {tray.to_text(codes)}"[: film.MOST_REMARK]
    files: dict[str, tuple[str, Any]] = {
        "The walk as GIF": ("walk.gif", lambda: film.gif(walk.images, remark=remark)),
        "The walk as PNG": ("walk.png", lambda: film.strip_png(walk.images, walk.codes, title=title)),
        "The places as PNG": ("kept.png", lambda: _places_png(name, codes)),
        "The places as CSV": ("kept.csv", lambda: as_csv(codes, tray.names(name))),
        "The places as JSON": ("kept.json", lambda: as_json(cache.title(name), codes, tray.names(name))),
    }
    for title, (file, made) in files.items():
        st.download_button(
            title, made, file_name=f"{cache.file_stem(name)}-{file}", key=f"take_{file}", on_click="ignore"
        )


def as_csv(codes: tray.Codes, called: Mapping[places.Code, str]) -> str:
    """The kept codes as a table: a row for each code, a column for its name and one for each of its numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", *(f"z{number + 1}" for number in range(len(codes[0])))])
    writer.writerows([called.get(code, ""), *code] for code in codes)
    return text.getvalue()


def as_json(model: str, codes: tray.Codes, called: Mapping[places.Code, str]) -> str:
    """The kept codes and their names with the name of their model."""
    names = [called.get(code, "") for code in codes]
    return json.dumps({"model": model, "z": [list(code) for code in codes], "names": names}, indent=1)


def _places_png(name: str, codes: tray.Codes) -> bytes:
    images = cache.answering(name).decode(np.asarray(codes, np.float32))
    return film.strip_png(images, codes, title=f"{cache.title(name)}, {len(codes)} kept places")


def _act_on(action: Callable[[], None]) -> None:
    """Do what the browser asks for; nonsense becomes a sentence. For a callback."""
    try:
        action()
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")


def frames(name: str, walk: cache.Walk) -> list[Frame]:
    """The walk's images, each with the class of the nearest test images, marked where that changes."""
    changed = {change.step for change in walk.changes}
    return [
        {
            "uri": pictures.data_uri(image),
            "label": f"Step {step + 1} of the walk, {places.for_people(code)}",
            "caption": cache.class_name(name, int(seen)),
            "changed": step in changed,
        }
        for step, (image, code, seen) in enumerate(zip(walk.images, walk.codes, walk.classes, strict=True))
    ]


def pick(name: str, walk: cache.Walk, claimed: Any) -> None:
    """Choose and keep the step of the walk that a browser claims was clicked; ConfigError for what is none."""
    step = places.position(claimed, len(walk.codes), "images in this walk")
    tray.choose(name, tuple(map(float, walk.codes[step])))


def act(name: str, claimed: Any) -> None:
    """Do what a browser claims was done: `{"what": …, "index": …, "name": …}`.

    ConfigError for anything that is not one of the actions on a place that is there.
    """
    what = claimed.get("what") if isinstance(claimed, dict) else None
    action = _ACTIONS.get(what) if isinstance(what, str) else None
    if action is None:
        raise ConfigError(f"The tray knows {', '.join(_ACTIONS)}. Reload the page and try again.")
    action(name, claimed)


def _go(name: str, claimed: dict[str, Any]) -> None:
    choice.choose(name, tray.kept(name)[_position(name, claimed)])


def _remove(name: str, claimed: dict[str, Any]) -> None:
    tray.remove(name, _position(name, claimed))


def _call(name: str, claimed: dict[str, Any]) -> None:
    tray.call(name, _position(name, claimed), claimed.get("name"))


def _position(name: str, claimed: dict[str, Any]) -> int:
    return places.position(claimed.get("index"), len(tray.kept(name)), "kept places")


_ACTIONS: Final[dict[str, Callable[[str, dict[str, Any]], None]]] = {
    "go": _go,
    "remove": _remove,
    "name": _call,
    "undo": lambda name, _: tray.undo(name),
    "clear": lambda name, _: tray.clear(name),
}


def _images(name: str, codes: tray.Codes) -> list[np.ndarray | None]:
    if not codes or not cache.draws_images(name):
        return [None] * len(codes)
    return list(cache.answering(name).decode(np.asarray(codes, np.float32)))
