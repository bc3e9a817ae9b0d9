"""What conversations and drafts in the Chat tab have in common: who is being answered, and how a reply comes.

Not here: what is asked (chat.py, drafts.py), and what it looks like (shown.py).
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from twin.conversations import Kept
from twin.errors import TwinError
from twin.schema import Turn

Updates = dict[Any, Any]
"""New values by component; the others stay as they are."""
Given = dict[Any, Any]
"""The values of components, by component."""
Pause = Callable[[str, bool], float]
"""The seconds before a bubble in which the person would type it; told whether it is the first of a reply."""

_SCRIPT = Path(__file__).with_name("chat.js").read_text(encoding="utf-8")


class Asking:
    """The browsers that are being answered, by Gradio's names for their sessions, one reply each."""

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._stopped: set[str] = set()  # those of them that want no more of it

    def busy(self, session: str) -> bool:
        """Whether a browser is being answered."""
        return session in self._busy

    def stopped(self, session: str) -> bool:
        """Whether it wants no more of the answer."""
        return session in self._stopped

    def stop(self, request: gr.Request) -> str:
        """Ends the answer that a browser is given; returns the line that says so."""
        self._stopped.add(str(request.session_hash))
        return status("stopping…")

    @contextmanager
    def answering(self, session: str) -> Iterator[None]:
        """While a browser is answered; shows there what breaks that off."""
        self._stopped.discard(session)
        self._busy.add(session)
        try:
            yield
        except (RuntimeError, TwinError) as error:  # from torch: no memory left, above all; what was said so far stays
            gr.Warning(html.escape(f"The answer broke off: {error}"[:300]), title="Sorry")
        finally:
            self._busy.discard(session)


def written(name: str, value: str, *, visible: bool = True, server_functions: list[Callable[..., Any]] | None = None) -> gr.HTML:
    """A part of the page that shown.py writes, with chat.js."""
    return gr.HTML(
        value,
        elem_id=name,
        visible=visible,
        padding=False,
        apply_default_css=False,
        js_on_load=_SCRIPT,
        server_functions=server_functions,
    )


def status(text: str, state: str = "busy") -> str:
    """The line that says what the twin is doing."""
    return f'<span class="{state}" role="status">{html.escape(text)}</span>'


@contextmanager
def telling() -> Iterator[None]:
    """Shows on the page what could not be done, and why."""
    try:
        yield
    except TwinError as error:
        raise gr.Error(html.escape(str(error)), title="Sorry", print_exception=False) from error


def merged(kept: Sequence[Kept]) -> list[Turn]:
    """The turns for the twin: where one was taken out, what is left of one speaker on both sides is one turn."""
    turns: list[Turn] = []
    for turn in (one.turn for one in kept):
        if turns and (turns[-1].mine, turns[-1].name) == (turn.mine, turn.name):
            turns[-1] = replace(turns[-1], bubbles=turns[-1].bubbles + turn.bubbles)
        else:
            turns.append(turn)
    return turns


def paced(steps: Iterator[tuple[str, ...]], pause: Pause, stopped: Callable[[], bool]) -> Iterator[tuple[str, ...]]:
    """A reply whose bubbles come whole, each after the time that it takes to type it; one that is stopped before that does not come."""
    shown, bubbles = 0, tuple[str, ...]()

    def typed(until: int) -> Iterator[tuple[str, ...]]:
        nonlocal shown
        while shown < until:
            end = time.monotonic() + pause(bubbles[shown], shown == 0)
            while (left := end - time.monotonic()) > 0:
                if stopped():
                    return
                time.sleep(min(left, 0.05))
            shown += 1
            yield bubbles[:shown]

    for bubbles in steps:
        yield from typed(len(bubbles) - 1)
        if stopped():
            return
    yield from typed(len(bubbles))
