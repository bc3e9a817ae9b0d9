"""`engine = "litgpt"`: the losses of a batch through litgpt's model and LoRA, on Lightning Fabric.

litgpt's model is built over the very tensors of a base and its adapter that transformers and peft hold, not over copies. What learns is
peft's adapter all along, so its folder, checkpoints, early stopping and the scores are those of every training. The layers hold the same
numbers in the same order in both, but for one: litgpt adapts query, key and value by three adapters of rank r side by side, which is a
peft adapter of rank 3r whose B is block-diagonal. What lies outside the blocks begins at 0, gets no gradient, and stays 0.

Not here: bases other than Falcon-7B's kind, methods other than LoRA, several devices. Those are refused, and engine = "twin" has them.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import torch
from lightning.fabric import Fabric
from litgpt.lora import GPT, Config, LoRAQKVLinear, mark_only_lora_as_trainable
from peft import LoraConfig, PeftModel, get_peft_model
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.parametrize import register_parametrization
from torch.utils.checkpoint import checkpoint

from twin.config import Train
from twin.errors import TrainingError
from twin.model.packing import Batch

# "Using bfloat16 Automatic Mixed Precision" and the like are not for the person at the terminal; which of the two says it depends on the imports
for _news in ("lightning.fabric", "lightning.pytorch"):
    logging.getLogger(_news).setLevel(logging.WARNING)

_LAYERS = ("self_attention.query_key_value", "self_attention.dense", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h")
_SAME_NAME = {
    "base_model.model.": "",
    "word_embeddings.": "wte.",
    "input_layernorm.": "norm_1.",
    "self_attention.query_key_value.": "attn.qkv.",
    "self_attention.dense.": "attn.proj.",
    "mlp.dense_h_to_4h.": "mlp.fc.",
    "mlp.dense_4h_to_h.": "mlp.proj.",
    "lm_head.": "lm_head.linear.",
    "base_layer.": "linear.",
    "lora_A.default.weight": "lora_A",
    "qkv.lora_B.default.weight": "qkv.parametrizations.lora_B.original",
    "lora_B.default.weight": "lora_B",
}
"""Parts of peft's and transformers' names, and litgpt's for the same; in this order."""
_WANTED = {
    "model_type": "falcon",
    "multi_query": True,
    "parallel_attn": True,
    "new_decoder_architecture": False,
    "alibi": False,
    "bias": False,
    "activation": "gelu",
    "hidden_dropout": 0.0,
    "attention_dropout": 0.0,
}
"""What a Falcon-7B's configuration says: the one kind of model that the names above are right for."""


def check_settings(settings: Train) -> None:
    """Raises TrainingError unless the [train] table asks for what litgpt can do; asked before anything is loaded."""
    if settings.method != "lora":
        raise _refused(f'train.method = "{settings.method}"')
    if settings.compile == "on":
        raise _refused('train.compile = "on"')
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise _refused(f"{os.environ['WORLD_SIZE']} processes (torchrun)")
    _layers(settings.targets)


def with_litgpt_adapter(model: Any, settings: Train, *, added: list[int]) -> PeftModel:
    """The base with a fresh LoRA as litgpt has it, in peft's form: what `twin.model.adapter.with_adapter` is to twin's own engine.

    A begins as He et al.'s uniform distribution and B as 0, in peft as in litgpt.

    Raises:
        TrainingError: litgpt cannot train this base, or only with markers `added` to it.
    """
    for key, wanted in _WANTED.items():
        found = getattr(model.config, key, None)
        if found != wanted:
            raise _refused(f"a base whose config.json has {key} = {found!r} and not {wanted!r}")
    if model.config.rope_parameters["rope_type"] != "default":
        raise _refused(f"a base with rotary positions of type {model.config.rope_parameters['rope_type']!r}")
    if added:
        raise _refused(f"a base whose tokenizer lacks {len(added)} of the template's markers")
    layers = [layer.split(".")[-1] for layer in _layers(settings.targets)]
    three_in_one = [layer for layer in layers if layer == "query_key_value"]
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=layers,
        rank_pattern=dict.fromkeys(three_in_one, 3 * settings.rank),
        alpha_pattern=dict.fromkeys(three_in_one, 3 * settings.alpha),  # alpha / rank, the scale, stays
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, config)


