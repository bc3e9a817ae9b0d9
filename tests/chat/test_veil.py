"""The twin behind its surrogates: what the model is given, what the person sees, and both while a reply grows."""

import io
import json
import shutil
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest

from tests.chat.conftest import ABOUT
from twin.chat import terminal
from twin.chat.people import BASE, Contact, Ended, Reply, Told
from twin.chat.veil import Veil, veil_of
from twin.cli import main
from twin.conversations import Conversations
from twin.errors import ModelError, WorkspaceError
from twin.model.sampling import Sampling
from twin.privacy.name_book import Book, write_book
from twin.privacy.names import Names
from twin.schema import ChatKind, Turn
from twin.workspace import create_workspace

KEY = bytes(range(32))
PEOPLE = ["Priya", "Anna Petrova", "Саша", "Will", "李小龙", "Мама"]
NAMES = Names(PEOPLE, KEY, keep=["Nika Orlova"])
OTHER = {name: NAMES.whole(name) for name in PEOPLE}
SAMPLING = Sampling()
REAL = ("Priya", "Anna", "Petrova", "Саш", "Will", "李小龙")
INSIDE = [Contact(OTHER["Priya"]), Contact("Мама"), Contact(f"{OTHER['Priya']} и стена 🧗", ChatKind.GROUP)]


@dataclass
class Scripted:
    """Stands in for an engine: its replies are given, what it was asked is kept."""

    steps: list[tuple[str, ...]]
    person: str = "Nika Orlova"
    contacts: list[Contact] = field(default_factory=lambda: INSIDE)
    voices: tuple[str, ...] = ("run-1", BASE)
    asked: list[tuple[list[Turn], Contact, str | None]] = field(default_factory=list)
    ended: bool = False
    sampling: Sampling | None = None

    def reply(self, turns, contact, sampling, *, voice=None, memories=(), stopped=lambda: False) -> Reply:
        self.sampling = sampling
        self.asked.append((list(turns), contact, voice))
        try:
            for step in self.steps:
                if stopped():
                    return Ended(cut=True)
                yield step
            return Ended(False, 70, len(self.steps))
        finally:
            self.ended = True


def growing(*bubbles: str) -> list[tuple[str, ...]]:
    """A reply as it comes, letter by letter."""
    return [(*bubbles[:place], bubble[:end]) for place, bubble in enumerate(bubbles) for end in range(1, len(bubble) + 1)]


def veiled(*bubbles: str, reveal: bool = True, steps: list[tuple[str, ...]] | None = None):
    engine = Scripted(growing(*bubbles) if steps is None else steps)
    veil = Veil("Nika Orlova", INSIDE, NAMES, reveal=reveal)
    return engine, veil, veil.over(engine)


def said(text: str, name: str = "Priya") -> list[Turn]:
    return [Turn(name, False, (text,), False)]


def test_the_person_sees_real_names_in_the_list_of_contacts_and_the_twin_is_called_as_it_is():
    _, veil, engine = veiled("ok")
    assert [contact.name for contact in veil.contacts] == ["Priya", "Мама", "Priya и стена 🧗"]
    assert [contact.kind for contact in veil.contacts] == [contact.kind for contact in INSIDE]
    assert engine.contacts == veil.contacts
    assert engine.person == veil.person == "Nika Orlova"


def test_the_model_is_given_surrogates_and_nothing_else():
    engine, veil, shown = veiled("ok")
    turns = [*said("hi, Anna and Саша, did you see Will? Nika, 李小龙!"), Turn("Nika Orlova", True, ("I asked Anna",), False), *said("Priya here")]
    for contact in veil.contacts:
        list(shown.reply([turn if turn.mine else replace(turn, name=contact.name) for turn in turns], contact, SAMPLING))
    assert [contact for _, contact, _ in engine.asked] == INSIDE
    for heard, contact, _ in engine.asked:
        text = repr((heard, contact))
        assert not any(name in text for name in REAL)
        assert "Nika" in text
        assert [turn.name for turn in heard] == [contact.name, "Nika Orlova", contact.name]


