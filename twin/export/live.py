"""`twin export`: an account's chats -> history, oldest first, each page of messages in a transaction with the note of what was read.

So a second run asks only for what came since, one that was cut off goes on where it was, and no message is there twice, whichever
way it came. What may have changed since the last run, the tail, is read again: Telegram lets people edit a message for two days.
Not here: the requests themselves (telegram/account.py), and which chats are wanted (wanted.py).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from twin.errors import Interrupted
from twin.export.imported import Imported
from twin.export.wanted import Wanted, select
from twin.history import History, Stored
from twin.schema import ChatKind
from twin.telegram import login
from twin.telegram.account import Account, NoAccess, Page, RemoteChat, Stretch, opened, stretch_of
from twin.telegram.client import Server
from twin.telegram.login import Credentials, Dialogue

_ALERT = 0.2
"""Seconds between two looks whether the person wants to stop."""
_ABOVE_ALL = 1 << 53
"""No message has such an id."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export is, in messages.

    Attributes:
        chat: The chat that is being read, and of it:
        chat_done: Those that history has.
        chat_total: Those that Telegram has.
        received: Those of all chats that came in this run.
        expected: An estimate of what `received` will be at the end.
        chats_done: Chats that are read.
        chats: Chats to read.
    """

    chat: str
    chat_done: int
    chat_total: int
    received: int
    expected: int
    chats_done: int
    chats: int


@dataclass(slots=True)
class Exported:
    """What an export did.

    Attributes:
        imported: Chats and messages, counted as an import counts them.
        deleted: Messages that are no longer in Telegram and were taken out of history.
        left_out_chats: Chats that were not read, by reason.
    """

    imported: Imported = field(default_factory=Imported)
    deleted: int = 0
    left_out_chats: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {**self.imported.to_json(), "deleted": self.deleted, "left_out_chats": dict(self.left_out_chats)}


def export(
    history: History,
    session: Path,
    server: Server,
    credentials: Credentials,
    dialogue: Dialogue,
    wanted: Wanted,
    *,
    rescan: timedelta,
    takeout: bool = True,
    progress: Callable[[Progress], None] = lambda _progress: None,
    stop: Callable[[], bool] = lambda: False,
) -> Exported:
    """Brings the wanted chats of the person's account into history.

    Args:
        history: Where they go.
        session: The file of the login; made by the first export.
        server: Where Telegram is.
        credentials: What is known of the login beforehand.
        dialogue: How to ask for the rest.
        wanted: Which chats, and which time.
        rescan: Before the last export, how much is read again, for edits and deletions.
        takeout: Ask Telegram for its takeout session, which is faster.
        progress: Called after each page.
        stop: Asked several times a second whether to end; what came so far is kept.

    Raises:
        TelegramError: Telegram cannot be reached, refuses, or asks for a long wait. What came so far is kept.
        LoginError: The login is missing or was ended.
        UsageError: A chat that was named is not there.
        HistoryError: It is another person's, or cannot be written.
        Interrupted: `stop` said so.
    """
    reader = _Reader(history, wanted, rescan, progress)

    async def whole() -> None:
        async with opened(session, server, credentials, dialogue) as account:
            if takeout:
                await account.begin_takeout(dialogue.say)
            await reader.read(account)
            await account.end_takeout()

    asyncio.run(_until(stop, whole()))
    return reader.result


def log_out(session: Path, server: Server) -> bool:
    """Ends the login at Telegram and deletes its file; False where nobody was logged in. Raises TelegramError, and keeps the file then."""
    return asyncio.run(login.log_out(session, server))


async def _until(stop: Callable[[], bool], work: Coroutine[Any, Any, None]) -> None:
    """Does the work, or ends it at the next request."""
    task = asyncio.ensure_future(work)
    stopped = False
    while not task.done():
        await asyncio.wait({task}, timeout=_ALERT)
        if not stopped and stop():
            stopped = task.cancel()  # once: what the work then does to end well is not to be cut off
    if task.cancelled():
        raise Interrupted("stopped; what came so far is kept, the same command goes on")
    task.result()


class _Reader:
    """One run over an account."""

    def __init__(self, history: History, wanted: Wanted, rescan: timedelta, progress: Callable[[Progress], None]) -> None:
        self._history = history
        self._wanted = wanted
        self._rescan = rescan
        self._progress = progress
        self._started = datetime.now(UTC)
        self._received = 0
        self.result = Exported()

    async def read(self, account: Account) -> None:
        """Reads what is wanted of an account."""
        with self._history.transaction():
            self._history.set_me(account.me)
            self._history.put_people({account.me: name} if (name := account.names.of(account.me)) else {})
        known = set(self._history.covered_chats())
        chats = await account.chats()
        if self._wanted.all_groups:
            chats = [await self._with_members(account, chat) if chat.chat.id not in known else chat for chat in chats]
        chosen, self.result.left_out_chats = select(chats, self._wanted, self._history.choices(), known)
        for number, chat in enumerate(chosen):
            reading = _Reading(self._history, chat, self._rescan, self._started)
            try:
                await self._read_chat(account, reading, number, len(chosen))
            except NoAccess:
                self.result.left_out_chats["no longer readable"] += 1
            self.result.deleted += reading.deleted
            self.result.imported.count(reading.stored)
            self.result.imported.chats += reading.stored != Stored()

    async def _with_members(self, account: Account, chat: RemoteChat) -> RemoteChat:
        if chat.members is not None or chat.chat.kind is not ChatKind.GROUP:
            return chat
        try:
            return (await account.details(chat))[0]
        except NoAccess:
            return chat  # which will be counted where it is read

    async def _read_chat(self, account: Account, reading: _Reading, number: int, count: int) -> None:
        stretches = (await account.details(reading.chat))[1] if reading.may_be_migrated else [stretch_of(reading.chat)]
        for stretch in stretches:
            position, since = reading.beginning(stretch, self._wanted.since)
            while position < stretch.newest:
                if since is None and (end := reading.known.end_of(position)) > position:
                    position = end
                    continue
                page = await account.page(reading.chat.chat, stretch, position, since=since, until=self._wanted.until)
                reading.take(page, account.names.writers(page.messages))
                self.result.imported.left_out += page.left_out
                self._received += len(page.ids)
                self._show(reading, page.total, number, count)
                if not page.more:
                    break
                position, since = page.high, None
        reading.end(self._wanted)

    def _show(self, reading: _Reading, total: int, number: int, count: int) -> None:
        left = max(0, total - reading.there)
        others = (self._received + left) / (number + 1) * (count - number - 1)
        self._progress(Progress(reading.chat.name, reading.there, total, self._received, round(self._received + left + others), number, count))


class _Reading:
    """One chat: what history has of it, and what comes.

    Args:
        history: The store.
        chat: The chat, as the sweep has found it.
        rescan: How much before the last run is read again.
        started: When this run began.

    Attributes:
        known: What need not be asked for.
        there: Messages that history has.
        stored: What storing did.
        deleted: Messages taken out of history.
    """

    def __init__(self, history: History, chat: RemoteChat, rescan: timedelta, started: datetime) -> None:
        self.chat = chat
        self._history = history
        self._id = chat.chat.id
        self._started = started
        self._before = history.coverage(self._id)
        self._coverage = self._before if self._before.stretches else replace(self._before, checked=started)
        self._rescan_from = self._before.checked and self._before.checked - rescan
        self._tail = history.first_id_since(self._id, self._rescan_from) if self._rescan_from else None
        self.known = self._before if self._tail is None else self._before.without(self._tail - 1)
        self.there = history.count(self._id)
        self.stored = Stored()
        self.deleted = 0

    @property
    def may_be_migrated(self) -> bool:
        """Whether to ask if this was another group before: at first, and again while there is something of that."""
        return not self._before.stretches or self._before.stretches[0][0] < 0

    def beginning(self, stretch: Stretch, since: datetime | None) -> tuple[int, datetime | None]:
        """After which id to read, and from which moment where Telegram has to find it."""
        if since is None:
            return stretch.shift, None
        before = self._history.last_id_before(self._id, since)
        if before is not None and before >= stretch.shift and self._before.covers(before) and self._nothing_unknown_after(before, stretch):
            return before, None
        return stretch.shift, since

    def _nothing_unknown_after(self, number: int, stretch: Stretch) -> bool:
        """Whether the message after this one was read as well, or there is none."""
        return number >= stretch.newest or self._before.end_of(number) > number

    def take(self, page: Page, names: Mapping[int, str]) -> None:
        """Stores a page, takes out what should be in it and is not any more, and notes what was read: all of it or nothing."""
        self._coverage = self._coverage.with_stretch(page.low, page.high)
        gone = [number for number in self._history.ids_between(self._id, page.low, page.high) if self._before.covers(number) and number not in page.ids]
        with self._history.transaction():
            if page.messages:
                self._history.put_chat(self.chat.chat)
            stored = self._history.put_messages(page.messages)
            if not stored.forgotten:  # by another command, meanwhile
                self._history.put_people(names)
            self._write(gone)
        self.stored += stored
        self.there += stored.added - len(gone)

    def end(self, wanted: Wanted) -> None:
        """Takes out what lay above the newest message that there is now, and lets the next tail begin later if this one was read whole."""
        whole = wanted.until is None and (wanted.since is None or self._rescan_from is None or wanted.since <= self._rescan_from)
        if whole:
            self._coverage = replace(self._coverage, checked=self._started)
        above = [] if self._tail is None else self._history.ids_between(self._id, max(self.chat.newest, self._tail - 1), _ABOVE_ALL)
        gone = [number for number in above if self._before.covers(number)]
        if gone or self._coverage != self._before:
            with self._history.transaction():
                self._write(gone)

    def _write(self, gone: list[int]) -> None:
        self.deleted += self._history.delete_messages(self._id, gone) if gone else 0
        if self._coverage.stretches:
            self._history.put_coverage(self._id, self._coverage)
