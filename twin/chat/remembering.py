"""The twin with its memory: what of the past goes with what was said last, and that a reply does not repeat it word for word.

Not here: finding it (twin.memory), and whether it is asked for (who keeps the conversation decides that, each time).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from twin.chat.people import Answering, Contact, Reply, Told
from twin.dataset import SPLITS
from twin.memory import Memories, copied, ends_in_copy
from twin.schema import Turn

if TYPE_CHECKING:
    from collections.abc import Collection

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
        alone: Whether somebody is answered with what was said in their own chat alone: where it is they who read the answer.
    """

    def __init__(
        self, engine: Answering, memories: Memories, *, splits: Collection[str] = SPLITS, count: int = 3, budget: int = 600, alone: bool = False
    ) -> None:
        self._engine, self._memories = engine, memories
        self._splits, self._count, self._budget, self._alone = splits, count, budget, alone

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
        found = self._memories.recall(
            question, contact.name, splits=self._splits, count=self._count, budget=self._budget, conversation=turns, alone=self._alone
        )
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
    ) -> Reply:
        """As Engine.reply, but no reply has COPIED characters of a memory word for word.

        One that would is drawn again without memories; where something of it was shown already, before the copy began, it ends there. Nothing that was
        shown is taken back.
        """
        over = False

        def steps(given: Sequence[str]) -> Reply:
            return self._engine.reply(turns, contact, sampling, voice=voice, memories=given, stopped=lambda: over or stopped())

        if not memories:
            return (yield from steps(()))
        shown: tuple[str, ...] = ()
        last: tuple[str, ...] = ()
        told = Told(steps(memories))
        with closing(iter(told)) as drawn:
            for last in drawn:
                text = " ".join(last)
                over = over or copied(text, memories) >= COPIED
                if not over and last != shown and not ends_in_copy(text, memories, _HELD):
                    shown = last
                    yield shown
        if not over:
            if last != shown:
                yield last
            return told.ended
        if shown:
            return replace(told.ended, cut=False)
        over = False
        return (yield from steps(()))
