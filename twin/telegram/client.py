"""A connection to Telegram: waits that are seen, errors that say what to do, and no word in any log.

Not here: logging in (login.py), and what is asked for (account.py).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import rsa
from telethon import TelegramClient
from telethon.crypto import rsa as known_keys
from telethon.errors import (
    ApiIdInvalidError,
    AuthKeyDuplicatedError,
    AuthKeyNotFound,
    ConnectionApiIdInvalidError,
    FloodPremiumWaitError,
    FloodTestPhoneWaitError,
    FloodWaitError,
    InvalidChecksumError,
    RPCError,
    SecurityError,
    TypeNotFoundError,
    UnauthorizedError,
)

from twin import __version__
from twin.errors import ConfigError, LoginError, TelegramError, duration
from twin.telegram.session import Application, Session

_FLOOD = (FloodWaitError, FloodPremiumWaitError, FloodTestPhoneWaitError)
_QUIET = logging.getLogger("twin.telegram")
# Telethon logs whole requests when something is wrong with them: phone numbers, codes, words.
_QUIET.setLevel(logging.CRITICAL + 1)
_CONNECTING, _ANSWERING = 20.0, 60.0
"""Seconds after which a connection, and an answer, is no longer waited for: Telethon itself would wait for ever."""
_RETRIES, _RETRIES_LATER = 2, 5
"""A person waits for the first connection, and its address may be wrong; one that is lost afterwards was good before."""
_RETRY_DELAY = 1
_STRANGE = (SecurityError, BufferError, InvalidChecksumError, asyncio.IncompleteReadError)
"""What Telethon raises while it connects to something that does not speak as Telegram does."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where Telegram is.

    Attributes:
        address: "host:port" of another MTProto server; "" is Telegram itself.
        public_key: File of that server's RSA key (PEM), where it is none of Telegram's.
        patience: Seconds that it may ask us to wait before we give up.
    """

    address: str = ""
    public_key: Path | None = None
    patience: float = 900.0


class Client(TelegramClient):  # type: ignore[misc]  # every request of Telethon's own passes through `connect` or `__call__`
    """Telethon's client, which waits visibly when Telegram asks it to.

    Args:
        session: The login.
        application: As whom the program names itself.
        patience: Seconds that a wait may take; a longer one is raised.
        waiting: Called with the seconds left, each second of a wait, and with 0 at its end.
        updates: Whether Telegram shall tell of what happens; the login by QR code needs it.
    """

    def __init__(self, session: Session, application: Application, *, patience: float, waiting: Callable[[float], None], updates: bool) -> None:
        super().__init__(
            session,
            application.api_id,
            application.api_hash,
            use_ipv6=":" in (session.server_address or ""),  # else Telethon takes such an address for a mistake, and Telegram's own
            connection_retries=_RETRIES,
            retry_delay=_RETRY_DELAY,
            base_logger=_QUIET,
            receive_updates=updates,
            flood_sleep_threshold=0,  # a wait of Telethon's own looks like a hang
            raise_last_call_error=True,
            device_model="twin",  # how the login is listed among the person's devices
            app_version=__version__,
        )
        self._patience = patience
        self._waiting = waiting
        self._connecting = False

    async def connect(self) -> None:
        """Connects, after as many waits as Telegram wants."""
        while True:
            self._connecting = True
            try:
                async with asyncio.timeout(_CONNECTING):
                    await super().connect()
            except _FLOOD as error:
                await self.disconnect()  # a sender that is connected would leave out what was refused
                await self._wait(error)
            else:
                self._sender._retries = _RETRIES_LATER
                return
            finally:
                self._connecting = False

    async def __call__(self, request: Any, ordered: bool = False, flood_sleep_threshold: int | None = None) -> Any:
        """Sends a request, after as many waits as Telegram wants."""
        if self._connecting:  # a part of `connect`, which waits
            return await super().__call__(request, ordered, flood_sleep_threshold)
        while True:
            try:
                async with asyncio.timeout(_ANSWERING):
                    return await super().__call__(request, ordered, flood_sleep_threshold)
            except _FLOOD as error:
                await self._wait(error)
            except (ConnectionError, asyncio.CancelledError) as error:
                if isinstance(error, asyncio.CancelledError) and (task := asyncio.current_task()) and task.cancelling():
                    raise
                # Telethon cancels what is unanswered when it gives a connection up, and keeps why to itself.
                raise self._updates_error or ConnectionError("the connection was lost") from None

    async def _wait(self, error: Any) -> None:
        if error.seconds > self._patience:
            raise error
        until = time.monotonic() + error.seconds
        while (left := until - time.monotonic()) > 0:
            self._waiting(left)
            await asyncio.sleep(min(left, 1.0))
        self._waiting(0)


@asynccontextmanager
async def connected(
    session: Session, application: Application, server: Server, *, waiting: Callable[[float], None] = lambda _left: None, updates: bool = False
) -> AsyncIterator[Client]:
    """A client that is connected; whether anybody is logged in is another question.

    Raises:
        ConfigError: The server's public key cannot be read.
        TelegramError: It cannot be reached.
    """
    if server.public_key is not None:
        _trust(server.public_key)
    client = Client(session, application, patience=server.patience, waiting=waiting, updates=updates)
    try:
        with telegram_errors(server):
            await client.connect()
        yield client
    finally:
        await client.disconnect()
        if client.disconnected.done():
            client.disconnected.exception()  # asyncio complains of an error that nobody has looked at


@contextmanager
def telegram_errors(server: Server, *let_through: type[Exception]) -> Iterator[None]:
    """What Telethon raises inside becomes an error that says what to do. To be put around requests alone: a full disk is an OSError, too.

    Args:
        server: Where Telegram is.
        let_through: What the caller knows what to do about.

    Raises:
        LoginError: The login is no more.
        TelegramError: Telegram asks for a long wait, refuses, or cannot be reached.
    """
    try:
        yield
    except let_through:
        raise
    except _FLOOD as error:
        back = (datetime.now().astimezone() + timedelta(seconds=error.seconds)).strftime("%Y-%m-%d %H:%M")
        raise TelegramError(f"Telegram asks to wait {duration(error.seconds)}, until {back}; everything so far is kept, run the same command then") from None
    except (ApiIdInvalidError, ConnectionApiIdInvalidError):
        raise LoginError("Telegram does not know this api_id with this api_hash; copy both again from https://my.telegram.org/apps") from None
    except (UnauthorizedError, AuthKeyDuplicatedError, AuthKeyNotFound) as error:
        raise LoginError(f"Telegram has ended this login ({_reason(error)}); run the same command to log in again, everything so far is kept") from None
    except RPCError as error:
        raise TelegramError(f"Telegram refuses ({_reason(error)}); what was complete before is kept, run the same command later") from None
    except TypeNotFoundError:
        raise TelegramError("Telegram sends something that this version does not know; update twin and Telethon, everything so far is kept") from None
    except (OSError, *_STRANGE) as error:
        raise TelegramError(_unreachable(server, error)) from None


def _unreachable(server: Server, error: Exception) -> str:
    """A server that is not there, one that says nothing, and one that is another are three things to look for."""
    place = server.address or "Telegram"
    strange = isinstance(error, _STRANGE) or "auth_key" in str(error)
    remedy = "check the network connection"
    if server.address:
        remedy = "check [export] public_key and server in twin.toml" if strange else "check [export] server in twin.toml, and whether it runs"
    elif strange:
        remedy = "check whether a proxy or a firewall answers instead"
    if strange:
        return f"{place} answers, but not as the server whose public key twin knows; {remedy}, then run the same command"
    reason = "no answer" if isinstance(error, TimeoutError) else "no connection" if "Connection to Telegram" in str(error) else _reason(error)
    return f"{place} cannot be reached ({reason}); {remedy}, then run the same command: it goes on"


def _reason(error: Exception) -> str:
    """What is wrong, in one line, without Telethon's mention of the request at its end."""
    if isinstance(error, AuthKeyNotFound):  # whose text is a page
        return "the key is unknown there"
    return str(error).partition(" (caused by")[0] or type(error).__name__


def _trust(path: Path) -> None:
    """Lets Telethon accept a server by its key, in either of the two PEM forms."""
    try:
        pem = path.read_bytes()
        key = rsa.PublicKey.load_pkcs1(pem) if b"BEGIN RSA PUBLIC KEY" in pem else rsa.PublicKey.load_pkcs1_openssl_pem(pem)
    except OSError as error:
        raise ConfigError(f"[export] public_key = {str(path)!r} cannot be read ({error.strerror}); give the path of that server's key") from None
    except Exception:  # noqa: BLE001  # the parser of the form raises whatever it stumbles over
        raise ConfigError(
            f"[export] public_key = {str(path)!r} is no RSA public key in PEM form (BEGIN RSA PUBLIC KEY or BEGIN PUBLIC KEY); give that server's"
        ) from None
    known_keys.add_key(key.save_pkcs1(), old=False)
