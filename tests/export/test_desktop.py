import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.exports import ANNA, BORIS, ME, account, chat, message, old_message, write
from twin.errors import ExportFileError, HistoryError, TwinError
from twin.export import desktop
from twin.export.files import import_exports
from twin.export.imported import Imported
from twin.export.values import peer_id
from twin.history import History
from twin.schema import Chat, ChatKind, Message

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def history() -> Iterator[History]:
    with History(Path("history.db")) as opened:
        yield opened


def dump(path: Path = Path("history.db")) -> list[str]:
    """Everything in every table."""
    database = sqlite3.connect(path)
    try:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return [repr((table, row)) for table in tables for row in database.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]
    finally:
        database.close()


def bring(history: History, export: Any, me: str | None = None) -> Imported:
    return import_exports([write(export)], history, me=me)


def only(history: History, record: dict[str, Any]) -> Message:
    """A record as it is in history after an import."""
    bring(history, account(chat(record)))
    (stored,) = history.messages(ANNA)
    return stored


# -- one message --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        (["see ", {"type": "link", "text": "https://a.b"}, " and ", {"type": "bold", "text": "this"}, "."], "see https://a.b and this."),
        ([{"type": "custom_emoji", "text": "😀", "document_id": "1"}], "😀"),
        ([{"type": "bold", "text": None}, 7, "x"], "x"),
        (None, ""),
        (5, ""),
    ],
)
def test_text_is_a_string_or_a_mixed_list(history: History, text: Any, expected: str) -> None:
    assert only(history, message(1, text=text)).text == expected


def test_text_entities_stand_in_for_a_missing_text_and_nothing_else(history: History) -> None:
    entities = [{"type": "bold", "text": "from "}, {"type": "plain", "text": "entities"}]
    without = message(1, text_entities=entities)
    del without["text"]
    bring(history, account(chat(without, message(2, text="from text", text_entities=entities))))
    assert [stored.text for stored in history.messages(ANNA)] == ["from entities", "from text"]


def test_a_sender_who_is_known_by_now_is_read_as_at_first(history: History) -> None:
    odd = {
        "text": "",
        "text_entities": [{"type": "plain", "text": "from entities"}],
        "media_type": "sticker",
        "sticker_emoji": "🙂",
        "edited_unixtime": "1804110400",
    }
    bring(history, account(chat(*(message(number, date_unixtime="1704110400", **odd) for number in range(1, 4)))))
    first, *others = history.messages(ANNA)
    assert first.text == "from entities"
    assert [one._replace(id=1) for one in others] == [first, first]


def test_date_unixtime_goes_before_the_local_date(history: History) -> None:
    stored = only(history, message(1, date="2001-01-01T00:00:00", date_unixtime="1704110400"))
    assert stored.date == datetime(2024, 1, 1, 12, tzinfo=UTC)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set")
def test_without_unixtime_the_date_is_local_time(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Etc/GMT-5")  # five hours ahead of UTC
    time.tzset()
    try:
        record = message(1, date="2020-05-01T12:00:00")
        del record["date_unixtime"]
        assert only(history, record).date == datetime(2020, 5, 1, 7, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4321, 4321),
        ("user1", 1),
        ("channel1", -1_000_000_000_001),
        ("chat1", -1),
        (1 << 32 | 7, 7),
        (2 << 32 | 7, -7),
        ("user7000000000", 7_000_000_000),
        (None, None),
        (True, None),
        (1.0, None),
        ("", None),
        ("user", None),
        ("user1x", None),
        ("user٣", None),
        ("user" + "9" * 30, None),
        ("user" + "9" * 5000, None),
        (10**30, None),
        ([], None),
    ],
)
def test_peer_id(value: object, expected: int | None) -> None:
    assert peer_id(value) == expected


def test_a_deleted_account_has_an_id_and_no_name(history: History) -> None:
    assert only(history, message(1, **{"from": None})).sender_id == ANNA
    assert ANNA not in history.names()


