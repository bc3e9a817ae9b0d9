"""Twins, loaded and ready to answer, several people at once: base model, adapters and template.

Not here: keeping conversations (the page and the terminal do), drawing anything, reading arguments, or the order of replies (scheduler.py).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from twin.chat.people import BASE, Contact, Reply, people_of, why_not_beside
from twin.chat.scheduler import Scheduler
from twin.config import Train, load_config
from twin.errors import ModelError, UsageError
from twin.model import base
from twin.model.generate import Draft
from twin.model.sampling import Sampling
from twin.model.template import Template
from twin.model.voices import Voices
from twin.schema import ChatKind, Turn


class Engine:
    """Loaded twins. May be asked by several threads at once; a reply is the same whether it is alone or among others, up to rounding.

    Args:
        runs: The folder of a finished run, or of several over one base, the one that answers unless another is asked for first.
        progress: Told in a few words what is being loaded.

    Raises:
        ModelError: A run, its base or its adapter cannot be loaded, or it cannot answer beside the first (people.why_not_beside).
        ConfigError: A run's config.toml is damaged.
    """

    def __init__(self, runs: Path | Sequence[Path], progress: Callable[[str], None] = lambda what: None) -> None:
        runs = [runs] if isinstance(runs, Path) else list(runs)
        for run in runs[1:]:
            if why := why_not_beside(runs[0], run):
                raise ModelError(why)
        person, contacts = people_of(runs[0])
        self._load(runs, [load_config(run / "config.toml").train for run in runs], person, contacts, progress)

    @classmethod
    def untrained(cls, base: str, person: str, contacts: Sequence[Contact], row_tokens: int, progress: Callable[[str], None] = lambda what: None) -> Engine:
        """The base alone, as somebody of whom it has learned nothing.

        Args:
            base: "embedded", or a name or folder, as train.base.
            person: Whose part it takes.
            contacts: Whom they write with.
            row_tokens: The longest conversation, header and reply included.
            progress: Told in a few words what is being loaded.

        Raises:
            ModelError: The base cannot be loaded.
        """
        engine = cls.__new__(cls)
        engine._load([], [Train(base=base, row_tokens=row_tokens)], person, contacts, progress)
        return engine

    def _load(self, runs: Sequence[Path], settings: Sequence[Train], person: str, contacts: Sequence[Contact], progress: Callable[[str], None]) -> None:
        self.person, self.contacts = person, contacts
        self.voices = (*(run.name for run in runs), BASE)
        self._room = min(own.row_tokens for own in settings)
        self._template: Template = base.load_template(settings[0].base)
        self._place = base.device()
        voices = Voices(runs, settings, self._template, self._place, progress=progress)
        self._scheduler = Scheduler(voices, longest=self._room)
        weakref.finalize(self, self._scheduler.close)

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
        """Yields the bubbles of the person's next turn as they grow; the last value is the whole reply. Returns how it ended.

        It goes on being written while nobody reads it, and ends when the generator is closed.

        Args:
            turns: The conversation so far; the oldest turns are left out where it is too long.
            contact: Who the person is talking to.
            sampling: How tokens are drawn; a reply is cut where header, turns and reply fill the row that the run was trained on.
            voice: One of `voices`; None for the first.
            memories: What of the past stands in the prompt, as `recall` gives it.
            stopped: Asked before every token, in another thread.

        Raises:
            UsageError: There is no such voice.
            ModelError: There is not enough memory for this reply.
        """
        voice = self.voices[0] if voice is None else voice
        if voice not in self.voices:
            raise UsageError(f"no voice {voice}; there are: {', '.join(self.voices)}")
        prompt = self._prompt(turns, contact, min(sampling.max_tokens, self._room // 3), memories)
        sampling = replace(sampling, max_tokens=min(sampling.max_tokens, max(self._room - len(prompt), 1)))
        return (yield from self._scheduler.reply(None if voice == BASE else voice, prompt, Draft(self._template, sampling, self._place), stopped))

    def recall(self, turns: Sequence[Turn], contact: Contact) -> tuple[str, ...]:
        """Nothing: an engine has no memory."""
        return ()

    def _prompt(self, turns: Sequence[Turn], contact: Contact, reserve: int, memories: Sequence[str] = ()) -> list[int]:
        return prompt_of(self._template, self.person, turns, contact, room=self._room, reserve=reserve, memories=memories)


def prompt_of(template: Template, person: str, turns: Sequence[Turn], contact: Contact, *, room: int, reserve: int, memories: Sequence[str] = ()) -> list[int]:
    """What a reply is drawn from: the header, and as many of the newest turns as leave `reserve` tokens of a row of `room` for the reply.

    Args:
        template: The template.
        person: Whose reply it is to be.
        turns: The conversation so far.
        contact: Who the person is talking to.
        room: Tokens of the row that the model was trained on.
        reserve: Tokens of it that are left for the reply.
        memories: What of the past stands in the header; the first ones go where it gets too long.
    """
    group = contact.kind is ChatKind.GROUP
    key = "group" if group else "contact"
    header = template.header(person, **{key: contact.name}, memories=" ".join(memories) or None)
    while memories and len(header) > (room - reserve) // 2:  # the conversation needs the other half
        memories = memories[1:]
        header = template.header(person, **{key: contact.name}, memories=" ".join(memories) or None)
    rest = max(room - reserve - len(header), 1)
    pieces = template.pieces(turns, group=group)
    lengths = [max(len(form.ids) for form in (piece, piece.first) if form) for piece in pieces]
    start = _first_kept(lengths, rest - len(template.markers.mine.opening))
    prompt = template.prompt(header, turns[start:], group=group)
    if len(prompt) <= len(header) + rest:
        return prompt
    return [*header, *prompt[-rest:]]  # one message longer than everything: its end is what is answered


def _first_kept(lengths: Sequence[int], room: int) -> int:
    """The turn with which a conversation begins that does not fit into `room` tokens as a whole.

    Whenever a turn is one too many, as many of the oldest go as leaves half of the room: the next turns then come behind what a model has read, which
    it need not read again. Turn by turn, every prompt would begin anew. The price is that the twin sees between half a row and a whole one, three
    quarters on average, and reads half a row again each time. Where it begins follows from the turns alone, and is the same when more have come.
    """
    ends = [0, *accumulate(lengths)]
    start = 0
    for number in range(len(lengths)):
        if ends[number + 1] - ends[start] > room:
            start = next((place for place in range(start, number) if ends[number + 1] - ends[place] <= room // 2), number)
    return start
