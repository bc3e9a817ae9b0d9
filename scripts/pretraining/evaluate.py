"""Held-out bits per byte of any model that has twin's markers in its tokenizer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from pretraining.mix import SOURCES, Source, held_out
from twin.model.template import TEXT, Template

BYTES = 1700
"""Of each conversation: as many whole turns as hold no more, so that every tokenizer is measured on the same text."""
MODERN = "modern dialogue"


@torch.inference_mode()
def _bits_and_bytes(model: Any, template: Template, corpora: Path, everyday: Path, source: Source, limit: int) -> tuple[float, int]:
    bits, total = 0.0, 0
    for number, conversation in enumerate(held_out(corpora, everyday, source)):
        if number == limit:
            break
        rendered = template.render(conversation)
        ids, kinds, size = list(rendered.header), [0] * len(rendered.header), 0
        for piece in rendered.pieces:
            if size and size + piece.size > BYTES:
                break
            ids += piece.ids
            kinds += piece.kinds
            size += piece.size
        tokens = torch.tensor(ids, device=model.device)
        losses = cross_entropy(model(input_ids=tokens[None, :-1], use_cache=False).logits[0].float(), tokens[1:], reduction="none")
        bits += float(losses[torch.tensor(kinds[1:], device=model.device) == TEXT].sum()) / math.log(2)
        total += size
    return bits, total


def bits_per_byte(model: Any, template: Template, corpora: Path, everyday: Path, *, limit: int = 400, modern_only: bool = False) -> dict[str, float]:
    """-log2 p of all text (names, markers and stops are not counted) over its UTF-8 bytes, by source, and over all modern dialogue."""
    model.eval()
    found = {source.file: _bits_and_bytes(model, template, corpora, everyday, source, limit) for source in SOURCES if source.modern or not modern_only}
    modern = [found[source.file] for source in SOURCES if source.modern]
    found[MODERN] = (sum(bits for bits, _ in modern), sum(size for _, size in modern))
    return {name: bits / size for name, (bits, size) in found.items() if size}
