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
WORD: Final = re.compile(rb"(?<![A-Za-z0-9_+/-])[A-Za-z0-9_-]{16,64}(?![A-Za-z0-9_+/-])")  # such as a secret
PIECE: Final = slice(
    120, 184
)  # of a picture's base64: behind its header, and not to be found elsewhere by chance


def soak() -> Sequence[str]:
    """All of them, on a server of their own."""
    with serving() as server:
        with server.explaining():
            said = overheard(server.address, SESSIONS, RESPONSES, SEED)
        assert not server.tracebacks(), f"the log has a traceback: {server.tracebacks()[0]}"
        return said


@dataclass
class Session:
    """One visitor, what is theirs, and every word, name and piece of a picture that they were sent."""

    visitor: Visitor
    mark: str
    chance: random.Random
    secrets: set[bytes] = field(default_factory=set)
    pieces: set[bytes] = field(default_factory=set)
    seen: set[bytes] = field(default_factory=set)
    responses: int = 0
    size: int = 0  # bytes that came
    begun: bool = False  # from then on pictures may come that others have, too, sooner or later

    def hear(self, data: bytes) -> None:
        """Take apart what came: whose it is can be said when all marks are known."""
        self.responses += 1
        self.size += len(data)
        self.seen.update(MARK.findall(data), WORD.findall(data), pieces(data))


def pieces(data: bytes) -> set[bytes]:
    """A piece of each picture in an answer."""
    return {found[PIECE] for found in PICTURE.findall(data) if len(found) >= PIECE.stop}


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
    return compared(everybody)


def compared(everybody: Sequence[Session]) -> list[str]:
    """What each was sent, beside what the others own."""
    owners: dict[bytes, set[int]] = {}
    for number, one in enumerate(everybody):
        assert one.mark.encode() in one.seen, "a session never saw its own mark"
        assert one.secrets, "a session has no secret that could be seen elsewhere"
        assert one.pieces, "a session has no picture that could be seen elsewhere"
        for thing in {one.mark.encode(), *one.secrets, *one.pieces}:
            owners.setdefault(thing, set()).add(number)
    for secret in {secret for one in everybody for secret in one.secrets}:
        assert len(owners[secret]) == 1, "two sessions have the same secret"
    # What several sessions have made of their own is everybody's: an icon, the picture of an empty pad.
    foreign = {thing: next(iter(who)) for thing, who in owners.items() if len(who) == 1}
    for number, one in enumerate(everybody):
        found = next((thing for thing in one.seen & foreign.keys() if foreign[thing] != number), None)
        assert found is None, f"session {number} was sent something of session {foreign[found]}: {found!r}"
        strangers = set(filter(MARK.fullmatch, one.seen)) - {one.mark.encode()}
        assert not strangers, f"session {number} was sent a name of another: {strangers}"
    total, size = sum(one.responses for one in everybody), sum(one.size for one in everybody)
    secrets = sum(len(one.secrets) for one in everybody)
    return [
        f"{len(everybody)} sessions, {total:,} responses, {size / 2**20:,.0f} MB: no foreign byte",
        f"{secrets:,} secrets, and {len(foreign) - secrets - len(everybody):,} pictures that one session alone has",
    ]


# --- what a session does -----------------------------------------------------------------------------------------


def _begin(one: Session) -> None:
    """Everything that gives it marks: a place with a name, a picture, a data set."""
    _walk(one)
    _bring_picture(one)
    _bring_data(one)
    one.begun = True


def _keep(one: Session, answer: Answer, *, own: bool = False) -> Answer:
    """Hear an answer; the secrets in it are this session's, and where they are `own`, the pictures, too."""
    assert not answer.exceptions(), answer.exceptions()
    data = answer.data()
    one.secrets.update(TOKEN.findall(data))
    if own and not one.begun:
        one.pieces |= pieces(data)
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
    settings = {"set": "epochs=1;hidden=8", "seed": str(one.chance.randrange(10_000))}
    page = one.visitor.open("train", recipe="default", data="digits", **settings)
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
