"""The model, its optimizers, and a training that resumes exactly where it was interrupted."""

from __future__ import annotations

import copy
import json
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import FalconConfig, FalconForCausalLM

from pretraining.loss import head_loss
from pretraining.muon import Muon
from pretraining.rows import ROW, Rows
from twin.model.attention import fuse_attention
from twin.model.layers import compile_layers

SAVE_EVERY = 240.0
LOG_EVERY = 30.0
POINTS = 12
"""How often the held-out bits per byte are taken while it learns."""


@dataclass(frozen=True)
class Settings:
    """What decides the outcome, with the mix and the tokenizer."""

    hidden: int = 256
    layers: int = 6
    batch: int = 8
    micro_batch: int = 4
    muon_lr: float = 0.02
    muon_momentum: float = 0.95
    muon_decay: float = 0.01
    adam_lr: float = 3e-3
    warm_up: int = 60
    decay: float = 0.45
    seed: int = 1


def build_model(vocabulary: int, settings: Settings) -> FalconForCausalLM:
    """A Falcon of falcon-7b's kind: multi-query, parallel attention, rotary, no biases, tied head."""
    config = FalconConfig(
        vocab_size=vocabulary,
        hidden_size=settings.hidden,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.hidden // 64,
        multi_query=True,
        parallel_attn=True,
        new_decoder_architecture=False,
        bias=False,
        alibi=False,
        max_position_embeddings=2048,
        bos_token_id=11,
        eos_token_id=11,
        tie_word_embeddings=True,
    )
    torch.manual_seed(settings.seed)
    model = FalconForCausalLM(config)
    fuse_attention(model)
    return model


