"""Loading the twin behind the page: what there is of it so far."""

from __future__ import annotations

import threading
from collections.abc import Callable

from twin.chat.people import Answering
from twin.errors import TwinError

Load = Callable[[Callable[[str], None]], Answering]
"""Loads the twin; is given a function to tell, in a few words, what is being loaded."""


class Loading:
    """The twin on its way: `what` is being loaded, until there is an `engine` or an `error`."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self.what = "starting"
        self.engine: Answering | None = None
        self.error: str | None = None

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

    def _report(self, what: str) -> None:
        self.what = what
