"""Several runs over one base: each answers as it does when it is loaded alone, and so does the base."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from tests import tiny
from tests.model.test_base import FOREIGN
from twin.config import Config, Train, load_config, to_toml
from twin.model.adapter import load_twin, save_adapter, with_adapter
from twin.model.base import load_base, load_template
from twin.model.decoding import new_past, read_on
from twin.model.voices import Voices

CPU = torch.device("cpu")
IDS = [3, 60, 61, 62, 63, 64]


def run(folder: Path, seed: int, **settings: Any) -> Path:
    """A finished run with weights by chance."""
    train = Train.model_validate({"rank": 2, "virtual_tokens": 4} | settings)
    template = load_template(train.base)
    model = load_base(
        train.base, template, dtype=torch.bfloat16 if train.precision == "bfloat16" else torch.float32, place=CPU, quantized=train.method == "qlora"
    )
    twin = with_adapter(model, train, added=template.added)
    chance = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in twin.parameters():
            if weight.requires_grad:
                weight += 0.3 * torch.randn(weight.shape, generator=chance)
    folder.mkdir()
    save_adapter(twin, folder)
    (folder / "config.toml").write_text(to_toml(Config(train=train)), encoding="utf-8")
    return folder


def settings_of(runs: Sequence[Path]) -> list[Train]:
    return [load_config(one / "config.toml").train for one in runs]


def voices_of(*runs: Path) -> Voices:
    settings = settings_of(runs)
    return Voices(runs, settings, load_template(settings[0].base), CPU)


@torch.inference_mode()
def scores(model: Any) -> Tensor:
    return read_on(model, [(new_past(model, longest=60), IDS)])


FORMS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "float32": ("falcon", {}, ["lora", "dora", "lora"]),
    "bfloat16": ("falcon", {"precision": "bfloat16"}, ["lora", "lora"]),
    "4 bits": ("falcon", {}, ["qlora", "qlora"]),
    "added markers": ("llama", {}, ["lora", "lora"]),
    "added markers, tied": ("gpt2", {}, ["lora", "dora"]),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_voice_is_what_it_is_alone_in_any_order(form: str, tmp_path: Path) -> None:
    base, shared, methods = FORMS[form]
    folder = tiny.save_base(tmp_path / "base", *(FOREIGN[base]() if base in FOREIGN else ()))
    runs = [run(tmp_path / f"run-{number}", number, base=folder, method=method, **shared) for number, method in enumerate(methods)]
    wanted = {one.name: scores(load_twin(one, settings, load_template(folder), CPU).model) for one, settings in zip(runs, settings_of(runs), strict=True)}
    first = settings_of(runs)[0]
    with load_twin(runs[0], first, load_template(folder), CPU).base_alone() as model:
        base_scores = scores(model)
    voices = voices_of(*runs)
    exact = {"atol": 1e-4, "rtol": 1e-4}
    for name in ("run-1", "run-0", None, "run-1", None, *wanted):
        torch.testing.assert_close(scores(voices.speak(name)), base_scores if name is None else wanted[name], **exact)
    assert min((one - other).abs().max() for one, other in ((wanted["run-0"], wanted["run-1"]), (wanted["run-0"], base_scores))) > 0.05


def test_the_base_alone_needs_no_run(tmp_path: Path) -> None:
    folder = tiny.save_base(tmp_path / "base")
    told: list[str] = []
    voices = Voices([], [Train(base=folder)], load_template(folder), CPU, progress=told.append)
    torch.testing.assert_close(scores(voices.speak(None)), scores(load_base(folder, None, dtype=torch.float32, place=CPU)))
    assert told == [f"loading {folder}"]
