"""A history in numbers: each counted on a few messages of which the outcome is known."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from twin.chat.figures import SILENCE, Figures, Shown, binned, figures, median, unusual
from twin.history import History
from twin.schema import Chat, ChatKind, Message

ME, ANNA, BORIS = 1, 2, 3
MONDAY = datetime(2024, 5, 6, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This computer is two hours ahead in May."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def said(*messages: tuple[int, float, str] | tuple[int, float, str, str]) -> list[tuple[int | None, int, str, str]]:
    """Rows: who, minutes after Monday noon, what, and what is rare."""
    return [(who, int(MONDAY.timestamp() + minutes * 60), text, rest[0] if rest else "") for who, minutes, text, *rest in messages]


def of(*messages, personal: bool = True) -> Figures:
    return figures([(personal, said(*messages))], ME)


def test_messages_are_counted_by_the_days_and_hours_of_this_computer() -> None:
    found = of((ME, 0, "a"), (ANNA, 1, "b"), (ME, 60 * 10.5, "at half past midnight"))
    assert (found.messages, found.mine.messages, found.theirs.messages, found.chats) == (3, 2, 1, 1)
    assert found.days == {date(2024, 5, 6): [1, 1], date(2024, 5, 7): [1, 0]}
    assert found.hours[0][14] == [1, 1]
    assert found.hours[1][0] == [1, 0]
    assert sum(map(sum, (hour for day in found.hours for hour in day))) == 3


def test_the_clock_follows_summer_time() -> None:
    winter = datetime(2024, 1, 1, 12, tzinfo=UTC)
    found = figures([(True, [(ME, int(moment.timestamp()), "a", "") for moment in (winter, MONDAY)])], ME)
    assert (found.hours[0][13], found.hours[0][14]) == ([1, 0], [1, 0])


def test_months_have_no_holes() -> None:
    found = figures(
        [(True, [(ME, int(datetime(2023, 11, 9, tzinfo=UTC).timestamp()), "a", ""), (ANNA, int(datetime(2024, 2, 1, tzinfo=UTC).timestamp()), "b", "")])], ME
    )
    assert found.months() == {"2023-11": (1, 0), "2023-12": (0, 0), "2024-01": (0, 0), "2024-02": (0, 1)}


def test_a_reply_takes_from_the_last_message_before_it_to_the_first_of_it() -> None:
    found = of((ANNA, 0, "hi"), (ANNA, 1, "there"), (ME, 3, "hey"), (ME, 4, "you"), (ANNA, 14, "so"))
    assert found.mine.delays == {120: 1}
    assert found.theirs.delays == {600: 1}
    assert found.mine.bursts == {2: 1}
    assert found.theirs.bursts == {2: 1, 1: 1}


def test_after_a_day_it_is_no_reply_and_no_further_bubble() -> None:
    found = of((ANNA, 0, "hi"), (ME, SILENCE / 60, "late"), (ME, 2 * SILENCE / 60, "again"))
    assert found.mine.delays == {}
    assert found.mine.bursts == {1: 2}


def test_in_a_group_bursts_are_each_members_own_and_nobody_replies() -> None:
    found = of((ANNA, 0, "a"), (BORIS, 1, "b"), (BORIS, 2, "c"), (ME, 3, "d"), personal=False)
    assert found.theirs.bursts == {1: 1, 2: 1}
    assert (found.mine.delays, found.theirs.delays) == ({}, {})


def test_chats_do_not_run_into_one_another() -> None:
    found = figures([(True, said((ANNA, 0, "a"))), (True, said((ME, 1, "b")))], ME)
    assert found.mine.delays == {}
    assert found.chats == 2


def test_forwards_bots_and_media_count_as_messages_but_not_as_words() -> None:
    forward, bot, photo = '{"forwarded_from":"Someone"}', '{"via_bot":"gif"}', '{"media":"photo"}'
    found = of((ME, 0, "their words", forward), (ME, 1, "robot", bot), (ME, 2, "", photo), (ME, 3, "my words", photo))
    assert found.mine.messages == 4
    assert found.mine.lengths == {8: 1}
    assert found.mine.words == {"my": 1, "words": 1}


def test_words_are_those_of_any_script_without_links_and_numbers() -> None:
    found = of((ME, 0, "Don't don’t STRASSE Straße https://a.example/x?y=foo 42 so-so Ёлка ёлка a1b"))
    assert found.mine.words == {"don't": 1, "don’t": 1, "strasse": 2, "so-so": 1, "ёлка": 2, "a": 1, "b": 1}


def test_emoji_are_whole_pictures() -> None:
    found = of((ME, 0, "👍🏽👍 ❤️❤ 🇩🇪🇺🇦 👩‍👩‍👧 1️⃣ © 3 #"), (ANNA, 1, "🐈"))
    assert found.mine.emoji == {"👍🏽": 1, "👍": 1, "❤": 2, "🇩🇪": 1, "🇺🇦": 1, "👩‍👩‍👧": 1, "1⃣": 1}
    assert found.theirs.emoji == {"🐈": 1}


def test_telling_words_are_those_that_one_side_says_far_more() -> None:
    mine, theirs = Counter({"u": 50, "and": 100, "once": 2, "gosh": 30}), Counter({"you": 60, "and": 110, "u": 1})
    assert unusual(mine, theirs, 10) == [("u", 50, 1), ("gosh", 30, 0)]
    assert unusual(mine, theirs, 1) == [("u", 50, 1)]
    assert [word for word, *_ in unusual(theirs, mine, 10)] == ["you"]
    assert unusual(Counter(), theirs, 10) == []


def test_the_middle_and_the_bins_of_counted_numbers() -> None:
    assert median(Counter()) == 0
    assert median(Counter({3: 1})) == 3
    assert median(Counter({1: 2, 5: 1})) == 1
    assert median(Counter({1: 1, 4: 1})) == 2.5
    assert median(Counter({1: 1, 2: 1, 9: 2})) == 5.5
    assert binned(Counter({1: 2, 5: 3, 6: 4, 99: 1}), (2, 6, 50)) == [2, 3, 4, 1]


def test_of_a_history_the_chats_between_people_count_and_a_change_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with History(path) as history, history.transaction():
        history.set_me(ME)
        for number, kind, name in ((ANNA, ChatKind.PERSONAL, "Anna"), (-7, ChatKind.GROUP, "rats"), (-8, ChatKind.CHANNEL, "news"), (9, ChatKind.BOT, "bot")):
            history.put_chat(Chat(number, kind, name))
            history.put_messages(Message(number, one, number if one % 2 else ME, MONDAY + timedelta(minutes=one), f"text {one}") for one in range(1, 5))
    shown = Shown(path)
    assert sorted(shown.chats()) == [("Anna", ANNA), ("rats (group)", -7)]
    assert (shown.of(None).messages, shown.of(ANNA).messages) == (8, 4)
    assert shown.of(None) is shown.of(None)
    assert shown.of(ANNA).mine.delays == {60: 2}
    with History(path) as history, history.transaction():
        history.put_messages([Message(ANNA, 99, ME, MONDAY + timedelta(days=9), "new")])
    os.utime(path)
    assert shown.of(ANNA).messages == 5
