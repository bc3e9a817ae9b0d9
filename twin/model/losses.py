"""The loss of every target of packed rows, exactly as the model's own forward gives it for each segment alone, whatever the model.

Not here: sums of them and bits per byte (score.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.functional import cross_entropy, pad
from torch.nn.utils.rnn import pad_sequence
from torch.utils.checkpoint import checkpoint
from transformers.modeling_outputs import BaseModelOutputWithPastAndCrossAttentions

from twin.errors import ModelError
from twin.model.adapter import has_virtual_tokens, virtual_prefix
from twin.model.attention import hidden_at, is_fused
from twin.model.packing import Batch, Window, make_batch
from twin.model.template import CONTEXT, TEXT

LOGITS = 2**25
"""Logits of a batch that exist at once, at most: 128 MiB in float32."""
LOGITS_ON_CPU = 2**21
"""The same where they are computed once, on a CPU: 8 MiB, about what its caches hold."""

_WAYS = ("segments", "positions", "mask", "apart")


def target_losses(model: Any, batch: Batch) -> Tensor:
    """-ln p of every target of a batch, (targets,) float32, exactly as the model alone would give it for each segment.

    The head is applied at target positions only, and to no more of them at once than a bounded number of logits needs.

    Raises:
        ModelError: See packing_way.
    """
    causal = _causal(model)
    way = packing_way(model, row_tokens=batch.ids.shape[1])
    kind, hidden = _hidden(causal, batch, way, virtual_prefix(model, len(batch.ids), lent=True))
    vocabulary = causal.get_output_embeddings().weight.shape[0]

    def losses(hidden: Tensor, labels: Tensor) -> Tensor:
        return cross_entropy(_logits(causal, kind, hidden).float(), labels, reduction="none")

    def pieces(limit: int) -> Iterator[tuple[Tensor, Tensor]]:
        size = max(1, limit // vocabulary)
        return zip(hidden.split(size), batch.labels.split(size), strict=True)

    if hidden.requires_grad and _head_learns(causal):
        again = len(hidden) * vocabulary > LOGITS
        return torch.cat([checkpoint(losses, *piece, use_reentrant=False) if again else losses(*piece) for piece in pieces(LOGITS)])
    limit = min(LOGITS, LOGITS_ON_CPU) if hidden.device.type == "cpu" else LOGITS
    if not hidden.requires_grad:
        return torch.cat([losses(*piece) for piece in pieces(limit)])
    result: Tensor = _Losses.apply(hidden, batch.labels, losses, max(1, limit // vocabulary))  # type: ignore[no-untyped-call]
    return result


def _head_learns(causal: Any) -> bool:
    """Whether something beside the blocks has a gradient; of a tied head, the embedding."""
    return any(weight.requires_grad for name, part in causal.named_children() if name != causal.base_model_prefix for weight in part.parameters())


class _Losses(torch.autograd.Function):
    """Losses under a head that does not learn, a piece at a time.

    No loss depends on another's row, so that the gradient of each row is known up to a factor as soon as its logits are: they are computed
    once, and none is kept.
    """

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, labels: Tensor, losses: Callable[[Tensor, Tensor], Tensor], size: int) -> Tensor:
        found, slopes = [], []
        for piece, wanted in zip(hidden.split(size), labels.split(size), strict=True):
            with torch.enable_grad():
                leaf = piece.detach().requires_grad_()
                part = losses(leaf, wanted)
                slopes += torch.autograd.grad(part.sum(), leaf)
            found.append(part.detach())
        ctx.save_for_backward(torch.cat(slopes))
        return torch.cat(found)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        (slopes,) = ctx.saved_tensors
        return slopes * gradient[:, None], None, None, None


def packing_way(model: Any, *, row_tokens: int) -> str:
    """How rows reach a model so that no segment sees another; found once for each model by trying, and kept on it.

    Call it before training, and before anything that wraps or compiles the model; target_losses calls it if nobody did. A row of
    two short segments must give the losses that the model's own forward gives each alone, and those of the second may not depend on
    the first. Some models need no more than positions that begin again, some a mask, Falcon's fused attention is told the segments;
    the others get one segment a row, which is slow but exact for every causal model. After virtual tokens it is a mask or nothing.

    Args:
        model: A causal LM of transformers, or one with an adapter.
        row_tokens: The longest segment that will come: a sliding window shorter than that is tried, too.

    Returns:
        "segments", "positions", "mask" or "apart".

    Raises:
        ModelError: Not even segment by segment are the losses those of the model's own forward, or they are no numbers.
    """
    causal = _causal(model)
    known: dict[tuple[str, ...], str] = causal.__dict__.setdefault("_twin_packing_ways", {})
    ways = ("mask",) if has_virtual_tokens(model) else _WAYS[0 if is_fused(causal) else 1 :]
    if ways not in known:
        modes = [(module, module.training) for module in model.modules()]
        model.eval()
        exact = next((way for way in ways if _is_exact(causal, way, row_tokens)), None)
        for module, mode in modes:
            module.training = mode
        torch.clear_autocast_cache()  # what was cast without gradients is no use to training
        name = causal.config.name_or_path or type(causal).__name__
        if exact is None and has_virtual_tokens(model):
            raise ModelError(f"base {name} cannot take packed rows after virtual tokens; choose another train.method in twin.toml")
        if exact is None:
            raise ModelError(f"base {name} gives other losses here than by its own code; choose another (train.base)")
        known[ways] = exact
    return known[ways]


def _causal(model: Any) -> Any:
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def _hidden(causal: Any, batch: Batch, way: str, prefix: Any = None) -> tuple[type, Tensor]:
    """What the blocks give at the targets, (targets, width), and the class of their output. All segments see `prefix`."""
    if way == "apart":
        return _hidden_apart(causal, batch)
    if way == "segments":
        # on a GPU few shapes are worth more: each is compiled
        batch = batch.without_padding() if batch.ids.device.type == "cpu" else batch
        hidden = hidden_at(causal.base_model, batch.ids, batch.positions, batch.segments, batch.places)
        return BaseModelOutputWithPastAndCrossAttentions, hidden[0]
    mask, positions = batch.mask if way == "mask" else None, batch.positions
    if prefix is not None:
        mask, positions = pad(batch.mask, (prefix.get_seq_length(), 0), value=True), positions + prefix.get_seq_length()
    output = causal.base_model(input_ids=batch.ids, attention_mask=mask, position_ids=positions, past_key_values=prefix, use_cache=False)
    return type(output), output.last_hidden_state.flatten(0, 1).index_select(0, batch.places)


def _hidden_apart(causal: Any, batch: Batch) -> tuple[type, Tensor]:
    """The same with one segment a row, padded at the end, where no token of a causal model looks; like lengths together."""
    cuts = batch.cuts.tolist()
    places, found, order = batch.places.cpu(), [], []
    kind: type = object
    segments = sorted(pairwise(cuts), key=lambda segment: segment[0] - segment[1])
    while segments:
        longest = segments[0][1] - segments[0][0]
        count = max(1, batch.ids.numel() // longest)
        rows, segments = segments[:count], segments[count:]
        ids = pad_sequence([batch.ids.view(-1)[start:end] for start, end in rows], batch_first=True)
        output = causal.base_model(input_ids=ids, use_cache=False)
        kind = type(output)
        for row, (start, end) in zip(output.last_hidden_state, rows, strict=True):
            here = ((places >= start) & (places < end)).nonzero()[:, 0]
            order.append(here)
            found.append(row.index_select(0, (places[here] - start).to(row.device)))
    return kind, torch.cat(found).index_select(0, torch.cat(order).argsort().to(batch.ids.device))


class _Given(nn.Module):
    """Stands where a model's blocks were, and gives what they gave."""

    def __init__(self, output: Any) -> None:
        super().__init__()
        self.output = output

    def __getattr__(self, name: str) -> Any:
        return self  # OPT's head asks a part of the base, not the whole

    def forward(self, *_: Any, **__: Any) -> Any:
        return self.output


