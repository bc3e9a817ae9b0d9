import io
import random
import sqlite3
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin.errors import ExportFileError, TwinError, UnknownPersonError
from twin.export import whatsapp
from twin.export.imported import Imported
from twin.export.source import Source
from twin.export.whatsapp import import_whatsapp, recognises
from twin.export.whatsapp_people import group_id, person_id, title_of_file
from twin.history import History
from twin.schema import Chat, ChatKind, Message

MARK = "\u200e"
ANDROID = "31/12/2023, 21:41 - "
IOS = "[31.12.23, 21:41:05] "
NAME = "WhatsApp Chat with Anna.txt"


@pytest.fixture
def history() -> Iterator[History]:
    with History(Path("history.db")) as opened:
        yield opened


def dump() -> list[str]:
    database = sqlite3.connect("history.db")
    try:
        return [repr((table, row)) for table in ("facts", "chats", "people", "messages") for row in database.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]
    finally:
        database.close()


def source(content: str | bytes, name: str = NAME) -> Source:
    data = content.encode() if isinstance(content, str) else content
    return Source(name, len(data), lambda: io.BytesIO(data))


def bring(history: History, content: str | bytes, name: str = NAME, *, me: str | None = "Mira", salvage: bool = False) -> Imported:
    with history.transaction():
        return import_whatsapp(source(content, name), history, me=me, salvage=salvage)


def stored(history: History) -> list[Message]:
    return [message for chat in history.chats() for message in history.messages(chat.id)]


def local(*parts: int) -> datetime:
    return datetime(*parts).astimezone(UTC)  # type: ignore[arg-type]


# -- stamps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "12/31/23, 9:41 PM - Mira: hi",
        "12/31/23, 9:41\u202fPM - Mira: hi",
        "12/31/23, 9:41\u00a0pm - Mira: hi",
        "31/12/2023, 21:41 - Mira: hi",
        "31/12/2023 21:41 - Mira: hi",
        "31/12/2023 à 21:41 - Mira: hi",
        "31/12/23 9:41 p. m. - Mira: hi",
        "31/12/23, 9:41 p.\u00a0m. - Mira: hi",
        "31/12/23, 9:41 p.m. - Mira: hi",
        "31/12/23, 9:41 μ.μ. - Mira: hi",
        "31.12.23, 21:41 - Mira: hi",
        "31.12.2023 klo 21.41 - Mira: hi",
        "31. 12. 2023 21:41 - Mira: hi",
        "2023-12-31, 21:41 - Mira: hi",
        "2023/12/31 下午9:41 - Mira: hi",
        "31-12-23 21:41 - Mira: hi",
        "[31.12.23, 21:41:00] Mira: hi",
        "[12/31/23, 9:41:00 PM] Mira: hi",
        "[12/31/23, 9:41:00\u202fPM] Mira: hi",
        "[31-12-2023 21:41:00] Mira: hi",
        "\u200e[31/12/2023, 21:41:00] Mira: hi",
        "\ufeff[31/12/2023, 21:41:00] Mira: hi",
        "\ufeff31/12/2023, 21:41 - Mira: hi",
        "[2023-12-31, 9:41:00 p.m.] Mira: hi",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_every_form_of_stamp(history: History, line: str, end: str) -> None:
    assert recognises((line + end).encode())
    bring(history, line + end)
    (message,) = stored(history)
    assert (message.date, message.text, message.sender_id) == (local(2023, 12, 31, 21, 41), "hi", history.me)


