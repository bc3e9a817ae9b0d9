"""Invented writers: each makes up replies by a small grammar of style, from words that all of them share.

Not tiny.py: nothing here needs a model, and tests without one begin at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from twin.evaluate.held_out import exchanges
from twin.evaluate.measured import Reply, Sample
from twin.schema import ChatKind, Conversation, Turn

WORDS = (
    "we they you that this was is will can maybe really tomorrow today work home train coffee dinner film meeting later early before after"
    " the a to of with for and but so then when why what good bad late long new old first last think know want need see come go take"
).split()


@dataclass(frozen=True)
class Writer:
    """How somebody writes: shares are of messages or of words."""

    words: tuple[int, int] = (2, 9)
    small: float = 0.95
    period: float = 0.05
    laugh: float = 0.25
    comma: float = 0.02
    emoji: float = 0.1
    own: tuple[str, ...] = ("haha",)
    more: float = 0.4

    def say(self, chance: Random) -> Reply:
        """A reply."""
        return tuple(self._message(chance) for _ in range(2 if chance.random() < self.more else 1))

    def _message(self, chance: Random) -> str:
        words = [chance.choice(WORDS) + ("," if chance.random() < self.comma else "") for _ in range(chance.randint(*self.words))]
        if chance.random() < self.laugh:
            words.insert(chance.randint(0, len(words)), chance.choice(self.own))
        text = " ".join(words).rstrip(",")
        text = text if chance.random() < self.small else text[0].upper() + text[1:]
        return text + ("." if chance.random() < self.period else "") + (" 🙂" if chance.random() < self.emoji else "")


def me(*bubbles: str, learn: bool = True) -> Turn:
    """A turn of Ann's."""
    return Turn("Ann", True, bubbles, learn)


def them(*bubbles: str, name: str = "Bob") -> Turn:
    """A turn of a contact."""
    return Turn(name, False, bubbles, False)


def conversation(*turns: Turn) -> Conversation:
    """A conversation of Ann's, in a group."""
    return Conversation(-1, "friends", ChatKind.GROUP, "Ann", datetime(2025, 1, 1, tzinfo=UTC), turns)


ANN = Writer()
BOB = Writer(small=0.03, period=0.9, laugh=0.15, comma=0.15, emoji=0.0, own=("indeed", "of course"), more=0.1)


def several(count: int) -> dict[str, Writer]:
    """Writers who all differ a little, by name."""
    chance = Random(99)
    return {
        f"writer {number}": Writer(
            small=chance.random(),
            period=chance.random(),
            laugh=chance.uniform(0.2, 0.5),
            comma=chance.uniform(0, 0.2),
            emoji=chance.random() / 3,
            own=(chance.choice(WORDS) + chance.choice(["!", "?!", "..", " :)", ")))"]),),
            more=chance.random(),
        )
        for number in range(count)
    }


def talks(people: Mapping[str, Writer], count: int, length: int, chance: Random) -> list[Conversation]:
    """Conversations of Ann, the first of these people, with the others in turn; she replies `length` times in each."""
    ann, *others = people
    found = []
    for number in range(count):
        turns: list[Turn] = []
        for place in range(length):
            name = others[(number + place) % len(others)]
            turns += [them(*people[name].say(chance), name=name), me(*people[ann].say(chance))]
        found.append(conversation(*turns))
    return found


def sample(
    rows: Mapping[str, Writer | Sequence[Writer]],
    *,
    people: Mapping[str, Writer] | None = None,
    conversations: int = 24,
    length: int = 6,
    training: tuple[int, int] = (0, 0),
    seed: int = 1,
) -> Sample:
    """What Ann, the first of `people`, has replied, and rows that other writers have; where a row is of several, each reply is of one of them by chance."""
    chance = Random(seed)
    people = people or {"Ann": ANN, "Bob": BOB}
    held_out = talks(people, conversations, length, chance)
    found = exchanges(held_out)
    replies = {}
    for row, writers in rows.items():
        some = [writers] if isinstance(writers, Writer) else list(writers)
        replies[row] = [chance.choice(some).say(chance) for _ in found]
    return Sample(found, replies, talks(people, *training, chance), held_out, seed)
