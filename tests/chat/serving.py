"""A model server of this machine: it answers chat completions as OpenAI's form has them, piece by piece, or wrongly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], Iterable[str] | tuple[int, str, bytes]]
"""Given a request, the pieces of the reply; or a status, a content type and a body."""


@dataclass
class ModelServer:
    """The server: what it was asked, and whether who asked went away before the end."""

    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over, for answers that wait."""


def event(piece: str) -> bytes:
    """A piece of a reply as a server-sent event."""
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]}).encode() + b"\n\n"


@contextmanager
def model_server(answer: Answer) -> Iterator[ModelServer]:
    """A running server."""
    state = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append(asked)
            state.paths.append(self.path)
            state.keys.append(self.headers.get("Authorization"))
            answered = answer(asked)
            if isinstance(answered, tuple) and isinstance(answered[0], int):
                status, kind, content = answered
                self._head(status, kind)
                self.wfile.write(content)
                return
            self._head(200, "text/event-stream; charset=utf-8")
            try:
                self.wfile.write(b": hello\n\n" + b'data: {"choices": [{"delta": {"role": "assistant"}}]}\n\n')
                for piece in answered:
                    self.wfile.write(event(piece))
                self.wfile.write(b'data: {"choices": []}\n\ndata: [DONE]\n\n')
            except OSError:
                state.left.set()

        def _head(self, status: int, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Who asks may go away before the answer."""

    server = Server(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield state
    finally:
        state.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
