"""The mix as packed rows of token ids on disk, one file for each part."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from pretraining.mix import SENTENCES, SOURCES, dialogues
from twin.model.attention import segments_argument
from twin.model.packing import pack
from twin.model.template import Template

ROW = 512
CHUNK = 4000
"""Conversations packed at once: enough to leave next to no padding, few enough that rows of long and of short ones mix."""


@dataclass(frozen=True)
class Batch:
    """Rows as tensors; `places` and `labels` are the targets in the rows laid end to end."""

    ids: Tensor
    positions: Tensor
    segments: Tensor
    places: Tensor
    labels: Tensor


class Rows:
    """Packed rows: ids, what is a target (2 in `kinds`; 1 begins a segment), read from a file."""

    def __init__(self, file: Path) -> None:
        stored = np.load(file)
        self.ids: np.ndarray = stored["ids"]
        self.kinds: np.ndarray = stored["kinds"]

    def __len__(self) -> int:
        return len(self.ids)

    def batch(self, numbers: np.ndarray, device: torch.device) -> Batch:
        """The rows of these numbers."""
        ids, kinds = self.ids[numbers].astype(np.int64).ravel(), self.kinds[numbers].ravel()
        starts = np.flatnonzero(kinds == 1)
        lengths = np.diff(np.append(starts, len(ids)))
        places = np.flatnonzero(kinds == 2) - 1
        cuts = torch.from_numpy(np.append(starts, len(ids)).astype(np.int32)).to(device)
        # on CUDA a constant, for the kernel's sake and the compiler's
        longest = int(lengths.max()) if device.type == "cpu" else ROW
        shape = (len(numbers), ROW)
        return Batch(
            ids=torch.from_numpy(ids).view(shape).to(device),
            positions=torch.from_numpy(np.arange(len(ids)) - np.repeat(starts, lengths)).view(shape).to(device),
            segments=segments_argument(cuts, longest),
            places=torch.from_numpy(places).to(device),
            labels=torch.from_numpy(ids[places + 1]).to(device),
        )


def _segments(corpora: Path, everyday: Path, template: Template, seed: int, part: int, counts: dict[str, int]) -> list[tuple[list[int], int]]:
    """(ids, how many of them come before the first target) of everything in a part."""
    found: list[tuple[list[int], int]] = []
    for source in SOURCES:
        before = sum(len(ids) for ids, _ in found)
        for item in dialogues(corpora, everyday, source, seed, part):
            if isinstance(item, list):
                ids = [token for text in item[:SENTENCES] for token in template.text(" " + text)]
                found.append((([*ids, template.stop_id])[:ROW], 1))
                continue
            rendered = template.render(item)
            ids = rendered.ids
            if len(ids) > ROW:  # whole turns, as many as a row holds
                ids = list(rendered.header)
                for piece in rendered.pieces:
                    if len(ids) + len(piece.ids) > ROW:
                        break
                    ids += piece.ids
            found.append((ids, len(rendered.header)))
        counts[source.file] = sum(len(ids) for ids, _ in found) - before
    return found


def store(file: Path, corpora: Path, everyday: Path, tokenizer: Path, seed: int, part: int) -> dict[str, int]:
    """Writes the rows of one part; returns the tokens of each source."""
    counts: dict[str, int] = {}
    template = Template(PreTrainedTokenizerFast.from_pretrained(tokenizer))
    segments = _segments(corpora, everyday, template, seed, part, counts)
    chance = random.Random(f"{seed}-{part}")
    chance.shuffle(segments)
    rows: list[list[tuple[list[int], int]]] = []
    for start in range(0, len(segments), CHUNK):
        chunk = segments[start : start + CHUNK]
        rows += [[chunk[number] for number in row] for row in pack([len(ids) for ids, _ in chunk], ROW)]
    chance.shuffle(rows)
    ids, kinds = np.zeros((len(rows), ROW), dtype=np.uint16), np.zeros((len(rows), ROW), dtype=np.uint8)
    for number, row in enumerate(rows):
        place = 0
        for tokens, first in row:
            end = place + len(tokens)
            ids[number, place:end] = tokens
            kinds[number, place + first : end] = 2
            kinds[number, place] = 1
            place = end
        if place < ROW:
            kinds[number, place] = 1  # padding is a segment, too
    with file.with_suffix(".tmp").open("wb") as written:
        np.savez(written, ids=ids, kinds=kinds)
    file.with_suffix(".tmp").replace(file)
    return counts
