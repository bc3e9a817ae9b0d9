import itertools
import random
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from tests import tiny
from twin.evaluate.copying import LONG, copying, distinct, overlaps
from twin.evaluate.held_out import exchanges
from twin.evaluate.measured import BASE, PERSON, RETRIEVAL, TWIN, Reply, Sample
from twin.schema import Conversation

SAID = "we could meet at the old mill by the river if the rain stops in time for it"
ELSE = "or else we stay at home and play cards until somebody is hungry enough to cook"


def talk(*replies: Sequence[str]) -> Conversation:
    return tiny.conversation(*(turn for reply in replies for turn in (tiny.them("so?"), tiny.me(*reply))))


def sample(held_out: Sequence[Conversation], replies: Mapping[str, Sequence[Reply]], training: Sequence[Conversation]) -> Sample:
    return Sample(exchanges(held_out), replies, training, held_out, 1)


def test_a_long_stretch_of_the_training_text_is_found_whatever_stands_around_it() -> None:
    training = [tiny.conversation(tiny.them(ELSE), tiny.me(*SAID.split(" ", 5), learn=False))]
    copy = f"hey! {SAID[4:]}, ok?"
    assert overlaps([copy, SAID, SAID.upper().replace(" ", "\n "), ELSE, "no"], training) == [len(SAID) - 4, len(SAID), len(SAID), len(ELSE), 0]
    assert overlaps([SAID[3 : LONG + 3], SAID[3 : LONG + 2] + "#", SAID[3 : LONG + 2]], training) == [LONG, 0, 0]
    assert overlaps([SAID], [tiny.conversation(tiny.them(SAID[:40]), tiny.me(SAID[40:]))]) == [0]  # two people's
    assert overlaps([SAID], []) == [0]


def test_overlaps_are_those_of_looking_everywhere() -> None:
    chance = random.Random(0)
    parts = ["".join(chance.choices("ab ", k=size)) for size in (20, 30, 40, 55)]

    def text() -> str:
        return " ".join("".join(chance.choices(parts, k=3)).split())

    turns = [text() for _ in range(6)]
    training = [tiny.conversation(*(tiny.them(turn) for turn in turns))]
    texts = [text() for _ in range(60)]
    found = overlaps(texts, training)
    for own, length in zip(texts, found, strict=True):
        covered = [any(own[start : start + LONG] in turn for turn in turns) for start in range(len(own) - LONG + 1)]
        runs = [len(list(run)) for yes, run in itertools.groupby(covered) if yes]
        assert length == (max(runs) + LONG - 1 if runs else 0)
    assert 10 < sum(length > 0 for length in found) < 60


def test_a_copy_of_the_training_text_is_caught_and_the_person_is_measured_alike() -> None:
    training = [talk([SAID], [ELSE])]
    held_out = [talk(["yes"], [SAID[:60], "!"]), talk(["no, not like that"], ["why", "not"])]
    fresh: list[Reply] = [("of course",), (), ("a thing that nobody has said before, at any time, to anybody",), ("ok",)]
    found = copying(sample(held_out, {RETRIEVAL: [(SAID,), (ELSE,), (SAID,), (ELSE,)], TWIN: fresh, BASE: [()] * 4}, training))
    copied = found.metrics["copied"]
    assert copied.keys() == {RETRIEVAL, TWIN, PERSON}
    assert (copied[RETRIEVAL].value, copied[TWIN].value, copied[PERSON].value) == (1, 0, 0.25)
    assert copied[RETRIEVAL].n == 2
    parts, wholes = found.conversations["copied"][PERSON]
    assert (list(parts), list(wholes)) == ([1, 0], [2, 2])
    assert list(found.conversations["copied"][TWIN][1]) == [1, 2]  # of the replies that there are
    assert found.left_out.keys() == {"distinct_1", "distinct_2", "distinct_3"}


