"""`twin prepare`: history.db -> dataset/. Writes what was decided about every message, in the form asked for, and a report.

Every message of the person is either learned in exactly one turn or counted under the reason why not:
own_messages = targets + sum(left_out). Not here: what decides (decide.py).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from twin.dataset import SPLITS, replacing
from twin.errors import DatasetError
from twin.history import History
from twin.prepare.decide import EXCLUDED, Decisions
from twin.prepare.formats import Format, records
from twin.prepare.reasons import WHY
from twin.prepare.rules import Rules
from twin.prepare.scores import UNJUDGED
from twin.schema import Chat, conversation_to_json
from twin.workspace import write_text, writing


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
        private: What was taken out of the messages of those that do, by kind.
        renamed: Whether people have other names there than in history.
        opted_out: Messages of people who opted out, in all chats; none of them is in the dataset.
    """

    conversations: int = 0
    own_messages: int = 0
    targets: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    person: str = ""
    chats: list[dict[str, Any]] = field(default_factory=list)
    left_out_chats: Counter[str] = field(default_factory=Counter)
    private: Counter[str] = field(default_factory=Counter)
    renamed: bool = False
    opted_out: int = 0

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
            "private": dict(self.private.most_common()),
            "renamed": self.renamed,
            "opted_out": self.opted_out,
            "why": {reason: WHY[reason] for reason in self.left_out},
        }


def prepare(
    history: History,
    folder: Path,
    rules: Rules,
    *,
    form: Format = "messages",
    context_turns: int = 0,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    processes: int | None = None,
) -> Report:
    """Writes the dataset of everything in history.

    Args:
        history: The messages.
        folder: Where; an older dataset there is replaced once the new one is complete.
        rules: What is learned, and in which split it lies.
        form: Also write `folder`/`form`/ for other trainers; "messages" is the dataset itself.
        context_turns: Turns before a reply that those show with it, at most; 0: all of the conversation.
        progress: Called with the chats done and the chats there are.
        processes: As for `Decisions`; the dataset is the same, byte for byte.

    Raises:
        HistoryError: History does not say whose it is.
        ConfigError: Nobody is called as one of those who opted out.
        DatasetError: There is nothing to learn from, the disk is full, or a process that cleans messages was ended from outside.
    """
    decisions = Decisions(history, rules, processes=processes)
    report = Report(person=decisions.person, renamed=bool(decisions.cleaner and decisions.cleaner.renames))
    with replacing(folder) as fresh, ExitStack() as stack:
        files = _open(stack, fresh)
        others = {} if form == "messages" else _open(stack, fresh / form)
        number = own = targets = 0
        progress(number, len(decisions.chats))
        for chat, decision in stack.enter_context(closing(decisions.all())):
            if decision is None:
                _count(report, chat, decisions, own, targets)
                own, targets, number = 0, 0, number + 1
                progress(number, len(decisions.chats))
                continue
            own += decision.own
            targets += decision.targets
            report.left_out.update(decision.left_out.values())
            if decision.conversation and decision.targets:
                split = decisions.split_of(decision)
                report.splits[split] += 1
                files[split].write(line_of(conversation_to_json(decision.conversation)))
                if others:
                    for record in records(form, decision.conversation, context_turns):
                        others[split].write(line_of(record))
        report.conversations = sum(report.splits.values())
        report.private, report.opted_out = decisions.private, decisions.opted_out
        if not report.splits["train"]:
            raise DatasetError(_nothing(report, rules))
        stack.close()
        write_text(fresh / "report.json", json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n")
        if decisions.cleaner:
            decisions.cleaner.keep_names()  # first: names without a dataset do no harm, a dataset without its names cannot be revealed
    return report


def line_of(record: dict[str, Any]) -> bytes:
    """A record as it stands in a file."""
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def _open(stack: ExitStack, folder: Path) -> dict[str, BinaryIO]:
    folder.mkdir(mode=0o700, exist_ok=True)
    return {split: stack.enter_context(writing(folder / f"{split}.jsonl")).buffer for split in SPLITS}


def _count(report: Report, chat: Chat, decisions: Decisions, own: int, targets: int) -> None:
    report.own_messages += own
    report.targets += targets
    if targets:
        report.chats.append({"id": chat.id, "name": decisions.title(chat), "kind": chat.kind.value, "targets": targets})
    else:
        report.left_out_chats[decisions.no_part(chat) or ("nothing of the person's is learned" if own else "the person writes nothing there")] += 1


def _nothing(report: Report, rules: Rules) -> str:
    """Why there is nothing to learn from, and what helps."""
    reasons = ", ".join(f"{count} {reason}" for reason, count in report.left_out.items()) or "none left out"
    remedies = [
        "import more chats",
        *(["include an excluded one again (twin chats include)"] if report.left_out[EXCLUDED] else []),
        *(["see to the judge"] if report.left_out[UNJUDGED] else []),
        *(["a wider since and until"] if rules.since or rules.until else []),
        *(["a lower minimum_conversations or minimum_turns"] if rules.minimum_conversations > 1 or rules.minimum_turns > 1 else []),
    ]
    return (
        f"nothing to learn from: {report.own_messages} messages of {report.person} in {report.conversations} conversations"
        f" ({reasons}); {', '.join(remedies)}, or set a smaller test_share in twin.toml"
    )
