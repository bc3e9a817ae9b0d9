"""The processes that torchrun started to train together: which of them this is, and what they tell one another.

Light to import: PyTorch comes in only where there are several. Not here: how the work and the model are divided (distributed.py).
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from twin.errors import TrainingError, TwinError

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Team:
    """All processes of one training, as one of them sees it.

    Attributes:
        rank: Which one this is. Only the first, 0, writes files and is heard.
        size: How many there are.
    """

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the one that writes files and is heard."""
        return self.rank == 0


ALONE = Team()
"""A process that trains by itself."""


def team() -> Team:
    """The team by torchrun's environment; a process started in another way is alone."""
    if not {"RANK", "WORLD_SIZE", "MASTER_ADDR"} <= os.environ.keys():
        return ALONE
    return Team(int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]))


def first_process_decides(decide: Callable[[], _Value]) -> _Value:
    """What `decide` returns in the first process, in all of them; where it raises a TwinError or OSError there, all raise it."""
    if team().size == 1:
        return decide()
    join()
    from torch.distributed import broadcast_object_list

    outcome: list[tuple[_Value | None, Exception | None]] = [(None, None)]
    if team().first:
        try:
            outcome = [(decide(), None)]
        except (TwinError, OSError) as error:
            outcome = [(None, error)]
    broadcast_object_list(outcome)
    value, raised = outcome[0]
    if raised is not None:
        raise raised
    return value  # type: ignore[return-value]


def totals(*numbers: float) -> list[float]:
    """The sums of all processes' numbers, in float64 and always in the same order: all come to the same to the bit."""
    if team().size == 1:
        return list(numbers)
    join()
    import torch
    from torch.distributed import all_gather

    parts = [torch.zeros(len(numbers), dtype=torch.float64) for _ in range(team().size)]
    all_gather(parts, torch.tensor(numbers, dtype=torch.float64))
    summed: list[float] = torch.stack(parts).sum(dim=0).tolist()
    return summed


def wait_for_all() -> None:
    """Returns when every process has come here."""
    totals(0.0)


@contextmanager
def one_for_all() -> Iterator[None]:
    """Turns what PyTorch raises when another process has ended into a TrainingError; that process says itself what went wrong.

    Raises:
        TrainingError: Another process of the team is gone.
    """
    try:
        yield
    except RuntimeError as error:
        text = str(error)
        if team().size == 1 or not any(word in text for word in ("gloo", "NCCL", "ProcessGroup", "Connection closed by")):
            raise
        me = team()
        raise TrainingError(f"process {me.rank} of {me.size} has lost another one, whose own message says why; go on with the same command") from error


def join() -> None:
    """Connects this process with the others, once; what lies on a CPU goes by gloo, what lies on a GPU by NCCL."""
    if team().size == 1:
        return
    import torch
    from torch import distributed

    if distributed.is_initialized():
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)))
    distributed.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    atexit.register(distributed.destroy_process_group)
