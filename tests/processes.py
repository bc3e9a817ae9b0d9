"""Commands as processes of their own, and a disk that is full at the write that a test chooses."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TWIN = (sys.executable, "-m", "twin")
WORKSPACE = {".gitignore", "twin.toml", "history.db", "dataset", "privacy.key", "privacy.names"}


def run(*arguments: str, folder: Path = Path("workspace"), **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TWIN, *arguments], cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, capture_output=True, text=True, check=False, timeout=120
    )


def made(*arguments: str, folder: Path = Path("workspace")) -> None:
    done = run(*arguments, folder=folder)
    assert done.returncode == 0, done.stderr


def started(*arguments: str, folder: Path = Path("workspace")) -> subprocess.Popen[bytes]:
    """A command that runs on beside the test."""
    return subprocess.Popen([*TWIN, *arguments], cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def anew() -> None:
    """./workspace is a copy of ./before again."""
    shutil.rmtree("workspace", ignore_errors=True)
    shutil.copytree("before", "workspace")


def leftovers(*more: str) -> list[str]:
    """Files that nobody would expect in ./workspace."""
    return [path.name for path in Path("workspace").iterdir() if path.name not in {*WORKSPACE, *more}]


def full_disk_library(folder: Path) -> Path:
    """Builds the library that makes a disk full; skips the test where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and a C compiler")
    library = folder / "full_disk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(ROOT / "tests" / "full_disk.c"), "-ldl"], check=True)
    return library


def writes_of(library: Path, *arguments: str) -> int:
    """How many writes a command makes in ./workspace."""
    done = run(*arguments, LD_PRELOAD=str(library), FULL_BELOW=str(Path("workspace").resolve()), FULL_COUNT=str(Path("count").resolve()))
    assert done.returncode == 0, done.stderr
    return int(Path("count").read_text())


def run_with_full_disk(library: Path, at: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in ./workspace whose `at`-th write there, and every later one, finds the disk full."""
    return run(*arguments, LD_PRELOAD=str(library), FULL_BELOW=str(Path("workspace").resolve()), FULL_AT=str(at))


def assert_says_that_the_disk_is_full(done: subprocess.CompletedProcess[str]) -> None:
    """One line, and nothing on standard output."""
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("twin: "), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert any(word in done.stderr for word in ("full", "No space left", "I/O")), done.stderr
    assert done.stdout == ""
