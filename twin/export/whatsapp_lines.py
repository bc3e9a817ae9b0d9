"""The lines of WhatsApp's exported chat -> records: a stamp, and everything up to the next stamp.

    12/31/23, 9:41 PM - Anna: text           Android
    [31.12.23, 21:41:05] Anna: text          iOS

A line without a stamp goes on with the record before it. A file keeps to the form of its first stamp, so that a line of the other
form is text that somebody pasted. Not here: what a stamp means (whatsapp_dates.py), what a record says (whatsapp_content.py).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple
from zipfile import BadZipFile

from twin.errors import ExportFileError
from twin.export.source import Source

_CHUNK = 1 << 18
_LONGEST = 1 << 20
"""Bytes of a record. WhatsApp's messages have at most 65,536 characters; with a bound, memory does not grow with a file that has no lines."""
_HEAD_LINES = 200
MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
"""Invisible: directions of writing, and the byte order mark. The inside of a character class."""
MORNING = ("am", "vorm", "πμ", "öö", "дп", "上午", "오전", "sa", "ص")
EVENING = ("pm", "nachm", "μμ", "ös", "пп", "下午", "오후", "ch", "م")
_HALF = "(?i:" + "|".join(r"\.?[\s]?".join(word) + r"\.?" for word in MORNING + EVENING) + ")"
_DATE = r"(?:\d{4}(?P<y>[./-])\s?\d{1,2}(?P=y)\s?\d{1,2}\.?|\d{1,2}(?P<d>[./-])\s?\d{1,2}(?P=d)\s?(?:\d{4}|\d{2})\.?)"
_TIME = rf"(?:{_HALF}\s?)?\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?:\s?{_HALF})?"
# a word may stand before the time: "31/12/2023 à 21:41"
_STAMP = rf"(?P<stamp>{_DATE}[,،]?\s(?:[^\W\d]{{1,4}}\.?\s)?{_TIME})"
_ANDROID = re.compile(rf"[{MARKS}]*{_STAMP}\s[-–]\s(?P<rest>.*)", re.DOTALL)
_IOS = re.compile(rf"[{MARKS}]*\[{_STAMP}\]\s?(?P<rest>.*)", re.DOTALL)
_NAMED = re.compile(r"(?P<name>[^\n]{1,200}?):(?:\s|$)")
_LOG_LEVELS = frozenset({"debug", "info", "notice", "warn", "warning", "error", "critical", "fatal", "trace"})


class Record(NamedTuple):
    """One stamp and what follows it.

    Attributes:
        offset: Of its first byte in the file.
        stamp: Date and time as written; "" for what stands before the first stamp.
        body: "Anna: text", or a notice without a name; of all its lines.
        ios: Whether the stamp stands in brackets.
        damaged: Not all of it could be read (only where a file is salvaged).
    """

    offset: int
    stamp: str
    body: str
    ios: bool = False
    damaged: bool = False


def recognises(head: bytes) -> bool:
    """Whether a file that begins with these bytes is WhatsApp's exported chat: a stamp with a name after it is among its first lines."""
    if b"\0" in head:
        return False
    lines = head.decode("utf-8", "replace").split("\n")[:_HEAD_LINES]
    matches = [match for line in lines if (match := _ANDROID.match(line) or _IOS.match(line))]
    names = {match["name"].strip().casefold() for found in matches if (match := _NAMED.match(found["rest"]))}
    return bool(names - _LOG_LEVELS)  # a program's log has much the same form


def read_records(source: Source, *, salvage: bool = False, progress: Callable[[int], None] = lambda _done: None) -> Iterator[Record]:
    """The records of a file, read as they are asked for.

    Args:
        source: The file.
        salvage: Give what cannot be read as damaged records, instead of an error.
        progress: Called with the bytes read so far.

    Raises:
        ExportFileError: It cannot be read, is not UTF-8, does not begin with a stamp, or a record is too long for a message.
    """
    pattern: re.Pattern[str] | None = None
    record = Record(0, "", "")
    parts: list[str] = []
    size, damaged = 0, False
    for offset, raw in _lines(source, progress):
        line, readable = _decoded(source, offset, raw, salvage)
        if pattern is None:
            pattern = next((form for form in (_ANDROID, _IOS) if form.match(line)), None)
            if pattern is None:
                if line.strip("\ufeff\u200e \t"):
                    if not salvage:
                        raise ExportFileError(
                            f"{source.name} does not begin with a dated message: byte {offset} has {line[:40]!r}; import the file as WhatsApp exported it"
                        )
                    yield Record(offset, "", "", damaged=True)
                continue
        match = pattern.match(line)
        if match is None:
            size += len(raw)
            if size > _LONGEST:
                if not salvage:
                    raise ExportFileError(f"{source.name}: the message at byte {record.offset} is longer than any of WhatsApp's; export the chat again")
                damaged, line = True, ""
            damaged = damaged or not readable
            parts.append(line) if not damaged else parts.clear()
            continue
        if record.stamp:
            yield _whole(record, parts, damaged)
        record = Record(offset, match["stamp"], match["rest"], pattern is _IOS)
        parts, size, damaged = [], len(raw), not readable
    if record.stamp:
        yield _whole(record, parts, damaged)


def _whole(record: Record, parts: list[str], damaged: bool) -> Record:
    return record._replace(body="\n".join([record.body, *parts]), damaged=damaged) if parts or damaged else record


def _decoded(source: Source, offset: int, raw: bytes, salvage: bool) -> tuple[str, bool]:
    """A line's text, and whether all of it could be read."""
    if len(raw) > _LONGEST and not salvage:
        raise ExportFileError(f"{source.name}: the line at byte {offset} is longer than any of WhatsApp's; export the chat again")
    try:
        return raw.decode().replace("\0", "\ufffd"), True
    except UnicodeDecodeError as error:
        if salvage:
            return raw.decode("utf-8", "replace").replace("\0", "\ufffd"), False
        raise ExportFileError(
            f"{source.name} is not UTF-8: byte {offset + error.start} is {raw[error.start]:#04x}; import the file as WhatsApp exported it"
        ) from None


def _lines(source: Source, progress: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    """Lines without their ends, with the offset of each; a line beyond the longest record is given in pieces."""
    offset, rest = 0, b""
    with source.open() as file:
        while chunk := _read(source, file):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield offset, line.removesuffix(b"\r")
                offset += len(line) + 1
            if len(rest) > _LONGEST:
                yield offset, rest
                offset, rest = offset + len(rest), b""
            progress(offset + len(rest))
    if rest:
        yield offset, rest.removesuffix(b"\r")


def _read(source: Source, file: IO[bytes]) -> bytes:
    try:
        return file.read(_CHUNK)
    except (OSError, EOFError, BadZipFile, zlib.error) as error:
        raise ExportFileError(f"{source.name} cannot be read: {error}; copy or export it again") from error
