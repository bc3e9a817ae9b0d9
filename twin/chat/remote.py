"""A twin without training on a model server: any that speaks OpenAI's chat completions, such as Ollama, llama.cpp or vLLM.

It is told in words how the person writes (prompts/persona.txt) and shown replies of theirs; what it says is taken apart into bubbles at its line breaks.
Not here: which replies are shown (persona.py), and to where a request may go (twin.remote).
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from http.client import HTTPException, HTTPResponse
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import orjson

from twin.chat.people import Contact, Ended, Reply
from twin.chat.persona import Persona, as_turns
from twin.errors import ConfigError, ServerError, UsageError
from twin.prompts import fill, one_line
from twin.remote import Endpoint, Remote, words_of
from twin.schema import ChatKind, Turn

if TYPE_CHECKING:
    from twin.model.sampling import Sampling

KEY = "TWIN_SERVER_KEY"
"""The variable of the environment with what the server wants to be shown; it has no place in twin.toml."""
_ANSWER_BYTES = 1 << 20
_SAID_BYTES = 400
"""Bytes of a server's own words about what is wrong."""
_POLL = 0.1
"""Seconds between two looks whether the reply is still wanted."""
_THINK = "<think>"
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_TAG = re.compile(r"⟦[^⟧]*⟧?")
_EVENT = b"data:"


