"""Training as the page does it: `twin train --json` as a process of its own, which the page finds again, looks at and stops. At most one at a time.

The process outlives the page. Where it is stands in the workspace's training/job.json with the moment at which it was born, so that another program
that has its number by now is not taken for it; what it says goes into files beside that. It cannot download anything: that is agreed to in a terminal.
Not here: training (twin.train, which the page's side of the program does not import), or showing it (tabs/training.py).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import psutil

from twin.errors import TrainingError
from twin.workspace import Workspace, private_file, private_folder, write_text

_SAME = 2.0
"""Seconds by which the birth of one process may differ between two looks: the clock may have been set between."""
_QUIET, _STEPS_QUIET = 60.0, 10
"""A run is at work that had a line within so many seconds, or within the time of so many of its steps: a look at the validation split lies between some."""
_LONGEST_STEP = 86_400.0
"""Seconds after which nobody waits for a line."""
_PLANNING = 300.0
"""Seconds after which a plan is given up."""

_lock = threading.Lock()
_children: dict[int, subprocess.Popen[bytes]] = {}
"""Those that this process has started: one that has ended stays a zombie until it is asked."""


class State(StrEnum):
    """How the training that the page started last stands."""

    NONE = "none"
    """There was none."""
    RUNNING = "running"
    STOPPING = "stopping"
    """It was told to stop, and ends at its next safe point."""
    ELSEWHERE = "elsewhere"
    """None of the page's is at work, but one from a terminal is: it can be looked at, and is stopped where it was started."""
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A training that was started.

    Attributes:
        pid: Its process.
        born: When that began, in seconds since 1970, as the system says.
        started: When it was started, by the clock of this program.
        stopping: Whether it was told to stop.
    """

    pid: int
    born: float
    started: float
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of the training that was started last.

    Attributes:
        says: What it said last, in one line; why it failed.
        result: What it came to, where it is DONE.
        run: The folder that it writes, once it does.
    """

    state: State
    says: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    run: Path | None = None

    @property
    def alive(self) -> bool:
        """Whether its process is at work."""
        return self.state in (State.RUNNING, State.STOPPING)

    @property
    def moving(self) -> bool:
        """Whether there is something new to see from time to time."""
        return self.alive or self.state is State.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Run:
    """A run, finished or not.

    Attributes:
        steps: How far it came.
        result: What it came to; empty where it is not finished.
        resumable: Whether there is a checkpoint to go on from.
    """

    name: str
    steps: int
    result: dict[str, Any]
    resumable: bool


def start(place: Workspace, options: Sequence[str] = ()) -> None:
    """Starts `twin train` with these options.

    Raises:
        TrainingError: One is at work already, or the system starts none.
    """
    with _lock:
        if _alive(_job(place)) or _trained_elsewhere(place):
            raise TrainingError("a training is at work already; stop it first")
        folder = private_folder(place.training)
        for name in ("output.json", "log.txt"):
            (folder / name).unlink(missing_ok=True)
        now = time.time()
        try:
            with private_file(folder / "output.json").open("wb") as output, private_file(folder / "log.txt").open("wb") as log:
                # a session of its own: Ctrl-C ends the page and leaves the training at work
                process = subprocess.Popen(
                    _command(place, *options), stdin=subprocess.DEVNULL, stdout=output, stderr=log, start_new_session=True, env=_environment()
                )
            born = psutil.Process(process.pid).create_time()
        except (OSError, psutil.Error) as error:
            raise TrainingError(f"no training could be started: {error}; start it in a terminal: twin train") from error
        _children[process.pid] = process
        _keep(place, Job(process.pid, born, now))


def stop(place: Workspace) -> None:
    """Tells the training to stop, once: a second Ctrl-C would end it without a checkpoint. Nothing where none is at work."""
    with _lock:
        job = _job(place)
        if job is None or job.stopping or not _alive(job):
            return
        os.kill(job.pid, signal.SIGINT)
        _keep(place, Job(job.pid, job.born, job.started, stopping=True))


