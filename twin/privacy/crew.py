"""Many messages cleaned, in order, by several processes where there are enough of them. Not here: how one is cleaned (clean.py).

What becomes of a message depends on no other, so it is the same whoever cleans it. The other processes are given the cleaner, then texts, through pipes, and
answer through pipes: nothing of it is on the disk. They end with their pipe, however this process ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path

from twin.errors import DatasetError
from twin.privacy.clean import Cleaned, Cleaner

MANY = 10_000
"""Messages from which on other processes pay: each takes a second until it is as quick as one that has cleaned some thousands."""
MOST = 2
"""Processes beside this one at most, of some 95 MB each: more would wait for what this one does with the messages before and after."""
TEXTS, CHARACTERS = 256, 1 << 15
"""How much is cleaned at once, about: ten milliseconds of work, and no more than a pipe holds, so that nobody waits until it is read."""

Text = str | None
Answer = list[tuple[int, str | None, tuple[str, ...]]]
"""What `clean` returns for the texts, by their place, of which something was found."""


def helpers(messages: int) -> int:
    """How many processes are to clean so many messages beside this one; 0: this one alone is to."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return MOST if cores > 1 and messages >= MANY else 0


def clean_all(cleaner: Cleaner, texts: Iterable[Text], processes: int) -> Generator[Cleaned | None]:
    """Texts without what is private in them, in order; a None among them stays one.

    Args:
        cleaner: Cleans them.
        texts: Some hundreds for each process are read before the first is returned, and stay so far ahead.
        processes: How many clean beside this one; 0: this one does, each text when it is asked for.

    Raises:
        DatasetError: One of the processes did not start, or was ended from outside.
    """
    if not processes:
        yield from (text if text is None else cleaner.clean(text) for text in texts)
        return
    helping: list[_Helper] = []
    try:
        while len(helping) < processes:
            helping.append(_Helper())
        for helper in helping:
            helper.give(cleaner)
        turns = cycle(helping)
        for some in _lots(texts):
            helper = next(turns)
            answer = helper.answer()
            helper.clean(some)  # before anything is done with its answer, so that it does not wait meanwhile
            yield from answer
        for _ in helping:
            yield from next(turns).answer()
    finally:
        for helper in helping:
            helper.end()


def work() -> None:
    """What the other processes do, until nobody asks any more."""
    gc.disable()  # cleaning makes no cycles
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError, BrokenPipeError):
        cleaner: Cleaner = pickle.load(asked)
        while True:
            texts: list[Text] = pickle.load(asked)
            cleaned = ((place, text, *cleaner.clean(text)) for place, text in enumerate(texts) if text is not None)
            answer: Answer = [(place, new, found) for place, text, new, found in cleaned if found or new != text]
            pickle.dump(answer, told, pickle.HIGHEST_PROTOCOL)
            told.flush()


class _Helper:
    """Another process that cleans. Raises DatasetError where it does not start, or is gone."""

    def __init__(self) -> None:
        self._texts: list[Text] = []
        paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)  # it is to find what this one has found
        command = (sys.executable, "-P", "-c", f"from {__name__} import work; work()")
        try:
            self._process = subprocess.Popen(
                command,
                env=os.environ | {"PYTHONPATH": paths},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # where the terminal's Ctrl-C does not reach it
            )
        except OSError as error:
            raise DatasetError(f"no process to clean messages can be started: {error.strerror}; end other programs and run the same command again") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._told, self._asked = self._process.stdin, self._process.stdout

    def give(self, value: object) -> None:
        """Hands something over."""
        try:
            self._told.write(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
            self._told.flush()
        except OSError as error:
            raise self._gone() from error

    def clean(self, texts: list[Text]) -> None:
        """Has texts cleaned."""
        self.give(texts)
        self._texts = texts

    def answer(self) -> list[Cleaned | None]:
        """Those that it was given, cleaned; none before it was given any."""
        if not self._texts:
            return []
        try:
            answer: Answer = pickle.load(self._asked)
        except (EOFError, pickle.UnpicklingError, OSError) as error:
            raise self._gone() from error
        cleaned = [None if text is None else Cleaned(text) for text in self._texts]
        for place, text, found in answer:
            cleaned[place] = Cleaned(text, found)
        return cleaned

    def end(self) -> None:
        """Ends it, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._asked.close()
        with suppress(OSError):  # what it has not read
            self._told.close()

    def _gone(self) -> DatasetError:
        self._process.kill()
        code = self._process.wait()
        return DatasetError(f"a process that cleans messages was ended from outside ({code}; memory may have been short); run the same command again")


def _lots(texts: Iterable[Text]) -> Iterator[list[Text]]:
    """Texts in the portions in which they are handed over."""
    some: list[Text] = []
    size = 0
    for text in texts:
        some.append(text)
        size += len(text or "")
        if len(some) >= TEXTS or size >= CHARACTERS:
            yield some
            some, size = [], 0
    if some:
        yield some
