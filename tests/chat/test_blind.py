"""The blind test's kit: which exchanges become questions, that nothing gives the real reply away, and what the score says."""

import math
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twin.chat.blind import EMPTY, SAME, TAGGED, Answers, Question, Score, make_questions, wilson
from twin.chat.people import BASE, Contact
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Conversation, Turn


@dataclass
class Scripted:
    """Stands in for an engine whose reply is known: by the last thing said to it, or "twin"."""

    replies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    person: str = "Ann"
    contacts: tuple[Contact, ...] = (Contact("Bob"),)
    voices: tuple[str, ...] = ("run-1", BASE)
    asked: list[tuple[tuple[Turn, ...], Contact, Sampling, tuple[str, ...]]] = field(default_factory=list)

    def recall(self, turns: Sequence[Turn], contact: Contact) -> tuple[str, ...]:
        raise AssertionError("what the twin remembers might hold the reply")

    def reply(self, turns, contact, sampling, *, voice=None, memories=(), stopped=lambda: False):
        self.asked.append((tuple(turns), contact, sampling, tuple(memories)))
        whole = self.replies.get(turns[-1].bubbles[-1], ("twin",))
        for number in range(1, len(whole) + 1):
            yield whole[:number]


def me(*bubbles: str, learn: bool = True) -> Turn:
    return Turn("Ann", True, bubbles, learn)


def them(*bubbles: str) -> Turn:
    return Turn("Bob", False, bubbles, False)


def conversation(*turns: Turn, chat: str = "Bob", group: bool = False, chat_id: int = 1) -> Conversation:
    return Conversation(chat_id, chat, ChatKind.GROUP if group else ChatKind.PERSONAL, "Ann", datetime(2025, 1, 1, tzinfo=UTC), turns)


LONG = conversation(*(turn for number in range(8) for turn in (them(f"q{number}"), me(f"a{number}", "more"))))


def questions(conversations: Sequence[Conversation], engine: Scripted | None = None, seed: int = 1, count: int = 99, **more) -> list[Question]:
    return list(make_questions(conversations, engine or Scripted(), Sampling(), seed, count, **more))


def test_a_question_has_the_real_reply_and_the_twins_to_the_same_few_turns() -> None:
    engine = Scripted({"q5": ("made", "up")})
    question = next(one for one in questions([LONG], engine) if one.context[-1].bubbles == ("q5",))
    assert question.replies[question.real] == ("a5", "more")
    assert question.replies[1 - question.real] == ("made", "up")
    assert question.context == LONG.turns[5:11]
    assert question.contact == Contact("Bob")
    asked = next(one for one in engine.asked if one[0][-1].bubbles == ("q5",))
    assert asked[0] == question.context
    assert asked[3] == ()


def test_every_reply_to_somebody_that_was_to_be_learned_is_asked_about_once() -> None:
    said = conversation(me("hello"), them("hi"), me("[photo]", learn=False), me("look"), them("nice"), me("thanks"), them("bye"))
    assert [one.context[-1].bubbles for one in questions([said])] == [("nice",)]
    assert sorted(one.context[-1].bubbles[0] for one in questions([LONG])) == [f"q{number}" for number in range(8)]


def test_in_a_group_the_contact_is_the_group() -> None:
    assert questions([conversation(them("hi"), me("yo"), chat="rats", group=True)])[0].contact == Contact("rats", ChatKind.GROUP)


def test_what_tells_nothing_or_too_much_is_left_out_and_counted() -> None:
    conversations = [
        conversation(them("own tag"), me("mine is ⟦PHONE⟧")),
        conversation(them("own empty"), me(" ")),
        conversation(them("twin tag"), me("a")),
        conversation(them("twin empty"), me("b")),
        conversation(them("twin silent"), me("c")),
        conversation(them("same"), me("OK  then", "yes")),
        conversation(them("fine"), me("d")),
    ]
    engine = Scripted({"twin tag": ("⟦IBAN⟧",), "twin empty": ("", " "), "twin silent": (), "same": ("ok then yes",)})
    left_out = Counter[str]()
    made = questions(conversations, engine, left_out=left_out)
    assert [one.context[-1].bubbles for one in made] == [("fine",)]
    assert left_out == {TAGGED: 2, EMPTY: 3, SAME: 1}
    assert not {"own tag", "own empty"} & {asked[0][-1].bubbles[-1] for asked in engine.asked}, "the twin need not answer what cannot be asked"


def test_a_seed_decides_everything_and_another_seed_something_else() -> None:
    first, again, other = questions([LONG]), questions([LONG]), questions([LONG], seed=2)
    assert first == again
    assert [one.key for one in first] != [one.key for one in other]
    engines = Scripted(), Scripted()
    for engine in engines:
        questions([LONG], engine)
    draws = [asked[2].seed for asked in engines[0].asked]
    assert draws == [asked[2].seed for asked in engines[1].asked]
    assert len(set(draws)) == len(draws)


def test_the_real_reply_is_as_often_first_as_second() -> None:
    many = [conversation(them(f"q{number}"), me(f"a{number}"), chat_id=number) for number in range(400)]
    assert 160 < sum(one.real for one in questions(many, count=400)) < 240


def test_what_was_answered_is_not_asked_again_and_changes_no_other_question() -> None:
    first = questions([LONG])
    rest = questions([LONG], answered={one.key for one in first[:3]})
    assert rest == first[3:]
    assert len({one.key for one in first}) == 8


def test_no_more_are_made_than_wanted() -> None:
    engine = Scripted()
    assert len(questions([LONG], engine, count=2)) == 2
    assert len(engine.asked) == 2
    assert questions([LONG], count=99, stopped=lambda: True) == []


@pytest.mark.parametrize(("successes", "n", "low", "high"), [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (1, 1, 0.2065, 1)])
def test_the_interval_is_as_published_for_a_few(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("successes", "n"), [(1, 3), (44, 100), (999, 1000)])
def test_at_its_ends_the_score_test_is_just_not_rejected(successes: int, n: int) -> None:
    for end in wilson(successes, n):
        assert abs(successes / n - end) / math.sqrt(end * (1 - end) / n) == pytest.approx(1.959964, abs=1e-6)


def test_the_score_is_kept_for_each_run_and_survives(tmp_path: Path) -> None:
    path = tmp_path / "blind.jsonl"
    first, second, third = questions([LONG])[:3]
    answers = Answers(path)
    assert answers.score("run-1") == Score(0, 0)
    answers.add("run-1", first, first.real)
    answers.add("run-1", second, 1 - second.real)
    answers.add("run-2", third, 1 - third.real)
    again = Answers(path)
    assert again.score("run-1") == Score(1, 2)
    assert again.score("run-1").share == 0.5
    assert again.score("run-1").interval == wilson(1, 2)
    assert again.score("run-2") == Score(1, 1)
    assert again.keys("run-1") == {first.key, second.key}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "a0" not in path.read_text()
    again.reset("run-1")
    assert (again.score("run-1"), again.score("run-2")) == (Score(), Score(1, 1))


def test_a_damaged_line_costs_that_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "blind.jsonl"
    path.write_text('{"run": "r", "key": "1", "taken": true}\n{"run": "r", "ke\n[]\n{"run": "r"}\n', encoding="utf-8")
    answers = Answers(path)
    assert answers.score("r") == Score(1, 1)
    answers.add("r", questions([LONG])[0], 0)
    assert answers.score("r").rounds == 2