def test_people_with_one_name_stay_two(history: History) -> None:
    bring(history, account(chat(message(1, ANNA, **{"from": "Sam"}), message(2, BORIS, **{"from": "Sam"}), kind="private_group", number=5)))
    assert [stored.sender_id for stored in history.messages(-5)] == [ANNA, BORIS]
    assert history.names() == {ANNA: "Sam", BORIS: "Sam", ME: "Mira Lund"}


def test_a_forward_is_the_forwarders_message_and_known_as_a_forward(history: History) -> None:
    records = [
        message(1, ME, forwarded_from="News", forwarded_from_id="channel5"),
        message(2, ME, forwarded_from=None),
        message(3, ME, forwarded_from_id="user9"),
        message(4, ME),
    ]
    bring(history, account(chat(*records)))
    assert [(stored.sender_id, stored.forwarded_from) for stored in history.messages(ANNA)] == [(ME, "News"), (ME, ""), (ME, ""), (ME, None)]


MISSING = "(File not included. Change data exporting settings to download.)"


@pytest.mark.parametrize(
    ("more", "media"),
    [
        ({"photo": MISSING}, "photo"),
        ({"photo": "photos/1.jpg"}, "photo"),
        ({"file": MISSING, "media_type": "voice_message"}, "voice_message"),
        ({"file": "round_video_messages/1.mp4", "thumbnail": MISSING, "media_type": "video_message", "duration_seconds": 3}, "video_message"),
        ({"file": "(File unavailable, please try again later)"}, "file"),
        ({"location_information": None}, "location"),
        ({"place_name": "Bar", "address": "Main Street"}, "location"),
        ({"poll": {"question": "?", "answers": []}}, "poll"),
        ({"contact_information": {"first_name": "Bo"}}, "contact"),
        ({"giveaway_results": {"channel": 1}}, "giveaway"),
        ({"file": "a", "media_type": "sticker", "sticker_emoji": "🙂"}, "sticker"),
        ({"media_type": 7}, None),
        ({}, None),
    ],
)
def test_media_are_known_by_their_kind_whether_or_not_the_file_is_there(history: History, more: dict[str, Any], media: str | None) -> None:
    stored = only(history, message(1, text="caption", **more))
    assert (stored.media, stored.text) == (media, "caption")
    assert stored.emoji == more.get("sticker_emoji")


def test_reactions_are_the_emoji_ones(history: History) -> None:
    given = [{"type": "emoji", "emoji": "🔥", "count": 2}, {"type": "custom_emoji", "count": 1, "document_id": "1"}, {"type": "paid", "count": 3}, None]
    assert only(history, message(1, reactions=given)).reactions == (("🔥", 2),)


@pytest.mark.parametrize(
    "edited", [{"edited": 0}, {"edited": None}, {"edited": "1970-01-01T03:00:00"}, {"edited": "1970-01-01T00:00:00", "edited_unixtime": "0"}]
)
def test_an_edit_at_the_beginning_of_time_is_none(history: History, edited: dict[str, Any]) -> None:
    assert only(history, message(1, **edited)).edited is None


@pytest.mark.parametrize(
    "more",
    [
        {"text": "a\ud83d!"},
        {"text": ["\ude00", {"text": "\ud800"}]},
        {"text": "nul\x00"},
        {"from": "An\udc00"},
        {"forwarded_from": "\ud83d"},
        {"via_bot": "@\ud83d"},
        {"sticker_emoji": "\ud83d"},
        {"media_type": "\ud83d"},
        {"reactions": [{"emoji": "\ud83d", "count": 1}]},
    ],
)
def test_what_no_file_can_hold_becomes_a_replacement_character(history: History, more: dict[str, Any]) -> None:
    stored = only(history, message(1, **more))
    shown = repr((stored, history.names()))
    assert "\ufffd" in shown
    shown.encode()
    assert not {"\\ud8", "\\ud83d", "\\x00"} & {shown[at : at + size] for at in range(len(shown)) for size in (4, 6)}


