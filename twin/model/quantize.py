"""A base in 4 bits: NF4 with double quantization (Dettmers and others, "QLoRA", 2023), by bitsandbytes. Not here: loading it.

Only the linear layers of the blocks are quantized; embedding and head stay as they are, one and the same weight where they are tied.
peft's prepare_model_for_kbit_training must stay away: it would make embedding, head and residual stream float32.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from transformers import BitsAndBytesConfig
from transformers.models.falcon import modeling_falcon
from transformers.pytorch_utils import Conv1D

from twin.errors import ModelError


def four_bits(dtype: torch.dtype, place: torch.device) -> BitsAndBytesConfig:
    """What transformers is told. `dtype` is the arithmetic; on a GPU also how the bits are stored, as FSDP shards one dtype only."""
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
        bnb_4bit_quant_storage=dtype if place.type == "cuda" else torch.uint8,
    )


@contextmanager
def plain_linears() -> Iterator[None]:
    """Falcons made inside consist of nn.Linear: transformers from 5.5 on quantizes nothing else, and its FalconLinear is a class of its own."""
    own = modeling_falcon.FalconLinear
    modeling_falcon.FalconLinear = nn.Linear  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        modeling_falcon.FalconLinear = own  # type: ignore[misc]


def block_linears(model: Any) -> dict[str, nn.Module]:
    """The linear layers of a causal LM but for its head, by name."""
    head = model.get_output_embeddings()
    return {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear | Conv1D) and module is not head}


def check_quantized(model: Any, base: str) -> None:
    """Raises ModelError unless every linear layer of the blocks is in 4 bits: transformers leaves out what it does not know, and says nothing."""
    from bitsandbytes.nn.modules import Linear4bit  # not everywhere, and not needed but here

    whole = [name for name, module in block_linears(model).items() if not isinstance(module, Linear4bit)]
    if whole:
        raise ModelError(
            f"base {base}: {len(whole)} of its linear layers are not in 4 bits ({whole[0]} is {type(model.get_submodule(whole[0])).__name__}); "
            "take train.method = lora in twin.toml, or the versions in constraints.txt"
        )