@pytest.mark.parametrize(("written", "hour"), [("12:05 AM", 0), ("1:05 AM", 1), ("12:05 PM", 12), ("11:05 pm", 23), ("0:05 a.m.", 0)])
def test_midnight_and_noon_of_twelve_hours(history: History, written: str, hour: int) -> None:
    bring(history, f"12/31/23, {written} - Mira: hi")
    assert stored(history)[0].date == local(2023, 12, 31, hour, 5)


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["3/4/23"], [(4, 3)]),  # nothing tells: day first
        (["3/4/23", "13/4/23"], [(4, 3), (4, 13)]),
        (["3/4/23", "4/13/23"], [(3, 4), (4, 13)]),
        (["3/4/23", "5/4/23", "1/5/23"], [(4, 3), (4, 5), (5, 1)]),  # the other way, time goes back
        (["4/3/23", "4/5/23", "5/1/23"], [(4, 3), (4, 5), (5, 1)]),
        (["1/2/23", "1/3/23", "1/5/23"], [(1, 2), (1, 3), (1, 5)]),  # the other way, a day in each month
        (["23/04/03", "23/12/30", "24/01/02"], [(4, 3), (12, 30), (1, 2)]),
    ],
)
def test_the_order_of_day_and_month(history: History, dates: list[str], days: list[tuple[int, int]]) -> None:
    bring(history, "".join(f"{date}, 12:00 - Mira: hi\n" for date in dates))
    assert [(message.date.month, message.date.day) for message in stored(history)] == days


def test_the_order_is_found_at_the_end_of_a_long_file(history: History) -> None:
    bring(history, "5/6/23, 12:00 - Mira: hi\n" * 1000 + "5/13/23, 12:00 - Mira: hi\n")
    assert {message.date.month for message in stored(history)} == {5}


@pytest.mark.parametrize("dates", [("13/12/23", "12/13/23"), ("45/45/23", "1/1/23"), ("30/02/2023", "1/1/2023")])
def test_dates_that_contradict_one_another_are_an_error(history: History, dates: tuple[str, str]) -> None:
    lines = "".join(f"{date}, 12:00 - Mira: hi\n" for date in (*dates, dates[-1]))
    with pytest.raises(ExportFileError, match="at byte 0"):
        bring(history, lines)
    assert stored(history) == []
    result = bring(history, lines, salvage=True)
    assert result.left_out["unreadable"] >= 1
    assert result.stored.added + result.left_out["unreadable"] == 3


@pytest.mark.parametrize("clock", ["25:00", "12:60", "13:05 PM"])
def test_a_time_that_does_not_exist_is_an_error(history: History, clock: str) -> None:
    with pytest.raises(ExportFileError, match="at byte"):
        bring(history, f"{ANDROID}Mira: hi\n31/12/2023, {clock} - Mira: hi")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set")
def test_the_hour_that_comes_twice_keeps_its_order(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    try:
        bring(history, "".join(f"29/10/2023, {clock} - Mira: {clock}\n" for clock in ("01:50", "02:10", "02:50", "02:05", "02:40", "03:05")))
        assert [message.date.strftime("%H:%M") for message in stored(history)] == ["23:50", "00:10", "00:50", "01:05", "01:40", "02:05"]
        assert [message.text for message in stored(history)] == ["01:50", "02:10", "02:50", "02:05", "02:40", "03:05"]
    finally:
        monkeypatch.undo()
        time.tzset()


# -- texts and media ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("one", "one"),
        ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
        ("12:30: a time", "12:30: a time"),
        ("[21:41, 12/31/2023] Anna: pasted from the web", "[21:41, 12/31/2023] Anna: pasted from the web"),
        ("https://example.org/a:b", "https://example.org/a:b"),
        ("hello @\u2068Anna\u2069!", "hello @Anna!"),
        ("I left", "I left"),
        ("Missed voice call from my aunt, again", "Missed voice call from my aunt, again"),
        ("...", "..."),
        ("NULL", "NULL"),
        ("a < b > c", "a < b > c"),
        ("<3", "<3"),
        ("see (file attached)", "see (file attached)"),
        ("image omitted from the report", "image omitted from the report"),
        ("nul\0", "nul\ufffd"),
    ],
)
@pytest.mark.parametrize("stamp", [ANDROID, IOS])
def test_what_people_write_stays_as_it_is(history: History, stamp: str, body: str, text: str) -> None:
    bring(history, f"{stamp}Mira: {body}\n{stamp}Mira: end")
    assert [(message.text, message.media) for message in stored(history)] == [(text, None), ("end", None)]