@pytest.mark.parametrize("via", [None, "", 7])
def test_only_a_named_bot_is_one(history: History, via: object) -> None:
    assert only(history, message(1, via_bot=via)).via_bot is None


def test_an_impossible_reply_is_no_reply(history: History) -> None:
    assert only(history, message(1, reply_to_message_id=10**30)).reply_to is None
    assert only(history, message(1, reply_to_message_id=True)).reply_to is None
    assert only(history, message(1, reply_to_message_id=7)).reply_to == 7


def test_records_that_are_no_messages_are_counted(history: History) -> None:
    service = message(2, action="pin_message", actor="Anna") | {"type": "service"}
    done = bring(history, account(chat(message(1), service, {"id": 3, "type": "unsupported"}, {"id": 4, "type": "unsupported"})))
    assert done.to_json() == {
        "chats": 1,
        "messages": 1,
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "left_out": {"service": 1, "unsupported": 2},
    }


# -- chats --------------------------------------------------------------------------------------------------------------


def test_a_full_account_yields_all_its_chats_and_the_left_ones(history: History) -> None:
    kinds = ["saved_messages", "replies", "verification_codes", "personal_chat", "bot_chat", "private_group"]
    kinds += ["private_supergroup", "public_supergroup", "private_channel", "public_channel"]
    chats = [chat(message(1), kind=kind, number=10 + place, name=kind) for place, kind in enumerate(kinds)]
    left = chat(message(1), message(2), kind="private_supergroup", number=50, name="left")
    done = bring(history, account(*chats, chat(number=60), chat(message(1, 777000), number=777000, name="Telegram"), left=(left,)))
    marked = -1_000_000_000_000
    assert sorted(history.chats(), key=lambda stored: (stored.kind, stored.id)) == sorted(
        [
            Chat(ME, ChatKind.SAVED, None),
            Chat(11, ChatKind.SERVICE, None),
            Chat(12, ChatKind.SERVICE, None),
            Chat(13, ChatKind.PERSONAL, "personal_chat"),
            Chat(14, ChatKind.BOT, "bot_chat"),
            Chat(-15, ChatKind.GROUP, "private_group"),
            Chat(marked - 16, ChatKind.GROUP, "private_supergroup"),
            Chat(marked - 17, ChatKind.GROUP, "public_supergroup"),
            Chat(marked - 18, ChatKind.CHANNEL, "private_channel"),
            Chat(marked - 19, ChatKind.CHANNEL, "public_channel"),
            Chat(777000, ChatKind.SERVICE, "Telegram"),
            Chat(marked - 50, ChatKind.GROUP, "left"),
        ],
        key=lambda stored: (stored.kind, stored.id),
    )
    assert (done.chats, done.stored.added) == (12, 13)
    assert history.me == ME


def test_one_message_id_in_two_chats_is_two_messages(history: History) -> None:
    bring(history, account(chat(message(1, text="a")), chat(message(1, BORIS, text="b"), number=BORIS)))
    assert [stored.text for number in (ANNA, BORIS) for stored in history.messages(number)] == ["a", "b"]


def test_a_chat_whose_type_telegram_does_not_know_is_no_error(history: History) -> None:
    bring(history, account(chat(message(1), name=None) | {"type": None}))
    assert history.chats() == [Chat(ANNA, ChatKind.SERVICE, None)]


def test_a_chat_of_2020_is_its_contacts_whatever_its_own_id(history: History) -> None:
    bring(history, chat(old_message(1, ANNA), old_message(2, ME), number=987), me="user1000")
    assert [stored.id for stored in history.chats()] == [ANNA]


@pytest.mark.parametrize(("kind", "expected"), [("personal_chat", 55), ("private_group", -55), ("private_supergroup", -1_000_000_000_055)])
def test_the_type_bits_of_2020_are_taken_off_a_chats_id(history: History, kind: str, expected: int) -> None:
    bits = 1 if kind == "personal_chat" else 2
    bring(history, account(chat(old_message(1, ME), kind=kind, number=bits << 32 | 55)))
    assert [stored.id for stored in history.chats()] == [expected]


