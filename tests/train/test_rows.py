import pytest
import torch

from tests import tiny
from twin.model.packing import Window, make_batch
from twin.model.score import make_rows
from twin.train.rows import Feed

ROWS = make_rows(tiny.template(), tiny.chatter(34), row_tokens=192, shared_tokens=32)


@pytest.fixture
def feed() -> Feed:
    return Feed(ROWS, size=3, seed=5, place=torch.device("cpu"))


def epochs(feed: Feed, count: int) -> list[list[int]]:
    each = feed.steps_an_epoch
    return [[number for step in range(each * epoch, each * (epoch + 1)) for number in feed.numbers(step)] for epoch in range(count)]


def test_every_row_once_an_epoch_in_an_order_of_its_own(feed: Feed) -> None:
    assert len(ROWS) % 3  # the last step of an epoch is a smaller one
    orders = epochs(feed, 3)
    assert [sorted(order) for order in orders] == [list(range(len(ROWS)))] * 3
    assert orders[0] != orders[1] != orders[2] != orders[0]
    assert orders == epochs(Feed(ROWS, size=3, seed=5, place=torch.device("cpu")), 3)
    assert orders != epochs(Feed(ROWS, size=3, seed=6, place=torch.device("cpu")), 3)


def test_batches_are_the_rows_of_the_step_however_they_are_asked_for(feed: Feed) -> None:
    # in order; back; further on; with another number of rows at once, as after running out of memory
    with feed:
        for step, micro_rows in [(0, 2), (1, 2), (0, 2), (7, 2), (8, 1), (9, 3), (10, 8)]:
            rows = [ROWS[number] for number in feed.numbers(step)]
            wanted = [make_batch(rows[start : start + micro_rows]) for start in range(0, len(rows), micro_rows)]
            found = feed.batches(step, micro_rows)
            assert [batch.lengths for batch in found] == [batch.lengths for batch in wanted]
            assert all(torch.equal(one.ids, other.ids) and torch.equal(one.labels, other.labels) for one, other in zip(found, wanted, strict=True))
            assert feed.counts(step) == (sum(sum(map(sum, batch.lengths)) for batch in wanted), sum(len(batch.labels) for batch in wanted))


def test_an_error_in_the_background_is_raised_where_its_batch_is_asked_for() -> None:
    broken = [*ROWS[:3], [Window((1, "?"), (0, 1), 0, 0)]]  # type: ignore[arg-type]
    feed = Feed(broken, size=1, seed=1, place=torch.device("cpu"))
    bad = [feed.numbers(step) for step in range(4)].index([3])
    with feed:
        for step in range(bad):
            feed.batches(step, 1)
        with pytest.raises(ValueError, match="invalid literal"):
            feed.batches(bad, 1)


def test_it_says_which_conversations_a_step_is_from(feed: Feed) -> None:
    assert sorted({source for step in range(feed.steps_an_epoch) for source in feed.sources(step)}) == sorted({w.source for row in ROWS for w in row})