def test_a_name_that_somebody_has_in_a_group_is_hidden_too():
    engine, veil, shown = veiled("ok")
    list(shown.reply([*said("hi", "Anna Petrova"), *said("hi", "Guest")], veil.contacts[2], SAMPLING, voice=BASE))
    heard, contact, voice = engine.asked[0]
    assert engine.sampling is SAMPLING
    assert [turn.name for turn in heard] == [OTHER["Anna Petrova"], "Guest"]
    assert contact == INSIDE[2]
    assert voice == BASE


def test_a_reply_has_the_real_names_at_its_end():
    anna, sasha = OTHER["Anna Petrova"].split()[0], OTHER["Саша"]
    _, veil, shown = veiled(f"{anna} and {anna.upper()}", f"про {sasha}", OTHER["Anna Petrova"])
    assert list(shown.reply(said("who?"), veil.contacts[0], SAMPLING))[-1] == ("Anna and ANNA", "про Саша", "Anna Petrova")


def test_nothing_that_was_shown_is_taken_back_and_no_part_of_a_surrogate_is_shown():
    priya = OTHER["Priya"]
    _, veil, shown = veiled(f"ask {priya}, {priya}’s or {priya}", f"{OTHER['李小龙']}!", "Annapolis is nice")
    steps = list(shown.reply(said("who?"), veil.contacts[0], SAMPLING))
    texts = ["\0".join(bubbles) for bubbles in steps]
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert not any(priya[:3] in text for text in texts)
    assert all(bubble.strip() for bubbles in steps for bubble in bubbles)
    assert len(steps) > 6
    assert texts[-1] == "ask Priya, Priya’s or Priya\0李小龙!\0Annapolis is nice"


def test_the_end_of_a_reply_is_shown_also_where_it_is_one_word_or_nothing():
    _, veil, shown = veiled("ok")
    assert list(shown.reply(said("who?"), veil.contacts[0], SAMPLING)) == [("ok",)]
    _, veil, shown = veiled(steps=[()])
    assert list(shown.reply(said("who?"), veil.contacts[0], SAMPLING)) == [()]
    _, veil, shown = veiled(steps=[("hm ",), ("hm",)])
    assert list(shown.reply(said("who?"), veil.contacts[0], SAMPLING))[-1] == ("hm",)


@pytest.mark.parametrize("reveal", [True, False])
def test_how_a_reply_ended_is_the_engines_word(reveal):
    engine, _, outside = veiled("ok", "and", reveal=reveal)
    told = Told(outside.reply(said("hi"), outside.contacts[0], Sampling()))
    assert list(told)[-1] == ("ok", "and")
    assert told.ended == Ended(False, 70, len(engine.steps))


def test_what_the_twin_said_is_given_back_to_it_in_its_own_words():
    """Hiding again what was revealed would not do: at the beginning of a sentence "Will" is a word."""
    will = OTHER["Will"]
    engine, veil, shown = veiled(f"{will} you come? He is.")
    reply = list(shown.reply(said("who?"), veil.contacts[0], SAMPLING))[-1]
    assert reply == ("Will you come? He is.",)
    assert NAMES.hide(reply[0])[0] == reply[0]
    list(shown.reply([*said("who?"), Turn("Nika Orlova", True, reply, False), *said("yes")], veil.contacts[0], SAMPLING))
    assert engine.asked[1][0][1].bubbles == (f"{will} you come? He is.",)


def test_a_reply_that_is_stopped_is_kept_as_far_as_it_was_shown():
    will = OTHER["Will"]
    engine, veil, shown = veiled(f"{will} you come? He is.")
    growing_reply = shown.reply(said("who?"), veil.contacts[0], SAMPLING)
    part = next(growing_reply)
    assert part == ("Will ",)
    growing_reply.close()
    del growing_reply
    assert engine.ended
    list(shown.reply([*said("who?"), Turn("Nika Orlova", True, part, False)], veil.contacts[0], SAMPLING))
    assert engine.asked[1][0][1].bubbles == (f"{will} ",)
    stopping = iter([False] * 3 + [True])
    assert list(shown.reply(said("who?"), veil.contacts[0], SAMPLING, stopped=lambda: next(stopping)))[-1] == (will[:3],)


