import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from twin.errors import HistoryError
from twin.history import Coverage, History, open_history
from twin.schema import Chat, ChatKind, Message

PATH = Path("history.db")
# What twin made before live export, word for word.
VERSION_2 = """
CREATE TABLE facts (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE chats (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT);
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE imports (digest TEXT PRIMARY KEY, result TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE messages (
    chat_id INTEGER NOT NULL REFERENCES chats(id),
    id INTEGER NOT NULL,
    sender_id INTEGER,
    date INTEGER NOT NULL,
    text TEXT NOT NULL,
    more TEXT NOT NULL,
    PRIMARY KEY (chat_id, id)
) WITHOUT ROWID;
INSERT INTO facts VALUES ('me', 1);
INSERT INTO chats VALUES (2, 'personal', 'Anna');
INSERT INTO people VALUES (2, 'Anna');
INSERT INTO imports VALUES ('digest', '{"chats": 1}');
INSERT INTO messages VALUES (2, 5, 1, 1704067200, 'hello', '{"media":"photo"}');
"""


def make(version: int) -> None:
    for path in PATH.parent.glob("history.db*"):
        path.unlink()
    database = sqlite3.connect(PATH)
    database.executescript(VERSION_2)
    database.execute(f"PRAGMA user_version = {version}")
    database.close()


def check() -> None:
    """Everything of version 2 is there, and what is new works."""
    with open_history(PATH) as history:
        assert history.me == 1
        assert history.chats() == [Chat(2, ChatKind.PERSONAL, "Anna")]
        assert history.names() == {2: "Anna"}
        assert history.imported("digest") == {"chats": 1}
        (message,) = history.messages(2)
        assert isinstance(message, Message)
        assert (message.id, message.text, message.media) == (5, "hello", "photo")
        with history.transaction():
            history.put_coverage(2, Coverage(((0, 5),)))
        assert history.coverage(2) == Coverage(((0, 5),))


def test_a_file_of_version_2_is_brought_up_to_date_where_it_lies() -> None:
    make(version=2)
    check()
    check()
    assert sqlite3.connect(PATH).execute("PRAGMA user_version").fetchone() == (3,)


@pytest.mark.parametrize("version", [1, 4])
def test_a_file_of_another_version_is_refused_and_not_touched(version: int) -> None:
    make(version=version)
    with pytest.raises(HistoryError, match=rf"another version of twin \({version}, not 3\); import again"):
        History(PATH)
    tables = {name for (name,) in sqlite3.connect(PATH).execute("SELECT name FROM sqlite_master")}
    assert "coverage" not in tables


def _open_at_once(barrier: "multiprocessing.synchronize.Barrier") -> None:
    barrier.wait()
    with History(PATH):
        pass


def test_two_processes_may_bring_it_up_to_date_at_once() -> None:
    context = multiprocessing.get_context("fork")
    for _ in range(10):
        make(version=2)
        barrier = context.Barrier(3)
        processes = [context.Process(target=_open_at_once, args=(barrier,)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0, 0]
        check()
