"""Who of the API's clients is answered now and who waits, when an answer ends, and where its text stops. Not here: anything of HTTP (api.py)."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

from twin.chat.asked import Refused
from twin.chat.people import Ended

T = TypeVar("T")


class Call:
    """A request that is being answered: how far it is, and when it is to end.

    Args:
        seconds: How long it may take.
        grace: Seconds beyond that in which its last token may come.

    Attributes:
        finish: How it ended, in OpenAI's word.
        ended: The same in the engine's, with the tokens; None until then.
    """

    def __init__(self, seconds: float, grace: float) -> None:
        self.patience = seconds + grace
        self.id = f"chatcmpl-{secrets.token_hex(12)}"
        self.created = int(time.time())
        self.finish: Literal["stop", "length"] = "stop"
        self.ended: Ended | None = None
        self._end = time.monotonic() + seconds
        self._gone = threading.Event()

    @property
    def late(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() > self._end

    def leave(self) -> None:
        """Nobody waits for more of it."""
        self._gone.set()

    def over(self) -> bool:
        """Whether there is nothing more to do."""
        return self._gone.is_set() or self.late


class Desk:
    """Who is answered now and who waits.

    Args:
        active: How many are answered at once, each in a thread of its own.
        waiting: How many more may wait.
    """

    def __init__(self, active: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(active, thread_name_prefix="reply")
        self._places = threading.BoundedSemaphore(active + waiting)

    async def steps(self, work: Callable[[], Iterator[T]]) -> AsyncGenerator[T]:
        """What `work` yields in a thread, once its turn has come. Raises Refused: too many wait already."""
        if not self._places.acquire(blocking=False):
            raise Refused(429, "too many requests are waiting; ask again", "busy", retry=5)
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[T | None] = asyncio.Queue()

        def run() -> None:
            try:
                for step in work():
                    loop.call_soon_threadsafe(queue.put_nowait, step)
            finally:
                self._places.release()
                loop.call_soon_threadsafe(queue.put_nowait, None)

        future = self._pool.submit(run)
        while (step := await queue.get()) is not None:
            yield step
        await asyncio.wrap_future(future)  # raises what work has raised


def until(text: str, stops: Sequence[str]) -> tuple[str, bool]:
    """A text up to the first of some stops, and whether there is one."""
    ends = [place for stop in stops if (place := text.find(stop)) >= 0]
    return (text[: min(ends)].rstrip(), True) if ends else (text, False)


def settled(text: str, stops: Sequence[str]) -> str:
    """A text without the end of it that may be the beginning of a stop."""
    unsure = max((size for stop in stops for size in range(1, len(stop)) if text.endswith(stop[:size])), default=0)
    return text[: len(text) - unsure].rstrip() if unsure else text
