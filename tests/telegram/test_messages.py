"""Both routes into history are one: what Telegram sends, converted, and what Desktop would write of it, imported."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telethon.extensions import BinaryReader
from telethon.tl import types as tl

from tests.telegram.desktop_writer import Dialog, account, written
from twin.export.files import import_exports
from twin.history import History
from twin.schema import FROM_TELEGRAM, Chat, ChatKind, Message
from twin.telegram.messages import MIGRATED_SHIFT, Names, chat_of, marked, message_of

ME, ANNA, GONE, BOT, BOUGHT, STRANGER, NUL = 1000, 2000, 3000, 4000, 5000, 6000, 7000
TEAM, NEWS, OLD = 70, 80, 90
CHANNEL = -1_000_000_000_000
START = datetime(2024, 1, 1, 12, tzinfo=UTC)
NO_PHOTO = tl.ChatPhotoEmpty()

OWNER = tl.User(ME, is_self=True, first_name="Mira", last_name="Lund")
FRIEND = tl.User(ANNA, first_name="Anna", last_name="Berg")
USERS = [
    OWNER,
    FRIEND,
    tl.User(GONE, deleted=True),
    tl.User(BOT, bot=True, bot_info_version=1, first_name="Gif", username="gif"),
    tl.User(BOUGHT, bot=True, bot_info_version=1, first_name="Rich", usernames=[tl.Username("rich", active=True)]),
    tl.User(NUL, bot=True, bot_info_version=1, first_name="Nul", username="nul\x00"),
]
SUPERGROUP = tl.Channel(TEAM, "Team", NO_PHOTO, START, megagroup=True)
BROADCAST = tl.Channel(NEWS, "News", NO_PHOTO, START, broadcast=True, username="news")
BASIC = tl.Chat(OLD, "Old team", NO_PHOTO, 2, START, 1)
MIGRATED = tl.Chat(OLD, "Old team", NO_PHOTO, 2, START, 1, deactivated=True, migrated_to=tl.InputChannel(TEAM, 1))
CHATS = [SUPERGROUP, BROADCAST, BASIC]


# -- the two routes -----------------------------------------------------------------------------------------------------


def imported(dialogs: Sequence[Dialog], users: Sequence[Any] = USERS, chats: Sequence[Any] = CHATS) -> tuple[list[Chat], list[Message], dict[int, str], Any]:
    """What is in history once Desktop's file of the account is imported: chats, messages, names, and what was left out."""
    with TemporaryDirectory() as folder, History(Path(folder, "history.db")) as history:
        path = Path(folder, "result.json")
        path.write_text(written(account(users[0], dialogs, users, chats)), encoding="utf-8")
        done = import_exports([path], history)
        stored = history.chats()
        messages = [message for chat in stored for message in history.messages(chat.id)]
        return sorted(stored, key=lambda chat: chat.id), sorted(messages, key=at), history.names(), dict(done.left_out)


def converted(dialogs: Sequence[Dialog], users: Sequence[Any] = USERS, chats: Sequence[Any] = CHATS) -> tuple[list[Chat], list[Message], dict[int, str], Any]:
    """The same from the objects, as they come off the wire."""
    names, me = Names(), users[0].id
    names.add(map(wire, users), map(wire, [*chats, *(entity for entity, _ in dialogs if "User" not in type(entity).__name__)]))
    stored: dict[int, Chat] = {}
    messages: list[Message] = []
    left_out: dict[str, int] = {}
    seen = {entity.id for entity, _ in dialogs if isinstance(entity, tl.Channel)}
    for entity, list_of in dialogs:
        chat, shift = chat_of(wire(entity), me), 0
        target = getattr(entity, "migrated_to", None)
        if target and target.channel_id in seen:
            chat, shift = next(chat_of(other, me) for other, _ in dialogs if other.id == target.channel_id), MIGRATED_SHIFT
        for raw in list_of:
            message = message_of(wire(raw), chat.id, names, shift=shift)
            if isinstance(message, str):
                left_out[message] = left_out.get(message, 0) + 1
            else:
                stored[chat.id] = chat
                messages.append(message)
    people = names.writers(messages) | ({me: name} if (name := names.of(me)) else {})
    return sorted(stored.values(), key=lambda chat: chat.id), sorted(messages, key=at), people, left_out


