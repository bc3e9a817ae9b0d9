"""Whom a run knows, and what they say: read from its run.json, without PyTorch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from twin.errors import ModelError
from twin.schema import ChatKind, Turn

if TYPE_CHECKING:
    from twin.model.sampling import Sampling


BASE = "base"
"""The voice of the base model alone, without what it was trained to."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody the person writes with: the twin answers them as the person would.

    Attributes:
        id: Of the chat, where it is known; it does not make two of one.
    """

    name: str
    kind: ChatKind = ChatKind.PERSONAL
    id: int | None = field(default=None, compare=False)


class Answering(Protocol):
    """What answers as the person: an Engine, or one behind other names (veil.py)."""

    @property
    def person(self) -> str:
        """Whose twin it is."""

    @property
    def contacts(self) -> Sequence[Contact]:
        """Whom it knows, most written to first."""

    @property
    def voices(self) -> Sequence[str]:
        """Who can answer: runs by their names, the one that does unless another is asked for first, and BASE."""

    def recall(self, turns: Sequence[Turn], contact: Contact) -> tuple[str, ...]:
        """What of the past goes with what was said last, oldest first; nothing where there is no memory."""

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
        """Yields the bubbles of the person's next turn as they grow; see Engine."""


def people_of(run: Path) -> tuple[str, list[Contact]]:
    """The person of a run, and the contacts it was trained on, most written to first. Raises ModelError."""
    try:
        about = _about(run)
        chats = sorted(about["chats"], key=lambda chat: -chat["targets"])
        return about["person"], [Contact(chat["name"], ChatKind(chat["kind"]), chat["id"]) for chat in chats]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{run / 'run.json'} is missing or damaged ({error!r}); train again with: twin train --fresh") from error


def is_renamed(run: Path) -> bool:
    """Whether a run that `people_of` can read was trained with other names than those of life: not the person's, but everybody else's."""
    return bool(_about(run).get("renamed"))


def _about(run: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return about


def with_message(turns: Sequence[Turn], name: str, text: str) -> list[Turn]:
    """The conversation after somebody else has said `text`; consecutive messages of one speaker form one turn."""
    said = tuple(line for line in text.strip().split("\n\n") if line.strip()) or (text,)
    if turns and not turns[-1].mine and turns[-1].name == name:
        return [*turns[:-1], Turn(name, False, (*turns[-1].bubbles, *said), False)]
    return [*turns, Turn(name, False, said, False)]