def status(place: Workspace) -> Status:
    """How it stands."""
    job = _job(place)
    if not _alive(job) and (other := _trained_elsewhere(place)):
        return Status(State.ELSEWHERE, run=other)
    if job is None:
        return Status(State.NONE)
    alive, log = _alive(job), _lines(place.training / "log.txt")
    says = log[-1].removeprefix("twin: ") if log else ""
    run = _run_since(place, job.started)
    if alive:
        return Status(State.STOPPING if job.stopping else State.RUNNING, says, run=run)
    result = _json(place.training / "output.json")
    if result:
        return Status(State.DONE, says, result, run)
    if job.stopping:
        return Status(State.STOPPED, says, run=run)
    return Status(State.FAILED, says or "it ended without a word: resume it, or run it in a terminal: twin train", run=run)


def plan(place: Workspace) -> dict[str, Any]:
    """What training will take, as `twin train --plan --json` says; loads nothing.

    Raises:
        TrainingError: There is none, with its reason.
    """
    try:
        done = subprocess.run(
            _command(place, "--plan"), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_PLANNING, env=_environment()
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TrainingError(f"there is no plan: {error}; ask for it in a terminal: twin train --plan") from error
    try:
        made: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.strip().splitlines() or ["it says nothing"]
        raise TrainingError(lines[-1].removeprefix("twin: ")) from None
    return made


def runs(place: Workspace) -> list[Run]:
    """All runs, newest first."""
    folders = sorted((path.parent for path in place.runs.glob("*/run.json")), key=lambda folder: -(folder / "run.json").stat().st_mtime_ns)
    return [_run(folder) for folder in folders]


def metrics(run: Path) -> list[dict[str, Any]]:
    """The lines of a run's metrics.jsonl; one that is being written is not among them."""
    read = []
    for line in _lines(run / "metrics.jsonl"):
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict) and isinstance(values.get("step"), int):
            read.append(values)
    return read


def _run(folder: Path) -> Run:
    result, lines = _json(folder / "result.json"), metrics(folder)
    return Run(folder.name, lines[-1]["step"] if lines else 0, result, not result and any((folder / "checkpoints").glob("*")))


def _trained_elsewhere(place: Workspace) -> Path | None:
    """The run that a process trains of which the page knows nothing: unfinished, with a line not long ago for its pace, while there is such a process."""
    now = time.time()
    for file in place.runs.glob("*/metrics.jsonl"):
        age = now - file.stat().st_mtime
        if age > _LONGEST_STEP or (file.parent / "result.json").exists():
            continue
        last = (metrics(file.parent) or [{}])[-1]
        pace = last.get("seconds", 0.0) / max(last.get("step", 1), 1)
        if age < max(_QUIET, _STEPS_QUIET * pace) and any(_is_training(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])):
            return file.parent
    return None


def _is_training(command: Sequence[str]) -> bool:
    return "train" in command and any(Path(part).name == "twin" for part in command)


def _run_since(place: Workspace, moment: float) -> Path | None:
    """The run that has been written to since a moment: only one is at a time."""
    written = [(path.stat().st_mtime, path.parent) for path in place.runs.glob("*/metrics.jsonl")]
    changed, folder = max(written, default=(0.0, None))
    return folder if changed >= moment else None


def _command(place: Workspace, *options: str) -> list[str]:
    return [sys.executable, "-m", "twin", "train", "--json", "--workspace", str(place.root), *options]


def _environment() -> dict[str, str]:
    return {**os.environ, "HF_HUB_OFFLINE": "1"}


def _job(place: Workspace) -> Job | None:
    values = _json(place.training / "job.json")
    try:
        return Job(int(values["pid"]), float(values["born"]), float(values["started"]), bool(values["stopping"]))
    except (KeyError, TypeError, ValueError):
        return None


def _keep(place: Workspace, job: Job) -> None:
    write_text(place.training / "job.json", json.dumps(asdict(job)) + "\n")


def _alive(job: Job | None) -> bool:
    """Whether its process is at work, and the one that was started."""
    if job is None:
        return False
    if job.pid in _children and _children[job.pid].poll() is not None:
        del _children[job.pid]
        return False
    try:
        process = psutil.Process(job.pid)
        same = abs(process.create_time() - job.born) < _SAME and "train" in process.cmdline()
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    except OSError:
        return []


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
