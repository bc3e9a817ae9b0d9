"""Every method from the dataset to a reply: trained, interrupted, gone on, measured, merged or refused."""

import json
from pathlib import Path

import pytest
import torch

from tests import tiny
from tests.train.test_loop import metrics, new, stop_at, timeless, with_config
from twin.config import Train
from twin.errors import Interrupted, TrainingError
from twin.evaluate.likeness import before_and_after
from twin.model import base
from twin.model.adapter import load_twin
from twin.model.generate import generate
from twin.model.sampling import Sampling
from twin.train.loop import train

RATES = {"lora": 0.01, "qlora": 0.01, "dora": 0.01, "full": 0.003, "prefix": 0.1, "prompt": 0.3}


def settings_for(method: str, folder: str) -> Train:
    shape = {"row_tokens": 192, "shared_tokens": 32, "rows": 3, "rank": 4, "virtual_tokens": 4, "validate_every": 2, "epochs": 2.0}
    return Train.model_validate({"base": folder, "method": method, "learning_rate": RATES[method], "patience": 9, **shape})


@pytest.mark.parametrize("method", RATES)
def test_a_method_trains_is_interrupted_goes_on_and_answers(method: str, folder: str, data: Path, tmp_path: Path) -> None:
    settings = settings_for(method, folder)
    whole, parts = new(tmp_path, "whole"), with_config(new(tmp_path, "parts"), settings)
    config = parts / "config.toml"
    config.write_text(config.read_text() + f'method = "{method}"\nvirtual_tokens = 4\n')
    result = train(data, whole, settings)
    assert result["bits_per_byte"]["twin"] < result["bits_per_byte"]["base"]
    with pytest.raises(Interrupted):
        train(data, parts, settings, stop=stop_at(3))
    train(data, parts, settings)
    assert timeless(metrics(whole)) == timeless(metrics(parts))
    assert timeless([json.loads((parts / "result.json").read_text())]) == timeless([result])
    kept = "model" if method == "full" else "adapter"
    assert sorted(path.name for path in parts.iterdir()) == sorted([kept, "config.toml", "metrics.jsonl", "result.json"])
    scores = before_and_after(parts, data, "validation")
    measured = {name: round(one.bits_per_byte, 4) for name, one in scores.items()}
    assert measured == pytest.approx(result["bits_per_byte"], abs=2e-4)
    template = base.load_template(folder)
    twin = load_twin(parts, settings, template, torch.device("cpu"))
    prompt = template.prompt(template.header("Ann", contact="Bob"), [tiny.them("hi there")], group=False)
    assert list(generate(twin.model, template, prompt, Sampling(max_tokens=5, seed=1)))[-1]


def test_virtual_tokens_are_not_lost_to_recomputation(folder: str, data: Path, tmp_path: Path) -> None:
    settings = settings_for("prefix", folder).model_copy(update={"recompute_layers": 1})
    with pytest.raises(TrainingError, match=r'train\.recompute_layers = 1 does not go with train\.method = "prefix"'):
        train(data, tmp_path, settings)
