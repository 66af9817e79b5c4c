"""Many sessions at once, each with marks of its own: no answer to one holds a mark of another.

A mark is a word that only this session has typed (the name of a kept place, of a picture, of a data set and of its
classes), a secret that only its browser was given (of what follows its hand, of its training), or a piece of a
picture that was made of its own drawing. Sessions are served by several threads, so that answers overlap.
"""

from __future__ import annotations

import base64
import io
import json
import random
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import requests
from PIL import Image, ImageDraw

from tests.soak.serving import serving
from tests.soak.visitor import PATIENCE, Answer, Visitor
from tests.unit.data.own import samples

SESSIONS: Final = 50
RESPONSES: Final = 10_000
THREADS: Final = 5
SEED: Final = 13
MARK: Final = re.compile(rb"zq[0-9a-f]{12}")
PICTURE: Final = re.compile(rb"data:image/png;base64,([A-Za-z0-9+/]{200,})")
TOKEN: Final = re.compile(rb'"follower": ?"([A-Za-z0-9_-]{16,})"')
PIECE: Final = slice(
    120, 184
)  # of a picture's base64: behind its header, and not to be found elsewhere by chance
COMMON: Final = 3  # sessions that have the same piece: then it is of everybody's pictures


def soak() -> Sequence[str]:
    """All of them, on a server of their own."""
    with serving() as server:
        said = overheard(server.address, SESSIONS, RESPONSES, SEED)
        assert not server.tracebacks(), f"the log has a traceback: {server.tracebacks()[0]}"
        return said


@dataclass
class Session:
    """One visitor, what is theirs, and all that it was answered."""

    visitor: Visitor
    mark: str
    chance: random.Random
    secrets: set[bytes] = field(default_factory=set)
    pieces: set[bytes] = field(default_factory=set)
    responses: int = 0
    heard: list[bytes] = field(default_factory=list)

    def hear(self, data: bytes) -> None:
        """Keep what came: whose marks are in it is looked at when all marks are known."""
        self.responses += 1
        self.heard.append(data)


