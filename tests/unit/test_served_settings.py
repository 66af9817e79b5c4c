"""`.streamlit/config.toml`: what Streamlit makes of it is safe, and every line has its reason."""

import tomllib
from pathlib import Path

import pytest
from streamlit import config

ROOT = Path(__file__).parents[2]
FILE = ROOT / ".streamlit" / "config.toml"

SAFE = {
    "server.maxUploadSize": 20,
    "server.maxMessageSize": 20,
    "server.maxWidgetStateSize": 16,
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "lax",
    "server.enableCORS": True,
    "server.corsAllowedOrigins": [],
    "server.enableAgentApi": False,
    "server.disconnectedSessionTTL": 120,
    "server.enableWebsocketCompression": False,
    "server.enableStaticServing": False,
    "server.runOnSave": False,
    "server.allowRunOnSave": False,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": {},
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "browser.gatherUsageStats": False,
    "global.developmentMode": False,
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
}
"""What is in force, whether the file says it or Streamlit does by itself."""


@pytest.fixture(scope="module")
def in_force():
    """Streamlit's settings as it reads them for an app in this folder, and nothing of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setattr(config, "_main_script_path", str(ROOT / "app.py"))
        for option in config.get_config_options():
            patch.delenv("STREAMLIT_" + _screaming(option), raising=False)
        yield config.get_config_options(force_reparse=True)
    config.get_config_options(force_reparse=True)


def _screaming(option):
    return "".join(f"_{sign}" if sign.isupper() else sign for sign in option.replace(".", "_")).upper()


@pytest.mark.parametrize("option", SAFE)
def test_what_is_in_force_is_safe(in_force, option):
    assert in_force[option].value == SAFE[option]


def test_nothing_in_the_file_is_unknown_to_streamlit(in_force):
    sections = tomllib.loads(FILE.read_text(encoding="utf-8"))
    said = {
        f"{section}.{name}"
        for section, values in sections.items()
        for name, value in values.items()
        if not isinstance(value, dict)
    }
    assert said <= in_force.keys()
    for option in said:
        assert in_force[option].where_defined == str(FILE), option


def test_every_setting_has_its_reason_in_a_comment_above():
    section, above = "", ""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith("#") and not section.startswith("theme"):
            assert above.startswith("# "), f"{section}.{line} says not why"
        above = line
