"""Planned against measured memory on a CPU: `python -m tests.train.measured_memory` prints the table for docs/benchmarks.md.

The peak is what the process has at most after the moment before the base is loaded, beyond what it had then (VmHWM, set back by
way of clear_refs). Each training is a process of its own.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from tests import tiny
from twin.config import Train
from twin.train.plan import Plan, make_plan

SIZES = [(640, 12, 65_024), (768, 12, 65_024), (1024, 12, 32_768)]
"""Hidden size, layers, vocabulary."""
METHODS = ["lora", "full"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A plan and what came of it, in bytes."""

    plan: Plan
    peak: int


def made_base(folder: Path, hidden: int, layers: int, vocabulary: int) -> str:
    """A Falcon with random weights, in bfloat16 on the disk."""
    model = tiny.falcon(heads=hidden // 64, num_hidden_layers=layers, vocab_size=vocabulary, initializer_range=0.02)
    return tiny.save_base(folder, model.to(torch.bfloat16))


def measured(work: Path, base: str, method: Any, *, talks: int = 36) -> Measured:
    """Trains some steps of 2 x 512 tokens in a process of its own, two with 36 conversations."""
    dataset = tiny.save_dataset(work / "dataset", train=tiny.chatter(talks), validation=tiny.chatter(4, seed=1, first_id=10_000))
    settings = Train(base=base, method=method, shared_tokens=32, epochs=1, micro_rows=2, recompute_layers=0)
    told = json.dumps([str(dataset), settings.model_dump()])
    ran = subprocess.run([sys.executable, "-m", "tests.train.measured_memory", told], capture_output=True, text=True, check=False, cwd=Path.cwd())
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return Measured(make_plan(settings, dataset), json.loads(ran.stdout.splitlines()[-1]))


def main() -> None:
    if len(sys.argv) > 1:
        _say(json.dumps(_trained(*json.loads(sys.argv[1]))))
        return
    _say("| base (hidden x layers, vocabulary) | method | planned, MB | measured, MB | off by |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for hidden, layers, vocabulary in SIZES:
            base = made_base(Path(folder) / f"base-{hidden}", hidden, layers, vocabulary)
            for method in METHODS:
                one = measured(Path(folder), base, method)
                planned = one.plan.total_bytes
                figures = f"{planned / 1e6:.0f} | {one.peak / 1e6:.0f} | {planned / one.peak - 1:+.1%}"
                _say(f"| {hidden} x {layers}, {vocabulary:,} | {one.plan.method} | {figures} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _trained(dataset: str, settings: dict[str, Any]) -> int:
    """The peak in bytes."""
    from twin.model import base
    from twin.train import loop

    torch.set_num_threads(1)
    load, seen = base.load_base, {}

    def loading(*given: Any, **more: Any) -> Any:
        Path("/proc/self/clear_refs").write_text("5")
        seen["before"] = _status("VmRSS")
        return load(*given, **more)

    base.load_base = loading
    with tempfile.TemporaryDirectory() as run:
        loop.train(Path(dataset), Path(run), Train(**settings))
    return _status("VmHWM") - seen["before"]


def _status(key: str) -> int:
    """A figure of /proc/self/status in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{key}:"))) * 1024


if __name__ == "__main__":
    main()
