r"""Reads a JSON document piece by piece, so that memory does not grow with the file.

`JsonStream` walks objects and arrays one member at a time; the caller decides which members to take whole (`value`) and
which to walk further (`members`, `items`). Values are parsed by the standard library's scanner, after two mistakes of
Telegram Desktop's writer are put right: control characters written `\x0B`, and the `document_id` without quotes of 4.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from twin.errors import ExportFileError

_CHUNK = 1 << 20
_LONGEST_VALUE = 1 << 28
"""Characters that one member taken whole may have; a file that seems to hold more is broken."""
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_MISTAKE = re.compile(r'\\(?:x([0-9A-Fa-f]{2})|.)|(?<="document_id": )([^"\s,\]}]+)(?=[\s,\]}])', re.DOTALL)
"""A control character or a bare document id; any other escape is matched too, so that `\\\\x0B` stays what it is."""


class JsonStream:
    """One pass over a JSON file.

    Args:
        file: The file, opened in binary mode.
        path: Its name, for errors.
        progress: Called with the number of bytes read so far.

    Raises:
        ExportFileError: From any method, when the text is not JSON; names the byte offset.
    """

    def __init__(self, file: IO[bytes], path: Path, progress: Callable[[int], None] = lambda _done: None) -> None:
        self._file = file
        self._path = path
        self._progress = progress
        self._text = ""
        self._at = 0
        self._start = 0  # byte offset of self._text[0]
        self._read = 0
        self._tail = b""  # bytes of a character that the last chunk cut
        self._ended = False
        self.place = ""
        """What is being read, for errors: the caller sets it ("chat Anna, after message 17")."""

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here. After each, take its value before asking for the next."""
        self._expect("{")
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            if self._peek() != '"':
                raise self._error("expected a key")
            key: str = self.value()
            self._expect(":")
            yield key
            if self._comma_or("}"):
                return

    def items(self) -> Iterator[None]:
        """Yields once before each item of the array that begins here. Take the item before asking for the next."""
        self._expect("[")
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield
            if self._comma_or("]"):
                return

    def value(self) -> Any:
        """The whole value that begins here."""
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._repair():
                    continue
                if self._ended or len(self._text) - self._at > _LONGEST_VALUE:
                    raise self._error(error.msg, error.pos) from None
            except RecursionError:
                raise self._error("nested too deeply") from None
            except ValueError:  # Python reads no number of more than 4300 digits
                raise self._error("a number is too long") from None
            else:
                if end + 3 <= len(self._text) or self._ended:  # a number could go on in the next chunk, "1" with "e-5"
                    self._at = end
                    return value
            self._fill()

    def end(self) -> None:
        """Raises unless nothing but white space follows."""
        if self._peek(required=False):
            raise self._error("expected the end of the file")

    def next_is_object(self) -> bool:
        """Whether the value that begins here is an object."""
        return self._peek() == "{"

    def next_is_array(self) -> bool:
        """Whether the value that begins here is an array."""
        return self._peek() == "["

    def _repair(self) -> bool:
        """Puts the writer's mistakes right in the text at hand, which begins outside of any string; whether there were any."""

        def right(match: re.Match[str]) -> str:
            if match[1]:
                return f"\\u00{match[1]}"
            return f'"{match[2]}"' if match[2] else match[0]

        broken = self._text[self._at :]
        repaired = _MISTAKE.sub(right, broken)
        self._start -= len(repaired) - len(broken)  # so that offsets after this text are the file's again
        self._text = self._text[: self._at] + repaired
        return repaired != broken

    def _peek(self, *, required: bool = True) -> str:
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                if required:
                    raise self._error("the file ends too early")
                return ""
            self._fill()

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise self._error(f"expected {character}")
        self._at += 1

    def _comma_or(self, closing: str) -> bool:
        following = self._peek()
        if following not in (",", closing):
            raise self._error(f"expected , or {closing}")
        self._at += 1
        return following == closing

    def _fill(self) -> None:
        chunk = self._file.read(max(_CHUNK, len(self._text) - self._at))  # doubling keeps long values linear
        self._read += len(chunk)
        self._progress(self._read)
        self._ended = not chunk
        raw = self._tail + chunk
        try:
            fresh, self._tail = raw.decode(), b""
        except UnicodeDecodeError as error:
            if self._ended or error.start < len(raw) - 3:
                raise ExportFileError(
                    f"{self._path}: not UTF-8 at byte {self._read - len(raw) + error.start:,}{self._where()}; export it again from Telegram Desktop as JSON"
                ) from None
            fresh, self._tail = raw[: error.start].decode(), raw[error.start :]
        self._start += len(self._text[: self._at].encode())
        self._text = self._text[self._at :] + fresh
        self._at = 0

    def _error(self, reason: str, position: int | None = None) -> ExportFileError:
        offset = self._start + len(self._text[: self._at if position is None else position].encode())
        return ExportFileError(
            f"{self._path}: not valid JSON at byte {offset:,}{self._where()}: {reason.lower()}; export it again from Telegram Desktop as JSON"
        )

    def _where(self) -> str:
        return f" ({self.place})" if self.place else ""
