"""The training that the page starts, as a process: found again, told apart from others, refused, and its words read. What trains is in test_tabs.py."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from twin.chat import job
from twin.chat.job import Job, Run, State
from twin.errors import TrainingError
from twin.workspace import Workspace, create_workspace, private_folder, write_text


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "workspace")


def pretend(place: Workspace, pid: int, born: float, *, log: str = "", output: str = "", **more: bool) -> None:
    """What a page leaves that has started this process."""
    folder = private_folder(place.training)
    write_text(folder / "job.json", json.dumps(asdict(Job(pid, born, time.time() - 60, **more))))
    write_text(folder / "log.txt", log)
    write_text(folder / "output.json", output)


@pytest.fixture
def process():
    """A process that looks like a training, and is none."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "train"]) as running:
        yield running
        running.kill()


def test_without_one_there_is_none(place: Workspace) -> None:
    assert job.status(place).state is State.NONE
    job.stop(place)
    assert not place.training.exists()


def test_a_training_is_found_again_by_another_page(place: Workspace, process: subprocess.Popen[bytes]) -> None:
    pretend(place, process.pid, psutil.Process(process.pid).create_time(), log="run-1: loading embedded ...\n")
    status = job.status(place)
    assert (status.state, status.says, status.alive) == (State.RUNNING, "run-1: loading embedded ...", True)
    with pytest.raises(TrainingError, match="at work already"):
        job.start(place)
    job.stop(place)
    assert process.wait(timeout=30) != 0


def test_a_process_that_only_has_its_number_is_left_alone(place: Workspace, process: subprocess.Popen[bytes]) -> None:
    pretend(place, process.pid, psutil.Process(process.pid).create_time() - 3600, log="train: 3 of 9 steps\n")
    assert job.status(place).state is State.FAILED
    job.stop(place)
    assert process.poll() is None
    pretend(place, os.getpid(), psutil.Process().create_time())
    if "train" not in psutil.Process().cmdline():
        assert not job.status(place).alive


def test_it_is_told_to_stop_once(place: Workspace, process: subprocess.Popen[bytes]) -> None:
    pretend(place, process.pid, psutil.Process(process.pid).create_time(), stopping=True)
    assert job.status(place).state is State.STOPPING
    job.stop(place)
    time.sleep(0.3)
    assert process.poll() is None, "a second Ctrl-C would end it without a checkpoint"


@pytest.mark.parametrize(
    ("left", "state", "says"),
    [
        ({"output": '{"run": "run-1", "steps": 3}'}, State.DONE, ""),
        ({"log": "twin: stopped at step 5 of 9, kept\n", "stopping": True}, State.STOPPED, "stopped at step 5 of 9, kept"),
        ({"log": "loading\ntwin: memory does not suffice\n\n"}, State.FAILED, "memory does not suffice"),
        ({}, State.FAILED, "it ended without a word: resume it, or run it in a terminal: twin train"),
    ],
)
def test_how_it_ended_is_read_from_what_it_left(place: Workspace, left: dict, state: State, says: str) -> None:
    pretend(place, 2**22 + 7, 0.0, **left)
    status = job.status(place)
    assert (status.state, status.says) == (state, says)
    assert status.result == ({"run": "run-1", "steps": 3} if state is State.DONE else {})


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1, "born": null}'])
def test_a_damaged_record_is_none(place: Workspace, text: str) -> None:
    private_folder(place.training)
    write_text(place.training / "job.json", text)
    assert job.status(place).state is State.NONE


def test_a_training_from_a_terminal_is_found_by_the_lines_that_it_writes(place: Workspace) -> None:
    folder = private_folder(place.runs / "run-1")
    write_text(folder / "run.json", "{}")
    lines, terminal = folder / "metrics.jsonl", [sys.executable, "-c", "import time; time.sleep(60)", "/usr/bin/twin", "train"]
    with subprocess.Popen(terminal) as other:
        try:
            assert job.status(place).state is State.NONE
            lines.write_text('{"step": 2, "loss": 2.0, "seconds": 400.0}\n', encoding="utf-8")
            found = job.status(place)
            assert (found.state, found.run, found.alive, found.moving) == (State.ELSEWHERE, folder, False, True)
            for ago, state in ((1900, State.ELSEWHERE), (2100, State.NONE)):  # ten steps of 200 s
                os.utime(lines, (time.time() - ago, time.time() - ago))
                assert job.status(place).state is state
            os.utime(lines)
            job.stop(place)
            assert other.poll() is None, "it is not the page's to stop"
            write_text(folder / "result.json", "{}")
            assert job.status(place).state is State.NONE
        finally:
            other.kill()


@pytest.mark.parametrize(
    ("command", "training"),
    [("python -m twin train --json", True), ("/home/nika/.venv/bin/twin train", True), ("python -m twin ui", False), ("gcc train twin.c", False), ("", False)],
)
def test_a_process_is_known_by_its_command(command: str, training: bool) -> None:
    assert job._is_training(command.split()) is training


def test_runs_and_their_lines_are_read_even_while_they_are_written(place: Workspace) -> None:
    for number, (name, result) in enumerate({"run-1": {"steps": 2, "bits_per_byte": {}}, "run-2": None, "run-3": None}.items()):
        folder = private_folder(place.runs / name)
        write_text(folder / "run.json", "{}")
        os.utime(folder / "run.json", (number, number))
        if result:
            write_text(folder / "result.json", json.dumps(result))
    (place.runs / "run-3" / "metrics.jsonl").write_text('{"step": 1, "loss": 2.0}\n{"step": 2, "lo', encoding="utf-8")
    (place.runs / "run-3" / "checkpoints" / "step-1").mkdir(parents=True)
    assert job.runs(place) == [Run("run-3", 1, {}, True), Run("run-2", 0, {}, False), Run("run-1", 0, {"steps": 2, "bits_per_byte": {}}, False)]
    assert job.metrics(place.runs / "run-3") == [{"step": 1, "loss": 2.0}]


@pytest.mark.slow
def test_without_a_dataset_there_is_no_plan_and_it_says_why(place: Workspace) -> None:
    with pytest.raises(TrainingError, match="twin prepare"):
        job.plan(place)


def test_a_training_that_cannot_begin_says_why(place: Workspace) -> None:
    job.start(place)
    until = time.monotonic() + 60
    while job.status(place).alive and time.monotonic() < until:
        time.sleep(0.05)
    status = job.status(place)
    assert status.state is State.FAILED
    assert "twin prepare" in status.says
    assert (place.training.stat().st_mode & 0o777, (place.training / "log.txt").stat().st_mode & 0o777) == (0o700, 0o600)
