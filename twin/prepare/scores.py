"""What a judge has said of replies: one line each in the workspace, without the replies, so that a judging that was stopped goes on.

Not here: asking the judge (judge.py), which replies it is asked about (decide.py).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

from twin.errors import WorkspaceError
from twin.prompts import fill
from twin.schema import Turn
from twin.workspace import private_file

POOR, UNJUDGED = "judged poor", "not judged"
LONGEST = 4000
"""Characters of a turn that the judge sees: the end of the one before, the beginning of the reply."""
_LINE = re.compile(rb'\["([0-9a-f]{32})", ([1-5])\]\n')


@dataclass(frozen=True, slots=True)
class Judged:
    """What decides by a judge's scores.

    Attributes:
        model: The judge's name.
        minimum: The lowest score, of 1 to 5, with which a reply is learned.
        scores: By key.
    """

    model: str
    minimum: int
    scores: Mapping[str, int]

    def against(self, turns: Sequence[Turn]) -> dict[int, str]:
        """Why those of the turns to learn are left out that are, by their place: the score is too low, or there is none."""
        found = {}
        for place, prompt in prompts_of(turns):
            score = self.scores.get(key_of(self.model, prompt))
            if score is None or score < self.minimum:
                found[place] = UNJUDGED if score is None else POOR
        return found


def prompts_of(turns: Sequence[Turn]) -> Iterator[tuple[int, str]]:
    """What the judge is shown of each turn to learn, with its place. The same words give the same text."""
    for place, turn in enumerate(turns):
        if turn.learn:
            before = json.dumps("\n".join(turns[place - 1].bubbles)[-LONGEST:], ensure_ascii=False) if place else None
            yield place, fill("judge", before=before, reply=json.dumps("\n".join(turn.bubbles)[:LONGEST], ensure_ascii=False))


def key_of(model: str, prompt: str) -> str:
    """What stands for a question to a model: the hash of both, so that another model or template is asked anew."""
    return blake2b(f"{model}\0{prompt}".encode(), digest_size=16).hexdigest()


class Scores:
    """The scores on disk; a line that is damaged or cut is as if it were not there. As a context manager it can be added to.

    Args:
        path: The file.

    Attributes:
        known: The scores by key.

    Raises:
        WorkspaceError: The file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        content = b""
        try:
            with suppress(FileNotFoundError):
                content = path.read_bytes()
        except OSError as error:
            raise WorkspaceError(f"{path} cannot be read: {error.strerror}") from error
        self.known = {match[1].decode(): int(match[2]) for match in map(_LINE.fullmatch, content.splitlines(keepends=True)) if match}
        self._path = path

    def __enter__(self) -> Scores:
        self._file = private_file(self._path).open("ab+", buffering=0)
        if self._file.seek(0, os.SEEK_END):
            self._file.seek(-1, os.SEEK_END)
            if self._file.read() != b"\n":  # its writer was killed
                self._file.write(b"\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def put(self, key: str, score: int) -> None:
        """Keeps a score, in the file at once."""
        self._file.write(f'["{key}", {score}]\n'.encode())
        self.known[key] = score
