"""What can be had from a model's layers, one by one: less memory for more time, and compiled code."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import torch
from torch.utils.checkpoint import checkpoint
from transformers.modeling_layers import GradientCheckpointingLayer


def recompute(model: Any, layers: int = sys.maxsize) -> int:
    """Makes the first `layers` layers keep their inputs alone while the model trains, and compute the rest again in the backward pass.

    The numbers stay the same, dropout included. Such a layer costs its forward pass a second time. A layer cannot be recomputed
    where it is given past keys and values.

    Returns:
        How many layers that are.
    """
    found = _layers(model)
    for number, layer in enumerate(found):
        layer.gradient_checkpointing = number < layers
        layer._gradient_checkpointing_func = partial(checkpoint, use_reentrant=False)
    return min(layers, len(found))


def compile_layers(model: Any) -> None:
    """Compiles the layers; they are alike, so that one of them is compiled and all run it. What cannot be compiled runs as it is."""
    torch._dynamo.config.suppress_errors = True
    # one size after another turns out to vary, for each kind of layer: with dynamo's own limit of 8 it may give up, without a word
    torch._dynamo.config.recompile_limit = 64
    for layer in _layers(model):
        layer.compile()


def _layers(model: Any) -> list[Any]:
    return [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]
