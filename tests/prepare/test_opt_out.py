"""People who do not want their words in a twin: nothing that they wrote gets into the dataset, in whichever chat, and the report says how much that was."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.exports import ANNA, BORIS, ME, account, chat, message, write
from tests.test_cli import twin
from twin.config import Privacy as Knobs
from twin.errors import ConfigError
from twin.export.files import import_exports
from twin.history import History, choices_of
from twin.prepare.build import Report, prepare
from twin.prepare.decide import KINDS
from twin.prepare.explain import explain
from twin.prepare.rules import Rules
from twin.privacy.clean import privacy_of

OUT = Path("dataset")
GROUP = 77
PRIYA = {"from": "Priya Nair", "from_id": "user4000"}
PRIYAS = ["plums are blue", "plums in the group", "plums passed on by Anna", "plums passed on by me", "plums with a picture"]


@pytest.fixture
def history() -> Iterator[History]:
    with History(Path("history.db")) as opened:
        anna = chat(
            message(1, ANNA, "did Priya tell you?"),
            message(2, ME, "she did"),
            message(3, ANNA, PRIYAS[2], forwarded_from="Priya Nair"),
            message(4, ME, "I see"),
            message(5, ME, PRIYAS[3], forwarded_from="priya nair"),
            message(6, ANNA, "thanks"),
            message(7, ME, "sure"),
        )
        priya = chat(message(1, 4000, PRIYAS[0], **PRIYA), message(2, ME, "are they"), message(3, ME, "or red"), number=4000, name="Priya")
        group = chat(
            message(1, 4000, PRIYAS[1], **PRIYA),
            message(2, ME, "in the group?"),
            message(3, BORIS, "Priya Nair knows"),
            message(4, 4000, PRIYAS[4], **PRIYA, photo="x"),
            message(5, ME, "fine"),
            kind="private_group",
            number=GROUP,
            name="us",
        )
        import_exports([write(account(anna, priya, group))], opened)
        yield opened


def rules(*opt_out: str | int, **knobs: Any) -> Rules:
    return Rules(timedelta(days=1), validation_share=0, test_share=0, privacy=privacy_of(Knobs(opt_out=list(opt_out), **knobs), Path("privacy.key")))


def made(history: History, *opt_out: str | int, **knobs: Any) -> tuple[Report, str]:
    report = prepare(history, OUT, rules(*opt_out, **knobs))
    return report, "".join(path.read_text(encoding="utf-8") for path in sorted(OUT.glob("*.json*")))


def test_without_a_list_they_are_there(history: History) -> None:
    report, written = made(history, names="keep")
    assert all(text in written for text in PRIYAS)
    assert (report.opted_out, report.left_out) == (0, {"forward": 1})


@pytest.mark.parametrize("who", ["Priya Nair", "priya nair", "Priya", 4000, "4000"])
def test_nothing_that_they_wrote_is_in_the_dataset(history: History, who: str | int) -> None:
    report, written = made(history, who)
    assert "plums" not in written
    assert report.to_json()["opted_out"] == 5
    assert report.left_out == {"opted out": 3}, "two in their chat, and a forward"
    assert report.left_out_chats == {"opted out": 1}
    assert report.own_messages == report.targets + 3 == 8


def test_their_name_is_still_hidden_where_others_say_it(history: History) -> None:
    _, written = made(history, "Priya Nair")
    assert "tell you?" in written
    assert "Priya" not in written
    assert "Nair" not in written


def test_everybody_of_a_name_is_meant_but_not_the_person(history: History) -> None:
    with history.transaction():
        history.put_people({5000: "Anna", ME: "Boris"})
    assert set(history.people_called(["anna", "Boris", 6000])) == {ANNA, 5000, BORIS, 6000}
    assert history.people_called(["Priya"]) == {4000: {"Priya", "Priya Nair"}}
    assert made(history, "Priya", ME)[0].targets == 5


@pytest.mark.parametrize(
    ("who", "words"),
    [("Pria Nair", "near to it: Priya Nair"), ("nair", "near to it: Priya Nair"), ("Zoltan", "see all chats with: twin chats"), ("", "see all chats")],
)
def test_a_name_that_nobody_has_is_an_error_of_one_line(history: History, who: str, words: str) -> None:
    with pytest.raises(ConfigError, match=f"privacy.opt_out in twin.toml: nobody is called {who}; {words}") as raised:
        made(history, "Anna", who)
    assert "\n" not in str(raised.value)
    assert not OUT.exists()


def test_explain_says_it(history: History) -> None:
    wanted = ["4000:1", "4000:2", f"{ANNA}:3", f"{ANNA}:5", f"-{GROUP}:1", f"-{GROUP}:3"]
    fates = explain(history, OUT, rules("Priya Nair"), wanted)
    told = {(fate.message.chat_id, fate.message.id): (fate.reason, "opted out (privacy.opt_out" in fate.why, fate.learned, fate.turns) for fate in fates}
    assert told == {
        (4000, 1): (None, True, False, ()),
        (4000, 2): ("opted out", True, False, ()),
        (ANNA, 3): (None, True, False, ()),
        (ANNA, 5): ("opted out", True, False, ()),
        (-GROUP, 1): (None, True, False, ()),
        (-GROUP, 3): (None, False, False, (2,)),
    }


def test_what_learned_from_their_chat_is_stale(history: History) -> None:
    assert choices_of(Path("history.db"), ["Priya"]) == {4000: "excluded"}
    history.exclude(ANNA)
    assert choices_of(Path("history.db")) == {ANNA: "excluded"}


def test_their_chat_does_not_move_the_cut_between_the_splits(history: History) -> None:
    with_them, without = (history.written(ME, KINDS, without=chats) for chats in ((), {4000}))
    assert (len(with_them[0]), len(without[0])) == (8, 6)
    assert set(with_them[1]) - set(without[1]) == {4000}


def test_the_list_is_that_of_twin_toml_and_the_first_prepare_says_whose_words_these_are(history: History, capsys: pytest.CaptureFixture[str]) -> None:
    assert twin(capsys, "init")[0] == 0
    code, out, err = twin(capsys, "prepare", "--json")
    assert (code, next(iter(json.loads(out)))) == (0, "conversations")
    assert "privacy.opt_out in twin.toml" in err
    assert "without their yes" in err
    knobs = Path("twin.toml").read_text(encoding="utf-8")
    for written, left_out in (('["Priya Nair", 77]', 3), ("[4000]", 3), ("[]", 0)):
        Path("twin.toml").write_text(knobs.replace("opt_out = []", f"opt_out = {written}"), encoding="utf-8")
        code, out, err = twin(capsys, "prepare", "--json")
        assert (code, json.loads(out)["left_out"].get("opted out", 0), err) == (0, left_out, "")
    Path("twin.toml").write_text(knobs.replace("opt_out = []", 'opt_out = ["Pria Nair"]'), encoding="utf-8")
    code, _, err = twin(capsys, "prepare")
    assert (code, err) == (1, "twin: privacy.opt_out in twin.toml: nobody is called Pria Nair; near to it: Priya Nair\n")
    for wrong in ("[true]", "[1.5]", '"Priya"'):
        Path("twin.toml").write_text(knobs.replace("opt_out = []", f"opt_out = {wrong}"), encoding="utf-8")
        code, _, err = twin(capsys, "prepare")
        assert (code, "privacy.opt_out" in err, len(err.splitlines())) == (1, True, 1)
