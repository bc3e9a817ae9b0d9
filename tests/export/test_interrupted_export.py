"""`twin export` as a real process against the test server: killed at any moment, or with the disk full at any write, and then run again."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import anew, assert_says_that_the_disk_is_full, full_disk_library, leftovers, made, run_with_full_disk, started, writes_of
from tests.telegram.exporting import NOON, rows, talk, workspace
from tests.telegram.server import TelegramServer
from tests.telegram.world import World

pytestmark = pytest.mark.slow
MOMENTS = 50


def people(count: int, messages: int) -> World:
    world = World()
    for number in range(2000, 2000 + count):
        world.add_user(number, f"Contact {number}")
        talk(world, number, messages, begin=NOON)
    return world


@pytest.fixture
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramServer]:
    """The account; ./before is a workspace that is logged in and has read one of its chats, ./after one that has read all."""
    monkeypatch.setenv("TWIN_TELEGRAM_API_ID", "1")
    monkeypatch.setenv("TWIN_TELEGRAM_API_HASH", "hash")
    with TelegramServer(people(*request.param)) as server:
        workspace(server, Path("before"))
        made("export", "--phone", server.world.phone, "--code", server.world.code, "--chat", "2000", folder=Path("before"))
        yield server


def state() -> dict[str, list[tuple[object, ...]]]:
    return rows("workspace/history.db")


@pytest.mark.parametrize("server", [(20, 400)], indirect=True)
def test_killed_at_fifty_moments_and_run_again(server: TelegramServer) -> None:
    anew()
    began = time.monotonic()
    made("export")
    whole = time.monotonic() - began
    after = state()
    assert len(after["messages"]) == 8000
    chance, seen = random.Random(3), set[int]()
    for number in range(MOMENTS):
        anew()
        process = started("export")
        # half of the moments anywhere, half after the start, when messages come
        time.sleep(whole * (chance.uniform(0, 1.05) if number % 2 else chance.uniform(0.4, 1.05)))
        process.kill()
        process.wait()
        left = state()["messages"]
        assert set(left) <= set(after["messages"]), f"moment {number}"
        seen.add(len(left))
        made("export")
        assert state() == after, f"moment {number}"
        assert leftovers("telegram.session", "key.pem") == []
    assert len(seen) > 5


@pytest.mark.parametrize("server", [(2, 110)], indirect=True)
def test_a_full_disk_at_every_write_keeps_what_came(server: TelegramServer, tmp_path: Path) -> None:
    anew()
    made("export")
    after = state()
    library = full_disk_library(tmp_path)
    anew()
    writes = writes_of(library, "export")
    assert writes > 10
    failed = 0
    for at in range(1, writes + 1):
        anew()
        done = run_with_full_disk(library, at, "export")
        if done.returncode:
            failed += 1
            assert_says_that_the_disk_is_full(done)
            assert set(state()["messages"]) <= set(after["messages"]), f"write {at}"
        made("export")
        assert state() == after, f"write {at}: {done.stderr}"
        assert leftovers("telegram.session", "key.pem") == []
    assert failed > writes // 2
