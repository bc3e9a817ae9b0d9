"""A twin without training: replies of the person's, chosen from a dataset, shown to a model that has never learned from them.

On a local base they are the turns before the conversation, in the base's own template. For a server see remote.py, which adds in words how the person
writes. Everything comes from a dataset, so what is private was taken out. Not here: making one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import regex

from twin.chat.people import BASE, Answering, Contact, Reply, people_of
from twin.dataset import SPLITS, each_conversation
from twin.memory import exchanges
from twin.privacy.rule import OPEN
from twin.schema import ChatKind, Turn

if TYPE_CHECKING:
    from twin.model.sampling import Sampling

PERSONA = "persona"
"""The voice of a base that is shown replies of the person's; BASE is shown none."""
_NEWEST = 2_000
"""Exchanges of a chat that are chosen from: how somebody writes changes over the years."""
_LONGEST = 200
"""Characters of what was asked, or of a reply, that are an example still."""
_LIKE = 0.3
"""Share of common words, of all that two examples have, from which on the second shows nothing new (Jaccard)."""
_WORD = re.compile(r"\w+")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}(?:\p{EMod}|\ufe0f)?")


@dataclass(frozen=True, slots=True)
class Example:
    """A reply of the person's with what it answered."""

    chat: str
    kind: ChatKind
    asked: Turn
    reply: Turn

    @property
    def size(self) -> int:
        """Characters of both."""
        return sum(map(len, (*self.asked.bubbles, *self.reply.bubbles)))


@dataclass(frozen=True, slots=True)
class Style:
    """How the person writes, in figures; the values of prompts/persona.txt."""

    characters: str
    small: str
    stops: str
    bubbles: str
    emoji: str | None


class Persona:
    """What a model can be shown of the person.

    Args:
        person: Their name.
        contacts: Whom they write with.
        examples: Exchanges, oldest first.
    """

    def __init__(self, person: str, contacts: Sequence[Contact], examples: Sequence[Example]) -> None:
        self.person, self.contacts = person, list(contacts)
        self._by_chat: dict[Contact, list[Example]] = {}
        self._chosen: dict[tuple[Contact, int, int], tuple[Example, ...]] = {}
        for example in examples:
            self._by_chat.setdefault(Contact(example.chat, example.kind), []).append(example)
        self.style = _style([example.reply.bubbles for example in examples])

    def examples(self, contact: Contact, *, count: int, budget: int) -> tuple[Example, ...]:
        """Typical exchanges with a contact, oldest first, and where these are few, with others, before them.

        They are spread over the lengths of the person's replies there, so that short and long ones come as often as the person writes them.

        Args:
            contact: Whom the person is to answer.
            count: How many at most.
            budget: Characters of all of them together, at most.
        """
        if known := self._chosen.get((contact, count, budget)):
            return known
        own = self._by_chat.get(contact, [])[-_NEWEST:]
        like = [chat for chat in self._by_chat if chat != contact and chat.kind is contact.kind]
        unlike = [chat for chat in self._by_chat if chat != contact and chat.kind is not contact.kind]
        chosen: list[Example] = []
        for some in (own, *([example for chat in chats for example in self._by_chat[chat][-_NEWEST:]] for chats in (like, unlike))):
            more = _spread(some, count - len(chosen), budget - sum(example.size for example in chosen), [_words(example) for example in chosen])
            chosen = [*more, *chosen]
        return self._chosen.setdefault((contact, count, budget), tuple(chosen))


def persona_of(dataset: Path, *, splits: Collection[str] = SPLITS) -> Persona:
    """The persona in a dataset.

    Args:
        dataset: The folder.
        splits: Those from which examples are taken. To measure on the test split, leave it out.

    Raises:
        DatasetError: There is none, or it is damaged.
        ModelError: Its report is damaged.
    """
    person, contacts = people_of(dataset)
    conversations = (one for split in splits for one in each_conversation(dataset, split))
    found = [(one.date, Example(one.chat, one.kind, asked, reply)) for one in conversations for asked, reply in exchanges(one.turns) if asked]
    found.sort(key=lambda dated: dated[0])
    return Persona(person, contacts, [example for _, example in found if _is_typical(example)])


