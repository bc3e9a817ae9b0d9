"""`twin prepare`: history.db -> dataset/. Chooses the chats, builds their conversations, writes splits and report.

Every message of the person is either learned in exactly one turn or counted under the reason why not:
own_messages = targets + sum(left_out).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from twin.dataset import SPLITS, replacing
from twin.errors import DatasetError, HistoryError
from twin.history import History
from twin.prepare.formats import instructions
from twin.prepare.segment import DELETED, merge, segment
from twin.prepare.split import choose_split
from twin.schema import Chat, ChatKind, Conversation, conversation_to_json
from twin.workspace import write_text, writing

KINDS = (ChatKind.PERSONAL, ChatKind.GROUP)
"""The kinds of chats that a twin learns from."""
_LEFT_OUT = {
    ChatKind.SAVED: "saved messages",
    ChatKind.BOT: "chat with a bot",
    ChatKind.CHANNEL: "channel",
    ChatKind.SERVICE: "service account",
}


@dataclass(slots=True)
class Report:
    """What `twin prepare` did.

    Attributes:
        own_messages: Messages of the person in history, forwards, media and notes included.
        targets: Those of them that are learned, in all splits.
        left_out: The others, by reason.
        person: The name under which the model knows the person.
        chats: The chats in the dataset as {"id", "name", "kind", "targets"}: whom the twin can talk to, and whether it is stale.
        left_out_chats: Chats that take no part, by reason.
    """

    conversations: int = 0
    own_messages: int = 0
    targets: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    person: str = ""
    chats: list[dict[str, Any]] = field(default_factory=list)
    left_out_chats: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """report.json; its head is what `--json` prints."""
        return {
            "conversations": self.conversations,
            "own_messages": self.own_messages,
            "targets": self.targets,
            "left_out": dict(self.left_out),
            "splits": {split: self.splits[split] for split in SPLITS},
            "person": self.person,
            "chats": self.chats,
            "left_out_chats": dict(self.left_out_chats),
        }


def prepare(
    history: History,
    folder: Path,
    *,
    gap: timedelta,
    person: str = "",
    validation_share: float = 0.1,
    test_share: float = 0.1,
    test_chat_share: float = 0.05,
    seed: int = 1,
    instruction_format: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report:
    """Writes the dataset of everything in history.

    Args:
        history: The messages.
        folder: Where; an older dataset there is replaced once the new one is complete.
        gap: A silence longer than this ends a conversation.
        person: The name the model knows the person by; empty: the one in history.
        validation_share: Share of the person's messages that comes before the test's and decides when training stops.
        test_share: Share of the person's messages, the newest.
        test_chat_share: Share of the chats that is wholly in test, from ten chats on.
        seed: Which chats those are.
        instruction_format: Also write {"instruction", "context", "response"} files, in `folder`/instruction.
        progress: Called with the chats done and the chats there are.

    Raises:
        HistoryError: History does not say whose it is.
        DatasetError: There is nothing to learn from.
    """
    me = history.me
    if me is None:
        raise HistoryError("history.db holds no import yet; begin with: twin import result.json")
    names = history.names()
    names[me] = person or names.get(me) or "Me"
    chats = history.chats()
    dates = history.dates(me, KINDS)
    split = choose_split(
        dates,
        history.chats_of(me, KINDS),
        validation_share=validation_share,
        test_share=test_share,
        test_chat_share=test_chat_share,
        seed=seed,
    )
    report = Report(person=names[me])
    with replacing(folder) as fresh, ExitStack() as stack:
        files = _open(stack, fresh)
        others = _open(stack, fresh / "instruction") if instruction_format else None
        for number, chat in enumerate(chats):
            progress(number, len(chats))
            for conversation, end in _conversations(history, chat, me, names, gap, report):
                name = split.of(chat.id, end)
                report.splits[name] += 1
                files[name].write(json.dumps(conversation_to_json(conversation), ensure_ascii=False) + "\n")
                for record in instructions(conversation) if others else ():
                    others[name].write(json.dumps(record, ensure_ascii=False) + "\n")  # type: ignore[index]
        progress(len(chats), len(chats))
        report.conversations = sum(report.splits.values())
        if not report.splits["train"]:
            raise DatasetError(
                f"nothing to learn from: {report.own_messages} messages of {names[me]} in {report.conversations} conversations"
                f" ({_reasons(report)}); import more chats, or set a smaller test_share in twin.toml"
            )
        stack.close()
        write_text(fresh / "report.json", json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n")
    return report


def _open(stack: ExitStack, folder: Path) -> dict[str, IO[str]]:
    folder.mkdir(mode=0o700, exist_ok=True)
    return {split: stack.enter_context(writing(folder / f"{split}.jsonl")) for split in SPLITS}


def _conversations(history: History, chat: Chat, me: int, names: dict[int, str], gap: timedelta, report: Report) -> Iterator[tuple[Conversation, datetime]]:
    """The conversations of a chat in which there is something to learn, each with the date of its last message."""
    reason = _LEFT_OUT.get(chat.kind)
    messages = history.messages(chat.id)
    if reason:
        own = sum(message.sender_id == me for message in messages)
        report.own_messages += own
        report.left_out_chats[reason] += 1
        if own:
            report.left_out[reason] += own
        return
    learned = 0
    title = chat.name or names.get(chat.id) or DELETED
    for part in segment(messages, gap):
        report.own_messages += sum(message.sender_id == me for message in part)
        turns = merge(part, me, names, report.left_out)
        targets = sum(len(turn.ids) for turn in turns if turn.learn)
        if targets:
            learned += targets
            yield Conversation(chat.id, title, chat.kind, report.person, part[0].date, turns), part[-1].date
    report.targets += learned
    if learned:
        report.chats.append({"id": chat.id, "name": title, "kind": chat.kind.value, "targets": learned})
    else:
        report.left_out_chats["the person writes nothing there"] += 1


def _reasons(report: Report) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in report.left_out.items()) or "none left out"
