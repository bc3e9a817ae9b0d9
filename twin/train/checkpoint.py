"""Checkpoints: a folder that is complete or absent, tensors as safetensors and everything else as JSON.

In checkpoints/step-000100/:
- tensors.safetensors: weights, optimizer, random state, under names with a prefix each
- state.json: step, what the early stopping knows, counts so far, and a hash of the tensors and of all that
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from twin.errors import TrainingError
from twin.workspace import flush, private_file, private_folder, write_text


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint holds."""

    tensors: dict[str, Tensor]
    state: dict[str, Any]

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors whose names begin with `prefix.`, without it."""
        start = f"{prefix}."
        return {name.removeprefix(start): tensor for name, tensor in self.tensors.items() if name.startswith(start)}

    def check_fits(self, weights: Mapping[str, Tensor]) -> None:
        """Raises TrainingError unless the adapter is one of these names and shapes: peft would take what it knows, and leave out the rest."""
        held = self.part("adapter")
        strangers = [name for name in held.keys() | weights.keys() if name not in held or name not in weights or held[name].shape != weights[name].shape]
        if strangers:
            what = f"the checkpoint of step {self.state['step']} was made for another model ({min(strangers)} does not fit)"
            raise TrainingError(f"{what}; bring back the base it was made with, or begin anew with: twin train --fresh")


def save_checkpoint(folder: Path, checkpoint: Checkpoint, *, keep: int) -> Path:
    """Writes a checkpoint beside the others, and only then deletes all but the newest `keep`.

    Those of later steps go too: training stands before them, so they are damaged ones that it did not continue from.
    """
    final = folder / f"step-{checkpoint.state['step']:06}"
    partial = folder / f".{final.name}.partial"
    for abandoned in folder.glob(".step-*.partial"):
        shutil.rmtree(abandoned)
    private_folder(partial)
    tensors = private_file(partial / "tensors.safetensors")
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.tensors.items()}, tensors)
    flush(tensors)
    write_text(partial / "state.json", json.dumps(checkpoint.state | {"sha256": _digest(tensors, checkpoint.state)}))
    flush(partial)
    shutil.rmtree(final, ignore_errors=True)
    partial.replace(final)
    flush(folder)
    flush(folder.parent)
    kept = [path for path in _all(folder) if _step(path) <= _step(final)][-keep:]
    for path in _all(folder):
        if path not in kept:
            shutil.rmtree(path)
    return final


def load_newest(folder: Path) -> tuple[Checkpoint | None, list[Path]]:
    """The newest whole checkpoint, or None, and those newer ones that turned out to be damaged."""
    damaged: list[Path] = []
    for path in reversed(_all(folder)):
        try:
            state = json.loads((path / "state.json").read_text(encoding="utf-8"))
            data = path / "tensors.safetensors"
            if state.pop("sha256") == _digest(data, state):
                return Checkpoint(load_file(data), state), damaged
        except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError):
            pass
        damaged.append(path)
    return None, damaged


def _all(folder: Path) -> list[Path]:
    return sorted((path for path in folder.glob("step-*") if path.name[5:].isdigit()), key=_step)


def _step(path: Path) -> int:
    return int(path.name.removeprefix("step-"))


def _digest(tensors: Path, state: dict[str, Any]) -> str:
    with tensors.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(json.dumps(state, sort_keys=True).encode())
    return digest.hexdigest()
