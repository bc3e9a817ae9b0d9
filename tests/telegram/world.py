"""One invented Telegram account: people, groups, channels and what was said in them. It knows nothing of the network.

Chats are named by their marked ids, as in Telethon: a user's own, a small group's negative, a channel's below -10**12.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from telethon.tl import types
from telethon.utils import get_peer, get_peer_id

CHANNELS = -(10**12)
_START = datetime(2020, 1, 1, tzinfo=UTC)

Entity = types.User | types.Chat | types.Channel


@dataclass
class History:
    """The messages of one chat by their numbers."""

    messages: dict[int, Any] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    last: int = 0

    def add(self, message: Any) -> None:
        self.messages[message.id] = message
        insort(self.numbers, message.id)
        self.last = max(self.last, message.id)

    def remove(self, number: int) -> None:
        self.numbers.remove(number)
        del self.messages[number]

    @property
    def top(self) -> Any:
        return self.messages[self.numbers[-1]]

    def page(self, *, offset_id: int, offset_date: datetime | None, add_offset: int, limit: int, max_id: int, min_id: int) -> list[Any]:
        """The page that messages.getHistory answers with, newest first. https://core.telegram.org/api/offsets

        An offset by id comes before one by date, and `max_id` and `min_id` only sift the page.
        """
        total = older = len(self.numbers)
        if offset_id:
            older = bisect_left(self.numbers, offset_id)
        elif offset_date:
            older = bisect_left(self.numbers, offset_date, key=lambda number: self.messages[number].date)
        begin = total - older + add_offset
        end = begin + limit
        numbers = self.numbers[max(0, total - end) : max(0, total - begin)]
        return [self.messages[number] for number in reversed(numbers) if number > min_id and (not max_id or number < max_id)]


class World:
    """The account that a test server answers from; it may change while the server runs. A chat is a dialog once something was said in it."""

    def __init__(self, me: int = 1000, first_name: str = "Mira", last_name: str = "Lund"):
        self.phone = "+15550001"
        self.code = "12345"
        self.password: str | None = None
        self.entities: dict[int, Entity] = {}
        self.histories: dict[int, History] = {}
        self.archived: set[int] = set()
        self.pinned: list[int] = []
        self.migrated_from: dict[int, int] = {}
        self.members: dict[int, int] = {}
        self.bot_token = ""  # the account is a bot's where it has one
        self.drafts: dict[int, str] = {}
        self._places: dict[int, int] = {}  # in which chat a message lies whose number is the account's, not a channel's
        self._last = 0
        self.me = self.add_user(me, first_name, last_name)
        self.me.is_self = True
        self.me.phone = self.phone.lstrip("+")

    def add_user(
        self, number: int, first_name: str = "", last_name: str | None = None, *, bot: bool = False, deleted: bool = False, username: str | None = None
    ) -> types.User:
        """Somebody; a deleted account has no name."""
        user = types.User(
            number,
            access_hash=_access_hash("user", number),
            first_name=None if deleted else first_name,
            last_name=None if deleted else last_name,
            bot=bot,
            bot_info_version=1 if bot else None,
            deleted=deleted,
            username=username,
        )
        self.entities[number] = user
        return user

    def add_group(self, number: int, title: str, *, members: int = 5, migrated_to: int | None = None) -> types.Chat:
        """A small group, perhaps one that became the supergroup of that number."""
        heir = None if migrated_to is None else types.InputChannel(migrated_to, _access_hash("channel", migrated_to))
        group = types.Chat(number, title, types.ChatPhotoEmpty(), members, _START, 1, deactivated=heir is not None, migrated_to=heir)
        self.entities[-number] = group
        return group

    def add_channel(self, number: int, title: str, *, megagroup: bool, members: int = 50, migrated_from: int | None = None) -> types.Channel:
        """A supergroup or a broadcast channel, perhaps one that was the small group of that number. How many members it has is told in full only."""
        channel = types.Channel(
            number,
            title,
            types.ChatPhotoEmpty(),
            _START,
            broadcast=not megagroup,
            megagroup=megagroup,
            access_hash=_access_hash("channel", number),
        )
        self.entities[CHANNELS - number] = channel
        self.members[CHANNELS - number] = members
        if migrated_from is not None:
            self.migrated_from[CHANNELS - number] = migrated_from
        return channel

    def say(self, chat: int, sender: int | None, text: str, date: datetime, *, number: int | None = None, **more: Any) -> types.Message:
        """A message, with the sender and the direction where Telegram puts them; `more` are fields of types.Message, and win."""
        return self._keep(chat, types.Message(**self._head(chat, sender, date, number) | {"message": text} | more))

    def act(self, chat: int, sender: int | None, action: Any, date: datetime, *, number: int | None = None) -> types.MessageService:
        """A message about something that was done: a call, somebody who joined."""
        return self._keep(chat, types.MessageService(**self._head(chat, sender, date, number), action=action))

    def edit(self, chat: int, number: int, text: str, date: datetime) -> None:
        message = self.histories[chat].messages[number]
        message.message, message.edit_date = text, date

    def delete(self, chat: int, number: int) -> None:
        self.histories[chat].remove(number)
        if chat > CHANNELS:
            del self._places[number]

    def archive(self, chat: int) -> None:
        self.archived.add(chat)

    def pin(self, chat: int) -> None:
        """Pins the dialog, above those pinned before."""
        self.pinned.insert(0, chat)

    def history(self, chat: int) -> History:
        return self.histories.setdefault(chat, History())

    def find(self, number: int, channel: int | None = None) -> Any | None:
        """The message of that number in a channel, or in whichever other chat has it."""
        place = self._places.get(number) if channel is None else channel
        return None if place is None else self.history(place).messages.get(number)

    def around(self, messages: Iterable[Any], chats: Iterable[int] = ()) -> tuple[list[types.User], list[Any]]:
        """The users and the chats that messages speak of, and these chats besides."""
        marked = dict.fromkeys(chats)
        for message in messages:
            marked.update(dict.fromkeys(_mentioned(message)))
        known = [self.entities[number] for number in marked if number in self.entities]
        return [entity for entity in known if isinstance(entity, types.User)], [entity for entity in known if not isinstance(entity, types.User)]

    def _head(self, chat: int, sender: int | None, date: datetime, number: int | None) -> dict[str, Any]:
        """What a message of anybody's has: its place, its sender where Telegram names one, and its direction."""
        place = self.entities[chat]
        broadcast = isinstance(place, types.Channel) and bool(place.broadcast)
        # what comes in in a private chat has no sender, what goes out has one (since layer 119)
        named = chat != sender and sender is not None and not broadcast
        return {
            "id": number or 1 + (self.history(chat).last if chat < CHANNELS else self._last),
            "peer_id": get_peer(chat),
            "from_id": get_peer(sender) if named else None,
            "date": date,
            "out": sender == self.me.id and chat != self.me.id,  # Telegram does not call it outgoing in Saved Messages
            "post": broadcast,
        }

    def _keep(self, chat: int, message: Any) -> Any:
        if message.id in (self.history(chat).messages if chat < CHANNELS else self._places):
            raise ValueError(f"there is a message {message.id} already; private chats and small groups share their numbers")
        self.history(chat).add(message)
        if chat > CHANNELS:
            self._last = max(self._last, message.id)
            self._places[message.id] = chat
        return message


def _access_hash(kind: str, number: int) -> int:
    """Never zero, and another one for each: a client has to have been told it."""
    return crc32(f"{kind}{number}".encode()) << 16 | 1


def _mentioned(message: Any) -> Iterator[int]:
    """The marked ids of all that a message names."""
    peers = [message.peer_id, message.from_id, message.saved_peer_id]
    if forward := message.fwd_from:
        peers += [forward.from_id, forward.saved_from_peer, forward.saved_from_id]
    if message.reply_to:
        peers.append(getattr(message.reply_to, "reply_to_peer_id", None))
    yield from (get_peer_id(peer) for peer in peers if peer)
    if message.via_bot_id:
        yield message.via_bot_id
    if message.action:
        yield from _acted_on(message.action)


def _acted_on(action: Any) -> Iterator[int]:
    """Actions name users, groups and channels by bare numbers."""
    yield from getattr(action, "users", None) or ()
    for name in ("user_id", "inviter_id"):
        if number := getattr(action, name, None):
            yield number
    if number := getattr(action, "chat_id", None):
        yield -number
    if number := getattr(action, "channel_id", None):
        yield CHANNELS - number
