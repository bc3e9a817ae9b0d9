r"""Reads a JSON document piece by piece, so that memory does not grow with the file.

`JsonStream` walks objects and arrays one member at a time; the caller decides which members to take whole (`value`), which to
walk further (`members`, `items`), and which array to take in lists of items (`records`), as many at once as a piece of the file
holds. Values are parsed by the standard library's scanner, after two mistakes of Telegram Desktop's writer are put right: control
characters written `\x0B`, and the `document_id` without quotes of 4.1. Lists of items are parsed by orjson, five times as fast;
what it refuses, the scanner reads one by one, so that a mistake is put right or named in the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import IO, Any

import orjson

from twin.errors import ExportFileError

_CHUNK = 1 << 16
"""Bytes read at once; the records of larger pieces leave the processor's cache before they are used, and take longer."""
_ATTEMPTS = 4
"""How often an end is looked for in a piece: in a file without indentation, what parts two items may part those of an inner list too."""
_WINDOW = 1 << 12
"""Bytes in which a single value is looked for first."""
_LONGEST_VALUE = 1 << 28
"""Bytes that one value may have; a file that seems to hold more is broken."""
_SPACE = re.compile(rb"[ \t\r\n]*")
_ITEM = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"[^"\\]*"')
"""How an item begins: up to the end of its first key."""
_DECODER = json.JSONDecoder()
_MISTAKE = re.compile(rb'\\(?:x([0-9A-Fa-f]{2})|.)|(?<="document_id": )([^"\s,\]}]+)(?=[\s,\]}])', re.DOTALL)
"""A control character or a bare document id; any other escape is matched too, so that `\\\\x0B` stays what it is."""
_MARK = b"\xef\xbb\xbf"
"""The byte order mark that some editors put before UTF-8."""


