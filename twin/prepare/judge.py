"""A model of the person's own scores their replies: any server that speaks OpenAI's chat completions, on this computer or their network.

Every score is on disk as soon as it is there, so what was asked need not be asked again. What a reply gets no score for is counted and left out, never
passed; a judge that fails again and again ends the work. The judge sees what would be learned: replies without what is private in them.
Not here: what the scores decide (scores.py).
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from http.client import HTTPException

import orjson

from twin.errors import ConfigError, JudgeError
from twin.history import History
from twin.prepare.decide import Decisions
from twin.prepare.rules import Rules
from twin.prepare.scores import Scores, key_of, prompts_of
from twin.remote import Endpoint, Remote, words_of

AT_ONCE = 4
"""Requests under way at a time."""
TRIES, PAUSE = 3, 0.5
"""How often a reply is asked about, and the seconds before the second time; each later pause is twice the one before."""
GIVE_UP = 10
"""Replies in a row without a score after which the judge is no judge."""
_ANSWER_TOKENS = 1024
_ANSWER_BYTES = 1 << 20
_THOUGHT = re.compile(r"<think>.*</think>", re.DOTALL)
_SCORE = re.compile(r"\D*([1-5])(?:\s*(?:/|out of)\s*5)?\D*")


@dataclass(slots=True)
class Asked:
    """What came of asking.

    Attributes:
        scored: Replies that have a score now and had none.
        known: Replies that had one.
        failed: Replies that have none.
        last: Why the last of these has none.
    """

    scored: int = 0
    known: int = 0
    failed: int = 0
    last: str = ""


def ask(history: History, rules: Rules, endpoint: Endpoint, scores: Scores, *, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Asked:
    """Has every reply scored that these rules would learn and that has no score yet.

    Args:
        history: The messages.
        rules: As for `prepare`.
        endpoint: Whom to ask.
        scores: Those of before; added to, in memory and on disk.
        progress: Called with the chats done and the chats there are.

    Raises:
        ConfigError: The judge has no name, or is outside and that is not allowed.
        JudgeError: It cannot be reached, or fails again and again. What was scored before is kept.
        HistoryError: History does not say whose it is.
    """
    judge = Judge(endpoint)
    judge.greet()
    asked, in_a_row = Asked(), 0
    decisions = Decisions(history, replace(rules, judged=None))
    pending: dict[Future[int], str] = {}

    def collect(most: int) -> None:
        nonlocal in_a_row
        while len(pending) > most:
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                key = pending.pop(future)
                try:
                    scores.put(key, future.result())
                    asked.scored, in_a_row = asked.scored + 1, 0
                except NoScoreError as failure:
                    asked.failed, asked.last, in_a_row = asked.failed + 1, str(failure), in_a_row + 1
                if in_a_row == GIVE_UP:
                    raise JudgeError(
                        f"{endpoint.address}: {GIVE_UP} replies in a row got no score ({asked.last}); the {asked.scored:,} scores so far are kept: see to the"
                        " judge and run the same command again, or empty filter.judge in twin.toml"
                    )

    pool = ThreadPoolExecutor(AT_ONCE, "judge")
    try:
        with scores, closing(decisions.all()) as decided:
            done = 0
            progress(done, len(decisions.chats))
            for _, decision in decided:
                if decision is None:
                    done += 1
                    progress(done, len(decisions.chats))
                    continue
                for _, prompt in prompts_of(decision.conversation.turns if decision.conversation else ()):
                    key = key_of(endpoint.model, prompt)
                    if key in scores.known:
                        asked.known += 1
                        continue
                    collect(2 * AT_ONCE)
                    pending[pool.submit(judge.score, prompt)] = key
            collect(0)
    finally:
        judge.close()
        pool.shutdown(cancel_futures=True)
    return asked


class NoScoreError(Exception):
    """The judge gave no score; the text says why."""


class Judge:
    """A judge that can be asked from several threads.

    Raises:
        ConfigError: It has no name, or is outside and that is not allowed.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        if not endpoint.model:
            raise ConfigError("filter.judge in twin.toml needs filter.judge_model, the name by which the server knows its model")
        self._address = endpoint.address
        self._remote = Remote(endpoint, place="filter.judge in twin.toml", remedy="set judge_outside = true")
        self._closed = threading.Event()
        self._open: set[socket.socket] = set()

    def greet(self) -> None:
        """Sees whether it is there. Raises JudgeError and ConfigError."""
        try:
            self._remote.connect().close()
        except (OSError, HTTPException) as error:
            raise JudgeError(
                f"the judge {self._address} cannot be reached ({words_of(error)}); start it, or empty filter.judge in twin.toml; nothing was changed"
            ) from error

    def score(self, prompt: str) -> int:
        """The score for a prompt. Raises NoScoreError after some tries."""
        failure = NoScoreError("stopped")
        for attempt in range(TRIES):
            if self._closed.wait(PAUSE * 2 ** (attempt - 1) if attempt else 0):
                break
            try:
                return self._ask(prompt)
            except NoScoreError as error:
                failure = error
            except (OSError, HTTPException) as error:
                failure = NoScoreError(words_of(error))
        raise failure

    def close(self) -> None:
        """Ends what is under way: its threads fail instead of waiting."""
        self._closed.set()
        for sock in list(self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _ask(self, prompt: str) -> int:
        question = {"messages": [{"role": "user", "content": prompt}], "temperature": 0, "max_tokens": _ANSWER_TOKENS}
        mine: list[socket.socket] = []

        def began(sock: socket.socket) -> None:
            mine.append(sock)
            self._open.add(sock)
            if self._closed.is_set():  # since this try began
                raise NoScoreError("stopped")

        try:
            with self._remote.asking(question, began) as response:
                answer = response.read(_ANSWER_BYTES)
        finally:
            self._open.difference_update(mine)
        if response.status != 200:
            raise NoScoreError(f"HTTP {response.status} {response.reason}".strip())
        return _read(answer)


def _read(answer: bytes) -> int:
    """The score in a server's answer. Raises NoScoreError."""
    try:
        said = orjson.loads(answer)["choices"][0]["message"]["content"]
        match = _SCORE.fullmatch(_THOUGHT.sub("", said))
    except (ValueError, KeyError, IndexError, TypeError):
        raise NoScoreError("an answer that is none of a chat completion") from None
    if not match:
        raise NoScoreError("an answer without a score from 1 to 5")
    return int(match[1])