class LitgptLosses(nn.Module):
    """-ln p of every target of a batch, by litgpt: what `twin.model.losses.target_losses` gives, up to rounding.

    litgpt knows no packed rows. Each of their segments becomes a sample of its own, padded on the right, where causality hides it.
    """

    def __init__(self, model: PeftModel, *, recompute_layers: int = 0) -> None:
        """Builds litgpt's model over the tensors of `model`, which `with_litgpt_adapter` made.

        Args:
            model: Base and adapter; goes on living with the same weights, whichever of the two changes them.
            recompute_layers: So many layers keep no activations and compute them a second time.
        """
        super().__init__()
        self.logits: nn.Module = _TargetLogits(shared_model(model), recompute_layers)

    def forward(self, batch: Batch) -> Tensor:
        """The losses of a batch, (targets,) float32, in its order."""
        numbers = torch.full_like(batch.ids, -1)  # of each place's target
        numbers.view(-1)[batch.places] = torch.arange(len(batch.labels), device=batch.ids.device)
        losses, order = [], []
        for rows, columns, inside in _samples(batch.lengths, batch.ids.shape[1], batch.ids.device):
            number = numbers[rows, columns]
            targets = (number >= 0) & inside
            number = number[targets]
            logits = self.logits(batch.ids[rows, columns], targets)
            losses.append(cross_entropy(logits.float(), batch.labels[number], reduction="none"))
            order.append(number)
        return torch.cat(losses)[torch.cat(order).argsort()]


class FabricAccelerator:
    """Lightning Fabric under the names by which the loop calls accelerate's Accelerator, for one device."""

    def __init__(self, place: torch.device, precision: torch.dtype) -> None:
        """`precision` is bfloat16, by autocast, or float32."""
        self._fabric = Fabric(accelerator=place.type, devices=1, precision="bf16-mixed" if precision == torch.bfloat16 else "32-true")
        self.device = self._fabric.device

    def prepare(self, module: LitgptLosses, optimizer: torch.optim.Optimizer) -> tuple[nn.Module, Any]:
        """Hands the model and its optimizer to Fabric."""
        # the part that takes tensors: Fabric writes into what else is given to a module, and a Batch is frozen
        module.logits = self._module = self._fabric.setup_module(module.logits)
        self._optimizer: Any = self._fabric.setup_optimizers(optimizer)
        return module, self._optimizer

    def autocast(self) -> AbstractContextManager[Any]:
        """Inside, the arithmetic is that of the training."""
        return self._fabric.autocast()

    def backward(self, loss: Tensor) -> None:
        """Adds the gradients of a loss."""
        self._fabric.backward(loss)

    def clip_grad_norm_(self, weights: Sequence[Tensor], limit: float) -> Tensor:
        """Scales the gradients of the prepared optimizer's weights, which `weights` are, to a norm of at most `limit`; returns the norm that they had."""
        norm = self._fabric.clip_gradients(self._module, self._optimizer, max_norm=limit, error_if_nonfinite=False)
        assert norm is not None  # it is where a limit is given for the norm and none for each value
        return norm


def shared_model(model: PeftModel) -> Any:
    """A litgpt.lora.GPT whose parameters are those of a model by `with_litgpt_adapter`: the same objects, the tied head among them."""
    base: Any = model.config
    lora: Any = model.peft_config["default"]
    config = Config(
        block_size=base.max_position_embeddings,
        n_layer=base.num_hidden_layers,
        n_embd=base.hidden_size,
        n_head=base.num_attention_heads,
        n_query_groups=1,
        vocab_size=base.vocab_size,
        padded_vocab_size=model.get_input_embeddings().weight.shape[0],
        intermediate_size=base.ffn_hidden_size,
        norm_eps=base.layer_norm_epsilon,
        rope_base=base.rope_parameters["rope_theta"],
        rotary_percentage=1.0,
        parallel_residual=True,
        shared_attention_norm=True,
        bias=False,
        lora_r=lora.r,
        lora_alpha=lora.lora_alpha,
        lora_dropout=lora.lora_dropout,
        lora_projection="dense" in lora.target_modules,
        lora_mlp="dense_h_to_4h" in lora.target_modules,
        **dict.fromkeys(("lora_query", "lora_key", "lora_value"), "query_key_value" in lora.target_modules),
    )
    with torch.device("meta"):
        gpt = GPT(config)
        for block in gpt.transformer.h if config.lora_query else ():
            register_parametrization(block.attn.qkv, "lora_B", _Blocks(block.attn.qkv))
    mark_only_lora_as_trainable(gpt)
    # strict: litgpt's own conversion leaves out a tied head, and goes on with a random one
    gpt.load_state_dict({_name(name): weight for name, weight in model.named_parameters(remove_duplicate=False)}, strict=True, assign=True)
    gpt.cos, gpt.sin = gpt.rope_cache(device=model.device)
    return gpt


