"""A test server, and a watch over what must never be seen or left behind. Nothing here happens unless a test asks for it."""

import gc
import logging
import os
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from telethon.crypto import AuthKey

from tests.telegram import mtproto, person
from tests.telegram.server import TelegramServer
from tests.telegram.world import World


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramServer]:
    """A server of an account whose secrets are no words of anything else; retries and floods are not slept through."""
    monkeypatch.setattr("twin.telegram.client._RETRY_DELAY", 0)
    world = World()
    world.phone, world.code = "+447700900123", "8151623"
    world.me.phone = world.phone.lstrip("+")
    with TelegramServer(world) as server:
        yield server


@pytest.fixture
def quick_keys(telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key comes about without its exchange, which takes a tenth of a second; the tests that do without this fixture go through that."""

    async def agree(_sender: object) -> tuple[AuthKey, int]:
        key = AuthKey(os.urandom(256))
        telegram.keys[key.key_id] = mtproto.Key(key, 1)
        return key, round(telegram.now() - time.time())

    monkeypatch.setattr("telethon.network.authenticator.do_authentication", agree)


@pytest.fixture
def watched(telegram: TelegramServer, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """No secret in any log or output, and nothing left running or unanswered."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    loggers = {name: logging.getLogger(name) for name in ("", "telethon", "twin", "asyncio")}
    levels = {name: logger.level for name, logger in loggers.items()}
    for logger in loggers.values():
        logger.setLevel(logging.DEBUG)
    loggers[""].addHandler(handler)
    threads = set(threading.enumerate())
    gc.freeze()  # to look through all of Telethon each time takes longer than most tests
    try:
        yield
        gc.collect()  # a task or a future whose error nobody has seen says so when it goes
    finally:
        gc.unfreeze()
        loggers[""].removeHandler(handler)
        for name, logger in loggers.items():
            logger.setLevel(levels[name])
    told = [f"{record.name} {record.getMessage()} {record.args!r} {record.exc_info!r}" for record in records]
    shown = capfd.readouterr()
    assert person.leaks(telegram, "\n".join([*told, shown.out, shown.err])) == []
    assert [line for line, record in zip(told, records, strict=True) if record.levelno >= logging.WARNING] == []
    assert {thread for thread in threading.enumerate() if not thread.daemon} <= threads


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long Telethon would have slept before it asked again."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("telethon.client.users.asyncio", SimpleNamespace(sleep=sleep))
    return slept
