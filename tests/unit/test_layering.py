"""Who may import whom, as the README's house says; read from the sources, so that a lazy import counts too."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imports(path):
    """Every module that a file imports anywhere, `from a import b` as both `a` and `a.b`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def reaches(path, *forbidden):
    return sorted(
        name
        for name in imports(path)
        if any(name == part or name.startswith(f"{part}.") for part in forbidden)
    )


def sources(folder):
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"there is nothing in {folder}"
    return found


@pytest.mark.parametrize("path", sources("aemodels"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_knows_no_page(path):
    assert reaches(path, "streamlit", "pages", "tests") == []


@pytest.mark.parametrize(
    "path",
    [path for folder in ("data", "figures", "measure", "latent") for path in sources(f"aemodels/{folder}")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_data_figures_and_measures_know_no_models(path):
    models = ("autoencoder", "architectures", "training", "store", "recipes", "report")
    assert reaches(path, "tensorflow", "keras", *(f"aemodels.{name}" for name in models)) == []


@pytest.mark.parametrize("path", sources("aemodels/architectures"), ids=lambda path: path.name)
def test_architectures_know_no_training(path):
    assert reaches(path, "aemodels.training", "aemodels.store", "aemodels.autoencoder") == []


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.name)
def test_a_page_is_thin(path):
    others = [f"pages.{other.stem}" for other in (ROOT / "pages").glob("*.py") if other.stem != "__init__"]
    assert reaches(path, *others, "tensorflow", "keras", "plotly") == []
    text = path.read_text(encoding="utf-8")
    assert "session_state" not in text
    assert "cache_data" not in text
    assert "cache_resource" not in text
    assert len(text.splitlines()) <= 120


@pytest.mark.parametrize("path", sources("pages/ui"), ids=lambda path: str(path.relative_to(ROOT)))
def test_caches_and_the_session_have_one_place_each(path):
    text = path.read_text(encoding="utf-8")
    is_cache = path.parent.name == "cache"
    if not is_cache:
        assert "st.cache_" not in text
    if not is_cache and path.name != "state.py" and "components" not in path.parts:
        assert "session_state" not in text


def test_importing_the_core_and_what_the_first_page_needs_is_light():
    modules = ["aemodels", "aemodels.preview", "aemodels.store.models", "aemodels.data.datasets"]
    modules += ["aemodels.recipes", "aemodels.figures.latent_map", "aemodels.measure.metrics"]
    heavy = ["tensorflow", "keras", "sklearn", "skimage", "scipy", "pandas", "streamlit"]
    code = f"import sys, {', '.join(modules)}; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