def at(message: Message) -> tuple[int, int]:
    return message.chat_id, message.id


def wire(value: Any) -> Any:
    return BinaryReader(bytes(value)).tgread_object()


def both(raw: Any, entity: Any = FRIEND, *, shift: int = 0) -> Message | str:
    """A message as both routes have it, which is asserted here."""
    dialogs = [(SUPERGROUP, []), (MIGRATED, [raw])] if shift else [(entity, [raw])]
    _, messages, _, left_out = imported(dialogs)
    assert converted(dialogs)[1::2] == (messages, left_out)
    return messages[0] if messages else next(iter(left_out))


# -- single messages ----------------------------------------------------------------------------------------------------


def said(text: str = "hello", *, number: int = 7, peer: Any = None, **more: Any) -> Any:
    return tl.Message(number, peer or tl.PeerUser(ANNA), START, text, **more)


def expected(text: str = "hello", **more: Any) -> Message:
    return Message(ANNA, 7, ANNA, START, text)._replace(**more)


def file(*attributes: Any, **more: Any) -> Any:
    return tl.MessageMediaDocument(document=tl.Document(1, 2, b"", START, "a/b", 3, 2, list(attributes)), **more)


def words(text: str) -> Any:
    return tl.TextWithEntities(text, [])


def venue(title: str, geo: Any) -> Any:
    return tl.MessageMediaVenue(geo, title, "Main Street", "", "", "")


def game(title: str) -> Any:
    return tl.MessageMediaGame(tl.Game(1, 2, "jump", title, "Higher", tl.PhotoEmpty(1)))


STICKER = tl.DocumentAttributeSticker("🙂", tl.InputStickerSetEmpty())
CUSTOM = tl.DocumentAttributeCustomEmoji("😎", tl.InputStickerSetEmpty())
UNNAMED = tl.DocumentAttributeSticker("", tl.InputStickerSetEmpty())
VIDEO = tl.DocumentAttributeVideo(3.5, 10, 10)
ROUND = tl.DocumentAttributeVideo(3.5, 10, 10, round_message=True)
VOICE = tl.DocumentAttributeAudio(3, voice=True)
SONG = tl.DocumentAttributeAudio(3, title="Song", performer="Band")
GIF = tl.DocumentAttributeAnimated()
NAMED = tl.DocumentAttributeFilename("a.bin")
SIZE = tl.DocumentAttributeImageSize(10, 10)
PHOTO = tl.Photo(1, 2, b"", START, [tl.PhotoSize("x", 10, 20, 30)], 2)
PLACE = tl.GeoPoint(1.5, 2.5, 3)
NOWHERE = tl.GeoPointEmpty()

