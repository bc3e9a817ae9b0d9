"""What Telegram Desktop would write of an account, from the objects that Telegram sends: a second implementation, for tests alone.

By the rules of telegramdesktop/tdesktop's Telegram/SourceFiles/export: data/export_data_types.cpp (what is read of the objects),
output/export_output_json.cpp (what is written of that) and export_api_wrap.cpp (which chats, in which order), in the versions of 2025
and, where those do not know a key, the files in use today. Nothing of twin is used here: it is what twin is compared with.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from telethon.tl import types

SHIFT = -1_000_000_000
NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"
UNAVAILABLE = "(File unavailable, please try again later)"
REPLIES, VERIFICATION_CODES = 1271266957, 489000
NO_ACTION = {"Empty", "PaymentSentMe", "SecureValuesSentMe", "WebViewDataSentMe", "RequestedPeerSentMe"}
ENTITIES = {
    "MentionName": "mention_name",
    "TextUrl": "text_link",
    "Url": "link",
    "BotCommand": "bot_command",
    "Strike": "strikethrough",
    "BankCard": "bank_card",
    "CustomEmoji": "custom_emoji",
}
EXTRA = {"mention_name": ("user_id", "user_id"), "text_link": ("href", "url"), "pre": ("language", "language"), "custom_emoji": ("document_id", "document_id")}

Dialog = tuple[Any, Sequence[Any]]
Peers = dict[tuple[str, int], Any]


def account(me: types.User, dialogs: Sequence[Dialog], users: Iterable[Any] = (), chats: Iterable[Any] = ()) -> dict[str, Any]:
    """A whole result.json with every chat type ticked, and "only my messages" nowhere.

    Args:
        me: The owner.
        dialogs: Each chat with its messages, those of today first as Telegram lists them; the messages in any order.
        users: Others whom the answers mention.
        chats: Other groups and channels that they mention.
    """
    known = peers([me, *users, *(entity for entity, _ in dialogs)], [*chats, *(entity for entity, _ in dialogs)])
    written: dict[tuple[str, int], dict[str, Any]] = {}
    for entity, messages in dialogs:
        in_order = sorted(messages, key=lambda message: message.id)
        target = getattr(entity, "migrated_to", None)
        into = written.get(("channel", target.channel_id)) if target else None
        if into is not None:
            into["messages"][:0] = [record(message, known, migrated=True) for message in in_order]
        else:
            written[key_of(entity)] = head(entity) | {"messages": [record(message, known) for message in in_order]}
    return {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": me.id, "first_name": me.first_name or "", "last_name": me.last_name or "", "phone_number": "", "bio": ""},
        "chats": {"about": "This page lists all chats from this export.", "list": list(written.values())},
    }


def written(value: Any) -> str:
    """The value as JSON in Desktop's own spelling, which no other reader takes: control characters are `\\x0B`."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = re.sub(r"\\\\|\\u00([01][0-9a-f])|\\[bf]", _spelled, text)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _spelled(match: re.Match[str]) -> str:
    if match[0] == "\\\\":
        return match[0]
    return {"\\b": "\\x08", "\\f": "\\x0C"}.get(match[0]) or f"\\x{match[1].upper()}"


# -- who is who ---------------------------------------------------------------------------------------------------------


def peers(users: Iterable[Any], chats: Iterable[Any]) -> Peers:
    known = {key_of(entity): entity for entity in users if type(entity).__name__.startswith("User")}
    return known | {key_of(entity): entity for entity in chats if not type(entity).__name__.startswith("User")}


def key_of(entity: Any) -> tuple[str, int]:
    kind = type(entity).__name__
    return "user" if kind.startswith("User") else "channel" if kind.startswith("Channel") else "chat", entity.id


def key_of_peer(peer: Any) -> tuple[str, int]:
    match peer:
        case types.PeerUser():
            return "user", peer.user_id
        case types.PeerChat():
            return "chat", peer.chat_id
    return "channel", peer.channel_id


