"""A reply with a memory: what is looked up, and that no memory is said word for word."""

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from tests.talks import dataset, mine, talk, theirs
from twin.chat.people import BASE, Contact, Ended, Reply, Told
from twin.chat.remembering import COPIED, Remembering
from twin.chat.veil import Veil
from twin.memory import Memories, copied
from twin.model.sampling import Sampling
from twin.privacy.names import Names
from twin.schema import Turn

PRIYA, MAMA = Contact("Priya"), Contact("Мама")
SAMPLING = Sampling()
WORDS = "we met at the old harmonica shop behind the station and it rained all day"
MEMORY = f"On 3 May 2025 Priya wrote “where?”, and Nika answered “{WORDS}”."


@dataclass
class Scripted:
    """Stands in for an engine: what it says with memories and without is given, what it was asked is kept."""

    with_memories: str = "ok"
    without: str = "no idea"
    person: str = "Nika"
    contacts: tuple[Contact, ...] = (PRIYA, MAMA)
    voices: tuple[str, ...] = ("run-1", BASE)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    busy: bool = False
    pace: int = 1

    def reply(self, turns, contact, sampling, *, voice=None, memories=(), stopped=lambda: False) -> Reply:
        assert not self.busy, "it answers one after the other"
        self.asked.append(tuple(memories))
        self.turns = list(turns)
        self.busy = True
        try:
            said = self.with_memories if memories else self.without
            for end in range(self.pace, len(said) + 1, self.pace):
                if stopped():
                    return Ended(cut=True, prompt_tokens=len(memories), reply_tokens=end - 1)
                yield tuple(said[:end].split("|"))
            return Ended(cut=False, prompt_tokens=len(memories), reply_tokens=len(said))
        finally:
            self.busy = False


@pytest.fixture
def memories() -> Memories:
    common = [talk(theirs("how are you"), mine(f"fine {number}")) for number in range(40)]
    train = [*common, talk(theirs("where is the harmonica?"), mine("in the shop"))]
    test = [talk(theirs("the zeppelin?"), mine("gone"), chat="Мама", day="2025-06-01")]
    return Memories(Path("memory.db"), dataset(Path("dataset"), train, test=test))


def reply(engine: Scripted, memories: Memories, given: tuple[str, ...] = (MEMORY,)) -> list[tuple[str, ...]]:
    steps = list(Remembering(engine, memories).reply([theirs("hi")], PRIYA, SAMPLING, memories=given))
    assert all("\n".join(later).startswith("\n".join(earlier)) for earlier, later in pairwise(steps)), "nothing shown is taken back"
    assert not engine.busy
    return steps


def test_what_a_contact_said_last_is_looked_up(memories: Memories) -> None:
    engine = Remembering(Scripted(), memories)
    turns = [theirs("the zeppelin?"), mine("what"), theirs("so", "where is that harmonica")]
    assert engine.recall(turns, PRIYA) == ("On 3 May 2025 Priya wrote “where is the harmonica?”, and Nika answered “in the shop”.",)
    assert engine.recall(turns[:2], MAMA) == ("On 1 June 2025 Priya wrote “the zeppelin?”, and Nika answered “gone”.",)
    assert engine.recall([mine("the zeppelin")], PRIYA) == engine.recall([], PRIYA) == ()
    assert (engine.person, tuple(engine.contacts), tuple(engine.voices)) == ("Nika", (PRIYA, MAMA), ("run-1", BASE))


def test_where_it_is_measured_the_test_split_is_not_remembered(memories: Memories) -> None:
    assert Remembering(Scripted(), memories, splits=("train", "validation")).recall([theirs("zeppelin?")], PRIYA) == ()


def test_nothing_is_looked_up_that_was_not_asked_for(memories: Memories) -> None:
    engine = Scripted()
    assert reply(engine, memories, given=())[-1] == ("no idea",)
    assert engine.asked == [()]
    assert not Path("memory.db").exists()


