"""How long the person takes over a message: pauses between the bubbles of a reply, drawn from their own history.

Nothing is fitted: a pause is one of those that the person made before messages of about the same length, out of the middle half of them, so that neither a
slip of the finger nor a telephone call among them shows. Not here: waiting (the terminal and the page do).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from twin.history import open_history
from twin.schema import ChatKind

if TYPE_CHECKING:
    from random import Random

TYPING = 0.33
"""Seconds for a character where history says nothing: 36.2 words a minute of five characters (Palin and others, MobileHCI 2019, on phones)."""
LONGEST, LONGEST_FIRST = 6.0, 4.0
"""Seconds that somebody who reads waits for the next bubble, and for the first, at most."""
_SHORTEST = 0.3
_BURST = 60
"""Seconds between two messages from which on the second is no part of what the first began."""
_ALIKE = 40
"""Pauses that are looked at, at least: those before messages whose lengths are nearest, all of a length or none."""
_ENOUGH = 12
_CHAT, _ALL = 2_000, 60_000
"""Messages that are read of a chat, the newest, and of all."""

Pause = tuple[int, float]
"""The characters of a message, and the seconds before it."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The person's pauses, by the length of the message that came after.

    Attributes:
        between: Before a message that follows another of the person's.
        first: Before one that answers somebody.
    """

    between: tuple[Pause, ...] = ()
    first: tuple[Pause, ...] = ()

    @classmethod
    def of(cls, history: Path) -> Rhythm:
        """The rhythm in a history: of personal chats and groups that take part. Raises HistoryError."""
        between: list[Pause] = []
        first: list[Pause] = []
        read = 0
        with open_history(history) as store:
            me, choices = store.me, store.choices()
            for chat in store.chats():
                if me is None or read >= _ALL:
                    break
                if chat.id in choices or chat.kind not in (ChatKind.PERSONAL, ChatKind.GROUP):
                    continue
                before: tuple[int | None, int] | None = None
                for sender, date, length in store.timing(chat.id, _CHAT):
                    read += 1
                    if before and sender == me and length and 0 <= date - before[1] <= _BURST:
                        (between if before[0] == me else first).append((length, float(date - before[1])))
                    before = sender, date
        return cls(tuple(sorted(between)), tuple(sorted(first)))

    def pause(self, bubble: str, generator: Random, *, first: bool = False) -> float:
        """Seconds before a bubble, drawn; `first` for the one that begins a reply."""
        known, most = (self.first, LONGEST_FIRST) if first else (self.between, LONGEST)
        alike = sorted(_nearest(known, len(bubble)))
        if len(alike) < _ENOUGH:
            return min(most, max(_SHORTEST, TYPING * len(bubble) * generator.uniform(0.75, 1.25)))
        middle = alike[len(alike) // 4 : -(len(alike) // 4)]
        # history knows whole seconds
        return min(most, max(_SHORTEST, generator.choice(middle) + generator.uniform(-0.5, 0.5)))


def _nearest(known: Sequence[Pause], length: int) -> Iterable[float]:
    """The seconds of those pauses that came before messages of about a length."""
    low = high = bisect_left(known, (length, 0.0))
    while high - low < min(_ALIKE, len(known)):
        below = low > 0 and (high == len(known) or length - known[low - 1][0] <= known[high][0] - length)
        nearest = known[low - 1 if below else high][0]
        low, high = (bisect_left(known, (nearest, 0.0)), high) if below else (low, bisect_left(known, (nearest + 1, 0.0)))
    return (seconds for _, seconds in known[low:high])
