"""`twin prepare --explain` and `--sample`: where a message went and why, and what conversations look like. Nothing is written.

Nothing is looked up either: everything is decided again by the code that makes the dataset (decide.py).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from typing import Any

from twin.errors import HistoryError, UsageError
from twin.history import History
from twin.prepare.build import line_of
from twin.prepare.decide import OPTED_OUT, Decision, Decisions
from twin.prepare.reasons import WHY
from twin.prepare.rules import Rules
from twin.prepare.segment import DELETED
from twin.schema import Chat, Conversation, Message, conversation_to_json

_WANTED = re.compile(r"(?:(-?\d{1,18}):)?(-?\d{1,18})", re.ASCII)
_SHORT = 100
_LEARNED = "the person's own words"
_CONTEXT = "written by somebody else: context of the person's replies"
_ALONE = "written by somebody else, and nothing of the person's is learned in its conversation"
_STALE = "the dataset on disk is another one (older than history.db, or made with other settings); make it again with: twin prepare"


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a message went.

    Attributes:
        chat: The name of its chat.
        sender: The name of who sent it.
        decision: The messages around it and what became of them.
        turns: In which turns of the conversation it is, from 1; a caption is in two, its medium's and its own.
        learned: Whether anything of it is learned.
        reason: Under what the report counts it, for a message of the person that is not learned.
        why: The same in plain words.
        split: The split of its conversation, where that is in the dataset.
        line: The line of the conversation in the split's file, from 1.
        current: Whether the dataset on disk has the conversation there.
    """

    message: Message
    chat: str
    sender: str
    decision: Decision
    turns: tuple[int, ...]
    learned: bool
    reason: str | None
    why: str
    split: str | None
    line: int | None
    current: bool

    def to_json(self) -> dict[str, Any]:
        """What `--explain --json` prints of it."""
        message, conversation, around = self.message, self.decision.conversation, self.decision.messages
        return {
            "chat_id": message.chat_id,
            "chat": self.chat,
            "id": message.id,
            "date": message.date.isoformat(),
            "sender": self.sender,
            "text": message.text,
            "conversation": {
                "from": around[0].date.isoformat(),
                "to": around[-1].date.isoformat(),
                "messages": len(around),
                "turns": len(conversation.turns) if conversation else 0,
            },
            "turns": list(self.turns),
            "learned": self.learned,
            "reason": self.reason,
            "why": self.why,
            "split": self.split,
            "file": f"{self.split}.jsonl" if self.split else None,
            "line": self.line,
            "current": self.current,
        }

    def lines(self, folder: Path) -> list[str]:
        """The same to read; `folder` is the dataset's."""
        message, conversation, around = self.message, self.decision.conversation, self.decision.messages
        text = shown(" ".join(message.text.split())) or f"({message.media or 'no text'})"
        turn = f", in turn {' and '.join(map(str, self.turns))}" if self.turns else ""
        lines = [
            f"message {message.chat_id}:{message.id} in {shown(self.chat)}, {message.date.astimezone():%Y-%m-%d %H:%M}",
            f"  {shown(self.sender)}: {text[:_SHORT]}{'...' if len(text) > _SHORT else ''}",
            f"  {'learned' if self.learned else 'not learned'}: {self.why}",
            f"  conversation: {around[0].date.astimezone():%Y-%m-%d %H:%M} to {around[-1].date.astimezone():%Y-%m-%d %H:%M}, {len(around)} messages"
            + (f" in {len(conversation.turns)} turns{turn}" if conversation else ""),
        ]
        if self.split:
            lines.append(f"  {folder / self.split}.jsonl, line {self.line}" if self.current else f"  split: {self.split}; {_STALE}")
        else:
            lines.append("  not in the dataset")
        return lines


