"""`twin train` as a process that is killed at any moment, or asked to stop: the same command goes on, to the bit."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import tiny
from tests.processes import ROOT
from tests.train.test_loop import assert_same, metrics
from twin.config import Config, Train, to_toml
from twin.workspace import create_workspace

pytestmark = pytest.mark.slow
MOMENTS = 30

# imports once what takes seconds to import; each `twin train` is then a process that is forked from it
_FORKS = """if True:
    import os, sys
    import torch
    import twin.train.loop
    from twin.cli import main
    torch.set_num_threads(1)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            os.dup2(2, 1)
            try:
                main(line.split())
            except SystemExit as ended:
                sys.stderr.flush()
                os._exit(ended.code or 0)
        print(child, flush=True)
        sys.stdin.readline()  # until then the id stays the child's own, even after its end
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Trainings:
    """Starts `twin train` in a workspace, again and again."""

    def __init__(self, workspace: Path, process: subprocess.Popen[str]) -> None:
        self.runs = workspace / "runs"
        self._process = process
        self._arguments = f"train -w {workspace} --run"

    def start(self, run: str) -> int:
        """Its process id."""
        return self._tell(f"{self._arguments} {run}")

    def end(self) -> int:
        """How the started one ended: its exit code, or the negative number of the signal."""
        return self._tell("")

    def _tell(self, line: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@pytest.fixture(scope="module")
def trainings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainings]:
    """A workspace with a dataset, in which the run `whole` was trained undisturbed."""
    folder = tmp_path_factory.mktemp("kill")
    workspace = create_workspace(folder / "workspace")
    tiny.save_dataset(workspace.dataset)
    settings = Train(
        base=tiny.save_base(folder / "base"),
        method="lora",
        row_tokens=128,
        shared_tokens=32,
        rows=2,
        micro_rows=1,
        recompute_layers=0,
        compile="off",
        epochs=6,
        learning_rate=0.01,
        rank=4,
        dropout=0.1,
        validate_every=4,
        patience=50,
        checkpoint_every=2,
    )
    workspace.config_file.write_text(to_toml(Config(train=settings)), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _FORKS]
    with (
        (folder / "stderr").open("w") as errors,
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        trainings = Trainings(workspace.root, process)
        trainings.start("whole")
        assert trainings.end() == 0, (folder / "stderr").read_text()
        yield trainings


def test_killed_at_thirty_moments_it_ends_as_undisturbed(trainings: Trainings) -> None:
    began = time.monotonic()
    trainings.start("measured")
    assert trainings.end() == 0
    whole = time.monotonic() - began
    chance, number, killed, resumed = random.Random(4), 0, 0, 0
    while killed < MOMENTS:
        run = trainings.runs / f"killed-{number}"
        process = trainings.start(run.name)
        time.sleep(whole * chance.uniform(0.0, 0.4))
        os.kill(process, signal.SIGKILL)
        ended = trainings.end()
        if ended == 0:
            assert_same(trainings.runs / "whole", run)
            number += 1
            continue
        assert ended == -signal.SIGKILL
        killed += 1
        resumed += bool(list(run.glob("checkpoints/step-*")))
    trainings.start(run.name)
    assert trainings.end() == 0
    assert_same(trainings.runs / "whole", run)
    assert resumed > MOMENTS // 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_saves_and_goes_on(trainings: Trainings, number: signal.Signals) -> None:
    run = trainings.runs / number.name
    process = trainings.start(run.name)
    deadline = time.monotonic() + 60
    while not (run / "metrics.jsonl").exists() or len(metrics(run)) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(process, number)
    assert trainings.end() == 130
    steps = len(metrics(run))
    assert [path.name for path in run.glob("checkpoints/*")][-1:] != []
    assert (run / "checkpoints" / f"step-{steps:06}" / "state.json").exists()
    assert not (run / "adapter").exists()
    trainings.start(run.name)
    assert trainings.end() == 0
    assert_same(trainings.runs / "whole", run)
