"""A chat's messages -> conversations of turns: cut on silence, join a speaker's messages, mark what is to be learned.

Not here: which chats and conversations take part (decide.py), what is learned already (deduplicate.py), the splits (split.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from twin.schema import Message, Turn

DELETED = "Deleted Account"
"""How Telegram shows somebody whose name is gone."""


def segment(messages: Iterable[Message], gap: timedelta) -> Iterator[list[Message]]:
    """Cuts one chat's messages, in order of date, wherever the silence between two is longer than `gap`."""
    current: list[Message] = []
    before = None
    for message in messages:
        date = message.date
        if before is not None and date - before > gap:
            yield current
            current = []
        current.append(message)
        before = date
    if current:
        yield current


def merge(messages: Iterable[Message], me: int, names: Mapping[int, str]) -> tuple[list[Turn], dict[int, str]]:
    """Joins consecutive messages of one speaker into turns; each message stays a bubble of its own.

    What the person sent but did not write (forwards, media, answers of inline bots) stands in turns of its own that are not
    learned. A caption is the person's own words: the medium is context, the caption is learned.

    Args:
        messages: One conversation, in order.
        me: The person's marked id.
        names: Names by marked id.

    Returns:
        The turns, and by their ids why nothing is learned of those messages of the person of which nothing is.
    """
    turns: list[Turn] = []
    left_out: dict[int, str] = {}
    bubbles: list[str] = []
    ids: list[int] = []
    speaker: int | None = None
    learning = False

    def finish() -> None:
        if bubbles:
            turns.append(Turn(names.get(speaker or 0) or DELETED, speaker == me, tuple(bubbles), learning, tuple(ids)))

    for message in messages:
        _, number, sender, _, text, media, _, forwarded, bot, _, _, _ = message  # at once: this runs for every message of a history
        mine = sender == me
        text = text.strip()
        if len(text.splitlines()) > 1:
            text = "\n".join(line.rstrip() for line in text.splitlines())
        if text and media is None and forwarded is None and bot is None:
            parts: tuple[tuple[str, bool], ...] = ((text, mine),)  # nearly all of them
        else:
            parts, reason = _special(message, text, mine)
            if mine and reason:
                left_out[number] = reason
        for bubble, learn in parts:
            if sender != speaker or learn is not learning:
                finish()
                bubbles, ids, speaker, learning = [], [], sender, learn
            bubbles.append(bubble)
            ids.append(number)
    finish()
    return turns, left_out


def _special(message: Message, text: str, mine: bool) -> tuple[tuple[tuple[str, bool], ...], str | None]:
    """The bubbles of a message that is not just text, with whether each is learned, and why nothing is, where that is so."""
    medium = _medium(message)
    if message.forwarded_from is not None:
        return ((" ".join(filter(None, ["[forwarded]", medium, text])), False),), "forward"
    if message.via_bot is not None:
        return (((" ".join(filter(None, [medium, text])), False),) if medium or text else ()), "via bot"
    if not text:
        return (((medium, False),) if medium else ()), "media" if medium else "empty"
    if mine:
        return ((medium, False), (text, True)), None
    return ((f"{medium} {text}", False),), None


def _medium(message: Message) -> str:
    if message.media is None:
        return ""
    name = message.media.replace("_", " ").removesuffix(" file")
    return f"[{name} {message.emoji}]" if message.emoji else f"[{name or 'file'}]"
