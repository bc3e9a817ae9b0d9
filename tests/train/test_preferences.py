import json
import math
import shutil
from pathlib import Path

import pytest
import torch

from tests import tiny
from twin.chat.engine import Engine
from twin.chat.people import Contact
from twin.config import Config, Train
from twin.errors import Interrupted, TrainingError
from twin.model.losses import target_losses
from twin.model.packing import batch_on
from twin.model.sampling import Sampling
from twin.schema import ChatKind
from twin.train import preferences
from twin.train.loop import train
from twin.train.preferences import Pair, train_preferences
from twin.train.runs import open_run

SETTINGS = {"method": "lora", "row_tokens": 64, "shared_tokens": 16, "rows": 4, "epochs": 40.0, "learning_rate": 0.02, "rank": 8, "patience": 100}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, folder: str, data: Path) -> Path:
    """A finished run of Ann, who says "hi" when she is greeted."""
    config = Config(train=Train(base=folder, **SETTINGS))
    run, settings, _ = open_run(tmp_path_factory.mktemp("work") / "runs", data, config, settle=lambda asked: asked)
    train(data, run, settings)
    return run


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "runs" / "run-1"))


def pair(said: str, chosen: tuple[str, ...], rejected: tuple[str, ...], *before) -> Pair:
    return Pair((*before, tiny.them(said)), "Bob", ChatKind.PERSONAL, chosen, rejected)


PASTS = [(), *((tiny.them(question), tiny.me(answer)) for question in ("no", "how are you", "are you") for answer in ("yes", "hi", "you", "no", "and"))]
PAIRS = [pair("hi there", ("no no no",), ("hi",), *past) for past in PASTS]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def says(run: Path) -> tuple[str, ...]:
    return list(Engine(run).reply([tiny.them("hi there")], Contact("Bob"), Sampling(temperature=0, max_tokens=8, repetition_penalty=1.0)))[-1]


def test_the_twin_says_what_was_liked_better_and_the_run_before_stays(run, data):
    assert says(run) == ("hi",)
    before, told = contents(run), []
    result = train_preferences(run, data, PAIRS + PAIRS[:2], progress=told.append)
    assert contents(run) == before
    made = run.with_name("run-1-preferred")
    assert says(made)[0].startswith("no no no")
    assert result["run"] == "run-1-preferred"
    assert result["preferences"] == {"of": "run-1", "pairs": 12, "held_out": 4, "right": {"before": 0.0, "after": 1.0}}
    assert result == json.loads((made / "result.json").read_text())
    assert [one.step for one in told] == list(range(1, result["steps"] + 1))
    assert told[-1].steps == result["steps"] == 9
    assert told[-1].loss < told[0].loss
    assert sorted(path.name for path in run.parent.iterdir()) == ["run-1", "run-1-preferred"]
    assert sorted(path.name for path in (made / "adapter").iterdir()) == ["adapter_config.json", "adapter_model.safetensors"]
    assert {path.stat().st_mode & 0o777 for path in made.rglob("*") if path.is_file()} == {0o600}


def test_what_was_preferred_before_can_be_gone_on_with(run, data):
    train_preferences(run, data, PAIRS)
    made = run.with_name("run-1-preferred")
    first = contents(made)
    again = train_preferences(made, data, [pair("no", ("yes",), ("no no no",))] * 2)
    assert again["run"] == made.name
    assert again["preferences"]["of"] == made.name
    assert contents(made) != first


def test_trl_sees_the_tokens_that_the_template_makes(run, data, monkeypatch):
    """Before the first step the adapter is what it is compared with: the loss is ln 2 and the mean -ln p of the better reply's tokens."""
    monkeypatch.setattr(preferences, "EPOCHS", 1)
    told: list[preferences.Progress] = []
    only = [pair("hi there", ("yes", "you"), ("hi",), tiny.them("no"), tiny.me("no no no"))]
    seen = {}
    fit = preferences._fit

    def watched(trainer_class, model, template, pairs, *rest):
        batch = batch_on(torch.device("cpu"), [[pairs[0][0]]])
        with torch.no_grad():
            seen["loss"] = target_losses(model, batch).mean().item()
            seen["ids"] = pairs[0][0].ids
            seen["rendered"] = template.render(tiny.conversation(*only[0].turns, tiny.me("yes", "you"))).ids
        return fit(trainer_class, model, template, pairs, *rest)

    monkeypatch.setattr(preferences, "_fit", watched)
    train_preferences(run, data, only, progress=told.append)
    assert list(seen["ids"]) == seen["rendered"]
    assert told[0].loss == pytest.approx(math.log(2) + seen["loss"], abs=1e-4)


def test_a_long_past_loses_its_oldest_turns_and_a_reply_that_fills_a_row_is_left_out(run, data):
    long = pair("hi there", ("no you",), ("hi",), *([tiny.them("are you there"), tiny.me("yes yes")] * 40))
    result = train_preferences(run, data, [long, pair("hi", ("yes " * 80,), ("no",))])
    assert result["preferences"]["pairs"] == 1


@pytest.mark.parametrize("pairs", [[], [pair("hi", ("yes",), ("yes",))]])
def test_nothing_to_learn_says_what_to_do(run, data, pairs):
    with pytest.raises(TrainingError, match="nothing to learn yet; in the chat"):
        train_preferences(run, data, pairs)
    assert [path.name for path in run.parent.iterdir()] == ["run-1"]


def test_a_method_without_such_an_adapter_is_refused(run, data):
    (run / "config.toml").write_text((run / "config.toml").read_text().replace('method = "lora"', 'method = "prompt"'))
    with pytest.raises(TrainingError, match=r"run-1 was trained with train.method = prompt; preferences go on with lora"):
        train_preferences(run, data, PAIRS)


def test_an_interrupted_training_leaves_nothing_behind(run, data):
    before = contents(run.parent)
    with pytest.raises(Interrupted, match="the run before is as it was"):
        train_preferences(run, data, PAIRS, stop=lambda: True)
    assert contents(run.parent) == before
    assert [path.name for path in run.parent.iterdir()] == ["run-1"]
