"""A person at the prompts of a login, and what they and their program must not give away."""

import asyncio
import traceback
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.telegram.server import TelegramServer
from twin.errors import LoginError, TwinError
from twin.telegram.client import Server
from twin.telegram.login import Credentials, Dialogue, log_out, logged_in

API_ID, API_HASH = "24601", "0123456789abcdef0123456789abcdef"
SESSION = Path("telegram.session")
TAKEOUT = 5551234567890123
Answer = str | Callable[[], str] | None


class Person:
    """Gives these answers, one to a question, and then none; keeps what was asked and said."""

    def __init__(self, *answers: Answer, hears: Callable[[str], object] = lambda _line: None) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, bool]] = []
        self.said: list[str] = []
        self.waits: list[float] = []
        self._hears = hears

    @property
    def dialogue(self) -> Dialogue:
        return Dialogue(self._ask, self._say, self.waits.append)

    def _ask(self, question: str, secret: bool) -> str | None:
        self.asked.append((question, secret))
        answer = self.answers.pop(0) if self.answers else None
        return answer() if callable(answer) else answer

    def _say(self, line: str) -> None:
        self.said.append(line)
        self._hears(line)

    @property
    def questions(self) -> list[str]:
        return [question for question, _secret in self.asked]


def where(server: TelegramServer, **more: Any) -> Server:
    key = Path("server.pem")
    if not key.exists():
        key.write_text(server.public_key)
    return replace(Server(server.address, key, patience=30.0), **more)


def known(**more: Any) -> Credentials:
    """What is known beforehand: the application, and what else is given."""
    return Credentials(**{"api_id": API_ID, "api_hash": API_HASH} | more)


def run(work: Coroutine[Any, Any, Any], *, limit: float = 15.0) -> Any:
    """Runs to its end, and fails where that takes too long."""

    async def limited() -> Any:
        return await asyncio.wait_for(work, limit)

    return asyncio.run(limited())


def log_in(
    server: TelegramServer, person: Person, credentials: Credentials | None = None, *, at: Server | None = None, then: Callable[..., Any] | None = None
) -> Any:
    """Logs in; returns the person's id, or what `then(client, session, user)` does."""

    async def go() -> Any:
        async with logged_in(SESSION, at or where(server), credentials or known(), person.dialogue) as (client, session, user):
            return await then(client, session, user) if then else user.id

    return run(go())


def end_login(server: TelegramServer, **more: Any) -> bool:
    done: bool = run(log_out(SESSION, where(server, **more)))
    return done


def refused(server: TelegramServer, kind: type[TwinError], work: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    """The line of the error that it ends with; neither that nor its traceback has a secret."""
    with pytest.raises(kind) as raised:
        work(*arguments, **more)
    assert isinstance(raised.value, kind)
    assert kind is LoginError or not isinstance(raised.value, LoginError)
    line = str(raised.value)
    assert "\n" not in line
    assert "caused by" not in line
    assert leaks(server, "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(raised.value.args)) == []
    return line


def leaks(server: TelegramServer, text: str) -> list[str]:
    """The names of the secrets that stand in a text."""
    world = server.world
    secrets = {"api_hash": API_HASH, "phone": world.phone.lstrip("+"), "code": world.code, "takeout": str(TAKEOUT)}
    if world.password:
        secrets["password"] = world.password
    secrets |= {f"takeout {number}": str(number) for number in server._takeouts}
    for number, key in enumerate(server.keys.values()):
        raw = key.auth.key
        forms = {"hex": raw.hex(), "base64": b64encode(raw).decode(), "urlsafe": urlsafe_b64encode(raw).decode(), "bytes": repr(raw)[2:-1]}
        secrets |= {f"key {number} {form}": value[10:60] for form, value in forms.items()}
    return [name for name, secret in secrets.items() if secret in text]
