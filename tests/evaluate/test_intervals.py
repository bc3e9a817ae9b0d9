import math

import numpy as np
import pytest

from twin.evaluate.intervals import Value, bootstrap, difference, ratio


def test_a_ratio_is_of_sums_and_its_interval_holds_the_truth_as_often_as_it_says() -> None:
    truth, held = 0.3, 0
    chance = np.random.default_rng(0)
    for trial in range(200):
        tries = chance.integers(1, 8, 60)
        value = ratio(chance.binomial(tries, truth).astype(float), tries.astype(float), seed=trial)
        held += value.low <= truth <= value.high
    assert 180 <= held <= 199  # 95 % of 200, give or take three standard deviations
    value = ratio(np.array([1.0, 2.0, 0.0]), np.array([2.0, 2.0, 0.0]), seed=1)
    assert (value.value, value.n) == (0.75, 2)


def test_the_same_seed_gives_the_same_interval() -> None:
    parts, wholes = np.arange(20.0), np.full(20, 20.0)
    assert ratio(parts, wholes, seed=3) == ratio(parts, wholes, seed=3)
    assert ratio(parts, wholes, seed=3) != ratio(parts, wholes, seed=4)


def test_a_difference_is_paired() -> None:
    chance = np.random.default_rng(1)
    hard = chance.uniform(1, 9, 50)  # how hard a conversation is, for everyone
    wholes = np.ones(50)
    better = difference(hard - 0.1, hard, wholes, wholes, seed=1)
    assert better.value == pytest.approx(-0.1)
    assert better.high < -0.09  # the two together; each alone has an interval a hundred times as wide
    alone = ratio(hard, wholes, seed=1)
    assert alone.high - alone.low > 1


def test_any_statistic_can_be_drawn() -> None:
    numbers = np.random.default_rng(2).normal(5, 1, 400)
    value = bootstrap(lambda drawn: float(np.median(numbers[drawn])), 400, seed=1)
    assert value.low < np.median(numbers) == value.value < value.high
    assert value.high - value.low == pytest.approx(2 * 1.96 * 1.2533 / 20, rel=0.5)  # the median of a normal distribution: 1.2533 sigma / sqrt(n)


def test_nothing_gives_no_number() -> None:
    empty = np.zeros(0)
    for value in (ratio(empty, empty, seed=1), difference(empty, empty, empty, empty, seed=1), bootstrap(lambda drawn: math.nan, 0, seed=1)):
        assert math.isnan(value.value)
        assert math.isnan(value.low)
        assert value.n == 0
        assert value.to_json()["value"] is None


def test_a_value_comes_back_from_json() -> None:
    value = Value(0.5, 0.25, math.inf, 7)
    again = Value.from_json(value.to_json())
    assert (again.value, again.low, again.n) == (0.5, 0.25, 7)
    assert math.isnan(again.high)
