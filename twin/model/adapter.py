"""What is trained: an adapter on a base by way of peft, or all of it; its folder; and the twin of a finished run. Not here: training.

Adapters are LoRA (on a base in 4 bits: QLoRA), DoRA, or virtual tokens before each conversation: embeddings (prompt tuning) or the
keys and values of every layer (prefix tuning). peft's own forward knows no packed rows under virtual tokens, so the base is
always called itself, with what `virtual_prefix` gives as its past.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftConfig, PeftModel, PrefixTuningConfig, PromptTuningConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from peft.utils.other import TrainableTokensWrapper
from safetensors import safe_open
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import Cache, DynamicLayer

from twin.config import Train
from twin.errors import ModelError
from twin.model.base import UNUSABLE, choose_precision, first_line, load_base
from twin.model.embedded import check_trained_on
from twin.model.folded_lora import fold
from twin.model.quantize import block_linears, check_quantized
from twin.model.template import Template
from twin.workspace import private_folder


def with_adapter(model: Any, settings: Train, *, added: list[int]) -> Any:
    """The base with what `settings.method` trains; under an adapter the markers `added` to the base learn their embeddings too.

    An adapter's weights are float32, as steps this small would be lost in bfloat16, and are to be trained under autocast where
    the base is bfloat16: its layers then work on the activations as they come and keep no copy of them. With "full" the base's own
    weights are the only ones: it should come in float32, too.

    Raises:
        ModelError: train.targets names a layer that is not there, or the base does not fit the method.
    """
    if settings.method == "full":
        return model.requires_grad_(True)
    if settings.method == "qlora":
        check_quantized(model, settings.base)
    virtual = settings.method in ("prefix", "prompt")
    config = _virtual_config(model, settings, added) if virtual else _lora_config(model, settings, added)
    with _quiet():
        twin: Any = get_peft_model(model, config)
    for module in twin.modules():
        if hasattr(module, "cast_input_dtype_enabled"):
            module.cast_input_dtype_enabled = False  # it would keep a copy of each input, in float32 without autocast
    fold(twin)
    if settings.method == "prefix":
        twin.prompt_encoder["default"].load_prompt_embeddings(_first_prefix(model, settings.virtual_tokens))
    return twin


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="fan_in_fan_out is set to False")  # GPT-2: peft sees to it
        warnings.filterwarnings("ignore", message="Found missing adapter keys")  # load_adapter asks itself, in both directions
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing` is deprecated")  # peft asks for it; so says a newer transformers
        yield


def _lora_config(model: Any, settings: Train, added: list[int]) -> PeftConfig:
    names = block_linears(model)
    for target in settings.targets:
        if not any(f".{name}".endswith(f".{target}") for name in names):
            there = ", ".join(sorted({name.rpartition(".")[2] for name in names}))
            raise ModelError(f'train.targets: the base has no linear layer "{target}"; there are {there}')
    return LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=settings.targets or "all-linear",
        trainable_token_indices=_rows_to_learn(model, added),
        use_dora=settings.method == "dora",
        task_type="CAUSAL_LM",
    )


def _virtual_config(model: Any, settings: Train, added: Sequence[int]) -> PeftConfig:
    shape: dict[str, Any] = {"task_type": "CAUSAL_LM", "num_virtual_tokens": settings.virtual_tokens}
    if settings.method == "prompt":
        config: PeftConfig = PromptTuningConfig(prompt_tuning_init="SAMPLE_VOCAB", **shape)
    else:
        # asked of the base itself: peft takes Falcon's single key/value head for as many as there are query heads
        shapes = {keys.shape[1::2] for keys, _ in _past(model, model.get_input_embeddings()(_some_tokens(model, 1)))}
        if len(shapes) > 1:
            raise ModelError("train.method = prefix: the base's layers have keys of several shapes; choose another method")
        heads, width = shapes.pop()
        config = PrefixTuningConfig(num_attention_heads=heads, token_dim=heads * width, **shape)
    return _learning_rows(config, model, added)


def _learning_rows(config: PeftConfig, model: Any, added: Sequence[int]) -> PeftConfig:
    # peft obeys this under virtual tokens too, but their configurations have no field for it
    config.trainable_token_indices = _rows_to_learn(model, list(added))  # type: ignore[attr-defined]
    return config


def _rows_to_learn(model: Any, added: list[int]) -> dict[str, list[int]] | list[int] | None:
    """The added rows of the embedding, and of the head where that is a table of its own."""
    tables = (model.get_input_embeddings(), model.get_output_embeddings())
    if not added or tables[0].weight is tables[1].weight:
        return added or None
    return {name: added for name, module in model.named_modules() if module in tables}


def _some_tokens(model: Any, count: int) -> Tensor:
    """(1, count) token ids by chance."""
    table = model.get_input_embeddings().weight
    return torch.randint(table.shape[0], (1, count)).to(table.device)


@torch.no_grad()
def _first_prefix(model: Any, count: int) -> Tensor:
    """The keys and values of tokens by chance: a prefix that begins as real ones learns better (Li and Liang, "Prefix-Tuning", 2021).

    Returns:
        (count, 2 x layers x heads x width), as peft lays them out.
    """
    past = _past(model, model.get_input_embeddings()(_some_tokens(model, count)))
    return torch.stack([part[0] for pair in past for part in pair]).permute(2, 0, 1, 3).reshape(count, -1).float()


def _past(causal: Any, embeddings: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The keys and values of every layer of a base that has read (1, tokens, hidden) embeddings."""
    past = Cache(layer_class_to_replicate=_Read)
    causal.base_model(inputs_embeds=embeddings, past_key_values=past, use_cache=True)
    return _pairs(past)


