"""Import and prepare as real processes: killed at any moment, or with the disk full at any write. The same command then completes the work."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.exports import ME, account, chat, message, write

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent
TWIN = (sys.executable, "-m", "twin")
MOMENTS = 50
COMMANDS = {"import": ("import", str(Path("../export.json"))), "prepare": ("prepare", "--format", "instruction")}


def talk(chats: int, messages: int) -> dict[str, object]:
    """An export in which somebody always answers, a few words at a time."""
    chance = random.Random(1)

    def said(number: int) -> str:
        return " ".join(chance.choices(("ok", "yes", "but", "when", "tomorrow", "жук", "🙂", "no", "well", "here"), k=1 + number % 7))

    return account(
        *(
            chat(
                *(
                    message(number, ME if number % 2 else contact, said(number), minutes=number * 97 + number // 9 * 3000 + contact)
                    for number in range(1, messages)
                ),
                number=contact,
                name=f"Contact {contact}",
            )
            for contact in range(2000, 2000 + chats)
        )
    )


def run(*arguments: str, folder: Path = Path("workspace"), **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TWIN, *arguments], cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, capture_output=True, text=True, check=False, timeout=120
    )


def made(*arguments: str, folder: Path = Path("workspace")) -> None:
    done = run(*arguments, folder=folder)
    assert done.returncode == 0, done.stderr


def state(folder: Path = Path("workspace")) -> dict[str, object]:
    """What a workspace holds: every row of history.db, every byte of the dataset. A store that is damaged raises here."""
    held: dict[str, object] = {}
    if (folder / "history.db").exists():
        with closing(sqlite3.connect(folder / "history.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            held |= {name: rows for name in tables if (rows := database.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall())}
    held |= {str(path.relative_to(folder)): path.read_bytes() for path in sorted((folder / "dataset").rglob("*")) if path.is_file()}
    return held


@pytest.fixture(params=["import", "prepare"])
def step(request: pytest.FixtureRequest) -> str:
    """The step that is disturbed. ./before is the workspace it begins with, ./after what it leaves when nothing disturbs it."""
    return str(request.param)


def prepared(step: str, chats: int, messages: int) -> tuple[dict[str, object], dict[str, object]]:
    """Makes ./before and returns the states before and after the step."""
    made("init", "before", folder=Path())
    write(talk(2, 40), Path("export.json"))
    made("import", "../export.json", folder=Path("before"))
    made("prepare", folder=Path("before"))  # what was there stays until the new is complete
    write(talk(chats, messages), Path("export.json"))
    if step == "prepare":
        made("import", "../export.json", folder=Path("before"))
    anew()
    before = state()
    made(*COMMANDS[step])
    return before, state()


def anew() -> None:
    shutil.rmtree("workspace", ignore_errors=True)
    shutil.copytree("before", "workspace")


def leftovers() -> list[str]:
    """Files that nobody would expect in a workspace."""
    expected = {".gitignore", "twin.toml", "history.db", "dataset"}
    return [path.name for path in Path("workspace").iterdir() if path.name not in expected]


def test_killed_at_fifty_moments_and_run_again(step: str) -> None:
    before, after = prepared(step, 30, 700)
    assert before != after
    anew()
    started = time.monotonic()
    made(*COMMANDS[step])
    whole = time.monotonic() - started
    chance = random.Random(2)
    seen = {"before": 0, "after": 0}
    for number in range(MOMENTS):
        anew()
        process = subprocess.Popen(
            [*TWIN, *COMMANDS[step]], cwd="workspace", env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # half of the moments anywhere, half in the last part, where the work becomes visible
        time.sleep(whole * (chance.uniform(0, 1.05) if number % 2 else chance.uniform(0.6, 1.05)))
        process.kill()
        process.wait()
        left = state()
        assert left in (before, after), f"moment {number}: neither the old state nor the new"
        seen["before" if left == before else "after"] += 1
        made(*COMMANDS[step])
        assert state() == after
        assert leftovers() == []
    assert seen["before"] > MOMENTS // 4


@pytest.fixture(scope="module")
def full_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes a disk full."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and a C compiler")
    library = tmp_path_factory.mktemp("full") / "full_disk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(ROOT / "tests" / "full_disk.c"), "-ldl"], check=True)
    return library


def test_a_full_disk_at_every_write_keeps_the_last_good_state(step: str, full_disk: Path) -> None:
    before, after = prepared(step, 3, 120)
    anew()
    place = str(Path("workspace").resolve())
    counted = run(*COMMANDS[step], LD_PRELOAD=str(full_disk), FULL_BELOW=place, FULL_COUNT=str(Path("count").resolve()))
    assert counted.returncode == 0, counted.stderr
    writes = int(Path("count").read_text())
    assert writes > 10
    failed = 0
    for at in range(1, writes + 1):
        anew()
        done = run(*COMMANDS[step], LD_PRELOAD=str(full_disk), FULL_BELOW=place, FULL_AT=str(at))
        if done.returncode == 0:  # what is not needed for the result, such as SQLite's tidying up at the end
            assert state() == after, f"write {at}"
        else:
            failed += 1
            assert done.returncode == 1, done.stderr
            assert done.stderr.startswith("twin: "), done.stderr
            assert done.stderr.count("\n") == 1, done.stderr
            assert any(word in done.stderr for word in ("full", "No space left", "I/O")), done.stderr
            assert done.stdout == ""
            assert state() == before, f"write {at}: {done.stderr}"
        made(*COMMANDS[step])
        assert state() == after, f"write {at}"
        assert leftovers() == []
    assert failed > writes // 2