def test_a_pasted_line_of_the_other_form_is_text(history: History) -> None:
    bring(history, f"{ANDROID}Mira: look\n{IOS}Anna: hello")
    assert [message.text for message in stored(history)] == [f"look\n{IOS}Anna: hello"]


@pytest.mark.parametrize(
    ("body", "media", "caption"),
    [
        ("<Media omitted>", "file", ""),
        ("<Media omitted>\nthe sea", "file", "the sea"),
        ("<Без медиафайлов>", "file", ""),
        ("<Medien ausgeschlossen>", "file", ""),
        ("<Multimedia omitido>", "file", ""),
        ("<Médias omis>", "file", ""),
        ("<Media omessi>", "file", ""),
        ("<Mídia oculta>", "file", ""),
        ("<Медіа пропущено>", "file", ""),
        ("<Medya dahil edilmedi>", "file", ""),
        ("<Pominięto multimedia>", "file", ""),
        ("<Media weggelaten>", "file", ""),
        (f"{MARK}image omitted", "photo", ""),
        ("image omitted", "photo", ""),
        (f"the sea {MARK}image omitted", "photo", "the sea"),
        (f"{MARK}video omitted", "video_file", ""),
        (f"{MARK}audio omitted", "voice_message", ""),
        (f"{MARK}sticker omitted", "sticker", ""),
        (f"{MARK}GIF omitted", "animation", ""),
        (f"{MARK}report.pdf • {MARK}2 pages {MARK}document omitted", "file", ""),
        (f"{MARK}Contact card omitted", "contact", ""),
        (f"{MARK}Bild weggelassen", "photo", ""),
        (f"{MARK}изображение отсутствует", "photo", ""),
        (f"{MARK}Çıkartma dahil edilmedi", "sticker", ""),
        (f"{MARK}afbeelding weggelaten", "photo", ""),
        ("IMG-20231231-WA0003.jpg (file attached)", "photo", ""),
        (f"{MARK}IMG-20231231-WA0003.jpg (file attached)\nthe sea\nat night", "photo", "the sea\nat night"),
        ("VID-20231231-WA0003.mp4 (Datei angehängt)", "video_file", ""),
        ("PTT-20231231-WA0003.opus (файл добавлен)", "voice_message", ""),
        ("STK-20231231-WA0003.webp (archivo adjunto)", "sticker", ""),
        ("AUD-20231231-WA0003.m4a (fájl csatolva)", "audio_file", ""),
        ("my report (2).pdf (fichier joint)", "file", ""),
        ("Boris.vcf (dosya ekli)", "contact", ""),
        (f"{MARK}<attached: 00000012-PHOTO-2023-12-31-21-41-05.jpg>", "photo", ""),
        (f"the sea {MARK}<Anhang: 00000012-VIDEO-2023-12-31-21-41-05.mp4>", "video_file", "the sea"),
        (f"{MARK}<прикреплено: 00000012-AUDIO-2023-12-31-21-41-05.opus>", "voice_message", ""),
        (f"{MARK}<adjunto: 00000012-STICKER-2023-12-31-21-41-05.webp>", "sticker", ""),
        (f"{MARK}<pièce jointe : 00000012-GIF-2023-12-31-21-41-05.mp4>", "animation", ""),
        (f"report.pdf • {MARK}2 pages {MARK}<attached: 00000012-report.pdf>", "file", ""),
        ("location: https://maps.google.com/?q=52.5,13.4", "location", ""),
        (f"{MARK}Location: https://maps.google.com/?q=52.5,13.4", "location", ""),
        ("Live location shared", "location", ""),
    ],
)
def test_media(history: History, body: str, media: str, caption: str) -> None:
    for stamp in (ANDROID, IOS):
        bring(history, f"{stamp}Mira: {body}\r\n{stamp}Mira: end\r\n")
        message = next(message for message in stored(history) if message.text != "end")
        assert (message.text, message.media) == (caption, media)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "This message was deleted",
            f"{MARK}This message was deleted.",
            "You deleted this message",
            "Данное сообщение удалено",
            "Вы удалили данное сообщение",
        ),
        *("Diese Nachricht wurde gelöscht.", "Se eliminó este mensaje", "Ce message a été supprimé", "Questo messaggio è stato eliminato", "Mensagem apagada"),
        *("Це повідомлення було видалено", "Bu mesaj silindi", "Ta wiadomość została usunięta", "Dit bericht is verwijderd"),
    ],
)
@pytest.mark.parametrize("stamp", [ANDROID, IOS])
def test_what_was_deleted_is_counted(history: History, stamp: str, body: str) -> None:
    result = bring(history, f"{stamp}Mira: a\n{stamp}Mira: {body}\n{stamp}Mira: b")
    assert result.to_json() == {"chats": 1, "messages": 2, "added": 2, "updated": 0, "unchanged": 0, "left_out": {"deleted": 1}}
    assert [message.text for message in stored(history)] == ["a", "b"]


