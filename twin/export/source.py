"""One file to import, wherever it lies: on disk by itself or inside a zip. The readers of the formats know nothing else of files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read from its beginning as often as needed.

    Attributes:
        name: How errors and progress call it ("Telegram/result.json", "chat.zip/_chat.txt").
        size: Its bytes, unpacked.
        open: Opens it for reading, in binary mode.
    """

    name: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]
