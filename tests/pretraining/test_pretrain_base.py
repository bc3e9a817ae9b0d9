"""The whole recipe as processes of their own: corpora in, a model that twin trains on out; stopped by a signal and gone on with."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.pretraining import corpora
from tests.processes import ROOT
from twin.model.base import load_base, load_template

SMALL = "--tokens 45000 --hidden 64 --layers 1 --batch 2 --micro-batch 1 --vocabulary 700".split()


def command(work: Path, out: Path) -> list[str]:
    files = ["--corpora", str(work.parent / "corpora"), "--work", str(work), "--out", str(out)]
    return [sys.executable, str(ROOT / "scripts" / "pretrain_base.py"), *files, *SMALL]


@pytest.mark.slow
def test_from_corpora_to_a_base_stopped_and_gone_on_with(tmp_path: Path) -> None:
    corpora.save(tmp_path / "corpora", 150)
    whole = subprocess.run(command(tmp_path / "whole", tmp_path / "base"), capture_output=True, text=True, check=True, timeout=600)
    assert "resumed" not in whole.stdout
    said = ""
    with subprocess.Popen(command(tmp_path / "cut", tmp_path / "other"), stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            said += line
            if line.startswith("step 10/"):
                process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    assert (stopped := re.search(r"stopped and saved at step (\d+); the same command goes on from there", said)), said
    assert 10 <= int(stopped[1]) < 43
    assert not (tmp_path / "other").exists()
    again = subprocess.run(command(tmp_path / "cut", tmp_path / "other"), capture_output=True, text=True, check=True, timeout=600)
    assert f"resumed at step {stopped[1]}" in again.stdout
    one, other = (load_file(tmp_path / name / "model.safetensors") for name in ("base", "other"))
    assert all(torch.equal(one[name], other[name]) for name in one)

    name = str(tmp_path / "base")
    template = load_template(name)
    assert template.own
    assert not template.added, "the markers are its own"
    load_base(name, template, dtype=torch.float32, place=torch.device("cpu"))
    card = (tmp_path / "base" / "README.md").read_text(encoding="utf-8")
    assert card.count("\n| ") > 70, "sources, curve, and forty messages"
    scores = subprocess.run([*command(tmp_path / "whole", tmp_path / "base")[:4], "--evaluate", name], capture_output=True, text=True, check=True, timeout=600)
    assert re.search(r"^modern dialogue +\d\.\d{4}$", scores.stdout, re.MULTILINE)