def explain(
    history: History, folder: Path, rules: Rules, wanted: Sequence[str], *, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> list[Fate]:
    """Where messages went and why.

    Args:
        history: The messages.
        folder: The dataset, to see whether it is the one that these rules make.
        rules: As for `prepare`.
        wanted: Message ids as "ID", which is that message of every chat, or as "CHAT_ID:ID".
        progress: Called with the chats done and the chats there are.

    Raises:
        UsageError: One of them is no id.
        HistoryError: One of them is not in history.
    """
    searched, decisions = _search(history, wanted), Decisions(history, rules)
    return [
        _fate(decisions, folder, chat, decision, message, split, line)
        for chat, decision, split, line in _placed(decisions, set(searched), progress)
        for message in decision.messages
        if message.id in searched[chat.id]
    ]


def sample(history: History, rules: Rules, count: int, *, progress: Callable[[int, int], None] = lambda _done, _total: None) -> list[tuple[Conversation, str]]:
    """Some conversations of the dataset, each with its split, in the dataset's order: any, but for a seed always the same.

    Raises:
        HistoryError: History does not say whose it is.
    """

    def chance(candidate: tuple[int, Conversation, str]) -> bytes:
        conversation = candidate[1]
        return hashlib.sha256(f"{rules.seed}:{conversation.chat_id}:{conversation.turns[0].ids[0]}".encode()).digest()

    placed = _placed(Decisions(history, rules), None, progress)
    candidates = ((number, each[1].conversation, each[2]) for number, each in enumerate(placed) if each[1].conversation and each[2])
    chosen = nsmallest(count, candidates, key=chance)
    return [(conversation, split) for _, conversation, split in sorted(chosen, key=lambda candidate: candidate[0])]


def sample_to_json(sampled: Sequence[tuple[Conversation, str]]) -> dict[str, Any]:
    """What `--sample --json` prints."""
    return {"conversations": [conversation_to_json(conversation) | {"split": split} for conversation, split in sampled]}


def sample_lines(sampled: Sequence[tuple[Conversation, str]]) -> Iterator[tuple[str, str]]:
    """A sample to read: lines, each with what it is ("title", "context", "learned"). A learned bubble has a * before it."""
    for conversation, split in sampled:
        yield "title", f"{shown(conversation.chat)}, {conversation.date.astimezone():%Y-%m-%d %H:%M}, {len(conversation.turns)} turns, {split}"
        for turn in conversation.turns:
            name = f"{shown(turn.name)}: "
            for number, bubble in enumerate(turn.bubbles):
                for part, text in enumerate(bubble.split("\n")):
                    mark = "  " if not turn.learn else "* " if part == 0 else "| "
                    yield "learned" if turn.learn else "context", f"  {mark}{' ' * len(name) if number or part else name}{shown(text)}"


def shown(text: str) -> str:
    """A text without what a terminal would take for a command."""
    return "".join(character if character.isprintable() else " " for character in text)


def _search(history: History, wanted: Sequence[str]) -> dict[int, set[int]]:
    """The message ids to find, by chat."""
    searched: dict[int, set[int]] = {}
    for one in wanted:
        match = _WANTED.fullmatch(one)
        if not match:
            raise UsageError(f"--explain {one}: not a message's id; give a number, or CHAT_ID:NUMBER")
        number = int(match[2])
        chats = [chat for chat in history.chats_with(number) if match[1] is None or chat == int(match[1])]
        if not chats:
            where = f"chat {match[1]} of history.db" if match[1] else "history.db"
            raise HistoryError(f"--explain {one}: {where} has no message {number}; ids are in the lines of dataset/*.jsonl and in exports")
        for chat in chats:
            searched.setdefault(chat, set()).add(number)
    return searched


def _placed(decisions: Decisions, only: set[int] | None, progress: Callable[[int, int], None]) -> Iterator[tuple[Chat, Decision, str | None, int | None]]:
    """Decisions with the split and the line in its file where the conversation is in the dataset.

    Args:
        decisions: About the whole history.
        only: Yield those about these chats, and end with the last of them; None: all.
        progress: Called with the chats done and the chats there are.
    """
    lines: Counter[str] = Counter()
    left = set(only) if only is not None else {chat.id for chat in decisions.chats}
    number = 0
    progress(number, len(decisions.chats))
    with closing(decisions.all()) as decided:
        for chat, decision in decided:
            if decision is None:
                number += 1
                progress(number, len(decisions.chats))
                left.discard(chat.id)
                if not left:
                    break
                continue
            split = decisions.split_of(decision) if decision.targets else None
            if split:
                lines[split] += 1
            if chat.id in left:
                yield chat, decision, split, lines[split] if split else None
    progress(len(decisions.chats), len(decisions.chats))


def _fate(decisions: Decisions, folder: Path, chat: Chat, decision: Decision, message: Message, split: str | None, line: int | None) -> Fate:
    conversation = decision.conversation
    turns = tuple(enumerate(conversation.turns, 1)) if conversation else ()
    reason = decision.left_out.get(message.id)
    if message.sender_id == decisions.me:
        why = WHY[reason] if reason else _LEARNED
    elif no_part := decisions.no_part(chat):
        why = WHY[no_part]
    elif decisions.is_opted_out(message):
        why = WHY[OPTED_OUT]
    else:
        why = _CONTEXT if decision.targets else _ALONE
    return Fate(
        message=message,
        chat=decisions.real_titles[chat.id],
        sender=decisions.real_names.get(message.sender_id or 0) or DELETED,
        decision=decision,
        turns=tuple(number for number, turn in turns if message.id in turn.ids),
        learned=any(turn.learn and message.id in turn.ids for _, turn in turns),
        reason=reason,
        why=why,
        split=split,
        line=line,
        current=bool(conversation and split and line and _stands(folder / f"{split}.jsonl", line, conversation)),
    )


def _stands(path: Path, number: int, conversation: Conversation) -> bool:
    """Whether a conversation stands in this line of a file."""
    try:
        with path.open("rb") as lines:
            return next(islice(lines, number - 1, None), b"") == line_of(conversation_to_json(conversation))
    except FileNotFoundError:
        return False
