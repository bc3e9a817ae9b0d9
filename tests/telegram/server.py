"""A Telegram server for tests: real MTProto on loopback, one invented account, faults where a test wants them, a log of the calls.

    world = World()
    with TelegramServer(world) as server:
        ...  # server.address, server.public_key

What travels is in mtproto.py, logging in in login.py, what is read in reading.py, the account in world.py.
"""

import asyncio
import secrets
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from telethon.tl import TLRequest, functions, types
from telethon.utils import get_peer, get_peer_id

from tests.telegram import mtproto, reading
from tests.telegram.login import Logins, Refusal
from tests.telegram.world import World

_DATA_CENTRE = 2
_VECTOR, _TRUE, _FALSE = 0x1CB5C415, 0x997275B5, 0xBC799737
_CODES = {"FLOOD_": 420, "TAKEOUT_INIT_DELAY_": 420, "AUTH_KEY_": 401, "SESSION_": 401, "USER_DEACTIVATED": 401, "PHONE_MIGRATE_": 303, "INTERNAL": 500}
_READERS: dict[type, Any] = {
    functions.users.GetUsersRequest: reading.get_users,
    functions.messages.GetDialogsRequest: reading.get_dialogs,
    functions.messages.GetHistoryRequest: reading.get_history,
    functions.messages.GetMessagesRequest: reading.get_messages,
    functions.channels.GetMessagesRequest: reading.get_messages,
    functions.channels.GetFullChannelRequest: reading.get_full_channel,
    functions.messages.GetFullChatRequest: reading.get_full_chat,
    functions.messages.GetChatsRequest: reading.get_chats,
    functions.channels.GetChannelsRequest: reading.get_chats,
}


@dataclass(frozen=True)
class Call:
    """An RPC as it came, out of its wrappers; `error` is the name of what it was answered with, if not with a result."""

    method: str
    request: Any
    takeout: bool
    error: str | None


@dataclass
class _Fault:
    method: str
    error: str
    first: int
    last: int
    seen: int = 0

    def strikes(self, method: str) -> bool:
        if self.method not in (method, "*"):
            return False
        self.seen += 1
        return self.first <= self.seen <= self.last


@dataclass(frozen=True)
class _Wrapped:
    request: Any
    takeout: int | None = None
    updates: bool = True


