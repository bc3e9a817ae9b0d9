"""A conversation as training sees it: every token, and whether it is learned or only read. And the places of conversations in a split's file.

The dataset may have a million conversations: a file is looked through once for where each begins and of which chat it is, and only what is shown is read.
Not here: what decides about a message (twin.prepare), or how conversations are cut into rows (model/packing.py).
"""

from __future__ import annotations

import html
import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from twin.errors import DatasetError
from twin.schema import Conversation, conversation_from_json

if TYPE_CHECKING:
    from twin.model.template import Template

STYLES = ("read", "learned", "marker")
"""The class of a token, by what Rendered.kinds says of it: CONTEXT, TEXT, MARKER."""
_MOST = 3000
"""Tokens of a conversation that are drawn; the rest is counted."""
_LONGEST = 12
"""Tokens at most that one character is waited for; a longer stretch of bytes is none."""


@dataclass(slots=True)
class Split:
    """Where the conversations of a split lie in its file.

    Attributes:
        starts: The byte at which each begins.
        chats: The chat of each, by id.
    """

    path: Path
    starts: array[int] = field(default_factory=lambda: array("q"))
    chats: array[int] = field(default_factory=lambda: array("q"))

    def of(self, chat_id: int | None) -> Sequence[int]:
        """The numbers of the conversations of a chat, or of all."""
        return range(len(self.starts)) if chat_id is None else [number for number, chat in enumerate(self.chats) if chat == chat_id]

    def read(self, number: int) -> Conversation:
        """A conversation. Raises DatasetError."""
        try:
            with self.path.open("rb") as file:
                file.seek(self.starts[number])
                return conversation_from_json(json.loads(file.readline()))
        except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise DatasetError(f"{self.path} line {number + 1} is not a conversation ({error!r}); make the dataset again with: twin prepare") from error


def find(path: Path) -> Split:
    """Looks a split's file through. Raises DatasetError."""
    split, place, key = Split(path), 0, b'"chat_id":'
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                after = line.rfind(key) + len(key)  # the last one: what is said within quotes has its own quotes escaped
                try:
                    split.chats.append(int(line[after : line.index(b",", after)]))
                except (ValueError, OverflowError) as error:
                    raise DatasetError(f"{path} line {number} is not a conversation ({error}); make the dataset again with: twin prepare") from error
                split.starts.append(place)
                place += len(line)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror}); make the dataset again with: twin prepare") from error
    return split


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of tokens that forms whole characters.

    Attributes:
        text: What it reads as; a marker's own name.
        kind: CONTEXT, TEXT or MARKER of the template.
        tokens: How many there are.
        marker: Whether it is a marker and no text.
    """

    text: str
    kind: int
    tokens: int
    marker: bool


def spans(template: Template, ids: Sequence[int], kinds: Sequence[int]) -> Iterator[Span]:
    """Tokens as they are read: each a span of its own, but for those that only together form a character."""
    from twin.model.markers import BUBBLE

    def text_of(some: Sequence[int]) -> str:
        # behind a marker, because some tokenizers drop a space that comes first
        decoded = template.tokenizer.decode([template.bubble_id, *some], skip_special_tokens=False, clean_up_tokenization_spaces=False)
        return str(decoded).removeprefix(BUBBLE)

    waiting: list[int] = []
    of = 0
    for token, kind in zip(ids, kinds, strict=True):
        marker = token in template.specials
        if waiting and (marker or kind != of):
            yield Span(text_of(waiting), of, len(waiting), marker=False)
            waiting = []
        if marker:
            yield Span(str(template.tokenizer.convert_ids_to_tokens(token)), kind, 1, marker=True)
            continue
        of = kind
        waiting.append(token)
        text = text_of(waiting)
        if not text.endswith("\N{REPLACEMENT CHARACTER}") or len(waiting) >= _LONGEST:
            yield Span(text, kind, len(waiting), marker=False)
            waiting = []
    if waiting:
        yield Span(text_of(waiting), of, len(waiting), marker=False)


def mask(template: Template, conversation: Conversation) -> str:
    """A conversation in colours, as HTML: a block for the header and one for each turn, within them the tokens."""
    rendered = template.render(conversation)
    learned = sum(kind != 0 for kind in rendered.kinds)
    total, drawn = len(rendered.ids), 0
    blocks = [_block(template, "header", rendered.header, [0] * len(rendered.header))]
    for turn, piece in zip(conversation.turns, rendered.pieces, strict=True):
        if drawn > _MOST:
            break
        blocks.append(_block(template, "mine" if turn.mine else "theirs", piece.ids, piece.kinds))
        drawn += len(piece.ids)
    rest = f'<p class="rest">… and {total - drawn - len(rendered.header):,} tokens more</p>' if drawn > _MOST and drawn + len(rendered.header) < total else ""
    date = conversation.date.astimezone()
    head = (
        f"<h3>{html.escape(conversation.chat)}</h3><p>{date.day} {date:%B %Y, %H:%M} · {len(conversation.turns)} "
        f"turn{'s' if len(conversation.turns) != 1 else ''} · {learned:,} of {total:,} tokens learned</p>"
    )
    return f'<article class="mask"><header>{head}</header>{"".join(blocks)}{rest}</article>'


def _block(template: Template, style: str, ids: Sequence[int], kinds: Sequence[int]) -> str:
    tokens = []
    for span in spans(template, ids, kinds):
        text = html.escape(span.text).replace("\n", "↵<br>")
        told = {0: "read only", 1: "learned", 2: "learned: marker"}[span.kind]
        tokens.append(f'<span class="token {STYLES[span.kind]}{" sign" if span.marker else ""}" title="{told}">{text}</span>')
    return f'<p class="block {style}">{"".join(tokens)}</p>'
