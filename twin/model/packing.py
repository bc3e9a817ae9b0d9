"""Conversations -> packed rows: cut what is too long into windows, fill rows without padding, make tensors.

No target is lost and none is trained twice. Segments of a row do not see each other. Not here: the loss (score.py).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate

import torch
from torch import Tensor

from twin.errors import DatasetError
from twin.model.attention import block_mask
from twin.model.template import CONTEXT, Rendered


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one conversation under its header, at most a row long.

    Attributes:
        ids: Token ids.
        kinds: What each is for the loss (template.CONTEXT, TEXT, MARKER); CONTEXT too for what an earlier window trains.
        source: Which of the given conversations it is from.
        size: UTF-8 bytes of the replies whose text begins in this window.
    """

    ids: tuple[int, ...]
    kinds: tuple[int, ...]
    source: int
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Packed rows as tensors.

    Attributes:
        ids: (rows, size) token ids; padding is 0.
        positions: (rows, size) each token's place in its own segment.
        mask: (rows, 1, size, size) bool, True where a token sees another.
        targets: (rows, size) bool, True where the next token is to be predicted.
        labels: (targets,) those next tokens.
        kinds: (targets,) what they are (template.TEXT, MARKER).
        sources: (targets,) which conversation each belongs to.
        lengths: For each row, the tokens in each of its segments.
    """

    ids: Tensor
    positions: Tensor
    mask: Tensor
    targets: Tensor
    labels: Tensor
    kinds: Tensor
    sources: Tensor
    lengths: tuple[tuple[int, ...], ...]

    def to(self, place: torch.device) -> Batch:
        """The same on another device."""
        moved = {field.name: getattr(self, field.name).to(place, non_blocking=True) for field in fields(self) if field.name != "lengths"}
        return replace(self, **moved)


def windows(rendered: Rendered, *, row_tokens: int, shared_tokens: int, source: int = 0) -> Iterator[Window]:
    """Cuts a conversation into windows of at most `row_tokens`, each with the header and, after the first, shared context.

    A window ends where a turn ends if it can, and the context before it begins where a turn begins if that costs no more
    than half of the row; a turn longer than the row is cut inside. Context after the last target is left off.

    Args:
        rendered: The conversation.
        row_tokens: Longest window, header included.
        shared_tokens: Context before a later window's first new token, at least.
        source: Kept in the windows.

    Raises:
        DatasetError: The header and the shared context leave no room in a row.
    """
    header = list(rendered.header)
    ids = [token for piece in rendered.pieces for token in piece.ids]
    kinds = [kind for piece in rendered.pieces for kind in piece.kinds]
    starts = [0, *accumulate(len(piece.ids) for piece in rendered.pieces)]
    sizes = {start: piece.size for start, piece in zip(starts, rendered.pieces, strict=False)}
    last = max((place for place, kind in enumerate(kinds) if kind != CONTEXT), default=-1) + 1
    room = row_tokens - len(header)
    if room < shared_tokens + 2 and last:
        raise DatasetError(
            f"rows of {row_tokens} tokens cannot hold a header of {len(header)} and {shared_tokens} shared; raise train.row_tokens or lower train.shared_tokens"
        )
    begin = 0
    while begin < last:
        context = begin
        if begin:
            context = max(0, begin - shared_tokens)
            aligned = starts[bisect_left(starts, context + 1) - 1]
            if begin - aligned <= max(shared_tokens, room // 2):
                context = aligned
        end = min(last, context + room)
        if end < last:
            whole = starts[bisect_left(starts, end + 1) - 1]
            end = whole if whole > begin else end
        new = kinds[begin:end]
        if any(kind != CONTEXT for kind in new):
            size = sum(sizes[start] for start in starts if begin <= start < end and start in sizes)
            yield Window(
                (*header, *ids[context:end]),
                (*[CONTEXT] * (len(header) + begin - context), *new),
                source,
                size,
            )
        begin = end


def pack(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Best-fit decreasing: the longest first, each into the fullest row that still has room.

    Args:
        lengths: Of each window, none above `size`.
        size: Tokens in a row.

    Returns:
        Rows as lists of window numbers. The same for the same lengths.
    """
    rows: list[list[int]] = []
    free: list[tuple[int, int]] = []  # (tokens left, row), sorted
    for number in sorted(range(len(lengths)), key=lambda n: (-lengths[n], n)):
        place = bisect_left(free, (lengths[number], -1))
        if place == len(free):
            rows.append([number])
            insort(free, (size - lengths[number], len(rows) - 1))
        else:
            left, row = free.pop(place)
            rows[row].append(number)
            insort(free, (left - lengths[number], row))
    return rows


def make_batch(rows: Sequence[Sequence[Window]]) -> Batch:
    """Packed rows as tensors on the CPU, as wide as the fullest of them."""
    size = max(sum(len(window.ids) for window in row) for row in rows)
    ids = torch.zeros(len(rows), size, dtype=torch.long)
    positions = torch.zeros(len(rows), size, dtype=torch.long)
    kinds = torch.zeros(len(rows), size, dtype=torch.long)
    sources = torch.zeros(len(rows), size, dtype=torch.long)
    lengths = tuple(tuple(len(window.ids) for window in row) for row in rows)
    for number, row in enumerate(rows):
        start = 0
        for window in row:
            end = start + len(window.ids)
            ids[number, start:end] = torch.tensor(window.ids)
            positions[number, start:end] = torch.arange(end - start)
            kinds[number, start:end] = torch.tensor(window.kinds)
            sources[number, start:end] = window.source
            start = end
    following = torch.zeros_like(kinds)
    following[:, :-1] = kinds[:, 1:]  # a segment begins with its header, so none is predicted from the segment before
    targets = following != CONTEXT
    after = ids.roll(-1, dims=1)
    mask = torch.stack([block_mask(segments, size) for segments in lengths])
    return Batch(ids, positions, mask, targets, after[targets], following[targets], sources[targets], lengths)
