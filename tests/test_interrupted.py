"""Import and prepare as real processes: killed at any moment, or with the disk full at any write. The same command then completes the work."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.exports import ME, account, chat, message, write
from tests.processes import anew, assert_says_that_the_disk_is_full, full_disk_library, leftovers, made, run_with_full_disk, started, writes_of

pytestmark = pytest.mark.slow
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


def test_killed_at_fifty_moments_and_run_again(step: str) -> None:
    before, after = prepared(step, 30, 700)
    assert before != after
    anew()
    began = time.monotonic()
    made(*COMMANDS[step])
    whole = time.monotonic() - began
    chance = random.Random(2)
    seen = {"before": 0, "after": 0}
    for number in range(MOMENTS):
        anew()
        process = started(*COMMANDS[step])
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
    return full_disk_library(tmp_path_factory.mktemp("full"))


def test_a_full_disk_at_every_write_keeps_the_last_good_state(step: str, full_disk: Path) -> None:
    before, after = prepared(step, 3, 120)
    anew()
    writes = writes_of(full_disk, *COMMANDS[step])
    assert writes > 10
    failed = 0
    for at in range(1, writes + 1):
        anew()
        done = run_with_full_disk(full_disk, at, *COMMANDS[step])
        if done.returncode == 0:  # what is not needed for the result, such as SQLite's tidying up at the end
            assert state() == after, f"write {at}"
        else:
            failed += 1
            assert_says_that_the_disk_is_full(done)
            assert state() == before, f"write {at}: {done.stderr}"
        made(*COMMANDS[step])
        assert state() == after, f"write {at}"
        assert leftovers() == []
    assert failed > writes // 2
