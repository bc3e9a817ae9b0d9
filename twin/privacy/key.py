"""The workspace's secret, which decides the surrogates. Not here: what is made with it (surrogate.py, name_choice.py)."""

from __future__ import annotations

import secrets
from pathlib import Path

from twin.errors import WorkspaceError
from twin.workspace import write_text

_BYTES = 32


def make_key(file: Path) -> bytes:
    """The key in a file, which is written with a new one where it is missing. Raises WorkspaceError."""
    try:
        if not file.exists():
            write_text(file, secrets.token_hex(_BYTES) + "\n")
    except OSError as error:
        raise WorkspaceError(f"{file} cannot be used: {error.strerror}") from error
    return read_key(file)


def read_key(file: Path) -> bytes:
    """The key in a file. Raises WorkspaceError: it is missing or damaged."""
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii"))
    except OSError as error:
        raise WorkspaceError(f"{file} cannot be used: {error.strerror}") from error
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise WorkspaceError(f"{file} is damaged; remove it: twin prepare makes a new one, which gives other surrogates to numbers and to new people")
    return key
