"""`twin train`: dataset/ -> runs/NAME/adapter. Adapters by peft, devices by accelerate, the rows and the loss our own.

Interrupted training continues from its last checkpoint, on CPU in float32 bit for bit: the rows, their order, the schedule and
the early stopping follow from the settings and the step alone, and a checkpoint holds everything else.

Here it is put together; trainer.py goes through the steps.
"""

from __future__ import annotations

import json
import math
import resource
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import Tensor, nn

from twin.config import Train
from twin.dataset import read_split
from twin.errors import DatasetError, TrainingError
from twin.model import base
from twin.model.adapter import save_adapter, with_adapter
from twin.model.layers import compile_layers, recompute
from twin.model.losses import packing_way, target_losses
from twin.model.packing import Batch, Window, pack
from twin.model.score import make_rows
from twin.model.template import Template
from twin.train.distributed import seed_apart, shard, sharding
from twin.train.machine import tune_malloc
from twin.train.plan import make_plan
from twin.train.processes import join, one_for_all, team
from twin.train.replay import replay_windows
from twin.train.rows import Feed
from twin.train.trainer import Progress, Trainer, writing_to
from twin.train.workload import counted
from twin.workspace import write_text

__all__ = ["Progress", "train"]

SMALL = 500_000_000
"""A training on a CPU that needs fewer bytes may take some more for the sake of speed."""


