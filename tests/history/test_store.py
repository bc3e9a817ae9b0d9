import multiprocessing
import sqlite3
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.errors import HistoryError
from twin.history import Coverage, History, Stored, open_history
from twin.schema import Chat, ChatKind, Message

DATE = datetime(2024, 1, 1, tzinfo=UTC)
PATH = Path("history.db")
ANNA = Chat(2, ChatKind.PERSONAL, "Anna")

IDS = st.integers(-(1 << 53), 1 << 53)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
DATES = st.datetimes(timezones=st.just(UTC)).map(lambda date: date.replace(microsecond=0))
MESSAGES = st.builds(
    Message,
    chat_id=st.just(2),
    id=IDS,
    sender_id=st.none() | IDS,
    date=DATES,
    text=TEXT,
    media=st.none() | TEXT,
    emoji=st.none() | TEXT,
    forwarded_from=st.none() | TEXT,
    via_bot=st.none() | TEXT,
    reply_to=st.none() | IDS,
    edited=st.none() | DATES,
    reactions=st.lists(st.tuples(TEXT, st.integers(0, 1 << 40)), max_size=2).map(tuple),
)


def message(number: int, text: str = "hello", **more: object) -> Message:
    return Message(2, number, 1, DATE + timedelta(minutes=number), text)._replace(**more)


@settings(max_examples=25)
@given(messages=st.lists(MESSAGES, unique_by=lambda message: message.id))
def test_messages_come_back_as_they_were_in_order_of_date(messages: list[Message]) -> None:
    PATH.unlink(missing_ok=True)
    with History(PATH) as history, history.transaction():
        history.put_chat(ANNA)
        assert history.put_messages(messages) == Stored(added=len(messages))
        expected = sorted(messages, key=lambda stored: (stored.date, stored.id))
        assert list(history.messages(2)) == expected
        assert history.put_messages(reversed(messages)) == Stored(unchanged=len(messages))


def test_a_message_stored_twice_at_once_counts_once_as_added() -> None:
    with History(PATH) as history:
        assert history.put_messages([message(1), message(1), message(1, "other"), message(2)]) == Stored(added=2, updated=1, unchanged=1)


