"""The RPCs that read: dialogs, histories, single messages and what a group was before."""

from datetime import datetime
from typing import Any

from telethon.tl import functions, types
from telethon.utils import get_peer, get_peer_id

from tests.telegram.login import Refusal
from tests.telegram.world import CHANNELS, World

_MOST = 100  # dialogs or messages in one answer
_PTS = 1  # nothing is ever pushed but a login token


def get_users(world: World, request: functions.users.GetUsersRequest) -> list[Any]:
    found = []
    for user in request.id:
        known = world.me if isinstance(user, types.InputUserSelf) else world.entities.get(user.user_id)
        if not isinstance(known, types.User) or getattr(user, "access_hash", known.access_hash) not in (known.access_hash, 0):
            raise Refusal("USER_ID_INVALID")
        # Without its hash, a user is known to the server, but not shown to the client.
        found.append(types.UserEmpty(known.id) if getattr(user, "access_hash", 1) == 0 else known)
    return found


def get_dialogs(world: World, request: functions.messages.GetDialogsRequest) -> Any:
    """The chats with the newest message first; the pinned ones, above all others, stand on the first page only."""
    chats = {chat: _dialog_key(world, chat) for chat, history in list(world.histories.items()) if history.numbers}
    if request.folder_id is not None:
        chats = {chat: key for chat, key in chats.items() if (chat in world.archived) == bool(request.folder_id)}
    pinned = [chat for chat in world.pinned if chat in chats]
    rest = sorted(chats.keys() - set(pinned), key=lambda chat: chats[chat], reverse=True)
    is_first = not request.offset_id and not _moment(request.offset_date)
    if not is_first:
        peer = request.offset_peer
        offset = _seconds(request.offset_date), request.offset_id, 0 if isinstance(peer, types.InputPeerEmpty) else _place(world, peer)
        rest = [chat for chat in rest if chats[chat] < offset]
    listed = rest if request.exclude_pinned or not is_first else pinned + rest
    page = listed[: min(request.limit, _MOST)]
    tops = [world.histories[chat].top for chat in page]
    users, entities = world.around(tops, [world.me.id, *page])
    dialogs = [_dialog(world, chat) for chat in page]
    if is_first and len(page) == len(chats):
        return types.messages.Dialogs(dialogs, tops, entities, users)
    return types.messages.DialogsSlice(len(chats), dialogs, tops, entities, users)


def get_history(world: World, request: functions.messages.GetHistoryRequest) -> Any:
    chat = _place(world, request.peer)
    messages = world.history(chat).page(
        offset_id=request.offset_id,
        offset_date=_moment(request.offset_date),
        add_offset=request.add_offset,
        limit=min(request.limit, _MOST),
        max_id=request.max_id,
        min_id=request.min_id,
    )
    return _messages(world, messages, len(world.history(chat).numbers), chat)


def get_messages(world: World, request: Any) -> Any:
    """Messages by their numbers, of one channel or of all other chats; what is not there is MessageEmpty."""
    channel = _place(world, request.channel) if isinstance(request, functions.channels.GetMessagesRequest) else None
    found = []
    for wanted in request.id[:_MOST]:
        if not isinstance(wanted, types.InputMessageID):
            raise Refusal("MESSAGE_IDS_EMPTY")
        found.append(world.find(wanted.id, channel) or types.MessageEmpty(wanted.id, None))
    there = [message for message in found if not isinstance(message, types.MessageEmpty)]
    users, chats = world.around(there, [channel] if channel else [])
    if channel:
        return types.messages.ChannelMessages(_PTS, len(found), found, [], chats, users)
    return types.messages.Messages(found, [], chats, users)


def get_full_channel(world: World, request: functions.channels.GetFullChannelRequest) -> types.messages.ChatFull:
    chat = _place(world, request.channel)
    channel = world.entities[chat]
    group = world.migrated_from.get(chat)
    former = world.history(-group).last if group else None
    full = types.ChannelFull(
        channel.id,
        "",
        0,
        0,
        0,
        types.PhotoEmpty(0),
        types.PeerNotifySettings(),
        [],
        _PTS,
        participants_count=world.members[chat],
        migrated_from_chat_id=group,
        migrated_from_max_id=former,
    )
    users, chats = world.around((), [chat, -group] if group else [chat])
    return types.messages.ChatFull(full, chats, users)


def get_full_chat(world: World, request: functions.messages.GetFullChatRequest) -> types.messages.ChatFull:
    chat = _place(world, types.InputPeerChat(request.chat_id))
    full = types.ChatFull(request.chat_id, "", types.ChatParticipantsForbidden(request.chat_id), types.PeerNotifySettings())
    users, chats = world.around((), [chat])
    return types.messages.ChatFull(full, chats, users)


def get_chats(world: World, request: Any) -> types.messages.Chats:
    """Groups by their numbers, or channels."""
    places = [_place(world, types.InputPeerChat(wanted) if isinstance(wanted, int) else wanted) for wanted in request.id]
    return types.messages.Chats([world.entities[place] for place in places])


def _messages(world: World, messages: list[Any], total: int, chat: int) -> Any:
    users, chats = world.around(messages, [world.me.id, chat])
    if chat < CHANNELS:
        return types.messages.ChannelMessages(_PTS, total, messages, [], chats, users)
    if len(messages) == total:
        return types.messages.Messages(messages, [], chats, users)
    return types.messages.MessagesSlice(total, messages, [], chats, users)


def _dialog(world: World, chat: int) -> types.Dialog:
    return types.Dialog(
        get_peer(chat),
        world.histories[chat].numbers[-1],
        0,
        0,
        0,
        0,
        0,
        0,
        types.PeerNotifySettings(),
        pinned=chat in world.pinned,
        pts=_PTS if chat < CHANNELS else None,
        folder_id=1 if chat in world.archived else None,
    )


def _dialog_key(world: World, chat: int) -> tuple[int, int, int]:
    """The order of dialogs; the number of a message and its chat part those of the same second."""
    top = world.histories[chat].top
    return _seconds(top.date), top.id, chat


def _place(world: World, peer: Any) -> int:
    """The marked id of the chat that a client names, where it may name it.

    Raises:
        Refusal: there is no such chat, or its access hash is wrong.
    """
    is_channel = isinstance(peer, types.InputChannel | types.InputChannelEmpty | types.InputPeerChannel)
    refusal = Refusal("CHANNEL_INVALID" if is_channel else "PEER_ID_INVALID")
    if isinstance(peer, types.InputPeerSelf):
        return world.me.id
    if not isinstance(peer, types.InputPeerUser | types.InputPeerChat | types.InputPeerChannel | types.InputChannel):
        raise refusal
    chat = get_peer_id(peer)
    entity = world.entities.get(chat)
    if entity is None or getattr(peer, "access_hash", None) != getattr(entity, "access_hash", None):
        raise refusal
    return chat


def _moment(date: datetime | None) -> datetime | None:
    """Telegram's zero is no date."""
    return date if date and date.timestamp() > 0 else None


def _seconds(date: datetime) -> int:
    """Whole seconds, as they travel."""
    return int(date.timestamp())
