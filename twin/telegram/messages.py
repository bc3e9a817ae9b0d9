"""Telethon's objects -> `Message` and `Chat`, value for value what importing Telegram Desktop's JSON of the same account gives.

The rules are those of the code that writes that JSON: `ParseMessage`, `ParseMedia`, `ParseReactions` and `AdjustMigrateMessageIds` in
export/data/export_data_types.cpp of telegramdesktop/tdesktop, and `SerializeMessage` in its export/output/export_output_json.cpp. Not
here: asking Telegram for anything (client.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from telethon.tl import types

from twin.schema import CHANNEL_BASE, FROM_TELEGRAM, TELEGRAM, Chat, ChatKind, Message

MIGRATED_SHIFT = -1_000_000_000
"""What Desktop adds to the ids of a basic group's messages, when it writes them before those of the supergroup that the group became."""
_SERVICE = frozenset({TELEGRAM, 489000, 1271266957})
"""Login codes, verification codes (`verification_codes` in Desktop's file), replies to comments (`replies`)."""
_FROM_TELEGRAM = types.PeerUser(TELEGRAM)
_SPOKEN = (
    types.MessageActionEmpty,
    types.MessageActionPaymentSentMe,
    types.MessageActionSecureValuesSentMe,
    types.MessageActionWebViewDataSentMe,
    types.MessageActionRequestedPeerSentMe,
)
"""Actions that Desktop has no words for: it writes their service messages as ordinary ones without a text."""


class Names:
    """What Telegram's answers say about people and chats; grows from page to page.

    Attributes:
        people: The name by marked id: first and last name of people, title of groups and channels. Deleted accounts have none. These are
            all that were mentioned; the importer stores the names of those who wrote (`writers`).
        usernames: By id of a user, without "@". Desktop names a bot by the one username that it has had from the beginning: a bot with
            bought usernames only has none here.
    """

    def __init__(self) -> None:
        self.people: dict[int, str] = {}
        self.usernames: dict[int, str] = {}

    def add(self, users: Iterable[Any], chats: Iterable[Any]) -> None:
        """Takes in `users` and `chats` of an answer; who has lost a name since keeps it."""
        for user in users:
            if type(user) is types.User:
                if name := " ".join(filter(None, (user.first_name, user.last_name))):
                    self.people[user.id] = _storable(name)
                if user.username:
                    self.usernames[user.id] = _storable(user.username)
        for chat in chats:
            if title := getattr(chat, "title", None):
                self.people[_marked_chat(chat)] = _storable(title)

    def of(self, marked_id: int) -> str | None:
        """The name that Desktop would write."""
        return self.people.get(marked_id)

    def writers(self, messages: Iterable[Message]) -> dict[int, str]:
        """The names of those who wrote: what an import of these messages would store."""
        senders = {message.sender_id for message in messages}
        return {sender: self.people[sender] for sender in senders if sender in self.people}


def marked(peer: Any) -> int:
    """The marked id of a TL `Peer`: users positive, groups -id, channels and supergroups -(10^12 + id)."""
    kind = type(peer)
    if kind is types.PeerUser:
        return int(peer.user_id)
    return -int(peer.chat_id) if kind is types.PeerChat else -CHANNEL_BASE - int(peer.channel_id)


def chat_of(entity: Any, me: int) -> Chat:
    """A user, group or channel as the chat that Desktop's file has of it.

    The name of a person's chat is the first name alone (`DialogInfo::name`), and Desktop leaves out those of the chats that are the same
    for everybody. A bot is who has a `bot_info_version`. Whatever is no broadcast is a group.
    """
    kind = type(entity)
    if kind is types.User or kind is types.UserEmpty:
        return _chat_with(entity, me)
    broadcast = getattr(entity, "broadcast", None)
    return Chat(_marked_chat(entity), ChatKind.CHANNEL if broadcast else ChatKind.GROUP, _storable(getattr(entity, "title", None) or "") or None)


def message_of(raw: Any, chat_id: int, names: Names, *, shift: int = 0) -> Message | str:
    """A message, or the reason why it is none, in the importer's words: "service", "unsupported", "empty" if it is gone.

    Args:
        raw: A TL `Message`, `MessageService` or `MessageEmpty`.
        chat_id: The marked id of the chat that it is stored in; for a migrated group, of the supergroup.
        names: What the answer with the message, and those before it, said about people.
        shift: `MIGRATED_SHIFT` for the messages of a group that became the supergroup `chat_id`.
    """
    kind = type(raw)
    if kind is not types.Message:
        return _without_words(raw, chat_id, shift)
    if raw.fwd_from is not None and raw.fwd_from.from_id == _FROM_TELEGRAM:
        return FROM_TELEGRAM
    media = emoji = None
    if raw.media is not None:
        media, emoji = _medium(raw.media)
        if media == "unsupported":
            return media
    text = raw.message or ""
    date = raw.date
    return Message(
        chat_id,
        raw.id + shift,
        marked(raw.from_id or raw.peer_id),  # of an anonymous administrator, a channel's post, and a contact, the chat itself
        date,
        text if "\x00" not in text else _storable(text),
        media,
        emoji,
        None if raw.fwd_from is None else _forwarded_from(raw.fwd_from, names),
        None if raw.via_bot_id is None else _via_bot(raw.via_bot_id, names),
        None if raw.reply_to is None else _reply_to(raw, chat_id, shift),
        _edited(raw.edit_date, date),
        () if raw.reactions is None else _reactions(raw.reactions),
    )