def test_the_share_of_different_sequences_is_that_of_draws_of_one_size() -> None:
    chance = random.Random(1)
    homes = [number // 2 for number in range(80)]
    few: list[Reply] = [(" ".join(chance.choices("abcdefgh", k=4)),) for _ in homes]
    many: list[Reply] = [(" ".join(chance.choices("abcdefghijklmnop", k=6)), chance.choice("xyz")) for _ in homes]
    found = distinct({TWIN: few, PERSON: many}, homes, 2)
    pairs = {
        row: [pair for reply in replies for words in [" ".join(reply).split()] for pair in itertools.pairwise(words)]
        for row, replies in ((TWIN, few), (PERSON, many))
    }
    size = found[TWIN].n
    assert size == found[PERSON].n == len(pairs[TWIN]) - 12  # without a twentieth of the conversations: two of two replies with three pairs each
    for row, value in found.items():
        drawn = [len(set(chance.sample(pairs[row], size))) / size for _ in range(100)]
        assert value.value == pytest.approx(np.mean(drawn), abs=0.006)
        assert value.low < value.value < value.high
    assert found[TWIN].value < found[PERSON].value


def test_who_writes_more_is_not_taken_for_one_who_varies_less() -> None:
    chance = random.Random(2)
    replies: list[Reply] = [(" ".join(str(chance.randint(0, 300)) for _ in range(5)),) for _ in range(300)]
    homes = [number % 30 for number in range(300)]
    short = [reply if number % 3 else () for number, reply in enumerate(replies)]
    found = distinct({PERSON: replies, TWIN: short, BASE: [("always the same three words",)] * 300}, homes, 1)
    assert found[PERSON].value == pytest.approx(found[TWIN].value, abs=0.02)
    assert found[BASE].value < 0.02 < found[TWIN].low


def test_an_interval_is_as_wide_as_figures_of_other_conversations_differ() -> None:
    chance = np.random.default_rng(3)
    often = 1 / np.arange(1, 401)
    homes = np.repeat(np.arange(40), 2)

    def replies(count: int) -> list[Reply]:
        """Words as often as words are, and one that only their conversation has."""
        return [(" ".join(map(str, [*chance.choice(400, count, p=often / often.sum()), 1000 + home])),) for home in homes]

    fixed = replies(3)  # draws as many from all
    values = [distinct({PERSON: replies(5), TWIN: fixed}, homes, 1)[PERSON] for _ in range(30)]
    spread = np.std([value.value for value in values])
    assert np.mean([value.high - value.low for value in values]) / (2 * 1.96) == pytest.approx(spread, rel=0.35)
    assert np.ptp([value.n for value in values]) == 0


def test_a_row_with_few_sequences_does_not_spoil_the_others() -> None:
    homes = [number // 2 for number in range(80)]
    replies: list[Reply] = [(f"word {number} of {number % 7}",) for number in range(80)]
    found = distinct({PERSON: replies, TWIN: [("ok",)] * 80, BASE: [()] * 80}, homes, 3)
    assert found == distinct({PERSON: replies}, homes, 3)
    assert found.keys() == {PERSON}
    assert distinct({PERSON: replies}, [0] * 80, 1) == {}  # one conversation says nothing about others


def test_every_figure_has_its_rows() -> None:
    talks = [talk([f"word {number} and {number % 5} more"], ["all right then"]) for number in range(40)]
    held_out = exchanges(talks)
    found = copying(Sample(held_out, {TWIN: [exchange.reply for exchange in held_out]}, talks, talks, 1))
    assert {metric: set(rows) for metric, rows in found.metrics.items()} == {
        metric: {TWIN, PERSON} for metric in ("copied", "distinct_1", "distinct_2", "distinct_3")
    }
    assert all(rows[TWIN] == rows[PERSON] for rows in found.metrics.values())
    assert not found.left_out
    nothing = copying(Sample([], {}, talks, [], 1))
    assert nothing.metrics == {}
    assert nothing.left_out.keys() == {"copied", "distinct_1", "distinct_2", "distinct_3"}
