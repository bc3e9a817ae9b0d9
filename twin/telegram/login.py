"""Logging in to Telegram, by code or by QR code, with the two-step password where there is one; and logging out.

Everything that is asked goes through a `Dialogue`, so that the same steps serve a person at a terminal and a script.
"""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

from telethon import events
from telethon.errors import (
    AccessTokenExpiredError,
    AccessTokenInvalidError,
    PasswordHashInvalidError,
    PhoneCodeEmptyError,
    PhoneCodeExpiredError,
    PhoneCodeInvalidError,
    PhoneNumberBannedError,
    PhoneNumberInvalidError,
    PhoneNumberUnoccupiedError,
    SessionPasswordNeededError,
)
from telethon.tl.functions.auth import ExportLoginTokenRequest, ImportLoginTokenRequest, LogOutRequest
from telethon.tl.types import UpdateLoginToken, User
from telethon.tl.types.auth import LoginTokenMigrateTo, LoginTokenSuccess, SentCodeTypeApp, SentCodeTypeCall, SentCodeTypeSms

from twin.errors import LoginError, TelegramError
from twin.telegram.client import Client, Server, connected, telegram_errors
from twin.telegram.session import Application, Session

_TRIES = 3
"""Wrong answers to one question before the login ends; Telegram itself allows few more."""
_SQUARE = 28.0
"""Seconds after which another QR code is shown; Telegram's lasts 30 (https://core.telegram.org/api/qr-login)."""
_APPLICATION = """Telegram wants every program that reads chats to name itself. Once, in a browser:
  1. open https://my.telegram.org/apps and log in with your phone number
  2. create an application (any title and short name will do)
  3. copy its api_id and api_hash here, or put them into TWIN_TELEGRAM_API_ID and TWIN_TELEGRAM_API_HASH"""


class _Unanswered(LoginError):
    """Nobody is there to be asked."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is known before anybody is asked. Empty: ask.

    Attributes:
        qr: Log in by a QR code instead of the phone number.
        token: A bot's, from https://t.me/BotFather.
    """

    api_id: str = ""
    api_hash: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    qr: bool = False
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """How to talk with the person.

    Attributes:
        ask: Asks a question and returns the answer, or None where nobody can answer; the second argument is True for what must not be shown.
        say: Says a line, or several.
        waiting: Called with the seconds left while Telegram makes us wait, and with 0 at the end.
    """

    ask: Callable[[str, bool], str | None]
    say: Callable[[str], None]
    waiting: Callable[[float], None] = lambda _left: None


@asynccontextmanager
async def logged_in(
    path: Path, server: Server, credentials: Credentials, dialogue: Dialogue, *, bot: bool = False, updates: bool = False
) -> AsyncIterator[tuple[Client, Session, User]]:
    """A connected client of the person's account, or of a bot; whoever is not logged in yet is asked to.

    Args:
        path: The session file.
        server: Where Telegram is.
        credentials: What is known beforehand.
        dialogue: How to ask for the rest.
        bot: Log in as a bot, by its token.
        updates: Whether Telegram shall tell of what happens.

    Raises:
        LoginError: An answer is missing or wrong, or the login was ended elsewhere (the session file is gone then).
        TelegramError: Telegram cannot be reached, refuses, or asks for a long wait.
    """
    session = Session(path, server.address)
    if session.user_id is None:
        await _log_in(session, server, credentials, dialogue, bot)
    application = session.application
    assert application is not None
    try:
        async with connected(session, application, server, waiting=dialogue.waiting, updates=updates) as client:
            yield client, session, await _me(client, server)
    except LoginError:
        session.forget()
        raise


async def _me(client: Client, server: Server) -> User:
    with telegram_errors(server):
        user = await client.get_me()
    if user is None:
        raise LoginError("Telegram has ended this login; run the same command to log in again, everything so far is kept")
    return user


async def log_out(path: Path, server: Server) -> bool:
    """Ends the login on the server and deletes the session file; False where nobody was logged in.

    Raises:
        TelegramError: The server cannot be reached; the file is kept.
    """
    session = Session(path, server.address)
    if session.application is None or session.user_id is None:
        session.forget()
        return False
    try:
        # nobody would see a wait here
        async with connected(session, session.application, replace(server, patience=0.0)) as client:
            with telegram_errors(server):
                await client(LogOutRequest())
    except LoginError:
        pass  # it has ended already
    session.forget()
    return True