def test_groups_that_differ_in_surrogates_alone_stay_apart():
    inside = [Contact(f"friends of {name}", ChatKind.GROUP) for name in (OTHER["Priya"], "Priya", OTHER["Priya"])]
    engine = Scripted(growing("ok"))
    veil = Veil("Nika", inside, NAMES, reveal=True)
    assert [contact.name for contact in veil.contacts] == ["friends of Priya", "friends of Priya 2", "friends of Priya"]
    for shown in veil.contacts:
        list(veil.over(engine).reply([], shown, SAMPLING))
    assert [contact for _, contact, _ in engine.asked] == inside


def test_without_real_names_all_is_passed_on_but_what_the_person_types():
    priya = OTHER["Priya"]
    engine, veil, shown = veiled(f"{priya} o", reveal=False)
    assert veil.contacts == shown.contacts == INSIDE
    mine = Turn("Nika Orlova", True, ("ok",), False)
    steps = list(shown.reply([*said("Anna asks", INSIDE[0].name), mine, *said(f"{priya} asks", INSIDE[0].name)], INSIDE[0], SAMPLING))
    assert steps == engine.steps
    heard, contact, _ = engine.asked[0]
    assert contact == INSIDE[0]
    assert [turn.bubbles[0] for turn in heard] == [f"{OTHER['Anna Petrova'].split()[0]} asks", "ok", f"{priya} asks"]
    assert heard[1] is mine
    assert (veil.hides, veiled("ok")[1].hides) == (True, False)


def test_a_contact_may_be_asked_for_by_the_real_name_as_well():
    assert veiled("ok", reveal=False)[1].called("Priya") == OTHER["Priya"]
    assert veiled("ok")[1].called("Priya") == "Priya"


def test_without_names_there_is_nothing_between():
    engine = Scripted(growing("ok"))
    veil = Veil("Nika", INSIDE, None, reveal=True)
    assert veil.over(engine) is engine
    assert veil.contacts == INSIDE
    assert not veil.hides


def test_the_terminal_shows_the_real_names_from_its_first_line_to_its_last():
    anna = OTHER["Anna Petrova"]
    engine, veil, shown = veiled(f"with {anna}", "yes")
    written, lines = [], iter(["hi Anna", "!as anna", "!as мам", "and you?", "!quit"])
    terminal.chat(shown, veil.contacts[0], SAMPLING, read=lambda prompt: (written.append(prompt), next(lines))[1], write=written.append)
    assert "you write as Priya" in written[0]
    assert written.count("Nika Orlova: with Anna Petrova") == 2
    assert any("name one of Priya, Мама, Priya и стена" in line for line in written)
    assert anna not in repr(written)
    assert "Anna" not in repr(engine.asked)


# Of a run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run that knows Priya by another name, beside the key and the names of its workspace."""
    chats = [chat | {"name": OTHER.get(chat["name"], chat["name"])} for chat in ABOUT["chats"]]
    (tmp_path / "run.json").write_text(json.dumps(ABOUT | {"chats": chats, "renamed": True}), encoding="utf-8")
    (tmp_path / "privacy.key").write_text(KEY.hex())
    write_book(NAMES.book, tmp_path / "privacy.names")
    return tmp_path


def veil_at(run: Path, *, reveal: bool) -> Veil:
    return veil_of(run, run / "privacy.key", run / "privacy.names", reveal=reveal)


def test_a_run_with_other_names_is_revealed_by_the_files_of_its_workspace(run):
    assert [contact.name for contact in veil_at(run, reveal=True).contacts] == ["Priya", "Мама", "wall rats 🧗"]
    assert [contact.name for contact in veil_at(run, reveal=False).contacts] == [OTHER["Priya"], "Мама", "wall rats 🧗"]
    assert veil_at(run, reveal=False).hides