def _pairs(past: Any) -> list[tuple[Tensor, Tensor]]:
    return [(layer.keys, layer.values) for layer in past.layers]


# A layer may be computed a second time, for its gradient, and must find everything as it was: these two grow by no call.


class _Read(DynamicLayer):
    """Keeps the keys and values of its last call."""

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        self.lazy_initialization(key_states, value_states)
        self.keys, self.values = key_states, value_states
        return key_states, value_states


class _Lent(DynamicLayer):
    """Shows its own keys and values before those of each call."""

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        before: Any = (self.keys, self.values)
        return torch.cat([before[0], key_states], dim=-2), torch.cat([before[1], value_states], dim=-2)


def virtual_prefix(model: Any, rows: int, *, lent: bool = False) -> DynamicCache | None:
    """What a model with virtual tokens sees before each conversation; None for every other model, and while the base is alone.

    Virtual embeddings are read by the base once, at positions 0, 1, ...: as nothing before a token depends on it, this is the same as
    putting them before each segment of each row. What follows has positions from their number on.

    Args:
        model: What `with_adapter` or `load_adapter` returned, or a base.
        rows: Rows of the batch.
        lent: For one call with gradients, instead of a past that grows from call to call.

    Returns:
        Keys and values for each layer, (rows, key/value heads, virtual tokens, width), with gradients to the trained weights.
    """
    if not has_virtual_tokens(model) or model._adapters_disabled:
        return None
    dtype = model.word_embeddings.weight.dtype
    prompt = model.get_prompt(batch_size=1)
    past = _past(model.get_base_model(), prompt.to(dtype)) if isinstance(prompt, Tensor) else _pairs(prompt)
    prefix = DynamicCache([tuple(part.to(dtype).expand(rows, -1, -1, -1) for part in pair) for pair in past])
    if lent:
        for layer in prefix.layers:
            layer.__class__ = _Lent
    return prefix


def has_virtual_tokens(model: Any) -> bool:
    """Whether its adapter puts virtual tokens before each conversation."""
    return isinstance(model, PeftModel) and model.active_peft_config.is_prompt_learning


@contextmanager
def base_alone(model: Any) -> Iterator[None]:
    """Inside, a model with an adapter is its base. A model that is trained as a whole has none beside it, and stays what it is."""
    if not isinstance(model, PeftModel):
        yield
        return
    # peft leaves learned rows in force under virtual tokens
    tables = [module for module in model.modules() if isinstance(module, TrainableTokensWrapper)] if has_virtual_tokens(model) else []
    with model.disable_adapter():
        try:
            for table in tables:
                table.enable_adapters(False)
            yield
        finally:
            for table in tables:
                table.enable_adapters(True)


def adapter_weights(model: Any, name: str = "default") -> dict[str, Tensor]:
    """Everything that is trained, by its name in the saved file; not copied where it lies as it is saved. Of several adapters, that of a name."""
    if not isinstance(model, PeftModel):
        return {name: weight.detach() for name, weight in model.named_parameters() if weight.requires_grad}
    # peft's default looks for the base's config on the Hub, and keeps whole embeddings where rows were added
    state: dict[str, Tensor] = get_peft_model_state_dict(model, adapter_name=name, save_embedding_layers=False)
    return {name: weight.detach() for name, weight in state.items()}


