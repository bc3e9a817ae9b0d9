"""Head and cross-entropy in one, a block of targets at a time, with the gradients at once: no logits are kept and none computed twice."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

BLOCK = 512


class _HeadLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, labels: Tensor, block: int) -> Tensor:
        to_hidden, to_weight = torch.empty_like(hidden), torch.zeros_like(weight)
        total = torch.zeros((), dtype=torch.float32, device=hidden.device)
        for start in range(0, len(hidden), block):
            part, wanted = hidden[start : start + block], labels[start : start + block, None]
            scores = (part @ weight.t()).float()
            total -= scores.gather(1, wanted).sum()
            largest = scores.amax(dim=1, keepdim=True)
            chances = scores.sub_(largest).exp_()
            sums = chances.sum(dim=1, keepdim=True)
            total += (sums.log() + largest).sum()
            # p = chances / sums: the few hidden states are divided, and not the many chances
            chances.scatter_add_(1, wanted, -sums)
            chances = chances.to(weight.dtype)
            torch.mm(chances, weight, out=to_hidden[start : start + block]).div_(sums)
            to_weight.addmm_(chances.t(), part / sums.to(part.dtype))
        ctx.save_for_backward(to_hidden, to_weight)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None, None]:
        to_hidden, to_weight = ctx.saved_tensors
        return to_hidden.mul_(gradient), to_weight.mul_(gradient), None, None


def head_loss(hidden: Tensor, weight: Tensor, labels: Tensor) -> Tensor:
    """The summed cross-entropy, in nats, of `labels` (targets,) after `hidden` (targets, width) under a head of `weight` (vocabulary, width)."""
    if hidden.device.type == "cpu":
        total: Tensor = _HeadLoss.apply(hidden, weight, labels, BLOCK)  # type: ignore[no-untyped-call]
    else:
        half = hidden.to(torch.bfloat16), weight.to(torch.bfloat16)
        total = _HeadLoss.apply(*half, labels, 16 * BLOCK)  # type: ignore[no-untyped-call]
    return total
