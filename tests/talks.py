"""Small datasets of made-up conversations, without PyTorch: what the tests of memory and of twins without training share."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from twin.schema import ChatKind, Conversation, Turn, conversation_to_json

NIKA = "Nika"
IDS = {"Priya": 1, "Мама": 2, "wall rats": -3}


def mine(*bubbles: str, learn: bool = True) -> Turn:
    """What the person said."""
    return Turn(NIKA, True, bubbles, learn, tuple(range(len(bubbles))))


def theirs(*bubbles: str, name: str = "Priya") -> Turn:
    """What a contact said."""
    return Turn(name, False, bubbles, False, tuple(range(len(bubbles))))


def talk(*turns: Turn, chat: str = "Priya", day: str = "2025-05-03") -> Conversation:
    """A conversation on a day."""
    kind = ChatKind.GROUP if IDS[chat] < 0 else ChatKind.PERSONAL
    return Conversation(IDS[chat], chat, kind, NIKA, datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC), turns)


def dataset(folder: Path, train: Sequence[Conversation], validation: Sequence[Conversation] = (), test: Sequence[Conversation] = ()) -> Path:
    """A dataset of these conversations."""
    folder.mkdir(exist_ok=True)
    for split, some in (("train", train), ("validation", validation), ("test", test)):
        lines = [json.dumps(conversation_to_json(one), ensure_ascii=False) + "\n" for one in some]
        (folder / f"{split}.jsonl").write_text("".join(lines), encoding="utf-8")
    chats = {one.chat: one for one in (*train, *validation, *test)}
    about = [{"id": one.chat_id, "name": name, "kind": one.kind.value, "targets": len(one.turns)} for name, one in chats.items()]
    (folder / "report.json").write_text(json.dumps({"person": NIKA, "chats": about, "renamed": False}), encoding="utf-8")
    return folder
