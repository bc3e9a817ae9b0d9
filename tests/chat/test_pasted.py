import pytest

from twin.chat.pasted import turns_of

TELEGRAM = """\
Priya Nair, [01.02.2026 10:00]
are you coming?
note: bring the rope

Priya Nair, [01.02.2026 10:01]
hello?

Nika Orlova, [01.02.2026 10:05]
maybe

Tom, [2/1/26 10:06 AM]: and me?
"""


def said(text, person="Nika Orlova", contact="Priya"):
    return [(turn.name, turn.mine, turn.bubbles) for turn in turns_of(text, person, contact)]


def test_messages_copied_from_telegram():
    assert said(TELEGRAM) == [
        ("Priya Nair", False, ("are you coming?\nnote: bring the rope", "hello?")),
        ("Nika Orlova", True, ("maybe",)),
        ("Tom", False, ("and me?",)),
    ]


def test_lines_with_names():
    assert said("Anna: hi\nAnna: there?\n\nNika: yes\nand more\n\nВася: https://example.com/a:b\n") == [
        ("Anna", False, ("hi", "there?")),
        ("Nika Orlova", True, ("yes\nand more",)),
        ("Вася", False, ("https://example.com/a:b",)),
    ]


@pytest.mark.parametrize("me", ["Nika Orlova", "nika", "me", "Me", "You", "я"])
def test_who_the_person_is(me):
    assert said(f"Anna: hi\n{me}: yes") == [("Anna", False, ("hi",)), ("Nika Orlova", True, ("yes",))]


@pytest.mark.parametrize("text", ["are you coming?", "https://example.com/x", "at 10:30 then?", "12:30"])
def test_what_names_nobody_was_said_by_the_contact(text):
    assert said(text) == [("Priya", False, (text,))]


@pytest.mark.parametrize("text", ["", " \n\n", "Anna:", "Anna: \n\nNika:"])
def test_nothing_is_nothing(text):
    assert said(text) == []


def test_windows_lines_and_spaces_around():
    assert said("  Anna: hi \r\n  Nika: yes\r\n") == [("Anna", False, ("hi",)), ("Nika Orlova", True, ("yes",))]
