"""The demo: every step on the embedded data; here with a moment of training, and whole in the slow test."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import pytest

from twin.config import Config, Prepare, Train, to_toml
from twin.demo.run import SAMPLE, run_demo
from twin.workspace import create_workspace

SMALL = Prepare(validation_share=0.02, test_share=0.02)
QUICK = Config(prepare=SMALL, train=Train(epochs=0.02, row_tokens=256, rows=1, micro_rows=1))


def quick_workspace(folder: Path) -> Path:
    """A workspace whose twin.toml trains for a few steps only."""
    (create_workspace(folder).root / "twin.toml").write_text(to_toml(QUICK), encoding="utf-8")
    return folder


def test_the_sample_is_what_it_says() -> None:
    """An invented person's history: months, several chats and a group, one chat in Russian, nothing said over and over."""
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    chats = sample["chats"]["list"]
    messages = [record for chat in chats for record in chat["messages"]]
    assert len(messages) >= 1500
    assert Counter(chat["type"] for chat in chats) >= Counter({"personal_chat": 4, "private_group": 1})
    assert len({record["date"][:7] for record in messages}) >= 6
    russian = [chat for chat in chats if sum(bool(re.search("[а-яё]", record["text"])) for record in chat["messages"]) > len(chat["messages"]) / 2]
    assert len(russian) == 1
    said = Counter(record["text"] for record in messages if len(record["text"].split()) > 4)
    assert max(said.values()) <= 2


@pytest.mark.slow
def test_every_step_in_a_moment(tmp_path: Path) -> None:
    said: list[str] = []
    workspace, result = run_demo(quick_workspace(tmp_path / "demo"), bar=lambda title, unit: nullcontext(lambda *args, **kwargs: None), say=said.append)
    assert list(result) == ["workspace", "seconds", "bits_per_byte"]
    assert list(result["seconds"]) == ["init", "import", "prepare", "train", "measure"]
    assert result["workspace"] == str(workspace.root)
    assert set(workspace.privacy_key.read_text(encoding="ascii").strip()) == {"0"}, "with a key by chance its figures would be others each time"
    assert 1 < result["bits_per_byte"]["twin"] < result["bits_per_byte"]["base"] < 4
    again = run_demo(tmp_path / "demo", bar=lambda title, unit: nullcontext(lambda *args, **kwargs: None))[1]
    assert again["bits_per_byte"] == result["bits_per_byte"], "a second start finds the trained twin"
    assert again["seconds"]["train"] < result["seconds"]["train"]


@pytest.mark.slow
def test_stopped_by_a_signal_and_gone_on(tmp_path: Path) -> None:
    """A real second process gets SIGINT in its training: it keeps what it has, exits 130, and goes on where it was."""
    folder = create_workspace(tmp_path / "demo").root
    (folder / "twin.toml").write_text(to_toml(Config(prepare=SMALL, train=Train(epochs=0.08, row_tokens=256, rows=1, micro_rows=1))), encoding="utf-8")
    command = [sys.executable, "-m", "twin", "demo", "--no-ui", "--json", "-w", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    metrics = folder / "runs" / "run-1" / "metrics.jsonl"
    give_up = time.monotonic() + 120
    while not (metrics.exists() and metrics.stat().st_size) and time.monotonic() < give_up:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, ""), err
    assert re.search(r"twin: stopped at step \d+ of \d+, kept in .*run-1; go on with the same command", err)
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    assert "resumed at step" in done.stderr
    assert set(json.loads(done.stdout)) == {"workspace", "seconds", "bits_per_byte"}
    steps = [json.loads(line)["step"] for line in metrics.read_text(encoding="utf-8").splitlines()]
    assert steps == list(range(1, len(steps) + 1))


@pytest.mark.slow
def test_the_whole_demo_comes_a_fifth_closer_to_the_person(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "twin", "demo", "--no-ui", "-w", str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=1800)
    last = done.stdout.splitlines()[-1]
    match = re.fullmatch(r"held-out bits per byte: (\d\.\d+) before, (\d\.\d+) after \((\d+\.\d)% lower\)", last)
    assert match, last
    assert float(match[2]) <= 0.8 * float(match[1])
