"""A model of the person's own scores their replies: any server that speaks OpenAI's chat completions, on this computer or their network.

Every score is on disk as soon as it is there, so what was asked need not be asked again. What a reply gets no score for is counted and left out, never
passed; a judge that fails again and again ends the work. The judge sees what would be learned: replies without what is private in them.
Not here: what the scores decide (scores.py).
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import orjson

from twin.errors import ConfigError, JudgeError
from twin.history import History
from twin.prepare.decide import Decisions
from twin.prepare.rules import Rules
from twin.prepare.scores import Scores, key_of, prompts_of

AT_ONCE = 4
"""Requests under way at a time."""
TRIES, PAUSE = 3, 0.5
"""How often a reply is asked about, and the seconds before the second time; each later pause is twice the one before."""
GIVE_UP = 10
"""Replies in a row without a score after which the judge is no judge."""
_CONNECT = 10.0
_ANSWER_TOKENS = 1024
_ANSWER_BYTES = 1 << 20
_THOUGHT = re.compile(r"<think>.*</think>", re.DOTALL)
_SCORE = re.compile(r"\D*([1-5])(?:\s*(?:/|out of)\s*5)?\D*")
_OWN_NETWORKS = tuple(map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")))
"""This computer, and the private ranges of RFC 1918 and RFC 4193."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the judge is.

    Attributes:
        address: As in "http://127.0.0.1:8000/v1".
        model: Its name there.
        outside: Whether it may lie beyond this computer and private networks.
        key: What the server wants to be shown, if anything: a secret.
        timeout: Seconds that a connection may be silent.
    """

    address: str
    model: str
    outside: bool = False
    key: str = field(default="", repr=False)
    timeout: float = 120


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
        with scores:
            for number, chat in enumerate(decisions.chats):
                progress(number, len(decisions.chats))
                for decision in decisions.of(chat):
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
    progress(len(decisions.chats), len(decisions.chats))
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
        self._endpoint = endpoint
        self._url = urlsplit(endpoint.address)
        self._host = self._url.hostname or ""
        self._closed = threading.Event()
        self._open: set[socket.socket] = set()
        with suppress(ValueError):  # a name: where it leads shows when it is connected
            self._check(ipaddress.ip_address(self._host))

    def greet(self) -> None:
        """Sees whether it is there. Raises JudgeError and ConfigError."""
        try:
            self._connect().close()
        except (OSError, HTTPException) as error:
            raise JudgeError(
                f"the judge {self._endpoint.address} cannot be reached ({_words(error)}); start it, or empty filter.judge in twin.toml; nothing was changed"
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
                failure = NoScoreError(_words(error))
        raise failure

    def close(self) -> None:
        """Ends what is under way: its threads fail instead of waiting."""
        self._closed.set()
        for sock in list(self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _ask(self, prompt: str) -> int:
        question = {
            "model": self._endpoint.model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": 0,
            "max_tokens": _ANSWER_TOKENS,
        }
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._endpoint.key}"} if self._endpoint.key else {})
        connection = self._connect()
        sock = connection.sock
        self._open.add(sock)
        try:
            if self._closed.is_set():  # since this try began
                raise NoScoreError("stopped")
            connection.request("POST", f"{self._url.path}/chat/completions", orjson.dumps(question), headers)
            with connection.getresponse() as response:
                answer = response.read(_ANSWER_BYTES)
        finally:
            self._open.discard(sock)
            connection.close()
        if response.status != 200:
            raise NoScoreError(f"HTTP {response.status} {response.reason}".strip())
        return _read(answer)

    def _connect(self) -> HTTPConnection:
        """A connection to where it may lead; nothing was sent yet. No proxy is asked, and no redirection followed."""
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = kind(self._host, self._url.port, timeout=min(_CONNECT, self._endpoint.timeout))
        connection.connect()
        try:
            connection.sock.settimeout(self._endpoint.timeout)
            self._check(ipaddress.ip_address(connection.sock.getpeername()[0].partition("%")[0]))
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        address = getattr(address, "ipv4_mapped", None) or address
        if not (self._endpoint.outside or any(address in network for network in _OWN_NETWORKS)):
            where = self._host if self._host == str(address) else f"{self._host} ({address})"
            raise ConfigError(
                f"filter.judge in twin.toml: {where} is not on this computer or a private network, and your words would leave it;"
                " give another, or set judge_outside = true"
            )


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


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)
