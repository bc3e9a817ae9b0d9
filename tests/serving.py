"""A web application on a free port of this machine, served in a thread, and the requests of its API's clients."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from twin.chat.engine import Engine
from twin.chat.people import Told

TOKEN = "a-token-made-up-for-tests"
PATIENCE = 60


class Watched(Engine):
    """The real engine, which keeps what it was asked, and does what it is told: "say it twice", "forever", "forever, but broken".

    Attributes:
        asked: Turns, contact, sampling and voice of each request.
        endless: How many replies without an end there are now.
        failures: What it raises instead of an answer to a message.
        gate: Nothing is answered while it is closed, and nobody is asked whether they still want it.
    """

    def __init__(self, run: Path) -> None:
        super().__init__(run)
        self.asked: list[tuple[Any, ...]] = []
        self.endless = 0
        self.failures: dict[str, Exception] = {}
        self.gate = threading.Event()
        self.gate.set()

    def reply(self, turns, contact, sampling, *, voice=None, memories=(), stopped=lambda: False):
        self.asked.append((list(turns), contact, sampling, voice))
        assert self.gate.wait(PATIENCE)
        last = turns[-1].bubbles[-1]
        if last in self.failures:
            raise self.failures[last]
        rounds = 2 if last == "say it twice" else 1_000_000 if last.startswith("forever") else 1
        said: tuple[str, ...] = ()
        self.endless += rounds > 2
        try:
            for _ in range(rounds):
                told = Told(super().reply(turns, contact, sampling, voice=voice, memories=memories, stopped=stopped))
                for bubbles in told:
                    yield said + bubbles
                said += bubbles
                if last == "forever, but broken":
                    raise RuntimeError("out of memory: 8 GB")
                if stopped():
                    break
            return told.ended
        finally:
            self.endless -= rounds > 2


@contextmanager
def serving(app: Any, *, log_level: str = "critical") -> Iterator[str]:
    """Its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level=log_level, access_log=False, ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "it did not start"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def client(address: str, token: str = TOKEN) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False, headers={"authorization": f"Bearer {token}"} if token else {})


def asking(text: str = "hello there", **more: Any) -> dict[str, Any]:
    """A request that is soon answered."""
    return {"model": "twin", "messages": [{"role": "user", "content": text}], "max_tokens": 6, "seed": 1} | more


def soon(condition: Callable[[], bool]) -> None:
    """Waits until something holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
