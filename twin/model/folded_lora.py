"""LoRA in float32 as one matrix product instead of three: x (W + s B A)' in place of x W' + s (x A') B'.

The sum of the matrices is made for each call and thrown away: it has as many numbers as W, while what it saves, a second output and its
addition, has as many as the layer's output. In bfloat16 it would round the adapter away, so there, and with dropout, which lies between
the two, peft's own form stays.
"""

from __future__ import annotations

from typing import Any

import torch
from peft.tuners.lora.layer import Linear
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


def fold(model: nn.Module) -> int:
    """Makes every plain LoRA layer of `model` work with one product while it can, in place; returns how many those are."""
    found = [module for module in model.modules() if type(module) is Linear and isinstance(module.base_layer, nn.Linear)]
    for module in found:
        module.__class__ = _FoldedLinear
    return len(found)


class _FoldedLinear(Linear):
    """peft's LoRA layer over a linear one. Takes over the modules of a model, so it adds no state."""

    def forward(self, x: Tensor, *given: Any, **others: Any) -> Tensor:
        name: Any = self.active_adapters[0] if len(self.active_adapters) == 1 else None
        if self.disable_adapters or self.merged or others or not (name in self.lora_A and self._is_plain(name, x)):
            whole: Tensor = super().forward(x, *given, **others)
            return whole
        base: Any = self.base_layer
        product: Tensor = _Product.apply(x, base.weight, self.lora_A[name].weight, self.lora_B[name].weight, self.scaling[name])  # type: ignore[no-untyped-call]
        return product if base.bias is None else product + base.bias

    def _is_plain(self, name: str, x: Tensor) -> bool:
        base: Any = self.base_layer
        weights: tuple[Any, ...] = (base.weight, self.lora_A[name].weight, self.lora_B[name].weight)
        alone = name not in self.lora_variant and isinstance(self.lora_dropout[name], nn.Identity) and not base.weight.requires_grad
        return alone and not torch.is_autocast_enabled(x.device.type) and all(part.dtype == torch.float32 for part in (x, *weights))


class _Product(torch.autograd.Function):
    """(..., wide) of x (..., narrow), weight (wide, narrow), down (rank, narrow), up (wide, rank); the weight gets no gradient."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, down: Tensor, up: Tensor, scale: float) -> Tensor:
        ctx.save_for_backward(x, weight, down, up)
        ctx.scale = scale
        return x @ torch.addmm(weight, up, down, alpha=scale).t()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, None, Tensor, Tensor, None]:
        x, weight, down, up = ctx.saved_tensors
        above, below = gradient.flatten(0, -2), x.flatten(0, -2)
        to_x = gradient @ torch.addmm(weight, up, down, alpha=ctx.scale) if ctx.needs_input_grad[0] else None
        to_down = (above @ (up * ctx.scale)).t() @ below
        to_up = above.t() @ (below @ (down * ctx.scale).t())
        return to_x, None, to_down, to_up, None
