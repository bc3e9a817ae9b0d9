"""Messages as they come in, and what may be said in answer: a bot sends, the person's own account only gets drafts.

Private chats alone. Not here: to whom anything is said, and what (chat/bot.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from telethon import events
from telethon.tl import types
from telethon.tl.functions.messages import GetHistoryRequest, GetPeerDialogsRequest, SaveDraftRequest, SendMessageRequest, SetTypingRequest

from twin.schema import Message
from twin.telegram.client import Client, Server, telegram_errors
from twin.telegram.messages import Names, message_of

LONGEST = 4096
"""Characters in one message (https://limits.tginfo.me)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message in a private chat, whichever side it is from.

    Attributes:
        name: The other side's, first and last.
        username: The other side's, lower case without the "@"; only Telegram gives it, so it cannot be feigned as a name can.
    """

    message: Message
    name: str
    username: str | None


class Line:
    """A logged-in account on the line.

    Args:
        client: Connected, with updates.
        server: Where it is connected to, for what an error says.
        me: The account's own id.
    """

    def __init__(self, client: Client, server: Server, me: int) -> None:
        self.me = me
        self._client, self._server = client, server
        self._peers: dict[int, Any] = {}
        self._drafts: dict[int, str] = {}

    async def heard(self) -> AsyncIterator[Heard]:
        """What is written in private chats from now on. Raises TelegramError when the connection is lost for good, LoginError when the login is."""
        coming: asyncio.Queue[Any] = asyncio.Queue()

        async def came(event: Any) -> None:
            coming.put_nowait(event)

        handler = events.NewMessage(func=lambda event: event.is_private)
        self._client.add_event_handler(came, handler)
        ended = self._client.disconnected
        ended.add_done_callback(lambda _ended: coming.put_nowait(None))
        try:
            while (event := await coming.get()) is not None:
                with telegram_errors(self._server):
                    told = await self._heard(event)
                if told is not None:
                    yield told
            with telegram_errors(self._server):
                ended.result()  # raises what ended it
                raise ConnectionError("the connection was lost")
        finally:
            self._client.remove_event_handler(came, handler)

    async def past(self, user: int, count: int) -> list[Message]:
        """The last messages of a chat that something was heard in, oldest first."""
        with telegram_errors(self._server):
            page = await self._client(
                GetHistoryRequest(self._peers[user], offset_id=0, offset_date=None, add_offset=0, limit=count, max_id=0, min_id=0, hash=0)
            )
        names = Names()
        names.add(page.users, page.chats)
        found = (message_of(raw, user, names) for raw in reversed(page.messages))
        return [message for message in found if not isinstance(message, str)]

    async def typing(self, user: int) -> None:
        """Shows for a few seconds that something is being written."""
        with telegram_errors(self._server):
            await self._client(SetTypingRequest(self._peers[user], types.SendMessageTypingAction()))

    async def send(self, user: int, text: str) -> None:
        """Sends a message, as text alone; of one that is too long, its beginning."""
        with telegram_errors(self._server):
            await self._client(SendMessageRequest(self._peers[user], text[:LONGEST], no_webpage=True))

    async def draft(self, user: int, text: str) -> bool:
        """Puts a text into the field that the person writes in; nothing is sent. False where they have begun to write there themselves."""
        peer = self._peers[user]
        with telegram_errors(self._server):
            found = await self._client(GetPeerDialogsRequest([types.InputDialogPeer(peer)]))
            drafts = [dialog.draft.message for dialog in found.dialogs if isinstance(dialog.draft, types.DraftMessage)]
            if any(there and there != self._drafts.get(user) for there in drafts):
                return False
            await self._client(SaveDraftRequest(peer, text[:LONGEST], no_webpage=True))
        self._drafts[user] = text[:LONGEST]
        return True

    async def _heard(self, event: Any) -> Heard | None:
        """Nothing of service messages, and nothing of Telegram's own account."""
        other = await event.get_chat()
        if not isinstance(other, types.User) or other.bot or other.is_self:
            return None
        names = Names()
        names.add([other], [])
        message = message_of(event.message, other.id, names)
        if isinstance(message, str):
            return None
        message = message._replace(sender_id=self.me if event.out else other.id)
        self._peers[other.id] = await event.get_input_chat()
        return Heard(message, names.of(other.id) or "", other.username.lower() if other.username else None)