@pytest.mark.parametrize(
    "suffix",
    [
        *(" <This message was edited>", f" {MARK}<This message was edited>", "<Сообщение изменено>", " <Diese Nachricht wurde bearbeitet.>"),
        *(" <Se editó este mensaje.>", " <Mensagem editada>", " <Ta wiadomość została zmieniona>", " <Dit bericht is bewerkt>", " <Bu mesaj düzenlendi>"),
    ],
)
def test_the_mark_of_an_edit_is_taken_off(history: History, suffix: str) -> None:
    bring(history, f"{ANDROID}Mira: a\nb{suffix}\n{ANDROID}Mira: c")
    first, second = stored(history)
    assert (first.text, first.edited, second.edited) == ("a\nb", first.date, None)


def test_an_edit_replaces_and_an_older_export_does_not_bring_the_old_text_back(history: History) -> None:
    old, new = f"{ANDROID}Mira: teh", f"{ANDROID}Mira: the <This message was edited>"
    bring(history, old)
    assert bring(history, new).stored.updated == 1
    assert bring(history, old).stored.unchanged == 1
    assert stored(history)[0].text == "the"


def test_a_poll_stays_text(history: History) -> None:
    bring(history, f"{IOS}Mira: {MARK}POLL:\nWhere?\n{MARK}OPTION: here ({MARK}1 vote)\n")
    assert stored(history)[0].text == "POLL:\nWhere?\nOPTION: here (1 vote)"


@pytest.mark.parametrize(
    "line",
    [
        f"{ANDROID}Messages and calls are end-to-end encrypted. No one can read them.",
        f"{ANDROID}Anna added Boris",
        f"{ANDROID}Anna changed the subject from “Trip” to “Trip: the photos”",
        f"{ANDROID}You were added",
        f"{ANDROID}Mira: Missed voice call",
        f"{ANDROID}Mira: null",
        f"{ANDROID}Mira: ",
        f"{ANDROID}Mira:",
    ],
)
def test_notices_on_android_are_counted(history: History, line: str) -> None:
    result = bring(history, f"{ANDROID}Mira: a\n{line}\n{ANDROID}Mira: b")
    assert (result.left_out, [message.text for message in stored(history)]) == ({"service": 1}, ["a", "b"])


@pytest.mark.parametrize("text", ["Messages and calls are end-to-end encrypted.", "Missed voice call. Tap to call back.", "Voice call. 2 min", "Неизвестное"])
def test_what_whatsapp_marks_on_ios_is_a_notice(history: History, text: str) -> None:
    result = bring(history, f"{IOS}Anna: {MARK}{text}\n{IOS}Mira: b\n{IOS}Anna: c", "_chat.txt")
    assert (result.left_out, [message.text for message in stored(history)]) == ({"service": 1}, ["b", "c"])


