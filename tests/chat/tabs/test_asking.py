"""Parts of the Chat tab that need neither a browser nor a twin."""

import threading

import pytest

from twin.chat.tabs.asking import merged, paced
from twin.conversations import Kept
from twin.schema import Turn

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

STEPS = [("o",), ("one",), ("one", "t"), ("one", "two"), ("one", "two", "thr"), ("one", "two", "three")]


def test_a_paced_reply_comes_in_whole_bubbles_each_after_its_pause():
    paused = []
    assert list(paced(iter(STEPS), lambda bubble, first: paused.append((bubble, first)) or 0.001, lambda: False)) == [
        ("one",),
        ("one", "two"),
        ("one", "two", "three"),
    ]
    assert paused == [("one", True), ("two", False), ("three", False)]


def test_a_paced_reply_that_is_stopped_says_no_more_than_was_seen():
    stopped = threading.Event()
    reply = paced(iter(STEPS), lambda bubble, first: 0.001 if first else 3600, stopped.is_set)
    assert next(reply) == ("one",)
    stopped.set()
    assert list(reply) == []
    assert list(paced(iter(()), lambda bubble, first: 0, lambda: False)) == []


def test_what_is_left_on_both_sides_of_a_turn_that_was_taken_out_is_one_turn():
    def kept(number, name, mine, *bubbles):
        return Kept(number, Turn(name, mine, bubbles, False))

    turns = merged(
        [kept(1, "Priya", False, "a"), kept(2, "Priya", False, "b"), kept(3, "Zoya", False, "c"), kept(4, "Nika", True, "d"), kept(5, "Nika", True, "e")]
    )
    assert [(turn.name, turn.bubbles) for turn in turns] == [("Priya", ("a", "b")), ("Zoya", ("c",)), ("Nika", ("d", "e"))]