class Prompted:
    """A local base that answers as a persona.

    Args:
        engine: The base; one that was never trained.
        persona: What it is shown.
        count: Examples at most.
        budget: Characters of them all, at most, and as many of the conversation, the newest. What the base has no room for all the same is left out from
            the examples on.
    """

    def __init__(self, engine: Answering, persona: Persona, *, count: int = 6, budget: int = 400) -> None:
        self._engine, self._persona, self._count, self._budget = engine, persona, count, budget
        self.person, self.contacts, self.voices = persona.person, persona.contacts, (PERSONA, BASE)

    def recall(self, turns: Sequence[Turn], contact: Contact) -> tuple[str, ...]:
        """What the base remembers."""
        return self._engine.recall(turns, contact)

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
        """As Engine.reply, the examples before the conversation; the voice BASE is not shown them."""
        if voice in (None, PERSONA):
            turns, voice = with_examples(self._persona, turns, contact, count=self._count, budget=self._budget), None
        return (yield from self._engine.reply(turns, contact, sampling, voice=voice, memories=memories, stopped=stopped))


def with_examples(persona: Persona, turns: Sequence[Turn], contact: Contact, *, count: int, budget: int) -> list[Turn]:
    """Examples of a persona's, then the newest turns of a conversation, each of these two at most `budget` characters; see `Prompted`."""
    return [*as_turns(persona.examples(contact, count=count, budget=budget), contact), *_newest(turns, budget)]


def as_turns(examples: Sequence[Example], contact: Contact) -> list[Turn]:
    """Examples as turns of a conversation with a contact: in a personal chat, all of it was said to them."""
    turns = []
    for example in examples:
        asked = example.asked if contact.kind is ChatKind.GROUP else replace(example.asked, name=contact.name)
        turns += [replace(asked, learn=False, ids=()), replace(example.reply, learn=False, ids=())]
    return turns


def _newest(turns: Sequence[Turn], budget: int) -> Sequence[Turn]:
    """The newest turns that have at most so many characters together; the last in any case."""
    for place in range(len(turns) - 1, -1, -1):
        budget -= sum(map(len, turns[place].bubbles))
        if budget < 0 and place < len(turns) - 1:
            return turns[place + 1 :]
    return turns


def _is_typical(example: Example) -> bool:
    asked, said = ("\n".join(turn.bubbles) for turn in (example.asked, example.reply))
    return len(asked) <= _LONGEST and len(said) <= _LONGEST and OPEN not in f"{asked}{said}" and "\n\n" not in said


def _spread(some: Sequence[Example], count: int, budget: int, known: list[set[str]]) -> list[Example]:
    """As many examples, in their order, of lengths spread over those of all, none like another or like what is `known`."""
    if count < 1 or not some:
        return []
    by_length = sorted(range(len(some)), key=lambda place: some[place].size)
    chosen: list[int] = []
    for number in range(count):
        part = by_length[len(some) * number // count : len(some) * (number + 1) // count]
        for place in sorted(part, reverse=True):  # the newest of these lengths
            words = _words(some[place])
            if some[place].size <= budget and not any(len(words & other) > _LIKE * len(words | other) for other in known):
                chosen.append(place)
                known.append(words)
                budget -= some[place].size
                break
    return [some[place] for place in sorted(chosen)]


def _words(example: Example) -> set[str]:
    return set(_WORD.findall(" ".join((*example.asked.bubbles, *example.reply.bubbles)).casefold()))


def _style(replies: Sequence[Sequence[str]]) -> Style:
    """How these replies are written."""
    bubbles = [bubble.strip() for reply in replies for bubble in reply if bubble.strip()] or ["ok"]
    lettered = [bubble for bubble in bubbles if bubble[0].isalpha() and bubble[0].lower() != bubble[0].upper()]
    emoji = Counter(found for bubble in bubbles for found in _EMOJI.findall(bubble) if not found.isascii())
    return Style(
        characters=str(int(median(map(len, bubbles)))),
        small=_percent(sum(bubble[0].islower() for bubble in lettered), len(lettered)),
        stops=_percent(sum(bubble.endswith(".") for bubble in bubbles), len(bubbles)),
        bubbles=f"{len(bubbles) / max(1, len(replies)):.1f}",
        emoji=" ".join(sign for sign, _ in emoji.most_common(5)) or None,
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.0f}"