def _logits(causal: Any, kind: type, hidden: Tensor) -> Tensor:
    """The model's own logits of (targets, width): some scale or cap what the head gives, so its own forward is asked, without blocks."""
    head = copy(causal)
    head._modules = {**causal._modules, causal.base_model_prefix: _Given(kind(last_hidden_state=hidden[None]))}
    logits: Tensor = head(input_ids=torch.zeros(1, len(hidden), dtype=torch.long, device=hidden.device), use_cache=False).logits[0]
    return logits


@torch.no_grad()
def _is_exact(causal: Any, way: str, row_tokens: int) -> bool:
    config = causal.config.get_text_config()
    place = causal.get_input_embeddings().weight.device
    window = getattr(config, "sliding_window", None) or row_tokens
    first, other, second = (_probe(number, size, config.vocab_size) for number, size in ((1, 7), (2, 7), (3, window + 8 if window < row_tokens else 11)))
    half = torch.is_autocast_enabled(place.type) or causal.dtype != torch.float32
    alone = torch.cat([_alone(causal, torch.tensor(window.ids, device=place)) for window in (first, second, first)])
    if not alone.isfinite().all():
        raise ModelError(f"base {causal.config.name_or_path} gives losses that are no numbers: its weights are damaged; get its files again")
    try:
        found, changed = (
            cross_entropy(_logits(causal, *_hidden(causal, batch, way)).float(), batch.labels, reduction="none")
            for batch in (make_batch([[begin, second], [first]]).to(place) for begin in (first, other))
        )
    except torch.OutOfMemoryError:
        raise
    except (TypeError, ValueError, RuntimeError, AttributeError):  # the model does not take its rows this way
        return False
    # In half precision other kernels round otherwise, by a tenth of a nat where a token is as unlikely as most are here. What a segment
    # may not see goes through the same kernels both times, and is to change nothing at all.
    later = slice(len(first.ids) - 1, None)
    leaked, off = (found - changed)[later].abs().max(), (found - alone).abs()
    return bool(leaked <= (1e-2 if half else 1e-6) and (off.mean() <= 0.2 if half else off.max() <= 1e-4))


def _probe(number: int, size: int, vocabulary: int) -> Window:
    ids = tuple((number * 97 + place * 31) % min(vocabulary, 997) for place in range(size))
    return Window(ids, (CONTEXT, *[TEXT] * (size - 1)), 0, 0)


def _alone(causal: Any, ids: Tensor) -> Tensor:
    logits = causal(input_ids=ids[None], use_cache=False).logits[0, :-1]
    return cross_entropy(logits.float(), ids[1:], reduction="none")
