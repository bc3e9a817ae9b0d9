"""The device that trains, as a value: found here, or named, so that a plan can be made for hardware that is not at hand."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from twin.errors import UsageError

GIB = 2**30

CARDS: dict[str, tuple[float, float]] = {
    "H200": (141, 790),
    "H100": (80, 700),
    "A100": (80, 312),
    "L40S": (48, 362),
    "RTX A6000": (48, 155),
    "RTX 5090": (32, 210),
    "RTX 4090": (24, 165),
    "RTX 3090": (24, 71),
    "A10G": (24, 70),
    "L4": (24, 121),
    "RTX 4080": (16, 97),
    "RTX 4070": (12, 58),
    "RTX 3060": (12, 26),
}
"""GiB of memory and dense bfloat16 TFLOP/s (sums in float32), by a part of the name that CUDA gives.

H200's is measured. The others are NVIDIA's data sheets and the whitepapers of GA102 and AD102 without sparsity, but for the H100, whose
989 are taken at the share that the H200, the same chip, was measured at, less what its slower memory costs: an assumption.
"""

_UNNAMED = "RTX 3090"
"""Of which card the speed is where only a size of memory is given."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What trains.

    Attributes:
        name: As the driver or the system calls it.
        kind: torch's word for the device.
        cores: Of the processor, as far as this process may use them.
        total_bytes: Memory of the device: the card's, or the computer's.
        free_bytes: What of it nothing else uses now.
        flops: Dense matrix products, operations a second: in bfloat16 where there is that, else float32.
        bfloat16: Whether it computes in bfloat16.
        simulated: Named, not found.
    """

    name: str
    kind: Literal["cuda", "mps", "cpu"]
    cores: int
    total_bytes: int
    free_bytes: int
    flops: float
    bfloat16: bool
    simulated: bool = False


def find_machine() -> Machine:
    """The fastest device here, the one that training would take."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        name, narrow = torch.cuda.get_device_name(), torch.cuda.is_bf16_supported(including_emulation=False)
        flops = _speed_of(name) if narrow else None
        return Machine(name, "cuda", cores, total, free, flops or _measured_flops("cuda", narrow), narrow)
    if torch.backends.mps.is_available():
        total = torch.mps.recommended_max_memory()
        return Machine("Apple GPU", "mps", cores, total, total - torch.mps.driver_allocated_memory(), _measured_flops("mps", False), False)
    total, free = _computer_memory()
    return Machine(_processor(), "cpu", cores, total, free, _measured_flops("cpu", False), False)


def named_machine(gpu: str = "", gigabytes: float = 0.0) -> Machine:
    """An NVIDIA card that need not be here, empty but for what the driver keeps.

    Args:
        gpu: Its name or a part of it; empty: some card of that memory, as fast as an RTX 3090.
        gigabytes: GiB of memory, 0 for what the card comes with.

    Raises:
        UsageError: No such card is known.
    """
    card = next((card for card in CARDS if (gpu or _UNNAMED).casefold().replace(" ", "") in card.casefold().replace(" ", "")), None)
    if card is None:
        raise UsageError(f"--gpu {gpu}: not a card whose speed is known; there are {', '.join(CARDS)}; or give its memory alone: --memory 24")
    memory, speed = CARDS[card]
    total = round((gigabytes or memory) * GIB)
    name = f"{card}, {gigabytes or memory:g} GB" if gpu else f"a GPU of {gigabytes:g} GB, as fast as an {card}"
    return Machine(name, "cuda", os.cpu_count() or 1, total, round(0.98 * total), speed * 1e12, True, simulated=True)


def tune_malloc(*, exact: bool) -> bool:
    """Has glibc keep freed memory for the next step of a training, or else give each large block back at once; returns whether it does now.

    Left to itself it hands the end of its heap back after every step and gets it anew, page by page: keeping it saves a twentieth of the time. But
    blocks of ever other sizes leave gaps, and after some dozens of steps what autograd keeps has up to twice the room that it needs. Without a heap
    there are none, and the process has what it needs and no more; that takes a fifth of the speed with a hidden size of 1,024, and a third with 256.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False  # another C library, which has no such habits
    # malloc.h: M_MMAP_THRESHOLD is -3 and 32 MiB at most, M_TRIM_THRESHOLD is -1
    return bool(mallopt(-3, 1 << 17) if exact else mallopt(-3, 1 << 25) and mallopt(-1, 2**31 - 1))


def _speed_of(name: str) -> float | None:
    return next((speed * 1e12 for card, (_, speed) in CARDS.items() if card in name), None)


def _measured_flops(kind: str, narrow: bool) -> float:
    """Operations a second of square matrix products, the best of ten or more in some tens of milliseconds."""
    import torch

    size = 4096 if kind == "cuda" else 512
    left = torch.ones(size, size, device=kind, dtype=torch.bfloat16 if narrow else torch.float32)
    wait = torch.cuda.synchronize if kind == "cuda" else torch.mps.synchronize if kind == "mps" else lambda: None
    best, done, ends = 0.0, 0, time.monotonic() + 0.06
    left @ left  # the first one sets the library up
    wait()
    while done < 10 or time.monotonic() < ends:
        started = time.perf_counter()
        left @ left
        wait()
        done += 1
        best = max(best, 2 * size**3 / (time.perf_counter() - started))
    return best


def _computer_memory() -> tuple[int, int]:
    """Total and free bytes of the computer, or of the container that this runs in."""
    try:
        fields = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        total, free = (int(fields[key].split()[0]) * 1024 for key in ("MemTotal", "MemAvailable"))
    except (OSError, ValueError, KeyError):
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 8 * GIB
        return total, total // 2  # nobody says what is free
    group = Path("/sys/fs/cgroup")
    try:
        limit, used = (int((group / f"memory.{name}").read_text(encoding="ascii")) for name in ("max", "current"))
    except (OSError, ValueError):  # none, or "max"
        return total, free
    return min(total, limit), min(free, max(0, limit - used))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return "CPU"
