import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from tests import tiny
from tests.processes import ROOT, TWIN
from tests.train.together import command, trained_in_full
from twin.config import Train
from twin.errors import TrainingError
from twin.model.packing import make_batch
from twin.model.score import make_rows, score
from twin.train.distributed import seed_apart, sharding, share, targets_in
from twin.train.processes import ALONE, Team, first_process_decides, one_for_all, team, totals

ROWS = make_rows(tiny.template(), tiny.chatter(34), row_tokens=192, shared_tokens=32)
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_the_shares_are_the_rows_and_equally_many(size: int, count: int) -> None:
    shares = [share(ROWS[:count], Team(rank, size)) for rank in range(size)]
    assert len({len(mine) for mine in shares}) == 1
    learned = [row for mine in shares for row in mine if targets_in([row])]
    assert sorted(learned, key=ROWS.index) == ROWS[:count]
    assert sum(len(mine) for mine in shares) - count < size


def test_a_row_that_stands_in_changes_nothing() -> None:
    stand_in = share(ROWS[:1], Team(1, 2))
    assert len(make_batch(stand_in).labels) == 0
    model = tiny.falcon()
    assert score(model, ROWS[:2]).loss == score(model, [*ROWS[:2], *stand_in], micro_rows=2).loss


def test_the_model_is_divided_where_it_must_be() -> None:
    two = Team(1, 2)
    assert sharding(Train(shard="on"), two)
    assert not sharding(Train(shard="on"), ALONE)
    assert not sharding(Train(shard="off"), two)
    with pytest.raises(TrainingError, match=r'train\.shard is "on", but 4-bit .* set shard = "off"'):
        sharding(Train(shard="on", method="qlora"), two)
    with pytest.raises(TrainingError, match=r'but a base that reads virtual tokens \(train.method = "prompt"\)'):
        sharding(Train(shard="on", method="prompt"), two)


def test_a_process_that_torchrun_did_not_start_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert team() is ALONE
    assert totals(1.5, 2) == [1.5, 2]
    assert first_process_decides(lambda: 7) == 7
    with pytest.raises(RuntimeError, match="gloo"), one_for_all():
        raise RuntimeError("gloo: Connection closed by peer")
    monkeypatch.setenv("RANK", "3")  # a scheduler's own
    assert team() is ALONE
    monkeypatch.setenv("WORLD_SIZE", "4")
    monkeypatch.setenv("MASTER_ADDR", "localhost")
    assert team() == Team(3, 4)


def test_each_process_has_dropout_of_its_own() -> None:
    def drawn(rank: int, step: int) -> list[float]:
        torch.manual_seed(7)
        seed_apart(7, step, Team(rank, 2))
        return torch.rand(4).tolist()

    assert drawn(0, 5) == torch.rand(4, generator=torch.Generator().manual_seed(7)).tolist()  # as one process has it
    streams = [drawn(0, 0), drawn(1, 0), drawn(1, 5)]
    assert streams[0] != streams[1] != streams[2] != streams[0]
    assert drawn(1, 5) == streams[2]


def test_a_lost_process_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twin.train.processes.team", lambda: Team(1, 2))
    with pytest.raises(TrainingError, match="process 1 of 2 has lost another one"), one_for_all():
        raise RuntimeError("[../gloo/transport/tcp/pair.cc:547] Connection closed by peer [127.0.0.1]:1")
    with pytest.raises(RuntimeError, match="size mismatch"), one_for_all():
        raise RuntimeError("size mismatch")


def workspace(path: Path, base: str, *lines: str) -> Path:
    """A workspace with a dataset, ready for `twin train`."""
    tiny.save_dataset(path / "dataset")
    settings = ["[train]", f"base = {json.dumps(base)}", "row_tokens = 192", "shared_tokens = 32", "rows = 3", "micro_rows = 1", "rank = 4"]
    settings += ["learning_rate = 0.01", "patience = 99", "validate_every = 2", *lines]
    (path / "twin.toml").write_text("\n".join(settings) + "\n", encoding="utf-8")
    return path


def metrics(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (path / "runs" / "run-1" / "metrics.jsonl").read_text().splitlines()]


def adapter(path: Path) -> dict[str, Tensor]:
    return load_file(path / "runs" / "run-1" / "adapter" / "adapter_model.safetensors")