def test_a_reply_of_its_own_words_comes_as_it_is(memories: Memories) -> None:
    engine = Scripted(with_memories="it rained all day|i said, all day!")
    steps = reply(engine, memories)
    assert steps[-1] == ("it rained all day", "i said, all day!")
    assert len(steps) > 10
    assert engine.asked == [(MEMORY,)]


@pytest.mark.parametrize("said", [WORDS, WORDS.upper(), WORDS.replace(" ", "|", 5), WORDS[: COPIED + 1]])
def test_a_reply_that_copies_from_its_beginning_is_drawn_again_without_memories(memories: Memories, said: str) -> None:
    engine = Scripted(with_memories=said)
    last = reply(engine, memories)[-1]
    assert copied(" ".join(last), [MEMORY]) < COPIED
    assert engine.asked in ([(MEMORY,), ()], [(MEMORY,)])
    assert last == ("no idea",) or WORDS.casefold().startswith(" ".join(last).casefold())


def test_a_reply_that_begins_to_copy_ends_there(memories: Memories) -> None:
    engine = Scripted(with_memories=f"you know this one|{WORDS}")
    last = reply(engine, memories)[-1]
    assert last[0] == "you know this one"
    assert copied(" ".join(last), [MEMORY]) < 25
    assert engine.asked == [(MEMORY,)]


def test_as_many_characters_as_are_allowed_are_said(memories: Memories) -> None:
    allowed = f"q {WORDS[: COPIED - 2]}q"
    engine = Scripted(with_memories=allowed)
    assert reply(engine, memories)[-1] == (allowed,)
    ends = f"q {WORDS[: COPIED - 2]}"
    assert reply(Scripted(with_memories=ends), memories)[-1] == (ends,)


def test_a_stopped_reply_is_not_drawn_again(memories: Memories) -> None:
    engine = Scripted(with_memories="hello there")
    looks = iter([False] * 4)
    steps = list(Remembering(engine, memories).reply([], PRIYA, SAMPLING, memories=[MEMORY], stopped=lambda: next(looks, True)))
    assert steps[-1] == ("hell",)
    assert engine.asked == [(MEMORY,)]


@pytest.mark.parametrize(
    ("engine", "given", "ended"),
    [
        (Scripted(), (), Ended(cut=False, prompt_tokens=0, reply_tokens=len("no idea"))),
        (Scripted(with_memories="it rained"), (MEMORY,), Ended(cut=False, prompt_tokens=1, reply_tokens=len("it rained"))),
        (Scripted(with_memories=WORDS, without=WORDS.upper(), pace=len(WORDS)), (MEMORY,), Ended(cut=False, prompt_tokens=0, reply_tokens=len(WORDS))),
        (Scripted(with_memories=f"you know this one|{WORDS}"), (MEMORY,), Ended(cut=False, prompt_tokens=1, reply_tokens=len("you know this one|") + COPIED)),
    ],
)
def test_how_it_ended_is_that_of_the_reply_that_is_shown(memories: Memories, engine: Scripted, given: tuple[str, ...], ended: Ended) -> None:
    told = Told(Remembering(engine, memories).reply([theirs("hi")], PRIYA, SAMPLING, memories=given))
    shown = list(told)
    assert told.ended == ended
    assert "".join(shown[-1])


def test_behind_a_veil_it_remembers_by_the_names_that_the_twin_knows() -> None:
    names = Names(["Priya"], bytes(range(32)), keep=["Nika"])
    other = names.whole("Priya")
    inside = Contact(other)
    common = [talk(theirs("how are you"), mine(f"fine {number}")) for number in range(40)]
    folder = dataset(Path("dataset"), [*common, talk(theirs("where is the harmonica?", name=other), mine(f"ask {other}"))])
    engine = Veil("Nika", [inside], names, reveal=True).over(Remembering(Scripted(contacts=(inside,)), Memories(Path("memory.db"), folder)))
    (text,) = engine.recall([theirs("did Priya find the harmonica")], PRIYA)
    assert text == "On 3 May 2025 Priya wrote “where is the harmonica?”, and Nika answered “ask Priya”."