@torch.no_grad()
def restore_weights(model: Any, weights: dict[str, Tensor]) -> None:
    """Puts back what `adapter_weights` gave."""
    if isinstance(model, PeftModel):
        set_peft_model_state_dict(model, dict(weights))
        return
    for name, weight in weights.items():
        model.get_parameter(name).copy_(weight)


def save_adapter(model: Any, folder: Path) -> None:
    """Writes `folder`/adapter, or `folder`/model where all was trained: safetensors and JSON, whole or not at all."""
    name = "adapter" if isinstance(model, PeftModel) else "model"
    partial = folder / f".{name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    private_folder(partial)
    if isinstance(model, PeftModel):
        model.save_pretrained(str(partial), safe_serialization=True, save_embedding_layers=False)
        (partial / "README.md").unlink(missing_ok=True)  # peft's model card is an empty form
    else:
        model.save_pretrained(partial, max_shard_size="4GB")
    for path in partial.iterdir():
        path.chmod(0o600)
    shutil.rmtree(folder / name, ignore_errors=True)
    partial.replace(folder / name)


def load_adapter(model: PreTrainedModel | PeftModel, folder: Path, *, added: Sequence[int] = (), name: str = "default") -> PeftModel:
    """Puts a trained adapter on a base, or beside the others that it has, by a name.

    `added` are the base's added markers, which virtual tokens alone do not name. Raises ModelError.
    """
    if not all((folder / file).exists() for file in ("adapter_config.json", "adapter_model.safetensors")):
        raise ModelError(f"{folder} holds no adapter; train one with: twin train")
    try:
        config = PeftConfig.from_pretrained(str(folder))
        if config.is_prompt_learning:
            config = _learning_rows(config, model, added)
        with _quiet():
            if isinstance(model, PeftModel):
                twin = model
                twin.load_adapter(str(folder), name, autocast_adapter_dtype=False)
            else:
                twin = PeftModel.from_pretrained(model, str(folder), name, config=config, autocast_adapter_dtype=False)
        with safe_open(folder / "adapter_model.safetensors", "pt") as file:
            strangers = set(file.keys()) ^ set(adapter_weights(twin, name))
    except UNUSABLE as error:
        raise ModelError(f"{folder} cannot be put on this base ({first_line(error)}); train again with: twin train --fresh") from error
    if strangers:  # peft would go on without them, and the base alone would answer
        raise ModelError(f"{folder} cannot be put on this base ({min(strangers)} has no counterpart); train again with: twin train --fresh")
    return twin.eval()


@dataclass(frozen=True, slots=True)
class Twin:
    """The model of a finished run, ready to answer.

    Attributes:
        model: Base and adapter, or the model that was trained as a whole.
        load_base: Loads the base where it is not part of `model`, the first time it is called.
    """

    model: Any
    load_base: Callable[[], Any] | None = None

    @contextmanager
    def base_alone(self) -> Iterator[Any]:
        """The base for comparison, as long as the block lasts; `model` is not to be used inside."""
        if self.load_base is not None:
            yield self.load_base()
            return
        with base_alone(self.model):
            yield self.model


def load_twin(run: Path, settings: Train, template: Template, place: torch.device, *, progress: Callable[[str], None] = lambda what: None) -> Twin:
    """Loads what a run trained, whatever the method.

    Args:
        run: Its folder.
        settings: The [train] table of its config.toml.
        template: Over the base's tokenizer.
        place: The device.
        progress: Told in a few words what is being loaded.

    Raises:
        ModelError: The base, or what was trained, cannot be loaded, or the one is not what the other was trained on.
    """
    check_trained_on(run, settings.base)
    dtype = choose_precision(settings.precision, place)
    base = cache(partial(load_base, settings.base, template, dtype=dtype, place=place, quantized=settings.method == "qlora"))
    if settings.method != "full":
        progress(f"loading {settings.base}")
        model = base()
        progress(f"loading the adapter of {run.name}")
        return Twin(load_adapter(model, run / "adapter", added=template.added))
    if not (run / "model").is_dir():
        raise ModelError(f"{run / 'model'} holds no model; train one with: twin train")
    progress(f"loading the model of {run.name}")
    try:
        return Twin(load_base(str(run / "model"), None, dtype=dtype, place=place), base)
    except ModelError as error:
        raise ModelError(f"{run / 'model'} is damaged ({error.__cause__ or error}); train again with: twin train --fresh") from error