@pytest.mark.parametrize("reveal", [True, False])
def test_a_run_with_the_names_of_life_has_nothing_between(run, reveal):
    (run / "run.json").write_text(json.dumps(ABOUT), encoding="utf-8")
    veil = veil_at(run, reveal=reveal)
    assert [contact.name for contact in veil.contacts] == ["Priya", "Мама", "wall rats 🧗"]
    assert not veil.hides
    engine = Scripted([])
    assert veil.over(engine) is engine


@pytest.mark.parametrize("file", ["privacy.key", "privacy.names"])
def test_without_the_files_names_can_neither_be_shown_nor_hidden(run, file):
    (run / file).unlink()
    with pytest.raises(WorkspaceError, match=rf"{file} is missing.*leave --reveal out"):
        veil_at(run, reveal=True)
    veil = veil_at(run, reveal=False)
    assert not veil.hides
    assert veil.contacts[0].name == OTHER["Priya"]


def test_damage_is_told(run):
    (run / "privacy.names").write_text("{}")
    with pytest.raises(WorkspaceError, match="damaged"):
        veil_at(run, reveal=False)
    (run / "run.json").write_text("{")
    with pytest.raises(ModelError, match=r"run\.json"):
        veil_at(run, reveal=False)


def test_a_loaded_twin_answers_by_the_real_names(run, run_folder):
    from twin.chat.engine import Engine  # the other tests need no torch

    shutil.copytree(run_folder / "adapter", run / "adapter")
    shutil.copy(run_folder / "config.toml", run)
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    base = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))["base"]
    (run / "run.json").write_text(json.dumps(about | {"base": base}), encoding="utf-8")
    engine, veil = Engine(run), veil_at(run, reveal=True)
    sampling = Sampling(max_tokens=12, seed=1)
    inside = list(engine.reply([Turn(OTHER["Priya"], False, (f"hello from {OTHER['Priya']}",), False)], INSIDE[0], sampling))
    outside = list(veil.over(engine).reply(said("hello from Priya"), veil.contacts[0], sampling))
    assert outside[-1] == tuple(map(NAMES.reveal, inside[-1]))


def test_a_book_without_names_reveals_nothing():
    assert Names((), KEY, book=Book()).reveal("Anna") == "Anna"


# The commands