class _TargetLogits(nn.Module):
    """The head of a litgpt model at target positions only: (samples, size) ids and bool targets -> (targets, vocabulary)."""

    def __init__(self, gpt: Any, recompute_layers: int) -> None:
        super().__init__()
        self.gpt = gpt
        self.recompute_layers = recompute_layers

    def forward(self, ids: Tensor, targets: Tensor) -> Tensor:
        gpt, size = self.gpt, ids.shape[1]
        cos, sin = gpt.cos[None, :size], gpt.sin[None, :size]
        state = gpt.transformer.wte(ids)
        for number, block in enumerate(gpt.transformer.h):
            state = checkpoint(block, state, cos, sin, use_reentrant=False) if number < self.recompute_layers else block(state, cos, sin)
        logits: Tensor = gpt.lm_head(gpt.transformer.ln_f(state)[targets])
        return logits


class _Blocks(nn.Module):
    """peft's B of query_key_value, (out, 3r), as litgpt's, (out, r): the blocks on its diagonal, one below the other."""

    def __init__(self, layer: LoRAQKVLinear) -> None:
        super().__init__()
        self.heights = list(layer.qkv_shapes)

    def forward(self, whole: Tensor) -> Tensor:
        rank = whole.shape[1] // 3
        return torch.cat([part[:, rank * number : rank * (number + 1)] for number, part in enumerate(whole.split(self.heights))])

    def right_inverse(self, blocks: Tensor) -> Tensor:
        whole: Tensor = torch.block_diag(*blocks.split(self.heights))
        return whole


def _samples(lengths: Sequence[Sequence[int]], size: int, place: torch.device) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Where the samples of packed rows lie, in groups of about one length: at most a quarter of a group is padding.

    Args:
        lengths: For each row, the tokens in each of its segments.
        size: Tokens in a row.
        place: Where the tensors go.

    Yields:
        (samples, longest): the row of each token, its column, and whether it is the sample's own or padding.
    """
    segments = [(length, row, sum(row_lengths[:number])) for row, row_lengths in enumerate(lengths) for number, length in enumerate(row_lengths)]
    segments.sort(reverse=True)
    while segments:
        longest = segments[0][0]
        group = [segment for segment in segments if 4 * segment[0] >= 3 * longest]
        segments = segments[len(group) :]
        length, rows, starts = torch.tensor(group, device=place).T[..., None]
        places = torch.arange(longest, device=place)
        yield rows, (starts + places).clamp(max=size - 1), places < length


def _layers(targets: list[str]) -> list[str]:
    """Which of the blocks' linear layers the ends of names stand for; none stands for all."""
    chosen = [layer for layer in _LAYERS if not targets or any(f".{layer}".endswith(f".{target}") for target in targets)]
    unknown = [target for target in targets if not any(f".{layer}".endswith(f".{target}") for layer in _LAYERS)]
    if unknown:
        raise _refused(f'train.targets with "{unknown[0]}"')
    if len([layer for layer in chosen if layer.startswith("mlp.")]) == 1:
        raise _refused("train.targets with one of dense_h_to_4h and dense_4h_to_h without the other")
    return chosen


def _name(name: str) -> str:
    """The name in litgpt of one of peft's parameters."""
    for theirs, ours in _SAME_NAME.items():
        name = name.replace(theirs, ours)
    return name


def _refused(what: str) -> TrainingError:
    return TrainingError(f'train.engine = "litgpt" does not support {what}; set train.engine = "twin" in twin.toml')
