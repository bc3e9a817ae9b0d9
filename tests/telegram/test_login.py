"""Logging in and out at a real MTProto server: what is asked, what is said, what is left behind."""

import asyncio
import errno
import os
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telethon.crypto import rsa as known_keys
from telethon.tl import functions, types

from tests.telegram.person import API_HASH, API_ID, SESSION, Person, end_login, known, leaks, log_in, refused, run, where
from tests.telegram.server import TelegramServer
from tests.telegram.world import World
from twin.errors import ConfigError, LoginError, TelegramError
from twin.telegram import client as client_module
from twin.telegram.account import opened
from twin.telegram.client import Client, Server, connected, telegram_errors
from twin.telegram.login import Credentials, log_out
from twin.telegram.session import Session

pytestmark = pytest.mark.usefixtures("watched")
quickly = pytest.mark.usefixtures("quick_keys")
PHONE, CODE, PASSWORD = "+447700900123", "8151623", "correct horse"
WHERE_TO_LOOK = "phone number with country code, or Enter for a QR code: "


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that Telegram asks for pass at once."""
    now = [0.0]

    async def sleep(seconds: float) -> None:
        now[0] += seconds
        await asyncio.sleep(0)

    monkeypatch.setattr(client_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(client_module, "asyncio", SimpleNamespace(**vars(asyncio) | {"sleep": sleep}))


@pytest.fixture
def quick_square(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.telegram.login._SQUARE", 0.1)


def no_session() -> bool:
    return not SESSION.exists() and [path.name for path in Path().iterdir() if "session" in path.name] == []


# -- by code ------------------------------------------------------------------------------------------------------------


def test_by_code_and_never_again(telegram: TelegramServer) -> None:
    person = Person(API_ID, API_HASH, PHONE, CODE)
    assert log_in(telegram, person, Credentials()) == 1000
    assert person.asked == [("api_id: ", False), ("api_hash (not shown): ", True), (WHERE_TO_LOOK, False), ("code: ", False)]
    explanation, sent, done = person.said
    assert "https://my.telegram.org/apps" in explanation
    assert "TWIN_TELEGRAM_API_ID" in explanation
    assert sent == "Telegram has sent a code to your other Telegram apps"
    assert done == "logged in as Mira Lund; twin export --logout ends it"
    again = Person()
    assert log_in(telegram, again, Credentials()) == 1000
    assert (again.asked, again.said, telegram.authorized) == ([], [], 1)
    assert telegram.count("SignIn") == 1


def test_what_is_known_is_not_asked(telegram: TelegramServer) -> None:
    person = Person()
    log_in(telegram, person, known(phone="+44 (7700) 900-123", code=CODE))
    assert person.asked == []
    assert SESSION.stat().st_mode & 0o777 == 0o600


@quickly
def test_the_way_of_the_code_is_told(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, words in ((types.auth.SentCodeTypeSms, "by SMS"), (types.auth.SentCodeTypeCall, "by a call"), (types.auth.SentCodeTypeEmailCode, "to you")):
        way = kind("m***@example.org", 7) if kind is types.auth.SentCodeTypeEmailCode else kind(7)
        monkeypatch.setattr(telegram._logins, "send_code", lambda _caller, _request, way=way: types.auth.SentCode(way, "hash"))
        person = Person()
        refused(telegram, LoginError, log_in, telegram, person, known(phone=PHONE))
        assert person.said == [f"Telegram has sent a code {words}"]


@quickly
def test_a_wrong_code_then_the_right_one(telegram: TelegramServer) -> None:
    person = Person(PHONE, "11111", CODE)
    log_in(telegram, person)
    assert person.questions == [WHERE_TO_LOOK, "code: ", "code: "]
    assert "that is not the code; look again, it is in the newest message from Telegram" in person.said
    assert telegram.count("SendCode") == 1


@quickly
def test_three_wrong_codes(telegram: TelegramServer) -> None:
    person = Person(PHONE, "11111", "22222", "33333", CODE)
    line = refused(telegram, LoginError, log_in, telegram, person)
    assert line == "3 codes were wrong; wait some minutes, then run the same command"
    assert person.answers == [CODE]
    assert (telegram.authorized, no_session()) == (0, True)


@quickly
def test_an_expired_code(telegram: TelegramServer) -> None:
    telegram.fault("SignIn", "PHONE_CODE_EXPIRED")
    person = Person(PHONE, "11111", CODE)
    assert log_in(telegram, person) == 1000
    assert "the code has expired; here comes another" in person.said
    assert telegram.count("SendCode") == 2


@quickly
def test_codes_that_all_expire(telegram: TelegramServer) -> None:
    telegram.fault("SignIn", "PHONE_CODE_EXPIRED", times=9)
    assert "3 codes were wrong" in refused(telegram, LoginError, log_in, telegram, Person(PHONE, CODE, CODE, CODE, CODE))
    assert telegram.count("SendCode") == 3  # none that nobody is asked for


@quickly
def test_empty_answers(telegram: TelegramServer) -> None:
    person = Person(PHONE, "", "  ", CODE)
    assert log_in(telegram, person) == 1000
    assert telegram.count("SignIn") == 1
    end_login(telegram)
    line = refused(telegram, LoginError, log_in, telegram, Person(PHONE, "", "", "", CODE))
    assert line == "the login needs your code; run the same command with it as --code"


@quickly
def test_a_wrong_number_then_the_right_one(telegram: TelegramServer) -> None:
    person = Person("+15550199", "my phone", PHONE, CODE)
    assert log_in(telegram, person) == 1000
    assert person.questions[1:3] == ["phone number (Telegram does not know that one; with the country code, as in +441632960960): "] * 2


@quickly
@pytest.mark.parametrize(
    ("answers", "line"),
    [
        (("1", "2", "3", PHONE), "3 phone numbers were wrong; run the same command to begin again"),
        (("1",), "the login needs your phone number; give it with --phone"),
    ],
)
def test_wrong_numbers(telegram: TelegramServer, answers: tuple[str, ...], line: str) -> None:
    assert refused(telegram, LoginError, log_in, telegram, Person(*answers)) == line


@quickly
@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        ("PHONE_NUMBER_UNOCCUPIED", LoginError, "no Telegram account has this phone number"),
        ("PHONE_NUMBER_BANNED", LoginError, "Telegram has banned this phone number"),
        ("API_ID_INVALID", LoginError, "Telegram does not know this api_id with this api_hash"),
        ("PHONE_NUMBER_FLOOD", TelegramError, "asked for the code too many times"),
        ("PHONE_PASSWORD_FLOOD", TelegramError, "You have tried logging in too many times"),
        ("UPDATE_APP_TO_LOGIN", TelegramError, "Telegram refuses"),
        ("NEVER_HEARD_OF", TelegramError, "NEVER_HEARD_OF"),
    ],
)
@pytest.mark.parametrize("method", ["SendCode", "SignIn"])
def test_refusals(telegram: TelegramServer, error: str, kind: type[TelegramError], words: str, method: str) -> None:
    telegram.fault(method, error)
    assert words in refused(telegram, kind, log_in, telegram, Person(PHONE, CODE))
    assert (telegram.authorized, no_session()) == (0, True)


@quickly
def test_an_application_that_is_unknown_at_the_first_request(telegram: TelegramServer) -> None:
    telegram.fault("GetConfig", "CONNECTION_API_ID_INVALID")
    assert "https://my.telegram.org/apps" in refused(telegram, LoginError, log_in, telegram, Person(PHONE, CODE))


@quickly
def test_restarts_of_the_login(telegram: TelegramServer, naps: list[float]) -> None:
    telegram.fault("SendCode", "AUTH_RESTART", times=2)
    assert log_in(telegram, Person(PHONE, CODE)) == 1000
    end_login(telegram)
    telegram.fault("SendCode", "AUTH_RESTART", times=1000)
    assert "Restart the authorization process" in refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE))
    assert sum(naps) < 60


@quickly
def test_a_number_of_another_data_centre(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client, "_config", None)  # Telethon keeps it for the process
    telegram.fault("SendCode", "PHONE_MIGRATE_2")
    assert log_in(telegram, Person(PHONE, CODE)) == 1000
    assert len(telegram.keys) == 2
    assert log_in(telegram, Person()) == 1000
    end_login(telegram)
    telegram.fault("SendCode", "PHONE_MIGRATE_2", times=1000)
    assert "associated with DC 2" in refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE))
    telegram.fault("SendCode", "PHONE_MIGRATE_5", times=1000)
    assert no_session()


@quickly
def test_connections_that_are_lost_while_somebody_looks_for_the_code(telegram: TelegramServer) -> None:
    def slow_answer() -> str:
        telegram._loop.call_soon_threadsafe(lambda: [connection.reset() for connection in list(telegram.connections)])
        time.sleep(0.1)
        return CODE

    assert log_in(telegram, Person(PHONE, slow_answer)) == 1000


@quickly
@pytest.mark.parametrize("code", ["11111", "x"])
def test_a_code_that_was_given_and_is_wrong(telegram: TelegramServer, code: str) -> None:
    person = Person("1", "2", "3")
    line = refused(telegram, LoginError, log_in, telegram, person, known(phone=PHONE, code=code))
    assert line == "--code: that is not the code; run the command again with the one that Telegram has sent last"
    assert (person.asked, telegram.count("SignIn")) == ([], 1)
    telegram.fault("SignIn", "PHONE_CODE_EXPIRED")
    assert "--code: the code has expired" in refused(telegram, LoginError, log_in, telegram, person, known(phone=PHONE, code=code))
    assert "--phone: Telegram does not know" in refused(telegram, LoginError, log_in, telegram, person, known(phone="+1", code=code))


# -- what nobody can be asked for ---------------------------------------------------------------------------------------


@quickly
@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"api_id": ""}, "the login needs your api_id; set TWIN_TELEGRAM_API_ID and TWIN_TELEGRAM_API_HASH"),
        ({"api_hash": ""}, "the login needs your api_id; set TWIN_TELEGRAM_API_ID and TWIN_TELEGRAM_API_HASH"),
        ({}, "the login needs your phone number with country code; give it with --phone, or --qr"),
        ({"phone": PHONE}, "the login needs your code; run the same command with it as --code"),
        ({"phone": PHONE, "code": CODE}, "the login needs your two-step password; set TWIN_TELEGRAM_PASSWORD"),
    ],
)
def test_nobody_to_ask(telegram: TelegramServer, given: dict[str, str], line: str) -> None:
    telegram.world.password = PASSWORD
    assert refused(telegram, LoginError, log_in, telegram, Person(), known(**given)) == line
    assert (telegram.authorized, no_session()) == (0, given != {"phone": PHONE})


@quickly
def test_a_code_that_comes_with_the_next_run(telegram: TelegramServer) -> None:
    refused(telegram, LoginError, log_in, telegram, Person(), known(phone=PHONE))
    assert stat.S_IMODE(SESSION.stat().st_mode) == 0o600
    assert not asyncio.run(log_out(SESSION.with_name("none"), where(telegram)))
    line = refused(telegram, LoginError, log_in, telegram, Person(), known(phone=PHONE, code="0000000"))
    assert line.startswith("--code: that is not the code")
    log_in(telegram, Person(), Credentials(phone=PHONE, code=CODE))  # the application is known, too
    assert (telegram.count("SendCode"), telegram.authorized) == (1, 1)


@quickly
def test_a_code_that_comes_with_the_next_run_and_too_late(telegram: TelegramServer) -> None:
    refused(telegram, LoginError, log_in, telegram, Person(), known(phone=PHONE))
    telegram.fault("SignIn", "PHONE_CODE_EXPIRED")
    line = refused(telegram, LoginError, log_in, telegram, Person(), known(phone=PHONE, code=CODE))
    assert line == "--code: the code has expired; run the command without it, and Telegram sends another"
    assert no_session()


@quickly
def test_logging_out_of_what_was_not_completed(telegram: TelegramServer) -> None:
    refused(telegram, LoginError, log_in, telegram, Person(), known(phone=PHONE))
    assert not asyncio.run(log_out(SESSION, where(telegram)))
    assert no_session()


@quickly
@pytest.mark.parametrize(
    ("number", "secret"), [("abc", API_HASH), ("0", API_HASH), ("-5", API_HASH), ("9" * 11, API_HASH), ("4294967296", API_HASH), ("５", API_HASH), ("5", "  ")]
)
def test_an_application_that_cannot_be(telegram: TelegramServer, number: str, secret: str) -> None:
    line = refused(telegram, LoginError, log_in, telegram, Person(), known(api_id=number, api_hash=secret))
    assert line == "the api_id is not a number, or the api_hash is empty; copy both from https://my.telegram.org/apps"


# -- the two-step password ----------------------------------------------------------------------------------------------


@quickly
def test_password(telegram: TelegramServer) -> None:
    telegram.world.password = PASSWORD
    person = Person(PHONE, CODE, "wrong", PASSWORD)
    assert log_in(telegram, person) == 1000
    assert person.asked[2:] == [("two-step password (not shown): ", True)] * 2
    assert "that is not the password" in person.said
    end_login(telegram)
    assert log_in(telegram, Person(), known(phone=PHONE, code=CODE, password=PASSWORD)) == 1000


@quickly
def test_wrong_passwords(telegram: TelegramServer) -> None:
    telegram.world.password = PASSWORD
    person = Person(PHONE, CODE, "one", "two", "three", PASSWORD)
    assert refused(telegram, LoginError, log_in, telegram, person) == "3 passwords were wrong; wait some minutes, then run the same command"
    assert person.answers == [PASSWORD]
    line = refused(telegram, LoginError, log_in, telegram, Person("1"), known(phone=PHONE, code=CODE, password="tricky"))
    assert line == "TWIN_TELEGRAM_PASSWORD is not the two-step password of this account; correct it"
    assert "tricky" not in line
    assert no_session()


# -- by QR code ---------------------------------------------------------------------------------------------------------


def drawn(token: bytes) -> str:
    from twin.telegram.login import _drawn

    return _drawn(token)


def test_qr(telegram: TelegramServer) -> None:
    shown: list[bytes] = []

    def scan(line: str) -> None:
        if "point it at this square" in line:
            shown.extend(telegram._logins._shown.values())
            telegram.accept_qr()

    person = Person("", hears=scan)
    assert log_in(telegram, person) == 1000
    assert person.questions == [WHERE_TO_LOOK]
    assert person.said[0].startswith(drawn(shown[0]) + "\nin Telegram on your phone: Settings > Devices > Link Desktop Device")
    assert {"█", "\n"} <= set(person.said[0])
    assert telegram.count("ExportLoginToken") == 2
    assert (log_in(telegram, Person()), telegram.authorized) == (1000, 1)


@quickly
@pytest.mark.parametrize("qr", [True, False])
def test_qr_with_a_password(telegram: TelegramServer, qr: bool) -> None:
    telegram.world.password = PASSWORD
    person = Person(*[PASSWORD] if qr else ["", PASSWORD], hears=lambda line: "square" in line and telegram.accept_qr())
    assert log_in(telegram, person, known(qr=qr)) == 1000
    assert person.questions[-1] == "two-step password (not shown): "


@quickly
@pytest.mark.usefixtures("quick_square")
def test_qr_squares_that_expire(telegram: TelegramServer) -> None:
    person = Person(hears=lambda line: "expired" in line and telegram.accept_qr())
    assert log_in(telegram, person, known(qr=True)) == 1000
    assert [line.startswith("that square has expired; here is another\n") for line in person.said[:2]] == [False, True]


@quickly
@pytest.mark.usefixtures("quick_square")
def test_qr_that_nobody_scans(telegram: TelegramServer) -> None:
    person = Person()
    line = refused(telegram, LoginError, log_in, telegram, person, known(qr=True))
    assert line == "nobody has scanned the QR code; run the same command to begin again"
    assert len(person.said) == 3
    assert len({said.split("\nin Telegram")[0] for said in person.said}) == 3
    assert no_session()


@quickly
@pytest.mark.usefixtures("quick_square")
@pytest.mark.parametrize("square", [1, 3])
def test_qr_of_which_the_word_is_lost(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch, square: int) -> None:
    """The connection was away at that moment: the next look finds it."""
    monkeypatch.setattr(telegram, "_push", lambda _keys, _update: None)
    person = Person(hears=lambda _line: len(person.said) == square and telegram.accept_qr())
    assert log_in(telegram, person, known(qr=True)) == 1000


@quickly
@pytest.mark.usefixtures("quick_square")
def test_qr_of_an_account_in_another_data_centre(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client, "_config", None)
    export = telegram._logins.export_token

    def export_or_migrate(*arguments: Any) -> Any:
        answer = export(*arguments)
        return types.auth.LoginTokenMigrateTo(2, shown[0]) if isinstance(answer, types.auth.LoginTokenSuccess) else answer

    def scan(line: str) -> None:
        if "square" in line:
            shown.extend(telegram._logins._shown.values())
            telegram.accept_qr()

    shown: list[bytes] = []
    monkeypatch.setattr(telegram._logins, "export_token", export_or_migrate)
    assert log_in(telegram, Person(hears=scan), known(qr=True)) == 1000
    assert telegram.count("ImportLoginToken") == 1
    assert log_in(telegram, Person()) == 1000


@pytest.mark.parametrize("clock_ahead", [600.0, -600.0])
def test_qr_with_a_clock_that_is_wrong(clock_ahead: float, monkeypatch: pytest.MonkeyPatch, telegram: TelegramServer) -> None:
    with TelegramServer(World(), clock=clock_ahead) as server:
        Path("other.pem").write_text(server.public_key)
        person = Person(hears=lambda line: "square" in line and server.accept_qr())
        assert log_in(server, person, known(qr=True), at=Server(server.address, Path("other.pem"))) == 1000
        assert len(person.said) == 2


# -- waits --------------------------------------------------------------------------------------------------------------

METHODS = ["GetConfig", "GetUsers", "SendCode", "SignIn", "GetPassword", "CheckPassword", "GetState", "GetDifference"]


@quickly
@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("method", METHODS)
def test_short_waits(telegram: TelegramServer, method: str) -> None:
    telegram.world.password = PASSWORD if "Password" in method else None
    telegram.fault(method, "FLOOD_WAIT_3")
    person = Person(PHONE, CODE, PASSWORD)
    assert log_in(telegram, person) == 1000
    assert person.waits == [3, 2, 1, 0]
    assert telegram.authorized == 1
    # each of the two connections says what it is, and goes on with nothing before that was answered
    assert [call.method for call in telegram.calls if call.error is None].count("GetConfig") == (3 if method == "GetUsers" else 2)


@quickly
@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("method", METHODS)
def test_long_waits(telegram: TelegramServer, method: str) -> None:
    telegram.world.password = PASSWORD if "Password" in method else None
    telegram.fault(method, "FLOOD_WAIT_7200", times=1000)
    person = Person(PHONE, CODE, PASSWORD)
    line = refused(telegram, TelegramError, log_in, telegram, person)
    assert line.startswith("Telegram asks to wait 2 h 00 min, until 20")
    assert line.endswith("; everything so far is kept, run the same command then")
    assert (person.waits, no_session()) == ([], True)


@quickly
@pytest.mark.usefixtures("clock")
def test_waits_for_a_square(telegram: TelegramServer) -> None:
    telegram.fault("ExportLoginToken", "FLOOD_WAIT_3")
    telegram.fault("ExportLoginToken", "FLOOD_WAIT_2", at=3)
    telegram.fault("ExportLoginToken", "FLOOD_WAIT_31", at=5)
    person = Person(hears=lambda line: "square" in line and telegram.accept_qr())
    assert log_in(telegram, person, known(qr=True)) == 1000
    assert person.waits == [3, 2, 1, 0, 2, 1, 0]
    end_login(telegram)
    assert "31 s" in refused(telegram, TelegramError, log_in, telegram, person, known(qr=True))


@quickly
def test_a_wait_in_true_seconds(telegram: TelegramServer) -> None:
    telegram.fault("GetUsers", "FLOOD_WAIT_1")
    person, began = Person(PHONE, CODE), time.monotonic()
    log_in(telegram, person)
    assert time.monotonic() - began >= 1
    assert len(person.waits) >= 2
    assert (0.9 < person.waits[0] <= 1, person.waits[-1]) == (True, 0)


@quickly
@pytest.mark.usefixtures("clock")
def test_waits_of_who_is_logged_in(telegram: TelegramServer) -> None:
    log_in(telegram, Person(PHONE, CODE))
    for method in ("GetConfig", "GetUsers"):
        telegram.fault(method, "FLOOD_WAIT_2")
        telegram.fault(method, "FLOOD_WAIT_5000", at=5)
    person = Person()
    assert log_in(telegram, person) == 1000
    assert person.waits == [2, 1, 0, 2, 1, 0]
    kept = SESSION.read_bytes()
    for _ in range(3):
        with suppress(TelegramError):  # the long wait comes in one of them
            log_in(telegram, person)
    assert {call.error for call in telegram.calls} >= {"FLOOD_WAIT_2", "FLOOD_WAIT_5000"}
    assert SESSION.read_bytes() == kept


# -- a login that ends --------------------------------------------------------------------------------------------------


@quickly
def test_a_login_that_was_ended_elsewhere(telegram: TelegramServer) -> None:
    log_in(telegram, Person(PHONE, CODE))
    telegram.drop_login()
    line = refused(telegram, LoginError, log_in, telegram, Person())
    assert line == "Telegram has ended this login; run the same command to log in again, everything so far is kept"
    assert no_session()
    assert log_in(telegram, Person(PHONE, CODE)) == 1000


@quickly
@pytest.mark.parametrize("error", ["AUTH_KEY_UNREGISTERED", "SESSION_REVOKED", "SESSION_EXPIRED", "USER_DEACTIVATED_BAN", "AUTH_KEY_DUPLICATED"])
def test_a_login_that_ends_in_the_middle(telegram: TelegramServer, error: str) -> None:
    async def ask(client: Client, _session: Session, _user: Any) -> None:
        telegram.fault("GetState", error)
        with telegram_errors(where(telegram)):
            await client(functions.updates.GetStateRequest())

    line = refused(telegram, LoginError, log_in, telegram, Person(PHONE, CODE), then=ask)
    assert line.startswith("Telegram has ended this login (")
    assert no_session()
    assert log_in(telegram, Person(PHONE, CODE)) == 1000


@quickly
@pytest.mark.parametrize("error", ["PREMIUM_CURRENTLY_UNAVAILABLE", "SOMETHING_NEW"])
def test_other_refusals_of_its_kind_end_no_login(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch, error: str) -> None:
    """Telethon takes whatever has the code 406 for a key that is no more."""
    monkeypatch.setitem(__import__("tests.telegram.server", fromlist=["_CODES"])._CODES, "SOMETHING_NEW", 406)

    async def ask(client: Client, _session: Session, _user: Any) -> None:
        telegram.fault("GetState", error)
        with telegram_errors(where(telegram)):
            await client(functions.updates.GetStateRequest())

    assert "Telegram refuses" in refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE), then=ask)
    assert SESSION.exists()


@quickly
def test_a_key_that_is_unknown(telegram: TelegramServer) -> None:
    log_in(telegram, Person(PHONE, CODE))
    telegram.keys.clear()
    line = refused(telegram, LoginError, log_in, telegram, Person())
    assert line.startswith("Telegram has ended this login (the key is unknown there); run the same command to log in again")
    assert no_session()
    assert log_in(telegram, Person(PHONE, CODE)) == 1000


@quickly
def test_a_connection_that_telethon_gives_up(telegram: TelegramServer) -> None:
    """Its requests are cancelled then; nobody has cancelled the work."""

    async def ask(client: Client, _session: Session, _user: Any) -> None:
        telegram.fault("GetState", "DELAY_5")
        asyncio.get_running_loop().call_later(0.1, lambda: given_up.append(asyncio.ensure_future(client.disconnect())))
        with telegram_errors(where(telegram)):
            await client(functions.updates.GetStateRequest())

    given_up: list[Any] = []
    assert "cannot be reached (the connection was lost)" in refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE), then=ask)
    assert SESSION.exists()


@quickly
def test_work_that_is_cancelled_stays_cancelled(telegram: TelegramServer) -> None:
    async def ask(client: Client, _session: Session, _user: Any) -> None:
        telegram.fault("GetState", "DELAY_5")
        task = asyncio.ensure_future(client(functions.updates.GetStateRequest()))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    log_in(telegram, Person(PHONE, CODE), then=ask)


@quickly
def test_an_answer_that_never_comes(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_ANSWERING", 0.3)

    async def ask(client: Client, _session: Session, _user: Any) -> None:
        telegram.fault("GetState", "DELAY_9")
        with telegram_errors(where(telegram)):
            await client(functions.updates.GetStateRequest())

    assert "cannot be reached (no answer)" in refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE), then=ask)


# -- servers that are not there or are something else -------------------------------------------------------------------


@contextmanager
def listening(answer: bytes | None, address: str = "127.0.0.1") -> Iterator[str]:
    """A port at which something else listens: it answers so and closes, or says nothing."""
    with socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET) as server:
        open_ones: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                open_ones.append(connection)
                if answer is not None:
                    connection.recv(9999)
                    connection.sendall(answer)
                    connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield str(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for connection in open_ones:
                connection.close()
            thread.join()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


STRANGER = "answers, but not as the server whose public key twin knows; check [export] public_key and server in twin.toml, then run the same command"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_server(telegram: TelegramServer, host: str) -> None:
    address = f"{host}:{free_port()}"
    line = refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE), at=where(telegram, address=address))
    assert (
        line == f"{address} cannot be reached (no connection); check [export] server in twin.toml, and whether it runs, then run the same command: it goes on"
    )


@quickly
def test_no_server_any_more(telegram: TelegramServer) -> None:
    log_in(telegram, Person(PHONE, CODE))
    kept = SESSION.read_bytes()
    telegram._loop.call_soon_threadsafe(telegram._listening.close)
    assert "cannot be reached (no connection)" in refused(telegram, TelegramError, log_in, telegram, Person())
    assert SESSION.read_bytes() == kept


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"no", b"\x0c\0\0\0\0\0\0\0abcd", b"\xff" * 12, b"\x24\0\0\0\0\0\0\0" + b"\0" * 28]
)
def test_no_mtproto_at_that_port(telegram: TelegramServer, answer: bytes) -> None:
    with listening(answer) as port:
        line = refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE), at=where(telegram, address=f"127.0.0.1:{port}"))
    assert line == f"127.0.0.1:{port} {STRANGER}"


def test_a_port_that_says_nothing(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_CONNECTING", 0.5)
    with listening(None) as port:
        line = refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE), at=where(telegram, address=f"127.0.0.1:{port}"))
    assert line.startswith(f"127.0.0.1:{port} cannot be reached (no answer); check [export] server in twin.toml")


def test_an_address_of_six_bytes_is_no_mistake(telegram: TelegramServer) -> None:
    with listening(b"", "::1") as port:
        line = refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE), at=where(telegram, address=f"[::1]:{port}"))
    assert line == f"[::1]:{port} {STRANGER}"


def test_another_key(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_keys, "_server_keys", {})
    line = refused(telegram, TelegramError, log_in, telegram, Person(PHONE, CODE), at=Server(telegram.address))
    assert line == f"{telegram.address} {STRANGER}"


@quickly
@pytest.mark.parametrize("content", [None, "", "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n", "ssh-rsa AAAA"])
def test_a_key_file_that_cannot_be_used(telegram: TelegramServer, content: str | None) -> None:
    path = Path("wrong.pem")
    if content is not None:
        path.write_text(content)
    line = refused(telegram, ConfigError, log_in, telegram, Person(PHONE, CODE), at=Server(telegram.address, path))
    assert line.startswith("[export] public_key = 'wrong.pem' ")
    assert ("cannot be read (No such file or directory); give the path" if content is None else "is no RSA public key in PEM form") in line


# -- logging out --------------------------------------------------------------------------------------------------------


@quickly
def test_logout(telegram: TelegramServer) -> None:
    log_in(telegram, Person(PHONE, CODE))
    assert end_login(telegram) is True
    assert (telegram.authorized, no_session()) == (0, True)
    assert end_login(telegram) is False


@quickly
def test_logout_where_the_server_is_not_there(telegram: TelegramServer) -> None:
    log_in(telegram, Person(PHONE, CODE))
    kept = SESSION.read_bytes()
    telegram._loop.call_soon_threadsafe(telegram._listening.close)
    assert "cannot be reached" in refused(telegram, TelegramError, end_login, telegram)
    assert SESSION.read_bytes() == kept


@quickly
@pytest.mark.parametrize("error", ["FLOOD_WAIT_9", "FLOOD_WAIT_7200", "METHOD_INVALID"])
def test_logout_that_is_refused(telegram: TelegramServer, error: str) -> None:
    """The login is still there: so must be the file, and nobody sits before a wait that is not shown."""
    log_in(telegram, Person(PHONE, CODE))
    telegram.fault("LogOut", error)
    refused(telegram, TelegramError, end_login, telegram)
    assert (telegram.authorized, SESSION.exists()) == (1, True)
    assert end_login(telegram) is True
    assert telegram.authorized == 0


@quickly
@pytest.mark.parametrize("ending", [TelegramServer.drop_login, lambda server: server.keys.clear(), lambda server: server.fault("LogOut", "SESSION_REVOKED")])
def test_logout_of_what_has_ended(telegram: TelegramServer, ending: Callable[[TelegramServer], None]) -> None:
    log_in(telegram, Person(PHONE, CODE))
    ending(telegram)
    assert end_login(telegram) is True
    assert no_session()


# -- a disk that is full, and what must not be shown --------------------------------------------------------------------


@quickly
def test_a_login_that_cannot_be_stored_is_ended(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as raised:
        log_in(telegram, Person(PHONE, CODE))
    assert raised.value.errno == errno.ENOSPC
    assert (telegram.authorized, no_session()) == (0, True)


@quickly
def test_what_stands_in_values(telegram: TelegramServer) -> None:
    telegram.world.password = PASSWORD
    credentials = known(phone=PHONE, code=CODE, password=PASSWORD)
    shown: list[str] = [repr(credentials)]

    async def look() -> None:
        async with opened(SESSION, where(telegram), credentials, Person().dialogue) as account:
            await account.begin_takeout(lambda _line: None)
            shown.extend(map(repr, (account, account._client, account._session, account._session.application, account._server, account._client.session)))
            shown.extend(map(str, (account, account._client, account._session)))
            await account.end_takeout()

    run(look())
    assert leaks(telegram, "\n".join(shown)) == []
    assert leaks(telegram, SESSION.read_text()) != []  # those that the session has are looked for in the right forms


@quickly
def test_a_server_that_is_another(telegram: TelegramServer) -> None:
    async def go() -> None:
        session = Session(SESSION, telegram.address)
        session.application = None
        async with connected(session, _application(), where(telegram)) as client:
            assert await client.get_me() is None
        with pytest.raises(ValueError, match="either somebody is logged in"):
            session.store()

    run(go())
    assert no_session()


def _application() -> Any:
    from twin.telegram.session import Application

    return Application(int(API_ID), API_HASH)
