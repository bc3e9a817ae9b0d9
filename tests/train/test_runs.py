import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests import tiny
from twin.config import Chat, Config, Privacy, Train, load_config
from twin.errors import DatasetError, UsageError
from twin.model import embedded
from twin.train.runs import open_run

CONFIG = Config(train=Train(epochs=2))
OTHER = Config(train=Train(epochs=3))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tiny.save_dataset(tmp_path / "dataset", train=tiny.chatter(2), validation=tiny.chatter(1), test=[])


def opened(data: Path, config: Config = CONFIG, **more: Any) -> tuple[str, bool]:
    folder, _, finished = open_run(data.parent / "runs", data, config, **more)
    assert folder.parent == data.parent / "runs"
    return folder.name, finished


def finish(data: Path, name: str) -> None:
    (data.parent / "runs" / name / "result.json").write_text("{}")


def test_a_new_run_says_what_it_is_made_of(data: Path) -> None:
    assert opened(data) == ("run-1", False)
    folder = data.parent / "runs" / "run-1"
    assert load_config(folder / "config.toml") == CONFIG
    about = json.loads((folder / "run.json").read_text())
    assert about["person"] == "Ann"
    assert about["chats"] == [{"id": 1, "name": "Bob", "kind": "personal", "targets": 24}]
    seen = [number for talk in (*tiny.chatter(2), *tiny.chatter(1)) for turn in talk.turns for number in turn.ids]
    assert about["learned"] == {"1": max(seen)}
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_lists_that_are_private_themselves_do_not_go_into_its_folder(data: Path) -> None:
    lists = {"people": ["Zephyrine"], "opt_out": ["Ottoline", 4711], "words": ["Heron"], "patterns": ["XK-"], "allow": ["+49 30"]}
    assert opened(data, CONFIG.model_copy(update={"privacy": Privacy(**lists, card="drop")}))[0] == "run-1"
    written = "".join(path.read_text(encoding="utf-8") for path in (data.parent / "runs" / "run-1").iterdir())
    assert 'card = "drop"' in written
    assert [word for some in lists.values() for word in map(str, some) if word in written] == []


def test_the_same_dataset_and_settings_go_on(data: Path) -> None:
    assert opened(data) == ("run-1", False)
    (data.parent / "runs" / "run-1" / "checkpoints").mkdir()
    assert opened(data) == ("run-1", False)
    assert opened(data, Config(train=CONFIG.train, chat=Chat(temperature=0))) == ("run-1", False)  # chat is not training
    assert (data.parent / "runs" / "run-1" / "checkpoints").exists()
    finish(data, "run-1")
    assert opened(data) == ("run-1", True)


def test_other_settings_are_a_new_run(data: Path) -> None:
    opened(data)
    assert opened(data, OTHER) == ("run-2", False)
    assert opened(data) == ("run-1", False)


@pytest.mark.parametrize("split", ["train", "validation"])
def test_another_dataset_is_a_new_run(data: Path, split: str) -> None:
    opened(data)
    tiny.save_dataset(data, **({"train": tiny.chatter(2), "validation": tiny.chatter(1), "test": []} | {split: tiny.chatter(3)}))
    assert opened(data) == ("run-2", False)


def test_the_newest_of_the_same_goes_on(data: Path) -> None:
    opened(data)
    assert opened(data, fresh=True) == ("run-2", False)
    os.utime(data.parent / "runs" / "run-1" / "run.json", (1, 1))
    assert opened(data) == ("run-2", False)
    os.utime(data.parent / "runs" / "run-2" / "run.json", (0, 0))
    assert opened(data) == ("run-1", False)


def test_a_named_run(data: Path) -> None:
    assert opened(data, name="älter_2.0-b") == ("älter_2.0-b", False)
    assert opened(data, name="älter_2.0-b") == ("älter_2.0-b", False)
    with pytest.raises(UsageError, match=r"run älter_2\.0-b was trained .* --fresh"):
        opened(data, OTHER, name="älter_2.0-b")
    finish(data, "älter_2.0-b")
    assert opened(data, OTHER, name="älter_2.0-b", fresh=True) == ("älter_2.0-b", False)
    assert load_config(data.parent / "runs" / "älter_2.0-b" / "config.toml") == OTHER


@pytest.mark.parametrize("name", ["..", ".", "", ".hidden", "a/b", "../x", "a b", "a\n", "-x"])
def test_a_name_that_is_none_is_refused_before_anything_is_deleted(data: Path, name: str) -> None:
    opened(data)
    with pytest.raises(UsageError, match="letters, digits"):
        opened(data, name=name, fresh=True)
    assert (data / "train.jsonl").exists()
    assert (data.parent / "runs" / "run-1" / "run.json").exists()


def test_without_a_dataset_there_is_no_run(data: Path) -> None:
    for missing in ("report.json", "validation.jsonl"):
        (data / missing).rename(data / "aside")
        with pytest.raises(DatasetError, match="twin prepare"):
            opened(data)
        assert not (data.parent / "runs").exists()
        (data / "aside").rename(data / missing)
    (data / "report.json").write_text("{}")
    with pytest.raises(DatasetError, match=r"report\.json lacks 'person'"):
        opened(data)


def test_a_damaged_run_is_no_run_of_anything(data: Path) -> None:
    opened(data)
    for content in ("", "[]", "{}"):
        (data.parent / "runs" / "run-1" / "run.json").write_text(content)
        assert opened(data)[0] != "run-1"


def test_a_run_on_the_small_base_of_another_version_is_not_gone_on_with(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unfinished one has a checkpoint, a finished one an adapter: neither fits other weights of the same shape."""
    config = Config(train=Train(base="embedded"))
    assert opened(data, config) == ("run-1", False)
    assert opened(data) == ("run-2", False), "another base has no such version"
    (tmp_path / "model.safetensors.sha256").write_text("another  model.safetensors\n")
    monkeypatch.setattr(embedded, "EMBEDDED", tmp_path)
    assert opened(data, config) == ("run-3", False)
    assert opened(data) == ("run-2", False)
    with pytest.raises(UsageError, match="run run-1 was trained on the small base of another version of twin; choose another --run"):
        opened(data, config, name="run-1")
    assert opened(data, config, name="run-1", fresh=True) == ("run-1", False)
    assert opened(data, config, name="run-1") == ("run-1", False)


def test_a_dataset_with_a_chat_that_takes_no_part_any_more_is_refused(data: Path) -> None:
    with pytest.raises(DatasetError, match="still has the chat that it calls Bob, which you have excluded or forgotten; make it again with: twin prepare"):
        opened(data, choices={1, 5})
    assert not (data.parent / "runs").exists()
    assert opened(data, choices={5}) == ("run-1", False)
