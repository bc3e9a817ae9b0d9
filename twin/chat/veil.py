"""The twin behind its surrogates: the model never sees a real name, and the person sees the real ones where they want to.

What is said to the twin has surrogates in place of names, as everything had that it was trained on. With `reveal`, what it says, whom it knows and how
they are called has the real names again; without, the person sees and may use the surrogates. Not here: which name stands for which (twin.privacy).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import regex

from twin.chat.people import Answering, Contact, Reply, Told, is_renamed, people_of
from twin.errors import WorkspaceError
from twin.schema import Turn

if TYPE_CHECKING:
    from twin.model.sampling import Sampling
    from twin.privacy.names import Names

_WORD_AT_END = regex.compile(r"\w+$")
_REMEMBERED = 1000
"""Replies whose very words are kept; of an older one, what the person saw is hidden again, which is nearly always the same."""


class Veil:
    """What stands between the person and a run.

    Args:
        person: Whose twin it is.
        contacts: Whom the run knows, by the names that it knows them by.
        names: What hides and reveals names; None: there is nothing to hide.
        reveal: Whether the person sees the real names.

    Attributes:
        contacts: The same contacts as the person sees them.
        hides: Whether the person sees surrogates.
    """

    def __init__(self, person: str, contacts: Sequence[Contact], names: Names | None, *, reveal: bool) -> None:
        self.person = person
        self.hides = names is not None and not reveal
        self._names = names
        self._reveal = reveal
        self._known: dict[Contact, Contact] = {}
        self.contacts: list[Contact] = []
        for contact in contacts:
            name, number = names.reveal(contact.name) if names and reveal else contact.name, 2
            shown = replace(contact, name=name)
            while self._known.setdefault(shown, contact) != contact:  # what differs in surrogates alone
                shown, number = replace(contact, name=f"{name} {number}"), number + 1
            self.contacts.append(shown)

    def called(self, name: str) -> str:
        """How the person sees somebody whom they name."""
        return self._names.whole(name) if self._names and self.hides else name

    def inside(self, contact: Contact) -> Contact:
        """A contact as the run knows them."""
        return self._known.get(contact) or replace(contact, name=self._names.whole(contact.name) if self._names else contact.name)

    def as_known(self, turns: Sequence[Turn], contact: Contact) -> tuple[list[Turn], Contact]:
        """A conversation that was kept as the person saw it, with whichever names, as the run would know it."""
        inside, names = self.inside(contact), self._names
        if names is None:
            return list(turns), inside
        called = {turn.name: inside.name if turn.name == contact.name else names.whole(turn.name) for turn in turns if not turn.mine}
        hidden = (tuple(names.hide(bubble, mixed=True)[0] for bubble in turn.bubbles) for turn in turns)
        return [replace(turn, name=called.get(turn.name, turn.name), bubbles=bubbles) for turn, bubbles in zip(turns, hidden, strict=True)], inside

    def over(self, engine: Answering) -> Answering:
        """An engine of the run as the person sees it."""
        return _Veiled(engine, self, self._names, self._reveal) if self._names else engine


class _Veiled:
    """An engine with other names outside than inside."""

    def __init__(self, engine: Answering, veil: Veil, names: Names, reveal: bool) -> None:
        self.person, self.contacts, self.voices = engine.person, veil.contacts, engine.voices
        self._engine, self._veil, self._names, self._reveal = engine, veil, names, reveal
        self._said: dict[tuple[str, ...], tuple[str, ...]] = {}

    def recall(self, turns: Sequence[Turn], contact: Contact) -> tuple[str, ...]:
        """As Engine.recall; what it gives is shown, and what is shown can be given to `reply`."""
        inside = self._veil.inside(contact)
        remembered = self._engine.recall([self._heard(turn, contact, inside) for turn in turns], inside)
        return self._revealed(remembered) if self._reveal else remembered

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
        """As Engine.reply. With real names, a word is held back until it is complete: nothing shown is taken back.

        But for the surrogate of a whole display name that has a number behind it, as two have one word for a name: that is told apart at the end.
        """
        inside = self._veil.inside(contact)
        heard = [self._heard(turn, contact, inside) for turn in turns]
        remembered = self._hidden(tuple(memories))
        steps = self._engine.reply(heard, inside, sampling, voice=voice, memories=remembered, stopped=stopped)
        if not self._reveal:
            return (yield from steps)
        said: tuple[str, ...] = ()
        shown: tuple[str, ...] = ()
        last: tuple[str, ...] = ()
        told = Told(steps)
        try:
            for last in told:
                complete = _complete(last)
                if not "\0".join(said).startswith("\0".join(complete)):
                    said, shown = complete, self._revealed(complete)
                    yield shown
            if last != said or not shown:
                said, shown = last, self._revealed(last)
                yield shown
        finally:  # also where the person stops it
            self._remember(shown, said)
        return told.ended

    def _heard(self, turn: Turn, contact: Contact, inside: Contact) -> Turn:
        """A turn as the model is to see it."""
        if turn.mine:
            if not self._reveal:
                return turn
            return replace(turn, bubbles=self._said.get(turn.bubbles) or self._hidden(turn.bubbles))
        name = inside.name if turn.name == contact.name else self._names.whole(turn.name)
        return replace(turn, name=name, bubbles=self._hidden(turn.bubbles))

    def _hidden(self, bubbles: tuple[str, ...]) -> tuple[str, ...]:
        # who sees surrogates writes them
        return tuple(self._names.hide(bubble, mixed=not self._reveal)[0] for bubble in bubbles)

    def _revealed(self, bubbles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self._names.reveal, bubbles))

    def _remember(self, shown: tuple[str, ...], said: tuple[str, ...]) -> None:
        if shown:
            self._said[shown] = said
        for oldest in list(self._said)[:-_REMEMBERED]:  # a list, and no error where it is gone: there may be several threads
            self._said.pop(oldest, None)


def unveiled(engine: Answering) -> Answering:
    """The engine behind its veil: for what is said in surrogates already, as in the dataset."""
    return engine._engine if isinstance(engine, _Veiled) else engine


def _complete(bubbles: tuple[str, ...]) -> tuple[str, ...]:
    """The bubbles without the word at their end, which may be the beginning of another."""
    *before, last = bubbles or ("",)
    last = _WORD_AT_END.sub("", last)
    return (*before, last) if last.strip() else tuple(before)


def veil_of(run: Path, key: Path, names: Path, *, reveal: bool) -> Veil:
    """What stands before a run.

    Args:
        run: The folder of a finished run.
        key: The workspace's key.
        names: The workspace's names.
        reveal: Whether the person wants to see the real names.

    Raises:
        ModelError: The run's run.json is missing or damaged.
        WorkspaceError: The key or the names are damaged, or missing where they are to be revealed.
    """
    person, contacts = people_of(run)
    if not is_renamed(run):
        return Veil(person, contacts, None, reveal=reveal)
    if not (key.exists() and names.exists()):
        if reveal:
            missing = names if key.exists() else key
            raise WorkspaceError(f"{missing} is missing: the real names cannot be shown without it; put a copy of it back, or leave --reveal out")
        return Veil(person, contacts, None, reveal=reveal)
    from twin.privacy.key import read_key
    from twin.privacy.name_book import read_book
    from twin.privacy.names import Names

    return Veil(person, contacts, Names((), read_key(key), keep=[person], book=read_book(names)), reveal=reveal)
