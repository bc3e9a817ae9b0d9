"""The server's side of MTProto 2.0: TCP full transport, the handshake, encryption, containers and the service messages.

Nothing here knows what a request means: `Peer.answer` does. https://core.telegram.org/mtproto
"""

import asyncio
import gzip
import math
import os
import secrets
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha1, sha256
from typing import Any, Protocol
from zlib import crc32

import rsa
from telethon.crypto import AES, AuthKey
from telethon.crypto.rsa import _compute_fingerprint, get_byte_array
from telethon.extensions import BinaryReader
from telethon.helpers import generate_key_data_from_nonce
from telethon.network.mtprotostate import MSG_TOO_NEW_DELTA, MSG_TOO_OLD_DELTA, MTProtoState
from telethon.tl import TLRequest, functions, types
from telethon.tl.core import GzipPacked, MessageContainer, RpcResult

# The prime and the generator that Telegram itself uses for keys and passwords; Telethon knows them, and would take minutes over others.
PRIME = int(
    "C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0AA7C14058229493D22530F4DBFA336F6E0AC925139543AED44CCE7C37"
    "20FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F642477FE96BB2A941D5BCD1D4AC8CC49880708FA9B378E3C4F3A9060BEE67CF9A4"
    "A4A695811051907E162753B56B0F6B410DBA74D8A84B2A14B3144E0EF1284754FD17ED950D5965B4B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4"
    "E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F0D8115F635B105EE2E4E15D04B2454BF6F4FADF034B10403119CD8E3B92FCC5B",
    16,
)
GENERATOR = 3
# Two primes that Telethon finds at once, and not both at once, as it may where they are alike. It reads their product as signed: its first bit is 0.
_FACTORS = 101, 2**31 - 1
_BAD_SALT, _TOO_OLD, _TOO_NEW = 48, 16, 17
_COMPRESSED_FROM = 512  # bytes, as in Telethon


@dataclass
class Key:
    """An authorization key and what the server remembers of it."""

    auth: AuthKey
    salt: int
    sessions: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Answer:
    """The bytes of a result or an error, and how they travel: late, or only this part of them before the connection is reset."""

    body: bytes
    delay: float = 0.0
    part: float = 1.0


class Peer(Protocol):
    """What a connection needs of the server that it belongs to."""

    keys: dict[int, Key]
    connections: "set[Connection]"

    def now(self) -> float: ...
    def message_id(self) -> int: ...
    def answer(self, connection: "Connection", request: TLRequest) -> Answer: ...


@lru_cache(maxsize=1)
def private_key() -> rsa.PrivateKey:
    """The server's RSA key of 2048 bits, made at its first use: `rsa.newkeys` would take seconds, for it has no sieve."""
    exponent = 65537
    sieve = math.prod(number for number in range(3, 2000) if all(number % divisor for divisor in range(2, math.isqrt(number) + 1)))

    def prime() -> int:
        while True:
            number = secrets.randbits(1024) | 3 << 1022 | 1
            if math.gcd(number, sieve) == 1 and math.gcd(number - 1, exponent) == 1 and pow(2, number - 1, number) == 1 and rsa.prime.is_prime(number):
                return number

    p, q = prime(), prime()
    return rsa.PrivateKey(p * q, exponent, pow(exponent, -1, (p - 1) * (q - 1)), p, q)


def public_key() -> str:
    """The public half, as PKCS#1 PEM."""
    key = private_key()
    return rsa.PublicKey(key.n, key.e).save_pkcs1().decode()