MEDIA = {
    "photo": (tl.MessageMediaPhoto(photo=PHOTO), "photo"),
    "photo that destroys itself": (tl.MessageMediaPhoto(photo=PHOTO, ttl_seconds=5), "photo"),
    "photo that did": (tl.MessageMediaPhoto(ttl_seconds=5), "photo"),
    "no photo": (tl.MessageMediaPhoto(photo=tl.PhotoEmpty(1)), "photo"),
    "plain file": (file(NAMED), "file"),
    "picture as a file": (file(SIZE, NAMED), "file"),
    "file that is gone": (tl.MessageMediaDocument(), "file"),
    "voice message that destroyed itself": (tl.MessageMediaDocument(voice=True, ttl_seconds=5), "file"),
    "round video that destroyed itself": (tl.MessageMediaDocument(round=True, video=True, ttl_seconds=5), "file"),
    "empty document": (tl.MessageMediaDocument(document=tl.DocumentEmpty(1)), "file"),
    "voice message": (file(VOICE), "voice_message"),
    "voice message that destroys itself": (file(VOICE, ttl_seconds=5), "voice_message"),
    "round video": (file(ROUND), "video_message"),
    "video": (file(VIDEO, NAMED), "video_file"),
    "animation": (file(NAMED, VIDEO, GIF), "animation"),
    "song": (file(SONG, NAMED), "audio_file"),
    "video with a sound track": (file(SONG, VIDEO), "video_file"),
    "round animation": (file(GIF, ROUND), "video_message"),
    "spoken animation": (file(GIF, VOICE), "voice_message"),
    "spoken round video": (file(VOICE, ROUND), "video_message"),
    "contact": (tl.MessageMediaContact("1", "Bo", "Holm", "BEGIN:VCARD", 0), "contact"),
    "place": (tl.MessageMediaGeo(PLACE), "location"),
    "place that is not told": (tl.MessageMediaGeo(NOWHERE), "location"),
    "live place": (tl.MessageMediaGeoLive(PLACE, 60), "location"),
    "live place that is over": (tl.MessageMediaGeoLive(NOWHERE, 0), "location"),
    "venue": (venue("Bar", PLACE), "location"),
    "venue without a place": (venue("Bar", NOWHERE), "location"),
    "venue without a name": (venue("", PLACE), "location"),
    "venue of nothing": (venue("", NOWHERE), None),
    "poll": (tl.MessageMediaPoll(tl.Poll(1, words("?"), [tl.PollAnswer(words("!"), b"1")], 0), tl.PollResults()), "poll"),
    "to-do list": (tl.MessageMediaToDo(tl.TodoList(words("Buy"), [tl.TodoItem(1, words("milk"))])), "todo_list"),
    "game": (game("Jump"), "game"),
    "game without a title": (game(""), None),
    "invoice": (tl.MessageMediaInvoice("A", "B", "EUR", 100, ""), "invoice"),
    "giveaway": (tl.MessageMediaGiveaway([NEWS], 1, START), "giveaway"),
    "giveaway's results": (tl.MessageMediaGiveawayResults(NEWS, 1, 1, 0, [ANNA], START), "giveaway"),
    "web page": (tl.MessageMediaWebPage(tl.WebPage(1, "https://a.b", "a.b", 0)), None),
    "dice": (tl.MessageMediaDice(6, "🎲"), None),
    "story": (tl.MessageMediaStory(tl.PeerUser(ANNA), 3), None),
    "paid media": (tl.MessageMediaPaidMedia(50, [tl.MessageExtendedMediaPreview()]), "paid_media"),
    "live stream": (tl.MessageMediaVideoStream(tl.InputGroupCall(1, 2)), None),
    "nothing": (tl.MessageMediaEmpty(), None),
}


@pytest.mark.parametrize(("media", "name"), MEDIA.values(), ids=MEDIA)
@pytest.mark.parametrize("out", [None, True])
def test_media(media: Any, name: str | None, out: bool | None) -> None:
    assert both(said("caption", media=media, out=out)) == expected("caption", media=name)


@pytest.mark.parametrize(
    ("attributes", "emoji"),
    [
        ((SIZE, STICKER, NAMED), "🙂"),
        ((VIDEO, CUSTOM), "😎"),
        ((STICKER, CUSTOM), "😎"),
        ((UNNAMED, GIF), None),
        ((STICKER, UNNAMED), None),
        ((STICKER, VOICE), "🙂"),
    ],
)
def test_a_sticker_has_its_last_emoji(attributes: tuple[Any, ...], emoji: str | None) -> None:
    assert both(said("", media=file(*attributes))) == expected("", media="sticker", emoji=emoji)


