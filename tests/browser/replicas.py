"""Two replicas of the app behind the shipped proxy, with one store: `compose.yaml` without containers."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests import prometheus
from tests.browser.conftest import ROOT, Server

SHIPPED = ROOT / "deploy" / "nginx.conf"
PATIENCE = 120  # seconds
NGINX_AT = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin"
ENVIRONMENT = {
    "AEMODELS_METRICS": "open",
    "AEMODELS_LOG": "json",
    "STREAMLIT_SERVER_COOKIE_SECRET": "of this test",
}


class Proxy:
    """nginx with the shipped configuration, in which only ports and the place of its files are others."""

    def __init__(self, folder: Path, replicas: list[Server]) -> None:
        self.port = _free_port()
        self.log = folder / "nginx.log"
        text = SHIPPED.read_text(encoding="utf-8")
        ours = {
            "listen 8080;": f"listen 127.0.0.1:{self.port};",
            "server app:8501 ": " ".join(
                f"server 127.0.0.1:{replica.url.rpartition(':')[2]} max_fails=2 fail_timeout=5s;"
                for replica in replicas
            )
            + " #",
            "pid /tmp/": f"pid {folder}/",
            "error_log /dev/stderr": f"error_log {self.log}",
        }
        for theirs, mine in ours.items():
            assert text.count(theirs) == 1, theirs
            text = text.replace(theirs, mine)
        for kind in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
            text = text.replace(f"/tmp/{kind};", f"{folder}/{kind};")
        assert "/tmp/" not in text.replace(str(folder), "")
        folder.chmod(0o755)
        self.configuration = folder / "nginx.conf"
        self.configuration.write_text(text, encoding="utf-8")
        nginx = str(shutil.which("nginx", path=NGINX_AT))
        command = [nginx, "-p", str(folder), "-c", str(self.configuration), "-e", str(self.log)]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        # Started as root it would give its work to a user who cannot look into the folders of the tests.
        directives = "daemon off;" + " user root;" * (os.geteuid() == 0)
        self.process = subprocess.Popen([*command, "-g", directives])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    def answer(
        self,
        path: str,
        *,
        method: str = "GET",
        length: int | None = None,
        address: str = "127.0.0.1",
        **headers: str,
    ) -> http.client.HTTPResponse:
        """What it says to a request; of a body only the `length` that is announced."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, PATIENCE, source_address=(address, 0))
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name, value)
        if length is not None:
            connection.putheader("Content-Length", str(length))
        connection.endheaders()
        answer = connection.getresponse()
        connection.close()
        return answer

    def new_visitor(self) -> str:
        """The cookie of somebody who opens the page for the first time."""
        (cookie,) = [
            value
            for value in self.answer("/").headers.get_all("Set-Cookie", [])
            if value.startswith("replica=")
        ]
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        return cookie.partition(";")[0]

    @contextmanager
    def visit(self, cookie: str) -> Iterator[ClientConnection]:
        """A websocket of that visitor."""
        with connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": cookie},
            open_timeout=PATIENCE,
            max_size=None,
        ) as websocket:
            yield websocket


def run_page(websocket: ClientConnection, query: str = "") -> str:
    """Open the page at an address; all that its run sent, as one text."""
    message = BackMsg()
    message.rerun_script.query_string = query
    websocket.send(message.SerializeToString())
    said = []
    while True:
        told = ForwardMsg()
        told.ParseFromString(websocket.recv(timeout=PATIENCE))  # type: ignore[arg-type]
        said.append(str(told))
        if told.WhichOneof("type") == "script_finished":
            assert told.script_finished == ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
            return "\n".join(said)


def sessions(replica: Server) -> int:
    """How many visitors a replica says that it has."""
    with urllib.request.urlopen(f"{replica.url}/metrics", timeout=PATIENCE) as answer:
        return int(prometheus.read(answer.read().decode())["aemodels_sessions"][()])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
