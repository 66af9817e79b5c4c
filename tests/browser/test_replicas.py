"""Two replicas behind the proxy that is shipped, with one store, as on a public address."""

import json
import shutil
import urllib.request

import pytest
from playwright.sync_api import expect

from aemodels.store import export
from tests.browser.conftest import PATIENCE, Server
from tests.browser.looking import quiet
from tests.browser.replicas import ENVIRONMENT, NGINX_AT, Proxy, run_page, sessions

MOST_VISITORS = 64  # among whom both replicas are met: all at one has the odds of 1 to 2^63
HIDDEN = ("/metrics", "/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/agent/mcp")


class Public:
    """What a visitor reaches (`proxy`), what stands behind it, and a visitor's cookie for each replica."""

    def __init__(self, proxy, replicas):
        self.proxy = proxy
        self.replicas = replicas
        self.cookies = {}
        for _ in range(MOST_VISITORS):
            cookie = proxy.new_visitor()
            self.cookies.setdefault(self.place_of(cookie), cookie)
            if len(self.cookies) == len(replicas):
                return
        raise AssertionError(f"of {MOST_VISITORS} visitors all came to one replica")

    def place_of(self, cookie):
        """The number of the replica that has this visitor's session."""
        with self.proxy.visit(cookie):
            (place,) = [place for place, replica in enumerate(self.replicas) if sessions(replica) == 1]
        return place


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    if shutil.which("nginx", path=NGINX_AT) is None:
        pytest.skip("no nginx: install the package nginx-light")
    folder = tmp_path_factory.mktemp("replicas")
    store = folder / "store"
    store.mkdir()
    replicas = []
    for name in ("one", "two"):  # a folder of its own each, and in it the store of all
        (folder / name / "home").mkdir(parents=True)
        (folder / name / "home" / "models").symlink_to(store)
        replicas.append(Server(folder / name, **ENVIRONMENT))
    proxy = Proxy(folder, replicas)
    try:
        for replica in replicas:
            replica.wait_until_ready()
        yield Public(proxy, replicas)
    finally:
        proxy.end()
        for replica in replicas:
            replica.end()


def test_who_comes_again_comes_to_the_same_replica(public):
    assert set(public.cookies) == {0, 1}
    for place, cookie in public.cookies.items():
        assert [public.place_of(cookie) for _ in range(3)] == [place] * 3


def test_what_is_for_who_runs_the_server_is_not_shown_to_visitors(public):
    for path in HIDDEN:
        assert public.proxy.answer(path).status == 404
    assert public.proxy.answer("/_stcore/agent/openapi.json").status == 404
    assert public.proxy.answer("/healthz").status == 200
    for replica in public.replicas:
        with urllib.request.urlopen(f"{replica.url}/metrics") as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "method", "kilobytes"),
    [
        ("/", "POST", 65),
        ("/live/some-token", "POST", 2_049),
        ("/_stcore/upload_file/a-session/a-file", "PUT", 21_505),
    ],
)
def test_a_body_over_the_limit_is_refused_before_it_is_sent(public, path, method, kilobytes):
    assert public.proxy.answer(path, method=method, length=1024 * kilobytes).status == 413


def test_a_flood_is_limited_and_others_are_still_served(public):
    statuses = []
    while 429 not in statuses and len(statuses) < 2_000:
        statuses.append(public.proxy.answer("/_stcore/stream", address="127.0.0.2").status)
    assert statuses[-1] == 429
    assert len(statuses) > 60  # a class that comes all at once is no flood
    with public.proxy.visit(public.cookies[0]) as websocket:  # from another address
        assert "Autoencoder Playground" in run_page(websocket)


def test_a_model_saved_at_one_replica_is_there_at_the_other(browser, public):
    """In a real browser, in which nothing of the page may offend against the headers that the proxy adds."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    name, _, value = public.cookies[0].partition("=")
    context.add_cookies([{"name": name, "value": value, "url": public.proxy.url}])
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(f"{public.proxy.url}/?model=dense-mnist-2d")
    expect(page.locator(".st-key-latent_map .nsewdrag").first).to_be_visible()
    page.get_by_role("link", name="Train").first.click()
    page.locator(".st-key-model_zip summary").click()
    page.locator(".st-key-model_zip input[type=file]").set_input_files(
        {"name": "a.zip", "mimeType": "application/zip", "buffer": export.packed("dense-mnist-2d")}
    )
    expect(page.locator(".st-key-saved_models").get_by_text("dense-mnist-2d-2")).to_be_visible()
    quiet(page)
    assert sessions(public.replicas[0]) == 1
    context.close()
    assert problems == []
    with public.proxy.visit(public.cookies[1]) as websocket:
        assert sessions(public.replicas[1]) == 1
        there = run_page(websocket, "model=dense-mnist-2d-2")
        assert "dense-mnist-2d-2" in there
        assert "There is no model" not in there
        assert "There is no model" in run_page(websocket, "model=dense-mnist-2d-3")


def test_the_log_is_in_lines_of_json_and_has_no_address_and_no_token(public):
    for replica in public.replicas:
        lines = [json.loads(line) for line in replica.log.read_text().splitlines() if line.startswith("{")]
        assert [line for line in lines if line["level"] not in ("info", "warning")] == []
        text = replica.log.read_text()
        assert not any(secret.partition("=")[2] in text for secret in public.cookies.values())
        assert "GET /" not in text
    assert public.proxy.log.read_text() == ""
