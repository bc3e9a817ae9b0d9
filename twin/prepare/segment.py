"""A chat's messages -> conversations of turns: cut on silence, join a speaker's messages, mark what is to be learned.

Not here: which chats take part (build.py) and how conversations are divided into splits (split.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from twin.schema import Message, Turn

DELETED = "Deleted Account"
"""How Telegram shows somebody whose name is gone."""


def segment(messages: Iterable[Message], gap: timedelta) -> Iterator[list[Message]]:
    """Cuts one chat's messages, in order of date, wherever the silence between two is longer than `gap`."""
    current: list[Message] = []
    for message in messages:
        if current and message.date - current[-1].date > gap:
            yield current
            current = []
        current.append(message)
    if current:
        yield current


def merge(messages: Iterable[Message], me: int, names: Mapping[int, str], left_out: Counter[str]) -> tuple[Turn, ...]:
    """Joins consecutive messages of one speaker into turns; each message stays a bubble of its own.

    What the person sent but did not write (forwards, media, answers of inline bots) stands in turns of its own that are not
    learned. A caption is the person's own words: the medium is context, the caption is learned.

    Args:
        messages: One conversation, in order.
        me: The person's marked id.
        names: Names by marked id.
        left_out: Counts, by reason, the person's messages of which nothing is learned; added to.
    """
    turns: list[Turn] = []
    speakers: list[int | None] = []
    for message in messages:
        mine = message.sender_id == me
        parts, reason = _parts(message, mine)
        if mine and reason:
            left_out[reason] += 1
        name = names.get(message.sender_id or 0) or DELETED
        for text, learn in parts:
            if turns and speakers[-1] == message.sender_id and turns[-1].learn == learn:
                last = turns.pop()
                speakers.pop()
                turn = Turn(name, mine, (*last.bubbles, text), learn, (*last.ids, message.id))
            else:
                turn = Turn(name, mine, (text,), learn, (message.id,))
            turns.append(turn)
            speakers.append(message.sender_id)
    return tuple(turns)


def _parts(message: Message, mine: bool) -> tuple[list[tuple[str, bool]], str | None]:
    """The bubbles of a message with whether each is learned, and why nothing is, where that is so."""
    text = "\n".join(line.rstrip() for line in message.text.strip().splitlines())
    medium = _medium(message)
    if message.forwarded_from is not None:
        return [(" ".join(filter(None, ["[forwarded]", medium, text])), False)], "forward"
    if message.via_bot is not None:
        return ([(" ".join(filter(None, [medium, text])), False)] if medium or text else []), "via bot"
    if not text:
        return ([(medium, False)], "media") if medium else ([], "empty")
    if mine:
        return [*([(medium, False)] if medium else []), (text, True)], None
    return [(f"{medium} {text}" if medium else text, False)], None


def _medium(message: Message) -> str:
    if message.media is None:
        return ""
    name = message.media.replace("_", " ").removesuffix(" file")
    return f"[{name} {message.emoji}]" if message.emoji else f"[{name or 'file'}]"