def name_of(key: tuple[str, int], known: Peers) -> str | None:
    entity = known.get(key)
    if isinstance(entity, types.User):
        first, last = entity.first_name or "", entity.last_name or ""
        return f"{first} {last}" if first and last else first or last or None
    return getattr(entity, "title", None) or None


def head(entity: Any) -> dict[str, Any]:
    kind = type_of(entity)
    name = getattr(entity, "first_name", None) if isinstance(entity, types.User) else getattr(entity, "title", None)
    named = {} if kind in ("saved_messages", "replies", "verification_codes") else {"name": name or None}
    return named | {"type": kind, "id": entity.id}


def type_of(entity: Any) -> str:
    if key_of(entity)[0] == "user":
        if getattr(entity, "is_self", False):
            return "saved_messages"
        if entity.id in (REPLIES, VERIFICATION_CODES):
            return "replies" if entity.id == REPLIES else "verification_codes"
        return "bot_chat" if getattr(entity, "bot_info_version", None) is not None else "personal_chat"
    public = "public" if getattr(entity, "username", None) else "private"
    if getattr(entity, "broadcast", False):
        return f"{public}_channel"
    return f"{public}_supergroup" if getattr(entity, "megagroup", False) else "private_group"


# -- a message ----------------------------------------------------------------------------------------------------------


def record(message: Any, known: Peers, *, migrated: bool = False) -> dict[str, Any]:
    number = message.id + SHIFT if migrated else message.id
    if isinstance(message, types.MessageEmpty):
        return {"id": number, "type": "message", **dates("date", None), "text": "", "text_entities": []}
    sender = key_of_peer(message.from_id or message.peer_id)
    who = "".join(map(str, sender))
    if isinstance(message, types.MessageService):
        action = type(message.action).__name__.removeprefix("MessageAction")
        if action not in NO_ACTION:
            return {
                "id": number,
                "type": "service",
                **dates("date", message.date),
                "actor": name_of(sender, known),
                "actor_id": who,
                "action": re.sub("(?<=[a-z])(?=[A-Z])", "_", action).lower(),
                "text": "",
                "text_entities": [],
            }
        text, media = [], {}
    else:
        text, media = parts(message.message, message.entities or ()), medium(message.media, message.out)
    if media is None:
        return {"id": number, "type": "unsupported"}
    reply = replied(message.reply_to, migrated)
    start = {"id": number, "type": "message", **dates("date", message.date), **edit(message), "from": name_of(sender, known), "from_id": who}
    rare = spoken(message, known, reply) if isinstance(message, types.Message) else reply
    end = reactions(message.reactions, known) if isinstance(message, types.Message) and message.reactions else {}
    return start | rare | media | {"text": mixed(text), "text_entities": text} | end


def dates(key: str, date: datetime | None) -> dict[str, str]:
    date = date or datetime.fromtimestamp(0, UTC)
    return {key: date.astimezone().strftime("%Y-%m-%dT%H:%M:%S"), f"{key}_unixtime": str(int(date.timestamp()))}


def edit(message: Any) -> dict[str, str]:
    """`edit_hide`, which Telegram sets when it was a reaction, is not asked for."""
    return dates("edited", message.edit_date) if isinstance(message, types.Message) and message.edit_date else {}


def replied(header: Any, migrated: bool) -> dict[str, Any]:
    if not isinstance(header, types.MessageReplyHeader) or not header.reply_to_msg_id:
        return {}
    if header.reply_to_peer_id is None:
        return {"reply_to_message_id": header.reply_to_msg_id + (SHIFT if migrated else 0)}
    return {"reply_to_message_id": header.reply_to_msg_id, "reply_to_peer_id": "".join(map(str, key_of_peer(header.reply_to_peer_id)))}


