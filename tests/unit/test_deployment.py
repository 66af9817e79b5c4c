"""The files of a deployment agree with each other and with the program: ports, limits, addresses, settings."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from aemodels import environment
from aemodels.training import limits
from pages.ui import ink, routes

ROOT = Path(__file__).parents[2]
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
SPACE = (ROOT / "deploy" / "huggingface" / "README.md").read_text(encoding="utf-8")
SECRETS = tomllib.loads((ROOT / "deploy" / "streamlit" / "secrets.toml").read_text(encoding="utf-8"))
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))

SAID = {
    "Dockerfile": dict(re.findall(r"\b(AEMODELS_\w+)=(\S+)", DOCKERFILE)),
    "compose.yaml": dict(re.findall(r"^\s+(AEMODELS_\w+): (?:\$\{\w+:-)?(\w+)", COMPOSE, re.MULTILINE)),
    "the Space": dict(re.findall(r"(AEMODELS_\w+) = (\S+)", SPACE)),
    "the secrets": SECRETS,
}
"""What each place says for the environment."""


def location(address):
    """The block of the proxy's configuration for an address."""
    (found,) = re.findall(rf"location (?:= )?{re.escape(address)}\s+\{{(.*?)\n        \}}", NGINX, re.DOTALL)
    return found


def limit_of(text):
    (number, unit) = re.search(r"client_max_body_size\s+(\d+)([km]);", text).groups()
    return int(number) * {"k": 2**10, "m": 2**20}[unit]


@pytest.mark.parametrize("place", SAID)
def test_every_setting_means_something(place, monkeypatch):
    assert SAID[place]
    for variable in [name for name in os.environ if name.startswith("AEMODELS_")]:
        monkeypatch.delenv(variable)
    for variable, value in SAID[place].items():
        monkeypatch.setenv(variable, value)
    environment.check()
    limits.allowed()


@pytest.mark.parametrize("place", ["Dockerfile", "compose.yaml", "the secrets"])
def test_no_public_server_keeps_what_visitors_bring_unless_that_is_asked_for(place):
    assert SAID[place]["AEMODELS_STORE"] == "readonly"


def test_the_numbers_are_open_only_behind_a_proxy_that_hides_them():
    assert "AEMODELS_METRICS" not in SAID["Dockerfile"]
    assert SAID["compose.yaml"]["AEMODELS_METRICS"] == "open"
    for address in ("/metrics", "/_stcore/metrics"):
        assert re.search(rf"location = {address}\s+\{{ return 404; \}}", NGINX)
    assert "ports:" not in COMPOSE.split("  proxy:")[0]  # nobody reaches a replica but through the proxy
    assert SAID["the secrets"]["AEMODELS_METRICS"] == "off"


def test_ports_and_addresses_are_the_same_everywhere():
    (port,) = re.findall(r"EXPOSE (\d+)", DOCKERFILE)
    assert f"--server.port={port}" in DOCKERFILE
    assert f"127.0.0.1:{port}/healthz" in DOCKERFILE
    assert f"server app:{port} " in NGINX
    assert f"app_port: {port}\n" in SPACE
    (listening,) = re.findall(r"listen (\d+);", NGINX)
    assert f':{listening}"' in COMPOSE
    assert f"127.0.0.1:{listening}/healthz" in COMPOSE
    assert {"/healthz", "/metrics", "/live/{token}"} == {route.path for route in routes.routes()}


def test_the_proxy_lets_through_what_the_program_takes_and_little_more():
    upload = SETTINGS["server"]["maxUploadSize"] * 2**20
    assert upload < limit_of(location("/_stcore/upload_file/")) <= 1.1 * upload
    assert ink.LARGEST_PICTURE < limit_of(location("/live/")) <= 1.1 * ink.LARGEST_PICTURE
    assert limit_of(NGINX.split("server {")[0]) <= 2**16


def test_both_containers_can_write_nothing_and_have_no_rights():
    app, proxy = COMPOSE.split("  proxy:")
    for service in (app, proxy):
        assert re.search(r"^    read_only: true$", service, re.MULTILINE)
        assert re.search(r"^    cap_drop: \[ALL\]$", service, re.MULTILINE)
        assert "no-new-privileges:true" in service
        assert re.search(r"^          memory: \d+[gm]$", service, re.MULTILINE)
        assert "/tmp:size=" in service
    (user,) = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert user.isdecimal()
    assert int(user) > 0
    assert f"--uid {user} " in DOCKERFILE


def test_the_builder_gets_what_the_image_needs():
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    needed = {name for line in copied for name in line.split()[:-1]}
    assert needed == set(allowed)
    assert all((ROOT / name).exists() for name in needed)


def test_the_space_is_one_that_runs_a_container():
    _, front, rest = SPACE.split("---\n", 2)
    said = dict(line.split(": ", 1) for line in front.splitlines())
    assert said["sdk"] == "docker"
    assert len(said["short_description"]) <= 60
    assert {"title", "emoji", "colorFrom", "colorTo", "license"} <= said.keys()
    assert "STREAMLIT_SERVER_XSRF_COOKIE_SAME_SITE = none" in rest
