"""What the page writes of a conversation, without a browser."""

from datetime import UTC, date, datetime

import regex

from twin.chat.shown import beside, drafts, saved, talk
from twin.conversations import Entry, Kept
from twin.schema import ChatKind, Turn

MARKUP = '<img src=x onerror=alert(1)>" & {where} {0}'
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;"


def asked(number, *bubbles, **more):
    return Kept(number, Turn("Priya", False, bubbles, False), **more)


def replied(number, *bubbles, **more):
    return Kept(number, Turn("Nika", True, bubbles, False), **more)


def bubbles(page):
    return regex.findall(r'data-testid="(user|bot)">([^<]*)<', page)


def entry(number, contact, first, changed):
    return Entry(number, contact, ChatKind.PERSONAL, "monday", first, changed, changed)


def test_whatever_was_said_or_is_called_is_text():
    pages = [
        talk([asked(1, MARKUP), replied(2, MARKUP, remembered=(MARKUP,))], MARKUP, greeting=MARKUP, growing=(MARKUP,), remembered=(MARKUP,)),
        talk([], "Nika", greeting=MARKUP),
        beside([asked(1, MARKUP, base=(MARKUP,))], growing=(MARKUP,)),
        drafts([(MARKUP,)], busy=False),
        saved([entry(1, MARKUP, MARKUP, datetime(2026, 1, 1, tzinfo=UTC))], 1, date(2026, 1, 1)),
    ]
    for page in pages:
        assert ESCAPED in page
        assert "<img" not in page
        # an attribute would end at a quote
        assert regex.findall(r"\bonerror=", regex.sub(r'"[^"]*"|>[^<]*<', "", page)) == []


def test_a_message_for_each_bubble_and_the_growing_ones_last():
    page = talk([asked(1, "one", "two"), replied(2, "three")], "Nika", growing=("four", "five"))
    assert bubbles(page) == [("user", "one"), ("user", "two"), ("bot", "three"), ("bot", "four"), ("bot", "five")]
    assert 'aria-busy="true"' in page
    assert 'aria-busy="false"' in talk([asked(1, "one")], "Nika")


def test_what_can_be_done_with_whom():
    page = talk([asked(7, "one"), replied(8, "two", "three", rating=-1), replied(9, "mine", correction=True)], "Nika")
    acts = regex.findall(r'data-do="(\w+)" data-turn="(\d+)"(?: data-bubble="(\d+)")?(?: data-rating="(-?1)")?(?:[^>]*aria-pressed="(\w+)")?', page)
    assert acts == [
        ("edit", "7", "0", "", ""),
        ("remove", "7", "0", "", ""),
        ("remove", "8", "0", "", ""),
        ("remove", "8", "1", "", ""),
        ("rate", "8", "", "1", "false"),
        ("rate", "8", "", "-1", "true"),
        ("correct", "8", "", "", ""),
        ("remove", "9", "0", "", ""),
        ("correct", "9", "", "", ""),
    ]
    assert page.count("You would have said this.") == 1


def test_the_base_stands_in_the_places_of_the_twin():
    kept = [asked(1, "one", base=("base one",)), replied(2, "twin one"), asked(3, "two")]
    assert bubbles(beside(kept)) == [("user", "one"), ("bot", "base one"), ("user", "two")]
    assert bubbles(beside(kept, growing=("base two",)))[-1] == ("bot", "base two")


def test_what_was_remembered_is_under_the_reply_and_nowhere_where_nothing_was():
    assert "<li>3 Feb: the blue rope</li>" in talk([asked(1, "one"), replied(2, "two", remembered=("3 Feb: the blue rope",))], "Nika")
    assert "remembered" not in talk([asked(1, "one"), replied(2, "two")], "Nika")


def test_saved_conversations_are_listed_by_contact_the_last_one_first():
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
    entries = [
        entry(4, "Мама", "newest", noon),
        entry(3, "Priya", "newer", noon.replace(day=4)),
        entry(2, "Мама", "older", noon.replace(month=1)),
        entry(1, "Priya", "oldest", noon.replace(year=2024)),
    ]
    page = saved(entries, 3, date(2026, 3, 5))
    assert regex.findall(r"<h3>([^<]+)|class=\"first\">([^<]+)</span><time>([^<]+)", page) == [
        ("Мама", "", ""),
        ("", "newest", "today"),
        ("", "older", "5 Jan"),
        ("Priya", "", ""),
        ("", "newer", "4 Mar"),
        ("", "oldest", "5 Mar 2024"),
    ]
    assert regex.findall(r'<li aria-current="true"><button type="button" class="open" data-do="open" data-id="(\d)"', page) == ["3"]
    assert "<nav" not in saved([], None, date(2026, 3, 5))
