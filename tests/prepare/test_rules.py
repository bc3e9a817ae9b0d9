import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from twin.config import Filter, Prepare
from twin.errors import UsageError
from twin.prepare.rules import Rules, rules_of
from twin.prepare.scores import Judged


@pytest.fixture(autouse=True)
def _in_moscow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "MSK-3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_the_knobs_of_a_new_workspace_are_the_default_rules() -> None:
    assert rules_of(Prepare()) == Rules(gap=timedelta(days=1))


def test_every_knob_arrives() -> None:
    knobs = {
        "reply_cap": 1,
        "minimum_turns": 2,
        "minimum_conversations": 3,
        "validation_share": 0.2,
        "test_share": 0.3,
        "test_chat_share": 0.4,
        "seed": 5,
    }
    dates = {"since": datetime(2022, 12, 31, 21, tzinfo=UTC), "until": datetime(2023, 12, 31, 21, tzinfo=UTC)}
    assert rules_of(Prepare(gap_hours=2, since="2023-01-01", until="2024-01-01", **knobs), "M.") == Rules(timedelta(hours=2), "M.", **dates, **knobs)  # type: ignore[arg-type]


def test_every_filter_arrives() -> None:
    judged = Judged("small", 4, {})
    rules = rules_of(Prepare(), filters=Filter(near_duplicates="on", quality=True, toxic_words=2), judged=judged)
    assert rules == Rules(timedelta(days=1), near_duplicates="on", quality=True, toxic_words=2, judged=judged)


def test_the_command_line_goes_before_the_file_and_can_empty_it() -> None:
    knobs = Prepare(since="2023-01-01", until="2024-01-01")
    assert rules_of(knobs, since="2023-06-01").since == datetime(2023, 5, 31, 21, tzinfo=UTC)
    assert rules_of(knobs, since="", until="") == rules_of(Prepare())


@pytest.mark.parametrize("day", ["yesterday", "2023-02-29", "2023-1", "01.02.2023", "2023-01-01T00:00", "0001-01-01x"])
def test_what_is_no_day_is_named(day: str) -> None:
    with pytest.raises(UsageError, match=f"--until {day}: not a day as in"):
        rules_of(Prepare(), until=day)


def test_a_day_before_the_first_is_named() -> None:
    with pytest.raises(UsageError, match="--since 0001-01-01: not a day"):  # midnight in Moscow is in the year before
        rules_of(Prepare(), since="0001-01-01")
    assert rules_of(Prepare(), until="9999-12-31").until


def test_dates_with_nothing_between_them_are_named() -> None:
    with pytest.raises(UsageError, match=r"since 2023-01-01, until 2023-01-01: no day lies between them"):
        rules_of(Prepare(since="2023-01-01"), until="2023-01-01")