class Handshake:
    """How a client without a key gets one. https://core.telegram.org/mtproto/auth_key"""

    def __init__(self, now: Callable[[], float]):
        self._now = now
        self._server_nonce = int.from_bytes(os.urandom(16), "little", signed=True)
        self._secret = secrets.randbits(256)
        self._new_nonce = 0

    def answer(self, request: Any) -> tuple[Any, Key | None]:
        """The reply, and with the last one the new key.

        Raises:
            ValueError: the client got something wrong.
        """
        match request:
            case functions.ReqPqMultiRequest():
                fingerprint = _compute_fingerprint(private_key())
                return types.ResPQ(request.nonce, self._server_nonce, get_byte_array(math.prod(_FACTORS)), [fingerprint]), None
            case functions.ReqDHParamsRequest():
                return self._parameters(request), None
            case functions.SetClientDHParamsRequest():
                return self._agree(request)
        raise ValueError(f"no step of the handshake: {request}")

    def _parameters(self, request: functions.ReqDHParamsRequest) -> types.ServerDHParamsOk:
        key = private_key()
        plain = pow(int.from_bytes(request.encrypted_data, "big"), key.d, key.n).to_bytes(255, "big")
        inner = _hashed_object(plain)
        if (int.from_bytes(inner.p, "big"), int.from_bytes(inner.q, "big"), inner.server_nonce) != (*_FACTORS, self._server_nonce):
            raise ValueError("wrong factors or nonce")
        self._new_nonce = inner.new_nonce
        half = get_byte_array(pow(GENERATOR, self._secret, PRIME))
        data = bytes(types.ServerDHInnerData(request.nonce, self._server_nonce, GENERATOR, get_byte_array(PRIME), half, int(self._now())))
        encrypted = AES.encrypt_ige(sha1(data).digest() + data, *generate_key_data_from_nonce(self._server_nonce, self._new_nonce))
        return types.ServerDHParamsOk(request.nonce, self._server_nonce, encrypted)

    def _agree(self, request: functions.SetClientDHParamsRequest) -> tuple[types.DhGenOk, Key]:
        plain = AES.decrypt_ige(request.encrypted_data, *generate_key_data_from_nonce(self._server_nonce, self._new_nonce))
        half = int.from_bytes(_hashed_object(plain).g_b, "big")
        # Telethon does not fill up a key that begins with a zero byte, so neither does its peer: one in 256 handshakes would fail.
        auth = AuthKey(get_byte_array(pow(half, self._secret, PRIME)))
        key = Key(auth, salt=int.from_bytes(os.urandom(8), "little", signed=True) | 1)
        return types.DhGenOk(request.nonce, self._server_nonce, auth.calc_new_nonce_hash(self._new_nonce, 1)), key


def _hashed_object(plain: bytes) -> Any:
    """The object behind its SHA-1 and before its padding."""
    reader = BinaryReader(plain[20:])
    found = reader.tgread_object()
    if sha1(plain[20 : 20 + reader.tell_position()]).digest() != plain[:20]:
        raise ValueError("wrong hash in the handshake")
    return found


def encrypt(key: Key, session: int, message: bytes) -> bytes:
    """A packet of the server's with one message. https://core.telegram.org/mtproto/description"""
    plain = struct.pack("<qq", key.salt, session) + message
    plain += os.urandom(-(len(plain) + 12) % 16 + 12)
    message_key = sha256(key.auth.key[96:128] + plain).digest()[8:24]
    return struct.pack("<Q", key.auth.key_id) + message_key + AES.encrypt_ige(plain, *MTProtoState._calc_key(key.auth.key, message_key, client=False))


def decrypt(key: Key, packet: bytes) -> BinaryReader:
    """What a client's packet holds, from the salt on.

    Raises:
        ValueError: its hash is wrong.
    """
    message_key = packet[8:24]
    plain = AES.decrypt_ige(packet[24:], *MTProtoState._calc_key(key.auth.key, message_key, client=True))
    if sha256(key.auth.key[88:120] + plain).digest()[8:24] != message_key:
        raise ValueError("wrong message key")
    return BinaryReader(plain)


def _result(number: int, answer: bytes) -> bytes:
    """A result or an error, as the answer to the message of that number; long results are compressed."""
    is_error = answer.startswith(struct.pack("<I", types.RpcError.CONSTRUCTOR_ID))
    if len(answer) > _COMPRESSED_FROM and not is_error:
        packed = gzip.compress(answer, compresslevel=1)
        answer = struct.pack("<I", GzipPacked.CONSTRUCTOR_ID) + TLRequest.serialize_bytes(packed)
    return struct.pack("<Iq", RpcResult.CONSTRUCTOR_ID, number) + answer


def _requests(number: int, found: Any) -> list[tuple[int, Any]]:
    """What a message holds, unpacked, with the numbers of the messages."""
    if isinstance(found, GzipPacked):
        return _requests(number, BinaryReader(found.data).tgread_object())
    if isinstance(found, MessageContainer):
        return [request for message in found.messages for request in _requests(message.msg_id, message.obj)]
    return [(number, found)]


