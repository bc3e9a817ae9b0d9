from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from twin.history import Coverage

EDGES = st.integers(-30, 30)
STRETCHES = st.lists(st.tuples(EDGES, EDGES), max_size=8)
CHECKED = st.none() | st.datetimes(timezones=st.just(UTC))


def covered(coverage: Coverage) -> set[int]:
    return {number for low, high in coverage.stretches for number in range(low + 1, high + 1)}


def of(stretches: list[tuple[int, int]], checked: datetime | None = None) -> Coverage:
    coverage = Coverage(checked=checked)
    for low, high in stretches:
        coverage = coverage.with_stretch(low, high)
    return coverage


def is_neat(coverage: Coverage) -> bool:
    """Ascending, none empty, and a gap between any two."""
    edges = [edge for stretch in coverage.stretches for edge in stretch]
    return edges == sorted(set(edges))


def test_stretches_that_touch_or_overlap_become_one() -> None:
    assert of([(1, 5), (5, 9)]).stretches == ((1, 9),)
    assert of([(5, 9), (1, 5)]).stretches == ((1, 9),)
    assert of([(1, 5), (6, 9)]).stretches == ((1, 5), (6, 9))
    assert of([(1, 5), (6, 9), (4, 7)]).stretches == ((1, 9),)
    assert of([(3, 3), (5, 4)]) == Coverage()


@given(stretches=STRETCHES, checked=CHECKED)
def test_a_coverage_covers_what_was_read_and_nothing_else(stretches: list[tuple[int, int]], checked: datetime | None) -> None:
    coverage = of(stretches, checked)
    assert covered(coverage) == {number for low, high in stretches for number in range(low + 1, high + 1)}
    assert is_neat(coverage)
    assert coverage.checked == checked


@given(stretches=STRETCHES, checked=CHECKED, after=EDGES)
def test_without_cuts_off_what_is_above(stretches: list[tuple[int, int]], checked: datetime | None, after: int) -> None:
    coverage = of(stretches, checked)
    cut = coverage.without(after)
    assert covered(cut) == {number for number in covered(coverage) if number <= after}
    assert is_neat(cut)
    assert cut.checked == checked


@given(stretches=STRETCHES, checked=CHECKED)
def test_it_comes_back_from_its_text(stretches: list[tuple[int, int]], checked: datetime | None) -> None:
    coverage = of(stretches, checked)
    assert Coverage.from_json(coverage.to_json()) == coverage
