"""`twin merge`: a run's base and adapter as one checkpoint in the form of transformers, for servers that know no adapters.

A run of QLoRA is merged into the base as it was before it was quantised, which is the standard way: rounded to 4 bits again, the
weights would lose most of what the adapter changed. Not here: other forms (GGUF), and serving (docs/scaling.md).
"""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import set_peft_model_state_dict
from peft.tuners.lora import LoraLayer
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, GenerationConfig

from twin.config import Chat, load_config
from twin.errors import ModelError, UsageError, WorkspaceError
from twin.model import base
from twin.model.adapter import load_adapter
from twin.model.embedded import check_trained_on
from twin.model.serving import as_messages, chat_template
from twin.model.template import Template
from twin.prompts import fill, one_line
from twin.schema import Turn
from twin.workspace import flush, private_folder, write_text

_SHARD = "4GB"
_TURNS = [Turn("?", False, ("hi", "how are you?"), False), Turn("", True, ("fine",), False), Turn("?", False, ("good",), False)]
"""What the written model is asked, to compare."""


def merge(run: Path, folder: Path, person: str, contact: str, *, group: bool = False, progress: Callable[[str], None] = lambda what: None) -> dict[str, Any]:
    """Writes a run's model as one checkpoint, whole or not at all.

    Args:
        run: The folder of a finished run.
        folder: Where the checkpoint goes: an empty folder, or none yet.
        person: Whose twin it is.
        contact: Whom the chat template's header names, unless a system message says otherwise.
        group: Whether that is a group.
        progress: Told in a few words what is being done.

    Returns:
        run, folder, bytes, dtype.

    Raises:
        UsageError: The run's method leaves nothing that can be merged, or the folder holds something.
        WorkspaceError: There is no room on the disk.
        ModelError: The base or the adapter cannot be loaded, or what was written is not what it should be.
    """
    config = load_config(run / "config.toml")
    method = config.train.method
    if method in ("prefix", "prompt"):
        reason = "it puts virtual tokens before a conversation and changes no weights, so there is nothing to merge"
        raise UsageError(f'{run.name} was trained with method = "{method}": {reason}; talk to it with twin chat, or train with method = "lora"')
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists already; remove it, or name another place with --to")
    check_trained_on(run, config.train.base)
    template = base.load_template(config.train.base)
    progress(f"loading {run.name}")
    header = {"person": one_line(person), "group" if group else "contact": one_line(contact)}
    probe = template.prompt(template.header(**header), _TURNS, group=group)
    model, answers = _whole(run / "model", probe) if method == "full" else _merged(run / "adapter", config.train.base, template, probe)
    if template.size > model.config.vocab_size:
        raise ModelError(f"{run} has no rows for the template's markers ({template.size} tokens, {model.config.vocab_size} rows); train again with --fresh")
    _settle(model, template, config.chat)
    if template.own:  # else the base's own template says it, but for the header: that is the client's system message
        template.tokenizer.chat_template = chat_template(template, fill("header", **header), group=group)
    if template.own and _rendered(template.tokenizer) != probe:
        template.tokenizer.chat_template = None
        progress("leaving out the chat template: this tokenizer cuts a rendered conversation in another way than training did")
    size = sum(weight.numel() * weight.element_size() for weight in model.parameters())
    progress(f"writing {size / 1e9:,.1f} GB to {folder}")
    with _beside(folder, size) as partial:
        model.save_pretrained(partial, max_shard_size=_SHARD)
        _save_tokenizer(partial, template, model.config)
        _check_files(partial, model)
        dtype: torch.dtype = model.dtype
        del model
        gc.collect()
        progress("loading it again, to compare")
        _check_answers(partial, template, dtype, probe, answers)
    return {
        "run": run.name,
        "folder": str(folder),
        "bytes": sum(path.stat().st_size for path in folder.iterdir()),
        "dtype": str(dtype).removeprefix("torch."),
    }


def _merged(adapter: Path, name: str, template: Template, probe: list[int]) -> tuple[Any, Tensor]:
    """The base with the adapter in its weights, and what the two answered before."""
    twin: Any = load_adapter(base.load_base(name, template, dtype=_dtype_of(base.locate(name)), place=torch.device("cpu")), adapter)
    layers: list[Any] = [module for module in twin.modules() if isinstance(module, LoraLayer)]
    tables = {table.weight.data_ptr() for table in (twin.get_input_embeddings(), twin.get_output_embeddings())}
    if len(tables) == 1 and any(layer.get_base_layer().weight.data_ptr() in tables for layer in layers):
        raise ModelError(f"{adapter} changes the head of {name}, which is its embedding too: it cannot be merged; leave the head out of train.targets")
    # peft has loaded the adapter in the base's precision: in its own, float32, it is added exactly, and only the sum is rounded
    for layer in layers:
        for part, weight in layer.named_parameters():
            if not part.startswith("base_layer."):
                weight.data = weight.data.float()
    set_peft_model_state_dict(twin, load_file(adapter / "adapter_model.safetensors"))
    answers = _answers(twin, probe)
    model = twin.merge_and_unload()
    model.tie_weights()
    return model, answers