def overheard(address: str, sessions: int, responses: int, seed: int) -> list[str]:
    """Have them work; raises AssertionError where one is answered with something of another."""
    chance = random.Random(seed)
    everybody = [
        Session(Visitor(address), f"zq{chance.getrandbits(48):012x}", random.Random(chance.random()))
        for _ in range(sessions)
    ]
    failures: list[BaseException] = []

    def serve(mine: Sequence[Session]) -> None:
        try:
            for one in mine:
                one.visitor.connect()
                _begin(one)
            while sum(one.responses for one in mine) < responses * len(mine) / sessions:
                one = mine[0].chance.choice(mine)
                one.chance.choice(DEEDS)(one)
        except BaseException as error:
            failures.append(error)

    shares = [everybody[number::THREADS] for number in range(THREADS) if everybody[number::THREADS]]
    threads = [threading.Thread(target=serve, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in everybody:
        one.visitor.leave()
    if failures:
        raise failures[0]
    return _compared(everybody)


def _compared(everybody: Sequence[Session]) -> list[str]:
    """What each was answered, beside what the others own."""
    owners: dict[bytes, list[int]] = {}
    for number, one in enumerate(everybody):
        for piece in one.secrets | one.pieces:
            owners.setdefault(piece, []).append(number)
    secrets = {secret for one in everybody for secret in one.secrets}
    for secret in secrets:
        assert len(owners[secret]) == 1, "two sessions have the same secret"
    foreign = {piece: who[0] for piece, who in owners.items() if len(who) == 1}
    looked_at = 0
    for number, one in enumerate(everybody):
        assert any(one.mark.encode() in data for data in one.heard), "a session never saw its own mark"
        others = [piece for piece, who in foreign.items() if who != number]
        for data in one.heard:
            looked_at += len(data)
            strangers = set(MARK.findall(data)) - {one.mark.encode()}
            assert not strangers, f"session {number} was sent a name of another: {strangers}"
            found = next((piece for piece in others if piece in data), None)
            assert found is None, (
                f"session {number} was sent something of session {foreign[found]}: {found!r}"
            )
    assert all(one.secrets for one in everybody), "a session has no secret that could be seen elsewhere"
    total = sum(one.responses for one in everybody)
    return [
        f"{len(everybody)} sessions, {total:,} responses, {looked_at / 2**20:,.0f} MB: no foreign byte",
        f"{len(everybody)} names, {len(secrets):,} secrets, {len(foreign) - len(secrets):,} pictures of one's own",
    ]


# --- what a session does -----------------------------------------------------------------------------------------


def _begin(one: Session) -> None:
    """Everything that gives it marks: a place with a name, a picture, a data set."""
    _walk(one)
    _bring_picture(one)
    _bring_data(one)


def _keep(one: Session, answer: Answer, *, own: bool = False) -> Answer:
    """Hear an answer; the secrets in it are this session's, and where they are `own`, the pictures, too."""
    assert not answer.exceptions(), answer.exceptions()
    data = answer.data()
    one.secrets.update(TOKEN.findall(data))
    if own:
        one.pieces.update(picture[PIECE] for picture in PICTURE.findall(data) if len(picture[PIECE]) == 64)
    one.hear(data)
    return answer


def _walk(one: Session) -> None:
    """The map, with a kept place that has a name."""
    x, y = one.chance.uniform(-1.5, 1.5), one.chance.uniform(-1.5, 1.5)
    _keep(one, one.visitor.open("latent", kept=f"{x:.3f},{y:.3f}~{one.mark}", z=f"{x:.3f},{y:.3f}"))


def _picture(one: Session) -> bytes:
    """A digit of strokes that nobody else draws."""
    canvas = Image.new("L", (100, 100), 255)
    pen = ImageDraw.Draw(canvas)
    corners = [(one.chance.randrange(15, 85), one.chance.randrange(15, 85)) for _ in range(5)]
    pen.line(corners, 0, 7)
    file = io.BytesIO()
    canvas.save(file, "PNG")
    return file.getvalue()


def _bring_picture(one: Session) -> None:
    """Drop a picture with a name on the page; what is shown then is made of it."""
    answer = _keep(one, one.visitor.open("reconstruct"))
    (field_,) = [widget for widget in answer.widgets() if widget.key == "picture_drop"]
    uri = "data:image/png;base64," + base64.b64encode(_picture(one)).decode()
    value = json.dumps([{"event": "picture", "value": {"name": f"{one.mark}.png", "uri": uri}}])
    message = one.visitor.rerun()
    state = message.rerun_script.widget_states.widgets.add()
    state.id = f"$$STREAMLIT_INTERNAL_KEY_{field_.identity}__events"
    state.json_trigger_value = value
    message.rerun_script.fragment_id = field_.fragment
    _keep(one, one.visitor.tell(message))
    _keep(one, one.visitor.open("reconstruct"), own=True)


def _bring_data(one: Session) -> None:
    """Bring a data set, whose title and classes are marks."""
    answer = _keep(one, one.visitor.open("train", data="own"))
    (field_,) = [widget for widget in answer.widgets() if widget.key == "own_upload"]
    values = samples.images(20, seed=one.chance.getrandbits(32))
    labels = np.asarray([f"{one.mark} a", f"{one.mark} b"])[np.arange(20) % 2]
    data = samples.npz(images=values, labels=labels).data
    _keep(one, one.visitor.upload(field_, f"{one.mark}.npz", data), own=True)


def _look_around(one: Session) -> None:
    """Any page, as it is."""
    _keep(one, one.visitor.open(one.chance.choice(("", "reconstruct", "denoise", "compare", "generate"))))


def _follow(one: Session) -> None:
    """What follows the hand: one's own is answered, somebody else's cannot be guessed."""
    if not one.secrets:
        return
    secret = one.chance.choice(sorted(one.secrets)).decode()
    answer = requests.post(f"{one.visitor.address}/live/{secret}", data=b"x", timeout=PATIENCE)
    assert answer.status_code < 500
    one.hear(answer.content)


def _train(one: Session) -> None:
    """Ask for a training; the queue may be full. Its token is a secret, in the address of the answers."""
    page = one.visitor.open("train", recipe="default", data="digits", set="epochs=1;hidden=8")
    answer = _keep(one, page)
    started = [widget for widget in answer.widgets() if widget.key == "train_start"]
    if not started:
        return
    found = _keep(one, one.visitor.set(started[0], trigger_value=True))
    for message in found.messages:
        if message.WhichOneof("type") == "page_info_changed":
            one.secrets.update(
                token.encode()
                for token in re.findall(r"run=([\w-]{8,})", message.page_info_changed.query_string)
            )


Deed = Callable[[Session], Any]
DEEDS: Final[Sequence[Deed]] = (
    *(_look_around,) * 6, *(_follow,) * 4, *(_walk,) * 2, *(_bring_picture,) * 2, _bring_data, _train,
)  # fmt: skip
