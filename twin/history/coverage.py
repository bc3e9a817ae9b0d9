"""Which stretches of a chat live export has read to their end. Pure: what asks Telegram for the others is in export."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """What live export has read of a chat.

    Attributes:
        stretches: Disjoint (low, high], ascending: every message with low < id <= high that the chat had is in history.
        checked: All of that was read at this moment or later; None where there is nothing.
    """

    stretches: tuple[tuple[int, int], ...] = ()
    checked: datetime | None = None

    def with_stretch(self, low: int, high: int) -> Coverage:
        """The same with (low, high] read as well; stretches that overlap or touch become one."""
        if low >= high:
            return self
        apart = [stretch for stretch in self.stretches if stretch[1] < low or stretch[0] > high]
        joined = [stretch for stretch in self.stretches if stretch not in apart]
        whole = (min([low, *(start for start, _ in joined)]), max([high, *(end for _, end in joined)]))
        return replace(self, stretches=tuple(sorted([*apart, whole])))

    def covers(self, number: int) -> bool:
        """Whether the message of this id was read."""
        return any(low < number <= high for low, high in self.stretches)

    def end_of(self, position: int) -> int:
        """Up to which id all that follows `position` was read; `position` itself where nothing was."""
        return next((high for low, high in self.stretches if low <= position < high), position)

    def without(self, after: int) -> Coverage:
        """The same with nothing read of what has an id above `after`."""
        return replace(self, stretches=tuple((low, min(high, after)) for low, high in self.stretches if low < after))

    def to_json(self) -> str:
        """The text that history keeps."""
        return json.dumps({"stretches": self.stretches, "checked": self.checked and self.checked.isoformat()})

    @classmethod
    def from_json(cls, text: str) -> Coverage:
        """What `to_json` wrote."""
        values = json.loads(text)
        checked = values["checked"]
        return cls(tuple((low, high) for low, high in values["stretches"]), None if checked is None else datetime.fromisoformat(checked))