class TelegramServer:
    """A context manager; the server runs in a thread of its own.

    Attributes:
        calls: every RPC in its order.
        address: "127.0.0.1:" and its port.
        public_key: its RSA key as PKCS#1 PEM, the same for every server of a process.
    """

    def __init__(self, world: World, *, clock: float = 0.0):
        """`clock` is how many seconds the server's clock is ahead of this machine's."""
        self.world = world
        self.calls: list[Call] = []
        self.address = ""
        self.public_key = mtproto.public_key()
        self.keys: dict[int, mtproto.Key] = {}
        self.connections: set[mtproto.Connection] = set()
        self._clock = clock
        self._logins = Logins(world)
        self._takeouts: set[int] = set()
        self._faults: list[_Fault] = []
        self._last_message = 0
        self._pts = 1
        self.typing: Counter[int] = Counter()
        self._failures: list[BaseException] = []
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="telegram-server")

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stops; raises what went wrong inside the server."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self._failures:
            raise self._failures[0]

    def count(self, method: str) -> int:
        return sum(call.method == method for call in self.calls)

    def clear(self) -> None:
        """Forgets the calls."""
        self.calls.clear()

    def fault(self, method: str, error: str, *, at: int = 1, times: int = 1) -> None:
        """The `at`-th call of the method from now on, and those after it up to `times`, go wrong; "*" stands for every method.

        The error is the name of an RPC error, "INTERNAL", "ABORT", "ABORT_HALFWAY", or "DELAY_" and seconds.
        """
        self._faults.append(_Fault(method, error, at, at + times - 1))

    def drop_login(self) -> None:
        """Nobody is logged in any more."""
        self._logins.drop()

    def accept_qr(self) -> None:
        """The person scans the QR codes that are shown; the clients that wait for updates are told of it."""
        self._loop.call_soon_threadsafe(self._push, self._logins.scan(), types.UpdateLoginToken())

    def write(self, sender: int, text: str, *, to: int | None = None, **more: Any) -> Any:
        """Somebody writes to the account, or it writes to `to` from another device, now; the clients that wait for updates are told of it."""
        message = self.world.say(to or sender, sender, text, self._date(), **more)
        told = asyncio.run_coroutine_threadsafe(self._tell(message), self._loop)
        told.result()
        return message

    async def _tell(self, message: Any) -> None:
        self._pts += 1
        users, chats = self.world.around([message])
        update = types.Updates([types.UpdateNewMessage(message, self._pts, 1)], [*users, self.world.me], chats, self._date(), 0)
        for connection in self.connections:
            if connection.updates and connection.key and connection.key.auth.key_id in self._logins.authorized:
                connection.send(bytes(update))

    def renew_salt(self) -> None:
        """The salts of all keys change, as they do every half an hour; what comes with the old one is refused."""
        for key in self.keys.values():
            key.salt += 1

    @property
    def authorized(self) -> int:
        """How many keys are logged in."""
        return len(self._logins.authorized)

    def now(self) -> float:
        return time.time() + self._clock

    def message_id(self) -> int:
        """The next one of the server's: its clock's, and odd."""
        now = self.now()
        self._last_message = max(self._last_message + 4, int(now) << 32 | int(now % 1 * 2**30) << 2 | 1)
        return self._last_message

    def answer(self, connection: mtproto.Connection, request: TLRequest) -> mtproto.Answer:
        """What an RPC is answered with, now or where a fault strikes."""
        wrapped = _unwrap(request)
        connection.updates = wrapped.updates
        method = type(wrapped.request).__name__.removesuffix("Request")
        struck = [fault.error for fault in self._faults if fault.strikes(method)]  # each fault counts each call, also one that another has struck
        fault = struck[0] if struck else None
        body, error = self._respond(connection, wrapped, fault)
        self.calls.append(Call(method, wrapped.request, wrapped.takeout is not None, error))
        delay = float(fault.removeprefix("DELAY_")) if fault and fault.startswith("DELAY_") else 0.0
        return mtproto.Answer(body, delay, {"ABORT": 0.0, "ABORT_HALFWAY": 0.5}.get(fault or "", 1.0))

    def _respond(self, connection: mtproto.Connection, wrapped: _Wrapped, fault: str | None) -> tuple[bytes, str | None]:
        """The bytes of the answer, and the name of its error."""
        if fault and not fault.startswith(("DELAY_", "ABORT_HALFWAY")):
            return _encode_error(fault), fault
        try:
            return _encode(self._result(connection, wrapped)), fault if fault == "ABORT_HALFWAY" else None
        except Refusal as refusal:
            return _encode_error(str(refusal)), str(refusal)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(self._failed)
        self._listening = await self._loop.create_server(lambda: mtproto.Connection(self), "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._listening.sockets[0].getsockname()[1]}"
        self._started.set()
        await self._stop.wait()
        self._close()
        await self._listening.wait_closed()

    def _close(self) -> None:
        self._listening.close()
        for connection in list(self.connections):
            connection.close()

    def _failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """After a mistake in the server nobody is answered any more: a client would go on to connect and to ask for ever."""
        self._failures.append(context.get("exception") or RuntimeError(context["message"]))
        self._close()

    def _push(self, keys: set[int], update: Any) -> None:
        for connection in self.connections:
            if connection.updates and connection.key and connection.key.auth.key_id in keys:
                connection.send(bytes(types.UpdateShort(update, self._date())))

    def _date(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def _result(self, caller: mtproto.Connection, wrapped: _Wrapped) -> Any:
        request, logins = wrapped.request, self._logins
        match request:
            case functions.help.GetConfigRequest():
                return self._config()
            case functions.auth.SendCodeRequest() | functions.auth.ResendCodeRequest():
                return logins.send_code(caller, request)
            case functions.auth.SignInRequest():
                return logins.sign_in(caller, request)
            case functions.auth.ImportBotAuthorizationRequest():
                return logins.enter_bot(caller, request)
            case functions.account.GetPasswordRequest():
                return logins.get_password(caller, request)
            case functions.auth.CheckPasswordRequest():
                return logins.check_password(caller, request)
            case functions.auth.ExportLoginTokenRequest():
                return logins.export_token(caller, request, self.now())
            case functions.auth.ImportLoginTokenRequest():
                return logins.import_token(caller, request)
        assert caller.key
        if caller.key.auth.key_id not in logins.authorized:
            raise Refusal("AUTH_KEY_UNREGISTERED")
        if wrapped.takeout is not None and wrapped.takeout not in self._takeouts:
            raise Refusal("TAKEOUT_INVALID")
        return self._account_result(caller, wrapped)

    def _account_result(self, caller: mtproto.Connection, wrapped: _Wrapped) -> Any:
        request = wrapped.request
        match request:
            case functions.auth.LogOutRequest():
                return self._logins.log_out(caller, request)
            case functions.updates.GetStateRequest():
                return types.updates.State(self._pts, 0, self._date(), 1, 0)
            case functions.updates.GetDifferenceRequest():
                return types.updates.DifferenceEmpty(self._date(), 1)
            case functions.messages.SendMessageRequest():
                return self._send(request)
            case functions.messages.SetTypingRequest():
                self.typing[get_peer_id(request.peer)] += 1
                return True
            case functions.messages.SaveDraftRequest():
                self.world.drafts[get_peer_id(request.peer)] = request.message
                return True
            case functions.messages.GetPeerDialogsRequest():
                return self._dialogs(request)
            case functions.account.InitTakeoutSessionRequest():
                self._takeouts.add(number := secrets.randbits(62) | 1)
                return types.account.Takeout(number)
            case functions.account.FinishTakeoutSessionRequest():
                if wrapped.takeout is None:
                    raise Refusal("TAKEOUT_REQUIRED")
                self._takeouts.discard(wrapped.takeout)
                return True
        if type(request) not in _READERS:
            raise Refusal(f"METHOD_NOT_IMPLEMENTED_{type(request).__name__}")
        return _READERS[type(request)](self.world, request)

    def _send(self, request: functions.messages.SendMessageRequest) -> types.UpdateShortSentMessage:
        message = self.world.say(get_peer_id(request.peer), self.world.me.id, request.message, self._date())
        self._pts += 1
        return types.UpdateShortSentMessage(message.id, self._pts, 1, message.date, out=True)

    def _dialogs(self, request: functions.messages.GetPeerDialogsRequest) -> types.messages.PeerDialogs:
        """The dialogs with their drafts."""
        dialogs = []
        for asked in request.peers:
            chat = get_peer_id(asked.peer)
            draft = types.DraftMessage(self.world.drafts[chat], self._date()) if self.world.drafts.get(chat) else None
            top = self.world.history(chat).last
            dialogs.append(types.Dialog(get_peer(chat), top, 0, 0, 0, 0, 0, 0, types.PeerNotifySettings(), draft=draft))
        state = types.updates.State(self._pts, 0, self._date(), 1, 0)
        return types.messages.PeerDialogs(dialogs, [], [], [], state)

    def _config(self) -> types.Config:
        host, port = self.address.split(":")
        centre = types.DcOption(_DATA_CENTRE, host, int(port), this_port_only=True)
        date = self._date()
        numbers = [60_000] * 21  # limits and intervals that Telethon does not look at
        return types.Config(date, date, False, _DATA_CENTRE, [centre], "", *numbers, "https://t.me/", 1024, 4096, _DATA_CENTRE)


def _unwrap(request: Any) -> _Wrapped:
    """An RPC out of what it comes in: the layer, the client's description, a takeout session, an order."""
    takeout, updates = None, True
    wrappers = (
        functions.InvokeWithLayerRequest,
        functions.InitConnectionRequest,
        functions.InvokeWithoutUpdatesRequest,
        functions.InvokeWithTakeoutRequest,
        functions.InvokeAfterMsgRequest,
        functions.InvokeAfterMsgsRequest,
    )
    while isinstance(request, wrappers):
        if isinstance(request, functions.InvokeWithTakeoutRequest):
            takeout = request.takeout_id
        if isinstance(request, functions.InvokeWithoutUpdatesRequest):
            updates = False
        request = request.query
    return _Wrapped(request, takeout, updates)


def _encode(result: Any) -> bytes:
    if isinstance(result, bool):
        return struct.pack("<I", _TRUE if result else _FALSE)
    if isinstance(result, list):
        return struct.pack("<Ii", _VECTOR, len(result)) + b"".join(bytes(item) for item in result)
    return bytes(result)


def _encode_error(name: str) -> bytes:
    code = next((code for start, code in _CODES.items() if name.startswith(start)), 400)
    return bytes(types.RpcError(code, "INTERNAL_SERVER_ERROR" if name == "INTERNAL" else name))