def assert_as_alone(one: Path, several: Path, *, loss: float, weight: float) -> None:
    """The same steps, tokens, losses and adapter, up to rounding."""
    lines = metrics(one), metrics(several)
    assert [line.keys() for line in lines[0]] == [line.keys() for line in lines[1]]
    for first, second in zip(*lines, strict=True):
        assert {key: first[key] for key in ("step", "tokens", "target_tokens", "learning_rate")} == {
            key: second[key] for key in ("step", "tokens", "target_tokens", "learning_rate")
        }
        assert second["loss"] == pytest.approx(first["loss"], abs=loss)
        assert second.get("validation_loss") == pytest.approx(first.get("validation_loss"), abs=loss)
    weights = adapter(one), adapter(several)
    assert weights[0].keys() == weights[1].keys()
    for name, value in weights[0].items():
        torch.testing.assert_close(weights[1][name], value, atol=weight, rtol=0)


def interrupted(path: Path, lines: int) -> subprocess.CompletedProcess[str]:
    """Two processes that train, as a person starts them; torchrun gets SIGTERM once metrics.jsonl has so many lines."""
    process = subprocess.Popen(
        [*TORCHRUN, *TWIN[1:], "train", "--json", "--workspace", path],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    written = path / "runs" / "run-1" / "metrics.jsonl"
    deadline = time.monotonic() + 120
    while not written.exists() or len(written.read_text().splitlines()) < lines:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, errors)


@pytest.mark.slow
def test_two_processes_train_as_one(tmp_path: Path) -> None:
    base = tiny.save_base(tmp_path / "base")
    one = workspace(tmp_path / "one", base, "epochs = 3.0")
    ddp = workspace(tmp_path / "ddp", base, "epochs = 3.0")
    fsdp = workspace(tmp_path / "fsdp", base, "epochs = 3.0", 'shard = "on"', "recompute_layers = 1")
    halves = [workspace(tmp_path / name, base, "epochs = 3.0", 'precision = "bfloat16"', 'shard = "on"') for name in ("half", "halves")]
    empty = workspace(tmp_path / "empty", base)
    (empty / "dataset" / "train.jsonl").unlink()
    whole = workspace(tmp_path / "whole", base, "epochs = 12.0", "checkpoint_every = 4")
    stopped = workspace(tmp_path / "stopped", base, "epochs = 12.0", "checkpoint_every = 4", 'shard = "on"')

    done = interrupted(stopped, 3)
    assert done.returncode == 1  # torchrun's own
    assert done.stdout == ""
    assert done.stderr.count("run-1: loading") == 1
    assert done.stderr.count("twin: stopped at step") == 1
    assert "twin (process 1)" not in done.stderr
    assert sorted(path.name for path in (stopped / "runs").iterdir()) == ["run-1"]
    alone = Path(shutil.copytree(stopped, tmp_path / "alone"))

    codes = {"ddp": 0, "fsdp": 0, "halves": 0, "empty": 1, "stopped": 0}
    done = subprocess.run(
        [*TORCHRUN, ROOT / "tests" / "train" / "together.py", *codes],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    for rank in range(2):
        assert json.loads(Path(f"codes-{rank}.json").read_text()) == codes | {"decided by": 0}
    assert [json.loads(line)["run"] for line in done.stdout.splitlines()] == ["run-1"] * 4  # one of the two is heard
    assert "twin: " in done.stderr
    assert "resumed at step" in done.stderr

    for path in (one, halves[0], whole, alone):
        assert command("train", "--workspace", str(path)) == 0
    assert metrics(one)[-1]["tokens"] < 192  # a last step of one row: none for the second process
    assert_as_alone(one, ddp, loss=1e-5, weight=1e-5)
    assert_as_alone(one, fsdp, loss=1e-5, weight=1e-4)
    assert_as_alone(*halves, loss=1e-3, weight=1e-3)  # a base in bfloat16 and an adapter in float32, divided together
    assert_as_alone(whole, stopped, loss=1e-4, weight=1e-4)
    assert_as_alone(whole, alone, loss=1e-4, weight=1e-4)
    for path in (ddp, fsdp, stopped):
        assert sorted(file.name for file in (path / "runs" / "run-1").iterdir()) == ["adapter", "config.toml", "metrics.jsonl", "result.json", "run.json"]

    full, expected = torch.load("full.pt"), trained_in_full()
    assert full.pop("held") == pytest.approx(0.5, abs=0.01)
    assert expected.pop("held") == 1
    assert full.keys() == expected.keys()
    for name, value in expected.items():
        torch.testing.assert_close(full[name], value, atol=1e-4, rtol=1e-4)