def test_what_telegram_itself_calls_unsupported_is_no_message() -> None:
    assert both(said("x", media=tl.MessageMediaUnsupported())) == "unsupported"


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("", []),
        ("two\nlines\t\x0b\x01\\x0B\u2028", []),
        ("nul\x00", []),
        ("👍🏽 👨‍👩‍👧 bold", [tl.MessageEntityCustomEmoji(0, 4, 5), tl.MessageEntityBold(14, 4)]),
        ("see a.b here", [tl.MessageEntityTextUrl(4, 3, "https://a.b"), tl.MessageEntityBold(4, 8), tl.MessageEntityItalic(8, 4)]),
        ("привет", [tl.MessageEntityBold(0, 6)]),
        ("code", [tl.MessageEntityPre(0, 4, "python")]),
        ("me", [tl.MessageEntityMentionName(0, 2, ME)]),
        ("x", [tl.MessageEntityBold(0, 99)]),
        ("later", [tl.MessageEntitySpoiler(0, 0), tl.MessageEntityBlockquote(0, 5)]),
    ],
)
def test_text_is_the_text_whatever_its_entities(text: str, entities: list[Any]) -> None:
    assert both(said(text, entities=entities)) == expected(text.replace("\x00", "\ufffd"))


USER, CHAT, POST = tl.PeerUser(ANNA), tl.PeerChat(OLD), tl.PeerChannel(NEWS)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (tl.MessageFwdHeader(START, from_id=USER), "Anna Berg"),
        (tl.MessageFwdHeader(START, from_id=tl.PeerUser(STRANGER)), ""),
        (tl.MessageFwdHeader(START, from_id=tl.PeerUser(GONE)), ""),
        (tl.MessageFwdHeader(START, from_name="Hidden"), "Hidden"),
        (tl.MessageFwdHeader(START, from_id=tl.PeerUser(GONE), from_name="Gone"), ""),
        (tl.MessageFwdHeader(START, from_id=POST, channel_post=5, post_author="Editor"), "News"),
        (tl.MessageFwdHeader(START, from_id=CHAT), "Old team"),
        (tl.MessageFwdHeader(START, from_name="Old app\x00", imported=True), "Old app\ufffd"),
        (tl.MessageFwdHeader(START, from_name=""), None),
        (tl.MessageFwdHeader(START), None),
        (tl.MessageFwdHeader(START, from_id=USER, saved_from_peer=USER, saved_from_msg_id=3), "Anna Berg"),
    ],
)
def test_forwards(header: Any, name: str | None) -> None:
    assert both(said(fwd_from=header)) == expected(forwarded_from=name)


@pytest.mark.parametrize(
    ("header", "number", "migrated"),
    [
        (tl.MessageReplyHeader(reply_to_msg_id=5), 5, 5 + MIGRATED_SHIFT),
        (tl.MessageReplyHeader(reply_to_msg_id=5, quote=True, quote_text="part"), 5, 5 + MIGRATED_SHIFT),
        (tl.MessageReplyHeader(reply_to_msg_id=5, forum_topic=True), 5, 5 + MIGRATED_SHIFT),
        (tl.MessageReplyHeader(reply_to_msg_id=5, reply_to_top_id=2, forum_topic=True), 5, 5 + MIGRATED_SHIFT),
        (tl.MessageReplyHeader(reply_to_msg_id=5, reply_to_peer_id=POST), None, None),
        (tl.MessageReplyHeader(reply_to_msg_id=5, reply_to_peer_id=CHAT), None, None),
        (tl.MessageReplyHeader(reply_to_msg_id=5, reply_to_peer_id=tl.PeerChannel(TEAM)), None, 5),
        (tl.MessageReplyHeader(reply_from=tl.MessageFwdHeader(START, from_name="x"), quote=True, quote_text="part"), None, None),
        (tl.MessageReplyHeader(reply_to_msg_id=0), None, None),
        (tl.MessageReplyStoryHeader(USER, 5), None, None),
    ],
)
def test_replies(header: Any, number: int | None, migrated: int | None) -> None:
    assert both(said(reply_to=header)) == expected(reply_to=number)
    moved = Message(CHANNEL - TEAM, 7 + MIGRATED_SHIFT, -OLD, START, "hello", reply_to=migrated)
    assert both(said(peer=CHAT, reply_to=header), shift=MIGRATED_SHIFT) == moved