def _whole(folder: Path, probe: list[int]) -> tuple[Any, Tensor]:
    """The model of a run that trained all of it, and what it answers."""
    model = _load(folder, _dtype_of(str(folder)))
    return model, _answers(model, probe)


def _load(folder: Path, dtype: torch.dtype) -> Any:
    """A model as anybody else would load it, but that nothing may be missing."""
    auto: Any = AutoModelForCausalLM
    try:
        model, report = auto.from_pretrained(str(folder), dtype=dtype, use_safetensors=True, trust_remote_code=False, output_loading_info=True)
    except base.UNUSABLE as error:
        raise ModelError(f"{folder} cannot be loaded ({base.first_line(error)})") from error
    if strangers := [*report["missing_keys"], *report["unexpected_keys"]]:
        raise ModelError(f"{folder} cannot be loaded whole ({min(strangers)})")
    return model.eval()


def _dtype_of(name: str) -> torch.dtype:
    try:
        return AutoConfig.from_pretrained(name, trust_remote_code=False).dtype or torch.bfloat16
    except base.UNUSABLE as error:
        raise ModelError(f"base {name} cannot be loaded ({base.first_line(error)}); check train.base in the run's config.toml") from error


def _rendered(tokenizer: Any) -> list[int]:
    """The prompt as a server makes it."""
    text = tokenizer.apply_chat_template(as_messages(_TURNS), add_generation_prompt=True, tokenize=False)
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _settle(model: Any, template: Template, chat: Chat) -> None:
    """What config.json and generation_config.json say beside what they said of the base."""
    config = model.config
    if config.model_type == "falcon" and config.multi_query and not config.new_decoder_architecture:
        config.num_kv_heads = 1  # transformers writes the number of query heads and reads it nowhere; llama.cpp's converter believes it
    stops = [template.stop_id, *sorted(template.specials - {template.bubble_id, template.stop_id})]  # one that begins another's turn is done, too
    drawn = {"temperature": chat.temperature, "top_p": chat.top_p} if chat.temperature else {}
    model.generation_config = GenerationConfig(
        eos_token_id=stops, pad_token_id=template.stop_id, do_sample=bool(drawn), max_new_tokens=chat.max_tokens, **drawn
    )


def _save_tokenizer(folder: Path, template: Template, config: Any) -> None:
    template.tokenizer.save_pretrained(folder)
    # tokenizer.json says all of it; what transformers 5 writes beside it, transformers 4 (llama.cpp's converter, older servers) cannot read
    path = folder / "tokenizer_config.json"
    kept = {key: value for key, value in json.loads(path.read_text(encoding="utf-8")).items() if key not in ("backend", "is_local", "extra_special_tokens")}
    kept |= {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": getattr(config, "max_position_embeddings", None)}
    write_text(path, json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


@contextmanager
def _beside(folder: Path, size: int) -> Iterator[Path]:
    """A private folder that gets its name when the block ends well, and is gone when it does not."""
    if not folder.parent.exists():
        private_folder(folder.parent)
    free = shutil.disk_usage(folder.parent).free
    if free < size * 1.01 + 50_000_000:
        raise WorkspaceError(f"{folder} needs {size / 1e9:,.1f} GB and its disk has {free / 1e9:,.1f} GB left; make room, or name another place with --to")
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    private_folder(partial)
    try:
        yield partial
        for path in partial.iterdir():
            path.chmod(0o600)
            flush(path)
        flush(partial)
        if folder.exists():
            folder.rmdir()
        partial.replace(folder)
        flush(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _check_files(folder: Path, model: Any) -> None:
    """Every weight of the model is in the files with its shape, or is another name of one that is (the tied head)."""
    wanted = model.state_dict()
    shapes: dict[str, tuple[int, ...]] = {}
    for path in folder.glob("*.safetensors"):
        with safe_open(path, "pt") as file:
            shapes |= {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118  not a dict
    written = {wanted[name].data_ptr() for name in shapes if name in wanted}
    for name, weight in wanted.items():
        if shapes.get(name, tuple(weight.shape)) != tuple(weight.shape) or weight.data_ptr() not in written:
            raise ModelError(f"{folder} was written without {name}; report this, and serve the run with twin chat")


@torch.inference_mode()
def _answers(model: Any, probe: list[int]) -> Tensor:
    logits: Tensor = model(input_ids=torch.tensor([probe])).logits[0].double()
    return logits


def _check_answers(folder: Path, template: Template, dtype: torch.dtype, probe: list[int], wanted: Tensor) -> None:
    """The files answer as base and adapter did, up to the rounding of the weights, and their tokenizer is the one that training had."""
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    if template.own and tokenizer.chat_template and _rendered(tokenizer) != probe:
        raise ModelError(f"{folder} was written with another tokenizer; report this, and serve the run with twin chat")
    found = _answers(_load(folder, dtype), probe)
    error = float((found - wanted).norm() / wanted.norm())
    if not error < (1e-4 if dtype == torch.float32 else 0.1):
        raise ModelError(f"the merged model answers otherwise than the run does (logits differ by {error:.1%}); report this, and serve it with twin chat")
