import math
from collections.abc import Mapping, Sequence

import pytest

from tests import tiny
from twin.evaluate.closeness import closeness
from twin.evaluate.held_out import exchanges
from twin.evaluate.measured import BASE, PERSON, RETRIEVAL, TWIN, Reply, Sample
from twin.schema import Conversation

LEARNED = (tiny.conversation(tiny.them("how"), tiny.me("a b"), tiny.them("who"), tiny.me("a c"), tiny.me("z z z", learn=False)),)


def sample(held_out: Sequence[Conversation], replies: Mapping[str, Sequence[Reply]], training: Sequence[Conversation] = LEARNED) -> Sample:
    return Sample(exchanges(held_out), replies, training, held_out, 1)


def talk(*replies: Sequence[str]) -> Conversation:
    return tiny.conversation(*(turn for reply in replies for turn in (tiny.them("so?"), tiny.me(*reply))))


def one(true: str, given: str) -> dict[str, float]:
    found = closeness(sample([talk([true])], {TWIN: [(given,)]}))
    return {metric: rows[TWIN].value for metric, rows in found.metrics.items()}


def test_the_true_reply_is_at_1_and_what_has_nothing_in_common_at_0() -> None:
    found = closeness(sample([talk(["да, конечно", "приду"]), talk(["ok"])], {TWIN: [("да, конечно", "приду"), ("ok",)], BASE: [("wyz",), ("ой",)]}))
    for metric in ("chrf", "similarity"):
        assert found.metrics[metric][TWIN].value == pytest.approx(1)
        assert found.metrics[metric][BASE].value == 0


def test_chrf_is_the_mean_over_lengths_of_common_letter_sequences() -> None:
    # of abc and abd: two of three letters, one of two pairs, no triple, and nothing longer; precision and recall are the same
    assert one("abc", "abd")["chrf"] == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert one("abc", "ab d")["chrf"] == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert one("abc", "ABC")["chrf"] == 0


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    common, rare = 1.0, math.log(3 / 2) + 1  # ln((1 + replies) / (1 + those with the word)) + 1, of the two replies to learn
    unknown = math.log(3) + 1
    assert one("a b", "a c")["similarity"] == pytest.approx(common**2 / (common**2 + rare**2))
    assert one("A  b", "b")["similarity"] == pytest.approx(rare / math.hypot(common, rare))
    assert one("a zurich", "a")["similarity"] == pytest.approx(common / math.hypot(common, unknown))
    assert one("a z", "a")["similarity"] == pytest.approx(common / math.hypot(common, unknown))  # what is not to be learned does not count


def test_a_reply_of_nothing_but_a_smiley_can_be_met() -> None:
    assert one(")))", ")))")["similarity"] == pytest.approx(1)
    assert one(")))", "👍")["similarity"] == 0


def test_figures_are_means_over_exchanges_and_kept_by_conversation() -> None:
    held_out = [talk(["a"], ["b"]), tiny.conversation(tiny.me("nobody asked")), talk(["c"])]
    found = closeness(sample(held_out, {TWIN: [("a",), ("b",), ()], RETRIEVAL: [("z",), ("b",), ("c",)]}))
    for metric in ("chrf", "similarity"):
        parts, wholes = found.conversations[metric][TWIN]
        assert list(parts) == pytest.approx([2, 0, 0])  # the third has none, which is as far off as can be
        assert list(wholes) == [2, 0, 1]
        value = found.metrics[metric][TWIN]
        assert (value.value, value.n) == (pytest.approx(2 / 3), 2)
        assert value.low == 0
        assert value.high == pytest.approx(1)
        assert list(found.conversations[metric][RETRIEVAL][0]) == pytest.approx([1, 0, 1])


def test_no_row_changes_another_and_the_person_has_none() -> None:
    held_out = [talk(["a b"], ["c d"])]
    alone = closeness(sample(held_out, {TWIN: [("a c",), ("d",)]}))
    beside = closeness(sample(held_out, {TWIN: [("a c",), ("d",)], BASE: [("b b",), ("c",)], RETRIEVAL: [(), ()]}))
    for metric in ("chrf", "similarity"):
        assert beside.metrics[metric].keys() == {TWIN, BASE}
        assert beside.metrics[metric][TWIN] == alone.metrics[metric][TWIN]
    assert PERSON not in beside.metrics["chrf"]


def test_without_learned_replies_words_cannot_be_weighed() -> None:
    found = closeness(sample([talk(["a"])], {TWIN: [("a",)]}, training=[]))
    assert found.metrics.keys() == found.conversations.keys() == {"chrf"}
    assert found.left_out.keys() == {"similarity"}
    nothing = closeness(sample([], {TWIN: []}))
    assert nothing.metrics == nothing.conversations == {}
    assert nothing.left_out.keys() == {"chrf", "similarity"}
