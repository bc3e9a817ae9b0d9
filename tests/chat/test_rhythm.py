"""Pauses between bubbles: the person's own where history has them, and never so long that somebody waits for nothing."""

from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import mean

import pytest

from tests.exports import ANNA, ME
from tests.prepare.histories import START
from twin.chat.rhythm import LONGEST, LONGEST_FIRST, TYPING, Rhythm
from twin.errors import HistoryError
from twin.history import History
from twin.schema import Chat, ChatKind, Message

HISTORY = Path("history.db")


def rhythm_of(*said: tuple[int, int, str], kind: ChatKind = ChatKind.PERSONAL, exclude: bool = False) -> Rhythm:
    """Of messages as (sender, seconds since the one before, text)."""
    date, messages = START, []
    for number, (sender, seconds, text) in enumerate(said):
        date += timedelta(seconds=seconds)
        messages.append(Message(ANNA, number, sender, date, text))
    with History(HISTORY) as history, history.transaction():
        history.set_me(ME)
        history.put_chat(Chat(ANNA, kind, "Anna"))
        history.put_messages(messages)
        if exclude:
            history.exclude(ANNA)
    return Rhythm.of(HISTORY)


def burst(seconds: int, text: str) -> list[tuple[int, int, str]]:
    """Anna asks, the person answers after three seconds, then goes on."""
    return [(ANNA, 3600, "so?"), (ME, 3, "x"), (ME, seconds, text)]


TALKS = [part for number in range(40) for part in (*burst(1 + number % 2, "ok"), *burst(5, "a rather long message of fifty characters or so"))]


def drawn(rhythm: Rhythm, bubble: str, **given: bool) -> list[float]:
    chance = Random(1)
    return [rhythm.pause(bubble, chance, **given) for _ in range(200)]


def test_pauses_are_those_of_the_person_before_messages_of_that_length() -> None:
    rhythm = rhythm_of(*TALKS)
    assert (len(rhythm.between), len(rhythm.first)) == (80, 80)
    assert 1 <= mean(drawn(rhythm, "no")) <= 2
    assert mean(drawn(rhythm, "another long message of about fifty characters")) == pytest.approx(5, abs=0.3)
    assert mean(drawn(rhythm, "no", first=True)) == pytest.approx(3, abs=0.3)


def test_nobody_waits_long() -> None:
    rhythm = rhythm_of(*[part for _ in range(40) for part in ((ANNA, 3600, "so?"), (ME, 50, "x"), (ME, 55, "y"))])
    assert set(drawn(rhythm, "y")) == {LONGEST}
    assert set(drawn(rhythm, "y", first=True)) == {LONGEST_FIRST}


def test_what_is_no_burst_does_not_count() -> None:
    assert rhythm_of((ME, 0, "a"), (ME, 61, "b"), (ANNA, 5, "c"), (ME, 90, "d"), (ANNA, 1, "e"), (ANNA, 1, "f"), (ME, 1, "")) == Rhythm()


def test_of_many_pauses_before_messages_of_one_length_all_count() -> None:
    assert mean(drawn(Rhythm(tuple(sorted((2, float(seconds)) for seconds in range(1, 6) for _ in range(100)))), "no")) == pytest.approx(3, abs=0.3)


def test_a_slip_and_a_call_among_them_do_not_show() -> None:
    rhythm = rhythm_of(*TALKS, *burst(0, "ok"), *burst(59, "ok"), *burst(60, "ok"))
    assert max(drawn(rhythm, "no")) < 3


@pytest.mark.parametrize("given", [{"exclude": True}, {"kind": ChatKind.CHANNEL}])
def test_chats_that_take_no_part_have_no_rhythm(given: dict[str, object]) -> None:
    assert rhythm_of(*TALKS, **given) == Rhythm()  # type: ignore[arg-type]


def test_where_history_says_little_somebody_types() -> None:
    pauses = drawn(Rhythm(), "ten signs!")
    assert mean(pauses) == pytest.approx(10 * TYPING, rel=0.1)
    assert len(set(pauses)) > 10
    assert 0 < min(drawn(Rhythm(), "")) <= max(drawn(Rhythm(), "x" * 500)) == LONGEST


def test_a_history_that_is_not_there_is_an_error() -> None:
    with pytest.raises(HistoryError, match="twin export"):
        Rhythm.of(HISTORY)