async def _log_in(session: Session, server: Server, credentials: Credentials, dialogue: Dialogue, bot: bool) -> None:
    session.application = session.application or _application(credentials, dialogue)
    async with connected(session, session.application, server, waiting=dialogue.waiting, updates=True) as client:
        try:
            with telegram_errors(server):
                user = await (_by_token(client, credentials, dialogue) if bot else _person(client, session, credentials, dialogue))
        except _Unanswered:
            if session.sent:
                session.store()  # the next run may be given the code
            raise
        session.user_id, session.sent = user.id, None
        try:
            session.store()
        except OSError:
            with suppress(TelegramError), telegram_errors(server):
                await client(LogOutRequest())  # else the login stays among the person's devices, and is of no use to anybody
            raise
    command = "twin bot --logout" if bot else "twin export --logout"
    dialogue.say(f"logged in as {' '.join(filter(None, [user.first_name, user.last_name]))}; {command} ends it")


def _application(credentials: Credentials, dialogue: Dialogue) -> Application:
    api_id, api_hash = credentials.api_id, credentials.api_hash
    if not (api_id and api_hash):
        dialogue.say(_APPLICATION)
        api_id = _answer(dialogue, "api_id: ", "set TWIN_TELEGRAM_API_ID and TWIN_TELEGRAM_API_HASH")
        api_hash = _answer(dialogue, "api_hash (not shown): ", "set TWIN_TELEGRAM_API_HASH", secret=True)
    api_id, api_hash = api_id.strip(), api_hash.strip()
    # Telegram's are 32 bits wide, and Telethon breaks at more
    if not (api_hash and api_id.isascii() and api_id.isdecimal() and len(api_id) <= 10 and 0 < int(api_id) < 1 << 31):
        raise LoginError("the api_id is not a number, or the api_hash is empty; copy both from https://my.telegram.org/apps")
    return Application(int(api_id), api_hash)


async def _person(client: Client, session: Session, credentials: Credentials, dialogue: Dialogue) -> User:
    phone = credentials.phone
    if not phone and not credentials.qr:
        phone = _answer(dialogue, "phone number with country code, or Enter for a QR code: ", "give it with --phone, or --qr", empty=True)
    try:
        return await (_by_code(client, session, phone, credentials, dialogue) if phone else _by_qr(client, dialogue))
    except PhoneNumberUnoccupiedError:
        raise LoginError("no Telegram account has this phone number; give the number of yours") from None
    except PhoneNumberBannedError:
        raise LoginError("Telegram has banned this phone number; https://telegram.org/faq_spam says what can be done") from None
    except SessionPasswordNeededError:
        session.sent = None  # the code is used
        session.forget()
        return await _by_password(client, credentials, dialogue)


async def _by_token(client: Client, credentials: Credentials, dialogue: Dialogue) -> User:
    token = credentials.token or _answer(
        dialogue, "the bot's token, which https://t.me/BotFather gives after /newbot (not shown): ", "set TWIN_BOT_TOKEN", secret=True
    )
    try:
        return await client.sign_in(bot_token=token.strip())
    except (AccessTokenExpiredError, AccessTokenInvalidError):
        raise LoginError("Telegram knows no bot with this token; copy it again from https://t.me/BotFather") from None


async def _by_code(client: Client, session: Session, phone: str, credentials: Credentials, dialogue: Dialogue) -> User:
    sent_before = session.sent is not None and session.sent[0] == phone and bool(credentials.code)
    if not sent_before:
        session.sent = await _send_code(client, phone, credentials, dialogue)
    assert session.sent is not None
    for attempt in range(1, _TRIES + 1):
        phone, mark = session.sent
        code = credentials.code or _answer(dialogue, "code: ", "run the same command with it as --code")
        try:
            return await client.sign_in(phone, code, phone_code_hash=mark)
        except (PhoneCodeInvalidError, PhoneCodeEmptyError):
            problem = "that is not the code"
        except PhoneCodeExpiredError:
            problem = "the code has expired"
            if credentials.code:
                session.forget()
                raise LoginError(f"--code: {problem}; run the command without it, and Telegram sends another") from None
            if attempt < _TRIES:
                dialogue.say(f"{problem}; here comes another")
                session.sent = await _send_code(client, phone, credentials, dialogue)
                continue
        if credentials.code:
            raise LoginError(f"--code: {problem}; run the command again with the one that Telegram has sent last")
        if attempt < _TRIES:
            dialogue.say(f"{problem}; look again, it is in the newest message from Telegram")
    raise LoginError(f"{_TRIES} codes were wrong; wait some minutes, then run the same command")


