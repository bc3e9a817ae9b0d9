"""What all programs of bench_train.py are given: a base, a fixed adapter on it, and the same targets in the same context.

The targets are those of the windows that twin cuts (`make_rows`). A peer gets a window as token ids with labels, or a sample for
each reply: the window up to the reply's end, the loss on this reply alone. By causality a target sees the same context in both.
"""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from twin.dataset import read_split
from twin.model.base import load_template
from twin.model.embedded import EMBEDDED
from twin.model.score import make_rows
from twin.model.template import CONTEXT

Job = dict[str, Any]
Sample = dict[str, list[int]]
"""input_ids, and labels of the same length: the token itself where it is a target, else -100."""

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
SHAPES = {
    "tiny": {"vocab_size": 8192, "hidden_size": 128, "num_attention_heads": 2, "num_hidden_layers": 2},
    "falcon-7b": {"vocab_size": 65_024, "hidden_size": 4544, "num_attention_heads": 71, "num_hidden_layers": 32},
}
LAYERS = {  # the linear layers of a Falcon block, in transformers and in litgpt
    "self_attention.query_key_value": "attn.qkv",
    "self_attention.dense": "attn.proj",
    "mlp.dense_h_to_4h": "mlp.fc",
    "mlp.dense_4h_to_h": "mlp.proj",
}


def prepare(job: Job) -> dict[str, Any]:
    """Writes everything into the job's folder; returns how much there is to learn."""
    folder = Path(job["folder"])
    if job["shape"] == "embedded":
        shutil.copytree(EMBEDDED, folder / "base")
    else:
        make_base(folder / "base", SHAPES[job["shape"]])
    make_adapter(folder, job["rank"])
    save_for_litgpt(folder)
    return write_windows(job)


def make_base(folder: Path, shape: dict[str, int]) -> None:
    """A Falcon of random weights, made on the device, with the small base's tokenizer, whose ids are below any Falcon's vocabulary."""
    from transformers import FalconConfig, FalconForCausalLM

    torch.manual_seed(1)
    torch.set_default_dtype(torch.bfloat16)
    with DEVICE:
        model = FalconForCausalLM(FalconConfig(**shape, bos_token_id=11, eos_token_id=11))
    torch.set_default_dtype(torch.float32)
    model.save_pretrained(folder)
    for path in EMBEDDED.glob("tokenizer*"):
        shutil.copy(path, folder)


def make_adapter(folder: Path, rank: int) -> None:
    """An adapter on all linear layers of the blocks whose B is not zero, so that an adapter that does not work is seen in the loss."""
    from accelerate import init_empty_weights
    from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
    from safetensors.torch import save_file
    from transformers import AutoConfig, AutoModelForCausalLM

    with init_empty_weights():
        model: Any = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder / "base"))
        settings = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM")
        model = get_peft_model(model, settings)
    random_numbers, weights = torch.Generator().manual_seed(2), {}
    for name, weight in get_peft_model_state_dict(model, save_embedding_layers=False).items():
        scale = weight.shape[1] ** -0.5 if "lora_A" in name else 0.1
        weights[name] = torch.randn(weight.shape, generator=random_numbers) * scale
    model.peft_config["default"].save_pretrained(folder / "adapter")
    save_file(weights, folder / "adapter" / "adapter_model.safetensors")


def to_litgpt(adapter: dict[str, Tensor]) -> dict[str, Tensor]:
    """An adapter as litgpt has it, where query, key and value have an A each: here three times the same one."""
    weights = {}
    for name, weight in adapter.items():
        place = name.removeprefix("base_model.model.").removesuffix(".weight")
        for ours, theirs in LAYERS.items():
            place = place.replace(ours, theirs)
        weights[place] = weight.repeat(3, 1) if place.endswith("attn.qkv.lora_A") else weight
    return weights


def save_for_litgpt(folder: Path) -> None:
    """Base and adapter in litgpt's form, with the head that its own conversion loses where it is tied to the embedding."""
    from litgpt import Config
    from litgpt.scripts.convert_hf_checkpoint import copy_weights_falcon
    from litgpt.utils import save_config
    from safetensors.torch import load_file

    theirs = json.loads((folder / "base" / "config.json").read_text(encoding="utf-8"))
    config = Config.from_name(
        "falcon-7b",
        block_size=theirs["max_position_embeddings"],
        vocab_size=theirs["vocab_size"],
        padded_vocab_size=theirs["vocab_size"],
        n_layer=theirs["num_hidden_layers"],
        n_head=theirs["num_attention_heads"],
        n_embd=theirs["hidden_size"],
        intermediate_size=theirs["ffn_hidden_size"],
    )
    base = {name: weight for path in (folder / "base").glob("*.safetensors") for name, weight in load_file(path).items()}
    weights: dict[str, Tensor] = {}
    copy_weights_falcon(config, weights, base)
    weights["lm_head.weight"] = weights["transformer.wte.weight"]
    weights |= to_litgpt(load_file(folder / "adapter" / "adapter_model.safetensors"))
    (folder / "litgpt").mkdir()
    torch.save(weights, folder / "litgpt" / "lit_model.pth")
    save_config(config, folder / "litgpt")
    for path in (folder / "base").glob("tokenizer*"):
        shutil.copy(path, folder / "litgpt")


def write_windows(job: Job) -> dict[str, int]:
    """The training split as twin cuts it, in an order by chance. Raises RuntimeError where windows and replies differ in their targets."""
    conversations = read_split(Path(job["workspace"]) / "dataset", "train")
    rows = make_rows(load_template("embedded"), conversations, row_tokens=job["row_tokens"], shared_tokens=job["shared_tokens"])
    windows = [
        {"input_ids": list(window.ids), "labels": [token if kind != CONTEXT else -100 for token, kind in zip(window.ids, window.kinds, strict=True)]}
        for row in rows
        for window in row
    ]
    single = replies(windows)
    targets = sum(kind != CONTEXT for row in rows for window in row for kind in window.kinds)
    if not targets == targets_of(windows) == targets_of(single):
        raise RuntimeError(f"{targets} targets in twin's rows, {targets_of(windows)} in the windows, {targets_of(single)} in the replies")
    random.Random(1).shuffle(windows)
    (Path(job["folder"]) / "windows.json").write_text(json.dumps(windows), encoding="utf-8")
    tokens, repeated = (sum(len(sample["input_ids"]) for sample in samples) for samples in (windows, single))
    return {"rows": len(rows), "windows": len(windows), "replies": len(single), "targets": targets, "tokens": tokens, "reply_tokens": repeated}


def replies(windows: list[Sample]) -> list[Sample]:
    """A sample for each reply, which is a run of targets."""
    samples = []
    for window in windows:
        labels, begin = [*window["labels"], -100], 0
        for place in range(1, len(labels)):
            if labels[place] != -100 and labels[place - 1] == -100:
                begin = place
            if labels[place] == -100 and labels[place - 1] != -100:
                samples.append({"input_ids": window["input_ids"][:place], "labels": [-100] * begin + labels[begin:place]})
    return samples


def targets_of(samples: list[Sample]) -> int:
    """How many labels there are."""
    return sum(label != -100 for sample in samples for label in sample["labels"])


def read_samples(job: Job, count: int | None = None) -> list[Sample]:
    """What the job's program is trained on: windows (the first `count` of them), or these windows' replies."""
    windows: list[Sample] = json.loads((Path(job["folder"]) / "windows.json").read_text(encoding="utf-8"))[:count]
    return windows if job["whole_windows"] else replies(windows)
