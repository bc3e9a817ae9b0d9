"""What training tells of itself while it runs: metrics.jsonl and the rate."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twin.workspace import writing


class Rate:
    """Tokens a second over the last steps."""

    def __init__(self) -> None:
        self._marks = [(time.monotonic(), 0)]

    def add(self, tokens: int) -> float:
        """Counts the tokens of a step; returns the rate."""
        self._marks = [*self._marks[-20:], (time.monotonic(), self._marks[-1][1] + tokens)]
        (first, before), (last, after) = self._marks[0], self._marks[-1]
        return (after - before) / max(last - first, 1e-9)


class Metrics:
    """metrics.jsonl, a line a step; lines after the step that training resumes from are dropped."""

    def __init__(self, path: Path, step: int) -> None:
        kept = [line for line in _lines(path) if _step_of(line) <= step] if step else []
        with writing(path) as file:
            file.writelines(kept)
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def __enter__(self) -> Metrics:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def write(self, line: dict[str, Any]) -> None:
        """Adds a line; it is on its way to the disk when this returns."""
        self._file.write(json.dumps(line) + "\n")


def _lines(path: Path) -> Iterator[str]:
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from file


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return math.inf  # cut by a crash
