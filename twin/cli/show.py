"""What a person sees of a command, and how they answer: results on standard output, all else on standard error, and Ctrl-C."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from getpass import getpass
from typing import TYPE_CHECKING, Any

from twin.errors import Interrupted, duration
from twin.train.processes import team

if TYPE_CHECKING:
    from twin.export.live import Progress as ExportProgress

Bar = Callable[..., None]
"""(done, total, note="", seconds_left=None): shows how far work is."""


def put(text: str) -> None:
    """A result, to standard output."""
    if is_first():
        print(text, flush=True)


def put_styled(lines: Iterable[tuple[str, str]], styles: dict[str, str]) -> None:
    """Lines, each in the style of its sort on a terminal, and as they are elsewhere."""
    if not sys.stdout.isatty():
        for _, line in lines:
            put(line)
        return
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for sort, line in lines:
        console.print(line, style=styles[sort], markup=False)


def say(text: str) -> None:
    """Anything else, to standard error."""
    if is_first():
        print(text, file=sys.stderr, flush=True)


def say_error(text: str) -> None:
    """Why a command failed, to standard error. Of several processes, those that are not heard otherwise say which they are."""
    print(f"twin: {text}" if is_first() else f"twin (process {team().rank}): {text}", file=sys.stderr, flush=True)


def is_first() -> bool:
    """Whether this process is the one that is heard, where torchrun started several to train together."""
    return team().first


def ask(question: str, secret: bool) -> str | None:
    """Asks at the terminal; None where there is none. Ctrl-C and SIGTERM end the command here, where nothing has begun yet."""
    if not sys.stdin.isatty():
        return None
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        if secret:
            return getpass(question, sys.stderr)
        print(question, end="", file=sys.stderr, flush=True)
        return input()
    except EOFError:
        say("")
        return None
    except KeyboardInterrupt:
        say("")
        raise Interrupted("stopped before the login was complete; the same command begins again") from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def read_line(prompt: str) -> str | None:
    """A line from the terminal; None at its end."""
    try:
        return input(prompt)
    except EOFError:
        put("")
        return None


def read_pipe(prompt: str) -> str | None:
    """A line from a pipe; None at its end."""
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def put_result(result: dict[str, Any], as_json: bool, *lines: str) -> None:
    """A command's result: one JSON object, or lines to read."""
    put(json.dumps(result, ensure_ascii=False) if as_json else "\n".join(lines))


def stored_line(counts: dict[str, Any]) -> str:
    """What an import or export did to history."""
    deleted = f", {counts['deleted']:,} deleted" if counts.get("deleted") else ""
    if not (counts["messages"] or deleted):
        return "nothing new"
    told = f"{counts['added']:,} new, {counts['updated']:,} changed, {counts['unchanged']:,} known{deleted}"
    return f"{counts['messages']:,} messages in {counts['chats']} chats: {told}"


def left_out_lines(reasons: dict[str, int], head: str = "left out") -> list[str]:
    """What was left out, by reason; no line where nothing was."""
    return [f"{head}: {', '.join(f'{count:,} {reason}' for reason, count in reasons.items())}"] if reasons else []


def shown(text: str) -> str:
    """A text from outside as it can stand in a line of a terminal."""
    from twin.prepare.explain import shown as in_one_line

    return in_one_line(text)


def bits_line(bits: dict[str, float | None], split: str) -> str:
    """How much closer the twin is than its base."""
    before, after = bits["base"], bits["twin"]
    if before is None or after is None:
        return f"{split} bits per byte: not measured, that split is empty"
    return f"{split} bits per byte: {before:.3f} before, {after:.3f} after ({1 - after / before:.1%} lower)"


def _amount(number: float, unit: str) -> str:
    return f"{number / 1e6:,.1f} MB" if unit == "B" else f"{number:,.{0 if number >= 10 or number == int(number) else 1}f} {unit}"


def _left(elapsed: float, done: int, total: int) -> float:
    """The seconds that the rest takes, if it goes on as it went so far."""
    return elapsed / max(done, 1) * (total - done)


@contextmanager
def progress_bar(title: str, *, unit: str) -> Iterator[Bar]:
    """A progress bar on a terminal; elsewhere a line now and then, so that logs stay short."""
    if sys.stderr.isatty() and is_first():
        with _live_bar(title, unit) as bar:
            yield bar
        return
    started = shown = time.monotonic()

    def line(done: int, total: int, note: str = "", seconds_left: float | None = None) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown >= 10:
            shown = now
            left = _left(now - started, done, total) if seconds_left is None else seconds_left
            speed = note or f"{_amount(done / (now - started), unit)}/s"
            say(f"{title}: {_amount(done, unit).split()[0]} of {_amount(total, unit)}, {speed}, {duration(left)} left")

    yield line


@contextmanager
def _live_bar(title: str, unit: str) -> Iterator[Bar]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TransferSpeedColumn

    amount = (DownloadColumn(), TransferSpeedColumn()) if unit == "B" else (MofNCompleteColumn(), TextColumn(unit))
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *amount,
        TextColumn("{task.fields[left]}"),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
    ) as progress:
        task = progress.add_task(title, total=None, left="", note="")

        def show(done: int, total: int, note: str = "", seconds_left: float | None = None) -> None:
            elapsed = progress.tasks[task].elapsed or 0
            speed = "" if unit == "B" else f"{_amount(done / max(elapsed, 0.1), unit)}/s"
            # Rich's own estimate begins anew whenever the total does
            left = _left(elapsed, done, total) if seconds_left is None else seconds_left
            progress.update(task, completed=done, total=total, left=f"{duration(left)} left", note=note or speed)

        yield show


class Exporting:
    """What an export shows: its bar, once there is something to show, and every wait that Telegram asks for, as it runs out."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._bar: Bar | None = None
        self._started = time.monotonic()
        self._last = (0, 1)
        self._said = 0.0

    def progress(self, now: ExportProgress) -> None:
        """Shows how far it is."""
        if self._bar is None:
            self._bar = self._stack.enter_context(progress_bar("export", unit="messages"))
            self._started = time.monotonic()
        self._last = now.received, now.expected
        rate = now.received / max(time.monotonic() - self._started, 0.1)
        chat = f"{_short(now.chat)} {now.chat_done:,} of {now.chat_total:,}, chat {now.chats_done + 1} of {now.chats}"
        self._bar(*self._last, f"{rate:,.0f} messages/s, {chat}")

    def waiting(self, left: float) -> None:
        """Shows how long Telegram still wants to wait."""
        text = f"Telegram asks to wait: {duration(left)} left"
        if self._bar is not None and sys.stderr.isatty():
            self._bar(*self._last, text if left else "")
        elif time.monotonic() - self._said >= 10 or not left:
            self._said = time.monotonic() if left else 0.0
            say(text if left else "going on")


@contextmanager
def export_display() -> Iterator[Exporting]:
    """What shows an export; its bar ends with the block."""
    with ExitStack() as stack:
        yield Exporting(stack)


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"


@contextmanager
def stop_on_signal() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM are remembered, for the work to end at its next safe point; a second Ctrl-C ends it at once."""
    asked: list[int] = []

    def remember(number: int, frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        say("stopping at the next safe point ...")

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for reference cycles: import and prepare make none, and to look through millions of small values takes a fifth of their time."""
    import gc

    gc.disable()
    try:
        yield
    finally:
        gc.enable()
