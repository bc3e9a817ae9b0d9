"""A judge as a server of this machine: it answers as an OpenAI endpoint does, or as a broken one."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPLY = re.compile(r"^The message to score: (.*)$", re.MULTILINE)


@dataclass
class Asked:
    """A request: where to, what came with it, and what it asks for."""

    path: str
    headers: dict[str, str]
    body: dict[str, object]

    @property
    def prompt(self) -> str:
        """What the model is told."""
        (said,) = self.body["messages"]  # type: ignore[misc]
        assert said["role"] == "user"
        return str(said["content"])

    @property
    def reply(self) -> str:
        """The reply that it is to score."""
        return str(json.loads(REPLY.findall(self.prompt)[0]))


@dataclass
class Raw:
    """An answer byte for byte; `length` is what its header promises, if not its own."""

    content: bytes = b""
    status: int = 200
    length: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


Answer = str | Raw | None
"""What the model says, or an answer that is none; None: the connection ends without one."""


@dataclass
class JudgeServer:
    """The server: what it is to answer, and what it was asked."""

    answer: Callable[[Asked], Answer]
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over, for handlers that wait."""
    lock: threading.Lock = field(default_factory=threading.Lock)


def said(content: object) -> bytes:
    """A chat completion."""
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]}).encode()


@contextmanager
def judge_server(answer: Callable[[Asked], Answer]) -> Iterator[JudgeServer]:
    """A running server."""
    judge = JudgeServer(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = Asked(self.path, dict(self.headers), json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            with judge.lock:
                judge.asked.append(asked)
                judge.at_once += 1
                judge.most_at_once = max(judge.most_at_once, judge.at_once)
            try:
                answered = judge.answer(asked)
            finally:
                with judge.lock:
                    judge.at_once -= 1
            if answered is None:
                return
            raw = Raw(said(answered)) if isinstance(answered, str) else answered
            self.send_response(raw.status)
            for name, value in raw.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw.content) if raw.length is None else raw.length))
            self.end_headers()
            self.wfile.write(raw.content)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Who asks may go away before the answer."""

    server = Server(("127.0.0.1", 0), Handler)
    judge.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield judge
    finally:
        judge.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