def test_an_id_above_32_bits_of_today_is_kept(history: History) -> None:
    bring(history, account(chat(message(1, 7_000_000_000), number=7_000_000_000)))
    assert [stored.id for stored in history.chats()] == [7_000_000_000]


def test_a_contact_who_says_nothing_at_first_has_the_same_chat_later(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "_OPENING", 2)
    bring(history, account(chat(*(message(number, ME) for number in range(1, 4)), message(4, ANNA))))
    assert [stored.id for stored in history.chats()] == [ANNA]
    assert len(list(history.messages(ANNA))) == 4


def test_a_chat_of_2020_stays_one_chat_over_many_messages(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "_OPENING", 2)
    senders = [ANNA, ME, ME, ME, ME, ANNA]
    bring(history, account(chat(*(old_message(number, sender) for number, sender in enumerate(senders)), number=987)))
    assert [(stored.id, len(list(history.messages(stored.id)))) for stored in history.chats()] == [(ANNA, 6)]


# -- again, newer, older ------------------------------------------------------------------------------------------------


def everything() -> dict[str, Any]:
    records = [message(1), message(2, ME, edited_unixtime="1704120000"), message(3, reactions=[{"type": "emoji", "emoji": "🔥", "count": 2}])]
    return account(chat(*records), chat(message(1, BORIS), kind="private_group", number=5, name="Team"))