@pytest.mark.parametrize(("seconds", "hidden", "kept"), [(-1, None, False), (0, None, True), (60, None, True), (60, True, True)])
def test_edits(seconds: int, hidden: bool | None, kept: bool) -> None:
    edited = START + timedelta(seconds=seconds)
    assert both(said(edit_date=edited, edit_hide=hidden)) == expected(edited=edited if kept else None)


def emoji(text: str, count: int = 1) -> Any:
    return tl.ReactionCount(tl.ReactionEmoji(text), count)


def recent(text: str) -> Any:
    return tl.MessagePeerReaction(USER, START, tl.ReactionEmoji(text))


@pytest.mark.parametrize(
    ("given_ones", "kept"),
    [
        (tl.MessageReactions([emoji("🔥", 3), tl.ReactionCount(tl.ReactionCustomEmoji(9), 2), emoji("❤", 1)]), (("🔥", 3), ("❤", 1))),
        (tl.MessageReactions([tl.ReactionCount(tl.ReactionPaid(), 50), tl.ReactionCount(tl.ReactionEmpty(), 1)]), ()),
        (tl.MessageReactions([emoji("🔥", 0)]), (("🔥", 1),)),
        (tl.MessageReactions([emoji("🔥", 2), emoji("🔥", 5)]), (("🔥", 2),)),
        (tl.MessageReactions([emoji("🔥", 2)], recent_reactions=[recent("🔥"), recent("👍"), recent("👍")]), (("🔥", 2), ("👍", 1))),
        (tl.MessageReactions([emoji("")]), ()),
        (tl.MessageReactions([]), ()),
    ],
)
def test_reactions(given_ones: Any, kept: tuple[tuple[str, int], ...]) -> None:
    assert both(said(reactions=given_ones)) == expected(reactions=kept)


@pytest.mark.parametrize(("bot", "name"), [(BOT, "@gif"), (BOUGHT, None), (NUL, "@nul\ufffd"), (STRANGER, None), (ANNA, None)])
def test_inline_bots(bot: int, name: str | None) -> None:
    assert both(said(via_bot_id=bot)) == expected(via_bot=name)


@pytest.mark.parametrize(
    ("entity", "peer", "sender", "who"),
    [
        (FRIEND, USER, None, ANNA),
        (FRIEND, USER, tl.PeerUser(ME), ME),
        (OWNER, tl.PeerUser(ME), None, ME),
        (BASIC, CHAT, tl.PeerUser(GONE), GONE),
        (BASIC, CHAT, None, -OLD),
        (SUPERGROUP, tl.PeerChannel(TEAM), USER, ANNA),
        (SUPERGROUP, tl.PeerChannel(TEAM), tl.PeerChannel(TEAM), CHANNEL - TEAM),  # an anonymous administrator
        (SUPERGROUP, tl.PeerChannel(TEAM), None, CHANNEL - TEAM),
        (SUPERGROUP, tl.PeerChannel(TEAM), POST, CHANNEL - NEWS),  # in a channel's name
        (BROADCAST, POST, None, CHANNEL - NEWS),
        (BROADCAST, POST, USER, ANNA),  # a signed post
    ],
)
def test_senders(entity: Any, peer: Any, sender: Any, who: int) -> None:
    raw = said(peer=peer, from_id=sender, out=who == ME, post=entity is BROADCAST, post_author="Editor")
    assert both(raw, entity) == Message(marked(peer), 7, who, START, "hello")


def test_a_group_that_became_a_supergroup_has_its_messages_there() -> None:
    moved = both(said(peer=CHAT, from_id=tl.PeerUser(ME)), shift=MIGRATED_SHIFT)
    assert moved == Message(CHANNEL - TEAM, -999_999_993, ME, START, "hello")


def test_the_beginning_of_time_is_a_date() -> None:
    assert both(tl.Message(7, USER, None, "hello")) == expected(date=datetime.fromtimestamp(0, UTC))


def service(action: Any, **more: Any) -> Any:
    return tl.MessageService(7, USER, START, action=action, **more)