# -- chats and people ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("WhatsApp Chat with Anna.txt", "Anna"),
        ("WhatsApp Chat with Anna.zip/_chat.txt", "Anna"),
        ("Downloads/WhatsApp Chat - Anna Berg.zip/_chat.txt", "Anna Berg"),
        ("WhatsApp Chat with Anna (1).zip/_chat.txt", "Anna"),
        ("Чат WhatsApp с контактом Анна.txt", "Анна"),
        ("Чат WhatsApp с Анна.zip/_chat.txt", "Анна"),
        ("Чат WhatsApp з Анна.txt", "Анна"),
        ("Chat de WhatsApp con Anna.txt", "Anna"),
        ("WhatsApp-Chat mit Anna.txt", "Anna"),
        ("Conversa do WhatsApp com Anna.txt", "Anna"),
        ("Discussion WhatsApp avec Anna.txt", "Anna"),
        ("Chat WhatsApp con Anna.txt", "Anna"),
        ("Czat WhatsApp z Anna.txt", "Anna"),
        ("WhatsApp-chat met Anna.txt", "Anna"),
        ("Anna ile WhatsApp Sohbeti.txt", "Anna"),
        ("WhatsApp_Chat_with_Anna_Berg.txt", "Anna Berg"),
        ("_chat.txt", None),
        ("notes.txt", None),
    ],
)
def test_the_title_in_the_name_of_the_file(name: str, title: str | None) -> None:
    assert title_of_file(name) == title


def test_ids_lie_between_those_of_telegram_and_what_a_float_holds() -> None:
    assert 2**52 <= person_id("Anna") < 2**53
    assert -(2**53) < group_id("Anna") <= -(2**52)
    assert person_id("\u202aAnna\u202c\u00a0 B") == person_id("Anna B") != person_id("Anna C")


def test_a_personal_chat(history: History) -> None:
    bring(history, f"{ANDROID}Anna: hi\n{ANDROID}Mira: hello", me="  mIRA ")
    assert history.chats() == [Chat(person_id("Anna"), ChatKind.PERSONAL, "Anna")]
    assert history.me == person_id("Mira")
    assert history.names() == {person_id("Anna"): "Anna", person_id("Mira"): "Mira"}
    assert [message.sender_id for message in stored(history)] == [person_id("Anna"), history.me]


@pytest.mark.parametrize(
    "notice",
    ["Anna created group “Family”", "Anna added Boris", "Boris left", "Анна создал(-а) группу «Family»", "Anna hat Boris hinzugefügt", "Anna creó el grupo"],
)
def test_a_notice_of_a_group_makes_a_group(history: History, notice: str) -> None:
    bring(history, f"{ANDROID}{notice}\n{ANDROID}Anna: hi\n{ANDROID}Mira: hello", "WhatsApp Chat with Family.txt")
    assert history.chats() == [Chat(group_id("Family"), ChatKind.GROUP, "Family")]


def test_three_senders_make_a_group(history: History) -> None:
    bring(history, "".join(f"{ANDROID}{name}: hi\n" for name in ("Anna", "Boris", "Mira")), "_chat.txt")
    assert history.chats() == [Chat(group_id("Anna, Boris, Mira"), ChatKind.GROUP, "Anna, Boris, Mira")]


def test_a_group_on_ios_speaks_under_its_own_title(history: History) -> None:
    notices = f"{IOS}Family: {MARK}Messages and calls are end-to-end encrypted.\n{IOS}Family: {MARK}Anna added you\n"
    result = bring(history, f"{notices}{IOS}Anna: hi\n{IOS}Mira: hello", "_chat.txt")
    assert history.chats() == [Chat(group_id("Family"), ChatKind.GROUP, "Family")]
    assert "Family" not in history.names().values()
    assert result.left_out == {"service": 2}


def test_notes_to_oneself(history: History) -> None:
    bring(history, f"{ANDROID}Mira: milk", "WhatsApp Chat with Mira.txt")
    assert history.chats() == [Chat(person_id("Mira"), ChatKind.SAVED, "Mira")]


def test_the_title_tells_who_the_person_is(history: History) -> None:
    bring(history, f"{ANDROID}Anna: hi\n{ANDROID}Mira: hello", me=None)
    assert history.me == person_id("Mira")


def test_ios_tells_it_by_the_notice_of_encryption(history: History) -> None:
    bring(history, f"{IOS}Anna: {MARK}Messages and calls are end-to-end encrypted.\n{IOS}Anna: hi\n{IOS}Mira: hello", "_chat.txt", me=None)
    assert history.me == person_id("Mira")


