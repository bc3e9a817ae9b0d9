import os
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exports import ANNA, BORIS, ME, account, chat, message, write
from twin.errors import ExportFileError, UnknownPersonError
from twin.export import desktop, files
from twin.export.files import import_exports, sources
from twin.history import History, Stored


@pytest.fixture
def history() -> Iterator[History]:
    with History(Path("history.db")) as opened:
        yield opened


WHOLE = account(chat(message(1, ME), message(2)), chat(message(1, BORIS), number=BORIS, name="Boris"))
GROUP = chat(message(1, ANNA), message(2, ME), kind="private_group", number=5, name="Team")


def texts(history: History) -> dict[int, list[int]]:
    return {one.id: [stored.id for stored in history.messages(one.id)] for one in history.chats()}


def packed(path: Path, **members: object) -> Path:
    """A zip of files, exports written as such."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            inner = name.replace("__", "/").replace("_", ".")
            archive.writestr(inner, content if isinstance(content, str | bytes) else write(content, Path("inner")).read_bytes())
    return path


# -- where exports lie --------------------------------------------------------------------------------------------------


def test_the_folder_that_telegram_desktop_writes(history: History) -> None:
    folder = Path("DataExport_2024-01-01")
    (folder / "chats" / "chat_1" / "files").mkdir(parents=True)
    write(WHOLE, folder / "result.json")
    write(account(chat(message(9))), folder / "chats" / "chat_1" / "files" / "result.json")  # somebody sent one
    import_exports([folder], history)
    assert texts(history) == {ANNA: [1, 2], BORIS: [1]}


def test_a_folder_of_several_exports_among_other_things(history: History) -> None:
    for name, export in (("a", WHOLE), ("b", GROUP)):
        Path("all", f"ChatExport_{name}").mkdir(parents=True)
        write(export, Path("all", f"ChatExport_{name}", "result.json"))
    Path("all", "holiday.jpg").write_bytes(b"\xff\xd8")
    Path("all", "notes.txt").write_text("milk")
    Path("all", "settings.json").write_text('{"colour": 1}')
    write(chat(message(8, ME)), Path("all", "renamed.json"))
    packed(Path("all", "third.zip"), result_json=account(chat(message(7))))
    done = import_exports([Path("all")], history)
    assert texts(history) == {-5: [1, 2], ANNA: [1, 2, 7, 8], BORIS: [1]}
    assert done.chats == 5


def test_a_zip_whatever_folder_is_in_it(history: History) -> None:
    path = packed(Path("export.ZIP"), Telegram__result_json=WHOLE, Telegram__photos__a_jpg=b"\xff", Telegram__lists__a_txt="nothing")
    import_exports([path], history)
    assert texts(history) == {ANNA: [1, 2], BORIS: [1]}
    assert [source.name for source in sources(path)] == ["export.ZIP/Telegram/result.json"]


def test_several_exports_at_once_are_one_transaction(history: History) -> None:
    good, bad = write(WHOLE, Path("good.json")), Path("bad.json")
    bad.write_text('{"chats": ')
    with pytest.raises(ExportFileError, match=r"^bad\.json"):
        import_exports([good, bad], history)
    assert (history.me, history.chats(), history.names()) == (None, [], {})
    done = import_exports([good, write(GROUP, Path("group.json"))], history)
    assert done.stored == Stored(added=5)


@pytest.mark.parametrize("order", [1, -1])
def test_an_export_that_says_who_the_person_is_answers_for_one_that_does_not_in_any_order(history: History, order: int) -> None:
    paths = [write(GROUP, Path("group.json")), write(WHOLE, Path("whole.json"))]
    import_exports(paths[::order], history)
    assert (history.me, set(texts(history))) == (ME, {-5, ANNA, BORIS})


def test_where_none_says_it_the_first_is_asked_about(history: History) -> None:
    paths = [write(GROUP, Path("one.json")), write(GROUP | {"id": 6}, Path("two.json"))]
    with pytest.raises(UnknownPersonError, match=r"^one\.json"):
        import_exports(paths, history)
    assert history.chats() == []
    import_exports(paths, history, me="Mira")
    assert set(texts(history)) == {-5, -6}


def test_progress_is_over_all_files(history: History) -> None:
    paths = [write(GROUP, Path("group.json")), write(WHOLE, Path("whole.json"))]
    seen: list[tuple[int, int]] = []
    import_exports(paths, history, progress=lambda done, total: seen.append((done, total)))
    size = sum(path.stat().st_size for path in paths)
    assert seen[-1] == (size, size)
    assert seen == sorted(seen)


# -- again --------------------------------------------------------------------------------------------------------------


def test_a_known_file_is_not_read_again_and_counts_as_known(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(account(chat(message(1, ME), {"id": 2, "type": "unsupported"})))
    first = import_exports([path], history).to_json()
    monkeypatch.setattr(desktop, "find_owner", lambda *_: pytest.fail("read again"))
    assert import_exports([path], history).to_json() == first | {"added": 0, "unchanged": 1}


def test_a_file_whose_content_is_another_is_read(history: History) -> None:
    path = write(account(chat(message(1, text="one"))))
    import_exports([path], history)
    before = path.stat()
    write(account(chat(message(1, text="two"))))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert import_exports([path], history).stored == Stored(updated=1)


def test_a_failed_import_is_no_known_file(history: History) -> None:
    path = write(WHOLE)
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    for _ in range(2):
        with pytest.raises(ExportFileError):
            import_exports([path], history)
    path.write_bytes(whole)
    assert import_exports([path], history).stored == Stored(added=3)


def test_when_twin_learns_to_read_more_a_known_file_is_read_again(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(WHOLE)
    import_exports([path], history)
    database = sqlite3.connect("history.db")
    with database:
        database.execute("UPDATE messages SET text = 'as an older twin read it'")
    database.close()
    assert import_exports([path], history).stored == Stored(unchanged=3)
    monkeypatch.setattr(files, "_READING", files._READING + 1)
    assert import_exports([path], history).stored == Stored(updated=3)


# -- what is no export --------------------------------------------------------------------------------------------------


def test_a_folder_without_an_export_says_what_is_missing(history: History) -> None:
    Path("empty").mkdir()
    Path("html").mkdir()
    Path("html", "messages.html").write_text("<html>")
    for path in (Path("empty"), Path("html"), packed(Path("a.zip"), a_txt="x")):
        with pytest.raises(ExportFileError, match=r"holds no export .*JSON, not HTML"):
            import_exports([path], history)


def test_html_is_told_from_other_files(history: History) -> None:
    Path("messages.html").write_text("\n<!DOCTYPE html><html></html>")
    with pytest.raises(ExportFileError, match="choose machine-readable JSON"):
        import_exports([Path("messages.html")], history)
    Path("cat.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(ExportFileError, match=r"^cat\.jpg is no export that twin knows"):
        import_exports([Path("cat.jpg")], history)


def test_a_damaged_zip_is_one_line_of_error(history: History) -> None:
    path = packed(Path("a.zip"), result_json=WHOLE)
    whole = path.read_bytes()
    for position in range(30, whole.index(b"PK\x01\x02"), 7):  # in what is packed
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :])
        with pytest.raises(ExportFileError, match=r"^a\.zip") as raised:
            import_exports([path], history)
        assert "\n" not in str(raised.value)
        assert history.chats() == []
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ExportFileError, match=r"^a\.zip"):
        import_exports([path], history)


def test_a_zip_with_a_password_says_so(history: History) -> None:
    path = packed(Path("a.zip"), result_json=WHOLE)
    raw = bytearray(path.read_bytes())
    raw[6] |= 1  # the flag "encrypted", in the member's own header and in the list of members
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(ExportFileError, match=r"cannot be unpacked.*unpack it yourself"):
        import_exports([path], history)


def test_a_byte_order_mark_does_no_harm(history: History) -> None:
    path = write(WHOLE)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert import_exports([path], history).stored.added == 3


# -- two apps -----------------------------------------------------------------------------------------------------------

WHATSAPP = "31.12.23, 21:41 - Lena: hi\n31.12.23, 21:42 - Mira: hello\n31.12.23, 21:43 - Lena: how are you?\n"


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("together", [True, False])
def test_the_person_is_one_in_telegram_and_whatsapp_in_any_order(history: History, order: int, together: bool) -> None:
    chat_file = Path("WhatsApp Chat with Lena.txt")
    chat_file.write_text(WHATSAPP)
    paths = [write(WHOLE), chat_file][::order]
    for some in [paths] if together else [[path] for path in paths]:
        import_exports(some, history)
    assert history.me == ME
    sent = {one.name: [stored.sender_id == ME for stored in history.messages(one.id)] for one in history.chats()}
    assert sent == {"Anna": [True, False], "Boris": [False], "Lena": [False, True, False]}
    assert history.names()[ME] == "Mira Lund"
    assert import_exports(paths, history).stored == Stored(unchanged=6)


def test_me_need_not_be_named_in_every_file(history: History) -> None:
    others = write(chat(message(1, ANNA), message(2, ME, **{"from": None}), kind="private_group", number=7), Path("a.json"))
    import_exports([others, write(GROUP, Path("b.json"))], history, me="Mira")
    assert set(texts(history)) == {-5, -7}


def test_a_zip_from_a_phone(history: History) -> None:
    with zipfile.ZipFile("WhatsApp Chat - Lena.zip", "w") as archive:
        archive.writestr("_chat.txt", "[31.12.23, 21:41:05] Lena: hi\n[31.12.23, 21:42:00] Mira: hello\n")
        archive.writestr("00000012-PHOTO-2023-12-31-21-41-05.jpg", b"\xff")
    import_exports([Path("WhatsApp Chat - Lena.zip")], history)
    assert [one.name for one in history.chats()] == ["Lena"]


# -- forgotten chats ----------------------------------------------------------------------------------------------------


def test_a_forgotten_chat_does_not_come_again_until_it_is_included(history: History) -> None:
    team = chat(message(1, ANNA), message(2, BORIS), message(3, 4000, **{"from": "Dora"}), kind="private_group", number=5, name="Team")
    anna = chat(message(11, ANNA), message(12, ME), {"id": 13, "type": "service"}, name="Anna")
    path = write(account(team, anna, chat(message(21, ME), message(22, BORIS), number=BORIS, name="Boris")))
    import_exports([path], history)
    with history.transaction():
        history.forget(-5)
    for _ in range(2):  # the second time it is known by its digest
        done = import_exports([path], history).to_json()
        assert (done["chats"], done["messages"], done["unchanged"]) == (2, 4, 4)
        assert done["left_out"] == {"in a chat you have forgotten": 3, "service": 1}
        assert texts(history) == {ANNA: [11, 12], BORIS: [21, 22]}
        assert history.names() == {ME: "Mira Lund", ANNA: "Anna", BORIS: "Boris"}, "but not Dora, who writes in the team only"
    with history.transaction():
        history.include(-5)
    assert import_exports([path], history).stored == Stored(added=3, unchanged=4)
    assert texts(history)[-5] == [1, 2, 3]
    assert history.names()[4000] == "Dora"


def test_a_chat_can_be_forgotten_before_it_comes(history: History) -> None:
    with history.transaction():
        history.forget(ANNA)
        history.forget(-5)
    team = chat(message(1, ANNA), message(2, BORIS), kind="private_group", number=5, name="Team")
    done = import_exports([write(account(team, *WHOLE["chats"]["list"]))], history)
    assert (done.chats, done.stored.messages, done.left_out) == (1, 1, {"in a chat you have forgotten": 4})
    assert texts(history) == {BORIS: [1]}
    assert history.names() == {ME: "Mira Lund", BORIS: "Boris"}, "Boris, though he was seen in the team first"
