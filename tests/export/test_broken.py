"""Files that are not what they should be: never a traceback, never silence, never a change after an error."""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exports import ANNA, BORIS, ME, account, chat, message, old_message, write
from twin.errors import ExportFileError, TwinError
from twin.export.files import import_exports
from twin.export.imported import Imported
from twin.history import History


@pytest.fixture
def history() -> Iterator[History]:
    with History(Path("history.db")) as opened:
        yield opened


RICH = {"media_type": "sticker", "sticker_emoji": "🙂", "reactions": [{"type": "emoji", "count": 1, "emoji": "🔥", "recent": [{"from": "Anna"}]}]}
RECORDS = 17
EXPORT = account(
    chat(*(message(number, ME if number % 2 else ANNA, f"text {number} жук \\ \" ' \x07") for number in range(1, 9))),
    chat(
        message(1, BORIS, ["see ", {"type": "link", "text": "https://a.b"}], text_entities=[{"type": "plain", "text": "see"}]),
        message(2, ME, **RICH),
        message(3, ME, forwarded_from="News", edited_unixtime="1704120000", reply_to_message_id=1),
        {"id": 4, "type": "service", "action": "pin_message", "text": ""},
        {"id": 5, "type": "unsupported"},
        old_message(6, ME),
        kind="private_group",
        number=5,
        name='Team {"id": 1, "type": "message"',
    ),
    left=(chat(*(message(number, ME) for number in range(1, 4)), kind="private_supergroup", number=9, name="Left"),),
)
FORMS = {
    "account": json.dumps(EXPORT, indent=1, ensure_ascii=False).encode(),
    "compact": json.dumps(EXPORT, separators=(",", ":")).encode(),
    "chat": json.dumps(EXPORT["chats"]["list"][0], indent=1, ensure_ascii=False).encode(),
}


def dump() -> list[str]:
    with closing(sqlite3.connect("history.db")) as database:
        return [repr(row) for table in ("facts", "chats", "people", "messages", "imports") for row in database.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]


def attempt(content: bytes, *, salvage: bool = False, me: str | None = None) -> Imported | str:
    """What an import did in a history of its own, or the error, which must be one line and leave no trace."""
    for path in Path().glob("history.db*"):
        path.unlink()
    Path("result.json").write_bytes(content)
    with History(Path("history.db")) as history:
        try:
            done = import_exports([Path("result.json")], history, salvage=salvage, me=me)
        except TwinError as error:
            problem = str(error)
        else:
            counted = done.stored.added + done.stored.updated + done.stored.unchanged
            assert counted or done.left_out or not history.chats()
            return done
    assert "\n" not in problem
    assert problem.startswith("result.json")
    assert dump() == []
    return problem


