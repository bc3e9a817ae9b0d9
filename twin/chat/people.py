"""Whom a run knows, and what they say: read from its run.json, without PyTorch."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from twin.config import load_config
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


@dataclass(frozen=True, slots=True)
class Ended:
    """How a reply came to its end.

    Attributes:
        cut: Whether there would have been more of it: it has as many tokens as it may, its row is full, or it was stopped.
        prompt_tokens: Tokens of all that it was drawn from, system text, examples and memories included; None where a model server does not count.
        reply_tokens: Tokens that were drawn, those that part and end bubbles included; None likewise.
    """

    cut: bool
    prompt_tokens: int | None = None
    reply_tokens: int | None = None


Reply = Generator[tuple[str, ...], None, Ended]
"""The bubbles of a reply as they grow, and in the end how it came to that."""


class Told:
    """A reply for who changes it on its way: to be gone through once; `ended` is there when it is over."""

    ended: Ended

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def __iter__(self) -> Generator[tuple[str, ...], None, None]:
        self.ended = yield from self._reply


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
    ) -> Reply:
        """Yields the bubbles of the person's next turn as they grow, and returns how it ended; see Engine."""


def people_of(run: Path) -> tuple[str, list[Contact]]:
    """The person of a run, and the contacts it was trained on, most written to first; or those of a dataset. Raises ModelError."""
    try:
        about = _about(run)
        chats = sorted(about["chats"], key=lambda chat: -chat["targets"])
        return about["person"], [Contact(chat["name"], ChatKind(chat["kind"]), chat["id"]) for chat in chats]
    except (OSError, ValueError, KeyError, TypeError) as error:
        again = "make it again with: twin prepare" if _record(run).name == "report.json" else "train again with: twin train --fresh"
        raise ModelError(f"{_record(run)} is missing or damaged ({error!r}); {again}") from error


def is_renamed(run: Path) -> bool:
    """Whether a run that `people_of` can read was trained with other names than those of life: not the person's, but all others'. Or a dataset has them."""
    return bool(_about(run).get("renamed"))


def why_not_beside(first: Path, run: Path) -> str | None:
    """Why a run cannot answer beside another in one engine; None where it can.

    Raises:
        ModelError: The run.json of one of them is missing or damaged.
        ConfigError: The same of config.toml.
    """
    one, other = (load_config(folder / "config.toml").train for folder in (first, run))
    for folder, method in ((first, one.method), (run, other.method)):
        if method in ("full", "prefix", "prompt"):
            return f"{folder.name} was trained with train.method = {method} and answers alone; leave it out, or ask for it alone"
    if other.base != one.base or (other.method == "qlora") != (one.method == "qlora"):
        bases = [f"{train.base}{' in 4 bits' if train.method == 'qlora' else ''}" for train in (other, one)]
        return f"{run.name} was trained on {bases[0]}, and cannot answer beside {first.name}, which was on {bases[1]}; leave one of them out"
    if people_of(run)[0] != people_of(first)[0] or is_renamed(run) != is_renamed(first):
        return f"{run.name} knows people by other names than {first.name}, and cannot answer beside it; leave one of them out"
    return None


def _about(run: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(_record(run).read_text(encoding="utf-8"))
    return about


def _record(run: Path) -> Path:
    """What a folder says about its people: a dataset's report has the same words for it as a run's."""
    report = run / "report.json"
    return report if report.exists() and not (run / "run.json").exists() else run / "run.json"


def with_message(turns: Sequence[Turn], name: str, text: str) -> list[Turn]:
    """The conversation after somebody else has said `text`; consecutive messages of one speaker form one turn."""
    said = tuple(line for line in text.strip().split("\n\n") if line.strip()) or (text,)
    if turns and not turns[-1].mine and turns[-1].name == name:
        return [*turns[:-1], Turn(name, False, (*turns[-1].bubbles, *said), False)]
    return [*turns, Turn(name, False, said, False)]
