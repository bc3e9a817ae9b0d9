"""Replies that are asked for at the same time, and the one thread that gives them.

First come, first served into a few slots; the replies in them advance together, one token of each at a time. A long prompt is read in parts, so
that nobody else's reply waits for it. Not here: what a prompt is made of (engine.py), how a model reads several at once (twin.model.decoding).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

import torch

from twin.chat.people import Ended, Reply
from twin.errors import ModelError
from twin.model.decoding import Kept, OwnPast, Past, new_past, read_on
from twin.model.generate import Draft
from twin.model.voices import Voices

_T = TypeVar("_T")

SLOTS = 8
"""Replies that advance together: the next one waits until one of them has come to its end. Each holds a row of keys and values."""
PART = 256
"""Tokens of prompts that are read in one step, at most: on a CPU with the embedded base 0.05 s, in which the other replies stand still."""


@dataclass(eq=False)
class _Reply:
    """One that was asked for.

    Attributes:
        voice: Who answers; None for the base alone.
        tokens: The prompt, then what was drawn.
        draft: What was drawn, and how.
        stopped: Asked before every step.
        steps: The bubbles as they grow, then None.
        gone: Whether nobody waits for it any more.
        past: What of `tokens` was read.
        served: The step in which it advanced last.
        error: Why it came to no good end.
    """

    voice: str | None
    tokens: list[int]
    draft: Draft
    stopped: Callable[[], bool]
    steps: SimpleQueue[tuple[str, ...] | None] = field(default_factory=SimpleQueue)
    gone: bool = False
    past: Past | OwnPast | None = None
    served: int = -1
    error: Exception | None = None


_Work = tuple[_Reply, Past | OwnPast, int]
"""A reply, what was read of it, and how many of its tokens are to have been read then."""


class Scheduler:
    """The thread that owns a model; it begins with the first reply, and ends with `close`.

    Args:
        voices: Who can answer.
        longest: The longest conversation, reply included, in tokens.
    """

    def __init__(self, voices: Voices, *, longest: int) -> None:
        self._voices, self._longest = voices, longest
        self._kept = Kept()
        self._changed = threading.Condition()
        self._waiting: deque[_Reply] = deque()
        self._active: list[_Reply] = []
        self._thread: threading.Thread | None = None
        self._closed = False
        self._step = 0

    def reply(self, voice: str | None, prompt: Sequence[int], draft: Draft, stopped: Callable[[], bool]) -> Reply:
        """Yields the bubbles of a reply as they grow; the last value is the whole reply. Returns how it ended. One that is not read to its end frees its slot.

        Args:
            voice: Who answers; None for the base alone.
            prompt: Token ids that end with the person's marker.
            draft: Draws the reply.
            stopped: Asked before every token, and while others are served, by another thread; the reply ends there when it says True.

        Raises:
            ModelError: There is not enough memory for it.
        """
        asked = _Reply(voice, list(prompt), draft, stopped)
        with self._changed:
            self._waiting.append(asked)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="twin replies", daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            while (shown := asked.steps.get()) is not None:
                yield shown
            if asked.error is not None:
                raise asked.error
            yield draft.shown
            return Ended(not draft.whole, len(prompt), len(asked.tokens) - len(prompt))
        finally:
            asked.gone = True

    def close(self) -> None:
        """Ends the thread; replies on their way stay as they are."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    @torch.inference_mode()
    def _run(self) -> None:
        while self._admit():
            self._sweep()
            if self._active:
                self._serve()
        for reply in (*self._active, *self._waiting):
            reply.steps.put(None)

    def _admit(self) -> bool:
        """Fills the slots, and waits while there is nothing to do; False when it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting or self._active)
            while self._waiting and len(self._active) < SLOTS:
                self._active.append(self._waiting.popleft())
            return not self._closed

    def _sweep(self) -> None:
        """Lets go of replies that nobody waits for, in the slots and before them."""
        with self._changed:
            waiting = list(self._waiting)
        for reply in (*self._active, *waiting):
            stopped = reply.gone or reply.draft.done or _tried(reply.stopped)
            if stopped:
                self._end(reply, stopped if isinstance(stopped, Exception) else None)

    def _end(self, reply: _Reply, error: Exception | None = None) -> None:
        with self._changed:
            (self._active if reply in self._active else self._waiting).remove(reply)
        if reply.past is not None and error is None:
            self._kept.put(str(reply.voice), reply.past)
        reply.past, reply.error = None, error
        reply.steps.put(None)

    def _serve(self) -> None:
        """One step of the voice that has waited longest: a token for each of its replies, and a part of the prompts that are not read yet."""
        voice = min(self._active, key=lambda reply: reply.served).voice
        group = [reply for reply in self._active if reply.voice == voice]
        self._step += 1
        work = _tried(partial(self._work, voice, group))
        if isinstance(work, Exception):  # what cannot be loaded or begun
            for reply in group:
                self._end(reply, work)
        else:
            self._read(*work)

    def _work(self, voice: str | None, group: Sequence[_Reply]) -> tuple[Any, list[_Work]]:
        """The model with this voice, and what it is to read for whom."""
        model, work, room = self._voices.speak(voice), [], PART
        for reply in group:
            reply.served = self._step
            if reply.past is None:
                busy = [other.past for other in group if other.past is not None]
                reply.past = self._kept.take(str(voice), reply.tokens, busy, lambda: new_past(model, longest=self._longest))
            read, end = len(reply.past.ids), len(reply.tokens)
            if end - read > 1:
                end = min(end, read + room)
                room -= end - read
            if end > read:
                work.append((reply, reply.past, end))
        return model, work

    def _read(self, model: Any, work: list[_Work]) -> None:
        if len(work) > 1 and isinstance(work[0][1], OwnPast):
            for one in work:
                self._read(model, [one])
            return
        scores = _tried(lambda: read_on(model, [(past, reply.tokens[len(past.ids) : end]) for reply, past, end in work]))
        if not isinstance(scores, Exception):
            for (reply, past, _), given in zip(work, scores, strict=True):
                if len(past.ids) == len(reply.tokens):
                    self._draw(reply, given)
            return
        again = len(work) > 1
        if _no_memory(scores):
            scores.with_traceback(None)  # it holds what was computed until then
            again = again or self._kept.size > 0
            self._kept.clear()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
        for one in work:  # nothing counts as read, so that each can be tried alone; who fails alone is who fails
            reply = one[0]
            if again:
                self._read(model, [one])
            elif _no_memory(scores):
                remedy = "begin a new one, or choose a smaller base"
                self._end(reply, ModelError(f"not enough memory for a conversation of {len(reply.tokens)} tokens; {remedy}"))
            else:
                self._end(reply, scores)

    def _draw(self, reply: _Reply, scores: torch.Tensor) -> None:
        before = reply.draft.shown
        token = _tried(partial(reply.draft.draw, scores))
        if isinstance(token, Exception):
            self._end(reply, token)
            return
        reply.tokens.append(token)
        if reply.draft.shown != before:
            reply.steps.put(reply.draft.shown)
        if reply.draft.done:
            self._end(reply)


def _tried(call: Callable[[], _T]) -> _T | Exception:
    """What a call gives, or what it raises."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is raised where the reply was asked for, in another thread
        return error


def _no_memory(error: Exception) -> bool:
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)