@pytest.mark.parametrize("me", [None, "Boris", "user123", "", "123"])
def test_an_unknown_person_is_an_error_with_candidates(history: History, me: str | None) -> None:
    before = dump()
    with pytest.raises(UnknownPersonError, match=r"Anna \(2 messages\), Mira \(1 messages\)") as raised:
        bring(history, f"{ANDROID}Anna: hi\n{ANDROID}Mira: hello\n{ANDROID}Anna: a", "_chat.txt", me=me)
    assert "\n" not in str(raised.value)
    assert dump() == before


@pytest.mark.parametrize("you", ["You", "Вы", "Du"])
def test_the_person_may_be_called_you(history: History, you: str) -> None:
    bring(history, f"{ANDROID}Anna: hi\n{ANDROID}{you}: hello", "_chat.txt", me="Mira")
    assert [message.sender_id == history.me for message in stored(history)] == [False, True]


@pytest.mark.parametrize(("me", "name"), [(None, "Mira"), ("Mira", "Someone"), ("user77", "mira"), ("77", "Mira")])
def test_two_apps_are_one_person(history: History, me: str | None, name: str) -> None:
    with history.transaction():
        history.set_me(77)
        history.put_people({77: name})
    bring(history, f"{ANDROID}Anna: hi\n{ANDROID}Mira: hello\n{ANDROID}Boris: hello", "_chat.txt", me=me)
    assert history.me == 77
    assert history.names()[77] == name
    assert [message.sender_id for message in stored(history)] == [person_id("Anna"), 77, person_id("Boris")]


# -- once more ----------------------------------------------------------------------------------------------------------


def test_the_same_import_twice_changes_nothing(history: History) -> None:
    content = f"{ANDROID}Anna added you\n" + "".join(f"{ANDROID}{name}: {number}\n" for number in range(20) for name in ("Anna", "Mira", "Boris"))
    assert bring(history, content).stored.added == 60
    before = dump()
    again = bring(history, content).stored
    assert (again.added, again.updated, again.unchanged) == (0, 0, 60)
    assert dump() == before


def test_a_newer_export_adds_and_duplicates_nothing(history: History) -> None:
    lines = [f"{day}/12/2023, 21:{minute:02} - {('Anna', 'Mira')[minute % 2]}: {minute}\n" for day in (13, 14) for minute in (1, 1, 2, 3, 3, 3)]
    bring(history, "".join(lines[:5]))
    result = bring(history, "".join(lines[2:]))  # WhatsApp exports the last messages only
    assert (result.stored.added, result.stored.unchanged) == (7, 3)
    assert [message.text for message in stored(history)] == [line.rsplit(" ", 1)[1].strip() for line in lines]


def test_what_is_deleted_later_moves_nothing(history: History) -> None:
    bring(history, f"{ANDROID}Mira: a\n{ANDROID}Mira: b\n{ANDROID}Mira: c\n")
    result = bring(history, f"{ANDROID}Mira: This message was deleted\n{ANDROID}Mira: b\n{ANDROID}Mira: c\n")
    assert (result.stored.added, result.stored.updated, result.stored.unchanged) == (0, 0, 2)


def test_the_order_within_a_minute_is_kept(history: History) -> None:
    bring(history, "".join(f"{ANDROID}{('Anna', 'Mira')[number % 2]}: {number}\n" for number in range(300)))
    assert [message.text for message in stored(history)] == [str(number) for number in range(300)]


def test_a_stamp_that_comes_again_overwrites_nothing(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatsapp, "_REMEMBERED", 2)
    minutes = [1, 2, 3, 2, 4, 5, 6, 7, 8, 1, 9, 1]
    result = bring(history, "".join(f"31/12/2023, 21:{minute:02} - Mira: {place}\n" for place, minute in enumerate(minutes)))
    assert (result.stored.added, len(stored(history))) == (len(minutes), len(minutes))


