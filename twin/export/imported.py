"""What an import did, whichever format it came from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from twin.history import Stored

FORGOTTEN = "in a chat you have forgotten"


@dataclass(slots=True)
class Imported:
    """Counts in messages; those of several files add up.

    Attributes:
        chats: Chats with at least one message.
        stored: What became of the messages.
        left_out: Records that are no messages, or could not be read, by reason.
    """

    chats: int = 0
    stored: Stored = field(default_factory=Stored)
    left_out: Counter[str] = field(default_factory=Counter)

    def count(self, stored: Stored) -> None:
        """Adds what storing some messages did."""
        self.stored += stored
        if stored.forgotten:
            self.left_out[FORGOTTEN] += stored.forgotten

    def add(self, other: Imported) -> None:
        """Adds another file's counts."""
        self.chats += other.chats
        self.stored += other.stored
        self.left_out += other.left_out

    def to_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        stored = self.stored
        return {
            "chats": self.chats,
            "messages": stored.messages,
            "added": stored.added,
            "updated": stored.updated,
            "unchanged": stored.unchanged,
            "left_out": dict(self.left_out),
        }
