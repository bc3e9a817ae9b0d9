"""The scorecard of a tiny twin: that it is the same again, goes on where it was stopped, and looks at nothing that was learned."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests import tiny
from twin.config import Config, Train, to_toml
from twin.errors import DatasetError, Interrupted, ModelError
from twin.evaluate.intervals import Value
from twin.evaluate.measured import ANOTHER, BASE, FEW_SHOT, PERSON, RETRIEVAL, TWIN
from twin.evaluate.scorecard import evaluate, headline, unseen, write_report
from twin.model.sampling import Sampling
from twin.train.loop import train
from twin.train.runs import open_run
from twin.workspace import write_text

SAMPLING = Sampling(max_tokens=8)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with base, dataset and a trained run."""
    folder = tmp_path_factory.mktemp("work")
    settings = Train(base=tiny.save_base(folder / "base"), row_tokens=192, shared_tokens=32, rows=4, epochs=1, learning_rate=0.01)
    tiny.save_dataset(folder / "dataset")
    run, settings, _ = open_run(folder / "runs", folder / "dataset", Config(train=settings))
    train(folder / "dataset", run, settings)
    return folder


def measured(work: Path, **options: Any) -> dict[str, Any]:
    return evaluate(work / "runs" / "run-1", work / "dataset", SAMPLING, **options).report


def texts(work: Path) -> set[str]:
    lines = [json.loads(line) for split in ("train", "validation", "test") for line in (work / "dataset" / f"{split}.jsonl").read_text().splitlines()]
    return {message["content"] for line in lines for message in line["messages"] if len(message["content"]) > 8}


def test_every_row_is_measured_and_the_same_again(work: Path) -> None:
    told: list[str] = []
    report = measured(work, progress=lambda done, total, what: told.append(what))
    assert set(report["metrics"]["bits_per_byte"]) == {TWIN, BASE, FEW_SHOT}
    assert {TWIN, BASE, FEW_SHOT, RETRIEVAL, ANOTHER} <= set(report["metrics"]["chrf"])
    assert report["metrics"]["bits_per_byte"][TWIN]["value"] < report["metrics"]["bits_per_byte"][BASE]["value"]
    assert report["differences"]["bits_per_byte"]["twin-base"]["high"] < 0
    assert "fewer than" in report["left_out"]["attribution"]
    assert report["general"].keys() == {"before", "after", "change"}
    assert len(set(report["keys"])) == len(report["keys"]) == report["sizes"]["conversations"] == 6
    assert {TWIN, BASE, FEW_SHOT, "general text"} <= set(told)
    again: list[str] = []
    assert measured(work, progress=lambda done, total, what: again.append(what)) == report
    (work / "runs" / "run-1" / "evaluation" / "likelihood.json").write_text("{")  # damaged
    assert measured(work) == report


def test_no_word_of_a_message_is_in_the_report(work: Path) -> None:
    path = write_report(work / "runs" / "run-1", measured(work))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = path.read_text()
    found = texts(work)
    assert found
    assert [text for text in found if text in written] == []


@pytest.mark.slow
def test_another_seed_draws_otherwise(work: Path) -> None:
    assert measured(work, seed=2)["conversations"] != measured(work)["conversations"]


@pytest.mark.slow
def test_stopped_it_goes_on_and_comes_to_the_same(work: Path) -> None:
    whole = measured(work, seed=3)
    kept = work / "runs" / "run-1" / "evaluation"
    for path in kept.iterdir():
        path.unlink()
    stops, said = 0, set()
    while True:
        asked = iter([False] * 10 * (stops + 1))  # a little further each time
        try:
            report = measured(work, seed=3, stop=lambda asked=asked: next(asked, True))
            break
        except Interrupted as error:
            said.add("the same command goes on" in str(error))
            stops += 1
    assert stops > 2
    assert said == {True}
    assert report == whole


def test_what_the_run_has_learned_is_not_its_test(work: Path) -> None:
    run = work / "runs" / "run-1"
    test = tiny.chatter(6, seed=2, first_id=2000)
    assert unseen(run, test) == (test, 0)
    about = json.loads((run / "run.json").read_text())
    cut = max(number for turn in test[2].turns for number in turn.ids)
    try:
        write_text(run / "run.json", json.dumps(about | {"learned": {"1": cut}}))
        assert unseen(run, test) == (test[3:], 3)
        write_text(run / "run.json", json.dumps(about | {"learned": {"1": 10**9}}))
        with pytest.raises(DatasetError, match=r"6 of its conversations were learned by run-1"):
            measured(work)
        write_text(run / "run.json", json.dumps({name: value for name, value in about.items() if name != "learned"}))
        with pytest.raises(ModelError, match=r"does not say what run-1 has learned.*twin train --fresh"):
            measured(work)
    finally:
        write_text(run / "run.json", json.dumps(about))


def test_a_run_on_another_base_is_no_wrong_twin(work: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    write_text(tmp_path / "other" / "config.toml", to_toml(Config(train=Train(base="elsewhere"))))
    with pytest.raises(ModelError, match="another base"):
        measured(work, wrong=tmp_path / "other")


@pytest.mark.slow
def test_another_persons_twin_is_a_row_of_its_own(work: Path) -> None:
    report = measured(work, wrong=work / "runs" / "run-1")  # itself
    bits = report["metrics"]["bits_per_byte"]
    assert bits[ANOTHER] == bits[TWIN]
    assert report["differences"]["bits_per_byte"]["twin-another"]["value"] == 0


def test_the_headline_is_how_far_the_twin_has_come() -> None:
    def rows(floor: float, twin: float, ceiling: float, half: float = 0.05) -> dict[str, Value]:
        return {row: Value(value, value - half, value + half, 9) for row, value in ((ANOTHER, floor), (TWIN, twin), (PERSON, ceiling))}

    assert headline({"style": rows(0.2, 0.5, 0.8)}) == {"style": 0.5}
    assert headline({"auc_style": rows(1.0, 0.8, 0.5)}) == {"auc_style": 0.4}  # lower is better there
    assert headline({"style": rows(0.7, 0.75, 0.8)}) == {}  # floor and ceiling are the same within noise
    assert headline({"style": {TWIN: Value(0.5, 0.4, 0.6, 9)}}) == {}
