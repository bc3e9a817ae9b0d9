"""An API of the twin in OpenAI's form, for clients and bots that speak it: GET /health, GET /v1/models, POST /v1/chat/completions.

A reply's bubbles are joined by a blank line, and a blank line in a message parts its bubbles. The system text is the twin's own: a client's system
messages are not read. Nothing of a request is kept or logged. Not here: what a request means (asked.py), who may call (local.py), the page (ui.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import anyio
import orjson
import uvicorn
from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from twin.chat.asked import Asked, Refused, models, named, understood
from twin.chat.desk import Call, Desk, settled, until
from twin.chat.loading import Load, Loading
from twin.chat.local import LocalOnly, has_token, is_loopback, listen
from twin.chat.people import Answering
from twin.errors import TwinError, UsageError
from twin.model.sampling import Sampling

Json = dict[str, Any]

_PRIVATE = {"cache-control": "no-store"}
_FAULTS = (TwinError, RuntimeError, TimeoutError)  # RuntimeError is torch's: no memory left, above all


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server takes on.

    Attributes:
        body: Bytes of a request.
        body_seconds: How long a request may take to arrive.
        active: Replies at once; the engine decides how many of them it computes together.
        waiting: Requests that wait for their turn, first come, first served.
        seconds: How long a request may take from its arrival; then its reply ends where it is.
        grace: Seconds beyond that in which the last token may come; then nobody waits for it.
    """

    body: int = 1_000_000
    body_seconds: float = 10
    active: int = 8
    waiting: int = 32
    seconds: float = 300
    grace: float = 5


def serve(
    load: Load,
    *,
    sampling: Sampling,
    token: str,
    host: str = "127.0.0.1",
    port: int = 7860,
    outside: bool = False,
    page: bool = True,
    ready: Callable[[str], None] = lambda address: None,
    **drawn: Any,
) -> None:
    """Serves the API until Ctrl-C, and the page beside it where only this machine can reach both.

    Args:
        load: Loads the twin, in a thread of its own; /health answers before it is there.
        sampling: How replies are drawn where a request does not say; its `max_tokens` is the most that one may ask for.
        token: What a client must know.
        host: The address to listen on.
        port: 0 takes any free one.
        outside: Whether the address may be one that other machines reach.
        page: Whether there is a page.
        ready: Told the address as soon as it answers.
        drawn: What else the page is drawn with, as ui.application takes it.

    Raises:
        UsageError: The address or port cannot be listened on, or is open to others without `outside`.
    """
    local = is_loopback(host)
    if not local and not outside:
        raise UsageError(f"--host {host}: others could reach the twin there; add --outside if that is what you want")
    api = Api(sampling, token)
    with listen(port, host) as listener:
        if page and local:
            from twin.chat.ui import application as with_page  # Gradio takes seconds to import

            app = with_page(load, sampling=sampling, routes=api.add, **drawn)
        else:
            app = application(load, api, local=local)
        config = uvicorn.Config(app, log_level="error", access_log=False, ws="none", timeout_graceful_shutdown=1, server_header=False, proxy_headers=False)
        server = uvicorn.Server(config)
        ready(f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}")
        with suppress(KeyboardInterrupt):  # the way to end it
            server.run(sockets=[listener])


def application(load: Load, api: Api, *, local: bool = True) -> FastAPI:
    """The API without a page, which loads the twin when it is started. `local`: it is called by the names of this machine alone."""
    loading = Loading(load)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loading.start()
        yield

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(LocalOnly, any_host=not local)
    api.add(app, loading)
    return app


