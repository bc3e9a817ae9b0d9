"""One account, two routes: exported live, and written by Telegram Desktop and imported. History and dataset do not tell which it was."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telethon.tl import types

from tests.telegram.desktop_writer import account, written
from tests.telegram.exporting import ANNA, BORIS, ME, NOON, rows, run
from tests.telegram.server import TelegramServer
from tests.telegram.world import CHANNELS, World
from twin.config import Prepare
from twin.export.files import import_exports
from twin.history import History
from twin.prepare.build import prepare
from twin.prepare.rules import rules_of

GONE, BOT, OLD, CLIMBERS = 3001, 4000, 50, 70
WORDS = "ok yes but when tomorrow жук 🙂 no well here https://example.org \x0b ё".split(" ")
EVERYWHERE = [ANNA, BORIS, GONE, -51, CHANNELS - CLIMBERS, -OLD]


def said(chance: random.Random, world: World, chat: int, number: int) -> None:
    """A message of some kind."""
    sender = ME if chance.random() < 0.5 else chat if chat > 0 else chance.choice([ANNA, BORIS, GONE, None])
    date = NOON + timedelta(minutes=number * chance.choice([1, 3, 900]))
    text = " ".join(chance.choices(WORDS, k=chance.randrange(1, 9)))
    more: list[dict[str, Any]] = [
        {},
        {},
        {},
        {"edit_date": date + timedelta(hours=1)},
        {"fwd_from": types.MessageFwdHeader(date, from_id=types.PeerUser(chance.choice([ANNA, GONE, 9999])))},
        {"fwd_from": types.MessageFwdHeader(date, from_name="Somebody hidden")},
        {"media": types.MessageMediaPhoto(photo=types.PhotoEmpty(1))},
        {"media": types.MessageMediaDocument(document=document(types.DocumentAttributeAudio(5, voice=True)))},
        {"media": types.MessageMediaDocument(document=document(types.DocumentAttributeSticker("🦊", types.InputStickerSetEmpty()))), "message": ""},
        {"media": types.MessageMediaContact("1", "A", "B", "", 1)},
        {"media": types.MessageMediaUnsupported()},
        {"reactions": types.MessageReactions([types.ReactionCount(types.ReactionEmoji("👍"), 2)])},
        {"via_bot_id": BOT},
        {"reply_to": types.MessageReplyHeader(reply_to_msg_id=max(1, number - 3))},
    ]
    if chance.random() < 0.1:
        world.act(chat, sender, types.MessageActionPinMessage(), date)
    else:
        world.say(chat, sender, text, date, **chance.choice(more))


def document(*attributes: Any) -> types.Document:
    return types.Document(1, 1, b"", NOON, "audio/ogg", 100, 2, list(attributes))


@pytest.fixture
def world() -> World:
    world, chance = World(ME), random.Random(5)
    world.add_user(ANNA, "Anna", "Berg")
    world.add_user(BORIS, "Борис", "Жуков")
    world.add_user(GONE, deleted=True)
    world.add_user(BOT, "Helper", bot=True, username="helper_bot")
    world.add_group(51, "Family")
    world.add_group(OLD, "Climbers of old", migrated_to=CLIMBERS)
    world.add_channel(CLIMBERS, "Climbers", megagroup=True, migrated_from=OLD)
    for number in range(1, 900):
        said(chance, world, chance.choice(EVERYWHERE), number)
    return world


def desktop_file(world: World) -> Path:
    """The result.json of the same account."""
    order = [*(chat for chat in EVERYWHERE if chat != -OLD), -OLD]  # a group that became another is listed after that
    dialogs = [(world.entities[chat], list(world.histories[chat].messages.values())) for chat in order]
    path = Path("result.json")
    path.write_text(written(account(world.me, dialogs, [world.entities[BOT]], [])), encoding="utf-8")
    return path


def dataset(database: str) -> dict[str, bytes]:
    folder = Path(database).with_suffix("")
    with History(Path(database)) as history:
        prepare(history, folder, rules_of(Prepare()))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_both_routes_give_the_same_history_and_dataset(world: World) -> None:
    with TelegramServer(world) as server:
        run(server, into="live.db", all_groups=True)
    with History(Path("desktop.db")) as history:
        done = import_exports([desktop_file(world)], history)
    assert done.stored.added > 700
    assert rows("live.db") == rows("desktop.db")
    assert dataset("live.db") == dataset("desktop.db")


@pytest.mark.parametrize("first", ["live", "desktop"])
def test_changing_the_route_changes_nothing(world: World, first: str) -> None:
    def live() -> Any:
        return run(server, all_groups=True).imported.stored

    def desktop() -> Any:
        with History(Path("history.db")) as history:
            return import_exports([desktop_file(world)], history).stored

    with TelegramServer(world) as server:
        one, other = (live, desktop) if first == "live" else (desktop, live)
        one()
        before = rows()
        assert (other().added, other().updated) == (0, 0)
        assert rows() == before
