"""The steps of a training: gradients, optimizer, validation, early stopping, checkpoints, and what to do when memory runs out.

Not here: what is trained and on what (loop.py), how several devices divide it (distributed.py).
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from twin.config import Train
from twin.errors import Interrupted, TrainingError
from twin.model import base
from twin.model.adapter import adapter_weights, base_alone, restore_weights
from twin.model.layers import recompute
from twin.model.packing import Window
from twin.model.score import Score
from twin.train.checkpoint import Checkpoint, load_newest, save_checkpoint
from twin.train.distributed import divided_like, gathered, gathering, make_whole, score_together, seed_apart, whole
from twin.train.metrics import Metrics, Rate
from twin.train.processes import Team, totals, wait_for_all
from twin.train.replay import SOURCE
from twin.train.rows import Feed

_Result = TypeVar("_Result")

_RATES = {"auto": 1.5, "lora": 1.5, "qlora": 1.5, "dora": 1.5, "full": 0.15, "prefix": 1.5, "prompt": 1.5}
"""The highest learning rate times the hidden size, by method; docs/benchmarks.md has the sweeps."""


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


@dataclass(slots=True)
class Trainer:
    """One training run; `fit` is the loop."""

    settings: Train
    folder: Path
    feed: Feed
    validation_rows: list[list[Window]]
    model: Any
    losses: nn.Module
    team: Team
    sharded: bool
    accelerator: Any
    progress: Callable[[Progress], None]
    stop: Callable[[], bool]
    state: _State = field(default_factory=_State)
    best: dict[str, Tensor] = field(default_factory=dict)
    micro_rows: int = field(init=False)
    recomputing: bool = False
    _started: float = 0.0
    _saved: int = -1

    def __post_init__(self) -> None:
        self.micro_rows = self.settings.micro_rows or self.settings.rows

    def fit(self) -> None:
        """Trains from where the newest checkpoint stands to the end; the model is then the best that validation has seen."""
        settings, state = self.settings, self.state
        rate = settings.learning_rate or _RATES[settings.method] / self.model.config.hidden_size
        trainable = [weight for weight in self.model.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(trainable, lr=rate, weight_decay=settings.weight_decay, fused=True)
        steps = max(1, round(settings.epochs * self.feed.steps_an_epoch))
        validate_every = settings.validate_every or self.feed.steps_an_epoch
        if self.sharded:
            module, optimizer = self.losses, self.accelerator.prepare(optimizer)
        else:
            module, optimizer = self.accelerator.prepare(self.losses, optimizer)
        self._resume(optimizer, trainable)
        if state.step == 0 and settings.method == "full":
            state.base_bits_per_byte = self._base_bits_per_byte()  # afterwards there is no base any more
        self._started, speed = time.monotonic() - state.seconds, Rate()
        self.model.train()
        with Metrics(self.folder / "metrics.jsonl", state.step) if self.team.first else nullcontext() as metrics:
            while state.step < steps and state.worse < settings.patience:
                if any(totals(self.stop())):  # one for all: each process gets its own signal, in a step of its own
                    self._save(optimizer)
                    raise Interrupted(f"stopped at step {state.step} of {steps}, kept in {self.folder}; go on with the same command")
                for group in optimizer.param_groups:
                    group["lr"] = rate * _schedule(state.step, steps, settings.warmup_share)
                line = self._step(module, optimizer, trainable) | {"learning_rate": optimizer.param_groups[0]["lr"]}
                validation = None
                if state.step % validate_every == 0 or state.step == steps:
                    validation = line["validation_loss"] = self._validate()
                state.seconds = time.monotonic() - self._started
                if metrics:
                    metrics.write(line | {"steps": steps, "seconds": round(state.seconds, 3)})
                left = state.seconds / state.step * (steps - state.step)
                self.progress(Progress(state.step, steps, line["loss"], validation, speed.add(line["tokens"]), left))
                if state.step % settings.checkpoint_every == 0:
                    self._save(optimizer)
        if self.best:
            restore_weights(self.model, self.best)
        make_whole(self.model, self.team)

    def _step(self, module: nn.Module, optimizer: Any, trainable: Sequence[Tensor]) -> dict[str, Any]:
        """One optimizer step over the rows that are due; returns its line of metrics.jsonl. The loss is the mean of its target tokens."""
        state = self.state
        tokens, targets = self.feed.counts(state.step)
        # DDP and FSDP2 average the gradients over the processes
        (loss,) = totals(float(self._fitting(lambda: self._gradients(module, optimizer, targets / self.team.size))) / self.team.size)
        norm = float(whole(self.accelerator.clip_grad_norm_(trainable, 1.0)))
        if not math.isfinite(loss) or not math.isfinite(norm):
            what = f"the loss became {loss}" if not math.isfinite(loss) else f"the gradient became {norm}"
            lines = [source + 1 for source in self.feed.sources(state.step) if source != SOURCE]
            raise TrainingError(
                f"{what} at step {state.step + 1}, with {_some(lines)} of train.jsonl; lower train.learning_rate in twin.toml and run: twin train --fresh"
            )
        state.step += 1
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        state.tokens += tokens
        state.target_tokens += targets
        return {"step": state.step, "loss": loss, "tokens": tokens, "target_tokens": targets}

    def _gradients(self, module: nn.Module, optimizer: Any, targets: float) -> Tensor:
        """Gradients of the losses of this process's rows of a step, divided by `targets`; returns that loss."""
        optimizer.zero_grad(set_to_none=True)
        loss = torch.zeros((), device=self.accelerator.device)
        batches = self.feed.batches(self.state.step, self.micro_rows)
        for number, batch in enumerate(batches, 1):
            with gathering(module) if number < len(batches) else nullcontext():
                with self.accelerator.autocast():
                    part = module(batch).sum() / targets
                self.accelerator.backward(part)
            loss += part.detach()
        return loss

    def _fitting(self, work: Callable[[], _Result]) -> _Result:
        """Does the work; where memory does not suffice, with fewer rows at once, and in the end with every layer recomputed."""
        while True:
            try:
                return work()
            except RuntimeError as error:
                if not _out_of_memory(error):
                    raise
                problem = base.first_line(error)
            # outside of the handler, whose traceback would keep the tensors of the failed attempt alive
            if self.team.size > 1:  # the others do not know, and wait
                raise TrainingError(
                    f"process {self.team.rank} ran out of memory at step {self.state.step + 1} ({problem}); "
                    'lower train.micro_rows or train.row_tokens in twin.toml, or divide the model: train.shard = "on"'
                )
            if self.micro_rows > 1:
                self.micro_rows = (self.micro_rows + 1) // 2
                note = f"{self.micro_rows} row{'s' if self.micro_rows > 1 else ''} at once from here on"
            elif not self.recomputing and self.settings.engine == "twin" and self.settings.method not in ("prefix", "prompt"):
                self.recomputing = recompute(self.model) > 0
                note = "every layer is recomputed from here on, which is slower"
            else:
                raise TrainingError(
                    f"memory does not suffice for one row of {self.settings.row_tokens} tokens ({problem}); "
                    "lower train.row_tokens in twin.toml, or choose a smaller base or method: twin train --plan shows what fits"
                )
            self.progress(Progress(self.state.step, 0, note=f"out of memory at step {self.state.step + 1}: {note}"))
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def _validate(self) -> float | None:
        """Measures on the validation split and keeps the adapter if it is the best so far."""
        if not self.validation_rows:
            return None
        state = self.state
        if math.isnan(state.base_bits_per_byte):
            state.base_bits_per_byte = self._base_bits_per_byte()
        result = self._fitting(self._score)
        if result.loss < state.best_loss:
            state.best_loss, state.best_step, state.worse = result.loss, state.step, 0
            state.best_bits_per_byte = result.bits_per_byte
            self.best = {name: weight.clone() for name, weight in adapter_weights(self.model).items()}
        else:
            state.worse += 1
        return result.loss

    def _base_bits_per_byte(self) -> float:
        with base_alone(self.model):
            return self._fitting(self._score).bits_per_byte

    def _score(self) -> Score:
        with self.accelerator.autocast():
            return score_together(self.model, self.validation_rows, self.micro_rows, self.team, losses=lambda _, batch: self.losses(batch))

    def _save(self, optimizer: Any) -> None:
        if self._saved == self.state.step:
            return  # writing it again would for a moment leave none
        tensors = {f"adapter.{name}": weight for name, weight in adapter_weights(self.model).items()}
        tensors |= {f"best.{name}": weight for name, weight in self.best.items()}
        tensors["random.cpu"] = torch.get_rng_state()
        if torch.cuda.is_available():
            tensors["random.cuda"] = torch.cuda.get_rng_state()
        for number, slots in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{slot}": value for slot, value in slots.items()}
        tensors = gathered(tensors, self.team)
        if self.team.first:
            with writing_to(self.folder):
                save_checkpoint(self.folder / "checkpoints", Checkpoint(tensors, self.state.to_json()), keep=self.settings.keep_checkpoints)
        wait_for_all()  # torchrun ends all as soon as one has ended
        self._saved = self.state.step

    def _resume(self, optimizer: Any, trainable: Sequence[Tensor]) -> None:
        checkpoint, damaged = load_newest(self.folder / "checkpoints")
        for path in damaged:
            self.progress(Progress(0, 0, note=f"{path.name} is damaged and was passed over"))
        if checkpoint is None:
            return
        for name in _State.__slots__:
            setattr(self.state, name, checkpoint.state[name])
        self._saved = self.state.step
        current = adapter_weights(self.model)
        checkpoint.check_fits(current)
        restore_weights(self.model, divided_like(checkpoint.part("adapter"), current))
        self.best = divided_like(checkpoint.part("best"), current)
        slots: dict[int, dict[str, Tensor]] = {}
        for name, value in checkpoint.part("optimizer").items():
            number, slot = name.split(".", 1)
            slots.setdefault(int(number), {}).update(divided_like({slot: value}, {slot: trainable[int(number)]}))
        optimizer.load_state_dict({"state": slots, "param_groups": optimizer.state_dict()["param_groups"]})
        torch.set_rng_state(checkpoint.tensors["random.cpu"])
        if "random.cuda" in checkpoint.tensors and torch.cuda.is_available():
            torch.cuda.set_rng_state(checkpoint.tensors["random.cuda"])
        seed_apart(self.settings.seed, self.state.step, self.team)
        self.progress(Progress(self.state.step, 0, note=f"resumed at step {self.state.step}"))


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turns a failure to write below a run's folder into a TrainingError with the remedy."""
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


def _out_of_memory(error: RuntimeError) -> bool:
    # the allocators of CPU and MPS have no class of their own for it
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error) or "out of memory" in str(error)


def _some(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:10]))
    return f"line{'s' if len(lines) > 1 else ''} {shown}" + (f" and {len(lines) - 10} more" if len(lines) > 10 else "")
