"""What a person's Telegram account holds, in twin's own values: its chats, in one sweep, and a chat's messages, a page at a time, oldest first.

In a takeout session where the person allows it, whose limits are wider; else one request a second. Not here: which chats are
wanted, and what history has already (export/live.py).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from telethon.errors import ChannelInvalidError, ChannelPrivateError, ForbiddenError, PeerIdInvalidError, TakeoutInitDelayError, TakeoutInvalidError
from telethon.tl.functions.channels import GetFullChannelRequest
from telethon.tl.functions.messages import GetHistoryRequest
from telethon.tl.types import Channel, InputPeerChat, User
from telethon.tl.types import Chat as GroupChat
from telethon.utils import get_input_channel, get_input_peer

from twin.errors import TelegramError, duration
from twin.schema import Chat, ChatKind, Message
from twin.telegram.client import Client, Server, telegram_errors
from twin.telegram.login import Credentials, Dialogue, logged_in
from twin.telegram.messages import MIGRATED_SHIFT, Names, chat_of, message_of
from twin.telegram.session import Session

PAGE = 100
"""Messages in one answer, at most: Telegram's own limit (https://core.telegram.org/method/messages.getHistory)."""
_PAUSE = 1.0
"""Seconds between two requests outside of a takeout: what Telethon waits, too, when it reads whole chats."""
_NO_ACCESS = (ChannelPrivateError, ChannelInvalidError, PeerIdInvalidError, ForbiddenError)


class NoAccess(TelegramError):
    """A chat that the person can no longer read."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A row of message ids that ascend with time. A group that became a supergroup has two, and Telegram Desktop numbers the older one below zero.

    Attributes:
        peer: Whom to ask.
        shift: What is added to Telegram's ids.
        newest: The newest message's id, shifted.
    """

    peer: Any
    shift: int
    newest: int


@dataclass(frozen=True, slots=True)
class RemoteChat:
    """A chat of the account.

    Attributes:
        name: Its whole name, as the person sees it ("" for a deleted account).
        members: How many people are in it, where Telegram says so beside the chat.
        entity: Telethon's own object.
        newest: The newest message's id.
    """

    chat: Chat
    name: str
    members: int | None
    entity: Any
    newest: int


@dataclass(frozen=True, slots=True)
class Page:
    """Messages that follow one another, oldest first.

    Attributes:
        ids: Of everything in the page, service records included.
        left_out: What is no message, by reason.
        low: With `high`: the chat has nothing with low < id <= high that is not in the page.
        total: How many messages and records the chat has.
        more: Whether something wanted may follow.
    """

    messages: list[Message]
    ids: frozenset[int]
    left_out: Counter[str]
    low: int
    high: int
    total: int
    more: bool


