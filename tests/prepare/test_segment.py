from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twin.prepare.segment import DELETED, merge, segment
from twin.schema import Message, Turn

START = datetime(2024, 1, 1, tzinfo=UTC)
ME, ANNA, BORIS = 1, 2, 3
NAMES = {ME: "Mira", ANNA: "Anna", BORIS: "Anna"}


def sent(number: int, sender: int | None = ANNA, text: str = "hello", *, after: timedelta = timedelta(), **more: Any) -> Message:
    return Message(9, number, sender, START + after, text, **more)


def cut(*gaps: timedelta, limit: timedelta) -> list[int]:
    """The sizes of the conversations of messages that lie `gaps` apart."""
    dates = [START]
    for gap in gaps:
        dates.append(dates[-1] + gap)
    return [len(part) for part in segment((sent(number, after=date - START) for number, date in enumerate(dates)), limit)]


def test_a_gap_of_three_days_and_four_minutes_is_long() -> None:
    # timedelta.seconds of it is four minutes
    assert cut(timedelta(days=3, minutes=4), limit=timedelta(hours=1)) == [1, 1]
    assert cut(timedelta(days=3, minutes=4), limit=timedelta(days=3)) == [1, 1]


def test_exactly_the_gap_does_not_cut_and_a_second_more_does() -> None:
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    assert cut(hour, hour, hour + second, timedelta(), limit=hour) == [3, 2]


def test_nothing_is_no_conversation() -> None:
    assert list(segment([], timedelta(1))) == []


def turns(*messages: Message, left_out: Counter[str] | None = None) -> tuple[Turn, ...]:
    merged, reasons = merge(messages, ME, NAMES)
    if left_out is not None:
        left_out.update(reasons.values())
    return tuple(merged)


def test_consecutive_messages_of_one_speaker_are_bubbles_of_one_turn() -> None:
    assert turns(sent(4, ANNA, "a"), sent(2, ANNA, "b\nc"), sent(5, ME, "d"), sent(6, ME, "e"), sent(7, ANNA, "f")) == (
        Turn("Anna", False, ("a", "b\nc"), False, (4, 2)),
        Turn("Mira", True, ("d", "e"), True, (5, 6)),
        Turn("Anna", False, ("f",), False, (7,)),
    )


def test_people_of_one_name_do_not_share_a_turn() -> None:
    assert [turn.ids for turn in turns(sent(1, ANNA), sent(2, BORIS), sent(3, BORIS))] == [(1,), (2, 3)]


def test_somebody_without_a_name_is_a_deleted_account() -> None:
    assert [turn.name for turn in turns(sent(1, 77), sent(2, None))] == [DELETED, DELETED]


@pytest.mark.parametrize(
    ("more", "bubble", "reason"),
    [
        ({"text": "news", "forwarded_from": "News"}, "[forwarded] news", "forward"),
        ({"text": "news", "forwarded_from": ""}, "[forwarded] news", "forward"),
        ({"text": "", "forwarded_from": "", "media": "photo"}, "[forwarded] [photo]", "forward"),
        ({"text": "joke", "via_bot": "@gif"}, "joke", "via bot"),
        ({"text": "", "via_bot": "@gif", "media": "animation"}, "[animation]", "via bot"),
        ({"text": "", "media": "photo"}, "[photo]", "media"),
        ({"text": " \n", "media": "voice_message"}, "[voice message]", "media"),
        ({"text": "", "media": "video_file"}, "[video]", "media"),
        ({"text": "", "media": "file"}, "[file]", "media"),
        ({"text": "", "media": "sticker", "emoji": "🙂"}, "[sticker 🙂]", "media"),
        ({"text": "", "media": "sticker"}, "[sticker]", "media"),
    ],
)
def test_what_the_person_did_not_write_is_context_and_counted(more: dict[str, Any], bubble: str, reason: str) -> None:
    left_out: Counter[str] = Counter()
    assert turns(sent(1, ME), sent(2, ME, **more), sent(3, ME), left_out=left_out) == (
        Turn("Mira", True, ("hello",), True, (1,)),
        Turn("Mira", True, (bubble,), False, (2,)),
        Turn("Mira", True, ("hello",), True, (3,)),
    )
    assert left_out == {reason: 1}


@pytest.mark.parametrize(("more", "reason"), [({"text": ""}, "empty"), ({"text": " \n\t"}, "empty"), ({"text": "", "via_bot": "@b"}, "via bot")])
def test_what_shows_nothing_leaves_only_its_count(more: dict[str, Any], reason: str) -> None:
    left_out: Counter[str] = Counter()
    assert turns(sent(1, ME), sent(2, ME, **more), sent(3, ME), sent(4, ANNA, **more), left_out=left_out) == (
        Turn("Mira", True, ("hello", "hello"), True, (1, 3)),
    )
    assert left_out == {reason: 1}


def test_a_caption_is_learned_once_and_its_medium_is_not() -> None:
    left_out: Counter[str] = Counter()
    assert turns(sent(1, ANNA), sent(2, ME, "me at sea", media="photo"), sent(3, ME, "nice?"), left_out=left_out) == (
        Turn("Anna", False, ("hello",), False, (1,)),
        Turn("Mira", True, ("[photo]",), False, (2,)),
        Turn("Mira", True, ("me at sea", "nice?"), True, (2, 3)),
    )
    assert not left_out


def test_what_others_send_is_context_in_one_turn_and_never_counted() -> None:
    left_out: Counter[str] = Counter()
    shown = turns(
        sent(1, ANNA, "sea", media="photo"), sent(2, ANNA, "news", forwarded_from="News"), sent(3, ANNA, "gif", via_bot="@b"), sent(4, ANNA), left_out=left_out
    )
    assert shown == (Turn("Anna", False, ("[photo] sea", "[forwarded] news", "gif", "hello"), False, (1, 2, 3, 4)),)
    assert not left_out


def test_space_around_lines_is_not_learned() -> None:
    assert turns(sent(1, ME, "\n  two \t\nlines\u2028three \n\n"))[0].bubbles == ("two\nlines\nthree",)
