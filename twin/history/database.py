"""history.db as a file: opened, brought up to date, read and written as a whole or not at all. What stands in its tables is store.py's."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twin.errors import HistoryError
from twin.workspace import private_file

_VERSION = 3
_PATIENCE = 5.0
"""Seconds to wait for another process."""
_SCHEMA = """
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
    more TEXT NOT NULL, -- a JSON object of what few messages have, by the names of schema.Message; empty for the others
    PRIMARY KEY (chat_id, id)
) WITHOUT ROWID;
"""
_SINCE_3 = """
CREATE TABLE coverage (chat_id INTEGER PRIMARY KEY, coverage TEXT NOT NULL);
CREATE TABLE choices (chat_id INTEGER PRIMARY KEY, choice TEXT NOT NULL);
"""
# Neither table refers to chats: a chat may be chosen before it was ever seen, and one that is forgotten has no row there.
_MISSING = {0: _SCHEMA + _SINCE_3, 2: _SINCE_3}
"""What a file of an earlier version lacks."""


class Database:
    """An open history.db.

    Args:
        path: The file; it is made (0600) when it is not there.

    Raises:
        HistoryError: The file is not a message store of a version that can be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            private_file(path)
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)
        except (sqlite3.DatabaseError, OSError) as error:
            raise HistoryError(f"{path} cannot be used as a message store: {error}") from error
        self.execute, self.executemany, self.close = self._connection.execute, self._connection.executemany, self._connection.close
        try:
            self.execute("PRAGMA synchronous = NORMAL")
            self.execute("PRAGMA secure_delete = ON")
            self._use_wal()
            self._prepare()
        except BaseException as failure:
            self.close()
            if isinstance(failure, sqlite3.DatabaseError):
                raise HistoryError(f"{path} cannot be used as a message store: {failure}") from failure
            raise

    def _use_wal(self) -> None:
        """Lets others read while one writes. SQLite does not wait for a lock here by itself, so two processes would trip each other up."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    def _version(self) -> int:
        return int(self.execute("PRAGMA user_version").fetchone()[0])

    def _prepare(self) -> None:
        if self._version() in _MISSING:
            with self.transaction():
                missing = _MISSING.get(self._version(), "")  # another process may have been first
                for statement in filter(None, map(str.strip, missing.split(";\n"))):
                    self.execute(statement)
                self.execute(f"PRAGMA user_version = {_VERSION}")
        version = self._version()
        if version != _VERSION:
            raise HistoryError(f"{self.path} was written by another version of twin ({version}, not {_VERSION}); import again into a new workspace")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the writes inside, or none of them."""
        try:
            self.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise HistoryError(f"{self.path} is in use by another twin command ({error}); wait for it or end it") from error
        try:
            yield
            self.execute("COMMIT")
        except BaseException as failure:
            if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                self.execute("ROLLBACK")
            if isinstance(failure, sqlite3.DatabaseError):
                raise HistoryError(f"{self.path} cannot be written: {failure}; nothing was changed") from failure
            raise

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Within a transaction: what is written inside is undone when it raises."""
        self.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self.execute("ROLLBACK TO attempt")
            raise
        finally:
            if self._connection.in_transaction:
                self.execute("RELEASE attempt")

    def erase_deleted(self) -> None:
        """Takes what was deleted out of the bytes of the file and of those beside it, where it would stay until something else needs the space.

        Raises:
            HistoryError: Another process reads the file, or the disk is full.
        """
        try:
            self.execute("VACUUM")
            unfinished = self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise HistoryError(f"{self.path}: what was deleted is still in the file's bytes ({error}); run the same command again") from error
        if unfinished:
            raise HistoryError(f"{self.path}: what was deleted is still in the file's bytes, as another twin command reads it; end that and run this one again")

    def read(self, query: str, parameters: Iterable[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query. Raises HistoryError."""
        try:
            for row in self.execute(query, tuple(parameters)):  # noqa: UP028  # `yield from` closes the cursor, which fails where the file is closed before it
                yield row
        except sqlite3.DatabaseError as error:
            raise HistoryError(f"{self.path} cannot be read: {error}; if it is damaged, import again into a new workspace") from error

    def first(self, query: str, parameters: Iterable[object] = ()) -> Any:
        """The first value of a query's first row; None where there is no row. Raises HistoryError."""
        row = next(self.read(query, parameters), None)
        return None if row is None else row[0]