@pytest.mark.parametrize(
    "action", [tl.MessageActionChatCreate("Team", [ME]), tl.MessageActionPinMessage(), tl.MessageActionHistoryClear(), tl.MessageActionCustomAction("x")]
)
def test_service_messages_are_none(action: Any) -> None:
    assert both(service(action)) == "service"


@pytest.mark.parametrize(
    "action",
    [
        tl.MessageActionEmpty(),
        tl.MessageActionPaymentSentMe("EUR", 1, b"", tl.PaymentCharge("", "")),
        tl.MessageActionSecureValuesSentMe([], tl.SecureCredentialsEncrypted(b"", b"", b"")),
        tl.MessageActionWebViewDataSentMe("a", "b"),
        tl.MessageActionRequestedPeerSentMe(1, []),
    ],
)
def test_what_desktop_has_no_words_for_is_an_empty_message(action: Any) -> None:
    reply = tl.MessageReplyHeader(reply_to_msg_id=5)
    assert both(service(action, reply_to=reply, from_id=tl.PeerUser(ME))) == expected("", sender_id=ME, reply_to=5)


def test_a_message_that_is_gone_is_none() -> None:
    """Desktop writes a record from 1970 without a sender."""
    assert message_of(wire(tl.MessageEmpty(7, USER)), ANNA, Names()) == "empty"
    assert imported([(FRIEND, [tl.MessageEmpty(7, USER)])])[1] == []


def test_a_login_code_that_was_forwarded_is_not_kept() -> None:
    header = tl.MessageFwdHeader(START, from_id=tl.PeerUser(777000))
    assert both(said("Login code: 12345", fwd_from=header)) == FROM_TELEGRAM


# -- chats and people ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entity", "chat"),
    [
        (FRIEND, Chat(ANNA, ChatKind.PERSONAL, "Anna")),  # the first name alone
        (tl.User(ANNA, last_name="Berg"), Chat(ANNA, ChatKind.PERSONAL, None)),
        (tl.User(ANNA, deleted=True), Chat(ANNA, ChatKind.PERSONAL, None)),
        (tl.User(ANNA, first_name="A\x00"), Chat(ANNA, ChatKind.PERSONAL, "A\ufffd")),
        (tl.UserEmpty(ANNA), Chat(ANNA, ChatKind.PERSONAL, None)),
        (OWNER, Chat(ME, ChatKind.SAVED, None)),
        (tl.User(BOT, bot=True, bot_info_version=0, first_name="Gif"), Chat(BOT, ChatKind.BOT, "Gif")),
        (tl.User(777000, first_name="Telegram"), Chat(777000, ChatKind.SERVICE, "Telegram")),
        (tl.User(489000, first_name="Verification"), Chat(489000, ChatKind.SERVICE, None)),
        (tl.User(1271266957, first_name="Replies"), Chat(1271266957, ChatKind.SERVICE, None)),
        (BASIC, Chat(-OLD, ChatKind.GROUP, "Old team")),
        (MIGRATED, Chat(-OLD, ChatKind.GROUP, "Old team")),
        (tl.ChatForbidden(OLD, "Old team"), Chat(-OLD, ChatKind.GROUP, "Old team")),
        (tl.ChatEmpty(OLD), Chat(-OLD, ChatKind.GROUP, None)),
        (SUPERGROUP, Chat(CHANNEL - TEAM, ChatKind.GROUP, "Team")),
        (tl.Channel(TEAM, "Team", NO_PHOTO, START, megagroup=True, username="team"), Chat(CHANNEL - TEAM, ChatKind.GROUP, "Team")),
        (tl.ChannelForbidden(TEAM, 1, "Team", megagroup=True), Chat(CHANNEL - TEAM, ChatKind.GROUP, "Team")),
        (BROADCAST, Chat(CHANNEL - NEWS, ChatKind.CHANNEL, "News")),
        (tl.Channel(NEWS, "Private", NO_PHOTO, START, broadcast=True), Chat(CHANNEL - NEWS, ChatKind.CHANNEL, "Private")),
        (tl.ChannelForbidden(NEWS, 1, "News", broadcast=True), Chat(CHANNEL - NEWS, ChatKind.CHANNEL, "News")),
    ],
)
def test_chats(entity: Any, chat: Chat) -> None:
    dialogs = [(entity, [said(from_id=tl.PeerUser(ME))])]
    assert imported(dialogs, [OWNER], [])[0] == converted(dialogs, [OWNER], [])[0] == [chat]


