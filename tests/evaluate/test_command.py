"""`twin evaluate`, as a person calls it, on tiny twins: one that has learned, and one that has hardly."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import tiny
from twin.cli import main
from twin.config import Config, Train
from twin.train.loop import train
from twin.train.runs import open_run
from twin.workspace import create_workspace


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two runs, the first the better one."""
    place = create_workspace(tmp_path_factory.mktemp("work") / "workspace")
    base = tiny.save_base(place.root / "base")
    tiny.save_dataset(place.dataset, test=tiny.chatter(24, seed=2, first_id=2000))
    for rate in (0.01, 1e-9):
        settings = Train(base=base, row_tokens=192, shared_tokens=32, rows=4, epochs=2, learning_rate=rate)
        run, settings, _ = open_run(place.runs, place.dataset, Config(train=settings))
        train(place.dataset, run, settings)
    (place.root / "twin.toml").write_text("[chat]\nmax_tokens = 8\n")
    return place.root


def called(work: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "--workspace", str(work), *arguments])
    return int(ended.value.code or 0)


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_a_run_that_is_worse_than_another_fails_against_it(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(work, "--run", "run-2", "--against", "run-1") == 1
    assert "twin evaluate --run run-1" in capsys.readouterr().err  # which was not measured yet
    assert called(work, "--run", "run-1") == 0
    told = capsys.readouterr().out
    assert "Your next words" in told
    assert f"the whole report: {work / 'runs' / 'run-1' / 'report.html'}" in told
    page = (work / "runs" / "run-1" / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "Side by side" in page
    assert called(work, "--run", "run-2", "--against", "run-1", "--json") == 1
    worse = printed(capsys)
    assert worse["worse"]
    assert worse["metrics"]["bits_per_byte"]["verdict"] == "worse"
    called(work, "--run", "run-1", "--against", "run-2", "--json")
    assert printed(capsys)["metrics"]["bits_per_byte"]["verdict"] == "better"
    assert called(work, "--run", "run-1", "--against", "run-1", "--json") == 0
    assert {found["verdict"] for found in printed(capsys)["metrics"].values()} <= {"same", "few"}


@pytest.mark.slow
def test_a_page_for_friends_is_written(work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "ask.html"
    assert called(work, "--run", "run-1", "--blind", str(page), "--count", "3", "--json") == 0
    made = printed(capsys)
    assert made["page"] == str(page)
    assert 1 <= made["questions"] <= 3
    assert page.exists()
    assert called(work, "--run", "run-1", "--results", str(page)) == 2
    assert str(page) in capsys.readouterr().err


def test_two_things_at_once_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create_workspace(tmp_path / "workspace")
    assert called(tmp_path / "workspace", "--leaks", "--blind", "ask.html") == 2
    assert "give one of them" in capsys.readouterr().err
