"""One training on several devices: each step's rows are divided, and so is the model where it does not fit on one device.

Two ways, and the numbers of one process with the same rows a step, up to rounding, in both:
- DDP: every process holds the whole model, and the gradients are averaged once a step.
- FSDP2: every process holds a part of every weight, gradient and optimizer slot, and gathers a layer's weights while it works on it.

What is written to disk is the same in all cases, so a run begun with several processes goes on with one, and the other way round.
Not here: how the processes find one another (processes.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.nn.parallel import DistributedDataParallel

from twin.config import Train
from twin.errors import TrainingError
from twin.model.losses import target_losses
from twin.model.packing import Batch, Window
from twin.model.score import Score, score
from twin.model.template import CONTEXT
from twin.train.processes import Team, totals

Row = Sequence[Window]
_STAND_IN = [Window((0, 0), (CONTEXT, CONTEXT), 0, 0)]


def sharding(settings: Train, team: Team) -> bool:
    """Whether the model is divided among the processes.

    Raises:
        TrainingError: It is to be, but the method does not allow it.
    """
    if settings.shard != "on" or team.size == 1:
        return False
    if settings.method in ("qlora", "prefix", "prompt"):
        what = "4-bit weights" if settings.method == "qlora" else "a base that reads virtual tokens"
        raise TrainingError(
            f'train.shard is "on", but {what} (train.method = "{settings.method}") cannot be divided; set shard = "off" or method = "lora" in twin.toml'
        )
    return True


def targets_in(rows: Sequence[Row]) -> int:
    """How many tokens of these rows are learned."""
    return sum(kind != CONTEXT for row in rows for window in row for kind in window.kinds)


def share(rows: Sequence[Row], team: Team) -> list[Row]:
    """This process's part of rows that all processes know.

    Every process gets as many, since they wait for one another in each batch: where one is missing, a row with nothing to learn
    stands in for it.
    """
    mine = list(rows[team.rank :: team.size])
    return mine if len(mine) * team.size >= len(rows) else [*mine, _STAND_IN]


def gathering(module: nn.Module) -> AbstractContextManager[None]:
    """Around all micro-batches of a step but the last: DDP averages the gradients once, with the last one's."""
    context: AbstractContextManager[None] = module.no_sync() if isinstance(module, DistributedDataParallel) else nullcontext()
    return context


def shard(module: nn.Module, layer_names: Sequence[str], team: Team, place: torch.device) -> None:
    """Divides a model's weights among the processes, layer by layer and then the rest, in place; `module` is what is then called.

    Frozen weights may have another dtype than the trained ones beside them: what is gathered keeps its own.

    Args:
        module: Holds the whole model, on any device.
        layer_names: Classes of its layers, or what those are made from (transformers: `model._no_split_modules`).
        team: The processes.
        place: The device of this process; the shares go there.
    """
    mesh = init_device_mesh(place.type, (team.size,))
    layers = [part for part in module.modules() if any(kind.__name__ in layer_names for kind in type(part).__mro__)]
    for part in (*layers, module):
        fully_shard(part, mesh=mesh, reshard_after_forward=True)


def whole(tensor: Tensor) -> Tensor:
    """A tensor that may be divided, put together. All processes must ask for the same one at the same time."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def gathered(tensors: Mapping[str, Tensor], team: Team) -> dict[str, Tensor]:
    """Tensors put together one by one, on the first process's CPU; the others get none. A single process gets them back as they are."""
    if team.size == 1:
        return dict(tensors)
    together = ((name, whole(tensor)) for name, tensor in tensors.items())
    return {name: tensor.cpu() for name, tensor in together if team.first}


def divided_like(tensors: Mapping[str, Tensor], like: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The opposite of `gathered`: each tensor, which all processes hold, as the one of that name in `like` is."""
    return {name: _divided_like(tensor, like.get(name)) for name, tensor in tensors.items()}


def _divided_like(tensor: Tensor, like: Tensor | None) -> Tensor:
    if not isinstance(like, DTensor) or like.shape != tensor.shape:  # AdamW's count of steps is a number for each weight
        return tensor
    return distribute_tensor(tensor.to(like.device), like.device_mesh, like.placements, src_data_rank=None)


def make_whole(model: nn.Module, team: Team) -> None:
    """Puts what was trained together again, on the first process's CPU, for the model to be saved; it cannot be used after that."""
    done: dict[int, nn.Parameter] = {}  # a tied weight has two places
    for module in model.modules():
        for name, weight in list(module.named_parameters(recurse=False)):
            if isinstance(weight, DTensor) and weight.requires_grad:
                if id(weight) not in done:
                    full = whole(weight.detach())
                    done[id(weight)] = nn.Parameter(full.cpu() if team.first else full.new_empty(0))
                setattr(module, name, done[id(weight)])


def seed_apart(seed: int, step: int, team: Team) -> None:
    """Gives each process but the first dropout of its own, which follows from seed, process and step."""
    if not team.first:
        torch.manual_seed((seed * 1_000_003 + step) * team.size + team.rank)


def score_together(model: Any, rows: Sequence[Row], micro_rows: int, team: Team, losses: Callable[[Any, Batch], Tensor] = target_losses) -> Score:
    """`score` of rows that are divided among the processes; all get the same, to the bit.

    Args:
        model: The model, whole or this process's part of it.
        rows: All rows, the same in each process.
        micro_rows: Rows on a device at once.
        team: The processes.
        losses: As target_losses; a divided model has to be called as what was divided.
    """
    if team.size == 1 or not rows:
        return score(model, rows, micro_rows=micro_rows)
    mine = share(rows, team)
    part = score(model, mine, micro_rows=micro_rows, losses=losses)
    nats = part.loss * targets_in(mine)
    text_bits, size, marker_bits, markers, nats = totals(part.text_bits, part.size, part.marker_bits, part.markers, nats)
    return Score(text_bits, int(size), marker_bits, int(markers), nats / max(targets_in(rows), 1))
