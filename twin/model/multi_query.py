"""Causal attention of many query heads over one key/value head, in float32 on a CPU, made of plain matrix products.

With one key and value for all heads, the queries of all heads are the rows of one matrix, and nothing is batched. torch's fused kernel
goes head by head and reaches a fifth of the speed of a matrix product; this takes three quarters of its time on rows of 512
(docs/benchmarks.md). Like it, it keeps no scores: the backward pass computes them again, a block of queries at a time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

BLOCK = 128
"""Queries at once: few enough that little is computed of what none of them sees, enough for the products to be large (measured: 32, 64, 128)."""


def multi_query_attention(query: Tensor, key: Tensor, value: Tensor, lengths: Sequence[int], places: Tensor | None = None) -> Tensor:
    """Softmax attention in which each token sees the tokens before it in its own segment, and itself.

    Args:
        query: (queries, heads, width), of all tokens or of those at `places`.
        key: (tokens, width), segments end to end.
        value: (tokens, width).
        lengths: Tokens in each segment.
        places: (queries,) which tokens the queries are, ascending; None: all of them.

    Returns:
        (queries, heads, width).
    """
    mixed: Tensor = _MultiQuery.apply(query.contiguous(), key.contiguous(), value.contiguous(), tuple(lengths), places)  # type: ignore[no-untyped-call]
    return mixed


class _MultiQuery(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, lengths: tuple[int, ...], places: Tensor | None) -> Tensor:
        mixed = torch.empty_like(query)
        ctx.blocks = list(_blocks(query, lengths, places))
        for seen, asked, later in ctx.blocks:
            chances = _chances(query[asked], key[seen], later)
            torch.mm(chances, value[seen], out=mixed[asked].flatten(0, 1))
        ctx.save_for_backward(query, key, value, mixed)
        return mixed

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        query, key, value, mixed = ctx.saved_tensors
        gradient = gradient.contiguous()
        to_query, to_key, to_value = torch.empty_like(query), torch.zeros_like(key), torch.zeros_like(value)
        scale = query.shape[2] ** -0.5
        # the sum over keys of chance times gradient, of each query (Dao, arXiv 2307.08691, section 3.1)
        means = (gradient * mixed).sum(dim=2)
        nothing = query.new_zeros(())
        for seen, asked, later in ctx.blocks:
            here, keys = query[asked].flatten(0, 1), key[seen]
            chances = _chances(query[asked], keys, later)
            above = gradient[asked].flatten(0, 1)
            to_value[seen].addmm_(chances.t(), above)
            scores = torch.mm(above, value[seen].t()).sub_(means[asked].view(-1, 1)).mul_(chances)
            torch.addmm(nothing, scores, keys, beta=0, alpha=scale, out=to_query[asked].flatten(0, 1))
            to_key[seen].addmm_(scores.t(), here, alpha=scale)
        return to_query, to_key, to_value, None, None


def _blocks(query: Tensor, lengths: Sequence[int], places: Tensor | None) -> Iterator[tuple[slice, slice, Tensor]]:
    """For each block of queries: the tokens that its last one sees, the queries, and what is added to their scores.

    That is (queries, 1, last of those tokens), minus infinity where a query must not see one, else 0; what comes before is seen by all.
    Adding takes a fifth of the time of filling by a mask.
    """
    triangle = query.new_full((BLOCK, BLOCK), -torch.inf).triu(diagonal=1)[:, None]
    numbers: Sequence[int] = range(sum(lengths)) if places is None else places.tolist()
    first = start = 0
    for length in lengths:
        stop = bisect_left(numbers, first + length)
        while start < stop:
            end = min(start + BLOCK, stop)
            later = triangle[: end - start, :, : end - start]
            if places is not None:
                tokens = torch.arange(numbers[start], numbers[end - 1] + 1, device=query.device)
                later = query.new_zeros(end - start, len(tokens)).masked_fill_(tokens > places[start:end, None], -torch.inf)[:, None]
            yield slice(first, numbers[end - 1] + 1), slice(start, end), later
            start = end
        first += length


def _chances(query: Tensor, key: Tensor, later: Tensor) -> Tensor:
    """(queries x heads, keys): what each query of a block takes of each key."""
    scores = torch.addmm(query.new_zeros(()), query.flatten(0, 1), key.t(), beta=0, alpha=query.shape[2] ** -0.5)
    scores.view(len(query), -1, len(key))[:, :, -later.shape[2] :].add_(later)
    return scores.softmax(dim=1)