def spoken(message: Any, known: Peers, reply: dict[str, Any]) -> dict[str, Any]:
    """What stands between sender and media."""
    out: dict[str, Any] = {"author": message.post_author} if message.post_author else {}
    if forward := message.fwd_from:
        if forward.from_id:
            key = key_of_peer(forward.from_id)
            out |= {"forwarded_from": name_of(key, known), "forwarded_from_id": "".join(map(str, key))}
        elif forward.from_name:
            out["forwarded_from"] = forward.from_name
        if forward.saved_from_peer:
            out["saved_from"] = name_of(key_of_peer(forward.saved_from_peer), known)
    out |= reply
    bot = known.get(("user", message.via_bot_id)) if message.via_bot_id else None
    if username := getattr(bot, "username", None):
        out["via_bot"] = f"@{username}"
    return out


def reactions(given: Any, known: Peers) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for result in given.results:
        kind = reaction(result.reaction)
        found.setdefault(json.dumps(kind), kind | {"count": result.count})
    for one in given.recent_reactions or ():
        kind, key = reaction(one.reaction), key_of_peer(one.peer_id)
        entry = found.setdefault(json.dumps(kind), kind | {"count": 0})
        entry.setdefault("recent", []).append({"from": name_of(key, known), "from_id": "".join(map(str, key)), "date": dates("date", one.date)["date"]})
    return {"reactions": list(found.values())} if found else {}


def reaction(given: Any) -> dict[str, Any]:
    match given:
        case types.ReactionEmoji():
            return {"type": "emoji", "emoji": given.emoticon}
        case types.ReactionCustomEmoji():
            return {"type": "custom_emoji", "document_id": str(given.document_id)}
        case types.ReactionPaid():
            return {"type": "paid"}
    return {"type": "empty"}


# -- text ---------------------------------------------------------------------------------------------------------------


def parts(text: str, entities: Iterable[Any]) -> list[dict[str, Any]]:
    """The text cut at its entities, whose places count UTF-16; one that reaches back into the one before is dropped."""
    units = text.encode("utf-16-le")
    size = len(text.encode())  # in bytes of UTF-8: an empty piece may end the list
    out: list[dict[str, Any]] = []
    done = 0

    def cut(start: int, end: int) -> str:
        return units[2 * start : 2 * end].decode("utf-16-le")

    for entity in entities:
        start, end = entity.offset, entity.offset + entity.length
        if start < done or entity.length <= 0 or end > size:
            continue
        if start > done:
            out.append({"type": "plain", "text": cut(done, start)})
        out.append({"type": (kind := entity_type(entity)), "text": cut(start, end)})
        if kind in EXTRA:
            key, attribute = EXTRA[kind]
            value = getattr(entity, attribute)
            out[-1][key] = value if key == "user_id" else str(value)
        done = end
    if size > done:
        out.append({"type": "plain", "text": cut(done, size)})
    return out


def entity_type(entity: Any) -> str:
    name = type(entity).__name__.removeprefix("MessageEntity")
    return ENTITIES.get(name) or name.lower()


def mixed(text: list[dict[str, Any]]) -> Any:
    if not text:
        return ""
    pieces = [part["text"] if part["type"] == "plain" else part for part in text]
    return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], str) else pieces


# -- media --------------------------------------------------------------------------------------------------------------


