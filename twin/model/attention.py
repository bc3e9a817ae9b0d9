"""Falcon's attention, done so that a fused kernel is reached and packed rows do not see each other.

transformers hands Falcon's single key/value head to scaled_dot_product_attention unexpanded, which then falls back to the
slow kernel that keeps the whole score matrix. Here it goes to a kernel for grouped heads, or is expanded (a view, no copy).
Numbers stay the same up to rounding. Models other than Falcon are left as they are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.attention.varlen import varlen_attn
from torch.nn.functional import scaled_dot_product_attention
from transformers.models.falcon.modeling_falcon import FalconAttention, FalconDecoderLayer, dropout_add

from twin.model.multi_query import multi_query_attention

_HALF = (torch.bfloat16, torch.float16)


def segments_argument(cuts: Tensor, longest: int) -> Tensor:
    """What a model with the fused attention is given as its `attention_mask` for packed rows.

    transformers hands a mask of four dimensions to every layer untouched, also when one is computed a second time. This one says
    where the segments lie and costs nothing, while the mask itself has as many entries as the rows have pairs of tokens.

    Args:
        cuts: (segments + 1,) int32, where each segment of the rows, laid end to end, begins, and where the last one ends.
        longest: Tokens in the longest segment.

    Returns:
        (1, 1, longest, segments + 1) int32, a view. Its shape holds `longest`, so that nobody need ask the device for it.
    """
    return cuts.expand(1, 1, longest, -1)


def segment_mask(cuts: Tensor, rows: int, size: int) -> Tensor:
    """The mask of packed rows: each token sees the tokens before it in its own segment, itself, and nothing else.

    Args:
        cuts: As segments_argument takes them; padding is a segment, too.
        rows: How many rows.
        size: Tokens in a row.

    Returns:
        (rows, 1, size, size) bool, True where the row's token may look at the column's.
    """
    owner = (torch.arange(rows * size, device=cuts.device)[:, None] >= cuts[1:]).sum(dim=1).view(rows, size)
    causal = torch.ones(size, size, dtype=torch.bool, device=cuts.device).tril()
    return ((owner[:, :, None] == owner[:, None, :]) & causal)[:, None]


class Apart(ABC):
    """The pasts of the segments of one packed row, each seen by its own segment alone (decoding.py)."""

    @abstractmethod
    def attend(self, query: Tensor, key: Tensor, value: Tensor, layer: int) -> Tensor:
        """Attention of a row's queries, (1, size, heads, width), to each segment's past and to itself; keys and values become part of the past."""


class _FusedFalconAttention(FalconAttention):
    """FalconAttention by a fused kernel. Takes over the modules of a loaded model, so it adds no state."""

    def forward(
        self,
        hidden_states: Tensor,
        alibi: Tensor | None,
        attention_mask: Tensor | None,
        position_ids: Tensor | None = None,
        layer_past: Any = None,
        use_cache: bool = False,
        output_attentions: bool = False,
        cache_position: Any = None,
        position_embeddings: tuple[Tensor, Tensor] | None = None,
        places: Tensor | None = None,
        **others: Any,
    ) -> tuple[Tensor, None]:
        assert position_embeddings is not None  # every Falcon with rotary embeddings passes them
        groups: Any = self.num_kv_heads
        query, key, value = _heads(self.query_key_value(hidden_states), groups, self.head_dim, position_embeddings)
        if attention_mask is not None and attention_mask.dtype == torch.int32 and layer_past is None:
            mixed = _attend_in_segments(query, key, value, attention_mask, places)
        elif isinstance(layer_past, Apart):
            mixed = layer_past.attend(query, key, value, cast(int, self.layer_idx))
        else:
            if layer_past is not None:
                key, value = (part.transpose(1, 2) for part in layer_past.update(key.transpose(1, 2), value.transpose(1, 2), self.layer_idx))
            mixed = _attend_by_mask(query, key, value, attention_mask)
        return self.dense(mixed.flatten(2)), None


class _LastFalconLayer(FalconDecoderLayer):
    """A model's last FalconDecoderLayer, which can leave out what nobody reads. Takes over the module of a loaded model, too.

    The other layers stay what they are: code that is compiled for two kinds of call is compiled anew for each size of both.
    """

    def forward(self, hidden_states: Tensor, *given: Any, places: Tensor | None = None, **others: Any) -> tuple[Tensor, Tensor | None]:
        """As transformers', or, given `places` in the rows laid end to end, those tokens' outputs alone, (1, places, hidden).

        They are the same: all tokens are still seen as keys and values, and everything after the attention goes token by token.
        """
        if places is None:
            whole: tuple[Tensor, Tensor | None] = super().forward(hidden_states, *given, **others)
            return whole
        two_norms = self.config.new_decoder_architecture and self.config.num_ln_in_parallel_attn == 2
        seen = self.ln_attn(hidden_states) if two_norms else self.input_layernorm(hidden_states)
        attended, _ = self.self_attention(seen, *given, places=places, **others)
        read = _at(hidden_states, places)
        added = attended + self.mlp(self.ln_mlp(read) if two_norms else _at(seen, places))
        return dropout_add(added, read, self.config.hidden_dropout or 0.0, training=self.training), None


def hidden_at(model: Any, ids: Tensor, positions: Tensor, segments: Tensor, places: Tensor) -> Tensor:
    """What the blocks of a Falcon with the fused attention give at some places of packed rows, as its own forward would.

    The last block works at those places alone: where a third of the tokens is learned, that is half of the block's work.

    Args:
        model: The transformer without its head.
        ids: (rows, size) token ids.
        positions: (rows, size) of each token in its segment.
        segments: As segments_argument gives them.
        places: (places,) in the rows laid end to end.

    Returns:
        (1, places, hidden).
    """
    hidden = model.word_embeddings(ids)
    given = {"alibi": None, "attention_mask": segments, "position_embeddings": model.rotary_emb(hidden, position_ids=positions)}
    for layer in model.h[:-1]:
        hidden = layer(hidden, **given)[0]
    last: Tensor = model.ln_f(model.h[-1](hidden, places=places, **given)[0])
    return last


def hidden_after(model: Any, ids: Tensor, positions: Tensor, pasts: Apart, places: Tensor) -> Tensor:
    """What the blocks of a Falcon with the fused attention give at some places of a packed row whose segments go on from their pasts.

    Args:
        model: The transformer without its head.
        ids: (1, size) token ids.
        positions: (1, size) of each token in its conversation.
        pasts: What each segment goes on from.
        places: (places,) in the row.

    Returns:
        (1, places, hidden).
    """
    hidden = model.word_embeddings(ids)
    given = {"alibi": None, "attention_mask": None, "layer_past": pasts, "position_embeddings": model.rotary_emb(hidden, position_ids=positions)}
    for layer in model.h:
        hidden = layer(hidden, **given)[0]
    last: Tensor = model.ln_f(_at(hidden, places))
    return last


def attend_after(query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """Causal attention of the last tokens of a conversation to all of it.

    Args:
        query: (1, new tokens, heads, width).
        keys: (1, groups, tokens, width), the new tokens last.
        values: As `keys`.

    Returns:
        (1, new tokens, heads, width).
    """
    new, heads, groups, tokens = query.shape[1], query.shape[2], keys.shape[1], keys.shape[2]
    if new == 1:  # the queries of a group as rows of one matrix: nothing is expanded, and there is nothing to hide
        return scaled_dot_product_attention(query.view(1, groups, heads // groups, -1), keys, values).reshape(query.shape)
    if groups == 1 and keys.device.type == "cpu" and query.dtype == keys.dtype == torch.float32:
        return multi_query_attention(query[0], keys[0, 0], values[0, 0], [tokens], torch.arange(tokens - new, tokens))[None]
    mask = None if new == tokens else torch.ones(new, tokens, dtype=torch.bool, device=keys.device).tril(tokens - new)
    return _attend_by_mask(query, keys.transpose(1, 2), values.transpose(1, 2), mask)


def _at(rows: Tensor, places: Tensor) -> Tensor:
    """(1, places, ...) of (rows, size, ...)."""
    return rows.flatten(0, 1).index_select(0, places)[None]


def _heads(projected: Tensor, groups: int, width: int, rotation: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Queries (rows, size, heads, width), keys and values (rows, size, groups, width), the first two rotated to their positions.

    Each group lies in `projected` as its queries, its key and its value; one group is multi-query, one query a group is multi-head.
    Split, not sliced: the gradient of a slice is as large as the whole.
    """
    whole = projected.unflatten(2, (groups, -1, width))
    turning, value = whole.split([whole.shape[3] - 1, 1], dim=3)
    first, second = turning.chunk(2, dim=4)
    (cos, other_cos), (sin, other_sin) = (part[:, :, None, None].chunk(2, dim=4) for part in rotation)
    turned = torch.cat([first * cos - second * sin, second * other_cos + first * other_sin], dim=4)
    query, key = turned.split([turned.shape[3] - 1, 1], dim=3)
    return query.flatten(2, 3), key.flatten(2, 3), value.flatten(2, 3)


