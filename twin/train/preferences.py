"""`twin train --preferences`: a finished run is taught what the person liked better, by DPO (Rafailov et al., arXiv 2305.18290) as TRL has it.

The pairs come from corrections and ratings in the chat. What is trained is a copy of the run's adapter, in a run of its own; the old one stays as it is.
Beside the preference itself, the loss has the likelihood of the better reply (Pang et al., arXiv 2404.19733): with few pairs DPO alone lowers both, the worse
one more.
Not here: where the pairs are kept (conversations.py), and hiding the names in them (the command does, with what the chat uses for it).
"""

from __future__ import annotations

import json
import math
import random
import shutil
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from twin.config import Train, load_config
from twin.dataset import read_split
from twin.errors import Interrupted, TrainingError
from twin.model import base
from twin.model.adapter import load_twin, save_adapter
from twin.model.losses import target_losses
from twin.model.packing import Window, batch_on
from twin.model.score import make_rows, score
from twin.model.template import MARKER, TEXT, Template
from twin.schema import ChatKind, Turn
from twin.train.trainer import writing_to
from twin.workspace import private_folder, write_text

SUFFIX = "preferred"
"""What the new run's name ends with."""
BETA = 0.1
"""How dear it is to move away from the adapter before: that of the paper's experiments."""
EPOCHS = 3
_RATE = 0.15
"""The highest learning rate times the hidden size: a tenth of what the adapter was first trained with, as its weights are to be moved and not made."""
_HELD_OUT = 5
"""Every fifth pair is kept to measure on, once there are ten."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two replies to the same turns, in the words and names that the run knows."""

    turns: tuple[Turn, ...]
    contact: str
    kind: ChatKind
    chosen: tuple[str, ...]
    rejected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is; the loss is TRL's."""

    step: int
    steps: int
    loss: float
    seconds_left: float


