from collections.abc import Sequence

import numpy as np
import pytest

from tests.evaluate.writers import conversation, me, them
from twin.evaluate.bags import FEWEST, FOLDS, LEAST, SIZE, Source, bagged, halves, paired, said, text_of
from twin.evaluate.held_out import exchanges
from twin.evaluate.measured import PERSON, Sample


def source(lengths: Sequence[int], each: int = 5) -> Source:
    """Replies of these lengths, so many in each conversation."""
    return Source(np.arange(len(lengths)) // each, tuple(("x" * length,) for length in lengths))


def lengths(chance: np.random.Generator, count: int, times: float = 1) -> list[int]:
    return [int(length) for length in times * chance.lognormal(3.3, 0.6, count) + 2]


def test_a_half_has_whole_conversations_and_half_of_the_replies() -> None:
    conversations = np.repeat(np.arange(12), [9, 1, 3, 5, 2, 2, 7, 1, 1, 4, 6, 3])
    seen = set()
    for seed in range(30):
        first = halves(conversations, np.random.default_rng(seed))
        assert not set(conversations[first]) & set(conversations[~first])
        assert abs(int(first.sum()) - int((~first).sum())) <= 9
        assert np.array_equal(first, halves(conversations, np.random.default_rng(seed)))
        seen.add(first.tobytes())
    assert len(seen) > 20


def test_no_conversation_is_in_two_folds_and_no_reply_in_two_bags() -> None:
    chance = np.random.default_rng(1)
    one, two = source(lengths(chance, 300)), source(lengths(chance, 300))
    bags = paired(one, two, (1, 0))
    folds: dict[int, set[int]] = {}
    for side, found in ((one, bags.first), (two, bags.second)):
        for bag in found:
            folds.setdefault(bag.fold, set()).update(side.conversations[bag.members].tolist())
        members = np.concatenate([bag.members for bag in found])
        assert len(set(members.tolist())) == len(members) == bags.pairs
    assert len(folds) == FOLDS
    assert sum(map(len, folds.values())) == len(set.union(*folds.values())) == 60
    assert [(bag.fold, len(bag.members)) for bag in bags.first] == [(bag.fold, len(bag.members)) for bag in bags.second]
    assert all(0.7 * SIZE <= len(bag.members) <= 1.5 * SIZE for bag in bags.first)


def test_a_bag_is_of_as_few_conversations_as_can_be() -> None:
    conversations = np.tile(np.arange(12), 10)  # the replies of a conversation do not stand together
    bags = bagged(np.arange(120), conversations, 20, np.random.default_rng(1))
    assert [len(bag) for bag in bags] == [20] * 6
    assert all(len(set(conversations[bag].tolist())) == 2 for bag in bags)


@pytest.mark.parametrize("times", [1.0, 1.5, 0.5])
def test_bags_of_one_fold_have_as_many_characters(times: float) -> None:
    chance = np.random.default_rng(2)
    one, two = source(lengths(chance, 200)), source(lengths(chance, 200, times))
    bags = paired(one, two, (1, 0))
    assert bags.pairs >= 100
    for fold in {bag.fold for bag in bags.first}:
        first, second = (
            sorted(len(text_of(side.replies[member])) for bag in found if bag.fold == fold for member in bag.members)
            for side, found in ((one, bags.first), (two, bags.second))
        )
        assert abs(sum(first) - sum(second)) <= 0.02 * sum(first)
        assert all(abs(a - b) <= max(4, max(a, b) / 3) for a, b in zip(first, second, strict=True))


def test_where_there_are_few_replies_bags_are_smaller_and_then_there_are_none() -> None:
    for count in (100, 60, 32):
        bags = paired(source([20] * count), source([20] * count), (1, 0))
        assert FEWEST <= len(bags.first) == len(bags.second)
        assert all(LEAST <= len(bag.members) <= SIZE + 5 for bag in bags.first)
    assert not paired(source([20] * 10), source([20] * 10), (1, 0)).first
    apart = paired(source([20] * 100), source([60] * 100), (1, 0))
    assert (apart.first, apart.second, apart.pairs) == ((), (), 0)
    one_fold = Source(np.zeros(100, dtype=np.intp), (("x" * 20,),) * 100)
    assert not paired(one_fold, one_fold, (1, 0)).first  # there is nothing left to learn from


def test_the_same_seed_gives_the_same_bags() -> None:
    chance = np.random.default_rng(3)
    one, two = source(lengths(chance, 100)), source(lengths(chance, 100))
    drawn = [[bag.members.tolist() for bag in paired(one, two, seed).first] for seed in ((1, 0), (1, 0), (1, 1))]
    assert drawn[0] == drawn[1] != drawn[2]


def test_what_says_nothing_is_in_no_source() -> None:
    talk = conversation(them("hi"), me("ho", "ha"), them("so"), me("yes"))
    sample = Sample(exchanges([talk]), {"twin": [(), ("no",)]}, [], [talk], 1)
    assert said(sample, PERSON).replies == (("ho", "ha"), ("yes",))
    assert said(sample, "twin").replies == (("no",),)
    assert said(sample, "twin").conversations.tolist() == [0]
