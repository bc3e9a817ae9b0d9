"""What a command costs, for the benchmarks: a process of its own for each, so that its time has the start of Python in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds of wall clock, and the most memory it had, in bytes."""

    seconds: float
    memory: int

    def best(self, other: Cost | None) -> Cost:
        """The less of the seconds and the more of the memory."""
        return self if other is None else Cost(min(self.seconds, other.seconds), max(self.memory, other.memory))


def cost(*command: str) -> Cost:
    """Runs a command to its end. Raises RuntimeError when it fails."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {said}")
    return Cost(time.monotonic() - started, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