async def _send_code(client: Client, phone: str, credentials: Credentials, dialogue: Dialogue) -> tuple[str, str]:
    """Has Telegram send a code; returns the number that it takes, and its mark of the code."""
    for _ in range(_TRIES):
        try:
            sent = await client.send_code_request(phone)
        except (PhoneNumberInvalidError, TypeError):  # the latter is Telethon's, of what is no number at all
            if credentials.phone:
                raise LoginError("--phone: Telegram does not know such a number; write it with the country code, as in +441632960960") from None
            phone = _answer(dialogue, "phone number (Telegram does not know that one; with the country code, as in +441632960960): ", "give it with --phone")
        else:
            ways = {SentCodeTypeApp: "to your other Telegram apps", SentCodeTypeSms: "by SMS", SentCodeTypeCall: "by a call"}
            dialogue.say(f"Telegram has sent a code {ways.get(type(sent.type), 'to you')}")
            return phone, sent.phone_code_hash
    raise LoginError(f"{_TRIES} phone numbers were wrong; run the same command to begin again")


async def _by_qr(client: Client, dialogue: Dialogue) -> User:
    scanned = asyncio.Event()

    async def scan(_update: UpdateLoginToken) -> None:
        scanned.set()

    client.add_event_handler(scan, events.Raw(UpdateLoginToken))
    for attempt in range(_TRIES + 1):
        scanned.clear()
        # The same request gives the square and, once it was scanned, the login; also where the word of that was lost.
        answer = await client(ExportLoginTokenRequest(client.api_id, client.api_hash, []))
        if isinstance(answer, LoginTokenMigrateTo):
            await client._switch_dc(answer.dc_id)
            answer = await client(ImportLoginTokenRequest(answer.token))
        if isinstance(answer, LoginTokenSuccess):
            return answer.authorization.user
        if attempt == _TRIES:
            break
        again = "that square has expired; here is another\n" if attempt else ""
        dialogue.say(f"{again}{_drawn(answer.token)}\nin Telegram on your phone: Settings > Devices > Link Desktop Device, and point it at this square")
        with suppress(TimeoutError):
            await asyncio.wait_for(scanned.wait(), _SQUARE)
    raise LoginError("nobody has scanned the QR code; run the same command to begin again")


def _drawn(token: bytes) -> str:
    """A login token as a QR code for a terminal with a dark background."""
    from qrcode import QRCode

    code, picture = QRCode(border=2), StringIO()
    code.add_data(f"tg://login?token={urlsafe_b64encode(token).decode().rstrip('=')}")
    code.print_ascii(out=picture, invert=True)
    return picture.getvalue().rstrip("\n")


async def _by_password(client: Client, credentials: Credentials, dialogue: Dialogue) -> User:
    for attempt in range(1, _TRIES + 1):
        password = credentials.password or _answer(dialogue, "two-step password (not shown): ", "set TWIN_TELEGRAM_PASSWORD", secret=True)
        try:
            return await client.sign_in(password=password)
        except ValueError:  # Telethon's, of a way to check passwords that it does not know
            raise LoginError("Telegram checks this account's two-step password in a way that this version does not know; update twin") from None
        except PasswordHashInvalidError:
            if credentials.password:
                raise LoginError("TWIN_TELEGRAM_PASSWORD is not the two-step password of this account; correct it") from None
            if attempt < _TRIES:
                dialogue.say("that is not the password")
    raise LoginError(f"{_TRIES} passwords were wrong; wait some minutes, then run the same command")


def _answer(dialogue: Dialogue, question: str, otherwise: str, *, secret: bool = False, empty: bool = False) -> str:
    for _ in range(_TRIES):
        answer = dialogue.ask(question, secret)
        if answer is None:
            break
        if answer.strip() or empty:
            return answer if secret else answer.strip()
    raise _Unanswered(f"the login needs your {question.partition(' (')[0].rstrip(': ').partition(',')[0]}; {otherwise}")