class JsonStream:
    """One pass over a JSON file.

    Args:
        file: The file, opened in binary mode.
        name: What errors call it.
        progress: Called with the number of bytes read so far.

    Raises:
        ExportFileError: From any method, when the text is not JSON; names the byte offset.
    """

    def __init__(self, file: IO[bytes], name: str, progress: Callable[[int], None] = lambda _done: None) -> None:
        self._file = file
        self._name = name
        self._progress = progress
        self._read = 0
        self._buffer = b""
        self._at = 0
        self._start = 0  # offset in the file of self._buffer[0]
        self._ended = False
        self.place = ""
        """What is being read, for errors: the caller sets it ("chat Anna, after message 17")."""
        self.skipped = b""
        """What the last `search` passed over; of much, only the beginning is sure to be there."""
        self._fill()
        if self._buffer.startswith(_MARK):
            self._at = len(_MARK)

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here. After each, take its value before asking for the next."""
        self._expect(b"{")
        if self._peek() == b"}":
            self._at += 1
            return
        while True:
            if self._peek() != b'"':
                raise self._error("expected a key")
            key: str = self.value()
            self._expect(b":")
            yield key
            if self._comma_or(b"}"):
                return

    def items(self) -> Iterator[None]:
        """Yields once before each item of the array that begins here. Take the item before asking for the next."""
        self._expect(b"[")
        if self._peek() == b"]":
            self._at += 1
            return
        while True:
            yield
            if self._comma_or(b"]"):
                return

    def records(self) -> Iterator[list[Any]]:
        """The items of the array that begins here, in lists of at least one."""
        careful_until, separator = 0, b""
        for _ in self.items():
            taken = self._several(separator) if separator and self._start + self._at >= careful_until else []
            if not taken:
                if separator:  # what was refused at once is not tried again at its next item
                    careful_until = max(careful_until, self._start + len(self._buffer))
                taken = [self.value()]
            yield taken
            separator = separator or self._separator()

    def value(self) -> Any:
        """The whole value that begins here."""
        self._peek()
        size = _WINDOW
        while True:
            complete = self._ended and self._at + size >= len(self._buffer)
            text = self._text(self._at, self._at + size)
            try:
                value, end = _DECODER.raw_decode(text)
            except json.JSONDecodeError as error:
                if self._repair():
                    continue
                cut = error.pos > len(text) - 16 or error.msg.startswith("Unterminated string")  # it may go on after this piece
                if complete or not cut or size > _LONGEST_VALUE:
                    raise self._error(error.msg, len(text[: error.pos].encode())) from None
            except RecursionError:
                raise self._error("nested too deeply") from None
            except ValueError:  # Python reads no number of more than 4300 digits
                raise self._error("a number is too long") from None
            else:
                if end + 3 <= len(text) or complete:  # a number could go on in the next piece, "1" with "e-5"
                    self._at += len(text[:end].encode())
                    return value
            size *= 2
            while not self._ended and len(self._buffer) - self._at < size:
                self._fill()

    def search(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Moves to the next match of a pattern, at most 4 KiB long, or to the end; `skipped` is then what was passed over."""
        self.skipped = b""
        while True:
            match = pattern.search(self._buffer, self._at)
            # one that begins near the end of this piece may be part of a longer one
            if match and (self._ended or match.start() + _WINDOW <= len(self._buffer)):
                self._pass(match.start())
                return match
            self._pass(max(self._at, len(self._buffer) - (0 if self._ended else _WINDOW)) if match is None else match.start())
            if self._ended:
                return None
            self._fill()

    def skip(self, count: int) -> None:
        """Moves on by so many bytes, which a match has shown to be there."""
        self._at += count

    def _pass(self, to: int) -> None:
        if len(self.skipped) < _WINDOW:
            self.skipped += self._buffer[self._at : to]
        self._at = to

    def end(self) -> None:
        """Raises unless nothing but white space follows."""
        if self._peek(required=False):
            raise self._error("expected the end of the file")

    def next_is_object(self) -> bool:
        """Whether the value that begins here is an object."""
        return self._peek() == b"{"

    def next_is_array(self) -> bool:
        """Whether the value that begins here is an array."""
        return self._peek() == b"["

    def _separator(self) -> bytes:
        """What stands between this item, whose end we are at, and the next, up to its first key; empty where that cannot be told."""
        if self._peek() != b",":
            return b""
        if not self._ended and len(self._buffer) - self._at < _WINDOW:
            self._fill()
        match = _ITEM.match(self._buffer, self._at + 1)
        return self._buffer[self._at : match.end()] if match else b""

    def _several(self, separator: bytes) -> list[Any]:
        """As many items as the piece at hand holds, if they are right as they stand.

        They are taken up to the last separator. That it is one, and no part of a string or of an inner list, is known from what
        comes before it being a valid list when it is closed there.
        """
        if not self._ended and len(self._buffer) - self._at < _CHUNK:
            self._fill()
        cut = len(self._buffer)
        for _ in range(_ATTEMPTS):
            found = self._buffer.rfind(separator, self._at, cut)
            cut = found if found >= 0 else cut
            items = b"[" + self._buffer[self._at : cut] + b"]"
            try:
                taken: list[Any] = orjson.loads(items)
            except orjson.JSONDecodeError as error:
                if not error.msg.startswith("unexpected content after"):
                    if found < 0:
                        break
                    continue
                # the array ends before the cut
                closed = len(items.decode()[: error.pos].encode())
                items = items[: items.rindex(b"]", 0, closed) + 1]
                cut = self._at + len(items) - 2
                taken = orjson.loads(items)
            else:
                if found < 0 and not items[:-1].rstrip().endswith(b"}"):
                    break  # a number that this piece cuts would be another one
            self._at = cut
            return taken
        return []

    def _repair(self) -> bool:
        """Puts the writer's mistakes right in the piece at hand, which begins outside of any string; whether there were any."""

        def right(match: re.Match[bytes]) -> bytes:
            if match[1]:
                return b"\\u00" + match[1]
            return b'"' + match[2] + b'"' if match[2] else match[0]

        broken = self._buffer[self._at :]
        repaired = _MISTAKE.sub(right, broken)
        self._start -= len(repaired) - len(broken)  # so that offsets after this piece are the file's again
        self._buffer = self._buffer[: self._at] + repaired
        return repaired != broken

    def _text(self, begin: int, end: int) -> str:
        """A piece of the buffer as text, without a character that the end cuts."""
        piece = self._buffer[begin:end]
        try:
            return piece.decode()
        except UnicodeDecodeError as error:
            if error.start < len(piece) - 3 or (self._ended and end >= len(self._buffer)):
                raise ExportFileError(
                    f"{self._name}: not UTF-8 at byte {self._start + begin + error.start:,}{self._where()}; export it again from Telegram Desktop as JSON"
                ) from None
            return piece[: error.start].decode()

    def _peek(self, *, required: bool = True) -> bytes:
        while True:
            self._at = _SPACE.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if self._ended:
                if required:
                    raise self._error("the file ends too early")
                return b""
            self._fill()

    def _expect(self, character: bytes) -> None:
        if self._peek() != character:
            raise self._error(f"expected {character.decode()}")
        self._at += 1

    def _comma_or(self, closing: bytes) -> bool:
        following = self._peek()
        if following not in (b",", closing):
            raise self._error(f"expected , or {closing.decode()}")
        self._at += 1
        return following == closing

    def _fill(self) -> None:
        chunk = self._file.read(max(_CHUNK, len(self._buffer) - self._at))  # doubling keeps long values linear
        self._read += len(chunk)
        self._progress(self._read)
        self._ended = not chunk
        self._start += self._at
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0

    def _error(self, reason: str, after: int = 0) -> ExportFileError:
        offset = self._start + self._at + after
        return ExportFileError(
            f"{self._name}: not valid JSON at byte {offset:,}{self._where()}: {reason.lower()}; export it again from Telegram Desktop as JSON,"
            " or take what can be read with --salvage"
        )

    def _where(self) -> str:
        return f" ({self.place})" if self.place else ""
