"""Which split a conversation belongs to: one cut in time over everything, and some chats wholly for the test.

Nothing in an earlier split was written after a later split's cut, so what is measured on the test is the future.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_ENOUGH_CHATS = 10
"""From this many chats on, some of them are held out as a whole."""


@dataclass(frozen=True, slots=True)
class Split:
    """The cut.

    Attributes:
        validation_from: A conversation that ends at or after this moment is no longer in train.
        test_from: ... nor in validation.
        test_chats: Chats whose conversations are all in test.
    """

    validation_from: datetime
    test_from: datetime
    test_chats: frozenset[int]

    def of(self, chat_id: int, end: datetime) -> str:
        """The split of a conversation that ended at `end`."""
        if chat_id in self.test_chats or end >= self.test_from:
            return "test"
        return "validation" if end >= self.validation_from else "train"


def choose_split(dates: Sequence[int], chats: Sequence[int], *, validation_share: float, test_share: float, test_chat_share: float, seed: int) -> Split:
    """Places the cut.

    Args:
        dates: When the person wrote, in seconds since 1970, oldest first; the shares are shares of these.
        chats: The chats that take part.
        validation_share: Share of the dates before the test's.
        test_share: Share of the dates, the newest.
        test_chat_share: Share of the chats, from ten on.
        seed: Which chats those are.
    """
    held_out: list[int] = []
    if len(chats) >= _ENOUGH_CHATS and test_chat_share > 0:
        shuffled = sorted(chats, key=lambda chat: hashlib.sha256(f"{seed}:{chat}".encode()).digest())
        held_out = shuffled[: max(1, round(test_chat_share * len(chats)))]

    def cut(share: float) -> datetime:
        kept = len(dates) - round(share * len(dates))
        return datetime.fromtimestamp(dates[kept], UTC) if kept < len(dates) else datetime.max.replace(tzinfo=UTC)

    return Split(cut(validation_share + test_share), cut(test_share), frozenset(held_out))
