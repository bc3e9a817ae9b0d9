"""Conversations -> packed rows: cut what is too long into windows, fill rows without padding, make tensors.

No target is lost and none is trained twice. Segments of a row do not see each other. Not here: the loss (score.py).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate, chain

import numpy as np
import torch
from torch import Tensor

from twin.errors import DatasetError
from twin.model.attention import segment_mask, segments_argument
from twin.model.template import CONTEXT, Piece, Rendered


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
        cuts: (segments + 1,) int32, where each segment begins in the rows laid end to end, and the end; padding is a segment, too.
        places: (targets,) where in the rows laid end to end the next token is to be predicted.
        labels: (targets,) those next tokens.
        kinds: (targets,) what they are (template.TEXT, MARKER).
        sources: (targets,) which conversation each belongs to.
        lengths: For each row, the tokens in each of its segments, without padding.
    """

    ids: Tensor
    positions: Tensor
    cuts: Tensor
    places: Tensor
    labels: Tensor
    kinds: Tensor
    sources: Tensor
    lengths: tuple[tuple[int, ...], ...]

    def to(self, place: torch.device) -> Batch:
        """The same on another device."""
        moved = {field.name: getattr(self, field.name).to(place, non_blocking=True) for field in fields(self) if field.name != "lengths"}
        return replace(self, **moved)

    @property
    def segments(self) -> Tensor:
        """What the fused attention takes as `attention_mask`; costs nothing."""
        padding = (self.ids.shape[1] - sum(row) for row in self.lengths)
        return segments_argument(self.cuts, max(chain(padding, *self.lengths)))

    def without_padding(self) -> Batch:
        """The same tokens as one row of nothing but segments, for a model that is told where they lie."""
        rows, size = self.ids.shape
        used = torch.tensor([sum(row) for row in self.lengths], device=self.ids.device)
        if int(used.sum()) == rows * size:
            return self
        real = (torch.arange(size, device=used.device) < used[:, None]).flatten()
        gaps = (size - used).cumsum(0) - (size - used)  # of padding before each row
        segments = tuple(chain.from_iterable(self.lengths))
        return replace(
            self,
            ids=self.ids.flatten()[real][None],
            positions=self.positions.flatten()[real][None],
            cuts=torch.tensor([0, *accumulate(segments)], dtype=self.cuts.dtype, device=used.device),
            places=self.places - gaps[self.places // size],
            lengths=(segments,),
        )

    @property
    def mask(self) -> Tensor:
        """(rows, 1, size, size) bool, True where a token sees another; built at each asking, for models that need it."""
        return segment_mask(self.cuts, *self.ids.shape)


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
        head, rest = _after_header(rendered.pieces, starts, context, begin, room)
        grown = len(head.ids) - (rest - context)
        end = min(last, context + room - grown)
        if end < last:
            whole = starts[bisect_left(starts, end + 1) - 1]
            end = whole if whole > begin else end
        new = kinds[begin:end]
        if any(kind != CONTEXT for kind in new):
            size = sum(sizes[start] for start in starts if begin <= start < end and start in sizes)
            seen = begin - context + grown if begin > context else 0
            shown = [*head.kinds, *kinds[rest:end]]
            yield Window(
                (*header, *head.ids, *ids[rest:end]),
                (*[CONTEXT] * (len(header) + seen), *shown[seen:]),
                source,
                size,
            )
        begin = end


def _after_header(pieces: Sequence[Piece], starts: Sequence[int], context: int, begin: int, room: int) -> tuple[Piece, int]:
    """The turn that begins at `context` in the form that follows a header, and where the one after it begins.

    No tokens, and `context` itself, where no turn begins there, its form is the same, or it leaves no room for what begins at `begin`.
    """
    turn = bisect_left(starts, context)
    first = pieces[turn].first if starts[turn] == context else None
    if first is None or max(len(first.ids), begin - context + len(first.ids) - len(pieces[turn].ids) + 1) > room:
        return Piece((), ()), context
    return first, starts[turn + 1]


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


def make_batch(rows: Sequence[Sequence[Window]], *, multiple: int = 1) -> Batch:
    """Packed rows as tensors on the CPU, as wide as the fullest of them.

    Args:
        rows: Windows, as pack() puts them together.
        multiple: The width is rounded up to one of it, so that a compiled model meets few shapes.
    """
    lengths = tuple(tuple(len(window.ids) for window in row) for row in rows)
    size = -(-max(map(sum, lengths)) // multiple) * multiple
    padded = [[*row, size - sum(row)] if sum(row) < size else row for row in lengths]
    pieces = np.fromiter(chain.from_iterable(padded), dtype=np.int64)
    cuts = np.concatenate([[0], pieces.cumsum()])
    ids, kinds, sources = np.zeros((3, len(rows), size), dtype=np.int64)
    for number, row in enumerate(rows):
        used = sum(lengths[number])
        ids[number, :used] = np.fromiter(chain.from_iterable(window.ids for window in row), dtype=np.int64, count=used)
        kinds[number, :used] = np.fromiter(chain.from_iterable(window.kinds for window in row), dtype=np.int64, count=used)
        sources[number, :used] = np.repeat([window.source for window in row], lengths[number])
    positions = np.arange(len(rows) * size) - np.repeat(cuts[:-1], pieces)
    following = kinds.ravel()[1:]  # a segment begins with its header, and padding is none: no target follows another segment or row
    places = np.flatnonzero(following != CONTEXT)
    return Batch(
        ids=torch.from_numpy(ids),
        positions=torch.from_numpy(positions.reshape(ids.shape)),
        cuts=torch.from_numpy(cuts.astype(np.int32)),
        places=torch.from_numpy(places),
        labels=torch.from_numpy(ids.ravel()[places + 1]),
        kinds=torch.from_numpy(following[places]),
        sources=torch.from_numpy(sources.ravel()[places]),
        lengths=lengths,
    )


def batch_on(place: torch.device, rows: Sequence[Sequence[Window]]) -> Batch:
    """Packed rows as tensors where a model is. On CUDA their width is a multiple of 256: compiled layers are made for each width anew."""
    return make_batch(rows, multiple=256 if place.type == "cuda" else 1).to(place)
