"""`twin import PATH...`: finds the exports in files, folders and zips, recognises their format by content, and brings them into history.

All of them or none: one transaction. A file that history has already read to its end is known by its digest and not read again.
Not here: what stands in a file of a format (desktop.py, whatsapp.py).
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, cast

from twin.errors import ExportFileError, UnknownPersonError
from twin.export import desktop, whatsapp
from twin.export.imported import Imported
from twin.export.source import Source
from twin.history import History, Stored

_FORMATS = ((desktop.recognises, desktop.import_desktop), (whatsapp.recognises, whatsapp.import_whatsapp))
"""For each format, whether a file that begins so is one, and what brings it into history. Order matters only where two would recognise a file."""
_NAME = "result.json"
"""What Telegram Desktop calls its export."""
_HEAD = 1 << 16
"""Bytes from which a format is recognised."""
_READING = 2
"""To be raised when a format learns to read more: files that history knows are then read again."""

Progress = Callable[[int, int], None]


def import_exports(
    paths: Sequence[Path], history: History, *, me: str | None = None, salvage: bool = False, progress: Progress = lambda _done, _total: None
) -> Imported:
    """Brings exports into history, all of them or none.

    Args:
        paths: Files, zips, and folders in which exports lie.
        history: Where they go.
        me: Who the person is, where an export does not say.
        salvage: Take what can be read of a broken file, and count the rest.
        progress: Called with the bytes read and the bytes there are, of all files together.

    Raises:
        ExportFileError: There is no export, or one cannot be read; names the file.
        UnknownPersonError: Nothing says who the person is; the candidates are in the message.
        HistoryError: The history is another person's, or cannot be written.
    """
    with history.transaction():
        return _import_all([source for path in paths for source in sources(path)], history, me, salvage, progress)


def sources(path: Path) -> list[Source]:
    """The exports at a path: the file itself, those in a zip, or those in a folder. Raises ExportFileError when there is none."""
    with _reading(str(path)):
        if path.is_dir():
            found = list(_in_folder(path))
        elif zipfile.is_zipfile(path):
            found = list(_in_zip(path))
        else:
            return [_on_disk(path)]
    if not found:
        raise ExportFileError(f"{path} holds no export (no result.json, no exported WhatsApp chat); export from Telegram Desktop as JSON, not HTML")
    return found


def _import_all(waiting: list[Source], history: History, me: str | None, salvage: bool, progress: Progress) -> Imported:
    total, done, size = Imported(), 0, sum(source.size for source in waiting)
    while waiting:
        unknown: list[tuple[Source, UnknownPersonError]] = []
        for source in waiting:
            try:
                total.add(_import(source, history, me, salvage, _within(progress, done, size)))
            except UnknownPersonError as problem:
                unknown.append((source, problem))  # an export that comes later may say who it is
            else:
                done += source.size
                progress(done, size)
        if len(unknown) == len(waiting):
            raise unknown[0][1]
        waiting, me = [source for source, _ in unknown], None  # history knows by now whom --me means, and some of these may not name them
    return total


def _within(progress: Progress, before: int, size: int) -> Progress:
    """The progress of one file as that of all."""
    return lambda done, _size: progress(before + done, size)


def _import(source: Source, history: History, me: str | None, salvage: bool, progress: Progress) -> Imported:
    with _reading(source.name):
        digest = f"{_READING} {me or ''} {salvage} {_digest(source)}"
        known = history.imported(digest)
        if known is not None:
            return Imported(known["chats"], Stored(unchanged=known["messages"]), Counter(known["left_out"]))
        read = partial(_format(source), source, history, me=me, progress=progress)
        done = _salvaged(read, history) if salvage else read()
        history.put_import(digest, done.to_json())
        return done


def _salvaged(read: Callable[..., Imported], history: History) -> Imported:
    """A file that is as it should be is read as ever; only of another one is taken what can be."""
    try:
        with history.attempt():
            return read()
    except ExportFileError:
        return read(salvage=True)


def _format(source: Source) -> Callable[..., Imported]:
    with source.open() as file:
        head = file.read(_HEAD)
    for recognises, read in _FORMATS:
        if recognises(head):
            return read
    if head.lstrip()[:1] == b"<":
        raise ExportFileError(f"{source.name} is an export as HTML; export again from Telegram Desktop and choose machine-readable JSON")
    raise ExportFileError(f"{source.name} is no export that twin knows; give it Telegram Desktop's result.json or an exported WhatsApp chat")


def _digest(source: Source) -> str:
    with source.open() as file:
        return hashlib.file_digest(cast("hashlib._BytesIOLike", file), "sha256").hexdigest()


def _is_export(source: Source) -> bool:
    """Whether a file that nobody named is an export: by its name and, where other files are called so too, by its content."""
    name = source.name.replace("\\", "/").rpartition("/")[2].casefold()
    if name == _NAME:
        return True
    if not name.endswith((".txt", ".json")):
        return False
    with source.open() as file:
        head = file.read(_HEAD)
    if name.endswith(".json"):
        return desktop.recognises(head) and any(key in head for key in (b'"personal_information"', b'"chats"', b'"messages"'))
    return any(recognises(head) for recognises, _ in _FORMATS[1:])


def _on_disk(path: Path) -> Source:
    return Source(str(path), path.stat().st_size, lambda: path.open("rb"))


def _in_folder(folder: Path) -> Iterator[Source]:
    """The exports in a folder and below, by name; below a result.json lie only its media."""
    files = sorted(folder.iterdir())
    if (folder / _NAME).is_file():
        files = [folder / _NAME]
    for path in files:
        if path.is_dir():
            if not path.is_symlink():
                yield from _in_folder(path)
        elif path.suffix.casefold() == ".zip" and zipfile.is_zipfile(path):
            yield from _in_zip(path)
        elif _is_export(source := _on_disk(path)):
            yield source


def _in_zip(path: Path) -> Iterator[Source]:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    for member in members:
        source = Source(f"{path}/{member.filename}", member.file_size, partial(_open_member, path, member))
        if not member.is_dir() and _is_export(source):
            yield source


@contextmanager
def _open_member(path: Path, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        yield file


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportFileError(f"{name} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ExportFileError(f"{name} is damaged ({error}); copy or download the zip again, or unpack it yourself") from error
    except (RuntimeError, NotImplementedError) as error:  # a password, a compression that Python does not know
        raise ExportFileError(f"{name} cannot be unpacked ({error}); unpack it yourself and import the folder") from error