class Served:
    """What a server answers as a persona. It may be asked from several threads.

    Args:
        endpoint: Where it is.
        persona: Whom it is to answer as.
        count: Examples at most.
        budget: Characters of them all, at most.

    Raises:
        ConfigError: There is no name of a model, or the server is outside and that is not allowed.
    """

    def __init__(self, endpoint: Endpoint, persona: Persona, *, count: int = 20, budget: int = 4_000) -> None:
        if not endpoint.model:
            raise ConfigError(f"{endpoint.address}: give the name by which it knows the model, with --model or as chat.model in twin.toml")
        self._remote = Remote(endpoint, place="chat.server", remedy="set server_outside = true in [chat] of twin.toml")
        self._endpoint, self._persona, self._count, self._budget = endpoint, persona, count, budget
        self.person, self.contacts, self.voices = persona.person, persona.contacts, (endpoint.model,)

    def greet(self) -> None:
        """Sees whether it is there. Raises ServerError and ConfigError."""
        try:
            self._remote.connect().close()
        except OSError as error:
            raise self._unreachable(error) from error

    def recall(self, turns: Sequence[Turn], contact: Contact) -> tuple[str, ...]:
        """Nothing: a server has no memory."""
        return ()

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
        """Yields the bubbles of the person's next turn as they grow; the last value is the whole reply. Returns how it ended, as the server says.

        Raises:
            ServerError: The server cannot be reached, refuses, or says nothing that can be shown.
            UsageError: There is no such voice.
        """
        if voice is not None and voice not in self.voices:
            raise UsageError(f"no voice {voice}; there is: {self._endpoint.model}")
        question: dict[str, Any] = {
            "messages": self.messages(turns, contact, memories),
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if sampling.seed is not None:
            question["seed"] = sampling.seed
        others = {contact.name, *(turn.name for turn in turns if not turn.mine)}
        text, over, cut = "", False, False
        tokens: tuple[int, int] | tuple[None, None] = (None, None)
        shown: tuple[str, ...] = ()
        with closing(self._pieces(question, stopped)) as pieces:
            for piece in pieces:
                text += piece.text
                cut, tokens = cut or piece.cut, piece.tokens or tokens
                now, over = _bubbles(text, self.person, others)
                if now and now != shown:
                    shown = now
                    yield shown
                if over:
                    break
        now, _ = _bubbles(text, self.person, others, whole=True)
        if now and now != shown:
            yield now
        if not now and not stopped():
            raise ServerError(f"{self._endpoint.address}: {self._endpoint.model} said nothing; try again, or another model")
        return Ended(cut or (stopped() and not over), *tokens)

    def messages(self, turns: Sequence[Turn], contact: Contact, memories: Sequence[str] = ()) -> list[dict[str, str]]:
        """What the server is sent: how the person writes, the examples, the conversation. After the system text, user and assistant alternate."""
        group = contact.kind is ChatKind.GROUP
        who = {"group" if group else "contact": one_line(contact.name), "person": one_line(self.person)}
        system = fill("persona", **who, **asdict(self._persona.style), memories=" ".join(memories) or None)
        shown = as_turns(self._persona.examples(contact, count=self._count, budget=self._budget), contact)
        said = [{"role": "system", "content": system}]
        for turn in (*shown, *turns):
            text = "\n".join(turn.bubbles)
            text = f"{one_line(turn.name)}: {text}" if group and not turn.mine else text
            role = "assistant" if turn.mine else "user"
            if said[-1]["role"] == role:
                said[-1]["content"] += f"\n{text}"
            else:
                if role == "assistant" and len(said) == 1:  # the chat templates of many models want to be asked first
                    said.append({"role": "user", "content": fill("opening", person=one_line(self.person))})
                said.append({"role": role, "content": text})
        return said

    def _pieces(self, question: dict[str, Any], stopped: Callable[[], bool]) -> Generator[_Piece, None, None]:
        """What the server says, as it comes. A thread reads it: who waits for a silent server can still stop."""
        found: SimpleQueue[_Piece | Exception | None] = SimpleQueue()
        sockets: list[socket.socket] = []
        over = threading.Event()

        def began(sock: socket.socket) -> None:
            sockets.append(sock)
            if over.is_set():
                raise _RefusedError("stopped")

        def read() -> None:
            try:
                with self._remote.asking(question, began) as response:
                    for piece in _read(response):
                        found.put(piece)
                found.put(None)
            except (OSError, HTTPException, ValueError, ConfigError, _RefusedError) as error:
                found.put(error)

        reader = threading.Thread(target=read, name="server", daemon=True)
        reader.start()
        try:
            while not stopped():
                try:
                    piece = found.get(timeout=_POLL)
                except Empty:
                    continue
                if piece is None:
                    return
                if isinstance(piece, _Piece):
                    yield piece
                elif isinstance(piece, ConfigError):
                    raise piece
                else:
                    raise self._failed(piece) from piece
        finally:
            over.set()
            for sock in sockets:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def _failed(self, error: Exception) -> ServerError:
        if isinstance(error, _RefusedError):
            return ServerError(f"{self._endpoint.address}: {error}")
        if isinstance(error, OSError):
            return self._unreachable(error)
        return ServerError(f"{self._endpoint.address}: an answer that is none of a chat completion ({words_of(error)}); is it an OpenAI-compatible address?")

    def _unreachable(self, error: OSError) -> ServerError:
        return ServerError(
            f"{self._endpoint.address} cannot be reached ({words_of(error)}); start the server, or give another address with --server or as chat.server"
        )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of an answer: what is said, whether it is cut there, and the tokens that were read and drawn, where the server says so."""

    text: str
    cut: bool
    tokens: tuple[int, int] | None


class _RefusedError(Exception):
    """The server answers, but not with a reply; the text says what it says."""


def _read(response: HTTPResponse) -> Iterator[_Piece]:
    """The pieces of an answer: as server-sent events, or whole. Raises _RefusedError, and ValueError on what is no answer."""
    if response.status != 200:
        said = _words(response.read(_SAID_BYTES))
        remedy = f"give its key in {KEY}" if response.status in (401, 403) else "see to its model and its settings"
        raise _RefusedError(f"HTTP {response.status} {response.reason}{said and f' ({said})'}; {remedy}")
    if "text/event-stream" not in (response.getheader("content-type") or ""):
        yield _piece(response.read(_ANSWER_BYTES), "message")
        return
    size = 0
    while line := response.readline(_ANSWER_BYTES):
        size += len(line)
        if size > _ANSWER_BYTES:
            return
        if line.startswith(_EVENT):
            event = line.removeprefix(_EVENT).strip()
            if event == b"[DONE]":
                return
            yield _piece(event, "delta")


def _piece(event: bytes, key: str) -> _Piece:
    """An answer, or a part of one. Raises _RefusedError and ValueError."""
    try:
        said = orjson.loads(event)
        if "error" in said:
            raise _RefusedError(_words(event) or "it failed without a word")
        choices, usage = said["choices"], said.get("usage") or {}
        text = choices[0][key].get("content") if choices else ""
        cut = bool(choices) and choices[0].get("finish_reason") == "length"
        read, drawn = usage.get("prompt_tokens"), usage.get("completion_tokens")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(repr(error)) from error
    return _Piece(text if isinstance(text, str) else "", cut, (read, drawn) if isinstance(read, int) and isinstance(drawn, int) else None)


def _words(said: bytes) -> str:
    """What a server says is wrong, in one line."""
    try:
        error = orjson.loads(said)["error"]
        text = str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, KeyError, TypeError):
        text = said.decode(errors="replace")
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:200]


def _bubbles(text: str, person: str, others: Collection[str], *, whole: bool = False) -> tuple[tuple[str, ...], bool]:
    """The bubbles in what a model has said so far, and whether what follows is no part of the reply.

    Thoughts and tags are left out, and so is the person's name before what they say. Where the model goes on as somebody else, the reply is over. Until it is
    `whole`, an end is held back that may yet become one of these.
    """
    said = _TAG.sub("", _THOUGHT.sub("", text))
    if not whole and _THINK.startswith(said.strip()):
        return (), False
    mine = {f"{name}:" for name in (person, *person.split()[:1])}
    theirs = {f"{name}:" for name in others if name}
    lines = said.splitlines()
    bubbles: list[str] = []
    for number, line in enumerate(lines, 1):
        bubble = line.strip()
        if any(bubble.startswith(name) for name in theirs):
            return tuple(bubbles), True
        if not whole and number == len(lines) and any(name.startswith(bubble) for name in mine | theirs):
            break
        bubble = next((bubble.removeprefix(name).strip() for name in mine if bubble.startswith(name)), bubble)
        if bubble:
            bubbles.append(bubble)
    return tuple(bubbles), False
