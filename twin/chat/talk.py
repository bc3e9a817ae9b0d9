"""A conversation as the page keeps it: what was said, and what the base model would have answered in the twin's place."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from twin.schema import Turn

Shown = dict[str, str]
"""A message in the form of Gradio's chat."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation on the page.

    Attributes:
        turns: What was said; the twin's turns are `mine`.
        base: The base model's answers, by the index of the turn in whose place each stands.
    """

    turns: tuple[Turn, ...] = ()
    base: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """Whether there is nothing to say for the twin now."""
        return not self.turns or self.turns[-1].mine

    @property
    def place(self) -> int:
        """The index of the twin's last turn, or of the one that is due."""
        return len(self.turns) - (1 if self.turns and self.turns[-1].mine else 0)

    def with_reply(self, person: str, bubbles: tuple[str, ...]) -> Talk:
        """The same with the twin's reply at its end; no bubbles are no reply."""
        return replace(self, turns=(*self.turns, Turn(person, True, bubbles, False))) if bubbles else self

    def without_reply(self) -> Talk:
        """The same up to what a contact said last."""
        return replace(self, turns=self.turns[: self.place])

    def with_base(self, bubbles: tuple[str, ...]) -> Talk:
        """The same with the base's answer to what a contact said last."""
        return replace(self, base={**self.base, self.place: bubbles}) if bubbles else self

    def shown(self) -> list[Shown]:
        """The chat: a message for each bubble."""
        return _messages((turn.mine, turn.bubbles) for turn in self.turns)

    def shown_base(self) -> list[Shown]:
        """What stands beside it: the contact's messages, and the base's answers in the places of the twin's."""
        said = [(True, self.base.get(place, ())) if turn.mine else (False, turn.bubbles) for place, turn in enumerate(self.turns)]
        return _messages([*said, (True, self.base.get(len(self.turns), ()))])


def _messages(said: Iterable[tuple[bool, tuple[str, ...]]]) -> list[Shown]:
    # Gradio's chat shows content as HTML even where it does not render Markdown: what is said is text
    return [{"role": "assistant" if mine else "user", "content": html.escape(bubble, quote=False)} for mine, bubbles in said for bubble in bubbles]