class Account:
    """An open account. Made by `opened`.

    Attributes:
        me: The person's id.
        names: Names of everybody met so far, by marked id.
    """

    def __init__(self, client: Client, session: Session, server: Server, user: User) -> None:
        self._client = client
        self._api: Any = client  # or a takeout
        self._session = session
        self._server = server
        self._next = 0.0
        self._full: dict[int, Any] = {}
        self.me: int = user.id
        self.names = Names()
        self.names.add([user], [])

    async def begin_takeout(self, say: Callable[[str], None]) -> None:
        """Asks for a takeout, or goes on with the unfinished one; where it is not allowed yet, all goes the ordinary way.

        Args:
            say: Called with what the person should know of it.
        """
        unfinished = self._session.takeout_id is not None
        takeout = self._client.takeout(finalize=False) if unfinished else self._client.takeout(finalize=False, users=True, chats=True, megagroups=True)
        with telegram_errors(self._server):
            try:
                self._api = await takeout.__aenter__()
            except TakeoutInitDelayError as delay:
                say(
                    f"Telegram opens the fast way (a takeout) in {duration(delay.seconds)}, or at once if you allow it in its message on your phone;"
                    " until then it goes the ordinary way, one request a second"
                )
                return
        self._session.store()

    async def end_takeout(self) -> None:
        """Tells Telegram that everything was read."""
        if self._session.takeout_id is not None:
            with telegram_errors(self._server), suppress(TakeoutInvalidError):  # which has ended already
                await self._client.end_takeout(success=True)
            self._session.takeout_id = None
            self._session.store()

    async def chats(self) -> list[RemoteChat]:
        """Every chat of the account, archived ones included, in one sweep; Telegram bans those who sweep often."""
        try:
            return await self._sweep()
        except TakeoutInvalidError:  # the unfinished one was too old
            await self._renew_takeout()
            return await self._sweep()

    async def _sweep(self) -> list[RemoteChat]:
        chats = []
        with telegram_errors(self._server, TakeoutInvalidError):
            async for dialog in self._api.iter_dialogs(ignore_migrated=True):
                entity = dialog.entity
                if isinstance(entity, User | GroupChat | Channel):
                    self.names.add([entity] if isinstance(entity, User) else [], [] if isinstance(entity, User) else [entity])
                    chat = chat_of(entity, self.me)
                    name = "Saved Messages" if chat.kind is ChatKind.SAVED else self.names.of(chat.id) or ""
                    chats.append(RemoteChat(chat, name, getattr(entity, "participants_count", None), entity, dialog.dialog.top_message))
        return chats

    async def details(self, chat: RemoteChat) -> tuple[RemoteChat, list[Stretch]]:
        """A chat with its number of members, and all of its stretches, oldest first. One request for a supergroup, none for others.

        Raises:
            NoAccess: The person can no longer read it.
        """
        own = stretch_of(chat)
        if not isinstance(chat.entity, Channel):
            return chat, [own]
        if chat.chat.id not in self._full:
            self._full[chat.chat.id] = (await self._ask(GetFullChannelRequest(get_input_channel(chat.entity)))).full_chat
        full = self._full[chat.chat.id]
        chat = replace(chat, members=full.participants_count or chat.members)
        if not full.migrated_from_chat_id:
            return chat, [own]
        older = Stretch(InputPeerChat(full.migrated_from_chat_id), MIGRATED_SHIFT, MIGRATED_SHIFT + full.migrated_from_max_id)
        return chat, [older, own]

    async def page(self, chat: Chat, stretch: Stretch, after: int, *, since: datetime | None = None, until: datetime | None = None) -> Page:
        """The messages that follow.

        Args:
            chat: Whose they are.
            stretch: Where in it.
            after: Only ids above this one.
            since: Only what was sent at this moment or later; what lies between `after` and it is jumped over.
            until: Only what was sent before this moment.

        Raises:
            NoAccess: The person can no longer read it.
        """
        answer = await self._ask(
            GetHistoryRequest(
                peer=stretch.peer,
                # the page ends a hundred messages above this; min_id would say it more simply, but Telegram then returns nothing at times
                offset_id=0 if since else after - stretch.shift + 1,
                offset_date=since,
                add_offset=-PAGE,
                limit=PAGE,
                max_id=0,
                min_id=0,
                hash=0,
            )
        )
        self.names.add(answer.users, answer.chats)
        # near its end a chat's page is filled up with what came before
        following = [raw for raw in reversed(answer.messages) if raw.id + stretch.shift > after and not (since and raw.date and raw.date < since)]
        raws = [raw for raw in following if not (until and raw.date and raw.date >= until)]
        messages, left_out = [], Counter[str]()
        for raw in raws:
            message = message_of(raw, chat.id, self.names, shift=stretch.shift)
            if isinstance(message, Message):
                messages.append(message)
            else:
                left_out[message] += 1
        ids = [raw.id + stretch.shift for raw in raws]
        at_end = not following and since is None
        return Page(
            messages,
            frozenset(ids),
            left_out,
            low=ids[0] - 1 if since and ids else after,
            high=ids[-1] if ids else max(after, stretch.newest) if at_end else after,
            total=getattr(answer, "count", None) or len(answer.messages),
            more=bool(following) and len(raws) == len(following),
        )

    async def _ask(self, request: Any) -> Any:
        await self._pause()
        with telegram_errors(self._server):
            try:
                try:
                    return await self._api(request)
                except TakeoutInvalidError:
                    await self._renew_takeout()
                    return await self._api(request)
            except _NO_ACCESS as error:
                raise NoAccess(str(error).partition(" (caused by")[0]) from None

    async def _renew_takeout(self) -> None:
        self._session.takeout_id = None
        self._api = self._client
        await self.begin_takeout(lambda _line: None)

    async def _pause(self) -> None:
        """Outside of a takeout, not more than one request a second."""
        if self._api is self._client:
            await asyncio.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + _PAUSE


def stretch_of(chat: RemoteChat) -> Stretch:
    """A chat's own stretch, without that of the group that it may have been."""
    return Stretch(get_input_peer(chat.entity), 0, chat.newest)


@asynccontextmanager
async def opened(path: Path, server: Server, credentials: Credentials, dialogue: Dialogue) -> AsyncIterator[Account]:
    """The person's account; who is not logged in yet is asked to. The arguments and errors are those of `login.logged_in`."""
    async with logged_in(path, server, credentials, dialogue) as (client, session, user):
        yield Account(client, session, server, user)