@pytest.fixture
def workspace(run: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with that run, whose twin says of Priya that she knows: a twin that is not loaded."""
    place = create_workspace(run / "workspace").root
    for file in ("privacy.key", "privacy.names"):
        shutil.move(run / file, place)
    (place / "runs" / "run-1").mkdir(parents=True)
    shutil.move(run / "run.json", place / "runs" / "run-1")
    (place / "runs" / "run-1" / "result.json").write_text("{}")
    monkeypatch.setattr("twin.chat.engine.Engine", lambda folder, progress: ENGINES.append(Scripted(growing(f"{OTHER['Priya']} knows"))) or ENGINES[-1])
    monkeypatch.setattr("sys.stdin", io.StringIO("did Anna call?\n"))
    return place


ENGINES: list[Scripted] = []
NOTE = "--reveal shows the real ones"


def twin(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def heard() -> tuple[str, str]:
    """What the twin was told last, and by whom."""
    turns, contact, _ = ENGINES[-1].asked[-1]
    return turns[-1].bubbles[0], contact.name


def test_a_pipe_with_reveal_gives_the_real_names_and_hides_what_it_is_given(workspace, capsys):
    assert twin(capsys, "chat", "--reveal", "--as", "priya", "-w", str(workspace)) == (0, "Priya knows\n", "")
    assert heard() == (f"did {OTHER['Anna Petrova'].split()[0]} call?", OTHER["Priya"])
    code, _, err = twin(capsys, "chat", "--reveal", "--as", OTHER["Priya"], "-w", str(workspace))
    assert (code, "there are Priya, Мама, wall rats" in err) == (2, True)


@pytest.mark.parametrize("name", ["Priya", OTHER["Priya"]])
def test_a_pipe_without_it_gives_surrogates_and_says_so_beside(workspace, capsys, name):
    code, out, err = twin(capsys, "chat", "--as", name, "-w", str(workspace))
    assert (code, out) == (0, f"{OTHER['Priya']} knows\n")
    assert err.endswith(NOTE + "\n")
    assert len(err.splitlines()) == 1
    assert heard() == (f"did {OTHER['Anna Petrova'].split()[0]} call?", OTHER["Priya"])


@pytest.mark.parametrize("options", [[], ["--reveal"]])
def test_a_twin_that_knows_real_names_is_talked_to_as_before(workspace, capsys, options):
    record = workspace / "runs" / "run-1" / "run.json"
    record.write_text(json.dumps(json.loads(record.read_text(encoding="utf-8")) | {"renamed": False}), encoding="utf-8")
    assert twin(capsys, "chat", *options, "-w", str(workspace)) == (0, f"{OTHER['Priya']} knows\n", "")
    assert heard()[0] == "did Anna call?"


def test_the_page_is_given_the_same(workspace, capsys, monkeypatch):
    served = []
    monkeypatch.setattr("twin.chat.ui.serve", lambda load, **options: served.append((load(print), options)))
    assert twin(capsys, "ui", "--reveal", "-w", str(workspace)) == (0, "", "")
    assert twin(capsys, "ui", "-w", str(workspace))[2].endswith(NOTE + "\n")
    (engine, shown), (hiding, hidden) = served
    assert [contact.name for contact in shown["contacts"]] == ["Priya", "Мама", "wall rats 🧗"]
    assert [contact.name for contact in hidden["contacts"]] == [OTHER["Priya"], "Мама", "wall rats 🧗"]
    assert shown["person"] == hidden["person"] == "Nika Orlova"
    assert list(engine.reply(said("who?"), shown["contacts"][0], SAMPLING))[-1] == ("Priya knows",)
    assert list(hiding.reply(said("Anna?"), hidden["contacts"][0], SAMPLING))[-1] == (f"{OTHER['Priya']} knows",)
    assert heard() == (f"{OTHER['Anna Petrova'].split()[0]}?", OTHER["Priya"])


@pytest.mark.parametrize(("name", "other"), [("Priya", "Anna"), (OTHER["Priya"], OTHER["Anna Petrova"].split()[0])])
def test_preferences_are_learned_with_the_names_that_the_run_knows(workspace, capsys, monkeypatch, name, other):
    """Whichever names the person saw as they spoke with the twin."""
    taught = []
    result = {"run": "run-1-preferred", "steps": 1, "seconds": 1.0, "bits_per_byte": {"base": 1.0, "twin": 1.1}}
    preferences = {"of": "run-1", "pairs": 1, "held_out": 1, "right": {"before": 0.0, "after": 1.0}}
    monkeypatch.setattr("twin.train.preferences.train_preferences", lambda run, data, pairs, **_: taught.extend(pairs) or result | {"preferences": preferences})
    with closing(Conversations(workspace / "conversations.db")) as kept:
        kept.begin(name, ChatKind.PERSONAL, "run-1", Turn(name, False, (f"did {other} call?",), False))
        kept.correct(kept.add(1, Turn("Nika Orlova", True, ("no idea",), False)), (f"{other} did", "at ten"))
    code, out, _ = twin(capsys, "train", "--preferences", "-w", str(workspace))
    inside = OTHER["Anna Petrova"].split()[0]
    assert code == 0
    assert [(one.contact, one.chosen, one.rejected) for one in taught] == [(OTHER["Priya"], (f"{inside} did", "at ten"), ("no idea",))]
    assert [(turn.name, turn.bubbles) for turn in taught[0].turns] == [(OTHER["Priya"], (f"did {inside} call?",))]
    assert "the better reply is the likelier one in 100% of 1 pairs, before in 0%" in out
    assert "validation: 1.0 bits/byte before, 1.1 now" in out


def test_preferences_without_a_word_in_the_chat_say_where_they_come_from(workspace, capsys):
    code, _, err = twin(capsys, "train", "--preferences", "-w", str(workspace))
    assert (code, err) == (2, "twin: nothing was said in the chat yet; rate and correct replies there (twin ui), then run the same command\n")