def test_too_many_messages_of_one_minute_are_an_error(history: History) -> None:
    with pytest.raises(ExportFileError, match="too many messages"):
        bring(history, f"{ANDROID}Mira: hi\n" * 4097)


# -- broken files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no messages"),
        (b"\n\n", "no messages"),
        (f"{ANDROID}You were added".encode(), "no messages"),
        (b"hello\n" + f"{ANDROID}Mira: hi".encode(), "byte 0 has 'hello'"),
        (b"\nhello\n" + f"{ANDROID}Mira: hi".encode(), "byte 1 has 'hello'"),
        (f"{ANDROID}Mira: caf".encode() + b"\xe9\n", f"byte {len(ANDROID) + 9} is 0xe9"),
        (f"{ANDROID}Mira: ".encode() + b"x" * (2 << 20), "longer than"),
        (f"{ANDROID}Mira: ".encode() + b"x\n" * (1 << 20), "longer than"),
    ],
)
def test_a_broken_file_is_one_line_of_error_and_changes_nothing(history: History, content: bytes, problem: str) -> None:
    before = dump()
    with pytest.raises(ExportFileError, match=problem) as raised:
        bring(history, content)
    assert str(raised.value).startswith(NAME)
    assert "\n" not in str(raised.value)
    assert dump() == before


def test_salvage_counts_what_it_leaves_out(history: History) -> None:
    broken = b"hello\n" + f"{ANDROID}Mira: a\n{ANDROID}Mira: ".encode() + b"\xe9\n" + ANDROID.encode() + b"Mira: " + b"x" * (3 << 20)
    result = bring(history, broken + f"\n{ANDROID}Mira: b".encode(), salvage=True)
    assert result.left_out == {"unreadable": 3}
    assert [message.text for message in stored(history)] == ["a", "b"]


def test_a_file_that_cannot_be_read_is_an_error(history: History) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(ExportFileError, match="cannot be read"), history.transaction():
        import_whatsapp(Source("x.txt", 1, Broken), history)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"hello", b"{}", b"[1, 2]", b"\0\1\2", b"\x89PNG", "31/12/2023, 21:41 - Mira: hi".encode("utf-16")),
        *(b"31/12/2023 was a Sunday: yes", b"[2023-12-31 21:41:05] ERROR: disk full\n[2023-12-31 21:41:06] INFO: started"),
    ],
)
def test_other_files_are_not_recognised(content: bytes) -> None:
    assert not recognises(content)


def test_a_head_cut_within_a_letter_is_recognised() -> None:
    assert recognises(f"{ANDROID}Анна: привет".encode()[:-1])


CONVERSATION = (
    f"{IOS}Anna: {MARK}Messages and calls are end-to-end encrypted.\r\n{IOS}Anna: привет\nкак дела?\r\n{MARK}{IOS}Mira: {MARK}<attached: 00000012-P.jpg>\r\n"
    f"[01.01.24, 00:00:01] Mira: happy new year 🎉 {MARK}<This message was edited>\r\n[13.01.24, 10:00:00] Anna: {MARK}This message was deleted.\r\n"
).encode()


def survives(content: bytes, *, salvage: bool) -> None:
    """Either it is imported, or there is an error of ours in one line and nothing has changed."""
    Path("history.db").unlink(missing_ok=True)
    with History(Path("history.db")) as history:
        before = dump()
        failure: TwinError | None = None
        try:
            bring(history, content, "_chat.txt", me=None, salvage=salvage)
        except (ExportFileError, UnknownPersonError) as error:
            failure = error
        assert failure is None or (dump() == before and "\n" not in str(failure))
        recognises(content)


