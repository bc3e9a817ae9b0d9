"""A finished run that needs no training: the embedded base with an adapter of random weights."""

import json
from pathlib import Path

import pytest

from twin.config import Config, Train, to_toml

ABOUT = {
    "fingerprint": "x",
    "person": "Nika Orlova",
    "chats": [
        {"id": 2, "name": "Мама", "kind": "personal", "targets": 3},
        {"id": 1, "name": "Priya", "kind": "personal", "targets": 5},
        {"id": -3, "name": "wall rats 🧗", "kind": "group", "targets": 2},
    ],
}


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from peft import LoraConfig, get_peft_model

    from twin.model import base, embedded

    folder = tmp_path_factory.mktemp("run")
    template = base.load_template("embedded")
    model = base.load_base("embedded", template, dtype=torch.float32, place=torch.device("cpu"))
    torch.manual_seed(1)
    adapted = get_peft_model(model, LoraConfig(r=4, lora_alpha=16, target_modules=["query_key_value", "dense"], init_lora_weights=False))
    adapted.save_pretrained(folder / "adapter")
    (folder / "config.toml").write_text(to_toml(Config(train=Train(base="embedded"))), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(ABOUT | {"base": embedded.revision("embedded")}), encoding="utf-8")
    return folder
