"""What holds for every test: no network, no real home, a current folder of its own, and no GPU test without a GPU."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

# All of this comes before the first import of a library that reads its environment.
_ROOT = Path(__file__).resolve().parent.parent
_REAL_HOME = Path.home()
_HOME = Path(tempfile.mkdtemp(prefix="twin-tests-home-"))
# A port that nothing listens on: what a test starts as a process of its own is out of pytest-socket's reach, but not of this.
_NOWHERE = "http://127.0.0.1:9"

for _name in list(os.environ):
    if _name.startswith(("HF_", "TWIN_", "TELEGRAM_", "XDG_", "GRADIO_")) or _name in {"HUGGING_FACE_HUB_TOKEN", "TRANSFORMERS_CACHE"}:
        del os.environ[_name]  # the settings and secrets of whoever runs the tests
os.environ |= {
    "HOME": str(_HOME),
    "USERPROFILE": str(_HOME),
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HYPOTHESIS_STORAGE_DIRECTORY": str(_ROOT / ".hypothesis"),
    **{name: _NOWHERE for scheme in ("http", "https", "all") for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY")},
    "no_proxy": "127.0.0.1,localhost,::1",
    "NO_PROXY": "127.0.0.1,localhost,::1",
}
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"  # a process for each core: more threads would only wait for one another
# Playwright's own Chromium, where there is one, lies in the real home and is only read.
os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(_REAL_HOME / ".cache" / "ms-playwright"))

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browsing import Visit

# No time limit for an example: the first call of a library, on a busy machine, would break any.
settings.register_profile("twin", deadline=None)
settings.load_profile("twin")


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@cache
def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # the longest files first, so that at the end no process waits for another that has just begun one
    items.sort(key=lambda item: item.path.parent.name not in ("chat", "demo", "model", "train"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    # torch is asked only once a GPU test is about to run
    if item.get_closest_marker("gpu") and not _has_gpu():
        pytest.skip("no GPU")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder of each test is its `tmp_path`, so that a file written by accident lands there."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """A Chromium, for the tests of a module."""
    from tests.browsing import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def visit(browser: "Browser") -> Iterator["Visit"]:
    """Opens an address of this machine in a browser of its own; asking anything else for anything fails the test."""
    from tests.browsing import visits

    with visits(browser) as visit:
        yield visit
