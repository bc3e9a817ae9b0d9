"""The test sets of the detectors: reads tests/privacy/items/*.txt, items/fresh/*.txt and items/more/*.txt. What the files are, README.md beside them says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import regex

from twin.privacy.rule import Kind

FOLDER = Path(__file__).parent / "items"
FRESH = FOLDER / "fresh"
"""The second set, made after the rules, which none of them has been tuned on."""
MORE = FOLDER / "more"
"""The third: other wordings, some of which rules have been tuned on, and some kept from that."""
BENIGN = "none"
BAR = "¦"
"""Stands within made-up secrets, so that no scanner of a code host takes them for real ones."""
PIECES = regex.compile(r"[⟦⟧]|\\.?|[^⟦⟧\\]+", regex.DOTALL)


@dataclass(frozen=True, slots=True)
class Item:
    """One message, or several that were joined by line breaks.

    Attributes:
        kind: What is private in it; None where nothing is.
        language: Of the words around it: two letters of ISO 639.
        text: As it was sent, without the marks.
        spans: What must not remain of it: (start, end) in characters, in order; empty where nothing is private.
    """

    kind: Kind | None
    language: str
    text: str
    spans: tuple[tuple[int, int], ...]

    @property
    def private(self) -> list[str]:
        """What its spans cover."""
        return [self.text[start:end] for start, end in self.spans]


def load(folder: Path = FOLDER, names: str = "*") -> list[Item]:
    """All items of the files in a folder, but not of those in folders within it, in the order of the files' names and lines.

    Args:
        folder: Where they are.
        names: Which of them, with * for any signs; without the ending.

    Raises:
        ValueError: a line is malformed; names the file and the line.
    """
    items = []
    for path in sorted(folder.glob(f"{names}.txt")):
        # Not splitlines: it also parts lines at characters that a message may hold.
        for number, line in enumerate(path.read_text(encoding="utf-8").replace(BAR, "").split("\n"), 1):
            if line and not line.startswith("#"):
                try:
                    items.append(_item(line))
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}") from error
    return items


def _item(line: str) -> Item:
    fields = line.split("\t")
    if len(fields) != 3:
        raise ValueError(f"{len(fields)} fields instead of kind, language and text")
    kind, language, marked = fields
    if kind != BENIGN and kind not in list(Kind):
        raise ValueError(f"no kind is called {kind!r}")
    if not regex.fullmatch("[a-z]{2}", language):
        raise ValueError(f"{language!r} is not a language of two letters")
    text, spans = _read(marked)
    if not text.strip():
        raise ValueError("there is no text")
    if (kind == BENIGN) != (not spans):
        raise ValueError(f"an item of kind {kind!r} with {len(spans)} marked parts")
    return Item(None if kind == BENIGN else Kind(kind), language, text, spans)


def _read(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    text = ""
    spans: list[tuple[int, int]] = []
    start: int | None = None
    for piece in PIECES.findall(marked):
        if piece == "⟦":
            if start is not None:
                raise ValueError("a mark within a mark")
            start = len(text)
        elif piece == "⟧":
            if start is None:
                raise ValueError("a mark ends that has not begun")
            if not text[start:] or text[start:] != text[start:].strip():
                raise ValueError("a mark is empty, or has space at an end")
            spans.append((start, len(text)))
            start = None
        elif piece.startswith("\\"):
            if piece not in (r"\n", r"\\"):
                raise ValueError(rf"{piece!r}: there is \n for a line break and \\ for a backslash, nothing else")
            text += "\n" if piece == r"\n" else "\\"
        else:
            text += piece
    if start is not None:
        raise ValueError("a mark does not end")
    return text, tuple(spans)