class _TargetLosses(nn.Module):
    """The model as training calls it, so that a wrapper for several devices sees one forward."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> Tensor:
        return target_losses(self.model, batch)


def train(
    dataset: Path,
    folder: Path,
    settings: Train,
    *,
    progress: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Trains an adapter, or goes on where the same training was interrupted.

    Args:
        dataset: The folder that `twin prepare` wrote.
        folder: The run's own folder (runs.py chose it).
        settings: The [train] table.
        progress: Told after every step.
        stop: Asked before every step; True saves a checkpoint and raises Interrupted.

    Returns:
        run, steps, tokens, target_tokens, seconds, peak_memory_bytes, bits_per_byte {base, twin} on the validation split; memory_bytes,
        the part of the peak that the training took; planned {steps, seconds, memory_bytes}, what the plan said of it.

    Raises:
        DatasetError: There is nothing to train on, or too little general text to replay.
        ModelError: The base cannot be loaded.
        TrainingError: The loss is no longer a number, the rows are too long for the base, the engine cannot do what is asked, or the run's folder cannot be
            written.
        Interrupted: `stop` said so.
    """
    template = base.load_template(settings.base)
    train_rows, validation_rows = (
        make_rows(template, read_split(dataset, split), row_tokens=settings.row_tokens, shared_tokens=settings.shared_tokens)
        for split in ("train", "validation")
    )
    if not train_rows:
        raise DatasetError(f"{dataset / 'train.jsonl'} holds nothing to learn; import more chats and run: twin prepare")
    if settings.replay:
        train_rows += _replay_rows(template, settings, train_rows)
    place = base.device()
    precision = base.choose_precision(settings.precision, place)
    plan = make_plan(settings, workload=counted(train_rows, validation_rows))
    join()
    accelerator, with_fresh_adapter, losses_of = _engine(settings, place, precision)
    me = team()
    apart = sharding(settings, me)
    if accelerator.device.type == "cpu":
        tune_malloc(exact=plan.total_bytes > min(SMALL, plan.machine.free_bytes // 2))
    before = _memory(accelerator.device)
    model: Any = base.load_base(
        settings.base,
        template,
        # steps as small as those of the whole model's weights would be lost in bfloat16
        dtype=torch.float32 if settings.method == "full" else precision,
        place=torch.device("cpu") if apart else accelerator.device,
        quantized=settings.method == "qlora",
    )
    virtual = settings.virtual_tokens if settings.method in ("prefix", "prompt") else 0
    longest = getattr(model.config, "max_position_embeddings", settings.row_tokens)
    if settings.row_tokens + virtual > longest:
        after = f" after {virtual} virtual tokens" if virtual else ""
        raise TrainingError(f"train.row_tokens is {settings.row_tokens}{after}, but {settings.base} reads {longest} tokens at most; lower it in twin.toml")
    torch.manual_seed(settings.seed)
    model = with_fresh_adapter(model, settings, added=template.added)
    with accelerator.autocast():
        packing_way(model, row_tokens=settings.row_tokens)
    if settings.recompute_layers > 0 and virtual:  # transformers would leave the virtual tokens out, and say nothing
        raise TrainingError(
            f'train.recompute_layers = {settings.recompute_layers} does not go with train.method = "{settings.method}"; set it to 0 in twin.toml'
        )
    if settings.recompute_layers > 0:
        recompute(model, settings.recompute_layers)
    if settings.compile == "on" or (settings.compile == "auto" and accelerator.device.type == "cuda" and settings.engine == "twin" and not apart):
        compile_layers(model)
    seed_apart(settings.seed, 0, me)
    losses = losses_of(model)
    if apart:
        shard(losses, model._no_split_modules, me, accelerator.device)
    report = progress if me.first else lambda _: None
    with one_for_all(), Feed(train_rows, size=settings.rows, seed=settings.seed, place=accelerator.device, team=me) as feed:
        trainer = Trainer(settings, folder, feed, validation_rows, model, losses, me, apart, accelerator, report, stop)
        trainer.fit()
    state = trainer.state
    result = {
        "run": folder.name,
        "steps": state.step,
        "tokens": state.tokens,
        "target_tokens": state.target_tokens,
        "seconds": round(state.seconds, 1),
        "peak_memory_bytes": (peak := _peak_memory(accelerator.device)),
        "bits_per_byte": {"base": _rounded(state.base_bits_per_byte), "twin": _rounded(state.best_bits_per_byte)},
        "memory_bytes": peak - before,
        "planned": {"steps": plan.steps, "seconds": round(plan.seconds, 1), "memory_bytes": plan.total_bytes},
    }
    if me.first:
        with writing_to(folder):
            save_adapter(model, folder)
        write_text(folder / "result.json", json.dumps(result, indent=1) + "\n")
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return result


def _engine(settings: Train, place: torch.device, precision: torch.dtype) -> tuple[Any, Callable[..., Any], Callable[[Any], nn.Module]]:
    """By train.engine: what drives the device, what puts a fresh adapter on the base, and what gives the losses of a batch then."""
    if settings.engine == "litgpt":
        from twin.train import litgpt  # and with it Lightning, which nothing else needs

        litgpt.check_settings(settings)
        return litgpt.FabricAccelerator(place, precision), litgpt.with_litgpt_adapter, partial(litgpt.LitgptLosses, recompute_layers=settings.recompute_layers)
    # accelerate keeps its first settings for the whole process; a second training may have others
    AcceleratorState._reset_state(reset_partial_state=True)
    return Accelerator(mixed_precision="bf16" if precision == torch.bfloat16 else "no", cpu=place.type == "cpu"), with_adapter, _TargetLosses


def _replay_rows(template: Template, settings: Train, rows: Sequence[Sequence[Window]]) -> list[list[Window]]:
    """Rows of general text, so many that they are the share of all tokens that the settings ask for."""
    if not settings.replay_text:
        raise TrainingError("train.replay asks for general text, but train.replay_text names no file; give one, or set train.replay = 0")
    tokens = round(settings.replay / (1 - settings.replay) * sum(len(window.ids) for row in rows for window in row))
    windows = replay_windows(Path(settings.replay_text), template, tokens=tokens, row_tokens=settings.row_tokens, seed=settings.seed)
    return [[windows[number] for number in row] for row in pack([len(window.ids) for window in windows], settings.row_tokens)]


def _memory(place: torch.device) -> int:
    """Bytes that are in use now, of the device's memory or this process's."""
    return torch.cuda.memory_reserved(place) if place.type == "cuda" else psutil.Process().memory_info().rss


def _peak_memory(place: torch.device) -> int:
    """Bytes that have been in use at most."""
    if place.type == "cuda":
        return torch.cuda.max_memory_reserved(place)
    if sys.platform == "linux":  # getrusage there tells what the process had that started this one
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
