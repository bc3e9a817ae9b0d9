"""Loading the twin behind the page, or behind a prompt: what there is of it so far."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from twin.chat.people import BASE, Answering, Contact, Ended, Reply
from twin.errors import TwinError
from twin.schema import Turn

if TYPE_CHECKING:
    from twin.chat.veil import Veil
    from twin.model.sampling import Sampling

Load = Callable[[Callable[[str], None]], Answering]
"""Loads the twin; is given a function to tell, in a few words, what is being loaded."""


class Loading:
    """The twin on its way: `what` is being loaded, until there is an `engine` or an `error`."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self.what = "starting"
        self.engine: Answering | None = None
        self.error: str | None = None
        self._over = threading.Event()

    def start(self) -> None:
        """Begins, in a thread of its own."""
        threading.Thread(target=self._run, name="load the twin", daemon=True).start()

    def _run(self) -> None:
        try:
            self.engine = self._load(self._report)
        except TwinError as error:
            self.error = str(error)
        finally:
            if self.engine is None and self.error is None:  # a bug: the traceback goes to the terminal, and the page need not wait
                self.error = "the twin could not be loaded; the terminal says why"
            self._over.set()

    def wait(self) -> Answering | None:
        """What answers, once it is there; None where it cannot be loaded."""
        self._over.wait()
        return self.engine

    def _report(self, what: str) -> None:
        self.what = what


class Awaited:
    """A twin that can be written to while it is being loaded; its reply waits for that. It says nothing where that fails: see Loading.error.

    Args:
        loading: What has been started.
        veil: What knows its people already.
    """

    def __init__(self, loading: Loading, veil: Veil) -> None:
        self._loading = loading
        self.person, self.contacts = veil.person, veil.contacts

    @property
    def voices(self) -> Sequence[str]:
        """Who can answer; waits."""
        engine = self._loading.wait()
        return engine.voices if engine else (BASE,)

    def recall(self, turns: Sequence[Turn], contact: Contact) -> tuple[str, ...]:
        """As Engine.recall; waits."""
        engine = self._loading.wait()
        return engine.recall(turns, contact) if engine else ()

    def reply(
        self,
        turns: Sequence[Turn],
        contact: Contact,
        sampling: Sampling,
        *,
        voice: str | None = None,
        memories: Sequence[str] = (),
        stopped: Callable[[], bool] = lambda: False,
    ) -> Reply:
        """As Engine.reply; waits."""
        engine = self._loading.wait()
        if engine is None:
            return Ended(cut=True)
        return (yield from engine.reply(turns, contact, sampling, voice=voice, memories=memories, stopped=stopped))