def _without_words(raw: Any, chat_id: int, shift: int) -> Message | str:
    if type(raw) is not types.MessageService:
        return "empty"
    if not isinstance(raw.action, _SPOKEN):
        return "service"
    reply_to = None if raw.reply_to is None else _reply_to(raw, chat_id, shift)
    return Message(chat_id, raw.id + shift, marked(raw.from_id or raw.peer_id), raw.date, "", reply_to=reply_to)


def _storable(text: str) -> str:
    """The text as an import stores it; TL strings have no lone surrogates."""
    return text.replace("\x00", "\ufffd")


def _marked_chat(chat: Any) -> int:
    return -CHANNEL_BASE - int(chat.id) if isinstance(chat, types.Channel | types.ChannelForbidden) else -int(chat.id)


def _chat_with(user: Any, me: int) -> Chat:
    if user.id == me:
        return Chat(me, ChatKind.SAVED, None)
    first_name = _storable(getattr(user, "first_name", None) or "") or None
    if user.id in _SERVICE:
        return Chat(user.id, ChatKind.SERVICE, first_name if user.id == TELEGRAM else None)
    return Chat(user.id, ChatKind.PERSONAL if getattr(user, "bot_info_version", None) is None else ChatKind.BOT, first_name)


def _edited(edited: datetime | None, date: datetime) -> datetime | None:
    """The last edit. A reaction counts as one where Telegram dates it so (`edit_hide`): Desktop's file makes no difference."""
    return edited if edited is not None and edited >= date else None


def _forwarded_from(header: Any, names: Names) -> str | None:
    if header.from_id is not None:
        return names.of(marked(header.from_id)) or ""
    return _storable(header.from_name) if header.from_name else None


def _via_bot(bot: int, names: Names) -> str | None:
    username = names.usernames.get(bot)
    return f"@{username}" if username else None


def _reply_to(raw: Any, chat_id: int, shift: int) -> int | None:
    """The message that is replied to. Replies to stories have none, nor have those to what was said in another chat: the id is that one's."""
    header = raw.reply_to
    number = getattr(header, "reply_to_msg_id", None)
    if not number:
        return None
    if header.reply_to_peer_id is None:
        return int(number) + shift
    return int(number) if marked(header.reply_to_peer_id) == chat_id else None  # as Desktop does, which shifts no number that comes with its chat


def _reactions(given: Any) -> tuple[tuple[str, int], ...]:
    """Emoji and how often each; one that is known by who gave it only, or whose count is 0, counts once as in the importer."""
    counts: dict[str, int] = {}
    for result in given.results:
        _count(counts, result.reaction, result.count)
    for recent in given.recent_reactions or ():
        _count(counts, recent.reaction, 1)
    return tuple(counts.items())


def _count(counts: dict[str, int], reaction: Any, count: int) -> None:
    if type(reaction) is types.ReactionEmoji and reaction.emoticon:
        counts.setdefault(_storable(reaction.emoticon), count or 1)


def _medium(media: Any) -> tuple[str | None, str | None]:
    """What came with a message, as the importer calls it, and a sticker's emoji.

    Desktop writes nothing of a web page's preview, a dice, a story, or a live stream.
    """
    kind = _MEDIA.get(type(media))
    if kind is None or isinstance(kind, str):
        return kind, None
    return kind(media)


def _document(media: Any) -> tuple[str, str | None]:
    """A file by its attributes; one that is gone (a self-destructed voice message, say) has none and is just a file."""
    found, emoji = set(), None
    for attribute in getattr(media.document, "attributes", ()):
        kind = type(attribute)
        if kind is types.DocumentAttributeSticker or kind is types.DocumentAttributeCustomEmoji:
            emoji = _storable(attribute.alt) or None
            found.add("sticker")
        elif kind is types.DocumentAttributeVideo:
            found.add("video_message" if attribute.round_message else "video_file")
        elif kind is types.DocumentAttributeAudio:
            found.add("voice_message" if attribute.voice else "audio_file")
        elif kind is types.DocumentAttributeAnimated:
            found.add("animation")
    return next((name for name in _FILES if name in found), "file"), emoji


def _venue(media: Any) -> tuple[str | None, None]:
    return "location" if media.title or type(media.geo) is types.GeoPoint else None, None


def _game(media: Any) -> tuple[str | None, None]:
    return "game" if media.game.title else None, None


_FILES = ("sticker", "video_message", "voice_message", "animation", "video_file", "audio_file")
"""Where a file is several of these, the first counts."""
_MEDIA: dict[type, str | Callable[[Any], tuple[str | None, str | None]]] = {
    types.MessageMediaPhoto: "photo",
    types.MessageMediaDocument: _document,
    types.MessageMediaContact: "contact",
    types.MessageMediaGeo: "location",
    types.MessageMediaGeoLive: "location",
    types.MessageMediaVenue: _venue,
    types.MessageMediaPoll: "poll",
    types.MessageMediaToDo: "todo_list",
    types.MessageMediaGame: _game,
    types.MessageMediaInvoice: "invoice",
    types.MessageMediaPaidMedia: "paid_media",
    types.MessageMediaGiveaway: "giveaway",
    types.MessageMediaGiveawayResults: "giveaway",
    types.MessageMediaUnsupported: "unsupported",
}
