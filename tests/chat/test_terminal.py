from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from twin.chat.people import BASE, Contact
from twin.chat.terminal import HELP, chat
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Turn

PRIYA, MAMA, RATS = Contact("Priya"), Contact("Мама"), Contact("wall rats", ChatKind.GROUP)
SAMPLING = Sampling()


@dataclass
class Scripted:
    """Stands in for an engine: its replies are given, what it was asked is kept."""

    steps: list[tuple[str, ...]] = field(default_factory=lambda: [("o",), ("ok",), ("ok", "s"), ("ok", "see you")])
    interrupted_after: int | None = None
    person: str = "Nika"
    contacts: tuple[Contact, ...] = (PRIYA, MAMA, RATS)
    voices: tuple[str, ...] = ("run-1", BASE)
    asked: list[tuple[list[Turn], Contact, str | None]] = field(default_factory=list)

    def reply(self, turns, contact, sampling, *, voice=None, memories=(), stopped=lambda: False) -> Iterator[tuple[str, ...]]:
        assert sampling is SAMPLING
        self.asked.append((list(turns), contact, voice))
        for number, step in enumerate(self.steps):
            if number == self.interrupted_after:
                raise KeyboardInterrupt
            yield step


def talk(engine, *lines, interactive=False, contact=PRIYA):
    """What is written when `lines` are read, with the prompts among it where it is interactive."""
    written, waiting = [], iter(lines)

    def read(prompt):
        line = next(waiting, None)
        if prompt:
            written.append(f"[{prompt}{line}]")
        return line

    chat(engine, contact, SAMPLING, read=read, write=written.append, interactive=interactive)
    return written


def said(engine):
    return [[turn.bubbles for turn in turns] for turns, _, _ in engine.asked]


def test_through_a_pipe_there_is_nothing_but_the_bubbles():
    engine = Scripted()
    assert talk(engine, "hi", "", "   ", "more") == ["ok", "see you"] * 2
    assert said(engine) == [[("hi",)], [("hi",), ("ok", "see you"), ("more",)]]
    assert [turn.mine for turn in engine.asked[1][0]] == [False, True, False]


def test_at_a_terminal_every_bubble_has_a_name_and_a_line():
    first, *rest = talk(Scripted(), "hi", interactive=True)
    assert "AI imitating Nika" in first
    assert rest == ["[Priya: hi]", "Nika: ok", "Nika: see you", "[Priya: None]"]


def test_a_bubble_is_shown_as_soon_as_the_next_one_begins():
    written = []

    class Watching(Scripted):
        def reply(self, *arguments, **options):
            for step in super().reply(*arguments, **options):
                self.before = list(written)
                yield step

    engine, lines = Watching(steps=[("a",), ("a", "b"), ("a", "b", "c")]), iter(["hi"])
    chat(engine, PRIYA, SAMPLING, read=lambda prompt: next(lines, None), write=written.append, interactive=False)
    assert engine.before == ["a"]  # while the third begins, the first was out before the second had ended
    assert written == ["a", "b", "c"]


def test_a_new_conversation_forgets_the_old_one():
    engine = Scripted()
    talk(engine, "hi", "!new", "hello")
    assert said(engine) == [[("hi",)], [("hello",)]]


def test_again_replaces_the_last_reply_and_nothing_else():
    engine = Scripted()
    talk(engine, "hi", "more", "!again")
    assert engine.asked[2][0] == engine.asked[1][0]
    assert "Nothing" in talk(Scripted(), "!again", interactive=True)[2]


def test_the_base_answers_until_the_twin_is_wanted_back():
    engine = Scripted()
    written = talk(engine, "!base", "hi", "!twin", "hi", interactive=True)
    assert [voice for _, _, voice in engine.asked] == [BASE, None]
    assert "base model: ok" in written
    assert "Nika: ok" in written


def test_another_contact_begins_another_conversation():
    engine = Scripted()
    talk(engine, "hi", "!as мАМА", "hello", "!as wall", "all", "!as Nobody", "still")
    assert [contact for _, contact, _ in engine.asked] == [PRIYA, MAMA, RATS, RATS]
    assert said(engine)[1:3] == [[("hello",)], [("all",)]]
    assert [turn.name for turn in engine.asked[1][0]] == ["Мама"]
    assert [turn.name for turn in engine.asked[2][0]] == ["Guest"]


@pytest.mark.parametrize("name", ["", "Nobody"])
def test_a_contact_that_is_none_is_answered_with_those_there_are(name):
    assert "Priya, Мама, wall rats" in talk(Scripted(), f"!as {name}", interactive=True)[2]


def test_help_lists_every_command_and_a_slip_points_to_it():
    written = talk(Scripted(), "!help", "!agian", interactive=True)
    assert HELP in written
    assert any("!agian" in line and "!help" in line for line in written)


def test_what_only_looks_like_a_command_is_a_message():
    engine = Scripted()
    talk(engine, "!!!", "! no")
    assert said(engine)[0] == [("!!!",)]
    assert len(engine.asked) == 2


def test_quit_ends_it():
    engine = Scripted()
    assert talk(engine, "!quit", "hi") == []
    assert engine.asked == []


def test_ctrl_c_stops_the_reply_only_and_keeps_what_was_said():
    engine = Scripted(interrupted_after=3)
    assert talk(engine, "hi", "more") == ["ok", "s"] * 2
    assert said(engine)[1] == [("hi",), ("ok", "s"), ("more",)]


def test_ctrl_c_before_the_first_token_leaves_the_message_to_be_answered():
    engine = Scripted(interrupted_after=0)
    assert talk(engine, "hi", "!again", "more") == []
    assert said(engine) == [[("hi",)], [("hi",)], [("hi", "more")]]


def test_ctrl_c_at_the_prompt_is_the_callers():
    def read(prompt):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        chat(Scripted(), PRIYA, SAMPLING, read=read, write=lambda line: None)


def test_a_bubble_cannot_steer_the_terminal():
    assert talk(Scripted(steps=[("a\x1b[2Jb\r\x9bc\nd 👩‍💻",)]), "hi") == ["a[2Jbc\nd 👩‍💻"]
