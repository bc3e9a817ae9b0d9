import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from twin.chat.people import BASE, Contact
from twin.chat.terminal import HELP, chat
from twin.errors import ServerError
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


# -- memory, rhythm, voices, JSON ---------------------------------------------------------------------------------------


@dataclass
class Remembers(Scripted):
    """One that remembers something of everything."""

    voices: tuple[str, ...] = ("run-1", "run-2", BASE)
    given: list[tuple[str, ...]] = field(default_factory=list)
    temperatures: list[float] = field(default_factory=list)

    def recall(self, turns, contact):
        return (f"of {contact.name}: {turns[-1].bubbles[-1]}",)

    def reply(self, turns, contact, sampling, *, voice=None, memories=(), stopped=lambda: False):
        self.given.append(tuple(memories))
        self.temperatures.append(sampling.temperature)
        self.asked.append((list(turns), contact, voice))
        yield from self.steps


@dataclass
class Steady:
    """A rhythm of one pause."""

    seconds: float = 5.0
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def pause(self, bubble, generator, *, first=False):
        self.asked.append((bubble, first))
        return self.seconds


def held(engine, *lines, **given):
    written, waiting = [], iter(lines)
    chat(engine, PRIYA, SAMPLING, read=lambda prompt: next(waiting, None), write=written.append, **given)
    return written


def test_memory_is_asked_only_where_it_is_on_and_shows_what_it_gave():
    engine = Remembers()
    written = held(engine, "!remembered", "hi", "!memory on", "more", "!remembered", "!memory off", "so", "!remembered", "!memory perhaps")
    assert engine.given == [(), ("of Priya: more",), ()]
    assert [line for line in written if "of Priya" in line] == ["of Priya: more"]
    assert sum("Nothing was remembered" in line for line in written) == 2
    assert "!memory is off; say !memory on or !memory off" in written
    engine = Remembers()
    held(engine, "hi", memory=True)
    assert engine.given == [("of Priya: hi",)]


def test_a_reply_as_json_is_one_line_with_all_that_belongs_to_it():
    lines = held(Remembers(), "hi", "!voice run-2", "!again", "!help", as_json=True, memory=True)
    assert [json.loads(line) for line in lines] == [
        {"message": "hi", "bubbles": ["ok", "see you"], "contact": "Priya", "voice": voice, "remembered": ["of Priya: hi"]} for voice in ("run-1", "run-2")
    ]


def test_any_voice_answers_and_a_wrong_one_names_those_there_are():
    engine = Remembers()
    written = held(engine, "!voice run-2", "hi", "!voice run-1", "hi", "!voice", "!voice run-9", "!base", "hi", "!twin", "hi")
    assert [voice for _, _, voice in engine.asked] == ["run-2", None, BASE, None]
    assert "run-2: ok" in written
    assert [line for line in written if "name one of" in line] == [f"{word}: name one of run-1, run-2, base" for word in ("!voice", "run-9")]
    engine.voices = ("small",)
    assert "base: name one of small" in held(engine, "!base")


def test_the_temperature_is_set_within_its_bounds():
    engine = Remembers()
    written = held(engine, "!temperature 1.5", "hi", "!temperature 3", "!temperature warm", "!temperature nan", "hi")
    assert engine.temperatures == [1.5, 1.5]
    assert sum("from 0 to 2; it is 1.5" in line for line in written) == 3


def test_bubbles_wait_for_their_time_and_the_models_own_time_counts():
    rhythm, slept = Steady(), []
    held(Remembers(), "hi", rhythm=lambda: rhythm, paced=True, sleep=slept.append)
    assert rhythm.asked == [("ok", True), ("see you", False)]
    assert len(slept) == 2
    assert all(4 < seconds <= 5 for seconds in slept)
    slept.clear()
    held(Remembers(), "hi", rhythm=lambda: Steady(0.0), paced=True, sleep=slept.append)
    held(Remembers(), "!rhythm off", "hi", rhythm=lambda: Steady(), paced=True, sleep=slept.append)
    held(Remembers(), "hi", rhythm=lambda: Steady(), paced=True, as_json=True, sleep=slept.append)
    assert slept == []
    held(Remembers(), "!rhythm on", "hi", rhythm=lambda: rhythm, sleep=slept.append)
    assert len(slept) == 2
    assert any("no history" in line for line in held(Remembers(), "!rhythm on"))


def test_the_time_that_the_model_took_is_not_waited_for_again():
    class Slow(Remembers):
        def reply(self, *arguments, **given):
            time.sleep(0.3)
            yield from super().reply(*arguments, **given)

    slept = []
    held(Slow(), "hi", rhythm=lambda: Steady(0.2), paced=True, sleep=slept.append)
    assert len(slept) == 1, "before the second bubble alone"


def test_ctrl_c_during_a_pause_ends_the_reply_and_keeps_what_there_is_of_it():
    def interrupted(seconds):
        raise KeyboardInterrupt

    written = held(Remembers(), "hi", "more", rhythm=lambda: Steady(), paced=True, sleep=interrupted)
    assert [line for line in written if line.startswith("Nika: ")] == ["Nika: ok", "Nika: s"] * 2


def test_a_conversation_is_saved_privately_and_over_nothing(tmp_path):
    written = held(Remembers(), "hi", "!save talk.txt", "!save talk.txt", "!save", "!save missing/talk.txt")
    assert Path("talk.txt").read_text(encoding="utf-8") == "Priya: hi\nNika: ok\nNika: see you\n"
    assert Path("talk.txt").stat().st_mode & 0o777 == 0o600
    assert written[-3:] == [
        "talk.txt is there already; name a new file",
        "!save wants the name of a new file",
        "missing/talk.txt cannot be written: No such file or directory",
    ]


def test_an_error_ends_a_pipe_and_is_told_at_a_terminal():
    class Broken(Remembers):
        def reply(self, *_, **__):
            raise ServerError("http://127.0.0.1:9 cannot be reached")
            yield

    assert held(Broken(), "hi", "hi").count("http://127.0.0.1:9 cannot be reached") == 2
    with pytest.raises(ServerError):
        held(Broken(), "hi", interactive=False)