class Api:
    """The routes.

    Args:
        sampling: How replies are drawn where a request does not say.
        token: What a client must know.
        limits: What the server takes on.
    """

    def __init__(self, sampling: Sampling, token: str, limits: Limits = Limits()) -> None:
        self._sampling = sampling
        self._token = token
        self._limits = limits
        self._desk = Desk(limits.active, limits.waiting)

    def add(self, app: FastAPI, loading: Loading) -> None:
        """Gives an application the routes; what is loading answers once it is there."""
        self._loading = loading
        app.router.routes += [
            Route("/health", self._health, methods=["GET"]),
            Route("/v1/models", self._models, methods=["GET"]),
            Route("/v1/models/{model:path}", self._models, methods=["GET"]),
            Route("/v1/chat/completions", self._complete, methods=["POST"]),
            Route("/v1/{rest:path}", self._nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]
        app.add_exception_handler(Refused, _refuse)
        app.add_exception_handler(Exception, _broken)

    async def _health(self, request: Request) -> Response:
        status = "failed" if self._loading.error else "ready" if self._loading.engine else "loading"
        return _json({"status": status}, 200 if status == "ready" else 503)

    async def _models(self, request: Request) -> Response:
        engine = self._engine(request)
        if "model" not in request.path_params:
            return _json({"object": "list", "data": [_model(name) for name in models(engine)]})
        named(request.path_params["model"], engine)
        return _json(_model(request.path_params["model"]))

    async def _nothing(self, request: Request) -> Response:
        self._admit(request)
        raise Refused(404, f"no {request.method} here: there are GET /v1/models and POST /v1/chat/completions", "not_found")

    def _admit(self, request: Request) -> None:
        if not has_token(request.headers, self._token):
            raise Refused(401, "the token is missing or wrong; send the header Authorization: Bearer TOKEN", "invalid_api_key")

    def _engine(self, request: Request) -> Answering:
        self._admit(request)
        if self._loading.error:
            raise Refused(503, f"the twin could not be loaded: {self._loading.error}", "failed")
        if self._loading.engine is None:
            raise Refused(503, f"the twin is not ready yet: {self._loading.what}", "loading", retry=2)
        return self._loading.engine

    async def _complete(self, request: Request) -> ASGIApp:
        engine = self._engine(request)
        asked = understood(await self._body(request), engine, self._sampling)

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            async with anyio.create_task_group() as group:  # whoever goes away is not waited for, and what was begun for them ends
                group.start_soon(_leave_with_the_client, receive, group.cancel_scope)
                try:
                    async with aclosing(self._texts(engine, asked, call := Call(self._limits.seconds, self._limits.grace))) as texts:
                        await (_stream if asked.stream else _whole)(texts, asked, call, send)
                except Refused as refused:
                    await _refusal(refused)(scope, receive, send)
                group.cancel_scope.cancel()

        return answer

    async def _body(self, request: Request) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                async for piece in request.stream():
                    body += piece
                    if len(body) > self._limits.body:
                        raise Refused(413, f"a request has {self._limits.body:,} bytes at most", "too_large")
        except ClientDisconnect:
            raise Refused(400, "the request broke off", "broken_off") from None  # nobody reads this
        except TimeoutError:
            raise Refused(408, f"the request did not arrive within {self._limits.body_seconds:g} s", "too_slow") from None
        return bytes(body)

    async def _texts(self, engine: Answering, asked: Asked, call: Call) -> AsyncGenerator[str]:
        """The reply's text as it grows; the last one is the whole. Raises Refused or TimeoutError before the first only."""

        def work() -> Iterator[tuple[str, ...]]:
            if not call.over():  # not so where it waited too long
                memories = engine.recall(asked.turns, asked.contact)
                call.ended = yield from engine.reply(asked.turns, asked.contact, asked.sampling, voice=asked.voice, memories=memories, stopped=call.over)

        whole, stopped = "", False
        try:
            async with aclosing(self._desk.steps(work)) as steps:
                async for bubbles in steps:
                    if stopped:  # nothing more is said; how much was drawn is known at the end
                        continue
                    whole, stopped = until("\n\n".join(bubbles), asked.stops)
                    if stopped:
                        call.leave()
                    elif said := settled(whole, asked.stops):
                        yield said
            call.finish = "length" if call.ended and call.ended.cut and not stopped else "stop"
        finally:
            call.leave()
        if not whole and call.late:
            raise TimeoutError
        yield whole


async def _whole(texts: AsyncIterator[str], asked: Asked, call: Call, send: Send) -> None:
    """The reply in one piece."""
    text = ""
    try:
        async with asyncio.timeout(call.patience):
            async for text in texts:  # noqa: B007  the last one is the whole
                pass
    except _FAULTS as error:
        raise _broke_off(error) from error
    choice = {"index": 0, "message": {"role": "assistant", "content": text, "refusal": None}, "logprobs": None, "finish_reason": call.finish}
    answer = _about("chat.completion", asked, call) | {"choices": [choice], "usage": _usage(call)}
    response = _json(answer)
    await send({"type": "http.response.start", "status": 200, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": response.body})


async def _stream(texts: AsyncIterator[str], asked: Asked, call: Call, send: Send) -> None:
    """The reply as it grows, as server-sent events. It begins with the first of the text, so that what goes wrong before has its status."""
    about = _about("chat.completion.chunk", asked, call) | ({"usage": None} if asked.include_usage else {})
    sent: str | None = None

    async def put(content: Json) -> None:
        await send({"type": "http.response.body", "body": b"data: %b\n\n" % orjson.dumps(content), "more_body": True})

    async def say(delta: Json, finish: str | None = None) -> None:
        await put(about | {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]})

    try:
        async with asyncio.timeout(call.patience):
            async for text in texts:
                if sent is None:
                    headers = Response(media_type="text/event-stream", headers=_PRIVATE).raw_headers
                    await send({"type": "http.response.start", "status": 200, "headers": [pair for pair in headers if pair[0] != b"content-length"]})
                    await say({"role": "assistant", "content": ""})
                    sent = ""
                if text.startswith(sent) and text != sent:  # what was sent cannot be taken back
                    await say({"content": text[len(sent) :]})
                    sent = text
    except _FAULTS as error:
        if sent is None:
            raise _broke_off(error) from error
        if isinstance(error, TimeoutError):  # a client that does not read: it is left alone
            return
        await put(_broke_off(error).content)
    else:
        await say({}, call.finish)
        if asked.include_usage:
            await put(about | {"choices": [], "usage": _usage(call)})
        await send({"type": "http.response.body", "body": b"data: [DONE]\n\n", "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _leave_with_the_client(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def _about(kind: str, asked: Asked, call: Call) -> Json:
    return {"id": call.id, "object": kind, "created": call.created, "model": asked.model}


def _usage(call: Call) -> Json | None:
    """None where a model server does not count."""
    if call.ended is None or call.ended.prompt_tokens is None or call.ended.reply_tokens is None:
        return None
    read, drawn = call.ended.prompt_tokens, call.ended.reply_tokens
    return {"prompt_tokens": read, "completion_tokens": drawn, "total_tokens": read + drawn}


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": 0, "owned_by": "twin"}


def _broke_off(error: Exception) -> Refused:
    if isinstance(error, TimeoutError):
        return Refused(503, "there was no time left for a reply; ask again", "timeout", retry=10)
    return Refused(500, f"the reply broke off: {error}"[:300], "broken")


async def _refuse(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return _refusal(refused)


async def _broken(request: Request, error: Exception) -> Response:
    """A bug: the traceback goes to the terminal."""
    return _refusal(Refused(500, "the server has failed; its terminal says why", "bug"))


def _json(content: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, _PRIVATE | (headers or {}), "application/json")


def _refusal(refused: Refused) -> Response:
    headers = {} if refused.retry is None else {"retry-after": str(refused.retry)}
    if refused.status in (408, 413, 500):  # there may be more of the request, which nobody will read; after a bug the server hangs up
        headers["connection"] = "close"
    if refused.status == 401:
        headers["www-authenticate"] = "Bearer"
    return _json(refused.content, refused.status, headers)