def test_people_are_those_who_wrote() -> None:
    team = tl.PeerChannel(TEAM)
    senders = [USER, tl.PeerUser(GONE), tl.PeerUser(STRANGER), POST, team, tl.PeerUser(7), tl.PeerUser(8), tl.PeerChannel(7), tl.PeerChat(8)]
    more = [tl.User(7, last_name="Only"), tl.User(8, first_name="N\x00", last_name="ul"), tl.User(9, first_name="Silent")]
    dialogs = [(SUPERGROUP, [said(number=number, peer=team, from_id=sender) for number, sender in enumerate(senders, 1)])]
    untitled = [tl.ChannelForbidden(7, 1, "", megagroup=True), tl.ChatForbidden(8, "N\x00")]
    names = {ME: "Mira Lund", ANNA: "Anna Berg", CHANNEL - NEWS: "News", CHANNEL - TEAM: "Team", 7: "Only", 8: "N\ufffd ul", -8: "N\ufffd"}
    assert imported(dialogs, [*USERS, *more], [*CHATS, *untitled])[2] == converted(dialogs, [*USERS, *more], [*CHATS, *untitled])[2] == names


def test_names_grow_and_the_newest_counts() -> None:
    names = Names()
    names.add([FRIEND, tl.UserEmpty(5)], [tl.ChatEmpty(6), BROADCAST])
    names.add([tl.User(ANNA, first_name="Anne")], [])
    names.add([tl.User(ANNA, deleted=True)], [tl.ChannelForbidden(NEWS, 1, "Old news")])
    assert names.people == {ANNA: "Anne", CHANNEL - NEWS: "Old news"}
    assert (names.of(ANNA), names.of(5)) == ("Anne", None)


# -- whole accounts -----------------------------------------------------------------------------------------------------

