"""The twin with its memory: what of the past goes with what was said last, and that a reply does not repeat it word for word.

Not here: finding it (twin.memory), and whether it is asked for (who keeps the conversation decides that, each time).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from twin.chat.people import Answering, Contact
from twin.dataset import SPLITS
from twin.memory import Memories, copied, ends_in_copy
from twin.schema import Turn

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from twin.model.sampling import Sampling

COPIED = 50
"""Characters of a memory that a reply may not have word for word."""
_HELD = 20
"""Characters of a copy that has just begun which are not shown before it is clear how it goes on."""


class Remembering:
    """What answers, with a memory.

    Args:
        engine: What answers.
        memories: What there is to remember, under the names that the engine knows.
        splits: Of the dataset, those that are remembered. To measure on the test split, leave it out.
        count: How many exchanges at most.
        budget: Characters of them all, at most.
    """

    def __init__(self, engine: Answering, memories: Memories, *, splits: Collection[str] = SPLITS, count: int = 3, budget: int = 600) -> None:
        self._engine, self._memories = engine, memories
        self._splits, self._count, self._budget = splits, count, budget

    @property
    def person(self) -> str:
        """Whose twin it is."""
        return self._engine.person

    @property
    def contacts(self) -> Sequence[Contact]:
        """Whom it knows."""
        return self._engine.contacts

    @property
    def voices(self) -> Sequence[str]:
        """Who can answer."""
        return self._engine.voices

    def recall(self, turns: Sequence[Turn], contact: Contact) -> tuple[str, ...]:
        """The texts of what has most to do with what a contact said last, oldest first. Raises DatasetError."""
        question = next((" ".join(turn.bubbles) for turn in reversed(turns) if not turn.mine), "")
        found = self._memories.recall(question, contact.name, splits=self._splits, count=self._count, budget=self._budget, conversation=turns)
        return tuple(memory.text for memory in found)

    def reply(
        self,
        turns: Sequence[Turn],
        contact: Contact,
        sampling: Sampling,
        *,
        voice: str | None = None,
        memories: Sequence[str] = (),
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[tuple[str, ...]]:
        """As Engine.reply, but no reply has COPIED characters of a memory word for word.

        One that would is drawn again without memories; where something of it was shown already, before the copy began, it ends there. Nothing that was
        shown is taken back.
        """

        def steps(given: Sequence[str]) -> Iterator[tuple[str, ...]]:
            return self._engine.reply(turns, contact, sampling, voice=voice, memories=given, stopped=stopped)

        if not memories:
            yield from steps(())
            return
        shown: tuple[str, ...] = ()
        last: tuple[str, ...] = ()
        with closing(_closable(steps(memories))) as drawn:
            for last in drawn:
                text = " ".join(last)
                if copied(text, memories) >= COPIED:
                    break
                if last != shown and not ends_in_copy(text, memories, _HELD):
                    shown = last
                    yield shown
            else:
                if last != shown:
                    yield last
                return
        if not shown:  # the engine is free again
            yield from steps(())


def _closable(steps: Iterator[tuple[str, ...]]) -> Generator[tuple[str, ...], None, None]:
    """The same, in a form that can be closed before its end, whoever makes it."""
    yield from steps