def medium(media: Any, out: bool | None) -> dict[str, Any] | None:
    """The keys of what came with a message; None where the whole record becomes `unsupported`."""
    match media:
        case types.MessageMediaUnsupported():
            return None
        case types.MessageMediaPhoto():
            return photo(media) | lifetime(media)
        case types.MessageMediaDocument():
            return document(media.document, UNAVAILABLE if media.ttl_seconds and not out else NOT_INCLUDED) | lifetime(media)
        case types.MessageMediaContact():
            vcard = {"contact_vcard": NOT_INCLUDED, "contact_vcard_file_size": len(media.vcard)} if media.vcard else {}
            return {"contact_information": {"first_name": media.first_name, "last_name": media.last_name, "phone_number": media.phone_number}} | vcard
        case types.MessageMediaGeo():
            return {"location_information": point(media.geo)}
        case types.MessageMediaGeoLive():
            return {"location_information": point(media.geo)} | ({"live_location_period_seconds": media.period} if media.period else {})
        case types.MessageMediaVenue():
            named = {key: value for key, value in (("place_name", media.title), ("address", media.address)) if value}
            return named | ({"location_information": place} if (place := point(media.geo)) else {})
        case types.MessageMediaGame():
            return {key: value for key, value in (("game_title", media.game.title), ("game_description", media.game.description)) if value}
        case types.MessageMediaInvoice():
            # As a string: the object goes through the function for texts.
            return {"invoice_information": json.dumps({"title": media.title, "amount": media.total_amount, "currency": media.currency})}
        case types.MessageMediaPoll():
            answers = [{"text": answer.text.text, "voters": 0, "chosen": False} for answer in media.poll.answers]
            return {"poll": {"question": media.poll.question.text, "closed": bool(media.poll.closed), "total_voters": 0, "answers": answers}}
        case types.MessageMediaToDo():
            tasks = [{"text": item.title.text, "id": item.id} for item in media.todo.list]
            return {"todo_list": {"title": media.todo.title.text, "others_can_append": False, "others_can_complete": False, "answers": tasks}}
        case types.MessageMediaGiveaway():
            return {"giveaway_information": {"quantity": media.quantity, "channels": media.channels}}
        case types.MessageMediaGiveawayResults():
            return {"giveaway_results": {"channel": media.channel_id, "winners": media.winners}}
        case types.MessageMediaPaidMedia():
            return {"paid_stars_amount": media.stars_amount}
    return {}  # a web page, a dice, a story, a live stream, nothing at all


def lifetime(media: Any) -> dict[str, int]:
    return {"self_destruct_period_seconds": media.ttl_seconds} if media.ttl_seconds else {}


def photo(media: Any) -> dict[str, Any]:
    sizes = [size for size in getattr(media.photo, "sizes", ()) if isinstance(size, types.PhotoSize)]
    place = UNAVAILABLE if media.ttl_seconds or not sizes else NOT_INCLUDED
    largest = max(sizes, key=lambda size: size.w * size.h, default=None)
    return {"photo": place} | ({"photo_file_size": largest.size, "width": largest.w, "height": largest.h} if largest else {})


def point(geo: Any) -> dict[str, float] | None:
    return {"latitude": geo.lat, "longitude": geo.long} if isinstance(geo, types.GeoPoint) else None


def document(file: Any, place: str) -> dict[str, Any]:
    if not isinstance(file, types.Document):
        return {"file": UNAVAILABLE, "file_size": 0}
    flags: dict[str, Any] = {}
    for attribute in file.attributes:
        match attribute:
            case types.DocumentAttributeAnimated():
                flags["animated"] = True
            case types.DocumentAttributeSticker() | types.DocumentAttributeCustomEmoji():
                flags |= {"sticker": True, "emoji": attribute.alt}
            case types.DocumentAttributeVideo():
                flags |= {"round" if attribute.round_message else "video": True, "duration": int(attribute.duration)}
            case types.DocumentAttributeAudio():
                flags |= {"voice" if attribute.voice else "audio": True, "duration": attribute.duration}
            case types.DocumentAttributeFilename():
                flags["name"] = attribute.file_name
    kinds = {
        "sticker": "sticker",
        "round": "video_message",
        "voice": "voice_message",
        "animated": "animation",
        "video": "video_file",
        "audio": "audio_file",
    }
    kind = next((value for key, value in kinds.items() if key in flags), None)
    out = {"file": place, "file_name": flags.get("name"), "file_size": file.size, "media_type": kind}
    if kind == "sticker":
        out["sticker_emoji"] = flags["emoji"]
    out |= {"mime_type": file.mime_type, "duration_seconds": flags.get("duration")}
    return {key: value for key, value in out.items() if value}