class Connection(asyncio.Protocol):
    """One TCP connection; its client has at most one key and one session at a time."""

    def __init__(self, peer: Peer):
        self._peer = peer
        self._buffer = bytearray()
        self._packets = self._content = 0
        self._handshake = Handshake(peer.now)
        self._session = 0
        self.key: Key | None = None
        self.updates = True  # whether the client wants to be told of what happens

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._peer.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._peer.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 4:
            length = int.from_bytes(self._buffer[:4], "little")
            if len(self._buffer) < length:
                return
            packet, self._buffer = bytes(self._buffer[:length]), self._buffer[length:]
            if crc32(packet[:-4]) != int.from_bytes(packet[-4:], "little"):
                raise ValueError("wrong checksum of a packet")
            self._receive(packet[8:-4])

    def close(self) -> None:
        """Ends the connection."""
        self._transport.abort()

    def reset(self, sent: bytes = b"") -> None:
        """Ends the connection with RST, after these bytes."""
        self._transport.write(sent)
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def send(self, *bodies: bytes) -> None:
        """Sends objects of TL, several of them in a container."""
        if not self._transport.is_closing():
            self._transport.write(self._packet(self._encrypted(bodies)))

    def _receive(self, packet: bytes) -> None:
        key_number = int.from_bytes(packet[:8], "little")
        if key_number == 0:
            self._shake_hands(packet)
        elif key_number in self._peer.keys:
            self.key = self._peer.keys[key_number]
            self._read(self.key, decrypt(self.key, packet))
        else:
            self._transport.write(self._packet(struct.pack("<i", -404)))
            self._transport.close()

    def _shake_hands(self, packet: bytes) -> None:
        reply, key = self._handshake.answer(BinaryReader(packet[20:]).tgread_object())
        if key:
            self._peer.keys[key.auth.key_id] = key
        body = bytes(reply)
        self._transport.write(self._packet(struct.pack("<qqi", 0, self._peer.message_id(), len(body)) + body))

    def _read(self, key: Key, reader: BinaryReader) -> None:
        salt, self._session, number = reader.read_long(), reader.read_long(), reader.read_long()
        sequence, _length = reader.read_int(), reader.read_int()
        age = self._peer.now() - (number >> 32)
        if age > MSG_TOO_OLD_DELTA or -age > MSG_TOO_NEW_DELTA:
            self.send(bytes(types.BadMsgNotification(number, sequence, _TOO_OLD if age > 0 else _TOO_NEW)))
            return
        if salt != key.salt:
            self.send(bytes(types.BadServerSalt(number, sequence, _BAD_SALT, key.salt)))
            return
        bodies = []
        if self._session not in key.sessions:
            key.sessions.add(self._session)
            bodies.append(bytes(types.NewSessionCreated(number, int.from_bytes(os.urandom(7), "little"), key.salt)))
        for asked, request in _requests(number, reader.tgread_object()):
            bodies += self._react(asked, request)
        if bodies:
            self.send(*bodies)

    def _react(self, number: int, request: Any) -> list[bytes]:
        """What is to be said at once to one message; nothing to acknowledgements."""
        if isinstance(request, functions.PingRequest | functions.PingDelayDisconnectRequest):
            return [bytes(types.Pong(number, request.ping_id))]
        if not isinstance(request, TLRequest) or self._transport.is_closing():
            return []
        answer = self._peer.answer(self, request)
        body = _result(number, answer.body)
        if answer.part < 1:
            packet = self._packet(self._encrypted((body,)))
            self.reset(packet[: int(len(packet) * answer.part)])
            return []
        if answer.delay:
            asyncio.get_running_loop().call_later(answer.delay, self.send, body)
            return [bytes(types.MsgsAck([number]))]
        return [body]

    def _encrypted(self, bodies: tuple[bytes, ...]) -> bytes:
        assert self.key
        messages = [self._message(body) for body in bodies]
        if len(messages) > 1:
            messages = [self._message(struct.pack("<Ii", MessageContainer.CONSTRUCTOR_ID, len(messages)) + b"".join(messages), content=False)]
        return encrypt(self.key, self._session, messages[0])

    def _message(self, body: bytes, *, content: bool = True) -> bytes:
        sequence = self._content * 2 + content
        self._content += content
        return struct.pack("<qii", self._peer.message_id(), sequence, len(body)) + body

    def _packet(self, payload: bytes) -> bytes:
        packet = struct.pack("<ii", len(payload) + 12, self._packets) + payload
        self._packets += 1
        return packet + struct.pack("<I", crc32(packet))