@pytest.mark.parametrize("form", FORMS)
def test_a_file_cut_at_every_hundredth_is_an_error_with_its_place_and_salvage_takes_what_is_whole(form: str) -> None:
    whole = FORMS[form]
    for percent in range(1, 100):
        cut = whole[: len(whole) * percent // 100]
        error = attempt(cut)
        assert isinstance(error, str)
        assert "at byte " in error
        saved = attempt(cut, salvage=True, me="user1000")
        begun = cut.replace(b" ", b"").replace(b"\n", b"").count(b'"type":"message"') + cut.count(b'"service"') + cut.count(b'"unsupported"')
        if isinstance(saved, Imported):  # each record of which the type is still there, and perhaps one that was cut off before that
            assert saved.stored.added + saved.left_out.total() in (begun, begun + 1)
            assert saved.left_out["unreadable"] <= 1
        else:
            assert begun <= 1


def mutated(content: bytes, seed: int) -> bytes:
    """One to three bytes replaced, taken out or put in."""
    chance = random.Random(seed)
    raw = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        position = chance.randrange(len(raw))
        what = chance.randrange(4)
        if what == 0:
            raw[position] = chance.randrange(256)
        elif what == 1:
            del raw[position : position + chance.randint(1, 40)]
        elif what == 2:
            raw[position:position] = chance.choice([b"{", b"}", b"[", b"]", b'"', b",", b"\\", b"\\x0B", b"\x00", b"\xff", b"1e999", b"null", b"-"])
        else:
            raw[position] = chance.choice(b'{}[]",:\\0')
    return bytes(raw)


@pytest.mark.parametrize("form", FORMS)
def test_five_hundred_mutations(form: str) -> None:
    outcomes = {"error": 0, "import": 0}
    for seed in range(500 // len(FORMS) + 1):
        content = mutated(FORMS[form], seed)
        done = attempt(content)
        outcomes["error" if isinstance(done, str) else "import"] += 1
        if isinstance(done, str) and "not valid JSON" in done and form == "account":
            check_salvage(attempt(content, salvage=True, me="user1000"), done)
        elif isinstance(done, Imported):
            assert attempt(content, salvage=True) == done  # a readable file is read as ever
    assert min(outcomes.values()) > 10


def check_salvage(saved: Imported | str, error: str) -> None:
    """At most three places were damaged: nearly everything is there, and what is not there is counted."""
    assert isinstance(saved, Imported), (saved, error)
    assert saved.stored.added + saved.left_out.total() >= RECORDS - 3, error
    if saved.left_out["unreadable"] == 0:  # the damage lies outside of all records
        assert saved.stored.added == RECORDS - 2


@settings(max_examples=150)
@given(content=st.binary(max_size=200) | st.text(alphabet='{}[]",:\\ 01eE+-.tfn"aidmessagechtlyp', max_size=120).map(str.encode))
def test_anything_at_all(content: bytes) -> None:
    for salvage in (False, True):
        done = attempt(b"{" + content, salvage=salvage)
        assert isinstance(done, str) or done == Imported()


@pytest.mark.parametrize(
    "damage",
    [b'"\xff": 1, ', b'"width": "\xff", ', b'"width": ' + b"[" * 3000 + b"]" * 3000 + b", ", b'"width": "\\q", '],
    ids=["key", "value", "deep", "escape"],
)
def test_damage_in_what_is_not_needed_is_damage(damage: bytes) -> None:
    records = json.dumps(chat(*(message(number, ME if number % 2 else ANNA) for number in range(1, 200))), indent=1).encode()
    place = records.index(b'"id": 150') + len(b'"id": 150, ')
    error = attempt(records[:place] + damage + records[place:])
    assert isinstance(error, str)
    assert "chat Anna, after message 1" in error


# -- salvage ------------------------------------------------------------------------------------------------------------


def salvaged(history: History, text: str) -> tuple[dict[int, list[int]], dict[str, int]]:
    Path("result.json").write_text(text)
    done = import_exports([Path("result.json")], history, salvage=True)
    return {one.id: [stored.id for stored in history.messages(one.id)] for one in history.chats()}, dict(done.left_out)


def written(*chats: dict[str, Any]) -> str:
    return write(account(*chats)).read_text()


THREE = chat(message(1), message(2, ME), message(3))
BORIS_CHAT = chat(message(1, BORIS), message(2, ME), number=BORIS, name="Boris")


def test_one_broken_record_costs_one_record(history: History) -> None:
    text = written(THREE, BORIS_CHAT).replace('"id": 2,', '"id": 2,,', 1)
    with pytest.raises(ExportFileError, match=r"--salvage"):
        import_exports([write_text(text)], history)
    assert salvaged(history, text) == ({ANNA: [1, 3], BORIS: [1, 2]}, {"unreadable": 1})


def write_text(text: str) -> Path:
    Path("result.json").write_text(text)
    return Path("result.json")


def test_a_record_whose_beginning_is_damaged_is_counted_too(history: History) -> None:
    text = written(THREE).replace('"id": 2,', '"!d": 2', 1)
    assert salvaged(history, text) == ({ANNA: [1, 3]}, {"unreadable": 1})


@pytest.mark.parametrize(
    "damage",
    [('"id": 3000,', '"id": ,'), ('"messages"', '"message"'), ('"type": "personal_chat"', '"type": personal_chat'), ('"name": "Boris"', '"name": "Bor')],
)
def test_messages_of_a_chat_whose_head_is_damaged_are_given_to_no_other_chat(history: History, damage: tuple[str, str]) -> None:
    text = written(THREE, BORIS_CHAT)
    at = text.index('"name": "Boris"')
    assert salvaged(history, text[:at] + text[at:].replace(*damage, 1)) == ({ANNA: [1, 2, 3]}, {"unreadable": 2})


def test_a_chat_of_whose_head_nothing_is_left_is_not_the_one_before_it(history: History) -> None:
    text = written(THREE, BORIS_CHAT)
    begin, end = text.index('"name": "Boris"'), text.rindex('"messages"')
    assert salvaged(history, text[:begin] + "?" * 20 + text[end + len('"messages": [') :]) == ({ANNA: [1, 2, 3]}, {"unreadable": 2})


def test_a_broken_last_record_does_not_hide_the_chats_end(history: History) -> None:
    text = written(THREE, BORIS_CHAT).replace('"id": 3,', '"id": 3,,', 1)
    at = text.index('"name": "Boris"')
    assert salvaged(history, text[:at] + text[at:].replace('"messages"', '"message"', 1)) == ({ANNA: [1, 2]}, {"unreadable": 3})


def test_a_record_without_a_date_is_counted(history: History) -> None:
    text = written(chat(message(1), message(2, date_unixtime="soon"), message(3, ME)))
    with pytest.raises(ExportFileError, match=r"message 2 has date 'soon'.*chat Anna, after message 1.*--salvage"):
        import_exports([write_text(text)], history)
    assert salvaged(history, text) == ({ANNA: [1, 3]}, {"unreadable": 1})


def test_salvage_of_a_readable_file_is_an_import(history: History) -> None:
    done = import_exports([write(EXPORT)], history, salvage=True)
    assert (done.stored.added, dict(done.left_out)) == (RECORDS - 2, {"service": 1, "unsupported": 1})


def test_salvage_works_wherever_a_piece_of_the_file_ends(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.export.json_stream._CHUNK", 5000)
    monkeypatch.setattr("twin.export.json_stream._WINDOW", 600)
    many = [chat(*(message(number, ME) for number in range(1, 40)), number=number, name=f"chat {number}") for number in range(101, 109)]
    text = written(*many).replace('"id": 7,', '"id": 7,,')
    chats, left_out = salvaged(history, text)
    assert chats == {number: [one for one in range(1, 40) if one != 7] for number in range(101, 109)}
    assert left_out == {"unreadable": 8}


def test_nothing_to_salvage_is_an_error(history: History) -> None:
    with pytest.raises(TwinError, match=r"^result\.json"):
        import_exports([write_text('{"chats": {"list": [')], history, salvage=True)