def train_preferences(
    run: Path,
    dataset: Path,
    pairs: Sequence[Pair],
    *,
    progress: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Trains a copy of a run's adapter on pairs of replies; the new run takes the place of an earlier one of its name when it is complete.

    Args:
        run: The folder of a finished run.
        dataset: Whose validation split is measured before and after: what is learned here must not cost the style.
        pairs: Better and worse replies.
        progress: Told after every step.
        stop: Asked after every step; True leaves nothing behind and raises Interrupted.

    Returns:
        As `train`, of these steps; and "preferences": {"pairs", "held_out", "right": {"before", "after"}}, the share of the held-out pairs (of all, below ten)
        whose better reply is the likelier one for each of its tokens.

    Raises:
        TrainingError: There is nothing to learn from, TRL is not installed, the run has no adapter that DPO can go on with, or the new run cannot be written.
        ModelError: The run cannot be loaded.
        Interrupted: `stop` said so.
    """
    settings = load_config(run / "config.toml").train
    if settings.method not in ("lora", "qlora", "dora"):
        raise TrainingError(f"{run.name} was trained with train.method = {settings.method}; preferences go on with lora, qlora or dora only")
    template = base.load_template(settings.base)
    known = json.loads((run / "run.json").read_text(encoding="utf-8"))
    found = (_windows(template, known["person"], pair, settings.row_tokens) for pair in pairs)
    windows = list(dict.fromkeys(pair for pair in found if pair is not None))
    if not windows:
        raise TrainingError("there is nothing to learn yet; in the chat (twin ui), say what you would have said, or rate two replies to the same message")
    trainer_class = _trainer()
    place = base.device()
    model = load_twin(run, settings, template, place).model
    random.Random(settings.seed).shuffle(windows)
    held = learned = windows
    if len(windows) >= 2 * _HELD_OUT:
        held, learned = windows[::_HELD_OUT], [pair for place, pair in enumerate(windows) if place % _HELD_OUT]
    validation = make_rows(template, read_split(dataset, "validation"), row_tokens=settings.row_tokens, shared_tokens=settings.shared_tokens)
    started = time.monotonic()
    before, right_before = score(model, validation), _right(model, held)
    folder = run.with_name(_name(run.name))
    partial = private_folder(folder.with_name(f".{folder.name}.partial"))
    try:
        steps = _fit(trainer_class, model, template, learned, settings, partial, progress, stop)
        after, right_after = score(model.eval(), validation), _right(model, held)
        result = {
            "run": folder.name,
            "steps": steps,
            "tokens": EPOCHS * sum(len(window.ids) for pair in learned for window in pair),
            "target_tokens": EPOCHS * sum(sum(kind != 0 for kind in window.kinds) for pair in learned for window in pair),
            "seconds": round(time.monotonic() - started, 1),
            "bits_per_byte": {"base": _rounded(before.bits_per_byte), "twin": _rounded(after.bits_per_byte)},
            "preferences": {"of": run.name, "pairs": len(learned), "held_out": len(held), "right": {"before": right_before, "after": right_after}},
        }
        with writing_to(folder):
            _keep(model, run, partial, folder, known, result)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return result


def _name(name: str) -> str:
    return name if name.endswith(f"-{SUFFIX}") else f"{name}-{SUFFIX}"


def _windows(template: Template, person: str, pair: Pair, room: int) -> tuple[Window, Window] | None:
    """The better and the worse reply, each with what comes before it; None where a reply alone fills a row, or both are the same tokens."""
    group = pair.kind is ChatKind.GROUP
    header = template.header(person, **{"group" if group else "contact": pair.contact})
    replies = [Turn(person, True, bubbles, True) for bubbles in (pair.chosen, pair.rejected)]
    for first in range(len(pair.turns) + 1):
        context = pair.turns[first:]
        found = []
        for reply in replies:
            pieces = template.pieces([*context, reply], group=group)
            ids = [*header, *(token for piece in pieces for token in piece.ids)]
            kinds = [0] * (len(ids) - len(pieces[-1].ids)) + list(pieces[-1].kinds)
            found.append(Window(tuple(ids), tuple(kinds), 0, pieces[-1].size))
        if context and found[0].ids != found[1].ids and max(len(window.ids) for window in found) <= room:
            return found[0], found[1]
    return None


@torch.no_grad()
def _right(model: Any, pairs: Sequence[tuple[Window, Window]]) -> float:
    """The share of pairs whose better reply is the likelier one, token by token: a longer one is not worse for its length."""
    place = next(model.parameters()).device
    right = 0
    for better, worse in pairs:
        batch = batch_on(place, [[better], [worse]])
        losses: Tensor = target_losses(model, batch)
        own = sum(kind in (TEXT, MARKER) for kind in better.kinds[1:])
        right += bool(losses[:own].mean() < losses[own:].mean())
    return round(right / len(pairs), 3)


def _fit(
    trainer_class: type[Any],
    model: Any,
    template: Template,
    pairs: Sequence[tuple[Window, Window]],
    settings: Train,
    scratch: Path,
    progress: Callable[[Progress], None],
    stop: Callable[[], bool],
) -> int:
    """Lets TRL train the adapter where it is; returns the steps. What TRL compares with is a second adapter, which is gone afterwards."""
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl.trainer.dpo_config import DPOConfig
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    for name, weight in model.named_parameters():
        weight.requires_grad_("lora_" in name or "trainable_tokens_delta" in name)
    rows = min(settings.rows, len(pairs))
    steps = EPOCHS * math.ceil(len(pairs) / rows)
    cuda = next(model.parameters()).device.type == "cuda"
    arguments = DPOConfig(
        output_dir=str(scratch / "trl"),
        beta=BETA,
        loss_type=["sigmoid", "sft"],
        max_length=None,
        num_train_epochs=EPOCHS,
        per_device_train_batch_size=rows,
        learning_rate=_RATE / model.config.hidden_size,
        lr_scheduler_type="cosine",
        warmup_steps=max(1, steps // 20),
        weight_decay=settings.weight_decay,
        seed=settings.seed,
        bf16=cuda and base.choose_precision(settings.precision, base.device()) == torch.bfloat16,
        use_cpu=base.device().type == "cpu",
        gradient_checkpointing=cuda,
        save_strategy="no",
        logging_steps=1,
        report_to="none",
        disable_tqdm=True,
        push_to_hub=False,
    )

    class Watch(TrainerCallback):
        """Tells how far it is, and ends it."""

        began = time.monotonic()
        loss = math.nan
        stopped = False

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if "loss" in (logs or {}):
                Watch.loss = float(logs["loss"])
                left = (time.monotonic() - Watch.began) / max(state.global_step, 1) * (steps - state.global_step)
                progress(Progress(state.global_step, steps, Watch.loss, left))

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
            Watch.stopped = stop()
            control.should_training_stop = Watch.stopped or control.should_training_stop
            return control

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TRL's and transformers' advice to those who write such trainings
        trainer = trainer_class(
            model=model,
            args=arguments,
            train_dataset=Dataset.from_list([_as_trl(*pair) for pair in pairs]),
            processing_class=template.tokenizer,
            data_collator=DataCollatorForPreference(pad_token_id=template.stop_id),
            callbacks=[Watch],
        )
        trainer.remove_callback(_printer())
        trainer.train()
    if Watch.stopped:
        raise Interrupted("stopped; nothing was kept of it, and the run before is as it was")
    if not math.isfinite(Watch.loss):
        raise TrainingError(f"the loss is {Watch.loss} after {trainer.state.global_step} steps; the run before is as it was")
    model.set_adapter("default")
    model.delete_adapter("ref")
    return int(trainer.state.global_step)


def _as_trl(better: Window, worse: Window) -> dict[str, list[int]]:
    """A pair as TRL's collator wants it: token ids, nothing that it would put into a form of its own."""
    begin = next(place for place, kind in enumerate(better.kinds) if kind)
    ends = [1 + max(place for place, kind in enumerate(window.kinds) if kind) for window in (better, worse)]
    return {"prompt_ids": list(better.ids[:begin]), "chosen_ids": list(better.ids[begin : ends[0]]), "rejected_ids": list(worse.ids[begin : ends[1]])}


def _trainer() -> type[Any]:
    """TRL's trainer, which takes tokens as they are."""
    try:
        from trl.trainer.dpo_trainer import DPOTrainer
    except ImportError as error:
        raise TrainingError("training on preferences needs TRL; install it with: pip install 'trl>=1.16,<2'") from error

    class OnTokens(DPOTrainer):
        def _prepare_dataset(self, dataset: Any, *_: Any, **__: Any) -> Any:
            return dataset

    return OnTokens


def _printer() -> type[Any]:
    from transformers.trainer_callback import PrinterCallback

    return PrinterCallback


def _keep(model: Any, run: Path, partial: Path, folder: Path, known: dict[str, Any], result: dict[str, Any]) -> None:
    """Writes the new run beside its place and puts it there."""
    shutil.rmtree(partial / "trl", ignore_errors=True)
    save_adapter(model, partial)
    write_text(partial / "config.toml", (run / "config.toml").read_text(encoding="utf-8"))
    # no training of the dataset is to go on in this folder
    write_text(partial / "run.json", json.dumps(known | {"fingerprint": f"{known['fingerprint']}-{SUFFIX}"}) + "\n")
    write_text(partial / "result.json", json.dumps(result, indent=1) + "\n")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