NAME = st.one_of(st.none(), st.text(st.sampled_from('aé\x00\x0b\\"😀 '), max_size=5), st.text(max_size=5))
PEOPLE = [ME, ANNA, GONE, BOT, BOUGHT]
PEERS = st.sampled_from([*map(tl.PeerUser, [*PEOPLE, STRANGER]), CHAT, tl.PeerChannel(TEAM), POST])
TEXT = st.one_of(st.text(max_size=30), st.text(st.sampled_from('ab\n\t\\"\x00\x01\x0b\x0c\x1f\u2028\u2029👍é0B'), max_size=30))
SECONDS = st.integers(1, 2**31 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ENTITY = st.builds(
    lambda make, offset, length: make(offset, length), st.sampled_from([tl.MessageEntityBold, tl.MessageEntityUrl]), st.integers(0, 20), st.integers(0, 20)
)
SAVED = st.sampled_from([{}, {"saved_from_peer": POST, "saved_from_msg_id": 3}, {"saved_from_peer": tl.PeerUser(GONE), "saved_from_msg_id": 3}])
FORWARD = st.builds(lambda sender, name, saved: tl.MessageFwdHeader(START, from_id=sender, from_name=name, **saved), st.none() | PEERS, NAME, SAVED)
REPLY = st.builds(
    tl.MessageReplyHeader, reply_to_msg_id=st.none() | st.integers(0, 50), reply_to_peer_id=st.none() | PEERS, forum_topic=st.none() | st.just(True)
)
REACTION = st.one_of(st.sampled_from("🔥👍").map(tl.ReactionEmoji), st.integers(1, 3).map(tl.ReactionCustomEmoji), st.just(tl.ReactionPaid()))
REACTIONS = st.builds(
    tl.MessageReactions,
    st.lists(st.builds(tl.ReactionCount, REACTION, st.integers(0, 9)), max_size=3),
    recent_reactions=st.none() | st.lists(st.builds(tl.MessagePeerReaction, PEERS, SECONDS, REACTION), max_size=3),
)
FILE = st.lists(st.sampled_from([STICKER, CUSTOM, UNNAMED, VIDEO, ROUND, VOICE, SONG, GIF, NAMED, SIZE]), max_size=4).map(lambda attributes: file(*attributes))
ANY_MEDIA = st.none() | FILE | st.sampled_from([tl.MessageMediaUnsupported(), *(media for media, _ in MEDIA.values())])
SERVICE = st.sampled_from([tl.MessageActionEmpty(), tl.MessageActionPinMessage(), tl.MessageActionScreenshotTaken()])


def whole(text: str, entities: list[Any]) -> list[Any]:
    """Those that cut no character in two: Telegram's never do."""
    ends = {0}
    for character in text:
        ends.add(max(ends) + len(character.encode("utf-16-le")) // 2)
    return [entity for entity in entities if {entity.offset, entity.offset + entity.length} <= ends]


def rare(values: Any) -> Any:
    return st.one_of(st.none(), st.none(), values)


@st.composite
def messages_in(draw: Any, peer: Any) -> list[Any]:
    messages = []
    for number in draw(st.lists(st.integers(1, 2**31 - 1), max_size=6, unique=True)):
        common = {"from_id": draw(st.none() | PEERS), "reply_to": draw(rare(REPLY)), "out": draw(st.sampled_from([None, True]))}
        date = draw(st.none() | SECONDS)
        if draw(st.integers(0, 7)) == 0:
            messages.append(tl.MessageService(number, peer, date, action=draw(SERVICE), **common))
            continue
        text = draw(TEXT)
        messages.append(
            tl.Message(
                number,
                peer,
                date,
                text,
                entities=draw(st.none() | st.lists(ENTITY, max_size=3).map(lambda entities, text=text: whole(text, entities))),
                media=draw(rare(ANY_MEDIA)),
                fwd_from=draw(rare(FORWARD)),
                via_bot_id=draw(rare(st.sampled_from([*PEOPLE, STRANGER]))),
                edit_date=draw(rare(SECONDS)),
                edit_hide=draw(st.sampled_from([None, True])),
                reactions=draw(rare(REACTIONS)),
                **common,
            )
        )
    return messages


@st.composite
def accounts(draw: Any) -> tuple[list[Dialog], list[Any], list[Any]]:
    """Dialogs, users with the owner first, and the chats that are mentioned besides."""
    bots = {BOT: {"bot": True, "bot_info_version": 1}, BOUGHT: {"bot": True, "bot_info_version": 2}}
    users = [
        tl.User(number, is_self=number == ME or None, first_name=draw(NAME), last_name=draw(NAME), username=draw(NAME), **bots.get(number, {}))
        for number in PEOPLE
        if number != GONE
    ]
    users.append(tl.User(GONE, deleted=True))
    title, named = draw(NAME) or "", draw(NAME)
    groups = [
        tl.Channel(TEAM, title, NO_PHOTO, START, megagroup=True, username=named),
        tl.Channel(NEWS, draw(NAME) or "", NO_PHOTO, START, broadcast=True, username=named),
        tl.Chat(OLD, title, NO_PHOTO, 2, START, 1, migrated_to=draw(st.sampled_from([None, tl.InputChannel(TEAM, 1)]))),
    ]
    entities = [entity for entity in [*users, *groups] if draw(st.booleans())]
    kinds = {tl.User: tl.PeerUser, tl.Channel: tl.PeerChannel, tl.Chat: tl.PeerChat}
    return [(entity, draw(messages_in(kinds[type(entity)](entity.id)))) for entity in entities], users, groups


@settings(max_examples=50)
@given(accounts())
def test_importing_what_desktop_writes_is_converting_what_telegram_sends(case: tuple[list[Dialog], list[Any], list[Any]]) -> None:
    assert imported(*case) == converted(*case)