def optimizers(model: nn.Module, settings: Settings) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the blocks, AdamW for the embedding and the norms."""
    matrices = [weight for name, weight in model.named_parameters() if ".h." in name and weight.ndim == 2]
    chosen = {id(weight) for weight in matrices}
    rest = [weight for weight in model.parameters() if id(weight) not in chosen]
    return [
        Muon(matrices, lr=settings.muon_lr, momentum=settings.muon_momentum, weight_decay=settings.muon_decay),
        torch.optim.AdamW(rest, lr=settings.adam_lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]


class Training:
    """A model on its way, with everything that its next step depends on.

    Args:
        parts: The rows of each part of the mix; the last part is read while the learning rate falls.
        tokens: The budget, which the schedule needs to know.
    """

    def __init__(self, model: FalconForCausalLM, parts: list[Rows], settings: Settings, tokens: int, device: torch.device) -> None:
        self.model, self.parts, self.settings, self.device = model.to(device), parts, settings, device
        self.steps = max(1, tokens // (ROW * settings.batch))
        self.engines = optimizers(model, settings)
        self.peaks = [engine.param_groups[0]["lr"] for engine in self.engines]
        self.step, self.seconds, self.loss = 0, 0.0, 0.0
        self.curve: list[dict[str, float]] = []
        self._orders: dict[tuple[int, int], np.ndarray] = {}
        if device.type == "cuda":
            compile_layers(model)

    @property
    def turning(self) -> int:
        """The step at which the learning rate begins to fall and the last part of the mix begins."""
        return self.steps - int(self.steps * self.settings.decay)

    def rate(self, step: int) -> float:
        """The share of the peak learning rates: a warm-up, a plateau, a straight line to zero."""
        return min(1.0, (step + 1) / self.settings.warm_up, (self.steps - step) / max(1, self.steps - self.turning))

    def _numbers(self, step: int) -> np.ndarray:
        """Which rows a step reads: each part is shuffled anew whenever it has been read once."""
        part = 0 if step < self.turning else len(self.parts) - 1
        first = (step - (self.turning if part else 0)) * self.settings.batch
        size = len(self.parts[part])
        places = range(first, first + self.settings.batch)
        return np.array([self._order(part, place // size, size)[place % size] for place in places])

    def _order(self, part: int, epoch: int, size: int) -> np.ndarray:
        if (part, epoch) not in self._orders:
            self._orders[part, epoch] = np.random.default_rng([self.settings.seed, part, epoch]).permutation(size)
        return self._orders[part, epoch]

    def advance(self) -> None:
        """One step."""
        settings, factor = self.settings, self.rate(self.step)
        for engine, peak in zip(self.engines, self.peaks, strict=True):
            for group in engine.param_groups:
                group["lr"] = peak * factor
        numbers = self._numbers(self.step)
        rows = self.parts[0 if self.step < self.turning else -1]
        batches = [rows.batch(numbers[start : start + settings.micro_batch], self.device) for start in range(0, len(numbers), settings.micro_batch)]
        targets = sum(len(batch.labels) for batch in batches)
        total = torch.zeros((), device=self.device)
        for batch in batches:
            with torch.autocast("cuda", torch.bfloat16) if self.device.type == "cuda" else nullcontext():
                output = self.model.transformer(input_ids=batch.ids, attention_mask=batch.segments, position_ids=batch.positions, use_cache=False)
                hidden = output.last_hidden_state.flatten(0, 1).index_select(0, batch.places)
            loss = head_loss(hidden, self.model.lm_head.weight, batch.labels) / targets
            loss.backward()
            total += loss.detach()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for engine in self.engines:
            engine.step()
            engine.zero_grad(set_to_none=True)
        value = float(total)
        if not math.isfinite(value):
            raise SystemExit(f"the loss of step {self.step} is {value}: lower the learning rates")
        self.loss = value if not self.step else 0.98 * self.loss + 0.02 * value
        self.step += 1

    def save(self, file: Path) -> None:
        """Writes everything, at once or not at all."""
        state = {
            "model": self.model.state_dict(),
            "optimizers": [engine.state_dict() for engine in self.engines],
            "progress": json.dumps({"step": self.step, "seconds": self.seconds, "loss": self.loss, "curve": self.curve}),
            "plan": json.dumps({"steps": self.steps, **asdict(self.settings)}),
        }
        torch.save(state, file.with_suffix(".tmp"))
        file.with_suffix(".tmp").replace(file)

    def load(self, file: Path) -> None:
        """Goes on where save() was called."""
        state = torch.load(file, weights_only=True, map_location=self.device)
        if json.loads(state["plan"]) != {"steps": self.steps, **asdict(self.settings)}:
            raise SystemExit(f"{file} is of a run with other settings: {state['plan']}; give those, or another --work")
        self.model.load_state_dict(state["model"])
        for engine, saved in zip(self.engines, state["optimizers"], strict=True):
            engine.load_state_dict(saved)
        for name, value in json.loads(state["progress"]).items():
            setattr(self, name, value)


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """Filled when SIGTERM or SIGINT comes, so that the step at work is ended first."""
    came: list[int] = []
    before = {number: signal.signal(number, lambda received, _: came.append(received)) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(training: Training, file: Path, measure: Callable[[], float]) -> bool:
    """Trains to the end, or until asked to stop; saved either way. Returns whether it is done."""
    if file.exists():
        training.load(file)
        print(f"resumed at step {training.step}", flush=True)
    began = training.step
    started = saved = logged = time.monotonic()
    measuring, before = 0.0, training.seconds
    training.model.train()
    with _asked_to_stop() as asked:
        while training.step < training.steps and not asked:
            training.advance()
            now = time.monotonic()
            training.seconds = before + now - started
            if training.step * POINTS // training.steps > (training.step - 1) * POINTS // training.steps:
                training.curve.append({"tokens": training.step * ROW * training.settings.batch, "loss": training.loss, "bits": measure()})
                training.model.train()
                print(f"step {training.step}: {training.curve[-1]['bits']:.4f} bits per byte, held out", flush=True)
                measuring += time.monotonic() - now
            elif now - logged >= LOG_EVERY or training.step == began + 10:
                rate = (training.step - began) * ROW * training.settings.batch / (now - started - measuring)
                left = (training.steps - training.step) * ROW * training.settings.batch / rate / 60
                print(f"step {training.step}/{training.steps}  loss {training.loss:.3f}  {rate:,.0f} tokens/s  {left:.0f} min left", flush=True)
                logged = now
            if now - saved >= SAVE_EVERY:
                training.save(file)
                saved = now
    training.save(file)
    return training.step == training.steps


def speed(model: FalconForCausalLM, parts: list[Rows], settings: Settings, device: torch.device) -> float:
    """Tokens a second, on a copy of the model."""
    trial = Training(copy.deepcopy(model), parts, settings, 10**9, device)
    for steps in (2, 8):
        started = time.monotonic()
        for _ in range(steps):
            trial.advance()
    return steps * ROW * settings.batch / (time.monotonic() - started)