def test_counts_hold_over_several_batches_and_chats() -> None:
    with History(PATH) as history:
        many = [message(number % 6000, chat_id=number // 6000) for number in range(12_000)]
        assert history.put_messages(many) == Stored(added=12_000)
        assert history.put_messages([*many, message(7000, chat_id=1)]) == Stored(added=1, unchanged=12_000)


def test_an_older_copy_never_replaces_a_later_edit() -> None:
    edited = message(1, "edited", edited=DATE)
    with History(PATH) as history:
        for given_, expected in [
            (message(1), "added"),
            (edited, "updated"),
            (message(1), "unchanged"),
            (edited._replace(text="x", edited=DATE - timedelta(1)), "unchanged"),
        ]:
            assert getattr(history.put_messages([given_]), expected) == 1
        assert list(history.messages(2)) == [edited]


def fail_inside(history: History) -> None:
    with history.transaction():
        history.put_chat(ANNA)
        history.put_messages([message(1)])
        raise ZeroDivisionError


def test_a_transaction_is_whole_or_nothing() -> None:
    with History(PATH) as history:
        with pytest.raises(ZeroDivisionError):
            fail_inside(history)
        assert list(history.messages(2)) == []
        with history.transaction():
            history.put_messages([message(1)])
    with open_history(PATH) as history:
        assert len(list(history.messages(2))) == 1


def test_a_chat_without_messages_is_not_listed_and_a_name_is_not_lost() -> None:
    with History(PATH) as history:
        history.put_chat(ANNA)
        assert history.chats() == []
        history.put_messages([message(1)])
        history.put_chat(replace(ANNA, name=None))
        assert history.chats() == [ANNA]
        history.put_people({2: "Anna"})
        history.put_people({2: "Anna K.", 3: "Bo"})
        assert history.names() == {2: "Anna K.", 3: "Bo"}


def test_dates_and_chats_are_those_in_which_a_person_wrote() -> None:
    with History(PATH) as history:
        for number, kind in ((2, ChatKind.PERSONAL), (3, ChatKind.GROUP), (4, ChatKind.BOT), (5, ChatKind.GROUP)):
            history.put_chat(Chat(number, kind, None))
            history.put_messages([message(9 - number, chat_id=number, sender_id=8 if number == 5 else 1), message(20, chat_id=number, sender_id=7)])
        kinds = (ChatKind.PERSONAL, ChatKind.GROUP)
        six, seven = DATE + timedelta(minutes=6), DATE + timedelta(minutes=7)
        both = [int(six.timestamp()), int(seven.timestamp())]
        assert history.written(1, kinds) == (both, [2, 3])
        assert history.written(1, kinds, since=six, until=seven) == (both[:1], [3])
        assert history.written(1, kinds, since=seven) == (both[1:], [2])
        assert history.chats_with(20) == [2, 3, 4, 5]
        assert history.chats_with(99) == []


def test_history_has_one_owner() -> None:
    with History(PATH) as history:
        assert history.me is None
        history.set_me(1)
        history.set_me(1)
        with pytest.raises(HistoryError, match="user1, this export is user2's"):
            history.set_me(2)
        assert history.me == 1


def test_the_file_is_private_and_so_is_what_sqlite_puts_beside_it() -> None:
    with History(PATH) as history:
        history.put_messages([message(1)])
        beside = sorted(PATH.parent.glob("history.db*"))
        assert len(beside) > 1
        assert {stat.S_IMODE(path.stat().st_mode) for path in beside} == {0o600}


def test_what_is_no_store_is_an_error(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("no database, but long enough to be looked at " * 100)
    newer = tmp_path / "newer.db"
    database = sqlite3.connect(newer)
    database.execute("PRAGMA user_version = 99")
    database.close()
    for path in (text, newer, tmp_path, tmp_path / "no" / "folder.db"):
        with pytest.raises(HistoryError, match=str(path)):
            History(path)
    with pytest.raises(HistoryError, match="twin import"):
        open_history(tmp_path / "missing.db")
    assert not (tmp_path / "missing.db").exists()


def test_a_damaged_store_is_an_error() -> None:
    with History(PATH) as history:
        history.put_messages([message(number, "x" * 500) for number in range(200)])
    content = bytearray(PATH.read_bytes())
    content[8192:] = b"\xaa" * (len(content) - 8192)
    PATH.write_bytes(content)
    with pytest.raises(HistoryError), History(PATH) as history:
        list(history.messages(2))


def test_while_another_writes_history_can_be_read_but_not_written() -> None:
    with History(PATH) as writer:
        writer.put_messages([message(1)])
        with writer.transaction():
            writer.put_messages([message(2)])
            with History(PATH) as reader:
                assert [stored.id for stored in reader.messages(2)] == [1]
                reader._database.execute("PRAGMA busy_timeout = 0")
                with pytest.raises(HistoryError, match="in use by another"), reader.transaction():
                    pass
        assert [stored.id for stored in writer.messages(2)] == [1, 2]


def test_a_store_that_another_process_is_making_is_waited_for() -> None:
    other = sqlite3.connect(PATH, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    later = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    later.start()
    with History(PATH) as history:
        assert history.chats() == []
    later.join()
    other.close()


def _open_at_once(barrier: "multiprocessing.synchronize.Barrier", path: str, errors: "multiprocessing.Queue[str]") -> None:
    barrier.wait()
    try:
        History(Path(path))._database.close()
    except HistoryError as error:
        errors.put(str(error))


def test_two_processes_may_make_it_at_once() -> None:
    context = multiprocessing.get_context("fork")
    for attempt in range(10):
        barrier, errors = context.Barrier(3), context.Queue()
        processes = [context.Process(target=_open_at_once, args=(barrier, f"{attempt}.db", errors)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert errors.empty(), errors.get()
        assert [process.exitcode for process in processes] == [0, 0, 0]


def cover_and_fail(history: History, read: Coverage) -> None:
    with history.transaction():
        history.put_coverage(2, read)
        raise ZeroDivisionError


def test_coverage_commits_with_the_messages_it_covers() -> None:
    read = Coverage(((0, 2), (5, 9)), DATE)
    with History(PATH) as history:
        assert history.coverage(2) == Coverage()
        with pytest.raises(ZeroDivisionError):
            cover_and_fail(history, read)
        assert history.covered_chats() == []
        with history.transaction():
            history.put_coverage(3, Coverage())
            history.put_coverage(2, Coverage())
            history.put_coverage(2, read)
    with History(PATH) as history:
        assert history.coverage(2) == read
        assert history.coverage(3) == Coverage()
        assert history.covered_chats() == [2, 3]


RECORDS = st.lists(st.tuples(st.sampled_from([2, 3]), st.integers(-5, 20), st.integers(0, 20)), unique_by=lambda record: record[:2])


@settings(max_examples=50)
@given(records=RECORDS, low=st.integers(-6, 21), high=st.integers(-6, 21), half_minutes=st.integers(-1, 42))
def test_ids_are_found_by_range_and_by_date_and_deleted(records: list[tuple[int, int, int]], low: int, high: int, half_minutes: int) -> None:
    moment = DATE + timedelta(seconds=30 * half_minutes)
    own = {number: DATE + timedelta(minutes=minutes) for chat_id, number, minutes in records if chat_id == 2}
    PATH.unlink(missing_ok=True)
    with History(PATH) as history:
        history.put_messages([message(number, chat_id=chat_id, date=DATE + timedelta(minutes=minutes)) for chat_id, number, minutes in records])
        between = [number for number in sorted(own) if low < number <= high]
        assert history.ids_between(2, low, high) == between
        assert history.first_id_since(2, moment) == min((number for number, date in own.items() if date >= moment), default=None)
        assert history.last_id_before(2, moment) == max((number for number, date in own.items() if date < moment), default=None)
        with history.transaction():
            assert history.delete_messages(2, [*between, 99]) == len(between)
        assert history.ids_between(2, -99, 99) == [number for number in sorted(own) if number not in between]
        assert len(history.ids_between(3, -99, 99)) == len(records) - len(own)