def _attend_by_mask(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """Attention by a mask, or causal attention without one; all of (rows, size, heads or groups, width)."""
    repeats = query.shape[2] // key.shape[2]
    # expanded: not every fused kernel that takes a mask takes grouped heads
    key, value = (part[:, :, :, None].expand(-1, -1, -1, repeats, -1).flatten(2, 3) if key.shape[2] > 1 else part for part in (key, value))
    shape = (-1, -1, query.shape[2], -1)
    query, key, value = (part.transpose(1, 2) for part in (query, key.expand(shape), value.expand(shape)))
    causal = mask is None and query.shape[2] > 1
    return scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=causal).transpose(1, 2)


def _attend_in_segments(query: Tensor, key: Tensor, value: Tensor, segments: Tensor, places: Tensor | None) -> Tensor:
    """Causal attention inside each segment of packed rows; all of (rows, size, heads or groups, width).

    Of the tokens at `places` in the rows laid end to end alone, where those are given: (1, places, heads, width).
    """
    rows, size = query.shape[:2]
    cuts, longest = segments[0, 0, 0], segments.shape[2]
    if _varlen_takes(value):
        # under autocast the rotation may have come out in float32
        q, k, v = (part.flatten(0, 1).to(value.dtype) for part in (query, key, value))
        flat: Any = varlen_attn(q, k, v, cuts, cuts, longest, longest, window_size=(-1, 0), enable_gqa=True)
        mixed: Tensor = flat.unflatten(0, (rows, size))
    elif query.device.type != "cpu" or torch.compiler.is_compiling():
        mixed = _attend_by_mask(query, key, value, segment_mask(cuts, rows, size))
    elif value.shape[2] == 1 and query.dtype == key.dtype == value.dtype == torch.float32:
        asked = query.flatten(0, 1) if places is None else _at(query, places)[0]
        answered = multi_query_attention(asked, key.flatten(0, 2), value.flatten(0, 2), cuts.diff().tolist(), places)
        return answered.view(query.shape) if places is None else answered[None]
    else:
        lengths = cuts.diff().tolist()
        parts = zip(*(part.flatten(0, 1).transpose(0, 1)[None].split(lengths, dim=2) for part in (query, key, value)), strict=True)
        pieces = [scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True).transpose(1, 2) for q, k, v in parts]
        mixed = torch.cat(pieces, dim=1).view(query.shape)
    return mixed if places is None else _at(mixed, places)


def _varlen_takes(value: Tensor) -> bool:
    return value.dtype in _HALF and value.shape[-1] % 8 == 0 and value.shape[-1] <= 256 and _has_varlen(value.device)


@torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
def _has_varlen(place: torch.device) -> bool:
    """Whether torch's kernel for segments of different lengths runs there: NVIDIA, from Ampere on."""
    return place.type == "cuda" and torch.cuda.get_device_capability(place) >= (8, 0)


def fuse_attention(model: nn.Module) -> int:
    """Makes every Falcon attention in `model` reach the fused kernel, in place; returns how many there were.

    ALiBi Falcons (falcon-rw) are left alone: their bias has no fused form.
    """
    layers = [module for module in model.modules() if isinstance(module, FalconDecoderLayer) and not module.config.alibi]
    for layer in layers:
        layer.self_attention.__class__ = _FusedFalconAttention
    if layers and (layers[-1].config.new_decoder_architecture or layers[-1].config.parallel_attn):
        layers[-1].__class__ = _LastFalconLayer
    return len(layers)


def is_fused(model: nn.Module) -> bool:
    """Whether `model` takes packed rows by their segments (hidden_at), since fuse_attention."""
    return any(isinstance(module, _LastFalconLayer) for module in model.modules())
