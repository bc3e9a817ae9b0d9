import json
from pathlib import Path

import pytest

from tests import tiny
from twin.config import Config, Train, to_toml
from twin.errors import ConfigError, DatasetError, ModelError
from twin.evaluate.likeness import before_and_after
from twin.model.score import make_rows, score
from twin.train.loop import train
from twin.workspace import write_text


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with base, dataset and a trained run."""
    folder = tmp_path_factory.mktemp("work")
    settings = Train(base=tiny.save_base(folder / "base"), row_tokens=192, shared_tokens=32, rows=4, epochs=1, learning_rate=0.01)
    tiny.save_dataset(folder / "dataset")
    (folder / "run").mkdir()
    write_text(folder / "run" / "config.toml", to_toml(Config(train=settings)))
    train(folder / "dataset", folder / "run", settings)
    return folder


def test_both_are_measured_on_the_same_replies(work: Path) -> None:
    scores = before_and_after(work / "run", work / "dataset")
    test = tiny.chatter(6, seed=2, first_id=2000)
    assert list(scores) == ["base", "twin"]
    assert scores["base"].size == scores["twin"].size == sum(len(bubble) for talk in test for turn in talk.turns if turn.mine for bubble in turn.bubbles)
    assert scores["base"].markers == scores["twin"].markers
    model = tiny.falcon(heads=1)
    alone = score(model, make_rows(tiny.template(), test, row_tokens=192, shared_tokens=32))
    assert scores["base"].bits_per_byte == pytest.approx(alone.bits_per_byte, rel=1e-4)
    assert scores["twin"].bits_per_byte < scores["base"].bits_per_byte


def test_the_split_can_be_chosen(work: Path) -> None:
    found = before_and_after(work / "run", work / "dataset", "validation")
    expected = json.loads((work / "run" / "result.json").read_text())["bits_per_byte"]
    assert {name: round(one.bits_per_byte, 4) for name, one in found.items()} == expected


def test_a_split_without_replies_says_what_to_do(work: Path, tmp_path: Path) -> None:
    data = tiny.save_dataset(tmp_path / "dataset", test=[tiny.conversation(tiny.them("hi"))])
    with pytest.raises(DatasetError, match=r"test\.jsonl holds no reply .* prepare\.test_share"):
        before_and_after(work / "run", data)


def test_a_run_without_its_adapter_or_config(work: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        before_and_after(tmp_path, work / "dataset")
    (tmp_path / "config.toml").write_text((work / "run" / "config.toml").read_text())
    with pytest.raises(ModelError, match="holds no adapter"):
        before_and_after(tmp_path, work / "dataset")
