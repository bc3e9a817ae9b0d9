"""A wall around the page: only this machine's own browser gets in, and the page reaches nothing outside.

A page served on 127.0.0.1 can still be called by any site open in the same browser, directly or under a name that the site
makes resolve to 127.0.0.1. So the Host must be this machine, and an Origin, where there is one, the page itself. The Content
Security Policy is the other direction: whatever a message holds, the browser loads nothing from elsewhere.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = frozenset({"127.0.0.1", "localhost"})
"""What the page may be called in the address bar; any port, so that it can be reached through a tunnel."""

# Gradio's routes to read and write files: the page has none
CLOSED = ("/gradio_api/upload", "/gradio_api/file", "/gradio_api/proxy", "/gradio_api/stream")

HEADERS = {
    # Gradio's page has scripts and styles within it, and compiles some
    "content-security-policy": "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'; form-action 'self'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class LocalOnly:
    """ASGI middleware that answers 403 to every request that does not come from the page itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or refuses it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http" and _is_local(Headers(scope=scope)) and not scope["path"].startswith(CLOSED):
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "http":
            await PlainTextResponse("only for the page itself, on this machine", status_code=403)(scope, receive, send)


def _is_local(headers: Headers) -> bool:
    host = headers.get("host", "")
    origin = headers.get("origin")
    try:
        return urlsplit(f"//{host}").hostname in HOSTS and (origin is None or urlsplit(origin).netloc == host)
    except ValueError:  # not a host at all
        return False


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return sending
