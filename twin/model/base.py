"""Loading base models, quantized if asked for, and their tokenizers with the template's markers. Nothing here trains or generates.

Weights come as safetensors only, code comes from transformers only, and the embedded base is checked against its hash.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.utils import logging as transformers_logging

from twin.errors import ModelError
from twin.model import embedded
from twin.model.attention import fuse_attention
from twin.model.markers import BUBBLE, OWN, learned_markers
from twin.model.quantize import check_quantized, four_bits, plain_linears
from twin.model.template import Template

UNUSABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError, SafetensorError)
"""What transformers, tokenizers, safetensors and peft raise on files that are missing, damaged or made for something else."""

# its bars and advice are not for the person at the terminal
transformers_logging.disable_progress_bar()
transformers_logging.set_verbosity_error()


def device() -> torch.device:
    """The fastest device here."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def choose_precision(wanted: str, place: torch.device) -> torch.dtype:
    """The arithmetic for "auto", "float32" or "bfloat16" on a device."""
    if wanted == "auto":
        return torch.bfloat16 if place.type == "cuda" and torch.cuda.is_bf16_supported() else torch.float32
    return torch.float32 if wanted == "float32" else torch.bfloat16


def locate(base: str) -> str:
    """What transformers is given for a base: the embedded one's folder for "embedded", else the name or folder itself."""
    return str(embedded.EMBEDDED) if base == "embedded" else base


def load_template(base: str) -> Template:
    """The template over a base's tokenizer: in the form of its own chat template if it has a usable one; markers that it lacks are added.

    Raises:
        ModelError: There is no tokenizer, or none in the fast form that the template needs.
    """
    if base == "embedded":
        embedded.check_embedded()
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(locate(base), use_fast=True, trust_remote_code=False)
    except Exception as error:  # tokenizers raises nothing narrower on a damaged tokenizer.json
        raise ModelError(f"base {base}: no tokenizer can be loaded ({first_line(error)}); check train.base in twin.toml") from error
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise ModelError(f"base {base}: its tokenizer has no fast form; choose another base in twin.toml (train.base)")
    markers = learned_markers(tokenizer)
    vocabulary = tokenizer.get_vocab()
    missing = [marker for marker in ([BUBBLE] if markers else OWN) if marker not in vocabulary]
    tokenizer.add_tokens(missing, special_tokens=True)
    return Template(tokenizer, markers, [tokenizer.convert_tokens_to_ids(marker) for marker in missing])


def load_base(base: str, template: Template | None, *, dtype: torch.dtype, place: torch.device, quantized: bool = False) -> PreTrainedModel:
    """A base model in evaluation mode, with room for the template's markers and, if a Falcon, with the fused attention.

    Args:
        base: "embedded", or a name or folder.
        template: Whose added markers it gets; None for a model that has them already.
        dtype: Of its weights, or of the arithmetic over them where they are quantized.
        place: Where it is loaded to, without a whole copy anywhere else.
        quantized: The linear layers of its blocks in 4 bits.

    Raises:
        ModelError: It cannot be loaded, not all of its blocks could be quantized, or the embedded base is not the file it should be.
    """
    if base == "embedded":
        embedded.check_embedded()
    auto: Any = AutoModelForCausalLM
    try:
        with plain_linears() if quantized else nullcontext():
            model, report = auto.from_pretrained(
                locate(base),
                dtype=dtype,
                device_map={"": place},
                quantization_config=four_bits(dtype, place) if quantized else None,
                use_safetensors=True,
                trust_remote_code=False,
                output_loading_info=True,
            )
    except UNUSABLE as error:
        raise ModelError(f"base {base} cannot be loaded ({first_line(error)}); check train.base in twin.toml") from error
    if report["missing_keys"]:  # transformers would go on with random ones
        raise ModelError(f"base {base} lacks weights ({min(report['missing_keys'])}); get its files again, or check train.base in twin.toml")
    if getattr(model.config, "alibi", False):
        raise ModelError(f"base {base} uses ALiBi, which knows no packed rows; choose one with rotary positions in twin.toml (train.base)")
    if quantized:
        check_quantized(model, base)
    if template is not None and template.added:
        _make_room(model, template)
    fuse_attention(model)
    model.requires_grad_(False)
    ready: PreTrainedModel = model.eval()
    return ready


def _make_room(model: Any, template: Template) -> None:
    """Gives the added markers their rows: the mean of the others, the same every time, so that an adapter finds what it was trained on."""
    if template.size > model.get_input_embeddings().weight.shape[0]:
        model.resize_token_embeddings(template.size, mean_resizing=False)
    with torch.no_grad():
        for table in (model.get_input_embeddings(), model.get_output_embeddings()):  # one and the same weight where they are tied
            table.weight[template.added] = table.weight[: min(template.added)].mean(dim=0)


def first_line(error: BaseException) -> str:
    """What an error says first, short enough for a line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
