"""Downloads, from a small server on this machine that behaves well or badly."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aemodels import holding
from aemodels.data import download
from aemodels.data.download import RemoteFile, fetch, keras_cache
from aemodels.errors import DatasetError

BODY = bytes(range(256)) * 1000  # several chunks


class Server:
    """Serves BODY under any address but a few; `release` lets go of an answer that hangs."""

    def __init__(self) -> None:
        release = self.release = threading.Event()
        headers_seen = self.headers_seen = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers_seen.append(dict(self.headers))
                if self.path == "/missing":
                    self.send_error(404)
                    return
                if self.path == "/silent":
                    release.wait(60)
                    return
                self.send_response(200)
                if self.path != "/endless":
                    self.send_header("Content-Length", str(len(BODY)))
                self.end_headers()
                if self.path == "/stalls":
                    self.wfile.write(BODY[:1000])
                    self.wfile.flush()
                    release.wait(60)
                elif self.path == "/trickles":
                    for byte in BODY:
                        if release.wait(0.02):
                            return
                        try:
                            self.wfile.write(bytes([byte]))
                            self.wfile.flush()
                        except OSError:
                            return
                elif self.path == "/one-bit":
                    self.wfile.write(BODY[:5000] + bytes([BODY[5000] ^ 4]) + BODY[5001:])
                elif self.path == "/breaks":
                    self.wfile.write(BODY[:1000])
                elif self.path == "/endless":
                    while not release.is_set():
                        try:
                            self.wfile.write(BODY)
                        except OSError:
                            return
                else:
                    self.wfile.write(BODY)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def file(self, name: str, **changes: object) -> RemoteFile:
        known = {"size": len(BODY), "algorithm": "sha256", "checksum": hashlib.sha256(BODY).hexdigest()}
        return RemoteFile(f"{self.address}/{name}", **{**known, **changes})

    def close(self) -> None:
        self.release.set()
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Server()
    yield server
    server.close()


def test_a_file_arrives_whole_under_its_name(server, tmp_path):
    path = fetch(server.file("data.bin"), tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "data.bin"
    assert path.read_bytes() == BODY
    assert list(path.parent.iterdir()) == [path]


def test_md5_is_understood_as_well(server, tmp_path):
    remote = server.file("data.bin", algorithm="md5", checksum=hashlib.md5(BODY).hexdigest())
    assert fetch(remote, tmp_path).read_bytes() == BODY


def test_progress_is_told_in_the_asking_thread_up_to_the_end(server, tmp_path):
    calls = []
    fetch(server.file("data.bin"), tmp_path, lambda *call: calls.append((*call, threading.current_thread())))
    done = [call[0] for call in calls]
    assert len(done) > 1
    assert done == sorted(done)
    assert calls[-1] == (len(BODY), len(BODY), threading.current_thread())


def test_the_server_is_asked_not_to_repack(server, tmp_path):
    fetch(server.file("data.bin"), tmp_path)
    assert server.headers_seen[0]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("name", ["missing", "breaks"])
def test_what_the_server_does_not_give_is_a_sentence(server, tmp_path, name):
    with pytest.raises(DatasetError, match=r"127\.0\.0\.1 cannot be reached or does not have"):
        fetch(server.file(name), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["silent", "stalls"])
def test_a_silent_server_is_given_up(server, tmp_path, name, monkeypatch):
    monkeypatch.setattr(download, "SILENCE_SECONDS", 0.3)
    with pytest.raises(DatasetError, match=r"127\.0\.0\.1 does not answer"):
        fetch(server.file(name), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_a_sentence(server, tmp_path):
    remote = server.file("data.bin")
    server.http.server_close()
    with pytest.raises(DatasetError, match="cannot be reached"):
        fetch(remote, tmp_path)


def test_time_limits_leave_room_for_an_answer_within_ten_seconds():
    assert download.CONNECT_SECONDS <= download.SILENCE_SECONDS < 10


@pytest.mark.parametrize(
    "changes",
    [{"checksum": "0" * 64}, {"size": len(BODY) + 1}, {"size": len(BODY) - 1}],
    ids=["checksum", "too short", "too long"],
)
def test_another_file_than_the_published_one_is_not_kept(server, tmp_path, changes):
    with pytest.raises(DatasetError, match="not the published file"):
        fetch(server.file("data.bin", **changes), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_one_wrong_bit_is_refused_and_the_next_try_brings_it_right(server, tmp_path):
    with pytest.raises(DatasetError, match="not the published file"):
        fetch(server.file("one-bit"), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert fetch(server.file("data.bin"), tmp_path).read_bytes() == BODY


def test_a_server_that_is_never_silent_but_too_slow_is_given_up(server, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "CHUNK_BYTES", 1)
    monkeypatch.setattr(download, "HEAD_START_SECONDS", 0.1)
    with pytest.raises(DatasetError, match=r"127\.0\.0\.1 sends trickles too slowly"):
        fetch(server.file("trickles"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_parts_of_a_killed_download_are_swept_by_the_next_one_and_those_of_another_stay(server, tmp_path):
    left, other = tmp_path / ".data.bin.0123abcd.part", tmp_path / ".data.bin.89abcdef.part"
    left.write_bytes(BODY[:100])
    other.write_bytes(BODY[:100])
    with holding.held(other):
        path = fetch(server.file("data.bin"), tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([path, other])


def test_an_endless_answer_is_cut_off(server, tmp_path):
    with pytest.raises(DatasetError, match="not the published file"):
        fetch(server.file("endless"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_stays_when_the_download_fails(server, tmp_path):
    (tmp_path / "data.bin").write_bytes(b"older")
    with pytest.raises(DatasetError):
        fetch(server.file("data.bin", checksum="0" * 64), tmp_path)
    assert (tmp_path / "data.bin").read_bytes() == b"older"


def test_whoever_stops_in_the_middle_leaves_nothing_behind(server, tmp_path):
    def stop(_done: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(server.file("data.bin"), tmp_path, stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(server, tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(DatasetError, match=r"cannot be kept in .*taken.*KERAS_HOME"):
        fetch(server.file("data.bin"), tmp_path / "taken")


def test_the_cache_is_where_keras_has_it(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert keras_cache() == tmp_path / "datasets"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert keras_cache() == tmp_path / ".keras" / "datasets"
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    assert keras_cache().parts[-2:] == (".keras", "datasets")
    assert Path(keras_cache()).parts[:-2] != (tmp_path / "nowhere").parts
