"""Muon (Keller Jordan): momentum, then the nearest semi-orthogonal matrix by Newton-Schulz steps, of all matrices of a shape at once.

torch.optim.Muon does its steps in bfloat16, one matrix after another; a CPU without bfloat16 emulates it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

COEFFICIENTS = ((4.0848, -6.8946, 2.9270), (3.9505, -6.3029, 2.6377), (3.7418, -5.5913, 2.3037), (2.8769, -3.1427, 1.2046), (2.8366, -3.0525, 1.2012))
"""Of five steps, each for the singular values that the ones before it leave (from modded-nanogpt)."""


def orthogonal(matrices: Tensor) -> Tensor:
    """About U V^T of each of (count, rows, columns)."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / (torch.linalg.matrix_norm(x, keepdim=True) * 1.01 + 1e-7)
    # All steps are polynomials of one small matrix, X X^T, so the long side is met twice only.
    gram = x @ x.mT
    product: Tensor | None = None
    for a, b, c in COEFFICIENTS:
        step = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
        step.diagonal(dim1=1, dim2=2).add_(a)
        product = step if product is None else step @ product
        gram = step @ gram @ step
    assert product is not None
    x = product @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised; decoupled weight decay."""

    def __init__(self, params: Iterable[Any], lr: float = 0.02, momentum: float = 0.95, weight_decay: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            alike: dict[torch.Size, list[Tensor]] = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    alike[weight.shape].append(weight)
            for shape, weights in alike.items():
                momenta = [self.state[weight].setdefault("momentum", torch.zeros_like(weight)) for weight in weights]
                gradients = [weight.grad for weight in weights]
                torch._foreach_lerp_(momenta, gradients, 1 - group["momentum"])
                updates = orthogonal(torch.stack(torch._foreach_lerp(gradients, momenta, group["momentum"])).float())
                torch._foreach_mul_(weights, 1 - group["lr"] * group["weight_decay"])
                scale = max(1.0, shape[0] / shape[1]) ** 0.5
                torch._foreach_add_(weights, list(updates.to(weights[0].dtype).unbind()), alpha=-group["lr"] * scale)
