"""`twin train`: dataset/ -> runs/NAME/adapter. LoRA by peft, the loop on accelerate, the rows and the loss our own.

Interrupted training continues from its last checkpoint, on CPU in float32 bit for bit: the rows, their order, the schedule and
the early stopping follow from the settings and the step alone, and a checkpoint holds everything else.
"""

from __future__ import annotations

import json
import math
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from peft import set_peft_model_state_dict
from safetensors import SafetensorError
from torch import Tensor, nn

from twin.config import Train
from twin.dataset import read_split
from twin.errors import DatasetError, Interrupted, TrainingError
from twin.model import base
from twin.model.packing import Batch, Window, make_batch
from twin.model.score import make_rows, score, target_losses
from twin.model.template import CONTEXT
from twin.train.adapter import save_adapter, with_adapter
from twin.train.checkpoint import Checkpoint, load_newest, save_checkpoint
from twin.train.metrics import Metrics, Rate
from twin.workspace import write_text


@dataclass(frozen=True, slots=True)
class Progress:
    """How far training is. `note` is something the person should know ("resumed at step 40")."""

    step: int
    steps: int
    loss: float = math.nan
    validation_loss: float | None = None
    tokens_per_second: float = 0.0
    seconds_left: float = math.nan
    note: str = ""


@dataclass(slots=True)
class _State:
    """What training has come to; all of it is in a checkpoint."""

    step: int = 0
    seconds: float = 0.0
    tokens: int = 0
    target_tokens: int = 0
    best_loss: float = math.inf
    best_step: int = 0
    best_bits_per_byte: float = math.nan
    worse: int = 0
    base_bits_per_byte: float = math.nan

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class _TargetLosses(nn.Module):
    """The model as training calls it, so that a wrapper for several devices sees one forward."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> Tensor:
        return target_losses(self.model, batch)


@dataclass(slots=True)
class _Trainer:
    """One training run; `fit` is the loop."""

    settings: Train
    folder: Path
    train_rows: list[list[Window]]
    validation_rows: list[list[Window]]
    model: Any
    accelerator: Accelerator
    progress: Callable[[Progress], None]
    stop: Callable[[], bool]
    state: _State = field(default_factory=_State)
    best: dict[str, Tensor] = field(default_factory=dict)
    _started: float = 0.0
    _saved: int = -1

    def fit(self) -> None:
        settings, state = self.settings, self.state
        rate = settings.learning_rate or 1.5 / self.model.config.hidden_size  # docs/benchmarks.md has the sweep
        trainable = [weight for weight in self.model.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(trainable, lr=rate, weight_decay=settings.weight_decay)
        steps_an_epoch = math.ceil(len(self.train_rows) / settings.rows)
        steps = max(1, round(settings.epochs * steps_an_epoch))
        validate_every = settings.validate_every or steps_an_epoch
        module, optimizer = self.accelerator.prepare(_TargetLosses(self.model), optimizer)
        self._resume(optimizer)
        if state.step == 0:
            state.base_bits_per_byte = self._base_bits_per_byte()
        self._started, speed = time.monotonic() - state.seconds, Rate()
        self.model.train()
        with Metrics(self.folder / "metrics.jsonl", state.step) as metrics:
            while state.step < steps and state.worse < settings.patience:
                if self.stop():
                    self._save(optimizer)
                    raise Interrupted(f"stopped at step {state.step} of {steps}, kept in {self.folder}; go on with the same command")
                for group in optimizer.param_groups:
                    group["lr"] = rate * _schedule(state.step, steps, settings.warmup_share)
                line = self._step(module, optimizer, trainable) | {"learning_rate": optimizer.param_groups[0]["lr"]}
                validation = None
                if state.step % validate_every == 0 or state.step == steps:
                    validation = line["validation_loss"] = self._validate()
                state.seconds = time.monotonic() - self._started
                metrics.write(line | {"seconds": round(state.seconds, 3)})
                left = state.seconds / state.step * (steps - state.step)
                self.progress(Progress(state.step, steps, line["loss"], validation, speed.add(line["tokens"]), left))
                if state.step % settings.checkpoint_every == 0:
                    self._save(optimizer)
        if self.best:
            set_peft_model_state_dict(self.model, self.best)

    def _step(self, module: nn.Module, optimizer: Any, trainable: Sequence[Tensor]) -> dict[str, Any]:
        """One optimizer step over the rows that are due; returns its line of metrics.jsonl. The loss is the mean of its target tokens."""
        settings, state = self.settings, self.state
        rows = _rows_of_step(self.train_rows, state.step, settings.rows, settings.seed)
        targets = sum(kind != CONTEXT for row in rows for window in row for kind in window.kinds)
        tokens = sum(len(window.ids) for row in rows for window in row)
        loss = 0.0
        for start in range(0, len(rows), settings.micro_rows):
            batch = make_batch(rows[start : start + settings.micro_rows]).to(self.accelerator.device)
            with self.accelerator.autocast():
                part = module(batch).sum() / targets
            self.accelerator.backward(part)
            loss += float(part.detach())
        norm = float(self.accelerator.clip_grad_norm_(trainable, 1.0))
        state.step += 1
        if not math.isfinite(loss) or not math.isfinite(norm):
            what = f"the loss became {loss}" if not math.isfinite(loss) else f"the gradient became {norm}"
            raise TrainingError(f"{what} at step {state.step}; lower train.learning_rate in twin.toml and run: twin train --fresh")
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        state.tokens += tokens
        state.target_tokens += targets
        return {"step": state.step, "loss": loss, "tokens": tokens, "target_tokens": targets}

    def _validate(self) -> float | None:
        """Measures on the validation split and keeps the adapter if it is the best so far."""
        if not self.validation_rows:
            return None
        state = self.state
        with self.accelerator.autocast():
            result = score(self.model, self.validation_rows, micro_rows=self.settings.micro_rows)
        if result.loss < state.best_loss:
            state.best_loss, state.best_step, state.worse = result.loss, state.step, 0
            state.best_bits_per_byte = result.bits_per_byte
            self.best = {name: weight.clone() for name, weight in base.adapter_weights(self.model).items()}
        else:
            state.worse += 1
        return result.loss

    def _base_bits_per_byte(self) -> float:
        with self.accelerator.autocast(), self.model.disable_adapter():
            return score(self.model, self.validation_rows, micro_rows=self.settings.micro_rows).bits_per_byte

    def _save(self, optimizer: Any) -> None:
        if self._saved == self.state.step:
            return  # writing it again would for a moment leave none
        tensors = {f"adapter.{name}": weight for name, weight in base.adapter_weights(self.model).items()}
        tensors |= {f"best.{name}": weight for name, weight in self.best.items()}
        tensors["random.cpu"] = torch.get_rng_state()
        if torch.cuda.is_available():
            tensors["random.cuda"] = torch.cuda.get_rng_state()
        for number, slots in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{slot}": value for slot, value in slots.items()}
        with _writing_to(self.folder):
            save_checkpoint(self.folder / "checkpoints", Checkpoint(tensors, self.state.to_json()), keep=self.settings.keep_checkpoints)
        self._saved = self.state.step

    def _resume(self, optimizer: Any) -> None:
        checkpoint, damaged = load_newest(self.folder / "checkpoints")
        for path in damaged:
            self.progress(Progress(0, 0, note=f"{path.name} is damaged and was passed over"))
        if checkpoint is None:
            return
        for name in _State.__slots__:
            setattr(self.state, name, checkpoint.state[name])
        self._saved = self.state.step
        set_peft_model_state_dict(self.model, checkpoint.part("adapter"))
        self.best = checkpoint.part("best")
        slots: dict[int, dict[str, Tensor]] = {}
        for name, value in checkpoint.part("optimizer").items():
            number, slot = name.split(".", 1)
            slots.setdefault(int(number), {})[slot] = value
        optimizer.load_state_dict({"state": slots, "param_groups": optimizer.state_dict()["param_groups"]})
        torch.set_rng_state(checkpoint.tensors["random.cpu"])
        if "random.cuda" in checkpoint.tensors and torch.cuda.is_available():
            torch.cuda.set_rng_state(checkpoint.tensors["random.cuda"])
        self.progress(Progress(self.state.step, 0, note=f"resumed at step {self.state.step}"))


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
        run, steps, tokens, target_tokens, seconds, peak_memory_bytes, bits_per_byte {base, twin} on the validation split.

    Raises:
        DatasetError: There is nothing to train on.
        ModelError: The base cannot be loaded.
        TrainingError: The loss is no longer a number, the rows are too long for the base, or the run's folder cannot be written.
        Interrupted: `stop` said so.
    """
    template = base.load_template(settings.base)
    train_rows, validation_rows = (
        make_rows(template, read_split(dataset, split), row_tokens=settings.row_tokens, shared_tokens=settings.shared_tokens)
        for split in ("train", "validation")
    )
    if not train_rows:
        raise DatasetError(f"{dataset / 'train.jsonl'} holds nothing to learn; import more chats and run: twin prepare")
    place = base.device()
    precision = base.choose_precision(settings.precision, place)
    # accelerate keeps its first settings for the whole process; a second training may have others
    AcceleratorState._reset_state(reset_partial_state=True)
    accelerator = Accelerator(mixed_precision="bf16" if precision == torch.bfloat16 else "no", cpu=place.type == "cpu")
    model: Any = base.load_base(settings.base, template, dtype=precision, place=accelerator.device)
    longest = getattr(model.config, "max_position_embeddings", settings.row_tokens)
    if settings.row_tokens > longest:
        raise TrainingError(f"train.row_tokens is {settings.row_tokens}, but {settings.base} reads {longest} tokens at most; lower it in twin.toml")
    torch.manual_seed(settings.seed)
    model = with_adapter(model, settings, added=template.added)
    trainer = _Trainer(settings, folder, train_rows, validation_rows, model, accelerator, progress, stop)
    trainer.fit()
    with _writing_to(folder):
        save_adapter(trainer.model, folder)
    state = trainer.state
    result = {
        "run": folder.name,
        "steps": state.step,
        "tokens": state.tokens,
        "target_tokens": state.target_tokens,
        "seconds": round(state.seconds, 1),
        "peak_memory_bytes": _peak_memory(accelerator.device),
        "bits_per_byte": {"base": _rounded(state.base_bits_per_byte), "twin": _rounded(state.best_bits_per_byte)},
    }
    write_text(folder / "result.json", json.dumps(result, indent=1) + "\n")
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return result


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"{folder} cannot be written ({error}); make room, then go on from the last checkpoint with the same command") from error


def _schedule(step: int, steps: int, warmup_share: float) -> float:
    """Linear rise over the warm-up, then half a cosine to 0, as a share of the highest learning rate."""
    warmup = max(1, round(warmup_share * steps))
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


def _rows_of_step(rows: Sequence[list[Window]], step: int, size: int, seed: int) -> list[list[Window]]:
    """The rows of a step: each epoch reads all rows once, in an order of its own that follows from seed and epoch."""
    steps_an_epoch = math.ceil(len(rows) / size)
    epoch, place = divmod(step, steps_an_epoch)
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed * 1_000_003 + epoch))
    return [rows[number] for number in order[place * size : (place + 1) * size].tolist()]


def _peak_memory(place: torch.device) -> int:
    if place.type == "cuda":
        return torch.cuda.max_memory_allocated(place)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux kilobytes


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
