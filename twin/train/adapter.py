"""The adapter: LoRA on a base by way of peft, and its folder."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import Any

from peft import LoraConfig, get_peft_model

from twin.config import Train
from twin.workspace import private_folder


def with_adapter(model: Any, settings: Train, *, added: list[int]) -> Any:
    """The base with a fresh LoRA on every linear layer of its blocks; the markers `added` to it learn their embeddings too."""
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules="all-linear",
        trainable_token_indices=_rows_to_learn(model, added),
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="fan_in_fan_out is set to False")  # GPT-2: peft sees to it
        return get_peft_model(model, config)


def _rows_to_learn(model: Any, added: list[int]) -> dict[str, list[int]] | list[int] | None:
    """The added rows of the embedding, and of the head where that is a table of its own."""
    tables = (model.get_input_embeddings(), model.get_output_embeddings())
    if not added or tables[0].weight is tables[1].weight:
        return added or None
    return {name: added for name, module in model.named_modules() if module in tables}


def save_adapter(model: Any, folder: Path) -> None:
    """Writes `folder`/adapter: safetensors and JSON, whole or not at all."""
    partial = folder / ".adapter.partial"
    shutil.rmtree(partial, ignore_errors=True)
    private_folder(partial)
    model.save_pretrained(partial, safe_serialization=True, save_embedding_layers=False)
    (partial / "README.md").unlink(missing_ok=True)  # peft's model card is an empty form
    for path in partial.iterdir():
        path.chmod(0o600)
    shutil.rmtree(folder / "adapter", ignore_errors=True)
    partial.replace(folder / "adapter")