@pytest.mark.parametrize("batch", [1, 2, 5000])
def test_importing_again_changes_nothing(history: History, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(desktop, "_OPENING", batch)
    first = bring(history, everything()).to_json()
    before = dump()
    again = bring(history, everything()).to_json()
    assert dump() == before
    assert again == first | {"added": 0, "unchanged": first["messages"]}
    assert first["messages"] == 4


def test_a_newer_export_adds_and_an_edit_replaces_and_an_older_file_never_undoes_it(history: History) -> None:
    old = account(chat(message(1, text="helo"), message(2, ME)))
    new = account(chat(message(1, text="hello", edited_unixtime="1704120000"), message(2, ME), message(3)))
    newest = account(chat(message(1, text="hello!", edited_unixtime="1704120001"), message(2, ME)))
    assert bring(history, old).stored.added == 2
    done = bring(history, new)
    assert (done.stored.added, done.stored.updated, done.stored.unchanged) == (1, 1, 1)
    done = bring(history, newest)
    assert (done.stored.added, done.stored.updated, done.stored.unchanged) == (0, 1, 1)
    before = dump()
    for older in (old, new):
        assert bring(history, older).stored.updated == 0
    assert dump() == before
    assert [stored.text for stored in history.messages(ANNA)] == ["hello!", "hello", "hello"]


def test_counts_of_several_files_add_up(history: History) -> None:
    done = bring(history, account(chat(message(1), {"id": 2, "type": "unsupported"})))
    done.add(bring(history, account(chat(message(1), message(2), {"id": 3, "type": "unsupported"}))))
    assert done.to_json() == {"chats": 2, "messages": 3, "added": 2, "updated": 0, "unchanged": 1, "left_out": {"unsupported": 2}}


def test_an_export_of_another_person_is_refused(history: History) -> None:
    bring(history, everything())
    before = dump()
    with pytest.raises(HistoryError, match=r"history of user1000.*user2000's"):
        bring(history, account(chat(message(9)), me=ANNA))
    assert dump() == before


# -- files that are none ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4, 0.5, 0.6, 0.75, 0.9, 0.99])
def test_a_file_cut_in_the_middle_changes_nothing(history: History, share: float) -> None:
    bring(history, account(chat(message(1))))
    before = dump()
    path = write(account(*(chat(*(message(number, ME) for number in range(1, 30)), number=chat_id) for chat_id in (ANNA, BORIS))))
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(ExportFileError, match=r"at byte [\d,]+"):
        import_exports([path], history)
    assert dump() == before


def test_a_broken_place_is_named(history: History) -> None:
    path = write(account(chat(message(1), message(2))))
    path.write_text(path.read_text().replace('"id": 2,', '"id": !,'))
    with pytest.raises(ExportFileError, match=r"at byte [\d,]+ \(chat Anna, after message 1\): "):
        import_exports([path], history)


def test_a_file_that_goes_on_after_its_end_is_broken(history: History) -> None:
    path = write(account(chat(message(1))))
    path.write_text(path.read_text() + "}")
    with pytest.raises(ExportFileError, match="expected the end of the file"):
        import_exports([path], history)
    assert history.chats() == []


def nameless(record: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != key}


@pytest.mark.parametrize(
    "export",
    [
        [],
        {},
        {"chats": []},
        {"chats": {"list": {}}},
        {"chats": {"list": [1]}},
        "text",
        None,
        account() | {"chats": None},
        account(nameless(chat(message(1)), "id")),
        account(nameless(chat(message(1)), "type")),
        account(chat(message(1)) | {"id": True}),
        account(chat(message(1), number=10**30)),
        account(chat(message(1), name="two\nlines") | {"id": None}),
        account(chat(message(1, id=10**30))),
        account(chat(message(1), message(2, id=2**63))),
        account(chat(message(1), message(2, id=-(2**60)))),
        account(chat(message(1, id=True))),
        account(chat(message(1, id=None))),
        account(chat(message(1, date_unixtime="soon"))),
        account(chat(message(1, date_unixtime="9" * 30))),
        account(chat(message(1, date_unixtime=[1]))),
        account(chat(nameless(nameless(message(1), "date"), "date_unixtime"))),
        account(chat(message(1, date_unixtime=None, date="yesterday\nnight"))),
        account(chat(message(1, edited="later"))),
        account(chat({}, message(1))),
        account(chat() | {"messages": [7]}),
        chat(message(1), message(2, ME), number=ANNA) | {"id": "x"},
    ],
)
def test_what_is_no_export_is_one_line_of_error(history: History, export: Any) -> None:
    before = dump()
    with pytest.raises(TwinError) as raised:
        bring(history, export)
    assert str(raised.value).startswith("result.json")
    assert "\n" not in str(raised.value)
    assert dump() == before


@pytest.mark.parametrize("content", [b"", b"   ", b"hello", b"\x89PNG\r\n\x1a\n\x00\xff", b"<html></html>", "{}".encode("utf-16"), b"\xef\xbb\xbf{}"])
def test_a_file_that_is_not_json_is_one_line_of_error(history: History, content: bytes) -> None:
    path = Path("result.json")
    path.write_bytes(content)
    with pytest.raises(ExportFileError) as raised:
        import_exports([path], history)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_an_error(history: History) -> None:
    with pytest.raises(ExportFileError, match="cannot be read"):
        import_exports([Path("missing.json")], history)


def test_a_message_at_the_edge_of_time_is_none_of_ours_to_crash_on(history: History) -> None:
    records = [message(1, date_unixtime="0", date="x"), message(2, date_unixtime="253402300799"), message(3, date_unixtime="-1")]
    bring(history, account(chat(*records)))
    assert [stored.id for stored in history.messages(ANNA)] == [3, 1, 2]


def test_progress_ends_at_the_size_of_the_file(history: History) -> None:
    seen: list[tuple[int, int]] = []
    path = write(everything())
    import_exports([path], history, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def test_import_and_prepare_start_at_once_and_without_the_heavy_libraries() -> None:
    script = (
        "import time, sys; t = time.process_time(); import twin.export.files, twin.prepare.build; print(time.process_time() - t);"
        "print({'torch', 'transformers', 'gradio', 'telethon', 'numpy'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    output = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    assert output[1] == "set()"
    assert float(output[0]) < 1.0