@pytest.mark.parametrize("salvage", [False, True])
def test_a_file_cut_anywhere(salvage: bool) -> None:
    for percent in range(100):
        survives(CONVERSATION[: len(CONVERSATION) * percent // 100], salvage=salvage)


@pytest.mark.parametrize("salvage", [False, True])
def test_a_file_with_wrong_bytes(salvage: bool) -> None:
    chance = random.Random(7)
    for _ in range(150):
        content = bytearray(CONVERSATION)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.choice((chance.randrange(256), *b"0123456789:/.[]\n"))
        survives(bytes(content), salvage=salvage)


# -- there and back -----------------------------------------------------------------------------------------------------

STAMPS = {
    "android": "%d/%m/%Y, %H:%M - ",
    "android, 12 hours": "%m/%d/%y, %I:%M\u202f%p - ",
    "android, dots": "%d.%m.%y, %H:%M - ",
    "android, year first": "%Y-%m-%d, %H:%M - ",
    "ios": "[%d.%m.%y, %H:%M:%S] ",
    "ios, 12 hours": "[%m/%d/%y, %I:%M:%S\u202f%p] ",
    "ios, dashes": "\u200e[%d-%m-%Y %H:%M:%S] ",
}
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0\u200e\u2068\u2069", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
TEXTS = (
    st.lists(WORDS, min_size=1, max_size=3)
    .map("\n".join)
    .map(str.strip)
    .filter(lambda text: text not in ("", "null") and not recognises(f"x\n{text}".encode()))
)
TURNS = st.lists(st.tuples(st.sampled_from(["Anna", "Mira B", "+49 170 1"]), st.integers(0, 100_000), TEXTS), min_size=1, max_size=12)


@pytest.mark.parametrize("form", STAMPS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(turns=TURNS, end=st.sampled_from(["\n", "\r\n"]))
def test_a_conversation_comes_back_as_it_was(form: str, turns: list[tuple[str, int, str]], end: str) -> None:
    moment, expected, lines = datetime(2023, 6, 13, 8, 30, 5), [], []  # noqa: DTZ001 - local, as in the file
    for sender, seconds, text in [("Mira B", 0, "first"), *turns]:
        moment += timedelta(seconds=seconds)
        shown = moment if "%S" in STAMPS[form] else moment.replace(second=0)
        expected.append((shown.astimezone(UTC), sender, text))
        lines.append(f"{moment.strftime(STAMPS[form])}{sender}: {text}{end}")
    Path("history.db").unlink(missing_ok=True)
    with History(Path("history.db")) as history:
        bring(history, "".join(lines), me="Mira B")
        names = history.names()
        assert [(message.date, names[message.sender_id or 0], message.text) for message in stored(history)] == expected


# -- size ---------------------------------------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A long chat that is made while it is read."""

    def __init__(self, lines: int) -> None:
        self.left = lines

    def read(self, size: int = -1) -> bytes:  # type: ignore[override]
        assert 0 < size <= 1 << 20
        count = min(self.left, 500)
        self.left -= count
        return f"{ANDROID}Mira: {'long ' * 300}\n{ANDROID}Anna added you\n".encode() * (count // 2)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatsapp, "_PER_STAMP", 1 << 20)
    monkeypatch.setattr(whatsapp, "_BATCH", 100)
    tracemalloc.start()
    try:
        with history.transaction():
            result = import_whatsapp(Source(NAME, 20_000_000, lambda: Endless(20_000)), history, me="Mira")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert result.stored.added == 10_000
    assert peak < 6_000_000  # of 15 MB


def test_progress_grows_to_the_size(history: History) -> None:
    seen: list[tuple[int, int]] = []
    given = source(f"{ANDROID}Mira: hi\n" * 3000)
    with history.transaction():
        import_whatsapp(given, history, me="Mira", progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (given.size, given.size)


def test_a_forgotten_chat_is_counted_and_leaves_no_name(history: History) -> None:
    lines = f"{ANDROID}Mira: hi\n{ANDROID}Anna: secret\n{ANDROID}Anna: This message was deleted\n"
    bring(history, lines)
    with history.transaction():
        assert history.forget(person_id("Anna")) == 2
    done = bring(history, lines)
    assert (done.chats, done.stored.messages) == (0, 0)
    assert done.left_out["in a chat you have forgotten"] == 2
    assert history.chats() == []
    assert history.names() == {person_id("Mira"): "Mira"}
    with history.transaction():
        history.include(person_id("Anna"))
    assert bring(history, lines).stored.added == 2
    assert history.names()[person_id("Anna")] == "Anna"
