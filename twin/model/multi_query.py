"""Causal attention of many query heads over one key/value head, in float32 on a CPU, made of plain matrix products.

With one key and value for all heads, the queries of all heads are the rows of one matrix, and nothing is batched. torch's fused kernel
goes head by head and reaches a fifth of the speed of a matrix product; this takes three quarters of its time on rows of 512
(docs/benchmarks.md). Like it, it keeps no scores: the backward pass computes them again, a block of queries at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

BLOCK = 128
"""Queries at once: few enough that little is computed of what none of them sees, enough for the products to be large (measured: 32, 64, 128)."""


def multi_query_attention(query: Tensor, key: Tensor, value: Tensor, lengths: Sequence[int]) -> Tensor:
    """Softmax attention in which each token sees the tokens before it in its own segment, and itself.

    Args:
        query: (tokens, heads, width), segments end to end.
        key: (tokens, width).
        value: (tokens, width).
        lengths: Tokens in each segment.

    Returns:
        (tokens, heads, width).
    """
    mixed: Tensor = _MultiQuery.apply(query.contiguous(), key.contiguous(), value.contiguous(), tuple(lengths))  # type: ignore[no-untyped-call]
    return mixed


class _MultiQuery(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, lengths: tuple[int, ...]) -> Tensor:
        mixed = torch.empty_like(query)
        later = _later(query)
        for first, start, end in _blocks(lengths):
            chances = _chances(query[start:end], key[first:end], later)
            torch.mm(chances, value[first:end], out=mixed[start:end].flatten(0, 1))
        ctx.save_for_backward(query, key, value, mixed)
        ctx.lengths = lengths
        return mixed

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        query, key, value, mixed = ctx.saved_tensors
        gradient = gradient.contiguous()
        to_query, to_key, to_value = torch.empty_like(query), torch.zeros_like(key), torch.zeros_like(value)
        later = _later(query)
        scale = query.shape[2] ** -0.5
        # the sum over keys of chance times gradient, of each query (Dao, arXiv 2307.08691, section 3.1)
        means = (gradient * mixed).sum(dim=2)
        for first, start, end in _blocks(ctx.lengths):
            chances = _chances(query[start:end], key[first:end], later)
            above = gradient[start:end].flatten(0, 1)
            to_value[first:end].addmm_(chances.t(), above)
            scores = torch.mm(above, value[first:end].t()).sub_(means[start:end].view(-1, 1)).mul_(chances)
            torch.addmm(to_query.new_zeros(()), scores, key[first:end], beta=0, alpha=scale, out=to_query[start:end].flatten(0, 1))
            to_key[first:end].addmm_(scores.t(), query[start:end].flatten(0, 1), alpha=scale)
        return to_query, to_key, to_value, None


def _blocks(lengths: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """For each block of queries where its segment begins, and where the block begins and ends."""
    first = 0
    for length in lengths:
        for start in range(first, first + length, BLOCK):
            yield first, start, min(start + BLOCK, first + length)
        first += length


def _later(query: Tensor) -> Tensor:
    """(BLOCK, 1, BLOCK) bool: which keys of its own block a query must not see."""
    return torch.ones(BLOCK, BLOCK, dtype=torch.bool, device=query.device).triu(diagonal=1)[:, None]


def _chances(query: Tensor, key: Tensor, later: Tensor) -> Tensor:
    """(queries x heads, keys): what each query of a block takes of each key from its segment's first one on."""
    count = len(query)
    scores = torch.addmm(query.new_zeros(()), query.flatten(0, 1), key.t(), beta=0, alpha=query.shape[2] ** -0.5)
    scores.view(count, -1, len(key))[:, :, -count:].masked_fill_(later[:count, :, :count], -torch.inf)
    return scores.softmax(dim=1)
