"""The twin, loaded and ready to answer: base model, adapter and template. One reply at a time.

Not here: keeping conversations (the page and the terminal do), drawing anything, or reading arguments.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from twin.chat.people import BASE, Contact, people_of
from twin.config import load_config
from twin.errors import UsageError
from twin.model import base
from twin.model.adapter import load_twin
from twin.model.generate import generate
from twin.model.sampling import Sampling
from twin.model.template import Template
from twin.schema import ChatKind, Turn


class Engine:
    """A loaded twin.

    Args:
        run: The folder of a finished run.
        progress: Told in a few words what is being loaded.

    Raises:
        ModelError: The run, its base or its adapter cannot be loaded.
        ConfigError: The run's config.toml is damaged.
    """

    def __init__(self, run: Path, progress: Callable[[str], None] = lambda what: None) -> None:
        settings = load_config(run / "config.toml").train
        self.person, self.contacts = people_of(run)
        self.voices = (run.name, BASE)
        self._lock = threading.Lock()
        self._room = settings.row_tokens
        self._template: Template = base.load_template(settings.base)
        self._twin = load_twin(run, settings, self._template, base.device(), progress=progress)

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
        """Yields the bubbles of the person's next turn as they grow; the last value is the whole reply.

        Args:
            turns: The conversation so far; the oldest turns are left out where it is too long.
            contact: Who the person is talking to.
            sampling: How tokens are drawn.
            voice: One of `voices`; None for the first.
            memories: What of the past stands in the prompt, as `recall` gives it.
            stopped: Asked before every token.

        Raises:
            UsageError: There is no such voice.
        """
        if voice is not None and voice not in self.voices:
            raise UsageError(f"no voice {voice}; there are: {', '.join(self.voices)}")
        prompt = self._prompt(turns, contact, min(sampling.max_tokens, self._room // 3), memories)
        with self._lock:
            if voice != BASE:
                yield from generate(self._twin.model, self._template, prompt, sampling, stopped=stopped)
            else:
                with self._twin.base_alone() as model:
                    yield from generate(model, self._template, prompt, sampling, stopped=stopped)

    def recall(self, turns: Sequence[Turn], contact: Contact) -> tuple[str, ...]:
        """Nothing: an engine has no memory."""
        return ()

    def _prompt(self, turns: Sequence[Turn], contact: Contact, reserve: int, memories: Sequence[str] = ()) -> list[int]:
        group = contact.kind is ChatKind.GROUP
        key = "group" if group else "contact"
        header = self._template.header(self.person, **{key: contact.name}, memories=" ".join(memories) or None)
        kept = list(turns)
        while True:
            prompt = self._template.prompt(header, kept, group=group)
            if len(prompt) <= self._room - reserve:
                return prompt
            if len(kept) <= 1:  # one message longer than everything: its end is what is answered
                return [*header, *prompt[-(self._room - reserve - len(header)) :]]
            kept = kept[1:]
