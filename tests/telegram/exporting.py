"""Runs `twin export` against the test server, in this process."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.telegram.server import TelegramServer
from tests.telegram.world import World
from twin.export.live import Exported, Progress, export
from twin.export.wanted import Wanted
from twin.history import History
from twin.telegram.client import Server
from twin.telegram.login import Credentials, Dialogue
from twin.workspace import create_workspace

ME, ANNA, BORIS = 1000, 2000, 3000
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATELY = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


@dataclass
class Seen:
    """What a run showed."""

    said: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)


def run(
    server: TelegramServer,
    *,
    into: str = "history.db",
    session: str = "telegram.session",
    rescan_days: float = 3,
    patience: float = 5,
    takeout: bool = True,
    seen: Seen | None = None,
    stop: Callable[[], bool] = lambda: False,
    **wanted: Any,
) -> Exported:
    """An export into a history of the current folder, logged in by code."""
    Path("key.pem").write_text(server.public_key)
    seen = seen or Seen()
    with History(Path(into)) as history:
        return export(
            history,
            Path(session),
            Server(server.address, Path("key.pem"), patience),
            Credentials("1", "an api hash", server.world.phone, server.world.code),
            Dialogue(lambda _question, _secret: None, seen.said.append, seen.waits.append),
            Wanted(**wanted),
            rescan=timedelta(days=rescan_days),
            takeout=takeout,
            progress=seen.progress.append,
            stop=stop,
        )


def workspace(server: TelegramServer, folder: Path) -> Path:
    """A workspace whose twin.toml names the test server."""
    create_workspace(folder)
    (folder / "key.pem").write_text(server.public_key)
    config = folder / "twin.toml"
    config.write_text(config.read_text().replace('server = ""', f'server = "{server.address}"', 1).replace('public_key = ""', 'public_key = "key.pem"'))
    return folder


def rows(path: str = "history.db") -> dict[str, list[tuple[Any, ...]]]:
    """All that history says of messages, chats and people."""
    with closing(sqlite3.connect(path)) as database:
        return {table: database.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in ("messages", "chats", "people", "facts")}


def texts(chat: int, path: str = "history.db") -> list[str]:
    """What is said in a chat, oldest first."""
    with History(Path(path)) as history:
        return [message.text for message in history.messages(chat)]


def talk(world: World, chat: int, count: int, *, begin: datetime = NOON, minutes: float = 1, other: int | None = None) -> list[int]:
    """Two people in turn; returns the messages' ids."""
    other = other or chat
    return [
        world.say(chat, ME if number % 2 else other, f"{chat} says {number} 🙂 жук", begin + timedelta(minutes=number * minutes)).id for number in range(count)
    ]


def small_world() -> World:
    """Two people, a group, a channel, a bot, Telegram itself, and notes."""
    world = World(ME)
    world.add_user(ANNA, "Anna", "Berg")
    world.add_user(BORIS, "Борис")
    world.add_user(4000, "Helper", bot=True, username="helper_bot")
    world.add_user(777000, "Telegram")
    world.add_group(50, "Family")
    world.add_channel(60, "News", megagroup=False)
    world.add_channel(70, "Climbers", megagroup=True, members=500)
    talk(world, ANNA, 250)
    talk(world, BORIS, 30, begin=NOON + timedelta(days=1))
    talk(world, -50, 20, other=BORIS)
    talk(world, -(10**12) - 70, 120, other=ANNA)
    world.say(-(10**12) - 60, None, "news", NOON)
    world.say(4000, 4000, "I am a bot", NOON)
    world.say(777000, 777000, "Login code: 12345", NOON)
    world.say(ME, ME, "a note to myself", NOON)
    return world
