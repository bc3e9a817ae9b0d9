"""Falcon's attention, done so that the fused kernel is reached and packed rows do not see each other.

transformers hands Falcon's single key/value head to scaled_dot_product_attention unexpanded, which then falls back to the
slow kernel that keeps the whole score matrix; expanding the head (a view, no copy) reaches the fused one. Numbers stay the
same up to rounding. Models other than Falcon are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers.models.falcon.modeling_falcon import FalconAttention, apply_rotary_pos_emb

_segments: ContextVar[Sequence[Sequence[int]] | None] = ContextVar("_segments", default=None)


@contextmanager
def packed(lengths: Sequence[Sequence[int]]) -> Iterator[None]:
    """Tells the fused attention where the segments of the rows lie that the model is called with inside.

    The rows' mask says it already; but a kernel that gets one works through the whole square, and on a CPU the squares of the
    segments alone take a quarter of the time. A call without this context, or on another device, goes by the mask.

    Args:
        lengths: Tokens in each segment, for each row.
    """
    token = _segments.set(lengths)
    try:
        yield
    finally:
        _segments.reset(token)


class _FusedFalconAttention(FalconAttention):
    """FalconAttention with expanded key and value heads. Takes over the modules of a loaded model, so it adds no state."""

    def forward(
        self,
        hidden_states: Tensor,
        alibi: Tensor | None,
        attention_mask: Tensor | None,
        position_ids: Tensor | None = None,
        layer_past: Any = None,
        use_cache: bool = False,
        output_attentions: bool = False,
        cache_position: Tensor | None = None,
        position_embeddings: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, None]:
        query, key, value = (part.transpose(1, 2) for part in self._split_heads(self.query_key_value(hidden_states)))
        assert position_embeddings is not None  # every Falcon with rotary embeddings passes them
        query, key = apply_rotary_pos_emb(query, key, *position_embeddings)
        if layer_past is not None:
            key, value = layer_past.update(key, value, self.layer_idx, {"cache_position": cache_position})
        shape = (-1, query.shape[1], -1, -1)
        key, value = key.expand(shape), value.expand(shape)
        lengths = _segments.get()
        if lengths is not None and layer_past is None and query.device.type == "cpu":
            mixed = _attend_by_segment(query, key, value, lengths)
        else:
            causal = attention_mask is None and query.shape[2] > 1
            mixed = scaled_dot_product_attention(query, key, value, attn_mask=attention_mask, is_causal=causal)
        return self.dense(mixed.transpose(1, 2).flatten(2)), None


def _attend_by_segment(query: Tensor, key: Tensor, value: Tensor, lengths: Sequence[Sequence[int]]) -> Tensor:
    """Causal attention inside each segment; all of (rows, heads, size, width). Padding is a segment of its own."""
    rows = []
    for number, segments in enumerate(lengths):
        pieces = [*segments, query.shape[2] - sum(segments)]
        # split, not slices: the gradient of a slice is as large as the row
        parts = zip(*(whole[number, None].split(pieces, dim=2) for whole in (query, key, value)), strict=True)
        rows.append(torch.cat([scaled_dot_product_attention(q, k, v, is_causal=True) for q, k, v in parts if q.numel()], dim=2))
    return torch.cat(rows)


def fuse_attention(model: nn.Module) -> int:
    """Makes every Falcon attention in `model` reach the fused kernel, in place; returns how many there were.

    ALiBi Falcons (falcon-rw) are left alone: their bias has no fused form.
    """
    count = 0
    for module in model.modules():
        if type(module) is FalconAttention and not module.config.alibi:
            module.__class__ = _FusedFalconAttention
            count += 1
    return count


def block_mask(lengths: Sequence[int], size: int, *, device: torch.device | str = "cpu") -> Tensor:
    """The mask of a packed row: each token sees the tokens before it in its own segment, and nothing else.

    Args:
        lengths: Tokens in each segment, in order.
        size: Tokens in the row; what follows the segments is padding, which sees only itself.

    Returns:
        (1, size, size) bool, True where the row's token may look at the column's.
    """
    used = sum(lengths)
    if used > size:
        raise ValueError(f"segments of {used} tokens do not fit a row of {size}")
    owner = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths, dtype=torch.long))
    owner = torch.cat([owner, torch.arange(len(lengths), len(lengths) + size - used)]).to(device)
    return ((owner[:, None] == owner[None, :]) & torch.ones(size, size, dtype=torch.bool, device=device).tril())[None]
